"""Raids, sensors and cases made by hand. Radars stand on the equator and look west, where the threats come from."""

from dataclasses import replace
from typing import Any

import numpy as np

from sakimori import chain
from sakimori.base.draws import key_of
from sakimori.base.types import Flights, Phase, Reason, Rule, Sightings
from sakimori.chain import Case, Option, Picture, sensors_up
from sakimori.chain.evidence import gather
from sakimori.earth.geodesy import positions_ecef
from sakimori.engage import Layer, Magazine
from sakimori.flight import BallisticThreat, GlideThreat
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Geostationary, walker
from sakimori.sense.radar import Radar
from sakimori.sense.visibility import sensor_positions

STEP = 2.0
JULIAN_DATE = 2460000.5
GLIDE = GlideThreat(
    launch_latitude=np.radians(40.8),
    launch_longitude=np.radians(126.5),
    aim_latitude=np.radians(35.7),
    aim_longitude=np.radians(139.7),
    launch_time=10.0,
    apogee=55e3,
    burnout_altitude=40e3,
    load_limit=100.0,
    skip=0.0,
    bank_programme=1.0,
    bank_start=0.0,
    dive_load_limit=150.0,
    entry_speed=3000.0,
    lift_to_drag=2.5,
    ballistic_coefficient=5000.0,
    bank_amplitude=0.3,
    bank_period=120.0,
    boost_time=60.0,
    boost_range=120e3,
    dive_angle=0.6,
    radar_cross_section=0.1,
    plume_intensity=1e6,
    signature=0.5,
)
BALLISTIC = BallisticThreat(
    launch_latitude=np.radians(40.8),
    launch_longitude=np.radians(126.5),
    aim_latitude=np.radians(35.7),
    aim_longitude=np.radians(139.7),
    launch_time=4.0,
    loft=0.6,
    burnout_altitude=80e3,
    boost_time=70.0,
    ballistic_coefficient=8000.0,
    radar_cross_section=0.1,
    plume_intensity=1e6,
    body_intensity=500.0,
)


def flights(threats: int = 1, samples: int = 60, *, maneuver: float = 5.0, waiting: int = 2) -> Flights:
    """Threats that fly east at 40 km and 2 km/s from 8 degrees west, 0.3 degrees of latitude apart, all at once."""
    time = STEP * np.maximum(np.arange(samples) - waiting, 0)
    longitude = np.radians(-8.0) + 2000.0 * time / 6.4e6
    position = np.empty((threats, samples, 3))
    for n in range(threats):
        position[n] = positions_ecef(np.full(samples, np.radians(0.3 * n)), longitude, np.full(samples, 40e3))
    phase = np.full((threats, samples), int(Phase.GLIDE), dtype=np.uint8)
    phase[:, :waiting], phase[:, -1] = int(Phase.WAITING), int(Phase.ENDED)
    return Flights(
        step=STEP,
        position_ecef=position,
        velocity_ecef=np.gradient(position, STEP, axis=1),
        altitude=np.full((threats, samples), 40e3),
        phase=phase,
        maneuver=np.full((threats, samples), maneuver),
        intensity=np.full((threats, samples), 1e4),
        radar_cross_section=np.ones(threats),
        launch=np.full(threats, waiting, dtype=np.int64),
        impact=np.full(threats, samples - 1, dtype=np.int64),
        status=np.zeros(threats, dtype=np.uint8),
        faces=np.zeros((threats, samples, 0, 3)),
        plume_aspect=np.ones(threats),
    )


def radar(name: str = "radar", owner: int = 0, **changed: Any) -> Radar:
    """A radar on the equator, at 0 degrees, with beam time to spare."""
    usual: dict[str, Any] = {
        "latitude": 0.0,
        "longitude": 0.0,
        "altitude": 20.0,
        "boresight": np.radians(270.0),
        "sector": np.radians(120.0),
        "elevation_min": 0.0,
        "elevation_max": np.radians(85.0),
        "reference_range": 1e6,
        "maximum_range": 3e6,
        "range_sigma": 30.0,
        "angle_sigma": 1e-3,
        "beam_width": np.radians(1.0),
        "fence_low": 0.0,
        "fence_high": np.radians(4.0),
        "fence_interval": 6.0,
        "fence_load": 0.3,
        "dwell": 1e-4,
        "track_interval": 2.0,
        "search_beams_max": 400.0,
    }
    return Radar(name=name, key=key_of(name), owner=owner, **(usual | changed))


def eye(name: str = "eye", owner: int = 0, longitude: float = 0.0, **changed: Any) -> Infrared:
    """A geostationary infrared sensor at `longitude` [deg]."""
    usual: dict[str, Any] = {
        "orbit": Geostationary(np.radians(longitude)),
        "noise_equivalent_irradiance": 1e-13,
        "threshold": 5.0,
        "angle_sigma": 1e-5,
        "revisit": 2.0,
        "tangent_altitude": 20e3,
        "looks_down": True,
    }
    return Infrared(name=name, key=key_of(f"{name}/{longitude}"), owner=owner, **(usual | changed))


def stock(*rounds: float) -> tuple[Magazine, ...]:
    """Magazines of so many rounds."""
    return tuple(Magazine(rounds=number) for number in rounds)


def option(count: int, *, given: int = Rule.NONE, back: int = Rule.NONE, late: float = 6.0, **changed: Any) -> Option:
    """Partner 0 gives partner 1 `given`, and gets `back`."""
    usual: dict[str, Any] = {
        "name": "option",
        "sensors": (True,) * count,
        "rules": ((0, int(given)), (int(back), 0)),
        "link_latency": ((0.0, late), (late, 0.0)),
        "layers": (),
        "magazines": (),
    }
    return Option(**(usual | changed))


def case(radars: tuple[Radar, ...], infrareds: tuple[Infrared, ...] = (), count: int = 1, **changed: Any) -> Case:
    """A case of partners A and B; the threats named in it are flown only by `play`."""
    usual: dict[str, Any] = {
        "seed": 1,
        "future": 0,
        "step": STEP,
        "replications": 50,
        "threats": (GLIDE,) * count,
        "values": (1.0,) * count,
        "places": (0,) * count,
        "partners": ("A", "B"),
        "radars": radars,
        "infrareds": infrareds,
        "julian_date": JULIAN_DATE,
        "own_latency": 2.0,
        "options": (),
    }
    return Case(**(usual | changed))


def clear(
    raid: Flights, one: Case, *, seen: slice = slice(None), in_fence: bool = True, signal: float = 1e4
) -> Sightings:
    """Every sensor that is up sees every flying threat at the samples `seen`, with `signal` at each look."""
    samples = raid.phase.shape[1]
    places = sensor_positions(one.radars, one.infrareds, JULIAN_DATE, STEP, samples)
    shape = (raid.launch.size, len(one.sensors), samples)
    reason = np.full(shape, int(Reason.BELOW_HORIZON), dtype=np.uint8)
    reason[..., seen] = int(Reason.NONE)
    reason[:, ~sensors_up(one)] = int(Reason.SENSOR_OUT)
    flying = (raid.phase != Phase.WAITING) & (raid.phase != Phase.ENDED)
    reason = np.where(flying[:, None], reason, np.uint8(Reason.NOT_FLYING))
    visible = reason == Reason.NONE
    return Sightings(reason, np.where(visible, signal, 0.0), visible & in_fence, places)


def picture(one: Case, chosen: Option, raid: Flights, sightings: Sightings) -> Picture:
    """The picture that follows from these sightings."""
    return chain.picture(one, chosen, raid, gather(one, raid, sightings))


def watched(
    radars: tuple[Radar, ...], infrareds: tuple[Infrared, ...] = (), *, threats: int = 1, raid: Any = None,
    fence: bool = True, seen: slice = slice(None), signal: float = 1e4, given: int = Rule.NONE, back: int = Rule.NONE,
    late: float = 6.0, **changed: Any,
) -> Picture:  # fmt: skip
    """The picture of a clear view: `fence` says whether radars search there unasked."""
    raid = flights(threats) if raid is None else raid
    one = case(radars, infrareds, raid.launch.size, **changed)
    sightings = clear(raid, one, seen=seen, in_fence=fence, signal=signal)
    return picture(one, option(len(one.sensors), given=given, back=back, late=late), raid, sightings)


def layer(name: str, owner: int, latitude: float, longitude: float, **changed: Any) -> Layer:
    """An upper layer at a place [deg]."""
    usual: dict[str, Any] = {
        "latitude": np.radians(latitude),
        "longitude": np.radians(longitude),
        "range": 1000e3,
        "floor": 80e3,
        "ceiling": 500e3,
        "mean_speed": 3000.0,
        "homing_time": 15.0,
        "basket": 5e3,
        "divert": 500.0,
        "track_sigma": 1000.0,
        "looks": 2,
        "magazine": 0,
        "kill_probability": 0.6,
        "decision_delay": 10.0,
    }
    return Layer(name=name, key=key_of(name), owner=owner, **(usual | changed))


def small_case(**changed: Any) -> Case:
    """Two ballistic threats and a glider at one place; three radars, one constellation, two partners, three layers."""
    radars = (
        radar(
            "north", 1, latitude=np.radians(40.9), longitude=np.radians(140.3), boresight=np.radians(280.0), dwell=0.05
        ),
        radar(
            "west", 1, latitude=np.radians(35.8), longitude=np.radians(135.2), boresight=np.radians(320.0), dwell=0.05
        ),
        radar(
            "coast", 0, latitude=np.radians(36.5), longitude=np.radians(137.0), boresight=np.radians(310.0), dwell=0.05
        ),
    )
    orbits = walker(24, 3, 1, np.radians(60.0), 1200e3)
    satellites = tuple(
        replace(eye("low", 1), orbit=o, key=key_of(f"low/{i}"), noise_equivalent_irradiance=1e-10, revisit=4.0)
        for i, o in enumerate(orbits)
    )
    layers = (
        layer("upper", 0, 38.5, 136.0),
        layer("middle", 1, 35.0, 139.5, range=200e3, floor=1e3, ceiling=30e3, mean_speed=1000.0, magazine=1),
        layer(
            "lower",
            0,
            35.65,
            139.75,
            range=40e3,
            floor=100.0,
            ceiling=20e3,
            mean_speed=900.0,
            homing_time=5.0,
            magazine=2,
        ),
    )
    common: dict[str, Any] = {"layers": layers, "magazines": stock(8.0, 8.0, 16.0), "late": 5.0}
    ground = (True,) * 3 + (False,) * 24
    usual: dict[str, Any] = {
        "threats": (BALLISTIC, replace(BALLISTIC, launch_time=30.0), GLIDE),
        "values": (1.0, 1.0, 1.0),
        "places": (0, 0, 0),
        "efficiency": 1.3,
        "options": (
            option(27, name="baseline", sensors=ground, given=Rule.WARNING, back=Rule.WARNING, **common),
            option(27, name="low", given=Rule.CUE, back=Rule.CUE, **common),
            option(27, name="joint", given=Rule.FIRE_CONTROL, back=Rule.FIRE_CONTROL, **common),
            option(
                27, name="stocks", given=Rule.CUE, back=Rule.CUE, **(common | {"magazines": stock(16.0, 16.0, 16.0)})
            ),
        ),
    }
    return case(radars, satellites, 3, **(usual | changed))

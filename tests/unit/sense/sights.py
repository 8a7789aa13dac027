"""One radar, one infrared sensor, threats at given places, and what is seen of them."""

import math

import numpy as np

from sakimori.base.types import Flights, Phase, Sightings
from sakimori.earth import geodesy
from sakimori.sense import visibility
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Geostationary
from sakimori.sense.radar import Radar

DEGREE = math.pi / 180
SITE = (35 * DEGREE, 135 * DEGREE)
RADAR = Radar(
    name="radar",
    key=1,
    owner=0,
    latitude=SITE[0],
    longitude=SITE[1],
    altitude=30.0,
    boresight=0.0,
    sector=120 * DEGREE,
    elevation_min=2 * DEGREE,
    elevation_max=60 * DEGREE,
    reference_range=500e3,
    maximum_range=1000e3,
    range_sigma=10.0,
    angle_sigma=1e-3,
    beam_width=1 * DEGREE,
    fence_low=3 * DEGREE,
    fence_high=10 * DEGREE,
    fence_interval=5.0,
    fence_load=0.3,
    dwell=0.02,
    track_interval=2.0,
    search_beams_max=50.0,
)
INFRARED = Infrared(
    name="infrared",
    key=2,
    owner=0,
    orbit=Geostationary(SITE[1]),
    noise_equivalent_irradiance=1e-12,
    threshold=5.0,
    angle_sigma=30e-6,
    revisit=2.0,
    tangent_altitude=20e3,
)


def threats(latitude, longitude, altitude, cross_section=1.0, intensity=1e5, phase=Phase.COAST) -> Flights:
    """One threat whose samples stand at the given places [rad, rad, m]."""
    place = np.broadcast_arrays(np.atleast_1d(latitude), longitude, np.asarray(altitude, float))
    position, samples = geodesy.positions_ecef(*place)[None], place[0].size
    return Flights(
        step=1.0,
        position_ecef=position,
        velocity_ecef=np.zeros_like(position),
        altitude=np.array(place[2])[None],
        phase=np.full((1, samples), phase, np.uint8),
        maneuver=np.zeros((1, samples)),
        intensity=np.full((1, samples), float(intensity)),
        radar_cross_section=np.array([float(cross_section)]),
        launch=np.array([0]),
        impact=np.array([samples]),
        status=np.zeros(1, np.uint8),
        faces=np.zeros((1, samples, 0, 3)),
        plume_aspect=np.ones(1),
    )


def at(bearing_deg: float, distance: float, altitude: float, **more: float) -> Flights:
    """One threat at a bearing [deg] and ground distance [m] from the radar's site."""
    return threats(*geodesy.destination(*SITE, bearing_deg * DEGREE, distance), altitude, **more)


def see(flights: Flights, *sensors: Radar | Infrared, up: bool = True) -> Sightings:
    """Visibility of a small case with sensors that are all up, or all down."""
    radars = [s for s in sensors if isinstance(s, Radar)]
    infrareds = [s for s in sensors if isinstance(s, Infrared)]
    place = visibility.sensor_positions(radars, infrareds, 2461245.5, flights.step, flights.phase.shape[1])
    return visibility.see(flights, radars, infrareds, place, np.full(len(sensors), up))

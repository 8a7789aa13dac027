"""Every parameter of every kind of record: its dimension and range. The one table where units meet field names.

Names equal the fields of the dataclasses Radar, Infrared, Layer, BallisticThreat, QuasiBallisticThreat,
GlideThreat and CruiseThreat (tested);
those of a booster are read by study/boosters.py.
"""

import math
from typing import Final, NamedTuple


class Field(NamedTuple):
    """What a parameter may be: a dimension of base.units ("flag" for true or false) and a range in SI."""

    dimension: str
    low: float = -math.inf
    high: float = math.inf
    integer: bool = False
    meaning: str = ""


_QUARTER, _TURN = math.pi / 2 + 1e-9, 2 * math.pi + 1e-9
_TINY: Final = 1e-30


def _length(meaning: str, low: float = 0.0) -> Field:
    return Field("length", low, 1e9, meaning=meaning)


def _time(meaning: str, low: float = 0.0) -> Field:
    return Field("time", low, 1e7, meaning=meaning)


def _angle(meaning: str, low: float = -_QUARTER, high: float = _QUARTER) -> Field:
    return Field("angle", low, high, meaning=meaning)


def _share(meaning: str) -> Field:
    return Field("number", 0.0, 1.0, meaning=meaning)


def _whole(meaning: str, low: float = 0.0, high: float = 1e6) -> Field:
    return Field("number", low, high, True, meaning)


AVAILABILITY: Final = _share("probability that it works, drawn once per future")
SITE: Final = {
    "latitude": _angle("geodetic latitude"),
    "longitude": _angle("longitude, east positive", -_TURN, _TURN),
    "altitude": Field("length", 0.0, 2e4, meaning="above the ellipsoid"),
}

RADAR: Final = {
    "sector": _angle("full width of a face in azimuth; 360 deg is all round", 1e-6, _TURN),
    "faces": _whole("faces that share its beam time", 1, 16),
    "face_spacing": _angle("azimuth from face to face; 0 is even round the horizon", 0.0, _TURN),
    "face_tilt": _angle("elevation of a face's normal"),
    "scan_exponent": Field("number", 0.0, 10.0, meaning="two-way loss off a face's normal: its cosine to this power"),
    "wavelength": Field("length", 5.5e-3, 1.0, meaning="sets the loss in the air; without it there is none"),
    "elevation_min": _angle("lowest elevation"),
    "elevation_max": _angle("highest elevation"),
    "reference_range": _length("range at which a pulse at the reference target gives the reference signal", 1.0),
    "power_aperture": Field(
        "power aperture", 1e-3, 1e15, meaning="mean power by effective area, in place of the reference range"
    ),
    "noise_temperature": Field("temperature", 1.0, 1e6, meaning="of the system, with the power-aperture product"),
    "loss": Field("number", 1.0, 1e9, meaning="all but those in the air and off boresight, may be written in dB"),
    "reference_cross_section": Field("area", 1e-12, 1e12, meaning="of the reference target"),
    "reference_signal": Field("number", 1e-12, 1e12, meaning="signal-to-noise power ratio, may be written in dB"),
    "maximum_range": _length("instrumented slant range"),
    "range_sigma": _length("floor of the noise of one range measurement", 1e-6),
    "range_resolution": Field("length", 0.0, 1e6, meaning="sets that noise at a weak signal; 0: the floor alone"),
    "range_rate_sigma": Field("speed", 0.0, 1e5, meaning="floor of the noise of one range rate; 0: it is not measured"),
    "range_rate_resolution": Field("speed", 0.0, 1e5, meaning="sets that noise at a weak signal; 0: the floor alone"),
    "angle_sigma": _angle("floor of the noise of one angle measurement", 1e-12, math.pi),
    "range_bias": Field("length", 0.0, 1e6, meaning="1 sigma of an error of range that stays through a future"),
    "angle_bias": _angle("1 sigma per axis of an error of its axes that stays through a future", 0.0, 0.1),
    "refraction_residual": _share("1 sigma of the share of the air's bending that is left in the elevation"),
    "beam_width": _angle("half-power width", 1e-9, math.pi),
    "false_alarm": Field("number", 1e-15, 0.1, meaning="probability of a false alarm per look"),
    "swerling": _whole("0 steady, 1 or 3 fluctuating from look to look, 2 or 4 from pulse to pulse", 0, 4),
    "pulses": _whole("summed after detection in one look", 1, 256),
    "fence_low": _angle("lowest elevation searched unasked"),
    "fence_high": _angle("highest elevation searched unasked"),
    "fence_interval": _time("between two looks of the fence at one direction", 1e-9),
    "fence_load": _share("share of the beam time that the fence takes"),
    "dwell": _time("beam time of one look", 1e-9),
    "track_interval": _time("between two looks at a tracked threat", 1e-9),
    "search_beams_max": Field("number", 0.0, 1e6, meaning="most beams of a cued search"),
    "false_track_rate": Field("rate", 0.0, 1e6, meaning="new tracks of nothing, each looked at until it is dropped"),
}
INFRARED: Final = {
    "noise_equivalent_irradiance": Field("irradiance", _TINY, 1e6, meaning="at the aperture, in 1.4 to 3.0 um"),
    "threshold": Field("number", 1e-6, 1e6, meaning="signal-to-noise ratio at which half of the looks detect"),
    "angle_sigma": _angle("noise of one line of sight, per axis", 1e-12, math.pi),
    "revisit": _time("between two looks at one direction", 1e-6),
    "tangent_altitude": Field("length", 0.0, 2e5, meaning="lines of sight that pass lower meet bright air"),
    "lowest_altitude": Field("length", 0.0, 2e5, meaning="below it cloud and moist air hide a threat"),
    "looks_down": Field("flag", meaning="may see a threat against the Earth"),
    "clutter_factor": Field("number", 1.0, 1e9, meaning="factor on the noise against the Earth"),
    "limb_altitude": Field("length", 0.0, 1e6, meaning="lines of sight that pass lower meet the limb"),
    "limb_factor": Field("number", 1.0, 1e9, meaning="factor on the noise against the limb"),
    "off_nadir_min": _angle("field of regard, from straight down", 0.0, math.pi + 1e-9),
    "off_nadir_max": _angle("field of regard, from straight down", 0.0, math.pi + 1e-9),
    "step_time": Field("time", 0.0, 1e4, meaning="to point at one threat and look; 0: all are seen at once"),
    "boresight_sigma": _angle("1 sigma per axis of the drift of its pointing", 0.0, 0.1),
    "boresight_time": _time("in which that drift forgets itself", 1e-3),
    "dark_in_eclipse": Field("flag", meaning="off in the Earth's shadow"),
}
INTERCEPTOR: Final = {
    "range": _length("greatest slant distance to an intercept", 1.0),
    "floor": _length("lowest altitude of an intercept", -1e3),
    "ceiling": _length("highest altitude of an intercept"),
    "mean_speed": Field("speed", 1.0, 2e4, meaning="to any point in reach"),
    "burnout_speed": Field(
        "speed", 0.0, 2e4, meaning="in place of the mean speed: an even burn, then a coast; 0 is none"
    ),
    "burn_time": _time("to that speed"),
    "drag_length": _length("of way in the air that leaves it 1/e of its speed; 0 is a coast above the air"),
    "crossing_angle": _angle("greatest one between the threat's way and the line to the site", 0.01, math.pi),
    "launch_delay": _time("from the decision until it moves"),
    "homing_time": _time("from hand-over to intercept", 1e-3),
    "basket": _length("radius searched by its own sensor at hand-over"),
    "divert": Field("speed", 0.0, 1e5, meaning="velocity change left at hand-over"),
    "track_sigma": _length("position error per axis of the track needed to commit", 1e-3),
    "assess_delay": _time("from intercept to the knowledge of its result"),
    "salvo": _whole("rounds per look", 1, 63),
    "later_salvo": _whole("rounds per look after the first; 0 is as in the first", 0, 63),
    "looks": _whole("most looks at one threat", 1, 64),
    "channels": _whole("threats engaged at the same time; 0 is no limit"),
    "kill_probability": _share("of one round against an intact threat"),
    "margin_loss": _share("of that probability lost where basket or divert are used up, in proportion below"),
    "correlation": _share("of the failures of rounds at one threat"),
    "reserve": _whole("rounds that it leaves in its magazine"),
    "reserve_value": Field("number", 0.0, 1e12, meaning="value of a place from which on it draws on that reserve"),
    "hand_over": Field("flag", meaning="leaves a threat to a later layer that can engage it and has rounds"),
    "launch_on_remote": Field("flag", meaning="may launch on a track with partners' measurements in it"),
    "engage_on_remote": Field("flag", meaning="and be steered by it until hand-over; else that takes an own track"),
    "designation": _share("that it tells a threat from the objects beside it; else it picks one at random"),
    "false_kill": _share("of the looks that killed nothing that are taken for a kill"),
    "false_miss": _share("of the kills that are not noticed"),
    "false_shot_rate": Field("rate", 0.0, 1e3, meaning="of tracks of nothing at which it fires the salvo of one look"),
    "unit_cost": Field("money", 0.0, 1e12, meaning="of one round"),
}
_SIGNATURE: Final = {
    "radar_cross_section": Field("area", 0.0, 1e6, meaning="mean radar cross section"),
    "plume_intensity": Field("intensity", 0.0, 1e9, meaning="in 1.4 to 3.0 um, while boosting, from the side"),
    "plume_aspect": _share("intensity of the plume from ahead or behind over that from the side"),
}
BALLISTIC: Final = {
    "loft": _angle("flight-path angle at burnout above the horizontal", 1e-3, math.pi / 2 - 1e-3),
    "burnout_altitude": Field("length", 0.0, 1e6, meaning="where boost ends"),
    "boost_time": _time("from launch to burnout"),
    "ballistic_coefficient": Field("areal density", 1.0, 1e6, meaning="mass over drag area"),
    **_SIGNATURE,
    "body_intensity": Field("intensity", 0.0, 1e9, meaning="in 1.4 to 3.0 um, after burnout, alike from all sides"),
}
QUASI_BALLISTIC: Final = {
    "apogee": Field("length", 5e3, 1e6, meaning="of the ballistic arc"),
    "speed_limit": Field("speed", 300.0, 7200.0, meaning="greatest speed at burnout"),
    "burnout_altitude": Field("length", 0.0, 1e6, meaning="where boost ends"),
    "boost_time": _time("from launch to burnout"),
    "ballistic_coefficient": Field("areal density", 100.0, 1e6, meaning="mass over drag area"),
    "lift_to_drag": Field("number", 0.1, 10.0, meaning="while the lift is turned up or down"),
    "load_limit": Field("acceleration", 1.0, 1e4, meaning="greatest lift per mass"),
    "pull_up_pressure": Field("pressure", 0.0, 1e7, meaning="dynamic pressure after the apogee that starts it"),
    "dive_speed": Field("speed", 0.0, 7200.0, meaning="the dive starts at the energy of this speed at the ground"),
    "dive_angle": _angle("of the terminal dive below the horizontal", 0.05, 1.5),
    **_SIGNATURE,
    "body_intensity": Field("intensity", 0.0, 1e9, meaning="in 1.4 to 3.0 um, after burnout, alike from all sides"),
}
GLIDE: Final = {
    "boost_time": Field("time", 0.0, 1e4, meaning="from launch to burnout"),
    "boost_range": Field("length", 0.0, 5e6, meaning="ground distance from launch to burnout"),
    "burnout_altitude": Field("length", 0.0, 1e6, meaning="where boost ends; at most 0.8 of the apogee"),
    "entry_speed": Field("speed", 500.0, 7200.0, meaning="at burnout"),
    "apogee": Field("length", 5e3, 1e6, meaning="of the coast after burnout"),
    "lift_to_drag": Field("number", 0.1, 10.0, meaning="the best"),
    "ballistic_coefficient": Field(
        "areal density", 100.0, 1e6, meaning="mass over drag area, at the best lift-to-drag"
    ),
    "load_limit": Field("acceleration", 10.0, 1e4, meaning="greatest lift per mass of pull-up and glide"),
    "skip": Field("flag", 0.0, 1.0, meaning="a skipping glide; false: an equilibrium glide"),
    "bank_programme": _whole("0 one turn to the left, 1 weave, 2 S-turns, 3 one turn to the right", 0, 3),
    "bank_amplitude": _angle("of the bank programme", 0.0, math.pi / 2 - 1e-3),
    "bank_period": Field("time", 1.0, 1e5, meaning="of weave and S-turns; how long a turn lasts"),
    "bank_start": Field("time", 0.0, 1e4, meaning="when the bank programme begins, after the apogee"),
    "dive_angle": _angle("of the terminal dive below the horizontal", 0.05, 1.5),
    "dive_load_limit": Field("acceleration", 10.0, 1e4, meaning="greatest lift per mass of the dive"),
    **_SIGNATURE,
    "signature": _share("infrared: 0 laminar to 1 turbulent heating"),
}
CRUISE: Final = {
    "boost_time": _time("from launch to the start of the cruise; 0 s is a release from the air"),
    "boost_range": _length("ground distance from launch to the start of the cruise"),
    "cruise_altitude": Field("length", 10.0, 60e3, meaning="held under power, above the ellipsoid"),
    "mach": Field("number", 0.2, 12.0, meaning="Mach number held under power"),
    "lift_to_drag": Field("number", 0.1, 30.0, meaning="of the cruise and after it"),
    "specific_impulse": Field("time", 100.0, 2e4, meaning="of the engine that holds the cruise"),
    "fuel_fraction": Field("number", 0.0, 0.95, meaning="fuel over mass at the start of the cruise"),
    "turn_bank": _angle("bank of a turn under power", 0.01, 1.5),
    "load_limit": Field("acceleration", 10.0, 1e4, meaning="greatest lift per mass after the cruise"),
    "dive_angle": _angle("of the terminal dive below the horizontal", 0.05, 1.5),
    "first_along": Field("number", -1.0, 2.0, meaning="first way-point: share of the way from launch to aim point"),
    "first_aside": Field("number", -1.0, 1.0, meaning="and how far to the right of it, in lengths of it; 0 is none"),
    "second_along": Field("number", -1.0, 2.0, meaning="second way-point: share of the way"),
    "second_aside": Field("number", -1.0, 1.0, meaning="and how far to the right of it, in lengths of it; 0 is none"),
    **_SIGNATURE,
    "body_intensity": Field("intensity", 0.0, 1e9, meaning="after the boost"),
}
MOST_STAGES: Final = 4
STAGE: Final = {  # of stage i, with _i behind the name
    "propellant_mass": Field("mass", 1.0, 1e7, meaning="burnt"),
    "dry_mass": Field("mass", 0.0, 1e7, meaning="dropped after the burn, unburnt propellant included"),
    "burn_time": _time("at an even flow", 0.5),
    "specific_impulse": _time("in vacuum, mean over the burn", 50.0)._replace(high=600.0),
    "sea_level_specific_impulse": _time("at the pressure of sea level", 20.0)._replace(high=600.0),
    "coast": _time("from the end of the burn to the next ignition; 0 after the last stage"),
}
BOOSTER: Final = {
    "payload": Field("mass", 0.0, 1e7, meaning="on top of the last stage"),
    "diameter": _length("of the widest stage", 0.01)._replace(high=100.0),
    "drag_coefficient": Field("number", 0.0, 10.0, meaning="of the ascent, a mean over Mach number"),
    "rise_time": _time("of vertical flight before the pitch-over", 0.5),
    **{
        f"{name}_{i}": field._replace(meaning=f"stage {i}: {field.meaning}")
        for i in range(1, MOST_STAGES + 1)
        for name, field in STAGE.items()
    },
}
KINDS: Final[dict[str, dict[str, Field]]] = {
    "radar": RADAR,
    "infrared": INFRARED,
    "interceptor": INTERCEPTOR,
    "ballistic": BALLISTIC,
    "quasi-ballistic": QUASI_BALLISTIC,
    "glide": GLIDE,
    "cruise": CRUISE,
    "booster": BOOSTER,
}
SENSORS: Final = ("radar", "infrared")
THREATS: Final = ("ballistic", "quasi-ballistic", "glide", "cruise")
OPTIONAL: Final = frozenset(("plume_aspect",))  # a threat's record may leave it out: the plume is alike from all sides
BOOSTED: Final = ("ballistic", "quasi-ballistic", "glide")  # records that may name a booster, in place of DRAWN_BOOST
DRAWN_BOOST: Final = ("boost_time", "burnout_altitude", "boost_range")
# Chosen by the attacker in the hour: averaged over, never ranked or searched.
ATTACKER: Final = frozenset(
    (
        *("loft", "apogee", "skip", "bank_programme", "bank_amplitude", "bank_period", "bank_start"),
        *("pull_up_pressure", "dive_speed", "dive_angle"),
        *("cruise_altitude", "first_along", "first_aside", "second_along", "second_aside"),
    )
)

DEPLOYMENT: Final[dict[str, Field]] = {
    "availability": AVAILABILITY,
    "boresight": _angle("azimuth of the sector's centre", -_TURN, _TURN),
    "rounds": Field("number", 0.0, 1e6, meaning="interceptors in the magazine"),
    "cells": Field("number", 0.0, 1e6, meaning="of a carrier's launchers, shared by the layers aboard"),
    "cells_per_round": Field("number", 1e-3, 100.0, meaning="cells of its carrier that one round takes"),
    **SITE,
}
MAGAZINE: Final[dict[str, Field]] = {
    "ready": _whole("rounds in launchers at a time; 0 is all"),
    "reload_time": _time("from the last ready round until the launchers are full again"),
}
PLACE: Final[dict[str, Field]] = {"value": Field("number", 0.0, 1e12, meaning="what a leaker there costs")}
TRANSFER: Final[dict[str, Field]] = {
    "rounds": _whole("rounds that pass, as far as the giver has them"),
    "after": _time("from the raid clock's zero, the first launch"),
}
COMPANY: Final[dict[str, Field]] = {  # of a ballistic threat
    "heavy_objects": Field("number", 0.0, 1e3, meaning="objects beside it that fall as it does, to the ground"),
    "light_objects": Field("number", 0.0, 1e3, meaning="objects beside it that the air strips off"),
    "strip_altitude": Field("length", 0.0, 2e5, meaning="below it there are no light objects"),
}
CIRCUIT: Final[dict[str, Field]] = {
    "leg": Field("length", 0.0, 1e6, meaning="of each straight leg; 0 is a circle"),
    "radius": Field("length", 100.0, 5e5, meaning="of the turns"),
    "bearing": _angle("of the legs", -_TURN, _TURN),
    "speed": Field("speed", 1.0, 1e3, meaning="over ground"),
    "phase": _share("of one round at the raid clock's zero"),
}
ORBIT: Final[dict[str, Field]] = {
    "total": _whole("satellites", 1, 2000),
    "planes": _whole("orbital planes", 1, 200),
    "phasing": Field("number", 0.0, 2000.0, meaning="Walker's or Ballard's phasing"),
    "inclination": _angle("of the orbits", 0.0, math.pi),
    "altitude": Field("length", 1.6e5, 1e8, meaning="above the equator's radius"),
    "raan": _angle("right ascension of the first node", -_TURN, _TURN),
    "anomaly": _angle("mean anomaly of the first satellite", -_TURN, _TURN),
    "spacing": _angle("between the nodes of neighbouring planes", 0.0, _TURN),
    "perigee": Field("length", 1.6e5, 1e8, meaning="lowest altitude, above the equator's radius"),
    "apogee": Field("length", 1.6e5, 1e9, meaning="highest altitude, above the equator's radius"),
    "argument_of_perigee": _angle("from the node, along the orbit", -_TURN, _TURN),
    "lost": _whole("satellites that do not work", 0, 2000),
    "planes_out": _whole("planes that do not work", 0, 200),
    "spares": _whole("in each plane, each in place of one lost there", 0, 200),
}
COMMAND: Final[dict[str, Field]] = {
    "hold_probability": _share("that an uncoordinated layer leaves a threat to another"),
    "decision_delay": _time("from a good enough track to the permission to launch"),
    "own_latency": _time("from a partner's sensors to its own shooters"),
    "latency": _time("from one partner's sensors to the other's shooters"),
    "efficiency": Field("number", 1.0, 100.0, meaning="a tracker's standard deviations over the bound's"),
    "drop_time": _time("without a detection until a track is lost"),
}

"""Every parameter of every kind of record: its dimension and range. The one table where units meet field names.

Names equal the fields of the dataclasses Radar, Infrared, Layer, BallisticThreat, QuasiBallisticThreat
and GlideThreat (tested).
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
    "sector": _angle("full width in azimuth; 360 deg is all round", 1e-6, _TURN),
    "elevation_min": _angle("lowest elevation"),
    "elevation_max": _angle("highest elevation"),
    "reference_range": _length("range at which one look at the reference target gives the reference signal", 1.0),
    "reference_cross_section": Field("area", 1e-12, 1e12, meaning="of the reference target"),
    "reference_signal": Field("number", 1e-12, 1e12, meaning="signal-to-noise power ratio, may be written in dB"),
    "maximum_range": _length("instrumented slant range"),
    "range_sigma": _length("noise of one range measurement", 1e-6),
    "angle_sigma": _angle("floor of the noise of one angle measurement", 1e-12, math.pi),
    "beam_width": _angle("half-power width", 1e-9, math.pi),
    "false_alarm": Field("number", 1e-15, 0.1, meaning="probability of a false alarm per look"),
    "swerling": _whole("0 steady, 1 or 3 fluctuating", 0, 3),
    "fence_low": _angle("lowest elevation searched unasked"),
    "fence_high": _angle("highest elevation searched unasked"),
    "fence_interval": _time("between two looks of the fence at one direction", 1e-9),
    "fence_load": _share("share of the beam time that the fence takes"),
    "dwell": _time("beam time of one look", 1e-9),
    "track_interval": _time("between two looks at a tracked threat", 1e-9),
    "search_beams_max": Field("number", 0.0, 1e6, meaning="most beams of a cued search"),
}
INFRARED: Final = {
    "noise_equivalent_irradiance": Field("irradiance", _TINY, 1e6, meaning="at the aperture"),
    "threshold": Field("number", 1e-6, 1e6, meaning="signal-to-noise ratio at which half of the looks detect"),
    "angle_sigma": _angle("noise of one line of sight, per axis", 1e-12, math.pi),
    "revisit": _time("between two looks at one direction", 1e-6),
    "tangent_altitude": Field("length", 0.0, 2e5, meaning="lines of sight that pass lower meet bright air"),
    "lowest_altitude": Field("length", 0.0, 2e5, meaning="below it cloud and moist air hide a threat"),
    "looks_down": Field("flag", meaning="may see a threat against the Earth"),
    "clutter_factor": Field("number", 1.0, 1e9, meaning="factor on the noise against the Earth"),
}
INTERCEPTOR: Final = {
    "range": _length("greatest slant distance to an intercept", 1.0),
    "floor": _length("lowest altitude of an intercept", -1e3),
    "ceiling": _length("highest altitude of an intercept"),
    "mean_speed": Field("speed", 1.0, 2e4, meaning="to any point in reach"),
    "launch_delay": _time("from the decision until it moves"),
    "homing_time": _time("from hand-over to intercept", 1e-3),
    "basket": _length("radius searched by its own sensor at hand-over"),
    "divert": Field("speed", 0.0, 1e5, meaning="velocity change left at hand-over"),
    "track_sigma": _length("position error per axis of the track needed to commit", 1e-3),
    "assess_delay": _time("from intercept to the knowledge of its result"),
    "salvo": _whole("rounds per look", 1, 63),
    "looks": _whole("most looks at one threat", 1, 64),
    "channels": _whole("threats engaged at the same time; 0 is no limit"),
    "kill_probability": _share("of one round against an intact threat"),
    "correlation": _share("of the failures of rounds at one threat"),
    "unit_cost": Field("money", 0.0, 1e12, meaning="of one round"),
}
_SIGNATURE: Final = {
    "radar_cross_section": Field("area", 0.0, 1e6, meaning="mean radar cross section"),
    "plume_intensity": Field("intensity", 0.0, 1e9, meaning="while boosting"),
}
BALLISTIC: Final = {
    "loft": _angle("flight-path angle at burnout above the horizontal", 1e-3, math.pi / 2 - 1e-3),
    "burnout_altitude": Field("length", 0.0, 1e6, meaning="where boost ends"),
    "boost_time": _time("from launch to burnout"),
    "ballistic_coefficient": Field("areal density", 1.0, 1e6, meaning="mass over drag area"),
    **_SIGNATURE,
    "body_intensity": Field("intensity", 0.0, 1e9, meaning="after burnout"),
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
    "body_intensity": Field("intensity", 0.0, 1e9, meaning="after burnout"),
}
GLIDE: Final = {
    "entry_speed": Field("speed", 100.0, 11e3, meaning="at the start of the glide"),
    "lift_to_drag": Field("number", 0.1, 10.0, meaning="while gliding"),
    "ballistic_coefficient": Field("areal density", 1.0, 1e6, meaning="mass over drag area"),
    "bank_amplitude": _angle("of the bank programme", 0.0, math.pi / 2 - 1e-3),
    "bank_period": _time("of the bank programme", 1.0),
    "boost_time": _time("from launch to entry"),
    "boost_range": _length("ground distance from launch to entry"),
    "dive_angle": _angle("of the terminal dive below the horizontal", 1e-3, math.pi / 2),
    **_SIGNATURE,
    "signature": _share("infrared: 0 laminar to 1 turbulent heating"),
}
KINDS: Final[dict[str, dict[str, Field]]] = {
    "radar": RADAR,
    "infrared": INFRARED,
    "interceptor": INTERCEPTOR,
    "ballistic": BALLISTIC,
    "quasi-ballistic": QUASI_BALLISTIC,
    "glide": GLIDE,
}
SENSORS: Final = ("radar", "infrared")
THREATS: Final = ("ballistic", "quasi-ballistic", "glide")
# Chosen by the attacker in the hour: averaged over, never ranked or searched.
ATTACKER: Final = frozenset(
    ("loft", "apogee", "bank_amplitude", "bank_period", "pull_up_pressure", "dive_speed", "dive_angle")
)

DEPLOYMENT: Final[dict[str, Field]] = {
    "availability": AVAILABILITY,
    "boresight": _angle("azimuth of the sector's centre", -_TURN, _TURN),
    "rounds": Field("number", 0.0, 1e6, meaning="interceptors in the magazine"),
    **SITE,
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

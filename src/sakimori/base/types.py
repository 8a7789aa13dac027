"""What passes between the stages of the chain: shared enumerations and small tuples of arrays.

Axis order is fixed (docs/nomenclature.md): threat N, then sensor S or layer L or pool G, then sample K; vectors last.
Everything is SI and radians. Sample k stands for the time k * step after the start of the raid clock.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


_NO_ERROR: Floats = np.zeros((0, 0, 0, 6))
_NO_FUSION: Floats = np.zeros((0, 0, 0))


class Phase(IntEnum):
    """What a threat is doing at a sample."""

    WAITING = 0  # not yet launched
    BOOST = 1
    COAST = 2  # unpowered, ballistic
    GLIDE = 3
    DIVE = 4  # terminal dive of a glider, a quasi-ballistic or a cruise threat
    ENDED = 5  # on the ground
    PULL_UP = 6  # lift turned up after a ballistic arc
    CRUISE = 7  # powered, level


class Reason(IntEnum):
    """Why something did or did not happen. Along the chain the number grows: of several, the largest got furthest."""

    NONE = 0  # nothing to explain: it was seen
    # sense: one sample of one threat by one sensor
    NOT_FLYING = 1
    SENSOR_OUT = 2
    BELOW_HORIZON = 3
    EARTH_IN_THE_WAY = 4
    OUT_OF_SECTOR = 5
    BELOW_ELEVATION = 6
    ABOVE_ELEVATION = 7
    TOO_FAR = 8
    TOO_FAINT = 9
    NOT_TASKED = 10
    CUE_TOO_POOR = 11
    NO_BEAM_TIME = 12
    LOOK_MISSED = 13
    # track and tell: a threat as its shooter knows it
    NOT_DETECTED = 20
    NOT_CONFIRMED = 21
    NOT_SHARED = 22
    TRACK_TOO_POOR = 23
    # engage: a threat and a layer
    LAYER_OUT = 30
    OUT_OF_REACH = 31
    ABOVE_CEILING = 32
    BELOW_FLOOR = 33
    TOO_LATE = 34
    OUTSIDE_BASKET = 35
    DIVERT_EXCEEDED = 36
    REMOTE_TRACK = 37
    NOT_PERMITTED = 38
    HELD_FIRE = 39
    HANDED_OVER = 40
    LAYER_LOST = 41
    NO_CHANNEL = 42
    RELOADING = 43
    RESERVED = 44
    MAGAZINE_EMPTY = 45
    WRONG_OBJECT = 50
    MISSED = 51
    FALSE_KILL = 52
    ALREADY_KILLED = 53
    KILLED = 54


class FlightStatus(IntEnum):
    """How a flight, or the solution for its start, ended."""

    REACHED = 0
    TOO_FAR = 1  # the aim point lies beyond what the vehicle can reach
    TOO_NEAR = 2  # the aim point lies nearer than the vehicle can come down
    NOT_BALLISTIC = 3  # no ballistic flight explains the numbers
    NOT_CONVERGED = 4
    NO_IMPACT = 5  # still flying when time ran out
    NO_SUCH_APOGEE = 6  # its apogee lies too low for burnout or lift, or too high for its speed


class Flights(NamedTuple):
    """Threats on the raid clock."""

    step: float  # [s] between samples
    position_ecef: Floats  # (N, K, 3) [m]; held at the launch point before launch and at the impact after it
    velocity_ecef: Floats  # (N, K, 3) [m/s] relative to the rotating Earth
    altitude: Floats  # (N, K) [m] geodetic
    phase: Codes  # (N, K) Phase
    maneuver: Floats  # (N, K) [m/s2] 1-sigma per axis of the acceleration a tracker cannot predict
    intensity: (
        Floats  # (N, K) [W/sr] in the sensors' band, alike to all sides; in BOOST that of the plume from the side
    )
    radar_cross_section: Floats  # (N,) [m2]
    launch: Integers  # (N,) sample of launch
    impact: Integers  # (N,) first sample with phase ENDED (K where none)
    status: Codes  # (N,) FlightStatus
    faces: Floats  # (N, K, F, 3) [W/sr] flat faces that shine as well: intensity square on, times the normal (ECEF)
    plume_aspect: Floats  # (N,) intensity of the plume from ahead or behind over that from the side


class Sightings(NamedTuple):
    """What each sensor could see of each threat, before tasking. Radars first, then infrared sensors."""

    reason: Codes  # (N, S, K) Reason; NONE where a look could detect
    signal: Floats  # (N, S, K) signal-to-noise power ratio of one look; 0 where reason is not NONE
    in_fence: Flags  # (N, S, K) inside the volume that the sensor searches unasked
    sensor_ecef: Floats  # (S, K, 3) [m] where the sensor is


class Tracks(NamedTuple):
    """What each pool of sensors knows of each threat."""

    reason: Codes  # (N, S, K) Reason of every sample not detected, after tasking; NONE where detected
    usable: Flags  # (G, N, K) the pool holds a confirmed track, precise enough to be of use (track.bounds.MOST_SIGMA)
    spread: Floats  # (G, N, K, 6) traces of the covariance blocks pp, pv, pa, vv, va, aa [SI], efficiency applied
    beam_load: Floats  # (S, K) share of the sensor's beam time in use
    confirmed: Flags  # (G, N, K) the pool holds a confirmed track, however vague
    error: Floats = _NO_ERROR  # (G, N, K, 6) as `spread`, of the actual error of a filter; (0, 0, 0, 6) of a bound
    # (P, N, K) [m2] trace of the position covariance that each partner makes of tracks that it is told, as it has it at
    # that sample; inf where there is none; (0, 0, 0) where nobody fuses bounds
    fused: Floats = _NO_FUSION


class Deliveries(NamedTuple):
    """Which pool's track reaches which partner, how late. `inf` means never."""

    latency: Floats  # (P, G) [s] as a fire-control track
    cue_latency: Floats  # (P, G) [s] as a cue or better
    warning_latency: Floats  # (P, G) [s] as a warning or better


class Rule(IntEnum):
    """What one partner gives another of its sensors' tracks."""

    NONE = 0
    WARNING = 1  # that something was launched
    CUE = 2  # where it is, well enough to point a sensor
    TRACK = 3  # its own track, good enough to shoot on; the receiver does not know what the two have in common
    FIRE_CONTROL = 4  # the measurements themselves, good enough to shoot on

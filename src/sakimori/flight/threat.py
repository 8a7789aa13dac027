"""What every family of threats shares: the answer of aiming, the clock on which it is drawn, and input checks."""

import math
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, FlightStatus, Floats, Phase
from sakimori.flight.motion import Environment, Vector
from sakimori.flight.sphere import boost_point

BOOST_MANEUVER = 20.0  # [m/s2] about 2 g: a tracker cannot foresee thrust, staging and pitch programme; assumption
COAST_MANEUVER = 0.05  # [m/s2] floor: unmodelled gravity, tumbling, venting; assumption
DRAG_DOUBT = 0.1  # share of the drag of a ballistic body that a tracker cannot predict; assumption
AIM_ERROR = 1.0  # [m] a flight reaches its aim point when it comes down within this

_WAITING, _BOOST, _ENDED = int(Phase.WAITING), int(Phase.BOOST), int(Phase.ENDED)
_REACHED = int(FlightStatus.REACHED)


class Aim(NamedTuple):
    """How a threat must start unpowered flight to come down at its aim point, or why it cannot."""

    status: int  # FlightStatus; all that follows describes the flight only where it is REACHED
    position: Vector  # [m] ECEF, at burnout or entry
    velocity: Vector  # [m/s] relative to the Earth
    speed: float  # [m/s] its length
    angle: float  # [rad] flight path above the horizontal there
    azimuth: float  # [rad] clockwise from north there
    duration: float  # [s] from there to impact
    dive: float  # [s] from there to the start of the terminal dive; nan for a ballistic flight
    apogee: float  # [m] geodetic altitude
    miss: float  # [m] distance of the impact from the aim point
    nearest_range: float  # [m] from launch, about the nearest that can be reached; nan where none is known
    shots: int  # flights flown to find it


class Record(NamedTuple):
    """Where one threat is drawn: raw states (K, 6), and its rows of the arrays of Flights."""

    states: Floats  # scratch, one threat at a time
    altitude: Floats
    phase: Codes
    maneuver: Floats
    intensity: Floats
    faces: Floats  # (K, FACES, 3), zero; written by what shines by its faces (signature.py)


class Threat(Protocol):
    """What the raid clock needs of a threat, whatever its family."""

    @property
    def launch_time(self) -> float: ...
    @property
    def boost_time(self) -> float: ...
    @property
    def radar_cross_section(self) -> float: ...
    @property
    def plume_aspect(self) -> float: ...


@kernel
def failed(status: int, nearest_range: float, shots: int) -> Aim:
    """The Aim of a threat that cannot be flown."""
    nowhere = (math.nan, math.nan, math.nan)
    nan = math.nan
    return Aim(status, nowhere, nowhere, nan, nan, nan, nan, nan, nan, nan, nearest_range, shots)


@kernel
def draw_boost(
    pad: Vector,
    aim: Aim,
    launch_time: float,
    boost_time: float,
    step: float,
    environment: Environment,
    states: Floats,
    phase: Codes,
) -> int:
    """Write the samples before burnout; the index of the first one from burnout on comes back.

    Before launch, and for ever where the aim failed, the threat stands at its pad.
    """
    for k in range(states.shape[0]):
        elapsed = k * step - launch_time
        if aim.status == _REACHED and elapsed >= boost_time:
            return k
        place, velocity = pad, (0.0, 0.0, 0.0)
        phase[k] = _WAITING
        if aim.status == _REACHED and elapsed >= 0.0:
            phase[k] = _BOOST
            place, velocity = boost_point(
                elapsed, boost_time, pad, aim.position, aim.velocity, environment.radius, environment.flattening
            )
        for i in range(3):
            states[k, i], states[k, 3 + i] = place[i], velocity[i]
    return states.shape[0]


@kernel
def draw_end(impact: int, end: Floats, states: Floats, phase: Codes) -> None:
    """From sample `impact` on the threat lies where it came down."""
    for k in range(impact, states.shape[0]):
        phase[k] = _ENDED
        for i in range(3):
            states[k, i], states[k, 3 + i] = end[i], 0.0


def require(place: str, values: Mapping[str, tuple[float, float, float]]) -> None:
    """Raise InputError for the first name whose value is not within its (value, low, high); a nan is not."""
    for name, (value, low, high) in values.items():
        if not low <= value <= high:
            mend = "SI units and radians are expected here."
            raise InputError(f"{place}, {name}", f"{value}", f"a number from {low:g} to {high:g}", mend)

"""What every family of threats shares: its places and boost, the answer of aiming, the clock on which it is drawn."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, FlightStatus, Floats, Phase
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.flight.boost import DRAWN, Booster, ascend, burn_time, deliver, powered
from sakimori.flight.integrator import Clock
from sakimori.flight.motion import Environment, Vector
from sakimori.flight.sphere import angle_between, at_altitude, blend, boost_point, dot, unit

BOOST_MANEUVER = 20.0  # [m/s2] about 2 g: a tracker cannot foresee thrust, staging and pitch programme; assumption
COAST_MANEUVER = 0.05  # [m/s2] floor: unmodelled gravity, tumbling, venting; assumption
DRAG_DOUBT = 0.1  # share of the drag of a ballistic body that a tracker cannot predict; assumption
AIM_ERROR = 1.0  # [m] a flight reaches its aim point when it comes down within this
SAME_PLACE = 0.05  # [m] a boost ends where the flight is to start when it is nearer than this
MOST_ROUNDS = 25  # of a boost and the flight that it is to start
_FIRST_BOOSTS, _BOOSTS = 40, 3  # flown in the first round, and in every further one
_KICK_SHARE = 0.1  # of the lean at burnout, for a first guess only
_MEAN_RISE = 4.5  # [m/s2] half of a mean upward acceleration, for a first guess only

_WAITING, _BOOST, _ENDED = int(Phase.WAITING), int(Phase.BOOST), int(Phase.ENDED)
_REACHED, _NOT_CONVERGED = int(FlightStatus.REACHED), int(FlightStatus.NOT_CONVERGED)


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
    boost_time: float  # [s] from launch to there
    kick: float = math.nan  # [rad] of a flown boost: by which it turned from the vertical after the rise
    heading: float = math.nan  # [rad] of a flown boost: of the kick, clockwise from north
    missing_speed: float = math.nan  # [m/s] by which the spent stages fall short of what the flight needs


class Record(NamedTuple):
    """Where one threat is drawn: raw states (K, 6), and its rows of the arrays of Flights."""

    states: Floats  # scratch, one threat at a time
    altitude: Floats
    phase: Codes
    maneuver: Floats
    intensity: Floats
    faces: Floats  # (K, FACES, 3), zero; written by what shines by its faces (signature.py)


@dataclass(frozen=True, kw_only=True)
class Threat:
    """From where, at what, when and by what boost: the fields of every family. Raises InputError for a bad value.

    The boost is flown by a `booster`, or drawn by the next three fields, as far as the family needs them.
    """

    launch_latitude: float  # [rad] geodetic; the pad stands on the ellipsoid
    launch_longitude: float  # [rad]
    aim_latitude: float  # [rad]
    aim_longitude: float  # [rad]
    launch_time: float  # [s] on the raid clock
    booster: Booster = DRAWN
    boost_time: float = math.nan  # [s] from launch to burnout
    burnout_altitude: float = math.nan  # [m]
    boost_range: float = math.nan  # [m] on the ground from pad to burnout
    radar_cross_section: float  # [m2]
    plume_intensity: float  # [W/sr] while boosting, from the side
    plume_aspect: float = 1.0  # intensity of the plume from ahead or behind over that from the side

    def check(self, family: str, values: Mapping[str, tuple[float, float, float]], drawn: Collection[str]) -> None:
        """Raise InputError where a common value or one of `values` (value, low, high) is out of its range.

        `drawn` names the fields that draw a boost of this family: all of them are given, or a booster.
        """
        limits = {"boost_time": 1e4, "burnout_altitude": 1e6, "boost_range": 5e6}
        given = [name for name in limits if not math.isnan(getattr(self, name))]
        if sorted(given) != ([] if powered(self.booster) else sorted(drawn)):
            got = f"{len(self.booster.stages)} stages and {', '.join(given) or 'nothing else'}"
            raise InputError(family, got, "one way to boost", f"Give stages, or {' and '.join(drawn)}.")
        require(
            family,
            {
                "launch_latitude": (self.launch_latitude, -0.5 * math.pi, 0.5 * math.pi),
                "launch_longitude": (self.launch_longitude, -2.0 * math.pi, 2.0 * math.pi),
                "aim_latitude": (self.aim_latitude, -0.5 * math.pi, 0.5 * math.pi),
                "aim_longitude": (self.aim_longitude, -2.0 * math.pi, 2.0 * math.pi),
                "launch_time": (self.launch_time, -1e6, 1e6),
                "radar_cross_section": (self.radar_cross_section, 0.0, math.inf),
                "plume_intensity": (self.plume_intensity, 0.0, math.inf),
                "plume_aspect": (self.plume_aspect, 0.0, 1.0),
                **{name: (getattr(self, name), 0.0, limits[name]) for name in given},
                **values,
            },
        )

    def launch(self, environment: Environment, altitude: float = 0.0) -> "Launch":
        """The common fields as the kernels take them, with both places in Earth-fixed axes, the pad at an altitude."""
        shape = environment.radius, environment.flattening
        return Launch(
            ecef_from_geodetic(float(self.launch_latitude), float(self.launch_longitude), altitude, *shape),
            ecef_from_geodetic(float(self.aim_latitude), float(self.aim_longitude), 0.0, *shape),
            float(self.launch_time),
            self.booster,
            float(self.boost_time),
            float(self.burnout_altitude),
            float(self.boost_range),
            float(self.plume_intensity),
        )


class Launch(NamedTuple):
    """What every Case begins with."""

    pad: Vector  # [m] ECEF
    goal: Vector  # [m] ECEF of the aim point
    time: float  # [s]
    booster: Booster
    boost_time: float  # [s] drawn
    burnout_altitude: float  # [m] drawn
    boost_range: float  # [m] drawn
    plume_intensity: float  # [W/sr]


@kernel
def failed(status: int, nearest_range: float, shots: int) -> Aim:
    """The Aim of a threat that cannot be flown."""
    nowhere = (math.nan, math.nan, math.nan)
    nan = math.nan
    return Aim(status, nowhere, nowhere, nan, nan, nan, nan, nan, nan, nan, nearest_range, shots, nan, nan, nan, nan)


@kernel
def spent(found: Aim, nearest_range: float) -> Aim:
    """The Aim where the stages are spent too early: `found` holds the speed needed and the velocity reached."""
    nowhere, nan = (math.nan, math.nan, math.nan), math.nan
    missing = found.speed - math.sqrt(dot(found.velocity, found.velocity))
    return Aim(
        found.status, nowhere, nowhere, nan, nan, nan, nan, nan, nan, nan, nearest_range, found.shots, nan, nan, nan,
        missing,
    )  # fmt: skip


@kernel
def start_of(aim: Aim) -> Floats:
    """The state (6,) at which the unpowered flight starts."""
    p, v = aim.position, aim.velocity
    return np.array([p[0], p[1], p[2], v[0], v[1], v[2]])


@kernel
def reach(pad: Vector, end: Floats) -> float:
    """Distance [m] on the ground from the pad to an impact."""
    return math.sqrt(dot(pad, pad)) * angle_between(unit(pad), unit((end[0], end[1], end[2])))


class Trial(NamedTuple):
    """A round of looking for the boost that a flight needs, and the flight that a boost leads to."""

    place: Vector  # [m] from where to fly next
    flight: Aim  # the flight needed from the place before, from where the boost really ended
    settled: bool  # both places are the same
    started: Vector  # [m] the place before
    ended: Vector  # [m] where the boost ended; nan in no round yet


@kernel
def first_trial(launch: Launch, most: float, environment: Environment) -> Trial:
    """Nothing tried yet: a first guess of where a flown boost ends, over the pad and at most `most` [m] high."""
    height = min(_MEAN_RISE * burn_time(launch.booster) ** 2, most)
    place = at_altitude(unit(launch.pad), height, environment.radius, environment.flattening)
    return Trial(place, failed(_NOT_CONVERGED, math.nan, 0), False, place, (math.nan, math.nan, math.nan))


@kernel
def boosted(launch: Launch, trial: Trial, needed: Aim, environment: Environment) -> Trial:
    """The next round: the boost to the speed and direction that is `needed` from the place of the trial.

    The place where the boost ends becomes the next to fly from, moved on by Irons and Tuck's rule (1969).
    """
    last, nan = trial.flight, math.nan
    kick, heading, tries = last.kick, last.heading, _BOOSTS
    if math.isnan(kick):
        kick, heading, tries = _KICK_SHARE * (0.5 * math.pi - needed.angle), needed.azimuth, _FIRST_BOOSTS
    got = deliver(
        needed.speed, needed.angle, needed.azimuth, kick, heading, tries, launch.pad, launch.booster, environment
    )
    s, place = got.state, trial.place
    ended = (s[0], s[1], s[2])
    gap = blend(1.0, ended, -1.0, place)
    flight = Aim(
        got.status, ended, (s[3], s[4], s[5]), needed.speed, needed.angle, needed.azimuth, needed.duration,
        needed.dive, needed.apogee, needed.miss, nan, last.shots + needed.shots, got.time, got.kick, got.heading, nan,
    )  # fmt: skip
    settled = got.status != _NOT_CONVERGED and math.sqrt(dot(gap, gap)) < SAME_PLACE
    change = blend(1.0, gap, -1.0, blend(1.0, trial.ended, -1.0, trial.started))
    share, onwards = dot(gap, change) / dot(change, change), ended
    if -0.5 < share < 0.9:  # false for a nan; 0.5 and more where a slow last stage makes the plain rounds swing apart
        onwards = blend(1.0 - share, ended, share, trial.ended)
    return Trial(onwards, flight, settled, place, ended)


@kernel
def draw_boost(launch: Launch, aim: Aim, step: float, environment: Environment, states: Floats, phase: Codes) -> int:
    """Write the samples before burnout; the index of the first one from burnout on comes back.

    Before launch, and for ever where the aim failed, the threat stands at its pad.
    """
    flown = powered(launch.booster)
    for k in range(states.shape[0]):
        elapsed = k * step - launch.time
        if aim.status == _REACHED and elapsed >= 0.0 and flown:
            clock = Clock(step, launch.time)
            _, _, _, end = ascend(
                aim.kick, aim.heading, aim.speed, launch.pad, launch.booster, environment, clock, k, states
            )
            phase[k:end] = _BOOST
            return end
        if aim.status == _REACHED and elapsed >= aim.boost_time:
            return k
        place, velocity = launch.pad, (0.0, 0.0, 0.0)
        phase[k] = _WAITING
        if aim.status == _REACHED and elapsed >= 0.0:
            phase[k] = _BOOST
            place, velocity = boost_point(
                elapsed, aim.boost_time, launch.pad, aim.position, aim.velocity, environment.radius,
                environment.flattening,
            )  # fmt: skip
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

"""Announced test flights: which family explains the numbers, with which parameters, and how long it would fly.

Families are judged in turn, each with a middle threat and stated spans of what is not known of it: ballistic, then
quasi-ballistic, then glide, until one explains the numbers. Equations: docs/equations/flight.md.
"""

import dataclasses
import itertools
import math
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from sakimori.base.types import FlightStatus
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.flight.ballistic import BallisticThreat
from sakimori.flight.clock import AnyThreat, aim
from sakimori.flight.glide import GlideThreat
from sakimori.flight.kepler import Arc, vacuum_arc
from sakimori.flight.motion import WGS84, Environment
from sakimori.flight.observed import TIME_ROUNDING, Explanation, explain_observed
from sakimori.flight.quasiballistic import QuasiBallisticThreat
from sakimori.flight.threat import Aim

Spans = Mapping[str, tuple[float, float]]  # lowest and highest value of fields of a threat
_Shaped = TypeVar("_Shaped", QuasiBallisticThreat, GlideThreat)
AnySpans = Mapping[str, tuple[Any, Any]]  # the same, of which `booster` has a fast and a slow one

BALLISTIC, QUASI_BALLISTIC, GLIDE, NONE = "ballistic", "quasi-ballistic", "glide", "none"
_KIND = {QUASI_BALLISTIC: "flight with pull-ups", GLIDE: "glide"}
_MOST_HALVINGS = 40


class Interval(NamedTuple):
    """A flight time [s] from launch to impact; nan where no flight was found."""

    low: float
    middle: float  # of the middle threat
    high: float


class Candidate(NamedTuple):
    """One family's best account of the numbers."""

    family: str
    explains: bool
    reason: str  # one sentence
    time: Interval  # over the corners of the spans
    aim: Aim  # the flight with the fitted parameters
    threat: AnyThreat  # with the fitted parameters
    fitted: tuple[tuple[str, float], ...]  # fields set so as to meet the announced time [SI]


class Fit(NamedTuple):
    """What an announced range, apogee and, where known, time [s] say about a flight."""

    family: str  # BALLISTIC, QUASI_BALLISTIC, GLIDE or NONE
    cannot_be_ballistic: bool
    contradictions: tuple[str, ...]  # claims that no unpowered flight can meet
    vacuum: Arc  # with this range and apogee
    ballistic: Candidate
    pull_up: Candidate | None  # flown where no ballistic flight explains the numbers
    glide: Candidate | None  # flown where no flight with pull-ups does either
    explanation: Explanation  # the numbers behind the ballistic verdict

    @property
    def chosen(self) -> Candidate | None:
        """The candidate that explains the numbers."""
        return next((one for one in self.candidates if one.explains), None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Those that were flown, in turn."""
        return tuple(one for one in (self.ballistic, self.pull_up, self.glide) if one is not None)


def _corners(threat: AnyThreat, spans: AnySpans, environment: Environment) -> list[tuple[float, AnyThreat]]:
    """Flight time [s] and threat at every corner of the spans where there is a flight, by rising time."""
    corners = itertools.product(*([(name, value) for value in ends] for name, ends in spans.items()))
    threats = [dataclasses.replace(threat, **dict(corner)) for corner in corners]
    flown = [(_time(one, environment), one) for one in threats]
    return sorted(((time, one) for time, one in flown if not math.isnan(time)), key=lambda pair: pair[0])


def flight_times(threat: AnyThreat, spans: AnySpans, environment: Environment = WGS84) -> Interval:
    """Flight time of a threat, and its least and most over all corners of the spans for which there is a flight."""
    middle = _time(threat, environment)
    times = [t for t in (middle, *(time for time, _ in _corners(threat, spans, environment))) if not math.isnan(t)]
    return Interval(min(times), middle, max(times)) if times else Interval(math.nan, math.nan, math.nan)


def fit(
    ballistic: BallisticThreat,
    ballistic_spans: AnySpans,
    pull_up: QuasiBallisticThreat,
    pull_up_spans: Spans,
    glide: GlideThreat,
    glide_spans: Spans,
    announced_time: float = math.nan,
    environment: Environment = WGS84,
) -> Fit:
    """Find the family that explains a range, an apogee and a flight time [s]; the threats carry range and apogee.

    Ballistic comes first, a pull-up is looked for only where that fails, and a glide where both do. A time that
    contradicts range and apogee is told, and the rest is judged without it. Raises InputError where the ballistic
    threat has a loft, not an apogee.
    """
    ends = ballistic.launch_latitude, ballistic.launch_longitude, ballistic.aim_latitude, ballistic.aim_longitude
    vacuum = vacuum_arc(distance_and_bearing(*ends)[0], ballistic.apogee)
    contradictions = _contradictions(vacuum, announced_time)
    announced_time = math.nan if contradictions else announced_time
    explanation = explain_observed(ballistic, announced_time, environment)
    explains = explanation.status == FlightStatus.REACHED
    plain = Candidate(
        BALLISTIC,
        explains,
        explanation.reason,
        flight_times(ballistic, ballistic_spans, environment),
        explanation.aim,
        ballistic,
        (),
    )
    lifted = None if explains else _flown(QUASI_BALLISTIC, pull_up, pull_up_spans, announced_time, environment)
    gliding = None
    if lifted is not None and not lifted.explains:
        gliding = _flown(GLIDE, glide, glide_spans, announced_time, environment)
    cannot = explanation.status == FlightStatus.NOT_BALLISTIC
    found = Fit(NONE, cannot, contradictions, vacuum, plain, lifted, gliding, explanation)
    return found._replace(family=NONE if found.chosen is None else found.chosen.family)


def _time(threat: AnyThreat, environment: Environment) -> float:
    flown = aim(threat, environment)
    return flown.boost_time + flown.duration if flown.status == int(FlightStatus.REACHED) else math.nan


def _contradictions(vacuum: Arc, announced: float) -> tuple[str, ...]:
    if not announced < vacuum.time:  # also true of a nan
        return ()
    return (
        f"{announced / 60.0:.1f} min is shorter than the {vacuum.time / 60.0:.1f} min that even a vacuum arc with this "
        f"range and apogee takes: one of the three numbers is wrong. The rest is judged without the time.",
    )


def _flown(family: str, threat: _Shaped, spans: Spans, announced: float, environment: Environment) -> Candidate:
    """The account of a family that the air shapes: what is not known is fitted to the announced time, in the spans."""
    time = flight_times(threat, spans, environment)
    fitted: tuple[tuple[str, float], ...] = ()
    if time.low <= announced <= time.high and time.middle == time.middle:  # false for a nan
        threat = _for_time(threat, spans, announced, environment)
        fitted = tuple((name, getattr(threat, name)) for name in spans)
    flown = aim(threat, environment)
    explains, reason = True, f"A {_KIND[family]} explains the numbers."
    if flown.status != int(FlightStatus.REACHED):
        explains = False
        near = f"about {flown.nearest_range / 1e3:.0f} km is the nearest range"
        near = "its speed has no such apogee" if math.isnan(flown.nearest_range) else near
        reason = f"No {_KIND[family]} was found; {near}."
    elif announced < time.low - TIME_ROUNDING or announced > time.high + TIME_ROUNDING:  # false for a nan
        explains = False
        reason = (
            f"A {_KIND[family]} lasts {time.low / 60.0:.1f} to {time.high / 60.0:.1f} min; "
            f"{announced / 60.0:.1f} min were announced."
        )
    return Candidate(family, explains, reason, time, flown, threat, fitted)


def _for_time(threat: _Shaped, spans: Spans, announced: float, environment: Environment) -> _Shaped:
    """The threat on the line from the middle to the corner of the least or most time that flies the announced time.

    All spans give way together, so that no one of them is blamed alone; by bisection.
    """
    middle = _time(threat, environment)
    corners = _corners(threat, spans, environment)
    corner = corners[0 if announced < middle else -1][1]
    low, high, one = 0.0, 1.0, threat
    for _ in range(_MOST_HALVINGS):
        share = 0.5 * (low + high)
        values = {n: (1.0 - share) * getattr(threat, n) + share * getattr(corner, n) for n in spans}
        one = dataclasses.replace(threat, **values)
        time = _time(one, environment)
        if abs(time - announced) < 0.05:
            break
        low, high = (low, share) if (time > announced) == (announced > middle) else (share, high)
    return one

"""Raids: which threats fly in a future, from where, to which place, and when."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sakimori.chain import Company
from sakimori.earth.geodesy import destination
from sakimori.flight import AnyThreat, BallisticThreat, CruiseThreat, GlideThreat, QuasiBallisticThreat
from sakimori.study.arrivals import (
    ballistic_boost,
    ballistic_duration,
    cruise_duration,
    glide_boost,
    glide_duration,
    quasi_ballistic_duration,
)
from sakimori.study.boosters import Ends, lightened, threat_fields
from sakimori.study.sampling import FactorTable, Term, draw_of

FAMILIES: Final[dict[str, type[AnyThreat]]] = {
    "ballistic": BallisticThreat,
    "quasi-ballistic": QuasiBallisticThreat,
    "glide": GlideThreat,
    "cruise": CruiseThreat,
}
MOST_IN_WAVE: Final = 500  # threats of a wave
KEPT: Final = 1800.0  # [s] of quiet between two waves that stay on the raid clock
_BANK_MEAN = 1.0 / math.sqrt(2.0)  # a sine's root mean square: how much of a bank amplitude counts on average


class Flown(NamedTuple):
    """One threat of a future with its labels."""

    threat: AnyThreat
    record: str
    family: str
    place: int
    company: Company = Company()


@dataclass(frozen=True)
class GroupPlan:
    """A group of threats of the raid; `terms` hold its record's parameters and its own."""

    record: str
    family: str
    share: float
    bearing: Term
    range: Term
    terms: tuple[tuple[str, Term], ...]
    ends: Ends | None = None  # of its booster
    company: tuple[Term, ...] = (Term(), Term(), Term())  # as in chain.Company


Target = tuple[int, float, Term, Term]  # a place: index, share, latitude, longitude


@dataclass(frozen=True)
class WavePlan:
    """A wave with terms in place of numbers."""

    size: Term
    pause: Term  # before it
    groups: tuple[GroupPlan, ...]
    places: tuple[Target, ...]


class Drawn(NamedTuple):
    """The threats of a future, on the raid clock."""

    flown: list[Flown]
    quiet: tuple[tuple[float, float], ...] = ()  # as in chain.Case


@dataclass(frozen=True)
class RaidPlan:
    """A raid with terms in place of numbers."""

    waves: tuple[WavePlan, ...]
    spread: Term
    reliability: Term
    correlation: Term

    @property
    def groups(self) -> tuple[GroupPlan, ...]:
        """Those of all waves, each once."""
        return tuple({id(group): group for wave in self.waves for group in wave.groups}.values())

    @property
    def places(self) -> tuple[Target, ...]:
        """Those that any wave aims at, each once, with its share in the first wave that does."""
        found: dict[int, Target] = {}
        for place in (place for wave in self.waves for place in wave.places if place[1] > 0.0):
            found.setdefault(place[0], place)
        return tuple(found.values())

    @property
    def size(self) -> Term:
        """Threats of all waves, if all fly."""
        total = Term()
        for wave in self.waves:
            total = total.plus(wave.size)
        return total

    def fly(self, factors: FactorTable, values: Mapping[str, float], seed: int, future: int) -> Drawn:
        """The threats of a future. Draws are keyed by wave and number in it, so that more threats never shift them."""
        spread, begin = self.spread.at(values), 0.0
        waves: list[list[tuple[Flown, float, float]]] = []  # each with launch and about its arrival
        for number, wave in enumerate(self.waves):
            begin += wave.pause.at(values) + (spread if number else 0.0)
            waves.append([])
            size = max(round(wave.size.at(values)), 1)
            for i in self.that_fly(size, MOST_IN_WAVE * number, values, seed, future):
                own = {**values, **factors.threat_values(seed, future, i)}
                group = wave.groups[_pick([g.share for g in wave.groups], draw_of("raid.threats", seed, future, i))]
                place = wave.places[_pick([p[1] for p in wave.places], draw_of("raid.places", seed, future, i))]
                arrival = begin + spread * draw_of("raid.arrival", seed, future, i)
                waves[-1].append((*_threat(group, place, own, arrival), arrival))
        return _on_clock(waves)

    def that_fly(self, count: int, start: int, values: Mapping[str, float], seed: int, future: int) -> list[int]:
        """Which of `count` threats, numbered from `start`, fly: all, or a beta-binomial number of them, at least one.

        Polya's urn draws the beta-binomial of mean p and intra-class correlation rho one by one: after s of i flew, the
        next does with probability (p (1 - rho) + rho s) / (1 - rho + rho i).
        """
        numbers, p, rho = range(start, start + count), self.reliability.at(values), self.correlation.at(values)
        if p >= 1.0:
            return list(numbers)
        draws = [draw_of("raid.reliability", seed, future, i) for i in numbers]
        found: list[int] = []
        for i, (number, draw) in enumerate(zip(numbers, draws, strict=True)):
            among = 1.0 - rho + rho * i
            if draw * among < p * (1.0 - rho) + rho * len(found) if i else draw < p:
                found.append(number)
        return found or [start + draws.index(min(draws))]


def _on_clock(waves: Sequence[Sequence[tuple[Flown, float, float]]]) -> Drawn:
    """The threats on a clock that begins with the first launch and leaves long quiet times between waves out."""
    zero = min(start for wave in waves for _, start, _ in wave)
    flown: list[Flown] = []
    quiet: list[tuple[float, float]] = []
    gone, down = 0.0, -math.inf  # [s] left out so far; when the last threat so far arrives, about
    for number, wave in enumerate(waves):
        up = min(start for later in waves[number:] for _, start, _ in later)
        if number and up - down > KEPT:
            quiet.append((down + 0.5 * KEPT - zero - gone, up - down - KEPT))
            gone += quiet[-1][1]
        flown += [_launched(threat, start - zero - gone) for threat, start, _ in wave]
        down = max(down, *(arrival for _, _, arrival in wave))
    return Drawn(flown, tuple(quiet))


def _pick(shares: list[float], u: float) -> int:
    """Index of the share in which `u` falls."""
    total, mark = 0.0, u * sum(shares)
    for i, share in enumerate(shares):
        total += share
        if mark < total:
            return i
    return max(i for i, share in enumerate(shares) if share > 0.0)


def _threat(group: GroupPlan, place: Target, values: Mapping[str, float], arrival: float) -> tuple[Flown, float]:
    """A threat launched at 0, and the time at which it must be launched to arrive at `arrival`."""
    threat = launched_at(group, (place[2].at(values), place[3].at(values)), values)
    company = Company(*(term.at(values) for term in group.company))
    return Flown(threat, group.record, group.family, place[0], company), arrival - duration(
        threat, group.range.at(values)
    )


def launched_at(group: GroupPlan, place: tuple[float, float], values: Mapping[str, float]) -> AnyThreat:
    """A threat of the group, launched at 0 at a place (latitude, longitude) [rad], from the group's axis."""
    launch = destination(*place, group.bearing.at(values), group.range.at(values))
    threat = make_threat(group.family, launch, place, {name: term.at(values) for name, term in group.terms})
    return threat if group.ends is None else lightened(threat, group.ends).threat


def make_threat(
    family: str, launch: tuple[float, float], aim: tuple[float, float], fields: Mapping[str, float]
) -> AnyThreat:
    """A threat of this family, launched at 0 on the raid clock; `fields` as of `threat_terms`."""
    return FAMILIES[family](
        launch_latitude=launch[0],
        launch_longitude=launch[1],
        aim_latitude=aim[0],
        aim_longitude=aim[1],
        launch_time=0.0,
        **threat_fields(fields),
    )


def duration(threat: AnyThreat, distance: float) -> float:
    """About how long the threat flies [s] (study/arrivals.py)."""
    if isinstance(threat, BallisticThreat):
        return ballistic_duration(distance, threat.loft, *ballistic_boost(distance, threat))
    if isinstance(threat, QuasiBallisticThreat):
        return quasi_ballistic_duration(distance, threat)
    if isinstance(threat, CruiseThreat):
        return cruise_duration(distance, threat)
    lift = threat.lift_to_drag * math.cos(threat.bank_amplitude * _BANK_MEAN)
    return glide_duration(distance, threat.entry_speed, lift, *glide_boost(threat))


def _launched(flown: Flown, at: float) -> Flown:
    fields = {name: getattr(flown.threat, name) for name in flown.threat.__dataclass_fields__}
    return flown._replace(threat=type(flown.threat)(**{**fields, "launch_time": at}))

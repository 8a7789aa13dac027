"""Factors and their draws: one number per factor and future, keyed by the factor's path: none shifts another."""

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sakimori.base.draws import Stream, key_of, uniform
from sakimori.base.units import DIMENSIONS
from sakimori.study.designs import Copula, Design
from sakimori.study.fields import ATTACKER, THREATS
from sakimori.study.quantities import Amount

_FACTOR = int(Stream.FACTOR)
_PRICED = ("cost", "available")


@dataclass(frozen=True)
class Factor:
    """An uncertain input of a study."""

    path: str
    amount: Amount
    attacker: bool  # chosen by the attacker: averaged over, never ranked or searched
    per_threat: bool  # drawn anew for each threat of a raid
    key: int = field(repr=False, default=0)

    @property
    def unit(self) -> str:
        """SI unit of its values; angles in radians; none for a flag."""
        return "" if self.amount.dimension == "flag" else DIMENSIONS[self.amount.dimension].si

    def draw(self, seed: int, future: int, threat: int) -> float:
        """Its value (SI) in this future for this threat of the raid; keyed Monte Carlo in every design."""
        return self.amount.quantile(uniform(seed, _FACTOR, future, self.key, threat + 1, 0))


@dataclass(frozen=True)
class Term:
    """A number of the study: a constant plus factors named by their paths."""

    constant: float = 0.0
    factors: tuple[str, ...] = ()

    def at(self, values: Mapping[str, float]) -> float:
        """Its value (SI) given the factors' values."""
        total = self.constant
        for path in self.factors:
            total += values[path]
        return total

    def plus(self, other: "Term") -> "Term":
        """The sum of two."""
        return Term(self.constant + other.constant, (*self.factors, *other.factors))


def draw_of(name: str, seed: int, future: int, threat: int = -1) -> float:
    """A uniform draw on (0, 1) that belongs to `name`: for choices that are no factor, such as a threat's place."""
    return uniform(seed, _FACTOR, future, key_of(name), threat + 1, 0)


def attacker_chooses(path: str) -> bool:
    """Whether the attacker sets this factor: everything of the raid, and the flight programme of threat records."""
    parts = path.split(".")
    record = parts[0] == "records" and len(parts) > 1 and parts[1] in THREATS
    return parts[0] in ("raid", "flights") or (record and parts[-1] in ATTACKER)


def of_threat(path: str) -> bool:
    """Whether a factor is a property of a threat: of its class, or of the booster that it flies on."""
    parts = path.split(".")
    return parts[0] in ("raid", "flights") or (parts[0] == "records" and parts[1] in (*THREATS, "booster"))


def without_effect(path: str) -> bool:
    """Whether no simulated outcome depends on a factor: what measures cost, and when they come."""
    parts = path.split(".")
    return (
        path == "exchange_rate"
        or parts[0] == "prices"
        or (len(parts) == 3 and parts[0] == "measures" and parts[2] in _PRICED)
    )


def ours(path: str) -> bool:
    """Whether a factor is our own, so that an answer may turn on it."""
    return not (attacker_chooses(path) or of_threat(path) or without_effect(path))


def named_by(patterns: Sequence[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Our own factors that the patterns (`*` stands for anything) name, sorted."""
    return tuple(sorted(p for p in paths if ours(p) and any(fnmatch.fnmatchcase(p, pattern) for pattern in patterns)))


@dataclass
class FactorTable:
    """All factors of a study by path, filled while the study is compiled."""

    vary: str  # none, notional or all: which cited ranges are factors
    factors: dict[str, Factor] = field(default_factory=dict)
    design: Design = Design()
    copula: Copula = Copula()

    def term(self, path: str, amount: Amount, per_threat: bool = False) -> Term:
        """The amount at this path as a term; registers it as a factor where it varies."""
        amount = amount.ranged(self.vary)
        if not amount.varies:
            return Term(amount.numbers[0])
        if path not in self.factors:
            self.factors[path] = Factor(path, amount, attacker_chooses(path), per_threat, key_of(path))
        return Term(0.0, (path,))

    def values(self, seed: int, future: int) -> dict[str, float]:
        """Values (SI) of all factors that are drawn once per future, as the design has it."""
        drawn = {path: factor for path, factor in self.factors.items() if not factor.per_threat}
        point = self.design.point({path: factor.key for path, factor in drawn.items()}, seed, future)
        self.copula.join(point)
        return {path: factor.amount.quantile(point[path]) for path, factor in drawn.items()}

    def threat_values(self, seed: int, future: int, threat: int) -> dict[str, float]:
        """Values (SI) of the factors that are drawn for each threat of a raid."""
        return {p: f.draw(seed, future, threat) for p, f in self.factors.items() if f.per_threat}

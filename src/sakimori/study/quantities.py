"""Amounts as written in a study: a value with its unit, or a factor (a law over values) in its place.

An amount keeps what was written, so that a resolved study repeats it; its numbers are SI.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

from sakimori.base.units import DIMENSIONS, UnitError, from_si, parse, to_si
from sakimori.study.reading import suggestion

BASES = ("measured", "official", "estimate", "notional")
NO_SOURCE = "none-public"  # the declared key of what no public source gives
_LAWS = {"uniform": 2, "loguniform": 2, "triangular": 3, "normal": 2}
_FACTOR_KEYS = frozenset((*_LAWS, "choice", "basis", "source", "page", "note"))
_CITED_KEYS = frozenset(("value", "low", "high", "basis", "source", "page", "note"))
_TRUNCATION = 3.0  # standard deviations at which a normal factor is cut off
_NORMAL = NormalDist()
ANY = "any"  # dimension of a measure's quantity: that of whatever it stands for


class AmountError(UnitError):
    """An amount that cannot be understood; `at` is the step inside it where the fault stands."""

    def __init__(
        self, got: str, expected: str, mend: str, at: tuple[str | int, ...] = (), finding: str = "UNIT04"
    ) -> None:
        super().__init__(got, expected, mend)
        self.at, self.finding = at, finding


@dataclass(frozen=True)
class Amount:
    """A value or a factor, in SI. `law` is fixed, uniform, loguniform, triangular, normal, choice or reference."""

    law: str
    numbers: tuple[float, ...]
    dimension: str
    written: Any  # as it stood in the file
    low: float | None = None  # stated range of a cited value
    high: float | None = None
    basis: str | None = None
    source: str | None = None
    reference: str = ""  # name of a measure's quantity
    cited: float | None = None  # the value that a range was stated around

    @property
    def varies(self) -> bool:
        """Whether it is a factor."""
        return self.law not in ("fixed", "reference") and len(set(self.numbers)) > 1

    @property
    def middle(self) -> float:
        """A typical value: the value itself, that stated with a range, the mode, or the median."""
        if self.law == "fixed":
            return self.numbers[0]
        if self.cited is not None:
            return self.cited
        return self.numbers[1] if self.law == "triangular" else self.quantile(0.5)

    @property
    def extremes(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn."""
        if self.law == "normal":
            mean, sigma = self.numbers
            return mean - _TRUNCATION * sigma, mean + _TRUNCATION * sigma
        return min(self.numbers), max(self.numbers)

    def quantile(self, u: float) -> float:
        """Value below which a share `u` in (0, 1) of the draws lies."""
        n = self.numbers
        if self.law == "uniform":
            return n[0] + u * (n[1] - n[0])
        if self.law == "loguniform":
            return math.exp(math.log(n[0]) + u * (math.log(n[1]) - math.log(n[0])))
        if self.law == "triangular":
            return _triangular(n[0], n[1], n[2], u)
        if self.law == "normal":
            tail = _NORMAL.cdf(-_TRUNCATION)
            return n[0] + n[1] * _NORMAL.inv_cdf(tail + u * (1.0 - 2.0 * tail))
        if self.law == "choice":
            return n[min(int(u * len(n)), len(n) - 1)]
        return n[0]

    def ranged(self, which: str) -> "Amount":
        """This cited value as a factor over its stated range, if `which` (none, notional, all) lets its basis vary."""
        wanted = self.basis == "notional" if which == "notional" else which == "all"
        if self.law != "fixed" or not wanted or self.low is None or self.high is None or self.low == self.high:
            return self
        if self.low < self.numbers[0] < self.high:
            return replace(self, law="triangular", numbers=(self.low, self.numbers[0], self.high))
        return replace(self, law="uniform", numbers=(self.low, self.high), cited=self.numbers[0])


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    if high == low:
        return low
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def fixed(value: float, dimension: str, written: Any = None) -> Amount:
    """An amount from a number in SI (booleans are 0 and 1)."""
    return Amount("fixed", (float(value),), dimension, value if written is None else written)


def amount(written: Any, dimension: str, low: float = -math.inf, high: float = math.inf) -> Amount:
    """The amount that was written, of this dimension (or ANY), with all values in [low, high] (SI).

    Raises AmountError.
    """
    if isinstance(written, Mapping):
        found = _cited(written, dimension) if "value" in written else _factor(written, dimension)
    elif isinstance(written, str) and written.startswith("$"):
        return Amount("reference", (), dimension, written, reference=written[1:])
    else:
        value, dimension = _number(written, dimension)
        found = Amount("fixed", (value,), dimension, written)
    smallest, largest = found.extremes
    worst = smallest if smallest < low else largest
    if not (low <= smallest and largest <= high):
        got, expected = f"{shown(worst, found.dimension)} in {_brief(written)}", bounds(low, high, found.dimension)
        raise AmountError(got, expected, "Correct the value.", finding="UNIT03")
    return found


def _number(written: Any, dimension: str, at: tuple[str | int, ...] = ()) -> tuple[float, str]:
    if dimension == "flag":
        if not isinstance(written, bool):
            raise AmountError(
                _brief(written), "true or false", "YAML 1.2 has no yes and no: write true or false.", at, "SHAPE03"
            )
        return float(written), dimension
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        example = DIMENSIONS[dimension].example if dimension != ANY else "45 s"
        raise AmountError(
            _brief(written), f"a quantity, for example {example}", "Write a number with its unit.", at, "UNIT01"
        )
    try:
        if dimension == ANY:
            return parse(written if isinstance(written, str) else repr(written))
        return to_si(written, dimension), dimension
    except UnitError as error:
        finding = "UNIT02" if error.mismatch else "UNIT01"
        raise AmountError(error.got, error.expected, error.mend, at, finding) from None


def _factor(written: Mapping[str, Any], dimension: str) -> Amount:
    unknown = [key for key in written if key not in _FACTOR_KEYS]
    if unknown:
        mend = suggestion(unknown[0], (*_FACTOR_KEYS, "value"))
        raise AmountError(f"the unknown key '{unknown[0]}'", "a law such as uniform", mend, (unknown[0],))
    laws = [key for key in written if key in _LAWS or key == "choice"]
    if len(laws) != 1:
        expected = "one of uniform, loguniform, triangular, normal, choice"
        raise AmountError(f"{len(laws)} laws", expected, "Write for example {uniform: [2 s, 5 s]}.")
    (law,) = laws
    items = written[law]
    if not isinstance(items, Sequence) or isinstance(items, str) or len(items) != _LAWS.get(law, max(len(items), 1)):
        count = f"{_LAWS[law]} values" if law in _LAWS else "one value or more"
        raise AmountError(_brief(items), f"a list of {count}", f"Correct the values of '{law}'.", (law,))
    pairs = [_number(item, dimension, (law, i)) for i, item in enumerate(items)]
    numbers, kinds = tuple(value for value, _ in pairs), {kind for _, kind in pairs}
    if len(kinds) > 1:
        got = " and ".join(sorted(DIMENSIONS[kind].article for kind in kinds))
        raise AmountError(got, "values of one kind", "Give all values units of the same kind.", (law,))
    _in_order(law, numbers, items)
    basis, source = _evidence(written)
    return Amount(law, numbers, kinds.pop(), dict(written), basis=basis, source=source)


def _in_order(law: str, numbers: tuple[float, ...], items: Sequence[Any]) -> None:
    got = f"{law} {_brief(items)}"
    if law in ("uniform", "loguniform", "triangular") and list(numbers) != sorted(numbers):
        raise AmountError(
            f"{got}, a range that runs backwards", "the smallest value first", "Reverse it.", (law,), "UNIT05"
        )
    if law == "loguniform" and numbers[0] <= 0.0:
        raise AmountError(got, "values above zero", "Use uniform, or a lower end above zero.", (law,))
    if law == "normal" and numbers[1] < 0.0:
        raise AmountError(got, "a standard deviation of zero or more", "Correct the second value.", (law,))


def _cited(written: Mapping[str, Any], dimension: str) -> Amount:
    unknown = [key for key in written if key not in _CITED_KEYS]
    if unknown:
        mend = suggestion(unknown[0], _CITED_KEYS)
        raise AmountError(f"the unknown key '{unknown[0]}'", "value, low, high, basis, source", mend, (unknown[0],))
    value, kind = _number(written["value"], dimension, ("value",))
    ends = {key: _number(written[key], kind, (key,))[0] for key in ("low", "high") if key in written}
    low, high = ends.get("low"), ends.get("high")
    if (low is not None and low > value) or (high is not None and high < value):
        stated = f"{_brief(written.get('low'))} to {_brief(written.get('high'))}"
        got = f"the value {_brief(written['value'])} outside its range {stated}"
        raise AmountError(got, "low <= value <= high", "Correct the value or its range.", ("value",), "UNIT03")
    basis, source = _evidence(written)
    if basis == "notional" and kind != "flag" and (low is None or high is None):
        raise AmountError(
            "notional without a range", "low and high", "State the range that is plausible.", (), "EVID01"
        )
    return Amount("fixed", (value,), kind, dict(written), low=low, high=high, basis=basis, source=source)


def _evidence(written: Mapping[str, Any]) -> tuple[str | None, str | None]:
    basis, source = written.get("basis"), written.get("source")
    if basis is not None and basis not in BASES:
        raise AmountError(f"the basis {_brief(basis)}", ", ".join(BASES), suggestion(str(basis), BASES), ("basis",))
    if source is not None and not isinstance(source, str):
        raise AmountError(_brief(source), "the key of a source", "Write one key of sources.bib.", ("source",))
    return basis, source


def _brief(written: Any) -> str:
    if written is None:
        return "nothing"
    text = str(written) if isinstance(written, str) else repr(written).replace("'", "")
    return f"'{text[:60]}'"


def shown(value: float, dimension: str) -> str:
    """A value in SI, in the unit that people see."""
    unit = DIMENSIONS[dimension].shown if dimension in DIMENSIONS else ""
    return f"{from_si(value, unit):.6g} {unit}".strip()


def bounds(low: float, high: float, dimension: str) -> str:
    """Words for a range in SI, in the unit that people see."""
    if math.isinf(high):
        return f"at least {shown(low, dimension)}"
    return f"{shown(low, dimension)} to {shown(high, dimension)}"

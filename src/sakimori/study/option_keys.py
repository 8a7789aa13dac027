"""The keys of a study for how futures are drawn, and for sets of measures beside the listed options."""

import itertools
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from sakimori.study.designs import NESTED
from sakimori.study.quantities import ANY, Amount, fixed
from sakimori.study.shapes import Strict, fault, plain


class Correlation(Strict):
    """Two factors whose draws go together: their rank correlation."""

    between: list[str]
    rank: Annotated[float, Key(gt=-1.0, lt=1.0)]
    basis: Literal["measured", "official", "estimate", "notional"] | None = None
    source: str = ""

    @model_validator(mode="after")
    def _two(self) -> "Correlation":
        if len(set(self.between)) != 2 or len(self.between) != 2:
            got, mend = f"{len(set(self.between))} factors", "Name the paths of two factors."
            raise fault("SHAPE03", got, "two different factors", mend, ("between",))
        return self


class Sampling(Strict):
    """How futures are drawn: the method, its replicates, factors that it asks, and factors that go together."""

    method: Literal["monte-carlo", "sobol", "latin-hypercube", "saltelli", "morris"] = "monte-carlo"
    replicates: Annotated[int, Key(ge=2, le=1000)] | None = None
    factors: list[str] = []
    correlations: list[Correlation] = []

    @model_validator(mode="after")
    def _replicated(self) -> "Sampling":
        if self.method not in ("sobol", "latin-hypercube") and self.replicates is not None:
            got, expected = f"replicates of {self.method}", "sobol or latin-hypercube, which come in replicates"
            raise fault("SHAPE02", got, expected, "Remove 'replicates', or name another method.", ("replicates",))
        if self.method not in NESTED and self.factors:
            got, expected = f"factors for {self.method}", f"{' or '.join(NESTED)}, which ask single factors"
            raise fault("SHAPE02", got, expected, "Remove 'factors', or name another method.", ("factors",))
        if self.method in NESTED and self.correlations:
            got, expected = f"correlations with {self.method}", "factors that can be moved one by one"
            raise fault("SHAPE02", got, expected, "Remove 'correlations', or name another method.", ("correlations",))
        return self


class Feasible(Strict):
    """Which portfolios are evaluated: all within a budget and a year, at most so many, or else a sample."""

    budget: Annotated[Amount, plain("money", 0.0)] | None = None
    year: Annotated[float, Key(ge=1980.0, le=2100.0)] | None = None
    most: int = Key(500, ge=1, le=100_000)
    sample: Annotated[int, Key(ge=2, le=100_000)] | None = None

    @model_validator(mode="after")
    def _budget(self) -> "Feasible":
        if self.budget is not None and self.budget.varies:
            mend = "State one budget; costs are what varies."
            raise fault("UNIT04", "a budget that varies", "one amount of money", mend, ("budget",))
        return self


class Prices(Strict):
    """In which year's money costs are told, how prices rise to it, and at which rate later costs are discounted."""

    year: Annotated[int, Key(ge=1980, le=2100)] | None = None
    escalation: dict[Literal["USD", "JPY"], Annotated[Amount, plain("number", -0.5, 0.5)]] = {}
    discount: Annotated[Amount, plain("number", 0.0, 0.5)] = fixed(0.0, "number", 0)

    @model_validator(mode="after")
    def _of_a_year(self) -> "Prices":
        if self.year is None and (self.escalation or self.discount.extremes[1] > 0.0):
            got = "escalation or discount without a year"
            raise fault("SHAPE01", got, "the year in whose money costs are told", "Add for example year: 2025.")
        return self


class Stop(Strict):
    """When a run may stop before all futures: a metric, the half width that is narrow enough, and where to look."""

    metric: str
    half_width: Annotated[Amount, plain(ANY, 0.0)]
    checkpoints: list[Annotated[int, Key(ge=2, le=1_000_000)]] = []

    @model_validator(mode="after")
    def _rising(self) -> "Stop":
        if self.half_width.varies or self.half_width.middle == 0.0:
            got = f"half_width {self.half_width.written}"
            raise fault("UNIT04", got, "one value above zero", "Write for example 2 %.", ("half_width",))
        if any(a >= b for a, b in itertools.pairwise(self.checkpoints)):
            got = f"checkpoints {self.checkpoints}"
            raise fault("SHAPE03", got, "rising numbers of futures", "Sort them.", ("checkpoints",))
        return self


class Portfolios(Strict):
    """Sets of measures beside the listed options: all but one, single doses, feasible portfolios, what unfolds."""

    leave_one_out: bool = False
    doses: bool = False
    unfolding: bool = False
    feasible: Feasible | None = None
    time_limit: Annotated[Amount, plain("time", 0.0)] = fixed(86400.0, "time", "24 h")

    @model_validator(mode="after")
    def _limit(self) -> "Portfolios":
        if self.time_limit.varies:
            raise fault("UNIT04", "a time_limit that varies", "one time", "State one time.", ("time_limit",))
        return self

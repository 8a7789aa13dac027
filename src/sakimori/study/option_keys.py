"""The keys of a study for how futures are drawn, and for sets of measures beside the listed options."""

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from sakimori.study.quantities import Amount
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
    """How futures are drawn: the method, its replicates, and factors that go together."""

    method: Literal["monte-carlo", "sobol", "latin-hypercube"] = "monte-carlo"
    replicates: Annotated[int, Key(ge=2, le=1000)] | None = None
    correlations: list[Correlation] = []

    @model_validator(mode="after")
    def _replicated(self) -> "Sampling":
        if self.method == "monte-carlo" and self.replicates is not None:
            got, expected = "replicates of a Monte Carlo sample", "sobol or latin-hypercube, which come in replicates"
            raise fault("SHAPE02", got, expected, "Remove 'replicates', or name a method.", ("replicates",))
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


class Portfolios(Strict):
    """Sets of measures beside the listed options: all but one, single doses, feasible portfolios, what unfolds."""

    leave_one_out: bool = False
    doses: bool = False
    unfolding: bool = False
    feasible: Feasible | None = None

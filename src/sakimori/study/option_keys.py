"""The keys of a study that say how its futures are drawn."""

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from sakimori.study.shapes import Strict, fault


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

"""What the checks share: a look at a compiled study with the extremes of every number."""

import math
from collections.abc import Iterator
from functools import cached_property

from sakimori.earth.geodesy import distance_and_bearing
from sakimori.study.findings import FINDINGS, Finding
from sakimori.study.plans import OptionPlan, Plan
from sakimori.study.sampling import Term
from sakimori.study.study import Compiled, Study

Path = tuple[str | int, ...]


class View:
    """A study as the checks see it."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @property
    def plan(self) -> Compiled:
        """Its compiled form."""
        return self.study.compiled

    @property
    def baseline(self) -> OptionPlan:
        """The option without measures."""
        return self.plan.options[0]

    def finding(self, name: str, path: Path, got: str, expected: str) -> Finding:
        """A finding of this ID at this path of the study's files."""
        kind = FINDINGS[name]
        dotted = ".".join(str(step) for step in (path[1:] if path[:1] == ("architecture",) else path))
        return Finding(name, kind.severity, self.study.place(*path), dotted, got, expected, kind.mend)

    def extremes(self, term: Term) -> tuple[float, float]:
        """Smallest and largest value that a term can take."""
        ends = [self.study.table.factors[path].amount.extremes for path in term.factors]
        return term.constant + sum(low for low, _ in ends), term.constant + sum(high for _, high in ends)

    def middle(self, term: Term) -> float:
        """A typical value of a term."""
        return term.constant + sum(self.study.table.factors[path].amount.middle for path in term.factors)

    def range_of(self, plan: Plan, name: str) -> tuple[float, float]:
        """Extremes of one number of a sensor or layer; nan where its default stands."""
        term = plan.term(name)
        return (math.nan, math.nan) if term is None else self.extremes(term)

    def typical(self, plan: Plan, name: str) -> float:
        """Typical value of one number of a sensor or layer; nan where its default stands."""
        term = plan.term(name)
        return math.nan if term is None else self.middle(term)

    @cached_property
    def radars(self) -> list[Plan]:
        """All radars of any option."""
        return [plan for plan in self.plan.sensors if plan.kind == "radar"]

    @cached_property
    def infrareds(self) -> list[Plan]:
        """All infrared assets of any option."""
        return [plan for plan in self.plan.sensors if plan.kind == "infrared"]

    @cached_property
    def layers(self) -> list[Plan]:
        """All layers of any option, each distinct form once."""
        return list(dict.fromkeys(layer for option in self.plan.options for layer in option.layers))

    def path_of(self, plan: Plan) -> Path:
        """Where a sensor or layer stands in the study: in the architecture or in the measure that adds it."""
        shelf, kind = ("layers", "layer") if plan.kind == "interceptor" else ("assets", "asset")
        if plan.asset in getattr(self.study.model.architecture, shelf):
            return ("architecture", shelf, plan.asset)
        for name, measure in self.study.model.measures.items():
            for i, change in enumerate(measure.change):
                if change.add is not None and getattr(change.add, kind, None) == plan.asset:
                    return ("measures", name, "change", i, "add")
        return ("architecture", shelf)

    def site(self, plan: Plan) -> tuple[float, float]:
        """Typical latitude and longitude [rad]."""
        return self.typical(plan, "latitude"), self.typical(plan, "longitude")

    def targets(self) -> Iterator[tuple[str, float, float]]:
        """Name, latitude and longitude [rad] of every place aimed at."""
        if self.plan.raid is not None:
            for index, share, latitude, longitude in self.plan.raid.places:
                if share > 0.0:
                    yield self.study.place_names[index], self.middle(latitude), self.middle(longitude)

    def separation(self, plan: Plan, latitude: float, longitude: float) -> float:
        """Distance on the ground [m] from a plan's site."""
        return distance_and_bearing(*self.site(plan), latitude, longitude)[0]

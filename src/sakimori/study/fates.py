"""A future's draws as the plans of an option ask for them: values of factors, carriers that are there, layers made."""

from typing import Any, NamedTuple

from sakimori.base.draws import Stream, key_of, uniform
from sakimori.engage import Layer
from sakimori.study.plans import Plan
from sakimori.study.sampling import Term


class Fate(NamedTuple):
    """A future's draws: values of its factors, and which carriers are there."""

    seed: int
    future: int
    values: dict[str, float]
    layers: dict[tuple[int, int, Term], Layer]  # made so far: options share most of theirs

    def layer(self, plan: Plan, magazine: int, delay: Term) -> Layer:
        """The layer of a plan with this magazine and this delay of its owner's decision."""
        key = id(plan), magazine, delay
        if key not in self.layers:
            self.layers[key] = Layer(
                name=plan.asset,
                key=plan.key,
                owner=plan.owner,
                magazine=magazine,
                decision_delay=delay.at(self.values),
                **self.fields(plan),
            )
        return self.layers[key]

    def fields(self, plan: Plan) -> dict[str, Any]:
        """Keyword arguments for a plan's dataclass; without its carrier it is not available."""
        found = plan.fields(self.values)
        if plan.carrier:
            key = key_of(f"carrier {plan.carrier}")
            draw = uniform(self.seed, int(Stream.AVAILABILITY), self.future, key, 0, 0)
            if draw >= plan.carrier_availability.at(self.values):
                found["availability"] = 0.0
        return found

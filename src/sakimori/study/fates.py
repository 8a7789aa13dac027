"""A future's draws as the plans of an option ask for them: values of factors, what is there, layers made."""

import math
from typing import Any, NamedTuple

from sakimori.base.draws import Stream, key_of, uniform
from sakimori.base.types import Rule
from sakimori.engage import Layer
from sakimori.study.deployment import Causes
from sakimori.study.plans import OptionPlan, Plan
from sakimori.study.sampling import Term


class Link(NamedTuple):
    """A link between two partners in one future: its rule, and how late tracks and results of shots arrive [s]."""

    rule: int
    latency: float
    results: float


class Fate(NamedTuple):
    """A future's draws: values of its factors, and which carriers and conditions are there."""

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
        """Keyword arguments for a plan's dataclass; without all that it needs it is not available."""
        found = plan.fields(self.values)
        return found if self.holds(plan.causes) else {**found, "availability": 0.0}

    def link(self, plan: OptionPlan, giver: int, taker: int) -> "Link":
        """What passes from one partner to another; nothing, and no results of shots, where what it needs fails."""
        latency = plan.latencies[giver][taker].at(self.values)
        if self.holds(plan.links[giver][taker]):
            return Link(plan.rules[giver][taker], latency, latency)
        return Link(int(Rule.NONE), latency, math.inf)

    def holds(self, causes: Causes) -> bool:
        """Whether all of these are there in this future: one draw for each, whoever asks."""
        return all(
            uniform(self.seed, int(Stream.AVAILABILITY), self.future, key_of(word), 0, 0) < availability.at(self.values)
            for word, availability in causes
        )

"""A future's draws as the plans of an option ask for them: values of factors, what is there, layers made."""

import math
from typing import Any, NamedTuple

from sakimori.base.draws import Stream, key_of, uniform
from sakimori.base.types import Rule
from sakimori.chain import Option
from sakimori.engage import Command, Layer, Magazine, Transfer
from sakimori.study.deployment import Causes
from sakimori.study.plans import OptionPlan, Plan
from sakimori.study.raids import Flown
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


def _magazines(plan: OptionPlan, values: dict[str, float]) -> tuple[Magazine, ...]:
    rounds = [float(max(round(term.at(values)), 0)) for term in plan.magazines]
    for cells in plan.cells:
        for magazine, cut in cells.left_out(values):
            rounds[magazine] -= cut
    return tuple(
        Magazine(rounds=number, ready=round(ready.at(values)), reload_time=time.at(values))
        for number, (ready, time) in zip(rounds, plan.stores, strict=True)
    )


def _transfers(plan: OptionPlan, values: dict[str, float]) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(
            giver=one.giver,
            receiver=one.receiver,
            rounds=float(max(round(one.rounds.at(values)), 0)),
            after=one.after.at(values),
        )
        for one in plan.transfers
    )


def _permitted(plan: OptionPlan, flown: list[Flown], places: tuple[str, ...]) -> tuple[tuple[bool, ...], ...]:
    """(N, L) whether the rules of a layer's partner let it fire at a threat; () where no partner has rules."""
    if all(rule is None for rule in (*plan.defends, *plan.engages)):
        return ()

    def may(item: Flown, owner: int) -> bool:
        defends, engages = plan.defends[owner], plan.engages[owner]
        return (defends is None or places[item.place] in defends) and (engages is None or item.family in engages)

    return tuple(tuple(may(item, layer.owner) for layer in plan.layers) for item in flown)


def option_of(plan: OptionPlan, owners: list[int], fate: Fate, flown: list[Flown], places: tuple[str, ...]) -> Option:
    """The option of a plan in this future; `owners` (S,) number the plan of each of its sensors."""
    values, partners = fate.values, range(len(plan.rules))
    links = [[fate.link(plan, giver, taker) for taker in partners] for giver in partners]
    layers = tuple(map(fate.layer, plan.layers, plan.magazine_of, plan.delays))
    return Option(
        name=plan.name,
        sensors=tuple(index in plan.sensors for index in owners),
        rules=tuple(tuple(link.rule for link in row) for row in links),
        link_latency=tuple(tuple(link.latency for link in row) for row in links),
        layers=layers,
        magazines=_magazines(plan, values),
        transfers=_transfers(plan, values),
        permitted=_permitted(plan, flown, places),
        command=Command(
            coordinated=plan.coordinated,
            hold_probability=plan.hold_probability.at(values),
            result_latency=tuple(tuple(link.results for link in row) for row in links),
            by_value=plan.by_value,
            assignment=plan.assignment,
        ),
    )

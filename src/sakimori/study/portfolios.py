"""Sets of measures beyond those that are listed: all but one, single doses, every feasible portfolio, and what unfolds.

A portfolio is feasible that holds all that its measures require, nothing that excludes another, and, at the middle
values of the factors, costs no more than the budget and is there by the year. Portfolios whose architecture is the same
are evaluated once and reported under every name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sakimori.base.draws import Stream, key_of, uniform
from sakimori.study.deployment import Finder, Source, Tree
from sakimori.study.measures import ALL, BASELINE, Applier, clash, closure
from sakimori.study.option_keys import Feasible
from sakimori.study.plans import OptionPlan, Plan, option_plan
from sakimori.study.quantities import Amount, fixed, shown
from sakimori.study.reading import Problem
from sakimori.study.schema import Measure

_FACTOR = int(Stream.FACTOR)
Members = tuple[str, ...]


class Wanted(NamedTuple):
    """A set of measures to evaluate, and the quantities that it fixes (SI, by the path of their factor)."""

    name: str
    kind: str  # leave-one-out, dose, portfolio or unfolding
    measures: Members
    fixed: tuple[tuple[str, float], ...] = ()


class Portfolio(NamedTuple):
    """What is wanted, and the option whose architecture it has: a number among the listed options, then the others."""

    wanted: Wanted
    option: int


@dataclass(frozen=True)
class Offer:
    """What a future evaluates: every sensor, the listed options and then the others, and the names of the others."""

    sensors: tuple[Plan, ...]
    options: tuple[OptionPlan, ...]
    portfolios: tuple[Portfolio, ...] = ()

    def with_portfolios(self, wanted: Sequence[Wanted], build: "Builder") -> "Offer":
        """The same with these sets; equal architectures are one option."""
        sensors, options, found = list(self.sensors), list(self.options), list(self.portfolios)
        known = {_nameless(option): i for i, option in reversed(list(enumerate(options)))}
        for item in wanted:
            plan = build.plan(item, sensors)
            index = known.setdefault(_nameless(plan), len(options))
            if index == len(options):
                options.append(plan)
            found.append(Portfolio(item, index))
        return Offer(tuple(sensors), tuple(options), tuple(found))


def _nameless(plan: OptionPlan) -> OptionPlan:
    return replace(plan, name="", measures=())


@dataclass(frozen=True)
class Builder:
    """Makes option plans of sets of measures."""

    measures: Mapping[str, Measure]
    tree: Tree = field(repr=False)
    partners: tuple[str, ...]
    source: Source = field(repr=False)

    def plan(self, wanted: Wanted, sensors: list[Plan]) -> OptionPlan:
        """The option of this set; sensors not met before are appended to `sensors`."""
        measures = dict(self.measures)
        for path, value in wanted.fixed:
            _, name, _, quantity = path.split(".")
            amount = measures[name].quantity[quantity]
            point = fixed(value, amount.dimension, amount.written)
            measures[name] = measures[name].model_copy(
                update={"quantity": {**measures[name].quantity, quantity: point}}
            )
        tree = Applier(measures, self.partners, self.source).option(self.tree, wanted.measures)
        return option_plan(wanted.name, wanted.measures, tree, self.partners, sensors, self.source)


def name_of(members: Sequence[str]) -> str:
    """The name of a set of measures: their names joined by "+"; of none the baseline."""
    return "+".join(members) or BASELINE


def left_out(measures: Mapping[str, Measure], everything: Members, place: Finder) -> Iterator[Wanted]:
    """For each measure, all the others but those that require it."""
    for name in everything:
        rest = tuple(m for m in everything if name not in closure([m], measures, place))
        yield Wanted(f"{ALL}-without-{name}", "leave-one-out", rest)


def doses(measures: Mapping[str, Measure], options: Mapping[str, Members], vary: str) -> Iterator[Wanted]:
    """Each measure alone at each stated value of each of its quantities: all choices, or both ends and the middle."""
    for name, measure in measures.items():
        for quantity, stated in measure.quantity.items():
            amount = stated.ranged(vary)
            for value in _values(amount) if amount.varies else ():
                title = f"{name}:{quantity}={shown(value, amount.dimension)}"
                yield Wanted(title, "dose", options[name], ((f"measures.{name}.quantity.{quantity}", value),))


def _values(amount: Amount) -> tuple[float, ...]:
    if amount.law == "choice":
        return tuple(sorted(set(amount.numbers)))
    low, high = amount.extremes
    return tuple(dict.fromkeys((low, amount.middle, high)))


class Terms(NamedTuple):
    """What of the measures a search for portfolios needs."""

    cost: Mapping[str, float]  # [USD] at middle values
    year: Mapping[str, float]  # at middle values; -inf where none is stated
    requires: Mapping[str, frozenset[str]]  # all that a measure requires, itself included
    excludes: Callable[[Members], bool]

    @classmethod
    def of(
        cls, measures: Mapping[str, Measure], cost: Mapping[str, float], year: Mapping[str, float], place: Finder
    ) -> "Terms":
        """The terms of these measures."""
        needed = {name: frozenset(closure([name], measures, place)) for name in measures}
        return cls(cost, year, needed, lambda members: clash(members, measures) is not None)


def feasible(terms: Terms, budget: float, year: float, most: int) -> list[Members] | None:
    """Every feasible portfolio, the empty one first; None where there are more than `most`.

    Budget in US dollars, year of availability at the latest.
    """
    names = [name for name in terms.cost if terms.year[name] <= year]
    names.sort(key=lambda name: len(terms.requires[name]))  # what a measure requires stands before it
    found: list[Members] = []

    def grow(start: int, chosen: Members, spent: float) -> bool:
        found.append(chosen)
        for i in range(start, len(names)):
            more, cost = (*chosen, names[i]), spent + terms.cost[names[i]]
            fits = terms.requires[names[i]] <= set(more) and cost <= budget and not terms.excludes(more)
            if fits and (len(found) == most or not grow(i + 1, more, cost)):
                return False
        return True

    order = list(terms.cost)
    whole = grow(0, (), 0.0)
    return sorted((tuple(sorted(c, key=order.index)) for c in found), key=len) if whole else None


def sampled(terms: Terms, budget: float, year: float, count: int, seed: int) -> list[Members]:
    """So many different feasible portfolios, drawn by key; fewer where few are met. The empty one comes first.

    Measures are taken up in random order with all that they require, each with probability one half, while the
    portfolio stays feasible.
    """
    names = [name for name in terms.cost if terms.year[name] <= year]
    found: dict[Members, None] = {(): None}
    for number in range(50 * count):
        if len(found) == count:
            break
        draws = {name: uniform(seed, _FACTOR, number, key_of(f"portfolio {name}"), 0, 3) for name in names}
        chosen: set[str] = set()
        for name in sorted(names, key=lambda name: draws[name] % 0.5):
            more = tuple(n for n in terms.cost if n in chosen | terms.requires[name])
            there = all(terms.year[n] <= year for n in more) and not terms.excludes(more)
            if draws[name] < 0.5 and there and sum(terms.cost[n] for n in more) <= budget:
                chosen = set(more)
        found[tuple(n for n in terms.cost if n in chosen)] = None
    return list(found)


def portfolios(terms: Terms, asked: Feasible, seed: int, place: Finder) -> list[Members]:
    """The portfolios that a study asks for. Raises Problem where there are too many of them."""
    budget = float("inf") if asked.budget is None else asked.budget.middle
    year = float("inf") if asked.year is None else asked.year
    found = feasible(terms, budget, year, asked.most)
    if found is not None:
        return found
    if asked.sample is None:
        got = f"more than {asked.most} feasible portfolios of {len(terms.cost)} measures"
        mend = "Raise most, lower budget or year, or give sample: a number of portfolios to fit a response on."
        raise Problem("STAT09", place("portfolios", "feasible"), got, f"at most {asked.most}", mend)
    count = len([name for name in terms.cost if terms.year[name] <= year])
    least = 1 + count + count * (count - 1) // 2
    if asked.sample < least:
        got, expected = f"a sample of {asked.sample}", f"{least} or more for {count} measures and their pairs"
        raise Problem("STAT09", place("portfolios", "feasible", "sample"), got, expected, "Raise it.")
    return sampled(terms, budget, year, asked.sample, seed)


def unfolding(
    measures: Mapping[str, Measure], years: Mapping[str, float], place: Finder
) -> Iterator[tuple[float, Wanted]]:
    """The sets that are there one after the other in a future with these years of availability, each with its year.

    A measure counts from the year in which it and all that it requires are there; of two that exclude each other the
    earlier one stays. Measures without a year (-inf) are there from the start.
    """
    whole = {name: max(years[needed] for needed in closure([name], measures, place)) for name in measures}
    there: set[str] = set()
    for year in sorted(set(whole.values())):
        for name in measures:
            joined = tuple(n for n in measures if n in there or n == name)
            if whole[name] == year and clash(joined, measures) is None:
                there.add(name)
        members = tuple(n for n in measures if n in there)
        yield year, Wanted(name_of(members), "unfolding", closure(members, measures, place))

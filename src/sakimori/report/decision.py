"""What the run says to a decision maker, in numbers: who comes in which place, and what would change that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sakimori.assess.attribution import Attribution, shapley
from sakimori.assess.breakdown import CostEffect, cost_effect
from sakimori.assess.comparison import CONFIDENCE, Estimate, estimate
from sakimori.assess.frontier import Budget, Offer, offers, under_budget
from sakimori.assess.indices import Index, first_order
from sakimori.assess.metrics import METRICS, Panel, beside
from sakimori.assess.regret import Regret, Robustness, regret, robustness
from sakimori.assess.response import Payoff, Response, Threshold, dose_response, payoff, threshold
from sakimori.assess.scenarios import Discovery, discover, overtaken
from sakimori.assess.standing import Standing, position_shares, standings
from sakimori.base.types import Floats, Integers
from sakimori.report.designed import Asked, asked
from sakimori.report.summary import Summary
from sakimori.study.quantities import amount

PICKED = 3  # measures that the first screen names
_RIVALS = 3  # of the leader, for which thresholds are sought
_BUDGETS = 4
_ASKED = 20_000  # futures in which factors are looked at: more would take minutes and tell nothing new


@dataclass(frozen=True)
class Pick:
    """One of the measures that help most."""

    option: str
    place: float  # share of resamples of the futures in which it holds this place
    among: float  # and in which it is one of those picked
    cost: CostEffect | None
    tied: bool  # its place is within the Monte Carlo error of another's


@dataclass(frozen=True)
class Decision:
    """Everything that follows from the headline metric and the costs; each part is computed when it is asked for."""

    summary: Summary

    @property
    def panel(self) -> Panel:
        """The headline metric's values."""
        return self.summary.panel

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The options that compete, best first, without the reference."""
        groups = self.summary.verdict.groups
        return tuple(option for group in groups for option in group if option != self.summary.reference)

    @cached_property
    def helping(self) -> tuple[str, ...]:
        """Of these, the options with the better mean than the reference, best first."""
        found = self.summary.differences[self.summary.metric.name]
        sign = 1.0 if self.summary.metric.higher_is_better else -1.0
        return tuple(o for o in sorted(self.ranked, key=lambda o: -sign * found[o].mean) if sign * found[o].mean > 0.0)

    @cached_property
    def asked(self) -> Panel:
        """The headline metric in the A futures, the first ones, in which factors are looked at."""
        return self.panel.restrict(np.arange(len(self.panel.futures)) < _ASKED)

    @cached_property
    def own_factors(self) -> dict[str, Floats]:
        """Columns (A,) of our own factors: not the attacker's, no properties of threats, no costs, no dates."""
        table = self.summary.view.tables["factors"]
        rows = np.searchsorted(table["future"].astype(np.int64), self.asked.futures)
        left = self.summary.view.not_ours | {"future"}
        return {
            name: table[name][rows].astype(np.float64)
            for name in table
            if name not in left and np.issubdtype(table[name].dtype, np.number)
        }

    @cached_property
    def costs(self) -> Mapping[str, Floats]:
        """Cost of each option [USD], (F,)."""
        return {o: self.summary.view.costs(o, self.panel.futures) for o in self.summary.others}

    @cached_property
    def picks(self) -> tuple[Pick, ...]:
        """The measures that help most, in their order."""
        if not self.helping or self.panel.independent < 2:
            return ()
        shares = position_shares(self.panel, self.helping)
        chosen = self.helping[:PICKED]
        return tuple(
            Pick(o, float(shares[i, i]), float(shares[i, : len(chosen)].sum()),
                 cost_effect(self.panel, self.costs[o], o, self.summary.reference),
                 self.summary.place(o).endswith("="))
            for i, o in enumerate(chosen)
        )  # fmt: skip

    @cached_property
    def everything(self) -> Panel:
        """The headline metric of the listed options and the portfolios beside them.

        Single doses are left out, and a set that has another name already.
        """
        view, rows = self.summary.view, self.summary.view.portfolios
        new: dict[frozenset[str], str] = {}
        for name in dict.fromkeys(str(name) for name in rows.get("option", ())):
            if ":" not in name:
                new.setdefault(frozenset(view.measures_of(name)), name)
        listed = {frozenset(view.measures_of(option)) for option in self.panel.options}
        kept = np.isin(rows.get("option", ()), [name for members, name in new.items() if members not in listed])
        return beside(self.panel, {name: column[kept] for name, column in rows.items()}) if kept.any() else self.panel

    @cached_property
    def sets(self) -> Mapping[frozenset[str], str]:
        """For each set of measures that was simulated, an option of just these; of several the listed one."""
        view = self.summary.view
        return {frozenset(view.measures_of(o)): o for o in reversed(self.everything.options)}

    @cached_property
    def together(self) -> Estimate | None:
        """The picked measures taken together, where the run has an option of just these."""
        wanted = frozenset(m for pick in self.picks for m in self.summary.view.measures_of(pick.option))
        there = len(self.picks) > 1 and wanted in self.sets
        return estimate(self.everything, self.sets[wanted]) if there else None

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Cost, year and gain of the options and portfolios with a cost, those that hold every measure included."""
        reference, view, futures = self.summary.reference, self.summary.view, self.panel.futures
        mine = tuple(o for o in self.everything.options if o != reference)
        costs = {o: view.costs(o, futures) for o in mine}
        return offers(self.everything, costs, {o: view.years(o, futures) for o in mine}, reference, mine)

    @cached_property
    def budgets(self) -> tuple[tuple[Budget, ...], ...]:
        """For a few round budgets, cheapest first: the gain of every option that is sometimes within it, best first."""
        top = [o.cost for o in self.offers if o.front]
        rounds = sorted({_round_up(cost) for cost in top})
        picked = (
            rounds if len(rounds) <= _BUDGETS else [rounds[round(i)] for i in np.linspace(0, len(rounds) - 1, _BUDGETS)]
        )
        found = []
        for budget in picked:
            mine = [self._bought(offer.option, budget) for offer in self.offers]
            found.append(tuple(sorted((b for b in mine if b.bought > 0.0), key=lambda b: -b.gain)))
        return tuple(found)

    def _bought(self, option: str, budget: float) -> Budget:
        cost = self.summary.view.costs(option, self.panel.futures)
        return under_budget(self.everything, cost, option, self.summary.reference, budget)

    @cached_property
    def regrets(self) -> tuple[Regret, ...]:
        """Regret of the competing options and the reference against each other."""
        return regret(self.panel, (self.summary.reference, *self.ranked)) if self.ranked else ()

    @cached_property
    def goals(self) -> Mapping[str, Mapping[str, Robustness]]:
        """For each goal of the study (by metric), how robustly each option meets it."""
        asked = self.summary.view.study.get("goals") or {}
        return {
            name: {o: robustness(panel, o, amount(asked[name], METRICS[name].dimension).middle) for o in panel.options}
            for name, panel in self.summary.goal_panels.items()
        }

    @cached_property
    def attribution(self) -> Attribution | None:
        """Who brought the gain of all measures together; None where the run has no option with several measures."""
        values = {names: self.everything.of(option) for names, option in self.sets.items()}
        whole = max(values, key=len)
        order = tuple(m for m in (self.summary.view.study.get("measures") or {}) if m in whole)
        there = np.isfinite(np.stack(list(values.values()))).all(axis=0)
        if len(whole) < 2 or frozenset() not in values or not there.any():
            return None
        groups = None if self.panel.groups is None else self.panel.groups[there]
        sign = 1.0 if self.summary.metric.higher_is_better else -1.0
        return shapley({names: sign * row[there] for names, row in values.items()}, order, groups)

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """Gain of each option with one measure against each of that measure's doses."""
        found = []
        for option in self.ranked:
            for measure in self.summary.view.measures_of(option)[-1:]:
                start = f"measures.{measure}.quantity."
                for factor in (f for f in self.own_factors if f.startswith(start)):
                    column = self.own_factors[factor]
                    found.append(dose_response(self.asked, option, self.summary.reference, factor, column))
        return tuple(response for response in found if response is not None)

    @cached_property
    def discovery(self) -> Discovery | None:
        """Where in our own factors another option does better than the leader; None where nothing leads."""
        leader = self.leader
        rivals = [o for o in (self.summary.reference, *self.ranked) if o != leader]
        if not leader or not rivals or self.panel.independent < 2:
            return None
        return discover(overtaken(self.asked, leader, rivals), self.own_factors, self._shared)

    @property
    def leader(self) -> str:
        """The option with the best mean; empty where that is the reference."""
        return self.helping[0] if self.helping else ""

    @cached_property
    def thresholds(self) -> tuple[tuple[str, Threshold], ...]:
        """Where along our own factors the leader overtakes its nearest rivals, by rival."""
        rivals = [o for o in self.helping if o != self.leader][:_RIVALS]
        tests = max(1, len(rivals) * len(self.own_factors))
        level = 1.0 - (1.0 - CONFIDENCE) / tests
        return tuple(
            (rival, found)
            for rival in rivals
            for name, column in self.own_factors.items()
            if (found := threshold(self.asked, self.leader, rival, name, column, level)) is not None
        )

    @cached_property
    def payoffs(self) -> tuple[Payoff, ...]:
        """From which raid size on each option helps."""
        outcomes = self.summary.view.tables["outcomes"]
        if not self.summary.view.engaged:
            return ()
        return tuple(payoff(self.panel, outcomes, o, self.summary.reference) for o in self.ranked)

    @cached_property
    def indices(self) -> tuple[Index, ...]:
        """Which of our own factors matter to the leader's gain, largest first; of a sample in blocks see `designed`."""
        if not self.leader or self.summary.view.design.nested:
            return ()
        return first_order(self._gain, self.own_factors, self.asked.draws)

    @cached_property
    def designed(self) -> Asked:
        """What a sample in blocks says of the factors that it asks; none where it is of another kind."""
        return asked(self.summary.view, self.asked, self._gain)

    @property
    def _gain(self) -> Floats:
        """Gain of the leader in the asked futures, (A,); where nothing leads the reference's own value."""
        base = self.asked.of(self.summary.reference)
        return self.asked.of(self.leader) - base if self.leader else base

    @property
    def _shared(self) -> Integers | None:
        """(A,) what of the asked futures has most factors in common: draws, or blocks of a sample in blocks."""
        return self.asked.clusters if self.summary.view.design.nested else self.asked.draws

    @cached_property
    def glide(self) -> tuple[Standing, ...]:
        """The ranking in the thirds of the mean single-shot probability of the layers that fire at gliders."""
        names = glide_probabilities(self.summary, tuple(self.own_factors))
        if not names or len(self.helping) < 2:
            return ()
        return standings(self.asked, self.helping, np.mean([self.own_factors[n] for n in names], axis=0))


def glide_probabilities(summary: Summary, factors: Sequence[str]) -> tuple[str, ...]:
    """The factors that are single-shot probabilities of layers that fired at a glider in some option."""
    tables = summary.view.tables
    fired, flown = tables["engagements"], tables["flights"]
    if not len(fired["future"]) or "family" not in flown:
        return ()
    gliders = _key(flown)[flown["family"].astype(str) == "glide"]
    shot = (fired["shots"].astype(np.float64) > 0.0) & np.isin(_key(fired), gliders)
    layers = set(np.unique(fired["layer"][shot].astype(str)))
    records = {str(record) for name, record in summary.view.layer_records.items() if name in layers}
    own = tuple(f for f in factors if f.endswith(".kill_probability") and f.split(".")[-2] in layers)
    drawn = {f.split(".")[-2] for f in own}
    shared = {r for name, r in summary.view.layer_records.items() if name in layers and name not in drawn}
    wanted = {f"records.interceptor.{record}.kill_probability" for record in records & shared}
    return (*own, *(f for f in factors if f in wanted))


def _key(rows: Mapping[str, np.ndarray]) -> np.ndarray:
    return rows["future"].astype(np.int64) * (1 << 20) + rows["threat"].astype(np.int64)


def _round_up(cost: float) -> float:
    """A cost to one digit, upwards."""
    step = 10.0 ** np.floor(np.log10(cost)) if cost > 0.0 else 1.0
    return float(np.ceil(cost / step - 1e-9) * step)

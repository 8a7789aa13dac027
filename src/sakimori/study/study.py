"""A study, read, resolved and compiled: the public face of this room. It holds no open files and can be pickled."""

import datetime
import math
import pathlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

import sakimori
from sakimori.base.draws import key_of
from sakimori.chain import Case
from sakimori.flight import WGS84, Environment
from sakimori.sense.circuits import Circuit
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import Priority
from sakimori.study import schema
from sakimori.study.catalogue import Catalogue
from sakimori.study.costs import Costs
from sakimori.study.deployment import Finder
from sakimori.study.fates import Fate, option_of
from sakimori.study.observed import RowPlan
from sakimori.study.orbit_plans import orbits_of, out_of_service
from sakimori.study.plans import OptionPlan, Plan
from sakimori.study.portfolios import Builder, Offer, Wanted, unfolding
from sakimori.study.raids import Drawn, Flown, RaidPlan
from sakimori.study.resolved import resolved_text
from sakimori.study.sampling import Factor, FactorTable, Term

JULIAN_ZERO = 1721424.5  # Julian date of day 0 of the proleptic Gregorian ordinal
_DAY = 86400.0  # [s]


class Labels(NamedTuple):
    """What the threats and options of a future are called, and what they cost."""

    records: tuple[str, ...]  # (N,) catalogue record, or name of the observed flight
    families: tuple[str, ...]  # (N,)
    places: tuple[str, ...]  # (N,) defended place aimed at, or name of the observed flight
    place_partners: tuple[int, ...]  # (N,) index of the partner that answers for the place
    round_costs: dict[str, float]  # [USD] of one round, by layer name
    option_costs: dict[str, float]  # [USD] of all measures of an option
    option_years: dict[str, float]  # when the last of its measures is available; nan where none says
    option_values: dict[str, tuple[float, ...]]  # (N,) what a leaker costs: the value of the place aimed at
    portfolios: tuple["Named", ...] = ()  # the sets of measures beside the listed options
    observed: bool = False  # an observed flight, which no place answers for


class Named(NamedTuple):
    """A set of measures in a future, and the option of its case that has its architecture."""

    name: str
    option: int
    cost: float  # [USD]
    available: float  # year; nan where none says
    values: tuple[float, ...]  # (N,) what a leaker costs


@dataclass(frozen=True)
class Compiled:
    """A study's structure, compiled once: only numbers change from future to future."""

    partners: tuple[str, ...]
    sensors: tuple[Plan, ...]
    options: tuple[OptionPlan, ...]
    raid: RaidPlan | None
    loss: tuple[Term, Term]  # radius, probability
    rows: tuple[RowPlan, ...]
    time_of_day: Term
    density_factor: Term
    wind: tuple[tuple[Term, Term, Term], ...]  # altitude, east, north
    efficiency: Term
    drop_time: Term
    own_latency: Term
    costs: Costs
    unit_costs: dict[str, Term]  # by layer name
    offer: Offer  # the listed options, and those of all portfolios that are the same in every future
    builder: Builder | None  # of the sets that unfold, which are others in every future; None where none are wanted


@dataclass(frozen=True)
class Study:
    """A study with all defaults filled and every source named. Made by `load`."""

    name: str
    path: str
    model: schema.Study
    catalogue: Catalogue = field(repr=False)
    table: FactorTable = field(repr=False)
    compiled: Compiled = field(repr=False)
    place: Finder = field(repr=False)
    folder: str = ""
    rows: list[dict[str, str]] | None = field(repr=False, default=None)  # of the table of observed flights
    _flights: dict[tuple[int, int], Drawn] = field(repr=False, compare=False, default_factory=dict)
    _last: dict[tuple[int, int], dict[str, float]] = field(repr=False, compare=False, default_factory=dict)
    _offers: dict[tuple[int, int], Offer] = field(repr=False, compare=False, default_factory=dict)

    @property
    def title(self) -> str:
        """Title, or name where none is given."""
        return self.model.title or self.name

    @property
    def seed(self) -> int:
        """The study's own seed."""
        return self.model.seed

    @property
    def futures(self) -> int:
        """How many futures the study asks for. Of a table of flights, future f is flight f modulo their number."""
        return self.model.futures

    @property
    def replications(self) -> int:
        """Inner replications of each engagement."""
        return self.model.replications

    @property
    def hypercube(self) -> int:
        """Draws in one Latin hypercube; 1 with other designs."""
        return self.table.design.size if self.table.design.method == "latin-hypercube" else 1

    @property
    def weight(self) -> float:
        """Threats times options of a future in the middle of its factors: a measure of its work and of its rows."""
        middle = {path: factor.amount.quantile(0.5) for path, factor in self.table.factors.items()}
        threats = self.compiled.raid.size.at(middle) if self.compiled.raid is not None else 1.0
        return threats * len(self.compiled.offer.options)

    @property
    def partners(self) -> tuple[str, ...]:
        """Trigraphs, in the order of every partner axis."""
        return self.compiled.partners

    @property
    def place_names(self) -> tuple[str, ...]:
        """Defended places, or names of the observed flights."""
        return tuple(row.id for row in self.compiled.rows) or tuple(self.model.places)

    @property
    def option_names(self) -> tuple[str, ...]:
        """Options in order: baseline first."""
        return tuple(option.name for option in self.compiled.options)

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Measures of each option."""
        return {option.name: option.measures for option in self.compiled.options}

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """Factors drawn once per future, by path."""
        return tuple(f for _, f in sorted(self.table.factors.items()) if not f.per_threat)

    @cached_property
    def threat_factors(self) -> tuple[Factor, ...]:
        """Factors drawn anew for each threat of a raid, by path."""
        return tuple(f for _, f in sorted(self.table.factors.items()) if f.per_threat)

    def factor_values(self, future: int, seed: int | None = None) -> dict[str, float]:
        """SI value of every factor of `factors` in this future, by path."""
        values = self._values(future, seed)
        return {factor.path: values[factor.path] for factor in self.factors}

    def case(self, future: int, seed: int | None = None) -> Case:
        """The chain's input for this future (from 0). Raises InputError where the draws make no possible system."""
        seed = self.seed if seed is None else seed
        values, plan, key = self._values(future, seed), self.compiled, self._key(future)
        draw = self.table.design.base(self._draw(future))
        (flown, quiet), julian_date = self._flown(future, seed), self._julian_date(future, seed)
        fate, offer = Fate(seed, key, values, {}), self._offer(future, seed)
        built = [
            (i, sensor)
            for i, p in enumerate(offer.sensors)
            for sensor in sensors_of(p, values, seed, draw, fate.fields(p))
        ]
        built.sort(key=lambda item: isinstance(item[1], Infrared))
        radars = tuple(sensor for _, sensor in built if isinstance(sensor, Radar))
        infrareds = tuple(sensor for _, sensor in built if isinstance(sensor, Infrared))
        owners = [index for index, _ in built]
        tracking = self.model.architecture.tracking
        m, n = tracking.confirm
        return Case(
            seed=seed,
            future=key,
            step=self.model.step.middle,
            replications=self.replications,
            threats=tuple(item.threat for item in flown),
            values=_at_stake(plan.options[0], flown, values),
            places=tuple(item.place for item in flown),
            company=tuple(item.company for item in flown),
            loss_radius=plan.loss[0].at(values),
            loss_probability=plan.loss[1].at(values),
            partners=plan.partners,
            radars=radars,
            infrareds=infrareds,
            julian_date=julian_date,
            quiet=quiet,
            efficiency=plan.efficiency.at(values),
            confirm=(m, n),
            drop_time=plan.drop_time.at(values),
            beam_priority=tuple(Priority(name) for name in self.model.architecture.tracking.beam_priority),
            filters=tuple(tracking.models) if tracking.fidelity == "filter" else (),
            own_latency=plan.own_latency.at(values),
            environment=air_of(plan, values),
            options=tuple(option_of(option, owners, fate, flown, self.place_names) for option in offer.options),
        )

    def labels(self, future: int, seed: int | None = None) -> Labels:
        """Names and costs that belong to the case of this future."""
        values, flown, plan = self._values(future, seed), self._flown(future, seed).flown, self.compiled
        observed = bool(plan.rows)
        offer, names = self._offer(future, seed), [self.place_names[item.place] for item in flown]
        answers = [0 if observed else plan.partners.index(self.model.places[name].partner) for name in names]
        return Labels(
            tuple(name if observed else item.record for name, item in zip(names, flown, strict=True)),
            tuple(item.family for item in flown),
            tuple(names),
            tuple(answers),
            {name: term.at(values) for name, term in plan.unit_costs.items()},
            {option.name: sum(plan.costs.usd(m, values) for m in option.measures) for option in plan.options},
            {option.name: plan.costs.available(option.measures, values) for option in plan.options},
            {option.name: _at_stake(option, flown, values) for option in plan.options},
            tuple(
                Named(
                    item.name,
                    option,
                    self._costs(item, values),
                    plan.costs.available(item.measures, values),
                    _at_stake(offer.options[option], flown, values),
                )
                for item, option in offer.portfolios
            ),
            observed,
        )

    def _costs(self, item: Wanted, values: dict[str, float]) -> float:
        given = {**values, **dict(item.fixed)}
        return sum(self.compiled.costs.usd(measure, given) for measure in item.measures)

    def _offer(self, future: int, seed: int | None) -> Offer:
        """What this future evaluates."""
        plan, asked = self.compiled, (self.seed if seed is None else seed, self._draw(future))
        if plan.builder is None:
            return plan.offer
        if asked not in self._offers:  # the last one is kept, as of the values
            values = self._values(future, seed)
            years = {m: plan.costs.available((m,), values) for m in self.model.measures}
            years = {m: -math.inf if math.isnan(year) else year for m, year in years.items()}
            wanted = unfolding(self.model.measures, years, self.place)
            listed = {portfolio.wanted.name for portfolio in plan.offer.portfolios} | {o.name for o in plan.options}
            self._offers.clear()
            self._offers[asked] = plan.offer.with_portfolios(
                [w for _, w in wanted if w.name not in listed], plan.builder
            )
        return self._offers[asked]

    def group(self, future: int) -> int:
        """Futures of one group depend on each other: they share a draw of the factors, or a replicate of the sample."""
        return self.table.design.replicate(self._draw(future))

    def run(self, out: str | pathlib.Path | None = None, **options: Any) -> Any:
        """Run it into the folder `out` (`runs/NAME`) with the options of `sakimori.execute`; the `sakimori.Run`."""
        return sakimori.execute(self, out or pathlib.Path("runs") / self.name, **options)

    def resolved_yaml(self) -> str:
        """The study in one file: defaults filled, records and architecture in place, every source named."""
        return resolved_text(self)

    def _draw(self, future: int) -> int:
        """Number of the draw of all factors: flights of a table share one, threats of a raid are one."""
        return future // len(self.compiled.rows) if self.compiled.rows else future

    def _key(self, future: int) -> int:
        """The future whose draws of threats and luck this one has: another one only in a block of a nested design."""
        flights = max(len(self.compiled.rows), 1)
        return self.table.design.base(future // flights) * flights + future % flights

    def _values(self, future: int, seed: int | None) -> dict[str, float]:
        asked = (self.seed if seed is None else seed, self._draw(future))
        if asked not in self._last:  # the last draw is kept: a case, its labels and its factors are asked for in turn
            values = self.table.values(*asked)
            self._last.clear()
            self._last[asked] = values
        return self._last[asked]

    def _flown(self, future: int, seed: int | None) -> Drawn:
        asked = (self.seed if seed is None else seed, future)
        if asked not in self._flights:  # the last one is kept, as of the values: a case and its labels ask in turn
            plan, values = self.compiled, self._values(future, seed)
            row = future % max(len(plan.rows), 1)
            self._flights.clear()
            self._flights[asked] = (
                plan.raid.fly(self.table, values, asked[0], self._key(future))
                if plan.raid is not None
                else Drawn([plan.rows[row].fly(values)._replace(place=row)])
            )
        return self._flights[asked]

    def _julian_date(self, future: int, seed: int | None) -> float:
        values, plan = self._values(future, seed), self.compiled
        date, moment = self.model.architecture.date, plan.time_of_day.at(values)
        if plan.rows:
            row = plan.rows[future % len(plan.rows)]
            date, moment = row.date or date, moment if math.isnan(row.hour) else row.hour
        return datetime.date.fromisoformat(date).toordinal() + JULIAN_ZERO + moment / _DAY


def sensors_of(
    plan: Plan, values: dict[str, float], seed: int, draw: int, given: dict[str, Any] | None = None
) -> list[Radar | Infrared]:
    """The sensors of an asset: one radar, or every satellite; those out of service in this draw are never up.

    `given` are the keyword arguments of their dataclass, where they are not just those of the plan.
    """
    fields = plan.fields(values) if given is None else given
    if plan.kind == "radar":
        circuit = Circuit(**{part: term.at(values) for part, term in plan.circuit}) if plan.circuit else None
        return [Radar(name=plan.asset, key=plan.key, owner=plan.owner, circuit=circuit, **fields)]
    assert plan.orbit is not None
    orbits = orbits_of(plan.orbit, values)
    out = out_of_service(plan.orbit, values, plan.asset, seed, draw)
    return [
        Infrared(
            name=plan.asset,
            key=key_of(f"{plan.asset}/{i}"),
            owner=plan.owner,
            orbit=orbit,
            **{**fields, **({"availability": 0.0} if i in out else {})},
        )
        for i, orbit in enumerate(orbits)
    ]


def _at_stake(option: OptionPlan, flown: list[Flown], values: dict[str, float]) -> tuple[float, ...]:
    """(N,) value of the place that each threat aims at, under an option; 1 where nothing is defended."""
    return tuple(option.values[item.place].at(values) if option.values else 1.0 for item in flown)


def air_of(plan: Compiled, values: dict[str, float]) -> Environment:
    """The Earth and its air in a future with these factor values."""
    rows = [[term.at(values) for term in row] for row in plan.wind]
    return WGS84._replace(density_factor=plan.density_factor.at(values), wind=np.array(rows) if rows else None)

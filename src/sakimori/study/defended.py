"""The defended area of a study's layers: from which share of its raid's own axes a place could still be met for.

A place is defended against a flight if a layer that decides in time has an intercept point on it: the area is the
shadow of the intercept points (engage/reach.py). Geometry and time only: what the tracks allow is a run's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sakimori.base.types import Flags, FlightStatus, Floats
from sakimori.engage import Layer
from sakimori.engage.doctrine import LayerTable, layer_table
from sakimori.engage.reach import defended, reach
from sakimori.flight import Environment, fly
from sakimori.study.cover_keys import Defended
from sakimori.study.designs import Design
from sakimori.study.fates import Fate
from sakimori.study.plans import OptionPlan
from sakimori.study.raids import GroupPlan, launched_at
from sakimori.study.reading import Document, Problem, suggestion
from sakimori.study.sampling import Term
from sakimori.study.study import Study, air_of

MOST_FLIGHTS = 200_000  # of one map: some minutes
_AT_ONCE = 250  # flights held in memory


@dataclass(frozen=True)
class AreaPlan:
    """Whose launches count, decided when, against which flights."""

    layers: tuple[Layer, ...]
    kinds: tuple[str, ...]  # (L,) record of each layer
    groups: tuple[GroupPlan, ...]
    axes: tuple[Mapping[str, float], ...]  # (A,) values of the study's factors along each axis
    decided: float  # [s] after launch
    step: float  # [s]
    air: Environment
    places: Mapping[str, tuple[float, float]]  # the study's, by title: latitude and longitude [rad]


@dataclass(frozen=True)
class Area:
    """Shares over the axes, threats weighted as in the raid; C cells, nan where no flight there is possible."""

    flown: Floats  # (C,) share of the flights that are possible
    defended: Floats  # (C,) of these, share that one of the layers meets
    by_threat: Mapping[str, Floats]  # the same of each record of the raid
    by_kind: Mapping[str, Floats]  # the same of each record among the layers, all threats
    by_layer: Mapping[str, Floats]
    latest: Floats  # (C,) [s] after launch: median of the last decision with which a layer still meets it; nan: never

    @property
    def columns(self) -> dict[str, Floats]:
        """Every number by its name, one row per cell."""
        return {
            "flown": self.flown,
            "defended": self.defended,
            "latest_decision_s": self.latest,
            **{f"defended_against_{name}": share for name, share in self.by_threat.items()},
            **{f"defended_by_{name}": share for name, share in {**self.by_kind, **self.by_layer}.items()},
        }


def area_plan(asked: Defended, study: Study, option: str, document: Document) -> AreaPlan:
    """The layers of the option, the groups of the raid, and axes spread over what the attacker chooses.

    Own uncertain factors stand at their middles. Raises Problem where the study has no raid, or no such layer.
    """
    chosen = next(o for o in study.compiled.options if o.name == option)
    if study.compiled.raid is None:
        got, mend = "a study of observed flights", "Name a study with a raid."
        raise Problem("RAID01", document.place("study"), got, "a study with a raid", mend)
    named = {layer.asset: layer for layer in chosen.layers}
    for number, name in enumerate(asked.layers):
        if name not in named:
            got, at = f"the unknown layer '{name}'", document.place("defended", "layers", number)
            raise Problem("REF13", at, got, "a layer of that option", suggestion(name, named))
    if not named:
        got = f"the option '{option}', which has no layer"
        raise Problem("REF13", document.place("defended"), got, "an option with layers", "Name another option.")
    wanted = tuple(asked.layers) or tuple(named)
    values = {path: factor.amount.middle for path, factor in study.table.factors.items()}
    return AreaPlan(
        layers=_layers(chosen, wanted, values, study.seed),
        kinds=tuple(named[name].record for name in wanted),
        groups=study.compiled.raid.groups,
        axes=tuple(_axes(study, asked.axes, values)),
        decided=asked.decided.numbers[0],
        step=asked.step.numbers[0],
        air=air_of(study.compiled, values),
        places={
            study.model.places[study.place_names[index]].title or study.place_names[index]: (
                latitude.at(values),
                longitude.at(values),
            )
            for index, _, latitude, longitude in study.compiled.raid.places
        },
    )


def _layers(chosen: OptionPlan, wanted: tuple[str, ...], values: dict[str, float], seed: int) -> tuple[Layer, ...]:
    fate, plans = Fate(seed, 0, values, {}), {layer.asset: layer for layer in chosen.layers}
    return tuple(fate.layer(plans[name], 0, Term()) for name in wanted)


def _axes(study: Study, number: int, middles: Mapping[str, float]) -> Iterator[dict[str, float]]:
    """A Latin hypercube over all that is drawn for a threat or chosen by the attacker: each range evenly covered."""
    drawn = {path: f for path, f in study.table.factors.items() if f.per_threat or f.attacker}
    design = Design("latin-hypercube", size=number)
    for index in range(number):
        point = design.point({path: factor.key for path, factor in drawn.items()}, study.seed, index)
        yield {**middles, **{path: factor.amount.quantile(point[path]) for path, factor in drawn.items()}}


def area(plan: AreaPlan, latitude: Floats, longitude: Floats) -> Area:
    """Fly every group along every axis to every cell (C,) [rad], and see who meets it."""
    cells, layers, groups, axes = latitude.size, len(plan.layers), len(plan.groups), len(plan.axes)
    table, weight = layer_table(plan.layers), np.array([group.share for group in plan.groups])
    possible = np.zeros((groups, axes, cells), dtype=np.bool_)
    met = np.zeros((groups, axes, cells, layers), dtype=np.bool_)
    latest = np.full((groups, axes, cells), -np.inf)
    for g, group in enumerate(plan.groups):
        for a, values in enumerate(plan.axes):
            for first in range(0, cells, _AT_ONCE):
                some = slice(first, min(first + _AT_ONCE, cells))
                found = _fly(plan, group, values, table, latitude[some], longitude[some])
                possible[g, a, some], met[g, a, some], latest[g, a, some] = found
    each = np.broadcast_to(weight[:, None, None], possible.shape) * possible

    def share(of: Flags, weights: Floats) -> Floats:
        total, met_by = weights.sum(axis=(0, 1)), np.where(of, weights, 0.0).sum(axis=(0, 1))
        return np.divide(met_by, total, out=np.full(cells, np.nan), where=total > 0.0)

    records = [group.record for group in plan.groups]
    anyone: Flags = np.logical_or.reduce(met, axis=3)
    return Area(
        flown=each.sum(axis=(0, 1)) / (weight.sum() * axes),
        defended=share(anyone, each),
        by_threat={
            name: share(anyone, each * np.array([name == r for r in records])[:, None, None])
            for name in dict.fromkeys(records)
        },
        by_kind={
            kind: share(np.logical_or.reduce(met[..., [k == kind for k in plan.kinds]], axis=3), each)
            for kind in dict.fromkeys(plan.kinds)
        },
        by_layer={layer.name: share(met[..., j], each) for j, layer in enumerate(plan.layers)},
        latest=_median(latest, each),
    )


def _fly(
    plan: AreaPlan,
    group: GroupPlan,
    values: Mapping[str, float],
    table: LayerTable,
    latitude: Floats,
    longitude: Floats,
) -> tuple[Flags, Flags, Floats]:
    """Of each cell: whether the flight is possible, which layers meet it (C, L), and the last decision [s]."""
    places = zip(latitude.tolist(), longitude.tolist(), strict=True)
    flights = fly([launched_at(group, place, values) for place in places], plan.step, plan.air)
    reached = reach(flights, table)
    in_time = defended(reached, np.full(latitude.size, plan.decided))
    last = reached.latest.max(axis=(1, 2), initial=-np.inf)
    return flights.status == int(FlightStatus.REACHED), in_time, np.where(last >= 0.0, last, -np.inf)


def _median(latest: Floats, weights: Floats) -> Floats:
    """(C,) weighted median over groups and axes; nan where half or more of the flights are never met."""
    cells = latest.shape[2]
    value, weight = latest.reshape(-1, cells), weights.reshape(-1, cells)
    order = np.argsort(value, axis=0, kind="stable")
    value, weight = np.take_along_axis(value, order, axis=0), np.take_along_axis(weight, order, axis=0)
    reached = np.cumsum(weight, axis=0) >= 0.5 * weight.sum(axis=0)
    found = value[reached.argmax(axis=0), np.arange(cells)]
    return np.where(np.isfinite(found) & (weight.sum(axis=0) > 0.0), found, np.nan)

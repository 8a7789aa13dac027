"""Options compiled once: what each sensor and layer is made of, with terms where a future puts numbers."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sakimori.base.draws import key_of
from sakimori.base.types import Rule
from sakimori.engage import Layer
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.study.catalogue import Entry
from sakimori.study.deployment import Causes, Source, Tree, aboard, merged, needed
from sakimori.study.fields import CIRCUIT, KINDS
from sakimori.study.orbit_plans import OrbitPlan
from sakimori.study.reading import Problem, suggestion
from sakimori.study.sampling import Term

RULES = {
    "none": Rule.NONE,
    "warning": Rule.WARNING,
    "cue": Rule.CUE,
    "track": Rule.TRACK,
    "fire-control": Rule.FIRE_CONTROL,
}
_CLASSES: Mapping[str, Any] = {"radar": Radar, "infrared": Infrared, "interceptor": Layer}
_NOT_OURS = ("name", "key", "owner", "orbit", "circuit", "magazine", "decision_delay", "fly_out")


@dataclass(frozen=True)
class Plan:
    """A sensor asset or layer with its record: fixed numbers, and terms for those that vary."""

    asset: str
    kind: str
    record: str
    owner: int
    fixed: tuple[tuple[str, Any], ...]
    varying: tuple[tuple[str, Term], ...]
    orbit: OrbitPlan | None = None
    unit_cost: Term = Term()
    causes: Causes = ()
    circuit: tuple[tuple[str, Term], ...] = ()

    @property
    def key(self) -> int:
        """Word that keys its draws."""
        return key_of(self.asset)

    def fields(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Keyword arguments for its dataclass in a future with these factor values."""
        found = dict(self.fixed)
        for name, term in self.varying:
            found[name] = _cast(self.kind, name, term.at(values))
        return found

    def term(self, name: str) -> Term | None:
        """The term of one of its numbers; None where its default stands."""
        for key, term in self.varying:
            if key == name:
                return term
        value = dict(self.fixed).get(name)
        return None if value is None else Term(float(value))


class Cells(NamedTuple):
    """A carrier's cells and what is loaded into them, in the order of the layers."""

    cells: Term
    aboard: tuple[tuple[int, Term, Term], ...]  # magazine, rounds, cells per round

    def left_out(self, values: Mapping[str, float]) -> list[tuple[int, float]]:
        """(magazine, rounds) that find no cell: what is loaded later, as by a measure, displaces what was there."""
        free, cut = self.cells.at(values), []
        for magazine, rounds, per in reversed(self.aboard):
            wanted = float(max(round(rounds.at(values)), 0))
            held = min(wanted, math.floor(free / per.at(values) + 1e-9))
            free -= held * per.at(values)
            cut.append((magazine, wanted - held))
        return cut


class Passing(NamedTuple):
    """A transfer of rounds between the magazines of an option."""

    giver: int  # -1: from elsewhere
    receiver: int
    rounds: Term
    after: Term


@dataclass(frozen=True)
class OptionPlan:
    """An option: indices into the study's sensors, its layers, magazines, rules and doctrine."""

    name: str
    measures: tuple[str, ...]
    sensors: frozenset[int]
    rules: tuple[tuple[int, ...], ...]
    latencies: tuple[tuple[Term, ...], ...]
    links: tuple[tuple[Causes, ...], ...]  # what each rule needs
    layers: tuple[Plan, ...]
    delays: tuple[Term, ...]  # of each layer's owner
    magazines: tuple[Term, ...]
    magazine_of: tuple[int, ...]
    stores: tuple[tuple[Term, Term], ...]  # of each magazine: ready rounds, reload time
    cells: tuple[Cells, ...]
    transfers: tuple[Passing, ...]
    by_value: bool
    assignment: str
    defends: tuple[tuple[str, ...] | None, ...]  # of each partner: places; None: all
    engages: tuple[tuple[str, ...] | None, ...]  # of each partner: families; None: all
    coordinated: bool
    hold_probability: Term
    values: tuple[Term, ...]  # of each defended place


def _cast(kind: str, name: str, value: float) -> Any:
    field = KINDS[kind].get(name)
    if field is None:
        return value
    if field.integer:
        return round(value)
    return value >= 0.5 if field.dimension == "flag" else value


def required(kind: str) -> tuple[str, ...]:
    """Fields that a record or its asset must give: those of the dataclass without a default."""
    return tuple(
        f.name
        for f in dataclasses.fields(_CLASSES[kind])
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING and f.name not in _NOT_OURS
    )


def _need(entry: Entry, site: Tree, numbers: Mapping[str, Term], shelf: str, name: str, source: Source) -> None:
    """Raise Problem where an asset or layer lacks its place, its orbit or a parameter."""
    at = source.site_place(shelf, name)
    if entry.kind == "infrared" and "orbit" not in site:
        mend = "Add for example orbit: {geo: [140 deg]}."
        raise Problem("SHAPE01", at, f"'{name}' without an orbit", "an orbit for an infrared asset", mend)
    if entry.kind != "infrared" and "latitude" not in site:
        mend = "Add for example at: [40.9 deg, 140.3 deg, 20 m], or a carrier that has a place."
        raise Problem("SHAPE01", at, f"'{name}' without a site", f"a site for a {entry.kind}", mend)
    for field in required(entry.kind):
        if field not in numbers:
            got = f"no '{field}' for '{name}'"
            mend = f"Give it in the record '{entry.id}' or beside 'record:'."
            raise Problem("REF07", at, got, f"all parameters of a {entry.kind}", mend)
    given = [field for field in ("reference_range", "power_aperture") if field in numbers]
    if entry.kind == "radar" and len(given) != 1:
        got = f"{' and '.join(given) or 'no reference_range or power_aperture'} for '{name}'"
        mend = f"Give one of them in the record '{entry.id}' or beside 'record:'."
        raise Problem("REF07", at, got, "reference_range or power_aperture", mend)


def plan_of(site: Tree, shelf: str, name: str, partners: tuple[str, ...], source: Source, tree: Tree) -> Plan:
    """An asset or layer of a tree as a plan. Raises Problem where the record or a parameter is missing."""
    site, causes = aboard(site, shelf, name, tree, source)
    entry, terms = merged(site, shelf, name, source)
    if site["owner"] not in partners:
        got = f"the unknown partner '{site['owner']}'"
        at, mend = source.site_place(shelf, name, "owner"), f"Declared: {', '.join(partners)}."
        raise Problem("REF02", at, got, "a partner of the architecture", mend)
    terms.setdefault("boresight", Term(0.0))
    wanted = {f.name for f in dataclasses.fields(_CLASSES[entry.kind])} - set(_NOT_OURS)
    numbers = {key: term for key, term in terms.items() if key in wanted and isinstance(term, Term)}
    _need(entry, site, numbers, shelf, name, source)
    return Plan(
        name,
        entry.kind,
        entry.id,
        partners.index(site["owner"]),
        tuple((k, _cast(entry.kind, k, t.constant)) for k, t in numbers.items() if not t.factors),
        tuple((k, t) for k, t in numbers.items() if t.factors),
        site.get("orbit"),
        terms.get("unit_cost", Term()),
        causes,
        tuple((part, site[f"circuit_{part}"]) for part in CIRCUIT if f"circuit_{part}" in site),
    )


def _planned(site: Tree, shelf: str, name: str, partners: tuple[str, ...], source: Source, tree: Tree) -> Plan:
    """`plan_of`, made once for each distinct site: options share most of theirs."""
    carrier = tree["carriers"].get(site.get("carrier", ""), {})
    held = tuple(
        (need, *tree["conditions"].get(need, {}).items()) for s in (site, carrier) for need in s.get("needs", ())
    )
    key = shelf, name, tuple(site.items()), tuple(carrier.items()), held
    if key not in source.plans:
        source.plans[key] = plan_of(site, shelf, name, partners, source, tree)
    return source.plans[key]


def option_plan(
    name: str, measures: tuple[str, ...], tree: Tree, partners: tuple[str, ...], sensors: list[Plan], source: Source
) -> OptionPlan:
    """The tree of an option as a plan; sensors not met before are appended to `sensors`."""
    own: set[int] = set()
    for asset, site in tree["assets"].items():
        plan = _planned(site, "assets", asset, partners, source, tree)
        if plan not in sensors:
            sensors.append(plan)
        own.add(sensors.index(plan))
    layers = tuple(_planned(site, "layers", layer, partners, source, tree) for layer, site in tree["layers"].items())
    stock: dict[str, Term] = {}
    for layer, site in tree["layers"].items():
        magazine = site.get("magazine", layer)
        stock[magazine] = stock[magazine].plus(site["rounds"]) if magazine in stock else site["rounds"]
    names = list(stock)
    shares = [[tree["sharing"].get(giver, {}).get(taker) for taker in partners] for giver in partners]
    command = tree["command"]
    return OptionPlan(
        name,
        measures,
        frozenset(own),
        tuple(tuple(int(RULES[s["rule"]]) if s else int(Rule.NONE) for s in row) for row in shares),
        tuple(tuple(s["latency"] if s else Term() for s in row) for row in shares),
        tuple(tuple(needed(s or {}, tree["conditions"]) for s in row) for row in shares),
        layers,
        tuple(command["decision_delay"][partners[layer.owner]] for layer in layers),
        tuple(stock.values()),
        tuple(names.index(site.get("magazine", layer)) for layer, site in tree["layers"].items()),
        tuple(_store(tree["magazines"].get(magazine, {})) for magazine in names),
        _cells(tree, names),
        tuple(_transfers(tree, names, source)),
        command["priority"] == "value",
        command["assignment"],
        tuple(_named(command["defends"], partner) for partner in partners),
        tuple(_named(command["engages"], partner) for partner in partners),
        command["coordinated"],
        command["hold_probability"],
        tuple(site["value"] for site in tree["places"].values()),
    )


def _transfers(tree: Tree, magazines: list[str], source: Source) -> Iterator[Passing]:
    """Those between two magazines; where a measure has made one of both, there is nothing to transfer."""
    for name, site in tree["transfers"].items():
        giver = -1 if site["from"] is None else _magazine(tree, magazines, source, name, "from")
        receiver = _magazine(tree, magazines, source, name, "to")
        if giver != receiver:
            yield Passing(giver, receiver, site["rounds"], site["after"])


def _magazine(tree: Tree, magazines: list[str], source: Source, transfer: str, end: str) -> int:
    """The magazine at an end of a transfer, named by itself or by a layer that fires from it."""
    named = tree["transfers"][transfer][end]
    found = tree["layers"].get(named, {}).get("magazine", named)
    if found not in magazines:
        at, got = source.place("architecture", "transfers", transfer, end), f"the unknown magazine '{named}'"
        expected, mend = "a layer, or a magazine that a layer names", suggestion(named, (*tree["layers"], *magazines))
        raise Problem("REF15", at, got, expected, mend)
    return magazines.index(found)


def _store(site: Tree) -> tuple[Term, Term]:
    return site.get("ready", Term()), site.get("reload_time", Term())


def _named(table: Mapping[str, Any], partner: str) -> tuple[str, ...] | None:
    return tuple(table[partner]) if partner in table else None


def _cells(tree: Tree, magazines: list[str]) -> tuple[Cells, ...]:
    """Of every carrier that states its cells."""
    found = []
    for name, carrier in tree["carriers"].items():
        aboard = [(layer, site) for layer, site in tree["layers"].items() if site.get("carrier") == name]
        if "cells" in carrier and aboard:
            loads = [
                (magazines.index(s.get("magazine", layer)), s["rounds"], s["cells_per_round"]) for layer, s in aboard
            ]
            found.append(Cells(carrier["cells"], tuple(loads)))
    return tuple(found)

"""The state of the world as a plain tree of terms: what the architecture says, ready to be changed by measures.

conditions, carriers, assets, layers and defended places by ID, each a mapping of field to Term or text;
sharing[from][to]; command. Paths in `set` and `raise` are the keys of this tree joined by dots.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sakimori.base.errors import Place
from sakimori.study.carriers import Circuit
from sakimori.study.catalogue import Catalogue, Entry
from sakimori.study.fields import CIRCUIT, KINDS, SENSORS
from sakimori.study.orbit_keys import Orbits
from sakimori.study.orbit_plans import Resolve, orbit_plan
from sakimori.study.quantities import Amount
from sakimori.study.reading import Problem, suggestion
from sakimori.study.sampling import FactorTable, Term
from sakimori.study.schema import Architecture, Share
from sakimori.study.shapes import Site

Tree = dict[str, Any]
Finder = Callable[..., Place]
RECORD_KINDS = {"assets": SENSORS, "layers": ("interceptor",)}
SHELVES = ("carriers", "assets", "layers")
Causes = tuple[tuple[str, Term], ...]
"""What something needs beside itself to be there: the word that keys each draw, and the probability that it holds."""
_PLACED = ("latitude", "longitude", "altitude")


@dataclass(frozen=True)
class Source:
    """What is needed to read amounts and records while the tree is built."""

    catalogue: Catalogue
    factors: FactorTable
    place: Finder
    places: tuple[str, ...] = ()  # defended ones
    origins: dict[tuple[str, str], tuple[str | int, ...]] = field(default_factory=dict)  # where measures add what
    plans: dict[Any, Any] = field(default_factory=dict)  # of sites that options share

    def site_place(self, shelf: str, name: str, *where: str | int) -> Place:
        """Place of something of an asset or layer, wherever it was written."""
        return self.place(*self.origins.get((shelf, name), ("architecture", shelf, name)), *where)

    def record_terms(self, entry: Entry) -> dict[str, Term]:
        """Every parameter of a record; its ranges are factors keyed by the record, shared by all its assets."""
        path = f"records.{entry.kind}.{entry.id}"
        return {name: self.factors.term(f"{path}.{name}", value) for name, value in entry.parameters.items()}


def baseline(architecture: Architecture, factors: FactorTable) -> Tree:
    """The architecture without measures."""

    def resolve(path: str, amount: Amount) -> Term:
        return factors.term(path, amount)

    tree: Tree = {
        "conditions": {},
        "carriers": {},
        "assets": {},
        "layers": {},
        "magazines": {},
        "sharing": {},
        "command": {},
    }
    for shelf in ("conditions", *SHELVES, "magazines"):
        for name, item in getattr(architecture, shelf).items():
            tree[shelf][name] = site_of(item, f"{shelf}.{name}", resolve)
    tree["transfers"] = {
        name: {"from": one.from_, "to": one.to, **site_of(one, f"transfers.{name}", resolve)}
        for name, one in architecture.transfers.items()
    }
    for share in architecture.sharing:
        set_share(tree, share, f"sharing.{share.from_}.{share.to}", resolve)
    command = architecture.command
    tree["command"] = {
        "coordinated": command.coordinated,
        "priority": command.priority,
        "assignment": command.assignment,
        "defends": dict(command.defends),
        "engages": dict(command.engages),
        "hold_probability": resolve("command.hold_probability", command.hold_probability),
        "decision_delay": {
            partner: resolve(f"command.decision_delay.{partner}", command.decision_delay[partner])
            if partner in command.decision_delay
            else Term(0.0)
            for partner in architecture.partners
        },
    }
    return tree


def set_share(tree: Tree, share: Share, path: str, resolve: Resolve) -> None:
    """Write a sharing rule into the tree, in place of an earlier one of the same pair."""
    latency = resolve(f"{path}.latency", share.latency)
    tree["sharing"].setdefault(share.from_, {})[share.to] = {
        "rule": share.rule,
        "latency": latency,
        "needs": tuple(share.needs),
    }


def site_of(model: Any, path: str, resolve: Resolve) -> Tree:
    """A carrier, asset or layer model as a mapping of field to Term, text or OrbitPlan."""
    found: Tree = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Amount):
            found[name] = resolve(f"{path}.{name}", value)
        elif isinstance(value, Site):
            for part in _PLACED:
                found[part] = resolve(f"{path}.{part}", getattr(value, part))
        elif isinstance(value, Orbits):
            found["orbit"] = orbit_plan(value, f"{path}.orbit", resolve)
        elif isinstance(value, Circuit):
            for part in CIRCUIT:
                found[f"circuit_{part}"] = resolve(f"{path}.circuit.{part}", getattr(value, part))
        elif name == "needs" and value:
            found[name] = tuple(value)
        elif name in ("record", "owner", "magazine", "carrier") and value is not None:
            found[name] = value
    return found


def copied(tree: Tree) -> Tree:
    """A tree that can be changed without changing this one."""
    return {key: copied(item) if isinstance(item, dict) else item for key, item in tree.items()}


def needed(item: Tree, conditions: Tree) -> Causes:
    """The conditions that a part of the architecture names."""
    return tuple((f"condition {name}", conditions[name]["availability"]) for name in item.get("needs", ()))


def aboard(site: Tree, shelf: str, name: str, tree: Tree, source: Source) -> tuple[Tree, Causes]:
    """An asset or layer with the place of its carrier, and all that both need to be there. Raises Problem."""
    carriers = tree["carriers"]
    own = needed(site, tree["conditions"])
    if "carrier" not in site:
        return site, own
    at = source.site_place(shelf, name, "carrier")
    if site["carrier"] not in carriers:
        got, mend = f"the unknown carrier '{site['carrier']}'", suggestion(site["carrier"], carriers)
        raise Problem("REF13", at, got, "a carrier of the architecture", mend)
    carrier = carriers[site["carrier"]]
    place = {key: term for key, term in carrier.items() if key in _PLACED or key.startswith("circuit_")}
    if place and ("latitude" in site or "orbit" in site):
        got = f"a place for '{name}' beside that of its carrier"
        raise Problem("REF13", at, got, "one place", "Remove one of the two.")
    if shelf == "layers" and "circuit_leg" in place:
        got = f"the layer '{name}' on an aircraft"
        raise Problem("REF13", at, got, "a carrier that stays where it is", "Layers do not move.")
    causes = ((f"carrier {site['carrier']}", carrier["availability"]), *needed(carrier, tree["conditions"]), *own)
    return {**site, **place}, causes


def merged(site: Mapping[str, Any], shelf: str, name: str, source: Source) -> tuple[Entry, Tree]:
    """The record of an asset or layer, and its record's parameters under its own. Raises Problem."""
    kinds = RECORD_KINDS[shelf]
    entry = source.catalogue.find(site["record"], source.site_place(shelf, name, "record"), *kinds)
    for key in site:
        foreign = any(key in KINDS[kind] for kind in kinds) and key not in KINDS[entry.kind]
        if foreign or (key == "orbit" and entry.kind == "radar") or (key == "boresight" and entry.kind != "radar"):
            at, got = source.site_place(shelf, name, key), f"'{key}' for the {entry.kind} record '{entry.id}'"
            expected = f"a parameter of a {entry.kind} record"
            raise Problem("REF07", at, got, expected, "Remove it, or name another record.")
    return entry, {**source.record_terms(entry), **site}

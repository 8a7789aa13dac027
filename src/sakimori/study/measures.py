"""Measures as changes of the deployment tree, and options as sets of measures, each after what it requires."""

from collections.abc import Mapping, Sequence
from typing import Any

from sakimori.engage.doctrine import ASSIGNMENTS
from sakimori.study.catalogue import Catalogue
from sakimori.study.deployment import RECORD_KINDS, Finder, Source, Tree, copied, merged, set_share, site_of
from sakimori.study.fields import (
    CIRCUIT,
    COMMAND,
    DEPLOYMENT,
    KINDS,
    MAGAZINE,
    ORBIT,
    PLACE,
    SENSORS,
    THREATS,
    TRANSFER,
    Field,
)
from sakimori.study.quantities import Amount, AmountError, amount, bounds
from sakimori.study.reading import Problem, suggestion
from sakimori.study.sampling import FactorTable, Term
from sakimori.study.schema import Change, Measure
from sakimori.study.shapes import Partner

BASELINE, ALL = "baseline", "all"
_RULES = ("none", "warning", "cue", "track", "fire-control")
_PRIORITIES = ("order", "value")
_TASKS = ("defends", "engages")  # lists of places and families, by partner


def closure(wanted: Sequence[str], measures: Mapping[str, Measure], place: Finder) -> tuple[str, ...]:
    """The wanted measures and all they require, each after what it requires. Raises Problem for a cycle."""
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            ring = " -> ".join((*trail[trail.index(name) :], name))
            at = place("measures", name, "requires")
            raise Problem("REF08", at, f"requirements in a ring: {ring}", "no ring", "Remove one of them.")
        if name not in done:
            for needed in measures[name].requires:
                visit(needed, (*trail, name))
            done.append(name)

    for name in measures:
        if name in wanted:
            visit(name, ())
    return tuple(done)


def clash(members: Sequence[str], measures: Mapping[str, Measure]) -> tuple[str, str] | None:
    """Two of these measures that exclude each other, if there are any."""
    for one in members:
        for other in measures[one].excludes:
            if other in members:
                return one, other
    return None


def options_of(
    measures: Mapping[str, Measure], listed: Mapping[str, Sequence[str]], place: Finder
) -> dict[str, tuple[str, ...]]:
    """Options by name: baseline, each measure with what it requires, all where none excludes another, those listed."""
    _check_names(measures, place)
    options: dict[str, tuple[str, ...]] = {BASELINE: ()}
    for name in measures:
        options[name] = closure([name], measures, place)
        _no_clash(options[name], measures, place("measures", name))
    everything = closure(list(measures), measures, place)
    if len(measures) > 1 and clash(everything, measures) is None:
        options[ALL] = everything
    for name, members in listed.items():
        at = place("options", name)
        if name in options and name != ALL:
            got = f"the option '{name}'"
            raise Problem("REF10", at, got, "a name that no measure has", "Rename the option.")
        for i, member in enumerate(members):
            if member not in measures:
                at = place("options", name, i)
                mend = suggestion(member, measures)
                raise Problem("REF04", at, f"the unknown measure '{member}'", "a measure", mend)
        options[name] = closure(members, measures, place)
        _no_clash(options[name], measures, at)
    return options


def _no_clash(members: Sequence[str], measures: Mapping[str, Measure], at: Any) -> None:
    pair = clash(members, measures)
    if pair:
        got = f"'{pair[0]}' and '{pair[1]}' together"
        raise Problem("REF09", at, got, "measures that do not exclude each other", "Remove one, or the exclusion.")


def _check_names(measures: Mapping[str, Measure], place: Finder) -> None:
    for name, measure in measures.items():
        if name in (BASELINE, ALL):
            raise Problem("REF10", place("measures", name), f"the measure '{name}'", "another name", "Rename it.")
        for key in ("requires", "excludes"):
            for i, other in enumerate(getattr(measure, key)):
                at = place("measures", name, key, i)
                if other not in measures:
                    mend = suggestion(other, measures)
                    raise Problem("REF04", at, f"the unknown measure '{other}'", "a measure", mend)
                if other == name:
                    got = f"'{name}' that {key} itself"
                    raise Problem("REF09", at, got, "another measure", f"Remove it from '{key}'.")


class Applier:
    """Applies measures to trees; knows factors, records and lines."""

    def __init__(self, measures: Mapping[str, Measure], partners: Sequence[str], source: Source) -> None:
        self.measures, self.partners, self.source = measures, partners, source

    @property
    def _factors(self) -> FactorTable:
        return self.source.factors

    @property
    def _catalogue(self) -> Catalogue:
        return self.source.catalogue

    def option(self, tree: Tree, members: Sequence[str]) -> Tree:
        """The tree after these measures, in this order."""
        tree = copied(tree)
        for name in members:
            for i, change in enumerate(self.measures[name].change):
                self._apply(tree, name, change, ("measures", name, "change", i))
        return tree

    def _apply(self, tree: Tree, measure: str, change: Change, where: tuple[str | int, ...]) -> None:
        if change.share is not None:
            share = change.share
            for key in ("from", "to"):
                self._partner(share.from_ if key == "from" else share.to, (*where, "share", key))
            path = f"measures.{measure}.sharing.{share.from_}.{share.to}"
            set_share(tree, share, path, self._resolver(measure, COMMAND, (*where, "share")))
        elif change.add is not None:
            self._add(tree, measure, change.add, (*where, "add"))
        else:
            verb, items = ("set", change.set) if change.set else ("raise", change.raise_)
            for path, written in (items or {}).items():
                self._write(tree, measure, path, written, verb, (*where, verb, path))

    def _add(self, tree: Tree, measure: str, added: Any, where: tuple[str | int, ...]) -> None:
        kind = next(kind for kind in ("layer", "asset", "carrier") if hasattr(added, kind))
        name, shelf = getattr(added, kind), tree[f"{kind}s"]
        if name in shelf:
            at, got = self.source.place(*where, kind), f"the {kind} '{name}', which exists already"
            raise Problem("REF10", at, got, "a new name", "Rename it, or use set and raise to change what exists.")
        if kind != "carrier":
            self._partner(added.owner, (*where, "owner"))
        self.source.origins[f"{kind}s", name] = where
        fields = {**DEPLOYMENT, **{n: f for k in ("interceptor", *SENSORS) for n, f in KINDS[k].items()}}
        shelf[name] = site_of(added, f"measures.{measure}.{name}", self._resolver(measure, fields, where))
        if kind == "carrier":
            del shelf[name]["carrier"]

    def _partner(self, partner: Partner, where: tuple[str | int, ...]) -> None:
        self._partner_at(partner, self.source.place(*where))

    def _partner_at(self, partner: Partner, at: Any) -> None:
        if partner not in self.partners:
            mend = suggestion(partner, self.partners)
            raise Problem("REF02", at, f"the unknown partner '{partner}'", "a partner of the architecture", mend)

    def _resolver(self, measure: str, fields: Mapping[str, Field], where: tuple[str | int, ...]) -> Any:
        def resolve(path: str, value: Amount) -> Term:
            steps = path.split(".")
            table = ORBIT if "orbit" in steps else CIRCUIT if "circuit" in steps else fields
            field = table.get(steps[-1])
            at = self.source.place(*where, *(int(step) if step.isdigit() else step for step in steps[3:]))
            return self._term(measure, path, value, field.dimension if field else value.dimension, at, field)

        return resolve

    def _term(
        self, measure: str, path: str, value: Amount, dimension: str, at: Any, field: Field | None = None
    ) -> Term:
        if value.law != "reference":
            return self._factors.term(path, value)
        quantities = self.measures[measure].quantity
        if value.reference not in quantities:
            mend = suggestion(value.reference, quantities)
            raise Problem("REF05", at, f"the unknown quantity '${value.reference}'", "a quantity of the measure", mend)
        found = quantities[value.reference]
        if found.dimension != dimension:
            got = f"'${value.reference}', {found.written}"
            raise Problem("UNIT02", at, got, f"a quantity of kind {dimension}", "Give the quantity the right unit.")
        if field is not None and not (field.low <= found.extremes[0] and found.extremes[1] <= field.high):
            got = f"'${value.reference}', {found.written}"
            raise Problem("UNIT03", at, got, bounds(field.low, field.high, dimension), "Correct the quantity.")
        return self._factors.term(f"measures.{measure}.quantity.{value.reference}", found)

    def _write(
        self, tree: Tree, measure: str, path: str, written: Any, verb: str, where: tuple[str | int, ...]
    ) -> None:
        at = self.source.place(*where)
        node, leaf = self._walk(tree, path, at)
        if path.startswith(tuple(f"command.{task}." for task in _TASKS)):
            node[leaf] = self._task(path, leaf, written, verb, at)
            return
        words = self._words(path, leaf)
        if words is not None:
            if verb == "raise":
                raise Problem("REF06", at, f"'{path}', which is no number", "a number to raise", "Use set.")
            node[leaf] = self._word(path, leaf, written, words, at)
            return
        field = self._field(node, path, leaf, at)
        low = field.low if verb == "set" else -abs(field.high)
        try:
            value = amount(written, field.dimension, low, field.high)
        except AmountError as error:
            place = self.source.place(*where, *error.at)
            raise Problem(error.finding, place, error.got, error.expected, error.mend) from None
        within = field if verb == "set" else None
        term = self._term(measure, f"measures.{measure}.{path}", value, field.dimension, at, within)
        node[leaf] = term if verb == "set" else self._current(node, leaf, path, at).plus(term)

    def _walk(self, tree: Tree, path: str, at: Any) -> tuple[Tree, str]:
        steps = path.split(".")
        node: Any = tree
        for i, step in enumerate(steps[:-1]):
            if not isinstance(node, dict) or step not in node:
                known = node if isinstance(node, dict) else ()
                got = f"the unknown path '{path}' (at '{step}')"
                expected = (
                    "a path into conditions, carriers, assets, layers, magazines, places, transfers, sharing or command"
                    if i == 0
                    else f"one of {steps[i - 1]}"
                )
                raise Problem("REF06", at, got, expected, suggestion(step, known))
            node = node[step]
        whole = len(steps) == (
            2 if steps[0] == "command" and steps[1:2] not in (["decision_delay"], *([name] for name in _TASKS)) else 3
        )
        if steps[0] == "sharing":
            whole = len(steps) == 4
        if not whole or not isinstance(node, dict):
            got, expected = f"the path '{path}'", "the path of one value"
            raise Problem("REF06", at, got, expected, "Write for example layers.NAME.rounds.")
        return node, steps[-1]

    def _task(self, path: str, partner: Partner, written: Any, verb: str, at: Any) -> list[str]:
        """Places that a partner defends, or families that it engages."""
        self._partner_at(partner, at)
        known = self.source.places if path.startswith("command.defends") else THREATS
        if verb == "raise" or not isinstance(written, list):
            raise Problem(
                "SHAPE03", at, f"{path} {written!r}", "set, with a list of names", "Write for example [a, b]."
            )
        for name in written:
            if name not in known:
                got, mend = f"'{name}'", suggestion(str(name), known)
                raise Problem("REF03", at, got, f"one of: {', '.join(known)}", mend)
        return list(written)

    def _words(self, path: str, leaf: str) -> tuple[str, ...] | None:
        """What a text value may be (empty: any name); None where the value is a number."""
        if leaf == "rule":
            return _RULES
        if leaf == "assignment":
            return ASSIGNMENTS
        if leaf == "priority":
            return _PRIORITIES
        if leaf == "coordinated":
            return ("true", "false")
        if leaf == "owner":
            return tuple(self.partners)
        if leaf == "record":
            return tuple(self._catalogue.names(*RECORD_KINDS[path.split(".")[0]]))
        return () if leaf == "magazine" and path.startswith("layers.") else None

    def _word(self, path: str, leaf: str, written: Any, words: tuple[str, ...], at: Any) -> Any:
        if leaf == "coordinated":
            if not isinstance(written, bool):
                mend = "Write true or false: YAML 1.2 has no yes and no."
                raise Problem("SHAPE03", at, f"coordinated {written!r}", "true or false", mend)
            return written
        if not isinstance(written, str) or (words and written not in words):
            got, mend = f"{leaf} {written!r}", suggestion(str(written), words)
            raise Problem("REF01" if leaf == "record" else "SHAPE03", at, got, f"a {leaf} that exists", mend)
        return written

    def _field(self, node: Tree, path: str, leaf: str, at: Any) -> Field:
        root = path.split(".")[0]
        known: dict[str, Field] = dict(COMMAND)
        if root in ("assets", "layers"):
            entry = self._catalogue.find(node["record"], at, *RECORD_KINDS[root])
            wanted = {"radar": ("boresight",), "interceptor": ("rounds", "cells_per_round")}.get(entry.kind, ())
            placed = () if entry.kind == "infrared" else ("latitude", "longitude", "altitude")
            names = ("availability", *placed, *wanted)
            known = {**KINDS[entry.kind], **{n: DEPLOYMENT[n] for n in names}}
        elif root == "carriers":
            places = ("availability", "latitude", "longitude", "altitude", "cells")
            known = {n: DEPLOYMENT[n] for n in places if n in node}
        elif root == "places":
            known = PLACE
        elif root == "conditions":
            known = {"availability": DEPLOYMENT["availability"]}
        elif root in ("magazines", "transfers"):
            known = MAGAZINE if root == "magazines" else TRANSFER
        elif root == "command":
            leaf = "decision_delay" if "decision_delay" in path else leaf
            known = {n: COMMAND[n] for n in ("hold_probability", "decision_delay")}
        else:
            known = {"latency": COMMAND["latency"]}
        missing = root == "command" and "decision_delay." in path and path.rpartition(".")[2] not in node
        if leaf not in known or missing:
            choices = node if missing else known
            name = path.rpartition(".")[2]
            got = f"the unknown path '{path}' (at '{name}')"
            raise Problem("REF06", at, got, "a value that exists", suggestion(name, choices))
        return known[leaf]

    def _current(self, node: Tree, leaf: str, path: str, at: Any) -> Term:
        if leaf in node:
            return node[leaf]
        shelf, name = path.split(".")[:2]
        _, whole = merged(node, shelf, name, self.source)
        if leaf not in whole:
            raise Problem("REF06", at, f"'{path}', which has no value yet", "a value to raise", "Use set.")
        return whole[leaf]

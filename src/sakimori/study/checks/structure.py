"""Checks on what refers to what: records, quantities, measures, options, partners."""

import json
from collections.abc import Iterator
from typing import Any

from sakimori.base.types import Rule
from sakimori.study.checks.common import View
from sakimori.study.findings import Finding
from sakimori.study.measures import ALL


def hidden_records(view: View) -> Iterator[Finding]:
    """REF21: a record that hides another."""
    used = {(entry.kind, entry.id) for entry in view.study.catalogue.used()}
    for shelf, name in view.study.catalogue.shadowed():
        if (shelf.kind, name) in used and shelf.origin != "study":
            got = f"the {shelf.kind} record '{name}' from the {shelf.origin}, which hides another"
            yield view.finding("REF21", ("records", shelf.kind, name), got, "one record of each name")


def measures(view: View) -> Iterator[Finding]:
    """REF22, REF23: quantities that nothing uses, measures that change nothing."""
    for name, measure in view.study.model.measures.items():
        if not measure.change:
            yield view.finding("REF23", ("measures", name), f"no change in '{name}'", "at least one change")
        dumped = json.dumps([change.model_dump(by_alias=True, mode="json") for change in measure.change], default=str)
        for quantity in measure.quantity:
            per = measure.cost is not None and measure.cost.per == quantity
            if f'"${quantity}"' not in dumped and not per:
                path = ("measures", name, "quantity", quantity)
                yield view.finding("REF22", path, f"the quantity '{quantity}', which nothing uses", f"${quantity}")


def partners(view: View) -> Iterator[Finding]:
    """REF24: a partner that has and gets nothing."""
    for index, partner in enumerate(view.plan.partners):
        owns = any(plan.owner == index for plan in (*view.plan.sensors, *view.layers))
        gets = any(row[index] != Rule.NONE for option in view.plan.options for row in option.rules)
        if not (owns or gets):
            path = ("architecture", "partners", partner)
            yield view.finding("REF24", path, f"'{partner}' without assets or shares", "a partner with a part")


def places(view: View) -> Iterator[Finding]:
    """REF25: places never aimed at."""
    aimed = {name for name, _, _ in view.targets()}
    for name in view.study.model.places:
        if name not in aimed:
            yield view.finding("REF25", ("places", name), f"'{name}', never aimed at", "a share of the raid")


def options(view: View) -> Iterator[Finding]:
    """REF26: options that are the same. REF28: no option with all measures."""
    seen: dict[frozenset[str], str] = {}
    for option in view.plan.options:
        members = frozenset(option.measures)
        if members in seen and option.name in view.study.model.options and option.name != ALL:
            got = f"'{option.name}' with the measures of '{seen[members]}'"
            yield view.finding("REF26", ("options", option.name), got, "different sets of measures")
        seen.setdefault(members, option.name)
    if len(view.study.model.measures) > 1 and ALL not in view.study.options:
        yield view.finding("REF28", ("measures",), "measures that exclude each other", "an option with all")


def overwritten(view: View) -> Iterator[Finding]:
    """REF27: two measures of one option that set the same value."""
    writes: dict[str, list[str]] = {}
    for name, measure in view.study.model.measures.items():
        for change in measure.change:
            for path in change.set or {}:
                writes.setdefault(path, []).append(name)
    for path, names in writes.items():
        for option in view.plan.options:
            both = [name for name in dict.fromkeys(names) if name in option.measures]
            if len(both) > 1:
                got = f"'{path}' set by {' and '.join(both)} in option '{option.name}'"
                yield view.finding("REF27", ("measures", both[1], "change"), got, "one measure to set it")
                break


def constellations(view: View) -> Iterator[Finding]:
    """REF29: totals that the planes do not divide."""
    for plan in view.infrareds:
        if plan.orbit is None or plan.orbit.kind not in ("walker", "star"):
            continue
        terms = dict(plan.orbit.terms)
        totals, planes = _drawn(view, terms["total"]), _drawn(view, terms["planes"])
        bad = [(total, plane) for total in totals for plane in planes if total < 1 or plane < 1 or total % plane]
        if bad:
            got = f"{bad[0][0]} satellites in {bad[0][1]} planes for '{plan.asset}'"
            yield view.finding("REF29", (*view.path_of(plan), "orbit"), got, "a whole number per plane")


def _drawn(view: View, term: Any) -> list[int]:
    """Whole numbers that a term can become."""
    factors = [view.study.table.factors[path].amount for path in term.factors]
    if len(factors) == 1 and factors[0].law == "choice":
        return sorted({round(term.constant + value) for value in factors[0].numbers})
    low, high = view.extremes(term)
    return list(range(round(low), round(high) + 1))


CHECKS = (hidden_records, measures, partners, places, options, overwritten, constellations)

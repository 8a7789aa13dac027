"""Checks on evidence: sources, bases, costs and dates."""

import pathlib
from collections.abc import Iterator

from sakimori.study.catalogue import source_keys
from sakimori.study.checks.common import Path, View
from sakimori.study.findings import Finding
from sakimori.study.quantities import NO_SOURCE
from sakimori.study.walking import amounts_of, sources_of

_CITED = ("measured", "official")


def sources(view: View) -> Iterator[Finding]:
    """EVID02: source keys in no list, in the study, its records and its table."""
    known = source_keys(pathlib.Path(view.study.folder)) | set(view.study.model.sources)
    for path, key in sources_of(view.study.model):
        if key not in known:
            yield view.finding("EVID02", path, f"the source '{key}'", "a key of a list of sources")
    for entry in view.study.catalogue.used():
        named = {name: amount.source for name, amount in entry.parameters.items() if amount.source}
        for name, key in {**named, **({"": entry.record.source} if entry.record.source else {})}.items():
            if key not in known:
                got, kind = f"the source '{key}' in the record '{entry.id}'", "EVID02"
                found = view.finding(kind, ("records", entry.kind, entry.id), got, "a key of a list of sources")
                yield Finding(**{**vars(found), "place": entry.places[name]})
    for row in view.study.rows or ():
        for key in (part.strip() for part in row.get("source", "").split(";")):
            if key and key not in known:
                got = f"the source '{key}' of the flight '{row['id']}'"
                yield view.finding("EVID02", ("flights",), got, "a key of a list of sources")


def measures(view: View) -> Iterator[Finding]:
    """EVID03, EVID04, EVID06, EVID09: announcements, costs, dates and doses."""
    start = float(view.study.model.architecture.date[:4])
    for name, measure in view.study.model.measures.items():
        path: Path = ("measures", name)
        if not (measure.source and measure.announced):
            yield view.finding("EVID03", path, f"'{name}' without source or date", "source and announced")
        cost = measure.cost
        if cost is None or cost.year is None or cost.kind is None or not cost.payer:
            got = f"'{name}' without a complete cost"
            yield view.finding("EVID04", (*path, "cost"), got, "an amount with year, kind and payer")
        if measure.available is not None and measure.available.extremes[0] < start:
            got = f"'{name}' available from {measure.available.extremes[0]:.0f}"
            expected = f"not before the architecture's date, {start:.0f}"
            yield view.finding("EVID06", (*path, "available"), got, expected)
        for quantity, amount in measure.quantity.items():
            if not amount.varies:
                got = f"the quantity '{quantity}' without a range"
                yield view.finding("EVID09", (*path, "quantity", quantity), got, "several doses")


def sites(view: View) -> Iterator[Finding]:
    """EVID05: assets, layers and places without a source."""
    model = view.study.model
    for shelf in ("assets", "layers"):
        for name, item in getattr(model.architecture, shelf).items():
            if not item.source:
                yield view.finding("EVID05", ("architecture", shelf, name), f"'{name}' without a source", "a source")
    for name, item in model.places.items():
        if not item.source:
            yield view.finding("EVID05", ("places", name), f"'{name}' without a source", "a source")


def bases(view: View) -> Iterator[Finding]:
    """EVID07: evidence that is none. EVID08: factors that say nothing of theirs."""
    for path, amount in amounts_of(view.study.model):
        if amount.basis in _CITED and amount.source in (None, NO_SOURCE):
            got = f"basis {amount.basis} with source {amount.source}"
            yield view.finding("EVID07", path, got, "a public source")
        chosen = path[0] in ("raid", "exchange_rate") or "quantity" in path or path[-1] in ("cost", "available")
        if amount.varies and amount.basis is None and not chosen:
            yield view.finding("EVID08", path, f"a factor without basis ({amount.written})", "basis and source")
    for entry in view.study.catalogue.used():
        for name, amount in entry.parameters.items():
            if amount.basis in _CITED and amount.source in (None, NO_SOURCE):
                got = f"basis {amount.basis} with source {amount.source} in '{entry.id}'"
                found = view.finding("EVID07", ("records", entry.kind, entry.id, name), got, "a public source")
                yield Finding(**{**vars(found), "place": entry.places[name]})


CHECKS = (sources, measures, sites, bases)

"""The catalogue on a console: what records there are, and every number of one with its range, basis and source."""

import re
from typing import Any

from rich.markup import escape
from rich.table import Table

from sakimori.base.errors import InputError
from sakimori.cli.console import OUT, print_json
from sakimori.study.catalogue import DATA, Catalogue, Entry
from sakimori.study.fields import KINDS
from sakimori.study.reading import suggestion


def print_records(catalogue: Catalogue, as_json: bool) -> None:
    """All records, by kind and name."""
    found = [(kind, name, catalogue.get(name, kind)) for kind in KINDS for name in catalogue.names(kind)]
    rows = [
        {"kind": kind, "name": name, "title": e.record.title, "title_ja": e.record.title_ja, "origin": e.origin}
        for kind, name, e in found
        if e is not None
    ]
    if as_json:
        print_json(rows)
        return
    table = Table(title=f"{len(rows)} records", title_justify="left")
    for heading in ("kind", "name", "title", "", "from"):
        table.add_column(heading, no_wrap=heading == "name")
    for row in rows:
        table.add_row(*(escape(str(row[k] or "")) for k in ("kind", "name", "title", "title_ja", "origin")))
    OUT.print(table)


def print_record(catalogue: Catalogue, name: str, as_json: bool) -> None:
    """One record. Raises InputError where there is none of this name."""
    entry = catalogue.get(name, *KINDS)
    if entry is None:
        mend = suggestion(name, catalogue.names(*KINDS))
        raise InputError("catalogue", f"the unknown record '{name}'", "the name of a record", mend)
    rows = [_parameter(entry, key) for key in entry.parameters]
    if as_json:
        facts = {"name": name, "kind": entry.kind, "title": entry.record.title, "title_ja": entry.record.title_ja}
        print_json({**facts, "origin": entry.origin, "parameters": rows})
        return
    OUT.print(f"[bold]{escape(entry.record.title)}[/] {escape(entry.record.title_ja or '')}", soft_wrap=True)
    OUT.print(f"{name} ({entry.kind}, {entry.origin})", markup=False, soft_wrap=True)
    table = Table()
    for heading in ("parameter", "value", "low", "high", "basis", "source", "note"):
        table.add_column(heading, no_wrap=heading == "parameter", overflow="fold")
    for row in rows:
        table.add_row(*("" if row[k] is None else escape(str(row[k])) for k in row))
    OUT.print(table)
    titles = _titles()
    for key in sorted({str(row["source"]) for row in rows if row["source"]}):
        OUT.print(
            f"[bold]{escape(key)}[/]: {escape(titles.get(key, 'not in the shipped sources.bib'))}", soft_wrap=True
        )


def _parameter(entry: Entry, key: str) -> dict[str, Any]:
    written = entry.parameters[key].written
    given = written if isinstance(written, dict) else {"value": written}
    law = next(
        (f"{k}: {v}" for k, v in given.items() if k not in ("low", "high", "basis", "source", "page", "note")), ""
    )
    told = {k: given.get(k) for k in ("low", "high", "basis", "source", "note")}
    return {"parameter": key, "value": given.get("value", law), **told}


def _titles() -> dict[str, str]:
    """Title of each shipped source by its key."""
    text = (DATA / "sources.bib").read_text("utf-8")
    entries = re.findall(r"@\w+\{([^,\s]+),(.*?)\n\}", text, re.DOTALL)
    found = {key: re.search(r"title\s*=\s*\{(.*?)\}\s*,?\s*$", body, re.MULTILINE) for key, body in entries}
    return {key: title[1].replace("{", "").replace("}", "") for key, title in found.items() if title}

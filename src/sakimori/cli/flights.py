"""The report of `import flights`: what flew, what did not, and why."""

import csv
import math
import pathlib
from typing import Any

from rich.markup import escape
from rich.table import Table

from sakimori.base.errors import InputError
from sakimori.cli.console import OUT, print_json
from sakimori.study.flight_tables import FlightResult, ImportReport


def print_import(report: ImportReport, out: pathlib.Path | None, as_json: bool) -> None:
    """Print the report, and write one row per input row where `out` is given."""
    rows = [_row(result) for result in report.results]
    if out is not None:
        _write(rows, out)
    if as_json:
        print_json({"path": report.path, **_counts(report), "rows": rows})
        return
    table = Table("row", "flight", "range km", "apogee km", "announced min", "flown min", "result")
    for row in rows:
        if row["status"] != "NOT_FLOWN":
            numbers = (row[k] for k in ("range_km", "apogee_km", "announced_min", "flown_min"))
            result = "; ".join(filter(None, [row["reason"] or "flew", row["remarks"]]))
            told = ("" if n is None else f"{n:g}" for n in numbers)
            table.add_row(str(row["row"]), escape(row["flight"]), *told, escape(result))
    OUT.print(table)
    counts = _counts(report)
    OUT.print(
        f"{counts['rows_read']} rows: {counts['flown']} flew, {counts['refused']} have numbers and did not fly, "
        f"{counts['incomplete']} lack range or apogee (see --out or --json for each)."
    )


def _counts(report: ImportReport) -> dict[str, int]:
    parts = {"flown": report.flown, "refused": report.refused, "incomplete": report.incomplete}
    return {"rows_read": len(report.results), **{name: len(found) for name, found in parts.items()}}


def _row(result: FlightResult) -> dict[str, Any]:
    flight = result.flight
    return {
        "row": flight.place.line,
        "flight": flight.name,
        "record": flight.record,
        "manoeuvre": flight.manoeuvre,
        "range_km": _number(flight.range / 1e3),
        "apogee_km": _number(flight.apogee / 1e3),
        "announced_min": _number(flight.duration / 60),
        "status": result.status,
        "flown_min": _number(result.duration / 60),
        "flown_apogee_km": _number(result.apogee / 1e3),
        "speed_km_s": _number(result.speed / 1e3, 3),
        "angle_deg": _number(math.degrees(result.angle), 2),
        "reason": result.reason,
        "remarks": "; ".join(result.remarks),
    }


def _number(value: float, digits: int = 1) -> float | None:
    return None if math.isnan(value) else round(value, digits)


def _write(rows: list[dict[str, Any]], out: pathlib.Path) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        got = error.strerror or "an error"
        raise InputError(str(out), got, "a file that can be written", "Give another --out.") from None

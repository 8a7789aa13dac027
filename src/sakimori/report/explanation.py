"""Why one threat leaked under one option, in words: the chain from first sight to last shot."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sakimori.assess.metrics import Table
from sakimori.base.errors import InputError
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report.numbers import plain
from sakimori.report.view import RunView


def explanation(view: RunView, future: int, threat: int, option: str) -> list[str]:
    """Lines of text. Raises InputError where the run has no such future, threat or option, or the future failed."""
    mine = _row(view, "threats", future=future, threat=threat, option=option)
    flight = _row(view, "flights", future=future, threat=threat)
    return [*_flight(mine, flight, option), "", *_seen(view, mine, flight), "", *_engaged(view, mine)]


def _flight(mine: dict[str, Any], flight: dict[str, Any], option: str) -> Iterator[str]:
    yield (
        f"future {mine['future']}, threat {mine['threat']}, option {option}: {mine['record']} ({flight['family']}) "
        f"to {mine['place']}, {plain(flight['range'] / 1e3, 0)} km, apogee {plain(flight['apogee'] / 1e3, 0)} km, "
        f"{plain(flight['duration'], 0)} s of flight."
    )
    leak = mine["leak_probability"]
    yield f"It leaked in {plain(100 * leak, 0)} % of the replications."
    if leak > 0:
        words = REASONS[Reason[mine["cause"]]]
        yield f"Cause: {mine['cause']}: {words.meaning}. What would change it: {words.remedy}."


def _seen(view: RunView, mine: dict[str, Any], flight: dict[str, Any]) -> Iterator[str]:
    impact = flight["impact_time"]
    yield "What the place's partner knew (before impact):"
    for label, name in (("first detected", "first_detected"), ("warned", "warned"), ("track to shoot on", "confirmed")):
        yield f"  {label:18}{_before(impact, mine[name])}"
    yield f"  {'custody':18}{plain(100 * mine['custody'], 0)} % of the flight"
    outcome = _row(view, "outcomes", future=mine["future"], option=mine["option"])
    tracks = _rows(view.tables["tracks"], future=mine["future"], threat=mine["threat"], picture=outcome["picture"])
    yield "Sensors:"
    for row in sorted(tracks, key=lambda r: (math.isnan(r["first_seen"]), r["first_seen"], r["asset"])):
        if math.isnan(row["first_seen"]):
            yield f"  {row['asset']:28}never; mostly {row['reason']}: {REASONS[Reason[row['reason']]].meaning}"
        else:
            yield (
                f"  {row['asset']:28}{_before(impact, row['first_seen'])} to {_before(impact, row['last_seen'])}, "
                f"{int(row['detections'])} detections"
            )


def _engaged(view: RunView, mine: dict[str, Any]) -> Iterator[str]:
    rows = _rows(view.tables["engagements"], future=mine["future"], threat=mine["threat"], option=mine["option"])
    yield "Layers:" if rows else "No layer could fire in this study."
    for row in rows:
        shots = f"{plain(row['shots'], 1)} rounds" if row["shots"] > 0 else "no round"
        line = f"  {row['layer']:28}{shots}; {row['reason']}: {REASONS[Reason[row['reason']]].meaning}"
        late = row["commit"] - row["last_launch"]
        if row["reason"] == Reason.TOO_LATE.name and math.isfinite(late):
            line += f" (by {plain(late, 0)} s)"
        yield line


def _before(impact: float, moment: float) -> str:
    return "never" if math.isnan(moment) else f"{plain(impact - moment, 0)} s before"


def _rows(table: Table, **wanted: Any) -> list[dict[str, Any]]:
    chosen = np.ones(len(table["future"]), dtype=bool)
    for name, value in wanted.items():
        chosen &= np.asarray(table[name] == value, dtype=bool)
    return [{name: column[i] for name, column in table.items()} for i in np.flatnonzero(chosen)]


def _row(view: RunView, table: str, **wanted: Any) -> dict[str, Any]:
    found = _rows(view.tables[table], **wanted)
    if not found:
        named = ", ".join(f"{k} {v}" for k, v in wanted.items())
        futures = len(np.unique(view.tables["outcomes"]["future"]))
        expected = f"a future below {futures}, a threat of its raid, and one of: {', '.join(view.options)}"
        raise InputError(
            f"the run's {table}", named, expected, "A failed future has no rows; see outcomes/ for its fault."
        )
    return found[0]

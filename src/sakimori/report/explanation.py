"""Why one threat leaked under one option: what the run says of it, and in words, from first sight to last shot."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sakimori.assess.metrics import Table
from sakimori.base.errors import InputError
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report.numbers import plain
from sakimori.report.view import RunView

Row = dict[str, Any]


class Facts(NamedTuple):
    """The rows of a run that are about one threat under one option (base.columns)."""

    threat: Row
    flight: Row
    sensors: Sequence[Row]  # of `tracks`, those first that saw it first
    layers: Sequence[Row]  # of `engagements`


def facts_of(view: RunView, future: int, threat: int, option: str) -> Facts:
    """What the run says. Raises InputError where it has no such future, threat or option, or the future failed."""
    mine = _row(view, "threats", future=future, threat=threat, option=option)
    flight = _row(view, "flights", future=future, threat=threat)
    picture = _row(view, "outcomes", future=future, option=option)["picture"]
    tracks = _rows(view.tables["tracks"], future=future, threat=threat, picture=picture)
    tracks.sort(key=lambda r: (math.isnan(r["first_seen"]), r["first_seen"], r["asset"]))
    return Facts(mine, flight, tracks, _rows(view.tables["engagements"], future=future, threat=threat, option=option))


def explanation(facts: Facts) -> list[str]:
    """Lines of text."""
    return [*_flight(facts), "", *_seen(facts), "", *_engaged(facts)]


def _flight(facts: Facts) -> Iterator[str]:
    mine, flight = facts.threat, facts.flight
    yield (
        f"future {mine['future']}, threat {mine['threat']}, option {mine['option']}: {mine['record']} "
        f"({flight['family']}) to {mine['place']} (value {plain(mine['value'], 1)}), "
        f"{plain(flight['range'] / 1e3, 0)} km, apogee {plain(flight['apogee'] / 1e3, 0)} km, "
        f"{plain(flight['duration'], 0)} s of flight."
    )
    leak = mine["leak_probability"]
    yield f"It leaked in {plain(100 * leak, 0)} % of the replications."
    if leak > 0:
        words = REASONS[Reason[mine["cause"]]]
        yield f"Cause: {mine['cause']}: {words.meaning}. What would change it: {words.remedy}."


def _seen(facts: Facts) -> Iterator[str]:
    mine, impact = facts.threat, facts.flight["impact_time"]
    yield "What the place's partner knew (before impact):"
    for label, name in (("first detected", "first_detected"), ("warned", "warned"), ("track to shoot on", "confirmed")):
        yield f"  {label:18}{_before(impact, mine[name])}"
    yield f"  {'custody':18}{plain(100 * mine['custody'], 0)} % of the flight"
    yield "Sensors:"
    for row in facts.sensors:
        if math.isnan(row["first_seen"]):
            yield f"  {row['asset']:28}never; mostly {row['reason']}: {REASONS[Reason[row['reason']]].meaning}"
        else:
            yield (
                f"  {row['asset']:28}{_before(impact, row['first_seen'])} to {_before(impact, row['last_seen'])}, "
                f"{int(row['detections'])} detections"
            )


def _engaged(facts: Facts) -> Iterator[str]:
    yield "Layers:" if facts.layers else "No layer could fire in this study."
    for row in facts.layers:
        shots = f"{plain(row['shots'], 1)} rounds" if row["shots"] > 0 else "no round"
        shots += f" ({plain(row['wasted'], 1)} at other objects)" if row["wasted"] > 0 else ""
        line = f"  {row['layer']:28}{shots}; {row['reason']}: {REASONS[Reason[row['reason']]].meaning}"
        late = row["commit"] - row["last_launch"]
        if row["reason"] == Reason.TOO_LATE.name and math.isfinite(late):
            line += f" (by {plain(late, 0)} s)"
        elif math.isfinite(row["first_intercept"]):
            impact = facts.flight["impact_time"]
            line += f"; first launch {_before(impact, row['first_launch'])}, intercept "
            line += _before(impact, row["first_intercept"])
        yield line


def _before(impact: float, moment: float) -> str:
    return "never" if math.isnan(moment) else f"{plain(impact - moment, 0)} s before"


def _rows(table: Table, **wanted: Any) -> list[Row]:
    chosen = np.ones(len(table["future"]), dtype=bool)
    for name, value in wanted.items():
        chosen &= np.asarray(table[name] == value, dtype=bool)
    return [{name: column[i] for name, column in table.items()} for i in np.flatnonzero(chosen)]


def _row(view: RunView, table: str, **wanted: Any) -> Row:
    found = _rows(view.tables[table], **wanted)
    if not found:
        named = ", ".join(f"{k} {v}" for k, v in wanted.items())
        futures = len(np.unique(view.tables["outcomes"]["future"]))
        expected = f"a future below {futures}, a threat of its raid, and one of: {', '.join(view.options)}"
        raise InputError(
            f"the run's {table}", named, expected, "A failed future has no rows; see outcomes/ for its fault."
        )
    return found[0]

"""Why one threat leaked under one option: what the run says of it, and in words, from first sight to last shot."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sakimori.assess.metrics import Table
from sakimori.base.errors import InputError
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report.numbers import many, plain
from sakimori.report.view import RunView

_NAMED = 3  # layers that a sentence can hold

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
        f"over {plain(flight['range'] / 1e3, 0)} km, apogee {plain(flight['apogee'] / 1e3, 0)} km, "
        f"{plain(flight['duration'], 0)} s of flight."
    )
    share = plain(100 * mine["leak_probability"], 0)
    yield f"It leaked in {share} % of the replications: the same flight and tracks, other luck of the shots."
    if mine["leak_probability"] > 0:
        words = REASONS[Reason[mine["cause"]]]
        layers = [row["layer"] for row in facts.layers if row["reason"] == mine["cause"]]
        named = f" ({', '.join(layers)})" if 0 < len(layers) <= _NAMED else ""
        yield f"No layer got further than this{named}: {words.meaning}. What would change that: {words.remedy}."


def _seen(facts: Facts) -> Iterator[str]:
    mine, impact = facts.threat, facts.flight["impact_time"]
    yield "What the place's partner knew (before impact):"
    for label, name in (("first detected", "first_detected"), ("warned", "warned"), ("track to shoot on", "confirmed")):
        yield f"  {label:18}{_before(impact, mine[name])}"
    yield f"  {'custody':18}{plain(100 * mine['custody'], 0)} % of the flight"
    yield "Sensors, from first to last detection:"
    for row in facts.sensors:
        if not math.isnan(row["first_seen"]):
            first, last = _before(impact, row["first_seen"]), _before(impact, row["last_seen"])
            span = first if first == last else f"{first} to {last}"
            yield f"  {row['asset']:28}{span}, {many(int(row['detections']), 'detection')}"
    yield from _never(
        [(row["asset"], row["reason"]) for row in facts.sensors if math.isnan(row["first_seen"])], "never"
    )


def _engaged(facts: Facts) -> Iterator[str]:
    yield "Layers:" if facts.layers else "No layer could fire in this study."
    plainly: list[tuple[str, str]] = []
    for row in facts.layers:
        late = row["commit"] - row["last_launch"]
        if row["shots"] > 0:
            yield f"  {row['layer']:28}{_shots(row, facts.flight['impact_time'])}"
        elif row["reason"] == Reason.TOO_LATE.name and math.isfinite(late):
            passed = f"its last useful launch had passed {plain(late, 0)} s before it could commit"
            yield f"  {row['layer']:28}no round: {passed}"
        else:
            plainly.append((row["layer"], row["reason"]))
    yield from _never(plainly, "no round")


def _shots(row: Row, impact: float) -> str:
    """Rounds, their end, and when the first one was fired."""
    wasted = f" ({plain(row['wasted'], 1)} at other objects)" if row["wasted"] > 0 else ""
    return (
        f"{plain(row['shots'], 1)} rounds on average{wasted}; mostly: {REASONS[Reason[row['reason']]].meaning}; "
        f"first launch {_before(impact, row['first_launch'])}, intercept {_before(impact, row['first_intercept'])}"
    )


def _never(idle: Sequence[tuple[str, str]], what: str) -> Iterator[str]:
    """Those to which the same thing happened, in one line each."""
    for reason in dict.fromkeys(reason for _, reason in idle):
        names = ", ".join(name for name, own in idle if own == reason)
        yield f"  {what}, {REASONS[Reason[reason]].meaning} ({reason}): {names}"


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

"""Observed flights: what was publicly announced and reported beside what the model flew and saw."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sakimori.base.types import FlightStatus
from sakimori.report.blocks import Block, Cell, ListBlock, Section, TableBlock, TextBlock, cells
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import many, plain, seconds
from sakimori.report.seen import MOST, Watch
from sakimori.report.sites import owners
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_KINDS = {
    "none": "ballistic",
    "pull-up": "pull-up",
    "glide": "glide",
    "unknown": "not known (flown ballistic)",
}
_APART = 0.1  # a flown apogee that differs by more than this share of the announced one is shown first


def labels(view: RunView) -> dict[str, str]:
    """Flights in the order of the study with the name that people know: "nk-2017-08-29-a Hwasong-12"."""
    return {str(r.get("id")): f"{r.get('id')} {r.get('name') or ''}".strip() for r in view.listed}


def kind_of(view: RunView, flight: str) -> str:
    """What kind of flight was announced."""
    row = next((r for r in view.listed if str(r.get("id")) == flight), {})
    said = str(row.get("manoeuvre") or "")
    return _KINDS.get(said, said)


def opening(view: RunView) -> list[str]:
    """One sentence: flights that could not be flown, and those that something else stands in for."""
    if not view.listed:
        return []
    never, some = _unflown(view)
    kinds = [str(r.get("manoeuvre") or "") for r in view.listed if str(r.get("id")) not in never]
    pulled, glides = kinds.count("pull-up"), kinds.count("glide")
    said = [f"Listed: {many(len(view.listed), 'flight')}"]
    said += [f"{len(never)} could not be flown"] if never else []
    said += [f"{len(some)} flew in some draws only"] if some else []
    said += [f"{many(pulled, 'pull-up')} flown by a generic quasi-ballistic missile"] if pulled else []
    said += [f"{many(glides, 'glide')} flown by a generic glider"] if glides else []
    return ["; ".join(said) + "."]


def _unflown(view: RunView) -> tuple[dict[str, str], dict[str, str]]:
    """Flights that flew in no draw, and in some draws only, with the status of those that did not."""
    flights = view.tables["flights"]
    name, status = flights[flight_column(flights)].astype(str), flights["status"].astype(str)
    bad = {str(n): str(s) for n, s in zip(name, status, strict=True) if s != FlightStatus.REACHED.name}
    good = {str(n) for n in name[status == FlightStatus.REACHED.name]}
    return {n: s for n, s in bad.items() if n not in good}, {n: s for n, s in bad.items() if n in good}


def reported(summary: Summary, found: Sequence[Watch]) -> Section:
    """What was publicly reported of each flight beside what the model predicts for the baseline."""
    view = summary.view
    owner = owners(view)
    partners = [
        c for c in dict.fromkeys(owner.values()) if c and any(owner.get(w.sensor) == c for w in found if not w.added_by)
    ]
    told = [r for r in view.listed if r.get("reported_seen") or r.get("also_announced")]
    rest = [r for r in view.listed if r not in told]
    text = (
        "Left: what was announced, by whom, and what was reported as seen. Right: what the model predicts for the "
        "baseline: from when to when, in seconds after launch, each partner's own sensors would have seen the flight, "
        "and for how long before its end none of them did. A partner that is blind at the end of a low flight may "
        "announce too short a range. Reports need not be complete: a flight not reported as seen may have been seen."
    )
    blocks: list[Block] = [TextBlock(text)]
    head = ("Flight", "Announced", "Reported as seen, or announced by others",
            *(f"{view.partner(c)} sees" for c in partners))  # fmt: skip
    for rows, caption in (
        (told, "Flights with differing figures or a report of what was seen"),
        (rest, "All other flights"),
    ):
        if rows:
            lines = [_reported(view, r, found, partners) for r in rows]
            blocks.append(TableBlock(f"{caption} ({len(rows)})", head, lines, 3, folded=rows is rest and bool(told)))
    return Section("reported", "Reported and predicted", "公表と予測", blocks)


def _reported(view: RunView, row: Mapping[str, Any], found: Sequence[Watch], partners: Sequence[str]) -> list[Cell]:
    flight = str(row.get("id"))
    owner, end = owners(view), _median(view, flight, "duration")
    said = [_figure(row, "range", "km"), _figure(row, "apogee", "km"), _figure(row, "duration", "min")]
    other = row.get("also_announced") or ""
    line = [
        _name(row),
        Cell("; ".join(s for s in said if s), str(row.get("source") or "").replace(";", ", ")),
        Cell(str(row.get("reported_seen") or other), str(other) if row.get("reported_seen") else ""),
    ]
    for code in partners:
        mine = [w for w in found if w.flight == flight and not w.added_by and owner.get(w.sensor) == code]
        seen = [w for w in mine if w.share >= MOST]
        if not mine:
            line.append(Cell("not flown", mark="quiet"))
        elif not seen:
            line.append(Cell("no sensor", "in most draws", mark="bad"))
        else:
            first, last = min(w.first for w in seen), max(w.last for w in seen)
            blind = max(0.0, end - last)
            under = f"blind for the last {seconds(blind)}" if blind >= 1.0 else "to the end"
            line.append(Cell(f"{plain(first, 0)} to {plain(last, 0)}\u00a0s", under))
    return line


def _name(row: Mapping[str, Any]) -> Cell:
    return Cell(str(row.get("id")).replace("-", "\u2011"), str(row.get("name") or ""))


def _figure(row: Mapping[str, Any], what: str, unit: str) -> str:
    value = row.get(f"{what}_{unit}")
    by = row.get(f"{what}_by")
    return f"{what} {value}\u00a0{unit}" + (f" ({by})" if by else "") if value else ""


def _median(view: RunView, flight: str, column: str) -> float:
    """Median over the draws in which the flight flew, in SI; nan where it did not."""
    flights = view.tables["flights"]
    mine = (flights[flight_column(flights)].astype(str) == flight) & (
        flights["status"].astype(str) == FlightStatus.REACHED.name
    )
    return float(np.median(flights[column][mine].astype(np.float64))) if mine.any() else math.nan


def flown(summary: Summary) -> Section:
    """What stands in for what: announced and flown range, apogee and time, and what could not be flown."""
    view = summary.view
    text = (
        "Each flight starts at the announced place and ends at the announced range, along a bearing that is mostly an "
        "assumption. All have the announced apogee; what a pull-up or a glide does after it is that of a generic "
        "quasi-ballistic missile or glider."
    )
    rows = [r for r in view.listed if not math.isnan(_median(view, str(r.get("id")), "range"))]
    apart = [r for r in rows if r.get("manoeuvre") == "glide" or _differs(view, r)]
    rest = [r for r in rows if r not in apart]
    head = (
        "Flight",
        "Announced as",
        "Flown as",
        "Range announced",
        "flown [km]",
        "Apogee announced",
        "flown [km]",
        "Difference",
    )
    blocks: list[Block] = [TextBlock(text), *_failed(view)]
    for some, caption in (
        (apart, "Flown by a generic glider, or with another apogee than announced"),
        (rest, "Flown as announced"),
    ):
        if some:
            lines = [_flown(view, r) for r in some]
            blocks.append(TableBlock(f"{caption} ({len(some)})", head, lines, 3, folded=some is rest))
    return Section(
        "flown", "Announced and flown: what stands in for what", "公表値と模擬飛翔", [*blocks, *_times(view, rows)]
    )


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _differs(view: RunView, row: Mapping[str, Any]) -> bool:
    said = _number(row.get("apogee_km"))
    return abs(_median(view, str(row.get("id")), "apogee") / 1e3 - said) > _APART * said


def _flown(view: RunView, row: Mapping[str, Any]) -> list[Cell]:
    flight = str(row.get("id"))
    apogee, said = _median(view, flight, "apogee") / 1e3, _number(row.get("apogee_km"))
    difference = f"{plain(apogee - said, 0, signed=True)}\u00a0km" if math.isfinite(said) else "not announced"
    return [
        _name(row), *cells(str(row.get("manoeuvre") or "not stated"), str(row.get("record") or "")),
        *cells(row.get("range_km") or "", plain(_median(view, flight, "range") / 1e3, 0)),
        *cells(row.get("apogee_km") or "none", plain(apogee, 0), difference),
    ]  # fmt: skip


def _failed(view: RunView) -> list[Block]:
    """Flights that could not be flown, with the reason that the run noted."""
    never, some = _unflown(view)
    if not never and not some:
        return []
    flights, outcomes = view.tables["flights"], view.tables["outcomes"]
    column = flights[flight_column(flights)].astype(str)
    named, said = labels(view), []
    for name, status in (never | some).items():
        draws = flights["future"][column == name].astype(np.int64)
        bad = flights["future"][(column == name) & (flights["status"].astype(str) == status)].astype(np.int64)
        faults = (
            outcomes["fault"][np.isin(outcomes["future"].astype(np.int64), bad)].astype(str)
            if "fault" in outcomes
            else []
        )
        why = next((f.split(": ", 1)[-1] for f in faults if f), "no reason was noted")
        said.append(f"{named.get(name, name)}: {status}, {why} ({len(bad)} of {len(draws)} draws).")
    return [TextBlock("Not flown, and so left out of every number:"), ListBlock(said)]


def _times(view: RunView, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Announced against flown flight time, and how far apart they are."""
    timed = [r for r in rows if math.isfinite(_number(r.get("duration_min")))]
    if not timed:
        return []
    lines, errors = [], []
    for row in timed:
        said, found = _number(row.get("duration_min")), _median(view, str(row.get("id")), "duration") / 60.0
        errors.append(found - said)
        words = (str(row.get("duration_min")), plain(found, 1), plain(found - said, 1, signed=True))
        part = f"{plain(100.0 * (found / said - 1.0), 0, signed=True)}\u00a0%"
        lines.append([_name(row), Cell(str(row.get("duration_by") or "")), *cells(*words, part)])
    middle, most = float(np.median(np.abs(errors))), max(map(abs, errors))
    apart = f"{plain(middle, 1)}\u00a0min in the median, {plain(most, 1)}\u00a0min at most"
    text = (
        f"Flight time was announced for {len(timed)} of the flights flown, mostly in whole minutes. The model differs "
        f"by {apart}; it flies longer in {sum(e > 0.0 for e in errors)} of them, and its mean error is "
        f"{plain(float(np.mean(errors)), 1, signed=True)}\u00a0min. Time is not an input: this is a check."
    )
    head = ("Flight", "Announced by", "Announced [min]", "Flown [min]", "Difference [min]", "Difference")
    return [TextBlock(text), TableBlock(f"Announced and flown flight time ({len(timed)})", head, lines, 2)]

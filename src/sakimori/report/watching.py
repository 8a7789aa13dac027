"""The sections of a report on detection only: which sensor would have seen which flight, when, and how well."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.assess.breakdown import on
from sakimori.assess.metrics import BASELINE, Table
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report import figures
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells, figure
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import plain, seconds, share, short
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_FIGURE_ROWS = 48
_REPORTED = {
    "local_date": "Date", "name": "Called", "range_km": "Range [km]", "range_by": "By", "apogee_km": "Apogee [km]",
    "apogee_by": "By", "duration_min": "Duration [min]", "reported_seen": "Reported as seen", "source": "Source",
}  # fmt: skip
"""Columns of the study's table of flights that are shown, in this order, with their headings."""


@dataclass(frozen=True)
class Watch:
    """One sensor and one flight, over all draws of the factors."""

    flight: str
    sensor: str
    added_by: str  # option that first has the sensor; empty for the baseline
    share: float  # of the draws in which it detected the flight at all
    first: float  # [s] after launch, medians over the draws in which it did
    last: float
    seen: float  # median share of the flight's duration with detections
    blocked: str  # commonest reason where it did not


def watches(view: RunView) -> tuple[Watch, ...]:
    """Every sensor and flight, sensors of the baseline first; a sensor counts in the first option that has it."""
    tracks, flights = view.tables["tracks"], view.tables["flights"]
    start = _by_threat(flights, "launch_time", tracks)
    duration = _by_threat(flights, "duration", tracks)
    name = _by_threat(flights, flight_column(flights), tracks).astype(str)
    found = []
    done: set[str] = set()
    for option in sorted(view.options, key=lambda o: (o != BASELINE, len(view.measures_of(o)))):
        mine = _in_picture(view, option)
        for sensor in dict.fromkeys(str(s) for s in tracks["asset"][mine]):
            if sensor in done:
                continue
            done.add(sensor)
            here = mine & (tracks["asset"].astype(str) == sensor)
            for flight in dict.fromkeys(name[here]):
                rows = here & (name == flight)
                found.append(
                    _watch(tracks, rows, start, duration, flight, sensor, "" if option == BASELINE else option)
                )
    return tuple(found)


def _in_picture(view: RunView, option: str) -> npt.NDArray[np.bool_]:
    """Rows of the tracks table that belong to the option's picture."""
    outcomes, tracks = view.tables["outcomes"], view.tables["tracks"]
    mine = outcomes["option"].astype(str) == option
    number = outcomes["picture"][mine].astype(np.float64)  # missing where a future failed
    return np.isin(tracks["picture"].astype(np.float64), number[np.isfinite(number)])


def _by_threat(flights: Table, column: str, rows: Table) -> npt.NDArray[np.generic]:
    """A column of the flights for each of these rows."""
    key = flights["future"].astype(np.int64) * (1 << 20) + flights["threat"].astype(np.int64)
    order = np.argsort(key)
    mine = rows["future"].astype(np.int64) * (1 << 20) + rows["threat"].astype(np.int64)
    return flights[column][order[np.searchsorted(key[order], mine)]]


def _watch(
    tracks: Table, rows: npt.NDArray[np.bool_], start: npt.NDArray[np.generic], duration: npt.NDArray[np.generic],
    flight: str, sensor: str, option: str,
) -> Watch:  # fmt: skip
    first = tracks["first_seen"][rows].astype(np.float64) - start[rows].astype(np.float64)
    last = tracks["last_seen"][rows].astype(np.float64) - start[rows].astype(np.float64)
    there = np.isfinite(first)
    names, count = np.unique(tracks["reason"][rows][~there].astype(str), return_counts=True)
    blocked = str(names[np.argmax(count)]) if len(names) else ""
    if not there.any():
        return Watch(flight, sensor, option, 0.0, math.nan, math.nan, 0.0, blocked)
    part = tracks["seen_time"][rows].astype(np.float64) / duration[rows].astype(np.float64)
    return Watch(
        flight, sensor, option, float(there.mean()), float(np.median(first[there])), float(np.median(last[there])),
        float(np.median(part[there])), blocked,
    )  # fmt: skip


def sections(summary: Summary) -> Iterator[Section]:
    """What a detection study answers, in order."""
    found = watches(summary.view)
    yield _by_sensor(summary, found)
    yield _by_flight(summary)
    reported = _reported(summary, found)
    if reported:
        yield reported


def answer(summary: Summary) -> str:
    """How many flights the baseline and each option would have seen, in one sentence."""
    found = watches(summary.view)
    flights = tuple(dict.fromkeys(w.flight for w in found))
    seen = {w.flight for w in found if not w.added_by and w.share >= 0.5}
    more = []
    for option in dict.fromkeys(w.added_by for w in found if w.added_by):
        extra = {w.flight for w in found if w.added_by == option and w.share >= 0.5} - seen
        more.append(f"{summary.view.title(option)} {len(extra)} more")
    tail = f"; with its own sensors, {', '.join(more)}" if more else ""
    return f"The baseline's sensors would have seen {len(seen)} of {len(flights)} flights in most draws{tail}."


def _by_sensor(summary: Summary, found: tuple[Watch, ...]) -> Section:
    view = summary.view
    ends = _durations(view.tables["flights"])
    flights = list(dict.fromkeys(w.flight for w in found))
    sensors = list(dict.fromkeys(w.sensor for w in found))
    chosen = flights[: max(1, _FIGURE_ROWS // max(1, len(sensors)))]
    longest = max((ends[f] for f in chosen), default=1.0)
    bars = [
        {
            "flight": w.flight, "sensor": w.sensor, "kind": "added by a measure" if w.added_by else "baseline",
            "first": w.first if w.share else None, "last": max(w.last, w.first + 4.0) if w.share else None,
            "share": w.share, "start": 0.0, "end": ends[w.flight], "after": longest, "label": _label(w),
        }
        for w in found if w.flight in chosen
    ]  # fmt: skip
    said = "; ".join(f"{w.flight} by {w.sensor}: {_label(w)}" for w in found)
    cut = (
        f" The first {len(chosen)} of {len(flights)} flights; the table has all." if len(flights) > len(chosen) else ""
    )
    caption = (
        "Bars: median first to last detection; paler where fewer draws had one. The thin line is the whole flight. "
        "Right: share "
        f"of the draws in which the sensor detected the flight, or what most often stood in the way.{cut}"
    )
    rows = [_row(view, w) for w in found]
    head = ("Flight", "Sensor", "In", "In the way when not seen", "Seen in", "From", "To", "Share of flight")
    table = TableBlock("Every flight and sensor: medians over the draws that saw it", head, rows, 4, folded=True)
    squares = [{"flight": w.flight, "sensor": w.sensor, "share": w.share, "label": _times(w)[0] or "–"} for w in found]
    blocks: list[Block] = [
        figure(
            figures.matrix(squares, flights, sensors), "matrix", f"Share of draws that saw each flight: {said}.",
            "Colour: share of the draws in which the sensor detected the flight. Number: median time of its first "
            "detection after launch; a dash where it never did.",
        ),
        figure(figures.watch(bars, chosen, sensors), "watch", "When each sensor saw each flight: see the table.",
               caption),
        table,
    ]  # fmt: skip
    return Section("sensors", "Which sensor would have seen which flight", "探知の可否", blocks)


def _durations(flights: Table) -> dict[str, float]:
    names = flights[flight_column(flights)].astype(str)
    return {str(n): float(np.median(flights["duration"][names == n].astype(np.float64))) for n in np.unique(names)}


def _label(watch: Watch) -> str:
    return f"seen in {share(watch.share)}" if watch.share > 0.0 else _plainly(watch.blocked)


def _plainly(reason: str) -> str:
    return reason.replace("_", " ").lower() or "not seen"


def _row(view: RunView, watch: Watch) -> list[Cell]:
    known = watch.blocked in Reason.__members__ and watch.share < 1.0
    why = REASONS[Reason[watch.blocked]].meaning if known else ""
    return [
        *cells(watch.flight, watch.sensor, view.title(watch.added_by) if watch.added_by else "baseline", why),
        *cells(share(watch.share), *_times(watch)), Cell(share(watch.seen)),
    ]  # fmt: skip


def _times(watch: Watch) -> tuple[str, str]:
    return (seconds(watch.first), seconds(watch.last)) if watch.share > 0.0 else ("", "")


def _by_flight(summary: Summary) -> Section:
    """How well each flight was tracked under each option."""
    view = summary.view
    flights = view.tables["flights"]
    column = flight_column(flights)
    names = list(dict.fromkeys(flights[column].astype(str)))
    picked = {o: on(view.tables["threats"], summary.panel.futures, o) for o in view.options}
    rows = []
    for name in names:
        row = [Cell(name)]
        for option in view.options:
            mine = picked[option][column].astype(str) == name
            row.append(_tracked({c: v[mine] for c, v in picked[option].items()}))
        rows.append(row)
    table = TableBlock(
        "Share of the flight under a usable track (mean over draws); under it, warning time and best position error "
        "(medians)",
        ("Flight", *(view.title(o) for o in view.options)), rows,
    )  # fmt: skip
    return Section("flights", "How well each flight would have been tracked", "追尾の質", [table])


def _tracked(rows: Table) -> Cell:
    if len(rows["custody"]) == 0:
        return Cell("none", mark="quiet")
    sigma = rows["best_sigma"].astype(np.float64)
    sigma = sigma[np.isfinite(sigma)]
    warned = float(np.median(rows["warning_time"].astype(np.float64)))
    best = short(float(np.median(sigma)), "m") if len(sigma) else "no track"
    return Cell(share(float(np.mean(rows["custody"].astype(np.float64)))), f"{seconds(warned)}; {best}")


def _written(value: object, column: str) -> str:
    text = "" if value is None else str(value)
    return text.replace("-", "\u2011") if column == "local_date" else text  # a date stays on one line


def _reported(summary: Summary, found: tuple[Watch, ...]) -> Section | None:
    """What was publicly reported of each flight beside what the model predicts for the baseline."""
    listed = summary.view.study.get("flights")
    if not isinstance(listed, list) or not listed:
        return None
    columns = [c for c in _REPORTED if any(row.get(c) for row in listed)]
    rows = []
    for row in listed:
        flight = str(row.get("id", ""))
        seen = [w for w in found if w.flight == flight and not w.added_by and w.share >= 0.5]
        first = min((w.first for w in seen), default=math.nan)
        sees = f"{', '.join(w.sensor for w in seen)} from {seconds(first)}" if seen else "no sensor in most draws"
        words = [_written(row.get(c), c) for c in columns]
        rows.append([Cell(flight), *cells(*words, sees, *_flown(summary.view, flight))])
    head = ("Flight", *(_REPORTED[c] for c in columns), "Predicted: seen by", "Flown: range [km]", "Apogee [km]")
    text = (
        "Reports differ between announcers and need not be complete: a flight not reported as seen may have been "
        "seen. Predictions are for the baseline; the flown range and apogee are those of the model."
    )
    block = TableBlock("Publicly reported against predicted", head, rows, len(columns) + 2)
    return Section("reported", "Reported and predicted", "公表と予測", [TextBlock(text), block])


def _flown(view: RunView, flight: str) -> tuple[str, str]:
    """Median range and apogee [km] of a flight in the model; empty where it did not fly."""
    flights = view.tables["flights"]
    mine = flights[flight_column(flights)].astype(str) == flight
    if not mine.any():
        return "", ""
    distance, apogee = (float(np.median(flights[c][mine].astype(np.float64))) / 1e3 for c in ("range", "apogee"))
    return plain(distance, 0), plain(apogee, 0)

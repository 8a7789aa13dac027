"""The sections of a report on detection only: which sensor would have seen which flight, when, and how well."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sakimori.assess.breakdown import on
from sakimori.assess.metrics import Table
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report import alerts, figures, observed, rivals
from sakimori.report.blocks import Block, Cell, Section, TableBlock, cells, figure
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import many, plain, seconds, share, short
from sakimori.report.seen import MOST, Watch, watches
from sakimori.report.sites import owners
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_FIGURE_ROWS = 48


def sections(summary: Summary) -> Iterator[Section]:
    """What a detection study answers, in order."""
    found = watches(summary.view)
    yield _by_sensor(summary, found)
    yield _by_flight(summary)
    if summary.view.listed:
        yield observed.reported(summary, found)
        alerted = alerts.section(summary.view)
        if alerted:
            yield alerted
        rivalling = rivals.section(summary)
        if rivalling:
            yield rivalling
        yield observed.flown(summary)


def opening(summary: Summary) -> list[str]:
    """The first sentences: what was seen, by whom, what no sensor helps with, and what was not flown."""
    view = summary.view
    found = watches(view)
    flights = tuple(dict.fromkeys(w.flight for w in found))
    base = [w for w in found if not w.added_by and w.share >= MOST]
    seen = {w.flight: min(v.first for v in base if v.flight == w.flight) for w in base}
    first = f", first {seconds(float(np.median(list(seen.values()))))} after launch (median)" if seen else ""
    owner = owners(view)
    own = {
        code: len({w.flight for w in base if owner.get(w.sensor) == code})
        for code in dict.fromkeys(owner.values())
        if code
    }
    alone = "; alone, ".join(f"{view.partner(code)} {count}" for code, count in own.items())
    said = [f"The baseline's sensors would have seen {len(seen)} of {len(flights)} flights in most draws{first}."]
    if len(own) > 1:
        said = [said[0][:-1] + f". With its own sensors only: {alone.replace('; alone,', ',')}."]
    return [*said, *_custody(summary), *observed.opening(view)]


def _custody(summary: Summary) -> list[str]:
    """How much of the flights was tracked, and in how many flights each option adds a tenth of the flight or more."""
    view = summary.view
    held = {o: custody_of(summary, o) for o in view.options}
    base = held[summary.reference]
    names = sorted(base)
    if not names:
        return []
    whose = view.partner(next(iter((view.study.get("architecture") or {}).get("partners") or {}), ""))
    thin = sum(base[n] < 0.25 for n in names)
    gains = {o: sum(held[o].get(n, 0.0) - base[n] >= 0.1 for n in names) for o in summary.others}
    more = ", ".join(f"{view.title(o)} {n}" for o, n in sorted(gains.items(), key=lambda item: -item[1]) if n)
    return [
        f"Custody is the share of a flight with a usable track in {whose or 'the first partner'}'s hands: "
        f"{share(float(np.median([base[n] for n in names])))} in the baseline (median flight), under a quarter in "
        f"{thin} flights. "
        + (f"Flights with ten points more: {more}." if more else "No option adds ten points to any flight.")
    ]  # fmt: skip


def custody_of(summary: Summary, option: str) -> dict[str, float]:
    """Mean custody of each flight over the draws, under one option."""
    view = summary.view
    rows = on(view.tables["threats"], summary.panel.futures, option)
    names = rows[flight_column(view.tables["flights"])].astype(str)
    return {str(n): float(np.mean(rows["custody"][names == n].astype(np.float64))) for n in np.unique(names)}


def _by_sensor(summary: Summary, found: tuple[Watch, ...]) -> Section:
    view = summary.view
    owner, ends, named = owners(view), _durations(view.tables["flights"]), observed.labels(view)
    found = tuple(sorted(found, key=lambda w: (bool(w.added_by), owner.get(w.sensor, ""))))  # stable: partners together
    flights = sorted(dict.fromkeys(w.flight for w in found), key=list(named).index if named else None)
    sensors = list(dict.fromkeys(w.sensor for w in found))
    title = {s: f"{owner.get(s, '')} {s}".strip() for s in sensors}
    title |= {w.sensor: f"+ {title[w.sensor]}" for w in found if w.added_by}
    label = {f: named.get(f, f) for f in flights}
    squares = [
        {"flight": label[w.flight], "sensor": title[w.sensor], "share": w.share,
         "label": plain(w.first, 0) if w.share > 0.0 else "–"} for w in found
    ]  # fmt: skip
    most = {s: sum(w.share >= MOST for w in found if w.sensor == s) for s in sensors}
    said = ", ".join(f"{title[s]} {most[s]}" for s in sensors)
    chosen = _typical(view, flights)[: max(1, _FIGURE_ROWS // max(1, len(sensors)))]
    longest = max((ends[f] for f in chosen), default=1.0)
    bars = [
        {
            "flight": label[w.flight], "sensor": title[w.sensor],
            "kind": "added by a measure" if w.added_by else "baseline",
            "first": w.first if w.share else None, "last": max(w.last, w.first + 4.0) if w.share else None,
            "share": w.share, "start": 0.0, "end": ends[w.flight], "after": longest, "label": _label(w),
        }
        for w in found if w.flight in chosen
    ]  # fmt: skip
    head = ("Flight", "Sensor", "In", "In the way when not seen", "Seen in", "From", "To", "Share of flight")
    blocks: list[Block] = [
        _sensor_table(view, found, sensors, title, ends),
        figure(
            figures.matrix(squares, [label[f] for f in flights], [title[s] for s in sensors]), "matrix",
            f"Flights by sensors. Of {len(flights)} flights, seen in most draws by: {said}. A folded table below "
            f"has all.",
            "Shade: share of the draws in which the sensor detected the flight. Number: median time of its first "
            "detection, "
            "in seconds after launch; a dash where it never did. Sensors with + are added by a measure.",
        ),
        figure(
            figures.watch(bars, [label[f] for f in chosen], [title[s] for s in sensors]), "watch",
            f"When each sensor saw {', '.join(label[f] for f in chosen)}. The folded table below has all flights.",
            f"{len(chosen)} of {len(flights)} flights, unlike each other in kind; the table below has all. Bars: "
            f"median first "
            "to last detection; paler where fewer draws had one. The thin line is the whole flight. Right: share "
            "of the draws "
            "in which the sensor detected the flight, or what most often stood in the way.",
        ),
        TableBlock("Every flight and sensor: seconds after launch, medians over the draws that saw it", head,
                   [_row(view, w) for w in found], 4, folded=True),
    ]  # fmt: skip
    return Section("sensors", "Which sensor would have seen which flight", "探知の可否", blocks)


def _typical(view: RunView, flights: Sequence[str]) -> list[str]:
    """Flights unlike each other in kind, those with a public report of what was seen first."""
    row = {str(r.get("id")): r for r in view.listed}
    kinds: dict[str, list[str]] = {}
    for flight in sorted(flights, key=lambda f: not row.get(f, {}).get("reported_seen")):
        kinds.setdefault(str(row.get(flight, {}).get("manoeuvre", "")), []).append(flight)
    order = sorted(kinds, key=lambda k: k in ("unknown", ""))
    return [kinds[k][n] for n in range(max(map(len, kinds.values()), default=0)) for k in order if n < len(kinds[k])]


def _sensor_table(
    view: RunView, found: Sequence[Watch], sensors: Sequence[str], title: Mapping[str, str], ends: Mapping[str, float]
) -> TableBlock:
    """Each sensor over all flights: how many it saw, from when, for how long, and what stood in its way."""
    rows = []
    for sensor in sensors:
        mine = [w for w in found if w.sensor == sensor]
        seen = [w for w in mine if w.share >= MOST]
        blocked = [w.blocked for w in mine if w.share < MOST and w.blocked]
        why = max(sorted(set(blocked)), key=blocked.count, default="")
        middle = {
            name: float(np.median(values)) if values else math.nan
            for name, values in (
                ("from", [w.first for w in seen]), ("part", [w.seen for w in seen]),
                ("left", [ends[w.flight] - w.last for w in seen]),
            )
        }  # fmt: skip
        added, known = mine[0].added_by, why in Reason.__members__
        rows.append([
            Cell(title[sensor].removeprefix("+ "), view.title(added) if added else ""),
            Cell(REASONS[Reason[why]].meaning if known else "", many(blocked.count(why), "flight") if why else ""),
            *cells(f"{len(seen)} of {len(mine)}", *(seconds(middle[n]) if seen else "" for n in ("from", "left"))),
            Cell(share(middle["part"]) if seen else ""),
        ])  # fmt: skip
    head = (
        "Sensor",
        "Commonest reason not to see one",
        "Flights seen",
        "First seen after",
        "Last seen before the end",
        "Share of flight",
    )
    return TableBlock(
        "Each sensor over all flights: seen in most draws; medians over the flights that it saw", head, rows, 2
    )


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
    """How well the flights were tracked under each option: by kind, and each."""
    view = summary.view
    column, named = flight_column(view.tables["flights"]), observed.labels(view)
    picked = {o: on(view.tables["threats"], summary.panel.futures, o) for o in view.options}
    names = list(dict.fromkeys(picked[summary.reference][column].astype(str)))
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(observed.kind_of(view, name), []).append(name)
    head = ("Flight", *(view.title(o) for o in view.options))
    caption = "Share of the flight under a usable track, mean; below it, median warning time and best position error"

    def row(title: Cell, some: Sequence[str]) -> list[Cell]:
        masks = {o: np.isin(rows[column].astype(str), some) for o, rows in picked.items()}
        return [title, *(_tracked({c: v[masks[o]] for c, v in picked[o].items()}) for o in view.options)]

    blocks: list[Block] = []
    if len(kinds) > 1:
        some = [row(Cell(kind, many(len(mine), "flight")), mine) for kind, mine in kinds.items()]
        blocks.append(TableBlock(caption.replace("the flight", "the flights"), ("Kind of flight", *head[1:]), some))
    each = [row(Cell(named.get(n) or n), [n]) for n in names]
    blocks.append(TableBlock(f"Each flight: {caption[0].lower()}{caption[1:]}", head, each, folded=len(kinds) > 1))
    return Section("flights", "How well each flight would have been tracked", "追尾の質", blocks)


def _tracked(rows: Table) -> Cell:
    if len(rows["custody"]) == 0:
        return Cell("none", mark="quiet")
    sigma = rows["best_sigma"].astype(np.float64)
    sigma = sigma[np.isfinite(sigma)]
    warned = float(np.median(rows["warning_time"].astype(np.float64)))
    best = short(float(np.median(sigma)), "m") if len(sigma) else "no track"
    return Cell(share(float(np.mean(rows["custody"].astype(np.float64)))), f"{seconds(warned)}; {best}")

"""Rival explanations of figures that differ: what the flown paths and the sensors' horizons allow of each.

A partner that loses a glider below its horizon may carry the rest on as a ballistic fall; a path that turns is longer
than the distance of its ends; or a claim may be another length than what flew. The first two can be computed.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from sakimori.assess.metrics import BASELINE, Table
from sakimori.base.constants import MEAN_RADIUS, WGS84_MU
from sakimori.base.types import FlightStatus
from sakimori.report.blocks import Cell, Section, TableBlock, TextBlock
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import many, plain
from sakimori.report.seen import in_picture
from sakimori.report.sites import owners
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_TIMES = re.compile(r"\b(?:range|under|least|about|over)\b[^;,]*?(\d{2,5})")


class Draw(NamedTuple):
    """One draw of one flight: lengths [m]."""

    flown: float  # distance of its ends
    path: float  # along its ground track
    fallen: dict[str, float]  # by partner: where it would fall as a ballistic body from where its sensors last saw it


def section(summary: Summary) -> Section | None:
    """What geometry allows of each explanation, for the glides with differing figures; None where there are none."""
    view = summary.view
    rows = [
        row for listed in view.listed
        if listed.get("manoeuvre") == "glide" and listed.get("also_announced")
        and (row := _row(view, listed, list(draws(view, str(listed.get("id"))))))
    ]  # fmt: skip
    if not rows:
        return None
    said = (
        "Announcements of the same low flight differ. Three explanations: a sensor loses the glider below its horizon "
        "and the rest is taken as a ballistic fall; the length of the path is meant, not the distance of its ends; a "
        "claim is not what flew. For the first, each draw is carried on without air from where a partner's own sensors "
        "last saw it (round Earth at rest, slope of the path over 20 s). Cells have the median over the draws of the "
        "profile, the sensors, and of launch site and bearing where the table says how far these may be off; under it "
        "p10 to p90. What geometry allows is judged by the least and the greatest of "
        "them, with 3 %. The distance is flown as announced."
    )
    partners = view.study["architecture"].get("partners") or {}
    extrapolated = [f"As {p} would extrapolate, km" for p in partners]
    head = ("Flight", "Announced, km", "What geometry allows", "Flown, km", "Along the path, km", *extrapolated)
    table = TableBlock("Rival explanations of differing figures: median and p10 to p90 over the draws", head, rows, 3)
    return Section("rivals", "Why announced ranges differ", "公表射程の違い", [TextBlock(said), table])


def draws(view: RunView, flight: str) -> Iterator[Draw]:
    """Every draw in which the flight came down at its aim point, under the baseline."""
    flights, tracks, owner = view.tables["flights"], view.tables["tracks"], owners(view)
    mine = flights[flight_column(flights)].astype(str) == flight
    mine &= flights["status"].astype(str) == FlightStatus.REACHED.name
    base = in_picture(view, BASELINE)
    for i in np.flatnonzero(mine):
        here = base & (tracks["future"] == flights["future"][i]) & (tracks["threat"] == flights["threat"][i])
        last: dict[str, float] = {}
        for asset, seen in zip(tracks["asset"][here].astype(str), tracks["last_seen"][here].astype(float), strict=True):
            if math.isfinite(seen):
                last[owner.get(asset, "")] = max(seen, last.get(owner.get(asset, ""), 0.0))
        yield _draw(flights, int(i), last)


def _draw(flights: Table, i: int, last: Mapping[str, float]) -> Draw:
    time, height = (np.asarray(flights[c][i], np.float64) for c in ("path_time", "path_altitude"))
    latitude, longitude = (
        np.radians(np.asarray(flights[c][i], np.float64)) for c in ("path_latitude", "path_longitude")
    )
    steps = _angle(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])
    away = _angle(latitude[0], longitude[0], latitude, longitude)
    fallen = {}
    for partner, moment in last.items():
        k = int(np.clip(np.searchsorted(time, moment) - 1, 0, time.size - 2))
        gap, part = time[k + 1] - time[k], np.clip((moment - time[k]) / (time[k + 1] - time[k]), 0.0, 1.0)
        level, climb = MEAN_RADIUS * steps[k] / gap, (height[k + 1] - height[k]) / gap
        so_far = away[k] + part * (away[k + 1] - away[k])
        outward = (away[k + 1] - away[k]) / steps[k] if steps[k] > 0.0 else 0.0
        fall = fall_angle(float(height[k] + part * (height[k + 1] - height[k])), float(level), float(climb))
        fallen[partner] = MEAN_RADIUS * float(so_far + outward * fall)
    return Draw(float(flights["range"][i]), MEAN_RADIUS * float(steps.sum()), fallen)


def _angle(lat: Any, lon: Any, there: Any, far: Any) -> Any:
    """Central angle [rad] between points [rad] (haversine)."""
    half = np.sin(0.5 * (there - lat)) ** 2 + np.cos(lat) * np.cos(there) * np.sin(0.5 * (far - lon)) ** 2
    return 2.0 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def fall_angle(altitude: float, level: float, climb: float) -> float:
    """Central angle [rad] of the ballistic fall without air from `altitude` [m] to the ground of a round Earth at rest.

    `level` > 0 and `climb` [m/s] are the horizontal and vertical speed, below the speed of escape.
    """
    radius = MEAN_RADIUS + max(altitude, 0.0)
    parameter = (radius * level) ** 2 / WGS84_MU
    ahead, upward = parameter / radius - 1.0, climb * math.sqrt(parameter / WGS84_MU)  # e cos, e sin of the anomaly
    eccentricity = math.hypot(ahead, upward)
    ground = math.acos(min(1.0, max(-1.0, (parameter / MEAN_RADIUS - 1.0) / eccentricity)))  # on the way down: minus it
    return (2.0 * math.pi - ground - math.atan2(upward, ahead) % (2.0 * math.pi)) % (2.0 * math.pi)


def announced(listed: Mapping[str, Any]) -> tuple[float, ...]:
    """All ranges [km] that were announced, the table's first."""
    said = re.sub(r"apogee[^;]*", "", str(listed.get("also_announced") or ""))
    found = [float(number) for number in _TIMES.findall(said)]
    return (float(listed["range_km"]), *found)


def _row(view: RunView, listed: Mapping[str, Any], found: list[Draw]) -> list[Cell] | None:
    if not found:
        return None
    partners = view.study["architecture"].get("partners") or {}
    figures = announced(listed)
    flown, path = [d.flown for d in found], [d.path for d in found]
    fallen = {p: [d.fallen[p] for d in found if p in d.fallen] for p in partners}
    return [
        Cell(f"{listed.get('id')} {listed.get('name') or ''}".strip(), str(listed.get("also_announced"))),
        Cell(", ".join(plain(f, 0) for f in figures), f"first: {listed.get('range_by') or 'not said'}"),
        Cell(_allowed(figures, flown, path, [x for some in fallen.values() for x in some]), many(len(found), "draw")),
        _span(flown, len(found)), _span(path, len(found)), *(_span(fallen[p], len(found)) for p in partners),
    ]  # fmt: skip


def _span(lengths: list[float], draws: int) -> Cell:
    """Median [km]; under it p10 to p90, and in how many draws there is such a length where not in all."""
    if not lengths:
        return Cell("not seen", mark="quiet")
    low, middle, high = (plain(float(x) / 1e3, 0) for x in np.percentile(lengths, [10.0, 50.0, 90.0]))
    return Cell(middle, f"{low} to {high}" + (f"; {len(lengths)} draws" if len(lengths) < draws else ""))


def _allowed(figures: tuple[float, ...], flown: list[float], path: list[float], fallen: list[float]) -> str:
    """Which figures lie within what each explanation reaches, from the range flown."""
    told = []
    for name, reached in (("horizon", [*flown, *fallen]), ("path length", [*flown, *path])):
        low, high = 0.97 * min(reached) / 1e3, 1.03 * max(reached) / 1e3
        fits = [plain(f, 0) for f in sorted(set(figures)) if low <= f <= high]
        told.append(f"{name}: {', '.join(fits) or 'none'}")
    most = 1.03 * max(*flown, *path, *fallen) / 1e3
    beyond = [plain(f, 0) for f in sorted(set(figures)) if f > most]
    told.append(f"neither, if this range flew: {', '.join(beyond)}" if beyond else "no figure lies beyond both")
    return "; ".join(told)

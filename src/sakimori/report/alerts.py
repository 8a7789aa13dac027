"""Public alerts of observed flights beside the warning that the model's sensors would have allowed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sakimori.assess.metrics import BASELINE, Table
from sakimori.assess.tracking import of_option
from sakimori.base.types import FlightStatus, Floats
from sakimori.report.blocks import Cell, Section, TableBlock, TextBlock
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import many, plain, seconds
from sakimori.report.seen import by_threat
from sakimori.report.sites import owners
from sakimori.report.view import RunView


class Times(NamedTuple):
    """Of R draws in which a flight came down at its aim point, by partner [s after launch]; nan where never."""

    flight: npt.NDArray[np.str_]  # (R,)
    warned: dict[str, Floats]  # (R,) of every partner
    detected: dict[str, Floats]  # (R,) by its own sensors, of the partners that have some in the baseline

    def of(self, flight: str) -> "Times":
        """Those of one flight."""
        mine = self.flight == flight
        warned, detected = ({p: found[mine] for p, found in each.items()} for each in self[1:])
        return Times(self.flight[mine], warned, detected)


def section(view: RunView) -> Section | None:
    """Modelled warnings beside public alerts; None where no flight that flew has an alert in the study's table."""
    times = after_launch(view)
    flown = [(listed, times.of(str(listed.get("id")))) for listed in view.listed]
    flown = [(listed, found) for listed, found in flown if len(found.flight)]
    alerted = [(listed, found) for listed, found in flown if listed.get("alert_min")]
    if not alerted:
        return None
    partners = list(times.warned)
    said = (
        "Alert: whole minutes from launch to the public alert, as told in public. Warning: when a partner first hears "
        "of a confirmed track, its own or one shared, with the latency of warnings, under the baseline. These are not "
        "the same thing: an alert also waits for an estimate of where the missile falls, for people who decide and for "
        "the broadcast, and the model has none of these. The difference is the time that the model leaves for them to "
        f"{view.partner(partners[0])}. The baseline's sensors and sharing are those of the study's date, not of the "
        "flight's, so this is a comparison and no validation; only a warning later than the alert would speak against "
        "the model. Under each warning stands its p10 to p90, how many draws have one where not all do, and when the "
        "partner's own sensors first detect the missile."
    )
    names = [f"Warning, {p}" for p in partners]
    rows = []
    for listed, found in alerted:
        left = 60.0 * float(str(listed["alert_min"])) - found.warned[partners[0]]
        rows.append([_name(listed), _alert(listed), spread(left), *(_warning(found, p) for p in partners)])
    every = [[_name(listed), *(_warning(found, p) for p in partners)] for listed, found in flown]
    caption = "Seconds after launch: median; p10 to p90 over the draws in which it came"
    blocks = [
        TextBlock(said),
        TableBlock(caption, ("Flight", "Public alert", "Alert less warning", *names), rows, 2),
        TableBlock(f"First warning of every partner ({len(every)})", ("Flight", *names), every, folded=True),
    ]
    return Section("alerts", "Warnings and public alerts", "警報時刻の比較", blocks)


def after_launch(view: RunView) -> Times:
    """First warnings and first detections under the baseline, in order of futures."""
    flights, outcomes = view.tables["flights"], view.tables["outcomes"]
    flew = flights["status"].astype(str) == FlightStatus.REACHED.name
    order = np.argsort(flights["future"][flew].astype(np.int64), kind="stable")
    futures = flights["future"][flew].astype(np.int64)[order]
    known, tracks = (_baseline(view.tables[name], outcomes, futures) for name in ("awareness", "tracks"))
    owner = owners(view)
    whose = np.array([owner.get(asset, "") for asset in tracks["asset"].astype(str)], dtype=str)
    seen = tracks["first_seen"].astype(np.float64) - by_threat(flights, "launch_time", tracks).astype(np.float64)
    told = known["warned"].astype(np.float64) - by_threat(flights, "launch_time", known).astype(np.float64)
    warned, detected = dict[str, Floats](), dict[str, Floats]()
    architecture = view.study["architecture"]
    watching = {str(entry.get("owner") or "") for entry in (architecture.get("assets") or {}).values()}
    for partner in map(str, architecture.get("partners") or {}):
        warned[partner] = _first(known, told, known["partner"].astype(str) == partner, futures)
        if partner in watching:
            detected[partner] = _first(tracks, seen, whose == partner, futures)
    return Times(flights[flight_column(flights)][flew].astype(str)[order], warned, detected)


def _baseline(table: Table, outcomes: Table, futures: npt.NDArray[np.int64]) -> Table:
    """The rows of the baseline's picture in these futures."""
    mine = of_option(table, outcomes, BASELINE) & np.isin(table["future"].astype(np.int64), futures)
    return {name: column[mine] for name, column in table.items()}


def _first(table: Table, times: Floats, mine: npt.NDArray[np.bool_], futures: npt.NDArray[np.int64]) -> Floats:
    """The earliest of some rows in each future; nan where there is none."""
    out = np.full(len(futures), np.nan)
    np.fmin.at(out, np.searchsorted(futures, table["future"][mine].astype(np.int64)), times[mine])
    return out


def _name(listed: Mapping[str, Any]) -> Cell:
    return Cell(str(listed.get("id")).replace("-", "\u2011"), str(listed.get("name") or ""))


def _alert(listed: Mapping[str, Any]) -> Cell:
    basis = ", ".join(str(listed[k]) for k in ("alert_by", "alert_basis") if listed.get(k))
    return Cell(f"{seconds(60.0 * float(str(listed['alert_min'])))} ± 30\u00a0s", basis)


def _warning(found: Times, partner: str) -> Cell:
    """First warning; under it its spread, and the first detection by own sensors."""
    warned, own = found.warned[partner], found.detected.get(partner, np.empty(0))
    there = own[np.isfinite(own)]
    saw = f"own {seconds(float(np.median(there)))}" if len(there) else "own: never"
    cell = spread(warned)
    told = cell.under if np.isnan(warned).any() else cell.under.partition(";")[0]
    return replace(cell, under=f"{told}; {saw}")


def spread(values: Floats) -> Cell:
    """Median of the draws [s] that have a value; under it p10 to p90 and how many of how many have one."""
    there = values[np.isfinite(values)]
    if not len(there):
        return Cell("never", f"in {many(len(values), 'draw')}", mark="quiet")
    low, middle, high = (float(v) for v in np.percentile(there, [10.0, 50.0, 90.0]))
    count = many(len(there), "draw") if len(there) == len(values) else f"{len(there)} of {many(len(values), 'draw')}"
    return Cell(seconds(middle), f"{plain(low, 0)} to {plain(high, 0)}; {count}")

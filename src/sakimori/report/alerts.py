"""Public alerts of observed flights beside the warning that the model's sensors would have allowed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sakimori.assess.metrics import BASELINE
from sakimori.base.types import FlightStatus, Floats
from sakimori.report.blocks import Cell, Section, TableBlock, TextBlock
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import many, plain, seconds
from sakimori.report.seen import by_threat, in_picture
from sakimori.report.sites import owners
from sakimori.report.view import RunView


def section(view: RunView) -> Section | None:
    """Modelled warnings beside public alerts; None where no flight that flew has an alert in the study's table."""
    rows = [row for listed in view.listed if listed.get("alert_min") and (row := _row(view, listed))]
    if not rows:
        return None
    warned = _warned_partner(view)
    said = (
        "Alert: whole minutes from launch to the public alert, as told in public. Warning: when "
        f"{warned} first hears of a confirmed track, its own or one shared, with the latency of warnings, under the "
        "baseline. These are not the same thing: an alert also waits for an estimate of where the missile falls, for "
        "people who decide and for the broadcast, and the model has none of these. The difference is the time that the "
        "model leaves for them. The baseline's sensors and sharing are those of the study's date, not of the flight's, "
        "so this is a comparison and no validation; only a warning later than the alert would speak against the model. "
        "Of each partner the first detection by its own sensors is given; a run of observed flights keeps the "
        "warnings of one partner only."
    )
    head = ("Flight", "Public alert", f"Warning of {warned}", "Alert less warning",
            *(f"{view.partner(p)} detects" for p in _watching(view)))  # fmt: skip
    caption = (
        "Seconds after launch: median; below it p10 to p90 over the draws in which it came, and how many these are"
    )
    return Section(
        "alerts", "Warnings and public alerts", "警報時刻の比較", [TextBlock(said), TableBlock(caption, head, rows, 2)]
    )


def after_launch(view: RunView, flight: str) -> tuple[Floats, dict[str, Floats]]:
    """First warning, and first detection by each partner's own sensors [s after launch], nan where none came.

    One value for each draw in which the flight came down at its aim point, under the baseline, in order of futures.
    """
    flights, threats, tracks = (view.tables[name] for name in ("flights", "threats", "tracks"))
    flew = flights[flight_column(flights)].astype(str) == flight
    flew &= flights["status"].astype(str) == FlightStatus.REACHED.name
    futures = np.sort(flights["future"][flew].astype(np.int64))
    mine = (threats["option"].astype(str) == BASELINE) & np.isin(threats["future"].astype(np.int64), futures)
    warned = np.full(len(futures), np.nan)
    at = np.searchsorted(futures, threats["future"][mine].astype(np.int64))
    launch = by_threat(flights, "launch_time", {name: column[mine] for name, column in threats.items()})
    warned[at] = threats["warned"][mine].astype(np.float64) - launch.astype(np.float64)
    here = in_picture(view, BASELINE) & np.isin(tracks["future"].astype(np.int64), futures)
    seen = tracks["first_seen"][here].astype(np.float64)
    seen -= by_threat(flights, "launch_time", {n: c[here] for n, c in tracks.items()}).astype(np.float64)
    at, owner = np.searchsorted(futures, tracks["future"][here].astype(np.int64)), owners(view)
    whose = np.array([owner.get(asset, "") for asset in tracks["asset"][here].astype(str)], dtype=str)
    first = {partner: np.full(len(futures), np.nan) for partner in _watching(view)}
    for partner, found in first.items():
        np.fmin.at(found, at[whose == partner], seen[whose == partner])
    return warned, first


def _watching(view: RunView) -> list[str]:
    """Codes of the partners that own sensors in the baseline, in the study's order."""
    architecture = view.study["architecture"]
    own = {str(entry.get("owner") or "") for entry in (architecture.get("assets") or {}).values()}
    return [str(p) for p in architecture.get("partners") or {} if p in own]


def _warned_partner(view: RunView) -> str:
    """Name of the partner whose warnings a run of observed flights keeps: the study's first."""
    partners = view.study["architecture"].get("partners") or {}
    return view.partner(next(iter(partners), "")) or "the first partner"


def _row(view: RunView, listed: Mapping[str, Any]) -> Sequence[Cell] | None:
    warned, first = after_launch(view, str(listed.get("id")))
    if not len(warned):
        return None
    alert = 60.0 * float(str(listed["alert_min"]))
    name = Cell(str(listed.get("id")).replace("-", "\u2011"), str(listed.get("name") or ""))
    basis = ", ".join(str(listed[k]) for k in ("alert_by", "alert_basis") if listed.get(k))
    said = Cell(f"{seconds(alert)} ± 30\u00a0s", basis)
    return [name, said, spread(warned), spread(alert - warned), *(spread(found) for found in first.values())]


def spread(values: Floats) -> Cell:
    """Median of the draws [s] that have a value; under it p10 to p90 and how many of how many have one."""
    there = values[np.isfinite(values)]
    if not len(there):
        return Cell("never", f"in {many(len(values), 'draw')}", mark="quiet")
    low, middle, high = (float(v) for v in np.percentile(there, [10.0, 50.0, 90.0]))
    count = many(len(there), "draw") if len(there) == len(values) else f"{len(there)} of {many(len(values), 'draw')}"
    return Cell(seconds(middle), f"{plain(low, 0)} to {plain(high, 0)}; {count}")

"""What `cover` shows and writes: worst-case coverage and a summary of the map; a table, a figure, JSON."""

import csv
import math
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from sakimori.base.errors import InputError
from sakimori.base.types import Floats
from sakimori.cli.console import OUT, print_json
from sakimori.sense.maps import pass_count
from sakimori.study.cover_plans import Covered, Group, compute, read_cover
from sakimori.study.defended import AreaPlan

_KINDS = (".png", ".svg", ".csv")
_WORDS = {
    "sensors_mean": "sensors, mean",
    "sensors_least": "sensors, least",
    "share": "time share, one or more",
    "share_two": "time share, two or more",
    "stereo_mean_deg": "stereo angle, mean deg",
    "stereo_best_deg": "stereo angle, best deg",
    "position_sigma_m": "sigma of one look m",
    "windows": "windows",
    "longest_window_s": "longest window s",
    "longest_gap_s": "longest gap s",
    "detected": "passes detected",
    "first_detection_s": "first detection, median s",
    "first_detection_p90_s": "first detection, 9 of 10 s",
    "custody": "custody probability",
}


def cover_file(path: pathlib.Path, out: pathlib.Path | None, as_json: bool) -> None:
    """Compute a cover file; print the summary or JSON, and write a figure or table where `out` is given.

    Raises InputError for what is wrong with the file or `out`.
    """
    if out is not None and out.suffix.lower() not in _KINDS:
        got = f"the ending '{out.suffix}'" if out.suffix else "no ending"
        raise InputError(str(out), got, ", ".join(_KINDS), "Name the file by what it shall hold.")
    plan = read_cover(path)
    if out is not None and plan.target is None and plan.defended is None:
        got, expected = "a file without a grid", "cells to write"
        raise InputError(str(path), got, expected, "Add 'grid:' and 'target:', or leave out --out.")
    covered = compute(plan)
    if out is not None:
        _write(covered, out)
    if as_json:
        print_json(facts(covered))
        return
    _print(covered)
    if out is not None:
        OUT.print(f"written: {out}", soft_wrap=True, markup=False)


def facts(covered: Covered) -> dict[str, Any]:
    """Everything in plain values, every number in full precision; null where there is none."""
    plan, first = covered.plan, [item for item in covered.worst if item.fold == min(covered.plan.folds)]
    return {
        "file": plan.path,
        "title": plan.title,
        "sensors": [_sensor(group) for group in plan.groups],
        "worst_central_angle_deg": math.degrees(first[0].found.angle) if len(first) == 1 else None,
        "worst_cases": [
            {
                "sensor": item.name,
                "fold": item.fold,
                "central_angle_deg": math.degrees(item.found.angle),
                "proven_within_deg": math.degrees(item.found.gap),
                "elevation_deg": math.degrees(item.elevation),
                "after_periods": item.found.turn,
            }
            for item in covered.worst
        ],
        **_map_facts(covered),
        **_area_facts(covered),
        "notes": notes(covered),
    }


def _sensor(group: Group) -> dict[str, Any]:
    names = ("name", "kind", "record", "pattern", "satellites")
    return {**{name: getattr(group, name) for name in names}, "out_of_service": group.out}


def _map_facts(covered: Covered) -> dict[str, Any]:
    if covered.map is None or covered.plan.target is None:
        return {}
    plan, columns = covered.plan, covered.columns
    cells = [
        {**{n: _plain(value) for n, value in zip(columns, row, strict=True)}, "windows_s": [list(w) for w in spans]}
        for row, spans in zip(zip(*columns.values(), strict=True), covered.map.windows, strict=True)
    ]
    return {
        "start": plan.start,
        "length_s": plan.span.length,
        "passes": pass_count(covered.plan.target, plan.passes),
        "summary": {name: summary(covered, name) for name in _WORDS},
        "cells": cells,
    }


def _area_facts(covered: Covered) -> dict[str, Any]:
    plan, columns = covered.plan.defended, covered.columns
    if plan is None:
        return {}
    return {
        "layers": [layer.name for layer in plan.layers],
        "decided_s": plan.decided,
        "flights_to_each_cell": len(plan.groups) * len(plan.axes),
        "summary": {name: summary(covered, name) for name in _area_words(covered)},
        "cells": [dict(zip(columns, map(_plain, row), strict=True)) for row in zip(*columns.values(), strict=True)],
    }


def _area_words(covered: Covered) -> dict[str, str]:
    if covered.area is None:
        return {}
    return {
        "flown": "flights that are possible",
        "defended": "defended, all threats",
        "latest_decision_s": "last decision of use, s after launch",
        **{f"defended_against_{name}": f"against {name}" for name in covered.area.by_threat},
        **{f"defended_by_{name}": f"by {name}" for name in (*covered.area.by_kind, *covered.area.by_layer)},
    }


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def summary(covered: Covered, name: str) -> dict[str, Any]:
    """Lowest, mean by area and highest of a column over its cells with a value, and the share of area without one."""
    values, areas = covered.columns[name], _areas(covered)
    known = np.isfinite(values)
    if not known.any():
        return {"lowest": None, "mean": None, "highest": None, "none": 1.0}
    return {
        "lowest": float(values[known].min()),
        "mean": float(np.average(values[known], weights=areas[known])),
        "highest": float(values[known].max()),
        "none": float(areas[~known].sum() / areas.sum()),
    }


def _areas(covered: Covered) -> Floats:
    return np.maximum(np.cos(covered.plan.latitude), 1e-6)


def notes(covered: Covered) -> list[str]:
    """What a reader of the result should know."""
    told: list[str] = []
    if covered.map is not None:
        told.append(
            "Custody and times to first detection give each sensor all its beam time for one target, and all sensors "
            "tell each other at once: a best case."
        )
        told.append("Availability is not drawn: what is not out of service works. Ranges count at their middle.")
    if covered.plan.defended is not None:
        told.append(
            "Geometry and time alone: a best case without tracks, hand-over, rounds or luck. Own ranges count at their "
            "middle; what the attacker chooses is spread evenly over the study's ranges and averaged."
        )
    for group in covered.plan.groups:
        if group.out:
            told.append(f"'{group.name}': {group.out} of {group.satellites} satellites are out of service.")
    return told


def _print(covered: Covered) -> None:
    plan = covered.plan
    OUT.print(f"[bold]{escape(plan.title)}[/]", soft_wrap=True)
    if plan.defended is not None:
        _print_area(covered, plan.defended)
        return
    listed = [f"{g.name} ({g.satellites} satellites)" if g.satellites else g.name for g in plan.groups]
    OUT.print(f"sensors: {', '.join(listed)}", soft_wrap=True, markup=False)
    if covered.worst:
        table = Table("constellation", "fold", "worst central angle deg", "proven within deg", "its elevation deg")
        for item in covered.worst:
            cells = (math.degrees(item.found.angle), math.degrees(item.found.gap), math.degrees(item.elevation))
            table.add_row(item.name, str(item.fold), f"{cells[0]:.4f}", f"{cells[1]:.4f}", f"{cells[2]:.2f}")
        OUT.print(table)
    if covered.map is not None and plan.target is not None:
        number, passes = plan.latitude.size, pass_count(plan.target, plan.passes)
        times = f"{plan.span.length / 3600:g} h from {plan.start}, {passes} passes from each cell"
        OUT.print(f"{number} cells, {times}", soft_wrap=True, markup=False)
        _print_columns(covered, _WORDS)
    for note in notes(covered):
        OUT.print(f"note: {note}", markup=False, soft_wrap=True)


def _print_area(covered: Covered, plan: AreaPlan) -> None:
    flights = len(plan.groups) * len(plan.axes)
    OUT.print(
        f"layers: {', '.join(layer.name for layer in plan.layers)}; decided {plan.decided:g} s after launch",
        soft_wrap=True,
        markup=False,
    )
    OUT.print(f"{covered.plan.latitude.size} cells, {flights} flights to each", soft_wrap=True, markup=False)
    _print_columns(covered, _area_words(covered))
    for note in notes(covered):
        OUT.print(f"note: {note}", markup=False, soft_wrap=True)


def _print_columns(covered: Covered, words: Mapping[str, str]) -> None:
    table = Table("", "lowest cell", "mean by area", "highest cell", "no value")
    for name, told in words.items():
        found = summary(covered, name)
        shown = ["-" if found[key] is None else f"{found[key]:.4g}" for key in ("lowest", "mean", "highest")]
        table.add_row(told, *shown, f"{found['none']:.0%}" if found["none"] else "")
    OUT.print(table)


def _write(covered: Covered, out: pathlib.Path) -> None:
    try:
        if out.suffix.lower() == ".csv":
            columns = covered.columns
            with out.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(
                    ["" if value is None else value for value in map(_plain, row)]
                    for row in zip(*columns.values(), strict=True)
                )
        else:
            from sakimori.report.coverage import write_figure

            write_figure(covered, out)
    except OSError as error:
        got = error.strerror or "an error"
        raise InputError(str(out), got, "a file that can be written", "Give another --out.") from None

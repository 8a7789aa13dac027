"""What `fly` shows and writes: the summary of one flight, a plot in the terminal, a table in a file, JSON."""

import csv
import math
import pathlib
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from sakimori.base.errors import InputError
from sakimori.base.types import Floats
from sakimori.cli.console import OUT, print_json
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.flight.integrator import Stop
from sakimori.study.vehicles import FlownPlan, fly_plan, read_plan

_ENDS = {
    Stop.TIME: "time",
    Stop.ALTITUDE: "ground",
    Stop.CROSSING: "altitude",
    Stop.SPEED: "speed",
}
_WIDE, _HIGH = 64, 10  # characters of a plot
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # of a braille character, by column and row


def fly_file(path: pathlib.Path, out: pathlib.Path | None, as_json: bool) -> None:
    """Fly a flight file; print the summary and a plot, or JSON, and write the table where `out` is given.

    Raises InputError for what is wrong with the file or `out`, RunError where the flight cannot be followed.
    """
    kind = None if out is None else _kind(out)
    flown = fly_plan(read_plan(path))
    if out is not None:
        _write(flown, out, str(kind))
    if as_json:
        print_json(facts(flown))
        return
    _print(flown)
    if out is not None:
        OUT.print(f"written: {out} ({flown.time.size} rows)", soft_wrap=True, markup=False)


def facts(flown: FlownPlan) -> dict[str, Any]:
    """The flight in plain values, every number in full precision."""
    columns = flown.columns
    at = {"start": 0, "final": -1}
    return {
        "file": flown.plan.path,
        "title": flown.plan.title,
        "stop": _ENDS[flown.stop],
        "time_s": float(flown.time[-1]),
        "ground_distance_m": _distance(flown),
        "apogee_m": flown.apogee,
        **({} if flown.launched is None else {"burnout_s": flown.launched.burnout}),
        "greatest": {
            name: float(columns[name].max())
            for name in ("speed_m_s", "mach", "dynamic_pressure_Pa", "load_factor_g0", *flown.heat)
        },
        **{name: _instant(columns, flown.state, row) for name, row in at.items()},
        "notes": notes(flown),
    }


def _instant(columns: dict[str, Any], state: Floats, row: int) -> dict[str, Any]:
    scalars = {name: column[row].item() for name, column in columns.items() if name.split("_")[0] not in _VECTORS}
    return {
        **scalars,
        "position_ecef_m": [float(v) for v in state[row, :3]],
        "velocity_ecef_m_s": [float(v) for v in state[row, 3:]],
    }


_VECTORS = frozenset(("x", "y", "z", "vx", "vy", "vz"))


def notes(flown: FlownPlan) -> list[str]:
    """What a reader of the result should know."""
    told: list[str] = []
    plan = flown.plan
    wanted = not (math.isnan(plan.limits.altitude) and math.isnan(plan.limits.speed))
    if flown.stop is Stop.TIME and wanted:
        told.append("The altitude or speed to stop at was not reached in time.")
    for name, of in (("lift", plan.vehicle.lift), ("drag", plan.vehicle.drag)):
        mach = flown.columns["mach"][flown.loads[:, 3] > 1.0]  # where the air counts for anything
        if of.mach.size and mach.size and (mach.min() < of.mach[0] or mach.max() > of.mach[-1]):
            told.append(
                f"Mach ran from {mach.min():.3g} to {mach.max():.3g}; the table of {name} covers {of.mach[0]:g} to "
                f"{of.mach[-1]:g}, and its edges were held beyond."
            )
    if plan.unread:
        told.append(f"Columns of the controls that are not read: {', '.join(plan.unread)}.")
    return told


def _distance(flown: FlownPlan) -> float:
    """Ground distance [m] from start to end: the geodesic on WGS 84, the great circle on a sphere."""
    environment, d = flown.plan.environment, flown.described
    if environment.flattening != 0.0:
        return distance_and_bearing(d[0, 0], d[0, 1], d[-1, 0], d[-1, 1])[0]
    a, b = flown.state[0, :3], flown.state[-1, :3]
    return environment.radius * math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))


def _print(flown: FlownPlan) -> None:
    columns = flown.columns
    OUT.print(f"[bold]{escape(flown.plan.title)}[/]", soft_wrap=True)
    table = Table("", "start", "end", "lowest", "highest")
    shown = (
        ("time", "time_s", 1.0, "s"),
        ("latitude", "latitude_deg", 1.0, "deg"),
        ("longitude", "longitude_deg", 1.0, "deg"),
        ("altitude", "altitude_m", 1e-3, "km"),
        ("speed", "speed_m_s", 1.0, "m/s"),
        ("flight path", "angle_deg", 1.0, "deg"),
        ("heading", "heading_deg", 1.0, "deg"),
        ("Mach", "mach", 1.0, ""),
        ("dynamic pressure", "dynamic_pressure_Pa", 1e-3, "kPa"),
        ("load factor", "load_factor_g0", 1.0, "g0"),
    )
    shown += tuple((words, name, 1.0, unit) for name in flown.heat for words, unit in (_titled(name),))
    for word, name, scale, unit in shown:
        values = scale * columns[name]
        highest = 1e-3 * flown.apogee if name == "altitude_m" else values.max()
        cells = (values[0], values[-1], values.min(), highest)
        table.add_row(f"{word} {unit}".strip(), *(f"{cell:.7g}" for cell in cells))
    OUT.print(table)
    OUT.print(f"ended by {_ENDS[flown.stop]} after {flown.time[-1]:.3f} s, {_distance(flown) / 1e3:.3f} km away")
    if flown.launched is not None:
        OUT.print(f"burnout after {flown.launched.burnout:.3f} s")
    for note in notes(flown):
        OUT.print(f"note: {note}", markup=False, soft_wrap=True)
    for word, name, scale in (("altitude km", "altitude_m", 1e-3), ("speed m/s", "speed_m_s", 1.0)):
        for line in plot(flown.time, scale * columns[name], f"{word} over time s"):
            OUT.print(line, markup=False, soft_wrap=True)


def _titled(column: str) -> tuple[str, str]:
    """Words and unit of a column of heat."""
    for ending, unit in (("_W_m2", "W/m2"), ("_W_sr", "W/sr"), ("_K", "K")):
        if column.endswith(ending):
            return column.removesuffix(ending).replace("_", " "), unit
    return column, ""


def plot(x: Floats, y: Floats, title: str) -> list[str]:
    """Lines of a plot of y over x in braille dots, joined up where the curve is steep."""
    dots = np.zeros((_HIGH * 4, _WIDE * 2), dtype=bool)
    low, high = float(y.min()), float(y.max())
    span = high - low if high > low else 1.0
    across = np.linspace(x[0], x[-1], dots.shape[1]) if x[-1] > x[0] else np.full(dots.shape[1], x[0])
    heights = (dots.shape[0] - 1) * (high - np.interp(across, x, y)) / span
    rows = np.clip(np.rint(heights).astype(int), 0, dots.shape[0] - 1)
    for i, row in enumerate(rows):
        last = rows[max(i - 1, 0)]
        dots[min(row, last) : max(row, last) + 1, i] = True
    rounded = 1e-9 * (high - low)  # what is left of a ground that was met to a micrometre
    labels = {0: f"{high:.5g}", _HIGH - 1: f"{0.0 if abs(low) < rounded else low:.5g}"}
    lines = [f"{'':10}{title}"]
    for j in range(_HIGH):
        cells = [
            sum(_DOTS[b][a] for a in range(4) for b in range(2) if dots[4 * j + a, 2 * i + b]) for i in range(_WIDE)
        ]
        lines.append(f"{labels.get(j, ''):>9} " + "".join(chr(0x2800 + cell) for cell in cells))
    end = f"{x[-1]:.5g}"
    return [*lines, f"{'':10}{f'{x[0]:.5g}':<{_WIDE - len(end)}}{end}"]


def _kind(out: pathlib.Path) -> str:
    kind = out.suffix.lower()
    if kind not in (".csv", ".parquet"):
        got = f"the ending '{out.suffix}'" if out.suffix else "no ending"
        raise InputError(str(out), got, ".csv or .parquet", "Name the file by what it shall hold.")
    return kind


def _write(flown: FlownPlan, out: pathlib.Path, kind: str) -> None:
    columns = flown.columns
    try:
        if kind == ".csv":
            with out.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
        else:
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.table(columns), out, compression="zstd")
    except OSError as error:
        got = error.strerror or "an error"
        raise InputError(str(out), got, "a file that can be written", "Give another --out.") from None

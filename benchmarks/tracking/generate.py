"""Write a frozen case as tables: truth, looks and measured numbers, the same on every machine to 1e-9.

    python benchmarks/tracking/generate.py weave/leo-stereo --runs 100 --out FOLDER

FOLDER/truth.csv: time [s], x, y, z [m], vx, vy, vz [m/s] (ECEF, WGS 84, relative to the Earth), every 0.5 s.
FOLDER/looks.csv: look, time, arrival [s], source, kind (1 radar, 2 line of sight), the sensor's place sx, sy, sz [m],
nine numbers of its axes (rows: east, north, up of a radar; two across and one along of a line of sight), four variances
(inf: not measured). Radar: range [m], azimuth (clockwise from north), elevation [rad]. Line of sight: the angles'
tangents a/c and b/c of the way to the target with components a, b, c along the axes.
FOLDER/measured.csv: run, look, z0 to z3, for each look that detected, in order of arrival.
Estimates for score.py: run, look (the last one taken up), time [s] of the state, x, y, z, vx, vy, vz and the upper half
of the covariance p00, p01, ... p55.
"""

import argparse
import csv
import pathlib
import sys
from collections.abc import Iterable, Sequence

import cases

from sakimori.track.simulate import measured


def write(path: pathlib.Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One table; numbers to all their digits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main() -> int:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description="Write a frozen tracking case as tables.")
    parser.add_argument("case", choices=[f"{f}/{s}" for f in cases.FLIGHTS for s in cases.SENSORS])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    asked = parser.parse_args()
    name, sensors = asked.case.split("/")
    flight = cases.FLIGHTS[name]()
    plan = cases.plan(flight, sensors)
    looks = plan.looks
    values, made = measured(looks, plan.state, plan.chance, runs=asked.runs, seed=cases.SEED)
    asked.out.mkdir(parents=True, exist_ok=True)
    write(
        asked.out / "truth.csv",
        ("time", "x", "y", "z", "vx", "vy", "vz"),
        ([t, *state] for t, state in zip(flight.time.tolist(), flight.state.tolist(), strict=True)),
    )
    axes, variance = [f"a{i}" for i in range(9)], [f"v{i}" for i in range(4)]
    columns = (looks.time, looks.arrival, looks.source, looks.kind, looks.sensor, looks.axes, looks.variance)
    write(
        asked.out / "looks.csv",
        ("look", "time", "arrival", "source", "kind", "sx", "sy", "sz", *axes, *variance),
        (
            [i, t, late, source, kind, *place, *nine, *four]
            for i, (t, late, source, kind, place, nine, four) in enumerate(
                zip(*(column.tolist() for column in columns), strict=True)
            )
        ),
    )
    write(
        asked.out / "measured.csv",
        ("run", "look", "z0", "z1", "z2", "z3"),
        ([r, i, *values[r, i].tolist()] for r in range(asked.runs) for i in range(len(looks.time)) if made[r, i]),
    )
    print(f"{asked.case}: {len(looks.time)} looks, {asked.runs} runs in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

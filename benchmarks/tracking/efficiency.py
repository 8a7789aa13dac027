"""How far the filters stay behind the bound: what the factor `efficiency` of a study stands for.

    python benchmarks/tracking/efficiency.py [--runs 100]

For each case and filter: the median over the looks of RMSE over the bound's, with the 95 % interval of a bootstrap over
the runs; p10 and p90 over the looks. `used` is the root mean square of the acceleration that the flight takes beside
gravity over what the bound expects, which is lift turned to any side. `as flown` is the same median against the bound
of a target that manoeuvres as strongly as this flight does within 20 s of each look.
"""

import argparse
import sys
from typing import NamedTuple

import cases
import numpy as np
from score import FILTERS, SETTLED, allowed, bound, by_time, errors_of

from sakimori.base.types import Floats
from sakimori.track.motions import known_acceleration, table
from sakimori.track.runs import follow
from sakimori.track.simulate import measured

RESAMPLES = 400
WINDOW = 20.0  # [s]


class Row(NamedTuple):
    """One filter on one case."""

    case: str
    name: str
    ratio: float
    low: float  # of the interval of `ratio`
    high: float
    least: float  # p10 over the looks
    most: float  # p90
    used: float
    flown: float


def over_looks(squares: Floats, floor: Floats) -> Floats:
    """RMSE over the bound's at each look (K,): squared errors over the bound's traces (R, K) [m2] of the same runs."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.nansum(squares, axis=0) / np.where(np.isfinite(squares), floor, 0.0).sum(axis=0))


def interval(squares: Floats, floor: Floats) -> tuple[float, float]:
    """95 % of the median over the looks, resampling whole runs: their looks are not independent.

    Basic bootstrap: a resample has fewer runs, and so lower ratios, which the reflection takes out.
    """
    generator = np.random.default_rng(cases.SEED)
    chosen = generator.integers(0, len(squares), size=(RESAMPLES, len(squares)))
    found = [np.nanmedian(over_looks(squares[mine], floor[mine])) for mine in chosen]
    low, high = np.percentile(found, [2.5, 97.5])
    middle = float(np.nanmedian(over_looks(squares, floor)))
    return 2.0 * middle - float(high), 2.0 * middle - float(low)


def used(flight: cases.Flight, plan: cases.Plan) -> Floats:
    """Root mean square (K,) [m/s2] per axis of what the flight does beside gravity, within 20 s of each look."""
    total = np.gradient(flight.state[:, 3:], cases.STEP, axis=0)
    known = np.array([known_acceleration(*row[:5].tolist()) for row in flight.state])
    square = ((total - known) ** 2).sum(axis=1) / 3.0
    return np.array([np.sqrt(square[np.abs(flight.time - t) <= WINDOW].mean()) for t in plan.looks.time])


def rows_of(flight_name: str, sensors: str, runs: int) -> list[Row]:
    """Both filters on one case."""
    flight = cases.FLIGHTS[flight_name]()
    plan = by_time(cases.plan(flight, sensors))
    values, made = measured(plan.looks, plan.state, plan.chance, runs=runs, seed=cases.SEED)
    air, own = allowed(flight, plan), used(flight, plan)
    share = float(np.sqrt((own**2).mean() / (air**2).mean()))
    floor, lower = bound(plan, made, air), bound(plan, made, own)
    rows = list[Row]()
    for name, models in FILTERS.items():
        found = follow(plan.looks, values, made, table(models))
        squares = (errors_of(flight, found)[..., :3] ** 2).sum(axis=-1)
        ratio, flown = over_looks(squares, floor), over_looks(squares, lower)
        low, high = interval(squares, floor)
        least, middle, most = np.nanpercentile(ratio, [10.0, 50.0, 90.0])
        case = f"{flight_name}/{sensors}"
        rows.append(Row(case, name, middle, low, high, least, most, share, float(np.nanmedian(flown))))
    return rows


def main() -> int:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description="RMSE of the filters over the bound's, on the frozen cases.")
    parser.add_argument("--runs", type=int, default=100)
    runs = parser.parse_args().runs
    print(f"{runs} runs; the first {SETTLED} looks of a track are left out")
    print(f"{'case':28s} {'filter':12s} ratio   95 % interval     p10 to p90    used  as flown")
    found = [row for flight in cases.FLIGHTS for sensors in cases.SENSORS for row in rows_of(flight, sensors, runs)]
    for row in found:
        spans = f"{row.low:5.2f} to {row.high:5.2f}  {row.least:5.2f} to {row.most:5.2f}"
        print(f"{row.case:28s} {row.name:12s} {row.ratio:5.2f}  {spans}  {row.used:5.2f}  {row.flown:8.2f}", flush=True)
    for name in FILTERS:
        ratios = [row.ratio for row in found if row.name == name]
        print(f"{name}: {min(ratios):.2f} to {max(ratios):.2f}, median {np.median(ratios):.2f} of {len(ratios)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())

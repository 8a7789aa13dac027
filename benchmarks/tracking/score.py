"""Score a tracker on the frozen cases: ours by default, or anybody's from a table of estimates.

    python benchmarks/tracking/score.py                        our filters on all cases, as a table
    python benchmarks/tracking/score.py --case weave/leo-stereo --estimates FILE.csv

The file has the columns that generate.py describes. Errors are judged at the times of the looks.
"""

import argparse
import csv
import sys
from typing import NamedTuple

import cases
import numpy as np

from sakimori.base.types import Flags, Floats
from sakimori.track import bounds
from sakimori.track.consistency import custody, efficiency, score
from sakimori.track.measurements import Looks, Measures
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import Estimates, follow
from sakimori.track.simulate import measured
from sakimori.track.singer import transition, unit_noise

RUNS = 100
SETTLED = 10  # looks after the start of a run that are not scored
EXPECTED, MOST_OUTSIDE = 6.0, 0.1  # ANEES of position and velocity; share of looks that may be out of its interval
LOST = 20e3  # [m] an estimate farther off does not hold its target

# One set of parameters for every case: chosen beforehand, not fitted to any.
FILTERS = {
    "EKF Singer": [Model(Motion.SINGER, 20.0, 20.0)],
    "IMM 3": [
        Model(Motion.WHITE, 1.0, sojourn=60.0),
        Model(Motion.SINGER, 20.0, 20.0, sojourn=60.0),
        Model(Motion.GLIDE, 3e-4, 20.0, least=0.1, sojourn=60.0),
    ],
}


class Line(NamedTuple):
    """One row of the table."""

    rmse: float  # [m] median over the looks
    worst: float  # [m] 95th percentile over the looks
    anees: float  # median over the looks; 6 for an honest filter
    outside: float  # share of the looks at which ANEES is out of its 95 % interval
    efficiency: float  # median of RMSE over the bound's
    held: float  # share of looks at which the target is held


def by_time(plan: cases.Plan) -> cases.Plan:
    """The same looks as if none were late."""
    order = np.lexsort((plan.looks.source, plan.looks.time))
    looks = Looks(*(column[order] for column in plan.looks))
    return cases.Plan(looks._replace(arrival=looks.time), plan.state[order], plan.chance[order])


def allowed(flight: cases.Flight, plan: cases.Plan) -> Floats:
    """The manoeuvre (K,) [m/s2] that the air allows at each look."""
    return np.array([cases.maneuver(flight, state) for state in plan.state])


def bound(plan: cases.Plan, made: Flags, maneuver: Floats) -> Floats:
    """Trace of the position bound (R, K) [m2] of looks in order of time, with the detections drawn for each run.

    `maneuver` (K,) [m/s2] is what is not foreseen, from each look on.
    """
    out = np.full(made.shape, np.nan)
    looks = plan.looks
    for r in range(len(made)):
        covariance = bounds.prior()
        for i in range(len(looks.time)):
            if i:
                gap = float(looks.time[i] - looks.time[i - 1])
                motion, noise = transition(gap, 20.0), unit_noise(gap, 20.0)
                covariance = bounds.propagated(covariance, motion, noise, float(maneuver[i - 1]))
            if made[r, i]:
                way = plan.state[i, :3] - looks.sensor[i]
                distance = float(np.linalg.norm(way))
                radar = looks.kind[i] == int(Measures.RADAR)
                weight = 1.0 / looks.variance[i, 0] if radar else 0.0
                sigma = float(np.sqrt(looks.variance[i, 2 if radar else 0]))
                u = (way / distance).tolist()
                gained = bounds.information(u[0], u[1], u[2], distance, weight, sigma)
                covariance = bounds.updated(covariance, np.array(gained))
            out[r, i] = np.trace(covariance[:3, :3])
    return out


def errors_of(flight: cases.Flight, found: Estimates) -> Floats:
    """Errors (R, K, 6) of the estimates at their own times; nan before the start and while it settles."""
    place = np.nan_to_num(found.time / cases.STEP).round().astype(int)
    errors = found.mean[..., :6] - flight.state[place]
    started = np.cumsum(np.isfinite(found.mean[..., 0]), axis=1)
    errors[started <= SETTLED] = np.nan
    return errors


def summary(errors: Floats, covariances: Floats, floor: Floats | None) -> Line:
    """What the table shows of errors (R, K, 6) with covariances, and the bound's traces (R, K) where they are known."""
    result = score(errors, covariances)
    ratio = np.nan
    if floor is not None:
        floor = np.where(np.isfinite(errors[..., 0]), floor, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            least = np.nansum(floor, axis=0) / np.isfinite(floor).sum(axis=0)
        ratio = float(np.nanmedian(efficiency(errors[..., :3], least)))
    distance = np.linalg.norm(errors[..., :3], axis=-1)
    live = np.isfinite(distance)
    held = [custody(row[ok] < LOST).share for row, ok in zip(distance, live, strict=True) if ok.any()]
    return Line(
        float(np.nanmedian(result.rmse)),
        float(np.nanpercentile(result.rmse, 95)),
        float(np.nanmedian(result.anees)),
        result.outside,
        ratio,
        float(np.mean(held)),
    )


def print_line(case: str, name: str, line: Line) -> None:
    """One row."""
    word = "bold" if line.anees > EXPECTED else "cautious"  # errors larger or smaller than the filter states
    verdict = "" if line.outside <= MOST_OUTSIDE else f"  INCONSISTENT, {word}"
    numbers = f"{line.rmse:9.1f} {line.worst:9.1f} {line.anees:8.2f} {line.outside:8.0%} {line.efficiency:6.2f}"
    print(f"{case:28s} {name:22s} {numbers} {line.held:6.1%}{verdict}", flush=True)


def ours(runs: int) -> None:
    """Our filters on every case; where looks are late, also in their order of arrival, replayed or dropped."""
    head = f"{'RMSE m':>9s} {'95 % m':>9s} {'ANEES':>8s} {'outside':>8s} {'effic.':>6s} {'held':>6s}"
    print(f"{'case':28s} {'filter':22s} {head}")
    for flight_name, make in cases.FLIGHTS.items():
        flight = make()
        for sensors in cases.SENSORS:
            late = cases.plan(flight, sensors)
            plan = by_time(late)
            values, made = measured(plan.looks, plan.state, plan.chance, runs=runs, seed=cases.SEED)
            floor = bound(plan, made, allowed(flight, plan))
            for name, models in FILTERS.items():
                found = follow(plan.looks, values, made, table(models))
                line = summary(errors_of(flight, found), found.covariance, floor)
                print_line(f"{flight_name}/{sensors}", name, line)
            if sensors == "radar-leo":
                values, made = measured(late.looks, late.state, late.chance, runs=runs, seed=cases.SEED)
                for name, depth in (("IMM 3, late, replayed", 20), ("IMM 3, late, dropped", 1)):
                    found = follow(late.looks, values, made, table(FILTERS["IMM 3"]), depth)
                    line = summary(errors_of(flight, found), found.covariance, None)
                    print_line(f"{flight_name}/{sensors}", name, line)


def theirs(case: str, path: str) -> None:
    """Score a file of estimates."""
    flight_name, sensors = case.split("/")
    flight = cases.FLIGHTS[flight_name]()
    count = len(cases.plan(flight, sensors).looks.time)
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    runs = 1 + max(int(row["run"]) for row in rows)
    errors, covariances = np.full((runs, count, 6), np.nan), np.full((runs, count, 6, 6), np.nan)
    names, upper = ("x", "y", "z", "vx", "vy", "vz"), np.triu_indices(6)
    for row in rows:
        r, i, k = int(row["run"]), int(row["look"]), round(float(row["time"]) / cases.STEP)
        errors[r, i] = [float(row[name]) for name in names] - flight.state[k]
        covariances[r, i][upper] = [float(row[f"p{a}{b}"]) for a, b in zip(*upper, strict=True)]
        covariances[r, i].T[upper] = covariances[r, i][upper]
    print_line(case, path, summary(errors, covariances, None))


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Score a tracker on the frozen cases.")
    parser.add_argument("--case", choices=[f"{f}/{s}" for f in cases.FLIGHTS for s in cases.SENSORS])
    parser.add_argument("--estimates")
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args()
    if bool(asked.case) != bool(asked.estimates):
        parser.error("--case and --estimates go together")
    if asked.case:
        theirs(asked.case, asked.estimates)
    else:
        ours(asked.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())

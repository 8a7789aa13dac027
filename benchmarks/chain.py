"""The whole chain as fresh processes: wall time, rate, memory, growth, and processor time by stage.

First the case of the goal: announced-measures at a step of 1 s with some 100 sensors, 15 options, 16 replications and
two workers; its rate once running is that between two runs of different length, which both have the same start. Then
the command `sakimori run announced-measures` as shipped. No public peer runs this chain; one worker is measured beside
two. The very first run compiles everything into an empty cache.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import psutil
from ruamel.yaml import YAML

import sakimori
from sakimori import chain
from sakimori.run.tables import rows_of
from sakimori.study import load

SHIPPED = pathlib.Path(sakimori.__file__).parent / "data" / "studies" / "announced-measures"
OPTIONS, SATELLITES = 15, 80
STAGES = (
    "fly", "sensor_positions", "see", "gather", "share", "scene", "watch", "bounded", "summarise_assets",
    "summarise_awareness", "survey", "fights",
)  # fmt: skip


def measure(
    out: pathlib.Path, cache: pathlib.Path, *words: str, study: str = "announced-measures"
) -> tuple[float, float, dict]:
    """Wall seconds, peak memory of the process tree [GB], and the run's manifest."""
    command = [sys.executable, "-m", "sakimori", "run", study, "--out", str(out), *words]
    started, peak = time.perf_counter(), 0
    process = psutil.Popen(
        command,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        tree = [process, *process.children(recursive=True)] if process.is_running() else []
        size = 0
        for one in tree:
            try:
                size += one.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, size)
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"the run failed with exit code {process.returncode}")
    return time.perf_counter() - started, peak / 1e9, json.loads((out / "manifest.json").read_text())


def issue_study(folder: pathlib.Path) -> pathlib.Path:
    """The shipped study with a step of 1 s, a constellation of 80, no sets of measures, and further measures to 15."""
    yaml = YAML()
    tree = yaml.load((SHIPPED / "study.yaml").read_text(encoding="utf-8"))
    measures = tree["measures"]
    tree["step"] = "1 s"
    tree.pop("portfolios", None)
    measures["m01-leo-tracking"]["quantity"]["satellites"] = SATELLITES
    for rounds in range(1, OPTIONS - len(measures) - 1):  # the baseline and all measures together are options, too
        measures[f"more-rounds-{rounds}"] = {
            "title": f"{rounds} rounds more",
            "source": "study-choice",
            "announced": "2024-07-28",
            "change": [{"raise": {"layers.kanto-pac-3.rounds": rounds}}],
        }
    folder.mkdir()
    with (folder / "study.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    shutil.copy(SHIPPED / "architecture.yaml", folder)
    return folder


def stages(study: pathlib.Path, futures: int) -> None:
    """Print the processor time of each stage of `chain.play`, of the case before it and of its rows afterwards."""
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            found = work(*given, **named)
            seconds[name] = seconds.get(name, 0.0) + time.process_time() - began
            return found

        return run

    given = load(str(study))
    for name in STAGES:
        setattr(chain, name, timed(name, getattr(chain, name)))
    case, play, rows = timed("case", given.case), timed("play", chain.play), timed("rows", rows_of)
    played, threats = [], 0
    for future in range(futures + 1):
        if future == 1:  # the first one loads what is compiled
            seconds.clear()
        one = play(case(future))
        rows(one, given.labels(future))
        if future:
            played.append((len(one.case.sensors), one.flights.phase.shape[1], len(one.pictures), len(one.case.options)))
            threats += len(one.case.threats)
    sensors, samples, pictures, options = np.mean(played, axis=0)
    print(f"\n{futures} futures: {threats} threats; on average {sensors:.0f} sensors, {samples:.0f} samples,")
    print(
        f"{pictures:.0f} pictures, {options:.0f} options. Processor ms per threat; `play` holds what stands above it:"
    )
    for name, spent in seconds.items():
        print(f"  {name:22}{1e3 * spent / threats:8.3f}")


def main() -> None:
    folder = pathlib.Path(tempfile.mkdtemp())
    cache = folder / "cache"
    goal, few, many = str(issue_study(folder / "study")), "60", "1000" if "--full" in sys.argv else "260"
    print(f"{'case':42}{'wall s':>8}{'futures/s':>11}{'threats/s':>11}{'GB':>6}")
    before = (0.0, 0)
    try:
        for name, study, words in (
            ("empty cache, 10 futures, 1 worker", goal, ("--futures", "10", "--workers", "1")),
            (f"goal, {few} futures, 2 workers", goal, ("--futures", few, "--workers", "2")),
            (f"goal, {many} futures, 2 workers", goal, ("--futures", many, "--workers", "2")),
            ("as shipped, 50 futures, 1 worker", SHIPPED.name, ("--futures", "50", "--workers", "1")),
            ("as shipped, 50 futures, 2 workers", SHIPPED.name, ("--futures", "50", "--workers", "2")),
            ("as shipped, 2 workers", SHIPPED.name, ("--workers", "2")),
        ):
            out = folder / name.replace(" ", "-").replace(",", "")
            wall, memory, manifest = measure(out, cache, *words, study=study)
            times = manifest["times"][-1]
            rows = duckdb.sql(f"select count(*) from '{out}/flights/*.parquet'").fetchall()
            threats = rows[0][0]
            print(f"{name:42}{wall:8.1f}{times['futures'] / wall:11.2f}{threats / wall:11.1f}{memory:6.2f}", flush=True)
            if name.startswith(f"goal, {many}"):
                rate = (threats - before[1]) / (wall - before[0])
                print(f"{'goal, once running (the two lines above)':42}{'':19}{rate:11.1f}")
                told = ", ".join(f"{stage} {x['cpu']:.1f}" for stage, x in times["stage_seconds"].items())
                print(f"  processor seconds of all workers: {told}")
            before = (wall, threats)
        stages(folder / "study", 40 if "--full" in sys.argv else 12)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

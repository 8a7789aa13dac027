"""The whole command `sakimori run announced-measures` as a fresh process: wall time, rate, memory, stages, growth.

No public peer runs this chain; one worker is measured beside two, and 50 futures beside the study's own number, in the
same session. The first line is the cost of compiling everything into an empty cache.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import duckdb
import psutil


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


def main() -> None:
    folder = pathlib.Path(tempfile.mkdtemp())
    cache = folder / "cache"
    print(f"{'case':34}{'wall s':>8}{'futures/s':>11}{'threats/s':>11}{'GB':>6}")
    try:
        for name, words in (
            ("empty cache, 10 futures, 1 worker", ("--futures", "10", "--workers", "1")),
            ("50 futures, 1 worker", ("--futures", "50", "--workers", "1")),
            ("50 futures, 2 workers", ("--futures", "50", "--workers", "2")),
            ("the study as shipped, 1 worker", ("--workers", "1")),
            ("the study as shipped, 2 workers", ("--workers", "2")),
        ):
            out = folder / name.replace(" ", "-").replace(",", "")
            wall, memory, manifest = measure(out, cache, *words)
            times = manifest["times"][-1]
            rows = duckdb.sql(f"select count(*) from '{out}/flights/*.parquet'").fetchall()
            threats = rows[0][0]
            print(f"{name:34}{wall:8.1f}{times['futures'] / wall:11.2f}{threats / wall:11.1f}{memory:6.2f}")
        print("\nprocessor seconds by stage (last row):")
        for stage, seconds in times["stage_seconds"].items():
            print(f"  {stage:10}{seconds['cpu']:8.1f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

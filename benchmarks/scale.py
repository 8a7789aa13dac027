"""Runs of many futures: what the runner costs beside EMA Workbench's evaluators, and futures per second of a study.

The model of the first table adds two numbers, so that what is measured is the runner. EMA Workbench is put into an
environment of its own in the user's cache folder (network on first use); without it its rows are left out. It keeps
results in memory, the runner writes each chunk to disk and syncs it: both are shown, with and without storing.
`--futures 100000` plays that many futures of the light study beside this file instead (one threat, one radar, one
layer, steps of 10 s), and prints the peak memory, of the run and of `show` and `report` on it.
"""

import argparse
import contextlib
import itertools
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator

import chain
import numpy as np
import platformdirs
import psutil

from sakimori.base.columns import TABLES
from sakimori.run.job import Job, Todo
from sakimori.run.processes import Processes
from sakimori.run.tables import ChunkReport
from sakimori.store import LIGHT, Grid, RunFolder, identity

CHEAP = pathlib.Path(__file__).parents[1] / "tests" / "unit" / "study" / "fixtures" / "small"
TRIVIAL = 20_000  # futures of the sum
GRID = Grid(LIGHT)
STUDY, SHIPPED = 300, 40  # futures for each row: of the cheap study, of the shipped one
EMPTY = {"int32": 0, "float64": 0.0, "bool": False, "text": ""}

EMA = """
import sys, time, warnings
warnings.simplefilter("ignore")
from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome, SequentialEvaluator

def added(a=0.0, b=0.0):
    return {"y": a + b}

if __name__ == "__main__":
    model = Model("added", function=added)
    model.uncertainties = [RealParameter("a", 0, 1), RealParameter("b", 0, 1)]
    model.outcomes = [ScalarOutcome("y")]
    count = int(sys.argv[1])
    for evaluator in (SequentialEvaluator(model), MultiprocessingEvaluator(model, n_processes=2)):
        with evaluator:
            evaluator.perform_experiments(200)
            started = time.perf_counter()
            evaluator.perform_experiments(count)
            print((time.perf_counter() - started) / count)
"""


class Added:
    """A job whose model adds two numbers; stores them as outcomes where it has a folder."""

    def __init__(self, folder: RunFolder | None) -> None:
        self._folder = folder

    def play(self, todo: Todo) -> list[ChunkReport]:
        """Add two numbers for each future; see `Job.play`."""
        parts: dict[str, bytes] = {}
        for chunk, numbers in todo:
            a, b = np.random.default_rng(chunk).random((2, len(numbers))).tolist()
            y = [p + q for p, q in zip(a, b, strict=True)]
            if self._folder is not None:
                fill = {c.name: np.full(len(numbers), EMPTY[c.kind]) for c in TABLES["outcomes"]}
                outcomes = {**fill, "future": np.arange(numbers.start, numbers.stop), "no_leaker": np.array(y)}
                factors = {"future": outcomes["future"], "a": a, "b": b}
                parts |= self._folder.parts_of(chunk, {"outcomes": outcomes, "factors": factors}, numbers.start)
        if self._folder is not None:
            self._folder.write_parts(parts)
        return [ChunkReport(chunk, len(numbers)) for chunk, numbers in todo]


class Quiet:
    """A Watch that says nothing."""

    def say(self, message: str) -> None:
        """See `Watch`."""

    def advance(self, done: int, total: int) -> None:
        """See `Watch`."""


def overhead(workers: int, futures: int, stored: pathlib.Path | None) -> float:
    """Wall seconds per future of the trivial model, all of the run; processes are started before."""
    with contextlib.ExitStack() as stack:
        folder = None
        if stored is not None:
            facts = {**identity("trivial", 1, grid=GRID), "tables": ["outcomes", "factors"]}
            folder = stack.enter_context(RunFolder.claim(stored, facts, "trivial"))
        job: Job = Added(folder)  # pyright: ignore
        crew = stack.enter_context(contextlib.closing(Processes(job, workers, Quiet())))
        chunks: Todo = list(enumerate(GRID.chunks(futures)))
        list(crew.play(chunks[:5]))
        started = time.perf_counter()
        done = sum(report.futures for report in crew.play(chunks[5:]))
        return (time.perf_counter() - started) / done


def peer(folder: pathlib.Path) -> list[float]:
    """Seconds per experiment of EMA Workbench: sequential, two processes; none where it cannot be had."""
    place = platformdirs.user_cache_path("sakimori") / "benchmarks" / "ema_workbench"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    script = folder / "peer.py"
    script.write_text(EMA, "utf-8")
    try:
        if not (place / "ready").exists():
            print("installing ema_workbench into", place, file=sys.stderr)
            venv.create(place, with_pip=True, clear=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "ema_workbench"], check=True)
            (place / "ready").touch()
        words = [python, str(script), str(TRIVIAL)]
        told = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        print("no EMA Workbench:", error, file=sys.stderr)
        return []
    return [float(line) for line in told.split()]


def overheads(folder: pathlib.Path) -> None:
    """The first table."""
    theirs = peer(folder)
    print(f"{'runner, model a + b':44}{'us/future':>10}{'EMA / ours':>12}")
    for name, seconds in zip(("EMA Workbench, sequential", "EMA Workbench, 2 processes"), theirs, strict=False):
        print(f"{name:44}{1e6 * seconds:10.2f}")
    for workers, stores, futures in itertools.product((1, 2), (False, True), (TRIVIAL, 10 * TRIVIAL)):
        seconds = overhead(workers, futures, folder / f"{futures}-{workers}" if stores else None)
        ratio = f"{theirs[workers - 1] / seconds:12.2f}" if theirs else ""
        name = f"{'stored and synced' if stores else 'nothing stored'}, {futures} futures, workers {workers}"
        print(f"{name:44}{1e6 * seconds:10.2f}{ratio}")


def cases(folder: pathlib.Path) -> Iterator[tuple[str, pathlib.Path, int, int]]:
    """Name, study, workers and futures of each row of the second table."""
    text = (CHEAP / "study.yaml").read_text("utf-8")
    portfolios = "seed: 7\nportfolios: {leave_one_out: true, doses: true, unfolding: true}"
    for name, old, new in (
        ("cheap: baseline and one option", "", ""),
        ("cheap: the same, 13 portfolios", "seed: 7", portfolios),
    ):
        study = pathlib.Path(shutil.copytree(CHEAP, folder / name.replace(" ", "-")))
        (study / "study.yaml").write_text(text.replace(old, new, 1), "utf-8")
        yield name, study, 1, STUDY
        yield name, study, 2, STUDY
    text = (chain.SHIPPED / "study.yaml").read_text("utf-8")
    for sets in (0, 100, 1000):
        study = pathlib.Path(shutil.copytree(chain.SHIPPED, folder / f"shipped-{sets}"))
        wanted = f"portfolios: {{feasible: {{sample: {sets}}}}}" if sets else ""
        (study / "study.yaml").write_text(re.sub(r"(?m)^portfolios:.*$", wanted, text, count=1), "utf-8")
        yield f"announced-measures, {sets or 'no'} portfolios", study, 2, SHIPPED


def play(study: pathlib.Path, out: pathlib.Path, futures: int, workers: int) -> tuple[float, float, dict]:
    """Wall seconds, peak memory of all processes [GB] and the manifest of `sakimori run`."""
    cache = platformdirs.user_cache_path("sakimori").parent
    return chain.measure(out, cache, "--futures", str(futures), "--workers", str(workers), study=str(study))


def light(folder: pathlib.Path) -> pathlib.Path:
    """The light study, with the catalogue of the cheap one."""
    study = pathlib.Path(shutil.copytree(CHEAP, folder / "light", ignore=shutil.ignore_patterns("*.yaml")))
    shutil.copytree(CHEAP / "catalogue", study / "catalogue", dirs_exist_ok=True)
    shutil.copy(pathlib.Path(__file__).with_name("light.yaml"), study / "study.yaml")
    return study


def read(out: pathlib.Path, word: str) -> tuple[float, float]:
    """Wall seconds and peak memory [GB] of a command that reads a run."""
    started, peak = time.perf_counter(), 0
    process = psutil.Popen([sys.executable, "-m", "sakimori", word, str(out)], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            peak = max(peak, process.memory_info().rss)
        time.sleep(0.02)
    return time.perf_counter() - started, peak / 1e9


def row(name: str, workers: int, measured: tuple[float, float, dict]) -> None:
    """Print one."""
    wall, memory, manifest = measured
    futures = manifest["times"][-1]["futures"]
    inner = futures / manifest["times"][-1]["wall_seconds"]
    sets = len(manifest["options"])
    print(f"{name:36}{sets:6}{workers:9}{futures:9}{wall:8.1f}{futures / wall:11.1f}{inner:15.1f}{memory:8.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--futures", type=int, help="one large run of the cheap study instead")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp())
    head = f"{'study':36}{'sets':>6}{'workers':>9}{'futures':>9}{'wall s':>8}{'futures/s':>11}"
    head += f"{'after start/s':>15}{'GB':>8}"
    try:
        if given.futures:
            print(head)
            study = light(folder)
            play(study, folder / "warm", 1, 1)
            row("the light study", given.workers, play(study, folder / "run", given.futures, given.workers))
            for word in ("show", "report"):
                wall, memory = read(folder / "run", word)
                print(f"{word:66}{wall:8.1f}{memory:34.2f}")
            return
        overheads(folder)
        print("\n" + head)
        play(CHEAP, folder / "warm", 1, 1)
        for number, (name, study, workers, futures) in enumerate(cases(folder)):
            row(name, workers, play(study, folder / f"run-{number}", futures, workers))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

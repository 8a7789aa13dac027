"""The local runner: chunks of futures evaluated in this process or in spawned ones, with identical bytes.

The first chunk is always evaluated here, so that kernels are compiled once, before any worker starts. Workers are
spawned, never forked (forking after a threaded kernel hung), and use one thread each. However a run stops, what is
done is kept and the same command resumes it.
"""

import contextlib
import json
import logging
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from sakimori.base.errors import InputError, RunError
from sakimori.run.tables import ChunkReport, evaluate_chunk
from sakimori.store import RunFolder, chunks_of, identity
from sakimori.study import Study, check

LOG = logging.getLogger("sakimori.run")

MOST_FUTURES = 1_000_000
MOST_WORKERS = 1024
_RESUME = "What is done is kept: run the same command to resume."


class Watch(Protocol):
    """Who looks on while a run goes; the console shows a bar, a library user usually nothing."""

    def say(self, message: str) -> None: ...
    def advance(self, done: int, total: int) -> None: ...


@dataclass
class _Silent:
    def say(self, message: str) -> None:
        del message

    def advance(self, done: int, total: int) -> None:
        del done, total


@dataclass
class _Tally:
    """What the manifest says of the work done by this command."""

    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    done: int = 0

    def add(self, report: ChunkReport) -> None:
        self.done += report.futures
        for stage, (wall, cpu) in report.seconds.items():
            total = self.stages.setdefault(stage, {"wall": 0.0, "cpu": 0.0})
            total["wall"] += wall
            total["cpu"] += cpu


def execute(
    study: Study,
    out: str | pathlib.Path,
    *,
    futures: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    watch: Watch | None = None,
) -> RunFolder:
    """Run `study` into the folder `out`, or resume it there.

    `futures` and `seed` default to the study's; `workers` to the number of processors this process may use.
    Raises RunError where the folder holds another run, is in use or cannot be written, or a worker died; InputError
    where a number is out of its range, or the folder's manifest cannot be read.
    """
    watch = watch or _Silent()
    futures = _within("futures", study.futures if futures is None else futures, 1, MOST_FUTURES)
    seed = _within("seed", study.seed if seed is None else seed, 0, 2**32 - 1)
    workers = _within("workers", _processors() if workers is None else workers, 1, MOST_WORKERS)
    resolved = study.resolved_yaml()
    facts = {**identity(resolved, seed, futures), **_circumstances(study)}
    out = pathlib.Path(out)
    try:
        with RunFolder.claim(out, facts, resolved) as folder, _log_to(folder):
            started = time.perf_counter()
            tally = _work(study, folder, futures, seed, workers, watch)
            if tally.done or "failed_futures" not in folder.manifest():
                _finish(folder, tally, time.perf_counter() - started)
    except OSError as error:
        raise RunError(f"{out} cannot be written: {_told(error)}. Mend it or give another --out. {_RESUME}") from error
    except MemoryError:
        raise RunError(f"the machine has too little memory: give fewer --workers. {_RESUME}") from None
    except KeyboardInterrupt:
        watch.say(f"interrupted. {_RESUME}")
        raise
    return folder


def _within(name: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise InputError(f"--{name}", str(value), f"{least} to {most}", f"Give another number of {name}.")
    return value


def _told(error: OSError) -> str:
    return error.strerror or str(error)


def _work(study: Study, folder: RunFolder, futures: int, seed: int, workers: int, watch: Watch) -> _Tally:
    chunks = chunks_of(futures)
    todo = folder.missing(range(len(chunks)))
    before = futures - sum(len(chunks[c]) for c in todo)
    tally = _Tally()
    if before:
        watch.say(f"resuming: {before} of {futures} futures are already done")
        watch.advance(before, futures)
    LOG.info("start", extra={"facts": {"futures": futures, "done": before, "workers": workers}})
    if todo:
        watch.say("compiling kernels where they have changed (up to a minute on first use)")
    with contextlib.closing(_reports(study, folder, seed, [(c, chunks[c]) for c in todo], workers)) as reports:
        for report in reports:
            tally.add(report)
            LOG.info("chunk", extra={"facts": {"chunk": report.chunk, "failed": report.failed}})
            watch.advance(before + tally.done, futures)
    return tally


def _reports(
    study: Study, folder: RunFolder, seed: int, todo: list[tuple[int, range]], workers: int
) -> Generator[ChunkReport]:
    for chunk, numbers in todo[:1]:
        yield evaluate_chunk(study, folder, seed, chunk, numbers)
    rest = todo[1:]
    workers = min(workers, len(rest))
    if workers <= 1:
        for chunk, numbers in rest:
            yield evaluate_chunk(study, folder, seed, chunk, numbers)
        return
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(study, folder, seed))
    try:
        with _interrupts_held():
            pending = {pool.submit(_in_worker, chunk, numbers) for chunk, numbers in rest}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
    except BrokenProcessPool:
        raise RunError(f"a worker process died (killed, or out of memory). {_RESUME}") from None
    except BaseException:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()  # what they were at is done again
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes started inside never see an interrupt; one that comes meanwhile reaches this process afterwards."""
    came: list[int] = []
    mine = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is not None
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if mine else None
    masks = hasattr(signal, "pthread_sigmask")  # what new processes inherit; not on Windows
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set[int]()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if mine:
            signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


_WORKER: dict[str, Any] = {}


def _start_worker(study: Study, folder: RunFolder, seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    _WORKER.update(study=study, folder=folder, seed=seed)


def _end_with_parent() -> None:
    """Leave no orphan behind when the parent is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _in_worker(chunk: int, numbers: range) -> ChunkReport:
    return evaluate_chunk(_WORKER["study"], _WORKER["folder"], _WORKER["seed"], chunk, numbers)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _circumstances(study: Study) -> dict[str, Any]:
    """Facts that describe a run without being part of its identity."""
    factors = (*study.factors, *study.threat_factors)
    return {
        "study": study.name,
        "title": study.title,
        "replications": study.replications,
        "factors": {f.path: {"unit": f.unit, "attacker": f.attacker} for f in factors},
        "findings": [finding.as_dict() for finding in check(study)],
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _finish(folder: RunFolder, tally: _Tally, wall: float) -> None:
    facts = folder.manifest()
    facts["times"] = [
        *facts.get("times", []),
        {
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "futures": tally.done,
            "wall_seconds": round(wall, 3),
            "stage_seconds": tally.stages,
            "peak_memory_mb": _peak_memory(),
            **_commit(),
        },
    ]
    outcomes = folder.columns("outcomes")
    failed = len(set(outcomes["future"][outcomes["failed"].astype(bool)].tolist()))
    folder.write_manifest({**facts, "failed_futures": failed})
    LOG.info("end", extra={"facts": {"done": tally.done, "failed": failed, "wall_seconds": round(wall, 3)}})


def _peak_memory() -> int | None:
    """Largest resident size [MB] of this process or of one worker; None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(max(sizes) / (1024 if platform.system() == "Linux" else 1024**2))


def _commit() -> dict[str, Any]:
    """Commit and dirty flag where the package runs from a checkout; empty where it does not."""
    here = pathlib.Path(__file__).parent

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(here), *words], capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain", "--", str(here)))}
    except (OSError, subprocess.SubprocessError):
        return {}


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        facts = {
            "time": moment,
            "level": record.levelname,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        return json.dumps(facts, ensure_ascii=False)


class _LogFile(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        raise  # a log that cannot be written stops the run like any other part of it


@contextlib.contextmanager
def _log_to(folder: RunFolder) -> Iterator[None]:
    """Keep the run's log in its folder; why it stopped is the last line."""
    handler = _LogFile(folder.path / "log.jsonl", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(_JsonLines())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    try:
        yield
    except BaseException as reason:
        with contextlib.suppress(OSError):
            LOG.error("stopped", extra={"facts": {"reason": f"{type(reason).__name__}: {reason}".removesuffix(": ")}})
        raise
    finally:
        LOG.removeHandler(handler)
        handler.close()

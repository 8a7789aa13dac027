"""Chunks played in this process, or in spawned ones beside it; a process that dies is replaced.

The first chunk is always played here, so that kernels are compiled once, before any worker starts. Workers are
spawned, never forked (forking after a threaded kernel hung), and use one thread each. Chunks that are quick to play are
handed out several at once.
"""

import contextlib
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from typing import NamedTuple

import pyarrow as pa

from sakimori.base.errors import RunError
from sakimori.run.job import RESUME, Job, Pace, Todo, Watch, played_here
from sakimori.run.tables import ChunkReport

LOG = logging.getLogger("sakimori.run")

MOST_DEATHS = 3  # of workers at the same chunk, before the run gives up
_SHARE = 0.25  # of what is left, that all workers together are given at once: so that they end together


class Given(NamedTuple):
    """Chunks that a worker is at, and since when."""

    todo: Todo
    started: float


AtWork = dict[Future[list[ChunkReport]], Given]


class Processes:
    """A crew of processes on this machine."""

    def __init__(self, job: Job, workers: int, watch: Watch) -> None:
        self._job, self._workers, self._watch = job, workers, watch
        self._compiled = False
        self._pool: ProcessPoolExecutor | None = None
        self._others: set[BaseProcess] = set()

    def play(self, todo: Todo) -> Iterator[ChunkReport]:
        """Play all chunks. Raises RunError where workers keep dying at the same one."""
        first = 0 if self._compiled else 1
        yield from played_here(self._job, todo[:first])
        self._compiled = True
        if min(self._workers, len(todo) - first) <= 1:
            yield from played_here(self._job, todo[first:])
            return
        left, deaths = dict(todo[first:]), Counter[int]()
        while left:
            at_work: AtWork = {}
            try:
                for report in self._round(left, at_work, single=bool(deaths)):
                    del left[report.chunk]
                    yield report
            except BrokenProcessPool:
                self._drop_pool()
                given = [{c: numbers for c, numbers in some if c in left} for some, _ in at_work.values()]
                self._bury(deaths, [chunks for chunks in given if chunks])

    def _round(self, left: dict[int, range], at_work: AtWork, single: bool) -> Iterator[ChunkReport]:
        """Play what is left. No more is given out than there are workers: if one dies, it was at this.

        After a death chunks are given out one by one (`single`), so that it is found at which one.
        """
        waiting, pace = list(left.items()), Pace()
        with interrupts_held():
            self._give(waiting, at_work, pace)
        while at_work:
            finished, _ = wait(at_work, return_when=FIRST_COMPLETED)
            for future in finished:
                reports = future.result()
                _, started = at_work.pop(future)
                if not single:
                    pace.saw(sum(report.futures for report in reports), time.perf_counter() - started)
                self._give(waiting, at_work, pace)
                yield from reports

    def _give(self, waiting: list[tuple[int, range]], at_work: AtWork, pace: Pace) -> None:
        if self._pool is None:
            self._others = set(multiprocessing.active_children())
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=context, initializer=_start_worker, initargs=(self._job,)
            )
        while waiting and len(at_work) < self._workers:
            some = pace.some(waiting, _SHARE / self._workers)
            del waiting[: len(some)]
            at_work[self._pool.submit(_in_worker, some)] = Given(some, time.perf_counter())

    def _bury(self, deaths: Counter[int], given: list[dict[int, range]]) -> None:
        """Count a death at the chunks that workers were at; give up where one of them has had too many."""
        chunks = sorted(chunk for some in given for chunk in some)
        deaths.update(chunks)
        told = " or ".join(span for some in given for span in _spans(list(some.values())))
        LOG.warning("a worker died", extra={"facts": {"chunks": chunks}})
        if any(deaths[chunk] >= MOST_DEATHS for chunk in chunks):
            times = f"{MOST_DEATHS} worker processes died at the same futures, {told} (killed, or out of memory)"
            raise RunError(f"{times}. Give fewer --workers. {RESUME}")
        self._watch.say(f"a worker process died (killed, or out of memory); futures {told} are played again")

    def _drop_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def close(self) -> None:
        """End the workers; what they were at is done again."""
        if self._pool is not None:
            for worker in set(multiprocessing.active_children()) - self._others:
                worker.terminate()
        self._drop_pool()


def _spans(ranges: list[range]) -> list[str]:
    """Ranges in words, those that follow each other as one."""
    starts, stops = {numbers.start for numbers in ranges}, {numbers.stop for numbers in ranges}
    ends = zip(sorted(starts - stops), sorted(stops - starts), strict=True)
    return [f"{start} to {stop - 1}" for start, stop in ends]


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
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


_JOB: list[Job] = []  # of a worker process: the one job that it has


def _start_worker(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    _JOB.append(job)


def _end_with_parent() -> None:
    """Leave no orphan behind when the parent is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _in_worker(todo: Todo) -> list[ChunkReport]:
    return _JOB[0].play(todo)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

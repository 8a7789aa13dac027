"""What there is to do in a run, who may do it, and how much of it is handed out at once."""

import dataclasses
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sakimori.run.tables import ChunkReport, evaluate_chunk
from sakimori.store import RunFolder
from sakimori.study import Study

Todo = Sequence[tuple[int, range]]  # chunks, and the futures to play of each

AT_ONCE = 0.5  # [s] of work handed out at once
RESUME = "What is done is kept: run the same command to resume."


class Watch(Protocol):
    """Who looks on while a run goes; the console shows a bar, a library user usually nothing."""

    def say(self, message: str) -> None: ...
    def advance(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Job:
    """A study, and the folder and seed that it runs with."""

    study: Study
    folder: RunFolder
    seed: int

    def from_anywhere(self) -> "Job":
        """The same job for a process in another working folder."""
        return dataclasses.replace(self, folder=self.folder.absolute())

    def play(self, todo: Todo) -> list[ChunkReport]:
        """Play some chunks and store them together, once all are played."""
        reports, parts = list[ChunkReport](), dict[str, bytes]()
        for chunk, numbers in todo:
            report, made = evaluate_chunk(self.study, self.folder, self.seed, chunk, numbers)
            parts |= made
            reports.append(report)
        with reports[-1].stage("write"):
            self.folder.write_parts(parts)
        return reports


class Pace:
    """How much to hand out at once: what takes a fraction of a second, by what was seen so far.

    No byte depends on it. Parts are synced to the disk together, so that quick chunks do not wait for it one by one; a
    kill loses no more than what was handed out.
    """

    def __init__(self) -> None:
        self._futures, self._seconds = 0, 0.0

    def saw(self, futures: int, seconds: float) -> None:
        """So many futures took so long, from hand to hand."""
        self._futures += futures
        self._seconds += seconds

    def some(self, todo: Todo, share: float) -> Todo:
        """The first chunks of `todo`: one at least, and no more than that share of them all."""
        if not self._futures:
            return todo[:1]
        per = self._seconds / self._futures
        ends = itertools.accumulate(len(numbers) * per for _, numbers in todo)
        quick = sum(1 for _ in itertools.takewhile(lambda end: end < AT_ONCE, ends))
        return todo[: max(1, min(quick, int(share * len(todo))))]


class Crew(Protocol):
    """Those who play chunks: this process, others beside it, or a cluster. The bytes do not depend on who it is."""

    def play(self, todo: Todo) -> Iterator[ChunkReport]:
        """Play all chunks and report each, in whatever order they are done."""
        ...

    def close(self) -> None:
        """Let go of all processes; what is not done is dropped."""
        ...


def played_here(job: Job, todo: Todo) -> Iterator[ChunkReport]:
    """Play them in this process, some after the others."""
    pace = Pace()
    while todo:
        some, started = pace.some(todo, 1.0), time.perf_counter()
        reports = job.play(some)
        pace.saw(sum(report.futures for report in reports), time.perf_counter() - started)
        yield from reports
        todo = todo[len(some) :]

"""What there is to do in a run, and who may do it."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sakimori.run.tables import ChunkReport, evaluate_chunk
from sakimori.store import RunFolder
from sakimori.study import Study

Todo = Sequence[tuple[int, range]]  # chunks, and the futures to play of each

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

    def play(self, chunk: int, numbers: range) -> ChunkReport:
        """Play these futures of a chunk and store them."""
        return evaluate_chunk(self.study, self.folder, self.seed, chunk, numbers)


class Crew(Protocol):
    """Those who play chunks: this process, others beside it, or a cluster. The bytes do not depend on who it is."""

    def play(self, todo: Todo) -> Iterator[ChunkReport]:
        """Play all chunks and report each, in whatever order they are done."""
        ...

    def close(self) -> None:
        """Let go of all processes; what is not done is dropped."""
        ...


def played_here(job: Job, todo: Todo) -> Iterator[ChunkReport]:
    """Play them in this process, one after the other."""
    for chunk, numbers in todo:
        yield job.play(chunk, numbers)

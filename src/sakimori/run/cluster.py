"""Chunks played by the workers of a Dask cluster: the only module that knows Dask.

Workers write the parts themselves, so the run folder must be one that all of them reach. A task is a chunk of futures
(a Dask task costs about 2 ms). A worker that dies is replaced by whoever keeps the cluster, and Dask gives its chunk to
another; a chunk that is played twice is written twice with the same bytes.
"""

import concurrent.futures
import contextlib
import functools
import itertools
import logging
import pickle
import socket
import threading
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from sakimori.base.errors import InputError, RunError
from sakimori.run.job import RESUME, Job, Todo, played_here
from sakimori.run.processes import interrupts_held
from sakimori.run.tables import ChunkReport
from sakimori.store import source_hash, versions

LOCAL = "local"
_WAIT = 20  # [s] for a scheduler to answer; workers may come later, from a queue
_AHEAD = 4  # chunks given out per worker, so that none waits for the next
_ONE_AT_A_TIME = threading.Lock()  # among the threads of a worker: a study keeps its last draw


class _Parcel(NamedTuple):
    """A job on its way to a worker, and the code and run that it belongs to."""

    source: str
    versions: dict[str, str]
    identity: str
    job: bytes


class Dask:
    """A crew of Dask workers: those of a scheduler, or as many as are asked for on this machine."""

    def __init__(self, job: Job, address: str, workers: int) -> None:
        self._job, self._address = job, address
        self._dask = _library(address)
        self._open = contextlib.ExitStack()
        try:
            with interrupts_held():
                self._client = self._connected(address, workers)
        except BaseException:
            self._open.close()
            raise
        content = zlib.compress(pickle.dumps(job.from_anywhere()))
        self._parcel = _Parcel(source_hash(), versions(), job.folder.manifest()["identity"], content)
        self._compiled = False

    def _connected(self, address: str, workers: int) -> Any:
        try:
            if address == LOCAL:
                given: dict[str, Any] = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": ":0"}
                cluster = self._dask.LocalCluster(**given, silence_logs=logging.CRITICAL)
                self._open.enter_context(cluster)
                address = cluster.scheduler_address
            client = self._dask.Client(address, timeout=_WAIT, set_as_default=False)
            self._open.enter_context(client)
        except (OSError, ValueError, TimeoutError) as error:
            told = str(error).split("\n")[0][:200]
            mend = "Start it (dask scheduler), or give --cluster local."
            raise InputError("--cluster", f"{address} ({told})", "a Dask scheduler that answers", mend) from None
        return client

    def play(self, todo: Todo) -> Iterator[ChunkReport]:
        """Play all chunks. Raises RunError where workers keep dying at the same one, or cannot do this job."""
        first = 0 if self._compiled else 1
        yield from played_here(self._job, todo[:first])
        self._compiled = True
        waiting, tasks, given = iter(todo[first:]), self._dask.as_completed(loop=self._client.loop), 0
        while True:
            with self._told_apart():
                given += self._give(waiting, tasks, given)
                report: ChunkReport | None = next(tasks).result() if given else None
            if report is None:
                return
            given -= 1
            yield report

    def _give(self, waiting: Iterator[tuple[int, range]], tasks: Any, given: int) -> int:
        """Give out chunks, a few for each worker there is; how many were given."""
        more = list(itertools.islice(waiting, max(0, _AHEAD * max(1, len(self._client.nthreads())) - given)))
        for chunk in more:
            tasks.add(self._client.submit(_on_worker, self._parcel, *chunk, pure=False))
        return len(more)

    @contextlib.contextmanager
    def _told_apart(self) -> Iterator[None]:
        """Faults of the cluster become RunErrors; those of the chunk stay what they are."""
        try:
            yield
        except self._dask.scheduler.KilledWorker:
            told = "workers of the cluster kept dying at the same futures (killed, or out of memory)"
            raise RunError(f"{told}. {RESUME}") from None
        except (OSError, RuntimeError, concurrent.futures.CancelledError):
            if self._client.status == "running":
                raise
            raise RunError(f"the cluster {self._address} is gone. {RESUME}") from None

    def close(self) -> None:
        """Leave the cluster, which drops what is not done; a cluster that was started here is ended."""
        self._open.close()


def _library(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        mend = "Install them: pip install 'sakimori[cluster]'."
        raise InputError("--cluster", address, "the libraries dask and distributed", mend) from None
    return distributed


def _on_worker(parcel: _Parcel, chunk: int, numbers: range) -> ChunkReport:
    with _ONE_AT_A_TIME:
        job = _unpacked(parcel.job, parcel.source, tuple(parcel.versions.items()), parcel.identity)
        return job.play([(chunk, numbers)])[0]


@functools.lru_cache(maxsize=2)
def _unpacked(content: bytes, source: str, libraries: tuple[tuple[str, str], ...], identity: str) -> Job:
    """The job, where this worker would give the same bytes and reaches the same folder. Raises RunError."""
    here = f"the worker on {socket.gethostname()}"
    if (source, dict(libraries)) != (source_hash(), versions()):
        raise RunError(f"{here} has another version of Sakimori or of its libraries. Install the same on all machines.")
    job: Job = pickle.loads(zlib.decompress(content))
    try:
        found = job.folder.manifest().get("identity")
    except InputError:
        found = None
    if found != identity:
        raise RunError(f"{here} does not see {job.folder}. Give an --out that all machines reach under the same name.")
    return job

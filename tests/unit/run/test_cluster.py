"""Dask: the same bytes as one process, a worker that dies is made good, and everything that can be wrong is told."""

import hashlib
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import distributed
import pytest

import sakimori
from sakimori.base.errors import InputError, RunError
from sakimori.run import cluster
from sakimori.run.job import Job
from sakimori.store import RunFolder, source_hash, versions
from sakimori.study import load

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
FUTURES = 62


def _bytes(out: pathlib.Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*.parquet")
    }


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A run by this process alone."""
    out = tmp_path_factory.mktemp("one") / "run"
    sakimori.execute(load(SMALL), out, futures=FUTURES, workers=1)
    return out


@pytest.fixture(scope="module")
def dask(one: pathlib.Path) -> Iterator[Any]:
    """Two workers of a scheduler that somebody else keeps."""
    del one  # only so that kernels are compiled
    given: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 2, "dashboard_address": ":0"}
    with distributed.LocalCluster(**given, silence_logs=50) as made:
        yield made


class Killer:
    """A Watch that kills a worker of the cluster once two chunks are done."""

    def __init__(self, address: str) -> None:
        self._address, self.killed = address, 0

    def say(self, message: str) -> None:
        del message

    def advance(self, done: int, total: int) -> None:
        if done >= 20 and not self.killed:
            with distributed.Client(self._address, set_as_default=False) as client:
                self.killed = next(iter(client.run(os.getpid).values()))
            os.kill(self.killed, signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_cluster_gives_the_bytes_of_one_process_even_where_a_worker_is_killed(
    one: pathlib.Path, dask: Any, tmp_path: pathlib.Path
) -> None:
    out, killer = tmp_path / "run", Killer(dask.scheduler_address)
    folder = sakimori.execute(load(SMALL), out, futures=FUTURES, cluster=dask.scheduler_address, watch=killer)
    assert killer.killed
    assert folder.missing_futures() == []
    assert _bytes(out) == _bytes(one)
    assert not list(out.rglob("*.partial"))


def test_the_command_starts_a_cluster_of_its_own_and_ends_it(one: pathlib.Path, tmp_path: pathlib.Path) -> None:
    words = ["run", str(SMALL), "--futures", str(FUTURES), "--workers", "2", "--cluster", "local", "--out", "run"]
    done = subprocess.run(
        [sys.executable, "-m", "sakimori", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "run: run"), done.stderr
    assert done.stderr == "compiling kernels where they have changed (up to a minute on first use)\n"
    assert _bytes(tmp_path / "run") == _bytes(one)


def test_without_the_libraries_the_message_says_what_to_install(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'sakimori\[cluster\]'"):
        sakimori.execute(load(SMALL), tmp_path / "run", futures=20, cluster="local")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://127.0.0.1:notaport"])
def test_a_scheduler_that_does_not_answer(
    address: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_WAIT", 1)
    with pytest.raises(InputError, match=r"--cluster: got .*expected a Dask scheduler that answers"):
        sakimori.execute(load(SMALL), tmp_path / "run", futures=20, cluster=address)


def test_a_worker_with_other_code_or_without_the_folder_says_so(one: pathlib.Path, tmp_path: pathlib.Path) -> None:
    here = tuple(versions().items())
    job = zlib.compress(pickle.dumps(Job(load(SMALL), RunFolder.at(one), 1)))
    identity = RunFolder.at(one).manifest()["identity"]
    assert cluster._unpacked(job, source_hash(), here, identity).seed == 1
    with pytest.raises(RunError, match="another version of Sakimori"):
        cluster._unpacked(job, "0" * 64, here, identity)
    with pytest.raises(RunError, match="another version of Sakimori or of its libraries"):
        cluster._unpacked(job, source_hash(), (("numpy", "0"),), identity)
    with pytest.raises(RunError, match=r"does not see .*Give an --out that all machines reach"):
        cluster._unpacked(job, source_hash(), here, "another run")
    nowhere = zlib.compress(pickle.dumps(Job(load(SMALL), RunFolder.at(tmp_path / "nowhere"), 1)))
    with pytest.raises(RunError, match="does not see"):
        cluster._unpacked(nowhere, source_hash(), here, identity)


class Ender:
    """A Watch that ends the cluster once two chunks are done."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def say(self, message: str) -> None:
        del message

    def advance(self, done: int, total: int) -> None:
        if done >= 20:
            self._made.close()


def test_a_cluster_that_goes_away_ends_the_run_which_then_resumes(
    one: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_WAIT", 2)
    out = tmp_path / "run"
    given: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": ":0", "processes": False}
    with distributed.LocalCluster(**given, silence_logs=50) as made, pytest.raises(RunError, match="is gone"):
        sakimori.execute(load(SMALL), out, futures=FUTURES, cluster=made.scheduler_address, watch=Ender(made))
    sakimori.execute(load(SMALL), out, futures=FUTURES, workers=1)
    assert _bytes(out) == _bytes(one)

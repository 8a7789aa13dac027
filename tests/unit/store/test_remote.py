"""Runs in object storage: the bytes of a run in a folder, resumed after a kill, read by every command, locked."""

import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import fsspec
import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner

import sakimori
from sakimori.base.errors import InputError, RunError
from sakimori.cli.commands import app
from sakimori.store import RunFolder, identity, remote
from sakimori.store.remote import Remote
from sakimori.study import load

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
FUTURES = 42
FACTS = identity("title: x\n", seed=1)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of a server on this machine; nothing leaves it."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.delenv("AWS_PROFILE", raising=False)
        fsspec.filesystem("s3").mkdir("runs")
        yield "s3://runs"
    server.stop()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The run in a folder."""
    out = tmp_path_factory.mktemp("local") / "run"
    sakimori.execute(load(SMALL), out, futures=FUTURES, workers=1)
    return out


def _parts(out: pathlib.Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.parquet")}


def _stored(url: str) -> dict[str, bytes]:
    files, root = fsspec.filesystem("s3"), url.removeprefix("s3://") + "/"
    files.invalidate_cache()
    return {path.removeprefix(root): files.cat_file(path) for path in files.find(root) if path.endswith(".parquet")}


@pytest.fixture(scope="module")
def run(bucket: str, local: pathlib.Path) -> str:
    """The same run in the bucket: killed when it had some parts, and resumed."""
    out = f"{bucket}/team/run"
    command = [sys.executable, "-m", "sakimori", "run", str(SMALL), "--futures", str(FUTURES), "--out", out]
    command += ["--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    give_up = time.monotonic() + 200
    while not any(name.startswith("outcomes/") for name in _stored(out)):
        assert process.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert len(_stored(out)) < len(_parts(local)), "the run ended before it could be killed"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"run: {out}"), done.stderr
    assert done.stderr.startswith("resuming: ")
    return out


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_and_resumed_in_a_bucket_it_has_the_bytes_of_a_folder(run: str, local: pathlib.Path) -> None:
    assert _stored(run) == _parts(local)
    assert RunFolder.open(run).missing_futures() == []
    assert ".lock" not in RunFolder.open(run).place.names()
    events = [json.loads(line)["event"] for line in RunFolder.open(run).place.read("log.jsonl").splitlines()]
    assert (events[0], events[-1]) == ("start", "end")


def test_the_commands_read_it_where_it_is(run: str, local: pathlib.Path, tmp_path: pathlib.Path) -> None:
    def told(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, done.output
        return done.stdout

    shown = json.loads(told("show", run, "--json"))
    assert shown == json.loads(told("show", str(local), "--json"))
    rows = json.loads(told("compare", run, str(local), "--json"))["rows"]
    assert rows
    assert all(row["difference"] == 0.0 for row in rows)
    assert f"figure: {run}/figures/explain-baseline-0-0.svg" in told("explain", run, "--future", "0", "--threat", "0")
    assert f"report: {run}/report.html" in told("report", run)
    place = RunFolder.open(run).place
    assert place.read("report.html").startswith(b"<!DOCTYPE html>")
    assert "explain-baseline-0-0.svg" in place.names("figures")
    assert CliRunner().invoke(app, ["export", run, "--format", "csv"]).exit_code == 2
    told("export", run, "--format", "csv", "--out", str(tmp_path / "csv"))
    assert len((tmp_path / "csv" / "outcomes.csv").read_text("utf-8").splitlines()) == 1 + 6 * FUTURES


def test_python_reads_it_where_it_is(run: str, local: pathlib.Path) -> None:
    there, here = sakimori.open_run(run), sakimori.open_run(local)
    query = "SELECT option, avg(no_leaker) AS mean FROM outcomes GROUP BY option ORDER BY option"
    assert there.sql(query).fetchall() == here.sql(query).fetchall()
    assert there.to_pandas("threats").equals(here.to_pandas("threats"))
    assert (there.compare(here)["difference"] == 0.0).all()
    with pytest.raises(InputError, match="a run in a folder of this machine"):
        there.path  # noqa: B018


def test_it_grows_and_another_is_refused(bucket: str, tmp_path: pathlib.Path) -> None:
    out, study = f"{bucket}/grown", sakimori.load(SMALL)
    study.run(out, futures=7, workers=1)
    study.run(out, futures=13, workers=1)
    study.run(tmp_path / "run", futures=13, workers=1)
    assert _stored(out) == _parts(tmp_path / "run")
    with pytest.raises(RunError, match="differs in seed"):
        study.run(out, futures=13, workers=1, seed=99)


def test_a_bucket_that_is_not_there_or_does_not_answer(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError, match="s3://nowhere/run cannot be written"):
        sakimori.load(SMALL).run("s3://nowhere/run", futures=1, workers=1)
    with pytest.raises(InputError, match=r"no manifest\.json"):
        sakimori.open_run(f"{bucket}/nothing")
    monkeypatch.setattr(Remote, "read", _faulty)
    with pytest.raises(RunError, match="EndpointConnectionError"):
        sakimori.load(SMALL).run(f"{bucket}/other", futures=1, workers=1)


def _faulty(self: Remote, name: str) -> bytes:
    from botocore.exceptions import EndpointConnectionError

    with remote._faults():
        raise EndpointConnectionError(endpoint_url=f"{self.url}/{name}")


@pytest.fixture
def memory() -> str:
    """A place of its own in fsspec's storage in memory."""
    return f"memory://{uuid.uuid4().hex}/run"


def test_one_process_at_a_time(memory: str) -> None:
    with RunFolder.claim(memory, FACTS, "title: x\n") as folder:
        with pytest.raises(RunError, match="in use by another run on"), RunFolder.claim(memory, FACTS, "title: x\n"):
            pass
        assert folder.place.has(".lock")
    assert not folder.place.has(".lock")


@pytest.mark.parametrize(
    ("lock", "free"),
    [
        ({"host": "elsewhere", "process": 1, "renewed": 10.0}, False),
        ({"host": "elsewhere", "process": 1, "renewed": -remote.LEASE - 1.0}, True),
        ({"host": remote._machine(), "process": 1, "renewed": 0.0}, False),
        ({"host": remote._machine(), "process": 2**22 + 1, "renewed": 0.0}, os.name != "nt"),  # beyond all processes
        ([], True),
        ("", True),
    ],
)
def test_a_lock_of_a_run_that_was_killed_is_taken_over(memory: str, lock: object, free: bool) -> None:
    if isinstance(lock, dict):
        lock = {**lock, "renewed": lock["renewed"] + time.time()}
    Remote(memory).write(".lock", json.dumps(lock).encode() if lock else b"")
    if free:
        with RunFolder.claim(memory, FACTS, "title: x\n") as folder:
            assert len(json.loads(folder.place.read(".lock"))["token"]) == 32
    else:
        with pytest.raises(RunError, match="for a minute, if it was killed"), RunFolder.claim(memory, FACTS, ""):
            pass


def test_a_lock_is_renewed_and_that_of_a_successor_is_left(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LEASE", 0.04)
    place = Remote(memory)
    with place.held():
        before = json.loads(place.read(".lock"))["renewed"]
        give_up = time.monotonic() + 20
        while json.loads(place.read(".lock"))["renewed"] == before:
            assert time.monotonic() < give_up
        monkeypatch.setattr(remote, "_ours", lambda token: b'{"token": "of another"}')
        while json.loads(place.read(".lock"))["token"] != "of another":
            assert time.monotonic() < give_up
    assert place.has(".lock")


def test_lines_are_added_and_names_listed(memory: str) -> None:
    place = Remote(memory)
    assert place.names() == place.names("figures") == []
    place.append("log.jsonl", "one\n")
    place.append("log.jsonl", "two\n")
    place.write_all({"b/2": b"2", "a": b"a"}, {"b/1": b"1"})
    assert place.read("log.jsonl") == b"one\ntwo\n"
    assert place.names() == ["a", "b", "log.jsonl"]
    assert place.names("b") == ["1", "2"]
    again = pickle.loads(pickle.dumps(place))
    assert (again, again.absolute(), str(again)) == (place, place, memory)
    with pytest.raises(FileNotFoundError):
        place.read("nothing")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense://x/run", "Give a folder, or an address like s3://bucket/run"),
        ("s3://x/run", r"pip install 'sakimori\[s3\]'"),
    ],
)
def test_storage_that_cannot_be_used_says_what_to_do(url: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    with pytest.raises(InputError, match=words):
        sakimori.load(SMALL).run(url, futures=1, workers=1)

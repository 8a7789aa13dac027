"""However a run stops (interrupt, killed worker, full disk, refused folder), it says so once, keeps what is done,
leaves no process behind, and resumes by the same command."""

import contextlib
import json
import os
import pathlib
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

import sakimori
from sakimori.base.errors import InputError, Place, RunError
from sakimori.run import runner, tables
from sakimori.store import RunFolder
from sakimori.study import load
from sakimori.study.reading import Problem, Problems

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
FUTURES = 150  # of the small study: long enough to be stopped in the middle, whatever the machine
Words = tuple[str, ...]


@pytest.fixture(scope="module", autouse=True)
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compile the kernels once, so that no test waits for it."""
    sakimori.execute(load(SMALL), tmp_path_factory.mktemp("warm") / "run", futures=1, workers=1)


def _command(out: pathlib.Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "sakimori", "run", str(SMALL), "--out", str(out), *words]


def _parts(out: pathlib.Path) -> list[str]:
    return sorted(path.name for path in out.glob("outcomes/part-*.parquet"))


def _events(out: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]


@contextlib.contextmanager
def _under_way(out: pathlib.Path, parts: int = 2) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A run with two workers at work; its process and its workers."""
    words = _command(out, "--futures", str(FUTURES), "--workers", "2")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        give_up = time.monotonic() + 120
        while len(_parts(out)) < parts or len(_workers(process)) < 2:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < give_up
            time.sleep(0.01)
        yield process, psutil.Process(process.pid).children(recursive=True)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                found += [child] if "spawn_main" in " ".join(child.cmdline()) else []
    return found


def _stopped(out: pathlib.Path, children: list[psutil.Process], reason: str) -> None:
    """Nothing is left running, the log says why it stopped, and what is done can be read."""
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    last = _events(out)[-1]
    assert (last["event"], last["level"]) == ("stopped", "ERROR")
    assert reason in last["reason"]
    done = _parts(out)
    assert 2 <= len(done) < FUTURES // 10
    assert set(RunFolder.open(out).missing_futures()) == set(range(FUTURES)) - {
        int(name[5:10]) * 10 + k for name in done for k in range(10)
    }


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent differently")
@pytest.mark.parametrize("send", ["to the group", "to the parent"])
def test_an_interrupt_ends_with_130_and_one_line(send: str, tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    with _under_way(out) as (process, children):
        if send == "to the group":
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        told, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert told == ""
        assert said.splitlines()[1:] == ["interrupted. What is done is kept: run the same command to resume."]
        _stopped(out, children, "KeyboardInterrupt")


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent differently")
def test_an_interrupt_while_workers_start_prints_no_traceback_of_theirs(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    words = _command(out, "--futures", str(FUTURES), "--workers", "2")
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not _workers(process):
        assert process.poll() is None
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert len(said.splitlines()) == 2, said


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    with _under_way(out) as (process, _):
        _workers(process)[0].kill()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0
        assert (
            len(re.findall(r"a worker process died .*; futures \d+ to \d+( or \d+ to \d+)? are played again", said))
            == 1
        )
        assert "Traceback" not in said
    assert RunFolder.open(out).missing_futures() == []
    assert [event["event"] for event in _events(out) if event["level"] == "WARNING"] == ["a worker died"]
    assert _events(out)[-1]["event"] == "end"


DEADLY = """
import multiprocessing, os, sys, time
from sakimori.base.errors import RunError
from sakimori.run.processes import Processes
from sakimori.run.tables import ChunkReport

class Job:
    def play(self, todo):
        if 5 in dict(todo) and multiprocessing.parent_process() is not None:
            os._exit(9)
        return [ChunkReport(chunk, len(numbers)) for chunk, numbers in todo]

class Watch:
    def say(self, message):
        print(message)

if __name__ == "__main__":
    crew, done = Processes(Job(), 2, Watch()), []
    try:
        for report in crew.play([(c, range(10 * c, 10 * c + 10)) for c in range(8)]):
            done.append(report.chunk)
    except RunError as error:
        print(error)
    crew.close()
    print(sorted(done), len(multiprocessing.active_children()))
"""


def test_a_chunk_at_which_workers_keep_dying_ends_the_run(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "deadly.py"
    script.write_text(DEADLY, "utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 4), done.stderr
    assert all("died" in line and "50 to 59" in line for line in lines[:3])
    assert lines[2].startswith("3 worker processes died at the same futures, ")
    assert lines[2].endswith("Give fewer --workers. What is done is kept: run the same command to resume.")
    assert {0, 1, 2, 3} <= set(json.loads(lines[3].rpartition(" ")[0]))
    assert lines[3].endswith(" 0")


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="needs limits on file sizes")
def test_a_disk_that_fills_in_a_worker(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    with _under_way(out) as (process, children):
        for worker in _workers(process):
            worker.rlimit(psutil.RLIMIT_FSIZE, (1000, 1000))
        _, said = process.communicate(timeout=60)
        assert process.returncode == 3
        assert re.fullmatch(rf"error {out} cannot be written: .*File too large.*", said.splitlines()[-1])
        assert "Traceback" not in said
        _stopped(out, children, "File too large")
    assert not (set(_parts(out)) - {p.name for p in out.glob("factors/*.parquet")})


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    with _under_way(out) as (process, _):
        first = psutil.Process(process.pid)
        first.suspend()  # it holds the folder, and cannot end before the second has asked for it
        second = subprocess.run(
            _command(out, "--futures", str(FUTURES)), capture_output=True, text=True, check=False, timeout=60
        )
        first.resume()
        assert second.returncode == 3
        assert second.stderr == f"error {out} is in use by another run. Wait for it, or give another --out.\n"
        assert process.poll() is None


def _fails(name: str, error: BaseException) -> Callable[..., None]:
    def fail(*words: object, **options: object) -> None:
        raise error

    fail.__name__ = name
    return fail


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError(28, "No space left on device"), "No space left"), (MemoryError(), "too little memory")],
    ids=["disk", "memory"],
)
@pytest.mark.parametrize("where", ["play", "write"])
def test_the_machine_s_faults_stop_the_run_and_are_no_failed_futures(
    where: str, error: BaseException, words: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full when kernels are cached is no fault of the future: a resumed run would keep that row."""
    study, out = load(SMALL), tmp_path / "run"
    with monkeypatch.context() as broken:
        if where == "play":
            broken.setattr(tables, "play", _fails("play", error))
        else:
            broken.setattr(RunFolder, "write_parts", _fails("write_parts", error))
        with pytest.raises(RunError, match=words):
            sakimori.execute(study, out, futures=3, workers=1)
    assert _parts(out) == []
    sakimori.execute(study, out, futures=3, workers=1)
    assert RunFolder.open(out).manifest()["failed_futures"] == 0


def test_a_log_that_cannot_be_written_stops_the_run_too(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    sakimori.execute(load(SMALL), out, futures=1, workers=1)
    (out / "log.jsonl").unlink()
    (out / "log.jsonl").symlink_to("/dev/full")
    with pytest.raises(RunError, match="No space left"):
        sakimori.execute(load(SMALL), out, futures=1, workers=1)


def test_cut_off_after_the_last_part_the_manifest_is_still_finished(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    folder = sakimori.execute(load(SMALL), out, futures=2, workers=1)
    facts = folder.manifest()
    before = {key: value for key, value in facts.items() if key not in ("failed_futures", "times")}
    folder.write_manifest(before)
    sakimori.execute(load(SMALL), out, futures=2, workers=1)
    assert folder.manifest()["failed_futures"] == 0


@pytest.mark.parametrize("out", ["a-file", "a-file/run", "/proc/run"])
def test_a_folder_that_cannot_be_made(out: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a-file").write_text("precious")
    with pytest.raises(RunError, match=r"is a file|cannot be written"):
        sakimori.execute(load(SMALL), tmp_path / out, futures=1, workers=1)
    assert (tmp_path / "a-file").read_text() == "precious"


@pytest.mark.skipif(not pathlib.Path("/proc").is_dir(), reason="needs a folder that even root cannot write")
def test_a_working_folder_that_cannot_be_written() -> None:
    words = [sys.executable, "-m", "sakimori", "run", str(SMALL), "--futures", "1"]
    done = subprocess.run(words, cwd="/proc", capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error runs/small cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("研究 α", "."),
        ("a b", "study.yaml"),
        ("[red]x", "../[red]x"),
        ("a'b", "./study.yaml"),
        ("-", "../-/study.yaml"),
    ],
)
def test_any_name_will_do(name: str, given: str, tmp_path: pathlib.Path) -> None:
    study = pathlib.Path(shutil.copytree(SMALL, tmp_path / name))
    words = [sys.executable, "-m", "sakimori", "run", given, "--futures", "1"]
    done = subprocess.run(words, cwd=study, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"run: runs/{name}"
    assert _parts(study / "runs" / name) == ["part-00000.parquet"]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_a_name_that_is_no_utf_8(tmp_path: pathlib.Path) -> None:
    study = pathlib.Path(shutil.copytree(SMALL, tmp_path / os.fsdecode(b"bad\xff")))
    with pytest.raises(RunError, match="no UTF-8"):
        sakimori.execute(load(study), study / "run", futures=1, workers=1)
    folder = sakimori.execute(load(study), tmp_path / "run", futures=1, workers=1)
    assert RunFolder.open(folder.path).manifest()["failed_futures"] == 0


def test_failed_futures_are_told_and_when_all_fail_the_run_has_failed(tmp_path: pathlib.Path) -> None:
    study = pathlib.Path(shutil.copytree(SMALL, tmp_path / "study"))
    text = (study / "study.yaml").read_text("utf-8")
    far = text.replace("bearing: 300 deg, range: 900 km", "bearing: 300 deg, range: 19000 km")
    (study / "study.yaml").write_text(far, "utf-8")
    words = [sys.executable, "-m", "sakimori", "run", str(study), "--futures", "12"]
    some = subprocess.run([*words, "--out", tmp_path / "some"], capture_output=True, text=True, check=False)
    assert some.returncode == 0
    count = RunFolder.open(tmp_path / "some").manifest()["failed_futures"]
    assert 0 < count < 12
    assert f"{count} futures failed: they are left out of every number. Most often: threat" in some.stderr
    assert _events(tmp_path / "some")[-1]["failed"] == count
    (study / "study.yaml").write_text(far.replace("[900 km, 1100 km]", "[19000 km, 19500 km]"), "utf-8")
    every = subprocess.run([*words, "--out", tmp_path / "all"], capture_output=True, text=True, check=False)
    assert every.returncode == 3
    assert "error every future failed; most often: threat" in every.stderr


@pytest.mark.parametrize(
    "error",
    [
        InputError(Place("a.yaml", 3, 4), "this", "that", "Do so."),
        InputError("a.yaml", "this", "that", "Do so."),
        RunError("it broke"),
        Problem("UNIT01", Place("a.yaml", 3), "this", "that", "Do so."),
        Problems([Problem("UNIT01", "a.yaml", "1", "2", "3"), Problem("UNIT02", "b.yaml", "4", "5", "6")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel_between_processes(error: Exception) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert str(there) == str(error)
    assert {k: str(v) for k, v in vars(there).items()} == {k: str(v) for k, v in vars(error).items()}


def test_an_error_of_a_worker_arrives_as_it_was(tmp_path: pathlib.Path) -> None:
    """A part cannot be written, in a worker: a folder stands where the file should be."""
    out = tmp_path / "run"
    with _under_way(out, parts=1) as (process, _):
        (out / "outcomes" / "part-00012.parquet").mkdir()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 3
        assert "cannot be written: Is a directory" in said
        assert "Traceback" not in said


def test_the_limits_are_those_that_the_command_states() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sakimori", "run", "--help"], capture_output=True, text=True, check=True
    ).stdout
    numbers = {int(found) for found in re.findall(r"<=(\d+)", shown)}
    assert numbers == {runner.MOST_FUTURES, runner.MOST_WORKERS, 2**32 - 1}

"""Identity of results: one worker, two workers, and a run killed for real and resumed give the same bytes."""

import hashlib
import json
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from sakimori.store import PARTS

FUTURES = 32  # three whole chunks and a cut one


def command(out: pathlib.Path, workers: int) -> list[str]:
    words = ["run", "announced-measures", "--futures", str(FUTURES), "--seed", "7", "--workers", str(workers)]
    return [sys.executable, "-m", "sakimori", *words, "--out", str(out)]


def digest(out: pathlib.Path) -> dict[str, str]:
    parts = [p for table in PARTS for p in sorted((out / table).glob("*.parquet"))]
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in parts}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("identity") / "one"
    subprocess.run(command(out, 1), check=True, capture_output=True)
    found = digest(out)
    tables = json.loads((out / "manifest.json").read_text("utf-8"))["tables"]
    assert len(found) == len(tables) * 4
    return found


def test_two_workers_give_the_same_bytes(reference: dict[str, str], tmp_path: pathlib.Path) -> None:
    subprocess.run(command(tmp_path / "two", 2), check=True, capture_output=True)
    assert digest(tmp_path / "two") == reference


@pytest.mark.parametrize("parts_before", [1])
def test_killed_and_resumed_gives_the_same_bytes(
    reference: dict[str, str], tmp_path: pathlib.Path, parts_before: int
) -> None:
    out = tmp_path / "killed"
    process = subprocess.Popen(
        command(out, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    give_up = time.monotonic() + 300
    while len(list(out.glob("outcomes/part-*"))) < parts_before and process.poll() is None:
        assert time.monotonic() < give_up, "the run wrote nothing"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
    assert len(list(out.glob("outcomes/part-*"))) < 4
    subprocess.run(command(out, 2), check=True, capture_output=True)
    assert digest(out) == reference
    assert not list(out.rglob("*.partial"))


def test_a_different_command_is_refused(reference: dict[str, str], tmp_path: pathlib.Path) -> None:
    del reference  # only so that kernels are compiled
    out = tmp_path / "run"
    words = [sys.executable, "-m", "sakimori", "run", "announced-measures", "--futures", "2", "--out", str(out)]
    subprocess.run(words, check=True, capture_output=True)
    before = digest(out)
    other = subprocess.run([*words, "--seed", "99"], capture_output=True, text=True, check=False)
    assert other.returncode == 3
    assert "differs in seed" in other.stderr
    assert "Traceback" not in other.stderr
    assert digest(out) == before

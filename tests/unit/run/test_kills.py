"""Kills at random moments, of the run, a worker or a Dask worker, and a full disk: resumed, the run is the same."""

import contextlib
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

import sakimori
from sakimori.store import RunFolder
from sakimori.study import load

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
FUTURES = 62
KILLS = 50 if os.environ.get("SAKIMORI_SLOW") == "full" else 5
KINDS = ("run", "Dask worker", "worker", "run", "worker")  # what is killed, in turns
COMMAND = [sys.executable, "-m", "sakimori", "run", str(SMALL), "--futures", str(FUTURES), "--workers", "2"]


def _bytes(out: pathlib.Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*.parquet")
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("undisturbed") / "run"
    sakimori.execute(load(SMALL), out, futures=FUTURES, workers=1)
    return _bytes(out)


def _parts(out: pathlib.Path) -> int:
    return len(list(out.glob("outcomes/part-*")))


def _kill(process: subprocess.Popen[bytes], worker: bool) -> bool:
    """Kill the run, or one of its workers; whether there was one."""
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True) if worker else [psutil.Process(process.pid)]
        for victim in (child for child in children if not worker or "spawn_main" in " ".join(child.cmdline())):
            victim.kill()
            return True
    return False


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code, once nothing of it is left."""
    code = process.wait(timeout=300)
    with contextlib.suppress(ProcessLookupError):  # a Dask worker may outlive its parent for some seconds
        os.killpg(process.pid, signal.SIGKILL)
    return code


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_random_kills_lose_nothing(undisturbed: dict[str, str], tmp_path: pathlib.Path) -> None:
    draw, kills, out = random.Random(20261122), 0, tmp_path / "run-0"
    while kills < KILLS:
        kind = KINDS[kills % len(KINDS)]
        command = [*COMMAND, "--out", str(out), *(["--cluster", "local"] if kind == "Dask worker" else [])]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wanted = _parts(out) + draw.choice([0, 1, 2])
        while process.poll() is None and _parts(out) < wanted:
            time.sleep(0.002)
        time.sleep(draw.uniform(0.0, 0.1))
        kills += process.poll() is None and _kill(process, worker=kind != "run")
        assert _ended(process) in (0, -signal.SIGKILL, 3)
        if process.returncode == 0 or _parts(out) == sum(name.startswith("outcomes/") for name in undisturbed):
            subprocess.run([*COMMAND, "--out", str(out)], check=True, capture_output=True)
            assert _bytes(out) == undisturbed
            out = tmp_path / f"run-{kills}-{time.monotonic_ns()}"
    subprocess.run([*COMMAND, "--out", str(out)], check=True, capture_output=True)
    assert _bytes(out) == undisturbed
    assert not list(out.rglob("*.partial"))


def _may_mount() -> bool:
    words = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )


FULL = """
mount -t tmpfs -o size=100k tmpfs "$1" || exit 98
shift 1
"$@" --out "$OUT"; echo "first $?"
find "$OUT" -name '*.partial' | sed 's/^/left /'
mount -o remount,size=50m "$(dirname "$OUT")"
"$@" --out "$OUT"; echo "second $?"
cp -r "$OUT" "$COPY"
"""


@pytest.mark.skipif(not _may_mount(), reason="this process may not mount a small file system")
def test_a_disk_that_is_really_full(undisturbed: dict[str, str], tmp_path: pathlib.Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    environment = {**os.environ, "OUT": str(disk / "run"), "COPY": str(tmp_path / "copy")}
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", FULL, "sh", str(disk), *COMMAND], env=environment, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    said = [line for line in done.stdout.splitlines() if line.split()[0] in ("first", "second", "left")]
    assert said == ["first 3", "second 0"], done.stderr
    assert "cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert _bytes(tmp_path / "copy") == undisturbed
    assert RunFolder.open(tmp_path / "copy").manifest()["failed_futures"] == 0

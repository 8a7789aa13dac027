"""The command as a subprocess, and one small run of each shipped study that the tests share."""

import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
SHIPPED = {"announced-measures": 4, "observed-tests": 12}  # futures of the small runs


@pytest.fixture(scope="session")
def sakimori(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Run one command in a process of its own, without the user's catalogue."""
    environment = {**os.environ, "SAKIMORI_CATALOGUE": str(tmp_path_factory.mktemp("none") / "catalogue")}

    def run(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "sakimori", *map(str, words)]
        given = {"capture_output": True, "text": True, "env": environment, "check": False, "timeout": 300}
        return subprocess.run(command, **{**given, **options})

    return run


@pytest.fixture(scope="session", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> str:
    """Name of a shipped study."""
    return request.param


@pytest.fixture(scope="session")
def copied(shipped: str, sakimori: Command, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The shipped study, copied by `new`."""
    folder = tmp_path_factory.mktemp("studies") / f"my {shipped}"
    done = sakimori("new", folder, "--from", shipped)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def ran(shipped: str, copied: pathlib.Path, sakimori: Command) -> tuple[pathlib.Path, str, str]:
    """A run of the copy, in the folder where `run` puts it by itself: path, stdout, stderr."""
    done = sakimori("run", copied.name, "--futures", SHIPPED[shipped], cwd=copied.parent)
    assert done.returncode == 0, done.stderr
    return copied.parent / "runs" / copied.name, done.stdout, done.stderr

"""However a command ends, it ends with one message and one of the five exit codes."""

import os
import pathlib
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from sakimori import cli
from sakimori.base.errors import InputError, RunError
from sakimori.cli.commands import app
from sakimori.study import catalogue

RUNNER = CliRunner()


def _raise(error: BaseException):
    def shipped() -> None:
        raise error

    return shipped


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("here.yaml", "this", "that", "Do so."), 2, "error here.yaml"),
        (RunError("it broke"), 3, "error it broke"),
        (PermissionError(13, "Permission denied", "some/file"), 3, "error some/file: Permission denied"),
        (OSError("odd"), 3, "error the output: odd"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(32, "Broken pipe"), 0, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_code_and_message(error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "shipped", _raise(error))
    monkeypatch.setattr("sakimori.cli.endings.silence", lambda stream: None)
    if isinstance(error, BrokenPipeError):  # what typer itself would catch, and end with 1
        monkeypatch.setattr("typer.core.TyperGroup.main", lambda *words, **options: _raise(error)())
    done = RUNNER.invoke(app, ["catalogue"])
    assert done.exit_code == code
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.count("error") == bool(words)


def test_a_fault_of_ours_ends_with_3_and_asks_for_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "shipped", _raise(ZeroDivisionError("oh")))
    monkeypatch.setattr(sys, "argv", ["sakimori", "catalogue"])
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "reconfigure", lambda **options: None, raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    assert "ZeroDivisionError: oh\nThis is a fault of Sakimori" in capsys.readouterr().err


def _shell(line: str) -> subprocess.CompletedProcess[str]:
    line = line.replace("sakimori", f"'{sys.executable}' -m sakimori")
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
@pytest.mark.parametrize(
    "line",
    [
        "sakimori catalogue | head -1",
        "sakimori catalogue --json | head -1",
        "sakimori catalogue | true",
        "sakimori catalogue --json | true",
        "sakimori --version | true",
    ],
)
def test_a_reader_that_has_had_enough(line: str) -> None:
    done = _shell(f"{line} >/dev/null; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_a_broken_pipe_does_not_hide_findings(tmp_path: pathlib.Path) -> None:
    (tmp_path / "study.yaml").write_text("schema: sakimori/1\ntitel: x\n", "utf-8")
    done = _shell(f"sakimori check '{tmp_path}' --format json | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["catalogue", "catalogue --json", "--version"])
def test_output_that_cannot_be_written(words: str) -> None:
    done = _shell(f"sakimori {words} > /dev/full")
    assert done.returncode == 3
    assert done.stderr == "error the output: No space left on device.\n"


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
@pytest.mark.parametrize(("redirection", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)])
def test_closed_streams(redirection: str, code: int) -> None:
    assert _shell(f"sakimori catalogue {redirection}").returncode == code

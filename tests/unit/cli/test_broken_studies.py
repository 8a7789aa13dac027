"""Broken studies through the commands: one message with file and line, exit code 2, and no file left behind."""

import importlib.util
import json
import pathlib
import re
import shutil

import pytest
from typer.testing import CliRunner

from sakimori.cli.commands import app
from sakimori.study import FINDINGS

STUDIES = pathlib.Path(__file__).parents[1] / "study"
SMALL = STUDIES / "fixtures" / "small"


def _cases() -> dict:
    spec = importlib.util.spec_from_file_location("broken_cases", STUDIES / "test_broken.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


CASES = _cases()
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("SAKIMORI_CATALOGUE", str(tmp_path / "no-user-catalogue"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def broken(tmp_path: pathlib.Path):
    """A folder with the small study, one text of it changed."""

    def make(name: str) -> pathlib.Path:
        case = CASES[name]
        folder = pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))
        path = folder / case.file
        path.write_text(path.read_text("utf-8").replace(case.old, case.new, 1), "utf-8")
        return folder

    return make


def _line(path: pathlib.Path, mark: str) -> int:
    return next(i for i, row in enumerate(path.read_text("utf-8").split("\n"), start=1) if mark in row)


def _one_block(stderr: str, place: str) -> None:
    assert "Traceback" not in stderr
    assert re.findall(r"^error (.*)$", stderr, re.MULTILINE) == [place], stderr
    for label in ("got", "expected", "mend"):
        assert len(re.findall(rf"^  {label}: +\S", stderr, re.MULTILINE)) == 1, stderr


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_check_and_run_refuse(name: str, broken, tmp_path: pathlib.Path) -> None:
    folder, case = broken(name), CASES[name]
    at = folder / (case.where or case.file)
    place, before = f"{at}:{_line(at, case.mark)}", sorted(tmp_path.rglob("*"))
    for words in (["check", str(folder)], ["run", str(folder), "--futures", "3"]):
        done = RUNNER.invoke(app, words)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        _one_block(done.stderr, place)
    listed = RUNNER.invoke(app, ["check", str(folder), "--format", "json"])
    assert listed.exit_code == 2
    assert listed.stderr == ""
    (finding,) = json.loads(listed.stdout)
    assert (finding["id"], finding["severity"]) == (case.id, "refused")
    assert f"{finding['file']}:{finding['line']}" == place
    assert finding["id"] in FINDINGS
    assert sorted(tmp_path.rglob("*")) == before, "a file was left behind"


def test_several_mistakes_are_all_named_in_one_block(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))
    study = folder / "study.yaml"
    text = study.read_text("utf-8").replace("seed: 7", "seed: seven").replace("range: 900 km,", "range: 900,")
    study.write_text(text, "utf-8")
    first, second = (f"{study}:{_line(study, mark)}" for mark in ("seed: seven", "range: 900,"))
    done = RUNNER.invoke(app, ["run", str(folder)])
    assert done.exit_code == 2
    _one_block(done.stderr, first)
    assert re.findall(r"^  also: +(\S+) ", done.stderr, re.MULTILINE) == [second]
    listed = json.loads(RUNNER.invoke(app, ["check", str(folder), "--format", "json"]).stdout)
    assert [f"{f['file']}:{f['line']}" for f in listed] == [first, second]


@pytest.mark.parametrize("name", ["unknown unit", "unknown key", "missing record", "bracket not closed", "a tag"])
def test_in_a_process_of_its_own(name: str, broken, tmp_path: pathlib.Path, sakimori) -> None:
    folder, case = broken(name), CASES[name]
    at, before = folder / (case.where or case.file), sorted(tmp_path.rglob("*"))
    done = sakimori("run", folder, "--futures", 3, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    _one_block(done.stderr, f"{at}:{_line(at, case.mark)}")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_readable_study_with_an_error_ends_with_1(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))
    path = folder / "catalogue" / "interceptor.yaml"
    path.write_text(path.read_text("utf-8").replace("floor: 20 km", "floor: 200 km"), "utf-8")
    done = RUNNER.invoke(app, ["check", str(folder)])
    assert done.exit_code == 1, done.output
    assert "error ENG08" in done.stdout

"""What `import sakimori` offers: it is complete, explained, works, and costs nothing until it is used."""

import inspect
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

import sakimori
from sakimori import api

RECIPES = pathlib.Path(__file__).parents[3] / "docs" / "recipes"


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_resolves_and_says_what_it_is(name: str) -> None:
    found = getattr(sakimori, name)
    assert found is getattr(api, name)
    told = inspect.getdoc(found) or ""
    assert told
    assert not told.startswith(f"{name}("), "only the docstring that dataclass makes up"


def test_dir_lists_what_is_offered_and_nothing_else() -> None:
    assert sorted(dir(sakimori)) == sorted({"__version__", *api.__all__})
    assert sorted(api.__all__) == api.__all__
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        sakimori.nonsense  # noqa: B018


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, sakimori; sys.exit(bool({'numpy', 'numba', 'pyarrow', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class Watched:
    """A Watch that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.moves: list[tuple[int, int]] = []

    def say(self, message: str) -> None:
        self.said.append(message)

    def advance(self, done: int, total: int) -> None:
        self.moves.append((done, total))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("api") / "run"
    study = sakimori.load("announced-measures")
    folder = sakimori.execute(study, str(path), futures=3, workers=1)
    assert folder.path == path
    return path


def test_a_run_and_what_can_be_asked_of_it(run: pathlib.Path, tmp_path: pathlib.Path) -> None:
    study = sakimori.load("announced-measures")
    folder = sakimori.open_run(run)
    assert sorted(set(folder.columns("outcomes")["future"].tolist())) == [0, 1, 2]
    assert folder.missing_futures() == []
    view = sakimori.open_view(run)
    assert view.options == study.option_names
    written = sakimori.write_report(run, tmp_path / "out.html")
    assert written.read_text("utf-8")[:15].lower() == "<!doctype html>"


def test_a_finished_run_is_not_done_again(run: pathlib.Path) -> None:
    before, watched = {p: p.stat().st_mtime_ns for p in run.rglob("*.parquet")}, Watched()
    sakimori.execute(sakimori.load("announced-measures"), run, futures=3, workers=1, watch=watched)
    assert {p: p.stat().st_mtime_ns for p in run.rglob("*.parquet")} == before
    assert watched.said == ["resuming: 3 of 3 futures are already done"]
    assert watched.moves == [(3, 3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"futures": 0},
        {"futures": -1},
        {"futures": 10**9},
        {"workers": 0},
        {"workers": 10**6},
        {"seed": -1},
        {"seed": 2**32},
    ],
    ids=str,
)
def test_numbers_out_of_range(wrong: dict[str, int], tmp_path: pathlib.Path) -> None:
    study = sakimori.load("announced-measures")
    with pytest.raises(sakimori.InputError, match=f"--{next(iter(wrong))}"):
        sakimori.execute(study, tmp_path / "run", **wrong)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("page", sorted(RECIPES.glob("*.md")), ids=lambda page: page.name)
def test_python_in_the_recipes_runs(page: pathlib.Path, run: pathlib.Path, tmp_path: pathlib.Path) -> None:
    shutil.copytree(run, tmp_path / "runs" / "demo")
    blocks = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    code = "\n".join(blocks) or "pass"
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr

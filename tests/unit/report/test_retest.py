"""The leaders of a run on fresh futures: who they are, that no draw is shared, and what is left of their change."""

import json
import pathlib
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

import sakimori
from sakimori.cli.commands import app
from sakimori.report.opening import open_view
from sakimori.report.portfolios import Sets
from sakimori.report.summary import summarise

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Twelve futures of the small study with every feasible portfolio."""
    folder = tmp_path_factory.mktemp("retest")
    study = pathlib.Path(shutil.copytree(SMALL, folder / "small"))
    text = (study / "study.yaml").read_text("utf-8")
    asked = "seed: 7\nportfolios: {feasible: {most: 50}}"
    (study / "study.yaml").write_text(text.replace("seed: 7", asked), "utf-8")
    return sakimori.load(study).run(folder / "run", futures=12, workers=1).path


def test_leaders_are_played_on_futures_that_share_no_draw(run: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = sakimori.open_run(run).retest(tmp_path / "fresh", workers=1)
    best = Sets(summarise(open_view(run))).best
    assert [leader.picked for leader in found.leaders] == [choice.picked for choice in best[:5]]
    before, after = open_view(run), open_view(tmp_path / "fresh")
    assert (before.manifest["seed"], after.manifest["seed"]) == (7, 8)
    factor = "tracking.efficiency"
    assert not set(before.tables["factors"][factor]) & set(after.tables["factors"][factor])
    summary = summarise(after)
    for leader in found.leaders:
        name = next(o for o in after.options if set(after.measures_of(o)) == set(leader.measures))
        values = summary.panel.of(name) - summary.panel.of("baseline")
        assert leader.fresh.mean == pytest.approx(np.mean(values))
        assert leader.shrink == pytest.approx(leader.picked - np.mean(values))
    assert not found.leaders[0].tied


def test_the_command_prints_what_is_left(run: pathlib.Path, tmp_path: pathlib.Path) -> None:
    fresh = str(tmp_path / "fresh")
    shown = CliRunner().invoke(app, ["retest", str(run), "--out", fresh, "--futures", "8", "--workers", "1", "--json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert told["metric"] == "no_leaker"
    assert {"measures", "picked", "fresh", "shrink", "tied"} == set(told["leaders"][0])
    table = CliRunner().invoke(app, ["retest", str(run), "--out", fresh, "--futures", "8", "--workers", "1"])
    assert "shrink" in table.stdout

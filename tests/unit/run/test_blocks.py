"""Runs of a design in blocks: what is not asked stays the same within a block, luck included; the report says what
the asked factors do."""

import pathlib
import shutil

import numpy as np
import pytest

import sakimori
from sakimori.report import build
from sakimori.report.opening import open_view
from sakimori.report.scoreboard import scoreboard_json
from sakimori.report.view import RunView

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
ASKED = ("records.interceptor.small-interceptor.kill_probability", "tracking.efficiency")


def _run(folder: pathlib.Path, method: str, blocks: int) -> RunView:
    study = pathlib.Path(shutil.copytree(SMALL, folder / method))
    text = (study / "study.yaml").read_text("utf-8")
    asked = f"seed: 7\nsampling: {{method: {method}, factors: [{', '.join(ASKED)}]}}"
    (study / "study.yaml").write_text(text.replace("seed: 7", asked), "utf-8")
    loaded = sakimori.load(study)
    assert loaded.table.design.asked == ASKED
    run = loaded.run(folder / f"{method}-run", futures=blocks * loaded.table.design.block, workers=1)
    return open_view(run.path)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunView]:
    """Eight blocks of each design."""
    folder = tmp_path_factory.mktemp("blocks")
    return {method: _run(folder, method, 8) for method in ("saltelli", "morris")}


def test_only_the_asked_factors_differ_within_a_block(views: dict[str, RunView]) -> None:
    for method, rows in (("saltelli", 3), ("morris", 3)):
        view = views[method]
        size, factors = view.design.block, view.tables["factors"]
        flights = view.tables["flights"]
        for block in range(8):
            mine = slice(block * size, block * size + rows)
            still = [name for name in factors if name not in (*ASKED, "future")]
            assert all(np.ptp(factors[name][mine]) == 0.0 for name in still)
            ranges = [flights["range"][flights["future"] == future] for future in range(mine.start, mine.stop)]
            assert all(np.array_equal(ranges[0], other) for other in ranges[1:])
        assert sorted(np.unique(view.tables["outcomes"]["future"])) == list(range(8 * size))


def test_a_factor_without_influence_has_none_at_all(views: dict[str, RunView]) -> None:
    """Luck goes with the base of a block: the same raid, shot for shot, where nothing that matters was moved."""
    found = {item["factor"]: item for item in scoreboard_json(views["morris"])["decision"]["designed"]}
    assert set(found) == set(ASKED)
    assert found[ASKED[0]]["size"] > 0.0


def test_no_answer_turns_on_factors_that_have_one_value_in_a_block(views: dict[str, RunView]) -> None:
    for view in views.values():
        assert {name for name in view.tables["factors"] if name not in view.not_ours} - {"future"} == set(ASKED)


def test_the_report_tells_what_the_asked_factors_do(views: dict[str, RunView]) -> None:
    assert "8 blocks of a Saltelli design" in build(views["saltelli"])
    assert "8 trajectories of a Morris design" in build(views["morris"])
    first = scoreboard_json(views["saltelli"])["decision"]["designed"][0]
    assert 0.0 < first["total"] <= 1.5
    assert not first["converged"]

"""A run with portfolios: their rows stand apart, are those of the same architecture, and move nothing else."""

import json
import pathlib
import shutil

import numpy as np
import pytest

import sakimori
from sakimori.report.opening import open_view, write_report
from sakimori.report.scoreboard import scoreboard_json
from sakimori.run import execute
from sakimori.store import RunFolder
from sakimori.study import load

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"
ASKED = "seed: 7\nportfolios: {leave_one_out: true, doses: true, unfolding: true}"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, RunFolder]:
    """Six futures of the small study, without and with portfolios."""
    folder = tmp_path_factory.mktemp("portfolios")
    study = pathlib.Path(shutil.copytree(SMALL, folder / "small"))
    plain = execute(load(study), folder / "plain", futures=6, workers=1)
    text = (study / "study.yaml").read_text("utf-8").replace("seed: 7", ASKED)
    (study / "study.yaml").write_text(text, "utf-8")
    return plain, execute(load(study), folder / "asked", futures=6, workers=1)


def test_what_is_listed_does_not_move(runs: tuple[RunFolder, RunFolder]) -> None:
    plain, asked = runs
    for table in ("flights", "tracks", "threats", "engagements", "outcomes", "factors"):
        assert plain.table(table).equals(asked.table(table)), table
    assert plain.table("portfolios").num_rows == 0


def test_one_architecture_has_one_outcome(runs: tuple[RunFolder, RunFolder]) -> None:
    outcomes, portfolios = runs[1].columns("outcomes"), runs[1].columns("portfolios")
    listed, same = outcomes["option"] == "rounds-and-satellites", portfolios["option"] == "all-without-fire-control"
    assert same.sum() == 6
    for name in outcomes:
        if name != "option":
            np.testing.assert_array_equal(outcomes[name][listed], portfolios[name][same], err_msg=name)


def test_the_manifest_names_what_each_set_holds(runs: tuple[RunFolder, RunFolder]) -> None:
    facts = json.loads((runs[1].path / "manifest.json").read_text("utf-8"))["options"]
    assert facts["all-without-more-rounds"] == {
        "kind": "leave-one-out",
        "measures": ["tracking-satellites", "fire-control"],
    }
    assert facts["baseline"] == {"kind": "listed", "measures": []}


def test_the_report_and_its_data_have_the_sets(runs: tuple[RunFolder, RunFolder]) -> None:
    view = open_view(runs[1].path)
    found = scoreboard_json(view)["portfolios"]
    assert set(found["leave_one_out"]) == {f"all-without-{name}" for name in view.study["measures"]}
    assert len(found["doses"]) == 7
    assert [row["year"] for row in found["unfolding"]] == list(range(2026, 2041))
    assert set(found["unfolding"][0]["measures"].values()) == {0.0}
    assert set(found["unfolding"][-1]["measures"].values()) == {1.0}
    outcomes = view.tables["outcomes"]
    everything = outcomes["no_leaker"][outcomes["option"] == "all"].mean()
    assert found["unfolding"][-1]["mean"] == pytest.approx(everything)  # all measures are there in 2031
    costs = scoreboard_json(view)["decision"]["costs"]
    assert costs["measures"]["tracking-satellites"]["payer"] == {"USA": 0.8, "JPN": 0.2}
    alone = outcomes["cost"][outcomes["option"] == "tracking-satellites"]
    assert costs["measures"]["tracking-satellites"]["cost_p50"] == pytest.approx(np.median(alone))
    page = write_report(runs[1].path).read_text("utf-8")
    assert "What each measure costs" in page
    assert "Sets of measures, and as they unfold" in page
    assert scoreboard_json(open_view(runs[0].path))["portfolios"] == {}


class Told:
    """A Watch that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)

    def advance(self, done: int, total: int) -> None:
        del done, total


def test_the_time_is_told_and_recorded_before_portfolios_are_played(runs: tuple[RunFolder, RunFolder]) -> None:
    log = [json.loads(line) for line in (runs[1].path / "log.jsonl").read_text("utf-8").splitlines()]
    (found,) = [line for line in log if line["event"] == "estimate"]
    assert found["futures"] == 6
    assert found["different"] < found["sets"]  # all-without-fire-control is a listed option
    assert found["seconds"] > 0.0
    assert [line["event"] for line in log].index("estimate") == 0
    assert "estimate" not in (runs[0].path / "log.jsonl").read_text("utf-8")


def test_portfolios_that_would_take_too_long_are_refused_and_leave_nothing(tmp_path: pathlib.Path) -> None:
    study = pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))
    text = (study / "study.yaml").read_text("utf-8")
    asked = "seed: 7\nportfolios: {leave_one_out: true, time_limit: 0.001 s}"
    (study / "study.yaml").write_text(text.replace("seed: 7", asked), "utf-8")
    told = Told()
    with pytest.raises(sakimori.RunError, match=r"9 sets of measures, 6 of them different: .* time_limit\)"):
        execute(load(study), tmp_path / "run", futures=30, workers=1, watch=told)
    assert not (tmp_path / "run").exists()
    assert told.said[-1].startswith("estimate: ")

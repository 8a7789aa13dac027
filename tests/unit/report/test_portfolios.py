"""Sets of measures in the report, on a run made of draws."""

import dataclasses
import json

import numpy as np
import pytest

from sakimori.report.portfolios import Sets, section
from sakimori.report.scoreboard import scoreboard_json
from sakimori.report.summary import summarise

LEO, SM3 = "leo-tracking", "more-sm3"
LISTED = {
    "baseline": [],
    "leo-tracking": ["leo-tracking"],
    "more-sm3": ["more-sm3"],
    "all": ["leo-tracking", "more-sm3"],
}


@pytest.fixture(scope="module")
def unfolding(view):
    """The synthetic run with the sets of both measures, those without one of them, and a dose."""
    outcomes = {**view.tables["outcomes"]}
    outcomes["available"] = np.full(len(outcomes["future"]), 2029.0)
    copies = {"leo-tracking+more-sm3": "all", "all-without-more-sm3": LEO, "all-without-leo-tracking": SM3,
              "more-sm3:rounds=8": "more-sm3"}  # fmt: skip
    parts = []
    for name, source in copies.items():
        mine = (outcomes["option"] == source) & ~outcomes["failed"].astype(bool)
        rows = {column: values[mine] for column, values in outcomes.items()}
        parts.append({**rows, "option": np.full(int(mine.sum()), name, dtype=object)})
    portfolios = {column: np.concatenate([part[column] for part in parts]) for column in outcomes}
    years = np.random.default_rng(1).uniform(2027.0, 2031.0, 60)
    factors = {**view.tables["factors"], "measures.leo-tracking.available": years}
    kinds = {"all-without-more-sm3": ("leave-one-out", ["leo-tracking"]), "more-sm3:rounds=8": ("dose", ["more-sm3"]),
             "all-without-leo-tracking": ("leave-one-out", ["more-sm3"])}  # fmt: skip
    options = {name: {"kind": "listed", "measures": members} for name, members in LISTED.items()}
    options |= {name: {"kind": kind, "measures": members} for name, (kind, members) in kinds.items()}
    return dataclasses.replace(
        view,
        manifest={**view.manifest, "options": options},
        study={**view.study, "portfolios": {"unfolding": True, "feasible": {"most": 500}}},
        tables={**view.tables, "outcomes": outcomes, "portfolios": portfolios, "factors": factors},
    )


def test_a_run_without_sets_has_no_section(view):
    assert section(summarise(view)) is None
    assert scoreboard_json(view)["portfolios"] == {}


def test_years_best_sets_and_single_steps(unfolding):
    data = json.loads(json.dumps(scoreboard_json(unfolding)["portfolios"], allow_nan=False))
    means = {o: summarise(unfolding).estimates["no_leaker"][o].mean for o in LISTED}
    by_year = {row["year"]: row for row in data["unfolding"]}
    assert list(by_year) == list(range(2026, 2041))
    assert by_year[2026]["mean"] == pytest.approx(means["more-sm3"])  # without a year it is there from the start
    assert by_year[2032]["mean"] == pytest.approx(means["all"])
    assert by_year[2026]["measures"] == {"leo-tracking": 0.0, "more-sm3": 1.0}
    assert 0.0 < by_year[2029]["measures"]["leo-tracking"] < 1.0
    assert data["leave_one_out"]["all-without-leo-tracking"]["mean"] == pytest.approx(means["all"] - means["more-sm3"])
    assert data["doses"]["more-sm3:rounds=8"]["mean"] == pytest.approx(means["more-sm3"] - means["baseline"])
    assert {tuple(row["measures"]) for row in data["best"]} == {
        ("leo-tracking",),
        ("more-sm3",),
        ("leo-tracking", "more-sm3"),
    }


def test_the_section_stands_in_words_and_figures(unfolding):
    found = section(summarise(unfolding))
    assert found is not None
    assert [block.kind for block in found.blocks] == ["text", "figure", "table", "text", "table", "table", "table"]
    assert "Half of that gain is reached by 20" in found.blocks[0].text
    figure = found.blocks[1]
    assert figure.alt.startswith("As it unfolds: 2026: ")
    assert "<svg" in figure.svg
    assert "winner's curse" in found.blocks[3].text
    assert len(Sets(summarise(unfolding)).best) == 3


def test_listed_options_beyond_the_budget_are_not_among_the_best(unfolding):
    asked = {"unfolding": True, "feasible": {"budget": "1 GUSD", "most": 500}}
    poor = dataclasses.replace(unfolding, study={**unfolding.study, "portfolios": asked})
    assert [choice.option for choice in Sets(summarise(poor)).best] == [SM3]


def test_a_sample_proposes_the_best_sets_of_a_fitted_response(unfolding):
    options = {**unfolding.manifest["options"]}
    options["leo-tracking+more-sm3"] = {"kind": "portfolio", "measures": ["leo-tracking", "more-sm3"]}
    asked = {"feasible": {"most": 3, "sample": 4}}
    run = dataclasses.replace(
        unfolding,
        manifest={**unfolding.manifest, "options": options},
        study={**unfolding.study, "portfolios": asked},
    )
    first, *rest = scoreboard_json(run)["portfolios"]["proposed"]
    means = {o: summarise(run).estimates["no_leaker"][o].mean for o in LISTED}
    gains = {name: means[name] - means["baseline"] for name in LISTED}
    best = max(gains, key=gains.__getitem__)
    assert set(first["measures"]) == set(LISTED[best])
    assert first["gain"] == pytest.approx(gains[best])  # four sets, four terms: nothing is missed
    assert first["error"] is None
    assert first["gain"] >= rest[0]["gain"]
    page = str(section(summarise(run)))
    assert "best of all feasible ones" in page
    assert "could not be tested" in page
    assert scoreboard_json(unfolding)["portfolios"]["proposed"] == []

"""Choices judged on futures that did not choose; and the metric year by year, by hand."""

import numpy as np
import pytest

from sakimori.assess import METRICS, Panel
from sakimori.assess.metrics import BASELINE
from sakimori.assess.portfolios import choices, halves, sparse_panel, together, unfolded


def panel_of(values: np.ndarray, names: tuple[str, ...], clusters: np.ndarray | None = None) -> Panel:
    return Panel(METRICS["no_leaker"], names, np.arange(values.shape[1]), values, 0.0 * values, 1, 0, None, clusters)


def test_replicates_and_futures_are_halved_whole() -> None:
    choose, judge = halves(panel_of(np.ones((1, 12)), (BASELINE,), np.arange(12) % 4))
    assert choose.tolist() == [True, False] * 6
    assert (choose ^ judge).all()


def test_the_winners_curse_is_taken_off() -> None:
    # 40 sets without any effect: the one that looks best gains on the futures that chose it, and nothing on the others.
    draw = np.random.default_rng(4)
    names = (BASELINE, *(f"s{i}" for i in range(40)))
    picked, fresh, tied = [], [], []
    for _ in range(60):
        found = choices(panel_of(draw.normal(size=(41, 80)), names), names[1:], 5)
        picked.append(found[0].picked)
        fresh.append(found[0].fresh.mean)
        tied += [c.tied for c in found[1:]]
    error = np.std(fresh) / np.sqrt(60)
    assert np.mean(picked) > 0.3
    assert abs(np.mean(fresh)) < 3.0 * error
    assert np.mean(tied) > 0.9


def test_what_is_better_is_chosen_and_not_tied() -> None:
    noise = np.random.default_rng(5).normal(size=(1, 60))
    values = noise + np.array([[0.0], [0.5], [1.0]]) + 0.01 * np.random.default_rng(6).normal(size=(3, 60))
    first, second = choices(panel_of(values, (BASELINE, "a", "b")), ("a", "b"), 10)
    assert (first.option, second.option, second.tied) == ("b", "a", False)
    assert first.fresh.mean == pytest.approx(1.0, abs=0.01)


def test_less_is_better_where_the_metric_says_so() -> None:
    values = np.array([[5.0] * 8, [4.0] * 8, [6.0] * 8])
    found = Panel(METRICS["expected_leakers"], (BASELINE, "a", "b"), np.arange(8), values, 0 * values, 1, 0)
    assert [c.option for c in choices(found, ("a", "b"), 1)] == ["a"]


def test_years_take_the_value_of_what_is_there() -> None:
    outcomes = {
        "future": np.array([0, 1] * 2),
        "option": np.array([BASELINE] * 2 + ["a"] * 2),
        "x": np.array([0.1, 0.2, 0.5, 0.6]),
    }
    portfolios = {"future": np.array([1]), "option": np.array(["a+b"]), "x": np.array([0.9])}
    table = together(outcomes, portfolios)
    names = [BASELINE, "a", "a+b"]
    panel = sparse_panel(panel_of(np.zeros((1, 2)), (BASELINE,)), table, table["x"], names)
    assert np.isnan(panel.of("a+b")[0])
    none, one, two = frozenset(""), frozenset("a"), frozenset("ab")
    years = unfolded(
        panel,
        {2026: [none, none], 2027: [none, one], 2028: [one, two]},
        {none: BASELINE, one: "a", two: "a+b"},
        ["a", "b"],
    )
    assert [y.estimate.mean for y in years] == pytest.approx([0.15, 0.35, 0.7])
    assert [y.change.mean for y in years] == pytest.approx([0.0, 0.2, 0.55])
    assert [dict(y.measures) for y in years] == [{"a": 0.0, "b": 0.0}, {"a": 0.5, "b": 0.0}, {"a": 1.0, "b": 0.5}]

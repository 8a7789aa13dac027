"""Metrics read from tables: values, missing futures, and documents that are complete."""

import pathlib
import re

import numpy as np
import pytest

from sakimori.assess import METRICS, panel
from sakimori.assess.metrics import available, option_names

ROOT = pathlib.Path(__file__).parents[3]


def small():
    """Three futures, two options; future 2 failed under the measure."""
    outcomes = {
        "future": np.array([0, 0, 1, 1, 2, 2]),
        "option": np.array(["m", "baseline"] * 3, dtype=object),
        "raid_size": np.array([2, 2, 4, 4, 4, 4]),
        "no_leaker": np.array([0.5, 0.25, 0.75, 0.5, np.nan, 0.5]),
        "no_leaker_variance": np.array([0.25, 0.1875, 0.1875, 0.25, np.nan, 0.25]),
        "expected_leakers": np.array([0.5, 1.0, 1.0, 2.0, np.nan, 2.0]),
        "failed": np.array([False, False, False, False, True, False]),
    }
    threats = {
        "future": np.array([0, 0, 0, 0, 1, 1]),
        "option": np.array(["baseline", "baseline", "m", "m", "baseline", "m"], dtype=object),
        "first_detected": np.array([10.0, np.nan, 10.0, 20.0, np.nan, 5.0]),
        "warning_time": np.array([100.0, 0.0, 100.0, 90.0, 0.0, 60.0]),
        "best_sigma": np.array([100.0, np.inf, 50.0, 150.0, np.nan, 80.0]),
    }
    return {"outcomes": outcomes, "threats": threats}


def test_values_stand_under_their_option_and_future():
    found = panel(small(), "no_leaker", 8)
    assert found.options == ("baseline", "m")
    assert found.futures.tolist() == [0, 1]
    assert found.left_out == 1
    np.testing.assert_allclose(found.of("m"), [0.5, 0.75])
    np.testing.assert_allclose(found.luck[0], [0.1875, 0.25])


def test_row_order_does_not_matter():
    tables = small()
    order = np.array([5, 2, 0, 3, 4, 1])
    shuffled = {"outcomes": {name: column[order] for name, column in tables["outcomes"].items()}}
    np.testing.assert_array_equal(panel(shuffled, "no_leaker", 8).values, panel(tables, "no_leaker", 8).values)


def test_metrics_of_threats_are_means_over_the_raid():
    tables = small()
    np.testing.assert_allclose(panel(tables, "detected", 1).values, [[0.5, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(panel(tables, "warned", 1).values, [[0.5, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(panel(tables, "best_sigma", 1).values, [[100.0, np.nan], [100.0, 80.0]])
    np.testing.assert_allclose(panel(tables, "leak_fraction", 1).values, [[0.5, 0.5], [0.25, 0.25]])


def test_no_future_at_all_is_an_empty_panel():
    tables = small()
    tables["outcomes"]["failed"][:] = True
    found = panel(tables, "no_leaker", 8)
    assert found.values.shape == (2, 0)
    assert found.left_out == 3


def test_only_metrics_with_their_columns_are_available():
    assert available(small()) == ("no_leaker", "expected_leakers", "leak_fraction", "detected", "warned", "best_sigma")
    with pytest.raises(KeyError):
        panel(small(), "no-such-metric", 1)


def test_the_baseline_comes_first():
    assert option_names({"option": np.array(["b", "a", "baseline"], dtype=object)}) == ("baseline", "b", "a")


def test_every_metric_is_documented():
    text = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)$", text, re.MULTILINE))
    assert set(rows) == set(METRICS)
    for name, metric in METRICS.items():
        for fact in (metric.title, metric.title_ja, metric.meaning, metric.formula):
            assert fact in rows[name], f"docs/metrics.md: {name} lacks: {fact}"
        assert f"| {metric.unit} |" in rows[name]
        assert ("more" if metric.higher_is_better else "less") in rows[name]

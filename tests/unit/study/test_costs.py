"""Costs in the money of one year: escalated in the currency stated, then changed into dollars, then discounted."""

import pathlib
from collections.abc import Callable

import pytest

from sakimori.study import load

Change = Callable[..., pathlib.Path]
PRICES = "prices: {year: 2030, escalation: {USD: 2 %, JPY: 1 %}, discount: 3 %}"


def test_a_cost_is_carried_to_the_year_of_the_prices(changed: Change, small: pathlib.Path) -> None:
    before = load(small)
    after = load(changed("seed: 7", f"seed: 7\n{PRICES}"))
    for future in range(20):
        values = after.factor_values(future)
        assert values == before.factor_values(future)  # fixed rates are no factors, and nothing else moves
        plain, carried = before.labels(future).option_costs, after.labels(future).option_costs
        assert carried["more-rounds"] == pytest.approx(plain["more-rounds"] * 1.02**4)
        satellites = plain["tracking-satellites"] * 1.02**4
        assert carried["tracking-satellites"] == pytest.approx(satellites)
        yen = values["measures.fire-control.cost"] / values["exchange_rate"] * 1.01**4
        assert carried["fire-control"] == pytest.approx(satellites + yen)


def test_what_is_paid_later_is_worth_less(changed: Change) -> None:
    study = load(changed("seed: 7", f"seed: 7\n{PRICES}"))
    for future in range(20):
        values, costs = study.factor_values(future), study.compiled.costs
        wait = max(values["measures.more-rounds.available"] - 2030.0, 0.0)
        cost = costs.usd("more-rounds", values)
        assert costs.worth("more-rounds", values) == pytest.approx(cost / 1.03**wait)


def test_without_a_year_costs_stand_as_stated_to_the_bit(small: pathlib.Path, changed: Change) -> None:
    before = load(small)
    costs = [before.labels(future).option_costs for future in range(10)]
    same = load(changed("seed: 7", "seed: 7\nprices: {year: 2026, escalation: {USD: {uniform: [1 %, 4 %]}}}"))
    assert [same.labels(future).option_costs for future in range(10)] == costs
    values = before.factor_values(0)
    assert before.compiled.costs.worth("more-rounds", values) == before.compiled.costs.usd("more-rounds", values)


def test_a_measure_may_lower_what_a_leaker_costs_and_moves_nothing_else(changed: Change, small: pathlib.Path) -> None:
    """The value of a place, set or raised: the case (what flies, who fires) keeps every bit, only the labels differ."""
    before = load(small)
    after = load(changed("- set: {assets.north-radar.reference_range: 800 km}", "- raise: {places.kanto.value: -0.25}"))
    case, labels = after.case(3), after.labels(3)
    assert set(labels.option_values["more-rounds"]) == {0.75}
    assert set(labels.option_values["baseline"]) == {1.0}
    assert case.values == before.case(3).values == (1.0,) * len(case.threats)
    assert before.labels(3).option_values["more-rounds"] == labels.option_values["baseline"]

"""Regret, front, budget, attribution, dose, threshold, places, scenarios: small cases worked out by hand."""

import numpy as np
import pytest

from sakimori.assess import METRICS, Panel
from sakimori.assess.attribution import Known, shapley
from sakimori.assess.boxes import peeled
from sakimori.assess.frontier import front, offers, under_budget
from sakimori.assess.indices import first_order
from sakimori.assess.regret import regret, robustness
from sakimori.assess.resampling import weights
from sakimori.assess.response import dose_response, payoff, threshold
from sakimori.assess.scenarios import Found, discover, overtaken
from sakimori.assess.standing import position_shares, standings


def panel(values, metric="no_leaker", options=("baseline", "a", "b"), draws=None):
    table = np.asarray(values, dtype=float)
    names = options[: len(table)]
    return Panel(METRICS[metric], names, np.arange(table.shape[1]), table, np.zeros_like(table), 1, 0, draws)


def test_regret_is_turned_for_metrics_of_which_less_is_better():
    found = {r.option: r for r in regret(panel([[2, 2], [1, 3], [2, 1]], "expected_leakers"), ("baseline", "a", "b"))}
    assert found["baseline"].greatest == 1.0
    assert found["a"].greatest == 2.0
    assert (found["a"].best, found["b"].best, found["baseline"].best) == (0.5, 0.5, 0.0)


def test_regret_without_any_future_is_not_a_number():
    assert np.isnan(regret(panel([[np.nan], [1.0]]), ("baseline", "a"))[0].greatest)


def test_a_goal_is_at_least_or_at_most_as_the_metric_has_it():
    assert robustness(panel([[0.0, 0.5, 1.0, 1.0]]), "baseline", 0.5).share == 0.75
    assert robustness(panel([[0.0, 0.5, 1.0, 1.0]], "expected_leakers"), "baseline", 0.5).share == 0.5


def test_the_interval_of_robustness_is_wilsons_and_counts_draws():
    """8 of 10: 0.490 to 0.943 (Wilson 1927). Ten flights of one draw each twice tell no more than five futures."""
    own = robustness(panel([[1.0] * 8 + [0.0] * 2]), "baseline", 0.5)
    assert (own.low, own.high) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    shared = robustness(panel([[1.0] * 8 + [0.0] * 2], draws=np.arange(10) // 2), "baseline", 0.5)
    assert shared.low < own.low
    assert shared.share == own.share


def test_resamples_are_the_same_every_time_and_keep_draws_together():
    one, two = (np.array(list(weights(6, np.array([0, 0, 1, 1, 2, 2]), 5))) for _ in range(2))
    assert np.array_equal(one, two)
    assert np.array_equal(one[:, ::2], one[:, 1::2])
    assert np.all(one.sum(axis=1) == 6.0)
    assert len(np.unique(one, axis=0)) > 1


def test_equal_offers_stay_on_the_front_and_unknown_costs_never_are():
    cost, year, gain = [1, 1, 2, np.nan, 3], [2030, 2030, 2029, 2020, 2031], [5, 5, 4, 9, 5]
    assert front(*(np.array(v, dtype=float) for v in (cost, year, gain))).tolist() == [True, True, True, False, False]


def test_an_offer_that_gains_nothing_is_beaten_by_doing_nothing():
    values = panel([[0.2] * 4, [0.5] * 4, [0.2] * 4])
    costs = {"a": np.full(4, 2e9), "b": np.full(4, 1e9)}
    years = {"a": np.full(4, np.nan), "b": np.full(4, 2027.0)}
    found = {o.option: o for o in offers(values, costs, years, "baseline", ("a", "b"))}
    assert (found["a"].front, found["b"].front) == (True, False)
    assert (found["a"].share, found["b"].share) == (1.0, 0.0)
    assert np.isnan(found["a"].year)
    assert found["a"].gain == pytest.approx(0.3)


def test_under_a_budget_what_is_too_dear_gains_nothing():
    found = under_budget(panel([[0.0] * 4, [1.0] * 4]), np.array([1.0, 2.0, 3.0, 4.0]), "a", "baseline", 2.5)
    assert (found.bought, found.gain) == (0.5, 0.5)
    assert found.low < 0.5 < found.high


def test_attribution_is_refused_where_a_measure_never_joined_many():
    one = np.ones(3)
    sets = {frozenset(): 0 * one, frozenset("a"): one, frozenset("b"): 2 * one, frozenset("ab"): 4 * one}
    assert shapley(sets, ("a", "b")).known is Known.EXACT
    sets |= {frozenset("c"): one, frozenset("abc"): 9 * one}
    found = shapley(sets, ("a", "b", "c"))
    assert found.known is Known.REFUSED
    assert (found.whole, found.singles, found.parts) == (9.0, 4.0, ())


def test_some_sets_of_every_size_are_a_sample():
    """Without the pair ac, a joins sets of one only through b and d: (2 + 2) / 2, and sets of two in three ways."""
    sets = [frozenset(s) for s in ("", "a", "b", "c", "d", "ab", "ad", "bc", "bd", "cd", "abc", "abd", "acd", "bcd")]
    found = shapley({s: np.full(2, float(len(s) ** 2)) for s in [*sets, frozenset("abcd")]}, tuple("abcd"))
    assert found.known is Known.SAMPLED
    part = {p.measure: p for p in found.parts}
    assert part["a"].mean == pytest.approx((1 + 3 + 5 + 7) / 4)
    assert (part["a"].first, part["a"].last) == (1.0, 7.0)
    assert found.rest == pytest.approx(0.0)


def test_more_of_a_dose_brings_more_and_its_interval_says_so():
    draw = np.random.default_rng(1)
    dose = draw.choice([4.0, 8.0, 16.0], 300)
    base = draw.uniform(0.0, 0.2, 300)
    found = dose_response(
        panel([base, base + 0.01 * dose + draw.normal(0, 0.02, 300)]), "a", "baseline", "rounds", dose
    )
    assert found is not None
    assert [(d.low, d.high) for d in found.doses] == [(4.0, 4.0), (8.0, 8.0), (16.0, 16.0)]
    assert found.more_low < 0.12 < found.more_high
    assert found.resolved
    assert sum(d.futures for d in found.doses) == 300


def test_a_dose_that_does_not_matter_is_not_resolved_and_one_dose_is_no_response():
    draw = np.random.default_rng(2)
    base, dose = draw.uniform(0.0, 0.2, 200), draw.uniform(1.0, 6.0, 200)
    none = dose_response(panel([base, base + draw.normal(0.1, 0.05, 200)]), "a", "baseline", "latency", dose)
    assert none is not None
    assert not none.resolved
    assert dose_response(panel([base, base]), "a", "baseline", "latency", np.ones(200)) is None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_threshold_is_found_from_either_side_and_only_where_there_is_one(sign):
    draw = np.random.default_rng(3)
    x = draw.uniform(0.0, 1.0, 600)
    lead = sign * (x - 0.4) + draw.normal(0.0, 0.1, 600)
    found = threshold(panel([np.zeros(600), lead]), "a", "baseline", "x", x, 0.95)
    assert found is not None
    assert found.above == (sign > 0)
    assert found.low < 0.4 < found.high
    assert found.high - found.low < 0.15
    assert found.share == 1.0
    assert threshold(panel([np.zeros(600), lead + 2.0]), "a", "baseline", "x", x, 0.95) is None
    assert threshold(panel([np.zeros(600), draw.normal(size=600)]), "a", "baseline", "x", x, 0.999) is None


def test_pays_off_from_the_raid_size_above_which_every_gain_is_resolved():
    size = np.repeat([4.0, 8.0, 12.0], 30)
    gain = np.where(size < 8.0, 0.0, 0.3) + np.random.default_rng(4).normal(0.0, 0.05, 90)
    outcomes = {"future": np.arange(90), "raid_size": size}
    found = payoff(panel([np.zeros(90), gain]), outcomes, "a", "baseline")
    assert (found.size, found.label, found.steady) == (8.0, "8", False)
    never = payoff(panel([np.zeros(90), np.zeros(90)]), outcomes, "a", "baseline")
    assert np.isnan(never.size)
    assert never.steady


def test_places_and_standings_follow_the_means():
    draw = np.random.default_rng(5)
    p = draw.uniform(0.0, 1.0, 300)
    values = panel([np.zeros(300), p, np.full(300, 0.45)])
    shares = position_shares(values, ("a", "b"))
    assert shares[0, 0] > 0.95
    parts = standings(values, ("a", "b"), p)
    assert [s.order[0] for s in parts] == ["b", "a", "a"]
    assert parts[0].leads.mean < 0.0 < parts[2].leads.mean


def scene(futures=400, seed=6):
    """The rival overtakes where our delay is long and our kill probability is low; ten other factors do nothing."""
    draw = np.random.default_rng(seed)
    factors = {f"idle-{i}": draw.uniform(size=futures) for i in range(10)}
    factors |= {"delay": draw.uniform(10.0, 60.0, futures), "kill": draw.uniform(0.2, 0.8, futures)}
    changed = (factors["delay"] > 35.0) & (factors["kill"] < 0.5)
    return factors, changed ^ (draw.uniform(size=futures) < 0.05)


def test_the_box_is_found_and_holds_in_the_other_half():
    factors, changed = scene()
    found = discover(changed, factors)
    assert found.found is Found.BOX
    assert found.box is not None
    limits = {limit.factor: limit for limit in found.box.limits}
    assert set(limits) == {"delay", "kill"}
    assert limits["delay"].low == pytest.approx(35.0, abs=3.0)
    assert limits["kill"].high == pytest.approx(0.5, abs=0.05)
    assert all(limit.chance < 0.01 for limit in limits.values())
    assert found.checked > 0.8 > found.share


def test_noise_gives_no_box():
    """Of 20 samples in which no factor matters at most one may seem to have a box: the check has a 2.5 % tail."""
    boxes = 0
    for seed in range(20):
        factors, _ = scene(seed=seed)
        interest = np.random.default_rng(1000 + seed).uniform(size=400) < 0.3
        boxes += discover(interest, factors).found is Found.BOX
    assert boxes <= 1


def test_nothing_is_said_where_the_answer_hardly_ever_changes():
    factors, changed = scene()
    changed = changed & (np.arange(400) < 30)
    assert discover(changed, factors).found is Found.TOO_FEW
    assert discover(np.zeros(0, dtype=bool), {}).found is Found.TOO_FEW


def test_overtaken_ignores_rounding_and_missing_values():
    values = panel([[0.3, 0.3, 0.3, 0.3], [0.3 + 1e-15, 0.4, np.nan, 0.2]], options=("lead", "rival"))
    assert overtaken(values, "lead", ("rival",)).tolist() == [False, True, False, False]


def test_what_the_sample_cannot_rank_is_not_ranked():
    draw = np.random.default_rng(8)
    columns = {f"x{i}": draw.uniform(size=200) for i in range(30)}
    ranked = [any(i.place for i in first_order(draw.normal(size=200), columns)) for _ in range(20)]
    assert sum(ranked) <= 4, "by luck one of twenty; five or more have a chance of 0.3 %"
    strong = first_order(columns["x3"] + 0.1 * draw.normal(size=200), columns)
    assert (strong[0].factor, strong[0].place) == ("x3", 1)
    assert all(i.place == 0 for i in strong[1:])
    assert first_order(np.ones(200), columns) == ()
    assert first_order(draw.normal(size=10), {"x": draw.uniform(size=10)}) == ()


def test_factors_that_matter_equally_are_told_apart_no_more_often_than_by_luck():
    draw = np.random.default_rng(9)
    apart = 0
    for _ in range(20):
        twins = {"p": draw.uniform(size=200), "q": draw.uniform(size=200)}
        found = first_order(twins["p"] + twins["q"] + 0.5 * draw.normal(size=200), twins)
        assert {i.place for i in found} <= {1, 2}
        apart += max(i.place for i in found) > 1
    assert apart <= 4, "by luck one of twenty; five or more have a chance of 0.3 %"


def test_equal_values_are_peeled_together():
    found = peeled({"kind": np.repeat([1.0, 2.0, 3.0], 20)}, np.repeat([False, False, True], 20))
    last = found[-1]
    assert (last.coverage, last.density) == (1.0, 1.0)
    assert last.limits[0].low == 2.5


def test_how_small_an_index_300_futures_can_tell_among_267_factors():
    """What docs/answers.md says: the F test at 0.05/267 with four bins passes from an index of 0.07 on."""
    draw = np.random.default_rng(10)
    columns = {f"x{i}": draw.uniform(size=300) for i in range(267)}
    found = first_order(columns["x0"] - 0.5 + draw.normal(0.0, 0.9, 300), columns)
    told, level = [i for i in found if i.place], 0.05 / 267
    assert all(i.first > 0.065 for i in told)
    assert all(i.first < 0.075 for i in found if i.chance > level)

"""Sets of measures beside the listed options: what a study asks for is what is built, and the same is built once."""

import pathlib
import pickle
from collections.abc import Callable

import pytest

from sakimori.base.errors import InputError
from sakimori.study import Study, load
from sakimori.study.portfolios import Terms, sampled, unfolding

Change = Callable[..., pathlib.Path]
SATELLITES, CONTROL, ROUNDS = "tracking-satellites", "fire-control", "more-rounds"


def asking(changed: Change, text: str) -> Study:
    return load(changed("seed: 7", f"seed: 7\nportfolios: {text}"))


def names(study: Study, kind: str) -> list[str]:
    return [p.name for p, _ in study.compiled.offer.portfolios if p.kind == kind]


def test_nothing_is_added_unasked(small: pathlib.Path) -> None:
    study = load(small)
    assert study.compiled.offer.options == study.compiled.options
    assert study.compiled.offer.sensors == study.compiled.sensors
    assert study.labels(0).portfolios == ()


def test_all_but_one_leaves_out_what_needs_it(changed: Change) -> None:
    found = {p.name: p.measures for p, _ in asking(changed, "{leave_one_out: true}").compiled.offer.portfolios}
    assert found == {
        f"all-without-{SATELLITES}": (ROUNDS,),
        f"all-without-{CONTROL}": (SATELLITES, ROUNDS),
        f"all-without-{ROUNDS}": (SATELLITES, CONTROL),
    }


def test_equal_architectures_are_one_option_under_every_name(changed: Change) -> None:
    study = asking(changed, "{leave_one_out: true}")
    number = {p.name: option for p, option in study.compiled.offer.portfolios}
    listed = list(study.option_names)
    assert number[f"all-without-{SATELLITES}"] == listed.index(ROUNDS)
    assert number[f"all-without-{CONTROL}"] == listed.index("rounds-and-satellites")
    assert len(study.case(0).options) == len(listed)  # none of the three is new: fire-control alone needs satellites


def test_doses_fix_a_quantity_and_its_cost(changed: Change) -> None:
    study = asking(changed, "{doses: true}")
    assert names(study, "dose") == [
        f"{SATELLITES}:satellites=8",
        f"{SATELLITES}:satellites=16",
        f"{CONTROL}:latency=1 s",
        f"{CONTROL}:latency=3 s",
        f"{CONTROL}:latency=5 s",
        f"{ROUNDS}:rounds=4",
        f"{ROUNDS}:rounds=8",
    ]
    for future in range(4):
        case, labels = study.case(future), study.labels(future)
        at = {item.name: item for item in labels.portfolios}
        rounds = study.factor_values(future)[f"measures.{ROUNDS}.quantity.rounds"]
        alone = case.options[study.option_names.index(ROUNDS)]
        same, other = (at[f"{ROUNDS}:rounds={n:.0f}"] for n in (rounds, 12 - rounds))
        assert case.options[same.option].magazines == alone.magazines
        assert case.options[other.option].magazines != alone.magazines
        assert same.cost == pytest.approx(labels.option_costs[ROUNDS])
        assert other.cost == pytest.approx(same.cost / rounds * (12 - rounds))
        for count in (8, 16):
            option = case.options[at[f"{SATELLITES}:satellites={count}"].option]
            extra = [s.name for s, there in zip(case.sensors, option.sensors, strict=True) if there]
            assert extra.count("low-satellites") == count


def test_portfolios_within_budget_and_year(changed: Change) -> None:
    whole = asking(changed, "{feasible: {}}")
    assert names(whole, "portfolio") == []  # all six are listed options already


def test_portfolios_that_are_not_listed_are_added(changed: Change) -> None:
    changed("    requires: [tracking-satellites]\n", "")
    study = asking(changed, "{feasible: {}}")
    both, control = f"{SATELLITES}+{CONTROL}", f"{CONTROL}+{ROUNDS}"
    assert names(study, "portfolio") == [both, control]
    # Middle costs: 2 GUSD, 150 GJPY at 145 JPY/USD (1.03 GUSD), 8 rounds at 10 MUSD.
    cheap = load(changed("feasible: {}", "feasible: {budget: 1.2 GUSD}"))
    assert names(cheap, "portfolio") == [control]


def test_too_many_portfolios_are_refused_with_a_reason(changed: Change) -> None:
    with pytest.raises(InputError, match="more than 3 feasible portfolios of 3 measures") as told:
        asking(changed, "{feasible: {most: 3}}")
    assert "sample" in str(told.value)


def test_a_sample_that_is_too_small_is_refused(changed: Change) -> None:
    with pytest.raises(InputError, match="7 or more for 3 measures"):
        asking(changed, "{feasible: {most: 3, sample: 5}}")


@pytest.mark.parametrize("text", ["{feasible: {budget: {uniform: [1 GUSD, 2 GUSD]}}}", "{feasible: {budget: 3 s}}"])
def test_a_budget_is_one_amount_of_money(changed: Change, text: str) -> None:
    with pytest.raises(InputError):
        asking(changed, text)


def test_leaving_one_out_needs_all_together(changed: Change) -> None:
    changed("    requires: [tracking-satellites]", "    excludes: [more-rounds]")
    with pytest.raises(InputError, match="exclude each other"):
        asking(changed, "{leave_one_out: true}")


def test_what_unfolds_grows_by_year_and_waits_for_what_it_requires(changed: Change, small: pathlib.Path) -> None:
    study = load(small)
    years = {SATELLITES: 2030.0, CONTROL: 2027.0, ROUNDS: 2029.0}
    steps = [(year, w.measures) for year, w in unfolding(study.model.measures, years, study.place)]
    assert steps == [(2029.0, (ROUNDS,)), (2030.0, (SATELLITES, CONTROL, ROUNDS))]
    study = asking(changed, "{unfolding: true}")
    for future in range(6):
        drawn = study.factor_values(future)
        when = {m: drawn[f"measures.{m}.available"] for m in years}
        when[CONTROL] = max(when[CONTROL], when[SATELLITES])
        labels, sets = study.labels(future), study.options.values()
        there = {frozenset(m) for m in sets} | {frozenset(i.name.split("+")) for i in labels.portfolios}
        for year in when.values():
            assert frozenset(m for m in when if when[m] <= year) in there
    again = pickle.loads(pickle.dumps(study))
    assert again.labels(5).portfolios == study.labels(5).portfolios


def test_of_two_that_exclude_each_other_the_earlier_unfolds(changed: Change) -> None:
    study = load(changed("    requires: [tracking-satellites]", "    excludes: [more-rounds]"))
    years = {SATELLITES: 2030.0, CONTROL: 2028.0, ROUNDS: 2027.0}
    last = [w.measures for _, w in unfolding(study.model.measures, years, study.place)][-1]
    assert last == (SATELLITES, ROUNDS)


def test_a_resolved_study_asks_for_the_same(changed: Change, tmp_path: pathlib.Path) -> None:
    study = asking(changed, "{leave_one_out: true, doses: true, unfolding: true, feasible: {budget: 2 GUSD}}")
    (tmp_path / "again.yaml").write_text(study.resolved_yaml(), "utf-8")
    again = load(tmp_path / "again.yaml")
    assert again.labels(3) == study.labels(3)


def test_a_sample_is_feasible_and_keyed() -> None:
    order = [f"m{i}" for i in range(12)]
    needs = {name: frozenset((name,)) for name in order} | {"m3": frozenset(("m0", "m3"))}
    terms = Terms(
        dict.fromkeys(order, 1.0), dict.fromkeys(order, 2030.0), needs, lambda found: {"m1", "m2"} <= set(found)
    )
    found = sampled(terms, 5.0, 2031.0, 90, 1)
    assert found == sampled(terms, 5.0, 2031.0, 90, 1) != sampled(terms, 5.0, 2031.0, 90, 2)
    assert len(found) == len(set(found)) == 90
    assert max(map(len, found)) == 5
    for members in found:
        assert not {"m1", "m2"} <= set(members)
        assert "m3" not in members or "m0" in members
    assert {name for members in found for name in members} == set(order)

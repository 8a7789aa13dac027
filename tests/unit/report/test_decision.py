"""What a decision maker reads: the short list, what would change it, regret, goals, attribution, doses, budgets."""

import dataclasses
import json

import numpy as np
import pytest

from sakimori.report import RunView, build
from sakimori.report.decision import Decision, glide_probabilities
from sakimori.report.decision_json import decision_json
from sakimori.report.first import picks_table, what_changes
from sakimori.report.scoreboard import scoreboard, scoreboard_json
from sakimori.report.summary import summarise
from sakimori.study.sampling import of_threat


@pytest.fixture(scope="module")
def decision(view):
    return Decision(summarise(view))


@pytest.fixture(scope="module")
def page(view):
    return build(dataclasses.replace(view, study=dict(view.study, goals={"no_leaker": 0.25, "warning_time": "320 s"})))


def part(page, first, then):
    return page[page.index(f'id="{first}"') : page.index(f'id="{then}"')]


def shown(view):
    from rich.console import Console

    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(scoreboard(view))
    return console.export_text()


def test_the_first_screen_names_measures_order_cost_certainty_and_what_would_change_it(page, view):
    start = part(page, "answer", "comparison")
    for words in (
        "measure that helps most", "1. Shared LEO tracking", "100\u00a0% in this place", "GUSD", "2027 to 2031",
        "What would change it.",
    ):  # fmt: skip
        assert words in start
    assert start.index("What would change it.") < start.index("raises the probability")
    lines = shown(view).splitlines()
    screen = "\n".join(lines[:24])
    for words in ("helps most", "measure", "leo-tracking", "100\u00a0%", "GUSD", "What would change it"):
        assert words in screen


def test_an_answer_that_is_not_resolved_says_why_before_the_short_list(synthetic, view):
    tables = synthetic.tables(200, flip=True)
    page = build(RunView(synthetic.manifest(200), synthetic.study(), tables, view.land))
    start = part(page, "answer", "comparison")
    assert "Not resolved" in start
    assert start.index("command.decision_delay.JPN") < start.index("How sure")


def test_what_must_be_true_for_the_answer_to_change_is_a_box_of_our_own_factors(synthetic, view):
    """The rival overtakes where our decisions take longer than 80 s: the box must find that, and only that."""
    run = RunView(synthetic.manifest(200), synthetic.study(), synthetic.tables(200, flip=True, failed=0), view.land)
    found = Decision(summarise(run))
    assert found.discovery is not None
    assert found.discovery.box is not None
    (limit,) = found.discovery.box.limits
    assert limit.factor == "command.decision_delay.JPN"
    delays = np.sort(run.tables["factors"]["command.decision_delay.JPN"])
    assert delays[delays <= 80.0][-1] - 2.0 < limit.low < delays[delays > 80.0][0] + 2.0
    assert any("command.decision_delay.JPN is above" in text for text in what_changes(found))
    assert [t.factor for _, t in found.thresholds] == ["command.decision_delay.JPN"]


def test_what_the_attacker_chooses_is_never_boxed_ranked_or_given_a_threshold(synthetic, view):
    """Even where the arrival spread alone decides which option is better, it is averaged over and never named."""
    tables = synthetic.tables(300, failed=0)
    spread = tables["factors"]["raid.arrival_spread"]
    late = spread[tables["outcomes"]["future"]] > 150.0
    sm3 = tables["outcomes"]["option"] == "more-sm3"
    tables["outcomes"]["no_leaker"] = np.where(sm3 & late, 1.0, tables["outcomes"]["no_leaker"])
    tables["factors"]["records.glide.glider.radar_cross_section"] = spread * 1.0
    found = Decision(summarise(RunView(synthetic.manifest(300), synthetic.study(), tables, view.land)))
    theirs = {"raid.arrival_spread", "records.glide.glider.radar_cross_section"}
    assert not theirs & set(found.own_factors)
    assert found.discovery is not None
    assert not theirs & {limit.factor for box in found.discovery.trajectory for limit in box.limits}
    assert not theirs & {t.factor for _, t in found.thresholds}
    assert not theirs & {i.factor for i in found.indices}
    assert "raid.arrival_spread" not in " ".join(what_changes(found))


def test_properties_of_threats_are_not_our_own():
    assert of_threat("records.glide.regional-glider.lift_to_drag")
    assert of_threat("records.booster.hwasong-12-class.burn_time_1")
    assert of_threat("raid.size")
    assert not of_threat("records.interceptor.sm-6-class.kill_probability")
    assert not of_threat("layers.x.availability")


def test_attribution_is_exact_where_every_set_was_run(page, decision):
    found = decision.attribution
    assert found is not None
    assert (found.known.value, len(found.parts)) == ("exact", 2)
    assert sum(p.mean for p in found.parts) == pytest.approx(found.whole)
    assert "Exact: every set of these measures" in part(page, "choice", "map")


def test_goals_are_told_with_their_intervals(page):
    choice = part(page, "choice", "map")
    assert "Probability that nothing leaks at least 25.0" in choice
    assert "Warning time at least 320" in choice


def test_regret_of_the_leader_is_least(decision):
    mean = {r.option: r.mean for r in decision.regrets}
    assert min(mean, key=lambda option: mean[option]) == "leo-tracking"
    assert set(mean) == {"baseline", "leo-tracking", "more-sm3"}


def test_doses_and_budgets_stand_with_the_costs(page):
    assert "Shared LEO tracking of gliders: satellites" in part(page, "dose", "raid")
    cost = part(page, "cost", "dose")
    assert "On the front, cheapest first" in cost
    assert "what a budget buys" in cost


def test_glide_probabilities_are_those_of_layers_that_fired_at_gliders(view, decision):
    names = ("layers.sea-exo.kill_probability", "records.interceptor.terminal-class.kill_probability",
             "records.interceptor.exo-class.kill_probability", "layers.sea-exo.availability")  # fmt: skip
    assert glide_probabilities(decision.summary, names) == names[:2]
    grounded = dict(view.tables["engagements"])
    grounded["shots"] = np.where(grounded["layer"] == "sea-exo", 0.0, grounded["shots"])
    quiet = summarise(dataclasses.replace(view, tables=dict(view.tables, engagements=grounded)))
    assert glide_probabilities(quiet, names) == names[1:2]


def test_json_holds_every_part_and_no_number_that_does_not_exist(view, decision):
    told = scoreboard_json(view)["decision"]
    assert told == decision_json(decision)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert [m["option"] for m in told["measures"]] == ["leo-tracking"]
    assert set(told) == {
        "measures", "together", "what_would_change_it", "regret", "goals", "offers", "budgets", "attribution", "doses",
            "costs",
        "overtaken", "thresholds", "raid_size", "glide_kill_probability", "factors", "designed",
    }  # fmt: skip


def test_a_run_without_any_help_has_no_short_list(synthetic, view):
    nothing = RunView(synthetic.manifest(60), synthetic.study(), synthetic.tables(60, gain=-0.3), view.land)
    found = Decision(summarise(nothing))
    assert picks_table(found) is None
    assert what_changes(found) == []
    page = build(nothing)
    assert 'id="change"' not in page
    assert 'id="choice"' in page


def test_a_detection_study_has_a_short_list_too(watched):
    found = Decision(summarise(watched))
    assert [p.option for p in found.picks] == ["leo-tracking"]
    assert found.glide == ()
    assert found.payoffs == ()


def test_portfolios_beside_the_options_serve_shares_front_and_what_they_reach_together(synthetic, view):
    """Three measures, every set simulated beside the listed singles: exact shares, and the set of all on the front."""
    study, tables = synthetic.study(), synthetic.tables(40, failed=0)
    study["measures"]["third"] = {"title": "Third", "cost": {"value": "1 GUSD"}, "change": []}
    study["options"] = {"baseline": [], **{name: [name] for name in ("leo-tracking", "more-sm3", "third")}}
    outcomes = tables["outcomes"]
    listed = np.isin(outcomes["option"], ["baseline", "leo-tracking", "more-sm3"])
    rows = {name: column[listed] for name, column in outcomes.items()}
    base = {name: column[outcomes["option"] == "baseline"] for name, column in outcomes.items()}

    def adding(name, gain, cost):
        changed = dict(base, no_leaker=np.minimum(1.0, base["no_leaker"] + gain), cost=np.full(40, cost))
        return changed | {"option": np.full(40, name, dtype=object)}

    sets = [
        adding("third", 0.1, 1e9),
        adding("leo-tracking+more-sm3", 0.3, 4e9),
        adding("leo-tracking+third", 0.4, 4e9),
        adding("more-sm3+third", 0.1, 1.5e9),
        adding("leo-tracking+more-sm3+third", 0.5, 5e9),
        adding("all-without-third", 0.3, 4e9),
        adding("leo-tracking:satellites=24", 0.9, 1e6),
    ]
    tables["outcomes"] = rows
    tables["portfolios"] = {name: np.concatenate([s[name] for s in sets]) for name in base}
    run = RunView(synthetic.manifest(40), study, tables, view.land)
    found = Decision(summarise(run))
    assert found.attribution is not None
    assert found.attribution.known.value == "exact"
    assert sum(p.mean for p in found.attribution.parts) == pytest.approx(found.attribution.whole)
    named = {o.option for o in found.offers}
    assert "leo-tracking+more-sm3+third" in {o.option for o in found.offers if o.front}
    assert "leo-tracking:satellites=24" not in named
    assert run.measures_of("all-without-third") == ("leo-tracking", "more-sm3")
    assert "Shared LEO tracking of gliders + Third" in build(run)
    assert found.picks[0].option == "leo-tracking"

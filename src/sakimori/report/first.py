"""The first screen: which measures, in which order, at what cost, how sure, and what would change that."""

import math

from sakimori.assess.attribution import Known
from sakimori.assess.boxes import Limit
from sakimori.assess.metrics import METRICS
from sakimori.assess.response import Threshold
from sakimori.assess.scenarios import Found
from sakimori.report.blocks import Cell, TableBlock
from sakimori.report.decision import PICKED, Decision
from sakimori.report.numbers import amount, change, interval, many, share, short
from sakimori.report.sentences import listed
from sakimori.report.sites import available

_NUMBERS = {1: "one measure", 2: "two measures", 3: "three measures"}


def picks_title(decision: Decision) -> str:
    """What the short list is called."""
    count = len(decision.picks)
    return f"The {_NUMBERS[count]} that help{'s' * (count == 1)} most, in order, each alone on the baseline"


def picks_table(decision: Decision) -> TableBlock | None:
    """The measures that help most; none where nothing helps."""
    summary = decision.summary
    if not decision.picks:
        return None
    rows = []
    for number, pick in enumerate(decision.picks, 1):
        gain, span = gain_words(decision, pick.option)
        cost, ends = cost_words(decision, pick.option)
        name = f"{number}{'=' if pick.tied else '.'} {summary.view.title(pick.option)}"
        rows.append([
            Cell(name, summary.view.title_ja(pick.option), lang="ja"), Cell(gain, span), Cell(cost, ends),
            Cell(available(summary.view, pick.option)),
            Cell(f"{share(pick.place)} in this place", f"{share(pick.among)} among these"),
        ])  # fmt: skip
    head = ("Measure", "Change, 95 % interval", "Cost, p10 to p90", "Available", "How sure")
    caption = f"{picks_title(decision)}. How sure: share of resamples of the futures. =: a tie within the error."
    return TableBlock(caption, head, rows)


def gain_words(decision: Decision, option: str) -> tuple[str, str]:
    """Change of the headline metric, and its interval."""
    metric = decision.summary.metric
    found = decision.summary.differences[metric.name][option]
    return change(metric, found.mean), interval(metric, found)


def cost_words(decision: Decision, option: str) -> tuple[str, str]:
    """Median cost, and its p10 to p90."""
    found = next((pick.cost for pick in decision.picks if pick.option == option), None)
    if found is None:
        return "not stated", ""
    low, middle, high = (amount(METRICS["rounds_cost"], v) for v in (found.cost_p10, found.cost_p50, found.cost_p90))
    return middle, f"{low} to {high}"


def what_changes(decision: Decision) -> list[str]:
    """What would change the answer, in at most four sentences."""
    if not decision.leader or not decision.picks:
        return []
    return [*_order(decision), *_box(decision), *_crossings(decision)[:1]]


def _order(decision: Decision) -> list[str]:
    """Whether the order of the short list is firm, and what they bring together."""
    picks, summary = decision.picks, decision.summary
    said = []
    if len(picks) > 1 and len(decision.helping) > PICKED and picks[-1].among < 0.95:
        rivals = [summary.view.title(o) for o in decision.helping[PICKED:] if _contends(decision, o)]
        if rivals:
            others = listed(rivals if len(rivals) < 3 else [rivals[0], f"{len(rivals) - 1} more"])
            said.append(f"Place {len(picks)} is not settled: {others} may as well hold it.")
    if decision.together is not None:
        before = summary.estimates[summary.metric.name][summary.reference].mean
        after = decision.together.mean
        said.append(f"Together they reach {amount(summary.metric, after)} ({change(summary.metric, after - before)}).")
    return said


def _contends(decision: Decision, option: str) -> bool:
    """Whether an option is tied with the last of the short list."""
    last = decision.picks[-1].option
    return any(option in group and last in group for group in decision.summary.verdict.groups)


def _box(decision: Decision) -> list[str]:
    """In how many futures another option does better, and what must then be true of our own factors."""
    found = decision.discovery
    if found is None:
        return []
    leader = decision.summary.view.title(decision.leader)
    if found.share == 0.0:
        return [f"In no future does another option do better than {leader}."]
    often = f"In {share(found.share)} of futures another option does better than {leader}"
    if found.box is not None:
        where = " and ".join(limit_words(decision, limit) for limit in found.box.limits)
        return [
            f"{often}: mostly where {where} (there in {share(found.box.density)}; it holds "
            f"{share(found.box.coverage)} of these futures)."
        ]
    reason = {
        Found.TOO_FEW: "too few of them, or of the others, to say where",
        Found.NO_FACTOR: "which goes with no factor of our own, so with the raid, the threats or luck",
        Found.UNCONFIRMED: "and no range of our own factors tells where: what one half of the futures shows, the other "
        "does not",
    }[found.found]  # fmt: skip
    return [f"{often}, {reason}."]


def limit_words(decision: Decision, limit: Limit) -> str:
    """A limit of a box in words."""
    unit = decision.summary.view.unit_of(limit.factor)
    low, high = short(limit.low, unit), short(limit.high, unit)
    if math.isinf(limit.low):
        return f"{limit.factor} is below {high}"
    return f"{limit.factor} is above {low}" if math.isinf(limit.high) else f"{limit.factor} is {low} to {high}"


def _crossings(decision: Decision) -> list[str]:
    return [threshold_words(decision, rival, found) for rival, found in decision.thresholds]


def threshold_words(decision: Decision, rival: str, found: Threshold) -> str:
    """Where the leader loses its lead over a rival, in words."""
    view = decision.summary.view
    unit = view.unit_of(found.factor)
    at, low, high = (short(value, unit) for value in (found.at, found.low, found.high))
    side = "below" if found.above else "above"
    where = f"where {found.factor} is {side} {at} ({low} to {high})"
    return f"{view.title(rival)} does better than {view.title(decision.leader)} {where}."


def known_words(known: Known, pairs: int) -> str:
    """What an attribution rests on, in words."""
    return {
        Known.EXACT: f"Exact: every set of these measures was simulated ({many(pairs, 'pair')} of sets).",
        Known.SAMPLED: f"From a sample of {many(pairs, 'pair')} of sets that differ by one measure.",
        Known.ENDS: f"From what each brings when it comes early and when it comes late ({many(pairs, 'pair')} of "
        "sets), with sizes in between interpolated.",
        Known.REFUSED: "Not attributed: that takes `portfolios` in the study, all measures but one (leave_one_out) or "
        "all sets (feasible).",
    }[known]  # fmt: skip

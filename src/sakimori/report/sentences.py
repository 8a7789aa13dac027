"""The answer in words: who helps, by how much, how sure; or why that is not resolved."""

from sakimori.assess.breakdown import cost_effect
from sakimori.assess.comparison import Difference, Effect, paired_difference, tie_confidence
from sakimori.assess.metrics import METRICS
from sakimori.assess.robustness import Part, Stability
from sakimori.assess.verdict import Why
from sakimori.report import tracking, watching
from sakimori.report.numbers import amount, change, interval, many, share, short
from sakimori.report.sites import available
from sakimori.report.summary import Summary, effects, why_no_effect

_NAMED = 3  # options named in one sentence, at most


def headline(summary: Summary) -> str:
    """One sentence: the answer."""
    answer, title = summary.verdict, summary.view.title
    leader = title(answer.leaders[0]) if answer.leaders else ""
    if answer.why is Why.LEADS:
        return f"{leader} helps most."
    if answer.why is Why.EQUAL:
        return f"{listed([title(o) for o in answer.leaders])} help most, and equally."
    if answer.why is Why.NO_EFFECT:
        return f"No {_single(summary)}measure changes {lower(summary)}."
    if answer.why is Why.NONE_HELPS:
        return f"No {_single(summary)}measure improves {lower(summary)}."
    if answer.why is Why.TIED:
        if len(answer.leaders) > _NAMED:
            return f"{len(answer.leaders)} options cannot be told apart; {leader} has the best mean."
        return f"{listed([title(o) for o in answer.leaders])} cannot be told apart."
    if answer.why is Why.FLIPS:
        return f"{leader} leads on average, but {title(answer.rival)} overtakes it within the stated ranges."
    return "There are too few futures to compare the options."


def warnings(summary: Summary) -> list[str]:
    """What every reader must know first: an unfinished run, failed futures, filters that are not consistent."""
    view, left = summary.view, summary.panel.left_out
    planned = int(view.manifest.get("futures") or 0)
    said = []
    if view.missing:
        said.append(
            f"Unfinished run: {planned - view.missing} of {planned} futures are there. These numbers will change; "
            "the same command resumes the run."
        )
    if left:
        said.append(f"{many(left, 'future')} failed, left out of every number.")
    return [*said, *filter(None, [tracking.warning(summary)])]


def _single(summary: Summary) -> str:
    """ "single " where an option that holds every measure stands outside the ranking."""
    ranked = {option for group in summary.verdict.groups for option in group}
    return "" if ranked == set(summary.view.options) else "single "


_BARE = ("custody", "warning_time", "rounds")  # titles that take no article


def lower(summary: Summary) -> str:
    """The headline metric's title inside a sentence, with its article."""
    title = summary.metric.title
    return ("" if summary.metric.name in _BARE else "the ") + title[0].lower() + title[1:]


def listed(names: list[str]) -> str:
    """Names in a row: "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def reasons(summary: Summary) -> list[str]:
    """By how much and how sure, or why not: the sentences under the headline."""
    answer = summary.verdict
    said = []
    if answer.why in (Why.LEADS, Why.EQUAL, Why.FLIPS):
        said.append(_effect(summary, answer.leaders[0]))
    if answer.why in (Why.LEADS, Why.EQUAL):
        said.append(_how_sure(summary))
    if answer.why is Why.FLIPS and answer.part:
        said.append(
            f"In the {_part_of(summary, answer.factor, answer.part)} of {answer.factor}, "
            f"{summary.view.title(answer.rival)} is better by "
            f"{_size(summary, answer.part.lead)}. More futures will not settle this; better knowledge of that factor "
            "will."
        )
    if answer.why is Why.TIED:
        said += _tie(summary)
    if answer.why in (Why.NO_EFFECT, Why.NONE_HELPS):
        said += [f"{summary.view.title(o)}: {why_no_effect(summary, o)}." for o in effects(summary, Effect.NONE)[:2]]
    return said


def answers(summary: Summary) -> list[str]:
    """What the first screen says under the headline."""
    said = [text for text in reasons(summary) if text]
    if not summary.view.engaged:
        return [*watching.opening(summary), *said]
    return [*said, *_cost(summary)]


def _cost(summary: Summary) -> list[str]:
    """What the leader costs and when it comes, and which single option gains most per cost."""
    view, panel, money = summary.view, summary.panel, METRICS["rounds_cost"]
    found = {o: cost_effect(panel, view.costs(o, panel.futures), o, summary.reference) for o in summary.others}
    leader = summary.verdict.leaders[0] if summary.verdict.leaders else ""
    mine = found.get(leader)
    if mine is None or summary.verdict.why not in (Why.LEADS, Why.FLIPS):
        return []
    ranked = [o for group in summary.verdict.groups for o in group]
    helps = [c for o, c in found.items() if c and o in ranked and c.per_cost_low > 0.0]
    best = max(helps, key=lambda c: c.per_cost, default=mine)
    low, middle, high = (amount(money, v) for v in (mine.cost_p10, mine.cost_p50, mine.cost_p90))
    most = (
        "; no other measure gains more per cost" if best is mine else f"; {view.title(best.option)} gains most per cost"
    )
    return [f"Its stated cost is {middle} ({low} to {high}), available {available(view, leader)}{most}."]


def _effect(summary: Summary, option: str) -> str:
    metric = summary.metric
    change_ = summary.differences[metric.name].get(option)
    if change_ is None:
        return ""
    before = summary.estimates[metric.name][summary.reference].mean
    after = summary.estimates[metric.name][option].mean
    verb = "raises" if after > before else "lowers"
    return (
        f"{summary.view.title(option)} {verb} {lower(summary)} from {amount(metric, before)} "
        f"to {amount(metric, after)}: "
        f"{change(metric, change_.mean)} (95 % interval {interval(metric, change_)}); "
        f"better in {share(change_.better)} of futures, equal in {share(change_.equal)}, worse in "
        f"{share(change_.worse)}."
    )


def _how_sure(summary: Summary) -> str:
    everything = summary.verdict.splits
    splits = [s for s in everything if s.stability is not Stability.TOO_FEW]
    if not everything:
        return "No factor other than the attacker's was varied, so its robustness is not known."
    if not splits:
        few = (
            f": the futures hold {summary.panel.independent} draws of the factors"
            if summary.panel.draws is not None
            else ""
        )
        return f"There are too few futures to say whether it holds over the factors' ranges{few}."
    wobbly = [s for s in splits if s.stability is Stability.MAY_FLIP]
    if not wobbly:
        return (
            "No single factor changes that within its stated range: it comes first in every part of the range of all "
            f"{len(splits)} factors."
        )
    names = listed([s.factor for s in wobbly[:2]])
    more = f" and {len(wobbly) - 2} more" if len(wobbly) > 2 else ""
    return (
        f"It comes first in every part of the range of {len(splits) - len(wobbly)} of {len(splits)} factors; for "
        f"{names}{more} "
        "another option has the better mean in some part, within the Monte Carlo error."
    )


def _tie(summary: Summary) -> list[str]:
    answer, title = summary.verdict, summary.view.title
    leader, rival = answer.leaders[0], answer.rival
    ranked = sum(len(group) for group in answer.groups)
    lead = paired_difference(summary.panel, leader, rival, tie_confidence(ranked))
    said = [
        f"{title(leader)} has the better mean, ahead of {title(rival)} by {_size(summary, lead)}: "
        f"within the Monte Carlo error of {summary.sample}, with {ranked} options compared."
    ]
    if answer.factor:
        inside = _part_of(summary, answer.factor, answer.part) if answer.part else ""
        where = f"; in its {inside} {title(rival)} leads" if inside else ""
        said.append(f"The factor that most decides between them is {answer.factor}{where}.")
    else:
        known = [s for s in answer.splits if s.stability is not Stability.TOO_FEW]
        few = "There are too few draws of the factors to say which of them decides."
        said.append("No single factor decides between them." if known or not answer.splits else few)
    if answer.futures_needed:
        rest = ", but not how it depends on that factor" if answer.part else ""
        said.append(f"About {round_up(answer.futures_needed)} futures would resolve a difference of this size{rest}.")
    return said


def _size(summary: Summary, difference: Difference) -> str:
    return f"{change(summary.metric, difference.mean)} (interval {interval(summary.metric, difference)})"


def _part_of(summary: Summary, factor: str, part: Part) -> str:
    unit = summary.view.unit_of(factor)
    low, high = short(part.low, unit), short(part.high, unit)
    span = "" if not low else f" ({low})" if low == high else f" ({low} to {high})"
    return f"{'' if part.label.endswith('third') else 'case '}{part.label}{span}"


def round_up(count: int) -> str:
    """A number of futures to two digits, upwards."""
    step = 10 ** max(0, len(str(count)) - 2)
    return f"{-(-count // step) * step:,}".replace(",", "\u202f")


def others(summary: Summary) -> list[str]:
    """What the ranking does not explain: options that harm, do nothing (and why), or are not resolved."""
    title, metric = summary.view.title, summary.metric
    differences = summary.differences[metric.name]
    leaders = set(summary.verdict.leaders)
    said = []
    worse = [o for o in effects(summary, Effect.HURTS) if o not in leaders]
    if worse:
        against = ", ".join(f"{title(o)} ({change(metric, differences[o].mean)})" for o in worse)
        said.append(f"Worse than the baseline: {against}.")
    idle = effects(summary, Effect.NONE)
    if idle and summary.verdict.why not in (Why.NO_EFFECT, Why.NONE_HELPS):
        said += [f"No effect on {lower(summary)}: {title(o)}: {why_no_effect(summary, o)}." for o in idle]
    unclear = [o for o in effects(summary, Effect.UNRESOLVED) if o not in leaders]
    if unclear:
        said.append(f"Effect not resolved: {listed([title(o) for o in unclear])}.")
    return said

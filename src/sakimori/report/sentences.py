"""The answer in words: who helps, by how much, how sure; or why that is not resolved."""

from sakimori.assess.comparison import Difference, Effect, paired_difference, tie_confidence
from sakimori.assess.robustness import Part, Stability
from sakimori.assess.verdict import Why
from sakimori.report.numbers import amount, change, interval, share, short
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
        return f"No {_single(summary)}measure changes the {lower(summary)}."
    if answer.why is Why.NONE_HELPS:
        return f"No {_single(summary)}measure improves the {lower(summary)}."
    if answer.why is Why.TIED:
        if len(answer.leaders) > _NAMED:
            return f"{len(answer.leaders)} options cannot be told apart; {leader} has the best mean."
        return f"{listed([title(o) for o in answer.leaders])} cannot be told apart."
    if answer.why is Why.FLIPS:
        return f"{leader} leads on average, but {title(answer.rival)} overtakes it within the stated ranges."
    return "There are too few futures to compare the options."


def _single(summary: Summary) -> str:
    """ "single " where an option that holds every measure stands outside the ranking."""
    ranked = {option for group in summary.verdict.groups for option in group}
    return "" if ranked == set(summary.view.options) else "single "


def lower(summary: Summary) -> str:
    """The headline metric's title inside a sentence."""
    title = summary.metric.title
    return title[0].lower() + title[1:]


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


def _effect(summary: Summary, option: str) -> str:
    metric = summary.metric
    change_ = summary.differences[metric.name].get(option)
    if change_ is None:
        return ""
    before = summary.estimates[metric.name][summary.reference].mean
    after = summary.estimates[metric.name][option].mean
    verb = "raises" if after > before else "lowers"
    return (
        f"{summary.view.title(option)} {verb} the {lower(summary)} from {amount(metric, before)} "
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
        return "There are too few futures to say whether it holds over the factors' ranges."
    wobbly = [s for s in splits if s.stability is Stability.MAY_FLIP]
    if not wobbly:
        return f"It comes first in every part of the range of all {len(splits)} factors."
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
        f"within the Monte Carlo error of {lead.futures} futures with {ranked} options compared."
    ]
    changes = [summary.differences[summary.metric.name].get(o) for o in answer.leaders[:_NAMED]]
    against = [f"{title(d.option)} {_size(summary, d)}" for d in changes if d]
    said.insert(0, f"Change of the {lower(summary)} against the baseline: {'; '.join(against)}.")
    if answer.factor:
        inside = _part_of(summary, answer.factor, answer.part) if answer.part else ""
        where = f"; in its {inside} {title(rival)} leads" if inside else ""
        said.append(f"The factor that most decides between them is {answer.factor}{where}.")
    else:
        said.append("No single factor decides between them.")
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
    """What the remaining options do: those that also help, harm, do nothing, or are not resolved."""
    title, metric = summary.view.title, summary.metric
    differences = summary.differences[metric.name]
    leaders = set(summary.verdict.leaders)
    said = []
    for effect, words in ((Effect.HELPS, "Also better than the baseline"), (Effect.HURTS, "Worse than the baseline")):
        found = [o for o in effects(summary, effect) if o not in leaders]
        if found:
            said.append(
                f"{words}: " + ", ".join(f"{title(o)} ({change(metric, differences[o].mean)})" for o in found) + "."
            )
    idle = effects(summary, Effect.NONE)
    if idle and summary.verdict.why not in (Why.NO_EFFECT, Why.NONE_HELPS):
        said += [f"No effect on the {lower(summary)}: {title(o)}; {why_no_effect(summary, o)}." for o in idle]
    unclear = [o for o in effects(summary, Effect.UNRESOLVED) if o not in leaders]
    if unclear:
        said.append(f"Effect not resolved: {listed([title(o) for o in unclear])}.")
    return said

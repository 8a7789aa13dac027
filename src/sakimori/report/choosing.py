"""The sections on choosing: regret and goals, what a budget buys, who brings what, and how much of it."""

import math

from sakimori.assess.attribution import Attribution, Known
from sakimori.assess.metrics import METRICS, Metric
from sakimori.assess.regret import Robustness
from sakimori.assess.response import Response
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells
from sakimori.report.decision import Decision
from sakimori.report.first import known_words
from sakimori.report.numbers import amount, change, share, short
from sakimori.report.sections import option_cell
from sakimori.report.sites import available

_SHOWN = 12  # rows


def choice(decision: Decision) -> Section | None:
    """Regret, goals and attribution; none where nothing competes."""
    blocks = [*_regret(decision), *_goals(decision), *_attribution(decision)]
    return Section("choice", "Regret, goals and shares", "後悔・目標・寄与", blocks) if blocks else None


def _regret(decision: Decision) -> list[Block]:
    metric, found = decision.summary.metric, decision.regrets
    if len(found) < 2 or not math.isfinite(found[0].mean):
        return []
    rows = [
        [option_cell(decision.summary, r.option),
         Cell(_lost(metric, r.mean), f"± {_lost(metric, r.error, r.mean)}"),
         *cells(_lost(metric, r.p90), _lost(metric, r.greatest), share(r.best))]
        for r in found[:_SHOWN]
    ]  # fmt: skip
    best = [r for r in found if r.greatest == found[0].greatest]
    least = min(found, key=lambda r: r.mean)
    title = decision.summary.view.title
    said = (
        f"Regret is what the best option of a future would have given more. {title(least.option)} has the least mean "
        f"regret ({_lost(metric, least.mean)})"
    )
    most = _lost(metric, found[0].greatest)
    said += (
        f"; {title(best[0].option)} has the least greatest regret ({most})." if len(best) == 1
        else f"; in greatest regret {len(best)} options are level ({most}), so it does not decide."
    )  # fmt: skip
    if decision.panel.luck.any():
        said += " Values of single futures hold the noise of their replications, and so does the greatest regret."
    head = ("Option", "Mean regret", "p90 over futures", "Greatest", "None better in")
    return [TextBlock(said), TableBlock("Regret, least greatest regret first", head, rows)]


def _lost(metric: Metric, value: float, size: float | None = None) -> str:
    """A regret: a difference, so of per cents in points, and never below zero."""
    return change(metric, value, size).removeprefix("+")


def _goals(decision: Decision) -> list[Block]:
    """Share of the futures in which each option meets each goal, those first that meet the first goal most often."""
    found = list(decision.goals.items())
    if not found:
        return []
    first = found[0][1]
    order = sorted(first, key=lambda o: -first[o].share if math.isfinite(first[o].share) else 1.0)
    rows = [[option_cell(decision.summary, o), *(_met(robust[o]) for _, robust in found)] for o in order]
    head = [f"{METRICS[name].title} {_goal(METRICS[name], robust[order[0]].goal)}" for name, robust in found]
    caption = "Goals of the study: share of futures that meet each, 95 % interval"
    return [TableBlock(caption, ("Option", *head), rows)]


def _goal(metric: Metric, value: float) -> str:
    return f"{'at least' if metric.higher_is_better else 'at most'} {amount(metric, value)}"


def _met(found: Robustness) -> Cell:
    return Cell(share(found.share), f"{share(found.low)} to {share(found.high)}")


def _attribution(decision: Decision) -> list[Block]:
    found, metric = decision.attribution, decision.summary.metric
    if found is None:
        return []
    if found.known is Known.REFUSED:
        return [TextBlock(f"{_whole(decision, found)} {known_words(found.known, found.pairs)}")]
    rows = [
        [option_cell(decision.summary, p.measure) if p.measure in decision.summary.view.options
         else Cell(decision.summary.view.title(p.measure)),
         Cell(_gain(decision, p.mean), f"± {_lost(metric, p.error, p.mean)}"),
         *cells(_gain(decision, p.first), _gain(decision, p.last))]
        for p in found.parts
    ]  # fmt: skip
    rest = "" if abs(found.rest) < 1e-9 else f" The parts leave {_gain(decision, found.rest)} unexplained."
    said = f"{_whole(decision, found)} {known_words(found.known, found.pairs)}{rest}"
    head = ("Measure", "Its share (Shapley)", "Alone, first", "To all others, last")
    return [TextBlock(said), TableBlock("Who brings the gain of all measures together", head, rows)]


def _whole(decision: Decision, found: Attribution) -> str:
    singles = f"; one by one they add up to {_gain(decision, found.singles)}" if math.isfinite(found.singles) else ""
    return f"All measures together change the metric by {_gain(decision, found.whole)}{singles}."


def _gain(decision: Decision, value: float) -> str:
    """A gain (more is better) as a change of the metric."""
    metric = decision.summary.metric
    return change(metric, value if metric.higher_is_better else -value)


def doses(decision: Decision) -> Section | None:
    """Gain against the doses of the measures; none where no measure has a dose that varies."""
    found = sorted(decision.responses, key=lambda r: not r.resolved)
    if not found:
        return None
    rows = [row for response in found for row in _dose_rows(decision, response)]
    matter = [r for r in found if r.resolved]
    said = (
        f"A dose is drawn with each future. {len(matter)} of {len(found)} doses change the gain beyond the Monte Carlo "
        "error between the ends of their ranges."
    )  # fmt: skip
    head = ("Measure and dose", "Dose", "Change against the baseline", "On a monotone curve", "Futures")
    table = TableBlock("Gain by dose, those that matter first", head, rows, folded=not matter)
    return Section("dose", "How much of each measure", "数量と効果", [TextBlock(said), table])


def _dose_rows(decision: Decision, response: Response) -> list[list[Cell]]:
    view, rows = decision.summary.view, []
    unit = view.unit_of(response.factor)
    name = response.factor.rpartition(".")[2].replace("_", " ")
    more = _gain(decision, response.more)
    word = f"top against bottom {more}, {'' if response.resolved else 'not '}resolved"
    for number, dose in enumerate(response.doses):
        low, high = short(dose.low, unit), short(dose.high, unit)
        ends = [_gain(decision, value) for value in (dose.gain_low, dose.gain_high)]
        rows.append([
            Cell(f"{view.title(response.option)}: {name}", word if number == 0 else ""),
            Cell(low if low == high else f"{low} to {high}"),
            Cell(_gain(decision, dose.gain), " to ".join(ends)),
            *cells(_gain(decision, dose.fitted), str(dose.futures)),
        ])  # fmt: skip
    return rows


def budgets(decision: Decision) -> list[Block]:
    """The front of cost, year and gain, and what a budget buys."""
    summary = decision.summary
    if not decision.offers:
        return []
    money = METRICS["rounds_cost"]
    front = [o for o in decision.offers if o.front]
    blocks: list[Block] = []
    if front:
        rows = [
            [option_cell(summary, o.option), Cell(amount(money, o.cost)), Cell(available(summary.view, o.option)),
             Cell(_gain(decision, o.gain)), Cell(share(o.share))]
            for o in front
        ]  # fmt: skip
        caption = (
            "On the front, cheapest first: no other option is as cheap, as early and as good; how sure: share of draws "
            "of cost, year and futures"
        )
        blocks.append(TableBlock(caption, ("Option", "Cost, median", "Available", "Change", "How sure"), rows))
    rows = [
        [Cell(amount(money, found[0].budget)), option_cell(summary, best.option),
         Cell("; ".join(f"{summary.view.title(b.option)} {_gain(decision, b.gain)}" for b in found[1:3]) or "none"),
         Cell(_gain(decision, best.gain), " to ".join(_gain(decision, v) for v in (best.low, best.high))),
         Cell(share(best.bought))]
        for found in decision.budgets if found
        for best in [found[0]]
    ]  # fmt: skip
    if rows:
        caption = "At equal cost: what a budget buys, counting no gain in futures in which the option costs more"
        head = ("Budget", "Best buy", "Next best", "Change, 95 % interval", "Affordable in")
        blocks.append(TableBlock(caption, head, rows, 3))
    return blocks

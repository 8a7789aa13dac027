"""What each measure costs, in the money of one year, who pays, and what that is worth where it is paid later."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sakimori.assess.metrics import METRICS
from sakimori.base.types import Floats
from sakimori.report.blocks import Block, Cell, TableBlock, TextBlock
from sakimori.report.numbers import amount, many, share
from sakimori.report.sections import option_cell
from sakimori.report.sites import available
from sakimori.report.summary import Summary
from sakimori.report.view import RunView
from sakimori.study.costs import Costs, costs_of
from sakimori.study.option_keys import Prices
from sakimori.study.quantities import amount as amount_of
from sakimori.study.sampling import FactorTable
from sakimori.study.schema import Measure, Study

_KEYS = ("available", "requires", "excludes", "cost", "quantity")  # of a measure: all but what it changes
_MONEY = METRICS["rounds_cost"]


def measures_of(view: RunView) -> dict[str, Measure]:
    """The study's measures without their changes."""
    known: Mapping[str, Mapping[str, Any]] = view.study.get("measures") or {}
    return {
        name: Measure.model_validate({key: record[key] for key in _KEYS if key in record})
        for name, record in known.items()
    }


def prices_of(view: RunView) -> Prices:
    """The year in whose money costs are told, escalation and discount."""
    return Prices.model_validate(view.study.get("prices") or {})


def costs_in(view: RunView) -> tuple[Costs, FactorTable]:
    """The costs of the study's measures, and the factors that they depend on."""
    factors, stated = FactorTable(str(view.study.get("vary") or "notional")), view.study.get("exchange_rate")
    rate = amount_of(stated, "exchange rate") if stated else Study.model_fields["exchange_rate"].default
    return costs_of(measures_of(view), prices_of(view), rate, factors), factors


def money_of(view: RunView) -> str:
    """Whose money costs are in, such as " in US dollars of 2025"; in that of each where the study names no year."""
    year = prices_of(view).year
    return f"in US dollars of {year}" if year else "in US dollars of the years in which each is stated"


def by_measure(view: RunView, futures: np.ndarray) -> dict[str, tuple[Floats, Floats]]:
    """Cost, and what it is worth in the year of the prices, of every measure with a cost (F,) [USD].

    None where the run has no columns of the factors that they depend on.
    """
    found, factors = costs_in(view)
    table = view.tables["factors"]
    rows = np.searchsorted(table["future"].astype(np.int64), futures)
    if not set(factors.factors) <= set(table):
        return {}
    values = {path: table[path][rows].astype(np.float64) for path in factors.factors}
    return {
        name: (found.usd(name, values) * np.ones(len(rows)), found.worth(name, values) * np.ones(len(rows)))
        for name, plan in found.plans.items()
        if plan.cost is not None
    }


def table(summary: Summary) -> list[Block]:
    """Cost of each measure by payer, and what all cost together; none where no measure states a cost."""
    view = summary.view
    found, measures = by_measure(view, summary.panel.futures), measures_of(view)
    if not found:
        return []
    prices, partners = prices_of(view), sorted({p for m in measures.values() if m.cost for p in m.cost.payer})
    rows = [
        [option_cell(summary, name) if name in view.options else Cell(view.title(name)), Cell(_stated(measures[name])),
         Cell(available(view, name) if name in view.options else ""), _middle(cost), Cell(_short(np.median(worth))),
         *(_paid(cost, measures[name], partner) for partner in partners)]
        for name, (cost, worth) in found.items()
    ]  # fmt: skip
    cost, worth = (np.sum([pair[i] for pair in found.values()], axis=0) for i in (0, 1))
    totals = [
        sum(pair[0] * measures[n].cost.payer.get(partner, 0.0) for n, pair in found.items())  # type: ignore[union-attr]
        for partner in partners
    ]
    last = [Cell("All of these"), Cell(""), Cell(""), _middle(cost), Cell(_short(np.median(worth)))]
    rows.append([*last, *(Cell(_short(np.median(total))) for total in totals)])
    year = str(prices.year) if prices.year else ""
    head = ("Measure", "Stated", "Available", "Cost, p10 to p90", f"Worth in {year}" if year else "Discounted")
    kinds = [m.cost.kind for m in measures.values() if m.cost]
    said = f"Costs are {money_of(view)}: {_moved(view)}."
    mixed = {kind for kind in kinds if kind}
    if len(mixed) > 1:
        bought = sum(kind == "acquisition" for kind in kinds)
        said += (
            f" {bought} of {many(len(kinds), 'cost')} are of acquisition only, the others of the whole life: not alike."
        )
    caption = (
        "What each measure costs, over futures; what it is worth where it is paid when available; who pays (median)"
    )
    named = tuple(view.partner(p) for p in partners)
    return [TextBlock(said), TableBlock(caption, (*head, *named), rows, 3)]


def _moved(view: RunView) -> str:
    """How costs got into that money, in words."""
    prices, stated = prices_of(view), view.study.get("exchange_rate")
    if prices.year is None:
        return "as stated, without escalation or discounting"
    rates = [f"{currency} by {_span(rate)} a year" for currency, rate in sorted(prices.escalation.items())]
    rises = f"stated in other years they are escalated, {' and '.join(rates)}" if rates else "not escalated"
    later = (
        f"their worth is discounted by {_span(prices.discount)} a year" if _some(prices) else "nothing is discounted"
    )
    rate = amount_of(stated, "exchange rate").extremes if stated else None
    yen = f"; a dollar is {rate[0]:.0f} to {rate[1]:.0f} yen" if rate else ""
    return f"{rises}; {later}{yen}"


def _some(prices: Prices) -> bool:
    return prices.discount.extremes[1] > 0.0


def _span(rate: Any) -> str:
    low, high = rate.extremes
    ends = f"{100.0 * low:.3g}", f"{100.0 * high:.3g}"
    return f"{ends[0]} %" if low == high else f"{ends[0]} to {ends[1]} %"


def _stated(measure: Measure) -> str:
    cost = measure.cost
    assert cost is not None
    money = "yen" if cost.amount.dimension == "yen" else "dollars"
    return ", ".join(filter(None, [cost.kind or "kind not stated", f"{money} of {cost.year}" if cost.year else money]))


def _middle(cost: Floats) -> Cell:
    low, middle, high = np.quantile(cost, [0.1, 0.5, 0.9])
    return Cell(_short(middle), f"{_short(low)} to {_short(high)}")


def _paid(cost: Floats, measure: Measure, partner: str) -> Cell:
    assert measure.cost is not None
    part = measure.cost.payer.get(partner, 0.0)
    if not measure.cost.payer:
        return Cell("not stated", mark="quiet")
    return Cell(_short(part * np.median(cost)), share(part)) if part else Cell("–", mark="quiet")


def _short(value: Any) -> str:
    return "–" if math.isnan(value) else amount(_MONEY, float(value))


def as_json(summary: Summary) -> dict[str, Any]:
    """Median cost and worth of each measure [USD], the year of that money, and who pays what share."""
    found, measures = by_measure(summary.view, summary.panel.futures), measures_of(summary.view)
    return {
        "year": prices_of(summary.view).year,
        "measures": {
            name: {
                **{f"cost_p{q}": float(np.quantile(cost, q / 100.0)) for q in (10, 50, 90)},
                "worth_p50": float(np.median(worth)),
                "payer": measures[name].cost.payer,  # type: ignore[union-attr]
            }
            for name, (cost, worth) in found.items()
        },
    }

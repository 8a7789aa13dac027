"""What measures cost, in US dollars of one year, and what that is worth where it is paid later.

A cost is stated in the money of its own year. It is carried to the year of `prices` by the escalation of its currency,
then changed into dollars by the exchange rate of the future, which is one of that year's money.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.study.option_keys import Prices
from sakimori.study.quantities import Amount, fixed
from sakimori.study.sampling import FactorTable, Term
from sakimori.study.schema import Measure

_NONE = fixed(0.0, "number", 0)
Values = Mapping[str, Any]  # of the factors, by path: numbers, or arrays (F,) over futures


@dataclass(frozen=True)
class CostPlan:
    """What a measure costs and when it is there, with terms."""

    cost: Term | None  # in the currency and the year in which it is stated
    yen: bool
    per: Term | None
    available: Term | None
    years: float  # from the year in which it is stated to that of the prices; 0 where either is not stated
    payer: Mapping[str, float]  # share of each partner


@dataclass(frozen=True)
class Costs:
    """The costs of a study's measures."""

    plans: Mapping[str, CostPlan]
    year: float  # of the money; nan: each as stated
    exchange_rate: Term  # [JPY/USD]
    escalation: Mapping[bool, Term]  # a year, of yen (True) and of dollars (False)
    discount: Term  # a year

    def usd(self, measure: str, values: Values) -> Any:
        """Cost [USD] of a measure given the factors' values; 0 where none is stated."""
        plan = self.plans[measure]
        if plan.cost is None:
            return 0.0
        cost = plan.cost.at(values) * (1.0 + self.escalation[plan.yen].at(values)) ** plan.years
        return cost / (self.exchange_rate.at(values) if plan.yen else 1.0) * (plan.per.at(values) if plan.per else 1.0)

    def worth(self, measure: str, values: Values) -> Any:
        """What that is worth in the year of the prices [USD] where it is paid in the year of availability."""
        plan = self.plans[measure]
        if plan.available is None or math.isnan(self.year):
            return self.usd(measure, values)
        wait = np.maximum(plan.available.at(values) - self.year, 0.0)
        return self.usd(measure, values) / (1.0 + self.discount.at(values)) ** wait

    def available(self, measures: tuple[str, ...], values: Values) -> float:
        """When the last of these measures is available; nan where none says."""
        terms = [self.plans[m].available for m in measures]
        return max((term.at(values) for term in terms if term is not None), default=math.nan)

    def middle(self, factors: FactorTable) -> dict[str, float]:
        """Cost of each measure [USD] at the middle values of the factors."""
        values = {path: factor.amount.middle for path, factor in factors.factors.items()}
        return {measure: float(self.usd(measure, values)) for measure in self.plans}


def costs_of(measures: Mapping[str, Measure], prices: Prices, exchange_rate: Amount, factors: FactorTable) -> Costs:
    """The costs of these measures; what varies is registered as a factor."""
    year = math.nan if prices.year is None else float(prices.year)
    return Costs(
        {name: _plan(name, measure, year, factors) for name, measure in measures.items()},
        year,
        factors.term("exchange_rate", exchange_rate),
        {
            False: factors.term("prices.escalation.USD", prices.escalation.get("USD", _NONE)),
            True: factors.term("prices.escalation.JPY", prices.escalation.get("JPY", _NONE)),
        },
        factors.term("prices.discount", prices.discount),
    )


def _plan(name: str, measure: Measure, year: float, factors: FactorTable) -> CostPlan:
    path, cost = f"measures.{name}", measure.cost
    available = factors.term(f"{path}.available", measure.available) if measure.available else None
    if cost is None:
        return CostPlan(None, False, None, available, 0.0, {})
    per = factors.term(f"{path}.quantity.{cost.per}", measure.quantity[cost.per]) if cost.per else None
    years = 0.0 if cost.year is None or math.isnan(year) else year - cost.year
    yen = cost.amount.dimension == "yen"
    return CostPlan(factors.term(f"{path}.cost", cost.amount), yen, per, available, years, dict(cost.payer))

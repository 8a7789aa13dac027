"""From outcome tables to answers: metrics, paired comparison, robustness over factors, breakdowns, the verdict.

This room sees tables of results only (a mapping from column name to a numpy array), so that every number in a report
can be computed again from a stored run, years later and without the models.
"""

from sakimori.assess.comparison import Difference, Effect, Estimate, estimate, paired_difference, rank
from sakimori.assess.metrics import METRICS, Metric, Panel, Table, panel
from sakimori.assess.robustness import Part, Split, Stability, splits
from sakimori.assess.verdict import Verdict, Why, verdict

__all__ = [
    "METRICS",
    "Difference",
    "Effect",
    "Estimate",
    "Metric",
    "Panel",
    "Part",
    "Split",
    "Stability",
    "Table",
    "Verdict",
    "Why",
    "estimate",
    "paired_difference",
    "panel",
    "rank",
    "splits",
    "verdict",
]

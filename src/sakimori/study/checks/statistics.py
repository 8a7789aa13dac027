"""Checks on sampling: enough futures, something that varies, options and raids of sensible size."""

import math
from collections.abc import Iterator

from sakimori.study.checks.common import View
from sakimori.study.findings import Finding

_FEW_FUTURES, _FEW_REPLICATIONS, _MANY_OPTIONS = 30, 10, 100


def sizes(view: View) -> Iterator[Finding]:
    """STAT01, STAT02, STAT05, STAT06: numbers of futures, replications and options."""
    model, flights = view.study.model, len(view.plan.rows)
    draws = model.futures / flights if flights else model.futures
    if not flights and draws < _FEW_FUTURES:
        yield view.finding("STAT01", ("futures",), f"{model.futures} futures", f"at least {_FEW_FUTURES}")
    if flights and model.futures % flights:
        got = f"{model.futures} futures of {flights} flights"
        yield view.finding("STAT06", ("futures",), got, f"a multiple of {flights}")
    if model.replications < _FEW_REPLICATIONS and any(option.layers for option in view.plan.options):
        got = f"{model.replications} replications"
        yield view.finding("STAT02", ("replications",), got, f"at least {_FEW_REPLICATIONS}")
    if len(view.plan.options) > _MANY_OPTIONS:
        got = f"{len(view.plan.options)} options"
        yield view.finding("STAT05", ("options",), got, f"at most {_MANY_OPTIONS}")


def variation(view: View) -> Iterator[Finding]:
    """STAT03: no factor but those of the attacker."""
    if all(factor.attacker for factor in view.study.factors):
        yield view.finding("STAT03", ("vary",), "no factor", "ranges for what is not known")


def magazines(view: View) -> Iterator[Finding]:
    """STAT04: more threats than rounds."""
    if view.plan.raid is None or not view.baseline.magazines:
        return
    threats = view.extremes(view.plan.raid.size)[1]
    rounds = sum(view.extremes(term)[1] for term in view.baseline.magazines)
    if threats > rounds:
        got = f"a raid of {threats:.0f} against {rounds:.0f} rounds"
        yield view.finding("STAT04", ("raid", "size"), got, "rounds for every threat")


def replicates(view: View) -> Iterator[Finding]:
    """STAT08: replicates of Sobol points that are no power of two, hypercubes or blocks that are not full."""
    design, flights = view.study.table.design, max(len(view.plan.rows), 1)
    draws = -(-view.study.model.futures // flights)
    if design.nested:
        if draws % design.block:
            got = f"{draws} draws in blocks of {design.block}, for {len(design.asked)} factors"
            fine = max(draws // design.block, 1) * design.block * flights
            yield view.finding("STAT08", ("futures",), got, f"for example {fine} futures")
        return
    each, rest = divmod(draws, design.replicates)
    uneven = rest > 0 or (design.method == "sobol" and each & (each - 1) > 0)
    if design.method != "monte-carlo" and uneven:
        fine = 2 ** max(round(math.log2(max(each, 1))), 0) if design.method == "sobol" else max(each, 1)
        got = f"{draws} draws in {design.replicates} replicates"
        yield view.finding("STAT08", ("futures",), got, f"for example {fine * design.replicates * flights} futures")


CHECKS = (sizes, variation, magazines, replicates)

"""Checks on layers: rounds, salvos, probabilities, times, and altitudes that nobody reaches."""

from collections.abc import Iterator

from sakimori.study.checks.common import View
from sakimori.study.findings import Finding

_GLIDE_BAND = (30e3, 60e3)  # [m]


def rounds(view: View) -> Iterator[Finding]:
    """ENG01, ENG02: empty magazines, and salvos that no magazine holds."""
    for layer in view.layers:
        stocks = [
            view.extremes(option.magazines[option.magazine_of[option.layers.index(layer)]])
            for option in view.plan.options
            if layer in option.layers
        ]
        most = max(high for _, high in stocks)
        if most < 1.0:
            yield view.finding(
                "ENG01", (*view.path_of(layer), "rounds"), f"no rounds for '{layer.asset}'", "one or more"
            )
        elif view.range_of(layer, "salvo")[0] > most:
            got = f"a salvo of {view.range_of(layer, 'salvo')[0]:.0f} from {most:.0f} rounds for '{layer.asset}'"
            yield view.finding("ENG02", (*view.path_of(layer), "rounds"), got, "a salvo that the magazine holds")


def probabilities(view: View) -> Iterator[Finding]:
    """ENG03, ENG07: points where only ranges are known."""
    for layer in view.layers:
        low, high = view.range_of(layer, "kill_probability")
        if low == high:
            got = f"a kill probability of exactly {low:g} for '{layer.asset}'"
            yield view.finding("ENG03", (*view.path_of(layer), "kill_probability"), got, "a range")
        if view.range_of(layer, "correlation") == (0.0, 0.0):
            got = f"independent shots for '{layer.asset}'"
            yield view.finding("ENG07", (*view.path_of(layer), "correlation"), got, "a correlation above zero")


def times(view: View) -> Iterator[Finding]:
    """ENG04, ENG06: homing longer than flight, looks without a look."""
    for layer in view.layers:
        longest = view.typical(layer, "range") / view.typical(layer, "mean_speed")
        if view.typical(layer, "homing_time") > longest:
            got = f"homing for {view.typical(layer, 'homing_time'):.6g} s by '{layer.asset}'"
            yield view.finding("ENG04", view.path_of(layer), got, f"less than its longest flight, {longest:.6g} s")
        if view.range_of(layer, "looks")[1] > 1.5 and view.range_of(layer, "assess_delay")[1] == 0.0:
            got = f"several looks without assess_delay for '{layer.asset}'"
            yield view.finding("ENG06", view.path_of(layer), got, "a time to assess")


def glide_gap(view: View) -> Iterator[Finding]:
    """ENG05: gliders in the raid, and no layer of the baseline that reaches where they glide."""
    gliders = view.plan.raid is not None and any(group.family == "glide" for group in view.plan.raid.groups)
    if not gliders or not view.baseline.layers:
        return
    for layer in view.baseline.layers:
        floor, ceiling = view.typical(layer, "floor"), view.typical(layer, "ceiling")
        if floor < _GLIDE_BAND[1] and ceiling > _GLIDE_BAND[0]:
            return
    got = "no layer of the baseline between 30 and 60 km"
    yield view.finding("ENG05", ("architecture", "layers"), got, "a layer that reaches gliders")


def designation(view: View) -> Iterator[Finding]:
    """ENG09: objects beside the threats, and perfect designation."""
    if view.plan.raid is None:
        return
    company = [term for group in view.plan.raid.groups for term in group.company[:2]]
    if all(view.extremes(term)[1] == 0.0 for term in company):
        return
    for layer in view.layers:
        if layer.term("designation") is None or view.range_of(layer, "designation")[0] == 1.0:
            got = f"perfect designation by '{layer.asset}'"
            yield view.finding("ENG09", (*view.path_of(layer), "designation"), got, "a range below 1")


CHECKS = (rounds, probabilities, times, glide_gap, designation)

"""Checks on sensors: fences, looks, noise, and whether anybody can see."""

import math
from collections.abc import Iterator

from sakimori.base.types import Rule
from sakimori.study.checks.common import View
from sakimori.study.findings import Finding

_TIGHT = 0.9  # share of the beam time that a fence may take


def fences(view: View) -> Iterator[Finding]:
    """SENSE01, SENSE07: fences outside the limits, or that leave no time."""
    for plan in view.radars:
        low, high = view.typical(plan, "fence_low"), view.typical(plan, "fence_high")
        lowest, highest = view.typical(plan, "elevation_min"), view.typical(plan, "elevation_max")
        if high <= lowest or low >= highest:
            got = f"a fence from {math.degrees(low):.6g} to {math.degrees(high):.6g} deg for '{plan.asset}'"
            expected = f"within {math.degrees(lowest):.6g} to {math.degrees(highest):.6g} deg"
            yield view.finding("SENSE01", view.path_of(plan), got, expected)
        if view.range_of(plan, "fence_load")[1] > _TIGHT:
            got = f"a fence load up to {view.range_of(plan, 'fence_load')[1]:.2f} for '{plan.asset}'"
            yield view.finding("SENSE07", view.path_of(plan), got, f"at most {_TIGHT}")


def ranges(view: View) -> Iterator[Finding]:
    """SENSE02: instrumented range below the reference range."""
    for plan in view.radars:
        most, reference = view.typical(plan, "maximum_range"), view.typical(plan, "reference_range")
        if most < reference:
            got = f"maximum_range {most / 1e3:.6g} km for '{plan.asset}'"
            yield view.finding("SENSE02", view.path_of(plan), got, f"at least {reference / 1e3:.6g} km")


def looks(view: View) -> Iterator[Finding]:
    """SENSE03, SENSE04: looks that do not fit their interval, or the step."""
    step = view.study.model.step.middle
    for plan in view.radars:
        if view.typical(plan, "dwell") >= view.typical(plan, "track_interval"):
            got = f"a dwell of {view.typical(plan, 'dwell'):.6g} s for '{plan.asset}'"
            expected = f"less than track_interval, {view.typical(plan, 'track_interval'):.6g} s"
            yield view.finding("SENSE03", view.path_of(plan), got, expected)
    for plan, name in [*((p, "fence_interval") for p in view.radars), *((p, "revisit") for p in view.infrareds)]:
        if view.typical(plan, name) < step - 1e-9:
            got = f"a step of {step:.6g} s over the {name} of '{plan.asset}'"
            yield view.finding("SENSE04", ("step",), got, f"at most {view.typical(plan, name):.6g} s")


def noise(view: View) -> Iterator[Finding]:
    """SENSE06: angle noise over the beam width."""
    for plan in view.radars:
        if view.typical(plan, "angle_sigma") > view.typical(plan, "beam_width"):
            got = f"an angle noise of {view.typical(plan, 'angle_sigma') * 1e3:.6g} mrad for '{plan.asset}'"
            expected = f"less than its beam width, {view.typical(plan, 'beam_width') * 1e3:.6g} mrad"
            yield view.finding("SENSE06", view.path_of(plan), got, expected)


def blindness(view: View) -> Iterator[Finding]:
    """SENSE05: the partner of a place that no sensor can warn."""
    owners = {view.plan.sensors[i].owner for i in view.baseline.sensors}
    for name, place in view.study.model.places.items():
        mine = view.plan.partners.index(place.partner)
        told = any(view.baseline.rules[giver][mine] != Rule.NONE for giver in owners)
        if mine not in owners and not told:
            got = f"no sensor for {place.partner}, which answers for '{name}'"
            yield view.finding("SENSE05", ("places", name, "partner"), got, "its own or a shared sensor")


CHECKS = (fences, ranges, looks, noise, blindness)

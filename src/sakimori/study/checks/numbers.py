"""Checks on values: ranges that cross, and numbers far from what is usual."""

import math
from collections.abc import Iterator

from sakimori.study.checks.common import View
from sakimori.study.findings import Finding
from sakimori.study.plans import Plan

_PAIRS = {  # the first must stay below the second in every future
    "radar": (("elevation_min", "elevation_max"), ("fence_low", "fence_high")),
    "interceptor": (("floor", "ceiling"),),
    "infrared": (("off_nadir_min", "off_nadir_max"), ("tangent_altitude", "limb_altitude")),
}
_USUAL = {  # [SI] outside of which a unit was probably mistaken
    "beam_width": (1e-4, 0.5),
    "range_sigma": (1e-2, 1e4),
    "angle_sigma": (1e-7, 0.1),
    "reference_range": (1e4, 1e7),
    "mean_speed": (200.0, 8e3),
    "dwell": (1e-6, 5.0),
    "fence_interval": (0.1, 120.0),
    "revisit": (1e-2, 120.0),
    "noise_equivalent_irradiance": (1e-15, 1e-6),
    "homing_time": (0.5, 300.0),
    "launch_delay": (0.0, 120.0),
    "assess_delay": (0.0, 300.0),
    "divert": (1.0, 5e3),
    "unit_cost": (1e4, 1e9),
}


def _plans(view: View) -> Iterator[Plan]:
    yield from view.radars
    yield from view.infrareds
    yield from view.layers


def crossing(view: View) -> Iterator[Finding]:
    """VALUE01: parameters that could cross in some future. ENG08: a floor above the ceiling throughout."""
    for plan in _plans(view):
        for lower, upper in _PAIRS[plan.kind]:
            low, high = view.range_of(plan, lower), view.range_of(plan, upper)
            if low[0] >= high[1] and plan.kind == "interceptor":
                got = f"a floor of {low[0] / 1e3:.6g} km over a ceiling of {high[1] / 1e3:.6g} km for '{plan.asset}'"
                yield view.finding("ENG08", view.path_of(plan), got, "a floor below the ceiling")
            elif low[1] >= high[0]:
                got = f"{lower} up to {low[1]:.6g} and {upper} from {high[0]:.6g} (SI) for '{plan.asset}'"
                yield view.finding("VALUE01", view.path_of(plan), got, f"{lower} always below {upper}")


def unusual(view: View) -> Iterator[Finding]:
    """VALUE02: numbers far outside what is usual."""
    for plan in _plans(view):
        for name, (low, high) in _USUAL.items():
            value = view.middle(plan.unit_cost) if name == "unit_cost" else view.typical(plan, name)
            unset = name == "unit_cost" and value == 0.0
            if not (low <= value <= high or math.isnan(value) or unset):
                got = f"{name} {value:.6g} (SI) for '{plan.asset}'"
                yield view.finding("VALUE02", (*view.path_of(plan), name), got, f"usually {low:g} to {high:g}")


CHECKS = (crossing, unusual)

"""Checks on sharing: delays that make no sense, rules without effect, layers without tracks."""

from collections.abc import Iterator

from sakimori.base.types import Rule
from sakimori.study.checks.common import View
from sakimori.study.findings import Finding

_SLOW = 30.0  # [s] of delay with which nobody shoots


def _shares(view: View) -> Iterator[tuple[tuple[str | int, ...], str, str, str]]:
    """Path, giver, taker and rule of every sharing rule of the architecture and the measures."""
    for i, share in enumerate(view.study.model.architecture.sharing):
        yield ("architecture", "sharing", i), share.from_, share.to, share.rule
    for name, measure in view.study.model.measures.items():
        for i, change in enumerate(measure.change):
            if change.share is not None:
                share = change.share
                yield ("measures", name, "change", i, "share"), share.from_, share.to, share.rule


def delays(view: View) -> Iterator[Finding]:
    """LINK01, LINK04: fire control that comes too late, or tracks that take no time at all."""
    for path, giver, taker, rule in _shares(view):
        a, b = view.plan.partners.index(giver), view.plan.partners.index(taker)
        named = [option for option in view.plan.options if path[1] in option.measures]
        members = named if path[0] == "measures" else [view.baseline]
        latencies = [view.extremes(option.latencies[a][b]) for option in members]
        slowest, fastest = max(high for _, high in latencies), min(low for low, _ in latencies)
        if rule == "fire-control" and slowest > _SLOW:
            got = f"fire-control tracks from {giver} to {taker} up to {slowest:.6g} s late"
            yield view.finding("LINK01", path, got, f"at most {_SLOW:g} s")
        if rule != "none" and fastest <= 0.0:
            got = f"tracks from {giver} to {taker} without delay"
            yield view.finding("LINK04", path, got, "a latency above 0 s")


def idle(view: View) -> Iterator[Finding]:
    """LINK02: rules of partners without sensors."""
    owners = {view.plan.partners[plan.owner] for plan in view.plan.sensors}
    for path, giver, taker, _ in _shares(view):
        if giver not in owners:
            yield view.finding("LINK02", path, f"a share from {giver} to {taker}", f"a sensor that {giver} owns")


def trackless(view: View) -> Iterator[Finding]:
    """LINK03: layers whose partner never holds a fire-control track, in any option that has them."""
    for layer in view.layers:
        fed = False
        for option in view.plan.options:
            if layer in option.layers:
                owners = {view.plan.sensors[i].owner for i in option.sensors}
                fire = {giver for giver in owners if option.rules[giver][layer.owner] >= Rule.TRACK}
                fed = fed or layer.owner in owners or bool(fire)
        if not fed:
            got = f"'{layer.asset}' of {view.plan.partners[layer.owner]} without fire-control tracks"
            yield view.finding("LINK03", view.path_of(layer), got, "a sensor, or a share with rule fire-control")


CHECKS = (delays, idle, trackless)

"""All numbers of a run, computed once; the page and the scoreboard only put them into words."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sakimori.assess.breakdown import Binding, binding, layer_reasons, leakers_by, met, on
from sakimori.assess.comparison import Difference, Effect, Estimate, estimate, paired_difference
from sakimori.assess.metrics import BASELINE, METRICS, Metric, Panel, Table, available, panel
from sakimori.assess.verdict import Verdict, contenders, verdict
from sakimori.base.reasons import REASONS
from sakimori.base.types import Floats, Integers, Reason
from sakimori.report.numbers import many, plain, share
from sakimori.report.view import RunView

_LEAST = 0.001  # leakers per raid: of a smaller change only that is told
_SAME = 1e-9  # leak probabilities that differ by less are equal: rounding
_DESIGNS = {
    "sobol": ("replicate", "a Sobol sequence"),
    "latin-hypercube": ("replicate", "a Latin hypercube"),
    "saltelli": ("block", "a Saltelli design"),
    "morris": ("trajectory", "a Morris design"),
}
"""What the independent parts of a sample are called, and what it is."""


@dataclass(frozen=True)
class Summary:
    """Metrics, comparisons and the verdict of a run."""

    view: RunView
    panels: Mapping[str, Panel]
    estimates: Mapping[str, Mapping[str, Estimate]]  # metric -> option
    differences: Mapping[str, Mapping[str, Difference]]  # metric -> option, against the baseline
    verdict: Verdict
    goal_panels: Mapping[str, Panel]  # metrics for which the study states a goal

    @property
    def metric(self) -> Metric:
        """The headline metric."""
        return METRICS[next(iter(self.panels))]

    @property
    def panel(self) -> Panel:
        """The headline metric's values."""
        return self.panels[self.metric.name]

    @property
    def reference(self) -> str:
        """The option that the others are compared with: the baseline, or the first where there is none."""
        return BASELINE if BASELINE in self.view.options else self.view.options[0]

    @property
    def sample(self) -> str:
        """What the means rest on, such as "300 futures" or "314 futures (3 draws of the factors for each flight)"."""
        futures = many(len(self.panel.futures), "future")
        if self.panel.clusters is not None:
            part, whole = _DESIGNS[self.view.design.method]
            return f"{futures} ({many(self.panel.independent, part)} of {whole})"
        if self.panel.draws is None:
            return futures
        return f"{futures} ({many(self.panel.independent, 'draw')} of the factors for each flight)"

    @property
    def others(self) -> tuple[str, ...]:
        """All options but the reference."""
        return tuple(o for o in self.view.options if o != self.reference)

    def place(self, option: str) -> str:
        """Rank of an option such as "1" or "2=" (tied); empty where it does not compete."""
        before = 0
        for group in self.verdict.groups:
            if option in group:
                return f"{before + 1}{'=' if len(group) > 1 else ''}"
            before += len(group)
        return ""


def summarise(view: RunView) -> Summary:
    """Compute everything that the report and the scoreboard share."""
    panels = {name: panel(view.tables, name, view.replications) for name in view.metrics}
    futures = next(iter(panels.values())).futures
    draws, clusters = view.draws(futures), view.clusters(futures)
    panels = {name: dataclasses.replace(found, draws=draws, clusters=clusters) for name, found in panels.items()}
    reference = BASELINE if BASELINE in view.options else view.options[0]
    estimates = {n: {o: estimate(p, o) for o in p.options} for n, p in panels.items()}
    differences = {
        n: {o: paired_difference(p, o, reference) for o in p.options if o != reference} for n, p in panels.items()
    }
    candidates = contenders(view.options, {o: view.measures_of(o) for o in view.options})
    first = next(iter(panels.values()))
    answer = verdict(first, view.tables["factors"], candidates, view.not_ours)
    return Summary(view, panels, estimates, differences, answer, _goal_panels(view, panels))


def _goal_panels(view: RunView, panels: Mapping[str, Panel]) -> dict[str, Panel]:
    """Values of the metrics for which the study states a goal, shown elsewhere or not."""
    one = next(iter(panels.values()))
    asked = [n for n in view.study.get("goals") or {} if n in METRICS and n in available(view.tables)]
    found = {n: panels.get(n) or panel(view.tables, n, view.replications) for n in asked}
    return {n: dataclasses.replace(p, draws=one.draws, clusters=one.clusters) for n, p in found.items()}


_ADDED = ("detection", "track quality")
_SHARED = ("sharing", "detection", "track quality", "time")
_RELAXES = {
    ("rounds", "magazine", "ready", "reload_time", "cells", "cells_per_round", "assignment"): ("rounds",),
    ("reserve", "reserve_value", "false_miss", "false_shot_rate"): ("rounds",),
    ("priority",): ("rounds", "channels"),
    ("channels",): ("channels",),
    ("decision_delay",): ("time",),
    ("assess_delay",): ("time", "channels"),
    ("latency",): ("time", "track quality"),
    ("rule", "launch_on_remote", "engage_on_remote"): _SHARED,
    ("coordinated", "hold_probability", "hand_over", "defends", "engages"): ("coordination",),
    ("owner",): ("sharing", "coordination"),
    ("launch_delay", "mean_speed", "burnout_speed", "burn_time", "drag_length"): ("time", "reach"),
    ("range", "crossing_angle"): ("reach", "time"),
    ("latitude", "longitude", "altitude"): ("reach", "altitude", "time"),
    ("floor", "ceiling"): ("altitude", "time"),
    ("homing_time", "basket", "divert"): ("hand-over",),
    ("track_sigma",): ("track quality", "time"),
    ("record",): ("reach", "altitude", "time", "hand-over", "kill probability"),
    ("salvo", "later_salvo", "looks", "kill_probability", "margin_loss", "correlation"): ("kill probability",),
    ("designation",): ("designation",),
    ("false_kill",): ("assessment",),
    ("availability",): ("availability",),
}
"""Which constraints setting or raising a value can relax, by its name; of sensors it is always `_ADDED`."""

BEHIND = {
    "detection": "threats that nobody detected",
    "track quality": "tracks too poor to fire on",
    "sharing": "data that were not shared",
    "time": "decisions that came too late",
    "reach": "threats out of reach",
    "altitude": "flights above or below what a layer can reach",
    "hand-over": "hand-overs too inaccurate to hit",
    "coordination": "fire held for the other partner",
    "channels": "busy fire-control channels",
    "rounds": "empty magazines",
    "availability": "systems out of service",
    "kill probability": "missed shots",
    "designation": "shots at decoys and other objects",
    "assessment": "misses taken for kills",
    "other": "other reasons",
}
"""What a constraint looks like when it binds, as a reader would say it."""


def relaxed_by(view: RunView, option: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Constraints that the option's changes could relax, and the layers that it adds."""
    constraints: list[str] = []
    layers: list[str] = []
    for verb, body in _changes(view, option):
        layers += [str(body["layer"])] if verb == "add" and "layer" in body else []
        constraints += _relaxed(verb, body)
    return tuple(dict.fromkeys(constraints)), tuple(layers)


def _changes(view: RunView, option: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    measures = view.study.get("measures") or {}
    for name in view.measures_of(option):
        for entry in (measures.get(name) or {}).get("change") or ():
            yield from ((str(verb), body) for verb, body in entry.items())


def _relaxed(verb: str, body: Mapping[str, object]) -> list[str]:
    if verb == "add":
        return [] if "layer" in body else list(_ADDED)
    if verb == "share":
        return list(_SHARED)
    return [constraint for path in body for constraint in eased(str(path))]


def eased(path: str) -> tuple[str, ...]:
    """Constraints that setting or raising the value at this path can relax; none for what only costs."""
    steps = path.removeprefix("architecture.").split(".")
    name = steps[1] if steps[0] == "command" else steps[-1]
    found = next((constraints for names, constraints in _RELAXES.items() if name in names), ())
    if steps[0] == "assets":
        return (*_ADDED, "availability") if name == "availability" else _ADDED
    return (*found, *_ADDED) if steps[0] == "carriers" and name != "cells" else found


def _changed_layers(view: RunView, option: str) -> tuple[str, ...]:
    """Layers whose numbers the option sets or raises; empty where it changes anything else, too."""
    found: list[str] = []
    for verb, body in _changes(view, option):
        paths = [str(path).removeprefix("architecture.").split(".") for path in body]
        if verb in ("add", "share") or any(path[0] != "layers" for path in paths):
            return ()
        found += [path[1] for path in paths]
    return tuple(dict.fromkeys(found))


def why_no_effect(summary: Summary, option: str) -> str:
    """Why an option leaves the headline as it is: the constraint it relaxes never bound, its layer never had a shot,
    or what it spares leaks elsewhere.
    """
    view, futures, base = summary.view, summary.panel.futures, summary.reference
    if not view.engaged:
        title = summary.metric.title
        return f"the {title[0].lower()}{title[1:]} is the same without it in every future"
    constraints, layers = relaxed_by(view, option)
    said = [_idle_layer(view, option, futures, layer) for layer in layers]
    bound = binding(view.tables["threats"], base, futures)
    moved = _moved(summary, option)
    said.append(_worth(summary, option))
    if moved:
        said.append(_elsewhere(summary, constraints, moved))
    elif constraints:
        said.append(_idle(summary, bound, constraints, _changed_layers(view, option)))
    if bound.first:
        part = bound.share(bound.first)
        most = "most leakers of the baseline were" if part > 0.5 else "the commonest cause of leakers is"
        said.append(f"{most} {BEHIND[bound.first]} ({share(part)})")
    return "; ".join(text for text in said if text) or "nothing leaks in the baseline"


def _worth(summary: Summary, option: str) -> str:
    """What an option that changes the value of places does to the value lost; empty for others."""
    if not any(str(path).startswith("places.") for _, body in _changes(summary.view, option) for path in body):
        return ""
    rows, futures = summary.view.tables["outcomes"], summary.panel.futures
    mine, base = (
        float(on(rows, futures, o)["value_lost"].astype(np.float64).mean()) for o in (option, summary.reference)
    )
    part = f" ({share(abs(mine / base - 1.0))} {'less' if mine < base else 'more'})" if base > 0.0 else ""
    return (
        "it changes what a leaker costs, not whether it leaks: value lost per raid goes from "
        f"{plain(base, 2)} to {plain(mine, 2)}{part}"
    )


def _moved(summary: Summary, option: str) -> float:
    """By how much an option changes the leakers per raid; 0 only where no threat's leak probability differs."""
    threats, futures = summary.view.tables["threats"], summary.panel.futures
    mine, base = (_leaks(on(threats, futures, o)) for o in (option, summary.reference))
    change = mine - base
    if np.all(np.abs(change) < _SAME):
        return 0.0
    return float(change.sum()) / max(1, len(futures)) or _SAME  # what one threat gains, another may lose


def _leaks(rows: Table) -> Floats:
    order = np.lexsort((rows["threat"].astype(np.int64), rows["future"].astype(np.int64)))
    return rows["leak_probability"][order].astype(np.float64)


def _elsewhere(summary: Summary, constraints: tuple[str, ...], moved: float) -> str:
    """In plain words: leakers change, but not the headline."""
    eases = f"it eases {' and '.join(constraints)}, which bound at times: " if constraints else ""
    by = plain(moved, 3, signed=True) if abs(moved) >= _LEAST else f"less than {plain(_LEAST, 3)}"
    said = f"{eases}leakers per raid change by {by}"
    if summary.metric.name == "no_leaker":
        return f"{said}, in raids from which others leak all the same"
    return f"{said}, but {summary.metric.title[0].lower()}{summary.metric.title[1:]} does not"


def _idle(summary: Summary, bound: Binding, constraints: tuple[str, ...], layers: tuple[str, ...]) -> str:
    """In plain words: what the option eases, and that this never bound, or cost few leakers."""
    engagements, base, futures = summary.view.tables["engagements"], summary.reference, summary.panel.futures
    met_ = sum(met(engagements, base, futures, c, layers) for c in constraints)
    where = f" at {', '.join(layers[:-1])}{' or ' * (len(layers) > 1)}{layers[-1]}" if layers else ""
    behind = " or ".join(dict.fromkeys(BEHIND[c] for c in constraints))
    part = sum(bound.share(c) for c in constraints)
    if met_ == 0.0 and (part == 0.0 or layers):
        there = " there" if layers and part > 0.0 else ""
        bind = f"it eases {' and '.join(constraints)}, which never bound{there}: no leak changes with it"
        return f"{bind}, and in the baseline no threat usually met {behind}{where}"
    eases = f"it eases {' and '.join(constraints)}, but"
    seen = f"({share(met_)} of the pairs of threat and layer met that{where})"
    if part == 0.0:
        return f"{eases} no leaker of the baseline was due to {behind} {seen}"
    return f"{eases} only {share(part)} of leakers were due to {behind}, none of which it stops {seen}"


def _idle_layer(view: RunView, option: str, futures: Integers, layer: str) -> str:
    reasons = layer_reasons(view.tables["engagements"], option, futures, layer)
    blocked = {name: part for name, part in reasons.items() if name in Reason.__members__}
    if not blocked:
        return ""
    name, part = next(iter(blocked.items()))
    return f"the added layer {layer} met mostly this: {REASONS[Reason[name]].meaning} ({share(part)} of threats)"


def effects(summary: Summary, wanted: Effect) -> tuple[str, ...]:
    """Options whose headline difference to the baseline has this effect, largest gain first."""
    found = [d for d in summary.differences[summary.metric.name].values() if d.effect is wanted]
    sign = 1.0 if summary.metric.higher_is_better else -1.0
    return tuple(d.option for d in sorted(found, key=lambda d: -sign * d.mean))


def causes(summary: Summary, option: str) -> dict[str, float]:
    """Expected leakers per raid by reason, largest first."""
    threats = summary.view.tables["threats"]
    return leakers_by(threats, threats["cause"], option, summary.panel.futures)

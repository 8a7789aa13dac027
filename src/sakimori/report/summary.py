"""All numbers of a run, computed once; the page and the scoreboard only put them into words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sakimori.assess.breakdown import binding, layer_reasons, leakers_by, met
from sakimori.assess.comparison import Difference, Effect, Estimate, estimate, paired_difference
from sakimori.assess.metrics import BASELINE, METRICS, Metric, Panel, panel
from sakimori.assess.verdict import Verdict, contenders, verdict
from sakimori.base.reasons import REASONS
from sakimori.base.types import Integers, Reason
from sakimori.report.view import RunView


@dataclass(frozen=True)
class Summary:
    """Metrics, comparisons and the verdict of a run."""

    view: RunView
    panels: Mapping[str, Panel]
    estimates: Mapping[str, Mapping[str, Estimate]]  # metric -> option
    differences: Mapping[str, Mapping[str, Difference]]  # metric -> option, against the baseline
    verdict: Verdict

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
    reference = BASELINE if BASELINE in view.options else view.options[0]
    estimates = {n: {o: estimate(p, o) for o in p.options} for n, p in panels.items()}
    differences = {
        n: {o: paired_difference(p, o, reference) for o in p.options if o != reference} for n, p in panels.items()
    }
    candidates = contenders(view.options, {o: view.measures_of(o) for o in view.options})
    first = next(iter(panels.values()))
    answer = verdict(first, view.tables["factors"], candidates, view.attacker)
    return Summary(view, panels, estimates, differences, answer)


_ADDED = ("detection", "track quality")
_SHARED = ("sharing", "detection", "track quality", "time")
_RELAXES = {
    "rounds": ("rounds",),
    "channels": ("channels",),
    "delay": ("time",),
    "latency": ("time", "track quality"),
    "coordinated": ("coordination",),
    "hold": ("coordination",),
    "kill_probability": ("kill probability",),
    "availability": ("availability",),
}
"""Which constraints setting or raising something can relax, by a word in its path."""


def relaxed_by(view: RunView, option: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Constraints that the option's changes could relax, and the layers that it adds."""
    constraints: list[str] = []
    layers: list[str] = []
    for name in view.measures_of(option):
        for entry in ((view.study.get("measures") or {}).get(name) or {}).get("change") or ():
            for verb, body in entry.items():
                layers += [str(body["layer"])] if verb == "add" and "layer" in body else []
                constraints += _relaxed(str(verb), body)
    return tuple(dict.fromkeys(constraints)), tuple(layers)


def _relaxed(verb: str, body: Mapping[str, object]) -> list[str]:
    if verb == "add":
        return [] if "layer" in body else list(_ADDED)
    if verb == "share":
        return list(_SHARED)
    paths = " ".join(map(str, body))
    return [c for word, found in _RELAXES.items() if word in paths for c in found]


def why_no_effect(summary: Summary, option: str) -> str:
    """Why an option changes nothing: the constraint it relaxes never bound, or its layer never had a shot."""
    view, futures, base = summary.view, summary.panel.futures, summary.reference
    if not view.engaged:
        title = summary.metric.title
        return f"the {title[0].lower()}{title[1:]} is the same without it in every future"
    constraints, layers = relaxed_by(view, option)
    said = [_idle_layer(view, option, futures, layer) for layer in layers]
    bound = binding(view.tables["threats"], base, futures)
    idle = [c for c in constraints if bound.share(c) == 0.0]
    if idle:
        said.append(_idle(view, base, futures, idle))
    elif constraints:
        shares = " and ".join(f"{c} ({100.0 * bound.share(c):.0f} % of leakers)" for c in constraints)
        said.append(f"it eases {shares} without lifting the next constraint")
    if bound.first:
        said.append(f"what binds is {bound.first} ({100.0 * bound.share(bound.first):.0f} % of the baseline's leakers)")
    return "; ".join(text for text in said if text) or "nothing leaks in the baseline"


def _idle(view: RunView, base: str, futures: Integers, constraints: list[str]) -> str:
    shares = {c: met(view.tables["engagements"], base, futures, c) for c in constraints}
    if not any(shares.values()):
        return f"{' and '.join(constraints)} never bound in the baseline"
    some = ", ".join(f"{c}: {100.0 * v:.1f} %" for c, v in shares.items() if v)
    return f"no leaker of the baseline was due to {' or '.join(constraints)} (share of engagements that met it: {some})"


def _idle_layer(view: RunView, option: str, futures: Integers, layer: str) -> str:
    reasons = layer_reasons(view.tables["engagements"], option, futures, layer)
    blocked = {name: part for name, part in reasons.items() if name in Reason.__members__}
    if not blocked:
        return ""
    name, part = next(iter(blocked.items()))
    return f"the added layer {layer} met mostly this: {REASONS[Reason[name]].meaning} ({100.0 * part:.0f} % of threats)"


def effects(summary: Summary, wanted: Effect) -> tuple[str, ...]:
    """Options whose headline difference to the baseline has this effect, largest gain first."""
    found = [d for d in summary.differences[summary.metric.name].values() if d.effect is wanted]
    sign = 1.0 if summary.metric.higher_is_better else -1.0
    return tuple(d.option for d in sorted(found, key=lambda d: -sign * d.mean))


def causes(summary: Summary, option: str) -> dict[str, float]:
    """Expected leakers per raid by reason, largest first."""
    threats = summary.view.tables["threats"]
    return leakers_by(threats, threats["cause"], option, summary.panel.futures)

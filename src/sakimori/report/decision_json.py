"""The decision as plain data for scripts: `sakimori show --json`, under the key `decision`."""

import dataclasses
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sakimori.report import pricing
from sakimori.report.decision import Decision
from sakimori.report.first import what_changes

_RANKED = 20  # factors


def decision_json(decision: Decision) -> dict[str, Any]:
    """Every part of the decision; a number that does not exist is null. Gains are turned so that more is better."""
    found, discovery = decision.attribution, decision.discovery
    return {
        "measures": [_plain(pick) for pick in decision.picks],
        "together": _plain(decision.together),
        "what_would_change_it": what_changes(decision),
        "regret": [_plain(r) for r in decision.regrets],
        "goals": {metric: [_plain(r) for r in found.values()] for metric, found in decision.goals.items()},
        "offers": [_plain(offer) for offer in decision.offers],
        "costs": pricing.as_json(decision.summary),
        "budgets": [[_plain(b) for b in group] for group in decision.budgets],
        "attribution": _plain(found),
        "doses": [{**_plain(r), "resolved": r.resolved} for r in decision.responses],
        "overtaken": None if discovery is None else {**_plain(discovery), "factors": sorted(decision.own_factors)},
        "thresholds": [{"rival": rival, **_plain(t)} for rival, t in decision.thresholds],
        "raid_size": [_plain(p) for p in decision.payoffs],
        "glide_kill_probability": [_plain(s) for s in decision.glide],
        "designed": [_plain(index) for index in decision.designed],
        "factors": [_plain(index) for index in decision.indices[:_RANKED]],
    }


def _plain(value: Any) -> Any:
    """A record as a mapping of plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value

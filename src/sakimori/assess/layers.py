"""The kill chain of each layer against each family of threats: when each event came, its slack, where it ended."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.assess.breakdown import Moment, moment, on
from sakimori.assess.metrics import Table

LAYER_EVENTS: Mapping[str, str] = {
    "detected": "detected",
    "confirmed": "confirmed",
    "tracked": "tracked",
    "shared": "shared",
    "fire control": "fire_control",
    "decided": "commit",
    "assigned": "assigned",
    "launched": "first_launch",
    "intercepted": "first_intercept",
    "assessed": "assessed",
}
"""Events in their order, and the column of the table `engagements` that has their time."""


@dataclass(frozen=True)
class LayerChain:
    """One layer against one family, over all its threats in the futures asked for."""

    layer: str
    family: str
    moments: tuple[Moment, ...]  # in seconds after launch of the threat
    slack: Moment  # [s] from the permission to launch to the last useful launch; below 0: too late
    ended: Mapping[str, float]  # share of the threats by Reason, the most frequent first


def layer_chains(
    engagements: Table, flights: Table, option: str, futures: npt.NDArray[np.integer]
) -> tuple[LayerChain, ...]:
    """Every layer of `option` against every family; () where the run has no such columns (older versions)."""
    if not set(LAYER_EVENTS.values()) <= set(engagements):
        return ()
    fired, flown = on(engagements, futures, option), on(flights, futures)
    order = np.argsort(_key(flown))
    at = order[np.searchsorted(_key(flown)[order], _key(fired))]
    start, family = flown["launch_time"].astype(np.float64)[at], flown["family"].astype(str)[at]
    layers = fired["layer"].astype(str)
    found: list[LayerChain] = []
    for layer in dict.fromkeys(layers):
        for kind in sorted(set(family)):
            mine = (layers == layer) & (family == kind)
            if not mine.any():
                continue
            times = {e: fired[column].astype(np.float64)[mine] - start[mine] for e, column in LAYER_EVENTS.items()}
            reasons, counts = np.unique(fired["reason"].astype(str)[mine], return_counts=True)
            ended = sorted(zip(reasons, counts / mine.sum(), strict=True), key=lambda item: -item[1])
            found.append(
                LayerChain(
                    str(layer),
                    str(kind),
                    tuple(moment(event, values) for event, values in times.items()),
                    moment("slack", fired["slack"].astype(np.float64)[mine]),
                    {str(name): float(part) for name, part in ended},
                )
            )
    return tuple(found)


def _key(rows: Table) -> npt.NDArray[np.int64]:
    return rows["future"].astype(np.int64) * (1 << 20) + rows["threat"].astype(np.int64)

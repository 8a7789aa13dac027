"""Which single change would have stopped a threat, in words: chain/whatif.py plays its future again."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from sakimori.chain.whatif import Change
from sakimori.report.numbers import plain

SENTENCES: Final[Mapping[str, str]] = {
    "sooner": "a track {size} s sooner",
    "finer": "a track with errors smaller by {size} %",
    "decide": "decisions to fire faster by {size} s",
    "share": "fire-control tracks shared between all partners",
    "coordinate": "one command: results shared, and everybody may fire at everything",
    "reach": "{size} km more reach of {layer}",
    "higher": "a ceiling of {layer} higher by {size} km",
    "lower": "a floor of {layer} lower by {size} km",
    "rounds": "{size} more in the magazine of {layer}",
    "salvo": "{size} more in each salvo of {layer}",
    "looks": "{size} more at each threat by {layer}",
    "channels": "{size} more of {layer}",
    "remote": "{layer} allowed to engage on a partner's track",
    "available": "{layer} in service in this future",
}
"""By the kind of change. A change of the defence only."""

_SCALES = {"finer": 100.0, "reach": 1e-3, "higher": 1e-3, "lower": 1e-3}
_COUNTED = {"rounds": "round", "salvo": "round", "looks": "look", "channels": "channel"}


def sentence(change: Change) -> str:
    """What would have to be different."""
    size = "" if math.isnan(change.size) else plain(change.size * _SCALES.get(change.kind, 1.0), 0)
    if change.kind in _COUNTED:
        size += f" {_COUNTED[change.kind]}{'' if change.size == 1.0 else 's'}"
    return SENTENCES[change.kind].format(size=size, layer=change.layer)


def remedies(found: Sequence[Change], leak: float) -> list[str]:
    """Lines of text; `leak` is what the threat leaks with as it was."""
    if leak == 0.0:
        return []
    if not found:
        return ["No single change that was tried would have halved its chance to leak."]
    lines = [f"Any one of these alone would have cut that by half or more, from {plain(100 * leak, 0)} % to:"]
    return lines + [f"  {plain(100 * c.leak_probability, 0)} %  {sentence(c)}" for c in found]

"""Stopping when a metric is known well enough, on fixed checkpoints: nothing depends on the workers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sakimori.assess.comparison import CONFIDENCE, mean_error
from sakimori.assess.metrics import METRICS, panel
from sakimori.base.errors import InputError
from sakimori.store import RunFolder
from sakimori.study import Study

FIRST_CHECK = 100  # futures; then every 100 up to 1,000, every 1,000 up to 10,000 and so on


@dataclass(frozen=True)
class Until:
    """A metric, and the half width of the 95 % interval of its mean that is narrow enough, in the metric's unit."""

    metric: str
    half_width: float
    checkpoints: tuple[int, ...] = ()  # after how many futures to look; none: those of `checkpoints`

    def widest(self, study: Study, folder: RunFolder, futures: int) -> float:
        """The widest half width among the options, of futures 0 to `futures` - 1; inf where it is not known yet."""
        metric = METRICS[self.metric]
        needed = {"outcomes": ["future", "option", "failed"]}
        needed[metric.table] = [*dict.fromkeys([*needed.get(metric.table, ["future", "option"]), *metric.needs])]
        needed["outcomes"] += [metric.variance] if metric.variance else []
        tables = {name: folder.columns(name, columns) for name, columns in needed.items()}
        tables = {n: {c: v[t["future"] < futures] for c, v in t.items()} for n, t in tables.items()}
        found = panel(tables, self.metric, study.replications)
        groups = np.array([study.group(int(future)) for future in found.futures])
        widths = []
        for values in found.values:
            there = np.isfinite(values)
            error, count = mean_error(values[there], groups[there])
            widths.append(special.stdtrit(count - 1, 0.5 + 0.5 * CONFIDENCE) * error if count > 1 else math.inf)
        return float(max(widths))


def until_of_study(study: Study) -> Until | None:
    """What the study says under `stop`; None where it says nothing."""
    stop = study.model.stop
    return None if stop is None else Until(stop.metric, stop.half_width.middle, tuple(stop.checkpoints))


def until_of(text: str) -> Until:
    """What stands behind `--until`, such as "no_leaker 0.02". Raises InputError."""
    words = text.split()
    mend = 'Give a metric and a half width in its unit, like --until "no_leaker 0.02".'
    if len(words) != 2:
        raise InputError("--until", repr(text), "two words", mend)
    if words[0] not in METRICS:
        raise InputError("--until", repr(words[0]), f"one of {', '.join(METRICS)}", mend)
    try:
        width = float(words[1])
    except ValueError:
        width = math.nan
    if not 0.0 < width < math.inf:
        raise InputError("--until", repr(words[1]), "a number above 0", mend)
    return Until(words[0], width)


def checkpoints(most: int, stated: Sequence[int] = ()) -> list[int]:
    """After how many futures to look, up to `most`: where it is stated, else so that but the last cuts no chunk."""
    if stated:
        return [*(number for number in stated if number < most), most]
    found = [FIRST_CHECK]
    while found[-1] < most:
        found.append(found[-1] + max(FIRST_CHECK, 10 ** int(math.log10(found[-1]))))
    return [*found[:-1], most]

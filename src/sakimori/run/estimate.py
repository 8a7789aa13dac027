"""How long a run with portfolios will take: measured on a few of its futures, told before any is played, and refused
beyond the time that the study allows."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sakimori.base.errors import RunError
from sakimori.chain import play
from sakimori.run.tables import rows_of
from sakimori.study import Study

_FEWEST, _MOST, _ENOUGH = 3, 10, 3.0  # futures that are measured, as many as take so many seconds


@dataclass(frozen=True)
class Estimate:
    """What there is to play, and how long it takes."""

    sets: int  # named sets of measures, the listed options among them
    different: int  # architectures among them: each is played once
    future_seconds: float  # of processor time, median of those measured
    futures: int  # left to play
    workers: int

    @property
    def seconds(self) -> float:
        """Until the end, where all workers are as fast as this process and never wait."""
        return self.future_seconds * self.futures / self.workers

    def __str__(self) -> str:
        on = f"{self.workers} processor{'s' if self.workers > 1 else ''}"
        return (
            f"{self.sets} sets of measures, {self.different} of them different: {self.future_seconds:.2g} s a future, "
            f"about {_duration(self.seconds)} for {self.futures} futures on {on}"
        )


def wants_portfolios(study: Study) -> bool:
    """Whether a study has sets of measures beside its listed options."""
    return bool(study.compiled.offer.portfolios) or study.compiled.builder is not None


def estimate(study: Study, seed: int, futures: Sequence[int], workers: int) -> Estimate | None:
    """Measure some of these futures, spread over them; one is played before so that kernels are compiled.

    Nothing of them is kept: what the run stores does not depend on having been measured. None where no future could be
    played.
    """
    _measured(study, seed, futures[0])
    found = list[_Measured]()
    for future in futures[:: max(len(futures) // _MOST, 1)][:_MOST]:
        found += _measured(study, seed, future)
        if len(found) >= _FEWEST and sum(one.seconds for one in found) > _ENOUGH:
            break
    if not found:
        return None
    seconds, sets, different = (statistics.median(column) for column in zip(*found, strict=True))
    return Estimate(round(sets), round(different), seconds, len(futures), min(workers, len(futures)))


class _Measured(NamedTuple):
    seconds: float  # of processor time
    sets: int
    different: int


def _measured(study: Study, seed: int, future: int) -> list[_Measured]:
    """One future, measured; none where it fails, which the run itself will tell."""
    started = time.process_time()
    try:
        case, labels = study.case(future, seed), study.labels(future, seed)
        rows_of(play(case), labels)
    except (OSError, MemoryError):
        raise
    except Exception:
        return []
    sets = len(labels.option_costs) + len(labels.portfolios)
    return [_Measured(time.process_time() - started, sets, len(case.options))]


def refuse_beyond(found: Estimate, study: Study) -> None:
    """Raises RunError where the estimate exceeds the `time_limit` of the study's portfolios."""
    limit = study.model.portfolios.time_limit.middle
    if found.seconds > limit:
        raise RunError(
            f"{found}: more than the {_duration(limit)} that the study allows (portfolios: time_limit). Nothing was "
            "played. Give fewer portfolios (most, budget, year), fewer --futures or more --workers, or raise the limit."
        )


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2.0 * size:
            return f"{seconds / size:.0f} {unit}" if seconds >= 10.0 * size else f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10.0 else f"{seconds:.2g} s"

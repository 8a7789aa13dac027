"""Does a filter know how wrong it is: errors against the covariances that it states, over many runs or many looks.

Y. Bar-Shalom, X. R. Li, T. Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), sec. 5.4.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Flags, Floats
from sakimori.track.matrices import cholesky, squared_length

LEVEL = 0.95  # of every interval, two-sided


@kernel
def _squares(errors: Floats, covariances: Floats) -> Floats:
    out = np.full(errors.shape[0], math.nan)
    for r in range(errors.shape[0]):
        root = cholesky(covariances[r])
        sound = True
        for i in range(root.shape[0]):
            sound = sound and root[i, i] > 0.0
        if sound:
            out[r] = squared_length(root, errors[r])
    return out


def nees(errors: Floats, covariances: Floats) -> Floats:
    """Normalised estimation error squared e' P^-1 e (...,) of errors (..., n) and covariances (..., n, n).

    nan where an error is nan or a covariance is not positive definite.
    """
    n = errors.shape[-1]
    flat = _squares(
        np.ascontiguousarray(errors, dtype=np.float64).reshape(-1, n),
        np.ascontiguousarray(covariances, dtype=np.float64).reshape(-1, n, n),
    )
    return flat.reshape(errors.shape[:-1])


def interval(states: float, samples: int, level: float = LEVEL) -> tuple[float, float]:
    """Two-sided interval of the mean of `samples` independent chi-squares of `states` degrees of freedom each."""
    if not (states > 0 and samples > 0 and 0.0 < level < 1.0):
        got = f"{states} states, {samples} samples, level {level}"
        raise InputError("consistency interval", got, "all above 0, the level below 1", "Mend the numbers.")
    tail, freedom = 0.5 - 0.5 * level, states * samples
    low, high = (2.0 * float(gammaincinv(0.5 * freedom, share)) / samples for share in (tail, 1.0 - tail))
    return low, high


class Consistency(NamedTuple):
    """A verdict with its numbers."""

    consistent: bool
    mean: float  # of the normalised squares (ANEES, or mean NIS); `states` for an honest filter
    low: float  # interval of that mean, were the filter consistent
    high: float
    states: float
    samples: int

    def sentence(self) -> str:
        """The verdict in words, with its numbers."""
        found = f"{self.mean:.3g} over {self.samples} samples (expected {self.states:g}, {LEVEL:.0%} interval"
        found += f" {self.low:.3g} to {self.high:.3g})"
        if self.consistent:
            return f"consistent: {found}"
        word = "errors are larger" if self.mean > self.high else "errors are smaller"
        return f"INCONSISTENT: {word} than the filter states: {found}"


def judge(squares: Floats, states: float) -> Consistency:
    """Is the mean of normalised squares (R,), each of `states` degrees of freedom and independent, as it should be.

    Errors of one run at several times are not independent: judge over runs at one time. NIS of one run over its looks
    are, where the filter is right. nan are left out; raises InputError where nothing is left.
    """
    kept = squares[np.isfinite(squares)]
    low, high = interval(states, kept.size)
    mean = float(kept.mean())
    return Consistency(low <= mean <= high, mean, low, high, states, kept.size)


class Scores(NamedTuple):
    """One filter over R runs at K times."""

    rmse: Floats  # (K,) [m] root of the mean square of the distance
    anees: Floats  # (K,) of position and velocity; 6 for an honest filter
    outside: float  # share of the times at which ANEES lies outside its interval, 0.05 for an honest filter
    runs: int


def score(errors: Floats, covariances: Floats) -> Scores:
    """RMSE and ANEES by time of errors (R, K, 6 or more) [m, m/s] with their covariances; nan where there is no track.

    Each time is judged over the runs that have a track then; a time with none is nan and is not counted.
    """
    there = np.isfinite(errors[..., 0])
    runs = there.sum(axis=0)
    square = np.where(there, (errors[..., :3] ** 2).sum(axis=-1), 0.0).sum(axis=0)
    ratio = nees(errors[..., :6], covariances[..., :6, :6])
    total = np.where(np.isfinite(ratio), ratio, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rmse, anees = np.sqrt(square / runs), total / runs
    outside = [
        not low <= a <= high for a, n in zip(anees, runs, strict=True) if n for low, high in [interval(6, int(n))]
    ]
    share = float(np.mean(outside)) if outside else math.nan
    return Scores(rmse, anees, share, errors.shape[0])


def efficiency(errors: Floats, bounds: Floats) -> Floats:
    """Position error of a filter over the bound's, by time (K,): sqrt of the mean square (R, K, 3) over the trace (K,).

    1 for the best filter that there is, above for every other; a bound drawn for each run is averaged first.
    """
    there = np.isfinite(errors[..., 0])
    square = np.where(there, (errors**2).sum(axis=-1), 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(square / there.sum(axis=0) / bounds)


class Custody(NamedTuple):
    """How a target was held over time."""

    share: float  # of the samples
    breaks: int  # times that it was lost after it was held, and it was still there
    first: int  # first sample held, -1 for never
    longest_gap: int  # samples, between two holds


def custody(held: Flags) -> Custody:
    """Share, breaks and longest gap of a target held or not at each sample (K,) of its life. Raises on an empty one."""
    if held.size == 0:
        raise InputError("custody", "no samples", "one sample or more", "Pass the samples of the flight.")
    where = np.flatnonzero(held)
    if where.size == 0:
        return Custody(0.0, 0, -1, 0)
    gaps = np.diff(where) - 1
    breaks = int((gaps > 0).sum()) + int(where[-1] < held.size - 1)
    return Custody(float(held.mean()), breaks, int(where[0]), int(gaps.max(initial=0)))

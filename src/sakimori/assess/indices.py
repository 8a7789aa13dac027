"""Which of our own factors matter: shares of the variance of an outcome, from any sample or from a designed one.

From any sample: the first-order index as the share of variance that steps and slopes over bins of equal count explain
(the correlation ratio of Plischke, Borgonovo and Smith 2013, doi 10.1016/j.ejor.2012.11.047, with a slope in each bin),
less its bias (Ezekiel 1930). From designs: SALib's analysers (Saltelli et al. 2010, Morris 1991).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from sakimori.assess.comparison import CONFIDENCE
from sakimori.assess.resampling import weights
from sakimori.base.types import Floats, Integers

NARROW = 0.05  # width of an interval below which an index counts as converged (Sarrazin et al. 2016)
_FEWEST, _MOST = 4, 32  # bins
_FEWEST_DRAWS = 20  # of the factors
_SHOWN = 20  # factors that get an interval


@dataclass(frozen=True)
class Index:
    """One factor's share of the variance of the outcome by itself."""

    factor: str
    first: float  # 0 to 1; slightly below 0 is noise
    low: float  # 95 % bootstrap interval; nan where none was computed
    high: float
    chance: float  # that a factor without influence does as well (F test)
    converged: bool  # its interval is narrow
    place: int  # in the ranking, ties share one; 0: not distinguished from no influence, not ranked


class _Shape(NamedTuple):
    """A factor as a curve is fitted to it: a step, and where there are many values a slope, in each bin."""

    codes: Integers  # (F,) bin
    rank: Floats  # (F,) from 0 to 1; 0 for categories
    terms: int  # numbers fitted besides the mean


def first_order(values: Floats, factors: Mapping[str, Floats], draws: Integers | None = None) -> tuple[Index, ...]:
    """First-order indices of values (F,) for columns (F,) of any sample with independent factors, largest first.

    A factor is ranked only where its F test passes 0.05 over the number of factors, and stands behind another only
    where the bootstrap interval of their difference leaves out zero. Values that do not vary, and samples of fewer
    than twenty draws of the factors, give none. What a factor does within a bin is seen as a straight line: between 20
    and 1000 draws bins are wide, and the index of a factor that acts in waves is too small.
    """
    fits, cut, own = _fits(values, factors, draws)
    order = sorted(fits, key=lambda name: -fits[name].first)
    sampled = _bootstrap(cut, {name: fits[name] for name in order[:_SHOWN]}, own)
    places = _places([name for name in sampled if fits[name].chance * len(fits) < 1.0 - CONFIDENCE], sampled)
    return tuple(_index(name, fits[name], sampled.get(name), places.get(name, 0)) for name in order)


def going_with(values: Floats, factors: Mapping[str, Floats], draws: Integers | None, level: float) -> tuple[str, ...]:
    """Factors whose F test, each for itself, passes at `level`, those first that explain most."""
    fits, _, _ = _fits(values, factors, draws)
    passing = [name for name in fits if fits[name].chance < 1.0 - level]
    return tuple(sorted(passing, key=lambda name: -fits[name].first))


def _fits(
    values: Floats, factors: Mapping[str, Floats], draws: Integers | None
) -> tuple[dict[str, "_Fit"], Floats, Integers | None]:
    """How well each factor explains the values; the finite values and their draws."""
    there = np.isfinite(values)
    cut = values[there]
    own = None if draws is None else draws[there]
    sound = len(cut) if own is None else len(np.unique(own))
    if sound < _FEWEST_DRAWS or np.ptp(cut) == 0.0:
        return {}, cut, own
    shapes = {name: shape for name, column in factors.items() if (shape := _shape(column[there], sound)).terms > 0}
    return {name: _fit(cut, shape, sound) for name, shape in shapes.items()}, cut, own


class _Fit(NamedTuple):
    """A factor's shape, its index, and the chance of such a fit by luck."""

    shape: _Shape
    first: float
    chance: float


def _fit(values: Floats, shape: _Shape, sound: int) -> _Fit:
    ratio, inside = _ratio(values, shape, np.ones(len(values))), sound - 1 - shape.terms
    first = 1.0 - (1.0 - ratio) * (sound - 1) / inside
    if ratio >= 1.0:
        return _Fit(shape, first, 0.0)
    return _Fit(shape, first, float(special.fdtrc(shape.terms, inside, ratio / shape.terms / ((1.0 - ratio) / inside))))


def _shape(column: Floats, sound: int) -> _Shape:
    distinct, codes, count = np.unique(column, return_inverse=True, return_counts=True)
    if len(distinct) <= _FEWEST:
        return _Shape(codes, np.zeros(len(column)), len(distinct) - 1)
    rank = ((np.cumsum(count) - 0.5 * count) / len(column))[codes]
    number = int(np.clip(np.sqrt(sound) / 4.0, _FEWEST, _MOST))
    codes = np.unique(np.minimum((rank * number).astype(np.int64), number - 1), return_inverse=True)[1]
    return _Shape(codes, rank, 2 * int(codes.max()) + 1)


def _ratio(values: Floats, shape: _Shape, weight: Floats) -> float:
    """Share of the weighted variance of the values (F,) that the fitted steps and slopes explain."""
    share = np.bincount(shape.codes, weights=weight)
    held = np.where(share > 0.0, share, 1.0)
    centred = values - np.sum(weight * values) / weight.sum()
    height = np.bincount(shape.codes, weights=weight * centred) / held
    rank = shape.rank - (np.bincount(shape.codes, weights=weight * shape.rank) / held)[shape.codes]
    width = np.bincount(shape.codes, weights=weight * rank**2)
    slope = np.bincount(shape.codes, weights=weight * rank * centred)
    sloped = np.divide(slope**2, width, out=np.zeros_like(width), where=width > 1e-12)
    whole = float(np.sum(weight * centred**2))
    return float(np.sum(share * height**2) + np.sum(sloped)) / whole if whole > 0.0 else 0.0


def _bootstrap(values: Floats, fits: Mapping[str, _Fit], draws: Integers | None) -> dict[str, Floats]:
    """Resampled index of each factor, (B,).

    A resample repeats futures, which looks like explained variance: its ratio lies above that of the sample by about as
    much as the sample's lies above the truth. So the resamples give the spread, and the unbiased index the place.
    """
    found: dict[str, list[float]] = {name: [] for name in fits}
    for weight in weights(len(values), draws):
        for name, fit in fits.items():
            found[name].append(_ratio(values, fit.shape, weight))
    return {name: np.array(ratios) - float(np.mean(ratios)) + fits[name].first for name, ratios in found.items()}


def _places(passing: Sequence[str], sampled: Mapping[str, Floats]) -> dict[str, int]:
    """Place of each factor that may be ranked: one more than those that lie above it beyond the error."""
    tail = 50.0 * (1.0 - CONFIDENCE)
    above = {
        name: sum(float(np.percentile(sampled[other] - sampled[name], tail)) > 0.0 for other in passing)
        for name in passing
    }
    return {name: 1 + count for name, count in above.items()}


def _index(name: str, fit: _Fit, sampled: Floats | None, place: int) -> Index:
    if sampled is None:
        return Index(name, fit.first, np.nan, np.nan, fit.chance, False, 0)
    tail = 50.0 * (1.0 - CONFIDENCE)
    low, high = (float(q) for q in np.percentile(sampled, [tail, 100.0 - tail]))
    return Index(name, fit.first, low, high, fit.chance, high - low < NARROW, place)


@dataclass(frozen=True)
class Designed:
    """A factor's indices from a designed sample, each with half the width of its 95 % interval."""

    factor: str
    first: float
    first_reach: float
    total: float
    total_reach: float
    converged: bool  # both intervals are narrow
    place: int  # in the ranking by total, ties share one; 0: its interval holds zero, not ranked


def sobol(values: Floats, names: Sequence[str], seed: int = 0) -> tuple[Designed, ...]:
    """First-order and total indices of values (N (D + 2),) at the points of SALib's Sobol design for D factors.

    The design is that of `SALib.sample.sobol.sample(..., calc_second_order=False)`. Raises ValueError where the number
    of values is not that of such a design.
    """
    from SALib.analyze import sobol as analyser

    problem = _problem(names, len(values), len(names) + 2)
    found = analyser.analyze(problem, values, calc_second_order=False, num_resamples=SAMPLES_OF_DESIGN, seed=seed)
    places = _places_apart(found["ST"], found["ST_conf"])
    rows = zip(names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], places, strict=True)
    return tuple(
        Designed(n, float(s), float(sc), float(t), float(tc), bool(2.0 * max(sc, tc) < NARROW), place)
        for n, s, sc, t, tc, place in rows
    )


def _places_apart(sizes: Floats, reaches: Floats) -> list[int]:
    """Places of sizes with half widths of their intervals; 0 where an interval holds zero.

    One stands behind another only where their difference exceeds the root of the sum of the squared half widths.
    """
    ranked = [bool(size - reach > 0.0) for size, reach in zip(sizes, reaches, strict=True)]
    return [
        1 + int(np.sum((sizes - size > np.hypot(reaches, reach)) & np.array(ranked))) if mine else 0
        for size, reach, mine in zip(sizes, reaches, ranked, strict=True)
    ]


SAMPLES_OF_DESIGN = 200  # resamples behind the interval of a designed index


@dataclass(frozen=True)
class Screened:
    """A factor's elementary effects (Morris 1991): how much the outcome moves as the factor crosses its range."""

    factor: str
    mean: float  # with sign
    size: float  # mean of the absolute effects (mu star, Campolongo et al. 2007)
    reach: float  # half the width of the 95 % interval of `size`
    spread: float  # standard deviation: interaction or curvature
    converged: bool  # the interval of `size` is narrow beside the largest size
    place: int  # in the ranking by size, ties share one; 0: its interval holds zero, not ranked


def morris(values: Floats, points: npt.NDArray[np.float64], names: Sequence[str], levels: int = 4,
           seed: int = 0) -> tuple[Screened, ...]:  # fmt: skip
    """Elementary effects of values (N (D + 1),) at the points (N (D + 1), D), in unit ranges, of a Morris design.

    The design is that of `SALib.sample.morris.sample(..., num_levels=levels)`. Raises ValueError where the number of
    values is not that of such a design.
    """
    from SALib.analyze import morris as analyser

    problem = _problem(names, len(values), len(names) + 1)
    found = analyser.analyze(problem, points, values, num_resamples=SAMPLES_OF_DESIGN, num_levels=levels, seed=seed)
    size, reach = (np.asarray(found[name], dtype=np.float64) for name in ("mu_star", "mu_star_conf"))
    narrow = 2.0 * reach < NARROW * size.max()
    rows = zip(names, found["mu"], size, reach, found["sigma"], narrow, _places_apart(size, reach), strict=True)
    return tuple(Screened(n, float(m), float(s), float(c), float(d), bool(k), p) for n, m, s, c, d, k, p in rows)


def _problem(names: Sequence[str], count: int, step: int) -> dict[str, object]:
    if count == 0 or count % step:
        raise ValueError(f"{count} values for {len(names)} factors: the design has a multiple of {step}")
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}

"""How well filters tracked: error against the bound and against what they state, by family and time to go."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sakimori.assess.metrics import Table
from sakimori.base.errors import InputError
from sakimori.base.types import Flags, Floats, Integers, Phase
from sakimori.track.consistency import Consistency, judge

_Z = 1.959963984540054  # of a two-sided 95 % interval


class Efficiency(NamedTuple):
    """Root mean square error of the filter over that of the bound, with its 95 % interval; nan where unknown."""

    value: float
    low: float
    high: float


class Aim(NamedTuple):
    """Tracks of one kind at one time to go."""

    family: str
    thrust: bool  # the booster burns at that moment: no model of the filters expects that
    time_to_go: float  # [s]
    tracks: int
    rmse: float  # [m]
    stated: float  # [m] root of the mean of what the filters state, all axes
    bound: float  # [m] the same of the bound
    efficiency: Efficiency
    nees: Consistency  # of 6
    impact_error: float  # [m] median distance of the predicted impact
    impact_major: float  # [m] median of the stated ellipse's longer half-axis
    impact: Consistency  # of 2


class Kept(NamedTuple):
    """How the tracks of one option held."""

    tracks: int
    nis: float  # per number measured; 1 if honest
    held: float
    breaks: float  # per flight
    longest_gap: float  # [s] mean
    gospa: float  # [m]
    missed: float
    false: float


def pictures_of(outcomes: Table, option: str) -> tuple[Integers, Integers]:
    """Futures and the number of the option's picture in each."""
    mine = (outcomes["option"].astype(str) == option) & ~outcomes["failed"].astype(bool)
    return outcomes["future"][mine].astype(np.int64), outcomes["picture"][mine].astype(np.int64)


def of_option(table: Table, outcomes: Table, option: str) -> Flags:
    """Which rows of a table with `future` and `picture` belong to an option."""
    futures, pictures = pictures_of(outcomes, option)
    wanted = set(zip(futures.tolist(), pictures.tolist(), strict=True))
    rows = zip(table["future"].astype(np.int64).tolist(), table["picture"].astype(np.int64).tolist(), strict=True)
    return np.array([row in wanted for row in rows], dtype=np.bool_)


def efficiency(error: Floats, bound: Floats, futures: Integers) -> Efficiency:
    """sqrt(sum e^2 / sum b^2) of errors and bounds [m], with the interval of a ratio over clusters (futures)."""
    known = np.isfinite(error) & np.isfinite(bound)
    if not known.any():
        return Efficiency(math.nan, math.nan, math.nan)
    _, cluster = np.unique(futures[known], return_inverse=True)
    above = np.bincount(cluster, error[known] ** 2)
    below = np.bincount(cluster, bound[known] ** 2)
    ratio, count = float(above.sum() / below.sum()), len(above)
    if count < 2:
        return Efficiency(math.sqrt(ratio), math.nan, math.nan)
    spread = math.sqrt(count / (count - 1) * float(((above - ratio * below) ** 2).sum())) / float(below.sum())
    low, high = (math.sqrt(max(ratio + side * _Z * spread, 0.0)) for side in (-1.0, 1.0))
    return Efficiency(math.sqrt(ratio), low, high)


def aims(tables: Mapping[str, Table], option: str, partner: str) -> list[Aim]:
    """Every family and time to go of one option's tracks as one partner holds them, those under thrust apart."""
    table = tables["filter_moments"]
    mine = of_option(table, tables["outcomes"], option) & (table["partner"].astype(str) == partner)
    rows = {name: column[mine] for name, column in table.items()}
    family = families(rows, tables["flights"])
    thrust = rows["phase"].astype(str) == Phase.BOOST.name.lower()
    found: list[Aim] = []
    kinds = set(zip(family.tolist(), thrust.tolist(), rows["time_to_go"].tolist(), strict=True))
    for name, burning, to_go in sorted(kinds, key=lambda kind: (kind[0], kind[1], -kind[2])):
        here = (family == name) & (thrust == burning) & (rows["time_to_go"] == to_go)
        try:
            found.append(_aim(name, burning, float(to_go), {c: v[here] for c, v in rows.items()}))
        except InputError:
            continue  # not one covariance that could be judged
    return found


def _aim(family: str, thrust: bool, to_go: float, rows: Table) -> Aim:
    error, sigma, bound = (rows[c].astype(np.float64) for c in ("error", "sigma", "bound_sigma"))
    return Aim(
        family,
        thrust,
        to_go,
        len(error),
        _root(error),
        math.sqrt(3.0) * _root(sigma),
        math.sqrt(3.0) * _root(bound),
        efficiency(error, math.sqrt(3.0) * bound, rows["future"].astype(np.int64)),
        judge(rows["nees"].astype(np.float64), 6.0),
        float(np.nanmedian(rows["impact_error"].astype(np.float64))),
        float(np.nanmedian(rows["impact_major"].astype(np.float64))),
        judge(rows["impact_nees"].astype(np.float64), 2.0),
    )


def _root(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(known**2))) if known.size else math.nan


def families(rows: Table, flights: Table) -> np.ndarray:
    """The family of the threat of each row."""
    key = zip(flights["future"].tolist(), flights["threat"].tolist(), strict=True)
    known = dict(zip(key, flights["family"].astype(str).tolist(), strict=True))
    return np.array([known[k] for k in zip(rows["future"].tolist(), rows["threat"].tolist(), strict=True)], dtype=str)


def kept(tables: Mapping[str, Table], option: str, partner: str) -> Kept:
    """Custody, breaks and distance of one option's raids as one partner holds them."""
    flights, raids = (
        {
            name: column[of_option(table, tables["outcomes"], option) & (table["partner"].astype(str) == partner)]
            for name, column in table.items()
        }
        for table in (tables["filters"], tables["filter_raids"])
    )
    numbers = flights["numbers"].astype(np.float64)
    nis = np.nansum(flights["nis"].astype(np.float64) * numbers) / numbers.sum() if numbers.sum() > 0.0 else math.nan
    mean = {c: _mean(flights[c]) for c in ("held", "breaks", "longest_gap")}
    raid = {c: _mean(raids[c]) for c in ("gospa", "missed", "false")}
    return Kept(len(numbers), float(nis), **mean, **raid)


def _mean(values: np.ndarray) -> float:
    known = values.astype(np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else math.nan


def inconsistent(found: Sequence[Aim]) -> list[Aim]:
    """Those whose errors are not what the filters state."""
    return [aim for aim in found if not aim.nees.consistent]

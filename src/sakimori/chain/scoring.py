"""Do the filters of a raid know how wrong they are: errors against what they state, for each partner's widest track."""

from collections.abc import Sequence

import numpy as np

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.types import Flights, Floats
from sakimori.chain.bounding import Known
from sakimori.chain.case import LOST, MOMENTS, FilterScores, FlightScores, MomentScores, RaidScores
from sakimori.chain.filtering import Followed, truth
from sakimori.chain.watch import Diary
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic, geodetic
from sakimori.partners.sharing import Sharing, Stations
from sakimori.track.association import gospa
from sakimori.track.consistency import custody, nees
from sakimori.track.impact import impact
from sakimori.track.models import bank

_EVERY = 10.0  # [s] between two distances of the raid


def scored(
    flights: Flights, diary: Diary, sharing: Sharing, stations: Stations, known: Known,
    followed: Sequence[Followed], models: Sequence[str], efficiency: float,
) -> FilterScores:  # fmt: skip
    """Judge the widest track of every partner. `efficiency` is that in the diary's bounds; it is taken out."""
    partners, threats = known.deliveries.latency.shape[0], flights.launch.size
    out = _empty(partners, threats)
    table, truths = bank(models), [truth(flights, n) for n in range(threats)]
    for p in range(partners):
        g = widest(stations, p)
        source = stations.fusions[g - len(stations.keepers)].parts[0] if g >= len(stations.keepers) else g
        same = np.flatnonzero((sharing.pools == known.pools[g]).all(axis=1))
        for n in range(threats):
            limit = diary.spread[same[0], n, :, 0] / efficiency**2 if same.size else None
            _score(out, p, n, flights, followed[n], truths[n], g, source, limit, table)
        out.raid.gospa[p], out.raid.missed[p], out.raid.false[p] = _distance(flights, followed, g)
    return out


def widest(stations: Stations, partner: int) -> int:
    """A partner's track with the most sensors in it: what it fuses, or else the pool that it keeps."""
    for f, fusion in enumerate(stations.fusions):
        if fusion.keeper == partner:
            return len(stations.keepers) + f
    mine = [g for g, keeper in enumerate(stations.keepers) if keeper == partner]
    return max(mine, key=lambda g: int(stations.pools[g].sum()))


def _empty(partners: int, threats: int) -> FilterScores:
    def nothing(fields: tuple[str, ...], *shape: int) -> list[Floats]:
        return [np.full(shape, np.nan) for _ in fields]

    return FilterScores(
        FlightScores(*nothing(FlightScores._fields, partners, threats)),
        MomentScores(*nothing(MomentScores._fields, partners, threats, len(MOMENTS))),
        RaidScores(*nothing(RaidScores._fields, partners)),
    )


def _score(
    out: FilterScores, p: int, n: int, flights: Flights, one: Followed, true: Floats, g: int, source: int,
    limit: Floats | None, table: Floats,
) -> None:  # fmt: skip
    """Fill what concerns one track of one threat."""
    first, last = int(flights.launch[n]), min(int(flights.impact[n]), len(true))
    whole, error = out.flights, one.mean[g] - true
    whole.looks[p, n], whole.numbers[p, n] = one.looks[source], one.size[source]
    whole.nis[p, n] = one.distance[source] / one.size[source] if one.size[source] else np.nan
    distance = np.linalg.norm(error[:, :3], axis=1)
    tracked = one.confirmed[g] & np.isfinite(distance)
    life = custody((tracked & (distance < LOST))[first : max(last, first + 1)])
    whole.held[p, n], whole.breaks[p, n] = life.share, life.breaks
    whole.longest_gap[p, n] = life.longest_gap * flights.step
    where = np.flatnonzero(tracked)
    if where.size == 0:
        return
    ratio = np.full(len(true), np.nan)
    ratio[where] = nees(error[where, :6], one.covariance[g, where, :6, :6])
    whole.nees[p, n], whole.rmse[p, n] = np.mean(ratio[where]), np.sqrt(np.mean(distance[where] ** 2))
    if limit is not None:
        whole.bound[p, n] = np.sqrt(np.mean(limit[where]))
    if last == len(true):
        return  # it never comes down
    for m, to_go in enumerate(MOMENTS):
        k = last - round(to_go / flights.step)
        if k >= first and tracked[k]:
            model = table[int(np.argmax(one.weight[source, k]))]
            seen = (
                distance[k],
                np.sqrt(np.trace(one.covariance[g, k, :3, :3]) / 3.0),
                np.sqrt(limit[k] / 3.0) if limit is not None else np.nan,
                ratio[k],
                *_impact(one.mean[g, k], one.covariance[g, k], model, true[last, :3]),
            )
            for column, value in zip(out.moments, seen, strict=True):
                column[p, n, m] = value


def _impact(mean: Floats, covariance: Floats, model: Floats, place: Floats) -> tuple[float, float, float, float]:
    """Error of the predicted impact [m], half-axes of its ellipse [m], and its normalised square."""
    found = impact(mean, covariance, model)
    latitude, longitude, _ = (float(v) for v in geodetic(place))
    point = np.array(ecef_from_geodetic(found.latitude, found.longitude, 0.0, WGS84_RADIUS, WGS84_FLATTENING))
    axes = np.array(enu_axes(latitude, longitude)).reshape(3, 3)
    off = axes[:2] @ (point - place)
    spread = np.array([[found.east_variance, found.covariance], [found.covariance, found.north_variance]])
    ratio = float(nees(off[None], spread[None])[0])
    return float(np.hypot(off[0], off[1])), found.major, found.minor, ratio


def _distance(flights: Flights, followed: Sequence[Followed], g: int) -> tuple[float, float, float]:
    """Mean GOSPA [m], threats missed and false tracks over the raid."""
    samples, rows = flights.phase.shape[1], list[tuple[float, int, int]]()
    for k in range(0, samples, max(1, round(_EVERY / flights.step))):
        flying = (flights.launch <= k) & (k < flights.impact)
        if flying.any():
            held = [one.mean[g, k, :3] for one in followed if one.confirmed[g, k] and np.isfinite(one.mean[g, k, 0])]
            tracks = np.array(held).reshape(-1, 3)
            found = gospa(np.ascontiguousarray(flights.position_ecef[flying, k]), tracks, LOST)
            rows.append((found.total, found.missed, found.false))
    return tuple(np.mean(rows, axis=0)) if rows else (np.nan, np.nan, np.nan)

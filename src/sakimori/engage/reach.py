"""Which samples of a flight lie in a layer's envelope, and how late a round may start and still be there in time.

Floor and ceiling are applied to the altitude of each sample, never to a family of threats.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.columns import BAND_EDGES
from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Codes, Flags, Flights, Floats, Integers, Phase, Reason
from sakimori.engage.doctrine import LayerTable
from sakimori.engage.flyout import time_above_the_air, time_in_the_air

_INSIDE, _NOT_FLYING = int(Reason.NONE), int(Reason.NOT_FLYING)
_OUT_OF_REACH, _ABOVE, _BELOW = int(Reason.OUT_OF_REACH), int(Reason.ABOVE_CEILING), int(Reason.BELOW_FLOOR)
_WAITING, _BOOST, _ENDED = int(Phase.WAITING), int(Phase.BOOST), int(Phase.ENDED)


class Reach(NamedTuple):
    """What geometry alone allows."""

    reason: Codes  # (N, L, K) NONE inside the envelope, else NOT_FLYING, OUT_OF_REACH, ABOVE_CEILING or BELOW_FLOOR
    latest: Floats  # (N, L, K) [s] last launch decision for an intercept at this sample; -inf outside the envelope


@inlined
def fly_out_time(distance: float, times: Floats, distances: Floats) -> float:
    """Time [s] that the interceptor takes to a slant distance [m], linear between the pairs; inf beyond the last."""
    if distance > distances[-1]:
        return math.inf
    for i in range(1, distances.size):
        if distance <= distances[i]:
            share = (distance - distances[i - 1]) / (distances[i] - distances[i - 1])
            return times[i - 1] + share * (times[i] - times[i - 1])
    return times[0]


@inlined
def envelope(distance: float, altitude: float, furthest: float, floor: float, ceiling: float) -> int:
    """Reason code of one sample at a slant distance [m] and altitude [m]; NONE inside the envelope, edges included."""
    if distance > furthest:
        return _OUT_OF_REACH
    if altitude > ceiling:
        return _ABOVE
    if altitude < floor:
        return _BELOW
    return _INSIDE


@inlined
def _flight_time(table: LayerTable, j: int, distance: float, rise: float) -> float:
    """Time [s] of layer j to a point at this slant distance and `rise` above its horizontal [m]."""
    speed, burn, drag = table.burnout_speed[j], table.burn_time[j], table.drag_length[j]
    if speed <= 0.0:
        return fly_out_time(distance, table.fly_time[j], table.fly_distance[j])
    if drag > 0.0:
        return time_in_the_air(distance, speed, burn, drag)
    return time_above_the_air(distance, rise, speed, burn)


@inlined
def _crosses(x: float, y: float, z: float, distance: float, velocity: Floats, limit: float) -> bool:
    """Whether a threat at (x, y, z) [m] from the site flies at more than `limit` [rad] to the line toward the site."""
    speed = math.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    toward = -(x * velocity[0] + y * velocity[1] + z * velocity[2])
    return limit < math.pi and toward < math.cos(limit) * speed * distance


@kernel
def _fill(
    position: Floats,
    velocity: Floats,
    altitude: Floats,
    phase: Codes,
    step: float,
    table: LayerTable,
    reason: Codes,
    latest: Floats,
) -> None:
    threats, samples = altitude.shape
    for n in range(threats):
        for j in range(table.range.size):
            furthest = table.range[j]
            if table.burnout_speed[j] <= 0.0:
                furthest = min(furthest, table.fly_distance[j, -1])
            site = table.site_ecef[j]
            radius = math.sqrt(site[0] ** 2 + site[1] ** 2 + site[2] ** 2)
            for k in range(samples):
                if phase[n, k] == _WAITING or phase[n, k] == _ENDED:
                    continue
                x = position[n, k, 0] - table.site_ecef[j, 0]
                y = position[n, k, 1] - table.site_ecef[j, 1]
                z = position[n, k, 2] - table.site_ecef[j, 2]
                distance = math.sqrt(x * x + y * y + z * z)
                code = envelope(distance, altitude[n, k], furthest, table.floor[j], table.ceiling[j])
                if code == _INSIDE and _crosses(x, y, z, distance, velocity[n, k], table.crossing_angle[j]):
                    code = _OUT_OF_REACH
                if code == _INSIDE:
                    time = _flight_time(table, j, distance, (x * site[0] + y * site[1] + z * site[2]) / radius)
                    latest[n, j, k] = k * step - table.launch_delay[j] - time
                    if time == math.inf:
                        code = _OUT_OF_REACH
                reason[n, j, k] = code


def reach(flights: Flights, table: LayerTable) -> Reach:
    """What each layer can reach of each flight: it depends on flights and layers only, so it serves every option."""
    shape = (flights.altitude.shape[0], table.range.size, flights.altitude.shape[1])
    reason = np.full(shape, _NOT_FLYING, dtype=np.uint8)
    latest = np.full(shape, -np.inf)
    _fill(
        flights.position_ecef,
        flights.velocity_ecef,
        flights.altitude,
        flights.phase,
        flights.step,
        table,
        reason,
        latest,
    )
    return Reach(reason, latest)


@kernel
def _fill_bands(
    altitude: Floats, phase: Codes, reason: Codes, rows: Integers, edges: Floats, time: Floats, unreached: Floats
) -> None:
    for n in range(altitude.shape[0]):
        for k in range(altitude.shape[1]):
            if phase[n, k] == _WAITING or phase[n, k] == _BOOST or phase[n, k] == _ENDED:
                continue
            band = 0
            while band + 1 < edges.size and altitude[n, k] >= edges[band + 1]:
                band += 1
            time[n, band] += 1.0
            reached = False
            for j in rows:
                reached = reached or reason[n, j, k] == _INSIDE
            if not reached:
                unreached[n, band] += 1.0


def band_times(flights: Flights, reached: Reach, rows: Integers) -> tuple[Floats, Floats]:
    """Seconds (N, B) that each flight spends after boost in each of columns.BAND_EDGES, and of these in no envelope.

    `rows` are the envelopes that count.
    """
    shape = (flights.altitude.shape[0], len(BAND_EDGES))
    time, unreached = np.zeros(shape), np.zeros(shape)
    _fill_bands(flights.altitude, flights.phase, reached.reason, rows, np.array(BAND_EDGES), time, unreached)
    return time * flights.step, unreached * flights.step


def defended(reached: Reach, decided: Floats) -> Flags:
    """(N, L) whether a layer that decides at `decided` (N,) [s] still meets the threat: its place is then defended.

    One flight for each place of a grid, from one axis, gives the defended area: the shadow of the intercept points.
    """
    return np.logical_or.reduce(reached.latest >= decided[:, None, None], axis=2)

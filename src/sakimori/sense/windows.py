"""What visibility comes to: how many sensors see a threat, at which angles, how precisely, in which windows and gaps.

Sample k stands for the time from k to k + 1 steps: a window of one sample lasts one step.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Integers, Reason, Sightings
from sakimori.sense.radar import angle_sigma
from sakimori.sense.tasking import Sensors

_SEEN = int(Reason.NONE)
_LEAST_SHARE = 1e-9  # of the information along the best axis: below it an axis counts as not measured


class Geometry(NamedTuple):
    """How a threat is seen at each sample, by all sensors together."""

    number: Integers  # (N, K) sensors that could detect it
    stereo: Floats  # (N, K) [rad] 0 to pi/2: of all pairs that see it, the largest angle between their lines of sight
    sigma: Floats  # (N, K) [m] of its position along the worst axis, one look of each; inf where unmeasured


class Spells(NamedTuple):
    """Windows and gaps of each threat over the whole time."""

    windows: Integers  # (N,) unbroken times in which it is seen
    longest_window: Floats  # (N,) [s]
    longest_gap: Floats  # (N,) [s] the time before the first window and after the last one counted
    share: Floats  # (N,) of the time in which it is seen
    first: Floats  # (N,) [s] start of the first window; inf where none


def geometry(sightings: Sightings, position_ecef: Floats, sensors: Sensors) -> Geometry:
    """Count, stereo angle and precision of N threats at K samples from what S sensors could detect.

    `position_ecef` (N, K, 3) [m] of the threats, `sensors` (S,) of `tasking.sensor_table`. Two lines of sight that
    point the same or the opposite way make no angle: it is folded into 0 to pi/2, as the precision is. Two sensors
    at range R with noise s whose lines meet at g <= pi/2 give sigma = s R / (sqrt(2) sin(g / 2)).
    """
    shape = position_ecef.shape[:2]
    found = Geometry(np.zeros(shape, np.int64), np.zeros(shape), np.full(shape, np.inf))
    reason, signal = np.ascontiguousarray(sightings.reason), np.ascontiguousarray(sightings.signal)
    place, position = np.ascontiguousarray(sightings.sensor_ecef), np.ascontiguousarray(position_ecef)
    _look_together(reason, signal, place, position, sensors, found.number, found.stereo, found.sigma)
    return found


@kernel
def _look_together(
    reason: Codes, signal: Floats, sensor_ecef: Floats, position: Floats, sensors: Sensors,
    number: Integers, stereo: Floats, sigma: Floats,
) -> None:  # fmt: skip
    lines = np.empty((reason.shape[1], 3))
    for n in range(reason.shape[0]):
        for k in range(reason.shape[2]):
            seen, widest = 0, 1.0  # the smallest |cosine| between two lines
            xx = xy = xz = yy = yz = zz = 0.0
            for s in range(reason.shape[1]):
                if reason[n, s, k] != _SEEN:
                    continue
                x = position[n, k, 0] - sensor_ecef[s, k, 0]
                y = position[n, k, 1] - sensor_ecef[s, k, 1]
                z = position[n, k, 2] - sensor_ecef[s, k, 2]
                distance = math.sqrt(x * x + y * y + z * z)
                x, y, z = x / distance, y / distance, z / distance
                noise = sensors[s]["angle_sigma"]
                if sensors[s]["is_radar"]:
                    noise = angle_sigma(signal[n, s, k], sensors[s]["beam_width"], noise)
                across = 1.0 / (distance * noise) ** 2  # [1/m2] along both axes across the line
                along = sensors[s]["range_weight"] - across
                xx, yy, zz = xx + across + along * x * x, yy + across + along * y * y, zz + across + along * z * z
                xy, xz, yz = xy + along * x * y, xz + along * x * z, yz + along * y * z
                for other in range(seen):
                    cosine = abs(x * lines[other, 0] + y * lines[other, 1] + z * lines[other, 2])
                    widest = min(widest, cosine)
                lines[seen, 0], lines[seen, 1], lines[seen, 2] = x, y, z
                seen += 1
            number[n, k] = seen
            if seen > 0:
                stereo[n, k] = math.acos(min(widest, 1.0)) if seen > 1 else 0.0
                sigma[n, k] = _worst_sigma(xx, xy, xz, yy, yz, zz)


@kernel
def _worst_sigma(xx: float, xy: float, xz: float, yy: float, yz: float, zz: float) -> float:
    # 1 / sqrt of the least eigenvalue of a symmetric matrix (Smith, Comm. ACM 4 (1961) 168).
    mean = (xx + yy + zz) / 3.0
    a, b, c = (xx - mean) / mean, (yy - mean) / mean, (zz - mean) / mean
    d, e, f = xy / mean, xz / mean, yz / mean
    size = math.sqrt((a * a + b * b + c * c + 2.0 * (d * d + e * e + f * f)) / 6.0)
    if size < 1e-12:
        return 1.0 / math.sqrt(mean)
    third = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) / (2.0 * size * size * size)
    turn = math.acos(min(max(third, -1.0), 1.0)) / 3.0
    least = 1.0 + 2.0 * size * math.cos(turn + 2.0 * math.pi / 3.0)
    return math.inf if least < _LEAST_SHARE else 1.0 / math.sqrt(least * mean)


def windows(seen: Flags, step: float) -> list[tuple[tuple[float, float], ...]]:
    """Start and end [s] of every window of each of N threats, from `seen` (N, K) at samples `step` [s] apart."""
    edges = np.diff(np.pad(seen.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    found: list[tuple[tuple[float, float], ...]] = []
    for row in edges:
        starts, ends = step * np.flatnonzero(row == 1), step * np.flatnonzero(row == -1)
        found.append(tuple(zip(starts.tolist(), ends.tolist(), strict=True)))
    return found


def spells(seen: Flags, step: float) -> Spells:
    """Windows and gaps of `seen` (N, K), samples `step` [s] apart."""
    whole, size = step * seen.shape[1], seen.shape[0]
    found = Spells(np.zeros(size, np.int64), np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size))
    for n, spans in enumerate(windows(seen, step)):
        bounds = np.array([0.0, *(edge for span in spans for edge in span), whole])
        lengths = np.diff(bounds)  # gap, window, gap, ..., gap
        found.windows[n], found.longest_gap[n] = len(spans), lengths[::2].max()
        found.longest_window[n] = lengths[1::2].max(initial=0.0)
        found.share[n], found.first[n] = lengths[1::2].sum() / whole, spans[0][0] if spans else math.inf
    return found

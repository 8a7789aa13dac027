"""What each sensor looks at: fence looks, track looks and cued searches, within the beam time that it has.

A radar's fence is searched unasked and takes a fixed share of the beam time, and so do the tracks of nothing that false
alarms make. What is left goes first to looks at the
threats that the radar already tracks, then to searches where a cue points; of equals, whoever waited longest comes
first. Looks fall on a fixed grid of samples per sensor and threat, so that what one threat gets is shifted by another
only when beam time runs out. Infrared sensors that
stare or scan look at everything at their revisit; those that step from threat to threat take longer with more of them.
"""

import math
from collections.abc import Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Floats, Integers
from sakimori.sense.detection import threshold_of
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar

SEARCH_SIGMA = 3.0  # half-axes of the ellipse that a cued search covers, in standard deviations of the cue
CONTAINMENT = 1.0 - math.exp(-0.5 * SEARCH_SIGMA**2)  # probability that the threat is inside (two axes): 0.989


# What the kernels need of one sensor, one record each, radars first. Radar parts of infrared sensors are 0.
SENSOR = np.dtype(
    [
        ("is_radar", np.bool_),
        ("key", np.int64),  # of the draws
        ("owner", np.int64),  # partner index
        ("fence_every", np.int64),  # [samples] between fence looks at one direction, >= 1
        ("fence_looks", np.int64),  # looks in one such sample, >= 1
        ("track_every", np.int64),  # [samples] between looks at a tracked threat; infrared: revisit
        ("track_looks", np.int64),  # looks in one such sample
        ("standing_load", np.float64),  # share of beam time that the fence and the tracks of nothing take, at most 1
        ("dwell", np.float64),  # [s] per look; infrared: 0 where all is seen at once
        ("search_beams_max", np.float64),
        ("beam_width", np.float64),  # [rad]
        ("range_resolution", np.float64),  # [m]
        ("range_weight", np.float64),  # [1/m2] inverse variance of the best range measurement; 0: angles only
        ("range_rate_resolution", np.float64),  # [m/s]
        ("rate_weight", np.float64),  # [s2/m2] inverse variance of the best range rate; 0: it is not measured
        ("angle_sigma", np.float64),  # [rad] floor
        ("swerling", np.int64),
        ("pulses", np.int64),
        ("threshold", np.float64),  # of the detector: radars, noise power; infrared, signal-to-noise ratio
    ],
    align=True,
)
Sensors = npt.NDArray[np.void]  # (S,) of SENSOR
_AS_THEY_ARE = (
    "dwell", "search_beams_max", "beam_width", "range_resolution", "range_rate_resolution", "swerling", "pulses",
)  # fmt: skip


def sensor_table(
    radars: Sequence[Radar], infrareds: Sequence[Infrared], step: float, drop_time: float = 0.0
) -> Sensors:
    """The records of these sensors for samples `step` [s] apart. Errors: InputError where `step` is not positive.

    `drop_time` [s] is how long a track lasts without detections: so long a false track takes beam time.
    """
    if not step > 0.0:
        raise InputError("step", f"{step} s", "more than 0 s", "Choose a positive step.")
    table = np.zeros(len(radars) + len(infrareds), SENSOR)
    for row, sensor in zip(table, (*radars, *infrareds), strict=True):
        row["key"], row["owner"], row["angle_sigma"] = sensor.key, sensor.owner, sensor.angle_sigma
        if isinstance(sensor, Radar):
            row["is_radar"], row["range_weight"] = True, sensor.range_sigma**-2
            row["rate_weight"] = sensor.range_rate_sigma**-2 if sensor.range_rate_sigma > 0.0 else 0.0
            row["threshold"] = threshold_of(sensor.false_alarm, sensor.pulses)
            row["standing_load"] = min(sensor.fence_load + false_load(sensor, drop_time), 1.0)
            row["fence_every"], row["fence_looks"] = pace(sensor.fence_interval, step)
            row["track_every"], row["track_looks"] = pace(sensor.track_interval, step)
            for field in _AS_THEY_ARE:
                row[field] = getattr(sensor, field)
        else:
            row["threshold"], row["dwell"] = sensor.threshold, sensor.step_time
            row["track_every"], row["track_looks"] = pace(sensor.revisit, step)
    return table


def false_load(sensor: Radar, drop_time: float) -> float:
    """Share of a radar's beam time that its tracks of nothing take: their mean number by that of one of them.

    A false track is looked at every `track_interval` until it has gone `drop_time` [s] without a detection, at least
    once. Mean numbers, not drawn.
    """
    held = max(drop_time, sensor.track_interval)
    return sensor.false_track_rate * held * sensor.dwell / sensor.track_interval


class Priority(Enum):
    """By what a radar without enough beam time chooses among the looks that it wants to make."""

    TRACKED = "tracked"  # threats that it already tracks before those that it searches for
    VALUE = "value"  # those that aim at a place of greater value
    TIME_TO_GO = "time-to-go"  # those nearer in time to their impact
    WAITING = "waiting"  # those that waited longest for a look


def precedence(
    order: Sequence[Priority], values: Sequence[float], impact: Integers, samples: int
) -> tuple[tuple[float, float], Floats]:
    """Urgencies that put N threats in `order`, first things first: ((of tracked ones, of a sample waited), (N,) own).

    `values` (N,) of the places aimed at, `impact` (N,) sample, `samples` K. What is not in `order` does not count;
    where all that counts is equal, the earlier index comes first.
    """
    own = {
        Priority.VALUE: np.unique(np.array(values), return_inverse=True)[1].astype(np.float64),
        Priority.TIME_TO_GO: np.unique(-impact, return_inverse=True)[1].astype(np.float64),
    }
    most = {Priority.TRACKED: 1.0, Priority.WAITING: float(samples), **{p: r.max(initial=0.0) for p, r in own.items()}}
    weights, weight = dict.fromkeys(Priority, 0.0), 1.0
    for one in reversed(order):
        weights[one] = weight
        weight *= most[one] + 1.0
    rank = weights[Priority.VALUE] * own[Priority.VALUE] + weights[Priority.TIME_TO_GO] * own[Priority.TIME_TO_GO]
    return (weights[Priority.TRACKED], weights[Priority.WAITING]), rank


def pace(interval: float, step: float) -> tuple[int, int]:
    """(samples between looks, looks in such a sample) that come nearest to one look per `interval` [s], each >= 1."""
    return max(1, round(interval / step)), max(1, round(step / interval))


@kernel
def due(sample: int, offset: int, every: int) -> bool:
    """Whether a look that returns every `every` >= 1 samples falls on `sample`; `offset` spreads them."""
    return every == 1 or (sample + offset) % every == 0


@kernel
def any_of(probability: float, looks: int) -> float:
    """Probability that at least one of `looks` >= 1 independent looks detects, each with `probability`."""
    missed = 1.0 - probability
    return 1.0 - (missed if looks == 1 else missed**looks)


@kernel
def hits(probability: float, looks: int) -> float:
    """Expected detections among `looks` looks, given at least one; 1 for one look or `probability` -> 0."""
    seen = any_of(probability, looks)
    return looks * probability / seen if seen > 0.0 else 1.0


@kernel
def search_beams(
    cue: tuple[float, float, float, float, float, float],
    ux: float,
    uy: float,
    uz: float,
    distance: float,
    beam_width: float,
) -> float:
    """Beams that a search round a cue takes: area of its SEARCH_SIGMA ellipse across the line of sight by one beam's.

    `cue` is the position covariance (xx, xy, xz, yy, yz, zz) [m2] where the radar searches, `u` the unit vector to the
    threat, `distance` [m], `beam_width` [rad] of a round beam. Each axis takes at least one beam. Range is not
    searched: every look hears all ranges.
    """
    xx, xy, xz, yy, yz, zz = cue
    if abs(uz) < 0.7:  # two axes across the line of sight
        ax, ay, az = -uy, ux, 0.0
    else:
        ax, ay, az = 0.0, -uz, uy
    size = math.sqrt(ax * ax + ay * ay + az * az)
    ax, ay, az = ax / size, ay / size, az / size
    bx, by, bz = uy * az - uz * ay, uz * ax - ux * az, ux * ay - uy * ax
    px, py, pz = xx * ax + xy * ay + xz * az, xy * ax + yy * ay + yz * az, xz * ax + yz * ay + zz * az
    aa, ab = px * ax + py * ay + pz * az, px * bx + py * by + pz * bz
    bb = bx * (xx * bx + 2.0 * xy * by + 2.0 * xz * bz) + by * (yy * by + 2.0 * yz * bz) + bz * zz * bz
    long = 0.5 * (aa + bb) + math.sqrt(0.25 * (aa - bb) * (aa - bb) + ab * ab)
    short = max(aa + bb - long, 0.0)  # rounding may leave less than nothing
    per_beam = 2.0 * SEARCH_SIGMA / (distance * beam_width)
    return max(1.0, per_beam * math.sqrt(long)) * max(1.0, per_beam * math.sqrt(short))


@lean
def share_out(wanted: Floats, urgency: Floats, budget: float, granted: Floats) -> float:
    """Write what each of N threats gets of `budget` [s] into `granted` (N,); its sum.

    All that is `wanted` (N,) [s], by falling `urgency` (N,). The last one served may get a part; of equal urgency the
    earlier index comes first.
    """
    total = 0.0
    for n in range(wanted.size):
        total += wanted[n]
        granted[n] = wanted[n]
    if total <= budget:
        return total
    for n in range(wanted.size):
        granted[n] = -1.0 if wanted[n] > 0.0 else 0.0  # still waiting
    left, first = budget, 0
    while left > 0.0 and first >= 0:
        first = -1
        for n in range(wanted.size):
            if granted[n] < 0.0 and (first < 0 or urgency[n] > urgency[first]):
                first = n
        if first >= 0:
            granted[first] = min(left, wanted[first])
            left -= granted[first]
    total = 0.0
    for n in range(wanted.size):
        granted[n] = max(granted[n], 0.0)
        total += granted[n]
    return total

"""What sensors make of a threat that comes alone: the first detection, and how long they hold a track of it.

Every sensor has all its beam time for the threat, and all sensors tell each other at once: a best case, for maps. Looks
fall as in `tasking`: a radar searches its fence, follows up what it has detected, and follows a track that any sensor
holds; an infrared sensor looks at its revisit.
"""

from typing import NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Integers, Reason, Sightings
from sakimori.sense import detection, infrared
from sakimori.sense.tasking import Sensors, any_of, due

_SEEN, _DETECTION = int(Reason.NONE), int(Stream.DETECTION)
_NEVER = -(10**9)


class Rule(NamedTuple):
    """When detections make a track, and when it is lost."""

    detections: int  # m detections by one sensor...
    looks: int  # ...within n of its looks confirm a track
    drop: int  # samples that a track is held without a detection


class Watched(NamedTuple):
    """What became of each of N threats."""

    first: Integers  # (N,) sample of the first detection; -1 where none
    held: Integers  # (N,) samples in which a track was held


def watch_alone(sightings: Sightings, sensors: Sensors, rule: Rule, seed: int, future: int, threat: int) -> Watched:
    """Draw the looks of S sensors at N threats, each alone, over K samples.

    `sensors` (S,) of `tasking.sensor_table`. Draws are keyed by `seed`, `future`, `threat` (number of the first), the
    sensor and the sample. A track is held from the sample of a detection that confirms it until `rule.drop` samples
    have passed without any.
    """
    reason, signal = np.ascontiguousarray(sightings.reason), np.ascontiguousarray(sightings.signal)
    found = Watched(np.full(reason.shape[0], -1), np.zeros(reason.shape[0], np.int64))
    _watch(reason, signal, np.ascontiguousarray(sightings.in_fence), sensors, rule, seed, future, threat, *found)
    return found


@kernel
def _watch(
    reason: Codes, signal: Floats, in_fence: Flags, sensors: Sensors, rule: Rule, seed: int, future: int, threat: int,
    first: Integers, held: Integers,
) -> None:  # fmt: skip
    last = np.empty((sensors.size, rule.detections), np.int64)  # detections of each sensor, latest first
    for n in range(reason.shape[0]):
        last[:] = _NEVER
        fed, confirmed = _NEVER, False
        for k in range(reason.shape[2]):
            confirmed = confirmed and k - fed <= rule.drop
            for s in range(sensors.size):
                if reason[n, s, k] != _SEEN:
                    continue
                every = sensors[s]["track_every"]
                follows = confirmed or k - last[s, 0] <= max(rule.drop, every)
                chance = _chance(sensors[s], signal[n, s, k], in_fence[n, s, k], follows, k)
                if chance > 0.0 and uniform(seed, _DETECTION, future, threat + n, sensors[s]["key"], k) < chance:
                    for i in range(rule.detections - 1, 0, -1):
                        last[s, i] = last[s, i - 1]
                    last[s, 0] = k
                    fed = k
                    if first[n] < 0:
                        first[n] = k
                    confirmed = confirmed or k - last[s, rule.detections - 1] <= (rule.looks - 1) * every
            if confirmed:
                held[n] += 1


@kernel
def _chance(sensor: np.void, signal: float, in_fence: bool, follows: bool, k: int) -> float:
    # Probability that the looks of one sensor in one sample detect; 0 where none falls on it.
    if not sensor["is_radar"]:
        if not due(k, sensor["key"], sensor["track_every"]):
            return 0.0
        return any_of(infrared.detection_probability(signal, sensor["threshold"]), sensor["track_looks"])
    searched = in_fence and due(k, sensor["key"], sensor["fence_every"])
    followed = follows and due(k, sensor["key"], sensor["track_every"])
    if not (searched or followed):
        return 0.0
    looks = max(sensor["fence_looks"] if searched else 0, sensor["track_looks"] if followed else 0)
    return any_of(detection.probability(signal, sensor["threshold"], sensor["swerling"], sensor["pulses"]), looks)

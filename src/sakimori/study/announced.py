"""Announced flights: what of a threat gives way so that it flies an announced range and apogee.

A ballistic booster that is too weak is strengthened (boosters.py). An announced glide gives no speed either: where that
of its record has no such flight, the nearest that has one, in steps of 4 %, is flown. No flight time is looked at.
"""

import dataclasses

from sakimori.base.types import FlightStatus
from sakimori.flight import WGS84, AnyThreat, Environment, GlideThreat, aim
from sakimori.study.boosters import Ends, Strength, strengthened

_STEP, _MOST_STEPS = 0.04, 40  # a fifth to five times the speed of the record
_SLOWEST, _FASTEST = 500.0, 7200.0  # [m/s] that a glide threat may have
_REACHED, _TOO_FAR = int(FlightStatus.REACHED), int(FlightStatus.TOO_FAR)


def announced(threat: AnyThreat, ends: Ends | None, environment: Environment = WGS84) -> Strength:
    """The threat as it flies its range and apogee, or as stated where nothing within reason does."""
    found = strengthened(threat, ends, environment)
    if isinstance(threat, GlideThreat) and found.aim.status != _REACHED:
        return _paced(threat, found, environment)
    return found


def _paced(threat: GlideThreat, found: Strength, environment: Environment) -> Strength:
    """The glide at the speed next to its own with which it reaches its aim point: faster if that is too far."""
    factor = 1.0 + _STEP if found.aim.status == _TOO_FAR else 1.0 / (1.0 + _STEP)
    speed = threat.entry_speed
    for _ in range(_MOST_STEPS):
        speed *= factor
        if not _SLOWEST <= speed <= _FASTEST:
            break
        one = dataclasses.replace(threat, entry_speed=speed)
        flown = aim(one, environment)
        if flown.status == _REACHED:
            return found._replace(threat=one, aim=flown)
    return found

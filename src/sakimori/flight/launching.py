"""One rocket from its pad through the boost to the ground: what `sakimori fly` flies of a file with stages."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Codes, Floats, Phase
from sakimori.flight.boost import BURN, COAST, Booster, Rocket, draw_rise, pushes, thrusting, tipped
from sakimori.flight.integrator import NEVER, Clock, Limits, Stop, climb, integrate
from sakimori.flight.motion import WGS84, Body, Environment, Vector, plain
from sakimori.flight.profile import NO_LIMITS, STRICT


class Launched(NamedTuple):
    """A flight as states sampled at equal steps, with its end as the last row."""

    time: Floats  # (K,) [s] from launch
    state: Floats  # (K, 6) ECEF [m] and [m/s], relative to the Earth
    phase: Codes  # (K,) Phase: BOOST to burnout, with the coasts between stages; then COAST
    drag: Floats  # (K,) [m/s2] while boosting; nan after burnout
    thrust: Floats  # (K,) [m/s2]
    apogee: float  # [m]
    burnout: float  # [s]
    stop: Stop


def launch(
    pad: Vector,
    booster: Booster,
    kick: float,
    heading: float,
    *,
    cutoff: float = math.inf,
    ballistic_coefficient: float,
    step: float,
    stop_time: float,
    stop_altitude: float = 0.0,
    limits: Limits = NO_LIMITS,
    environment: Environment = WGS84,
    strictness: float = STRICT,
) -> Launched:
    """Fly from a pad [m, ECEF] with a kick and heading [rad] until burnout, at `cutoff` [m/s] or when stages are spent.

    After it the flight is ballistic, and ends as in `profile.trace`; `limits` are looked at from burnout on. Raises
    InputError where the stop time lies within the vertical rise.
    """
    if not stop_time > booster.rise_time:
        got, expected = f"a stop time of {stop_time:g} s", f"more than the {booster.rise_time:g} s of the rise"
        raise InputError("rocket", got, expected, "Give a later time.")
    environment, clock = plain(environment), Clock(float(step), 0.0)
    samples = np.empty((int(stop_time / step) + 2, 6))
    index = draw_rise(pad, booster, environment, clock, 0, samples)
    state, time = tipped(kick, heading, pad, booster, environment), booster.rise_time
    flown: list[tuple[Rocket, int]] = []  # what thrusts, and its first sample
    apogee, code, first = climb(state, environment)[0], Stop.TIME, 0
    for rocket, end, burning in _legs(booster):
        flown.append((rocket, first))
        ends, most = (min(end, stop_time), stop_altitude, NEVER), Limits(math.nan, cutoff if burning else math.nan)
        code, time, state, top, index = integrate(
            time, state, rocket, environment, *ends, clock, index, samples, most, float(strictness)
        )
        apogee, first = max(apogee, top), index
        if code != Stop.TIME or time >= stop_time:
            break
    burnout, boosted = time, index
    if time < stop_time and code in (Stop.TIME, Stop.SPEED):
        body = Body(float(ballistic_coefficient), 0.0, 0.0, 0.0, 1.0, math.inf)
        ends = float(stop_time), float(stop_altitude), NEVER
        code, time, state, top, index = integrate(
            time, state, body, environment, *ends, clock, index, samples, limits, float(strictness)
        )
        apogee = max(apogee, top)
    times = np.array([step * k for k in range(index)])
    if time > times[-1]:
        samples[index], times, index = state, np.append(times, time), index + 1
        boosted += burnout == time
    push = np.full((index, 2), math.nan)
    push[boosted:, 1] = 0.0
    for (rocket, start), stop in zip(flown, (*(start for _, start in flown[1:]), boosted), strict=True):
        push[start:stop] = pushes(times[start:stop], samples[start:stop], rocket, environment)
    phase = np.full(index, int(Phase.COAST), dtype=np.uint8)
    phase[:boosted] = int(Phase.BOOST)
    return Launched(times, samples[:index].copy(), phase, push[:, 0], push[:, 1], apogee, burnout, Stop(code))


def _legs(booster: Booster) -> Iterator[tuple[Rocket, float, bool]]:
    """Every burn and coast with its end [s] and whether it burns."""
    ignition, last = 0.0, len(booster.stages) - 1
    for stage, row in enumerate(booster.stages):
        burnt = ignition + float(row[BURN])
        ignition = burnt + float(row[COAST])
        yield thrusting(stage, burnt - float(row[BURN]), True, booster), burnt, True
        if stage < last and ignition > burnt:
            yield thrusting(stage, burnt, False, booster), ignition, False

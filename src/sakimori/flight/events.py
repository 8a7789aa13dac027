"""When a flight first meets a dynamic pressure or an energy: what the open-loop programme of a threat may wait for."""

import math

import numpy as np

from sakimori.base.constants import MEAN_RADIUS, STANDARD_GRAVITY
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, climb, integrate
from sakimori.flight.motion import Body, Environment, air_density

_NODE = 4.0  # [s] between the states among which an event is looked for
PRESSURE, ENERGY = 0, 1  # what an event waits for


@kernel
def specific_energy(altitude: float, speed: float) -> float:
    """Energy per mass [J/kg] over that at rest on the ground; drag alone lowers it (round Earth, at rest)."""
    return 0.5 * speed * speed + STANDARD_GRAVITY * altitude * MEAN_RADIUS / (MEAN_RADIUS + altitude)


@kernel
def _excess(what: int, level: float, state: Floats, environment: Environment) -> float:
    """What falls through zero at an event: dynamic pressure missing to `level` [Pa], or energy over it [J/kg]."""
    altitude, _, _ = climb(state, environment)
    speed = math.sqrt(state[3] * state[3] + state[4] * state[4] + state[5] * state[5])
    if what == PRESSURE:
        return level - 0.5 * air_density(altitude, environment) * speed * speed
    return specific_energy(altitude, speed) - level


@kernel
def first_time(
    what: int, level: float, time: float, start: Floats, body: Body, environment: Environment
) -> tuple[float, Floats]:
    """Time [s] and state at which the PRESSURE has risen to, or the ENERGY fallen to, its level; LONGEST where never.

    Looked for between states _NODE seconds apart, then located by false position (Illinois) on flights between them.
    """
    before = _excess(what, level, start, environment)
    if before <= 0.0:
        return time, start
    nodes, silent = np.empty((int(LONGEST / _NODE) + 2, 6)), np.empty((0, 6))
    _, last, end, _, count = integrate(
        time, start, body, environment, LONGEST, 0.0, NEVER, Clock(_NODE, -time), 0, nodes
    )
    k, after, length = 1, 0.0, _NODE
    while k <= count:
        length = _NODE if k < count else last - time - _NODE * (k - 1)
        after = _excess(what, level, nodes[k] if k < count else end, environment)
        if after <= 0.0:
            break
        before, k = after, k + 1
    if k > count:
        return LONGEST, end
    here, low, high, side = time + _NODE * (k - 1), 0.0, length, 0
    state = nodes[k - 1]
    for _ in range(50):
        share = high if before <= 0.0 else (low * after - high * before) / (after - before)
        _, _, state, _, _ = integrate(
            here, nodes[k - 1], body, environment, here + share, 0.0, NEVER, SILENT, 0, silent
        )
        excess = _excess(what, level, state, environment)
        if abs(excess) < 1e-9 * level or high - low < 1e-9:
            return here + share, state
        if excess > 0.0:
            low, before = share, excess
            after = 0.5 * after if side == 1 else after
            side = 1
        else:
            high, after = share, excess
            before = 0.5 * before if side == -1 else before
            side = -1
    return here + high, state

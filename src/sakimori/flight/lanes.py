"""Many flights at once: lanes of a vector, each with a step of its own, refilled as flights end.

The same method, air and step control as `integrator`, on bodies of constant lift and bank. Nothing in a lane depends
on the other lanes, and no library function is called there, so a flight has the same bits alone and in any company.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Floats, Integers
from sakimori.earth.atmosphere import exponential_density, tabled_density
from sakimori.earth.gravity import gravity
from sakimori.flight.integrator import (
    FIRST_STEP,
    LEAST_STEP,
    LONGEST,
    MOST_STEPS,
    NEVER,
    POSITION_ERROR,
    SILENT,
    VELOCITY_ERROR,
    Stop,
    bend_of,
    integrate,
    next_step,
    to_kink,
)
from sakimori.flight.motion import AIR_BOTTOM, AIR_TOP, STEEP, WGS84, Body, Environment, Vector, above_ellipsoid, plain
from sakimori.flight.pair import END, ERROR, FIRST, WEIGHT

LANES = 16  # with 8 the compiler unrolls the loops instead of vectorising them
_TIME, _FAILED = int(Stop.TIME), int(Stop.FAILED)


class Ends(NamedTuple):
    """Where flights ended."""

    state: Floats  # (N, 6) ECEF [m] and [m/s], relative to the Earth
    time: Floats  # (N,) [s]
    stop: Integers  # (N,) the Stop


@inlined
def _air_forces(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    push: float,
    lift: float,
    side: float,
    isothermal: bool,
    environment: Environment,
) -> Vector:
    """`motion.acceleration` of a Body in still air, without branches that differ between lanes.

    `push` 0.5/beta [m2/kg], `lift` and `side` the lift-to-drag ratio times cosine and sine of the bank.
    """
    w = environment.rotation
    ax, ay, az = gravity(x, y, z, environment.mu, environment.radius, environment.j2)
    ax += w * (2.0 * vy + w * x)
    ay += w * (w * y - 2.0 * vx)
    altitude, nx, ny, nz = above_ellipsoid(x, y, z, environment.radius, environment.flattening)
    top = environment.radius + AIR_TOP
    thick = x * x + y * y + z * z <= top * top
    altitude = altitude if altitude > AIR_BOTTOM else AIR_BOTTOM  # also for a nan
    if isothermal:
        rho = exponential_density(altitude, environment.ground_density, environment.scale_height)
    else:
        altitude = altitude if altitude < AIR_TOP - 1.0 else AIR_TOP - 1.0
        rho = tabled_density(altitude)
    rho = environment.density_factor * rho if thick else 0.0
    square = vx * vx + vy * vy + vz * vz + 1e-300
    drag = push * square * rho
    inverse = 1.0 / math.sqrt(square)
    ux, uy, uz = vx * inverse, vy * inverse, vz * inverse
    climb = ux * nx + uy * ny + uz * nz
    level = 1.0 - climb * climb
    size = 1.0 / math.sqrt(level if level > STEEP * STEEP else 1.0)
    size = drag * size if level >= STEEP * STEEP else 0.0
    lx, ly, lz = (nx - climb * ux) * size, (ny - climb * uy) * size, (nz - climb * uz) * size
    return (
        ax - drag * ux + lift * lx + side * (uy * lz - uz * ly),
        ay - drag * uy + lift * ly + side * (uz * lx - ux * lz),
        az - drag * uz + lift * lz + side * (ux * ly - uy * lx),
    )


@kernel
def _slopes_in(isothermal: bool, at: Floats, bodies: Floats, environment: Environment, out: Floats) -> None:
    for k in range(LANES):
        x, y, z, vx, vy, vz = at[0, k], at[1, k], at[2, k], at[3, k], at[4, k], at[5, k]
        ax, ay, az = _air_forces(x, y, z, vx, vy, vz, bodies[0, k], bodies[1, k], bodies[2, k], isothermal, environment)
        out[0, k], out[1, k], out[2, k] = vx, vy, vz
        out[3, k], out[4, k], out[5, k] = ax, ay, az


@kernel
def _slopes(at: Floats, bodies: Floats, environment: Environment, out: Floats) -> None:
    """Fill `out` (6, LANES) with the derivative of the states `at` (6, LANES)."""
    if environment.scale_height > 0.0:
        _slopes_in(True, at, bodies, environment, out)
    else:
        _slopes_in(False, at, bodies, environment, out)


@kernel
def _try_steps(
    step: Floats, state: Floats, slopes: Floats, after: Floats, bodies: Floats, environment: Environment, error: Floats
) -> None:
    """`integrator.try_step` in every lane: fills `after`, `error` and stages 1 to 12 of `slopes` (13, 6, LANES)."""
    for stage in range(1, END + 1):
        first = FIRST[stage] + (stage - FIRST[stage]) % 2
        for i in range(6):
            v, w = WEIGHT[stage, 0], WEIGHT[stage, first - 1]
            if first == FIRST[stage]:
                for k in range(LANES):
                    after[i, k] = v * slopes[0, i, k]
            else:
                for k in range(LANES):
                    after[i, k] = v * slopes[0, i, k] + w * slopes[first - 1, i, k]
            for j in range(first, stage, 2):
                v, w = WEIGHT[stage, j], WEIGHT[stage, j + 1]
                for k in range(LANES):
                    after[i, k] += v * slopes[j, i, k] + w * slopes[j + 1, i, k]
            for k in range(LANES):
                after[i, k] = state[i, k] + step[k] * after[i, k]
        _slopes(after, bodies, environment, slopes[stage])
    for k in range(LANES):
        worst_fifth, worst_third = 0.0, 0.0
        for i in range(6):
            allowed = POSITION_ERROR if i < 3 else VELOCITY_ERROR
            fifth, third = ERROR[0, 0] * slopes[0, i, k], ERROR[1, 0] * slopes[0, i, k]
            for j in range(5, END):
                fifth += ERROR[0, j] * slopes[j, i, k]
                third += ERROR[1, j] * slopes[j, i, k]
            fifth, third = abs(step[k] * fifth) / allowed, abs(step[k] * third) / allowed
            worst_fifth = worst_fifth if fifth <= worst_fifth else fifth
            worst_third = worst_third if third <= worst_third else third
        square = worst_fifth * worst_fifth
        error[k] = square / math.sqrt(square + 0.01 * worst_third * worst_third + 1e-300)


@kernel
def _climbs(at: Floats, environment: Environment, altitude: Floats, rate: Floats) -> None:
    """Altitude [m] and its rate [m/s] (LANES,) of the states `at` (6, LANES)."""
    for k in range(LANES):
        altitude[k], nx, ny, nz = above_ellipsoid(
            at[0, k], at[1, k], at[2, k], environment.radius, environment.flattening
        )
        rate[k] = at[3, k] * nx + at[4, k] * ny + at[5, k] * nz


@kernel
def _begin(
    lane: int, start: Floats, environment: Environment, state: Floats, slopes: Floats, bodies: Floats
) -> tuple[float, float]:
    """Put a flight into a lane: its state and first slope; altitude [m] and its rate [m/s] come back."""
    x, y, z, vx, vy, vz = start
    isothermal = environment.scale_height > 0.0
    ax, ay, az = _air_forces(
        x, y, z, vx, vy, vz, bodies[0, lane], bodies[1, lane], bodies[2, lane], isothermal, environment
    )
    state[0, lane], state[1, lane], state[2, lane] = x, y, z
    state[3, lane], state[4, lane], state[5, lane] = vx, vy, vz
    slopes[0, 0, lane], slopes[0, 1, lane], slopes[0, 2, lane] = vx, vy, vz
    slopes[0, 3, lane], slopes[0, 4, lane], slopes[0, 5, lane] = ax, ay, az
    altitude, nx, ny, nz = above_ellipsoid(x, y, z, environment.radius, environment.flattening)
    return altitude, vx * nx + vy * ny + vz * nz


@kernel
def _fly(
    starts: Floats,
    kinds: Floats,
    end_time: float,
    stop_altitude: float,
    environment: Environment,
    strictness: float,
    states: Floats,
    times: Floats,
    stops: Integers,
) -> None:
    """Fly all, of which `kinds` (3, N) are the bodies; `states`, `times`, `stops` are written.

    The last step of a descent is left to `integrate`, which locates its end.
    """
    state, after, slopes = np.zeros((6, LANES)), np.zeros((6, LANES)), np.zeros((END + 1, 6, LANES))
    bodies, none = np.zeros((3, LANES)), np.empty((0, 6))
    step, wanted, time, error = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    altitude, rate, new_altitude, new_rate = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    flight, tries = np.full(LANES, -2), np.zeros(LANES, dtype=np.int64)  # -1: idle, -2: to be filled
    coming, flying = 0, 0
    while True:
        for k in range(LANES):
            if flight[k] == -2:
                flight[k] = coming if coming < starts.shape[0] else -1
                n = min(coming, starts.shape[0] - 1)  # an idle lane repeats the last flight's start, unread
                beta, ratio, bank = kinds[:, n]
                bodies[0, k] = 0.5 / beta
                bodies[1, k], bodies[2, k] = ratio * math.cos(bank), ratio * math.sin(bank)
                altitude[k], rate[k] = _begin(k, starts[n], environment, state, slopes, bodies)
                step[k], time[k], tries[k] = FIRST_STEP, 0.0, 0
                flying += 1 if flight[k] >= 0 else 0
                coming += 1
            wanted[k] = min(step[k], end_time - time[k])
            step[k] = wanted[k]
            if environment.scale_height == 0.0:
                x, y, z, vx, vy, vz = state[:, k]
                bend = bend_of(x, y, z, vx, vy, vz, slopes[0, 3, k], slopes[0, 4, k], slopes[0, 5, k])
                step[k] = to_kink(step[k], altitude[k], rate[k], bend)
        if flying == 0:
            return
        _try_steps(step, state, slopes, after, bodies, environment, error)
        _climbs(after, environment, new_altitude, new_rate)
        for k in range(LANES):
            if flight[k] < 0:
                continue
            n, code, made = flight[k], -1, strictness * error[k]
            tries[k] += 1
            if not made <= 1.0:
                step[k] = next_step(step[k], made)
                code = _FAILED if step[k] < LEAST_STEP or tries[k] >= MOST_STEPS else -1
            elif new_altitude[k] <= stop_altitude and new_rate[k] < 0.0:
                beta, ratio, bank = kinds[:, n]
                body, here, ends = Body(beta, ratio, bank, 0.0, 1.0, math.inf), time[k], (end_time, stop_altitude)
                code, time[k], end, _, _ = integrate(
                    here,
                    state[:, k].copy(),
                    body,
                    environment,
                    *ends,
                    NEVER,
                    SILENT,
                    0,
                    none,
                    None,
                    strictness,
                    step[k],
                )
                state[:, k] = end
            else:
                time[k] += step[k]
                for i in range(6):
                    state[i, k], slopes[0, i, k] = after[i, k], slopes[END, i, k]
                altitude[k], rate[k] = new_altitude[k], new_rate[k]
                code = _TIME if time[k] >= end_time else -1
                grown = next_step(step[k], made)
                step[k] = max(grown, wanted[k]) if step[k] < wanted[k] else grown
            if code >= 0:
                states[n], times[n], stops[n], flight[k] = state[:, k], time[k], code, -2
                flying -= 1


def propagate(
    states: Floats,
    ballistic_coefficient: Floats | float,
    lift_to_drag: Floats | float = 0.0,
    bank: Floats | float = 0.0,
    *,
    stop_time: float = LONGEST,
    stop_altitude: float = 0.0,
    environment: Environment = WGS84,
    strictness: float = 1.0,
) -> Ends:
    """Fly many point masses from `states` (N, 6) [m, m/s] in rotating axes to a time [s], or down through an altitude.

    Bodies have constant ballistic coefficient [kg/m2], lift-to-drag ratio and bank [rad], each one for all or (N,). The
    error allowed in a step is that of `integrate` over `strictness`. A flight has the same bits alone and in any batch.
    Raises InputError where shapes disagree, stop_time is not positive and finite, or the environment has a wind.
    """
    starts = np.ascontiguousarray(states, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != 6 or not 0.0 < stop_time < math.inf:
        got = f"states {starts.shape}, stop_time {stop_time}"
        raise InputError("flights", got, "states (N, 6), a time above 0", "Give position and velocity in each row.")
    if environment.wind is not None:
        raise InputError("flights", "a wind", "still air", "Fly them one by one with `trace`.")
    n, floats = starts.shape[0], plain(environment)
    try:
        kinds = np.array([np.broadcast_to(v, n) for v in (ballistic_coefficient, lift_to_drag, bank)], np.float64)
    except ValueError:
        got = f"{n} flights and as many bodies as {np.shape(ballistic_coefficient)}"
        raise InputError("flights", got, "one body, or one for each flight", "Give numbers or arrays (N,).") from None
    ends = Ends(np.empty((n, 6)), np.empty(n), np.empty(n, dtype=np.int64))
    if n > 0:
        _fly(starts, kinds, float(stop_time), float(stop_altitude), floats, float(strictness), *ends)
    return ends

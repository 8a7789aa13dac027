"""Flight of one point mass by an adaptive Runge-Kutta pair of orders 5 and 4, with samples and located events.

The step belongs to the flight alone, so a flight has the same bits alone as in any batch. Samples come from the
quintic polynomial through position, velocity and acceleration at both ends of a step.
Source: Dormand and Prince 1980 (the pair); Hairer, Norsett and Wanner 1993, II.4 (step control).
"""

import math
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.motion import Environment, acceleration, altitude_and_normal

# Dormand and Prince 1980, table 2: RK5(4)7M. The last row is also the fifth-order weights.
_NODE = np.array([0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0])
_WEIGHT = np.array(
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (1 / 5, 0.0, 0.0, 0.0, 0.0, 0.0),
        (3 / 40, 9 / 40, 0.0, 0.0, 0.0, 0.0),
        (44 / 45, -56 / 15, 32 / 9, 0.0, 0.0, 0.0),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0.0, 0.0),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0.0),
        (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    ]
)
_ERROR = np.array([71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])

_POSITION_ERROR = 1e-2  # [m] error allowed in one step
_VELOCITY_ERROR = 1e-4  # [m/s] error allowed in one step
_FIRST_STEP = 2.0  # [s]
_LEAST_STEP = 1e-7  # [s] a flight that needs less has failed
_MOST_STEPS = 20000
_EVENT_HEIGHT = 1e-4  # [m] how close to its altitude a flight is stopped
_EVENT_SPEED = 1e-6  # [m/s] how close to its speed a flight is stopped
_PARTS = 16  # of a step, in which crossings are looked for
NEVER = -2.0  # a sine that no flight path has: no stop by angle
LONGEST = 7200.0  # [s] no flight is followed further


class Stop(IntEnum):
    """Why an integration ended."""

    TIME = 0
    ALTITUDE = 1
    ANGLE = 2
    FAILED = 3
    CROSSING = 4  # an altitude of Limits
    SPEED = 5  # a speed of Limits
    LEVEL = 6  # the path of Limits became level


_TIME, _ALTITUDE, _ANGLE, _FAILED = int(Stop.TIME), int(Stop.ALTITUDE), int(Stop.ANGLE), int(Stop.FAILED)
_CROSSING, _SPEED, _LEVEL = int(Stop.CROSSING), int(Stop.SPEED), int(Stop.LEVEL)


class Clock(NamedTuple):
    """Which samples to write: sample k stands at k * step - offset on the flight's own time."""

    step: float  # [s]; inf writes none
    offset: float  # [s]


SILENT = Clock(math.inf, 0.0)


class Limits(NamedTuple):
    """Further ends of a flight: an altitude, speed or climb rate is crossed, upwards or downwards; nan for none."""

    altitude: float  # [m]
    speed: float  # [m/s] relative to the Earth
    level: float = math.nan  # 0: the path becomes level


@kernel
def _derivative(time: float, state: Floats, body: Any, environment: Environment, out: Floats) -> None:
    out[0], out[1], out[2] = state[3], state[4], state[5]
    out[3], out[4], out[5] = acceleration(
        time, state[0], state[1], state[2], state[3], state[4], state[5], body, environment
    )


@kernel
def try_step(
    time: float, step: float, state: Floats, slopes: Floats, after: Floats, body: Any, environment: Environment
) -> float:
    """Fill stages 1 to 6 of `slopes` and the state `after` the step; the error over what is allowed comes back.

    Row 0 of `slopes` holds the derivative at the state. `after` is of order 5.
    """
    for stage in range(1, 7):
        for i in range(6):
            total = 0.0
            for j in range(stage):
                total += _WEIGHT[stage, j] * slopes[j, i]
            after[i] = state[i] + step * total
        _derivative(time + _NODE[stage] * step, after, body, environment, slopes[stage])
    worst = 0.0
    for i in range(6):
        total = 0.0
        for stage in range(7):
            total += _ERROR[stage] * slopes[stage, i]
        error = abs(step * total) / (_POSITION_ERROR if i < 3 else _VELOCITY_ERROR)
        if not error <= worst:  # also true of a nan, which must not pass
            worst = error
    return worst


@kernel
def _between(share: float, step: float, state: Floats, slopes: Floats, after: Floats, out: Floats) -> None:
    """The state at `share` (0 to 1) of a step: the quintic through both ends and its derivative."""
    for i in range(3):
        v0, v1 = step * state[3 + i], step * after[3 + i]
        a0, a1 = step * step * slopes[0, 3 + i], step * step * slopes[6, 3 + i]
        dp, dv, da = after[i] - state[i] - v0 - 0.5 * a0, v1 - v0 - a0, a1 - a0
        c3 = 10.0 * dp - 4.0 * dv + 0.5 * da
        c4 = -15.0 * dp + 7.0 * dv - da
        c5 = 6.0 * dp - 3.0 * dv + 0.5 * da
        out[i] = state[i] + share * (v0 + share * (0.5 * a0 + share * (c3 + share * (c4 + share * c5))))
        out[3 + i] = (v0 + share * (a0 + share * (3.0 * c3 + share * (4.0 * c4 + share * 5.0 * c5)))) / step


@kernel
def climb(state: Floats, environment: Environment) -> tuple[float, float, float]:
    """Geodetic altitude [m], its rate [m/s] and the sine of the flight-path angle of a state."""
    altitude, nx, ny, nz = altitude_and_normal(state[0], state[1], state[2], environment.radius, environment.flattening)
    rate = state[3] * nx + state[4] * ny + state[5] * nz
    speed = math.sqrt(state[3] * state[3] + state[4] * state[4] + state[5] * state[5])
    return altitude, rate, (rate / speed if speed > 0.0 else 0.0)


@kernel
def _measure(what: int, level: float, state: Floats, environment: Environment) -> float:
    """What changes sign at an event: altitude (0), sine (1) or speed (3) over `level`, or climb rate (2)."""
    if what == 3:
        return math.sqrt(state[3] * state[3] + state[4] * state[4] + state[5] * state[5]) - level
    altitude, rate, sine = climb(state, environment)
    if what == 0:
        return altitude - level
    return sine - level if what == 1 else rate


@kernel
def _share_of_event(
    what: int,
    level: float,
    step: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    work: Floats,
    environment: Environment,
) -> float:
    """Share of the step at which the measure falls through zero, by false position (Illinois) on the quintic."""
    low, high = 0.0, 1.0
    f_low, f_high = _measure(what, level, state, environment), _measure(what, level, after, environment)
    if f_low <= 0.0:
        return 0.0
    side, share = 0, 1.0
    for _ in range(60):
        share = (low * f_high - high * f_low) / (f_high - f_low)
        if high - low < 1e-13 or f_high == 0.0:
            break
        _between(share, step, state, slopes, after, work)
        f = _measure(what, level, work, environment)
        if abs(f) < 1e-9:
            break
        if f > 0.0:
            low, f_low = share, f
            f_high = 0.5 * f_high if side == 1 else f_high
            side = 1
        else:
            high, f_high = share, f
            f_low = 0.5 * f_low if side == -1 else f_low
            side = -1
    return share


@kernel
def _crossed(
    limits: Limits | None,
    first: bool,
    step: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    work: Floats,
    environment: Environment,
) -> tuple[int, float]:
    """Which of the limits is crossed first within a step, and at which share of it; TIME and 1 for none.

    The step is searched in _PARTS equal parts; in each a change of sign is closed in on by bisection on the quintic.
    A flight that starts on a limit (`first` step) has not crossed it.
    """
    code, share = _TIME, 1.0
    if limits is None:
        return code, share
    for what, level in ((0, limits.altitude), (2, limits.level), (3, limits.speed)):
        if math.isnan(level):
            continue
        before = _measure(what, level, state, environment)
        if first and abs(before) < _EVENT_HEIGHT:
            before = 0.0
        for part in range(1, _PARTS + 1):
            low, high = (part - 1) / _PARTS, part / _PARTS
            _between(high, step, state, slopes, after, work)
            here = _measure(what, level, work, environment)
            if before * here < 0.0 or (here == 0.0 and before != 0.0):
                while high - low > 1e-15 and low < 0.5 * (low + high) < high:
                    middle = 0.5 * (low + high)
                    _between(middle, step, state, slopes, after, work)
                    if before * _measure(what, level, work, environment) > 0.0:
                        low = middle
                    else:
                        high = middle
                if high < share or code == _TIME:
                    code, share = (_CROSSING if what == 0 else (_LEVEL if what == 2 else _SPEED)), high
                break
            before = here
    return code, share


@kernel
def _meet_speed(
    time: float,
    step: float,
    level: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    body: Any,
    environment: Environment,
) -> float:
    """Correct a step that ends close to the speed `level` until it ends on it; the corrected step comes back."""
    for _ in range(6):
        try_step(time, step, state, slopes, after, body, environment)
        speed = _measure(3, 0.0, after, environment)
        rate = (after[3] * slopes[6, 3] + after[4] * slopes[6, 4] + after[5] * slopes[6, 5]) / max(speed, 1e-9)
        if abs(speed - level) < _EVENT_SPEED or rate == 0.0:
            break
        step = min(max(step - (speed - level) / rate, 0.5 * step), 2.0 * step)
    return step


@kernel
def _land(
    time: float,
    step: float,
    level: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    body: Any,
    environment: Environment,
) -> float:
    """Correct a step that ends close to the altitude `level` until it ends on it; the corrected step comes back."""
    for _ in range(6):
        try_step(time, step, state, slopes, after, body, environment)
        altitude, rate, _ = climb(after, environment)
        if abs(altitude - level) < _EVENT_HEIGHT or rate == 0.0:
            break
        step = min(max(step - (altitude - level) / rate, 0.5 * step), 2.0 * step)
    return step


@kernel
def _shortened(
    code: int,
    limits: Limits,
    time: float,
    step: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    body: Any,
    environment: Environment,
) -> float:
    """Redo a step so that it ends on the limit that `code` names; its length comes back."""
    if code == _LEVEL:
        try_step(time, step, state, slopes, after, body, environment)
        return step
    if code == _CROSSING:
        return _land(time, step, limits.altitude, state, slopes, after, body, environment)
    return _meet_speed(time, step, limits.speed, state, slopes, after, body, environment)


@kernel
def integrate(
    time: float,
    start: Floats,
    body: Any,
    environment: Environment,
    end_time: float,
    stop_altitude: float,
    stop_sine: float,
    clock: Clock,
    index: int,
    samples: Floats,
    limits: Limits | None = None,
    strictness: float = 1.0,
) -> tuple[int, float, Floats, float, int]:
    """Fly from `start` (6,) [m, m/s] at `time` [s] to `end_time`, a descent through an altitude [m], or an angle.

    `stop_sine` is the sine of the (negative) flight-path angle below which the flight stops; NEVER for none. Samples
    from `index` on are written to rows of `samples` (K, 6), the only argument written. `limits` are further ends. The
    error allowed in a step is divided by `strictness`. Returns the Stop, the time, the state (6,), the highest altitude
    [m] and the index of the next sample.
    """
    state, after, work = start.copy(), np.empty(6), np.empty(6)
    slopes = np.empty((7, 6))
    _derivative(time, state, body, environment, slopes[0])
    apogee, rate, _ = climb(state, environment)
    begin, step, code = time, _FIRST_STEP, _TIME
    for _ in range(_MOST_STEPS):
        if time >= end_time:
            return code, time, state, apogee, index
        step = min(step, end_time - time)
        error = strictness * try_step(time, step, state, slopes, after, body, environment)
        if not error <= 1.0:
            step *= max(0.2, 0.9 * error**-0.2) if error < 1e30 else 0.1
            if step < _LEAST_STEP:
                return _FAILED, time, state, apogee, index
            continue
        grown = step * min(5.0, 0.9 * max(error, 1e-10) ** -0.2)
        code, share = _crossed(limits, time == begin, step, state, slopes, after, work, environment)
        if limits is not None and code != _TIME:
            step = _shortened(code, limits, time, share * step, state, slopes, after, body, environment)
        altitude, new_rate, sine = climb(after, environment)
        down, share = altitude <= stop_altitude and new_rate < 0.0, 1.0
        if sine <= stop_sine:
            share = _share_of_event(1, stop_sine, step, state, slopes, after, work, environment)
            down = down and _share_of_event(0, stop_altitude, step, state, slopes, after, work, environment) <= share
        if down:
            code = _ALTITUDE
            step *= _share_of_event(0, stop_altitude, step, state, slopes, after, work, environment)
            step = _land(time, step, stop_altitude, state, slopes, after, body, environment)
        elif sine <= stop_sine:
            code = _ANGLE
            step *= share
            try_step(time, step, state, slopes, after, body, environment)
        if code != _TIME:
            altitude, new_rate, sine = climb(after, environment)
        if rate > 0.0 >= new_rate:
            share = _share_of_event(2, 0.0, step, state, slopes, after, work, environment)
            _between(share, step, state, slopes, after, work)
            apogee = max(apogee, climb(work, environment)[0])
        apogee, rate = max(apogee, altitude), new_rate
        while index < samples.shape[0] and index * clock.step - clock.offset <= time + step:
            share = (index * clock.step - clock.offset - time) / step
            _between(share, step, state, slopes, after, samples[index])
            index += 1
        time += step
        for i in range(6):
            state[i], slopes[0, i] = after[i], slopes[6, i]
        if code != _TIME:
            return code, time, state, apogee, index
        step = grown
    return _FAILED, time, state, apogee, index

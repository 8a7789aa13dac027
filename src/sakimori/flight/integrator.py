"""Flight of one point mass by an adaptive Runge-Kutta method of order 8, with samples and located events.

The step belongs to the flight alone, so a flight has the same bits alone as in any batch. Samples and events come from
the method's own polynomial of order 7 within a step. Where the gradient of the air's density jumps (the layers of the
standard atmosphere) a step is made to end, since no method keeps its order across a kink.
Source: Hairer, Norsett and Wanner 1993, II.4, II.5, II.10 (DOP853, step control).
"""

import math
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.atmosphere import KINKS
from sakimori.flight.motion import Environment, acceleration, altitude_and_normal
from sakimori.flight.pair import END, NODE, STAGES, between, error_of, polynomial, stage_state

POSITION_ERROR = 1e-2  # [m] error allowed in one step
VELOCITY_ERROR = 1e-4  # [m/s] error allowed in one step
FIRST_STEP = 2.0  # [s]
LEAST_STEP = 1e-7  # [s] a flight that needs less has failed
MOST_STEPS = 20000
_CAUTION, _LEAST_CHANGE, _MOST_CHANGE = 0.8, 0.2, 5.0  # of the next step; Hairer, Norsett and Wanner 1993, II.4
_KINK_HEIGHT = 1.0  # [m] a kink so near is behind
_EVENT_HEIGHT = 1e-4  # [m] how close to its altitude a flight is stopped
_EVENT_SPEED = 1e-6  # [m/s] how close to its speed a flight is stopped
_PARTS = 32  # of a step, in which crossings are looked for
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
    """Fill stages 1 to 12 of `slopes` (16, 6) and the state `after` it; the error over what is allowed comes back.

    Row 0 of `slopes` holds the derivative at the state, row 12 then that after the step. `after` is of order 8.
    """
    for stage in range(1, END + 1):
        stage_state(stage, step, state, slopes, after)
        _derivative(time + NODE[stage] * step, after, body, environment, slopes[stage])
    worst_fifth, worst_third = 0.0, 0.0
    for i in range(6):
        fifth, third = error_of(i, slopes)
        allowed = POSITION_ERROR if i < 3 else VELOCITY_ERROR
        fifth, third = abs(step * fifth) / allowed, abs(step * third) / allowed
        if not fifth <= worst_fifth:  # also true of a nan, which must not pass
            worst_fifth = fifth
        if not third <= worst_third:
            worst_third = third
    if worst_fifth == 0.0:
        return 0.0
    return worst_fifth * worst_fifth / math.sqrt(worst_fifth * worst_fifth + 0.01 * worst_third * worst_third)


@kernel
def look_within(
    time: float,
    step: float,
    state: Floats,
    slopes: Floats,
    after: Floats,
    body: Any,
    environment: Environment,
    work: Floats,
    dense: Floats,
) -> None:
    """Fill `dense` with the polynomial of a step that was made (three more slopes)."""
    for stage in range(END + 1, STAGES):
        stage_state(stage, step, state, slopes, work)
        _derivative(time + NODE[stage] * step, work, body, environment, slopes[stage])
    polynomial(step, state, slopes, after, dense)


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
    what: int, level: float, state: Floats, after: Floats, dense: Floats, work: Floats, environment: Environment
) -> float:
    """Share of the step at which the measure falls through zero, by false position (Illinois) on its polynomial."""
    low, high = 0.0, 1.0
    f_low, f_high = _measure(what, level, state, environment), _measure(what, level, after, environment)
    if f_low <= 0.0:
        return 0.0
    side, share = 0, 1.0
    for _ in range(60):
        share = (low * f_high - high * f_low) / (f_high - f_low)
        if high - low < 1e-13 or f_high == 0.0:
            break
        between(share, state, dense, work)
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
    limits: Limits, first: bool, state: Floats, dense: Floats, work: Floats, environment: Environment
) -> tuple[int, float]:
    """Which of the limits is crossed first within a step, and at which share of it; TIME and 1 for none.

    The step is searched in _PARTS equal parts; in each a change of sign is closed in on by bisection on the polynomial.
    A flight that starts on a limit (`first` step) has not crossed it.
    """
    code, share = _TIME, 1.0
    for what, level in ((0, limits.altitude), (2, limits.level), (3, limits.speed)):
        if math.isnan(level):
            continue
        before = _measure(what, level, state, environment)
        if first and abs(before) < _EVENT_HEIGHT:
            before = 0.0
        for part in range(1, _PARTS + 1):
            low, high = (part - 1) / _PARTS, part / _PARTS
            between(high, state, dense, work)
            here = _measure(what, level, work, environment)
            if before * here < 0.0 or (here == 0.0 and before != 0.0):
                while high - low > 1e-15 and low < 0.5 * (low + high) < high:
                    middle = 0.5 * (low + high)
                    between(middle, state, dense, work)
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
        rate = (after[3] * slopes[END, 3] + after[4] * slopes[END, 4] + after[5] * slopes[END, 5]) / max(speed, 1e-9)
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
def next_step(step: float, error: float) -> float:
    """The step after one that made an `error` over what is allowed: shorter if that was refused, else up to 5 times."""
    if not error < 1e30:
        return 0.1 * step
    change = _CAUTION / math.sqrt(math.sqrt(math.sqrt(max(error, 1e-10))))
    return step * min(max(change, _LEAST_CHANGE), _MOST_CHANGE)


@kernel
def to_kink(step: float, altitude: float, rate: float, bend: float) -> float:
    """The step, or the time [s] to the nearest kink of the standard atmosphere above or below if that is shorter.

    By a parabola through the altitude, its `rate` [m/s] and `bend` [m/s2]: a guess, whose error step control sees to.
    """
    low, high = -math.inf, math.inf
    for kink in KINKS:
        if kink < altitude - _KINK_HEIGHT:
            low = kink
        elif kink > altitude + _KINK_HEIGHT:
            high = kink
            break
    for way, distance in ((1.0, high - altitude), (-1.0, altitude - low)):
        root = rate * rate + 2.0 * way * bend * distance
        if root >= 0.0 and distance < math.inf:
            pace = way * rate + math.sqrt(root)
            if pace > 0.0:
                step = min(step, 2.0 * distance / pace)
    return step


@kernel
def bend_of(x: float, y: float, z: float, vx: float, vy: float, vz: float, ax: float, ay: float, az: float) -> float:
    """Second derivative of the altitude [m/s2], about, from a state and its acceleration."""
    radius = math.sqrt(x * x + y * y + z * z)
    rate = (x * vx + y * vy + z * vz) / radius
    return (ax * x + ay * y + az * z + vx * vx + vy * vy + vz * vz - rate * rate) / radius


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
    first_step: float | None = None,  # a number as default costs 90 us in each call from Python
) -> tuple[int, float, Floats, float, int]:
    """Fly from `start` (6,) [m, m/s] at `time` [s] to `end_time`, a descent through an altitude [m], or an angle.

    `stop_sine` is the sine of the (negative) flight-path angle below which the flight stops; NEVER for none. Samples
    from `index` on are written to rows of `samples` (K, 6), the only argument written. `limits` are further ends. The
    error allowed in a step is divided by `strictness`; `first_step` [s] is tried first. Returns the Stop, the time, the
    state (6,), the highest altitude [m] and the index of the next sample.
    """
    state, after, work = start.copy(), np.empty(6), np.empty(6)
    slopes, dense = np.empty((STAGES, 6)), np.empty((7, 6))
    _derivative(time, state, body, environment, slopes[0])
    altitude, rate, _ = climb(state, environment)
    apogee, begin, step, code = altitude, time, FIRST_STEP if first_step is None else first_step, _TIME
    for _ in range(MOST_STEPS):
        if time >= end_time:
            return code, time, state, apogee, index
        wanted = min(step, end_time - time)
        step = wanted
        if environment.scale_height == 0.0:
            bend = bend_of(
                state[0], state[1], state[2], state[3], state[4], state[5], slopes[0, 3], slopes[0, 4], slopes[0, 5]
            )
            step = to_kink(step, altitude, rate, bend)
        error = strictness * try_step(time, step, state, slopes, after, body, environment)
        if not error <= 1.0:
            step = next_step(step, error)
            if step < LEAST_STEP:
                return _FAILED, time, state, apogee, index
            continue
        grown = next_step(step, error)
        grown = max(grown, wanted) if step < wanted else grown
        altitude, new_rate, sine = climb(after, environment)
        if limits is not None:
            look_within(time, step, state, slopes, after, body, environment, work, dense)
            code, share = _crossed(limits, time == begin, state, dense, work, environment)
            if code != _TIME:
                step = _shortened(code, limits, time, share * step, state, slopes, after, body, environment)
                altitude, new_rate, sine = climb(after, environment)
        down, bent = altitude <= stop_altitude and new_rate < 0.0, sine <= stop_sine
        if down or bent:
            look_within(time, step, state, slopes, after, body, environment, work, dense)
            share = _share_of_event(1, stop_sine, state, after, dense, work, environment) if bent else math.inf
            fall = _share_of_event(0, stop_altitude, state, after, dense, work, environment) if down else math.inf
            if fall <= share:
                code = _ALTITUDE
                step = _land(time, fall * step, stop_altitude, state, slopes, after, body, environment)
            else:
                code = _ANGLE
                step *= share
                try_step(time, step, state, slopes, after, body, environment)
            altitude, new_rate, sine = climb(after, environment)
        turned = rate > 0.0 >= new_rate
        if turned or (index < samples.shape[0] and index * clock.step - clock.offset <= time + step):
            look_within(time, step, state, slopes, after, body, environment, work, dense)
        if turned:
            share = _share_of_event(2, 0.0, state, after, dense, work, environment)
            between(share, state, dense, work)
            apogee = max(apogee, climb(work, environment)[0])
        apogee, rate = max(apogee, altitude), new_rate
        while index < samples.shape[0] and index * clock.step - clock.offset <= time + step:
            between((index * clock.step - clock.offset - time) / step, state, dense, samples[index])
            index += 1
        time += step
        for i in range(6):
            state[i], slopes[0, i] = after[i], slopes[END, i]
        if code != _TIME:
            return code, time, state, apogee, index
        step = grown
    return _FAILED, time, state, apogee, index

"""How a tracker thinks that a target moves: constant velocity, Singer, and a glide-aware model, all on nine states.

The state is position, velocity and unforeseen acceleration (x, y, z each, ECEF, relative to the turning Earth), the
same for every model, so that models can be mixed. Gravity and the Earth's rotation may be known (`known`) or left to
the noise. Source: X. R. Li, V. P. Jilkov, Survey of maneuvering target tracking, part I (IEEE Trans. AES-39 (2003)
1333) and part II: motion models of ballistic and space targets (2010).
"""

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import WGS84_FLATTENING, WGS84_J2, WGS84_MU, WGS84_RADIUS, WGS84_ROTATION
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Floats
from sakimori.earth.atmosphere import density
from sakimori.earth.gravity import gravity
from sakimori.earth.sightlines import Triple
from sakimori.track.singer import transition, unit_noise

Nine = tuple[float, float, float, float, float, float, float, float, float]
Noise = tuple[float, float, float, float, float, float]  # pp, pv, pa, vv, va, aa per axis
SCALE_HEIGHT = 7.2e3  # [m] of the air's density, USSA 1976: 6.3 to 8.3 km between 15 and 80 km altitude
_LONGEST = 2.0  # [s] of one step where gravity or air is known: third-order terms stay under 0.1 m
_SLOWEST = 1e4  # [m2/s2] square of the speed below which a velocity gives the air no direction


class Motion(IntEnum):
    """What a model takes the unforeseen acceleration for."""

    WHITE = 0  # white in time; `noise` is its power spectral density [m2/s3]
    STEPPED = 1  # constant over each gap and independent from gap to gap; `noise` is its 1 sigma per axis [m/s2]
    SINGER = 2  # correlated over `correlation_time`; `noise` is its 1 sigma per axis [m/s2]
    GLIDE = 3  # as SINGER, but of air: turns with the velocity, grows with dynamic pressure; `noise` [m2/kg] times it


class Model(NamedTuple):
    """One model of motion."""

    kind: Motion
    noise: float
    correlation_time: float = 20.0  # [s] of SINGER and GLIDE
    least: float = 0.0  # [m/s2] 1 sigma per axis under which GLIDE does not fall (above the air)
    known: bool = True  # gravity and the Earth's rotation are part of the model
    sojourn: float = math.inf  # [s] mean time for which a target moves so, in a bank of several models


_FASTEST = 1.0  # [1/s] the air's force grows no faster than e-fold per second: no vehicle falls through 7 km in one
_HARDEST = 1e6  # [m2/s4] square of 100 g: a mean force beyond that is none of the air's, and falls e-fold per second
_NOISE, _CORRELATION, _LEAST, _KNOWN, _SOJOURN = 1, 2, 3, 4, 5  # columns of a table of models, after the kind
_WHITE, _STEPPED, _SINGER, _GLIDE = int(Motion.WHITE), int(Motion.STEPPED), int(Motion.SINGER), int(Motion.GLIDE)


def table(models: Sequence[Model]) -> Floats:
    """Models as kernels take them, shape (M, 6). Raises InputError for none, or for a value out of range."""
    for model in models:
        if not (model.noise >= 0.0 and model.least >= 0.0 and min(model.correlation_time, model.sojourn) > 0.0):
            raise InputError("model of motion", f"{model}", "noise and least >= 0, both times > 0", "Mend the model.")
    if not models:
        raise InputError("models of motion", "none", "one or more", "Give a model.")
    return np.array([[float(value) for value in model] for model in models])


@kernel
def carries(model: Floats) -> bool:
    """Whether a model (6,) estimates the unforeseen acceleration; else that part of the state is 0 and known."""
    return model[0] >= _SINGER


@kernel
def sojourn_of(model: Floats) -> float:
    """Mean time [s] for which a target moves as a model (6,) says."""
    return model[_SOJOURN]


@kernel
def steps_of(gap: float, model: Floats) -> int:
    """Number of equal steps in which `gap` [s] >= 0 is passed."""
    if model[_KNOWN] == 0.0 and model[0] != _GLIDE:
        return 1
    return max(1, math.ceil(gap / _LONGEST))


@kernel
def known_acceleration(x: float, y: float, z: float, vx: float, vy: float) -> Triple:
    """Gravity and the Earth's rotation [m/s2] at an ECEF position [m] and velocity [m/s], as `flight.motion` has it."""
    w = WGS84_ROTATION
    gx, gy, gz = gravity(x, y, z, WGS84_MU, WGS84_RADIUS, WGS84_J2)
    return gx + w * (2.0 * vy + w * x), gy + w * (w * y - 2.0 * vx), gz


@lean
def air_pressure_of(state: Floats) -> float:
    """Dynamic pressure rho v2/2 [Pa] of a state; its altitude is good to 30 m near the ground."""
    square = state[0] * state[0] + state[1] * state[1] + state[2] * state[2]
    altitude = math.sqrt(square) - WGS84_RADIUS * (1.0 - WGS84_FLATTENING * state[2] * state[2] / square)
    fast = state[3] * state[3] + state[4] * state[4] + state[5] * state[5]
    return 0.5 * density(max(altitude, 0.0)) * fast


@lean
def sigma_of(state: Floats, model: Floats) -> float:
    """1 sigma per axis [m/s2] of the unforeseen acceleration of a model (6,) at a state; 0 where it carries none."""
    if model[0] == _GLIDE:
        lift = model[_NOISE] * air_pressure_of(state)
        return math.sqrt(lift * lift + model[_LEAST] * model[_LEAST])
    return model[_NOISE] if model[0] == _SINGER else 0.0


@lean
def noise_of(state: Floats, gap: float, model: Floats, unit: Noise) -> Noise:
    """Covariance (pp, pv, pa, vv, va, aa) per axis [SI] that a gap [s] > 0 adds.

    `unit` is `singer.unit_noise` of the gap and the model's correlation time, as `unit_of` gives it.
    """
    q = model[_NOISE]
    if model[0] == _WHITE:
        return q * gap**3 / 3.0, q * gap**2 / 2.0, 0.0, q * gap, 0.0, 0.0
    if model[0] == _STEPPED:
        return q * q * gap**4 / 4.0, q * q * gap**3 / 2.0, 0.0, q * q * gap**2, 0.0, 0.0
    sigma = sigma_of(state, model)
    square = sigma * sigma
    pp, pv, pa, vv, va, aa = unit
    return square * pp, square * pv, square * pa, square * vv, square * va, square * aa


@lean
def unit_of(gap: float, model: Floats, kept: Floats) -> Noise:
    """`singer.unit_noise` of a gap [s] and a model (6,) that carries acceleration; zeros for another.

    `kept` (8,) is the caller's own memory of the last gap and correlation time, and what they gave; first, zeros.
    Looks come mostly at equal gaps, and the series costs a tenth of an update.
    """
    if not carries(model):
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    time = model[_CORRELATION]
    if kept[0] != gap or kept[1] != time:
        kept[0], kept[1] = gap, time
        kept[2], kept[3], kept[4], kept[5], kept[6], kept[7] = unit_noise(gap, time)
    return kept[2], kept[3], kept[4], kept[5], kept[6], kept[7]


@lean
def _middle(state: Nine | Floats, gap: float) -> Triple:
    """The known acceleration half a gap on, to first order."""
    h = 0.5 * gap
    return known_acceleration(
        state[0] + h * state[3], state[1] + h * state[4], state[2] + h * state[5], state[3], state[4]
    )


@kernel
def moved(state: Floats, gap: float, model: Floats) -> Floats:
    """The state (9,) a gap [s] later, as the model (6,) has it, in one step of at most 2 s where air or gravity counts.

    WHITE and STEPPED: p + v T + g T2/2, v + g T, 0. SINGER: and Singer's share of a. GLIDE: `_carried` turns and scales
    a; its mean works over the gap. Errors are of third order in the gap.
    """
    out = state.copy()
    move(out, gap, model)
    return out


@lean
def move(out: Floats, gap: float, model: Floats) -> None:
    """Carry the caller's own state (9,) a gap [s] on, as `moved` says."""
    state = (out[0], out[1], out[2], out[3], out[4], out[5], out[6], out[7], out[8])
    gx, gy, gz = _middle(state, gap) if model[_KNOWN] != 0.0 else (0.0, 0.0, 0.0)
    known = (gx, gy, gz)
    for i in range(3):
        out[i] = state[i] + gap * (state[3 + i] + 0.5 * gap * known[i])
        out[3 + i] = state[3 + i] + gap * known[i]
        out[6 + i] = 0.0
    if model[0] == _SINGER:
        _, f2, f3, f4 = transition(gap, model[_CORRELATION])
        for i in range(3):
            a = state[6 + i]
            out[i] += f2 * a
            out[3 + i] += f3 * a
            out[6 + i] = f4 * a
    elif model[0] == _GLIDE:
        after = _carried(state, gap, known, math.exp(-gap / model[_CORRELATION]))
        for i in range(3):
            a = state[6 + i]
            out[i] += gap * gap * (2.0 * a + after[i]) / 6.0
            out[3 + i] += 0.5 * gap * (a + after[i])
            out[6 + i] = after[i]


@lean
def _rates(state: Nine | Floats, known: Triple) -> tuple[float, Triple, float, float, float]:
    """Of the air's force: growth [1/s], total acceleration A, v.a, A.a and v2, for `_carried` and its slopes.

    Left alone, a force along the velocity would feed itself (da/dt = 2 a2/v) and be infinite after v/(2 a), and a turn
    of more than a radian per second would grow it at every step: `_HARDEST`, and a larger v2, keep both off.
    """
    x, y, z, vx, vy, vz = state[0], state[1], state[2], state[3], state[4], state[5]
    ax, ay, az = state[6], state[7], state[8]
    total = (known[0] + ax, known[1] + ay, known[2] + az)
    fast = max(vx * vx + vy * vy + vz * vz, _SLOWEST)
    climb = (x * vx + y * vy + z * vz) / math.sqrt(x * x + y * y + z * z)
    along = vx * total[0] + vy * total[1] + vz * total[2]
    growth = min(max(-climb / SCALE_HEIGHT + 2.0 * along / fast, -_FASTEST), _FASTEST)
    if ax * ax + ay * ay + az * az > _HARDEST:
        growth = -_FASTEST
    pull = total[0] * total[0] + total[1] * total[1] + total[2] * total[2]
    if pull > fast * _FASTEST * _FASTEST:
        fast = math.sqrt(pull * fast) / _FASTEST
    return growth, total, vx * ax + vy * ay + vz * az, total[0] * ax + total[1] * ay + total[2] * az, fast


@lean
def _carried(state: Nine | Floats, gap: float, known: Triple, decay: float) -> Triple:
    """Air's force per mass a gap later: a' = decay e^(T d ln(rho v2)/dt) (a + T w x a), w the turn of the velocity.

    That is Li and Jilkov's model of drag, turn and climb forces with constant coefficients, written for the force
    itself: w x a = (A (v.a) - v (A.a))/v2 with the whole acceleration A.
    """
    growth, total, va, aa, fast = _rates(state, known)
    scale = decay * math.exp(growth * gap)
    turn = gap / fast
    return (
        scale * (state[6] + turn * (total[0] * va - state[3] * aa)),
        scale * (state[7] + turn * (total[1] * va - state[4] * aa)),
        scale * (state[8] + turn * (total[2] * va - state[5] * aa)),
    )


@kernel
def slopes_of_motion(state: Floats, gap: float, model: Floats) -> Floats:
    """Derivatives (9, 9) of `moved` by the state; J2 and the change of the local vertical are left out (1e-3 of G)."""
    out = np.empty((9, 9))
    fill_slopes(state, gap, model, out)
    return out


@lean
def fill_slopes(state: Floats, gap: float, model: Floats, out: Floats) -> None:
    """Write `slopes_of_motion` into the caller's own `out` (9, 9)."""
    out[:, :] = 0.0
    for i in range(3):
        out[i, i] = out[3 + i, 3 + i] = 1.0
        out[i, 3 + i] = gap
    if model[_KNOWN] != 0.0:
        _known_slopes(state, gap, out)
    if model[0] == _SINGER:
        _, f2, f3, f4 = transition(gap, model[_CORRELATION])
        for i in range(3):
            out[i, 6 + i], out[3 + i, 6 + i], out[6 + i, 6 + i] = f2, f3, f4
    elif model[0] == _GLIDE:
        known = _middle(state, gap) if model[_KNOWN] != 0.0 else (0.0, 0.0, 0.0)
        _carried_slopes(state, gap, known, math.exp(-gap / model[_CORRELATION]), out)
        for i in range(3):
            for j in range(3, 9):
                out[i, j] += gap * gap * out[6 + i, j] / 6.0
                out[3 + i, j] += 0.5 * gap * out[6 + i, j]
            out[i, 6 + i] += gap * gap / 3.0
            out[3 + i, 6 + i] += 0.5 * gap


@lean
def _known_slopes(state: Floats, gap: float, out: Floats) -> None:
    """Add what gravity, at half the gap, and rotation do to the rows of position and velocity."""
    w, h = WGS84_ROTATION, 0.5 * gap
    place = (state[0] + h * state[3], state[1] + h * state[4], state[2] + h * state[5])
    square = place[0] * place[0] + place[1] * place[1] + place[2] * place[2]
    pull = WGS84_MU / (square * math.sqrt(square))
    for i in range(3):
        for j in range(3):
            g = 3.0 * pull * place[i] * place[j] / square
            if i == j:
                g += (w * w if i < 2 else 0.0) - pull
            turn = 0.0
            if i == 0 and j == 1:
                turn = 2.0 * w
            elif i == 1 and j == 0:
                turn = -2.0 * w
            by_velocity = turn + h * g
            out[i, j] += h * gap * g
            out[i, 3 + j] += h * gap * by_velocity
            out[3 + i, j] += gap * g
            out[3 + i, 3 + j] += gap * by_velocity


@lean
def _carried_slopes(state: Floats, gap: float, known: Triple, decay: float, out: Floats) -> None:
    """Fill the rows of acceleration with the derivatives of `_carried` by velocity and acceleration."""
    growth, total, va, aa, fast = _rates(state, known)
    scale, turn = decay * math.exp(growth * gap), gap / fast
    free = gap if abs(growth) < _FASTEST else 0.0
    radius = math.sqrt(state[0] * state[0] + state[1] * state[1] + state[2] * state[2])
    along = state[3] * total[0] + state[4] * total[1] + state[5] * total[2]
    for i in range(3):
        v, a = state[3 + i], state[6 + i]
        cross = total[i] * va - v * aa
        after = scale * (a + turn * cross)
        for j in range(3):
            vj, aj, up = state[3 + j], state[6 + j], state[j] / radius
            by_velocity = free * (-up / SCALE_HEIGHT + 2.0 * total[j] / fast - 4.0 * along * vj / (fast * fast))
            by_force = free * 2.0 * vj / fast
            bend_velocity = turn * (total[i] * aj - 2.0 * cross * vj / fast)
            bend_force = turn * (total[i] * vj - v * (total[j] + aj))
            if i == j:
                bend_velocity -= turn * aa
                bend_force += turn * va + 1.0
            out[6 + i, 3 + j] = after * by_velocity + scale * bend_velocity
            out[6 + i, 6 + j] = after * by_force + scale * bend_force

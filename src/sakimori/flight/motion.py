"""What moves a point mass over the rotating Earth: gravity, the Earth's rotation, drag and lift.

State is position and velocity in Earth-fixed axes (ECEF), velocity relative to the Earth; the air rests on the Earth
unless the environment has a wind. Equations: docs/equations/flight.md.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.constants import WGS84_FLATTENING, WGS84_J2, WGS84_MU, WGS84_RADIUS, WGS84_ROTATION
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.atmosphere import density, exponential_density
from sakimori.earth.gravity import gravity

Vector = tuple[float, float, float]

_AIR_TOP = 200e3  # [m] above it drag on a body of 1000 kg/m2 at 8 km/s stays under 1e-5 m/s2 and is left out
_AIR_BOTTOM = -2e3  # [m] trial steps may pass below ground: density is held from here down
_STEEP = 1e-9  # sine of the angle from the vertical under which lift has no direction, and is left out


class Environment(NamedTuple):
    """The Earth and its air as inputs.

    A sphere is flattening 0, an Earth at rest rotation 0, an inverse-square field j2 0, no air density_factor 0.
    Kernels take what `plain` makes of it.
    """

    mu: float  # [m3/s2]
    radius: float  # [m] equatorial, also that of J2
    flattening: float
    j2: float
    rotation: float  # [rad/s]
    density_factor: float = 1.0  # by which every density is multiplied
    ground_density: float = 0.0  # [kg/m3] of the exponential atmosphere, at altitude 0
    scale_height: float = 0.0  # [m] of the exponential atmosphere; 0: USSA 1976 instead
    wind: Floats | None = None  # (W, 3) altitude [m, rising], and the air's speed to east and north [m/s] there


WGS84 = Environment(WGS84_MU, WGS84_RADIUS, WGS84_FLATTENING, WGS84_J2, WGS84_ROTATION)


class Body(NamedTuple):
    """Aerodynamics of a point mass; the bank angle at time t is bank + amplitude sin(2 pi t/period)."""

    ballistic_coefficient: float  # [kg/m2] m/(CD S); inf: no air forces at all
    lift_to_drag: float = 0.0
    bank: float = 0.0  # [rad] lift turned about the velocity, positive to the right
    bank_amplitude: float = 0.0  # [rad]
    bank_period: float = 1.0  # [s]
    load_limit: float = math.inf  # [m/s2] lift is held to this (a smaller angle of attack); its drag is not lowered


@kernel
def altitude_and_normal(
    x: float, y: float, z: float, radius: float, flattening: float
) -> tuple[float, float, float, float]:
    """Geodetic altitude [m] and the outward unit normal of the ellipsoid at a position [m], without trigonometry.

    One round of Bowring's rule from his improved start (Bowring 1985): within 1e-7 m of `earth.geodesy` to 12,000 km.
    It stands here because it is the innermost loop of a flight and needs the normal as a vector.
    """
    across = math.sqrt(x * x + y * y) + 1e-12  # the pole needs no branch
    distance = math.sqrt(across * across + z * z)
    shape = flattening * (2.0 - flattening)
    c, s = radius * across, radius * (1.0 - flattening) * z * (1.0 + radius * shape / ((1.0 - flattening) * distance))
    size = 1.0 / math.sqrt(c * c + s * s)
    c, s = c * size, s * size
    c = (1.0 - flattening) * (across - radius * shape * c * c * c)
    s = (1.0 - flattening) * z + radius * shape * s * s * s
    size = 1.0 / math.sqrt(c * c + s * s)
    c, s = c * size, s * size
    altitude = across * c + z * s - radius * math.sqrt(1.0 - shape * s * s)
    return altitude, c * x / across, c * y / across, s


def plain(environment: Environment) -> Environment:
    """The environment as kernels take it, so that each of them is compiled once: floats only, the wind an array."""
    floats = Environment(*(float(value) for value in environment[:8]))  # pyright: ignore[reportArgumentType]
    if environment.wind is None:
        return floats
    return floats._replace(wind=np.array(environment.wind, dtype=np.float64, order="C").reshape(-1, 3))


@kernel
def air_density(altitude: float, environment: Environment) -> float:
    """Density of the air [kg/m3] at an altitude [m], held below -2 km."""
    altitude = max(altitude, _AIR_BOTTOM)
    if environment.scale_height > 0.0:
        return environment.density_factor * exponential_density(
            altitude, environment.ground_density, environment.scale_height
        )
    return environment.density_factor * density(altitude)


@kernel
def interval(at: Floats, value: float) -> tuple[int, float]:
    """Number of the interval of the rising knots `at` (K,), K > 1, that holds `value`, and the share of it passed.

    The share is held within 0 to 1, so that beyond the knots the end values go on.
    """
    low, high = 0, at.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if value < at[middle]:
            high = middle
        else:
            low = middle
    return low, min(max((value - at[low]) / (at[high] - at[low]), 0.0), 1.0)


@kernel
def air_velocity(
    vx: float, vy: float, vz: float, altitude: float, nx: float, ny: float, nz: float, wind: Floats | None
) -> Vector:
    """Velocity [m/s] relative to the air, of a velocity relative to the Earth at an altitude [m] with normal n.

    The wind is linear between the altitudes of its table and constant beyond them.
    """
    if wind is None:
        return vx, vy, vz
    if wind.shape[0] == 0:
        return vx, vy, vz
    east, north = wind[0, 1], wind[0, 2]
    if wind.shape[0] > 1:
        i, share = interval(wind[:, 0], altitude)
        east = wind[i, 1] + share * (wind[i + 1, 1] - wind[i, 1])
        north = wind[i, 2] + share * (wind[i + 1, 2] - wind[i, 2])
    across = math.sqrt(nx * nx + ny * ny) + 1e-300  # at a pole east is along y, as in `sphere.compass`
    ex, ey = (-ny / across, nx / across) if across > 1e-12 else (0.0, 1.0)
    # north is n x east
    return (
        vx - east * ex + north * nz * ey,
        vy - east * ey - north * nz * ex,
        vz - north * (nx * ey - ny * ex),
    )


@kernel
def drag_deceleration(altitude: float, speed: float, ballistic_coefficient: float) -> float:
    """rho v2/(2 beta) [m/s2] at an altitude [m] and speed [m/s]; USSA 1976."""
    return 0.5 * density(max(altitude, _AIR_BOTTOM)) * speed * speed / ballistic_coefficient


@kernel
def _forces_of_body(time: float, altitude: float, speed: float, body: Body, environment: Environment) -> Vector:
    drag = 0.5 * air_density(altitude, environment) * speed * speed / body.ballistic_coefficient
    if body.lift_to_drag == 0.0:
        return drag, 0.0, 0.0
    bank = body.bank
    if body.bank_amplitude != 0.0:
        bank += body.bank_amplitude * math.sin(2.0 * math.pi * time / body.bank_period)
    return drag, min(drag * body.lift_to_drag, body.load_limit), bank


def air_forces(time: float, altitude: float, speed: float, body: Any, environment: Environment) -> Vector:
    """Drag and lift [m/s2, per mass] and the bank angle [rad] of a body at a speed [m/s] through the air.

    Kernels choose by the type of `body`: a Body here, a Vehicle in `aerodynamics`. Any named tuple for which this
    function is overloaded can fly.
    """
    raise TypeError(f"no air forces are defined for {type(body).__name__}")


def is_a(kind: Any, tuple_type: type) -> bool:
    """Whether numba's type `kind` is that of a named tuple."""
    return getattr(kind, "instance_class", None) is tuple_type


@overload(air_forces, strict=False)
def _choose_body(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Callable[..., Vector] | None:  # pyright: ignore[reportUnusedFunction]
    def forces(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Vector:
        return _forces_of_body(time, altitude, speed, body, environment)

    return forces if is_a(body, Body) else None


def has_thrust(body: Any) -> bool:
    """Whether a body is pushed where there is no air, too: a named tuple with `thrusts = True`."""
    return bool(getattr(body, "thrusts", False))


@overload(has_thrust, strict=False)
def _choose_thrust(body: Any) -> Callable[..., bool]:  # pyright: ignore[reportUnusedFunction]
    pushed = bool(getattr(getattr(body, "instance_class", None), "thrusts", False))

    def answer(body: Any) -> bool:
        return pushed

    return answer


@kernel
def _lift_direction(vx: float, vy: float, vz: float, nx: float, ny: float, nz: float, bank: float) -> Vector:
    """Unit vector across a unit velocity: in the vertical plane, upwards, then turned right by `bank` about it."""
    climb = vx * nx + vy * ny + vz * nz
    level = 1.0 - climb * climb
    if level < _STEEP * _STEEP:
        return 0.0, 0.0, 0.0
    size = 1.0 / math.sqrt(level)
    ux, uy, uz = (nx - climb * vx) * size, (ny - climb * vy) * size, (nz - climb * vz) * size
    if bank == 0.0:
        return ux, uy, uz
    c, s = math.cos(bank), math.sin(bank)
    return (
        c * ux + s * (vy * uz - vz * uy),
        c * uy + s * (vz * ux - vx * uz),
        c * uz + s * (vx * uy - vy * ux),
    )


@kernel
def acceleration(
    time: float,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    body: Any,
    environment: Environment,
) -> Vector:
    """Acceleration [m/s2] in rotating axes at position [m] and velocity [m/s], `time` [s] into the programme.

    `body` is a Body, or anything else that `air_forces` knows.
    """
    w = environment.rotation
    ax, ay, az = gravity(x, y, z, environment.mu, environment.radius, environment.j2)
    ax += w * (2.0 * vy + w * x)
    ay += w * (w * y - 2.0 * vx)
    top = environment.radius + _AIR_TOP
    if x * x + y * y + z * z > top * top and not has_thrust(body):
        return ax, ay, az
    altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    ux, uy, uz = air_velocity(vx, vy, vz, altitude, nx, ny, nz, environment.wind)
    speed = math.sqrt(ux * ux + uy * uy + uz * uz)
    if speed == 0.0:
        return ax, ay, az
    drag, lift, bank = air_forces(time, altitude, speed, body, environment)
    ux, uy, uz = ux / speed, uy / speed, uz / speed
    ax, ay, az = ax - drag * ux, ay - drag * uy, az - drag * uz
    if lift != 0.0:
        lx, ly, lz = _lift_direction(ux, uy, uz, nx, ny, nz, bank)
        ax, ay, az = ax + lift * lx, ay + lift * ly, az + lift * lz
    return ax, ay, az

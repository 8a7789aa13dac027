"""What moves a point mass over the rotating Earth: gravity, the Earth's rotation, drag and lift.

State is position and velocity in Earth-fixed axes (ECEF), velocity relative to the Earth, air at rest on the Earth.
Equations: docs/equations/flight.md.
"""

import math
from typing import NamedTuple

from sakimori.base.constants import WGS84_FLATTENING, WGS84_J2, WGS84_MU, WGS84_RADIUS, WGS84_ROTATION
from sakimori.base.kernels import kernel
from sakimori.earth.atmosphere import density
from sakimori.earth.gravity import gravity

Vector = tuple[float, float, float]

_AIR_TOP = 200e3  # [m] above it drag on a body of 1000 kg/m2 at 8 km/s stays under 1e-5 m/s2 and is left out
_AIR_BOTTOM = -2e3  # [m] trial steps may pass below ground: density is held from here down
_STEEP = 1e-9  # sine of the angle from the vertical under which lift has no direction, and is left out


class Environment(NamedTuple):
    """The Earth as an input: a sphere is flattening 0, no rotation is rotation 0, an inverse-square field is j2 0."""

    mu: float  # [m3/s2]
    radius: float  # [m] equatorial, also that of J2
    flattening: float
    j2: float
    rotation: float  # [rad/s]


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


@kernel
def drag_deceleration(altitude: float, speed: float, ballistic_coefficient: float) -> float:
    """rho v2/(2 beta) [m/s2] at an altitude [m] and speed [m/s]; USSA 1976."""
    return 0.5 * density(max(altitude, _AIR_BOTTOM)) * speed * speed / ballistic_coefficient


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
    body: Body,
    environment: Environment,
) -> Vector:
    """Acceleration [m/s2] in rotating axes at position [m] and velocity [m/s], `time` [s] into the bank programme."""
    w = environment.rotation
    ax, ay, az = gravity(x, y, z, environment.mu, environment.radius, environment.j2)
    ax += w * (2.0 * vy + w * x)
    ay += w * (w * y - 2.0 * vx)
    top = environment.radius + _AIR_TOP
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    if x * x + y * y + z * z > top * top or speed == 0.0:
        return ax, ay, az
    altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    drag = drag_deceleration(altitude, speed, body.ballistic_coefficient)
    ux, uy, uz = vx / speed, vy / speed, vz / speed
    ax, ay, az = ax - drag * ux, ay - drag * uy, az - drag * uz
    if body.lift_to_drag != 0.0:
        bank = body.bank
        if body.bank_amplitude != 0.0:
            bank += body.bank_amplitude * math.sin(2.0 * math.pi * time / body.bank_period)
        lift = min(drag * body.lift_to_drag, body.load_limit)
        lx, ly, lz = _lift_direction(ux, uy, uz, nx, ny, nz, bank)
        ax, ay, az = ax + lift * lx, ay + lift * ly, az + lift * lz
    return ax, ay, az

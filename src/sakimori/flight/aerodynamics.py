"""Vehicles with coefficients of their own: constants, polynomials in the angle of attack, or tables over it and Mach.

A coefficient is that of lift or drag across and along the velocity through the air. There is no side force: lift is
turned by the bank angle.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba.extending import overload  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.atmosphere import speed_of_sound
from sakimori.flight.controls import Programme, commanded, energy
from sakimori.flight.motion import (
    Body,
    Environment,
    Vector,
    air_density,
    air_forces,
    air_velocity,
    altitude_and_normal,
    interval,
    is_a,
)


class Coefficient(NamedTuple):
    """A lift or drag coefficient. Made by `polynomial` or `table`."""

    powers: Floats  # (P,) of the angle of attack [rad], the constant first; not read where there is a table
    mach: Floats  # (M,) rising; M = 0: no table
    angle: Floats  # (A,) [rad] rising
    values: Floats  # (M, A)


class Vehicle(NamedTuple):
    """A point mass with coefficients, flown by a programme."""

    area_per_mass: float  # [m2/kg] reference area over mass
    lift: Coefficient
    drag: Coefficient
    programme: Programme


def polynomial(powers: npt.ArrayLike) -> Coefficient:
    """A coefficient c0 + c1 a + c2 a2 + ... of the angle of attack a [rad]; one number is a constant."""
    numbers = np.array(powers, dtype=np.float64, order="C").reshape(-1)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise InputError("polynomial", f"{numbers.size} numbers", "finite numbers, one or more", "Give a constant.")
    return Coefficient(numbers, np.empty(0), np.empty(0), np.empty((0, 0)))


def table(mach: npt.ArrayLike, angle: npt.ArrayLike, values: npt.ArrayLike) -> Coefficient:
    """A coefficient (M, A) over Mach (M,) and angle of attack (A,) [rad], bilinear, held beyond the table's edges.

    Raises InputError where the sizes do not agree or an axis does not rise.
    """
    rows, columns, inside = (np.array(a, dtype=np.float64, order="C") for a in (mach, angle, values))
    fits = rows.ndim == columns.ndim == 1 and inside.shape == (rows.size, columns.size) and inside.size > 0
    if not fits or not all(np.isfinite(a).all() for a in (rows, columns, inside)):
        got = f"{rows.size} Mach numbers, {columns.size} angles and values of shape {inside.shape}"
        raise InputError("table", got, "finite values, a row for each Mach number", "Complete the table.")
    if not ((np.diff(rows) > 0.0).all() and (np.diff(columns) > 0.0).all()):
        raise InputError("table", "an axis that does not rise", "rising axes", "Sort the table.")
    return Coefficient(np.zeros(1), rows, columns, inside)


def vehicle_of(body: Body, programme: Programme) -> Vehicle:
    """A body with constant lift-to-drag ratio and ballistic coefficient, banked by a programme."""
    return Vehicle(1.0 / body.ballistic_coefficient, polynomial(body.lift_to_drag), polynomial(1.0), programme)


@kernel
def coefficient(mach: float, angle: float, of: Coefficient) -> float:
    """Value of a coefficient at a Mach number and an angle of attack [rad]."""
    if of.mach.size == 0:
        total = 0.0
        for i in range(of.powers.size - 1, -1, -1):
            total = total * angle + of.powers[i]
        return total
    i, up = interval(of.mach, mach) if of.mach.size > 1 else (0, 0.0)
    j, along = interval(of.angle, angle) if of.angle.size > 1 else (0, 0.0)
    k, m = min(i + 1, of.mach.size - 1), min(j + 1, of.angle.size - 1)
    low = of.values[i, j] + along * (of.values[i, m] - of.values[i, j])
    high = of.values[k, j] + along * (of.values[k, m] - of.values[k, j])
    return low + up * (high - low)


@kernel
def attitude(time: float, altitude: float, speed: float, vehicle: Vehicle, environment: Environment) -> Vector:
    """Mach number, angle of attack and bank [rad]; Mach by the speed of sound of USSA 1976 in any atmosphere."""
    at = time
    if vehicle.programme.by_energy != 0.0:
        at = energy(altitude, speed, environment.mu, environment.radius)
    angle, bank = commanded(at, vehicle.programme)
    return speed / speed_of_sound(altitude), angle, bank


@kernel
def _forces_of_vehicle(
    time: float, altitude: float, speed: float, vehicle: Vehicle, environment: Environment
) -> Vector:
    mach, angle, bank = attitude(time, altitude, speed, vehicle, environment)
    push = 0.5 * air_density(altitude, environment) * speed * speed * vehicle.area_per_mass
    drag, lift = push * coefficient(mach, angle, vehicle.drag), push * coefficient(mach, angle, vehicle.lift)
    return drag, lift, bank


@overload(air_forces, strict=False)
def _choose_vehicle(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Callable[..., Vector] | None:  # pyright: ignore[reportUnusedFunction]
    def forces(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Vector:
        return _forces_of_vehicle(time, altitude, speed, body, environment)

    return forces if is_a(body, Vehicle) else None


@kernel
def loads(times: Floats, states: Floats, vehicle: Vehicle, environment: Environment) -> Floats:
    """Rows of angle of attack, bank [rad], Mach, dynamic pressure [Pa], drag, lift [m/s2] (K, 6) of states (K, 6)."""
    out = np.empty((times.size, 6))
    for k in range(times.size):
        x, y, z, vx, vy, vz = states[k]
        altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
        ux, uy, uz = air_velocity(vx, vy, vz, altitude, nx, ny, nz, environment.wind)
        speed = math.sqrt(ux * ux + uy * uy + uz * uz)
        mach, angle, bank = attitude(times[k], altitude, speed, vehicle, environment)
        drag, lift, _ = _forces_of_vehicle(times[k], altitude, speed, vehicle, environment)
        pressure = 0.5 * air_density(altitude, environment) * speed * speed
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = angle, bank, mach, pressure
        out[k, 4], out[k, 5] = drag, lift
    return out


def angle_range(of: Coefficient) -> tuple[float, float]:
    """Lowest and highest angle of attack [rad] for which a coefficient is given; infinite for a polynomial."""
    return (float(of.angle[0]), float(of.angle[-1])) if of.mach.size else (-math.inf, math.inf)

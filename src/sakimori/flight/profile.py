"""One point mass from a given start: the low-level flight that the published check cases are flown with."""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic, geodetic_from_ecef
from sakimori.flight.aerodynamics import Vehicle
from sakimori.flight.integrator import LONGEST, NEVER, Clock, Limits, Stop, integrate
from sakimori.flight.motion import WGS84, Body, Environment, plain

MOST_SAMPLES = 1_000_000
NO_LIMITS = Limits(math.nan, math.nan)
# A single flight may cost more than one of a raid: 0.1 mm and 1 um/s per step keep the energy of an arc to 1e-9.
STRICT = 100.0


class Profile(NamedTuple):
    """A flight sampled at equal steps, with its end as the last row; every array has shape (K,)."""

    time: Floats  # [s]
    latitude: Floats  # [rad] geodetic
    longitude: Floats  # [rad]
    altitude: Floats  # [m]
    speed: Floats  # [m/s] relative to the Earth
    angle: Floats  # [rad] flight path above the horizontal
    heading: Floats  # [rad] clockwise from north; of a vertical or resting body 0
    apogee: float  # [m] highest altitude, located between the samples
    stop: Stop


@kernel
def velocity_ecef(
    latitude: float, longitude: float, speed: float, angle: float, heading: float
) -> tuple[float, float, float]:
    """Earth-fixed velocity [m/s] of a speed [m/s], flight-path angle and heading [rad] at a geodetic place [rad]."""
    ex, ey, ez, nx, ny, nz, ux, uy, uz = enu_axes(latitude, longitude)
    level, up = speed * math.cos(angle), speed * math.sin(angle)
    east, north = level * math.sin(heading), level * math.cos(heading)
    return (
        east * ex + north * nx + up * ux,
        east * ey + north * ny + up * uy,
        east * ez + north * nz + up * uz,
    )


@kernel
def _describe(states: Floats, radius: float, flattening: float) -> Floats:
    """Rows of latitude, longitude, altitude, speed, angle, heading (K, 6) of states (K, 6)."""
    out = np.empty_like(states)
    for i in range(states.shape[0]):
        x, y, z, vx, vy, vz = states[i]
        latitude, longitude, altitude = geodetic_from_ecef(x, y, z, radius, flattening)
        ex, ey, ez, nx, ny, nz, ux, uy, uz = enu_axes(latitude, longitude)
        east, north = vx * ex + vy * ey + vz * ez, vx * nx + vy * ny + vz * nz
        up = vx * ux + vy * uy + vz * uz
        out[i, 0], out[i, 1], out[i, 2] = latitude, longitude, altitude
        out[i, 3] = math.sqrt(vx * vx + vy * vy + vz * vz)
        out[i, 4] = math.atan2(up, math.sqrt(east * east + north * north))
        out[i, 5] = math.atan2(east, north) % (2.0 * math.pi)
    return out


class Trace(NamedTuple):
    """A flight as states sampled at equal steps, with its end as the last row."""

    time: Floats  # (K,) [s]
    state: Floats  # (K, 6) ECEF [m] and [m/s], relative to the Earth
    apogee: float  # [m] highest altitude, located between the samples
    stop: Stop


def trace(
    start: Floats,
    body: Body | Vehicle,
    *,
    step: float,
    stop_time: float,
    stop_altitude: float = 0.0,
    limits: Limits = NO_LIMITS,
    environment: Environment = WGS84,
    strictness: float = STRICT,
) -> Trace:
    """Fly one point mass from a state (6,) [m, m/s] in rotating axes; see `integrate` for the ways in which it ends.

    Raises InputError where step or stop_time is not positive, or the samples would be more than a million.
    """
    if not (step > 0.0 and stop_time > 0.0 and math.isfinite(stop_time)):
        raise InputError("profile", f"step {step}, stop_time {stop_time}", "both above 0", "Give them in seconds.")
    if stop_time / step > MOST_SAMPLES:
        got = f"step {step} over {stop_time} s"
        raise InputError("profile", got, f"at most {MOST_SAMPLES} samples", "Lengthen the step.")
    samples = np.empty((int(stop_time / step) + 2, 6))
    samples[0] = start
    if isinstance(body, Body):
        body = Body(*(float(value) for value in body))
    begin, clock, environment = np.array(start, dtype=np.float64), Clock(float(step), 0.0), plain(environment)
    ends = float(stop_time), float(stop_altitude), NEVER
    code, time, end, apogee, index = integrate(
        0.0, begin, body, environment, *ends, clock, 1, samples, limits, float(strictness)
    )
    times = np.array([step * k for k in range(index)])
    if time > times[-1]:
        samples[index], times, index = end, np.append(times, time), index + 1
    return Trace(times, samples[:index].copy(), apogee, Stop(code))


def describe(state: Floats, environment: Environment) -> Floats:
    """Latitude, longitude [rad], altitude [m], speed [m/s], angle and heading [rad] (K, 6) of states (K, 6)."""
    return _describe(np.ascontiguousarray(state), environment.radius, environment.flattening)


def profile(
    latitude: float,
    longitude: float,
    altitude: float,
    speed: float,
    angle: float,
    heading: float,
    *,
    body: Body | Vehicle,
    step: float = 1.0,
    stop_altitude: float = 0.0,
    stop_time: float = LONGEST,
    environment: Environment = WGS84,
) -> Profile:
    """Fly one point mass from a geodetic start [rad, m] with a speed [m/s], angle and heading [rad] in rotating axes.

    The flight ends at `stop_time` [s], or where it falls through `stop_altitude` [m] (within 1e-3 m). Samples stand
    every `step` [s]. Raises InputError where step or stop_time is not positive.
    """
    place = ecef_from_geodetic(latitude, longitude, altitude, environment.radius, environment.flattening)
    start = np.array([*place, *velocity_ecef(latitude, longitude, speed, angle, heading)])
    flown = trace(start, body, step=step, stop_time=stop_time, stop_altitude=stop_altitude, environment=environment)
    table = describe(flown.state, environment)
    latitudes, longitudes, altitudes, speeds, angles, headings = (table[:, i].copy() for i in range(6))
    return Profile(flown.time, latitudes, longitudes, altitudes, speeds, angles, headings, flown.apogee, flown.stop)

"""Infrared radiant intensity of a glider in 1.4 to 3.0 um, by face: a range from laminar to turbulent heating.

The glider is a wedge with flat faces (above, below, two sides, the tip of the nose ahead). Each takes in heat as a
plate inclined to the flow (heating.py) and radiates it in the same instant; seen from a direction it is the sum over
the faces turned to that direction. One table per shape over density and speed is built once; samples interpolate.
"""

import functools
import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.heating import (
    SPECIFIC_HEAT,
    band_radiance,
    laminar_wall,
    stagnation_flux,
    turbulent_wall,
    wall_temperature,
)

BAND = 1.4e-6, 3.0e-6  # [m] the short-wave band in which every intensity of the package is stated
FACES = 5  # above, below, right, left, ahead

_AIR_TEMPERATURE = 240.0  # [K] between 20 and 70 km it stays within 30 K: under 1 % of the total enthalpy at 3 km/s
_STRIPS = 16
_NODES = 48  # of the table, along each axis
_THIN, _DENSE = math.log(1e-6), math.log(2.0)  # [log kg/m3]
_SLOW, _FAST = math.log(250.0), math.log(8000.0)  # [log m/s]
_DARK = 1e-9  # [W/sr] least intensity of a table


class Wedge(NamedTuple):
    """A glider with a triangular front and a rear of one width; its bottom stands for what is not published of it."""

    nose_radius: float  # [m]
    front_length: float  # [m] of the triangular part
    length: float  # [m]
    width: float  # [m] of the rear part
    front_angle: float  # [rad] of the upper face against the flow
    rear_angle: float  # [rad]
    side_angle: float  # [rad] half the angle of the triangle
    emissivity: float


class Glow(NamedTuple):
    """Radiant intensities [W/sr] of a wedge in BAND."""

    above: float  # of the upper face, seen from above; the view from below is taken to be as bright
    side: float  # of one side of the triangular part, seen from that side
    nose: float  # of the disc of the nose, seen from ahead


# The HTV-2-like vehicle of Tracy and Wright 2020 (its public appendix): a carbon shell, angles of the upper side.
STUDY_VEHICLE = Wedge(0.034, 2.9, 3.67, 2.2, math.radians(11.3), math.radians(7.6), math.radians(22.3), 0.85)


@kernel
def _radiance(density: float, speed: float, angle: float, x: float, air: float, e: float, turbulent: bool) -> float:
    """In-band radiance [W/(m2 sr)] of a plate at a distance x [m]."""
    if turbulent:
        kelvin = turbulent_wall(density, speed, angle, x, air, e)
    else:
        kelvin = laminar_wall(density, speed, angle, x, air, e)
    return e * band_radiance(kelvin, BAND[0], BAND[1])


@kernel
def glow(wedge: Wedge, density: float, speed: float, air_temperature: float, turbulent: bool) -> Glow:
    """Intensities of a wedge under a laminar layer, or under one that is turbulent from the tip on.

    A side is as high as the upper face has risen; behind the triangular part it lies along the flow and stays dark. The
    nose has the temperature of its stagnation point (laminar always). Density [kg/m3], speed [m/s] through the air.
    Leading edges, flaps, the wake and the base are left out. About 20 us.
    """
    w, e = wedge, wedge.emissivity
    along, across = 1.0 / math.cos(w.front_angle), 1.0 / math.cos(w.side_angle)
    above, side = 0.0, 0.0
    strip = (w.front_length - w.nose_radius) / _STRIPS
    for i in range(_STRIPS):
        x = w.nose_radius + (i + 0.5) * strip
        top = _radiance(density, speed, w.front_angle, x * along, air_temperature, e, turbulent)
        flank = _radiance(density, speed, w.side_angle, x * across, air_temperature, e, turbulent)
        above += top * 2.0 * x * math.tan(w.side_angle) * strip
        side += flank * x * math.tan(w.front_angle) * strip
    strip = (w.length - w.front_length) / _STRIPS
    for i in range(_STRIPS):
        x = w.front_length * along + (i + 0.5) * strip / math.cos(w.rear_angle)
        above += _radiance(density, speed, w.rear_angle, x, air_temperature, e, turbulent) * w.width * strip
    flux = stagnation_flux(density, speed, w.nose_radius)
    nose = e * band_radiance(wall_temperature(flux, speed, air_temperature, e, SPECIFIC_HEAT), BAND[0], BAND[1])
    return Glow(above, side, nose * math.pi * w.nose_radius**2)


@kernel
def from_ahead(seen: Glow, front_angle: float, side_angle: float) -> float:
    """Intensity [W/sr] from straight ahead: the nose, the upper face and both sides."""
    return seen.nose + math.tan(front_angle) * seen.above + 2.0 * math.tan(side_angle) * seen.side


class GlowTable(NamedTuple):
    """What `glow` answers, for samples: logarithms of the intensities over those of density and speed."""

    logs: Floats  # (_NODES, _NODES, 5) above laminar, above turbulent, side laminar, side turbulent, nose
    rise: float  # tangent of the front angle: how far the upper face is turned ahead
    sweep: float  # tangent of the side angle


@kernel
def _tabulated(wedge: Wedge) -> Floats:
    """The logarithms of a GlowTable, (_NODES, _NODES, 5)."""
    logs = np.empty((_NODES, _NODES, 5))
    for i in range(_NODES):
        density = math.exp(_THIN + (_DENSE - _THIN) * i / (_NODES - 1))
        for j in range(_NODES):
            speed = math.exp(_SLOW + (_FAST - _SLOW) * j / (_NODES - 1))
            calm = glow(wedge, density, speed, _AIR_TEMPERATURE, False)
            rough = glow(wedge, density, speed, _AIR_TEMPERATURE, True)
            values = (calm.above, rough.above, calm.side, rough.side, calm.nose)
            for c in range(5):
                logs[i, j, c] = math.log(max(values[c], _DARK))
    return logs


@functools.lru_cache(maxsize=8)
def glow_table(wedge: Wedge = STUDY_VEHICLE) -> GlowTable:
    """The table of a shape, built once (0.1 s): air of 240 K, 1e-6 to 2 kg/m3, 250 to 8000 m/s, held beyond.

    Interpolated, an intensity above 10 W/sr is within 1 % of `glow`, except next to 4 km/s, where the turbulent law
    jumps and the table bridges it over 8 % of speed: within 10 %.
    """
    wedge = Wedge(*(float(value) for value in wedge))
    logs = _tabulated(wedge)
    logs.flags.writeable = False
    return GlowTable(logs, math.tan(wedge.front_angle), math.tan(wedge.side_angle))


@kernel
def blended(density: float, speed: float, turbulence: float, table: GlowTable) -> Glow:
    """Intensities [W/sr] at a density [kg/m3] and speed [m/s], the geometric mean of laminar (0) and turbulent (1)."""
    last = _NODES - 1.000001
    a = min(max((math.log(max(density, 1e-30)) - _THIN) * ((_NODES - 1) / (_DENSE - _THIN)), 0.0), last)
    b = min(max((math.log(max(speed, 1.0)) - _SLOW) * ((_NODES - 1) / (_FAST - _SLOW)), 0.0), last)
    i, j = int(a), int(b)
    a, b = a - i, b - j
    u, v = 1.0 - turbulence, turbulence
    logs = table.logs
    above, side, nose = 0.0, 0.0, 0.0
    for p in range(2):
        for q in range(2):
            share = (a if p == 1 else 1.0 - a) * (b if q == 1 else 1.0 - b)
            node = logs[i + p, j + q]
            above += share * (u * node[0] + v * node[1])
            side += share * (u * node[2] + v * node[3])
            nose += share * node[4]
    return Glow(math.exp(above), math.exp(side), math.exp(nose))


@kernel
def write_faces(state: Floats, density: float, turbulence: float, table: GlowTable, faces: Floats) -> None:
    """Write the faces (FACES, 3) of a glider: intensity square on [W/sr] times the outward normal, Earth-fixed axes.

    The body points along its velocity, upright in the vertical plane: a bank does not turn it. `state` (6,) ECEF
    [m], [m/s]; density [kg/m3]. The flat bottom is as bright as the upper face.
    """
    x, y, z, vx, vy, vz = state
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    fx, fy, fz = vx / speed, vy / speed, vz / speed
    climb = x * fx + y * fy + z * fz
    ux, uy, uz = x - climb * fx, y - climb * fy, z - climb * fz
    length = math.sqrt(ux * ux + uy * uy + uz * uz)
    ux, uy, uz = ux / length, uy / length, uz / length
    seen = blended(density, speed, turbulence, table)
    right = (fy * uz - fz * uy, fz * ux - fx * uz, fx * uy - fy * ux)
    ahead, up = (fx, fy, fz), (ux, uy, uz)
    for c in range(3):
        faces[0, c] = seen.above * (up[c] + table.rise * ahead[c])
        faces[1, c] = -seen.above * up[c]
        faces[2, c] = seen.side * (right[c] + table.sweep * ahead[c])
        faces[3, c] = seen.side * (-right[c] + table.sweep * ahead[c])
        faces[4, c] = seen.nose * ahead[c]

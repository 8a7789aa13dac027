"""Orbits of sensors: two-body with secular J2, published element sets (SGP4), geostationary places, constellations.

Inertial means the true equator and mean equinox of date, as in `earth.frames`. UTC is taken for UT1.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from sgp4.api import SGP4_ERRORS, Satrec  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.constants import WGS84_J2, WGS84_MU, WGS84_RADIUS, WGS84_ROTATION
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.frames import ecef_from_eci, rotation_angle

_DAY = 86400.0  # [s]
_ECCENTRICITY_MAX = 0.99  # Kepler's equation is solved to rounding up to here


@dataclass(frozen=True, kw_only=True)
class Orbit:
    """An elliptic orbit: its elements in the inertial frame at the raid clock's zero. Errors: InputError."""

    semi_major_axis: float  # [m]
    eccentricity: float = 0.0  # 0 to 0.99
    inclination: float  # [rad] 0 to pi
    raan: float = 0.0  # [rad] right ascension of the ascending node
    argument_of_perigee: float = 0.0  # [rad]
    mean_anomaly: float = 0.0  # [rad]
    j2: float = WGS84_J2  # for the secular drifts of node, perigee and anomaly; 0 for a fixed ellipse

    def __post_init__(self) -> None:
        if not 0.0 <= self.eccentricity <= _ECCENTRICITY_MAX:
            raise InputError("orbit", f"eccentricity {self.eccentricity}", "0 to 0.99", "Use an element set instead.")
        perigee = self.semi_major_axis * (1.0 - self.eccentricity)
        if not WGS84_RADIUS < perigee < math.inf:
            raise InputError("orbit", f"perigee radius {perigee:.0f} m", "above the Earth", "Raise the orbit.")


@dataclass(frozen=True)
class ElementSet:
    """A published two-line element set, propagated with SGP4. Errors: InputError where a line is not one."""

    line1: str
    line2: str

    def __post_init__(self) -> None:
        for number, line in ((1, self.line1), (2, self.line2)):
            if not line.startswith(f"{number} ") or len(line) < 69 or not line[68].isdigit():
                raise InputError(f"element set line {number}", repr(line), "69 columns", "Copy the line unchanged.")
            if _checksum(line) != int(line[68]):
                got = f"checksum {line[68]} on {line!r}"
                raise InputError(f"element set line {number}", got, f"checksum {_checksum(line)}", "Copy it unchanged.")
        if self.line1[2:7] != self.line2[2:7]:
            got = f"satellites {self.line1[2:7]} and {self.line2[2:7]}"
            raise InputError("element set", got, "the same satellite", "Pair the lines that belong together.")


@dataclass(frozen=True)
class Geostationary:
    """A sensor that stays over the equator at `longitude` [rad]."""

    longitude: float


AnyOrbit: TypeAlias = Orbit | ElementSet | Geostationary


def _checksum(line: str) -> int:
    return sum(1 if c == "-" else int(c) for c in line[:68] if c in "-0123456789") % 10


def parse_element_sets(text: str) -> tuple[tuple[str, ElementSet], ...]:
    """Pairs (name, element set) of a two- or three-line element file's text; the number in column 3 where no name.

    Empty lines and lines that start with # are passed over. Errors: InputError with the line's number.
    """
    found: list[tuple[str, ElementSet]] = []
    name, first = "", ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("2 ") and first:
            try:
                found.append((name or line[2:7].strip(), ElementSet(first, line)))
            except InputError as error:
                place = f"element sets, line {number}"
                raise InputError(place, error.got, error.expected, error.mend) from None
            name, first = "", ""
        elif first:
            raise InputError(f"element sets, line {number}", repr(line), 'a line "2 ..."', "Restore the missing line.")
        elif line.startswith("1 ") and len(line) >= 69:
            first = line
        else:
            name = line.removeprefix("0 ").strip()
    if first:
        raise InputError("element sets, last line", repr(first), 'a line "2 ..." after it', "Restore it.")
    return tuple(found)


@kernel
def eccentric_anomaly(mean_anomaly: float, eccentricity: float) -> float:
    """Solve Kepler's equation E - e sin E = M by Newton's method; radians, `eccentricity` 0 to 0.99."""
    mean = mean_anomaly - 2.0 * math.pi * math.floor(mean_anomaly / (2.0 * math.pi) + 0.5)
    if eccentricity == 0.0:
        return mean
    e = mean + 0.85 * eccentricity * (1.0 if mean >= 0.0 else -1.0)  # Danby's start
    for _ in range(30):
        step = (e - eccentricity * math.sin(e) - mean) / (1.0 - eccentricity * math.cos(e))
        e -= step
        if abs(step) < 1e-14:
            break
    return e


@kernel
def _orbit_paths(elements: Floats, times: Floats, earth: Floats, mu: float, radius: float) -> Floats:
    """Paths (S, K, 3) of orbits given by rows of a, e, i, node, perigee, J2 and mean anomaly.

    `earth` (2, K) are cosine and sine of the angle at which the axes stand. Neighbours that differ in their mean
    anomaly only (satellites of one plane) share the turns of node and perigee.
    """
    count = times.size
    paths = np.empty((elements.shape[0], count, 3))
    turns = np.empty((count, 4))  # cosine and sine of the node, of the perigee
    for s in range(elements.shape[0]):
        a, e, i, node, perigee, j2, mean = elements[s]
        motion = math.sqrt(mu / (a * a * a))
        bulge = 1.5 * j2 * (radius / (a * (1.0 - e * e))) ** 2 * motion  # Vallado 2013, ch. 9
        c = math.cos(i)
        node_rate, perigee_rate = -bulge * c, bulge * (2.5 * c * c - 0.5)
        mean_rate = motion + bulge * math.sqrt(1.0 - e * e) * (1.5 * c * c - 0.5)
        same = s > 0
        for field in range(6):
            same = same and elements[s, field] == elements[s - 1, field]
        for k in range(0 if same else count):
            n, w = node + node_rate * times[k], perigee + perigee_rate * times[k]
            turns[k, 0], turns[k, 1], turns[k, 2], turns[k, 3] = math.cos(n), math.sin(n), math.cos(w), math.sin(w)
        width, ci, si = math.sqrt(1.0 - e * e), math.cos(i), math.sin(i)
        for k in range(count):
            anomaly = eccentric_anomaly(mean + mean_rate * times[k], e)
            p, q = a * (math.cos(anomaly) - e), a * width * math.sin(anomaly)  # perifocal axes
            cn, sn, cw, sw = turns[k]
            along, across = p * cw - q * sw, p * sw + q * cw  # from the node, and 90 deg on
            x, y = along * cn - across * ci * sn, along * sn + across * ci * cn
            ce, se = earth[0, k], earth[1, k]
            paths[s, k, 0], paths[s, k, 1], paths[s, k, 2] = ce * x + se * y, ce * y - se * x, across * si
    return paths


@kernel
def _rotation_angles(julian_date: float, times: Floats) -> Floats:
    """`rotation_angle` at each of `times` (K,) [s] after the date."""
    return np.array([rotation_angle(julian_date, t / _DAY) for t in times])


def positions_eci(orbit: Orbit, times: Floats) -> Floats:
    """Inertial positions (K, 3) [m] at `times` (K,) [s after the raid clock's zero]. Source: Vallado 2013, ch. 9."""
    moments = np.ascontiguousarray(times, dtype=np.float64)
    return _paths([orbit], moments, np.zeros(moments.size))[0]


def _paths(orbits: Sequence[Orbit], times: Floats, angles: Floats) -> Floats:
    """Positions (S, K, 3) of several orbits in axes that stand at `angles` (K,) [rad] to the inertial ones."""
    elements = [
        (o.semi_major_axis, o.eccentricity, o.inclination, o.raan, o.argument_of_perigee, o.j2, o.mean_anomaly)
        for o in orbits
    ]
    rows, earth = np.array(elements, dtype=np.float64).reshape(-1, 7), np.stack([np.cos(angles), np.sin(angles)])
    return _orbit_paths(rows, times, earth, WGS84_MU, WGS84_RADIUS)


@functools.lru_cache(maxsize=4096)
def _satellite(line1: str, line2: str) -> Satrec:
    return Satrec.twoline2rv(line1, line2)  # pyright: ignore


def positions_teme(elements: ElementSet, julian_date: float, times: Floats) -> Floats:
    """Inertial positions (K, 3) [m] by SGP4 at `times` (K,) [s] after `julian_date` [day UTC].

    Errors: InputError where SGP4 refuses (decayed...). A set some weeks old is kilometres off.
    """
    dates = np.full(times.shape, float(julian_date))
    satellite = _satellite(elements.line1, elements.line2)
    codes, position, _ = satellite.sgp4_array(dates, times / _DAY)  # pyright: ignore
    bad = codes[codes != 0]
    if bad.size:
        got = f"no position at Julian date {julian_date}: {SGP4_ERRORS.get(int(bad[0]), bad[0])}"
        raise InputError(f"element set {elements.line1[2:7].strip()}", got, "an orbit", "Use a set of nearer date.")
    return np.asarray(position) * 1e3


def geostationary_position(longitude: float) -> Floats:
    """Earth-fixed position (3,) [m] over the equator where one orbit takes one turn of the Earth (J2 left out)."""
    radius = (WGS84_MU / WGS84_ROTATION**2) ** (1.0 / 3.0)
    return radius * np.array([math.cos(longitude), math.sin(longitude), 0.0])


def positions_ecef(orbits: Sequence[AnyOrbit], julian_date: float, times: Floats) -> Floats:
    """Earth-fixed positions (S, K, 3) [m] of `orbits` (S) at `times` (K,) [s] after `julian_date` [day UTC].

    Errors: InputError from SGP4.
    """
    moments = np.ascontiguousarray(times, dtype=np.float64)
    angles = _rotation_angles(float(julian_date), moments)
    positions = np.empty((len(orbits), moments.size, 3))
    free = [s for s, orbit in enumerate(orbits) if isinstance(orbit, Orbit)]
    positions[free] = _paths([o for o in orbits if isinstance(o, Orbit)], moments, angles)
    for s, orbit in enumerate(orbits):
        if isinstance(orbit, Geostationary):
            positions[s] = geostationary_position(orbit.longitude)
        elif isinstance(orbit, ElementSet):
            positions[s] = ecef_from_eci(positions_teme(orbit, julian_date, moments), angles)
    return positions


def walker(
    total: int,
    planes: int,
    phasing: float,
    inclination: float,
    altitude: float,
    star: bool = False,
    raan0: float = 0.0,
    anomaly0: float = 0.0,
    spacing: float | None = None,
) -> tuple[Orbit, ...]:
    """Walker's constellation total/planes/phasing on circular orbits, plane by plane.

    Nodes spread over 2 pi, or over pi with `star`, or stand `spacing` apart. A satellite leads its neighbour in the
    plane before by 2 pi phasing / total. `inclination`, `raan0`, `anomaly0`, `spacing` [rad], `altitude` [m] above the
    equator's radius.
    Errors: InputError where `total` is not a multiple of `planes`. Source: Walker, JBIS 24 (1971) 369.
    """
    if planes < 1 or total < 1 or total % planes:
        got, expected = f"{total} satellites in {planes} planes", "a whole number per plane"
        raise InputError("constellation", got, expected, "Change total or planes.")
    turn, each = 2.0 * math.pi, total // planes
    spread = (turn / 2 if star else turn) if spacing is None else spacing * planes
    return tuple(
        Orbit(
            semi_major_axis=WGS84_RADIUS + altitude,
            inclination=inclination,
            raan=raan0 + spread * plane / planes,
            mean_anomaly=anomaly0 + turn * (slot / each + plane * phasing / total),
        )
        for plane in range(planes)
        for slot in range(each)
    )


def rosette(
    total: int,
    planes: int,
    phasing: float,
    inclination: float,
    altitude: float,
    raan0: float = 0.0,
    anomaly0: float = 0.0,
) -> tuple[Orbit, ...]:
    """Ballard's rosette (total, planes, phasing): satellite i at node 2 pi i / planes, phase `phasing` times that.

    `inclination`, `raan0`, `anomaly0` [rad], `altitude` [m] above the equator's radius; `phasing` may be
    a fraction with denominator total / planes. Errors: as `walker`. Source: Ballard, IEEE Trans. AES-16 (1980)
    656, eq. 1.
    """
    if planes < 1 or total < 1 or total % planes:
        got, expected = f"{total} satellites in {planes} planes", "a whole number per plane"
        raise InputError("constellation", got, expected, "Change total or planes.")
    nodes = [2.0 * math.pi * i / planes for i in range(total)]
    a = WGS84_RADIUS + altitude
    return tuple(
        Orbit(semi_major_axis=a, inclination=inclination, raan=raan0 + node, mean_anomaly=anomaly0 + phasing * node)
        for node in nodes
    )

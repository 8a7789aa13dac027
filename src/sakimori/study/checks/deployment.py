"""Checks on geometry: sites, sectors, reach, distances of flight, orbits."""

import math
from collections.abc import Iterator

from sakimori.earth.geodesy import destination, distance_and_bearing
from sakimori.study.checks.common import View
from sakimori.study.findings import Finding

_HIGH_GROUND = 5e3  # [m]
_SAME = 1.0  # [m]
_LOW_ORBIT = 3e5  # [m]
_FAR = 3e6  # [m] from every sensor and layer
_FRACTIONS = (0.0, 0.25, 0.5, 0.75)  # of the way from launch to target


def sites(view: View) -> Iterator[Finding]:
    """GEO01, GEO02: impossible heights and forgotten sites."""
    for plan in (*view.radars, *view.layers):
        altitude = view.range_of(plan, "altitude")[1]
        if altitude > _HIGH_GROUND and not plan.circuit:
            got = f"'{plan.asset}' at {altitude:.6g} m"
            yield view.finding("GEO01", (*view.path_of(plan), "at"), got, f"below {_HIGH_GROUND:g} m")
        if view.site(plan) == (0.0, 0.0):
            path = (*view.path_of(plan), "at")
            yield view.finding("GEO02", path, f"'{plan.asset}' at 0 N 0 E", "its site")


def _axes(view: View) -> Iterator[tuple[float, float, float, float]]:
    """Latitude and longitude [rad] of launch and aim of what may fly: three bearings of each group and place."""
    for row in view.plan.rows:
        yield (*row.launch, *row.aim)
    if view.plan.raid is None:
        return
    for group in view.plan.raid.groups:
        bearings, distance = view.extremes(group.bearing), view.middle(group.range)
        for _, latitude, longitude in view.targets():
            for bearing in (*bearings, 0.5 * sum(bearings)):
                yield (*destination(latitude, longitude, bearing, distance), latitude, longitude)


def sectors(view: View) -> Iterator[Finding]:
    """GEO03: a radar that looks away from everything that may fly."""
    axes = list(_axes(view))
    points = [
        (a + f * (c - a), b + f * math.remainder(d - b, 2.0 * math.pi)) for a, b, c, d in axes for f in _FRACTIONS
    ]
    for plan in view.radars:
        low, high = view.range_of(plan, "boresight")
        faces = max(round(view.typical(plan, "faces")), 1) if plan.term("faces") else 1
        spacing = (view.typical(plan, "face_spacing") if plan.term("face_spacing") else 0.0) or 2.0 * math.pi / faces
        low, high = low, high + (faces - 1) * spacing
        half = 0.5 * view.range_of(plan, "sector")[1] + 0.5 * (high - low)
        if half >= math.pi - 1e-6 or not points:
            continue
        middle = 0.5 * (low + high)
        bearings = [distance_and_bearing(*view.site(plan), *point)[1] for point in points]
        if all(abs(math.remainder(bearing - middle, 2.0 * math.pi)) > half for bearing in bearings):
            got = f"'{plan.asset}' looking to {math.degrees(middle) % 360.0:.0f} deg"
            yield view.finding("GEO03", (*view.path_of(plan), "boresight"), got, "a sector that meets some flight")


def reach(view: View) -> Iterator[Finding]:
    """GEO04: a layer out of reach of every place and axis."""
    targets = [(latitude, longitude) for _, latitude, longitude in view.targets()]
    points = targets + [(a, b) for a, b, _, _ in _axes(view)]
    for plan in view.layers:
        distances = [view.separation(plan, *point) for point in points]
        if targets and min(distances) > view.range_of(plan, "range")[1]:
            longest = view.range_of(plan, "range")[1]
            got = f"'{plan.asset}' {min(distances) / 1e3:.0f} km away with {longest / 1e3:.0f} km of range"
            yield view.finding("GEO04", view.path_of(plan), got, "a place within range")


def glides(view: View) -> Iterator[Finding]:
    """GEO05: nothing left to glide."""
    if view.plan.raid is None:
        return
    for i, group in enumerate(view.plan.raid.groups):
        boost = dict(group.terms).get("boost_range")
        if boost is not None and view.extremes(boost)[1] >= view.extremes(group.range)[0]:
            got = f"boost_range up to {view.extremes(boost)[1] / 1e3:.0f} km"
            expected = f"less than the shortest range, {view.extremes(group.range)[0] / 1e3:.0f} km"
            first = i < len(view.plan.raid.waves[0].groups)
            path = ("raid", "threats", i, "range") if first else ("raid", "waves")
            yield view.finding("GEO05", path, got, expected)


def twins(view: View) -> Iterator[Finding]:
    """GEO06: the same record twice at one point, in one option."""
    for option in view.plan.options:
        for plans in ([view.plan.sensors[i] for i in sorted(option.sensors)], list(option.layers)):
            placed = [plan for plan in plans if plan.kind != "infrared"]
            for i, plan in enumerate(placed):
                for other in placed[:i]:
                    same = plan.record == other.record and plan.owner == other.owner
                    if same and view.separation(plan, *view.site(other)) < _SAME:
                        got = f"'{plan.asset}' at the point of '{other.asset}'"
                        yield view.finding("GEO06", view.path_of(plan), got, "one asset of a record at a point")


def orbits(view: View) -> Iterator[Finding]:
    """GEO07: satellites that drag would bring down."""
    for plan in view.infrareds:
        lows = [term for name, term in plan.orbit.terms if name in ("altitude", "perigee")] if plan.orbit else []
        if lows:
            altitude = min(view.extremes(term)[0] for term in lows)
            if altitude < _LOW_ORBIT:
                got = f"'{plan.asset}' at {altitude / 1e3:.0f} km"
                path = (*view.path_of(plan), "orbit")
                yield view.finding("GEO07", path, got, f"above {_LOW_ORBIT / 1e3:.0f} km")


def stray_places(view: View) -> Iterator[Finding]:
    """GEO08: a place far from every sensor and layer."""
    grounded = [*view.radars, *view.layers]
    for name, latitude, longitude in view.targets():
        nearest = min((view.separation(plan, latitude, longitude) for plan in grounded), default=0.0)
        if nearest > _FAR:
            got = f"'{name}' {nearest / 1e3:.0f} km from the nearest asset"
            yield view.finding("GEO08", ("places", name, "at"), got, f"within {_FAR / 1e3:.0f} km of some asset")


CHECKS = (sites, sectors, reach, glides, twins, orbits, stray_places)

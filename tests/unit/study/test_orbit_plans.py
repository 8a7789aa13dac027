"""Orbits as a study writes them: forms, and what is out of service."""

import math
from typing import Any

import pytest
from pydantic import ValidationError

from sakimori.base.constants import WGS84_RADIUS
from sakimori.sense.orbits import Orbit
from sakimori.study.orbit_keys import Orbits
from sakimori.study.orbit_plans import OrbitPlan, orbit_plan, orbits_of, out_of_service, planes_of
from sakimori.study.sampling import Term

PATTERN = {"total": 12, "planes": 3, "phasing": 1, "inclination": "60 deg", "altitude": "1000 km"}


def plan(**written: Any) -> OrbitPlan:
    return orbit_plan(Orbits.model_validate(written), "x.orbit", lambda path, amount: Term(amount.middle))


def out(seed: int, draw: int = 0, **written: Any) -> frozenset[int]:
    return out_of_service(plan(**written), {}, "leo", seed, draw)


def test_ellipses_stand_between_perigee_and_apogee():
    ellipse = {"perigee": "1590 km", "apogee": "38760 km", "inclination": "63.6 deg", "argument_of_perigee": "270 deg"}
    (orbit,) = orbits_of(plan(ellipses=[ellipse]), {})
    assert isinstance(orbit, Orbit)
    assert orbit.semi_major_axis * (1 - orbit.eccentricity) == pytest.approx(WGS84_RADIUS + 1590e3)
    assert orbit.semi_major_axis * (1 + orbit.eccentricity) == pytest.approx(WGS84_RADIUS + 38760e3)
    assert orbit.argument_of_perigee == pytest.approx(1.5 * math.pi)


def test_a_rosette_has_its_satellites_plane_after_plane():
    rosette = plan(rosette=PATTERN)
    found = [o for o in orbits_of(rosette, {}) if isinstance(o, Orbit)]
    assert len(found) == 12
    for plane, orbit in zip(planes_of(rosette, {}), found, strict=True):
        assert math.cos(orbit.raan - 2 * math.pi * plane / 3) == pytest.approx(1.0)


@pytest.mark.parametrize("form", ["walker", "star", "rosette"])
def test_a_plane_that_is_out_takes_all_its_satellites(form: str):
    made, planes = plan(**{form: PATTERN}), planes_of(plan(**{form: PATTERN}), {})
    lost = out(1, planes_out=1, **{form: PATTERN})
    assert len(lost) == 4
    assert len({planes[i] for i in lost}) == 1
    assert len(orbits_of(made, {})) == 12


def test_more_losses_only_add_and_futures_differ():
    few, more = out(1, walker=PATTERN, lost=2), out(1, walker=PATTERN, lost=5)
    assert few < more
    assert (len(few), len(more)) == (2, 5)
    assert len({out(1, draw, walker=PATTERN, lost=2) for draw in range(20)}) > 5
    assert out(1, walker=PATTERN) == frozenset()
    assert out(1, walker=PATTERN, lost=99) == frozenset(range(12))


def test_spares_stand_in_for_losses_of_their_plane_and_not_for_a_plane():
    planes = planes_of(plan(walker=PATTERN), {})
    for seed in range(10):
        lost, spared = out(seed, walker=PATTERN, lost=5), out(seed, walker=PATTERN, lost=5, spares=1)
        assert spared < lost
        per_plane = [sum(planes[i] == p for i in lost) for p in range(3)]
        assert [sum(planes[i] == p for i in spared) for p in range(3)] == [max(0, n - 1) for n in per_plane]
    assert len(out(1, walker=PATTERN, planes_out=1, spares=4)) == 4


def test_any_form_may_lose_satellites_but_only_patterns_have_planes():
    assert len(out(1, geo=["70 deg", "150 deg"], lost=1)) == 1
    for key in ("planes_out", "spares"):
        with pytest.raises(ValidationError, match=f"'{key}' beside 'geo'"):
            plan(geo=["70 deg"], **{key: 1})
    with pytest.raises(ValidationError, match="'spacing' in a rosette"):
        plan(rosette={**PATTERN, "spacing": "20 deg"})
    with pytest.raises(ValidationError, match="2 of its forms"):
        plan(geo=["70 deg"], walker=PATTERN)

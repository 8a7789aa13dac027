"""Several targets and false detections: association, start, confirmation and end of tracks."""

import math

import numpy as np
import pytest

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.errors import InputError
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.earth.sightlines import range_azimuth_elevation
from sakimori.track.association import gospa
from sakimori.track.measurements import Looks, Measures
from sakimori.track.motions import Model, Motion, table
from sakimori.track.raids import CONFIRMED, FREE, Picture, Rules, watch

SITE = ecef_from_geodetic(0.6, 2.4, 100.0, WGS84_RADIUS, WGS84_FLATTENING)
AXES = enu_axes(0.6, 2.4)
STEP, SCANS, LOST = 2.0, 60, 45  # target 2 is gone from scan 45 on
BOX = (200e3, 0.1, 0.1)  # [m, rad, rad] in which false detections fall
MODELS = table([Model(Motion.WHITE, 20.0, known=False)])


def flights() -> np.ndarray:
    """Three targets (K, 3, 3) that fly together 1.5 km apart; the first two cross at scan 30 with 60 m/s of drift."""
    time, basis = STEP * np.arange(SCANS), np.array(AXES).reshape(3, 3)
    local = np.zeros((SCANS, 3, 3))
    for n, (aside, drift) in enumerate([(-1800.0, 30.0), (1800.0, -30.0), (6000.0, 0.0)]):
        local[:, n] = np.stack([aside + drift * time, 400e3 - 2000.0 * time, 50e3 + 400.0 * n + 0.0 * time], axis=1)
    return np.array(SITE) + local @ basis


def scene(seed: int, detection: float, false: float) -> tuple[np.ndarray, Looks, np.ndarray]:
    """Truth, looks and scan ends, with drawn misses and a Poisson number of false detections."""
    generator, truth = np.random.default_rng(seed), flights()
    time: list[float] = []
    value: list[np.ndarray] = []
    ends: list[int] = []
    for k in range(SCANS):
        exact = [np.array(range_azimuth_elevation(SITE, AXES, tuple(p.tolist()))) for p in truth[k]]
        for n in range(3):
            if generator.random() < detection and not (n == 2 and k >= LOST):
                value.append(exact[n] + generator.normal(size=3) * [20.0, 5e-4, 5e-4])
        for _ in range(generator.poisson(false)):
            value.append(exact[0] + generator.uniform(-0.5, 0.5, size=3) * BOX)
        if len(value) == (ends[-1] if ends else 0):
            value.append(np.full(3, math.nan))
        ends.append(len(value))
        time += [STEP * k] * (len(value) - len(time))
    count = len(value)
    numbers = np.zeros((count, 4))
    numbers[:, :3] = value
    kind, places = np.full(count, int(Measures.RADAR)), np.tile(SITE, (count, 1))
    variance = np.tile([400.0, 2.5e-7, 2.5e-7, math.inf], (count, 1))
    axes, when = np.tile(AXES, (count, 1)), np.array(time)
    looks = Looks(when, when, 0 * kind, kind, places, 0 * places, axes, numbers, variance, np.isfinite(numbers[:, 0]))
    return truth, looks, np.array(ends)


def found(seed: int) -> tuple[np.ndarray, Picture]:
    truth, looks, ends = scene(seed, 0.9, 4.0)
    rules = Rules(clutter=4.0 / math.prod(BOX), detection=0.9)
    return truth, watch(looks, ends, MODELS, rules, room=40)


def test_close_targets_are_held_apart_in_clutter() -> None:
    """Over 20 raids: on average under 0.2 targets missed and 0.3 false tracks held at once, pairs within 400 m each.

    One measurement is good to 200 m across the line of sight at 400 km.
    """
    missed, false, apart = [], [], []
    for seed in range(20):
        truth, picture = found(seed)
        for k in range(10, LOST):
            held = picture.mean[k, picture.state[k] == CONFIRMED, :3]
            distance = gospa(truth[k], np.ascontiguousarray(held), 2000.0)
            missed.append(distance.missed)
            false.append(distance.false)
            apart.append(distance.position / math.sqrt(max(3 - distance.missed, 1)))
    assert np.mean(missed) < 0.2
    assert np.mean(false) < 0.3
    assert np.mean(apart) < 400.0


def test_a_target_that_is_gone_is_dropped_after_the_misses() -> None:
    """No false detections, all true ones: three tracks at scan 40, two at the sixth scan without the third target."""
    _, looks, ends = scene(1, 1.1, 0.0)
    picture = watch(looks, ends, MODELS, Rules(clutter=1e-6), room=8)
    held = [int((picture.state[k] == CONFIRMED).sum()) for k in range(SCANS)]
    assert held[:2] == [0, 0]  # the third detection confirms
    assert held[2:LOST] == [3] * (LOST - 2)
    assert held[LOST + 3] == 3
    assert held[LOST + 4 :] == [2] * (SCANS - LOST - 4)
    assert len(set(picture.name[30, picture.state[30] != FREE])) == 3


def test_too_little_room_is_counted() -> None:
    _, looks, ends = scene(1, 1.1, 0.0)
    picture = watch(looks, ends, MODELS, Rules(clutter=1e-6), room=2)
    assert picture.refused[:LOST].sum() == LOST


def test_scans_that_are_not_in_order_are_refused() -> None:
    _, looks, ends = scene(1, 1.1, 0.0)
    for bad in (ends[:-1], ends + 1, np.concatenate([ends[:3], [ends[2]], ends[3:]])):
        with pytest.raises(InputError):
            watch(looks, bad, MODELS, Rules(), room=4)

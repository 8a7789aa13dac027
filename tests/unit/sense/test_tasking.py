"""Beam time, look grids and cued searches."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Geostationary
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import (
    CONTAINMENT,
    SEARCH_SIGMA,
    Priority,
    any_of,
    due,
    hits,
    pace,
    precedence,
    search_beams,
    sensor_table,
    share_out,
)

RADAR = Radar(
    name="radar",
    key=7,
    owner=1,
    latitude=0.6,
    longitude=2.3,
    altitude=20.0,
    boresight=0.0,
    sector=2.0,
    elevation_min=0.0,
    elevation_max=1.4,
    reference_range=1e6,
    maximum_range=2e6,
    range_sigma=20.0,
    angle_sigma=1e-3,
    beam_width=0.01,
    fence_low=0.03,
    fence_high=0.08,
    fence_interval=5.0,
    fence_load=0.3,
    dwell=0.02,
    track_interval=0.5,
    search_beams_max=50.0,
)
INFRARED = Infrared(
    name="eye",
    key=8,
    owner=0,
    orbit=Geostationary(2.0),
    noise_equivalent_irradiance=1e-10,
    threshold=5.0,
    angle_sigma=1e-5,
    revisit=10.0,
    tangent_altitude=3e4,
)


def test_the_table_holds_radars_first() -> None:
    table = sensor_table([RADAR], [INFRARED], 2.0)
    assert table["is_radar"].tolist() == [True, False]
    assert table["owner"].tolist() == [1, 0]
    assert table["range_weight"].tolist() == [20.0**-2, 0.0]
    assert (table["fence_every"][0], table["track_every"][0], table["track_looks"][0]) == (2, 1, 4)
    assert (table["track_every"][1], table["track_looks"][1], table["threshold"][1]) == (5, 1, 5.0)
    assert sensor_table([], [], 2.0).shape == (0,)


def test_the_table_refuses_a_step_that_is_none() -> None:
    with pytest.raises(InputError):
        sensor_table([RADAR], [], 0.0)


def test_looks_come_at_their_interval() -> None:
    assert pace(6.0, 2.0) == (3, 1)
    assert pace(0.5, 2.0) == (1, 4)
    assert pace(2.0, 2.0) == (1, 1)
    assert [k for k in range(10) if due(k, 5, 3)] == [1, 4, 7]


def test_several_looks() -> None:
    assert any_of(0.5, 3) == pytest.approx(0.875)
    assert hits(0.5, 3) == pytest.approx(1.5 / 0.875)
    assert hits(0.3, 1) == pytest.approx(1.0)
    assert hits(0.0, 4) == 1.0


def test_search_covers_the_ellipse_across_the_sight() -> None:
    """Sigmas of 4 km and 1 km at 1,000 km, beam of 1 km: an ellipse as large as (6 * 4) x (6 * 1) round beams."""
    assert SEARCH_SIGMA == 3.0
    cue = (1e10, 0.0, 0.0, 16e6, 0.0, 1e6)  # along the sight it does not matter
    assert search_beams(cue, 1.0, 0.0, 0.0, 1e6, 1e-3) == pytest.approx(144.0)


@pytest.mark.parametrize("seed", range(5))
def test_search_does_not_depend_on_the_axes(seed: int) -> None:
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    cue, line = turn @ np.diag([1e10, 16e6, 1e6]) @ turn.T, turn[:, 0]
    # the small sigma stands 1e4 times in variance below the large one along the sight: rounding 1e-12 at most
    assert search_beams(tuple(cue[np.triu_indices(3)]), *line, 1e6, 1e-3) == pytest.approx(144.0, rel=1e-9)


def test_a_good_cue_takes_one_beam() -> None:
    assert search_beams((1.0, 0.0, 0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 1.0, 1e6, 1e-2) == 1.0


def test_containment_is_that_of_two_axes() -> None:
    assert pytest.approx(1.0 - math.exp(-4.5)) == CONTAINMENT


def granted(wanted: np.ndarray, urgency: np.ndarray, budget: float) -> np.ndarray:
    found = np.full(wanted.size, np.nan)
    assert share_out(wanted, urgency, budget, found) == found.sum()
    return found


def test_all_is_granted_while_the_budget_lasts() -> None:
    wanted = np.array([0.5, 0.0, 1.0])
    np.testing.assert_array_equal(granted(wanted, np.zeros(3), 1.5), wanted)


def test_the_most_urgent_comes_first_and_the_last_gets_the_rest() -> None:
    found = granted(np.array([1.0, 1.0, 1.0, 0.0]), np.array([1.0, 3.0, 2.0, 9.0]), 1.5)
    np.testing.assert_allclose(found, [0.0, 1.0, 0.5, 0.0])


def test_no_beam_time_grants_nothing() -> None:
    np.testing.assert_array_equal(granted(np.array([1.0, 1.0]), np.zeros(2), 0.0), [0.0, 0.0])


def test_precedence_orders_by_the_first_criterion_that_differs() -> None:
    values, impact = [1.0, 5.0, 1.0], np.array([90, 80, 40])
    tracked, value, soon, waiting = Priority.TRACKED, Priority.VALUE, Priority.TIME_TO_GO, Priority.WAITING

    def ordered(
        *order: Priority, tracks: tuple[int, ...] = (0, 0, 0), waited: tuple[int, ...] = (0, 0, 0)
    ) -> list[int]:
        (first, patience), rank = precedence(order, values, impact, 100)
        urgency = first * np.array(tracks) + patience * np.array(waited) + rank
        return np.argsort(-urgency, kind="stable").tolist()

    assert ordered(value, soon) == [1, 2, 0]
    assert ordered(soon, value) == [2, 1, 0]
    assert ordered(tracked, waiting, tracks=(0, 0, 1), waited=(50, 99, 0)) == [2, 1, 0]
    assert ordered(waiting, tracked, tracks=(0, 0, 1), waited=(50, 99, 0)) == [1, 0, 2]
    assert ordered(value, waiting, waited=(1, 0, 100)) == [1, 2, 0]
    assert ordered() == [0, 1, 2]


def test_a_full_fence_leaves_no_time() -> None:
    table = sensor_table([replace(RADAR, fence_load=1.0)], [], 2.0)
    assert (1.0 - table["standing_load"][0]) * 2.0 == 0.0

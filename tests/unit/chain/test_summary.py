"""What the tables say, on pictures small enough to count by hand."""

from typing import Any

import numpy as np

from sakimori.base.types import Deliveries, Reason, Tracks
from sakimori.chain.bounding import Known
from sakimori.chain.summary import summarise_assets, summarise_awareness

INF = np.inf
SEEN, OUT, FAINT = int(Reason.NONE), int(Reason.SENSOR_OUT), int(Reason.TOO_FAINT)
IDLE, MISSED = int(Reason.NOT_TASKED), int(Reason.LOOK_MISSED)


def test_satellites_of_one_asset_are_counted_together(scenes: Any) -> None:
    raid = scenes.flights(samples=8)  # flies at samples 2 to 6
    reason = np.full((1, 3, 8), int(Reason.NOT_FLYING), dtype=np.uint8)
    reason[0, 0, 2:7] = [FAINT, MISSED, SEEN, SEEN, FAINT]
    reason[0, 1, 2:7] = [FAINT, SEEN, SEEN, MISSED, OUT]
    reason[0, 2, 2:7] = OUT
    tracks = Tracks(
        reason, np.zeros((1, 1, 8), bool), np.full((1, 1, 8, 6), INF), np.zeros((3, 8)), np.zeros((1, 1, 8), bool)
    )
    found = summarise_assets(raid, tracks, ("low", "low", "site"), np.array([1, 1, 1]))
    assert found.assets == ("low", "site")
    np.testing.assert_array_equal(found.detections, [[4, 0]])
    np.testing.assert_array_equal(found.first_seen, [[6.0, np.nan]])
    np.testing.assert_array_equal(found.last_seen, [[10.0, np.nan]])
    np.testing.assert_array_equal(found.visible_time, [[6.0, 0.0]])
    np.testing.assert_array_equal(found.seen_time, [[6.0, 0.0]])
    np.testing.assert_array_equal(found.reason, [[FAINT, OUT]])


def test_samples_between_looks_are_no_reason(scenes: Any) -> None:
    """Seen at samples 2 and 4, missed at 6, looks every second sample: the miss is what there is to explain."""
    raid = scenes.flights(samples=10)  # flies at samples 2 to 8
    reason = np.full((1, 1, 10), int(Reason.NOT_FLYING), dtype=np.uint8)
    reason[0, 0, 2:9] = [SEEN, IDLE, SEEN, IDLE, MISSED, MISSED, MISSED]
    tracks = Tracks(
        reason, np.zeros((1, 1, 10), bool), np.full((1, 1, 10, 6), INF), np.zeros((1, 10)), np.zeros((1, 1, 10), bool)
    )
    found = summarise_assets(raid, tracks, ("site",), np.array([2]))
    assert found.reason[0, 0] == MISSED
    reason[0, 0, 6:9] = SEEN
    assert summarise_assets(raid, tracks, ("site",), np.array([2])).reason[0, 0] == Reason.NONE
    reason[0, 0, 2:9] = IDLE
    assert summarise_assets(raid, tracks, ("site",), np.array([2])).reason[0, 0] == IDLE


def awareness(scenes: Any, warning: Any, fire_control: Any) -> Any:
    """One pool: detects from sample 3, confirmed from 4, usable from 5 to 8; the threat flies from 2 to 8 of 10."""
    raid = scenes.flights(samples=10)
    reason = np.full((1, 1, 10), int(Reason.NOT_FLYING), dtype=np.uint8)
    reason[0, 0, 2:9] = [MISSED] + [SEEN] * 6
    confirmed, usable, spread = np.zeros((1, 1, 10), bool), np.zeros((1, 1, 10), bool), np.full((1, 1, 10, 6), INF)
    confirmed[..., 4:9], usable[..., 5:9] = True, True
    spread[0, 0, 5:9, 0] = 3.0 * np.array([9.0, 4.0, 16.0, 25.0])
    tracks = Tracks(reason, usable, spread, np.zeros((1, 10)), confirmed)
    latency = np.array([[fire_control], [INF]])
    late = np.array([[warning], [INF]])
    known = Known(np.ones((1, 1), bool), tracks, Deliveries(latency, late, late), np.zeros((0, 0, 0), bool))
    return summarise_awareness(raid, known)


def test_what_a_partner_knows_and_when(scenes: Any) -> None:
    found = awareness(scenes, 3.0, 2.0)
    assert found.first_detected[0, 0] == 6.0
    assert found.warned[0, 0] == 8.0 + 3.0
    assert found.warning_time[0, 0] == 18.0 - 11.0
    assert found.confirmed[0, 0] == 10.0 + 2.0
    assert found.custody[0, 0] == 3.0 / 7.0  # samples 6, 7 and 8 of the seven flown
    assert found.best_sigma[0, 0] == 2.0


def test_a_partner_that_is_told_nothing_knows_nothing(scenes: Any) -> None:
    found = awareness(scenes, 3.0, 2.0)
    for column in (found.first_detected, found.warned, found.confirmed, found.best_sigma):
        assert np.isnan(column[1, 0])
    assert found.warning_time[1, 0] == found.custody[1, 0] == 0.0


def test_a_warning_after_the_impact_is_none(scenes: Any) -> None:
    found = awareness(scenes, 11.0, INF)
    assert np.isnan(found.warned[0, 0])
    assert found.warning_time[0, 0] == 0.0
    assert found.custody[0, 0] == 0.0

"""Rows of how filters did: one for each partner, and only moments with a track."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from sakimori.base.columns import TABLES
from sakimori.base.types import Phase
from sakimori.chain.case import MOMENTS, FilterScores, FlightScores, MomentScores, RaidScores
from sakimori.run.filters import filter_rows


def outcome(scores: Any) -> Any:
    """Two partners, three threats, two pictures; the second is that of an option which is not listed."""
    case = SimpleNamespace(future=7, partners=("JPN", "USA"), threats=(0, 1, 2))
    phase = np.full((3, 500), int(Phase.GLIDE))
    phase[2, 400 - round(MOMENTS[4] / 2.0)] = int(Phase.BOOST)
    flights = SimpleNamespace(step=2.0, impact=np.full(3, 400), phase=phase)
    pictures = [SimpleNamespace(scores=scores)] * 2
    return SimpleNamespace(case=case, flights=flights, pictures=pictures, picture_of=(0, 0, 1))


def test_rows_have_the_columns_of_their_tables_and_moments_need_a_track() -> None:
    error = np.full((2, 3, len(MOMENTS)), np.nan)
    error[1, 2, 4] = 30.0
    scores = FilterScores(
        FlightScores(*(np.ones((2, 3)) for _ in FlightScores._fields)),
        MomentScores(error, *(np.ones(error.shape) for _ in MomentScores._fields[1:])),
        RaidScores(*(np.ones(2) for _ in RaidScores._fields)),
    )
    found = filter_rows(outcome(scores), 2)
    assert [len(rows) for rows in found.values()] == [6, 1, 2]
    for name, rows in found.items():
        assert all(set(row) == {column.name for column in TABLES[name]} for row in rows)
    (moment,) = found["filter_moments"]
    assert (moment["partner"], moment["threat"], moment["time_to_go"], moment["error"]) == ("USA", 2, MOMENTS[4], 30.0)
    assert moment["phase"] == "boost"
    assert {row["picture"] for row in found["filters"]} == {0}


def test_bounds_have_no_rows() -> None:
    assert not any(filter_rows(outcome(None), 2).values())

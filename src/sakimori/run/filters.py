"""Rows of how the filters of a future did; none where tracks are bounds."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sakimori.base.types import Flights, Phase
from sakimori.chain import Outcome
from sakimori.chain.case import MOMENTS, FilterScores

Row = dict[str, Any]


def filter_rows(outcome: Outcome, listed: int) -> dict[str, list[Row]]:
    """The tables of filters of one future: the pictures of its first `listed` options."""
    tables: dict[str, list[Row]] = {"filters": [], "filter_moments": [], "filter_raids": []}
    shown = set(outcome.picture_of[:listed])
    for number, picture in enumerate(outcome.pictures):
        if picture.scores is not None and number in shown:
            for p, partner in enumerate(outcome.case.partners):
                head = {"future": outcome.case.future, "picture": number, "partner": partner}
                tables["filter_raids"].append({**head, **_at(picture.scores.raid, p)})
                for n in range(len(outcome.case.threats)):
                    tables["filters"].append({**head, "threat": n, **_at(picture.scores.flights, p, n)})
                    tables["filter_moments"] += _moments({**head, "threat": n}, outcome.flights, picture.scores, p, n)
    return tables


def _at(scores: Any, *place: int) -> Row:
    return {name: column[place] for name, column in zip(scores._fields, scores, strict=True)}


def _moments(head: Row, flights: Flights, scores: FilterScores, p: int, n: int) -> Iterator[Row]:
    """The moments at which there was a track."""
    for m, to_go in enumerate(MOMENTS):
        if np.isfinite(scores.moments.error[p, n, m]):
            phase = Phase(int(flights.phase[n, flights.impact[n] - round(to_go / flights.step)])).name.lower()
            yield {**head, "time_to_go": to_go, "phase": phase, **_at(scores.moments, p, n, m)}

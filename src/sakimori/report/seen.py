"""What each sensor made of each flight of a detection study, over all draws of the factors."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.assess.metrics import BASELINE, Table
from sakimori.report.chart_map import flight_column
from sakimori.report.view import RunView

MOST = 0.5  # a flight counts as seen where it was seen in this share of the draws or more


@dataclass(frozen=True)
class Watch:
    """One sensor and one flight, over all draws of the factors."""

    flight: str
    sensor: str
    added_by: str  # option that first has the sensor; empty for the baseline
    share: float  # of the draws in which it detected the flight at all
    first: float  # [s] after launch, medians over the draws in which it did
    last: float
    seen: float  # median share of the flight's duration with detections
    blocked: str  # commonest reason where it did not


def watches(view: RunView) -> tuple[Watch, ...]:
    """Every sensor and flight, sensors of the baseline first; a sensor counts in the first option that has it."""
    tracks, flights = view.tables["tracks"], view.tables["flights"]
    start = by_threat(flights, "launch_time", tracks)
    duration = by_threat(flights, "duration", tracks)
    name = by_threat(flights, flight_column(flights), tracks).astype(str)
    found = []
    done: set[str] = set()
    for option in sorted(view.options, key=lambda o: (o != BASELINE, len(view.measures_of(o)))):
        mine = in_picture(view, option)
        for sensor in dict.fromkeys(str(s) for s in tracks["asset"][mine]):
            if sensor in done:
                continue
            done.add(sensor)
            here = mine & (tracks["asset"].astype(str) == sensor)
            for flight in dict.fromkeys(name[here]):
                rows = here & (name == flight)
                found.append(
                    _watch(tracks, rows, start, duration, flight, sensor, "" if option == BASELINE else option)
                )
    return tuple(found)


def in_picture(view: RunView, option: str) -> npt.NDArray[np.bool_]:
    """Rows of the tracks table that belong to the option's picture."""
    outcomes, tracks = view.tables["outcomes"], view.tables["tracks"]
    mine = outcomes["option"].astype(str) == option
    number = outcomes["picture"][mine].astype(np.float64)  # missing where a future failed
    return np.isin(tracks["picture"].astype(np.float64), number[np.isfinite(number)])


def by_threat(flights: Table, column: str, rows: Table) -> npt.NDArray[np.generic]:
    """A column of the flights for each of these rows."""
    key = flights["future"].astype(np.int64) * (1 << 20) + flights["threat"].astype(np.int64)
    order = np.argsort(key)
    mine = rows["future"].astype(np.int64) * (1 << 20) + rows["threat"].astype(np.int64)
    return flights[column][order[np.searchsorted(key[order], mine)]]


def _watch(
    tracks: Table, rows: npt.NDArray[np.bool_], start: npt.NDArray[np.generic], duration: npt.NDArray[np.generic],
    flight: str, sensor: str, option: str,
) -> Watch:  # fmt: skip
    first = tracks["first_seen"][rows].astype(np.float64) - start[rows].astype(np.float64)
    last = tracks["last_seen"][rows].astype(np.float64) - start[rows].astype(np.float64)
    there = np.isfinite(first)
    names, count = np.unique(tracks["reason"][rows][~there].astype(str), return_counts=True)
    blocked = str(names[np.argmax(count)]) if len(names) else ""
    if not there.any():
        return Watch(flight, sensor, option, 0.0, math.nan, math.nan, 0.0, blocked)
    part = tracks["seen_time"][rows].astype(np.float64) / duration[rows].astype(np.float64)
    return Watch(
        flight, sensor, option, float(there.mean()), float(np.median(first[there])), float(np.median(last[there])),
        float(np.median(part[there])), blocked,
    )  # fmt: skip

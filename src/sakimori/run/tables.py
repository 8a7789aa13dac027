"""A chunk of futures: cases played, outcomes turned into rows, rows into parts. A future that fails becomes a row."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sakimori.base.columns import BAND_NAMES, TABLES
from sakimori.base.reasons import FLIGHTS
from sakimori.base.types import FlightStatus, Reason
from sakimori.chain import Outcome, play
from sakimori.chain.moments import moments
from sakimori.earth.geodesy import distance_and_bearing, geodetic
from sakimori.run.filters import filter_rows
from sakimori.store import RunFolder
from sakimori.study import Labels, Named, Study

PATH_STEP = 20.0  # [s] between points of a stored flight path

_NAMES = {int(reason): reason.name for reason in Reason}

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass
class ChunkReport:
    """What was done in one chunk."""

    chunk: int
    futures: int
    failed: int = 0
    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the wall and processor time of what is inside under `name`."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        before = self.seconds.get(name, (0.0, 0.0))
        self.seconds[name] = (before[0] + time.perf_counter() - wall, before[1] + time.process_time() - cpu)


def evaluate_chunk(
    study: Study, folder: RunFolder, seed: int, chunk: int, futures: range
) -> tuple[ChunkReport, dict[str, bytes]]:
    """Play `futures`; the parts of this chunk with their rows, after those of earlier futures that the folder holds."""
    report = ChunkReport(chunk, len(futures))
    tables: Tables = {name: [] for name in folder.parts if name in TABLES}
    factors: list[Row] = []
    for future in futures:
        factors.append({"future": future, **study.factor_values(future, seed)})
        try:
            with report.stage("case"):
                case, labels = study.case(future, seed), study.labels(future, seed)
            with report.stage("chain"):
                outcome = play(case)
            with report.stage("rows"):
                rows = rows_of(outcome, labels)
                for row in (row for found in rows.values() for row in found):
                    row["future"] = future  # in a design in blocks the case has the number of its draws of luck
        except (OSError, MemoryError):  # the machine's fault, not the future's: stop, and resume later
            raise
        except Exception as fault:
            told = f"{type(fault).__name__}: {fault}"
            rows = {"outcomes": [_failed(future, option, told) for option in study.option_names]}
        report.failed += any(row["failed"] for row in rows["outcomes"])
        for table, found in rows.items():
            if found:
                tables[table] += found
    with report.stage("parts"):
        columns = {name: _columns(rows, [c.name for c in TABLES[name]]) for name, rows in tables.items()}
        columns["factors"] = _columns(factors, list(factors[0]))
        units = {factor.path: factor.unit for factor in study.factors}
        parts = folder.parts_of(chunk, columns, futures.start, units)
    return report, parts


def rows_of(outcome: Outcome, labels: Labels) -> Tables:
    """All rows of one future; where a threat has no flight, its row says why and the future counts as failed."""
    unflown = [n for n, status in enumerate(outcome.flights.status) if status != FlightStatus.REACHED]
    if unflown:
        case, status = outcome.case, FlightStatus(int(outcome.flights.status[unflown[0]]))
        told = f"threat {unflown[0]} ({labels.records[unflown[0]]}) has no flight, {status.name}: {FLIGHTS[status]}"
        failed = [_failed(case.future, option, told) for option in labels.option_costs]
        return {"flights": _flights(outcome, labels), "outcomes": failed}
    listed = len(labels.option_costs)
    tables: Tables = {"flights": _flights(outcome, labels), "tracks": _tracks(outcome, listed)}
    tables |= {"awareness": _awareness(outcome, listed) if labels.observed else []} | filter_rows(outcome, listed)
    tables |= {"threats": [], "engagements": [], "outcomes": [], "portfolios": _portfolios(outcome, labels)}
    for index, option in enumerate(outcome.case.options[:listed]):
        tables["threats"] += _threats(outcome, labels, index)
        tables["engagements"] += _engagements(outcome, index)
        named = Named(
            option.name,
            index,
            labels.option_costs[option.name],
            labels.option_years[option.name],
            labels.option_values[option.name],
        )
        tables["outcomes"].append(_outcome(outcome, labels, named))
    return tables


def _portfolios(outcome: Outcome, labels: Labels) -> list[Row]:
    """Rows of the sets of measures beside the listed options: those of one architecture differ in cost and year."""
    return [_outcome(outcome, labels, item) for item in labels.portfolios]


def _columns(rows: list[Row], names: list[str]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}


def _flights(outcome: Outcome, labels: Labels) -> list[Row]:
    flights, rows = outcome.flights, []
    stride = max(int(PATH_STEP / flights.step), 1)
    for n, threat in enumerate(outcome.case.threats):
        most = flights.altitude.shape[1] - 1
        launch, impact = min(int(flights.launch[n]), most), min(int(flights.impact[n]), most)
        samples = np.unique(np.append(np.arange(launch, impact, stride), impact))
        latitude, longitude, altitude = geodetic(flights.position_ecef[n, samples])
        ends = distance_and_bearing(latitude[0], longitude[0], latitude[-1], longitude[-1])
        rows.append(
            {
                "future": outcome.case.future,
                "threat": n,
                "record": labels.records[n],
                "family": labels.families[n],
                "place": labels.places[n],
                "status": FlightStatus(int(flights.status[n])).name,
                "launch_latitude": np.degrees(threat.launch_latitude),
                "launch_longitude": np.degrees(threat.launch_longitude),
                "range": ends[0],
                "apogee": float(flights.altitude[n, launch : impact + 1].max()),
                "duration": (impact - launch) * flights.step,
                "launch_time": launch * flights.step,
                "impact_time": impact * flights.step,
                "path_time": samples * flights.step,
                "path_latitude": np.degrees(latitude),
                "path_longitude": np.degrees(longitude),
                "path_altitude": altitude,
            }
        )
    return rows


def _tracks(outcome: Outcome, listed: int) -> list[Row]:
    """Of the pictures that the listed options have, which come first."""
    rows: list[Row] = []
    for number, picture in enumerate(outcome.pictures[: 1 + max(outcome.picture_of[:listed])]):
        named = {name: getattr(picture.assets, name) for name in picture.assets._fields[1:]}
        common = {"future": outcome.case.future, "picture": number}
        rows += _pairs(common, "asset", picture.assets.assets, named)
    return rows


def _pairs(common: Row, name: str, items: Sequence[str], columns: dict[str, np.ndarray]) -> list[Row]:
    """A row for each threat and item of columns (N, I), `reason` among them. Arrays become lists at once, for speed."""
    threats = columns["reason"].shape[0]
    keys = ("threat", name, *columns)
    lists = [columns[key].ravel().tolist() for key in columns]
    lists[list(columns).index("reason")] = [_NAMES[code] for code in columns["reason"].ravel().tolist()]
    numbers = [n for n in range(threats) for _ in items]
    return [
        {**common, **dict(zip(keys, values, strict=True))}
        for values in zip(numbers, [*items] * threats, *lists, strict=True)
    ]


def _awareness(outcome: Outcome, listed: int) -> list[Row]:
    """Of every partner, where nobody's places are aimed at: else the rows of threats have what counts."""
    return [
        {
            "future": outcome.case.future,
            "picture": number,
            "partner": partner,
            "threat": n,
            **{name: getattr(picture.awareness, name)[p, n] for name in picture.awareness._fields},
        }
        for number, picture in enumerate(outcome.pictures[: 1 + max(outcome.picture_of[:listed])])
        for p, partner in enumerate(outcome.case.partners)
        for n in range(len(outcome.case.threats))
    ]


def _threats(outcome: Outcome, labels: Labels, option: int) -> list[Row]:
    result, picture = outcome.results[option], outcome.pictures[outcome.picture_of[option]]
    rows = []
    for n, place in enumerate(labels.places):
        partner = labels.place_partners[n]
        row: Row = {
            "future": outcome.case.future,
            "option": outcome.case.options[option].name,
            "threat": n,
            "record": labels.records[n],
            "place": place,
            "value": labels.option_values[outcome.case.options[option].name][n],
            "leak_probability": result.leak_probability[n],
            "cause": Reason(int(result.cause[n])).name,
            **{name: getattr(picture.awareness, name)[partner, n] for name in picture.awareness._fields},
        }
        for b, band in enumerate(BAND_NAMES):
            row[f"time_{band}"] = result.band_time[n, b]
            row[f"unreached_{band}"] = result.band_unreached[n, b]
        rows.append(row)
    return rows


def _engagements(outcome: Outcome, option: int) -> list[Row]:
    result, chosen, times = outcome.results[option], outcome.case.options[option], moments(outcome, option)
    columns = {"reason": result.reason, **times._asdict(), "shots": result.shots, "wasted": result.wasted}
    common = {"future": outcome.case.future, "option": chosen.name}
    return _pairs(common, "layer", [layer.name for layer in chosen.layers], columns)


def _outcome(outcome: Outcome, labels: Labels, named: Named) -> Row:
    index = named.option
    result, known = outcome.results[index], outcome.pictures[outcome.picture_of[index]].awareness
    own = np.array(labels.place_partners), np.arange(len(labels.places))
    prices = np.array([labels.round_costs[layer.name] for layer in outcome.case.options[index].layers])
    unreached = [sum(bands) for bands in result.band_unreached]
    return {
        "future": outcome.case.future,
        "option": named.name,
        "raid_size": len(labels.places),
        "no_leaker": result.no_leaker,
        "no_leaker_variance": result.no_leaker_variance,
        "expected_leakers": result.expected_leakers,
        "leakers_variance": result.leakers_variance,
        "value_lost": float(np.dot(result.leak_probability, named.values)),
        "rounds": float(result.rounds.sum()),
        "rounds_wasted": float(result.rounds_wasted.sum()),
        "assignment_gap": result.assignment_gap,
        "rounds_cost": float(np.dot(result.rounds, prices)) if prices.size else 0.0,
        "cost": named.cost,
        "available": named.available,
        "warning_time": float(np.mean(known.warning_time[own])),
        "custody": float(np.mean(known.custody[own])),
        "unreached_time": float(np.mean(unreached)),
        "picture": outcome.picture_of[index],
        "failed": False,
        "fault": "",
    }


def _failed(future: int, option: str, fault: str) -> Row:
    """The row of a future that could not be evaluated: no numbers, the reason in words."""
    empty = {c.name: 0 if c.kind == "int32" else np.nan for c in TABLES["outcomes"]}
    return {**empty, "future": future, "option": option, "failed": True, "fault": fault}

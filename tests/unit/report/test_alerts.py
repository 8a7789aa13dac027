"""Modelled warnings beside public alerts: the table's numbers are those of the run's tables, draw by draw."""

from dataclasses import replace

import numpy as np
import pytest

from sakimori.report import RunView
from sakimori.report.alerts import after_launch, section, spread
from sakimori.report.blocks import Section, TableBlock
from sakimori.report.chart_map import flight_column


def test_a_spread_says_how_many_draws_it_is_of() -> None:
    cell = spread(np.array([10.0, np.nan, 20.0, 30.0]))
    assert (cell.text, cell.under) == ("20\u00a0s", "12 to 28; 3 of 4 draws")
    assert spread(np.array([np.nan, np.nan])).text == "never"


def alerted(watched: RunView, minutes: str) -> tuple[RunView, str]:
    flights = watched.tables["flights"]
    flight = str(flights[flight_column(flights)][flights["status"].astype(str) == "REACHED"][0])
    rows = [{"id": flight, "name": "Test", "alert_min": minutes, "alert_by": "JPN", "alert_basis": "secondary"}]
    return replace(watched, study={**watched.study, "flights": rows}), flight


def test_warnings_and_detections_are_counted_from_launch(watched: RunView) -> None:
    view, flight = alerted(watched, "4")
    flights, threats = view.tables["flights"], view.tables["threats"]
    found = after_launch(view).of(flight)
    partner = next(iter(view.study["architecture"]["partners"]))
    warned, first = found.warned[partner], found.detected
    flew = (flights[flight_column(flights)].astype(str) == flight) & (flights["status"].astype(str) == "REACHED")
    for value, future in zip(warned, np.sort(flights["future"][flew]), strict=True):
        own = (threats["future"] == future) & (threats["option"].astype(str) == "baseline")
        launch = flights["launch_time"][flew & (flights["future"] == future)]
        assert value == pytest.approx(float(threats["warned"][own][0]) - float(launch[0]), nan_ok=True)
    assert first
    assert all(len(found) == len(warned) and not np.any(found < 0.0) for found in first.values())


def test_the_difference_is_alert_less_warning(watched: RunView) -> None:
    view, flight = alerted(watched, "4")
    found = section(view)
    assert found is not None
    table = found.blocks[1]
    assert isinstance(table, TableBlock)
    (row,) = table.rows
    assert row[1].text == "240\u00a0s ± 30\u00a0s"
    assert row[1].under == "JPN, secondary"
    partner = next(iter(view.study["architecture"]["partners"]))
    found = after_launch(view).of(flight)
    assert row[2] == spread(240.0 - found.warned[partner])
    assert row[3].text == spread(found.warned[partner]).text
    assert all(len(row) == len(block.head) for block in found_tables(section(view)) for row in block.rows)


def test_every_flight_has_the_first_warning_of_every_partner(watched: RunView) -> None:
    """In a folded table: flights without a public alert, and partners that were never warned, too."""
    view, _ = alerted(watched, "4")
    rows = [{"id": str(name)} for name in sorted(set(view.tables["flights"]["record"].astype(str)))]
    rows[0] = {**view.listed[0], "id": rows[0]["id"]}
    view = replace(view, study={**view.study, "flights": rows})
    _, every = found_tables(section(view))
    assert every.folded
    assert len(every.rows) == len(rows)
    assert len(every.head) == 1 + len(view.study["architecture"]["partners"])
    assert any(cell.text == "never" for row in every.rows for cell in row)


def found_tables(found: Section | None) -> list[TableBlock]:
    assert found is not None
    return [block for block in found.blocks if isinstance(block, TableBlock)]


def test_without_an_alert_there_is_no_section(watched: RunView) -> None:
    assert section(watched) is None

"""Density and wind as factors of a study: they move the flights, and nothing else."""

import pathlib

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.chain import Case
from sakimori.flight import WGS84, fly
from sakimori.study import load

STUDY = """
schema: sakimori/1
title: One glider
architecture: {date: 2026-04-01, partners: {JPN: Japan}}
places: {kanto: {at: [35.7 deg, 139.7 deg], partner: JPN}}
raid:
  size: 1
  places: {kanto: 1}
  threats: [{threat: regional-glider, share: 1, bearing: 300 deg, range: 1000 km}]
"""


def study_of(folder: pathlib.Path, air: str):
    path = folder / "study.yaml"
    path.write_text(STUDY + air, "utf-8")
    return load(path)


def test_without_air_the_standard_atmosphere_rests(tmp_path: pathlib.Path) -> None:
    assert study_of(tmp_path, "").case(0).environment == WGS84


def test_density_is_drawn_once_per_future_and_moves_the_flight(tmp_path: pathlib.Path) -> None:
    found = study_of(tmp_path, "air: {density_factor: {uniform: [0.8, 1.2]}}\n")
    drawn = [found.case(future).environment.density_factor for future in range(5)]
    assert len(set(drawn)) == 5
    assert all(0.8 <= value <= 1.2 for value in drawn)
    assert not next(f for f in found.factors if f.path == "air.density_factor").attacker
    case = found.case(0)
    standard = fly(case.threats, 10.0)
    moved = fly(case.threats, 10.0, case.environment)
    heights = [flight.altitude[0, 40] for flight in (standard, moved)]
    # an equilibrium glide follows a level of density: scale height times the logarithm of the factor
    assert heights[1] - heights[0] == pytest.approx(7000.0 * np.log(drawn[0]), abs=600.0)


def test_wind_is_a_table_in_rising_order(tmp_path: pathlib.Path) -> None:
    wind = "[{east: 10 m/s}, {altitude: 12 km, east: {uniform: [20 m/s, 60 m/s]}, north: -5 m/s}]"
    case: Case = study_of(tmp_path, f"air: {{wind: {wind}}}\n").case(3)
    table = case.environment.wind
    assert table is not None
    assert table[:, 0].tolist() == [0.0, 12e3]
    assert table[0].tolist() == [0.0, 10.0, 0.0]
    assert 20.0 <= table[1, 1] <= 60.0
    with pytest.raises(InputError, match="rising altitudes"):
        study_of(tmp_path, "air: {wind: [{altitude: 12 km}, {altitude: 1 km}]}\n")
    with pytest.raises(InputError, match=r"density_factor|0\.5"):
        study_of(tmp_path, "air: {density_factor: 3}\n")

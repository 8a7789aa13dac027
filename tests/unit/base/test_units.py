"""Units at the border: exact definitions, refused mistakes, and the way back."""

import math

import pytest

from sakimori.base.units import DIMENSIONS, DimensionError, UnitError, from_si, parse, to_si


@pytest.mark.parametrize(
    ("written", "dimension", "value"),
    [
        ("1200 km", "length", 1.2e6),
        ("1 ft", "length", 0.3048),  # international foot of 1959, exact
        ("1 nmi", "length", 1852.0),  # international nautical mile, exact
        ("180 deg", "angle", math.pi),
        ("1 mrad", "angle", 1e-3),
        ("10 urad", "angle", 1e-5),
        ("2 min", "time", 120.0),
        ("1 h", "time", 3600.0),
        ("20 ms", "time", 0.02),
        ("36 km/h", "speed", 10.0),
        ("1 kn", "speed", 1852.0 / 3600.0),
        ("1 g0", "acceleration", 9.80665),  # standard gravity, CGPM 1901
        ("5000 kg/m^2", "areal density", 5000.0),
        ("5 kg m^-2", "areal density", 5.0),
        ("0.1 m2", "area", 0.1),
        ("-10 dBsm", "area", 0.1),
        ("13 dB", "number", 10**1.3),
        ("5 %", "number", 0.05),
        ("77 kW/sr", "intensity", 77e3),
        ("1e-11 W/m^2", "irradiance", 1e-11),
        ("3.5 GUSD", "money", 3.5e9),
        ("132.4 GJPY", "yen", 132.4e9),
        ("150 JPY/USD", "exchange rate", 150.0),
        ("1 slug", "mass", 14.593902937206364),  # 1 lbf s2/ft, exact definitions
        ("0.002378 slug/ft^3", "density", 0.002378 * 14.593902937206364 / 0.3048**3),
        ("1.407644e16 ft^3/s^2", "gravitational parameter", 1.407644e16 * 0.3048**3),
        ("20 MJ/kg", "specific energy", 20e6),
        ("1 lb", "mass", 0.45359237),  # international pound of 1959, exact
        ("+1.5e1km", "length", 15e3),
        (0.7, "number", 0.7),
    ],
)
def test_to_si(written: str | float, dimension: str, value: float) -> None:
    assert to_si(written, dimension) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("written", "dimension", "kind", "words"),
    [
        ("30 deg", "number", DimensionError, "an angle"),
        ("30 deg", "length", DimensionError, "an angle"),
        ("5 USD", "yen", DimensionError, "US dollars"),
        ("5 m", "area", DimensionError, "a length"),
        ("12", "length", UnitError, "'12 km'"),
        (12, "time", UnitError, "'12 s'"),
        ("12 kms", "length", UnitError, "Did you mean 'km'"),
        ("1,200 km", "length", UnitError, "commas"),
        ("1e999 km", "length", UnitError, "finite"),
        ("99999 dB", "number", UnitError, "finite"),
        ("nan km", "length", UnitError, "number"),
        ("km", "length", UnitError, "number"),
        ("", "length", UnitError, "number"),
        ("5 m**9**9**9", "length", UnitError, "unknown unit"),
        ("5 __class__", "length", UnitError, "unknown unit"),
        ("5 m; import os", "length", UnitError, "unknown unit"),
        ("5 kg m", "length", UnitError, "kind used in studies"),
        ("0x10 km", "length", UnitError, "unknown unit"),
    ],
)
def test_refused(written: str | float, dimension: str, kind: type[UnitError], words: str) -> None:
    with pytest.raises(kind) as caught:
        to_si(written, dimension)
    assert words in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize("dimension", DIMENSIONS.values(), ids=lambda d: d.name)
def test_every_dimension_has_an_example_that_reads_and_a_unit_that_shows(dimension) -> None:
    value, found = parse(dimension.example)
    assert found == dimension.name
    assert to_si(f"{from_si(value, dimension.shown)!r} {dimension.shown}", dimension.name) == pytest.approx(value)


def test_decibels_come_back() -> None:
    assert from_si(to_si("-7.5 dBsm", "area"), "dBsm") == pytest.approx(-7.5)

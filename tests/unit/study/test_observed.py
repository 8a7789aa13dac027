"""Tables of observed flights: one flight per future, from where it was announced."""

import datetime
import math
import pathlib

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.flight import BallisticThreat, GlideThreat, QuasiBallisticThreat
from sakimori.study import check, findings_of, load

HEADER = (
    "id,record,manoeuvre,launch_latitude_deg,launch_longitude_deg,bearing_deg,range_km,apogee_km,"
    "launch_utc,local_date,source"
)
ROWS = (
    "one,small-ballistic,none,39.4,125.6,90,650,150,2014-03-25T17:35Z,2014-03-26,test-source",
    "two,short-range-quasi-ballistic,pull-up,39.4,125.6,45,600,50,,2019-05-04,test-source;none-public",
    "three,small-glider,glide,40.9,126.6,60,900,30,2021-09-27T21:40Z,2021-09-28,test-source",
    "four,small-ballistic,unknown,39.0,125.8,45,500,,,,test-source",
)


@pytest.fixture
def table(small: pathlib.Path) -> pathlib.Path:
    """The small study with a table of four flights in place of its raid and places."""
    text = (small / "study.yaml").read_text("utf-8")
    start, end = text.index("places:\n"), text.index("measures:\n")
    text = text[:start] + "flights: flights.csv\n" + text[end:]
    (small / "study.yaml").write_text(text.replace("metrics: [no_leaker, expected_leakers]", "metrics: [custody]"))
    (small / "flights.csv").write_text("\n".join((HEADER, *ROWS)) + "\n")
    return small


def test_one_flight_per_future(table: pathlib.Path) -> None:
    study = load(table)
    assert study.place_names == ("one", "two", "three", "four")
    cases = [study.case(future) for future in range(8)]
    assert all(len(case.threats) == 1 for case in cases)
    assert [case.places for case in cases[:4]] == [(0,), (1,), (2,), (3,)]
    one, two, three, four = (case.threats[0] for case in cases[:4])
    assert isinstance(one, BallisticThreat)
    assert one.apogee == 150e3
    assert math.isnan(one.loft)
    assert isinstance(two, QuasiBallisticThreat)
    assert two.apogee == 50e3
    assert math.isnan(four.apogee)
    assert isinstance(three, GlideThreat)
    assert all(case.threats[0].launch_time == 0.0 for case in cases)
    assert study.labels(2).records == ("three",)
    assert study.labels(2).families == ("glide",)


def test_flights_of_one_draw_share_factors_and_the_next_draw_has_others(table: pathlib.Path) -> None:
    study = load(table)
    assert study.factor_values(0) == study.factor_values(3)
    assert study.factor_values(0) != study.factor_values(4)
    assert study.case(0).threats == study.case(4).threats  # nothing of this flight is a factor
    assert study.case(1).threats != study.case(5).threats  # parameters of its record are


def test_place_and_bearing_vary_where_the_table_says_how_far(table: pathlib.Path) -> None:
    """Of the third flight, over 40 draws: within 15 km north and east and 25 degrees, at the announced range."""
    head, *rows = (table / "flights.csv").read_text().splitlines()
    spread = [row + (",15,25" if row.startswith("three") else ",,") for row in rows]
    (table / "flights.csv").write_text("\n".join((head + ",site_spread_km,bearing_spread_deg", *spread)) + "\n")
    study = load(table)
    found = [study.case(4 * draw + 2).threats[0] for draw in range(40)]
    assert study.case(0).threats == study.case(4).threats  # the first one stays where it was announced
    north = np.array([math.degrees(one.launch_latitude) - 40.9 for one in found]) * 111.2
    east = (
        np.array([math.degrees(one.launch_longitude) - 126.6 for one in found]) * 111.2 * math.cos(math.radians(40.9))
    )
    for off in (north, east):
        assert 10.0 < np.abs(off).max() < 15.2
        assert off.min() < 0.0 < off.max()
    ends = [(one.launch_latitude, one.launch_longitude, one.aim_latitude, one.aim_longitude) for one in found]
    courses = np.array([distance_and_bearing(*end) for end in ends])
    np.testing.assert_allclose(courses[:, 0], 900e3, rtol=1e-6)
    turned = np.degrees(courses[:, 1]) - 60.0
    assert 15.0 < np.abs(turned).max() < 25.1
    drawn = {f.path: f for f in study.factors if f.path.startswith("flights.")}
    assert {"flights.bearing", "flights.site_north", "flights.site_east"} <= set(drawn)
    assert all(factor.attacker for factor in drawn.values())  # averaged over, never ranked


def test_time_of_launch(table: pathlib.Path) -> None:
    study = load(table)
    moment = datetime.datetime(2014, 3, 25, 17, 35, tzinfo=datetime.UTC)
    unix = 2440587.5  # Julian date of 1970-01-01 00:00 UTC
    assert study.case(0).julian_date == pytest.approx(unix + moment.timestamp() / 86400.0, abs=1e-6)
    day = datetime.datetime(2019, 5, 4, tzinfo=datetime.UTC).timestamp() / 86400.0 + unix
    assert day <= study.case(1).julian_date <= day + 1.0


def test_resolved_table_study_carries_its_rows(table: pathlib.Path, tmp_path: pathlib.Path) -> None:
    study = load(table)
    (tmp_path / "resolved.yaml").write_text(study.resolved_yaml(), "utf-8")
    again = load(tmp_path / "resolved.yaml")
    assert again.resolved_yaml() == study.resolved_yaml()
    assert again.case(5) == study.case(5)


def test_futures_that_are_no_multiple_of_the_flights(table: pathlib.Path) -> None:
    path = table / "study.yaml"
    path.write_text(path.read_text("utf-8").replace("futures: 40", "futures: 42"), "utf-8")
    assert [finding.id for finding in check(load(table))] == ["STAT06"]


@pytest.mark.parametrize(
    ("old", "new", "finding", "line", "words"),
    [
        ("650,150", "far,150", "UNIT01", 2, "range_km 'far'"),
        ("39.4,125.6,45", "139.4,125.6,45", "UNIT03", 3, "launch_latitude_deg"),
        ("three,small-glider", "three,small-glide", "REF01", 4, "Did you mean 'small-glider'"),
        ("2021-09-27T21:40Z", "2021-09-27Tnight", "SHAPE03", 4, "UTC"),
        ("four,", "one,", "READ08", 5, "'one' a second time"),
        ("range_km", "range_m", "SHAPE01", 1, "no column 'range_km'"),
        ("2019-05-04", "2019-25-04", "SHAPE03", 3, "a date"),
    ],
)
def test_broken_tables(table: pathlib.Path, old: str, new: str, finding: str, line: int, words: str) -> None:
    path = table / "flights.csv"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(InputError) as caught:
        load(table)
    assert [f.id for f in findings_of(caught.value)] == [finding]
    assert caught.value.place.path == str(path)
    assert caught.value.place.line == line
    assert words in str(caught.value)


def test_table_without_rows_missing_table_and_table_that_is_no_text(table: pathlib.Path) -> None:
    path = table / "flights.csv"
    path.write_text(HEADER + "\n")
    for finding in ("RAID01", "READ04", "READ01"):
        with pytest.raises(InputError) as caught:
            load(table)
        assert [f.id for f in findings_of(caught.value)] == [finding]
        if finding == "RAID01":
            path.write_bytes(HEADER.encode() + b"\n\xff\xfe\xfd,\n")
        else:
            path.unlink(missing_ok=True)

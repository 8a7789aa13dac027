"""Reading and flying tables of observed flights: two formats, and every row is accounted for."""

import dataclasses
import math
import re

import pytest

from sakimori.base.errors import InputError
from sakimori.study.flight_classes import class_ends, class_parameters
from sakimori.study.flight_tables import (
    fly_observed,
    import_flights,
    observed_threat,
    read_flights,
    shipped_table,
)

OWN = (
    "id,local_date,record,manoeuvre,launch_latitude_deg,launch_longitude_deg,"
    "bearing_deg,range_km,apogee_km,launch_utc\n"
)
PUBLIC = "date,time_utc,missile_id,type,maneuver,facility_id,launch_lat,launch_lon,apogee_km,distance_km,bearing_deg\n"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "flights.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def shipped(name):
    return next(flight for flight in read_flights(shipped_table()) if flight.name == name)


def test_own_format_becomes_si(table):
    (flight,) = read_flights(table(OWN + "a,2020-01-01,short-range-ballistic,none,39.0,127.0,90,500,120,\n"))
    assert (flight.range, flight.apogee, flight.bearing) == (500e3, 120e3, pytest.approx(math.pi / 2))
    assert (flight.missing, flight.place.line) == ("", 2)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("none,39.0,127.0,90,500,", "no apogee announced"),
        ("none,39.0,127.0,,500,120", "no bearing announced"),
        ("none,39.0,127.0,90,far,120", "range_km is 'far', not a number"),
        ("none,99.0,127.0,90,500,120", "launch_latitude_deg is 99.0, not within -90 to 90"),
        ("none,39.0,127.0,90,nan,120", "range_km is nan, not within 1 to 20000"),
        ("hop,39.0,127.0,90,500,120", "manoeuvre is 'hop', not one of none, pull-up, glide, unknown"),
    ],
)
def test_a_row_that_cannot_fly_says_why_and_is_not_dropped(table, cells, reason):
    path = table(OWN + f"a,2020-01-01,short-range-ballistic,{cells},\n")
    (result,) = import_flights(path, known=()).results
    assert (result.status, result.reason) == ("NOT_FLOWN", reason)


def test_every_row_is_in_exactly_one_list(table):
    good = "a,2020-01-01,short-range-solid-ballistic,none,39.0,127.0,90,360,100,\n"
    report = import_flights(table(OWN + good + good.replace("360,100", "900,50") + good.replace("100", "")), known=())
    assert (len(report.flown), len(report.refused), len(report.incomplete)) == (1, 1, 1)
    assert len(report.results) == 3
    assert report.refused[0].status == "NOT_BALLISTIC"
    assert "3.9 min" in report.refused[0].reason


def test_public_format_and_its_traps(table):
    rows = [
        "2022-05-24,21:00 (UTC),unknown,Unknown,ballistic_or_unknown,pyongyang,39.2,125.7,360.0,540.0,72.0",
        "2020-01-01,unknown,x,SRBM,ballistic_or_unknown,unknown,40.0,127.0,100.0,500.0,90.0",
        "2020-01-02,unknown,y,ICBM,pullup,sunan,39.2,125.7,,500.0,80.0",
    ]
    report = import_flights(table(PUBLIC + "\n".join(rows) + "\n"))
    swapped, nowhere, partial = report.results
    assert not swapped.reason
    assert any("range 540 km; the package's table has 300 km" in remark for remark in swapped.remarks)
    assert "launch place is not known" in nowhere.reason
    assert report.refused == (nowhere,)
    assert "default" in nowhere.flight.note
    assert partial.flight.record == "short-range-quasi-ballistic"
    assert report.incomplete == (partial,)


def test_other_tables_and_files_are_refused_in_words(table, tmp_path):
    with pytest.raises(InputError, match=r"flights\.csv:1.*columns a, b"):
        read_flights(table("a,b\n1,2\n"))
    with pytest.raises(InputError, match="no rows"):
        read_flights(table(""))
    with pytest.raises(InputError, match="No such file"):
        read_flights(tmp_path / "none.csv")
    big = tmp_path / "big.csv"
    big.write_bytes(b"x" * 5_000_001)
    with pytest.raises(InputError, match="over 5 MB"):
        read_flights(big)
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"id\xff\n1\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_flights(odd)


def test_an_unknown_record_names_the_nearest():
    with pytest.raises(InputError, match="short-range-ballistic"):
        class_parameters("short-range-balistic")


def test_a_flown_flight_meets_what_was_announced():
    flight = shipped("nk-2017-09-15-a")
    result = fly_observed(flight, class_parameters(flight.record), class_ends(flight.record))
    # solved to the metre; sampled at the integrator's steps
    assert result.apogee == pytest.approx(flight.apogee, abs=10.0)
    # announced to the minute at both ends, boost of the class
    assert result.duration == pytest.approx(flight.duration, abs=90.0)
    assert "65 m/s too slow: flown with 500 kg" in result.remarks[0]
    bare = fly_observed(flight, class_parameters(flight.record))
    assert bare.status == "TOO_FAR"
    assert "beyond what" in bare.reason


def test_a_weak_booster_is_strengthened_or_says_what_is_missing(table):
    """Scud-B values on Scud-C flights: with the way to the strong end the remark; beyond it the reason, in m/s."""
    row = "a,2020-01-01,short-range-ballistic,none,39.0,127.0,90,490,134,\n"
    far = row.replace("490,134", "800,250")
    one, none = import_flights(table(OWN + row + far), known=()).results
    assert re.search(
        r"408 m/s too slow, with 700 kg, the least in its range, 184 m/s: flown .* 50 % of the way", one.remarks[0]
    )
    assert (none.status, none.remarks) == ("TOO_FAR", ())
    assert re.search(
        r"800 km with 250 km apogee lies beyond short-range-ballistic: .* strong end .* \d+ m/s$", none.reason
    )


def test_a_glide_flies_the_announced_range_and_apogee_as_a_glide():
    flight = shipped("nk-2022-01-11-a")
    threat = observed_threat(flight, class_parameters(flight.record))
    assert (threat.entry_speed, threat.apogee) == (3200.0, flight.apogee)
    result = fly_observed(flight, class_parameters(flight.record))
    assert not result.reason
    assert not result.remarks
    assert result.apogee == pytest.approx(flight.apogee, abs=1.0)  # [m] the solver stops within 0.1
    skipping = {**class_parameters(flight.record), "skip": 1.0}
    low = fly_observed(dataclasses.replace(flight, apogee=30e3), skipping)
    assert low.status == "NO_SUCH_APOGEE"
    assert "cannot peak at 30 km" in low.reason
    near = dataclasses.replace(flight, range=150e3)
    assert fly_observed(near, class_parameters(flight.record)).status == "TOO_NEAR"


@pytest.mark.parametrize(
    ("name", "speed"), [("nk-2022-01-11-a", 3200.0), ("nk-2024-04-02-a", 2338.0), ("nk-2021-09-28-a", 1067.0)]
)
def test_an_announced_glide_flies_at_the_nearest_speed_that_does(name, speed):
    """An announcement gives no speed: 3.2 km/s of the record cannot come down as near as 200 and 650 km."""
    flight = shipped(name)
    result = fly_observed(flight, class_parameters(flight.record))
    assert result.status == "REACHED"
    assert result.apogee == pytest.approx(flight.apogee, abs=1.0)  # [m] the solver stops within 0.1
    assert result.speed == pytest.approx(speed, rel=0.04)  # one step
    assert bool(result.remarks) == (speed < 3200.0)
    assert all("of its record do not fly this" in remark for remark in result.remarks)

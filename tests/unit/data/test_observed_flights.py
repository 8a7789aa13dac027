"""The table of observed flights: wide enough, to town precision, with both dates, and honest about what is empty."""

import csv
import datetime
import math
import pathlib

import pytest

from sakimori.study.fields import DRAWN_BOOST, KINDS
from sakimori.study.flight_classes import class_ends, class_parameters, record_of, records_by_size
from sakimori.study.flight_tables import read_flights, shipped_table

with shipped_table().open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
FLIGHTS = read_flights(shipped_table())
GLIDES = {"2021-09-28", "2022-01-05", "2022-01-11", "2024-01-14", "2024-04-02"}


def test_at_least_sixty_flights_of_all_classes():
    complete = [f for f in FLIGHTS if not f.missing]
    assert len(complete) >= 60
    names = " ".join(f.kind for f in FLIGHTS)
    for wanted in ("Scud", "No Dong", "ER-Scud", "Hwasong-12", "Hwasong-14", "Hwasong-15", "Hwasong-17", "Hwasong-18"):
        assert wanted in names
    for wanted in ("KN-23", "KN-24", "KN-25", "Pukguksong"):
        assert wanted in names


def test_all_five_glide_flights_stand_under_their_local_dates():
    glides = {f.date for f in FLIGHTS if f.manoeuvre == "glide"}
    assert glides >= GLIDES
    assert all(f.record == "regional-glider" for f in FLIGHTS if f.manoeuvre == "glide")


def test_names_are_unique_and_dates_in_order():
    names = [f.name for f in FLIGHTS]
    assert len(names) == len(set(names))
    assert [f.date for f in FLIGHTS] == sorted(f.date for f in FLIGHTS)


def test_utc_is_nine_hours_before_the_local_date():
    for row in ROWS:
        assert row["id"].startswith(f"nk-{row['local_date']}-")
        if row["launch_utc"]:
            utc = datetime.datetime.strptime(row["launch_utc"], "%Y-%m-%dT%H:%MZ")
            assert (utc + datetime.timedelta(hours=9)).date().isoformat() == row["local_date"]


def test_places_have_town_precision_and_lie_in_north_korea():
    for row, flight in zip(ROWS, FLIGHTS, strict=True):
        for column in ("launch_latitude_deg", "launch_longitude_deg"):
            assert len(row[column].partition(".")[2]) <= 2, row["id"]
        assert 37.6 < math.degrees(flight.latitude) < 43.1
        assert 124.0 < math.degrees(flight.longitude) < 131.0


def test_every_figure_says_who_announced_it():
    for row in ROWS:
        for figure, by in (("range_km", "range_by"), ("apogee_km", "apogee_by"), ("duration_min", "duration_by")):
            assert bool(row[figure]) == bool(row[by]), (row["id"], figure)
            assert row[by] in ("", "JPN", "KOR", "USA", "PRK", "CNS"), row["id"]
        assert all(row[column] for column in ("source", "name_ja", "bearing_basis")), row["id"]


def test_differing_reports_are_kept():
    reported = {f.date: f.reported for f in FLIGHTS if f.reported}
    assert "at least 500 km" in reported["2024-01-14"]
    assert "1,000 km" in reported["2024-01-14"]
    assert "650 km" in reported["2024-04-02"]
    assert "600 km" in reported["2024-04-02"]
    assert "ballistic" in reported["2022-01-11"]
    assert {"2017-08-29", "2017-09-15", "2022-10-04"} <= {d for d, text in reported.items() if "alert" in text}


def test_public_alerts_are_those_of_the_reports_and_say_their_basis():
    alerts = {r["local_date"]: r for r in ROWS if r["alert_min"]}
    assert {d: float(r["alert_min"]) for d, r in alerts.items()} == {"2017-08-29": 4, "2017-09-15": 3, "2022-10-04": 5}
    for row in ROWS:
        basis = ("JPN", "secondary") if row["alert_min"] else ("", "")
        assert (row["alert_by"], row["alert_basis"]) == basis
    for row in alerts.values():
        assert f"alert in Japan about {row['alert_min']} minutes after launch" in row["reported_seen"]


def test_an_empty_cell_is_no_number():
    flight = next(f for f in FLIGHTS if f.name == "nk-2016-08-03-a")
    assert math.isnan(flight.apogee)
    assert flight.missing == "no apogee announced"


@pytest.mark.parametrize("record", sorted({f.record for f in FLIGHTS}))
def test_records_exist_and_give_si_values(record):
    parameters = class_parameters(record)
    kinds = {"entry_speed": "glide", "pull_up_pressure": "quasi-ballistic"}
    kind = next((kinds[name] for name in parameters if name in kinds), "ballistic")
    own = {name for name in parameters if not name.startswith("booster.")}
    ends = class_ends(record)
    assert own <= set(KINDS[kind])
    assert bool(own & set(DRAWN_BOOST)) == (ends is None)
    time = parameters["boost_time"] if ends is None else sum(ends.slow.stages[:, 2])
    assert 30.0 <= time <= 450.0


@pytest.mark.parametrize(
    ("named", "record"),
    [
        (("hwasong-14", "ICBM", "unknown", math.nan, math.nan), "long-range-light-ballistic"),
        (("kn-25", "SRBM", "unknown", 380e3, 97e3), "short-range-solid-ballistic"),
        (("kn-25", "SRBM", "pull-up", 380e3, 50e3), "short-range-quasi-ballistic"),
        (("none-such", "SLBM", "unknown", 450e3, 910e3), "medium-range-solid-ballistic"),
        (("unknown", "Unknown", "unknown", 500e3, 2500e3), "long-range-ballistic"),
        (("unknown", "Unknown", "glide", 500e3, 50e3), "regional-glider"),
        (("unknown", "Unknown", "unknown", math.nan, math.nan), "short-range-solid-ballistic"),
    ],
)
def test_a_type_comes_before_a_class_and_a_class_before_a_size(named, record):
    assert record_of(*named) == record
    assert records_by_size(1000e3, 30000e3) == ("long-range-heavy-ballistic",)
    assert records_by_size(1000e3, 300e3)[:2] == ("medium-range-ballistic", "intermediate-range-ballistic")


def test_the_package_ships_no_part_of_the_public_data_set():
    data = pathlib.Path(str(shipped_table())).parents[1]
    columns = set(ROWS[0])
    assert not columns & {"facility_id", "derived_landing_lat", "distance_km", "missile_id"}
    assert {p.name for p in (data / "tables").iterdir()} == {
        "observed_flights.csv",
        "warning_satellites.csv",
        "PROVENANCE.md",
    }

"""The table of satellites with warning and tracking payloads: whole, and in agreement with the public element sets."""

import csv
import pathlib
import re

from sakimori.study.catalogue import DATA, source_keys

with (DATA / "tables" / "warning_satellites.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def test_every_row_is_whole_and_cited():
    assert len({row["name"] for row in ROWS}) == len(ROWS) == 22
    for row in ROWS:
        assert set(row["source"].split(";")) <= source_keys(None), row["name"]
        assert row["payload"] in ("missile warning", "tracking")
        assert row["payload_basis"] in ("official", "estimate")
        assert float(row["perigee_km"]) < float(row["apogee_km"])
        assert row["status"]
        assert re.fullmatch(r"\d{4}-\d{3}[A-Z]+", row["international_designator"])


def test_relays_and_others_are_not_in_it():
    names = " ".join(row["name"] for row in ROWS)
    for other in ("CHECKMATE", "WILDFIRE", "PRAETORIAN", "SDA_", "GOES", "HIMAWARI", "ISS", "QZS"):
        assert other not in names
    assert sum(row["programme"].startswith("SDA") for row in ROWS) == 8


def test_no_element_set_is_shipped():
    for path in pathlib.Path(DATA).rglob("*"):
        if path.is_file():
            assert not re.search(rb"^[12] \d{5}[UCS ]", path.read_bytes(), re.MULTILINE), path

"""sources.bib: every key that is used is declared once, and each entry says enough."""

import csv
import pathlib
import re

PACKAGE = pathlib.Path(__file__).parents[3] / "src" / "sakimori"
DATA = PACKAGE / "data"
BIB = (DATA / "sources.bib").read_text(encoding="utf-8")
ENTRIES = {m[2]: m[3] for m in re.finditer(r"^@(\w+)\{([^,\s]+),\n(.*?)^\}", BIB, re.M | re.S)}


def keys_in_yaml() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in DATA.rglob("*.yaml"))
    return set(re.findall(r"\bsource: ([a-z0-9-]+)", text))


def keys_in_tables() -> set[str]:
    with (DATA / "tables" / "observed_flights.csv").open(encoding="utf-8", newline="") as file:
        return {key for row in csv.DictReader(file) for key in row["source"].split(";")}


def test_entries_are_unique_and_well_formed():
    declared = re.findall(r"^@\w+\{([^,\s]+),", BIB, re.M)
    assert len(declared) == len(set(declared)) == len(ENTRIES)
    for key, body in ENTRIES.items():
        assert "title = {" in body, key
        assert body.count("{") == body.count("}"), key
        if key not in ("none-public", "study-choice"):
            assert "author = {" in body, key


def test_every_used_key_is_declared():
    used = keys_in_yaml() | keys_in_tables()
    assert len(used) > 20
    assert used <= set(ENTRIES), used - set(ENTRIES)


def test_none_public_says_that_there_is_no_value():
    assert "No public value exists" in ENTRIES["none-public"]

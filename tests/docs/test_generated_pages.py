"""Pages of docs/ that repeat what the code says: they must say it whole.

After a change of the code, `python tests/docs/test_generated_pages.py` writes them anew.
"""

import csv
import pathlib

import pytest

from sakimori.base.columns import TABLES
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.study.catalogue import DATA

DOCS = pathlib.Path(__file__).parents[2] / "docs"


def tables_page() -> str:
    lines = [
        "# Result tables",
        "",
        "Parquet parts in the run folder, one row per future (and option, threat, ...). Every number is SI unless its",
        "unit says otherwise; each field carries its unit and meaning as metadata. The table `factors` has one column",
        "per sampled factor, named by its path in the study. Written from `sakimori/base/columns.py`.",
    ]
    for table, columns in TABLES.items():
        lines += ["", f"## {table}", "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {c.kind} | {c.unit} | {c.meaning} |" for c in columns]
    return "\n".join(lines) + "\n"


def reasons_page() -> str:
    lines = [
        "# Reasons",
        "",
        "Why something did or did not happen. Of several reasons for one threat the one furthest down this list",
        "counts: it got furthest along the chain. Written from `sakimori/base/reasons.py`.",
        "",
        "| code | reason | it means | what would change it |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.value} | `{r.name}` | {REASONS[r].meaning} | {REASONS[r].remedy} |" for r in Reason]
    return "\n".join(lines) + "\n"


def satellites_page() -> str:
    lines = [
        "# Satellites with warning and tracking payloads",
        "",
        "Which public satellites carry missile-warning or missile-tracking payloads, with their orbits rounded. For",
        "a study or a [cover file](cover-files.md), bring element sets of a date near yours (`orbit: {elements:",
        "file.tle}`) and keep only these satellites in the file: public lists mix them with relay, weather and",
        "navigation satellites. The relays of the same agency (CHECKMATE, WILDFIRE, PRAETORIAN, SDA_...) carry no such",
        "payload. Elements say nothing about a payload's health. Where the basis is `estimate`, which satellite",
        "carries the payload is inferred, not published. No public source gives the noise or sensitivity of any.",
        "Written from `sakimori/data/tables/warning_satellites.csv`, whose sources stand in its rows.",
        "",
        "| satellite | number | programme | payload | basis | orbit | km | deg | on | status |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    with (DATA / "tables" / "warning_satellites.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            cells = (
                r["name"], r["norad_id"] or "-", r["programme"], r["payload"], r["payload_basis"], r["orbit"],
                f"{r['perigee_km']} x {r['apogee_km']}", r["inclination_deg"], r["orbit_date"], r["status"],
            )  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


PAGES = {"tables.md": tables_page, "reasons.md": reasons_page, "satellites.md": satellites_page}


@pytest.mark.parametrize("name", PAGES)
def test_page_says_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run: python tests/docs/test_generated_pages.py"


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")

"""Tables of observed flights: each row one flight, flown alone from its announced launch point, bearing and range."""

import csv
import datetime
import math
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sakimori.base.errors import Place
from sakimori.base.units import UnitError, to_si
from sakimori.earth.geodesy import destination
from sakimori.study.announced import announced
from sakimori.study.boosters import Ends, booster_ends, booster_record, threat_terms
from sakimori.study.catalogue import DATA
from sakimori.study.deployment import Source
from sakimori.study.fields import THREATS
from sakimori.study.quantities import amount
from sakimori.study.raids import Flown, make_threat
from sakimori.study.reading import LARGEST, Problem, suggestion
from sakimori.study.sampling import Term

COLUMNS = {  # needed column: its dimension, unit and range in SI
    "launch_latitude_deg": ("angle", "deg", -math.pi / 2, math.pi / 2),
    "launch_longitude_deg": ("angle", "deg", -2 * math.pi, 2 * math.pi),
    "bearing_deg": ("angle", "deg", -2 * math.pi, 2 * math.pi),
    "range_km": ("length", "km", 1e4, 2e7),
}
SPREADS = {  # column that may be there, and empty: how far the place or the bearing may be off, to either side
    "site_spread_km": ("length", "km", 0.0, 1e6),
    "bearing_spread_deg": ("angle", "deg", 0.0, math.pi),
}
APOGEE = "apogee_km"  # may be empty: the record's loft or apogee is then flown
TIME = "launch_utc"  # may be empty: the time of day is then drawn
NEEDED = ("id", "record", *COLUMNS)


@dataclass(frozen=True)
class RowPlan:
    """One observed flight; `terms` are its record's parameters."""

    id: str
    record: str
    family: str
    launch: tuple[float, float]  # [rad] as announced
    bearing: float  # [rad] as announced
    distance: float  # [m]
    spreads: tuple[float, float]  # [m] of the place, to the north as to the east, and [rad] of the bearing
    off: tuple[Term, Term, Term]  # shares of these: place to the north and to the east, bearing; -1 to 1
    apogee: float  # [m] nan where the record's loft or apogee is flown
    date: str  # ISO; empty where not stated
    hour: float  # [s UTC of that day] nan where not stated
    terms: tuple[tuple[str, Term], ...]
    ends: Ends | None  # of its booster

    @property
    def aim(self) -> tuple[float, float]:
        """[rad] where it came down, as announced."""
        return destination(*self.launch, self.bearing, self.distance)

    def fly(self, values: Mapping[str, float]) -> Flown:
        """The flight in a future with these factor values."""
        fields = {name: term.at(values) for name, term in self.terms}
        if not math.isnan(self.apogee):
            fields |= {"apogee": self.apogee} | ({"loft": math.nan} if "loft" in fields else {})
        north, east, turned = (term.at(values) for term in self.off)
        away = self.spreads[0] * math.hypot(north, east)
        launch = destination(*self.launch, math.atan2(east, north), away) if away > 0.0 else self.launch
        aim = destination(*launch, self.bearing + self.spreads[1] * turned, self.distance)
        threat = make_threat(self.family, launch, aim, fields)
        return Flown(announced(threat, self.ends).threat, self.record, self.family, 0)


def read_table(name: str, folder: pathlib.Path | None, place: Place) -> tuple[list[dict[str, str]], str]:
    """Rows of a CSV file beside the study, or of a shipped table, and its path. Raises Problem."""
    candidates = [*([folder / name] if folder else []), DATA / "tables" / name]
    path = next((p for p in candidates if p.is_file()), None)
    if path is None:
        tables = [p.name for p in (DATA / "tables").glob("*.csv")]
        got = f"the table '{name}', which does not exist"
        raise Problem("READ01", place, got, "a CSV file beside the study, or a shipped one", suggestion(name, tables))
    if path.stat().st_size > LARGEST:
        raise Problem("READ02", str(path), f"{path.stat().st_size / 1e6:.1f} MB", "at most 5 MB", "Split the table.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file)], str(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem("READ04", str(path), str(error)[:80], "a CSV file in UTF-8", "Save it as UTF-8.") from None


def rows_of(rows: Sequence[Mapping[str, Any]], path: str, source: Source) -> tuple[RowPlan, ...]:
    """The rows as plans. Raises Problem with the row's line."""
    if not rows:
        raise Problem("RAID01", path, "no flights", "one row or more", "Add rows below the header.")
    missing = [name for name in NEEDED if name not in rows[0]]
    if missing:
        mend = f"Needed: {', '.join(NEEDED)}."
        raise Problem("SHAPE01", Place(path, 1), f"no column '{missing[0]}'", "all needed columns", mend)
    off = _off(rows, source)
    plans = [_row(row, Place(path, line), source, off) for line, row in enumerate(rows, start=2)]
    names = [plan.id for plan in plans]
    for line, name in enumerate(names, start=2):
        if names.index(name) != line - 2:
            raise Problem("READ08", Place(path, line), f"the flight '{name}' a second time", "each id once", "Rename.")
    return tuple(plans)


def _off(rows: Sequence[Mapping[str, Any]], source: Source) -> tuple[Term, Term, Term]:
    """The factors of place and bearing, drawn once for all rows: each future flies only one. None without spreads."""
    there = {name: any((row.get(name) or "").strip() for row in rows) for name in SPREADS}
    either = amount({"uniform": [-1.0, 1.0]}, "number")
    names = {"site_north": "site_spread_km", "site_east": "site_spread_km", "bearing": "bearing_spread_deg"}
    north, east, turned = (
        source.factors.term(f"flights.{name}", either) if there[column] else Term() for name, column in names.items()
    )
    return north, east, turned


def _row(row: Mapping[str, str], at: Place, source: Source, off: tuple[Term, Term, Term]) -> RowPlan:
    entry = source.catalogue.find(row["record"], at, *THREATS)
    of = booster_record(entry, source.catalogue)
    latitude, longitude, bearing, distance = (_number(row, name, at, *rest) for name, rest in COLUMNS.items())
    site, turned = (
        _number(row, name, at, *rest) if (row.get(name) or "").strip() else 0.0 for name, rest in SPREADS.items()
    )
    apogee = math.nan
    if row.get(APOGEE) and entry.kind != "cruise":
        apogee = _number(row, APOGEE, at, "length", "km", 1e3, 2e7)
    date, hour = _moment(row.get(TIME, "") or row.get("local_date", ""), at)
    return RowPlan(
        row["id"],
        entry.id,
        entry.kind,
        (latitude, longitude),
        bearing,
        distance,
        (site, turned),
        off,
        apogee,
        date,
        hour,
        tuple(threat_terms(entry, source).items()),
        None if of is None else booster_ends(of),
    )


def _number(row: Mapping[str, str], name: str, at: Place, dimension: str, unit: str, low: float, high: float) -> float:
    try:
        value = to_si(f"{row[name].strip()} {unit}", dimension)
    except UnitError:
        raise Problem("UNIT01", at, f"{name} '{row[name]}'", f"a number in {unit}", "Correct the cell.") from None
    if not low <= value <= high:
        raise Problem("UNIT03", at, f"{name} {row[name]}", f"{low:.6g} to {high:.6g} in SI", "Correct the cell.")
    return value


def _moment(text: str, at: Place) -> tuple[str, float]:
    """Date and seconds of the day of "2017-08-28T20:57Z" or "2017-08-28"."""
    date, _, clock = text.strip().partition("T")
    try:
        if date:
            datetime.date.fromisoformat(date)
        if not clock:
            return date, math.nan
        hours, minutes, *seconds = (float(part) for part in clock.removesuffix("Z").split(":"))
    except ValueError:
        got, expected = f"the time '{text}'", "a date, or a date and time in UTC"
        raise Problem("SHAPE03", at, got, expected, "Write it like 2017-08-28T20:57Z.") from None
    return date, 3600.0 * hours + 60.0 * minutes + sum(seconds)

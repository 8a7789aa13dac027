"""Tables of observed test flights: the package's own, and the public data set that people bring (nk-missile-tests).

Nothing is dropped: a row flies, or the report says why it does not.
"""

import csv
import dataclasses
import datetime
import math
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sakimori.base.errors import InputError, Place
from sakimori.base.reasons import FLIGHTS
from sakimori.base.types import FlightStatus
from sakimori.earth.geodesy import destination
from sakimori.flight import AnyThreat, BallisticThreat, CruiseThreat, GlideThreat, QuasiBallisticThreat
from sakimori.flight.ballistic import LEAST_ARC_ANGLE
from sakimori.flight.kepler import vacuum_arc
from sakimori.study.announced import announced
from sakimori.study.boosters import Ends, Strength, threat_fields, weakness
from sakimori.study.catalogue import DATA
from sakimori.study.flight_classes import class_ends, class_parameters, record_of

LARGEST = 5_000_000  # [bytes] of one table
MANOEUVRES = ("none", "pull-up", "glide", "unknown")
DIFFERS = 0.15  # share by which a figure may differ from the package's own table before that is remarked
SAME_LAUNCH = 300.0  # [s] launches nearer than this are taken for the same one

_OWN = (
    "id",
    "local_date",
    "record",
    "manoeuvre",
    "launch_latitude_deg",
    "launch_longitude_deg",
    "range_km",
    "apogee_km",
)
_PUBLIC = ("date", "time_utc", "missile_id", "type", "maneuver", "facility_id", "launch_lat", "launch_lon", "apogee_km")


@dataclass(frozen=True)
class ObservedFlight:
    """One announced flight; angles [rad], lengths [m], times [s]; nan where nothing was announced."""

    name: str
    kind: str  # type as publicly named or assessed
    record: str  # catalogue record that stands in for it
    manoeuvre: str  # one of MANOEUVRES
    latitude: float
    longitude: float
    bearing: float
    range: float
    apogee: float
    duration: float
    missiles: int
    date: str  # as the table gives it
    launched: str  # UTC, ISO 8601, or empty
    announcer: str
    reported: str  # what was publicly reported as seen, lost or corrected
    note: str
    sources: tuple[str, ...]
    place: Place
    missing: str = ""  # why it cannot be flown from the table alone; empty where it can


@dataclass(frozen=True)
class FlightResult:
    """What flying one announced flight gave: `reason` is empty where it flew."""

    flight: ObservedFlight
    status: str  # name of a FlightStatus, or NOT_FLOWN
    reason: str
    speed: float = math.nan  # [m/s] at burnout or entry
    angle: float = math.nan  # [rad] there
    duration: float = math.nan  # [s] launch to ground
    apogee: float = math.nan  # [m]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """Every row of a table, in its order."""

    path: str
    results: tuple[FlightResult, ...]

    @property
    def flown(self) -> tuple[FlightResult, ...]:
        """Rows with range and apogee that flew."""
        return tuple(result for result in self.results if not result.reason)

    @property
    def refused(self) -> tuple[FlightResult, ...]:
        """Rows with range and apogee for which there is no such flight, or whose launch is not known."""
        return tuple(r for r in self.results if r.reason and not math.isnan(r.flight.range + r.flight.apogee))

    @property
    def incomplete(self) -> tuple[FlightResult, ...]:
        """Rows without range or apogee."""
        return tuple(r for r in self.results if r.reason and math.isnan(r.flight.range + r.flight.apogee))


def shipped_table() -> pathlib.Path:
    """The package's own table of observed flights."""
    return DATA / "tables" / "observed_flights.csv"


def read_flights(path: pathlib.Path) -> list[ObservedFlight]:
    """The flights of a table in either format, in its order. Raises InputError where it is no such table."""
    rows = _rows(path)
    columns = set(rows[0][1]) if rows else set()
    if columns >= set(_OWN):
        return [_own(line, row, path) for line, row in rows]
    if columns >= set(_PUBLIC):
        return [_public(line, row, path) for line, row in rows]
    got = f"the columns {', '.join(sorted(columns))[:80]}" if rows else "no rows"
    expected = "the columns of observed_flights.csv or of the public data set nk-missile-tests, flattened"
    raise InputError(Place(str(path), 1), got, expected, "Give a table with one of these headers.")


def import_flights(path: pathlib.Path, known: Iterable[ObservedFlight] | None = None) -> ImportReport:
    """Fly every row of a table with the parameters of its record in the shipped catalogue.

    `known` flights, the package's own where None, are compared by launch time. Raises InputError as `read_flights`.
    """
    own = {_moment(f): f for f in (read_flights(shipped_table()) if known is None else known) if _moment(f)}
    results = [fly_observed(f, class_parameters(f.record), class_ends(f.record)) for f in read_flights(path)]
    return ImportReport(
        str(path), tuple(dataclasses.replace(r, remarks=(*r.remarks, *_compared(r.flight, own))) for r in results)
    )


def fly_observed(flight: ObservedFlight, parameters: Mapping[str, float], ends: Ends | None = None) -> FlightResult:
    """The flight with the announced range and apogee, or the reason why there is none.

    With `ends` a booster that is too weak is strengthened within its stated ranges, and a remark says so.
    """
    if flight.missing:
        return FlightResult(flight, "NOT_FLOWN", flight.missing)
    found = announced(observed_threat(flight, parameters), ends)
    status, solved = FlightStatus(found.aim.status), found.aim
    if status is not FlightStatus.REACHED:
        return FlightResult(flight, status.name, _why(flight, found, parameters))
    remarks: tuple[str, ...] = ()
    if not math.isnan(found.missing[0]):
        remarks = (weakness(found, parameters["booster.payload"]),)
    if isinstance(found.threat, GlideThreat) and found.threat.entry_speed != parameters["entry_speed"]:
        stated = parameters["entry_speed"] / 1e3
        remarks = (
            f"flown at {solved.speed / 1e3:.2f} km/s at burnout: the {stated:.2f} of its record do not fly this",
        )
    duration = solved.boost_time + solved.duration
    return FlightResult(flight, status.name, "", solved.speed, solved.angle, duration, solved.apogee, remarks)


def observed_threat(flight: ObservedFlight, parameters: Mapping[str, float]) -> AnyThreat:
    """The announced flight as a threat, launched at 0 s: it comes down at the announced range along its bearing.

    `parameters` are those of `class_parameters` [SI]; the loft or apogee gives way to the announced apogee.
    """
    latitude, longitude = destination(flight.latitude, flight.longitude, flight.bearing, flight.range)
    where = {
        "launch_latitude": flight.latitude,
        "launch_longitude": flight.longitude,
        "aim_latitude": float(latitude),
        "aim_longitude": float(longitude),
        "launch_time": 0.0,
    }
    if "mach" in parameters:
        return CruiseThreat(**where, **threat_fields(parameters))
    rest = {name: value for name, value in threat_fields(parameters).items() if name not in ("loft", "apogee")}
    kind = QuasiBallisticThreat if "pull_up_pressure" in parameters else BallisticThreat
    kind = GlideThreat if "entry_speed" in parameters else kind
    return kind(**where, apogee=flight.apogee, **rest)


def _why(flight: ObservedFlight, found: Strength, parameters: Mapping[str, float]) -> str:
    status, nearest = FlightStatus(found.aim.status), found.aim.nearest_range
    range_km, apogee_km = flight.range / 1e3, flight.apogee / 1e3
    if not math.isnan(found.missing[0]):
        beyond = f"{range_km:.0f} km with {apogee_km:.0f} km apogee lies beyond {flight.record}"
        return f"{beyond}: {weakness(found, parameters['booster.payload'])}"
    if status is FlightStatus.NOT_BALLISTIC:
        arc = vacuum_arc(flight.range, flight.apogee)
        flown = f" (announced: {flight.duration / 60:.1f} min)" if not math.isnan(flight.duration) else ""
        boost = f" after the boost of {flight.record}" if arc.angle >= LEAST_ARC_ANGLE else ""
        return (
            f"no ballistic flight of {range_km:.0f} km peaks at {apogee_km:.0f} km{boost}: the arc in vacuum would "
            f"leave the ground at {math.degrees(arc.angle):.1f} deg and last {arc.time / 60:.1f} min{flown}"
        )
    if status in (FlightStatus.TOO_FAR, FlightStatus.TOO_NEAR):
        word = "beyond" if status is FlightStatus.TOO_FAR else "short of"
        return f"{range_km:.0f} km lies {word} what {flight.record} can fly (about {nearest / 1e3:.1f} km)"
    if status is FlightStatus.NO_SUCH_APOGEE:
        return f"{flight.record} cannot peak at {apogee_km:.0f} km: {FLIGHTS[status]}"
    return f"no flight of {range_km:.0f} km with {apogee_km:.0f} km apogee was found ({status.name})"


def _rows(path: pathlib.Path) -> list[tuple[int, dict[str, str]]]:
    name = str(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(name, "a file over 5 MB", "a table of flights", "Give a smaller table.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    except OSError as error:
        got = error.strerror or "an error"
        raise InputError(name, got, "a readable CSV file", "Check the name and that you may read it.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(name, str(error), "a CSV file in UTF-8", "Save the table as CSV in UTF-8.") from None
    return rows


class _Row:
    """One row while it is read: numbers in SI, and a list of what was wrong with them."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.row, self.faults = row, list[str]()

    def number(self, column: str, factor: float, low: float, high: float) -> float:
        text = self.row.get(column, "")
        if not text:
            return math.nan
        try:
            value = float(text)
        except ValueError:
            self.faults.append(f"{column} is '{text[:20]}', not a number")
            return math.nan
        if not low <= value <= high:
            self.faults.append(f"{column} is {text[:20]}, not within {low:g} to {high:g}")
            return math.nan
        return value * factor

    def place(self, latitude: str, longitude: str, bearing: str) -> tuple[float, float, float]:
        degree = math.pi / 180.0
        return (
            self.number(latitude, degree, -90.0, 90.0),
            self.number(longitude, degree, -180.0, 180.0),
            self.number(bearing, degree, 0.0, 360.0),
        )

    def missing(self, numbers: Mapping[str, float]) -> str:
        absent = [f"no {name} announced" for name, value in numbers.items() if math.isnan(value)]
        return "; ".join(self.faults or absent)


def _own(line: int, row: Mapping[str, str], path: pathlib.Path) -> ObservedFlight:
    cells = _Row(row)
    latitude, longitude, bearing = cells.place("launch_latitude_deg", "launch_longitude_deg", "bearing_deg")
    reach = cells.number("range_km", 1e3, 1.0, 20e3)
    apogee = cells.number("apogee_km", 1e3, 1.0, 20e3)
    duration = cells.number("duration_min", 60.0, 0.1, 300.0)
    missiles = cells.number("missiles", 1.0, 1.0, 1000.0)
    if row["manoeuvre"] not in MANOEUVRES:
        cells.faults.append(f"manoeuvre is '{row['manoeuvre'][:20]}', not one of {', '.join(MANOEUVRES)}")
    needed = {"range": reach, "apogee": apogee, "launch place": latitude + longitude, "bearing": bearing}
    return ObservedFlight(
        name=row["id"],
        kind=row.get("name", ""),
        record=row["record"],
        manoeuvre=row["manoeuvre"],
        latitude=latitude,
        longitude=longitude,
        bearing=bearing,
        range=reach,
        apogee=apogee,
        duration=duration,
        missiles=1 if math.isnan(missiles) else int(missiles),
        date=row["local_date"],
        launched=row.get("launch_utc", ""),
        announcer=row.get("range_by", ""),
        reported=row.get("reported_seen", ""),
        note=row.get("note", ""),
        sources=tuple(key for key in row.get("source", "").split(";") if key),
        place=Place(str(path), line),
        missing=cells.missing(needed),
    )


def _public(line: int, row: Mapping[str, str], path: pathlib.Path) -> ObservedFlight:
    cells = _Row(row)
    latitude, longitude, bearing = cells.place("launch_lat", "launch_lon", "bearing_deg")
    reach = cells.number("distance_km", 1e3, 1.0, 20e3)
    apogee = cells.number("apogee_km", 1e3, 1.0, 20e3)
    manoeuvre = {"pullup": "pull-up", "glide": "glide"}.get(row["maneuver"], "unknown")
    missing = cells.missing(
        {"range": reach, "apogee": apogee, "launch place": latitude + longitude, "bearing": bearing}
    )
    if not missing and row["facility_id"] == "unknown":
        missing = "the launch place is not known (the coordinates of the data set are a stand-in)"
    time = row["time_utc"].removesuffix("(UTC)").strip()
    return ObservedFlight(
        name="-".join(part for part in (row["date"], row["missile_id"], row.get("series", "")) if part),
        kind=row.get("missile_en", row["missile_id"]),
        record=record_of(row["missile_id"], row["type"], manoeuvre, reach, apogee),
        manoeuvre=manoeuvre,
        latitude=latitude,
        longitude=longitude,
        bearing=bearing,
        range=reach,
        apogee=apogee,
        duration=math.nan,
        missiles=1,
        date=row["date"],
        launched=f"{row['date']}T{time}Z" if ":" in time else "",
        announcer="",
        reported="",
        note="a bearing of 90 deg may be the data set's default" if row.get("bearing_deg") == "90.0" else "",
        sources=("nk-missile-tests", "cns-nk-database"),
        place=Place(str(path), line),
        missing=missing,
    )


def _moment(flight: ObservedFlight) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(flight.launched.replace("Z", "+00:00")) if flight.launched else None
    except ValueError:
        return None


def _compared(flight: ObservedFlight, own: Mapping[datetime.datetime | None, ObservedFlight]) -> tuple[str, ...]:
    moment = _moment(flight)
    gaps = {m: abs((m - moment).total_seconds()) for m in own if m and moment}
    if not gaps or min(gaps.values()) > SAME_LAUNCH:
        return ()
    other = own[min(gaps, key=lambda m: gaps[m])]
    if other.name == flight.name:
        return ()
    pairs = (("range", flight.range, other.range), ("apogee", flight.apogee, other.apogee))
    return tuple(
        f"{word} {a / 1e3:.0f} km; the package's table has {b / 1e3:.0f} km for this launch ({other.name})"
        for word, a, b in pairs
        if abs(a - b) > DIFFERS * max(a, b)
    )

"""One flight from a YAML file: read, checked, flown (docs/fly-files.md). Here units become SI."""

import csv
import math
import pathlib
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.base.constants import MEAN_RADIUS, STANDARD_GRAVITY
from sakimori.base.errors import InputError, Place, RunError
from sakimori.base.types import Codes, Floats, Phase
from sakimori.earth.frames import enu_basis
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.flight.aerodynamics import Coefficient, Vehicle, angle_range, loads, polynomial, table
from sakimori.flight.boost import Booster, booster
from sakimori.flight.controls import Programme, programme
from sakimori.flight.integrator import Limits, Stop
from sakimori.flight.launching import Launched, launch
from sakimori.flight.motion import WGS84, Environment, plain
from sakimori.flight.profile import MOST_SAMPLES, describe, trace, velocity_ecef
from sakimori.study import vehicle_keys as keys
from sakimori.study.quantities import AmountError, amount
from sakimori.study.reading import LARGEST, Document, Problem, read, suggestion
from sakimori.study.schema import check_version, validated
from sakimori.study.vehicle_heat import Heat, heat_columns, heat_of
from sakimori.study.vehicle_keys import value

LONGEST = 7200.0  # [s] where the file names no time
_DEGREE = math.pi / 180.0
# Columns of a CSV of controls: name, its other names, and its units with their factors to SI.
_COLUMNS = {
    "time": (("t",), {"s": 1.0}),
    "energy": ((), {"J_kg": 1.0, "MJ_kg": 1e6}),
    "angle_of_attack": (("alpha",), {"deg": _DEGREE, "rad": 1.0}),
    "bank": ((), {"deg": _DEGREE, "rad": 1.0}),
}


@dataclass(frozen=True)
class RocketPlan:
    """A rocket of a flight file, and its open-loop programme."""

    booster: Booster
    kick: float  # [rad]
    heading: float  # [rad]
    cutoff: float  # [m/s] inf: never


@dataclass(frozen=True)
class FlightPlan:
    """A flight file in SI, ready to fly."""

    path: str
    title: str
    vehicle: Vehicle  # of a rocket: after burnout
    environment: Environment
    start: Floats  # (6,) ECEF [m], [m/s] relative to the turning Earth
    stop_time: float  # [s]
    stop_altitude: float  # [m] -inf: the ground does not end the flight
    limits: Limits
    step: float  # [s] between the rows of the output
    strictness: float
    unread: tuple[str, ...]  # columns of the CSV of controls that nothing reads
    heat: Heat | None = None
    rocket: RocketPlan | None = None


@dataclass(frozen=True)
class FlownPlan:
    """A flight flown: columns over time, each of shape (K,), the end last."""

    plan: FlightPlan
    stop: Stop
    apogee: float  # [m]
    time: Floats  # [s]
    state: Floats  # (K, 6) ECEF [m], [m/s]
    described: Floats  # (K, 6) latitude, longitude [rad], altitude [m], speed [m/s], angle, heading [rad]
    loads: Floats  # (K, 6) angle of attack, bank [rad], Mach, dynamic pressure [Pa], drag, lift [m/s2]
    heat: dict[str, Floats]  # columns by name with unit; those that the file asks for
    launched: Launched | None = None  # of a rocket

    @property
    def phase(self) -> Codes | None:
        """Phase of every row of a rocket's flight."""
        return None if self.launched is None else self.launched.phase

    @property
    def columns(self) -> dict[str, Any]:
        """Every column (K,) by its name with unit; the longitude runs from -180 to 180 deg, the phase is text."""
        d, a, s = self.described, self.loads, self.state
        thrust = np.zeros(len(s)) if self.launched is None else self.launched.thrust
        of_rocket = {"thrust_m_s2": thrust}
        if self.phase is not None:
            of_rocket["phase"] = np.array([Phase(code).name.lower() for code in self.phase])
        return {
            "time_s": self.time,
            "latitude_deg": d[:, 0] / _DEGREE,
            "longitude_deg": d[:, 1] / _DEGREE,
            "altitude_m": d[:, 2],
            "speed_m_s": d[:, 3],
            "angle_deg": d[:, 4] / _DEGREE,
            "heading_deg": d[:, 5] / _DEGREE,
            **{f"{name}_m": s[:, i] for i, name in enumerate("xyz")},
            **{f"v{name}_m_s": s[:, 3 + i] for i, name in enumerate("xyz")},
            "angle_of_attack_deg": a[:, 0] / _DEGREE,
            "bank_deg": a[:, 1] / _DEGREE,
            "mach": a[:, 2],
            "dynamic_pressure_Pa": a[:, 3],
            "drag_m_s2": a[:, 4],
            "lift_m_s2": a[:, 5],
            "load_factor_g0": np.hypot(a[:, 4] - thrust, a[:, 5]) / STANDARD_GRAVITY,
            **self.heat,
            **(of_rocket if self.launched else {}),
        }


def read_plan(path: pathlib.Path) -> FlightPlan:
    """The flight of a file. Raises InputError (file, line, got, expected, mend) for what cannot be read or is wrong."""
    document = read(path)
    if "schema" in document.content:
        check_version(document)
    model = validated(keys.FlightFile, document.content, document.place)
    programme_, unread = _programme(model.controls, document, path.parent)
    vehicle = _vehicle(model.vehicle, programme_)
    _check_angles(vehicle, document)
    environment = _environment(model.environment)
    stop_time = value(model.stop.time, LONGEST)
    step = value(model.step)
    if stop_time / step > MOST_SAMPLES:
        got, expected = f"a step of {step:g} s over {stop_time:g} s", f"at most {MOST_SAMPLES} rows"
        raise Problem(
            "UNIT03", document.place("step"), got, expected, "Lengthen the step, or give a shorter stop time."
        )
    return FlightPlan(
        str(path),
        model.title or path.stem,
        vehicle,
        environment,
        _start(model.start, environment),
        stop_time,
        0.0 if model.stop.ground else -math.inf,
        Limits(value(model.stop.altitude, math.nan), value(model.stop.speed, math.nan)),
        step,
        value(model.strictness),
        unread,
        heat_of(model.vehicle.heat),
        _rocket(model, document),
    )


def fly_plan(plan: FlightPlan) -> FlownPlan:
    """Fly it. Raises RunError where the integration fails."""
    ends: dict[str, Any] = {
        "step": plan.step,
        "stop_time": plan.stop_time,
        "stop_altitude": plan.stop_altitude,
        "limits": plan.limits,
        "environment": plan.environment,
        "strictness": plan.strictness,
    }
    if plan.rocket is not None:
        return _launched(plan, plan.rocket, ends)
    flown = trace(plan.start, plan.vehicle, **ends)
    if flown.stop is Stop.FAILED:
        why = "no step is small enough there, as where strong lift turns the path vertical and upwards has no direction"
        raise RunError(f"{plan.path}: the flight could not be followed beyond {flown.time[-1]:.6g} s: {why}.")
    described = describe(flown.state, plan.environment)
    forces = loads(flown.time, flown.state, plan.vehicle, plan.environment)
    heat = heat_columns(plan.heat, described[:, 2], forces[:, 3], plan.environment)
    return FlownPlan(plan, flown.stop, flown.apogee, flown.time, flown.state, described, forces, heat)


def _launched(plan: FlightPlan, rocket: RocketPlan, ends: dict[str, Any]) -> FlownPlan:
    x, y, z = (float(value) for value in plan.start[:3])
    flown = launch(
        (x, y, z),
        rocket.booster,
        rocket.kick,
        rocket.heading,
        cutoff=rocket.cutoff,
        ballistic_coefficient=1.0 / plan.vehicle.area_per_mass,
        **ends,
    )
    if flown.stop is Stop.FAILED:
        raise RunError(f"{plan.path}: the flight could not be followed beyond {flown.time[-1]:.6g} s.")
    table = loads(flown.time, flown.state, plan.vehicle, plan.environment)
    boosting = flown.phase == int(Phase.BOOST)
    table[boosting, 4] = flown.drag[boosting]
    shape = describe(flown.state, plan.environment)
    heat = heat_columns(plan.heat, shape[:, 2], table[:, 3], plan.environment)
    return FlownPlan(plan, flown.stop, flown.apogee, flown.time, flown.state, shape, table, heat, flown)


def _rocket(model: keys.FlightFile, document: Document) -> RocketPlan | None:
    of, controls = model.vehicle, model.controls
    if of.stages is None:
        return None
    rows = [_stage(stage) for stage in of.stages]
    rise = value(of.rise_time, 5.0)
    try:
        made = booster(rows, payload=value(of.payload), drag_area=value(of.drag_area), rise_time=rise)
    except InputError as error:
        got = f"{error.place}: {error.got}"
        raise Problem("UNIT03", document.place("vehicle", "stages"), got, error.expected, error.mend) from None
    if not value(model.stop.time, LONGEST) > rise:
        got, expected = "a stop time within the vertical rise", f"more than {rise:g} s"
        raise Problem("UNIT03", document.place("stop", "time"), got, expected, "Give a later time.")
    return RocketPlan(made, value(controls.kick), value(controls.heading), value(controls.cutoff, math.inf))


def _stage(of: keys.Stage) -> list[float]:
    """A row of Booster.stages: what is not given follows from thrust = flow * specific impulse * g0."""
    burn, thrust, impulse = value(of.burn_time), value(of.thrust), value(of.specific_impulse)
    propellant = value(of.propellant) if of.propellant is not None else value(of.mass_flow) * burn
    if math.isnan(propellant):
        propellant = thrust * burn / (impulse * STANDARD_GRAVITY)
    if math.isnan(impulse):
        impulse = thrust * burn / (propellant * STANDARD_GRAVITY)
    at_sea = value(of.sea_level_specific_impulse, impulse)
    return [propellant, value(of.dry_mass), burn, impulse, at_sea, value(of.coast)]


def _coefficient(of: keys.Coefficient | None) -> Coefficient:
    if of is None:
        return polynomial(0.0)
    if of.constant is not None:
        return polynomial(of.constant)
    if of.polynomial is not None:
        scale = 1.0 / _DEGREE if of.per == "deg" else 1.0
        return polynomial([number * scale**power for power, number in enumerate(of.polynomial)])
    return table(of.mach or (), [value(angle) for angle in of.angle_of_attack or ()], of.values or ())


def _vehicle(of: keys.Vehicle, flown_by: Programme) -> Vehicle:
    if of.ballistic_coefficient is not None:
        lift = polynomial(value(of.lift_to_drag, 0.0))
        return Vehicle(1.0 / value(of.ballistic_coefficient), lift, polynomial(1.0), flown_by)
    return Vehicle(value(of.area) / value(of.mass), _coefficient(of.lift), _coefficient(of.drag), flown_by)


def _environment(of: keys.Surroundings) -> Environment:
    sphere = of.figure == "sphere"
    rows = [(value(row.altitude, 0.0), value(row.east), value(row.north)) for row in of.wind]
    return plain(
        Environment(
            value(of.mu, WGS84.mu),
            value(of.radius, MEAN_RADIUS if sphere else WGS84.radius),
            0.0 if sphere else WGS84.flattening,
            value(of.j2, 0.0 if sphere else WGS84.j2),
            value(of.rotation, WGS84.rotation),
            0.0 if of.atmosphere == "none" else value(of.density_factor),
            value(of.ground_density, 0.0),
            value(of.scale_height, 0.0),
            np.array(rows, dtype=np.float64).reshape(-1, 3),
        )
    )


def _start(of: keys.Start, environment: Environment) -> Floats:
    latitude, longitude, altitude = value(of.latitude), value(of.longitude), value(of.altitude)
    place = ecef_from_geodetic(latitude, longitude, altitude, environment.radius, environment.flattening)
    if of.velocity is None:  # a rocket rests
        speed, angle, heading = value(of.speed, 0.0), value(of.angle, 0.0), value(of.heading, 0.0)
        return np.array([*place, *velocity_ecef(latitude, longitude, speed, angle, heading)])
    axes = enu_basis(latitude, longitude)
    local = np.array([value(of.velocity.east), value(of.velocity.north), value(of.velocity.up)])
    return np.array([*place, *(local @ axes)])


def _check_angles(vehicle: Vehicle, document: Document) -> None:
    """An angle of attack that a table does not cover is a mistake of the file: forces there are not known."""
    used = vehicle.programme.angle_of_attack
    for name, of in (("lift", vehicle.lift), ("drag", vehicle.drag)):
        low, high = angle_range(of)
        if used.min() < low - 1e-9 or used.max() > high + 1e-9:
            worst = used.min() if used.min() < low - 1e-9 else used.max()
            got = f"an angle of attack of {worst / _DEGREE:.6g} deg"
            expected = f"{low / _DEGREE:.6g} to {high / _DEGREE:.6g} deg, which the table of {name} covers"
            at = document.place("controls") if "controls" in document.content else document.place("vehicle", name)
            raise Problem("UNIT03", at, got, expected, "Correct the controls, or widen the table.")


def _programme(of: keys.Controls, document: Document, folder: pathlib.Path) -> tuple[Programme, tuple[str, ...]]:
    if of.table is not None:
        rows = [_row(row, of.over, i, document) for i, row in enumerate(of.table)]
        places = [document.place("controls", "table", i) for i in range(len(rows))]
        return _ordered(rows, places, of.over), ()
    if of.file is not None:
        path = folder / of.file
        if not path.is_file():
            got, names = f"the file '{of.file}', which does not exist", [p.name for p in folder.glob("*.csv")]
            mend = suggestion(of.file, names) if names else "Put it beside the flight file."
            raise Problem("READ01", document.place("controls", "file"), got, "a CSV file of controls", mend)
        rows, places, unread = _read_controls(path, of.over)
        return _ordered(rows, places, of.over), unread
    return programme([0.0], [value(of.angle_of_attack, 0.0)], [value(of.bank, 0.0)]), ()


def _row(row: list[Any], over: str, i: int, document: Document) -> tuple[float, float, float]:
    first = "time" if over == "time" else "specific energy"
    if len(row) != 3:
        got, expected = f"a row of {len(row)} values", f"[{over}, angle of attack, bank]"
        mend = "Write for example [10 s, 17.4 deg, -74 deg]."
        raise Problem("SHAPE03", document.place("controls", "table", i), got, expected, mend)
    numbers: list[float] = []
    for j, (written, dimension) in enumerate(zip(row, (first, "angle", "angle"), strict=True)):
        try:
            found = amount(written, dimension)
        except AmountError as error:
            at = document.place("controls", "table", i, j)
            raise Problem(error.finding, at, error.got, error.expected, error.mend) from None
        if found.law != "fixed":
            at = document.place("controls", "table", i, j)
            raise Problem("SHAPE03", at, "a factor", "one value", "Give one value.")
        numbers.append(found.numbers[0])
    return numbers[0], numbers[1], numbers[2]


def _ordered(rows: list[tuple[float, float, float]], places: list[Place], over: str) -> Programme:
    """The programme; a time must rise, an energy run one way."""
    falling = over == "energy" and len(rows) > 1 and rows[-1][0] < rows[0][0]
    for i in range(1, len(rows)):
        if not (rows[i][0] < rows[i - 1][0] if falling else rows[i][0] > rows[i - 1][0]):
            got = f"a {over} of {rows[i][0]:g} after {rows[i - 1][0]:g}"
            raise Problem("SHAPE03", places[i], got, "values that run one way", "Sort the rows; remove doubles.")
    return programme(*zip(*rows, strict=True), by_energy=over == "energy")  # type: ignore[arg-type]


def _read_controls(
    path: pathlib.Path, over: str
) -> tuple[list[tuple[float, float, float]], list[Place], tuple[str, ...]]:
    """Rows (SI) of a CSV of controls, the place of each, and the columns that were not read."""
    name = str(path)
    try:
        if path.stat().st_size > LARGEST:
            raise Problem("READ02", name, "a file over 5 MB", "a table of controls", "Give fewer nodes.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            lines = [(reader.line_num, row) for row in reader]
            header = [column.strip() for column in reader.fieldnames or ()]
    except OSError as error:
        raise Problem("READ01", name, error.strerror or "an error", "a readable CSV file", "Check it.") from None
    except UnicodeDecodeError:
        raise Problem("READ04", name, "bytes that are not UTF-8", "a CSV file in UTF-8", "Save it as UTF-8.") from None
    except csv.Error as error:
        raise Problem("READ05", name, str(error), "a CSV file", "Correct the file.") from None
    found = [_column(wanted, header, name) for wanted in (over, "angle_of_attack", "bank")]
    rows, places = [], []
    for line, row in lines:
        cells = {(key or "").strip(): value for key, value in row.items()}
        rows.append(tuple(factor * _cell(cells.get(column), column, Place(name, line)) for column, factor in found))
        places.append(Place(name, line))
    if not rows:
        raise Problem("SHAPE03", name, "no rows", "one row or more", "Add the nodes of the programme.")
    used = {column for column, _ in found}
    return rows, places, tuple(column for column in header if column not in used)


def _column(wanted: str, header: list[str], path: str) -> tuple[str, float]:
    """The header of the column `wanted` and its factor to SI."""
    others, units = _COLUMNS[wanted]
    known = {f"{name}_{unit}": factor for name in (wanted, *others) for unit, factor in units.items()}
    for column in header:
        if column in known:
            return column, known[column]
    expected = f"a column {' or '.join(known)}"
    bare = next((c for c in header if re.fullmatch("|".join((wanted, *others)), c)), None)
    if bare is not None:
        got, mend = f"the column '{bare}' without its unit", f"Call it '{next(iter(known))}'."
        raise Problem("UNIT01", Place(path, 1), got, expected, mend)
    got = f"the columns {', '.join(header)[:100]}" if header else "no header"
    mend = next((s for c in header if (s := suggestion(c, known)).startswith("Did")), f"Add '{next(iter(known))}'.")
    raise Problem("SHAPE01", Place(path, 1), got, expected, mend)


def _cell(text: str | None, column: str, place: Place) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        got = f"'{(text or '')[:20]}' as {column}"
        raise Problem("SHAPE03", place, got, "a number", "Complete the row, or remove it.")
    return value

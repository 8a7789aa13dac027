"""A map of coverage from a YAML file: read, checked, computed (docs/cover-files.md). Here units become SI."""

import datetime
import math
import pathlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.base.constants import WGS84_RADIUS
from sakimori.base.errors import InputError, Place
from sakimori.base.types import Floats
from sakimori.sense.coverage import MOST_HULLS, WorstCase, worst_case, worst_elevation
from sakimori.sense.infrared import Infrared
from sakimori.sense.maps import CoverMap, Passes, Span, Target, cover, sample_count
from sakimori.sense.orbits import AnyOrbit, Orbit
from sakimori.sense.radar import Radar
from sakimori.study import cover_keys as keys
from sakimori.study.catalogue import collect
from sakimori.study.cover_grids import cells
from sakimori.study.defended import MOST_FLIGHTS, Area, AreaPlan, area, area_plan
from sakimori.study.deployment import Finder, Source, site_of
from sakimori.study.loading import load, read_element_sets
from sakimori.study.orbit_keys import Orbits
from sakimori.study.orbit_plans import PATTERNS, OrbitPlan, orbit_plan, orbits_of, out_of_service
from sakimori.study.plans import Plan, plan_of
from sakimori.study.quantities import Amount
from sakimori.study.reading import Document, Problem, read
from sakimori.study.sampling import FactorTable, Term
from sakimori.study.schema import Record, check_version, validated
from sakimori.study.study import JULIAN_ZERO, Study, sensors_of

MOST_SAMPLES = 3e10  # flight-sensor-samples of one map: some minutes
_NOBODY = ("---",)
_DATE = "2026-01-01"


@dataclass(frozen=True)
class Group:
    """One entry of the file's sensors, or one asset of its study: a radar, or satellites."""

    name: str
    kind: str  # radar, infrared, or orbit (satellites of which nothing else is said)
    record: str
    pattern: str  # of the orbits: geo, walker, star, rosette, ellipses, elements; empty for a radar
    satellites: int
    out: int  # of them, out of service
    orbits: tuple[AnyOrbit, ...]  # of those in service


@dataclass(frozen=True)
class Worst:
    """Worst-case coverage of one group whose satellites make a pattern."""

    name: str
    fold: int
    found: WorstCase
    elevation: float  # [rad] of that satellite there; negative below the horizon


@dataclass(frozen=True)
class CoverPlan:
    """A cover file in SI, ready to be computed."""

    path: str
    title: str
    groups: tuple[Group, ...]
    radars: tuple[Radar, ...]
    infrareds: tuple[Infrared, ...]
    folds: tuple[int, ...]
    latitude: Floats  # (C,) [rad] of the cells' middles; empty without a grid
    longitude: Floats  # (C,) [rad]
    cell: tuple[float, float]  # [rad] size in latitude and longitude
    target: Target | None
    span: Span
    start: str  # of the span, UTC
    passes: Passes
    defended: AreaPlan | None


@dataclass(frozen=True)
class Covered:
    """Coverage computed."""

    plan: CoverPlan
    worst: tuple[Worst, ...]
    map: CoverMap | None
    area: Area | None = None

    @property
    def columns(self) -> dict[str, Floats]:
        """Every number of the map by its name with unit, one row per cell; nan where there is none."""
        if self.map is None and self.area is None:
            return {}
        columns = {
            "latitude_deg": np.degrees(self.plan.latitude),
            "longitude_deg": (np.degrees(self.plan.longitude) + 180.0) % 360.0 - 180.0,
            **(_of_map(self.map) if self.map is not None else {}),
            **(self.area.columns if self.area is not None else {}),
        }
        return {name: np.where(np.isfinite(column), column, np.nan) for name, column in columns.items()}


def _of_map(m: CoverMap) -> dict[str, Floats]:
    s = m.spells
    return {
        "sensors_mean": m.mean_count,
        "sensors_least": m.least_count.astype(np.float64),
        "share": s.share,
        "share_two": m.share_twice,
        "stereo_mean_deg": np.degrees(m.stereo_mean),
        "stereo_best_deg": np.degrees(m.stereo_best),
        "position_sigma_m": m.sigma,
        "windows": s.windows.astype(np.float64),
        "longest_window_s": s.longest_window,
        "longest_gap_s": s.longest_gap,
        "detected": m.detected,
        "first_detection_s": m.first_detection,
        "first_detection_p90_s": m.ninth,
        "custody": m.custody,
    }


def read_cover(path: pathlib.Path) -> CoverPlan:
    """The plan of a file. Raises InputError (file, line, got, expected, mend) for what cannot be read or is wrong."""
    document = read(path)
    if "schema" in document.content:
        check_version(document)
    model = validated(keys.CoverFile, document.content, document.place)
    study = None if model.study is None else _study(model.study, path.parent, document)
    groups: list[Group] = []
    sensors: list[Radar | Infrared] = []
    defended = None
    if study is not None and model.option not in study.option_names:
        got, mend = f"the unknown option '{model.option}'", f"Options of the study: {', '.join(study.option_names)}."
        raise Problem("REF04", document.place("option"), got, "an option of the study", mend)
    if study is not None and model.defended is not None:
        defended = area_plan(model.defended, study, model.option, document)
    elif study is not None:
        _take_study(study, model, groups, sensors)
    _take_own(model, document, path.parent, groups, sensors)
    radars = tuple(s for s in sensors if isinstance(s, Radar))
    infrareds = tuple(s for s in sensors if isinstance(s, Infrared))
    date = model.time.date or (study.model.architecture.date if study else _DATE)
    latitude, longitude, cell = cells(model.grid, document)
    plan = CoverPlan(
        str(path),
        model.title or path.stem,
        tuple(groups),
        radars,
        infrareds,
        tuple(model.folds),
        latitude,
        longitude,
        cell,
        _target(model, bool(radars), bool(infrareds), document),
        *_span(model.time, date),
        _passes(model),
        defended,
    )
    _check_size(plan, document)
    _check_folds(plan, document)
    return plan


def compute(plan: CoverPlan) -> Covered:
    """Compute it. Raises InputError where the orbits cannot be followed, or a question cannot be answered."""
    worst = tuple(item for group in plan.groups if group.pattern in PATTERNS for item in _worst(group, plan.folds))
    if plan.defended is not None:
        return Covered(plan, worst, None, area(plan.defended, plan.latitude, plan.longitude))
    if plan.target is None:
        return Covered(plan, worst, None)
    of = plan
    return Covered(
        of, worst, cover(of.latitude, of.longitude, of.radars, of.infrareds, plan.target, of.span, of.passes)
    )


def _worst(group: Group, folds: tuple[int, ...]) -> list[Worst]:
    orbits = [orbit for orbit in group.orbits if isinstance(orbit, Orbit)]
    found: list[Worst] = []
    for fold in (fold for fold in folds if fold <= len(orbits)):  # fewer satellites are never that many
        case = worst_case(orbits, fold)
        altitude = orbits[0].semi_major_axis - WGS84_RADIUS
        found.append(Worst(group.name, fold, case, worst_elevation(case.angle, altitude)))
    return found


def _value(written: Amount | None, missing: float = math.nan) -> float:
    return missing if written is None else written.numbers[0]


def _study(named: str, folder: pathlib.Path, document: Document) -> Study:
    try:
        return load(folder / named if (folder / named).exists() else named)
    except Problem as problem:
        if problem.place.line:  # a fault inside that study
            raise
        raise Problem(problem.finding, document.place("study"), problem.got, problem.expected, problem.mend) from None


def _take_study(study: Study, model: keys.CoverFile, groups: list[Group], sensors: list[Radar | Infrared]) -> None:
    options = {option.name: option for option in study.compiled.options}
    values = {path: factor.amount.middle for path, factor in study.table.factors.items()}
    for index in sorted(options[model.option].sensors):
        _take(study.compiled.sensors[index], values, model.seed, groups, sensors)


def _take(
    plan: Plan, values: dict[str, float], seed: int, groups: list[Group], sensors: list[Radar | Infrared]
) -> None:
    found = sensors_of(plan, values, seed, 0)
    sensors += found
    orbits = tuple(s.orbit for s in found if isinstance(s, Infrared) and s.availability > 0.0)
    pattern = plan.orbit.kind if plan.orbit else ""
    satellites = len(found) if plan.orbit else 0
    groups.append(Group(plan.asset, plan.kind, plan.record, pattern, satellites, satellites - len(orbits), orbits))


def _take_own(
    model: keys.CoverFile,
    document: Document,
    folder: pathlib.Path,
    groups: list[Group],
    sensors: list[Radar | Infrared],
) -> None:
    def place(*where: str | int) -> Place:
        return document.place(*(("sensors", *where[2:]) if where[:2] == ("architecture", "assets") else where))

    inline: dict[str, dict[str, Record]] = {}
    for name, sensor in model.sensors.items():
        if sensor.kind is not None:
            inline.setdefault(sensor.kind, {})[name] = Record(parameters={})
    source = Source(collect(inline, document, folder), FactorTable("none"), place)
    for name, sensor in model.sensors.items():
        if any(group.name == name for group in groups):
            got, expected = f"the sensor '{name}', which the study has too", "another name"
            raise Problem("REF10", document.place("sensors", name), got, expected, "Rename it.")
        _take_one(name, sensor, source, folder, model.seed, groups, sensors)


def _take_one(
    name: str,
    sensor: Any,
    source: Source,
    folder: pathlib.Path,
    seed: int,
    groups: list[Group],
    sensors: list[Radar | Infrared],
) -> None:
    resolve = _resolver(source.factors, source.place, name)
    if sensor.orbit is not None and sensor.orbit.elements is not None:
        at = source.site_place("assets", name, "orbit", "elements")
        sets = read_element_sets(folder / sensor.orbit.elements, at)
        given = {key: getattr(sensor.orbit, key) for key in ("lost",)}
        sensor = sensor.model_copy(update={"orbit": Orbits(element_sets=sets, **given)})
    site = site_of(sensor, f"sensors.{name}", resolve)
    try:
        if sensor.record is None and sensor.kind is None and sensor.orbit is not None:
            orbit = orbit_plan(sensor.orbit, f"sensors.{name}.orbit", resolve)
            values = _middles(source.factors)
            groups.append(_bare(name, orbit, values, seed))
            return
        site |= {"record": sensor.record or name, "owner": _NOBODY[0]}
        plan = plan_of(site, "assets", name, _NOBODY, source, {"carriers": {}, "conditions": {}})
        _take(plan, _middles(source.factors), seed, groups, sensors)
    except Problem:
        raise
    except InputError as error:  # numbers that make no sensor
        raise Problem("UNIT03", source.site_place("assets", name), error.got, error.expected, error.mend) from None


def _bare(name: str, plan: OrbitPlan, values: dict[str, float], seed: int) -> Group:
    orbits = orbits_of(plan, values)
    out = out_of_service(plan, values, name, seed, 0)
    return Group(
        name, "orbit", "", plan.kind, len(orbits), len(out), tuple(o for i, o in enumerate(orbits) if i not in out)
    )


def _middles(factors: FactorTable) -> dict[str, float]:
    return {path: factor.amount.middle for path, factor in factors.factors.items()}


def _resolver(factors: FactorTable, place: Finder, name: str) -> Any:
    def resolve(path: str, amount: Amount) -> Term:
        if amount.law == "reference":
            at, got = place("sensors", name), f"'${amount.reference}'"
            raise Problem("REF05", at, got, "a value (only a study's measures name quantities)", "Write the value.")
        return factors.term(path, amount)

    return resolve


def _target(model: keys.CoverFile, radars: bool, infrareds: bool, document: Document) -> Target | None:
    of = model.target
    if of is None:
        return None
    for name, needed in (("radar_cross_section", radars), ("intensity", infrareds)):
        if needed and getattr(of, name) is None:
            kind = "radars" if name == "radar_cross_section" else "infrared sensors"
            got, expected = f"no '{name}'", f"the key '{name}', as there are {kind}"
            raise Problem("SHAPE01", document.place("target"), got, expected, f"Add '{name}:'.")
    return Target(
        _value(of.altitude),
        _value(of.speed),
        _value(of.heading),
        _value(of.radar_cross_section, 0.0),
        _value(of.intensity, 0.0),
    )


def _span(of: keys.Span, date: str) -> tuple[Span, str]:
    day, hour = datetime.date.fromisoformat(date), _value(of.hour)
    julian = day.toordinal() + JULIAN_ZERO + hour / 86400.0
    start = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(seconds=hour)
    return Span(julian, _value(of.length), _value(of.step)), f"{start.isoformat(timespec='seconds')}Z"


def _passes(model: keys.CoverFile) -> Passes:
    of = model.passes
    m, n = of.confirm
    length, step, drop = _value(of.length), _value(of.step), _value(of.drop_time)
    return Passes(length, step, of.starts, of.headings, (m, n), drop, model.seed)


def _check_size(plan: CoverPlan, document: Document) -> None:
    if plan.defended is not None:
        flights = plan.latitude.size * len(plan.defended.groups) * len(plan.defended.axes)
        if flights > MOST_FLIGHTS:
            got, mend = f"{flights} flights", "Lengthen the step of the grid, or ask for fewer axes."
            raise Problem("UNIT03", document.place("grid", "step"), got, f"at most {MOST_FLIGHTS}", mend)
    if plan.target is None:
        return
    sensors = len(plan.radars) + len(plan.infrareds)
    samples = sample_count(plan.latitude.size, sensors, plan.target, plan.span, plan.passes)
    if samples > MOST_SAMPLES:
        got = f"{samples:.2g} samples ({plan.latitude.size} cells, {sensors} sensors)"
        mend = "Lengthen the step of the grid or of the time, or ask for fewer starts and headings."
        raise Problem("UNIT03", document.place("grid", "step"), got, f"at most {MOST_SAMPLES:.2g}", mend)


def _check_folds(plan: CoverPlan, document: Document) -> None:
    for group in plan.groups:
        fold, number = max(plan.folds), len(group.orbits)
        if group.pattern in PATTERNS and fold <= number and math.comb(number, fold - 1) > MOST_HULLS:
            got, expected = f"{fold}-fold coverage by {number} satellites", "fewer folds, or fewer satellites"
            raise Problem("UNIT03", document.place("folds"), got, expected, "Ask for folds: [1].")

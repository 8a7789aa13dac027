"""The answer of `fit`: which family explains an announced flight, with the numbers, for people or as JSON."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from sakimori.base.constants import WGS84_RADIUS
from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus
from sakimori.base.units import UnitError, to_si
from sakimori.cli.console import OUT, print_json
from sakimori.earth.geodesy import destination
from sakimori.flight import WGS84, BallisticThreat, Candidate, Environment, Fit, GlideThreat, QuasiBallisticThreat, fit
from sakimori.flight.boost import DRAWN
from sakimori.flight.fitting import BALLISTIC, GLIDE, QUASI_BALLISTIC
from sakimori.study.boosters import lightened, strengthened, threat_fields, weakness
from sakimori.study.flight_classes import (
    GLIDE_RECORD,
    PULL_UP_RECORD,
    class_ends,
    class_parameters,
    class_spans,
    records_by_size,
)

# What the interval of a flight time spans, with the burn times of the booster where the boost is flown.
_UNKNOWN = ("boost_time", "ballistic_coefficient")
_UNKNOWN_LIFTED = (*_UNKNOWN, "lift_to_drag", "dive_speed")
_UNKNOWN_GLIDE = ("boost_time", "entry_speed", "lift_to_drag")


def print_fit(
    reach: str, apogee: str, time: str | None, launch: str | None, bearing: str | None, as_json: bool
) -> None:
    """Fit an announced flight and print the answer. Raises InputError for what cannot be read."""
    distance = _amount("--range", reach, "length", "km", 1e3, 2e7)
    height = _amount("--apogee", apogee, "length", "km", 1e3, 2e7)
    announced = math.nan if time is None else _amount("--time", time, "time", "min", 1.0, 1e5)
    where, environment = _where(distance, launch, bearing)
    record, threat, weak = _ballistic(where, distance, height, environment)
    shape = {"apogee": min(max(height, 5e3), 1e6)}
    lifted = dict(class_parameters(PULL_UP_RECORD)) | shape
    gliding = dict(class_parameters(GLIDE_RECORD)) | shape
    found = fit(
        threat,
        _spans(record, where, height, environment),
        QuasiBallisticThreat(**where, **threat_fields(lifted)),
        class_spans(PULL_UP_RECORD, *_UNKNOWN_LIFTED),
        GlideThreat(**where, **threat_fields(gliding)),
        class_spans(GLIDE_RECORD, *_UNKNOWN_GLIDE),
        announced,
        environment,
    )
    answer = _answer(found, distance, height, announced, record) | {"booster": weak or None}
    if as_json:
        print_json(answer)
    else:
        _print(answer)


def _ballistic(
    where: dict[str, float], distance: float, apogee: float, environment: Environment
) -> tuple[str, BallisticThreat, str]:
    """Record, threat, and how its booster falls short: the first from the class of this size upwards that flies there.

    One that does so as stated, or with its least payload, comes before one that must be strengthened.
    """
    stated = [(record, _threat(record, where, apogee)) for record in records_by_size(distance, apogee)]
    tried = [
        (record, threat.booster.payload, reaching(threat, class_ends(record), environment))
        for reaching in (lightened, strengthened)
        for record, threat in stated
    ]
    flown = (one for one in tried if one[2].aim.status == FlightStatus.REACHED)
    strong_enough = (one for one in tried if math.isnan(one[2].missing[0]))
    record, payload, found = next(flown, None) or next(strong_enough, tried[-1])
    assert isinstance(found.threat, BallisticThreat)
    return record, found.threat, "" if math.isnan(found.missing[0]) else weakness(found, payload)


def _threat(record: str, where: dict[str, float], apogee: float) -> BallisticThreat:
    values = {k: v for k, v in class_parameters(record).items() if k != "loft"}
    return BallisticThreat(**where, apogee=apogee, **threat_fields(values))


def _spans(
    record: str, where: dict[str, float], apogee: float, environment: Environment
) -> Mapping[str, tuple[Any, Any]]:
    """What is not known of a ballistic flight: numbers of its record, and the burn of its booster, fast or slow.

    Either burn comes with a booster as strong as the flight needs.
    """
    ends, threat = class_ends(record), _threat(record, where, apogee)
    spans: dict[str, tuple[Any, Any]] = {**class_spans(record, *_UNKNOWN)}
    if ends is not None:
        fast, slow = (
            strengthened(dataclasses.replace(threat, booster=one), ends, environment).threat
            for one in (ends.fast, ends.slow)
        )
        assert isinstance(fast, BallisticThreat)
        assert isinstance(slow, BallisticThreat)
        spans["booster"] = fast.booster, slow.booster
    return spans


def _where(distance: float, launch: str | None, bearing: str | None) -> tuple[dict[str, float], Any]:
    """Places of the flight and its Earth; without a launch place the Earth is at rest."""
    if (launch is None) != (bearing is None):
        got = "only one of --launch and --bearing"
        raise InputError("fit", got, "both or none", "Give the other one too.")
    latitude, longitude, way, environment = 0.0, 0.0, 0.5 * math.pi, WGS84._replace(rotation=0.0)
    if launch is not None and bearing is not None:
        parts = launch.split(",")
        if len(parts) != 2:
            raise InputError("--launch", f"'{launch}'", "latitude and longitude", "Write it like 39.2,125.7 (degrees).")
        latitude = _amount("--launch", parts[0], "angle", "deg", -0.5 * math.pi, 0.5 * math.pi)
        longitude = _amount("--launch", parts[1], "angle", "deg", -2.0 * math.pi, 2.0 * math.pi)
        way, environment = _amount("--bearing", bearing, "angle", "deg", -2.0 * math.pi, 2.0 * math.pi), WGS84
    if not distance < 0.99 * math.pi * WGS84_RADIUS:
        raise InputError("--range", f"{distance / 1e3:.0f} km", "less than half way round", "Give a shorter range.")
    end = destination(latitude, longitude, way, distance)
    places = {"launch_latitude": latitude, "launch_longitude": longitude, "launch_time": 0.0}
    return places | {"aim_latitude": float(end[0]), "aim_longitude": float(end[1])}, environment


def _amount(option: str, text: str, dimension: str, unit: str, low: float, high: float) -> float:
    """The SI value of an option; a number without a unit is taken in `unit`."""
    try:
        value = to_si(f"{float(text)!r} {unit}", dimension)
    except ValueError:
        try:
            value = to_si(text, dimension)
        except UnitError as error:
            raise InputError(option, error.got, error.expected, error.mend) from None
    if not low <= value <= high:
        raise InputError(option, f"'{text}'", f"{low:.6g} to {high:.6g} in SI", "Correct the number.")
    return value


def _answer(found: Fit, distance: float, apogee: float, announced: float, record: str) -> dict[str, Any]:
    chosen, e = found.chosen, found.explanation
    flown = [c.time for c in (chosen, *found.candidates) if c and not math.isnan(c.time.middle)]
    records = {BALLISTIC: record, QUASI_BALLISTIC: PULL_UP_RECORD, GLIDE: GLIDE_RECORD}
    return {
        "range_km": distance / 1e3,
        "apogee_km": apogee / 1e3,
        "announced_min": _number(announced / 60.0),
        "family": found.family,
        "cannot_be_ballistic": found.cannot_be_ballistic,
        "reason": chosen.reason if chosen and not found.cannot_be_ballistic else found.ballistic.reason,
        "contradictions": list(found.contradictions),
        "flight_time_min": _interval(flown[0]) if flown else None,
        "vacuum": {
            "speed_km_s": _number(found.vacuum.speed / 1e3, 4),
            "angle_deg": _number(math.degrees(found.vacuum.angle), 3),
            "time_min": _number(found.vacuum.time / 60.0, 3),
            "least_angle_deg": _number(math.degrees(e.least_angle), 3),
            "speed_kept": _number(e.speed_kept, 4),
        },
        "candidates": [_candidate(one, records[one.family]) for one in found.candidates],
    }


def _candidate(candidate: Candidate, record: str) -> dict[str, Any]:
    flown = candidate.aim
    payload = getattr(candidate.threat, "booster", DRAWN).payload or math.nan  # of a drawn boost there is none
    return {
        "family": candidate.family,
        "record": record,
        "payload_kg": _number(payload),
        "explains": candidate.explains,
        "reason": candidate.reason,
        "status": FlightStatus(flown.status).name,
        "flight_time_min": _interval(candidate.time),
        "burnout_speed_km_s": _number(flown.speed / 1e3, 4),
        "burnout_angle_deg": _number(math.degrees(flown.angle), 3),
        "fitted": {name: float(f"{value:.4g}") for name, value in candidate.fitted},
    }


def _interval(time: tuple[float, float, float]) -> dict[str, float | None]:
    return {name: _number(value / 60.0) for name, value in zip(("low", "value", "high"), time, strict=True)}


def _number(value: float, digits: int = 2) -> float | None:
    return None if math.isnan(value) else round(value, digits)


def _print(answer: dict[str, Any]) -> None:
    if answer["cannot_be_ballistic"]:
        OUT.print("[bold]cannot be ballistic[/]")
    OUT.print(answer["reason"], markup=False, soft_wrap=True)
    if answer["family"] == "none":
        OUT.print("Neither a ballistic flight nor one with pull-ups nor a glide explains the numbers.")
    for text in answer["contradictions"]:
        OUT.print(f"[bold red]contradiction[/] {text}", soft_wrap=True)
    if answer["booster"]:
        OUT.print(f"{answer['candidates'][0]['record']}: {answer['booster']}", markup=False, soft_wrap=True)
    vacuum = answer["vacuum"]
    OUT.print(
        f"vacuum arc: {vacuum['speed_km_s']} km/s at {vacuum['angle_deg']} deg, {vacuum['time_min']} min",
        soft_wrap=True,
    )
    for candidate in answer["candidates"]:
        time = candidate["flight_time_min"]
        told = "no flight" if time["value"] is None else f"{time['value']} min ({time['low']} to {time['high']})"
        speed = candidate["burnout_speed_km_s"]
        start = "" if speed is None else f", burnout {speed} km/s at {candidate['burnout_angle_deg']} deg"
        payload = candidate["payload_kg"]
        what = candidate["record"] if payload is None else f"{candidate['record']}, payload {payload:.0f} kg"
        OUT.print(f"{candidate['family']} ({what}): {told}{start}", soft_wrap=True)
        if candidate["family"] != "ballistic":
            OUT.print(f"  {candidate['reason']}", markup=False, soft_wrap=True)
        if candidate["fitted"]:
            values = ", ".join(f"{name} {value:g}" for name, value in candidate["fitted"].items())
            OUT.print(f"  to the announced time [SI]: {values}", soft_wrap=True)

"""Boosters in studies: a threat record may name one; its parameters then stand among those of the threat.

They carry the prefix `booster.` until they become one Booster. In a future only the burn times are drawn over their
cited ranges, with the propellant kept; masses and impulses drawn one by one give boosters that nobody believes in
(docs/decisions/0009-boosters.md).
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus
from sakimori.flight import WGS84, Aim, AnyThreat, Environment, aim
from sakimori.flight.boost import Booster, booster
from sakimori.study.catalogue import Catalogue, Entry
from sakimori.study.deployment import Source
from sakimori.study.fields import BOOSTER, MOST_STAGES, STAGE
from sakimori.study.reading import Problem
from sakimori.study.sampling import Term

PREFIX = "booster."
_BURN = "burn_time_"
# What more of it does for the speed at burnout; stage parameters stand without their number.
_HELPS = frozenset(("propellant_mass", "specific_impulse", "sea_level_specific_impulse"))
_HALVINGS = 7  # of the way to the strong end: it is found within 1 %


class Ends(NamedTuple):
    """A booster's record at the ends of its stated ranges."""

    fast: Booster  # shortest burn times, the rest as stated
    slow: Booster  # longest burn times
    strong: Booster  # every value at the end that gives more speed


class Strength(NamedTuple):
    """A threat whose booster is as strong as its flight needs, within the stated ranges if that suffices."""

    threat: AnyThreat
    aim: Aim
    missing: tuple[float, float]  # [m/s] with the booster as stated, and with its least payload; nan: it sufficed
    share: float  # of the way from there to the strong end; nan where that does not suffice either


def booster_record(entry: Entry, catalogue: Catalogue) -> Entry | None:
    """The record of the booster that a threat record names, if it does. Raises Problem where it makes no booster."""
    if entry.record.booster is None:
        return None
    found = catalogue.find(entry.record.booster, entry.places["booster"], "booster")
    for name in _needed(found):
        if name not in found.parameters:
            got = f"no '{name}' for the booster '{found.id}'"
            raise Problem("REF07", found.places[""], got, "all parameters of each stage, from the first on", "Add it.")
    try:
        booster_of(booster_values(found))
    except InputError as error:
        got = f"{error.place}: {error.got}, for the booster '{found.id}'"
        raise Problem("UNIT03", found.places[""], got, error.expected, error.mend) from None
    return found


def booster_values(entry: Entry) -> dict[str, float]:
    """Typical values [SI] of a booster record."""
    return {name: amount.middle for name, amount in entry.parameters.items()}


def booster_of(values: Mapping[str, float]) -> Booster:
    """The booster of a record's values [SI]. Raises InputError where they make none."""
    rows: list[list[float]] = []
    while f"{_BURN}{len(rows) + 1}" in values:
        rows.append([values[f"{name}_{len(rows) + 1}"] for name in STAGE])
    drag_area = values["drag_coefficient"] * 0.25 * math.pi * values["diameter"] ** 2
    return booster(rows, payload=values["payload"], drag_area=drag_area, rise_time=values["rise_time"])


def booster_ends(entry: Entry) -> Ends:
    """The booster of a record at the ends of its ranges."""
    values, low, high = booster_values(entry), dict[str, float](), dict[str, float]()
    for name, amount in entry.parameters.items():
        low[name] = amount.extremes[0] if amount.low is None else amount.low
        high[name] = amount.extremes[1] if amount.high is None else amount.high
    burns = [name for name in values if name.startswith(_BURN)]
    strong = {name: (high if name.rstrip("_1234") in _HELPS else low)[name] for name in values}
    return Ends(
        booster_of(values | {name: low[name] for name in burns}),
        booster_of(values | {name: high[name] for name in burns}),
        booster_of(strong),
    )


def threat_terms(entry: Entry, source: Source) -> dict[str, Term]:
    """Every parameter of a threat record and of the booster that it names. Raises Problem."""
    terms = source.record_terms(entry)
    of = booster_record(entry, source.catalogue)
    if of is None:
        return terms
    for name, amount in of.parameters.items():
        drawn = name.startswith(_BURN) or amount.varies
        path = f"records.booster.{of.id}.{name}"
        terms[PREFIX + name] = source.factors.term(path, amount) if drawn else Term(amount.middle)
    return terms


def threat_fields(values: Mapping[str, float]) -> dict[str, Any]:
    """Fields of a threat from the values [SI] of its record: those of a booster become one. Raises InputError."""
    own: dict[str, Any] = {name: value for name, value in values.items() if not name.startswith(PREFIX)}
    of = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
    return own | ({"booster": booster_of(of)} if of else {})


def lightened(threat: AnyThreat, ends: Ends | None, environment: Environment = WGS84) -> Strength:
    """The threat; where its stages are spent too early, with the least payload of its record if that flies."""
    flown = aim(threat, environment)
    if ends is None or math.isnan(flown.missing_speed):
        return Strength(threat, flown, (math.nan, math.nan), 0.0)
    light = dataclasses.replace(threat, booster=threat.booster._replace(payload=ends.strong.payload))
    lighter = aim(light, environment)
    missing = flown.missing_speed, lighter.missing_speed
    return Strength(light, lighter, missing, 0.0 if math.isnan(lighter.missing_speed) else math.nan)


def strengthened(threat: AnyThreat, ends: Ends | None, environment: Environment = WGS84) -> Strength:
    """As `lightened`; where that is not enough, with all values of the booster moved together to their strong end.

    The share of that way is the least that gives the speed, to 1 %. It is found from range and apogee alone.
    """
    found = lightened(threat, ends, environment)
    if ends is None or not math.isnan(found.share):
        return found
    low, high, best = 0.0, 1.0, found
    for tried in range(_HALVINGS + 1):
        share = 1.0 if tried == 0 else 0.5 * (low + high)
        one = dataclasses.replace(found.threat, booster=_between(found.threat.booster, ends.strong, share))
        flown = aim(one, environment)
        if math.isnan(flown.missing_speed):
            high, best = share, Strength(one, flown, found.missing, share)
        elif tried == 0:
            return found._replace(aim=flown)
        else:
            low = share
    return best


def weakness(found: Strength, stated: float) -> str:
    """How far a booster with the stated payload [kg] falls short, and with what the flight was flown or tried."""
    told = f"with the stated payload of {stated:.0f} kg the booster ends {found.missing[0]:.0f} m/s too slow"
    light = f"{found.threat.booster.payload:.0f} kg, the least in its range"
    if math.isnan(found.missing[1]):
        return f"{told}: flown with {light}"
    told = f"{told}, with {light}, {found.missing[1]:.0f} m/s"
    if math.isnan(found.share):
        return f"{told}, and at the strong end of all its stated ranges {found.aim.missing_speed:.0f} m/s"
    if found.aim.status != FlightStatus.REACHED:
        return f"{told}, and no stronger one within its stated ranges has such a flight"
    return f"{told}: flown with all its values {100.0 * found.share:.0f} % of the way to the strong end of their ranges"


def _between(one: Booster, other: Booster, share: float) -> Booster:
    payload, drag_area, rise_time = ((1.0 - share) * a + share * b for a, b in zip(one[1:], other[1:], strict=True))
    return Booster((1.0 - share) * one.stages + share * other.stages, payload, drag_area, rise_time)


def _needed(entry: Entry) -> list[str]:
    """The parameters without which a booster is none: the common ones, and all of each stage up to the last given."""
    common = [name for name in BOOSTER if not name[-1].isdigit()]
    given = [i for i in range(1, MOST_STAGES + 1) if any(f"{name}_{i}" in entry.parameters for name in STAGE)]
    return common + [f"{name}_{i}" for i in range(1, max(given, default=1) + 1) for name in STAGE]

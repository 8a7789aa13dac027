"""Which record stands in for an announced flight: by the named type, else by class, else by size; and its values."""

import functools
from collections.abc import Mapping

from sakimori.base.errors import Place
from sakimori.study.boosters import PREFIX, Ends, booster_ends, booster_record, booster_values
from sakimori.study.catalogue import Catalogue, Entry, shipped
from sakimori.study.fields import THREATS

GLIDE_RECORD, PULL_UP_RECORD = "regional-glider", "short-range-quasi-ballistic"
# Types of the public data set (missile_id), by the booster that they are named after or resemble publicly.
_TYPES = {
    "scud-b": "short-range-ballistic",
    "scud-b-marv": "short-range-ballistic",
    "scud-c": "short-range-ballistic",
    "scud-c-marv": "short-range-ballistic",
    "kn-02": "short-range-solid-ballistic",
    "kn-25": "short-range-solid-ballistic",
    "er-scud": "extended-scud-ballistic",
    "nodong": "medium-range-ballistic",
    "pukguksong-1": "medium-range-solid-ballistic",
    "pukguksong-2": "medium-range-solid-ballistic",
    "pukguksong-3": "medium-range-solid-ballistic",
    "musudan": "musudan-ballistic",
    "hwasong-12": "intermediate-range-ballistic",
    "new-irbm-2022": "intermediate-range-ballistic",
    "hwasong-14": "long-range-light-ballistic",
    "hwasong-15": "long-range-ballistic",
    "hwasong-17": "long-range-heavy-ballistic",
    "hwasong-18": "long-range-solid-ballistic",
    "hwasong-19": "long-range-solid-ballistic",
}
_CLASSES = {
    "SRBM": "short-range-solid-ballistic",
    "MRBM": "medium-range-ballistic",
    "SLBM": "medium-range-solid-ballistic",
    "IRBM": "intermediate-range-ballistic",
    "ICBM": "long-range-ballistic",
    "SLV": "long-range-ballistic",
}
# Where no class is named, the greater of range and twice the apogee stands for it: up to so many metres. Unnamed
# short-range flights are taken for solid ones, as most have been since 2019.
_BY_SIZE = (
    (600e3, "short-range-solid-ballistic"),
    (1500e3, "medium-range-ballistic"),
    (4000e3, "intermediate-range-ballistic"),
    (12000e3, "long-range-ballistic"),
    (40000e3, "long-range-heavy-ballistic"),
)


def record_of(missile: str, kind: str, manoeuvre: str, reach: float, apogee: float) -> str:
    """The record for a type, a class and a manoeuvre of the public data set; by size [m] where neither is named."""
    if manoeuvre == "glide":
        return GLIDE_RECORD
    if manoeuvre == "pull-up":
        return PULL_UP_RECORD
    return _TYPES.get(missile) or _CLASSES.get(kind) or records_by_size(reach, apogee)[0]


def records_by_size(reach: float, apogee: float) -> tuple[str, ...]:
    """Ballistic records from the class that a range and an apogee [m] suggest upwards; a nan counts as 0."""
    size = max(reach if reach > 0.0 else 0.0, 2.0 * apogee if apogee > 0.0 else 0.0)
    names = tuple(name for limit, name in _BY_SIZE if size < limit)
    return names or (_BY_SIZE[-1][1],)


def class_parameters(record: str) -> Mapping[str, float]:
    """Values [SI] of a threat record of the catalogue, with those of its booster. Raises InputError for a bad name."""
    entry = _entry(record)
    values = {name: found.middle for name, found in entry.parameters.items()}
    of = booster_record(entry, _catalogue())
    return values | ({PREFIX + name: value for name, value in booster_values(of).items()} if of else {})


def class_spans(record: str, *names: str) -> dict[str, tuple[float, float]]:
    """Stated range [SI] of some parameters of a threat record; those without one are left out."""
    entry = _entry(record)
    found = {name: entry.parameters[name] for name in names if name in entry.parameters}
    return {n: (p.low, p.high) for n, p in found.items() if p.low is not None and p.high is not None}


def class_ends(record: str) -> Ends | None:
    """The booster of a threat record at the ends of its ranges; None where its boost is drawn."""
    of = booster_record(_entry(record), _catalogue())
    return None if of is None else booster_ends(of)


def _entry(record: str) -> Entry:
    return _catalogue().find(record, Place("record"), *THREATS)


@functools.cache
def _catalogue() -> Catalogue:
    return shipped()

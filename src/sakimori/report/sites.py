"""Where things stand: places, sensors and layers of the resolved study, read for drawing."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sakimori.base.units import UnitError, to_si
from sakimori.report.view import RunView


@dataclass(frozen=True)
class Site:
    """Something that stands on the ground (or at sea)."""

    name: str
    title: str
    kind: str  # "place", "sensor" or "layer"
    owner: str
    latitude: float  # [deg]
    longitude: float  # [deg]
    reach: float  # [m]; 0 where none is stated
    boresight: float  # [rad]
    sector: float  # [rad] full width
    added_by: str  # the measure that adds it; empty where the baseline has it
    faces: int = 1  # each of that sector
    face_spacing: float = 0.0  # [rad] from one to the next; 0: even round the horizon

    @property
    def azimuths(self) -> tuple[float, ...]:
        """Azimuth [rad] of each face's centre."""
        spacing = self.face_spacing or 2.0 * math.pi / self.faces
        return tuple(self.boresight + i * spacing for i in range(self.faces))


def sites(view: RunView) -> tuple[Site, ...]:
    """All sites in the order of the study: places, then the baseline's assets and layers, then those measures add."""
    found: list[Site | None] = [
        site
        for name, entry in (view.study.get("places") or {}).items()
        if (site := _site(view, str(name), entry, "place", "")) is not None
    ]
    architecture = view.study.get("architecture") or {}
    for kind, group in (("sensor", "assets"), ("layer", "layers")):
        for name, entry in (architecture.get(group) or {}).items():
            found.append(_site(view, str(name), entry, kind, ""))
    for measure, name, kind, entry in _added(view):
        found.append(_site(view, name, entry, kind, measure))
    return tuple(site for site in found if site is not None)


def orbiting(view: RunView) -> tuple[str, ...]:
    """Names of the assets in orbit, which the map does not show."""
    assets = (view.study.get("architecture") or {}).get("assets") or {}
    here = [str(name) for name, entry in assets.items() if "orbit" in entry]
    return (*here, *(name for _, name, _, entry in _added(view) if "orbit" in entry))


def owners(view: RunView) -> dict[str, str]:
    """Code of the partner that owns each sensor, of the baseline and of the measures."""
    assets = (view.study.get("architecture") or {}).get("assets") or {}
    found = {str(name): str(entry.get("owner") or "") for name, entry in assets.items()}
    return found | {name: str(entry.get("owner") or "") for _, name, kind, entry in _added(view) if kind == "sensor"}


def available(view: RunView, option: str) -> str:
    """When the last of the option's measures is available, as the study states it."""
    measures = view.study.get("measures") or {}
    stated = [measures.get(m, {}).get("available") for m in view.measures_of(option)]
    ends = [span for entry in stated if (span := ends_of(entry))]
    if not ends:
        return "not stated"
    low, high = max(e[0] for e in ends), max(e[1] for e in ends)
    return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"


def _added(view: RunView) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    for measure, record in (view.study.get("measures") or {}).items():
        for change in record.get("change") or ():
            body = change.get("add")
            if isinstance(body, Mapping) and ("asset" in body or "layer" in body):
                name = body.get("asset") or body.get("layer")
                yield str(measure), str(name), "layer" if "layer" in body else "sensor", body


def _site(view: RunView, name: str, entry: Mapping[str, Any], kind: str, measure: str) -> Site | None:
    carried = ((view.study.get("architecture") or {}).get("carriers") or {}).get(str(entry.get("carrier"))) or {}
    at = entry.get("at") or carried.get("at")
    if not isinstance(at, (list, tuple)) or len(at) < 2:
        return None
    latitude, longitude = (math.degrees(quantity(value, "angle", math.nan)) for value in at[:2])
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    known = _parameters(view, str(entry.get("record", "")))
    both = {**known, **entry}
    record = _record(view, str(entry.get("record", "")))
    reach = both.get("range") if kind == "layer" else both.get("reference_range", both.get("maximum_range"))
    return Site(
        name=name,
        title=str(entry.get("title") or record.get("title") or name),
        kind=kind,
        owner=str(entry.get("owner") or entry.get("partner") or ""),
        latitude=latitude,
        longitude=longitude,
        reach=quantity(reach, "length", 0.0),
        boresight=quantity(both.get("boresight"), "angle", 0.0),
        sector=quantity(both.get("sector"), "angle", 2.0 * math.pi),
        added_by=measure,
        faces=max(1, round(quantity(both.get("faces"), "number", 1.0))),
        face_spacing=quantity(both.get("face_spacing"), "angle", 0.0),
    )


def _record(view: RunView, name: str) -> Mapping[str, Any]:
    """A catalogue record carried by the resolved study, wherever it stands below `records`."""
    records = view.study.get("records") or {}
    if name in records:
        return records[name]
    return next((g[name] for g in records.values() if isinstance(g, Mapping) and name in g), {})


def _parameters(view: RunView, name: str) -> Mapping[str, Any]:
    return _record(view, name).get("parameters") or {}


def ends_of(written: Any) -> tuple[float, float] | None:
    """Least and greatest plain number of a value or factor as written; None where it holds none."""
    if isinstance(written, Mapping):
        parts = [v for k, v in written.items() if k in ("value", "low", "high", "uniform", "triangular", "choice")]
        spans = [span for part in parts if (span := ends_of(part))]
        return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
    if isinstance(written, (list, tuple)):
        spans = [span for part in written if (span := ends_of(part))]
        return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
    number = quantity(written, "number", math.nan)
    return (number, number) if math.isfinite(number) else None


def quantity(written: Any, dimension: str, otherwise: float) -> float:
    """SI value of a written quantity; of a factor, the middle of its range. `otherwise` where none can be read."""
    if isinstance(written, Mapping):
        if "value" in written:
            return quantity(written["value"], dimension, otherwise)
        ends = next(
            (v for k, v in written.items() if k in ("uniform", "loguniform", "triangular", "normal", "choice")), None
        )
        if not isinstance(ends, (list, tuple)) or not ends:
            return otherwise
        values = [quantity(end, dimension, otherwise) for end in ends]
        return values[0] if "normal" in written else 0.5 * (min(values) + max(values))
    if written is None:
        return otherwise
    try:
        return to_si(written, dimension)
    except (UnitError, KeyError, TypeError):
        return otherwise

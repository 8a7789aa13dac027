"""Orbits as a study writes them, with terms where a future puts numbers, and which satellites do not work in it."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sakimori.base.constants import WGS84_RADIUS
from sakimori.sense.orbits import AnyOrbit, ElementSet, Geostationary, Orbit, rosette, walker
from sakimori.study.orbit_keys import Ellipse, Orbits, Walker
from sakimori.study.quantities import Amount
from sakimori.study.sampling import Term, draw_of

Resolve = Callable[[str, Amount], Term]  # path and amount to term
PATTERNS = ("walker", "star", "rosette")


@dataclass(frozen=True)
class OrbitPlan:
    """Orbits with terms in place of numbers; `kind` is geo, walker, star, rosette, ellipses or elements."""

    kind: str
    terms: tuple[tuple[str, Term], ...] = ()  # of ellipses, those of one after those of another
    element_sets: tuple[tuple[str, ...], ...] = ()
    outage: tuple[tuple[str, Term], ...] = ()  # lost, planes_out, spares


def orbit_plan(orbits: Orbits, path: str, resolve: Resolve) -> OrbitPlan:
    """The plan of an asset's `orbit`, whose factors are named by `path`."""
    given = ((name, getattr(orbits, name)) for name in ("lost", "planes_out", "spares"))
    outage = tuple((name, resolve(f"{path}.{name}", amount)) for name, amount in given if amount is not None)
    if orbits.element_sets is not None:
        return OrbitPlan("elements", (), tuple(tuple(item) for item in orbits.element_sets), outage)
    if orbits.geo is not None:
        terms = [(str(i), resolve(f"{path}.geo.{i}", longitude)) for i, longitude in enumerate(orbits.geo)]
        return OrbitPlan("geo", tuple(terms), outage=outage)
    if orbits.ellipses is not None:
        names = itertools.product(enumerate(orbits.ellipses), Ellipse.model_fields)
        terms = [(name, resolve(f"{path}.ellipses.{i}.{name}", getattr(of, name))) for (i, of), name in names]
        return OrbitPlan("ellipses", tuple(terms), outage=outage)
    kind = next(name for name in PATTERNS if getattr(orbits, name) is not None)
    pattern = getattr(orbits, kind)
    written = [(name, getattr(pattern, name)) for name in Walker.model_fields if getattr(pattern, name) is not None]
    terms = [(name, resolve(f"{path}.{kind}.{name}", amount)) for name, amount in written]
    return OrbitPlan(kind, tuple(terms), outage=outage)


def orbits_of(plan: OrbitPlan, values: Mapping[str, float]) -> tuple[AnyOrbit, ...]:
    """Every satellite's orbit, given the factors' values, those out of service too. Errors: InputError."""
    if plan.kind == "elements":
        return tuple(ElementSet(lines[-2], lines[-1]) for lines in plan.element_sets)
    numbers = [(name, term.at(values)) for name, term in plan.terms]
    if plan.kind == "geo":
        return tuple(Geostationary(longitude) for _, longitude in numbers)
    if plan.kind == "ellipses":
        size = len(Ellipse.model_fields)
        return tuple(_ellipse(dict(numbers[i : i + size])) for i in range(0, len(numbers), size))
    n = dict(numbers)
    total, planes = round(n["total"]), round(n["planes"])
    shape = (total, planes, n["phasing"], n["inclination"], n["altitude"])
    if plan.kind == "rosette":
        return rosette(*shape, n["raan"], n["anomaly"])
    return walker(*shape, plan.kind == "star", n["raan"], n["anomaly"], n.get("spacing"))


def _ellipse(n: Mapping[str, float]) -> Orbit:
    low, high = sorted((WGS84_RADIUS + n["perigee"], WGS84_RADIUS + n["apogee"]))
    return Orbit(
        semi_major_axis=0.5 * (low + high),
        eccentricity=(high - low) / (high + low),
        inclination=n["inclination"],
        raan=n["raan"],
        argument_of_perigee=n["argument_of_perigee"],
        mean_anomaly=n["anomaly"],
    )


def planes_of(plan: OrbitPlan, values: Mapping[str, float]) -> tuple[int, ...]:
    """The plane of each satellite; where there are no planes, each satellite is one."""
    if plan.kind == "elements":
        return tuple(range(len(plan.element_sets)))
    if plan.kind not in PATTERNS:
        size = len(Ellipse.model_fields) if plan.kind == "ellipses" else 1
        return tuple(range(len(plan.terms) // size))
    terms = dict(plan.terms)
    total, planes = round(terms["total"].at(values)), round(terms["planes"].at(values))
    return tuple(i % planes if plan.kind == "rosette" else i // (total // planes) for i in range(total))


def out_of_service(plan: OrbitPlan, values: Mapping[str, float], asset: str, seed: int, draw: int) -> frozenset[int]:
    """Which satellites of an asset do not work in this draw of the factors.

    `planes_out` whole planes, then `lost` satellites of the others; in each plane `spares` of those lost are replaced.
    Which ones is drawn once per future, keyed by asset, plane and satellite, so that a larger number only adds to them.
    """
    outage = {name: round(term.at(values)) for name, term in plan.outage}
    if not (outage.get("planes_out") or outage.get("lost")):
        return frozenset()
    planes = planes_of(plan, values)

    def chosen(kind: str, among: list[int], number: int) -> list[int]:
        return sorted(among, key=lambda i: draw_of(f"{asset}/{kind}/{i}", seed, draw))[:number]

    dark = chosen("plane", sorted(set(planes)), outage.get("planes_out", 0))
    working = [i for i, plane in enumerate(planes) if plane not in dark]
    out = {i for i, plane in enumerate(planes) if plane in dark}
    spares = dict.fromkeys(planes, outage.get("spares", 0))
    for i in chosen("satellite", working, outage.get("lost", 0)):
        if spares[planes[i]] > 0:
            spares[planes[i]] -= 1
        else:
            out.add(i)
    return frozenset(out)

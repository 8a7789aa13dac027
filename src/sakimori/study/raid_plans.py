"""A study's raid as a plan: its waves, groups and places with terms in place of numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sakimori.study import schema
from sakimori.study.boosters import booster_ends, booster_record, threat_terms
from sakimori.study.deployment import Source
from sakimori.study.fields import COMPANY, DRAWN_BOOST, KINDS, OPTIONAL, THREATS
from sakimori.study.quantities import Amount
from sakimori.study.raids import GroupPlan, RaidPlan, Target, WavePlan
from sakimori.study.reading import Problem
from sakimori.study.sampling import FactorTable, Term

_AXIS = ("bearing", "range")
Where = tuple[str | int, ...]


def raid_plan(model: schema.Study, source: Source) -> RaidPlan | None:
    """The plan; None without a raid. A later wave has size, groups and places of the first where it states none."""
    raid, factors = model.raid, source.factors
    if raid is None:
        return None
    size = factors.term("raid.size", raid.size)
    groups, places = _groups(raid.threats, ("raid",), source), _targets(raid.places, model, factors)
    waves = [WavePlan(size, Term(), groups, places)]
    for i, wave in enumerate(raid.waves):
        where = "raid", "waves", i
        waves.append(
            WavePlan(
                factors.term(f"raid.waves.{i}.size", wave.size) if wave.size else size,
                factors.term(f"raid.waves.{i}.pause", wave.pause),
                groups if wave.threats is None else _groups(wave.threats, where, source),
                places if wave.places is None else _targets(wave.places, model, factors),
            )
        )
    return RaidPlan(
        tuple(waves),
        factors.term("raid.arrival_spread", raid.arrival_spread),
        factors.term("raid.reliability", raid.reliability),
        factors.term("raid.reliability_correlation", raid.reliability_correlation),
    )


def _groups(written: Sequence[Any], where: Where, source: Source) -> tuple[GroupPlan, ...]:
    return tuple(_group(group, (*where, "threats", i), source) for i, group in enumerate(written))


def _group(group: Any, where: Where, source: Source) -> GroupPlan:
    path = ".".join(map(str, where))
    entry = source.catalogue.find(group.threat, source.place(*where, "threat"), *THREATS)
    given = DRAWN_BOOST if entry.record.booster else ()  # by the booster
    own: dict[str, Term] = {}
    for name in type(group).model_fields:
        value = getattr(group, name)
        if isinstance(value, Amount):
            known = {*KINDS[entry.kind], *_AXIS, *(COMPANY if entry.kind == "ballistic" else ())}
            if name in given or name not in known:
                got, expected = f"'{name}' for the {entry.kind} record '{entry.id}'", f"a {entry.kind} parameter"
                raise Problem("REF07", source.place(*where, name), got, expected, "Remove it.")
            own[name] = source.factors.term(f"{path}.{name}", value, per_threat=True)
    terms = threat_terms(entry, source) | {k: v for k, v in own.items() if k not in (*_AXIS, *COMPANY)}
    missing = [name for name in KINDS[entry.kind] if name not in terms and name not in (*given, *OPTIONAL)]
    if missing:
        got, mend = f"no '{missing[0]}' for '{entry.id}'", "Give it in the record or beside 'threat:'."
        raise Problem("REF07", source.place(*where), got, f"all parameters of a {entry.kind} threat", mend)
    of = booster_record(entry, source.catalogue)
    axis, beside = (own["bearing"], own["range"]), tuple(own.get(name, Term()) for name in COMPANY)
    ends = None if of is None else booster_ends(of)
    return GroupPlan(entry.id, entry.kind, group.share, *axis, tuple(terms.items()), ends, beside)


def _targets(shares: Mapping[str, float], model: schema.Study, factors: FactorTable) -> tuple[Target, ...]:
    names = list(model.places)
    found = []
    for name, share in shares.items():
        site = model.places[name].at
        latitude = factors.term(f"places.{name}.latitude", site.latitude)
        longitude = factors.term(f"places.{name}.longitude", site.longitude)
        found.append((names.index(name), share, latitude, longitude))
    return tuple(found)


def loss_terms(model: schema.Study, factors: FactorTable) -> tuple[Term, Term]:
    """Radius and probability of the loss of a layer to a leaker."""
    loss = model.raid.loss if model.raid else None
    if loss is None:
        return Term(), Term()
    return factors.term("raid.loss.radius", loss.radius), factors.term("raid.loss.probability", loss.probability)

"""What a study refers to must exist: partners, places, quantities, metrics; and its shares must make a whole."""

from collections.abc import Iterable, Iterator

from sakimori.assess.metrics import METRICS
from sakimori.base.units import DIMENSIONS
from sakimori.study.deployment import SHELVES, Finder
from sakimori.study.findings import FINDINGS
from sakimori.study.quantities import Amount
from sakimori.study.raid_keys import Raid, Wave
from sakimori.study.reading import Path, Problem, refuse, suggestion
from sakimori.study.schema import Study
from sakimori.study.walking import amounts_of

_WHOLE = 1e-6  # how far shares may be from 1


def check_references(model: Study, place: Finder) -> None:
    """Raise Problem or Problems, in the order of the file."""
    found = [
        *_partners(model, place),
        *_needs(model, place),
        *_raid(model, place),
        *_defended(model, place),
        *_stored(model, place),
        *_measures(model, place),
        *_words(model, place),
    ]
    refuse(sorted(found, key=lambda p: (p.place.path, p.place.line)))


def _partners(model: Study, place: Finder) -> Iterator[Problem]:
    known = model.architecture.partners
    named: list[tuple[Path, str]] = []
    for shelf in ("assets", "layers"):
        for name, item in getattr(model.architecture, shelf).items():
            named.append((("architecture", shelf, name, "owner"), item.owner))
    pairs: set[tuple[str, str]] = set()
    for i, share in enumerate(model.architecture.sharing):
        where = ("architecture", "sharing", i)
        named += [((*where, "from"), share.from_), ((*where, "to"), share.to)]
        pair = (share.from_, share.to)
        if pair in pairs or share.from_ == share.to:
            got = f"sharing from {pair[0]} to {pair[1]}"
            got = f"{got} a second time" if pair in pairs else got
            expected = "one rule for each pair of two partners"
            yield Problem("REF10", place(*where), got, expected, "Remove this rule.")
        pairs.add(pair)
    for partner in model.architecture.command.decision_delay:
        named.append((("architecture", "command", "decision_delay", partner), partner))
    for key in ("defends", "engages"):
        for partner in getattr(model.architecture.command, key):
            named.append((("architecture", "command", key, partner), partner))
    for name, item in model.places.items():
        named.append((("places", name, "partner"), item.partner))
    for name, measure in model.measures.items():
        for partner in measure.cost.payer if measure.cost else ():
            named.append((("measures", name, "cost", "payer", partner), partner))
    for where, partner in named:
        if partner not in known:
            got, mend = f"the unknown partner '{partner}'", suggestion(partner, known)
            yield Problem("REF02", place(*where), got, "a partner of the architecture", mend)


def _needs(model: Study, place: Finder) -> Iterator[Problem]:
    known = model.architecture.conditions
    named: list[tuple[Path, list[str]]] = []
    for shelf in SHELVES:
        for name, item in getattr(model.architecture, shelf).items():
            named.append((("architecture", shelf, name), item.needs))
    named += [(("architecture", "sharing", i), share.needs) for i, share in enumerate(model.architecture.sharing)]
    for name, measure in model.measures.items():
        for i, change in enumerate(measure.change):
            for key, item in (("add", change.add), ("share", change.share)):
                if item is not None:
                    named.append((("measures", name, "change", i, key), item.needs))
    for where, wanted in named:
        for i, name in enumerate(wanted):
            if name not in known:
                got, mend = f"the unknown condition '{name}'", suggestion(name, known)
                yield Problem("REF16", place(*where, "needs", i), got, "one of the architecture's conditions", mend)


def _raid(model: Study, place: Finder) -> Iterator[Problem]:
    raid = model.raid
    if raid is None:
        return
    waves: list[tuple[Raid | Wave, tuple[str | int, ...]]] = [(raid, ("raid",))]
    waves += [(wave, ("raid", "waves", i)) for i, wave in enumerate(raid.waves)]
    for wave, where in waves:
        for key in ("threats", "places"):
            of = getattr(wave, key)
            if of is not None and not of:
                expected, mend = f"at least one of its {key}", f"Add to '{key}', or remove the {where[0]}."
                if where != ("raid",):
                    mend = f"Add to '{key}', or remove it: the wave then has those of the raid."
                yield Problem("RAID01", place(*where, key), f"a raid without {key}", expected, mend)
        yield from _shares(wave, where, place)
        for name in wave.places or ():
            if name not in model.places:
                got, mend = f"the unknown place '{name}'", suggestion(name, model.places)
                yield Problem("REF03", place(*where, "places", name), got, "a place of the study", mend)


def _defended(model: Study, place: Finder) -> Iterator[Problem]:
    for partner, names in model.architecture.command.defends.items():
        for i, name in enumerate(names):
            if name not in model.places:
                at, mend = ("architecture", "command", "defends", partner, i), suggestion(name, model.places)
                yield Problem("REF03", place(*at), f"the unknown place '{name}'", "a place of the study", mend)


def _stored(model: Study, place: Finder) -> Iterator[Problem]:
    layers = model.architecture.layers
    added = [c.add for m in model.measures.values() for c in m.change if c.add is not None and hasattr(c.add, "layer")]
    names = {layer.magazine or name for name, layer in layers.items()}
    names |= {getattr(layer, "magazine", None) or getattr(layer, "layer", "") for layer in added}
    names |= {str(v) for m in model.measures.values() for c in m.change for k, v in (c.set or {}).items() if "." in k}
    for name in model.architecture.magazines:
        if name not in names:
            got, mend = f"the unknown magazine '{name}'", suggestion(name, names)
            expected = "a layer, or a magazine that a layer names"
            yield Problem("REF15", place("architecture", "magazines", name), got, expected, mend)


def _shares(raid: Raid | Wave, where: tuple[str | int, ...], place: Finder) -> Iterator[Problem]:
    shares: Iterable[tuple[str, list[float]]] = (
        ("places", list((raid.places or {}).values())),
        ("threats", [group.share for group in raid.threats or ()]),
    )
    for key, values in shares:
        if values and abs(sum(values) - 1.0) > _WHOLE:
            got = f"shares that sum to {sum(values):.6g}"
            yield Problem("RAID02", place(*where, key), got, "shares that sum to 1", f"Correct the shares of '{key}'.")


def _measures(model: Study, place: Finder) -> Iterator[Problem]:
    for path, amount in amounts_of(model):
        inside = path[:1] == ("measures",) and len(path) > 2 and path[2] == "change"
        if amount.law == "reference" and not inside:
            got, expected = f"'${amount.reference}'", "a value (only a measure's changes may name its quantities)"
            yield Problem("REF05", place(*path), got, expected, "Write the value.")
    for name, measure in model.measures.items():
        per = measure.cost.per if measure.cost else None
        if per and per not in measure.quantity:
            at, mend = place("measures", name, "cost", "per"), suggestion(per, measure.quantity)
            yield Problem("REF05", at, f"the unknown quantity '{per}'", "a quantity of the measure", mend)


def _words(model: Study, place: Finder) -> Iterator[Problem]:
    for i, metric in enumerate(model.metrics):
        if metric not in METRICS:
            got, mend = f"the unknown metric '{metric}'", suggestion(metric, METRICS)
            yield Problem("REF11", place("metrics", i), got, "a metric", mend)
    for name, goal in model.goals.items():
        yield from _of_metric(name, goal, place, ("goals", name), ("goals", name))
    if model.stop is not None:
        yield from _of_metric(
            model.stop.metric, model.stop.half_width, place, ("stop", "metric"), ("stop", "half_width")
        )
    for i, waiver in enumerate(model.waivers):
        finding = FINDINGS.get(waiver.finding)
        if finding is None or finding.severity == "refused":
            mend = suggestion(waiver.finding, (name for name, f in FINDINGS.items() if f.severity != "refused"))
            got = f"the finding '{waiver.finding}'"
            yield Problem("REF12", place("waivers", i, "finding"), got, "the ID of a finding that can be waived", mend)


Where = tuple[str, ...]


def _of_metric(name: str, value: Amount, place: Finder, named: Where, valued: Where) -> Iterator[Problem]:
    """What is wrong with a value that is meant in the unit of a metric."""
    if name not in METRICS:
        yield Problem("REF11", place(*named), f"the unknown metric '{name}'", "a metric", suggestion(name, METRICS))
    elif value.law != "fixed":
        yield Problem("SHAPE03", place(*valued), "a range", "one value", "Write the value to be met.")
    elif value.dimension != (asked := METRICS[name].dimension):
        got, mend = f"{value.written} for {name}", f"Give {DIMENSIONS[asked].example}, for example."
        yield Problem("UNIT02", place(*valued), got, DIMENSIONS[asked].article, mend)

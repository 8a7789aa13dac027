"""From a name or path to a study: find, read, check what refers to what, compile."""

import fnmatch
import math
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sakimori.base.errors import InputError, Place
from sakimori.sense.orbits import parse_element_sets
from sakimori.study import schema
from sakimori.study.catalogue import DATA, collect
from sakimori.study.costs import costs_of
from sakimori.study.deployment import Finder, Source, baseline
from sakimori.study.designs import NESTED, Copula, copula, design
from sakimori.study.measures import ALL, Applier, closure, options_of
from sakimori.study.observed import read_table, rows_of
from sakimori.study.option_keys import Sampling
from sakimori.study.orbit_keys import Orbits
from sakimori.study.plans import OptionPlan, Plan, option_plan
from sakimori.study.portfolios import Builder, Offer, Terms, Wanted, doses, left_out, name_of, portfolios
from sakimori.study.quantities import amount
from sakimori.study.raid_plans import loss_terms, raid_plan
from sakimori.study.reading import Document, Problem, read, suggestion
from sakimori.study.references import check_references
from sakimori.study.sampling import FactorTable, named_by, ours
from sakimori.study.study import Compiled, Study

FILE = "study.yaml"
STUDIES = DATA / "studies"


@dataclass(frozen=True)
class Places:
    """Finds the line of anything in a study whose architecture may stand in a file of its own."""

    study: Document
    architecture: Document | None

    def __call__(self, *where: str | int) -> Place:
        """Place of the value at this path."""
        if self.architecture is not None and where[:1] == ("architecture",):
            return self.architecture.place(*where[1:])
        return self.study.place(*where)


def load(path_or_name: str | pathlib.Path) -> Study:
    """The study at a folder or file, or the shipped one of this name, resolved and compiled.

    Raises InputError (file, line, got, expected, mend) for anything that cannot be read or is not valid.
    """
    path = locate(path_or_name)
    document = read(path)
    schema.check_version(document)
    folder = path.parent
    content, places = _with_architecture(document, folder)
    model = schema.validated(schema.Study, content, places)
    model = _with_elements(model, folder, places)
    name = folder.resolve().name if path.name == FILE else path.name.removesuffix(path.suffix)
    return compile_study(name, path, model, document, places)


def compile_study(name: str, path: pathlib.Path, model: schema.Study, document: Document, places: Places) -> Study:
    """A validated study, compiled. Raises Problem or Problems for what does not fit together."""
    check_references(model, places)
    folder = path.parent
    factors = FactorTable(model.vary)
    source = Source(collect(model.records, document, folder), factors, places, tuple(model.places))
    partners = tuple(model.architecture.partners)
    tree = baseline(model.architecture, factors)
    tree["places"] = {
        key: {"value": factors.term(f"places.{key}.value", place.value)} for key, place in model.places.items()
    }
    applier = Applier(model.measures, partners, source)
    sensors: list[Plan] = []
    options = tuple(
        option_plan(option, members, applier.option(tree, members), partners, sensors, source)
        for option, members in options_of(model.measures, model.options, places).items()
    )
    table, table_path = _table(model, path, places)
    rows = () if table is None else rows_of(table, table_path, source)
    costs = costs_of(model.measures, model.prices, model.exchange_rate, factors)
    builder = Builder(model.measures, tree, partners, source)
    offer = Offer(tuple(sensors), options).with_portfolios(
        _wanted(model, options, costs.middle(factors), places), builder
    )
    tracking, raid = model.architecture.tracking, model.raid
    default_time = amount({"uniform": ["0 h", "24 h"]}, "time")
    compiled = Compiled(
        partners,
        tuple(sensors),
        options,
        raid_plan(model, source),
        loss_terms(model, factors),
        rows,
        factors.term("raid.time_of_day" if raid else "flights.time_of_day", raid.time_of_day if raid else default_time),
        factors.term("air.density_factor", model.air.density_factor),
        tuple(
            (
                factors.term(f"air.wind.{i}.altitude", row.altitude),
                factors.term(f"air.wind.{i}.east", row.east),
                factors.term(f"air.wind.{i}.north", row.north),
            )
            for i, row in enumerate(model.air.wind)
        ),
        factors.term("tracking.efficiency", tracking.efficiency),
        factors.term("tracking.drop_time", tracking.drop_time),
        factors.term("command.own_latency", model.architecture.command.own_latency),
        costs,
        {layer.asset: layer.unit_cost for option in offer.options for layer in option.layers},
        offer,
        builder if model.portfolios.unfolding else None,
    )
    sampling = model.sampling
    draws = -(-model.futures // max(len(rows), 1))
    factors.design = design(sampling.method, sampling.replicates, draws, _asked(sampling, factors, places))
    factors.copula = _copula(sampling, factors, places)
    return Study(name, str(path), model, source.catalogue, factors, compiled, places, str(folder), table)


def locate(path_or_name: str | pathlib.Path) -> pathlib.Path:
    """The study file meant: a file, a folder with study.yaml, or the name of a shipped study. Raises Problem."""
    text = str(path_or_name)
    path = pathlib.Path(text)
    try:
        if path.is_dir():
            if (path / FILE).exists():
                return path / FILE
            mend = f"Name the file itself, or call it {FILE}."
            raise Problem("READ01", text, f"a folder without {FILE}", f"a folder with {FILE}", mend)
        if path.exists():
            return path
    except (OSError, ValueError) as error:
        raise Problem("READ01", text[:200], f"an impossible name ({error})", "a path or name", "Check it.") from None
    names = [p.name for p in STUDIES.iterdir() if (p / FILE).is_file()] if STUDIES.is_dir() else []
    if text in names:
        return STUDIES / text / FILE
    got = "no such file, folder or shipped study"
    raise Problem("READ01", text, got, "a study", f"Shipped: {', '.join(sorted(names))}. {_near(text, names)}".strip())


def _near(text: str, names: list[str]) -> str:
    found = suggestion(text, names)
    return found if found.startswith("Did") else ""


def _with_architecture(document: Document, folder: pathlib.Path) -> tuple[dict[str, Any], Places]:
    named = document.content.get("architecture")
    if not isinstance(named, str):
        return document.content, Places(document, None)
    path = folder / named
    if not path.is_file():
        at, got = document.place("architecture"), f"the file '{named}', which does not exist"
        names = [p.name for p in folder.glob("*.yaml") if p.name != FILE]
        raise Problem("READ01", at, got, "an architecture file beside the study", suggestion(named, names))
    architecture = read(path)
    schema.check_version(architecture)
    return {**document.content, "architecture": architecture.content}, Places(document, architecture)


def _with_elements(model: schema.Study, folder: pathlib.Path, places: Places) -> schema.Study:
    """The study with element files read into it, so that nothing else is needed to run it."""
    assets: dict[str, Any] = {}
    for name, asset in model.architecture.assets.items():
        assets[name] = asset
        if asset.orbit is not None and asset.orbit.elements is not None:
            at = places("architecture", "assets", name, "orbit", "elements")
            sets = read_element_sets(folder / asset.orbit.elements, at)
            assets[name] = asset.model_copy(update={"orbit": Orbits(element_sets=sets)})
    architecture = model.architecture.model_copy(update={"assets": assets})
    return model.model_copy(update={"architecture": architecture})


def read_element_sets(path: pathlib.Path, at: Place) -> list[list[str]]:
    """Name and two lines of each set of a file that is named at `at`. Raises Problem."""
    try:
        sets = parse_element_sets(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Problem(
            "READ01", at, f"'{path.name}', which cannot be read", "a file of element sets", "Check it."
        ) from None
    except InputError as error:
        raise Problem("SHAPE03", f"{path} ({error.place})", error.got, error.expected, error.mend) from None
    if not sets:
        raise Problem("RAID01", str(path), "no element sets", "one set or more", "Add two lines per satellite.")
    return [[name, elements.line1, elements.line2] for name, elements in sets]


def _table(model: schema.Study, path: pathlib.Path, places: Places) -> tuple[list[dict[str, str]] | None, str]:
    if isinstance(model.flights, str):
        return read_table(model.flights, path.parent, places("flights"))
    return model.flights, str(path)


def _asked(sampling: Sampling, factors: FactorTable, places: Finder) -> tuple[str, ...]:
    """The factors that a design in blocks asks: those named, or all of our own. Raises Problem for any other."""
    if sampling.method not in NESTED:
        return ()
    known = [path for path, factor in factors.factors.items() if not factor.per_threat]
    for i, pattern in enumerate(sampling.factors):
        if not named_by([pattern], known):
            there = fnmatch.filter(factors.factors, pattern)
            got = f"'{pattern}', which is no factor of our own" if there else f"'{pattern}', which names no factor"
            mend = (
                "The attacker's factors and properties of threats are averaged over; costs and dates change no outcome."
                if there
                else suggestion(pattern, [path for path in known if ours(path)])
            )
            raise Problem("REF14", places("sampling", "factors", i), got, "paths of factors of our own", mend)
    found = named_by(sampling.factors or ["*"], known)
    if not found:
        at, got = places("sampling", "method"), f"{sampling.method} in a study without factors of our own"
        raise Problem("REF14", at, got, "a factor to ask", "State ranges, or name another method.")
    return found


def _copula(sampling: Sampling, factors: FactorTable, places: Finder) -> Copula:
    """The stated rank correlations. Raises Problem for what is no factor, or cannot be."""
    known = {path for path, factor in factors.factors.items() if not factor.per_threat}
    pairs: dict[frozenset[str], tuple[str, str, float]] = {}
    for i, item in enumerate(sampling.correlations):
        for j, path in enumerate(item.between):
            if path not in known:
                each = path in factors.factors
                got = f"'{path}', which is drawn for each threat" if each else f"'{path}', which is no factor"
                mend = (
                    "Only factors that are drawn once per future can go together." if each else suggestion(path, known)
                )
                at = places("sampling", "correlations", i, "between", j)
                raise Problem("REF14", at, got, "the path of a factor that is drawn once per future", mend)
        one, other = item.between
        if frozenset(item.between) in pairs:
            at, got = places("sampling", "correlations", i), f"'{one}' and '{other}' a second time"
            raise Problem("REF10", at, got, "one correlation for each pair", "Remove this one.")
        pairs[frozenset(item.between)] = one, other, item.rank
    found = copula(list(pairs.values()))
    if found is None:
        got, expected = "correlations that contradict each other", "a positive definite matrix (pairs not named are 0)"
        mend = "Weaken the strongest, or name the pairs that are missing."
        raise Problem("STAT07", places("sampling", "correlations"), got, expected, mend)
    return found


def _wanted(
    model: schema.Study, options: tuple[OptionPlan, ...], cost: Mapping[str, float], places: Finder
) -> list[Wanted]:
    """The sets of measures that are the same in every future. Raises Problem for what cannot be had."""
    asked, named = model.portfolios, {option.name: option.measures for option in options}
    found: list[Wanted] = []
    if asked.leave_one_out:
        if ALL not in named:
            at, got = places("portfolios", "leave_one_out"), "measures that exclude each other"
            raise Problem("REF09", at, got, "an option with all measures", f"List an option named '{ALL}'.")
        found += left_out(model.measures, named[ALL], places)
    if asked.doses:
        found += doses(model.measures, named, model.vary)
    if asked.feasible is not None:
        there = {frozenset(members) for members in named.values()}
        year = {name: m.available.middle if m.available else -math.inf for name, m in model.measures.items()}
        terms = Terms.of(model.measures, cost, year, places)
        for members in portfolios(terms, asked.feasible, model.seed, places):
            if frozenset(members) not in there:
                found.append(Wanted(name_of(members), "portfolio", closure(members, model.measures, places)))
    return found

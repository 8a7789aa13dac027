"""Catalogue records: shipped ones, the user's folder, the study's own; the nearest to the study wins.

Precedence, highest first: `records:` in the study, `catalogue/` beside the study, the user's folder
($SAKIMORI_CATALOGUE, else `catalogue` in the user's data folder), the records shipped with the package.
"""

import functools
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import platformdirs

from sakimori.base.errors import Place
from sakimori.study.fields import BOOSTED, DRAWN_BOOST, KINDS
from sakimori.study.quantities import NO_SOURCE, Amount, AmountError, amount
from sakimori.study.reading import Document, Problem, read, refuse, suggestion
from sakimori.study.schema import CatalogueFile, Record, check_version, validated

DATA = pathlib.Path(__file__).parent.parent / "data"
_BIB_KEY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A record with its parameters read: SI amounts, and where each stands."""

    id: str
    kind: str
    record: Record
    origin: str  # study, folder, user or shipped
    parameters: Mapping[str, Amount]
    places: Mapping[str, Place] = field(repr=False)


@dataclass(frozen=True)
class _Shelf:
    """The raw records of one file or of the study itself."""

    origin: str
    kind: str
    records: Mapping[str, Record]
    document: Document
    root: tuple[str | int, ...]


@dataclass
class Catalogue:
    """All records in reach, nearest first. The shipped ones, furthest away, are read kind by kind when asked for."""

    near: list[_Shelf]
    _read: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def shelves(self, *kinds: str) -> Iterator[_Shelf]:
        """Shelves of these kinds, nearest first."""
        for kind in kinds:
            yield from (shelf for shelf in self.near if shelf.kind == kind)
            yield from _shipped(kind)

    def names(self, *kinds: str) -> list[str]:
        """Names of all records of these kinds."""
        return sorted({name for shelf in self.shelves(*kinds) for name in shelf.records})

    def get(self, name: str, *kinds: str) -> Entry | None:
        """The nearest record of this name and one of these kinds. Raises Problems where it is not valid."""
        shelf = next((s for s in self.near if s.kind in kinds and name in s.records), None)
        shelf = shelf or next((s for s in self.shelves(*kinds) if name in s.records), None)
        if shelf is None:
            return None
        if (shelf.kind, name) not in self._read:
            self._read[shelf.kind, name] = _entry(shelf, name)
        return self._read[shelf.kind, name]

    def find(self, name: str, place: Place, *kinds: str) -> Entry:
        """As `get`; raises Problem REF01, at `place`, where there is none."""
        found = self.get(name, *kinds)
        if found is not None:
            return found
        other = self.get(name, *KINDS)
        expected = f"a record of kind {' or '.join(kinds)}"
        if other is not None:
            raise Problem("REF01", place, f"the {other.kind} record '{name}'", expected, "Name another record.")
        mend = suggestion(name, self.names(*kinds))
        raise Problem("REF01", place, f"the unknown record '{name}'", expected, mend)

    def shadowed(self) -> Iterator[tuple[_Shelf, str]]:
        """Records that hide one of the same kind and name further away."""
        for kind in KINDS:
            shelves = list(self.shelves(kind))
            for i, shelf in enumerate(shelves):
                for name in shelf.records:
                    if any(name in far.records for far in shelves[i + 1 :]):
                        yield shelf, name

    def used(self) -> list[Entry]:
        """The records read so far, by kind and name."""
        return [self._read[key] for key in sorted(self._read)]


def collect(own: Mapping[str, Mapping[str, Record]], study: Document, folder: pathlib.Path | None) -> Catalogue:
    """The catalogue of a study. `own` are its inline records, `folder` is where it stands."""
    shelves: list[_Shelf] = []
    for kind, records in own.items():
        if kind not in KINDS:
            got, place = f"the kind of record '{kind}'", study.place("records", kind)
            raise Problem("SHAPE02", place, got, ", ".join(KINDS), suggestion(kind, KINDS))
        shelves.append(_Shelf("study", kind, records, study, ("records", kind)))
    if folder is not None:
        shelves += _shelves(folder / "catalogue", "folder")
    shelves += _shelves(user_folder(), "user")
    for shelf in shelves:
        for name in shelf.records:
            _entry(shelf, name)
    return Catalogue(shelves)


def load_catalogue() -> Catalogue:
    """The records in the user's folder and those shipped with the package."""
    return Catalogue(list(_shelves(user_folder(), "user")))


def shipped() -> Catalogue:
    """The records shipped with the package, alone."""
    return Catalogue([])


def user_folder() -> pathlib.Path:
    """Where a user keeps records of their own."""
    named = os.environ.get("SAKIMORI_CATALOGUE")
    return pathlib.Path(named) if named else platformdirs.user_data_path("sakimori") / "catalogue"


def source_keys(folder: pathlib.Path | None) -> set[str]:
    """Keys of all sources that may be named: the shipped sources.bib and one beside the study."""
    keys = {NO_SOURCE}
    for path in bibliographies(folder):
        keys.update(_BIB_KEY.findall(path.read_text("utf-8", errors="replace")))
    return keys


def bibliographies(folder: pathlib.Path | None) -> list[pathlib.Path]:
    """Files of sources: the shipped one, then one beside the study."""
    paths = [DATA / "sources.bib", *([folder / "sources.bib"] if folder else [])]
    return [path for path in paths if path.is_file()]


@functools.cache
def _shipped(kind: str) -> tuple[_Shelf, ...]:
    """Shipped records of a kind; they do not change while a process runs."""
    path = DATA / "catalogue" / f"{kind}.yaml"
    return (_shelf(path, "shipped"),) if path.is_file() else ()


def _shelves(folder: pathlib.Path, origin: str) -> Iterator[_Shelf]:
    if folder.is_dir():
        for path in sorted(folder.glob("*.yaml")):
            yield _shelf(path, origin)


def _shelf(path: pathlib.Path, origin: str) -> _Shelf:
    document = read(path)
    check_version(document)
    content = validated(CatalogueFile, document.content, document.place)
    return _Shelf(origin, content.kind, content.records, document, ("records",))


def _entry(shelf: _Shelf, name: str) -> Entry:
    record = shelf.records[name]
    parameters: dict[str, Amount] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for key, written in record.parameters.items():
        where = (*shelf.root, name, "parameters", key)
        places[key] = shelf.document.place(*where)
        try:
            parameters[key] = _parameter(key, written, shelf.kind)
        except AmountError as error:
            at = shelf.document.place(*where, *error.at)
            problems.append(Problem(error.finding, at, error.got, error.expected, error.mend))
    if record.booster is not None:
        places["booster"] = shelf.document.place(*shelf.root, name, "booster")
        problems += _two_boosts(record, shelf.kind, places)
    refuse(problems)
    places[""] = shelf.document.place(*shelf.root, name)
    return Entry(name, shelf.kind, record, shelf.origin, parameters, places)


def _two_boosts(record: Record, kind: str, places: Mapping[str, Place]) -> Iterator[Problem]:
    """What must not stand beside a booster."""
    if kind not in BOOSTED:
        got, expected = f"a booster for a {kind} record", f"a {' or '.join(BOOSTED)} record"
        yield Problem("REF07", places["booster"], got, expected, "Remove it.")
    for key in DRAWN_BOOST:
        if key in record.parameters:
            got, expected = f"'{key}' beside a booster, which gives it", "one way to boost"
            yield Problem("REF07", places[key], got, expected, f"Remove '{key}' or the booster.")


def _parameter(key: str, written: Any, kind: str) -> Amount:
    field = KINDS[kind].get(key)
    if field is None:
        mend = suggestion(key, KINDS[kind])
        raise AmountError(f"the unknown key '{key}'", f"a parameter of a {kind} record", mend, finding="SHAPE02")
    found = amount(written, field.dimension, field.low, field.high)
    if found.law == "reference":
        got, expected = f"'{written}'", "a value (only a measure's changes may name its quantities)"
        raise AmountError(got, expected, "Write the value.", finding="REF05")
    return found


__all__ = ["Catalogue", "Entry", "bibliographies", "collect", "load_catalogue", "shipped", "source_keys", "user_folder"]

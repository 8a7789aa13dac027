"""A run as the report sees it, and the few questions that every section asks of it."""

import pathlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.assess.metrics import BASELINE, METRICS, Table, available, option_names
from sakimori.study.designs import METHODS, Design, design
from sakimori.study.sampling import attacker_chooses, named_by, ours

_ENGAGED = ("no_leaker", "expected_leakers", "leak_fraction", "warning_time", "custody", "rounds", "rounds_cost")
_LISTED = 3  # measures of a set that are named one by one, however many others there are
_WATCHED = ("custody", "detected", "confirmed", "warning_time", "best_sigma")


@dataclass(frozen=True)
class RunView:
    """A stored run.

    `manifest` as written by the store; read here: title, study, seed, futures, replications, findings (a list of
    finding records) and factors (a mapping from a factor's column to its `unit` in SI and whether it is the
    `attacker`'s). `study` is the resolved study document. `tables` holds flights, tracks, threats, engagements,
    outcomes and factors, each as columns (`base.columns`). The outcomes may have a column `cost` [USD]: what the
    option's measures cost in that future. `land` is a TopoJSON file.
    """

    manifest: Mapping[str, Any]
    study: Mapping[str, Any]
    tables: Mapping[str, Table]
    land: pathlib.Path

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the options, the baseline first."""
        return option_names(self.tables["outcomes"])

    @property
    def replications(self) -> int:
        """Inner replications behind each future."""
        return int(self.manifest.get("replications") or self.study.get("replications") or 1)

    @property
    def engaged(self) -> bool:
        """Whether any layer could fire; a study of detection only has none."""
        return len(self.tables.get("engagements", {}).get("future", ())) > 0

    @property
    def listed(self) -> Sequence[Mapping[str, Any]]:
        """Rows of the study's table of observed flights; empty where it draws raids."""
        flights = self.study.get("flights")
        return flights if isinstance(flights, list) else ()

    def draws(self, futures: np.ndarray) -> np.ndarray | None:
        """Number of the factors' draw behind each future; None where every future has its own."""
        if not self.listed:
            return None
        table = self.tables["factors"]
        codes = [np.unique(column, return_inverse=True)[1] for name, column in table.items() if name != "future"]
        if not codes:
            return None
        _, draw = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
        return draw.ravel()[np.searchsorted(table["future"].astype(np.int64), futures)]

    @property
    def design(self) -> Design:
        """How the futures were drawn."""
        asked = self.study.get("sampling") or {}
        draws = -(-int(self.study.get("futures") or 1) // max(len(self.listed), 1))
        names = named_by(asked.get("factors") or ["*"], (n for n in self.tables["factors"] if n != "future"))
        return design(str(asked.get("method", METHODS[0])), asked.get("replicates"), draws, names)

    def clusters(self, futures: np.ndarray) -> np.ndarray | None:
        """Replicate of the sample that each future is of; None for Monte Carlo."""
        found = self.design
        if found.method == METHODS[0]:
            return None
        each = max(len(self.listed), 1)
        return np.array([found.replicate(int(future) // each) for future in futures], dtype=np.int64)

    @property
    def missing(self) -> int:
        """Futures that the run should hold but does not (yet)."""
        there = len(np.unique(self.tables["outcomes"]["future"]))
        return max(0, int(self.manifest.get("futures") or 0) - there)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics to show, the headline first: those the study asks for, else those that suit it."""
        there = available(self.tables)
        asked = [str(name) for name in self.study.get("metrics") or () if name in METRICS and name in there]
        usual = _ENGAGED if self.engaged else _WATCHED
        return tuple(asked) or tuple(name for name in usual if name in there)

    @property
    def attacker(self) -> frozenset[str]:
        """Factors that the attacker chooses: marginalised, never split by."""
        facts: Mapping[str, Mapping[str, Any]] = self.manifest.get("factors") or {}
        named = {name for name, fact in facts.items() if fact.get("attacker")}
        return frozenset(named | {name for name in self.tables["factors"] if attacker_chooses(name)})

    @property
    def not_ours(self) -> frozenset[str]:
        """Factors that no answer turns on: the attacker's, properties of threats, and those without an effect.

        Of a sample in blocks also those that it does not ask: they have one value in a block, and so few values.
        """
        asked = self.design.asked if self.design.nested else self.tables["factors"]
        return self.attacker | {name for name in self.tables["factors"] if not ours(name) or name not in asked}

    def unit_of(self, factor: str) -> str:
        """SI unit of a factor's column; empty where it has none."""
        fact = (self.manifest.get("factors") or {}).get(factor) or {}
        return str(fact.get("unit") or "")

    def measures_of(self, option: str) -> tuple[str, ...]:
        """Identifiers of the measures that the option takes."""
        if option == BASELINE:
            return ()
        known: Mapping[str, Any] = self.study.get("measures") or {}
        listed: Mapping[str, Any] = self.study.get("options") or {}
        if option not in listed and option not in known and option != "all":
            return _portfolio(known, self.measures_of("all"), option)
        return _with_required(known, listed.get(option, [option] if option in known else list(known)))

    def title(self, option: str) -> str:
        """What people call the option, in English."""
        return self._title(option, "title", "Baseline", "All measures together")

    def title_ja(self, option: str) -> str:
        """What people call the option, in Japanese; empty where unknown."""
        return self._title(option, "title_ja", "現状", "全施策")

    def _title(self, option: str, key: str, baseline: str, everything: str) -> str:
        if option == BASELINE:
            return baseline
        measures: Mapping[str, Mapping[str, Any]] = self.study.get("measures") or {}
        mine = self.measures_of(option)
        if option in measures or len(mine) == 1:
            record = measures.get(option) or measures.get(mine[0]) or {}
            return str(record.get(key) or (option if key == "title" else ""))
        if option == "all":
            return everything
        if key != "title" or option in (self.study.get("options") or {}):
            return option.replace("-", " ").capitalize() if key == "title" else ""
        return self.set_title(mine)

    def set_title(self, measures: Collection[str]) -> str:
        """What people call a set of measures: what it has, or, where that is shorter, what it lacks."""
        known: Mapping[str, Mapping[str, Any]] = self.study.get("measures") or {}
        left = [name for name in known if name not in measures]
        short = {name: _short_title(str(known[name].get("title") or name)) for name in known}
        if not left:
            return "All measures together"
        if len(left) < len(known) - len(left) > _LISTED:
            return f"All without {' and '.join(short[name] for name in left)}"
        return " + ".join(short[name] for name in known if name in measures) or "Baseline"

    def place_title(self, place: str) -> str:
        """What people call a defended place."""
        record = (self.study.get("places") or {}).get(place) or {}
        return str(record.get("title") or place)

    def partner_of(self, place: str) -> str:
        """Name of the partner that answers for a place."""
        record = (self.study.get("places") or {}).get(place) or {}
        code = str(record.get("partner") or "not stated")
        partners = (self.study.get("architecture") or {}).get("partners") or {}
        return str(partners.get(code) or code)

    def partner(self, code: str) -> str:
        """What people call a partner."""
        return str(((self.study.get("architecture") or {}).get("partners") or {}).get(code) or code)

    @property
    def layer_records(self) -> dict[str, str]:
        """Record of each layer, of the baseline and of the measures."""
        layers = (self.study.get("architecture") or {}).get("layers") or {}
        found = {str(name): str(entry.get("record") or "") for name, entry in layers.items()}
        for measure in (self.study.get("measures") or {}).values():
            for change in measure.get("change") or ():
                body = change.get("add")
                if isinstance(body, Mapping) and "layer" in body:
                    found[str(body["layer"])] = str(body.get("record") or "")
        return found

    def years(self, option: str, futures: np.ndarray) -> np.ndarray:
        """Year in which the last of the option's measures is available, in each of these futures; nan where none says.

        A measure that states one date, not a range, has it in every future.
        """
        table = self.tables["factors"]
        rows = np.searchsorted(table["future"].astype(np.int64), futures)
        found = [np.full(len(futures), np.nan)]
        for measure in self.measures_of(option):
            column = table.get(f"measures.{measure}.available")
            stated = ((self.study.get("measures") or {}).get(measure) or {}).get("available")
            if column is not None:
                found.append(column[rows].astype(np.float64))
            elif isinstance(stated, int | float):
                found.append(np.full(len(futures), float(stated)))
        return np.fmax.reduce(found)

    def costs(self, option: str, futures: np.ndarray) -> np.ndarray:
        """Cost of the option's measures [USD] in each of these futures; nan where it is not known."""
        result = np.full(len(futures), np.nan)
        for rows in (self.portfolios, self.tables["outcomes"]):
            if "cost" in rows:
                mine = (rows["option"].astype(str) == option) & np.isin(rows["future"].astype(np.int64), futures)
                result[np.searchsorted(futures, rows["future"][mine].astype(np.int64))] = rows["cost"][mine]
        return result

    @property
    def portfolios(self) -> Table:
        """Outcomes of the sets of measures beside the listed options; no rows where there are none."""
        rows = self.tables.get("portfolios") or {}
        return rows if len(rows.get("future", ())) else {"future": np.zeros(0, dtype=np.int64)}


def _short_title(title: str) -> str:
    """The short name in brackets at the end of a title, such as M03; else the title."""
    found = re.search(r"\(([^()\s]{1,6})\)$", title)
    return found[1] if found else title


def _portfolio(known: Mapping[str, Any], everything: Sequence[str], name: str) -> tuple[str, ...]:
    """The measures of a set beside the listed options, by its name: `M+N`, `M:quantity=value` or `all-without-M`."""
    if name.startswith("all-without-"):
        left = name.removeprefix("all-without-")
        return tuple(m for m in everything if left not in _with_required(known, [m]))
    return _with_required(known, name.partition(":")[0].split("+"))


def _with_required(known: Mapping[str, Any], wanted: Sequence[str]) -> tuple[str, ...]:
    """These measures and all that they require, each once, in the order of the study."""
    found, open_ = set[str](), list(wanted)
    while open_:
        name = str(open_.pop())
        if name in known and name not in found:
            found.add(name)
            open_ += known[name].get("requires") or []
    return tuple(str(name) for name in known if name in found)

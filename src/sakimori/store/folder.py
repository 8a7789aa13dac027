"""Run folders: Parquet parts written whole or not at all, a manifest, a lock, and the tables read back.

A run knows its identity: the hash of resolved study, seed, code and versions. The same command resumes it, one that
asks for more futures extends it, a different one is refused (docs/decisions/0004-run-folder.md).
"""

import contextlib
import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sakimori.base.columns import FORMAT_VERSION, TABLES
from sakimori.base.errors import InputError, RunError
from sakimori.store.grid import Grid
from sakimori.store.identity import IDENTITY
from sakimori.store.parts import DONE, PARTS, Rows, arrow_of, bytes_of, file_of, part_of, schema_of
from sakimori.store.places import Folder
from sakimori.store.reading import Columns, connected, cube_of, frame_of, plain
from sakimori.store.remote import Remote

if TYPE_CHECKING:
    import duckdb
    import pandas
    import xarray

_TOGETHER = 16  # parts that are read at the same time
MANIFEST, STUDY = "manifest.json", "study.resolved.yaml"

Tables = Mapping[str, Rows]


@dataclass(frozen=True)
class RunFolder:
    """One run, where it is stored."""

    place: Folder | Remote

    @cached_property
    def grid(self) -> Grid:
        """Where its futures are cut into chunks."""
        return Grid(self.manifest()["grid"])

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The tables of which every chunk has a part; the others have no rows in any run of this study."""
        return tuple(self.manifest().get("tables", PARTS))

    def __str__(self) -> str:
        return str(self.place)

    @property
    def path(self) -> pathlib.Path:
        """Its folder. Raises InputError where it is not on this machine."""
        if isinstance(self.place, Folder):
            return self.place.path
        raise InputError(str(self), "an address", "a run in a folder of this machine", "Copy the run to one.")

    @classmethod
    def at(cls, where: str | pathlib.Path) -> "RunFolder":
        """The run folder at this path or address (`s3://bucket/run`), whether there is one or not."""
        return cls(
            Remote(where.rstrip("/")) if isinstance(where, str) and "://" in where else Folder(pathlib.Path(where))
        )

    def absolute(self) -> "RunFolder":
        """The same run, wherever the asking process works."""
        return RunFolder(self.place.absolute())

    @classmethod
    @contextlib.contextmanager
    def claim(cls, where: str | pathlib.Path, facts: Mapping[str, Any], resolved_study: str) -> Iterator["RunFolder"]:
        """Hold the folder for this process alone: a new run, or the same run resumed; another run's is refused."""
        folder = cls.at(where)
        folder.place.refuse()
        folder._refuse_other(facts)
        with folder.place.held():
            folder._refuse_other(facts)
            if not folder.place.has(MANIFEST):
                folder.write_text(STUDY, resolved_study)
                folder.write_manifest({**facts, "futures": 0, "cut_chunks": []})
            elif not folder.place.has(STUDY) or folder.place.read(STUDY) != resolved_study.encode():
                folder.write_text(STUDY, resolved_study)  # the same study with another number of futures
            yield folder

    def _refuse_other(self, facts: Mapping[str, Any]) -> None:
        if self.place.has(MANIFEST):
            before = self.manifest()
            if before.get("identity") != facts["identity"]:
                changed = [words for key, words in IDENTITY.items() if before.get(key) != facts[key]]
                raise RunError(
                    f"{self} holds a different run (differs in {', '.join(changed)}). "
                    "Give another folder with --out, or remove this one."
                )
            return
        ours = {".lock", STUDY}
        strange = [name for name in self.place.names() if name not in ours and not name.endswith(".partial")]
        if strange:
            raise RunError(f"{self} is not a run folder (it holds {strange[0]}). Give another one with --out.")

    @classmethod
    def open(cls, where: str | pathlib.Path) -> "RunFolder":
        """Open an existing run to read it. Raises InputError where there is none, or it has another format."""
        folder = cls.at(where)
        found = folder.manifest().get("format_version")
        if found != FORMAT_VERSION:
            raise InputError(
                str(where), f"format_version {found}", f"format_version {FORMAT_VERSION}", "Run the study again."
            )
        return folder

    def manifest(self) -> dict[str, Any]:
        """The manifest as written. Raises InputError where there is none, or none that can be read."""
        path, mend = self.place.address(MANIFEST), "Remove the folder, and run the study again."
        try:
            facts = json.loads(self.place.read(MANIFEST))
        except (FileNotFoundError, NotADirectoryError):
            mend = "Give the folder that `run` printed."
            raise InputError(str(self), "no manifest.json", "a run folder", mend) from None
        except OSError as error:
            got, mend = error.strerror or "an error", "Check that you may read it."
            raise InputError(path[:200], got, "a run's manifest", mend) from None
        except ValueError as error:
            raise InputError(path, f"unreadable JSON ({error})", "a run's manifest", mend) from None
        if not isinstance(facts, dict):
            raise InputError(path, "JSON that is no mapping", "a run's manifest", mend)
        return facts

    def write_manifest(self, facts: Mapping[str, Any]) -> None:
        """Replace the manifest in one step."""
        self.write_text(MANIFEST, json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a text file into the folder in one step."""
        try:
            self.place.write(name, text.encode("utf-8", "backslashreplace"))  # names that are no UTF-8
        except IsADirectoryError:
            got, mend = "a folder", "Give another name."
            raise InputError(self.place.address(name), got, "a file to write", mend) from None

    @property
    def futures(self) -> int:
        """How many futures the run was asked for so far."""
        return int(self.manifest().get("futures") or 0)

    def grow(self, futures: int) -> None:
        """Ask the run for this many futures; those that it was asked for before stay."""
        facts = self.manifest()
        before = int(facts["futures"])
        if futures > before:
            cut = self.grid.cut(before) if before else None
            facts["cut_chunks"] = [*facts["cut_chunks"], *([] if cut is None else [cut])]
            facts.pop("failed_futures", None)
            self.write_manifest({**facts, "futures": futures})

    def todo(self, futures: int) -> list[tuple[int, range]]:
        """Each chunk with futures below `futures` that are not done, or of which a part is lost, and those futures."""
        parts = {table: set(self.place.names(table)) for table in self.parts}
        cut = self._cut()
        found: list[tuple[int, range]] = []
        for chunk, numbers in enumerate(self.grid.chunks(futures)):
            if not all(file_of(chunk) in names for names in parts.values()):
                found.append((chunk, numbers))
            elif chunk in cut and cut[chunk] < numbers.stop:
                found.append((chunk, range(cut[chunk], numbers.stop)))
        return found

    def _cut(self) -> dict[int, int]:
        """Chunks in which the run ended before it was extended, and the first future that each has not (yet)."""
        chunks, there = self.manifest().get("cut_chunks", ()), set(self.place.names(DONE))
        return {chunk: self._end(chunk) for chunk in chunks if file_of(chunk) in there}

    def _end(self, chunk: int) -> int:
        return max(self._read_part(part_of(DONE, chunk), ["future"])["future"].to_pylist(), default=-1) + 1

    def parts_of(
        self, chunk: int, tables: Tables, first: int = 0, units: Mapping[str, str] | None = None
    ) -> dict[str, bytes]:
        """The parts of a chunk, as files; `units` are those of the factors.

        Where `first`, the first future of the rows, is not the chunk's first, what the parts hold of those before it
        is kept.
        """
        return {part_of(table, chunk): self._part(table, chunk, rows, first, units) for table, rows in tables.items()}

    def write_parts(self, parts: Mapping[str, bytes]) -> None:
        """Write the parts of some chunks. `outcomes` come last and mark the chunks as done."""
        done = {name: data for name, data in parts.items() if name.startswith(f"{DONE}/")}
        self.place.write_all({name: data for name, data in parts.items() if name not in done}, done)

    def _part(self, table: str, chunk: int, added: Rows, first: int, units: Mapping[str, str] | None) -> bytes:
        rows = arrow_of(table, added, units or {})
        if first > self.grid.chunk(chunk).start:
            before = _below(self._read_part(part_of(table, chunk)), first)
            rows = pa.concat_tables([before.select(rows.column_names).cast(rows.schema), rows]).combine_chunks()
        return bytes_of(rows)

    def missing_futures(self) -> list[int]:
        """Futures that the run was asked for and has not (yet)."""
        return [future for _, numbers in self.todo(self.futures) for future in numbers]

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A result table, whole or some columns of it, in the order of futures; of an unfinished run, what is finished.

        Raises InputError where there is no result yet, or a part cannot be read.
        """
        done = self._done()
        if name not in self.parts:
            empty = schema_of(name).empty_table()
            return empty if columns is None else empty.select(columns)
        asked = None if columns is None else list(dict.fromkeys(["future", *columns]))
        with ThreadPoolExecutor(_TOGETHER) as together:
            found = list(together.map(lambda part: self._read_part(f"{name}/{part}", asked), done))
        for chunk, end in self._cut().items():  # a kill may have left rows of futures that are not done
            place = done.index(file_of(chunk))
            found[place] = _below(found[place], end)
        try:
            whole = pa.concat_tables(found)
            return whole if columns is None else whole.select(columns)
        except pa.ArrowInvalid:
            mend = "Remove the folder, and run the study again."
            raise InputError(self.place.address(name), "parts of different kinds", "parts of one run", mend) from None

    def _done(self) -> list[str]:
        done = [part for part in self.place.names(DONE) if part.startswith("part-")]
        if not done:
            raise InputError(str(self), "no results yet", "a run with results", "Finish it: run the same study.")
        return done

    def dataset(self, name: str) -> Any:
        """A result table as a PyArrow dataset: nothing of it is read yet. Raises InputError as `table` does."""
        import pyarrow.dataset as ds

        done = self._done()
        if name not in self.parts:
            return ds.dataset(schema_of(name).empty_table())
        paths = [self.place.path_of(f"{name}/{part}") for part in done]
        found = ds.dataset(paths, format="parquet", filesystem=self.place.filesystem)
        for chunk, end in self._cut().items():
            found = found.filter((pc.field("future") < end) | (pc.field("future") >= self.grid.chunk(chunk).stop))
        return found

    def sql(self, query: str) -> "duckdb.DuckDBPyRelation":
        """The answer to a query over the result tables (outcomes, threats...), read only as far as it is asked for.

        It is a DuckDB relation: `.df()`, `.fetchall()`, `.filter(...)`, `.aggregate(...)` go on from it.
        """
        return connected({name: self.dataset(name) for name in PARTS}).sql(query)

    @property
    def outcomes(self) -> "duckdb.DuckDBPyRelation":
        """One row per future and option, lazily: nothing is read until it is asked for (`.df()`, `.filter(...)`)."""
        return self.sql("FROM outcomes")

    def to_pandas(self, name: str = "outcomes") -> "pandas.DataFrame":
        """A whole result table as a pandas frame; `attrs["units"]` holds the units."""
        return frame_of(self.table(name))

    def to_xarray(self) -> "xarray.Dataset":
        """The outcomes over (future, option), with the factors of each future as coordinates, and units as `attrs`."""
        return cube_of(self.table("outcomes"), self.table("factors"))

    def _read_part(self, name: str, columns: list[str] | None = None) -> pa.Table:
        try:
            return pq.ParquetFile(self.place.source(name)).read(columns)
        except (OSError, pa.ArrowException) as error:
            got = "no such part" if isinstance(error, FileNotFoundError) else f"a damaged part ({error})".split("\n")[0]
            mend = "Remove it if it is there, and run the same study again: what is missing is made anew."
            raise InputError(self.place.address(name), got, "a whole Parquet file", mend) from None

    def count_failed(self) -> int:
        """How many futures failed."""
        failed = self.dataset("outcomes").to_table(columns=["future"], filter=pc.field("failed"))
        return len(failed["future"].unique())

    def columns(self, name: str, only: Sequence[str] | None = None) -> dict[str, Any]:
        """A result table as one array per column, whole or some of them; text becomes objects, empty numbers nan."""
        table = self.table(name, only)
        return {c: plain(table.column(c)) for c in table.column_names}

    def lazy(self, name: str) -> Mapping[str, Any]:
        """The same, read when a column is first asked for; see `Columns`."""
        if name not in TABLES:
            return self.columns(name)
        lists = [c.name for c in TABLES[name] if c.kind == "floats"]
        names = [c.name for c in TABLES[name] if c.name not in lists]
        return Columns(names, lists, lambda columns: self.table(name, columns))


def _below(table: pa.Table, future: int) -> pa.Table:
    return table.filter(pc.field("future") < future)

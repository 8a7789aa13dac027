"""Run folders: Parquet parts written whole or not at all, a manifest, a lock, and the tables read back.

A run knows its identity: the hash of resolved study, seed, number of futures, code and versions. The same command
resumes it, a different one is refused (docs/decisions/0004-run-folder.md).
"""

import contextlib
import hashlib
import json
import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import filelock
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import sakimori
from sakimori.base.columns import FORMAT_VERSION, TABLES
from sakimori.base.errors import InputError, RunError

CHUNK = 10  # futures per part: fixed, so that parts do not depend on workers or on where a run was cut off

Rows = Mapping[str, Sequence[Any] | np.ndarray]

PARTS = (*TABLES, "factors")  # every chunk has one part of each

# What makes two runs the same run, and what a person calls it.
IDENTITY = {
    "study_hash": "study",
    "seed": "seed",
    "futures": "number of futures",
    "chunk": "chunk",
    "sakimori": "version of Sakimori",
    "source_hash": "source code of Sakimori",
    "versions": "versions of libraries",
    "format_version": "format_version",
}

_KINDS: dict[str, pa.DataType] = {
    "int32": pa.int32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "floats": pa.list_(pa.float32()),
}


def schema_of(table: str) -> pa.Schema:
    """Arrow schema of a result table; each field carries its unit and meaning as metadata."""
    return pa.schema(
        [pa.field(c.name, _KINDS[c.kind], metadata={"unit": c.unit, "meaning": c.meaning}) for c in TABLES[table]],
        metadata={"table": table, "format_version": str(FORMAT_VERSION)},
    )


def _arrow(table: str, rows: Rows) -> pa.Table:
    if table == "factors":
        return pa.table({name: pa.array(values) for name, values in rows.items()})
    schema = schema_of(table)
    return pa.table({f.name: pa.array(rows[f.name], f.type, from_pandas=True) for f in schema}, schema=schema)


def source_hash() -> str:
    """Hash of every source and data file of the package."""
    root = pathlib.Path(sakimori.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def identity(resolved_study: str, seed: int, futures: int) -> dict[str, Any]:
    """What makes two runs the same run, and its hash under the key `identity`."""
    versions = {name: version(name) for name in ("numba", "numpy", "pyarrow", "scipy", "sgp4")}
    facts: dict[str, Any] = {
        "study_hash": hashlib.sha256(resolved_study.encode()).hexdigest(),
        "seed": seed,
        "futures": futures,
        "chunk": CHUNK,
        "sakimori": sakimori.__version__,
        "source_hash": source_hash(),
        "versions": versions,
        "format_version": FORMAT_VERSION,
    }
    text = json.dumps(facts, sort_keys=True)
    return {**facts, "identity": hashlib.sha256(text.encode()).hexdigest()}


def _write_whole(path: pathlib.Path, write: Any) -> None:
    """Let `write` fill a temporary neighbour of `path`, then put it in place in one step."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        write(partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@dataclass(frozen=True)
class RunFolder:
    """One run on disk."""

    path: pathlib.Path

    @classmethod
    @contextlib.contextmanager
    def claim(cls, path: pathlib.Path, facts: Mapping[str, Any], resolved_study: str) -> Iterator["RunFolder"]:
        """Hold the folder for this process alone: a new run, or the same run resumed; another run's is refused."""
        folder = cls(path)
        if str(path) != str(path).encode("utf-8", "replace").decode():
            raise RunError(f"{path} is no UTF-8, which Parquet files need. Give another folder with --out.")
        folder._refuse_other(facts)
        path.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path / ".lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise RunError(f"{path} is in use by another run. Wait for it, or give another --out.") from None
        with lock:
            folder._refuse_other(facts)
            for partial in path.rglob(".*.partial"):
                partial.unlink()
            if not (path / "manifest.json").exists():
                folder.write_text("study.resolved.yaml", resolved_study)
                folder.write_manifest(facts)
            yield folder

    def _refuse_other(self, facts: Mapping[str, Any]) -> None:
        if (self.path / "manifest.json").exists():
            before = self.manifest()
            if before.get("identity") != facts["identity"]:
                changed = [words for key, words in IDENTITY.items() if before.get(key) != facts[key]]
                raise RunError(
                    f"{self.path} holds a different run (differs in {', '.join(changed)}). "
                    "Give another folder with --out, or remove this one."
                )
        elif self.path.is_dir():
            ours = {".lock", "study.resolved.yaml"}
            strange = [p.name for p in self.path.iterdir() if p.name not in ours and not p.name.endswith(".partial")]
            if strange:
                raise RunError(f"{self.path} is not a run folder (it holds {strange[0]}). Give another one with --out.")
        elif self.path.exists():
            raise RunError(f"{self.path} is a file. Give a folder with --out.")

    @classmethod
    def open(cls, path: str | pathlib.Path) -> "RunFolder":
        """Open an existing run to read it. Raises InputError where there is none, or it has another format."""
        folder = cls(pathlib.Path(path))
        found = folder.manifest().get("format_version")
        if found != FORMAT_VERSION:
            raise InputError(
                str(path), f"format_version {found}", f"format_version {FORMAT_VERSION}", "Run the study again."
            )
        return folder

    def manifest(self) -> dict[str, Any]:
        """The manifest as written. Raises InputError where there is none, or none that can be read."""
        path, mend = self.path / "manifest.json", "Remove the folder, and run the study again."
        try:
            facts = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            mend = "Give the folder that `run` printed."
            raise InputError(str(self.path), "no manifest.json", "a run folder", mend) from None
        except OSError as error:
            got, mend = error.strerror or "an error", "Check that you may read it."
            raise InputError(str(path)[:200], got, "a run's manifest", mend) from None
        except ValueError as error:
            raise InputError(str(path), f"unreadable JSON ({error})", "a run's manifest", mend) from None
        if not isinstance(facts, dict):
            raise InputError(str(path), "JSON that is no mapping", "a run's manifest", mend)
        return facts

    def write_manifest(self, facts: Mapping[str, Any]) -> None:
        """Replace the manifest in one step."""
        self.write_text("manifest.json", json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> pathlib.Path:
        """Write a text file into the folder in one step."""
        path = self.path / name
        if path.is_dir():
            raise InputError(str(path), "a folder", "a file to write", "Give another name.")
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, lambda p: p.write_text(text, "utf-8", "backslashreplace"))  # names that are no UTF-8
        return path

    def part(self, table: str, chunk: int) -> pathlib.Path:
        """Path of one part."""
        return self.path / table / f"part-{chunk:05d}.parquet"

    def write_chunk(self, chunk: int, tables: Mapping[str, Rows]) -> None:
        """Write a chunk's parts; `outcomes` comes last and marks the chunk as done."""
        for table in sorted(tables, key=lambda name: name == "outcomes"):
            arrow = _arrow(table, tables[table])
            path = self.part(table, chunk)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, lambda p, a=arrow: pq.write_table(a, p, compression="zstd"))

    def missing(self, chunks: Iterable[int]) -> list[int]:
        """Of these chunks, those not yet done, or with a part lost."""
        return [c for c in chunks if not all(self.part(table, c).is_file() for table in PARTS)]

    def missing_futures(self) -> list[int]:
        """Futures that the run was asked for and has not (yet)."""
        chunks = chunks_of(int(self.manifest().get("futures", 0)))
        return [future for c in self.missing(range(len(chunks))) for future in chunks[c]]

    def table(self, name: str) -> pa.Table:
        """A whole result table, in the order of futures; of an unfinished run, what its finished chunks hold.

        Raises InputError where there is no result yet, or a part cannot be read.
        """
        done = sorted(path.name for path in (self.path / "outcomes").glob("part-*.parquet"))
        if not done:
            raise InputError(str(self.path), "no results yet", "a run with results", "Finish it: run the same study.")
        found = [self._read_part(self.path / name / part) for part in done]
        try:
            return pa.concat_tables(found)
        except pa.ArrowInvalid:
            mend = "Remove the folder, and run the study again."
            raise InputError(str(self.path / name), "parts of different kinds", "parts of one run", mend) from None

    def _read_part(self, path: pathlib.Path) -> pa.Table:
        try:
            return pq.ParquetFile(path).read()
        except (OSError, pa.ArrowException) as error:
            got = "no such part" if isinstance(error, FileNotFoundError) else f"a damaged part ({error})".split("\n")[0]
            mend = "Remove it if it is there, and run the same study again: what is missing is made anew."
            raise InputError(str(path), got, "a whole Parquet file", mend) from None

    def columns(self, name: str) -> dict[str, np.ndarray]:
        """A whole result table as one array per column; text becomes objects, empty numbers become nan."""
        table = self.table(name)
        return {c: table.column(c).to_numpy(zero_copy_only=False) for c in table.column_names}


def chunks_of(futures: int) -> list[range]:
    """The fixed grid of chunks over `futures` futures."""
    return [range(start, min(start + CHUNK, futures)) for start in range(0, futures, CHUNK)]

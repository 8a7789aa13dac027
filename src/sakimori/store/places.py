"""Where a run's files stand. Each is written whole or not at all."""

import contextlib
import os
import pathlib
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import filelock

from sakimori.base.errors import RunError

_TOGETHER = 16  # files that are synced at the same time


@dataclass(frozen=True)
class Folder:
    """A folder of a file system, of this machine or shared between several."""

    path: pathlib.Path
    filesystem: ClassVar[None] = None  # PyArrow's own
    patience: ClassVar[float] = 0.0  # [s] between additions to a file

    def __str__(self) -> str:
        return str(self.path)

    def absolute(self) -> "Folder":
        """The same folder, wherever the asking process works."""
        return Folder(self.path.absolute())

    def address(self, name: str) -> str:
        """What a person calls this file."""
        return str(self.path / name)

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError or another OSError."""
        return (self.path / name).read_bytes()

    def path_of(self, name: str) -> str:
        """Where PyArrow finds the file in `filesystem`."""
        return str(self.path / name)

    def source(self, name: str) -> Any:
        """What PyArrow reads a Parquet file from."""
        return str(self.path / name)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.path / name).exists()

    def names(self, folder: str = "") -> list[str]:
        """Names of what stands in a folder, in order; empty where there is none."""
        place = self.path / folder
        return sorted(path.name for path in place.iterdir()) if place.is_dir() else []

    def write(self, name: str, data: bytes) -> None:
        """Write a file in one step."""
        self.write_all({name: data})

    def write_all(self, files: Mapping[str, bytes], then: Mapping[str, bytes] | None = None) -> None:
        """Write files, and when all are there those of `then`: temporary neighbours are filled, synced and renamed."""
        files = {**files, **(then or {})}
        for folder in {(self.path / name).parent for name in files}:
            folder.mkdir(parents=True, exist_ok=True)
        partials = {name: self._partial(name) for name in files}
        try:
            with ThreadPoolExecutor(
                min(len(files), _TOGETHER)
            ) as together:  # it is the wait for the disk that takes time
                list(together.map(_fill, partials.values(), files.values()))
            for name, partial in partials.items():
                partial.replace(self.path / name)
        finally:
            for partial in partials.values():
                partial.unlink(missing_ok=True)

    def _partial(self, name: str) -> pathlib.Path:
        path = self.path / name
        return path.with_name(f".{path.name}.{socket.gethostname()}-{os.getpid()}.partial")

    def append(self, name: str, text: str) -> None:
        """Add lines to a text file at once."""
        with (self.path / name).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process alone, cleared of what was left half written."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise RunError(f"{self} is in use by another run. Wait for it, or give another --out.") from None
        with lock:
            self._clear()
            try:
                yield
            finally:
                self._clear()

    def _clear(self) -> None:
        for partial in self.path.rglob(".*.partial"):
            partial.unlink(missing_ok=True)

    def refuse(self) -> None:
        """Raise RunError where no new run can stand here."""
        if str(self.path) != str(self.path).encode("utf-8", "replace").decode():
            raise RunError(f"{self} is no UTF-8, which Parquet files need. Give another folder with --out.")
        if self.path.exists() and not self.path.is_dir():
            raise RunError(f"{self} is a file. Give a folder with --out.")


def _fill(path: pathlib.Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

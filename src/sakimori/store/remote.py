"""Run folders in object storage (`s3://bucket/run`), through fsspec. An object is written whole or not at all."""

import contextlib
import errno
import functools
import io
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sakimori.base.errors import InputError, RunError

LEASE: Final = 60.0  # [s] after which a lock that nobody renews is nobody's
_LOCK = ".lock"
_LIBRARIES = ("botocore", "aiobotocore", "aiohttp")  # their faults are no OSErrors


@dataclass(frozen=True)
class Remote:
    """A folder in object storage. Who may use it is told by the environment (`AWS_PROFILE`, `AWS_ENDPOINT_URL`...)."""

    url: str
    patience: ClassVar[float] = 5.0  # [s] between additions to a file, each of which writes it anew

    def __str__(self) -> str:
        return self.url

    def __reduce__(self) -> Any:
        return Remote, (self.url,)  # connections do not travel

    def absolute(self) -> "Remote":
        """Itself: an address is the same from everywhere."""
        return self

    def address(self, name: str) -> str:
        """What a person calls this file."""
        return f"{self.url}/{name}"

    @property
    def filesystem(self) -> Any:
        """What PyArrow reads through."""
        return self._place[0]

    @functools.cached_property
    def _place(self) -> tuple[Any, str]:
        """The file system, and the folder's path in it."""
        import fsspec

        kind = self.url.partition("://")[0]
        try:
            found, root = fsspec.core.url_to_fs(self.url, use_listings_cache=False)
        except ImportError:
            extra = "sakimori[s3]" if kind == "s3" else f"the library for {kind}:// (see the documents of fsspec)"
            mend = f"Install it: pip install '{extra}'." if kind == "s3" else f"Install {extra}."
            raise InputError(self.url, f"no library that reads {kind}://", "one that is installed", mend) from None
        except ValueError as error:
            mend = "Give a folder, or an address like s3://bucket/run."
            raise InputError(self.url, str(error)[:200], "a kind of storage that fsspec knows", mend) from None
        return found, str(root).rstrip("/")

    def path_of(self, name: str) -> str:
        """Where PyArrow finds the file in `filesystem`."""
        return f"{self._place[1]}/{name}" if name else self._place[1]

    def source(self, name: str) -> Any:
        """What PyArrow reads a Parquet file from."""
        return io.BytesIO(self.read(name))

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError or another OSError."""
        with _faults():
            return self.filesystem.cat_file(self.path_of(name))

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        with _faults():
            return self.filesystem.exists(self.path_of(name))

    def names(self, folder: str = "") -> list[str]:
        """Names of what stands in a folder, in order; empty where there is none."""
        try:
            with _faults():
                found = self.filesystem.ls(self.path_of(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(name for path in found if (name := path.rstrip("/").removeprefix(self.path_of(folder) + "/")))

    def write(self, name: str, data: bytes) -> None:
        """Write a file in one step."""
        self.write_all({name: data})

    def write_all(self, files: Mapping[str, bytes], then: Mapping[str, bytes] | None = None) -> None:
        """Write files, and when all are there those of `then`."""
        for some in (files, then or {}):
            with _faults():
                self.filesystem.pipe({self.path_of(name): data for name, data in some.items()})

    def append(self, name: str, text: str) -> None:
        """Add lines to a text file."""
        with contextlib.suppress(FileNotFoundError):
            text = self.read(name).decode("utf-8", "replace") + text
        self.write(name, text.encode("utf-8", "backslashreplace"))

    def refuse(self) -> None:
        """Raise InputError where there can be no run."""
        self._place  # noqa: B018

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process alone. A lock that was not renewed for a minute is nobody's.

        Neither is one of this machine whose process is gone. Should two processes hold a run all the same, they write
        the same bytes.
        """
        token, ended = uuid.uuid4().hex, threading.Event()
        self._take(token)
        renewal = threading.Thread(target=self._renew, args=(token, ended), daemon=True)
        renewal.start()
        try:
            yield
        finally:
            ended.set()
            renewal.join()
            if (self._holder() or {}).get("token") == token:
                with _faults():
                    self.filesystem.rm_file(self.path_of(_LOCK))

    def _take(self, token: str) -> None:
        holder = self._holder()
        if holder is not None:
            if not _gone(holder):
                told = (
                    f"another run on {holder.get('host', 'some machine')}. Wait for it (for a minute, if it was killed)"
                )
                raise RunError(f"{self} is in use by {told}, or give another --out.")
            with _faults(), contextlib.suppress(FileNotFoundError):
                self.filesystem.rm_file(self.path_of(_LOCK))
        try:
            with _faults():
                self.filesystem.pipe_file(self.path_of(_LOCK), _ours(token), mode="create")
        except FileExistsError:
            raise RunError(f"{self} is in use by another run. Wait for it, or give another --out.") from None

    def _renew(self, token: str, ended: threading.Event) -> None:
        while not ended.wait(LEASE / 4):
            with contextlib.suppress(OSError):  # the run itself meets what is wrong
                self.write(_LOCK, _ours(token))

    def _holder(self) -> dict[str, Any] | None:
        try:
            found = json.loads(self.read(_LOCK))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def _machine() -> str:
    return f"{socket.gethostname()}/{uuid.getnode():x}"


def _ours(token: str) -> bytes:
    return json.dumps({"token": token, "host": _machine(), "process": os.getpid(), "renewed": time.time()}).encode()


def _gone(holder: Mapping[str, Any]) -> bool:
    renewed, process = holder.get("renewed"), holder.get("process")
    if not isinstance(renewed, int | float) or time.time() - renewed > LEASE:
        return True
    if holder.get("host") != _machine() or not isinstance(process, int) or os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Faults of the storage's library become OSErrors, as of any disk."""
    try:
        yield
    except OSError:
        raise
    except Exception as fault:
        if type(fault).__module__.split(".")[0] not in _LIBRARIES:
            raise
        raise OSError(errno.EIO, f"{type(fault).__name__}: {fault}"[:300]) from fault

"""Sakimori: an open workbench for the joint analysis of missile detection and interception.

What `import sakimori` offers is listed in `sakimori.api` and reached on first use, so that importing the package
costs nothing. The only thing done here is to choose where compiled kernels are cached, which `base/kernels.py` asks for
(docs/decisions/0003-compile-cache.md).
"""

import functools
import hashlib
import importlib
import os
import pathlib
from importlib.metadata import version
from typing import Any

import platformdirs

__version__ = "0.1.0"


# The folders that hold kernels, lowest first; those of one line do not import each other (import-linter holds both).
KERNELS = (("base",), ("earth",), ("flight", "sense", "track", "partners"), ("engage",), ("chain",))


@functools.cache
def _digest(folder: str) -> bytes:
    """Of every source file of a folder of the package; "" is the whole package."""
    digest, root = hashlib.sha256(), pathlib.Path(__file__).parent
    for path in sorted((root / folder).rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()


def _reached(folder: str) -> tuple[str, ...]:
    """The folders that a kernel in `folder` can take code or constants from; the whole package for any other place."""
    for level, line in enumerate(KERNELS):
        if folder in line:
            return (*(below for lower in KERNELS[:level] for below in lower), folder)
    return ("",)


@functools.cache
def compile_cache(folder: str) -> str:
    """Where kernels of a folder of the package are cached; "" where no such place can be written.

    The place is named by the numba version and by every source file that such a kernel can depend on.
    """
    digest = hashlib.sha256(version("numba").encode() + b"".join(_digest(part) for part in _reached(folder)))
    place = platformdirs.user_cache_path("sakimori") / "kernels" / digest.hexdigest()[:24]
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / f".writable-{os.getpid()}").touch()
        (place / f".writable-{os.getpid()}").unlink()
    except OSError:
        return ""
    return str(place)


def __getattr__(name: str) -> Any:
    api = importlib.import_module("sakimori.api")
    if name in api.__all__:
        return getattr(api, name)
    raise AttributeError(f"module 'sakimori' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["__version__", *importlib.import_module("sakimori.api").__all__]

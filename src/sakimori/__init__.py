"""Sakimori: an open workbench for the joint analysis of missile detection and interception.

What `import sakimori` offers is listed in `sakimori.api` and reached on first use, so that importing the package
costs nothing. The only thing done here is to choose where compiled kernels are cached, which must happen before the
first of them is defined (docs/decisions/0003-compile-cache.md).
"""

import hashlib
import importlib
import os
import pathlib
import sys
from importlib.metadata import version
from typing import Any

import platformdirs

__version__ = "0.1.0"


def _compile_cache() -> str:
    """Folder for compiled kernels, named by every source file and the numba version; "" where none can be written."""
    digest = hashlib.sha256(version("numba").encode())
    root = pathlib.Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    folder = platformdirs.user_cache_path("sakimori") / "kernels" / digest.hexdigest()[:24]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f".writable-{os.getpid()}").touch()
        (folder / f".writable-{os.getpid()}").unlink()
    except OSError:
        return ""
    return str(folder)


os.environ["NUMBA_CACHE_DIR"] = _compile_cache()
if "numba" in sys.modules:
    sys.modules["numba"].config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]


def __getattr__(name: str) -> Any:
    api = importlib.import_module("sakimori.api")
    if name in api.__all__:
        return getattr(api, name)
    raise AttributeError(f"module 'sakimori' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["__version__", *importlib.import_module("sakimori.api").__all__]

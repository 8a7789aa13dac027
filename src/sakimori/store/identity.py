"""What makes two runs the same run: the study, its seed, code and versions, but not how many futures were asked for."""

import functools
import hashlib
import json
import pathlib
import re
from importlib.metadata import version
from typing import Any

import sakimori
from sakimori.base.columns import FORMAT_VERSION
from sakimori.store.grid import Grid

# What makes two runs the same run, and what a person calls it.
IDENTITY = {
    "study_hash": "study",
    "seed": "seed",
    "hypercube": "number of draws in a hypercube",
    "grid": "chunks",
    "sakimori": "version of Sakimori",
    "source_hash": "source code of Sakimori",
    "versions": "versions of libraries",
    "format_version": "format_version",
}

_HOW_MANY = re.compile(r"^futures: .*\n", re.MULTILINE)  # of a resolved study: it says how far to go, not what is run


@functools.cache
def source_hash() -> str:
    """Hash of every source and data file of the package."""
    root = pathlib.Path(sakimori.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of the libraries that results depend on."""
    return {name: version(name) for name in ("numba", "numpy", "pyarrow", "scipy", "sgp4")}


def identity(resolved_study: str, seed: int, hypercube: int = 1, grid: Grid | None = None) -> dict[str, Any]:
    """What makes two runs the same run, and its hash under the key `identity`.

    Latin hypercubes have a size, which a study's number of futures sets; with other designs every draw stands alone.
    """
    facts: dict[str, Any] = {
        "study_hash": hashlib.sha256(_HOW_MANY.sub("", resolved_study).encode()).hexdigest(),
        "seed": seed,
        "hypercube": hypercube,
        "grid": (grid or Grid()).size,
        "sakimori": sakimori.__version__,
        "source_hash": source_hash(),
        "versions": versions(),
        "format_version": FORMAT_VERSION,
    }
    text = json.dumps(facts, sort_keys=True)
    return {**facts, "identity": hashlib.sha256(text.encode()).hexdigest()}

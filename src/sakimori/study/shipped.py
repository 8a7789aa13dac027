"""The studies shipped with the package: their names, and a copy to start from."""

import pathlib
import shutil

from sakimori.study.loading import FILE, STUDIES
from sakimori.study.reading import Problem, suggestion


def shipped_names() -> list[str]:
    """Names of the shipped studies."""
    return sorted(p.name for p in STUDIES.iterdir() if (p / FILE).is_file())


def copy_shipped(name: str, folder: pathlib.Path) -> pathlib.Path:
    """Copy the shipped study `name` into the new folder `folder`. Raises Problem where either name will not do."""
    if name not in shipped_names():
        mend = suggestion(name, shipped_names())
        raise Problem("READ01", name, "no shipped study of this name", "a shipped study", mend)
    if folder.exists():
        raise Problem("READ01", str(folder), "a name that is taken", "a new folder", "Give another name.")
    try:
        shutil.copytree(STUDIES / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        got = error.strerror or "an error"
        raise Problem("READ01", str(folder), got, "a folder that can be made", "Give another place.") from None
    return folder

"""From a run folder to a view of it, and from a view to report.html: the only place where the report meets files."""

import pathlib
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import sakimori
from sakimori.base.columns import TABLES
from sakimori.base.errors import InputError
from sakimori.report.document import compose
from sakimori.report.view import RunView
from sakimori.store import STUDY, Folder, RunFolder

LAND = pathlib.Path(sakimori.__file__).parent / "data" / "geo" / "land-50m.json"


def open_view(run: str | pathlib.Path) -> RunView:
    """A run, its tables read when they are asked for. Raises InputError where there is none, or none with results."""
    folder = RunFolder.open(run)
    tables = {name: folder.lazy(name) for name in (*TABLES, "factors")}
    tables["outcomes"]["future"]
    return RunView(folder.manifest(), _study(folder), tables, LAND)


def _study(folder: RunFolder) -> dict[str, Any]:
    path = folder.place.address(STUDY)
    try:
        content = YAML(typ="safe", pure=True).load(folder.place.read(STUDY).decode("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        got = f"what cannot be read ({str(error).splitlines()[0][:80]})"
        raise InputError(path, got, "the run's resolved study", "Run the study again.") from None
    if not isinstance(content, dict):
        raise InputError(path, "no mapping", "the run's resolved study", "Run the study again.")
    return content


def write_report(run: str | pathlib.Path, out: pathlib.Path | None = None) -> pathlib.Path | str:
    """Write the report of a run to `out`, by default `report.html` in its folder; the path or address written.

    In the run folder the figures are written beside the page, as `figures/NAME.svg`.
    """
    page = compose(open_view(run))
    if out is not None:
        RunFolder.at(out.parent).write_text(out.name, page.html)
        return out
    folder = RunFolder.open(run)
    for name, drawing in page.figures.items():
        folder.write_text(f"figures/{name}.svg", drawing)
    folder.write_text("report.html", page.html)
    return folder.path / "report.html" if isinstance(folder.place, Folder) else folder.place.address("report.html")

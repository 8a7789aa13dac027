"""From a run folder to a view of it, and from a view to report.html: the only place where the report meets files."""

import pathlib

from ruamel.yaml import YAML

import sakimori
from sakimori.base.columns import TABLES
from sakimori.report.document import build
from sakimori.report.view import RunView
from sakimori.store import RunFolder

LAND = pathlib.Path(sakimori.__file__).parent / "data" / "geo" / "land-50m.json"


def open_view(run: pathlib.Path) -> RunView:
    """Read a run folder whole. Raises InputError where it is none, or holds no results yet."""
    folder = RunFolder.open(run)
    tables = {name: folder.columns(name) for name in (*TABLES, "factors")}
    study = YAML(typ="safe", pure=True).load((folder.path / "study.resolved.yaml").read_text("utf-8"))
    return RunView(folder.manifest(), study, tables, LAND)


def write_report(run: pathlib.Path, out: pathlib.Path | None = None) -> pathlib.Path:
    """Write the report of a run to `out`, by default `report.html` in its folder; the path written."""
    text = build(open_view(run))
    if out is None:
        return RunFolder.open(run).write_text("report.html", text)
    return RunFolder(out.parent).write_text(out.name, text)

"""`explain`: why one threat leaked, what would have stopped it, and a figure of its course; in words or as JSON."""

import math
import pathlib
import tempfile
from collections.abc import Sequence
from typing import Any

import vl_convert

from sakimori.base.errors import InputError
from sakimori.chain.whatif import Change, changes
from sakimori.cli.console import OUT, print_json
from sakimori.report.course import figure
from sakimori.report.explanation import Facts, explanation, facts_of
from sakimori.report.remedies import remedies, sentence
from sakimori.report.view import RunView
from sakimori.store import RunFolder
from sakimori.study import Study, load

_KINDS = (".png", ".svg")
_SCALE = 2.0  # pixels of a PNG for each of the SVG
_SAME = 1e-9  # leak probabilities are counts of replications: what differs by more is not the same future


def explain_threat(
    view: RunView, folder: RunFolder, future: int, threat: int, option: str, out: pathlib.Path | None, json: bool
) -> None:
    """Print why, and write the figure: to `out`, else into the run's figures. Raises InputError where nothing fits."""
    if out is not None and out.suffix.lower() not in _KINDS:
        raise InputError(
            str(out), f"the ending '{out.suffix}'", ".png or .svg", "Give the figure one of these endings."
        )
    facts = facts_of(view, future, threat, option)
    found = played_again(folder, facts)
    title = f"{option}, future {future}, threat {threat}: {facts.threat['record']} to {facts.threat['place']}"
    path = _write(figure(facts, title), folder, out, f"figures/explain-{option}-{future}-{threat}.svg")
    if json:
        print_json({**_plain(facts), "changes": None if found is None else _listed(found), "figure": path})
        return
    for line in (*explanation(facts), "", *_told(found, facts), f"figure: {path}"):
        OUT.print(line, markup=False, soft_wrap=True)


def played_again(folder: RunFolder, facts: Facts) -> Sequence[Change] | None:
    """Single changes that would have stopped the threat; None where this program does not play the same future."""
    mine = facts.threat
    case = _study(folder).case(int(mine["future"]), int(folder.manifest()["seed"]))
    usual, found = changes(case, str(mine["option"]), int(mine["threat"]))
    same = abs(float(usual.leak_probability[mine["threat"]]) - mine["leak_probability"]) < _SAME
    return found if same else None


def _study(folder: RunFolder) -> Study:
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "study.resolved.yaml"
        path.write_bytes(folder.place.read(path.name))
        return load(path)


def _told(found: Sequence[Change] | None, facts: Facts) -> list[str]:
    if found is None:
        return ["This version plays that future otherwise than the run did: run the study again to see what helps."]
    return remedies(found, float(facts.threat["leak_probability"]))


def _write(drawing: str, folder: RunFolder, out: pathlib.Path | None, name: str) -> str:
    if out is None:
        folder.write_text(name, drawing)
        return folder.place.address(name)
    data = drawing.encode("utf-8") if out.suffix.lower() == ".svg" else vl_convert.svg_to_png(drawing, scale=_SCALE)
    out.write_bytes(data)
    return str(out)


def _listed(found: Sequence[Change]) -> list[dict[str, Any]]:
    return [{**_clean(change._asdict()), "words": sentence(change)} for change in found]


def _plain(facts: Facts) -> dict[str, Any]:
    parts = facts._asdict()
    return {name: _clean(part) if isinstance(part, dict) else [_clean(p) for p in part] for name, part in parts.items()}


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    """A row for JSON: plain numbers, null where there is none, without the path of the flight."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if not name.startswith("path_"):
            value = value.item() if hasattr(value, "item") else value
            found[name] = None if isinstance(value, float) and math.isnan(value) else value
    return found

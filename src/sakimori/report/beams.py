"""The section on radars that were asked for more than their beam time: what each had to drop, of which threats."""

import numpy as np

from sakimori.assess.metrics import BASELINE, Table
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock
from sakimori.report.numbers import plain, share
from sakimori.report.seen import by_threat, in_picture
from sakimori.report.sites import owners
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_ORDER = {
    "tracked": "threats that it tracks before those that it searches for",
    "value": "the place of greater value",
    "time-to-go": "the nearer impact",
    "waiting": "the longer wait",
}


def section(summary: Summary) -> Section:
    """What each radar dropped, in the first option that has it and in the option in which it dropped most."""
    view = summary.view
    tracks = view.tables["tracks"]
    family = by_threat(view.tables["flights"], "family", tracks).astype(str)
    families = list(dict.fromkeys(view.tables["flights"]["family"].astype(str)))
    chosen = _chosen(view)
    rows = [_row(view, tracks, asset, option, family, families) for asset, option in chosen]
    blocks: list[Block] = [TextBlock(_said(view, bool(rows)))]
    if rows:
        head = (
            "Radar",
            "Option",
            "Threats affected",
            "Share of visible time",
            *(f"{f}, mean" for f in families),
            "Most",
        )
        caption = (
            "Time in which a look was wanted and beam time did not suffice: share of threats that it could see, and "
            "of the time that it could see them; mean for such a threat of each family; most for one threat"
        )
        little = all(row[3].text == share(0.001) for row in rows)
        if little:
            blocks[0] = TextBlock(f"{_said(view, True)} None of them lacked it for as much as 0.5 % of that time.")
        blocks.append(TableBlock(caption, head, rows, 2, folded=little))
    return Section("beams", "What radars short of beam time dropped", "レーダー資源の不足", blocks)


def _said(view: RunView, dropped: bool) -> str:
    tracking = (view.study.get("architecture") or {}).get("tracking") or {}
    order = [str(name) for name in tracking.get("beam_priority") or ("tracked", "waiting")]
    rule = "A radar short of beam time serves in this order: " + ", then ".join(_ORDER[name] for name in order) + "."
    if dropped:
        return f"{rule} Radars not named here had time for every look that they wanted."
    return f"{rule} None was: every radar had time for every look that it wanted."


def _chosen(view: RunView) -> list[tuple[str, str]]:
    """(asset, option) of those that dropped anything: where the asset first stands, and where it dropped most."""
    tracks, found = view.tables["tracks"], {}
    for option in sorted(view.options, key=lambda o: (o != BASELINE, len(view.measures_of(o)))):
        mine = in_picture(view, option)
        names, lost = tracks["asset"][mine].astype(str), tracks["dropped_time"][mine].astype(np.float64)
        for asset in dict.fromkeys(names):
            found.setdefault(asset, []).append((float(lost[names == asset].sum()), option))
    chosen: list[tuple[str, str]] = []
    for asset, all_of_it in found.items():
        most = max(all_of_it, key=lambda item: item[0])
        if most[0] > 0.0:
            chosen += [(asset, option) for option in dict.fromkeys((all_of_it[0][1], most[1]))]
    return chosen


def _row(view: RunView, tracks: Table, asset: str, option: str, family: np.ndarray, families: list[str]) -> list[Cell]:
    visible = tracks["visible_time"].astype(np.float64)
    rows = in_picture(view, option) & (tracks["asset"].astype(str) == asset) & (visible > 0.0)
    lost = tracks["dropped_time"].astype(np.float64)
    owner = owners(view).get(asset, "")
    each = [lost[rows & (family == f)] for f in families]
    return [
        Cell(f"{owner} {asset}".strip()),
        Cell(view.title(option)),
        Cell(share(float((lost[rows] > 0.0).mean()))),
        Cell(share(float(lost[rows].sum() / visible[rows].sum()))),
        *(Cell(_brief(float(some.mean())) if len(some) else "") for some in each),
        Cell(_brief(float(lost[rows].max()))),
    ]


def _brief(value: float) -> str:
    """A short time to a tenth of a second; never "0.0 s" for time that was lost."""
    return "<0.1\u00a0s" if 0.0 < value < 0.05 else f"{plain(value, 1)}\u00a0s"

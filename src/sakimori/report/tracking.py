"""How well the filters tracked, and whether they know how wrong they are."""

import math

import altair as alt

from sakimori.assess.tracking import Aim, Efficiency, aims, inconsistent, kept
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells, figure
from sakimori.report.drawing import BLUE, GREY, VERMILION, rows
from sakimori.report.numbers import many, plain, seconds, share, short
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

_SOURCES = {"rmse": "error", "stated": "stated by the filter", "bound": "bound"}
_COLOURS = {"error": VERMILION, "stated by the filter": BLUE, "bound": GREY}


def filtered(view: RunView) -> bool:
    """Whether the run's tracks are filters."""
    return len(view.tables.get("filters", {}).get("future", ())) > 0


def holder(view: RunView) -> str:
    """The partner whose tracks are shown: the study's first."""
    return next(iter((view.study.get("architecture") or {}).get("partners") or {}), "")


def warning(summary: Summary) -> str:
    """That the baseline's filters are not consistent, in a sentence; empty where they are, or where there are none."""
    view = summary.view
    if not filtered(view):
        return ""
    found = aims(view.tables, summary.reference, holder(view))
    wrong = inconsistent(found)
    if not wrong:
        return ""
    worst = max(wrong, key=lambda aim: abs(math.log(max(aim.nees.mean, 1e-9) / aim.nees.states)))
    return (
        f"The filters are INCONSISTENT in {len(wrong)} of {many(len(found), 'kind')} of track and time to go: the "
        f"worst, {_kind(worst)} {seconds(worst.time_to_go)} before impact, has {_square(worst)}."
    )


def _kind(aim: Aim) -> str:
    return f"{aim.family} under thrust" if aim.thrust else aim.family


def _square(aim: Aim) -> str:
    word = "errors larger than it states" if aim.nees.mean > aim.nees.high else "errors smaller than it states"
    return f"{word} (ANEES {plain(aim.nees.mean, 1)}, {plain(aim.nees.low, 1)} to {plain(aim.nees.high, 1)} if honest)"


def section(summary: Summary) -> Section:
    """Error, bound, consistency, impact prediction, custody and distance of the raid."""
    view, partner = summary.view, holder(summary.view)
    found = aims(view.tables, summary.reference, partner)
    said = warning(summary) or "The filters are consistent: their errors are what they state."
    blocks: list[Block] = [TextBlock(said, loud=bool(warning(summary)))]
    if any(aim.thrust for aim in found):
        told = "Moments at which the booster still burns stand apart: none of the models of motion expects thrust."
        blocks.append(TextBlock(told))
    if found:
        blocks += [_figure(summary, found), _errors(found), _impacts(found)]
    return Section(
        "filters", "Filters: how well, and how honest", "追尾フィルタの精度と整合性", [*blocks, _options(summary)]
    )


def _figure(summary: Summary, found: list[Aim]) -> Block:
    data = [
        {"family": aim.family, "to_go": aim.time_to_go, "what": name, "value": getattr(aim, source)}
        for aim in found if not aim.thrust for source, name in _SOURCES.items() if math.isfinite(getattr(aim, source))
    ]  # fmt: skip
    order = list(_COLOURS)
    colours = alt.Scale(domain=order, range=list(_COLOURS.values()))
    lines = (
        alt.Chart(rows(data), width=250, height=150)
        .mark_line(point=True)
        .encode(
            x=alt.X("to_go:Q", title="time to go [s]", scale=alt.Scale(reverse=True)),
            y=alt.Y("value:Q", title="root mean square [m]", scale=alt.Scale(type="log")),
            color=alt.Color("what:N", sort=order, title=None, scale=colours),
        )
        .facet(facet=alt.Facet("family:N", title=None), columns=2)
    )
    said = "; ".join(
        f"{aim.family} {seconds(aim.time_to_go)} to go: {short(aim.rmse, 'm')}, stated {short(aim.stated, 'm')}"
        for aim in found
        if not aim.thrust
    )
    whose = summary.view.partner(holder(summary.view))
    caption = (
        f"{summary.view.title(summary.reference)}, as {whose} holds the tracks: errors of position, what the filters "
        "state, and the Cramer-Rao bound of the same sensors, over all futures, after burnout. Axes of error are "
        "logarithmic."
    )
    return figure(lines, "filters", f"Error against time to go. {said}.", caption)


def _errors(found: list[Aim]) -> TableBlock:
    head = (
        "Family",
        "To go",
        "Tracks",
        "Error (RMS)",
        "Bound",
        "Efficiency, 95 %",
        "ANEES (6)",
        "If honest",
        "Verdict",
    )
    table = [
        [
            *cells(_kind(aim), seconds(aim.time_to_go), str(aim.tracks), short(aim.rmse, "m"), _metres(aim.bound)),
            *cells(_ratio(aim.efficiency), plain(aim.nees.mean, 2)),
            Cell(f"{plain(aim.nees.low, 2)} to {plain(aim.nees.high, 2)}"),
            _verdict(aim),
        ]
        for aim in found
    ]
    caption = "Errors of the baseline's tracks; efficiency is error over bound, with links' delays in it"
    return TableBlock(caption, head, table)


def _verdict(aim: Aim) -> Cell:
    if aim.nees.consistent:
        return Cell("consistent", mark="good")
    return Cell("bold" if aim.nees.mean > aim.nees.high else "cautious", mark="loud")


def _metres(value: float) -> str:
    return short(value, "m") if math.isfinite(value) else "none"


def _ratio(value: Efficiency) -> str:
    if not math.isfinite(value.value):
        return "none"
    if not math.isfinite(value.low):
        return plain(value.value, 2)
    return f"{plain(value.value, 2)} ({plain(value.low, 2)} to {plain(value.high, 2)})"


def _impacts(found: list[Aim]) -> TableBlock:
    head = (
        "Family",
        "To go",
        "Median miss of the prediction",
        "Median ellipse, longer half-axis",
        "Squares (2)",
        "If honest",
    )
    table = [
        [
            *cells(_kind(aim), seconds(aim.time_to_go), _metres(aim.impact_error), _metres(aim.impact_major)),
            Cell(plain(aim.impact.mean, 2) if aim.impact.mean < 1e4 else "over 10,000"),
            Cell(f"{plain(aim.impact.low, 2)} to {plain(aim.impact.high, 2)}"),
        ]
        for aim in found
    ]
    caption = "Predicted point of impact against time to go; whatever still turns or glides comes down elsewhere"
    return TableBlock(caption, head, table, folded=len(found) > 12)


def _options(summary: Summary) -> TableBlock:
    view, partner = summary.view, holder(summary.view)
    head = ("Option", "NIS (1)", "Flight held", "Breaks per flight", "Longest gap", "GOSPA", "Missed", "False")
    table = []
    for option in view.options:
        one = kept(view.tables, option, partner)
        table.append([
            Cell(view.title(option)),
            *cells(plain(one.nis, 2), share(one.held), plain(one.breaks, 2), seconds(one.longest_gap)),
            *cells(_metres(one.gospa), plain(one.missed, 2), plain(one.false, 2)),
        ])  # fmt: skip
    caption = "Custody within 20 km of the threat, and the distance of the raid (GOSPA, cut at 20 km): means"
    return TableBlock(caption, head, table)

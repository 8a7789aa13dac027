"""How figures look, and how one becomes a static SVG that can stand inside a page."""

import html
import re
from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
ROOM = 1.16  # labels are measured this much larger than drawn: the reader's font may be wider than the measured one
WIDTH = 540  # [px] of a plot without its labels
INK, SOFT, RULE = "#1b2733", "#52606d", "#d9dee4"
GREY, BLUE, VERMILION, GREEN = "#6b7785", "#0072b2", "#d55e00", "#009e73"  # Okabe and Ito 2008
PALETTE = (BLUE, VERMILION, GREEN, "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1", "#b2a429")
FAMILIES = {"ballistic": "#7a3e9d", "glide": GREEN, "quasi-ballistic": "#b2722a", "cruise": SOFT}
"""The colour of each family of threats, in every figure."""

_AXIS = {
    "labelColor": SOFT, "titleColor": SOFT, "gridColor": "#e9edf1", "domainColor": RULE, "tickColor": RULE,
    "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 320, "titlePadding": 8,
    "tickCount": 8, "labelOverlap": "greedy", "labelFlush": False,
}  # fmt: skip
_CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {"labelColor": INK, "titleColor": SOFT, "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 430,
               "titleFontWeight": "normal", "orient": "bottom", "symbolSize": 90, "columnPadding": 24},
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": "bold", "titleFontSize": 12},
    "text": {"color": INK, "fontSize": 12},
    "autosize": {"type": "pad"},
}  # fmt: skip


def _larger(node: Any) -> Any:
    """The specification with every font size enlarged by ROOM."""
    if isinstance(node, dict):
        return {k: v * ROOM if k.lower().endswith("fontsize") else _larger(v) for k, v in node.items()}
    return [_larger(item) for item in node] if isinstance(node, list) else node


def rows(records: Iterable[dict[str, Any]]) -> alt.InlineData:
    """Records as the data of a chart."""
    return alt.InlineData(values=list(records))


def standing_alone(inside: str, title: str) -> str:
    """A figure of the page as a file of its own: with its description as title, and no longer hidden from readers."""
    text = inside.replace(' aria-hidden="true" focusable="false"', ' role="img"', 1)
    end = text.index(">") + 1
    return f"{text[:end]}<title>{html.escape(title)}</title>{text[end:]}\n"


def degrees(side: str) -> str:
    """Label of a tick of a map's axis: degrees east ("E", wrapped at the date line) or north ("N"), never negative."""
    other = {"E": "W", "N": "S"}[side]
    value = "((datum.value + 540) % 360 - 180)" if side == "E" else "datum.value"
    return f"format(abs({value}), '~g') + '°' + ({value} % 180 == 0 ? '' : {value} < 0 ? '{other}' : '{side}')"


def svg(chart: alt.TopLevelMixin, name: str, datasets: dict[str, list[dict[str, Any]]] | None = None) -> str:
    """The chart as SVG text; `name` keeps its inner identifiers apart from those of other figures on the page.

    `datasets` are what the chart names with `alt.NamedData`: large ones are so neither checked nor copied.
    """
    specification = _larger(chart.configure(**_CONFIG).to_dict())  # type: ignore[attr-defined]
    specification |= {"datasets": datasets} if datasets else {}
    text = vl_convert.vegalite_to_svg(specification, vl_version=".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2]))
    text = re.sub(r'font-size="([\d.]+)px"', lambda m: f'font-size="{float(m[1]) / ROOM:.4g}px"', text)
    text = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", text)  # the page describes each figure in words of its own
    # The renderer numbers identifiers through the life of the process: number them by their order in this figure.
    for index, found in enumerate(dict.fromkeys(re.findall(r'\sid="([^"]+)"', text))):
        text = text.replace(f'id="{found}"', f'id="{name}-{index}"').replace(f"url(#{found})", f"url(#{name}-{index})")
    text = text[text.index("<svg") :].strip()
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)

"""What a section of the report is made of; the template knows how each kind looks."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from sakimori.report.drawing import svg


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, a smaller line under it, and a word for how it is marked."""

    text: str
    under: str = ""
    mark: str = ""  # "good", "bad", "quiet", "loud" or none
    lang: str = ""  # of the line under it


@dataclass(frozen=True)
class TextBlock:
    """A paragraph; `loud` sets it in a box."""

    text: str
    loud: bool = False
    kind: str = "text"


@dataclass(frozen=True)
class ListBlock:
    """A list of sentences."""

    items: Sequence[str]
    kind: str = "list"


@dataclass(frozen=True)
class FigureBlock:
    """A figure with what it shows in words (for those who cannot see it) and a caption."""

    name: str
    svg: str
    alt: str
    caption: str
    kind: str = "figure"


@dataclass(frozen=True)
class TableBlock:
    """A table; the first `words` columns hold words, the others numbers. `folded` hides it behind its caption."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: int = 1
    folded: bool = False
    kind: str = "table"


Block = TextBlock | ListBlock | FigureBlock | TableBlock


@dataclass(frozen=True)
class Section:
    """A section with its heading in English and Japanese."""

    id: str
    title: str
    title_ja: str
    blocks: Sequence[Block]


def figure(chart: alt.TopLevelMixin, name: str, alternative: str, caption: str) -> FigureBlock:
    """A chart rendered for the page."""
    return FigureBlock(name, svg(chart, name), alternative, caption)


def cells(*texts: str) -> list[Cell]:
    """A row of plain cells."""
    return [Cell(text) for text in texts]

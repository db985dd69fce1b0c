"""An analysis written up: sentences first, then parts with plots, maps and tables, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.outputs.drawing.palette import region_style
from planner.outputs.pages.page import asset, content_policy, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.types import Inputs
    from planner.outputs.drawing.svgmap import Land, Picture
    from planner.outputs.words.text import Texts

SENTENCE = 40
"""Letters of a text that is more than a name or two."""


@dataclass(frozen=True)
class Table:
    """A table of ready text; the first column heads the rows.

    Attributes
    ----------
    caption : str
    head : tuple of str
    rows : tuple of tuple of str
    numeric : frozenset of int
        Columns that hold numbers, which line up to the right.
    folded : bool
        Whether the reader unfolds it: for long tables that few read.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    folded: bool = False

    @property
    def wide(self) -> frozenset[int]:
        """Columns with sentences, which a phone would else squeeze to a word a line."""
        text = set(range(len(self.head))) - self.numeric
        return frozenset(c for c in text if any(len(row[c]) > SENTENCE for row in self.rows))


@dataclass(frozen=True)
class Plot:
    """A plot as SVG, with what stands under it and what it shows in words."""

    svg: str
    caption: str
    description: str


@dataclass(frozen=True)
class Part:
    """A section: paragraphs, points, then plots, maps and the tables that say the same."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Article:
    """A page: its title, the question, the answer in sentences, and the parts that bear it out.

    `changed` says what the question has otherwise than the one that it was made from.
    """

    title: str
    question: str
    answer: tuple[str, ...]
    parts: tuple[Part, ...]
    changed: tuple[str, ...] = ()


def render_article(
    article: Article,
    inputs: Inputs,
    t: Texts,
    *,
    land: Land | None = None,
    numbers: Sequence[int] = (),
) -> str:
    """Write an analysis as a page without scripts, made to be read and printed.

    Parameters
    ----------
    article : Article
    inputs : Inputs
    t : Texts
    land : Land, optional
        What the maps of the parts are drawn on, where there are any.
    numbers : sequence of int
        The numbers of all regions that the maps show.

    Returns
    -------
    str
        A complete HTML page; the same for the same article, byte for byte.
    """
    return (
        environment(t)
        .get_template("article.html")
        .render(
            sheets=(asset("base.css"), asset("report.css")),
            policy=content_policy(()),
            country=inputs.country,
            sister=inputs.country.sister_agency,
            article=article,
            land=land,
            fills=[region_style(number) for number in numbers],
        )
    )

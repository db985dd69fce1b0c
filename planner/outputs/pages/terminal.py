"""A written-up analysis in the terminal: its sentences and tables, without maps and plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

if TYPE_CHECKING:
    from planner.outputs.pages.page import Article, Table


FIRST = 16
"""Least width of the column that heads the rows."""

WIDE = 120
"""Characters of a line where the output goes to a file."""


def print_article(article: Article) -> None:
    """Print an analysis for a reader at a terminal; tables that the page folds stay out."""
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDE)
    console.print(Text(article.title, style="bold"))
    for line in article.changed:
        console.print(Text(line, style="bold"))
    for sentence in article.answer:
        console.print(Text(sentence))
    for part in article.parts:
        tables = [table for table in part.tables if not table.folded]
        if not tables and not part.points:
            continue
        console.print()
        console.print(Text(part.heading, style="bold"))
        for point in part.points:
            console.print(Padding(Text(f"- {point}"), (0, 0, 0, 2)))
        for table in tables:
            console.print(_grid(table))


def _grid(table: Table) -> Grid:
    grid = Grid(title=Text(table.caption), title_justify="left", title_style="italic")
    longest = max((len(row[0]) for row in table.rows), default=1)
    for number, name in enumerate(table.head):
        right = number in table.numeric
        grid.add_column(
            Text(name),
            justify="right" if right else "left",
            min_width=None if number else min(FIRST, longest),
            overflow="fold",
        )
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid

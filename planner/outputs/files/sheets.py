"""What a sheet of the workbook is, and what sheets are made of: no formatting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.outputs.words.text import Texts, load_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.calendar.calendar import Calendar
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.views import View
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Shown:
    """A number with the decimals to show it with."""

    value: float
    decimals: int


Cell = str | int | float | date | Shown | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: a header row and typed rows.

    Attributes
    ----------
    name, about : str
        On the tab, and in the list of sheets.
    columns : tuple of (str, int)
        Headers, each with its unit, and the decimals of the numbers under it.
    rows : tuple of tuple of Cell
    keys : int
        Leading columns that stay in sight.
    muted : frozenset of int
        Rows to be written in grey.
    """

    name: str
    about: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: int = 1
    muted: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Material:
    """What the sheets are made of; `views` are the periods of the plan.

    `reference_name` is what the plan compared with is called in running text.
    """

    plan: Plan
    inputs: Inputs
    scenario: Scenario
    calendar: Calendar | None
    reference: Plan | None
    views: tuple[View, ...]
    travel: Travel
    t: Texts
    reference_name: str = ""

    def columns(self, *columns: str, **words: object) -> tuple[tuple[str, int], ...]:
        """Return headers in words; ``km:1`` is the column km with one decimal."""
        split = [column.partition(":") for column in columns]
        return tuple(
            (self.t(f"column.{key}", **words), int(decimals or 0)) for key, _, decimals in split
        )

    def sheet(
        self,
        key: str,
        columns: tuple[tuple[str, int], ...],
        rows: Iterable[tuple[Cell, ...]],
        **options: Any,
    ) -> Sheet:
        """Return a sheet with its name and what it is about in words."""
        name, about = self.t(f"sheet.{key}"), self.t(f"about.{key}")
        return Sheet(name, about, columns, tuple(rows), **options)

    @property
    def work(self) -> int:
        """1 where the plan has dialogues and staff, 0 where it has sites alone."""
        return int(self.scenario.dialogues is not None)


def workbook_texts(language: Language) -> Texts:
    """Return the words of decision makers' outputs and those that only the workbook has."""
    return load_texts(language, "workbook", "assurance")

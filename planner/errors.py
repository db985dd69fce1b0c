"""The few ways a planning run can go wrong, each with what the user needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Limit = Literal["time_limit", "node_limit", "memory_limit", "interrupted", "stalled"]
"""What can end a search before its proof; "stalled": the solver gave up by itself."""


class PlannerError(Exception):
    """Base of every error the program raises on purpose."""


class NotWritten(PlannerError):  # noqa: N818 - an answer is there, and the disk does not take it
    """The disk does not take a folder."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with what the user gave.

    `row` is the line in the file as an editor counts it (the header is line 1),
    or None when the problem is not on one line.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        """Say it on one line: file:row, column, value, what was expected."""
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        column = f", {self.column}" if self.column else ""
        value = f" = {self.value!r}" if self.value else ""
        return f"{where}{column}{value}: expected {self.expected}"


class InputError(PlannerError, ValueError):
    """Tables or a scenario that can't be used; carries every problem found at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} in the input"
        super().__init__("\n".join([head, *(f"  {p}" for p in self.problems)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[object, ...]]:
        """Reach another process as it is: without this it would be made anew from its text."""
        return type(self), (self.problems,)


class Cancelled(BaseException):
    """Ctrl-C where there is nothing to save."""


class InfeasibleScenario(PlannerError):  # noqa: N818 - the design's name
    """No plan keeps every hard rule; carries the clash, and what counting shows of it.

    Both as (rule or fact, what its sentence names).
    """

    def __init__(
        self,
        message: str,
        conflicts: Sequence[tuple[str, Mapping[str, object]]] = (),
        facts: Sequence[tuple[str, Mapping[str, object]]] = (),
    ) -> None:
        self.conflicts = tuple(conflicts)
        self.facts = tuple(facts)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[InfeasibleScenario], tuple[object, ...]]:
        """Reach another process as it is."""
        return type(self), (str(self), self.conflicts, self.facts)


class SolverStopped(PlannerError):  # noqa: N818 - the design's name
    """A limit or an interrupt came before any plan was found."""

    def __init__(self, reason: Limit, message: str) -> None:
        self.reason: Limit = reason
        super().__init__(message)

    def __reduce__(self) -> tuple[type[SolverStopped], tuple[object, ...]]:
        """Reach another process as it is."""
        return type(self), (self.reason, str(self))

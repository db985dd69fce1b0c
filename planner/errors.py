"""The few ways a planning run can go wrong, each with what the user needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.message import LANGUAGES, Message, join, say, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Limit = Literal["time_limit", "node_limit", "memory_limit", "interrupted", "stalled"]
"""What can end a search before its proof; "stalled": the solver gave up by itself."""


class PlannerError(Exception):
    """Base of every error the program raises on purpose."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)

    def said(self, language: str) -> str:
        """Return what went wrong in a language, "sv" or "en"."""
        return self.message.said(language)


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
    expected: Message

    def __str__(self) -> str:
        """Say it on one line in English."""
        return str(self.message)

    @property
    def message(self) -> Message:
        """On one line: file:row, column, value, what was expected."""
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        where += f", {self.column}" if self.column else ""
        if not self.value:
            return say("{}: expected {}", where, self.expected)
        return say("{} = {!r}: expected {}", where, self.value, self.expected)

    def to_dict(self, language: str) -> dict[str, object]:
        """Return it for machines, what is told in a language."""
        return {name: tell(value, language) for name, value in vars(self).items()}


class InputError(PlannerError, ValueError):
    """Tables or a scenario that can't be used; carries every problem found at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = (
            say("1 problem in the input") if count == 1 else say("{} problems in the input", count)
        )
        lines = [say("  {}", problem.message) for problem in self.problems]
        super().__init__(join([head, *lines], "\n"))

    def __reduce__(self) -> tuple[type[InputError], tuple[object, ...]]:
        """Reach another process as it is: without this it would be made anew from its text."""
        return type(self), (self.problems,)


class InfeasibleScenario(PlannerError):  # noqa: N818 - the design's name
    """No plan keeps every hard rule; carries the clash, and what counting shows of it.

    Both as (rule or fact, what its sentence names).
    """

    def __init__(
        self,
        message: Message,
        conflicts: Sequence[tuple[str, Mapping[str, object]]] = (),
        facts: Sequence[tuple[str, Mapping[str, object]]] = (),
    ) -> None:
        self.conflicts = tuple(conflicts)
        self.facts = tuple(facts)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[InfeasibleScenario], tuple[object, ...]]:
        """Reach another process as it is."""
        return type(self), (self.message, self.conflicts, self.facts)


class SolverStopped(PlannerError):  # noqa: N818 - the design's name
    """A limit or an interrupt came before any plan was found."""

    def __init__(self, reason: Limit, message: Message) -> None:
        self.reason: Limit = reason
        super().__init__(message)

    def __reduce__(self) -> tuple[type[SolverStopped], tuple[object, ...]]:
        """Reach another process as it is."""
        return type(self), (self.reason, self.message)


def known_language(where: str, given: str | None) -> str | None:
    """Return the language that somebody asks for, if anybody does.

    Raises
    ------
    InputError
        If nothing is said in it.
    """
    if given is not None and given not in LANGUAGES:
        raise InputError([Problem(where, None, "", given, say("one of {}", ", ".join(LANGUAGES)))])
    return given

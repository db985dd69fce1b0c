"""History played again: at each date what was announced, what happened and what was best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from planner import planning
from planner.case.text import model_problems, read_toml
from planner.errors import InfeasibleScenario, InputError, Problem
from planner.message import say
from planner.scenario.values import Name, Spec, Text, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from planner.data import Data
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

HISTORY = "offices/replay.toml"
"""The file of a data folder that holds its history."""

Role = Literal["announced", "actual", "best"]
ROLES: tuple[Role, ...] = ("announced", "actual", "best")


class Date(Spec):
    """A moment of the history and the scenarios that answer for it."""

    date: Words
    title: Text
    text: Text
    announced: Name | None = None
    actual: Name | None = None
    best: Name


class History(Spec):
    """What the file of a history says."""

    dates: tuple[Date, ...] = Field(max_length=100)

    def at(self, dates: Collection[str]) -> History:
        """Return what it says of some of its dates.

        Raises
        ------
        InputError
            If there is none, or one that it does not have.
        """
        known = [each.date for each in self.dates]
        unknown = [date for date in dates if date not in known]
        if unknown or not dates:
            expected = say("dates of the history: {}", ", ".join(known))
            raise InputError([Problem("replay", None, "dates", ", ".join(unknown), expected)])
        return History(dates=tuple(each for each in self.dates if each.date in dates))


@dataclass(frozen=True)
class Case:
    """One scenario's answer at a date: a plan, or the rules that clash.

    Attributes
    ----------
    plan : Plan or None
        None where no plan keeps every hard rule.
    conflicts : tuple
        The clash, as in InfeasibleScenario.
    """

    role: Role
    scenario: Scenario
    plan: Plan | None
    conflicts: tuple[tuple[str, Mapping[str, object]], ...] = ()


@dataclass(frozen=True)
class Step:
    """A date with its cases, in the order announced, actual, best."""

    date: Date
    cases: tuple[Case, ...]


def read_history(folder: Path) -> History:
    """Read offices/replay.toml of a data folder.

    Raises
    ------
    InputError
        If the file is missing or not as it should be.
    """
    tree, _ = read_toml(folder / HISTORY, HISTORY)
    try:
        return History.model_validate(tree)
    except ValidationError as error:
        raise InputError(model_problems(HISTORY, error)) from error


def replay(
    data: Data, history: History, solve: Callable[[Scenario], Plan] | None = None
) -> tuple[Step, ...]:
    """Solve every scenario of a history once and lay the answers out by date.

    Parameters
    ----------
    solve : callable, optional
        Solves a scenario; by default `planning.solve` with the scenario's own limits.

    Raises
    ------
    InputError
        If a scenario is missing or does not fit the tables.
    SolverStopped
        If a limit or an interrupt leaves a scenario without a plan.
    """
    answers: dict[str, Case] = {}

    def case(role: Role, name: str) -> Case:
        if name not in answers:
            scenario = data.scenario(name)
            try:
                plan = solve(scenario) if solve else planning.solve(data, scenario)
                answers[name] = Case(role, scenario, plan)
            except InfeasibleScenario as error:
                answers[name] = Case(role, scenario, None, error.conflicts)
        found = answers[name]
        return Case(role, found.scenario, found.plan, found.conflicts)

    return tuple(
        Step(
            date,
            tuple(case(role, name) for role in ROLES if (name := getattr(date, role)) is not None),
        )
        for date in history.dates
    )

"""What a run folder claims: its plan, its assignments, its manifest, read and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify.fields import exact, read_csv, read_json, record

COLUMNS = ("unit", "id", "period", "office", "km", "minutes", "principals")


@dataclass(frozen=True)
class Scope:
    """Among which plans a bound is said to hold: every one that keeps the earlier goals `kept`.

    Where `ends` is a number, only those with one of so many offices and regions in the end. Plans
    choose among `towns`, and `given` names what the question leaves no choice of.
    """

    kept: tuple[str, ...]
    ends: int | None
    towns: int
    given: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """Why an optimisation ended, the value and the bound it reached.

    `criterion` is its name again.
    """

    reason: str
    objective: Fraction
    bound: Fraction
    gap: Fraction
    objective_name: str
    criterion: str
    scope: Scope

    @property
    def name(self) -> str:
        """The goal."""
        return self.objective_name


@dataclass(frozen=True)
class SumLine:
    """A line of a weighted sum."""

    criterion: str
    rate: Fraction
    unit: str
    value: Fraction
    contribution: Fraction


@dataclass(frozen=True)
class Office:
    """An office as plan.json tells it."""

    code: str
    town: str
    role: str
    opens: str
    closes: str | None
    principals: int
    counties: tuple[str, ...]
    advisors: Mapping[str, int]
    university_minutes: Fraction | None
    spsm: bool


@dataclass(frozen=True)
class Assignment:
    """A unit, a period, the office that serves it, and the mean travel of its principals."""

    unit: str
    id: str
    period: str
    office: str
    km: Fraction
    minutes: Fraction
    principals: int


@dataclass(frozen=True)
class PlanPeriod:
    """What a period holds and costs, and how far principals have then."""

    period: str
    dialogues: int
    unmet: int
    cost_msek: Fraction
    advisors: int
    open: tuple[str, ...]
    max_km: Fraction
    share_beyond: Fraction


@dataclass(frozen=True)
class Batch:
    """Dialogues of a unit in a period."""

    unit: str
    id: str
    period: str
    office: str
    dialogues: int


@dataclass(frozen=True)
class Slack:
    """A soft rule, and by how much it is off."""

    criterion: str
    sense: str
    limit: Fraction
    value: Fraction
    slack: Fraction
    penalty: Fraction


@dataclass(frozen=True)
class Payoff:
    """Each criterion optimised alone (a row), and what every criterion then takes (columns)."""

    criteria: tuple[str, ...]
    values: tuple[tuple[Fraction, ...], ...]
    best: tuple[Fraction, ...]
    worst: tuple[Fraction, ...]


@dataclass(frozen=True)
class FigureRange:
    """A criterion, and between what plans as good have it."""

    criterion: str
    least: Fraction
    most: Fraction


@dataclass(frozen=True)
class OpeningRange:
    """An office, and the periods in which it opens in plans as good."""

    code: str
    periods: tuple[str, ...]
    may_stay_shut: bool


@dataclass(frozen=True)
class Ranges:
    """What plans as good are said to leave open."""

    margin: Fraction
    figures: tuple[FigureRange, ...]
    openings: tuple[OpeningRange, ...]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, its range and its source."""

    key: str
    value: Fraction
    unit: str
    low: Fraction
    high: Fraction
    source: str


@dataclass(frozen=True)
class Plan:
    """plan.json."""

    scenario: str
    termination: Stage
    offices: tuple[Office, ...]
    assignments: tuple[Assignment, ...]
    periods: tuple[PlanPeriod, ...]
    criteria: Mapping[str, Fraction | None]
    assumptions: tuple[Quantity, ...]
    unmet: Mapping[str, int]
    dialogues: tuple[Batch, ...]
    slacks: tuple[Slack, ...]
    payoff: Payoff | None
    stages: tuple[Stage, ...]
    objective: tuple[SumLine, ...]
    ranges: Ranges | None
    others: tuple[str, ...]
    """Keys that this program does not know, and so says nothing about."""
    base: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Dotted key -> the value before and the value now, as they are written."""


@dataclass(frozen=True)
class Manifest:
    """manifest.json: sha256 by file of the tables read and of the files written.

    `contents` are those of what the files say that other programs may save: see `content`. Earlier
    versions told none. `planner` is the version that wrote the run.
    """

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    contents: Mapping[str, str] = field(default_factory=dict)
    planner: str = ""


def read_plan(run: Path, problems: list[Problem]) -> Plan:
    """Read plan.json; what is wrong with it is added to `problems`."""
    top = read_json(run / "plan.json", "plan.json", problems)
    others = tuple(sorted(set(top) - set(Plan.__annotations__)))
    return record(Plan, top, others=others)


def read_assignments(run: Path, problems: list[Problem]) -> tuple[Assignment, ...]:
    """Read assignments.csv; what is wrong with it is added to `problems`."""
    found = []
    for line, row in read_csv(run / "assignments.csv", "assignments.csv", COLUMNS, problems):
        unit, code, period, office, km, minutes, principals = (row[name] for name in COLUMNS)
        try:
            travel = exact(km), exact(minutes)
            found.append(Assignment(unit, code, period, office, *travel, int(principals)))
        except ValueError:
            value = f"{km}, {minutes}, {principals}"[:60]
            expected = say("numbers: km, minutes, principals")
            problems.append(Problem("assignments.csv", line, "", value, expected))
    return tuple(found)


def read_manifest(run: Path) -> Manifest:
    """Read manifest.json, which makes a folder a run.

    Raises
    ------
    InputError
        If there is none, or it can't be read.
    """
    if not run.is_dir():
        raise InputError([Problem(str(run), None, "", "", say("a run folder; there is none here"))])
    problems: list[Problem] = []
    top = read_json(run / "manifest.json", "manifest.json", problems)
    manifest = record(Manifest, top)
    if problems:
        raise InputError(problems)
    return manifest

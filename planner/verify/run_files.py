"""What a run folder claims: its plan, its assignments, its manifest, read and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify.fields import exact, read_csv, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from planner.verify.fields import Fields

COLUMNS = ("unit", "id", "period", "office", "km", "minutes", "principals")


@dataclass(frozen=True)
class Stage:
    """Why an optimisation ended, the value and the bound it reached.

    The bound is said to hold for every plan that keeps the earlier goals `kept`; where `ends` is a
    number, only for those with one of so many offices and regions in the end. Plans choose among
    `towns`, and `given` names what the question leaves no choice of. `criterion` is its name again.
    """

    reason: str
    objective: Fraction
    bound: Fraction
    gap: Fraction
    name: str
    kept: tuple[str, ...] = ()
    ends: int | None = None
    towns: int | None = None
    given: tuple[str, ...] = ()
    criterion: str = ""


@dataclass(frozen=True)
class Line:
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
class Period:
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
class Ranges:
    """What plans as good are said to leave open: (criterion, least, most), periods by office."""

    margin: Fraction
    figures: tuple[tuple[str, Fraction, Fraction], ...]
    openings: Mapping[str, tuple[str, ...]]


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
    periods: tuple[Period, ...]
    criteria: Mapping[str, Fraction | None]
    assumptions: tuple[Quantity, ...]
    unmet: Mapping[str, int]
    dialogues: tuple[Batch, ...]
    slacks: tuple[Slack, ...]
    payoff: Payoff | None
    stages: tuple[Stage, ...]
    objective: tuple[Line, ...]
    ranges: Ranges | None
    base: str
    changed: Mapping[str, Any]
    """Dotted key -> the value before and the value now, as they are written."""
    others: tuple[str, ...]
    """Keys that this program does not know, and so says nothing about."""


@dataclass(frozen=True)
class Manifest:
    """manifest.json: sha256 by file of the tables read and of the files written.

    `contents` are those of what the files say that other programs may save: see `content`.
    """

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    contents: Mapping[str, str]


def read_plan(run: Path, problems: list[Problem]) -> Plan:
    """Read plan.json; what is wrong with it is added to `problems`."""
    top = read_json(run / "plan.json", "plan.json", problems)
    criteria, unmet = top.table("criteria"), top.table("unmet")
    payoff, ranges = top.optional_table("payoff"), top.optional_table("ranges")
    changed = top.optional_table("changed")
    return Plan(
        scenario=top.text("scenario"),
        termination=_stage(top.table("termination")),
        offices=tuple(_office(row) for row in top.tables("offices")),
        assignments=tuple(_assignment(row) for row in top.tables("assignments")),
        periods=tuple(_period(row) for row in top.tables("periods")),
        criteria={name: criteria.optional_number(name) for name in criteria},
        assumptions=tuple(quantity(row.text("key"), row) for row in top.tables("assumptions")),
        unmet={county: unmet.whole(county) for county in unmet},
        dialogues=tuple(_batch(row) for row in top.tables("dialogues")),
        slacks=tuple(_slack(row) for row in top.tables("slacks")),
        payoff=None if payoff is None else _payoff(payoff),
        stages=tuple(_stage(row) for row in top.tables("stages")),
        objective=tuple(_line(row) for row in top.tables("objective")),
        ranges=None if ranges is None else _ranges(ranges),
        base=top.optional_text("base") or "",
        changed={} if changed is None else changed.raw(),
        others=tuple(sorted(set(top) - set(Plan.__annotations__))),
    )


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
    inputs, outputs = top.table("inputs"), top.table("outputs")
    contents = top.optional_table("contents")  # earlier versions told none
    manifest = Manifest(
        {name: inputs.text(name) for name in inputs},
        {name: outputs.text(name) for name in outputs},
        {} if contents is None else {name: contents.text(name) for name in contents},
    )
    if problems:
        raise InputError(problems)
    return manifest


def quantity(key: str, row: Fields) -> Quantity:
    """Read a number with its unit, range and source."""
    return Quantity(
        key,
        row.number("value"),
        row.text("unit"),
        row.number("low"),
        row.number("high"),
        row.text("source"),
    )


def _stage(row: Fields) -> Stage:
    numbers = (row.number("objective"), row.number("bound"), row.number("gap"))
    scope = row.table("scope")
    ends = scope.whole("ends") if "ends" in scope else None
    name = row.text("objective_name")
    return Stage(
        row.text("reason"),
        *numbers,
        name,
        kept=scope.texts("kept"),
        ends=ends,
        towns=scope.whole("towns"),
        given=scope.texts("given"),
        criterion=row.text("criterion"),
    )


def _line(row: Fields) -> Line:
    return Line(
        row.text("criterion"),
        row.number("rate"),
        row.text("unit"),
        row.number("value"),
        row.number("contribution"),
    )


def _office(row: Fields) -> Office:
    advisors = row.table("advisors")
    return Office(
        code=row.text("code"),
        town=row.text("town"),
        role=row.text("role"),
        opens=row.text("opens"),
        closes=row.optional_text("closes"),
        principals=row.whole("principals"),
        counties=row.texts("counties"),
        advisors={period: advisors.whole(period) for period in advisors},
        university_minutes=row.optional_number("university_minutes"),
        spsm=row.flag("spsm"),
    )


def _assignment(row: Fields) -> Assignment:
    texts = (row.text("unit"), row.text("id"), row.text("period"), row.text("office"))
    return Assignment(*texts, row.number("km"), row.number("minutes"), row.whole("principals"))


def _period(row: Fields) -> Period:
    return Period(
        period=row.text("period"),
        dialogues=row.whole("dialogues"),
        unmet=row.whole("unmet"),
        cost_msek=row.number("cost_msek"),
        advisors=row.whole("advisors"),
        open=row.texts("open"),
        max_km=row.number("max_km"),
        share_beyond=row.number("share_beyond"),
    )


def _batch(row: Fields) -> Batch:
    texts = (row.text("unit"), row.text("id"), row.text("period"), row.text("office"))
    return Batch(*texts, row.whole("dialogues"))


def _slack(row: Fields) -> Slack:
    return Slack(
        row.text("criterion"),
        row.text("sense"),
        row.number("limit"),
        row.number("value"),
        row.number("slack"),
        row.number("penalty"),
    )


def _ranges(row: Fields) -> Ranges:
    figures, openings = row.tables("figures"), row.tables("openings")
    for each in openings:
        each.flag("may_stay_shut")
    return Ranges(
        row.number("margin"),
        tuple((f.text("criterion"), f.number("least"), f.number("most")) for f in figures),
        {each.text("code"): each.texts("periods") for each in openings},
    )


def _payoff(row: Fields) -> Payoff:
    return Payoff(
        row.texts("criteria"),
        row.rows("values"),
        row.numbers("best"),
        row.numbers("worst"),
    )

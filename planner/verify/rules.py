"""The resolved scenario of a run: what must hold, with every number exact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from planner.message import say
from planner.verify.fields import Fields, read_toml
from planner.verify.objective import ROLLOUT, SOFT, WEIGHTED, read_objective
from planner.verify.run_files import Quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from planner.errors import Problem
    from planner.verify.objective import Objective


@dataclass(frozen=True)
class Sites:
    """Which towns may have an office, and which must."""

    candidates: str | tuple[str, ...]
    kinds: tuple[str, ...]
    basis: tuple[str, ...]
    require_train: bool
    required: tuple[str, ...]
    existing: tuple[str, ...]
    excluded: tuple[str, ...]
    own_premises: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """A rule on one criterion: at most or at least."""

    criterion: str
    sense: str
    limit: Fraction
    hard: bool
    penalty: Fraction


@dataclass(frozen=True)
class Span:
    """A period of the rollout, with its bounds; None where there is none.

    `starts` counts months from the year 0; None where no date is set.
    """

    name: str
    starts: int | None
    months: Fraction
    openings_most: int | None
    hires_most: Fraction | None
    budget_msek: Fraction | None


@dataclass(frozen=True)
class Target:
    """Dialogues that should have been held when a period ends."""

    by: str
    least: Fraction
    hard: bool
    penalty: Fraction


@dataclass(frozen=True)
class Work:
    """Dialogues, the people who hold them, and what things cost."""

    uptake: Fraction
    targets: tuple[Target, ...]
    balance: Fraction | None
    preparation: Fraction
    meeting: Fraction
    in_person: Fraction
    taking_part: Fraction
    yearly_hours: Fraction
    minimum_team: Fraction
    existing: Mapping[str, Fraction]
    sister_pool: Fraction | None
    advisor: Fraction
    premises: Fraction
    opening: Fraction
    closing: Fraction
    per_km: Fraction
    sister_advisor: Fraction


@dataclass(frozen=True)
class Turns:
    """How the calendar orders principals; `large_from` is None where size does not count."""

    large_from: Fraction | None
    order: str


@dataclass(frozen=True)
class Rules:
    """A resolved scenario; `quantities` are its numbers with a unit, those that count.

    `tree` is the file as it was read.
    """

    name: str
    level: str
    contiguous: bool
    sites: Sites
    fewest: int
    most: int
    beyond_km: Fraction
    university_limit: Fraction
    limits: tuple[Limit, ...]
    objective: Objective
    periods: tuple[Span, ...]
    opens: Mapping[str, str]
    available_from: Mapping[str, str]
    may_close: bool
    work: Work | None
    turns: Turns
    gap: Fraction
    time_limit: Fraction | None
    nodes: Fraction | None
    quantities: tuple[Quantity, ...]
    tree: Mapping[str, Any]

    @property
    def goals(self) -> tuple[str, ...]:
        """What is optimised, in order."""
        targets = self.work.targets if self.work else ()
        hard = [target.hard for target in targets]
        hard += [limit.hard for limit in self.limits if limit.criterion in ROLLOUT]
        return self.objective.goals(soft=not all(hard))

    @property
    def penalised(self) -> str:
        """The goal in which soft limits on sites and regions are paid: the first but `SOFT`."""
        return next((name for name in self.goals if name != SOFT), SOFT)

    @property
    def siting_goals(self) -> tuple[str, ...]:
        """The goals of sites and regions that come before any of the rollout."""
        return tuple(takewhile(self.objective.of_sites, self.goals))


def read_rules(run: Path, problems: list[Problem]) -> Rules:
    """Read scenario.toml; what is wrong with it is added to `problems`.

    Raises
    ------
    InputError
        As in `read_objective`.
    """
    top = read_toml(run / "scenario.toml", "scenario.toml", problems)
    units, rollout, solver = top.table("units"), top.table("rollout"), top.table("solver")
    thresholds = top.table("thresholds")
    objective = read_objective(top.table("objective"))
    fewest, most = _count(top.table("offices"))
    opens, available = rollout.table("opens"), rollout.table("available_from")
    return Rules(
        name=top.text("name"),
        level=units.text("level"),
        contiguous=units.flag("contiguous"),
        sites=_sites(top.table("sites")),
        fewest=fewest,
        most=most,
        beyond_km=_value(thresholds, "beyond_km"),
        university_limit=_value(thresholds, "university_limit"),
        limits=_limits(top.table("limits")),
        objective=objective,
        periods=tuple(_span(row) for row in rollout.tables("periods")),
        opens={town: opens.text(town) for town in opens},
        available_from={town: available.text(town) for town in available},
        may_close=rollout.flag("may_close"),
        work=_work(top) if "dialogues" in top else None,
        turns=_turns(top.table("calendar")),
        gap=solver.number("gap"),
        time_limit=solver.optional_number("time_limit"),
        nodes=solver.optional_number("nodes"),
        quantities=tuple(
            quantity(key, Fields("scenario.toml", value, problems, key))
            for key, value in sorted(_quantities("", top.raw()))
            if objective.method == WEIGHTED or not key.startswith("objective.rates.")
        ),
        tree=top.raw(),
    )


def _sites(row: Fields) -> Sites:
    listed = row.holds("candidates", list)
    return Sites(
        candidates=row.texts("candidates") if listed else row.text("candidates"),
        kinds=row.texts("kinds"),
        basis=row.texts("basis"),
        require_train=row.flag("require_train"),
        required=row.texts("required"),
        existing=row.texts("existing"),
        excluded=row.texts("excluded"),
        own_premises=row.texts("own_premises"),
    )


def _count(row: Fields) -> tuple[int, int]:
    if not row.holds("count", list):
        return row.whole("count"), row.whole("count")
    bounds = row.numbers("count")
    return (int(min(bounds)), int(max(bounds))) if bounds else (0, 0)


def _limits(table: Fields) -> tuple[Limit, ...]:
    found = []
    for name in sorted(table):
        row = table.table(name)
        sense = "most" if "most" in row else "least"
        found.append(
            Limit(name, sense, _value(row, sense), row.flag("hard"), row.number("penalty"))
        )
    return tuple(found)


def _span(row: Fields) -> Span:
    return Span(
        name=row.text("name"),
        starts=_first_month(row) if "starts" in row else None,
        months=row.number("months"),
        openings_most=row.whole("openings_most") if "openings_most" in row else None,
        hires_most=_optional(row, "hires_most"),
        budget_msek=_optional(row, "budget_msek"),
    )


def _first_month(row: Fields) -> int:
    """Return the month of a date such as 2022-09-01, in months from the year 0."""
    dated = re.fullmatch(r"([0-9]{4})-([0-9]{2})-01", row.text("starts"))
    if dated is None:
        row.refuse("starts", say("the first day of a month, such as 2022-09-01"))
        return 0
    return 12 * int(dated[1]) + int(dated[2]) - 1


def _turns(row: Fields) -> Turns:
    return Turns(_optional(row, "large_from"), row.text("order"))


def _work(top: Fields) -> Work:
    dialogues, staffing, money = (top.table(key) for key in ("dialogues", "staffing", "money"))
    there = staffing.table("existing")
    return Work(
        uptake=_value(dialogues, "uptake"),
        targets=tuple(_target(row) for row in dialogues.tables("targets")),
        balance=_optional(dialogues, "balance"),
        preparation=_value(staffing, "preparation"),
        meeting=_value(staffing, "meeting"),
        in_person=_value(staffing, "in_person"),
        taking_part=_value(staffing, "taking_part"),
        yearly_hours=_value(staffing, "yearly_hours"),
        minimum_team=_value(staffing, "minimum_team"),
        existing={town: _value(there, town) for town in there},
        sister_pool=_optional(staffing, "sister_pool"),
        advisor=_value(money, "advisor"),
        premises=_value(money, "premises"),
        opening=_value(money, "opening"),
        closing=_value(money, "closing"),
        per_km=_value(money, "per_km"),
        sister_advisor=_optional(money, "sister_advisor") or Fraction(0),
    )


def _target(row: Fields) -> Target:
    return Target(row.text("by"), _value(row, "least"), row.flag("hard"), row.number("penalty"))


def _value(row: Fields, key: str) -> Fraction:
    return row.table(key).number("value")


def _optional(row: Fields, key: str) -> Fraction | None:
    return _value(row, key) if key in row else None


def _quantities(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every number with a unit, by dotted key."""
    if isinstance(value, dict) and {"value", "unit"} <= value.keys():
        yield path, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _quantities(f"{path}.{key}" if path else str(key), item)

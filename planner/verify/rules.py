"""The resolved scenario of a run: what must hold, with every number exact."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from pathlib import Path
from typing import Any

from planner.errors import Problem
from planner.message import say
from planner.verify.criteria import ROLLOUT, SOFT, WEIGHTED, Objective, read_objective
from planner.verify.fields import Fields, Stated, read_toml, record
from planner.verify.run_files import Quantity


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
class LimitRule:
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
    hires_most: Stated | None
    budget_msek: Stated | None


@dataclass(frozen=True)
class Target:
    """Dialogues that should have been held when a period ends."""

    by: str
    least: Stated
    hard: bool
    penalty: Fraction


@dataclass(frozen=True, kw_only=True)
class _Dialogues:
    uptake: Stated
    targets: tuple[Target, ...]
    balance: Stated | None


@dataclass(frozen=True, kw_only=True)
class _Staffing:
    preparation: Stated
    meeting: Stated
    in_person: Stated
    taking_part: Stated
    yearly_hours: Stated
    minimum_team: Stated
    existing: Mapping[str, Stated]
    sister_pool: Stated | None


@dataclass(frozen=True, kw_only=True)
class _Money:
    advisor: Stated
    premises: Stated
    opening: Stated
    closing: Stated
    per_km: Stated
    sister_advisor: Stated = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class WorkRules(_Dialogues, _Staffing, _Money):
    """Dialogues, the people who hold them, and what things cost."""


@dataclass(frozen=True)
class CalendarRules:
    """How the calendar orders principals; `large_from` is None where size does not count."""

    large_from: Stated | None
    order: str


@dataclass(frozen=True, kw_only=True)
class _Openings:
    opens: Mapping[str, str]
    available_from: Mapping[str, str]
    may_close: bool


@dataclass(frozen=True, kw_only=True)
class _Search:
    gap: Fraction
    time_limit: Fraction | None
    nodes: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Rules(_Openings, _Search):
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
    limits: tuple[LimitRule, ...]
    objective: Objective
    periods: tuple[Span, ...]
    work: WorkRules | None
    turns: CalendarRules
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
    def asked(self) -> set[str]:
        """The criteria that a limit, a goal or a rate names."""
        objective = self.objective
        limited = {limit.criterion for limit in self.limits}
        return limited | {*objective.names, *objective.rates, *objective.then}

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
    return Rules(
        name=top.text("name"),
        level=units.text("level"),
        contiguous=units.flag("contiguous"),
        sites=record(Sites, top.table("sites")),
        fewest=fewest,
        most=most,
        beyond_km=thresholds.stated("beyond_km"),
        university_limit=thresholds.stated("university_limit"),
        limits=_limits(top.table("limits")),
        objective=objective,
        periods=tuple(
            record(Span, row, starts=_first_month(row)) for row in rollout.tables("periods")
        ),
        **vars(record(_Openings, rollout)),
        work=_work(top) if "dialogues" in top else None,
        turns=record(CalendarRules, top.table("calendar")),
        **vars(record(_Search, solver)),
        quantities=tuple(
            record(Quantity, Fields("scenario.toml", value, problems, key), key=key)
            for key, value in sorted(_quantities("", top.raw()))
            if objective.method == WEIGHTED or not key.startswith("objective.rates.")
        ),
        tree=top.raw(),
    )


def _count(row: Fields) -> tuple[int, int]:
    if not row.holds("count", list):
        return row.whole("count"), row.whole("count")
    bounds = row.numbers("count")
    return (int(min(bounds)), int(max(bounds))) if bounds else (0, 0)


def _limits(table: Fields) -> tuple[LimitRule, ...]:
    found = []
    for name in sorted(table):
        row = table.table(name)
        sense = "most" if "most" in row else "least"
        found.append(record(LimitRule, row, criterion=name, sense=sense, limit=row.stated(sense)))
    return tuple(found)


def _first_month(row: Fields) -> int | None:
    """Return the month of a date such as 2022-09-01, in months from the year 0."""
    if "starts" not in row:
        return None
    dated = re.fullmatch(r"([0-9]{4})-([0-9]{2})-01", row.text("starts"))
    if dated is None:
        row.refuse("starts", say("the first day of a month, such as 2022-09-01"))
        return 0
    return 12 * int(dated[1]) + int(dated[2]) - 1


def _work(top: Fields) -> WorkRules:
    return WorkRules(
        **vars(record(_Dialogues, top.table("dialogues"))),
        **vars(record(_Staffing, top.table("staffing"))),
        **vars(record(_Money, top.table("money"))),
    )


def _quantities(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every number with a unit, by dotted key."""
    if isinstance(value, dict) and {"value", "unit"} <= value.keys():
        yield path, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _quantities(f"{path}.{key}" if path else str(key), item)

"""The sections of a scenario: who and where, how to search, when offices open, who works there."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from planner.message import say
from planner.scenario.values import (
    Amount,
    Code,
    Finite,
    NonNegative,
    Positive,
    PositiveAmount,
    Share,
    Spec,
    Whole,
    YesNo,
)


class Units(Spec):
    """Who is assigned to an office as one: whole counties, municipalities or principals."""

    level: Literal["county", "municipality", "principal"] = Field(
        default="county", description="What is never divided between offices."
    )
    contiguous: YesNo = Field(
        default=False,
        description="Every region of the last period connected by municipal borders, and by roads "
        "and ferries where no chain of borders joins their ends (islands); its office may lie "
        "outside it.",
    )


class Sites(Spec):
    """The candidate towns, named by municipality code, and their roles."""

    candidates: Literal["sister", "seats", "announced"] | tuple[Code, ...] = Field(
        default="sister",
        description="Towns with the sister agency, every municipal seat, the announced, or a list.",
    )
    kinds: tuple[Code, ...] = Field(
        default=("head_office", "regional_office", "office"),
        description="Kinds of the sister agency's premises that make a town a candidate.",
    )
    basis: tuple[Literal["sourced", "partly_sourced", "unverified"], ...] = Field(
        default=("sourced", "partly_sourced", "unverified"),
        description="How well sourced a sister site must be to count.",
    )
    require_train: YesNo = Field(
        default=False, description="Only towns whose optional column `train` says yes."
    )
    required: tuple[Code, ...] = Field(default=(), description="Offices that must be open.")
    existing: tuple[Code, ...] = Field(
        default=(),
        description="Offices that are open already. They stay; with rollout.may_close they may "
        "close from the second period.",
    )
    excluded: tuple[Code, ...] = Field(default=(), description="Towns that may not have an office.")
    own_premises: tuple[Code, ...] = Field(
        default=(),
        description="Towns with premises of the agency's own (the head office): apart from "
        "spsm_share and not counted against openings_most.",
    )

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        clash = (set(self.required) | set(self.existing)) & set(self.excluded)
        if clash:
            raise ValueError(
                say("no site both required or existing and excluded: {}", sorted(clash))
            )
        return self


class Offices(Spec):
    """How many offices are open when the rollout is complete; never more before."""

    count: Annotated[Whole, Field(ge=1)] | tuple[Whole, Whole] = Field(
        default=10, description="A number, or [fewest, most]."
    )

    @field_validator("count")
    @classmethod
    def _range(cls, value: int | tuple[int, int]) -> int | tuple[int, int]:
        if isinstance(value, tuple) and not 1 <= value[0] <= value[1]:
            raise ValueError(say("1 <= fewest <= most, got {}", list(value)))
        return value

    @property
    def fewest(self) -> int:
        """The smallest number of offices allowed."""
        return self.count if isinstance(self.count, int) else self.count[0]

    @property
    def most(self) -> int:
        """The largest number of offices allowed."""
        return self.count if isinstance(self.count, int) else self.count[1]


class Thresholds(Spec):
    """Limits that the criteria count against."""

    beyond_km: Amount = Field(description="A principal farther away than this is 'beyond'.")
    university_limit: Amount = Field(
        description="An office farther from teacher education than this is 'beyond'."
    )


class Calendar(Spec):
    """Which principal is met in which quarter, once a plan says how many."""

    large_from: Amount | None = Field(
        default=None,
        description="An independent principal with at least this many children and pupils is "
        "large; without it, size does not count.",
    )
    order: Literal["near", "need"] = Field(
        default="near", description="Neighbours one after another, or the greatest need first."
    )
    need_column: str | None = Field(
        default=None,
        description="need: a column of numbers in principals.csv or municipalities.csv.",
    )
    need_first: Literal["low", "high"] = Field(
        default="low", description="need: whether low or high values come first."
    )

    @model_validator(mode="after")
    def _need_is_measured(self) -> Self:
        if self.order == "need" and self.need_column is None:
            raise ValueError(say("`need_column`, since the order is need"))
        return self


class Solver(Spec):
    """Limits of the search: how near the best of the plans that keep the rules will do."""

    name: Literal["highs", "scip"] = Field(
        default="highs", description="scip is a second opinion; it comes with planner[scip]."
    )
    gap: Annotated[NonNegative, Field(le=1)] = Field(
        default=0.0,
        description="Relative gap within which goals of the rollout count as proved: 0.01 is one "
        "per cent.",
    )
    time_limit: Positive | None = Field(default=None, description="Seconds for the whole run.")
    nodes: Annotated[Whole, Field(ge=0, le=10**9)] | None = Field(
        default=None,
        description="Nodes of the search tree, each stage for itself: a limit that stops at the "
        "same plan on every machine.",
    )
    threads: Annotated[Whole, Field(ge=1, le=256)] = Field(
        default=1, description="Of the processor; the plan is the same with any number."
    )


class Period(Spec):
    """A span of the rollout; offices open at its start."""

    name: str = Field(
        pattern=r"^[0-9A-Za-z][0-9A-Za-z -]*$",
        max_length=20,
        description="What it is called in every table: a year, for instance.",
    )
    starts: date | None = Field(
        default=None,
        description="First day, the first of a month; without it, when the one before has ended.",
    )
    months: Annotated[Finite, Field(ge=0.1, le=1200)] = Field(
        default=12, description="How long it lasts."
    )
    openings_most: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="At most this many openings; towns with own premises don't count."
    )
    hires_most: Amount | None = Field(
        default=None, description="At most this many advisors hired, over all offices."
    )
    budget_msek: Amount | None = Field(
        default=None, description="At most this cost in the period, MSEK."
    )

    @field_validator("starts")
    @classmethod
    def _first_of_month(cls, value: date | None) -> date | None:
        if value is not None and value.day != 1:
            raise ValueError(say("the first of a month, got {}", value))
        return value


class Rollout(Spec):
    """When offices may open."""

    periods: tuple[Period, ...] = Field(default=(Period(name="2024"),), min_length=1, max_length=60)
    opens: dict[Code, str] = Field(
        default_factory=dict, description="Town -> the period in which it must open."
    )
    available_from: dict[Code, str] = Field(
        default_factory=dict, description="Town -> the first period in which it has premises."
    )
    may_close: YesNo = Field(default=False, description="Offices may close again, at a cost.")

    @model_validator(mode="after")
    def _periods_exist(self) -> Self:
        names = [period.name for period in self.periods]
        if len(set(names)) < len(names):
            raise ValueError(say("period names that differ, got {}", names))
        for key, table in (("opens", self.opens), ("available_from", self.available_from)):
            unknown = sorted(set(table.values()) - set(names))
            if unknown:
                raise ValueError(say("`{}` names periods among {}, got {}", key, names, unknown))
        return self

    @model_validator(mode="after")
    def _one_after_another(self) -> Self:
        for before, period, month in zip(
            self.periods, self.periods[1:], self.first_months()[:-1], strict=False
        ):
            if period.starts is None or month is None:
                continue
            if 12 * period.starts.year + period.starts.month - 1 < month + before.months:
                raise ValueError(
                    say("a start of {!r} after the end of {!r}", period.name, before.name)
                )
        return self

    def first_months(self) -> tuple[float | None, ...]:
        """Return when each period starts, in months since the year 0; None where no date says."""
        found: list[float | None] = []
        end: float | None = None
        for period in self.periods:
            start = end
            if period.starts is not None:
                start = float(12 * period.starts.year + period.starts.month - 1)
            found.append(start)
            end = None if start is None else start + period.months
        return tuple(found)


class Target(Spec):
    """Dialogues to have been held by the end of a period: hard, or soft with a penalty."""

    by: str = Field(description="Name of the period.")
    least: Amount = Field(description="Dialogues held until then, all periods together.")
    hard: YesNo = Field(
        default=False, description="Always kept; if false, being short is weighed by the penalty."
    )
    penalty: NonNegative = Field(
        default=1.0,
        description="What each dialogue short counts in the sum of soft rules, a goal of its own "
        "before the first of the rollout; soft targets only.",
    )


class Dialogues(Spec):
    """How many principals take part."""

    uptake: Share = Field(description="Share of the principals who accept the offer.")
    targets: tuple[Target, ...] = ()
    balance: Amount | None = Field(
        default=None,
        description="When the horizon ends, the share of a county's principals who have had their "
        "dialogue may differ from the country's by at most this.",
    )


class Staffing(Spec):
    """The work of a dialogue and the people who do it.

    Hours of a dialogue = taking_part x (preparation + meeting + in_person x 2 x travel).
    """

    preparation: Amount = Field(description="Hours before and after, for each taking part.")
    meeting: Amount = Field(description="Hours of meetings, for each taking part.")
    in_person: Share = Field(description="Share of dialogues that need a journey.")
    taking_part: PositiveAmount = Field(description="Advisors who take part in a dialogue.")
    yearly_hours: PositiveAmount = Field(
        description="Hours a year that an advisor has for dialogues."
    )
    minimum_team: Amount = Field(description="Fewest advisors in an open office.")
    existing: dict[Code, Amount] = Field(
        default_factory=dict, description="Town -> advisors there before the first period."
    )
    sister_pool: Amount | None = Field(
        default=None,
        description="Full-time equivalents the sister agency lends, in towns where it has offices.",
    )

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.preparation.value + self.meeting.value <= 0:
            raise ValueError(say("hours of preparation and meeting that are more than 0 together"))
        return self


class Money(Spec):
    """What things cost, MSEK unless the unit says otherwise."""

    advisor: Amount = Field(description="An advisor a year, everything included.")
    premises: Amount = Field(description="An office's premises a year.")
    opening: Amount = Field(description="Opening an office, once.")
    closing: Amount = Field(description="Closing an office, once.")
    per_km: Amount = Field(description="A journey, SEK per km and traveller.")
    sister_advisor: Amount | None = Field(
        default=None, description="A lent full-time equivalent a year."
    )

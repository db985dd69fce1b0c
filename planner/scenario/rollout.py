"""When offices open, who works in them, and what that costs: the sections of a rollout."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from planner.message import say
from planner.scenario.values import (
    Amount,
    Code,
    Finite,
    NonNegative,
    PositiveAmount,
    Share,
    Spec,
    Whole,
    YesNo,
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

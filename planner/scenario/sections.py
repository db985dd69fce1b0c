"""The sections of a scenario that say who and where, and how the search and the calendar go."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from planner.message import say
from planner.scenario.values import Amount, Code, NonNegative, Positive, Spec, Whole, YesNo


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

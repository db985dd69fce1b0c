"""What a planner may change: the fields of a scenario file, their units and consequences."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr, field_validator, model_validator

from planner.message import say
from planner.scenario.changes import Changes, differences, settings
from planner.scenario.criteria import (
    CRITERIA,
    CRITERIA_UNITS,
    OPTIMISABLE,
    ROLLOUT_CRITERIA,
    SOFT,
    WEIGHTED,
)
from planner.scenario.objective import Objective  # noqa: TC001 - pydantic reads it
from planner.scenario.rollout import Dialogues, Money, Rollout, Staffing
from planner.scenario.values import (
    Amount,
    Code,
    Name,
    NonNegative,
    Positive,
    Quantity,
    Spec,
    Text,
    Whole,
    YesNo,
    exactly,
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


class Limit(Spec):
    """A rule on one criterion: hard, or soft with a penalty for each unit it is off."""

    most: Quantity | None = Field(
        default=None, description="Where less is better; a number alone has no range."
    )
    least: Quantity | None = Field(default=None, description="Where more is better; likewise.")
    hard: YesNo = Field(
        default=True, description="Always kept; if false, being off is weighed by the penalty."
    )
    penalty: NonNegative = Field(
        default=1.0,
        description="Soft limits only: what a unit off is worth in units of the leading criterion; "
        "without rates, of the first. On cost, waiting or unmet it counts among the soft rules.",
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.most is None) == (self.least is None):
            raise ValueError(say("exactly one of `most` and `least`"))
        return self

    @property
    def value(self) -> float:
        """What the criterion must not pass, in its own unit."""
        return next(given.value for given in (self.most, self.least) if given is not None)


def _in_unit_of(name: str, limit: object) -> object:
    # A bare number is the question's own choice: in the criterion's unit, without a range.
    if not isinstance(limit, dict):
        return limit
    sides = [side for side in ("most", "least") if side in limit]
    return limit | {side: exactly(limit[side], CRITERIA_UNITS.get(name, "1")) for side in sides}


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


class Scenario(Spec):
    """One question to the model, complete: nothing is left to defaults that can't be read here."""

    name: Name = Field(description="Of the file, and of the run folder if no other is given.")
    title: Text = Field(description="The heading of maps and reports.")
    description: Text = Field(description="The scenario in a sentence or two.")
    units: Units = Units()
    sites: Sites = Sites()
    offices: Offices = Offices()
    thresholds: Thresholds
    limits: dict[str, Limit] = Field(default_factory=dict, description="Rules on criteria.")
    objective: Objective
    rollout: Rollout = Rollout()
    dialogues: Dialogues | None = Field(
        default=None, description="With staffing and money: plan the work, not only the sites."
    )
    staffing: Staffing | None = None
    money: Money | None = None
    calendar: Calendar = Calendar()
    solver: Solver = Solver()

    _base: Scenario | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Tell whether two scenarios ask the same, whatever they were made from."""
        return isinstance(other, Scenario) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        """Return what is the same for scenarios that ask the same."""
        return hash(self.name)

    @property
    def base(self) -> Scenario | None:
        """The scenario that this one was made from, and is told against; None if from none."""
        return self._base

    @property
    def changed(self) -> Changes:
        """What this asks otherwise than its base: dotted key -> (value there, value here)."""
        return differences(settings(self._base), settings(self)) if self._base is not None else {}

    def told_against(self, base: Scenario | None) -> Scenario:
        """Return this scenario as one that was made from another; what it asks is the same."""
        made = self.model_copy()
        made._base = base  # noqa: SLF001 - of its own class
        return made

    @field_validator("limits", mode="before")
    @classmethod
    def _bare_limits(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: _in_unit_of(name, limit) for name, limit in value.items()}

    @field_validator("limits")
    @classmethod
    def _known_criteria(cls, value: dict[str, Limit]) -> dict[str, Limit]:
        unknown = sorted(set(value) - set(CRITERIA))
        if unknown:
            raise ValueError(
                say("criteria among {}; got {}", ", ".join(CRITERIA), ", ".join(unknown))
            )
        for name, limit in value.items():
            side = "most" if CRITERIA[name] == "min" else "least"
            if name not in OPTIMISABLE and not limit.hard:
                raise ValueError(
                    say("hard = true for {}: how far off it is can't be weighed", name)
                )
            if getattr(limit, side) is None:
                raise ValueError(
                    say("`{}` for {}: the other side would ask for a worse plan", side, name)
                )
        return value

    @model_validator(mode="after")
    def _whole_rollout(self) -> Self:
        already = sorted(set(self.rollout.opens) & set(self.sites.existing))
        if already:
            raise ValueError(say("no town in rollout.opens that exists already: {}", already))
        given = [self.dialogues is not None, self.staffing is not None, self.money is not None]
        if any(given) and not all(given):
            raise ValueError(
                say("the sections dialogues, staffing and money together, or none of them")
            )
        names = {*self.objective.names, *self.objective.then, *self.limits}
        needing = sorted(names & set(ROLLOUT_CRITERIA))
        if needing and not all(given):
            raise ValueError(say("the sections dialogues, staffing and money, for {}", needing))
        aims = {*self.objective.names, *self.objective.then} & set(ROLLOUT_CRITERIA)
        if all(given) and not aims:
            wanted = ", ".join(ROLLOUT_CRITERIA)
            raise ValueError(
                say(
                    "one of {} in the objective (`then` will do): nothing else asks for dialogues",
                    wanted,
                )
            )
        periods = [period.name for period in self.rollout.periods]
        for target in self.dialogues.targets if self.dialogues else ():
            if target.by not in periods:
                raise ValueError(
                    say("dialogues.targets names periods among {}: {!r}", periods, target.by)
                )
        return self

    def replace(self, **changes: Any) -> Scenario:
        """Return a validated copy with top-level sections or dotted keys changed.

        Its `changed` is told against what this one is told against; else against this one.

        Parameters
        ----------
        **changes : object
            Whole sections by name; a key within one has two underscores for each dot, so
            ``offices__count=8``, or is given as ``**{"offices.count": 8}``.

        Raises
        ------
        InputError
            If the changed scenario is not valid.
        """
        from planner.scenario.load import apply_changes  # noqa: PLC0415 - avoids a cycle

        return apply_changes(self, {k.replace("__", "."): v for k, v in changes.items()})

    @property
    def goals(self) -> tuple[str, ...]:
        """What is optimised, in order: WEIGHTED, SOFT, names of criteria.

        Soft rules of the rollout come before its first criterion in the main objective, and
        before `then`.
        """
        main = (WEIGHTED,) if self.objective.summed else self.objective.names
        place = len(main)
        if not self.objective.summed:
            place = next((k for k, name in enumerate(main) if name in ROLLOUT_CRITERIA), place)
        soft = [SOFT] if self._has_soft_rollout_rules else []
        return (*main[:place], *soft, *main[place:], *self.objective.then)

    @property
    def _has_soft_rollout_rules(self) -> bool:
        targets = self.dialogues.targets if self.dialogues else ()
        limits = [limit for name, limit in self.limits.items() if name in ROLLOUT_CRITERIA]
        return not all([*(t.hard for t in targets), *(limit.hard for limit in limits)])

    @property
    def penalised(self) -> str:
        """The goal in which soft limits on sites and regions are paid: the first but SOFT."""
        return next(name for name in self.goals if name != SOFT)

    @property
    def siting_goals(self) -> tuple[str, ...]:
        """The goals of sites and regions that come before any of the rollout."""
        objective, found = self.objective, list[str]()
        for name in self.goals:
            summed = objective.names if name == WEIGHTED else ()
            if name == SOFT or {name, *summed} & set(ROLLOUT_CRITERIA):
                break
            found.append(name)
        return tuple(found)

    @property
    def open_in_the_end(self) -> tuple[str, ...]:
        """Towns whose date to open has them open in the last period, whether offices may close."""
        rollout = self.rollout
        last = rollout.periods[-1].name
        return tuple(
            code for code, opens in rollout.opens.items() if opens == last or not rollout.may_close
        )

    def complete(self) -> Scenario:
        """Return the scenario of the last period alone, without dates, staff or money.

        Its goals are those that come before any of the rollout.
        """
        last = self.rollout.periods[-1].model_copy(
            update={"openings_most": None, "hires_most": None, "budget_msek": None}
        )
        first = self.siting_goals
        then = tuple(name for name in self.objective.then if name in first)
        order = tuple(name for name in self.objective.order if name in first)
        limits = {n: limit for n, limit in self.limits.items() if n not in ROLLOUT_CRITERIA}
        sites = self.sites
        required = tuple(dict.fromkeys((*sites.required, *self.open_in_the_end)))
        sites = sites.model_copy(update={"required": required})
        changes = {
            "sites": sites,
            "rollout": Rollout(periods=(last,)),
            "dialogues": None,
            "staffing": None,
            "money": None,
            "calendar": Calendar(),
            "limits": limits,
            "objective": self.objective.model_copy(update={"then": then, "order": order}),
        }
        base = self._base.complete() if self._base is not None else None
        return self.model_copy(update=changes).told_against(base)

    def quantities(self) -> dict[str, Quantity]:
        """Return every number with a unit and range, by dotted key.

        Rates belong to a weighted sum, and count where there is one.
        """
        found: dict[str, Quantity] = {}

        def walk(prefix: str, value: object) -> None:
            if isinstance(value, Quantity):
                found[prefix] = value
            elif isinstance(value, BaseModel):
                for name in type(value).model_fields:
                    walk(f"{prefix}.{name}" if prefix else name, getattr(value, name))
            elif isinstance(value, dict):
                for name, item in value.items():
                    walk(f"{prefix}.{name}", item)
            elif isinstance(value, tuple):
                for index, item in enumerate(value):
                    walk(f"{prefix}.{index}", item)

        walk("", self)
        weighed = self.objective.method == "weighted"
        return {k: q for k, q in found.items() if weighed or not k.startswith("objective.rates.")}

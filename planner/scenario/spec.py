"""What a planner may change: the fields of a scenario file, their units and consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from planner.criteria import ROLLOUT_CRITERIA
from planner.message import say
from planner.scenario.objective import SOFT, WEIGHTED, Limit, Objective, check_limits, in_units
from planner.scenario.override import Changes, differences, override, set_key, settings
from planner.scenario.problems import Source, validated
from planner.scenario.sections import (
    Calendar,
    Dialogues,
    Money,
    Offices,
    Rollout,
    Sites,
    Solver,
    Staffing,
    Thresholds,
    Units,
)
from planner.scenario.values import Name, Quantity, Spec, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.errors import Problem


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
        return in_units(value)

    @field_validator("limits")
    @classmethod
    def _known_criteria(cls, value: dict[str, Limit]) -> dict[str, Limit]:
        check_limits(value)
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
        tree = self.model_dump(mode="json", exclude_none=True)
        problems: list[Problem] = []
        for name, value in changes.items():
            plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
            problem = set_key(tree, name.replace("__", "."), plain)
            if problem:
                problems.append(problem)
        return self._made(tree, problems)

    def overridden(self, options: Iterable[str]) -> Scenario:
        """Return a validated copy changed by ``key=value``, as on the command line.

        Raises
        ------
        InputError
            If a key does not exist or the changed scenario is not valid.
        """
        tree = self.model_dump(mode="json", exclude_none=True)
        problems = [problem for each in options if (problem := override(tree, each, complete))]
        return self._made(tree, problems)

    def _made(self, tree: dict[str, Any], problems: list[Problem]) -> Scenario:
        made = validated(Scenario, tree, Source(self.name), problems)
        return made.told_against(self.base or self)

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


def complete(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario with all that it does not say; as it is where it can't be read."""
    try:
        return Scenario.model_validate(tree).model_dump(mode="json")
    except ValidationError:
        return tree

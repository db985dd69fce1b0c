"""A weighted sum line by line, and whether another plan may be held against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.model.instance import make_instance
from planner.model.scores import lines_of
from planner.outputs import facts
from planner.outputs.page import lowered
from planner.plan import Slack
from planner.scenario.criteria import (
    CRITERIA_UNITS,
    PERCENT,
    ROLLOUT_CRITERIA,
    SITING_CRITERIA,
    WEIGHTED,
    rate_unit,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts
    from planner.plan import Line, Plan
    from planner.scenario.spec import Limit, Scenario
    from planner.travel.matrix import Travel

NEAR = 0.001
"""Sums that differ by less are proved alike, in the unit of the sum."""

LIMIT = "limits."
"""What the line of a soft limit begins with; the criterion comes after it."""


@dataclass(frozen=True)
class Sums:
    """A weighted sum in parts.

    Attributes
    ----------
    own : tuple of Line
        Of the plan.
    other : tuple of Line
        Of the plan that it is compared with, in the same order; empty where there is none.
    why_not : str
        Why there is no sum of the compared plan, in words.
    """

    own: tuple[Line, ...]
    other: tuple[Line, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class SumWords:
    """The lines of a sum in words.

    Attributes
    ----------
    scenario : Scenario
    sister : str
        Name of the sister agency.
    t : Texts
    """

    scenario: Scenario
    sister: str
    t: Texts

    @property
    def leading(self) -> str:
        """The criterion in whose unit the sum is told."""
        return self.scenario.objective.names[0]

    def criterion(self, name: str) -> str:
        """Name a criterion in the middle of a sentence."""
        return lowered(facts.criterion_name(name, self.t, self.sister))

    def name(self, line: Line) -> str:
        """Name a line."""
        if line.criterion.startswith(LIMIT):
            return self.t("weighing.limit", rule=self.limit(line.criterion.removeprefix(LIMIT)))
        return facts.criterion_name(line.criterion, self.t, self.sister)

    def limit(self, name: str) -> str:
        """Say what a limit allows: "longest distance: at most 300 km"."""
        limit = self.scenario.limits[name]
        sense = "least" if limit.most is None else "most"
        value = facts.write_value(name, limit.value, self.t)
        return self.t(f"report.rule_{sense}", name=self.criterion(name), limit=value)

    def amount(self, value: float, *, signed: bool = False) -> str:
        """Write a sum, or a part of it, in its unit."""
        return facts.write_sum(self.leading, value, self.t, signed=signed)

    def rate(self, line: Line) -> tuple[float, str]:
        """Return what one unit is worth and the unit in words: 3, "km per percentage point"."""
        name = line.criterion.removeprefix(LIMIT)
        rate, unit = line.rate, rate_unit(self.leading, name)
        if name != line.criterion and CRITERIA_UNITS[name] == "share":
            rate /= PERCENT
        return rate, facts.write_unit(unit, self.t)

    def value(self, line: Line) -> str:
        """Write what a plan has of a criterion, or how far it is off a soft limit."""
        name = line.criterion.removeprefix(LIMIT)
        if name != line.criterion:
            return facts.write_step(name, line.value, self.t)
        return facts.write_value(name, line.value, self.t)


def sums_of(  # noqa: PLR0913 - what a comparison is made of
    plan: Plan,
    reference: Plan | None,
    scenario: Scenario,
    inputs: Inputs,
    travel: Travel,
    t: Texts,
) -> Sums:
    """Return a plan's sum and, where it can be compared, that of another plan."""
    if reference is None:
        return Sums(plan.objective)
    why_not = _broken(reference, scenario, inputs, travel, t)
    if why_not:
        return Sums(plan.objective, (), why_not)
    other = lines_of(scenario, reference.criteria, _soft(reference, scenario))
    first = plan.stages[0] if plan.stages else plan.termination
    proved = first.objective_name == WEIGHTED and first.reason == "optimal"
    if proved and total_of(other) < total_of(plan.objective) - NEAR:
        return Sums(plan.objective, (), t("weighing.broken.some"))
    return Sums(plan.objective, other)


def total_of(lines: Sequence[Line]) -> float:
    """Return what the lines of a sum add up to."""
    return sum(line.contribution for line in lines)


def _soft(plan: Plan, scenario: Scenario) -> tuple[Slack, ...]:
    """Return how far a plan is off the soft limits on sites and regions."""
    found = []
    for name, limit in sorted(scenario.limits.items()):
        if limit.hard or name not in SITING_CRITERIA:
            continue
        value = plan.criteria[name]
        off = max(0.0, _off(value, limit))
        sense: Literal["least", "most"] = "least" if limit.most is None else "most"
        found.append(Slack(name, sense, limit.value, value, off, limit.penalty))
    return tuple(found)


def _off(value: float, limit: Limit) -> float:
    """Return by how much a value breaks a limit, below 0 where it is kept."""
    return limit.value - value if limit.most is None else value - limit.value


def _broken(  # noqa: PLR0911 - a rule each
    plan: Plan, scenario: Scenario, inputs: Inputs, travel: Travel, t: Texts
) -> str:
    """Say which rule of a scenario the end of a plan breaks first; nothing where it keeps all."""
    say = SumWords(scenario, inputs.country.sister_agency, t)
    asked = (*scenario.objective.names, *scenario.limits)
    if set(scenario.objective.names) & set(ROLLOUT_CRITERIA):
        return t("weighing.broken.rollout")
    needed = [name for name in asked if name in SITING_CRITERIA and name not in plan.criteria]
    if needed:
        return t("weighing.broken.uncounted", name=say.criterion(needed[0]))
    instance = make_instance(inputs, travel, scenario)
    offices = set(plan.periods[-1].open)
    if not scenario.offices.fewest <= len(offices) <= scenario.offices.most:
        return t("weighing.broken.offices", offices=t.count("offices", len(offices)))
    seats = inputs.municipalities["seat"]
    if strange := sorted(offices - set(instance.sites)):
        return t("weighing.broken.towns", towns=t.listing([str(seats[code]) for code in strange]))
    fixed = [
        code
        for code, role in zip(instance.sites, instance.end_roles, strict=True)
        if role != "candidate" and code not in offices
    ]
    if fixed:
        return t("weighing.broken.required", towns=t.listing([str(seats[code]) for code in fixed]))
    if scenario.units.level == "county" and plan.criteria.get("county_splits", 0) > 0:
        return t("weighing.broken.counties")
    if scenario.units.contiguous and plan.criteria.get("contiguous", 0) < 1:
        return t("weighing.broken.connected")
    for name, limit in sorted(scenario.limits.items()):
        if limit.hard and name in SITING_CRITERIA and _off(plan.criteria[name], limit) > 1e-9:
            return t("weighing.broken.limit", rule=say.limit(name))
    return ""

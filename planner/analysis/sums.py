"""A question's weighted sum of any plan that keeps its rules, or the rule that a plan breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.criteria import ROLLOUT_CRITERIA, SITING_CRITERIA
from planner.model.solving.scores import Yardstick, beyond
from planner.scenario.objective import WEIGHTED
from planner.scenario.sections import Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.model.instance import Instance
    from planner.plan import Line, Plan
    from planner.scenario.spec import Scenario

NEAR = 0.001
"""Sums that differ by less are proved alike, in the unit of the sum."""

KEPT = 1e-6
"""Slack of a limit that is kept."""

LEVELS = ("county", "municipality", "principal")
"""What is never divided between offices, the coarsest first: a plan of one keeps the later ones."""


@dataclass(frozen=True)
class Broken:
    """Why a plan has no sum by a question: the key of the rule, and what it is broken with."""

    key: str
    towns: tuple[str, ...] = ()
    name: str = ""
    offices: int = 0


def sum_of(plan: Plan, question: Instance, best: Plan | None = None) -> tuple[Line, ...] | Broken:
    """Return a plan's sum by the rates of a question, or what keeps it from having one.

    Parameters
    ----------
    plan : Plan
        Of any question.
    question : Instance
        Of a scenario that weighs several criteria.
    best : Plan, optional
        The question's own: where that is proved best, a plan with a lower sum breaks some rule.
    """
    broken = next(_broken(plan, question), None)
    if broken is not None:
        return broken
    lines = Yardstick(question.scenario).lines(plan.criteria)
    if best is not None:
        first = best.stages[0] if best.stages else best.termination
        proved = first.objective_name == WEIGHTED and first.reason == "optimal"
        if proved and total_of(lines) < total_of(best.objective) - NEAR:
            return Broken("some")
    return lines


def total_of(lines: Sequence[Line]) -> float:
    """Return what the lines of a sum add up to."""
    return sum(line.contribution for line in lines)


def parts_of(lines: Sequence[Line]) -> dict[str, float]:
    """Return what each line of a sum adds."""
    return {line.criterion: line.contribution for line in lines}


def apart(lines: Sequence[Line], others: Sequence[Line]) -> dict[str, float]:
    """Return by how much each line of a sum is above another's."""
    less = parts_of(others)
    return {name: part - less[name] for name, part in parts_of(lines).items()}


def _broken(plan: Plan, i: Instance) -> Iterator[Broken]:
    """Go through what keeps the end of a plan from having a sum by a question."""
    question = i.scenario
    if set(question.objective.names) & set(ROLLOUT_CRITERIA):
        yield Broken("rollout")
    for name in Thresholds.model_fields:
        if plan.threshold(name) != getattr(question.thresholds, name).value:
            yield Broken("measures")
    for name in (*question.objective.names, *question.limits):
        if name in SITING_CRITERIA and name not in plan.criteria:
            yield Broken("uncounted", name=name)
    yield from _offices_broken(set(plan.periods[-1].open), i)
    yield from _regions_broken(plan, question)
    for name, limit in sorted(question.limits.items()):
        slack = KEPT * max(1.0, limit.value)
        if limit.hard and name in SITING_CRITERIA and beyond(limit, plan.criteria[name]) > slack:
            yield Broken("limit", name=name)


def _offices_broken(offices: set[str], i: Instance) -> Iterator[Broken]:
    if not i.scenario.offices.fewest <= len(offices) <= i.scenario.offices.most:
        yield Broken("number", offices=len(offices))
    if strange := offices - set(i.sites):
        yield Broken("towns", tuple(sorted(strange)))
    roles = zip(i.sites, i.end_roles, strict=True)
    if lacking := [n for n, role in roles if role != "candidate" and n not in offices]:
        yield Broken("required", tuple(lacking))


def _regions_broken(plan: Plan, question: Scenario) -> Iterator[Broken]:
    level = question.units.level
    if level == "county" and plan.criteria.get("county_splits", 0) > 0:
        yield Broken("counties")
    finest = max(LEVELS.index(row.unit) for row in plan.assignments)
    if level != "county" and finest > LEVELS.index(level):
        yield Broken("units")
    if question.units.contiguous and plan.criteria.get("contiguous", 0) < 1:
        yield Broken("contiguous")

"""What is asked of a siting problem, how a scenario's own question is put, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from planner.criteria import CRITERIA, OPTIMISABLE, ROLLOUT_CRITERIA, SITING_CRITERIA
from planner.errors import InfeasibleScenario, InputError, Problem
from planner.message import say
from planner.model.solving.optimise import StageReason, relative_gap
from planner.model.solving.scores import Yardstick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.scenario.spec import Scenario

WEIGHABLE = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE)
"""Criteria of sites and regions that may be weighed and traded."""


class Besides(TypedDict, total=False):
    """What a siting must keep besides the scenario's rules.

    Attributes
    ----------
    bounds : mapping of str to float
        Criterion -> the worst value allowed: at most, or at least where more is better.
    require, forbid : collection of str
        Codes of towns that must, or must not, have an office.
    excluded_sets : iterable of collection of str
        Sets of offices that may not come out again.
    """

    bounds: Mapping[str, float] | None
    require: Collection[str]
    forbid: Collection[str]
    excluded_sets: Iterable[Collection[str]]


@dataclass(frozen=True)
class Query:
    """One question to a siting problem, with the scenario's limits in it; sites by index.

    Attributes
    ----------
    objective : mapping of str to float
        Criterion -> coefficient > 0, of the criterion turned so that less is better.
    bounds : mapping of str to float
        Criterion -> the worst value allowed.
    then : tuple of str
        Criteria optimised afterwards, in order, among the plans that are as good.
    """

    objective: Mapping[str, float]
    bounds: Mapping[str, float] = field(default_factory=dict)
    require: frozenset[int] = frozenset()
    forbid: frozenset[int] = frozenset()
    excluded: tuple[frozenset[int], ...] = ()
    then: tuple[str, ...] = ()


def query_of(
    i: Instance,
    objective: Mapping[str, float],
    then: Sequence[str] = (),
    **besides: Unpack[Besides],
) -> Query:
    """Return a question to an instance, the scenario's own limits in it.

    Raises
    ------
    InfeasibleScenario
        If a town is required that is none of the candidates.
    ValueError
        If a criterion is none of sites and regions, or a coefficient is below zero.
    """
    index = {code: j for j, code in enumerate(i.sites)}
    bounds, require = besides.get("bounds") or {}, besides.get("require", ())
    unknown = sorted({*objective, *then, *bounds} - set(SITING_CRITERIA))
    if unknown or any(share < 0 for share in objective.values()):
        raise ValueError(f"siting criteria with shares of zero or more, got {unknown}")
    missing = [code for code in require if code not in index]
    if missing:
        raise InfeasibleScenario(say("no candidate town has the code {}", ", ".join(missing)))
    limits = {name: limit.value for name, limit in i.scenario.limits.items() if limit.hard}
    for name, value in bounds.items():
        limits[name] = tighter(name, limits.get(name, value), value)
    ruled_out = besides.get("excluded_sets", ())
    sets = [frozenset(index.get(code, -1) for code in codes) for codes in ruled_out]
    return Query(
        objective={name: share for name, share in sorted(objective.items()) if share},
        bounds=limits,
        require=frozenset(index[code] for code in require),
        forbid=frozenset(index[code] for code in besides.get("forbid", ()) if code in index),
        excluded=tuple(one for one in sets if -1 not in one),
        then=tuple(then),
    )


def tighter(name: str, one: float, other: float) -> float:
    """Return the tighter of two bounds on a criterion."""
    return min(one, other) if CRITERIA[name].better == "min" else max(one, other)


def shares_of(scenario: Scenario) -> dict[str, float]:
    """Return the coefficients of what a scenario asks for, in the unit of its sum."""
    yardstick = Yardstick(scenario)
    return {name: yardstick.scale * share for name, share in yardstick.shares.items()}


def check_objective(scenario: Scenario) -> None:
    """Refuse a scenario that does not ask for sites and regions before anything else.

    Cost, waiting and unmet dialogues are of the whole rollout: they may only come after the
    criteria that settle the sites.

    Raises
    ------
    InputError
    """
    objective = scenario.objective
    first = objective.names if objective.method == "weighted" else objective.names[:1]
    among = ", ".join(WEIGHABLE)
    expected = say("criteria that the sites settle, among {}: the rollout takes no part", among)
    problems = [
        Problem(f"scenario {scenario.name}", None, "objective", name, expected)
        for name in first
        if name in ROLLOUT_CRITERIA
    ]
    if problems:
        raise InputError(problems)


Way = Literal["enumeration", "p-median", "search"]


@dataclass(frozen=True)
class Found:
    """A solution of one period, its objective, and what was proved, before it is measured."""

    solution: Solution
    objective: float
    bound: float
    reason: StageReason


@dataclass(frozen=True)
class SitingResult:
    """The best siting of one question and what was proved of it.

    Attributes
    ----------
    sites : tuple of str
        Codes of the open sites, sorted.
    assignment : tuple of str
        Code of the office of each unit, in the order of `Instance.units`.
    criteria : mapping of str to float
        Every siting criterion, measured from the sites and the assignment.
    objective, bound : float
        The value reached and the bound proved, in the unit of what was asked.
    way : str
        How it was found.
    solution : Solution
        The same sites and assignment by index.
    """

    sites: tuple[str, ...]
    assignment: tuple[str, ...]
    criteria: Mapping[str, float]
    objective: float
    bound: float
    reason: StageReason
    way: Way
    solution: Solution

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True)
class Aim:
    """The siting objective of a scenario and the best that it allows.

    Attributes
    ----------
    best : SitingResult
        The scenario's optimum, later criteria settled.
    """

    yardstick: Yardstick
    best: SitingResult

    def worse(self, criteria: Mapping[str, float]) -> float:
        """Return by how much some criteria are worse than the best plan's, in the sum's unit."""
        return self.yardstick.value(criteria) - self.yardstick.value(self.best.criteria)

    def contributions(self, criteria: Mapping[str, float]) -> dict[str, float]:
        """Return what `worse` is made of, by line of the sum; below 0 what is better."""
        own, best = (self.yardstick.parts(each) for each in (criteria, self.best.criteria))
        return {name: part - best[name] for name, part in own.items()}

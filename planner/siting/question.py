"""What is asked of a siting problem, and how a scenario's own question is put."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from planner.criteria import OPTIMISABLE, ROLLOUT_CRITERIA, SITING_CRITERIA
from planner.errors import InputError, Problem
from planner.message import say
from planner.model.solving.scores import Yardstick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
    require, forbid : frozenset of int
    excluded : tuple of frozenset of int
    then : tuple of str
        Criteria optimised afterwards, in order, among the plans that are as good.
    """

    objective: Mapping[str, float]
    bounds: Mapping[str, float] = field(default_factory=dict)
    require: frozenset[int] = frozenset()
    forbid: frozenset[int] = frozenset()
    excluded: tuple[frozenset[int], ...] = ()
    then: tuple[str, ...] = ()


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

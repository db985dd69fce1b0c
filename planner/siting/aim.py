"""What a scenario asks of its sites, as one sum to compare sets of offices by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.message import say
from planner.model.solving.scores import Yardstick
from planner.scenario.criteria import OPTIMISABLE, ROLLOUT_CRITERIA, SITING_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.control import Control
    from planner.scenario.spec import Scenario
    from planner.siting.problem import Siting, SitingResult

WEIGHABLE = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE)
"""Criteria of sites and regions that may be weighed and traded."""


@dataclass(frozen=True)
class Aim:
    """The siting objective of a scenario and the best that it allows.

    Attributes
    ----------
    yardstick : Yardstick
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


def aim_of(siting: Siting, control: Control | None = None) -> Aim:
    """Find the scenario's best siting and what it was best by.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As in `Siting.best`.
    """
    return Aim(Yardstick(siting.instance.scenario), siting.best(control))


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

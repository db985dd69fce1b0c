"""What a scenario asks of its sites, as one sum to compare sets of offices by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.model.scores import sign
from planner.scenario.criteria import (
    CRITERIA_UNITS,
    OPTIMISABLE,
    PERCENT,
    ROLLOUT_CRITERIA,
    SITING_CRITERIA,
    sum_unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.siting import Siting, SitingResult
    from planner.model.solve import Control
    from planner.scenario.spec import Limit, Scenario


WEIGHABLE = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE)
"""Criteria of sites and regions that may be weighed and traded."""


@dataclass(frozen=True)
class Yardstick:
    """The sum that a scenario's sites are compared by, told in the unit of its leading criterion.

    Criteria that are weighed against each other count by the scenario's rates. Where criteria are
    taken in order, or there is one alone, the sum is of the first. What soft limits on sites and
    regions are off is a part of it.

    Attributes
    ----------
    scenario : Scenario
    """

    scenario: Scenario

    @cached_property
    def leading(self) -> str:
        """The criterion whose unit the sum is told in."""
        return self.scenario.objective.names[0]

    @property
    def unit(self) -> str:
        """Of the sum: that of the leading criterion, a share's in percentage points."""
        return sum_unit(self.leading)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Criterion -> what one unit of it counts, as `Siting.solve` takes them."""
        objective = self.scenario.objective
        return objective.coefficients if objective.summed else {self.leading: 1.0}

    @cached_property
    def soft(self) -> dict[str, Limit]:
        """The soft limits on sites and regions, by criterion."""
        limits = sorted(self.scenario.limits.items())
        return {n: each for n, each in limits if not each.hard and n not in ROLLOUT_CRITERIA}

    @cached_property
    def scale(self) -> float:
        """What a sum by `shares` is told times: a share taken alone is told in points."""
        return 1.0 if self.scenario.objective.summed else points(self.leading)

    @cached_property
    def rates(self) -> dict[str, float]:
        """Criterion -> its rate of exchange, of shares by the percentage point; leading: 1."""
        return {name: self.scale * share / points(name) for name, share in self.shares.items()}

    @cached_property
    def penalties(self) -> dict[str, float]:
        """Criterion with a soft limit -> what being off it counts, told as `rates` are."""
        return {n: self.scale * each.penalty / points(n) for n, each in self.soft.items()}

    def lines(self, criteria: Mapping[str, float]) -> dict[str, float]:
        """Return what makes up the sum, in its unit: below 0 where more is better.

        Parameters
        ----------
        criteria : mapping of str to float

        Returns
        -------
        dict of str to float
            By criterion; of a soft limit by "limits.NAME".
        """
        counted = {n: share * sign(n) * criteria[n] for n, share in self.shares.items()}
        for name, limit in self.soft.items():
            off = max(0.0, sign(name) * (criteria[name] - limit.value))
            counted[f"limits.{name}"] = limit.penalty * off
        return {name: self.scale * part for name, part in counted.items()}

    def value(self, criteria: Mapping[str, float]) -> float:
        """Return the sum: the less the better."""
        return sum(self.lines(criteria).values())


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

    @property
    def shares(self) -> Mapping[str, float]:
        """What one unit of each criterion counts."""
        return self.yardstick.shares

    @property
    def unit(self) -> str:
        """Of the sum."""
        return self.yardstick.unit

    def value(self, criteria: Mapping[str, float]) -> float:
        """Return the sum of some criteria: the less the better."""
        return self.yardstick.value(criteria)

    def worse(self, criteria: Mapping[str, float]) -> float:
        """Return by how much some criteria are worse than the best plan's, in the sum's unit."""
        return self.value(criteria) - self.value(self.best.criteria)

    def contributions(self, criteria: Mapping[str, float]) -> dict[str, float]:
        """Return what `worse` is made of, by line of the sum; below 0 what is better."""
        own, best = (self.yardstick.lines(each) for each in (criteria, self.best.criteria))
        return {name: part - best[name] for name, part in own.items()}


def aim_of(siting: Siting, control: Control | None = None) -> Aim:
    """Find the scenario's best siting and what it was best by.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As in `Siting.best`.
    """
    return Aim(Yardstick(siting.instance.scenario), siting.best(control))


def points(name: str) -> float:
    """Return how many units of a sum's line are in one of a criterion: 100 in a share of one."""
    return PERCENT if CRITERIA_UNITS[name] == "share" else 1.0


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
    expected = f"criteria that the sites settle, among {', '.join(WEIGHABLE)}: the rollout"
    expected += " takes no part in this"
    problems = [
        Problem(f"scenario {scenario.name}", None, "objective", name, expected)
        for name in first
        if name in ROLLOUT_CRITERIA
    ]
    if problems:
        raise InputError(problems)

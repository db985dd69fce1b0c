"""What a scenario asks of its sites, as one sum to compare sets of offices by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.model.scores import weighted_sum
from planner.scenario.spec import (
    CRITERIA_UNITS,
    OPTIMISABLE,
    PERCENT,
    ROLLOUT_CRITERIA,
    SITING_CRITERIA,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.siting import Siting, SitingResult
    from planner.model.solve import Control
    from planner.scenario.spec import Scenario


WEIGHABLE = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE)
"""Criteria of sites and regions that may be weighed and traded."""


@dataclass(frozen=True)
class Aim:
    """The siting objective of a scenario and the best that it allows.

    Attributes
    ----------
    shares : mapping of str to float
        Criterion -> what one unit of it is worth, in the unit of the sum: the scenario's rates
        where criteria are weighed against each other, 1 for the first where they are taken in
        order, and for a criterion alone.
    best : SitingResult
        The scenario's optimum, later criteria settled.
    unit : str
        Of the sum; shares count in percentage points.
    """

    shares: Mapping[str, float]
    best: SitingResult
    unit: str

    def value(self, criteria: Mapping[str, float]) -> float:
        """Return sum_k share_k f_k, a criterion of which more is better counted negatively."""
        return weighted_sum(self.shares, criteria)

    def worse(self, criteria: Mapping[str, float]) -> float:
        """Return by how much some criteria are worse than the best plan's, in the sum's unit."""
        return self.value(criteria) - self.value(self.best.criteria)


def aim_of(siting: Siting, control: Control | None = None) -> Aim:
    """Find the scenario's best siting and what it was best by.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As in `Siting.best`.
    """
    scenario = siting.instance.scenario
    return Aim(
        shares_of(scenario), siting.best(control), CRITERIA_UNITS[scenario.objective.names[0]]
    )


def shares_of(scenario: Scenario) -> dict[str, float]:
    """Return the coefficients of what a scenario asks for, as `Siting.solve` takes them."""
    objective = scenario.objective
    if objective.summed:
        return objective.coefficients
    first = objective.names[0]
    return {first: PERCENT if CRITERIA_UNITS[first] == "share" else 1.0}


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

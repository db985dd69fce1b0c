"""What a scenario asks of its sites, as one sum to compare sets of offices by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.model.combine import scales, sign
from planner.scenario.spec import OPTIMISABLE, ROLLOUT_CRITERIA, SITING_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.siting import Siting, SitingResult
    from planner.model.solve import Control
    from planner.plan import PayoffTable
    from planner.scenario.spec import Scenario


WEIGHABLE = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE)
"""Criteria of sites and regions that may be weighed and traded."""


@dataclass(frozen=True)
class Aim:
    """The siting objective of a scenario and the best that it allows.

    Attributes
    ----------
    shares : mapping of str to float
        Criterion -> its coefficient: weight over range where criteria are weighed against each
        other, 1 for the first where they are taken in order, and for a criterion alone.
    best : SitingResult
        The scenario's optimum, later criteria settled.
    payoff : PayoffTable or None
        What the weights are scaled by.
    """

    shares: Mapping[str, float]
    best: SitingResult
    payoff: PayoffTable | None

    def value(self, criteria: Mapping[str, float]) -> float:
        """Return sum_k share_k f_k, a criterion of which more is better counted negatively."""
        return sum(share * sign(name) * criteria[name] for name, share in self.shares.items())

    @property
    def size(self) -> float:
        """Return sum_k share_k |f_k| of the best plan, what differences are measured against."""
        criteria = self.best.criteria
        return sum(share * abs(criteria[name]) for name, share in self.shares.items())

    def distance(self, criteria: Mapping[str, float]) -> float:
        """Return how much worse than the best plan some criteria are, as a share.

        (sum_k share_k (f_k - best_k)) / (sum_k share_k |best_k|): with one criterion simply its
        relative difference, with several the mean of theirs, each counted by its share. Unlike
        the ratio of two weighted objectives it does not hang on where their scales begin.
        """
        return (self.value(criteria) - self.value(self.best.criteria)) / max(self.size, 1e-9)


def aim_of(siting: Siting, control: Control | None = None) -> Aim:
    """Find the scenario's best siting and what it was best by.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As in `Siting.best`.
    """
    best = siting.best(control)
    return Aim(shares_of(siting, best), best, best.payoff)


def shares_of(siting: Siting, best: SitingResult) -> dict[str, float]:
    """Return the coefficients of what a scenario asks for, as `Siting.solve` takes them."""
    if best.payoff is not None:
        return {name: share for name, share, _ in scales(best.payoff)}
    return {siting.instance.scenario.objective.names[0]: 1.0}


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

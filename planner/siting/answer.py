"""What is answered to a question about sites, and what was proved of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.model.solving.optimise import relative_gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.model.solution import Solution
    from planner.model.solving.optimise import StageReason
    from planner.model.solving.scores import Yardstick

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
    reason : StageReason
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

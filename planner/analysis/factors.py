"""The uncertain numbers behind a decision, each with the range it may lie in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.criteria import CRITERIA

if TYPE_CHECKING:
    from planner.scenario.spec import Scenario
    from planner.scenario.values import Quantity


@dataclass(frozen=True)
class Factor:
    """One number that may turn out otherwise.

    Attributes
    ----------
    key : str
        Of the scenario, or of the world (`world.growth`).
    value, low, high : float
    unit : str
    source : str
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.key == "staffing.minimum_team"

    def at(self, share: float) -> float | int:
        """Return the value a share of the way from low to high; whole numbers each as wide."""
        width = self.high - self.low
        if self.whole:
            return int(min(math.floor(self.low + share * (width + 1)), self.high))
        return float(f"{self.low + share * width:.9g}")


WORLD = (
    Factor("world.growth", 0.0, 0.0, 0.5, "share", "assumption"),
    Factor("world.speed", 1.0, 0.8, 1.2, "times", "assumption"),
)
"""What no scenario says: how many more independent principals there may be (half as many again
would be as fast as the fastest decade known), and how far off the assumed speeds may be."""

MOVED_BY = {"world.growth": "principals", "world.speed": "minutes"}
"""What of a criterion's figures each of them changes."""

RATES = "objective.rates."
"""Keys that begin so are rates of exchange between criteria."""

RUNNING = (
    "dialogues.uptake",
    "staffing.preparation",
    "staffing.meeting",
    "staffing.in_person",
    "staffing.taking_part",
    "staffing.yearly_hours",
    "staffing.minimum_team",
    "money.advisor",
    "money.premises",
    "money.per_km",
)
"""Numbers that a year of dialogues costs by."""


def siting_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return what may change the sites: the rates of exchange that have a range, and the world.

    The rate of the leading criterion has none: the sum is told in its unit. Limits and thresholds
    are the question's own, and stay; a sweep may vary them. Of the world only what a criterion of
    the question hangs on is there: where none counts minutes, speed can't change a town.
    """
    rates = [
        _factor(key, quantity)
        for key, quantity in scenario.quantities().items()
        if key.startswith(RATES)
    ]
    asked = {*scenario.objective.names, *scenario.objective.then, *scenario.limits}
    moving = {what for name in asked for what in CRITERIA[name].moved_by}
    world = (factor for factor in WORLD if MOVED_BY[factor.key] in moving)
    return (*(factor for factor in rates if factor.low < factor.high), *world)


def running_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return what a year of dialogues costs by; empty where the scenario plans none."""
    known = scenario.quantities()
    found = [_factor(key, known[key]) for key in RUNNING if key in known]
    return tuple(factor for factor in found if factor.low < factor.high)


def rollout_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return every number with a range that the rollout depends on, in the scenario's order."""
    sections = ("limits.", "rollout.", "dialogues.", "staffing.", "money.")
    found = [
        _factor(key, quantity)
        for key, quantity in scenario.quantities().items()
        if key.startswith(sections) and quantity.low < quantity.high
    ]
    closing = scenario.rollout.may_close
    return tuple(factor for factor in found if closing or factor.key != "money.closing")


def _factor(key: str, given: Quantity) -> Factor:
    return Factor(key, given.value, given.low, given.high, given.unit, given.source)

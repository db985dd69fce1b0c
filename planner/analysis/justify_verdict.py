"""What is found of a plan that is asked about: whether it can be the best, under which rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.model.solving.scores import Yardstick, points, sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analysis.justify_programs import Room
    from planner.model.instance import Floats
    from planner.siting.problem import Siting
    from planner.siting.question import Aim, SitingResult

TOLERANCE = 1e-6
"""By how much, relative to the sum, another plan must win to count as better."""

EQUAL = 1e-6
"""Difference below which two plans count as equal on a goal, in the unit told."""


@dataclass(frozen=True)
class Verdict:
    """Whether a plan's offices can be the best, and under which rates.

    Rates are in the unit of the question's sum for one unit of a goal, shares by the percentage
    point; the leading goal is first, and its rate is 1. None is looked at that is more than
    `FARTHEST` times off the question's own, so that every goal of the question counts.

    Attributes
    ----------
    siting : Siting
    aim : Aim
    plan : SitingResult
        The offices asked about, with the regions that are best by the question.
    criteria : tuple of str
        The goals: the question's own, then those that were let in.
    room : Room
        The question's rates, 0 for goals that were let in, and how far others are looked for.
    rates : numpy.ndarray or None, shape (k,)
        The nearest rates under which the offices are the best: the greatest factor by which one
        changes is least, then the sum of relative changes. None where there are none.
    inside : numpy.ndarray or None, shape (k,)
        The same among the rates inside the scenario's ranges.
    alone : mapping of str to (float, float) or None
        Goal -> from where to where its rate makes the offices the best, all others as in the
        question; None where no rate of it does.
    rivals : tuple of SitingResult
        The plans that had to be ruled out; a proof of both kinds of answer.
    confirmed : SitingResult or None
        The best plan by the scenario's model under `rates`: no better than the offices.
    tied_sets : int or None
        Sets of offices that are as good under `rates`, this one among them, where all can be
        priced.
    dominated_by : SitingResult or None
        Where there are no rates: a plan at least as good on every goal and better on one of the
        question's own, if one there is.
    mix : numpy.ndarray or None, shape (rivals,)
        Where there are no rates: shares of the rivals whose mean is so.
    all_regions : bool
        Whether every way to divide the country between the offices was looked at that is best
        under some rates.
    complete : bool
        False where a limit came before the answer.
    """

    siting: Siting
    aim: Aim
    plan: SitingResult
    criteria: tuple[str, ...]
    room: Room
    rates: Floats | None = None
    inside: Floats | None = None
    alone: Mapping[str, tuple[float, float] | None] = field(default_factory=dict)
    rivals: tuple[SitingResult, ...] = ()
    confirmed: SitingResult | None = None
    tied_sets: int | None = None
    dominated_by: SitingResult | None = None
    mix: Floats | None = None
    all_regions: bool = True
    complete: bool = True

    @property
    def ties(self) -> tuple[SitingResult, ...]:
        """The rivals with other offices that are as good under the nearest rates."""
        if self.rates is None or self.confirmed is None:
            return ()
        least = float(self.amounts(self.confirmed) @ self.rates)
        near = 10 * TOLERANCE * max(1.0, abs(least))
        others = (one for one in self.rivals if one.sites != self.plan.sites)
        return tuple(one for one in others if self.amounts(one) @ self.rates <= least + near)

    @property
    def is_best(self) -> bool:
        """Whether the offices are the best by the question's own rates."""
        return self.rates is not None and np.allclose(
            self.rates, self.room.asked, rtol=1e-6, atol=0
        )

    def within_ranges(self, rates: Floats) -> bool:
        """Tell whether rates are inside the ranges that the scenario gives its own."""
        given = self.aim.yardstick.scenario.objective.rates
        return all(
            given[name].low - EQUAL <= rate <= given[name].high + EQUAL
            for name, rate, own in zip(self.criteria, rates, self.room.own, strict=True)
            if own and name in given
        )

    def amounts(self, result: SitingResult) -> Floats:
        """Return a plan's goals in the units told, less being better, shape (k,).

        What soft limits are off is a part of the leading one's.
        """
        return amounts_of(self.aim.yardstick, self.criteria, result)

    def steps(self, result: SitingResult) -> Floats:
        """Return how much worse the plan is than another on each goal, shape (k,)."""
        return self.amounts(self.plan) - self.amounts(result)


def amounts_of(yardstick: Yardstick, names: Sequence[str], result: SitingResult) -> Floats:
    """Return some goals of a plan as `Verdict.amounts` does."""
    found: Floats = np.array([points(n) * sign(n) * result.criteria[n] for n in names])
    parts = yardstick.parts(result.criteria)
    found[0] += sum(part for name, part in parts.items() if name not in yardstick.shares)
    return found

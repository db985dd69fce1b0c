"""A search near the linear relaxation first: often all that a gap asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.model.solving.decisions import bounded, in_parts
from planner.model.solving.search import SearchOutcome, search, search_relaxation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pulp

    from planner.control import Control

GIVEN = 1e-6
"""What a decision of a relaxation may be off a whole number and still count as one."""


@dataclass(frozen=True)
class RelaxedDecisions:
    """Decisions of 0 or 1 that a search may be given; those that come first decide most others."""

    all: Sequence[pulp.LpVariable]
    first: Sequence[pulp.LpVariable] = ()


def search_near(
    problem: pulp.LpProblem, name: str, control: Control, gap: float, decisions: RelaxedDecisions
) -> SearchOutcome:
    """Do as `search`, near the linear relaxation first: often all that a gap asks for.

    Decisions that the relaxation leaves whole are given; what a search of the others finds is
    held against the relaxation's bound. Where that is not within the gap, those that come first
    are searched with the others in parts, then the others by them; at last all at once.

    References
    ----------
    Berthold, T. (2014). RENS: the optimal rounding. Mathematical Programming Computation 6, 33-54.
    """
    if all(x.lowBound == x.upBound for x in decisions.all):
        return search(problem, name, control, gap)
    relaxed = search_relaxation(problem, name, control, gap)
    if relaxed.ended != "proved" or relaxed.objective is None:
        return relaxed if relaxed.ended == "infeasible" else search(problem, name, control, gap)
    values = [(x, float(x.varValue or 0.0)) for x in decisions.all]
    given = [(x, math.floor(value + GIVEN), math.ceil(value - GIVEN)) for x, value in values]
    with bounded(given):
        near = search(problem, name, control, gap)
    if near.objective is not None:
        off = near.objective - relaxed.objective
        if near.ended != "proved" or off <= gap * abs(near.objective):
            return replace(near, bound=relaxed.objective)

    def go_on() -> SearchOutcome:
        if decisions.first:
            return _search_first(problem, name, control, gap, decisions)
        return search(problem, name, control, gap)

    return _unless_none(problem, replace(near, bound=relaxed.objective), go_on)


def _unless_none(
    problem: pulp.LpProblem, found: SearchOutcome, go_on: Callable[[], SearchOutcome]
) -> SearchOutcome:
    """Search on; where a limit ends that without a plan, the one there was before stays."""
    values = [(x, x.varValue) for x in problem.variables()]
    later = go_on()
    if found.objective is None or later.objective is not None or later.ended == "infeasible":
        return later
    for x, value in values:
        x.varValue = value
    return replace(found, ended=later.ended, bound=max(found.bound, later.bound))


def _search_first(
    problem: pulp.LpProblem, name: str, control: Control, gap: float, decisions: RelaxedDecisions
) -> SearchOutcome:
    """Search some decisions with the others in parts, whose bound holds for all; then the others.

    Where offices open decides most of who serves whom, that is two small searches for a large one.
    """
    ahead = {x.id for x in decisions.first}
    with in_parts(x for x in decisions.all if x.id not in ahead):
        parts = search(problem, name, control, gap)
    if parts.ended == "infeasible":
        return parts
    if parts.objective is not None:
        values = [(x, round(float(x.varValue or 0.0))) for x in decisions.first]
        with bounded((x, value, value) for x, value in values):
            rest = search(problem, name, control.finishing() if control.stopped() else control, gap)
        if rest.objective is not None:
            if rest.objective - parts.bound <= gap * abs(rest.objective):
                return replace(rest, bound=parts.bound)
            if control.stopped():
                return replace(rest, ended=control.limit(), bound=parts.bound)
            found = replace(rest, bound=parts.bound)
            return _unless_none(problem, found, lambda: search(problem, name, control, gap))
    everything = search(problem, name, control, gap)
    return replace(everything, bound=max(everything.bound, parts.bound))

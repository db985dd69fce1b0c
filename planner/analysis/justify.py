"""Under which rates of exchange a plan is the best: inverse optimisation by cutting planes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.analysis.alternatives import with_offices
from planner.analysis.rate_programs import FARTHEST, Room
from planner.analysis.rate_search import Search
from planner.analysis.verdict import EQUAL, Verdict, amounts_of
from planner.control import Control
from planner.errors import InputError, Problem, SolverStopped
from planner.message import say
from planner.siting.aim import WEIGHABLE, aim_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from planner.siting.aim import Aim
    from planner.siting.problem import Siting, SitingResult


def justify(
    siting: Siting,
    offices: Collection[str],
    *,
    also: Sequence[str] = (),
    thresholds: bool = True,
    control: Control | None = None,
) -> Verdict:
    """Find the rates of exchange nearest to the scenario's under which some offices are the best.

    First it is asked whether a plan is at least as good on every goal and better on one. If none
    is, rates are sought by a linear program that knows a few rival plans; the model is solved
    forward under them; if a rival wins, it joins the program, until none does. The program
    without a solution is the proof that there are no rates.

    Where the model is searched, a plan is the best if no other is 0.001 of the sum's unit better.

    Parameters
    ----------
    siting : Siting
    offices : collection of str
        Codes.
    also : sequence of str
        Criteria that may get a rate beside the scenario's own.
    thresholds : bool
        Whether the rates inside the ranges, and each rate alone, are sought too.
    control : Control, optional
        Its gap is set to 0.

    Returns
    -------
    Verdict

    Raises
    ------
    InputError
        If a criterion can't be weighed, or the scenario's rules forbid the offices.
    InfeasibleScenario, SolverStopped
        If the scenario itself has no best plan.

    References
    ----------
    Wang, "Cutting plane algorithms for the inverse mixed integer linear programming problem",
    Operations Research Letters 37, 2009.
    """
    control = control or Control()
    control.gap = 0.0
    problems = [
        Problem("--criteria", None, "", name, say("criteria among {}", ", ".join(WEIGHABLE)))
        for name in also
        if name not in WEIGHABLE
    ]
    if problems:
        raise InputError(problems)
    aim = aim_of(siting, control)
    plan = with_offices(siting, aim.yardstick.shares, offices, control)
    if plan is None:
        known = set(siting.instance.sites)
        strange = ", ".join(sorted(set(offices) - known)) or ", ".join(sorted(offices))
        expected = say("offices that the scenario's rules allow: its candidates, number and limits")
        raise InputError([Problem("PLAN", None, "offices", strange, expected)])
    names = tuple(dict.fromkeys((*aim.yardstick.shares, *also)))
    question = Verdict(siting, aim, plan, names, _room(aim, names, plan))
    search = Search(question, control)
    try:
        return search.answer(thresholds=thresholds)
    except SolverStopped:
        return replace(question, rivals=tuple(search.rivals), complete=False)


def _room(aim: Aim, names: Sequence[str], plan: SitingResult) -> Room:
    """Return how far rates are looked for.

    A goal that was let in may weigh up to `FARTHEST` times the whole sum.
    """
    asked = np.array([aim.yardstick.rates.get(name, 0.0) for name in names])
    best, own = (np.abs(amounts_of(aim.yardstick, names, one)) for one in (aim.best, plan))
    whole = max(1.0, abs(aim.yardstick.value(aim.best.criteria)))
    size = np.maximum(best, own)
    let_in = FARTHEST * whole / np.where(size > EQUAL, size, 1.0)
    most = np.where(asked > 0, asked * FARTHEST, let_in)
    least = asked / FARTHEST
    least[0] = most[0] = 1.0
    return Room(asked, least, most)

"""What a solve decides: read from the variables, and measured by every criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import FIGURES
from planner.criteria.reads import Solution, Variables, WorkDone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulp import LpVariable

    from planner.model.instance import Instance, Ints


def read_solution(v: Variables) -> Solution:
    """Read the values that a solver has left in the variables, rounded where they are whole."""
    offices = tuple(tuple(j for j, x in enumerate(row) if _value(x) > 0.5) for row in v.open)
    served_by = np.array(
        [[int(np.argmax([_value(x) for x in row])) for row in grid] for grid in v.serve],
        dtype=np.int64,
    )
    if v.work is None:
        return Solution(offices, served_by)
    advisors = np.array([[round(_value(x)) for x in row] for row in v.work.advisors])
    pool = np.array([[max(0.0, _value(x)) for x in row] for row in v.work.pool])
    dialogues = np.array(
        [
            [max(0.0, _value(row[j])) for row, j in zip(grid, served, strict=True)]
            for grid, served in zip(v.work.dialogues, served_by, strict=True)
        ]
    )
    return Solution(
        offices, served_by, WorkDone(advisors, np.round(pool, 9), np.round(dialogues, 9))
    )


def _value(x: LpVariable) -> float:
    """Return a value; a variable that no row names never reaches the solver: it is at its least."""
    return float(x.lowBound if x.varValue is None else x.varValue)


def measure(i: Instance, solution: Solution) -> dict[str, float]:
    """Measure every criterion of a solution.

    The criteria of siting are those of the last period, when the rollout is complete; cost,
    waiting and unmet are those of the whole horizon, where the scenario plans the work.

    Returns
    -------
    dict of str to float
        Kilometres, minutes, shares, counts, MSEK and principal-months, as in docs/model.md.
    """
    planned = solution.work is not None
    return {
        name: each.measure(i, solution)
        for name, each in FIGURES.items()
        if planned or not each.horizon
    }


def measure_sites(i: Instance, offices: Sequence[int], served_by: Ints) -> dict[str, float]:
    """Measure the criteria of siting in one period.

    Parameters
    ----------
    offices : sequence of int
        Open sites, as indices into `i.sites`; at least one.
    served_by : numpy.ndarray of int, shape (u,)
        The site that serves each unit.
    """
    return measure(i, Solution((tuple(offices),), served_by[None, :]))

"""What a finished plan scores on every criterion, measured from who is served by which office.

Nothing here is read from the solver: only the open sites and the assignments are, so that a
wrong expression in the model can't hide in the figures it reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria import FIGURES
from planner.criteria.travel import farthest_km, share_far
from planner.model.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.model.instance import Instance, Ints


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


def reach(i: Instance, served_by: Ints) -> tuple[float, float]:
    """Return the km of the principal farthest away, and the share farther than the threshold."""
    return farthest_km(i, served_by), share_far(i, served_by)

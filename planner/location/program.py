"""Integer programs small enough to hand to HiGHS whole, through scipy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from planner.location.kernels import Floats


@dataclass(frozen=True)
class Outcome:
    """What HiGHS found: the values of the best solution, if any, and a bound on all of them.

    `bound` is infinite when there is no solution.
    """

    values: Floats | None
    bound: float


def minimise(  # noqa: PLR0913 - the parts of a program
    cost: Floats,
    rows: csr_array,
    lower: Floats,
    upper: Floats,
    *,
    low: Floats | float = 0.0,
    top: Floats | float = 1.0,
    integer: Floats | int = 1,
    seconds: float = np.inf,
) -> Outcome:
    """Minimise over variables from `low` to `top`, with rows between `lower` and `upper`.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (variables,).
    rows : scipy.sparse.csr_array
        Shape (rows, variables).
    lower, upper : numpy.ndarray
        Shape (rows,).
    low, top : numpy.ndarray or float
        Bounds of the variables.
    integer : numpy.ndarray or int
        1 for integer variables, 0 for continuous ones.
    seconds : float
        Time limit.

    Returns
    -------
    Outcome
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

    options = {"mip_rel_gap": 0.0}
    if seconds < np.inf:
        options["time_limit"] = max(1e-3, seconds)
    answer = milp(
        cost,
        integrality=np.broadcast_to(integer, cost.shape),
        bounds=Bounds(low, top),
        constraints=LinearConstraint(rows, lower, upper),
        options=options,
    )
    if answer.status == 2:  # infeasible
        return Outcome(None, np.inf)
    bound = answer.fun if answer.status == 0 and not np.any(integer) else answer.mip_dual_bound
    return Outcome(answer.x, -np.inf if bound is None else float(bound))

"""Linear and integer programs small enough to hand to HiGHS whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from planner.location.kernels import Floats, Ints


class Rows(NamedTuple):
    """A matrix by rows, for callers who can do without scipy; attributes as its csr_array's."""

    shape: tuple[int, int]
    indptr: Ints
    indices: Ints
    data: Floats


@dataclass(frozen=True)
class Program:
    """Least cost over variables from `low` to `top`, with rows between `lower` and `upper`.

    Attributes
    ----------
    cost : numpy.ndarray
        Shape (variables,).
    rows : Rows or scipy.sparse.csr_array
        Shape (rows, variables).
    lower, upper : numpy.ndarray
        Shape (rows,).
    low, top : numpy.ndarray or float
        Bounds of the variables.
    integer : numpy.ndarray or int
        1 for integer variables, 0 for continuous ones.
    """

    cost: Floats
    rows: Rows | csr_array
    lower: Floats
    upper: Floats
    low: Floats | float = 0.0
    top: Floats | float = 1.0
    integer: Floats | int = 1


@dataclass(frozen=True)
class Outcome:
    """What HiGHS found: the values of the best solution, if any, and a bound on all of them.

    `bound` is infinite when there is no solution.
    """

    values: Floats | None
    bound: float


def minimise(
    asked: Program, *, seconds: float = np.inf, start: Floats | None = None, **options: object
) -> Outcome:
    """Solve a program.

    Parameters
    ----------
    asked : Program
        The program.
    seconds : float
        Time limit.
    start : numpy.ndarray, optional
        A solution to begin with.
    **options
        More of HiGHS's own, by their names there.
    """
    import highspy  # noqa: PLC0415 - most problems are solved without it

    program: Any = highspy.HighsLp()
    cost, rows = asked.cost, asked.rows
    program.num_col_, program.num_row_ = len(cost), rows.shape[0]
    program.col_cost_ = cost
    program.col_lower_ = np.broadcast_to(np.asarray(asked.low, dtype=np.float64), cost.shape)
    program.col_upper_ = np.broadcast_to(np.asarray(asked.top, dtype=np.float64), cost.shape)
    program.row_lower_, program.row_upper_ = asked.lower, asked.upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = rows.indptr
    program.a_matrix_.index_ = rows.indices
    program.a_matrix_.value_ = rows.data
    whole = np.broadcast_to(asked.integer, cost.shape)
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(one)] for one in whole]
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if seconds < np.inf:
        solver.setOptionValue("time_limit", max(1e-3, seconds))
    solver.passModel(program)
    if start is not None:
        known: Any = highspy.HighsSolution()
        known.col_value = start
        solver.setSolution(known)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Outcome(None, np.inf)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if found else None
    if whole.any():
        return Outcome(values, float(info.mip_dual_bound))
    solved = status == highspy.HighsModelStatus.kOptimal
    return Outcome(values, float(info.objective_function_value) if solved else -np.inf)

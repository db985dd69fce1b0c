"""Handing a problem over to HiGHS: what was said of its rows before is not said again."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import highspy
import numpy as np
import pulp
from pulp.constants import LpConstraintGE, LpConstraintLE, LpInteger, LpMaximize

if TYPE_CHECKING:
    from pulp import LpConstraint, LpProblem


@dataclass(frozen=True)
class _Rows:
    """The rows of a problem that were read so far: their variables' ids and coefficients."""

    ids: array[int] = field(default_factory=lambda: array("i"))
    weights: array[float] = field(default_factory=lambda: array("d"))
    starts: array[int] = field(default_factory=lambda: array("i"))

    def read(self, rows: list[LpConstraint]) -> None:
        """Read the rows that have come since; those that were there keep their coefficients."""
        for row in rows[len(self.starts) :]:
            self.starts.append(len(self.ids))
            for variable, weight in row.items():
                if weight:
                    self.ids.append(variable.id)
                    self.weights.append(weight)


_READ: WeakKeyDictionary[LpProblem, _Rows] = WeakKeyDictionary()


class Highs(pulp.HiGHS):
    """HiGHS for problems that are solved again and again, a row or another goal later.

    PuLP reads each row anew for each search, and writes duals into it after; with models of
    thousands of rows that took as long as many a search. Here a row's coefficients are read once:
    they must not be changed later (its right-hand side, bounds and goals may be). Duals are not
    handed back, and no start is handed over (`warmStart`).
    """

    def buildSolverModel(self, lp: Any) -> None:  # noqa: N802 - the name of the base
        """Give HiGHS the columns, the goal and the rows, in the order of the base."""
        solver, inf = lp.solverModel, highspy.kHighsInf
        columns = lp.exported_variables()
        ids = np.fromiter((x.id for x in columns), np.int32, len(columns))
        column = np.zeros(int(ids.max(initial=-1)) + 1, dtype=np.int32)
        column[ids] = np.arange(len(ids))
        cost = np.zeros(len(columns))
        for x, weight in lp.objective.items():
            cost[column[x.id]] = weight
        low = np.array([-inf if x.lowBound is None else x.lowBound for x in columns], dtype=float)
        high = np.array([inf if x.upBound is None else x.upBound for x in columns], dtype=float)
        nothing = np.zeros(0, dtype=np.int32)
        solver.addCols(len(columns), cost, low, high, 0, nothing, nothing, np.zeros(0))
        if self.mip:
            whole = np.flatnonzero([x.cat == LpInteger for x in columns]).astype(np.int32)
            kind = np.full(len(whole), highspy.HighsVarType.kInteger)
            solver.changeColsIntegrality(len(whole), whole, kind)
        if lp.sense == LpMaximize:
            solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        solver.changeObjectiveOffset(lp.objective.constant)
        rows = lp.constraints()
        read = _READ.setdefault(lp, _Rows())
        read.read(rows)
        senses = np.fromiter((row.sense for row in rows), np.int8, len(rows))
        ends = -np.fromiter((row.constant for row in rows), float, len(rows))
        solver.addRows(
            len(rows),
            np.where(senses == LpConstraintLE, -inf, ends),
            np.where(senses == LpConstraintGE, inf, ends),
            len(read.ids),
            np.array(read.starts, dtype=np.int32),
            column[np.array(read.ids, dtype=np.int32)],
            np.array(read.weights, dtype=float),
        )

    def findSolutionValues(self, lp: Any) -> Any:  # noqa: N802 - the name of the base
        """Take the variables' values, and what HiGHS says of them."""
        without_rows = SimpleNamespace(
            solverModel=lp.solverModel,
            exported_variables=lp.exported_variables,
            constraints=list,
        )
        return super().findSolutionValues(without_rows)  # type: ignore[no-untyped-call]

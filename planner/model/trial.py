"""A model in which rules are dropped and put back, to find those that can't hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pulp

from planner.criteria import region_parts
from planner.errors import PlannerError, SolverStopped
from planner.model.build import build
from planner.model.constraints import Group, region_cuts
from planner.model.handover import Highs
from planner.model.search import TOLERANCE, awake

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.model.instance import Instance
    from planner.model.solve import Control

IN_RAY = 1e-9
"""Multipliers of rows smaller than this take no part in a proof."""

INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,  # with nothing to optimise: infeasible
)


class Trial:
    """Every rule of an instance, handed to HiGHS once; a trial frees the rows of some.

    Twice, in fact: without integrality, where a few simplex steps from the last trial tell and
    multipliers of the rows say which of them do it, and with.

    Attributes
    ----------
    groups : tuple of Group
        The rules in call order; contiguity, where it is asked for, is the last.
    rules : frozenset of int
        Numbers of those that can be dropped.
    """

    def __init__(self, instance: Instance, control: Control, *, whole: bool) -> None:
        model = build(instance, control, whole=whole, loose=True)
        self._model, self._control = model, control
        self._connected = instance.scenario.units.contiguous
        self.groups = (*model.groups, *([Group("contiguous", ())] if self._connected else []))
        # Whole dialogues follow from the hours: as rows of their own they would hide that rule.
        self.rules = frozenset(
            number for number, group in enumerate(self.groups) if not group.structural
        )
        implied = {number for number, group in enumerate(self.groups) if group.rule == "whole"}
        self._always = frozenset(range(len(self.groups))) - self.rules - implied
        self._relaxed, self._exact = _load(model.problem, mip=False), _load(model.problem, mip=True)
        lp = self._exact.getLp()
        self._low, self._high = np.array(lp.row_lower_), np.array(lp.row_upper_)
        counts = [len(group.constraints) for group in model.groups]
        self._group = np.repeat(np.arange(len(counts)), counts)
        if len(self._group) != len(self._low):
            raise PlannerError("the model has rows that belong to no rule")
        self._column = {x.id: k for k, x in enumerate(model.problem.exported_variables())}

    def clash(self, kept: Collection[int]) -> frozenset[int] | None:
        """Return rules among those kept that can't hold together; None if all of them can.

        Raises
        ------
        SolverStopped
            If a limit or an interrupt came first.
        """
        kept = frozenset(kept)
        if not self._holds(self._relaxed, kept):
            used = self._in_proof() & kept
            return used if used < kept and not self._holds(self._relaxed, used) else kept
        while self._holds(self._exact, kept):
            if not (self._connected and len(self.groups) - 1 in kept and self._cut()):
                return None
        return kept

    def _holds(self, solver: Any, kept: frozenset[int]) -> bool:
        """Tell whether the rules kept can hold together."""
        control = self._control
        if control.stopped():
            raise SolverStopped(control.limit(), "stopped before the clash was found")
        bound = np.isin(self._group, list(kept | self._always))
        low, high = np.where(bound, self._low, -np.inf), np.where(bound, self._high, np.inf)
        rows = np.arange(len(low), dtype=np.int32)
        solver.changeRowsBounds(len(rows), rows, low, high)
        left = control.remaining()
        end = np.inf if left is None else solver.getRunTime() + max(0.0, left)
        solver.setOptionValue("time_limit", end)
        awake(solver.run, control)
        status = solver.getModelStatus()
        if status in INFEASIBLE:
            return False
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if control.stopped() or status == highspy.HighsModelStatus.kTimeLimit:
            raise SolverStopped(control.limit(), "stopped before the clash was found")
        raise PlannerError(f"the solver gave up on a clash: {status.name}")

    def _in_proof(self) -> frozenset[int]:
        """Return the groups whose rows prove that the relaxed model has no plan; or else all."""
        _, has_ray, ray = self._relaxed.getDualRay()
        used = np.abs(ray) > IN_RAY if has_ray else slice(None)
        return frozenset(self._group[used].tolist())

    def _cut(self) -> bool:
        """Add the rows that the regions just found break; False if all are connected."""
        model, number = self._model, len(self.groups) - 1
        values = self._exact.getSolution().col_value
        serve = model.variables.serve[-1]
        served_by = np.array(
            [np.argmax([values[self._column[x.id]] for x in row]) for row in serve]
        )
        found = False
        for j, parts in region_parts(model.instance, served_by).items():
            own = np.flatnonzero(served_by == j).tolist()
            for part in parts[1:]:
                found = True
                cuts = region_cuts(model.instance, model.variables, part, parts[0], own)
                for row in cuts.constraints:
                    columns = np.array([self._column[x.id] for x in row], dtype=np.int32)
                    weights = np.array([float(c) for c in row.values()])
                    for solver in (self._relaxed, self._exact):
                        end = -float(row.constant)
                        solver.addRow(-np.inf, end, len(columns), columns, weights)
                    self._low = np.append(self._low, -np.inf)
                    self._high = np.append(self._high, end)
                    self._group = np.append(self._group, number)
        return found


def _load(problem: pulp.LpProblem, *, mip: bool) -> Any:
    """Hand a problem to HiGHS, with nothing to optimise."""
    problem.setObjective(pulp.lpSum([]))
    engine = Highs(
        mip=mip,
        msg=False,
        threads=1,
        random_seed=0,
        presolve="choose" if mip else "off",  # a proof without integrality speaks of the rows
        mip_feasibility_tolerance=TOLERANCE,
        primal_feasibility_tolerance=TOLERANCE,
    )
    engine.createAndConfigureSolver(problem)
    engine.buildSolverModel(problem)
    return problem.solverModel

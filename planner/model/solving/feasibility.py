"""A model in which rules are dropped and put back, to find those that can't hold together."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pulp

from planner.criteria.base import planned
from planner.errors import PlannerError, SolverStopped
from planner.message import say
from planner.model.build import build
from planner.model.constraints import Group, region_cuts
from planner.model.settings import merged
from planner.model.solving.optimise import stray_parts
from planner.model.solving.search import TOLERANCE, awake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.model.solving.decisions import Regions

IN_RAY = 1e-9
"""Multipliers of rows smaller than this take no part in a proof."""

NODES = 100
"""Nodes of the search tree after which a trial gives no answer: the same on every machine."""

SETTLE = 1000
"""The same where offices and regions are given, and a node is soon done."""

ALL = 5000
"""The same where every rule is kept: whether there is a plan at all."""

NEAR = 0.1
"""Relative gap to which an aim is followed."""

UNSETTLED = say("it was not settled within the limit of nodes whether the rules can hold together")

FEASIBLE = 2
"""HiGHS's number for a solution that keeps every row."""

INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,  # every criterion is bounded
)


class Trial:
    """Every rule of an instance, handed to HiGHS once; a trial frees the rows of some.

    Twice, in fact: without integrality, where a few simplex steps from the last trial tell and
    multipliers of the rows say which of them do it, and with. Dialogues come in parts first;
    what then holds is settled in whole ones.

    Parameters
    ----------
    control : Control
        Its limits hold for every trial.
    aimed : bool
        Whether a plan that holds is to be good at the criterion of the objective too.

    Attributes
    ----------
    rules : tuple of Group
        Those that can be dropped, one a setting, in call order; contiguity, where it is asked
        for, is the last.
    searches : int
        Searches with integrality so far.
    """

    def __init__(self, instance: Instance, control: Control, *, aimed: bool = False) -> None:
        model = build(instance, control, loose=True)
        self._model, self._control = model, control
        self._connected = instance.scenario.units.contiguous
        named = merged(model.groups)
        contiguous = (Group("contiguous", ()),) if self._connected else ()
        told = (replace(rule, constraints=()) for rule, _ in named)
        self.rules: tuple[Group, ...] = (*told, *contiguous)
        self.searches = 0
        self._nodes = NODES
        self._held: list[frozenset[int]] = []
        self.aimed = aimed
        goal = pulp.lpSum(model.criteria.values() if aimed else [])
        self._relaxed = _load(model.problem, pulp.lpSum([]), mip=False)
        self._exact = _load(model.problem, goal, mip=True)
        lp = self._exact.getLp()
        self._low, self._high = np.array(lp.row_lower_), np.array(lp.row_upper_)
        # Whole dialogues follow from the hours: as rows of their own they would hide that rule.
        of = {g: -2 if group.rule == "whole" else -1 for g, group in enumerate(model.groups)}
        of |= {g: number for number, (_, groups) in enumerate(named) for g in groups}
        counts = [len(group.constraints) for group in model.groups]
        self._rule = np.repeat([of[g] for g in range(len(counts))], counts)
        if len(self._rule) != len(self._low):
            raise PlannerError(say("the model has rows that belong to no rule"))
        self._column = {x.id: k for k, x in enumerate(model.problem.exported_variables())}

    def clash(
        self,
        kept: Collection[int],
        near: Collection[Mapping[int, Regions]] = (),
        *,
        thorough: bool = True,
    ) -> frozenset[int] | None:
        """Return rules among those kept that can't hold together; None if all of them can.

        Parameters
        ----------
        kept : collection of int
            Numbers of rules.
        near : collection of mapping of int to (collection of int, numpy.ndarray of int)
            Offices and who serves whom in some periods, tried first: a plan known or guessed.
        thorough : bool
            If not, there is no answer where what is near does not hold and the relaxation does.

        Raises
        ------
        SolverStopped
            If a limit or an interrupt came first; "node_limit" after `NODES`, or `ALL`.
        """
        kept = frozenset(kept)
        if any(kept <= held for held in self._held):
            return None
        for regions in near:
            with self._given(regions), _or_not():
                if self._has_plan(kept, thorough=False):
                    self._remember(kept)
                    return None
        if not thorough and self._holds(self._relaxed, kept):
            raise SolverStopped("node_limit", UNSETTLED)
        if thorough:
            with self._within(ALL if len(kept) == len(self.rules) else NODES):
                if self._has_plan(kept):
                    self._remember(kept)
                    return None
        if self._holds(self._relaxed, kept):
            return kept
        used = self._in_proof() & kept
        return used if used < kept and not self._holds(self._relaxed, used) else kept

    def _remember(self, kept: frozenset[int]) -> None:
        """Remember rules that hold: any of them by themselves do too."""
        if not self.aimed:  # there what was found last is asked for
            self._held.append(kept)

    def keeps(self, plan: Solution) -> bool:
        """Tell whether a plan keeps every rule; False too where it is not known."""
        v, every = self._model.variables, frozenset(range(len(self.rules)))
        columns, values = list[int](), list[float]()
        if v.work is not None and plan.work is not None:
            for t, grid in enumerate(v.work.dialogues):
                columns += [self._column[x.id] for x in v.work.advisors[t]]
                values += plan.work.advisors[t].tolist()
                for u, row in enumerate(grid):
                    columns.append(self._column[row[plan.served_by[t][u]].id])
                    values.append(round(float(plan.work.dialogues[t][u])))
        given = dict(enumerate(zip(plan.offices, plan.served_by, strict=True)))
        at, value = np.array(columns, dtype=np.int32), np.array(values, dtype=float)
        lp = self._exact.getLp()
        low, high = np.array(lp.col_lower_)[at], np.array(lp.col_upper_)[at]
        self._exact.changeColsBounds(len(at), at, value, value)
        try:
            with self._given(given), _or_not():
                return self._connected_plan(every)
            return False
        finally:
            self._exact.changeColsBounds(len(at), at, low, high)

    def _has_plan(self, kept: frozenset[int], *, thorough: bool = True) -> bool:
        """Tell whether some plan keeps the rules, dialogues in whole numbers.

        False too, if it is not to be thorough, where the regions first found hold none.
        """
        if not self._connected_plan(kept):
            return False
        if not self._model.instance.target.any():
            return True
        found = {t: self.found(t) for t in range(len(self._model.variables.open))}
        with self._whole():
            with self._given(found), self._within(SETTLE), _or_not():
                if self._connected_plan(kept):
                    return True
            with self._within(NODES):
                return thorough and self._connected_plan(kept)

    def _connected_plan(self, kept: frozenset[int]) -> bool:
        while self._holds(self._exact, kept):
            if not (self._connected and len(self.rules) - 1 in kept and self._cut()):
                return True
        return False

    def _holds(self, solver: Any, kept: frozenset[int]) -> bool:
        """Tell whether the rules kept can hold together."""
        control = self._control
        if control.stopped():
            raise SolverStopped(control.limit(), say("stopped before the clash was found"))
        bound = np.isin(self._rule, [*kept, -1])
        low, high = np.where(bound, self._low, -np.inf), np.where(bound, self._high, np.inf)
        rows = np.arange(len(low), dtype=np.int32)
        solver.changeRowsBounds(len(rows), rows, low, high)
        left = control.remaining()
        end = np.inf if left is None else solver.getRunTime() + max(0.0, left)
        solver.setOptionValue("time_limit", end)
        solver.setOptionValue("mip_max_nodes", self._nodes)
        self.searches += solver is self._exact
        awake(solver.run, control)
        status = solver.getModelStatus()
        if status in INFEASIBLE:
            return False
        found = solver.getInfo().primal_solution_status
        if status == highspy.HighsModelStatus.kOptimal or found == FEASIBLE:
            return True
        if control.stopped() or status == highspy.HighsModelStatus.kTimeLimit:
            raise SolverStopped(control.limit(), say("stopped before the clash was found"))
        if status == highspy.HighsModelStatus.kSolutionLimit:  # what HiGHS calls that of nodes
            raise SolverStopped("node_limit", UNSETTLED)
        raise PlannerError(say("the solver gave up on a clash: {}", status.name))

    def _in_proof(self) -> frozenset[int]:
        """Return the rules whose rows prove that the relaxed model has no plan; or else all."""
        _, has_ray, ray = self._relaxed.getDualRay()
        used = np.abs(ray) > IN_RAY if has_ray else slice(None)
        return frozenset(self._rule[used].tolist())

    @contextmanager
    def _given(self, regions: Mapping[int, Regions]) -> Iterator[None]:
        """Give some periods their offices and regions."""
        v = self._model.variables
        columns: list[int] = []
        values: list[int] = []
        for t, (offices, served_by) in regions.items():
            for u, row in enumerate(v.serve[t]):
                columns += [self._column[x.id] for x in row]
                values += [int(j == served_by[u]) for j in range(len(row))]
            columns += [self._column[x.id] for x in v.open[t]]
            values += [int(j in offices) for j in range(len(v.open[t]))]
        at, value = np.array(columns, dtype=np.int32), np.array(values, dtype=float)
        self._exact.changeColsBounds(len(at), at, value, value)
        try:
            yield
        finally:
            self._exact.changeColsBounds(len(at), at, np.zeros(len(at)), np.ones(len(at)))

    @contextmanager
    def _within(self, nodes: int) -> Iterator[None]:
        """Let searches have so many nodes."""
        before, self._nodes = self._nodes, nodes
        try:
            yield
        finally:
            self._nodes = before

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Let dialogues come in whole numbers."""
        self._exact.changeColsIntegrality(*self._dialogues(highspy.HighsVarType.kInteger))
        try:
            yield
        finally:
            self._exact.changeColsIntegrality(*self._dialogues(highspy.HighsVarType.kContinuous))

    def _dialogues(self, kind: highspy.HighsVarType) -> tuple[int, Any, Any]:
        dialogues = planned(self._model.variables.work).dialogues
        cells = (x for grid in dialogues for row in grid for x in row)
        columns = np.array([self._column[x.id] for x in cells], dtype=np.int32)
        return len(columns), columns, np.full(len(columns), kind)

    def found(self, t: int) -> Regions:
        """Return the offices and regions of a period in the plan that was found last."""
        v, values = self._model.variables, self._exact.getSolution().col_value
        offices = [j for j, x in enumerate(v.open[t]) if values[self._column[x.id]] > 1 / 2]
        served_by = [np.argmax([values[self._column[x.id]] for x in row]) for row in v.serve[t]]
        return offices, np.array(served_by)

    def _cut(self) -> bool:
        """Add the rows that the regions just found break; False if all are connected."""
        i, number = self._model.instance, len(self.rules) - 1
        violated = stray_parts(i, self.found(-1)[1])
        for cut in violated:
            for row in region_cuts(i, self._model.variables, *cut).constraints:
                columns = np.array([self._column[x.id] for x in row], dtype=np.int32)
                weights = np.array([float(c) for c in row.values()])
                end = -float(row.constant)
                for solver in (self._relaxed, self._exact):
                    solver.addRow(-np.inf, end, len(columns), columns, weights)
                self._low = np.append(self._low, -np.inf)
                self._high = np.append(self._high, end)
                self._rule = np.append(self._rule, number)
        return bool(violated)


@contextmanager
def _or_not() -> Iterator[None]:
    """Go on without an answer where the limit of nodes came first."""
    try:
        yield
    except SolverStopped as stopped:
        if stopped.reason != "node_limit":
            raise


def _load(problem: pulp.LpProblem, goal: pulp.LpAffineExpression, *, mip: bool) -> Any:
    """Hand a problem to HiGHS."""
    problem.setObjective(goal)
    engine = pulp.HiGHS(
        mip=mip,
        msg=False,
        threads=1,
        random_seed=0,
        gapRel=NEAR,
        presolve="choose" if mip else "off",  # a proof without integrality speaks of the rows
        mip_feasibility_tolerance=TOLERANCE,
        primal_feasibility_tolerance=TOLERANCE,
    )
    engine.createAndConfigureSolver(problem)
    engine.buildSolverModel(problem)
    return problem.solverModel

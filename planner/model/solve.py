"""Solving a built model: stages, limits, ties, and what each stage proved."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pulp
from pulp.constants import LpSolveStatus

from planner.criteria import region_parts
from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import add_group
from planner.model.constraints import region_cuts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulp import LpAffineExpression

    from planner.model.build import Model
    from planner.model.instance import Instance, Ints

PROVEN = 1e-6
"""Relative gap below which a solve counts as optimal rather than within a gap."""

ROUNDING = 1e-9
"""Absolute difference that the solver's arithmetic can't tell from zero."""

HOLD = 1e-7
"""Relative slack of a row that holds an objective at its optimum: what the solver's feasibility
tolerance needs to find the same plan again, and below which two plans count as tied."""

StageReason = Literal["optimal", "gap_limit", "time_limit", "interrupted"]


@dataclass
class Control:
    """Limits of one run, shared by its stages.

    Attributes
    ----------
    gap : float
        Relative gap at which a stage may stop.
    deadline : float or None
        `time.monotonic()` at which the run must stop.
    threads : int
    interrupted : bool
        Set to True (from a signal handler) to stop at the next chance.
    progress : callable
        Called with stage, incumbent and bound while HiGHS searches.
    """

    gap: float = 0.0
    deadline: float | None = None
    threads: int = 1
    interrupted: bool = False
    progress: Callable[[str, float | None, float | None], None] = field(
        default=lambda _stage, _incumbent, _bound: None
    )

    def remaining(self) -> float | None:
        """Seconds left, or None without a limit."""
        return None if self.deadline is None else self.deadline - time.monotonic()


@dataclass(frozen=True)
class Stage:
    """The best solution of one optimisation and what was proved about it.

    Attributes
    ----------
    name : str
        What was optimised.
    reason : StageReason
    objective, bound : float
        In the unit of the objective; the bound holds for every plan.
    offices : tuple of tuple of int
        Open sites by period.
    served_by : numpy.ndarray of int, shape (t, u)
    """

    name: str
    reason: StageReason
    objective: float
    bound: float
    offices: tuple[tuple[int, ...], ...]
    served_by: Ints

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / max(|objective|, 1e-9)``, 0 where they differ by rounding."""
    difference = abs(objective - bound)
    return 0.0 if difference <= ROUNDING else difference / max(abs(objective), 1e-9)


def optimise(model: Model, name: str, objective: LpAffineExpression, control: Control) -> Stage:
    """Minimise an expression over a model, adding region cuts until none is violated.

    Raises
    ------
    InfeasibleScenario
        If no plan keeps the hard rules.
    SolverStopped
        If a limit or an interrupt came before a plan was found.
    """
    model.problem.setObjective(objective)
    cuts = 0
    while True:
        stats = _run(model, name, control)
        if stats.status == LpSolveStatus.Infeasible:
            raise InfeasibleScenario("no plan keeps every hard rule")
        if not stats.has_solution:
            reason = "interrupted" if control.interrupted else "time_limit"
            raise SolverStopped(reason, f"stopped while optimising {name}: no plan was found yet")
        offices, served_by = _values(model)
        violated = _violated(model, served_by) if model.instance.scenario.units.contiguous else []
        if not violated:
            break
        if stats.status not in (LpSolveStatus.Optimal, LpSolveStatus.GapLimit):
            reason = "interrupted" if control.interrupted else "time_limit"
            raise SolverStopped(reason, f"stopped while optimising {name}: no connected plan yet")
        for period, component, rest in violated:
            cuts += 1
            group = region_cuts(model.instance, model.variables, period, component, rest)
            add_group(model.problem, group, len(model.groups) + _cut_number(model))
    value = float(stats.objective)
    bound = value if stats.best_bound is None else min(value, float(stats.best_bound))
    return Stage(name, _reason(stats.status, value, bound, control), value, bound, offices, served_by)


def break_ties(model: Model, best: Stage, objective: LpAffineExpression, control: Control) -> Stage:
    """Pick, among the plans as good as the best one, always the same.

    Every site and every pair gets a fixed key, a digest of its codes; the plan with the least
    sum of keys wins. Keys don't depend on the order of rows, on threads or on other sites.
    Returns the best stage unchanged if it was not proved or a limit comes first.
    """
    if best.reason != "optimal":
        return best
    i, v = model.instance, model.variables
    slack = HOLD * max(1.0, abs(best.objective))
    row = model.problem.addConstraint(objective <= best.objective + slack, "ties")
    keys = [
        (v.open[t][j], _key(period.name, code))
        for t, period in enumerate(i.periods)
        for j, code in enumerate(i.sites)
    ] + [
        (v.serve[t][u][j], _key(period.name, unit, code))
        for t, period in enumerate(i.periods)
        for u, unit in enumerate(i.units)
        for j, code in enumerate(i.sites)
    ]
    try:
        tied = optimise(model, "ties", pulp.lpSum_vars_coefs(keys), control)
    except SolverStopped:
        return best
    finally:
        row.changeRHS(abs(best.objective) + 1e6)
    if tied.reason != "optimal":
        return best
    return Stage(
        best.name, best.reason, best.objective, best.bound, tied.offices, tied.served_by
    )


def _key(*codes: str) -> int:
    digest = hashlib.sha256("\x1f".join(codes).encode()).digest()
    return int.from_bytes(digest[:2]) + 1


def _run(model: Model, name: str, control: Control) -> pulp.LpSolveStats:
    remaining = control.remaining()
    if control.interrupted or (remaining is not None and remaining <= 0):
        reason = "interrupted" if control.interrupted else "time_limit"
        raise SolverStopped(reason, f"stopped before optimising {name}")
    callback = pulp.HiGHS.hscb.HighsCallbackType

    def on_event(kind: object, _message: str, out: object, into: object, _data: object) -> None:
        if kind == callback.kCallbackMipInterrupt:
            into.user_interrupt = control.interrupted
        elif kind == callback.kCallbackMipLogging:
            control.progress(name, out.mip_primal_bound, out.mip_dual_bound)

    solver = pulp.HiGHS(
        msg=False,
        gapRel=control.gap,
        gapAbs=0.0,
        threads=control.threads,
        timeLimit=remaining,
        callbackTuple=(on_event, None),
        callbacksToActivate=[callback.kCallbackMipInterrupt, callback.kCallbackMipLogging],
        random_seed=0,
    )
    return model.problem.solve(solver)


def _values(model: Model) -> tuple[tuple[tuple[int, ...], ...], Ints]:
    v = model.variables
    offices = tuple(
        tuple(j for j, x in enumerate(row) if x.varValue > 0.5) for row in v.open
    )
    served_by = np.array(
        [[max(range(len(row)), key=lambda j: row[j].varValue) for row in grid] for grid in v.serve],
        dtype=np.int64,
    )
    return offices, served_by


def _violated(model: Model, served_by: Ints) -> list[tuple[int, list[int], list[int]]]:
    return [
        (t, part, parts[0])
        for t in range(len(served_by))
        for parts in region_parts(model.instance, served_by[t]).values()
        for part in parts[1:]
    ]


def _cut_number(model: Model) -> int:
    return int(model.problem.numConstraints())


def _reason(
    status: LpSolveStatus, objective: float, bound: float, control: Control
) -> StageReason:
    gap = relative_gap(objective, bound)
    if status == LpSolveStatus.Optimal or gap <= control.gap:
        return "optimal" if gap <= PROVEN else "gap_limit"
    return "interrupted" if control.interrupted else "time_limit"

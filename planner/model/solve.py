"""Solving a built model: stages, limits, ties, and what each stage proved."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import highspy
import pulp
from pulp.constants import LpSolveStatus

from planner.criteria import region_parts
from planner.errors import InfeasibleScenario, PlannerError, SolverStopped
from planner.model.build import add_group
from planner.model.constraints import region_cuts
from planner.model.solution import Solution, read_solution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulp import LpAffineExpression

    from planner.model.build import Model
    from planner.model.instance import Ints

StageReason = Literal["optimal", "gap_limit", "time_limit", "interrupted"]

PROVED: tuple[StageReason, ...] = ("optimal", "gap_limit")
"""Reasons that mean: proved within the gap that was asked for."""

PROVEN = 1e-6
"""Relative gap below which a solve counts as optimal rather than within a gap."""

ROUNDING = 1e-9
"""Absolute difference that the solver's arithmetic can't tell from zero."""

TOLERANCE = 1e-9
"""By how much a row may be broken. With the default of 1e-6 a stage can gain more than HOLD by it,
and a later one then finds no plan."""

HOLD = 1e-7
"""Relative slack of a row that holds an objective at its optimum: what the solver's feasibility
tolerance needs to find the same plan again, and below which two plans count as tied."""

RELEASED = 1e9
"""Right-hand side that frees a row which held an objective."""

_threads = 0  # of the scheduler of HiGHS, unknown before the first solve

FINISH = 30.0
"""Seconds after a limit in which a plan that was found is finished; mostly it takes one."""


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

    def stopped(self) -> bool:
        """Whether a limit or an interrupt has come."""
        remaining = self.remaining()
        return self.interrupted or (remaining is not None and remaining <= 0)

    def finishing(self) -> Control:
        """Return limits under which a plan that was found may be finished, soon."""
        soon = time.monotonic() + FINISH
        late = self.deadline if self.deadline is None else max(soon, self.deadline)
        return replace(self, deadline=soon if self.interrupted else late, interrupted=False)

    def limit(self) -> Literal["time_limit", "interrupted"]:
        """Say which limit it is that came."""
        return "interrupted" if self.interrupted else "time_limit"


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
    solution : Solution
    given : float
        Share of the objective that later stages may give up.
    kept : float or None
        What the finished solution has of the objective, where later stages gave some up.
    penalised : bool
        True where the objective holds the penalties of the soft rules.
    sites_alone : bool
        True for a stage of the last period by itself, where the rollout's rules take no part.
    """

    name: str
    reason: StageReason
    objective: float
    bound: float
    solution: Solution
    given: float = 0.0
    kept: float | None = None
    penalised: bool = False
    sites_alone: bool = False

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / max(|objective|, 1e-9)``, 0 where they differ by rounding."""
    difference = abs(objective - bound)
    return 0.0 if difference <= ROUNDING else difference / max(abs(objective), 1e-9)


def optimise(
    model: Model,
    name: str,
    objective: LpAffineExpression,
    control: Control,
    *,
    gap: float | None = None,
) -> Stage:
    """Minimise an expression over a model, adding region cuts until none is violated.

    The search ends at the relative gap `gap`, by default the scenario's.

    Raises
    ------
    InfeasibleScenario
        If no plan keeps the hard rules.
    SolverStopped
        If a limit or an interrupt came before a plan was found.
    """
    model.problem.setObjective(objective)
    asked = control.gap if gap is None else gap
    while True:
        stats = _run(model, name, control, asked)
        if _proved_infeasible(model, stats):
            raise InfeasibleScenario("no plan keeps every hard rule")
        if not stats.has_solution:
            if not control.stopped():
                raise PlannerError(f"the solver gave up on {name}: {stats.status.name}")
            raise SolverStopped(control.limit(), f"no plan was found yet for {name}")
        solution = read_solution(model.variables)
        violated = (
            _violated(model, solution.served_by) if model.instance.scenario.units.contiguous else []
        )
        if not violated:
            break
        if stats.status not in (LpSolveStatus.Optimal, LpSolveStatus.GapLimit):
            raise SolverStopped(control.limit(), f"no connected plan was found yet for {name}")
        for period, component, rest in violated:
            group = region_cuts(model.instance, model.variables, period, component, rest)
            add_group(model.problem, group, len(model.groups) + _cut_number(model))
    assert stats.objective is not None  # noqa: S101 - there is a solution
    value = float(stats.objective)
    bound = value if stats.best_bound is None else min(value, float(stats.best_bound))
    return Stage(name, stage_reason(value, bound, control, asked), value, bound, solution)


def break_ties(model: Model, control: Control) -> Solution | None:
    """Pick, among the solutions that keep every held objective, always the same.

    Every office, assignment and advisor gets a fixed key, a digest of its codes; the solution
    with the least sum of keys wins. Keys don't depend on the order of rows, on threads or on
    other sites. Returns None if a limit comes first.
    """
    try:
        keys = pulp.lpSum_vars_coefs(_keys(model))
        tied = optimise(model, "ties", keys, control, gap=0.0)
    except (SolverStopped, InfeasibleScenario):  # the latter only by the solver's arithmetic
        return None
    return tied.solution if tied.reason in PROVED else None


def hold(
    model: Model, objective: LpAffineExpression, stage: Stage, tolerance: float = 0.0
) -> pulp.LpConstraint:
    """Keep a stage's objective within a share of the value it reached, from now on."""
    size = abs(stage.objective)
    most = stage.objective + max(HOLD * max(1.0, size), tolerance * size)
    name = f"reached_{model.problem.numConstraints()}"
    return model.problem.addConstraint(objective <= most, name)


def _keys(model: Model) -> Iterator[tuple[pulp.LpVariable, int]]:
    i, v = model.instance, model.variables
    for t, period in enumerate(i.periods):
        for j, code in enumerate(i.sites):
            yield v.open[t][j], key(period.name, code)
            if v.work is not None:
                yield v.work.advisors[t][j], key(period.name, code, "advisors")
        for u, unit in enumerate(i.units):
            for j, code in enumerate(i.sites):
                yield v.serve[t][u][j], key(period.name, unit, code)


def key(*codes: str) -> int:
    """Return the fixed key of some codes: a whole number from 1 to 65536."""
    digest = hashlib.sha256("\x1f".join(codes).encode()).digest()
    return int.from_bytes(digest[:2]) + 1


def _run(model: Model, name: str, control: Control, gap: float) -> pulp.LpSolveStats:
    if control.stopped():
        raise SolverStopped(control.limit(), f"stopped before optimising {name}")
    _use_threads(control.threads)
    callback = highspy.cb.HighsCallbackType

    def on_event(kind: object, _message: str, out: Any, into: Any, _data: object) -> None:
        if kind == callback.kCallbackMipInterrupt:
            into.user_interrupt = control.interrupted
        elif kind == callback.kCallbackMipLogging:
            control.progress(name, out.mip_primal_bound, out.mip_dual_bound)

    solver = pulp.HiGHS(
        msg=False,
        gapRel=gap,
        gapAbs=0.0,
        threads=control.threads,
        timeLimit=control.remaining(),
        callbackTuple=(on_event, None),
        callbacksToActivate=[callback.kCallbackMipInterrupt, callback.kCallbackMipLogging],
        random_seed=0,
        mip_feasibility_tolerance=TOLERANCE,
        primal_feasibility_tolerance=TOLERANCE,
    )
    return model.problem.solve(solver)


def _proved_infeasible(model: Model, stats: pulp.LpSolveStats) -> bool:
    """Tell infeasible from undecided; every criterion is bounded, so "unbounded or" it is not."""
    if stats.status == LpSolveStatus.Undefined:
        solved = model.problem.solverModel
        assert solved is not None  # noqa: S101 - it has just run
        return bool(solved.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible)
    return bool(stats.status == LpSolveStatus.Infeasible)


def _use_threads(number: int) -> None:
    """Let HiGHS start over with another number of threads; it keeps the first one otherwise."""
    global _threads  # noqa: PLW0603 - the scheduler is global too
    if number != _threads:
        highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - the binding has no names
        _threads = number


def _violated(model: Model, served_by: Ints) -> list[tuple[int, list[int], list[int]]]:
    last = len(served_by) - 1
    return [
        (last, part, parts[0])
        for parts in region_parts(model.instance, served_by[last]).values()
        for part in parts[1:]
    ]


def _cut_number(model: Model) -> int:
    return int(model.problem.numConstraints())


def stage_reason(
    objective: float, bound: float, control: Control, asked: float | None = None
) -> StageReason:
    """Tell what a gap means: proved, proved within the gap asked for, or stopped by a limit.

    The gap asked for is the scenario's by default.
    """
    gap = relative_gap(objective, bound)
    if gap <= PROVEN:
        return "optimal"
    if gap <= (control.gap if asked is None else asked):
        return "gap_limit"
    return control.limit()

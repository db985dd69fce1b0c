"""One search by a solver: its limits, Ctrl-C, and what it came to.

The search runs in a thread of its own, so that the main one stays awake for Ctrl-C.
"""

from __future__ import annotations

import importlib.util
import math
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import highspy
import pulp
from pulp.constants import LpSolveStatus

from planner.errors import InputError, Limit, Problem, SolverStopped
from planner.message import say
from planner.model.solving.highs import Highs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.control import Control, SolverName

Ended = Literal["proved", "infeasible"] | Limit

TOLERANCE = 1e-9
"""By how much a row may be broken. With the default of 1e-6 a stage can gain more than
`planner.model.solving.optimise.HOLD` by it, and a later one then finds no plan."""

AWAKE = 0.1
"""Seconds between two looks at whether Ctrl-C was pressed."""

GIVEN = 1e-6
"""What a decision of a relaxation may be off a whole number and still count as one."""

ENDED: dict[LpSolveStatus, Ended] = {
    LpSolveStatus.Optimal: "proved",
    LpSolveStatus.GapLimit: "proved",
    LpSolveStatus.Infeasible: "infeasible",
    LpSolveStatus.TimeLimit: "time_limit",
    LpSolveStatus.NodeLimit: "node_limit",
    LpSolveStatus.SolutionLimit: "node_limit",  # what HiGHS calls its limit of nodes
    LpSolveStatus.MemoryLimit: "memory_limit",
    LpSolveStatus.Interrupted: "interrupted",
}
"""Whatever else a solver says, it gave up: "stalled"."""


@dataclass(frozen=True)
class Outcome:
    """What a search came to.

    Attributes
    ----------
    ended : Ended
        Why it ended; "proved" is the solver's own word, to be held against objective and bound.
    objective : float or None
        Of the plan that is left in the variables; None where there is none.
    bound : float
        What no plan can be better than: the solver's bound, or where it has none yet, what the
        bounds of the variables allow.
    said : str
        The solver's own word for the end.
    """

    ended: Ended
    objective: float | None
    bound: float
    said: str


def search(problem: pulp.LpProblem, name: str, control: Control, gap: float) -> Outcome:
    """Minimise a problem's objective to a relative gap, within the limits of a run.

    Raises
    ------
    InputError
        If the solver that the scenario names is not installed.
    """
    engine = _scip(control, gap) if control.solver == "scip" else _highs(name, control, gap)
    return _solve(problem, engine, control)


def _solve(problem: pulp.LpProblem, engine: pulp.LpSolver, control: Control) -> Outcome:
    try:
        stats = awake(lambda: problem.solve(engine), control, lambda: _stop(problem))
    except MemoryError:
        return Outcome("memory_limit", None, -math.inf, "out of memory")
    return _outcome(problem, stats)


def search_near(  # noqa: PLR0913 - what a search may begin with
    problem: pulp.LpProblem,
    name: str,
    control: Control,
    gap: float,
    decisions: Sequence[pulp.LpVariable],
    first: Sequence[pulp.LpVariable] = (),
) -> Outcome:
    """Do as `search`, near the linear relaxation first: often all that a gap asks for.

    Decisions that the relaxation leaves whole are given; what a search of the others finds is
    held against the relaxation's bound. Where that is not within the gap, those that come first
    are searched with the others in parts, then the others by them; at last all at once.

    References
    ----------
    Berthold, T. (2014). RENS: the optimal rounding. Mathematical Programming Computation 6, 33-54.
    """
    if all(x.lowBound == x.upBound for x in decisions):
        return search(problem, name, control, gap)
    relaxed = _solve(problem, _highs(name, control, gap, whole=False), control)
    if relaxed.ended != "proved" or relaxed.objective is None:
        return relaxed if relaxed.ended == "infeasible" else search(problem, name, control, gap)
    given = [(x, x.lowBound, x.upBound, float(x.varValue or 0.0)) for x in decisions]
    for x, _, _, value in given:
        x.lowBound, x.upBound = math.floor(value + GIVEN), math.ceil(value - GIVEN)
    near = search(problem, name, control, gap)
    for x, least, most, _ in given:
        x.lowBound, x.upBound = least, most
    if near.objective is not None:
        off = near.objective - relaxed.objective
        if near.ended != "proved" or off <= gap * abs(near.objective):
            return replace(near, bound=relaxed.objective)

    def go_on() -> Outcome:
        if first:
            return _search_first(problem, name, control, gap, decisions, first)
        return search(problem, name, control, gap)

    return _unless_none(problem, replace(near, bound=relaxed.objective), go_on)


def _unless_none(problem: pulp.LpProblem, found: Outcome, go_on: Callable[[], Outcome]) -> Outcome:
    """Search on; where a limit ends that without a plan, the one there was before stays."""
    values = [(x, x.varValue) for x in problem.variables()]
    later = go_on()
    if found.objective is None or later.objective is not None or later.ended == "infeasible":
        return later
    for x, value in values:
        x.varValue = value
    return replace(found, ended=later.ended, bound=max(found.bound, later.bound))


def _search_first(  # noqa: PLR0913 - as above
    problem: pulp.LpProblem,
    name: str,
    control: Control,
    gap: float,
    decisions: Sequence[pulp.LpVariable],
    first: Sequence[pulp.LpVariable],
) -> Outcome:
    """Search some decisions with the others in parts, whose bound holds for all; then the others.

    Where offices open decides most of who serves whom, that is two small searches for a large one.
    """
    ahead = {x.id for x in first}
    split = [x for x in decisions if x.id not in ahead and x.cat == "Integer"]
    for x in split:
        x.cat = "Continuous"
    parts = search(problem, name, control, gap)
    for x in split:
        x.cat = "Integer"
    if parts.ended == "infeasible":
        return parts
    if parts.objective is not None:
        given = [(x, x.lowBound, x.upBound, round(float(x.varValue or 0.0))) for x in first]
        for x, _, _, value in given:
            x.lowBound = x.upBound = value
        rest = search(problem, name, control.finishing() if control.stopped() else control, gap)
        for x, least, most, _ in given:
            x.lowBound, x.upBound = least, most
        if rest.objective is not None:
            if rest.objective - parts.bound <= gap * abs(rest.objective):
                return replace(rest, bound=parts.bound)
            if control.stopped():
                return replace(rest, ended=control.limit(), bound=parts.bound)
            found = replace(rest, bound=parts.bound)
            return _unless_none(problem, found, lambda: search(problem, name, control, gap))
    everything = search(problem, name, control, gap)
    return replace(everything, bound=max(everything.bound, parts.bound))


def awake[Found](
    work: Callable[[], Found], control: Control, stop: Callable[[], None] = lambda: None
) -> Found:
    """Run a search in a thread of its own and wait for it; `stop` is called after Ctrl-C."""
    found: list[Found] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            failed.append(error)
        finally:
            highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - the binding has no names

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(AWAKE)
            if control.interrupted:
                stop()
    except BaseException:
        control.interrupted = True  # nobody waits for this search any longer
        raise
    if failed:
        raise failed.pop()
    return found.pop()


def relaxed(problem: pulp.LpProblem, control: Control) -> float:
    """Return the least value of a problem's objective with parts of decisions allowed.

    Infinite where nothing keeps the rows.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    found = _looked(problem, control, whole=False)
    if found.ended == "infeasible":
        return math.inf
    if found.objective is None or found.ended != "proved":
        ended: Limit = "stalled" if found.ended == "proved" else found.ended
        raise SolverStopped(ended, say("stopped before a relaxation was solved"))
    return found.objective


def may_exist(problem: pulp.LpProblem, control: Control, nodes: int) -> bool:
    """Tell whether a problem may have a solution: False only if it is proved to have none.

    The search ends with the first solution, or after some nodes, the same on every machine.
    """
    few = replace(control, nodes=nodes)
    return _looked(problem, few, mip_max_improving_sols=1).ended != "infeasible"


def _looked(
    problem: pulp.LpProblem, control: Control, *, whole: bool = True, **options: Any
) -> Outcome:
    """Search once, and again without presolve where that alone says that there is nothing.

    HiGHS's presolve has been wrong there.
    """
    found = _solve(problem, _highs("ranges", control, 0.0, whole=whole, **options), control)
    solved = problem.solverModel
    assert isinstance(solved, highspy.Highs)  # noqa: S101 - it has just run
    alone = control.presolve and solved.getInfo().simplex_iteration_count <= 0
    if found.ended == "infeasible" and alone:
        return _looked(problem, replace(control, presolve=False), whole=whole, **options)
    return found


def check_installed(solver: SolverName) -> None:
    """Check that a solver is there.

    Raises
    ------
    InputError
        If it is not.
    """
    if solver == "scip" and importlib.util.find_spec("pyscipopt") is None:
        expected = say("a solver that is installed: pip install 'planner[scip]'")
        raise InputError([Problem("scenario", None, "solver.name", solver, expected)])


def _highs(
    name: str, control: Control, gap: float, *, whole: bool = True, **options: Any
) -> pulp.HiGHS:
    callback = highspy.cb.HighsCallbackType
    stops = [callback.kCallbackMipInterrupt if whole else callback.kCallbackSimplexInterrupt]

    def on_event(kind: object, _message: str, out: Any, into: Any, _data: object) -> None:
        if kind in stops:
            into.user_interrupt = control.interrupted
        elif kind == callback.kCallbackMipLogging:
            control.progress(name, out.mip_primal_bound, out.mip_dual_bound)

    limits = {} if control.nodes is None else {"mip_max_nodes": control.nodes}
    return _Highs(
        control,
        msg=False,
        gapRel=gap,
        gapAbs=0.0,
        threads=control.threads,
        timeLimit=control.remaining(),
        callbackTuple=(on_event, None),
        callbacksToActivate=[*stops, callback.kCallbackMipLogging],
        mip=whole,
        random_seed=0,
        presolve="choose" if control.presolve else "off",
        mip_feasibility_tolerance=TOLERANCE,
        primal_feasibility_tolerance=TOLERANCE,
        **limits,
        **options,
    )


class _Highs(Highs):
    def __init__(self, control: Control, **given: Any) -> None:
        super().__init__(**given)
        self._control = control

    def callSolver(self, lp: Any) -> None:  # noqa: N802 - the name of the base
        """Solve in the time that handing the model over has left."""
        left = self._control.remaining()
        if left is not None:
            lp.solverModel.setOptionValue("time_limit", max(0.0, left))
        super().callSolver(lp)  # type: ignore[no-untyped-call]


class _Scip(pulp.SCIP_PY):
    def callSolver(self, lp: Any) -> None:  # noqa: N802 - the name of the base
        """Solve without holding up the thread that waits for Ctrl-C."""
        lp.solverModel.optimizeNogil()


def _scip(control: Control, gap: float) -> _Scip:
    check_installed("scip")
    options = [f"numerics/feastol={TOLERANCE}", "misc/catchctrlc=0"]
    if not control.presolve:
        options += ["presolving/maxrounds=0", "presolving/maxrestarts=0"]
    return _Scip(  # type: ignore[no-untyped-call]
        msg=False,
        gapRel=gap,
        gapAbs=0.0,
        timeLimit=control.remaining(),
        maxNodes=control.nodes,
        options=options,
    )


def _stop(problem: pulp.LpProblem) -> None:
    """Let SCIP stop; HiGHS asks for itself."""
    solved: Any = problem.solverModel
    if hasattr(solved, "interruptSolve"):
        solved.interruptSolve()


def _outcome(problem: pulp.LpProblem, stats: pulp.LpSolveStats) -> Outcome:
    ended = ENDED.get(stats.status, "stalled")
    solved, goal = problem.solverModel, problem.objective
    assert solved is not None  # noqa: S101 - it has just run
    assert goal is not None  # noqa: S101 - the caller has set it
    if isinstance(solved, highspy.Highs):
        undecided = solved.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible
        found = stats.has_solution
        bound = -math.inf if stats.best_bound is None else float(stats.best_bound)
    else:
        undecided = solved.getStatus() == "inforunbd"
        found = stats.has_solution and solved.getNSols() > 0
        # PuLP hands SCIP the objective without its constant.
        bound = float(solved.getDualbound()) + float(goal.constant)
    if undecided:  # every criterion is bounded, so unbounded it is not
        ended = "infeasible"
    objective = float(goal.value() or 0.0) if found else None
    return Outcome(ended, objective, max(bound, least(goal)), stats.status.name)


def least(goal: pulp.LpAffineExpression) -> float:
    """Return what an expression is at least, by the bounds of its variables alone."""
    ends = ((c, x.lowBound if c > 0 else x.upBound) for x, c in goal.items() if c)
    return float(goal.constant) + sum(c * end for c, end in ends)

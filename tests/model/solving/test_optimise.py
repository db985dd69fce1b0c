"""What a solve says it proved, what a limit leaves, and how ties are broken."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from planner.control import Control
from planner.criteria.reads import Solution
from planner.errors import InfeasibleScenario, PlannerError, SolverStopped
from planner.model.build import build
from planner.model.solving import optimise as solve_module
from planner.model.solving import stages
from planner.model.solving.assemble import make_plan
from planner.model.solving.goals import minimised
from planner.model.solving.optimise import (
    Stage,
    Tolerance,
    hold,
    optimise,
    relative_gap,
    stage_reason,
    weakest,
)
from planner.model.solving.search import SearchOutcome, search
from planner.model.solving.stages import solve_instance
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

ROAD = line(0, 10, 30, 100)


def model(changes=None, **details):
    return build(tiny_instance(tiny_scenario({"offices.count": 2, **(changes or {})}), ROAD))


def test_a_gap_is_relative_to_the_objective():
    assert relative_gap(200, 190) == 0.05
    assert relative_gap(-100, -110) == 0.1
    assert relative_gap(0.0, 0.0) == relative_gap(1.0, 1.0 - 1e-12) == 0
    assert relative_gap(0.0, -1.0) > 1e6


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "reason"),
    [
        (100, 100, 0.0, "optimal"),
        (100, 99.99999, 0.0, "optimal"),  # within the solver's arithmetic
        (100, 99, 0.01, "gap_limit"),
        (100, 99, 0.005, "time_limit"),
        (100, 50, 0.0, "time_limit"),
    ],
)
def test_a_reason_is_what_the_gap_says(objective, bound, gap, reason):
    assert stage_reason(objective, bound, Control(gap=gap)) == reason
    if reason == "time_limit":
        stopped = Control(gap=gap, interrupted=True)
        assert stage_reason(objective, bound, stopped) == "interrupted"


def test_what_is_proved_stays_proved_when_ctrl_c_comes_later():
    assert stage_reason(100, 99, Control(gap=0.01, interrupted=True)) == "gap_limit"


def test_the_gap_asked_for_may_be_tighter_than_the_scenarios():
    assert stage_reason(100, 99, Control(gap=0.01), Tolerance(0.001)) == "time_limit"


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        (Control(interrupted=True), "interrupted"),
        (Control(deadline=time.monotonic() - 1), "time_limit"),
    ],
)
def test_a_limit_before_the_first_plan_leaves_none(control, reason):
    built = model()
    with pytest.raises(SolverStopped) as stopped:
        optimise(built, "mean_km", minimised(built, "mean_km"), control)
    assert stopped.value.reason == reason


def test_a_plan_that_was_found_is_finished_after_a_limit():
    past = Control(gap=0.1, deadline=time.monotonic() - 1, threads=2)
    later = past.finishing()
    assert past.stopped()
    assert not later.stopped()
    assert (later.gap, later.threads) == (0.1, 2)
    assert not Control(interrupted=True).finishing().stopped()
    assert Control().finishing().remaining() is None


def rollout():
    changes = work_sections(
        {
            "rollout.periods": [
                {"name": "P1", "hires_most": quantity(1)},
                {"name": "P2", "hires_most": quantity(1)},
            ],
            "offices.count": [1, 2],
            "staffing.in_person": quantity(1),
        }
    )
    return tiny_instance(tiny_scenario(changes), ROAD, (7, 8, 9, 6))


@pytest.mark.parametrize("after", ["waiting", "ties"])
def test_ctrl_c_in_the_rollout_leaves_a_whole_plan(monkeypatch, after):
    """The interrupt comes right after a stage; what it found is settled in whole dialogues."""
    instance, control = rollout(), Control()
    name = {"waiting": "reach", "ties": "break_ties"}[after]
    step = getattr(stages, name)

    def interrupted_after(built, *args, **kwargs):
        found = step(built, *args, **kwargs)
        control.interrupted |= built.variables.work is not None
        return found

    monkeypatch.setattr(stages, name, interrupted_after)
    plan = make_plan(instance, solve_instance(instance, control))
    assert control.interrupted
    held = sum(batch.dialogues for batch in plan.dialogues)
    assert held + sum(plan.unmet.values()) == 30
    if plan.termination.gap > 1e-6:
        assert plan.termination.reason == "interrupted"
    else:
        assert plan.termination.reason == "optimal"


def test_infeasible_is_told_apart_from_undecided(monkeypatch):
    built = model({"limits.max_km": {"most": 1}})
    with pytest.raises(InfeasibleScenario):
        optimise(built, "mean_km", minimised(built, "mean_km"), Control())

    lost = SearchOutcome("stalled", None, 0.0, "NumericalError")
    monkeypatch.setattr(solve_module, "search", lambda *_: lost)
    with pytest.raises(PlannerError, match="gave up on mean_km: NumericalError"):
        optimise(built, "mean_km", minimised(built, "mean_km"), Control())


def test_a_held_objective_stays_at_its_value():
    # Two offices: at best a mean of 7.5 km; 9 is not reached by 10, where they are 100 km apart.
    for most, separation in ((7.5, 90), (9, 90), (10, 100)):
        built = model({"objective.then": ["min_separation_km"]})
        hold(built, minimised(built, "mean_km"), most)
        apart = minimised(built, "min_separation_km")
        assert optimise(built, "apart", apart, Control()).objective == pytest.approx(-separation)


def test_a_gap_to_nothing_is_counted_from_a_billionth():
    assert relative_gap(0.0, -1.0) == pytest.approx(1e9)
    assert relative_gap(1e-12, -1.0) == pytest.approx(1e9)
    assert relative_gap(0.0, -1e-9) == 0
    assert relative_gap(0.0, -3e-9) == pytest.approx(3)


def test_the_first_stage_that_is_not_proved_is_the_weakest():
    solution = Solution(((0,),), np.array([[0]]))
    ended = ("optimal", "gap_limit", "node_limit", "time_limit")
    found = [Stage("x", reason, 2.0, 1.0, solution) for reason in ended]
    assert weakest(found) == "node_limit"
    assert weakest(found[:2]) is None
    assert weakest(()) is None
    assert found[0].gap == 0.5


def test_a_held_objective_has_the_slack_that_the_solver_needs():
    for reached, most in ((200, 200 + 2e-5), (0.5, 0.5 + 1e-7), (-8, -8 + 8e-7)):
        built = model()
        row = hold(built, minimised(built, "mean_km"), reached)
        assert -row.constant == pytest.approx(most, abs=1e-12)
        assert row.sense == -1


@pytest.mark.parametrize(
    ("outcome", "error", "said"),
    [
        (
            SearchOutcome("time_limit", None, 0.0, "TimeLimit"),
            SolverStopped,
            "no plan was found yet",
        ),
        (
            SearchOutcome("node_limit", None, 0.0, "NodeLimit"),
            SolverStopped,
            "no plan was found yet",
        ),
        (
            SearchOutcome("proved", None, 0.0, "Optimal"),
            PlannerError,
            "gave up on mean_km: Optimal",
        ),
    ],
)
def test_a_search_that_leaves_no_plan_says_why(monkeypatch, outcome, error, said):
    built = model()
    monkeypatch.setattr(solve_module, "search", lambda *_: outcome)
    with pytest.raises(error, match=said) as stopped:
        optimise(built, "mean_km", minimised(built, "mean_km"), Control())
    if error is SolverStopped:
        assert stopped.value.reason == outcome.ended


@pytest.mark.parametrize(
    ("outcome", "reason", "bound"),
    [
        (SearchOutcome("time_limit", 100.0, 90.0, ""), "time_limit", 90),
        (SearchOutcome("node_limit", 100.0, 90.0, ""), "node_limit", 90),
        (SearchOutcome("proved", 100.0, 90.0, ""), "stalled", 90),  # its word is not taken for it
        (SearchOutcome("proved", 100.0, 99.5, ""), "gap_limit", 99.5),
        (SearchOutcome("time_limit", 100.0, 100.0, ""), "optimal", 100),
        (SearchOutcome("proved", 100.0, 100.5, ""), "optimal", 100),  # no bound is above a plan
    ],
)
def test_a_stage_says_what_objective_and_bound_prove(monkeypatch, outcome, reason, bound):
    built = model()
    optimise(built, "mean_km", minimised(built, "mean_km"), Control())  # leaves a plan
    monkeypatch.setattr(solve_module, "search", lambda *_: outcome)
    stage = optimise(built, "mean_km", minimised(built, "mean_km"), Control(gap=0.01))
    assert (stage.reason, stage.objective, stage.bound) == (reason, 100, bound)


def test_a_search_cut_short_before_the_regions_are_connected_leaves_no_plan(monkeypatch):
    # A has no border to B's region, which is nearer than C's.
    changes = {"units.contiguous": True, "sites.required": ["B", "C"]}
    instance = tiny_instance(
        tiny_scenario({"offices.count": 2, **changes}), ROAD, borders=["AC", "CD", "BC"]
    )
    built = build(instance)

    def cut_short(*args):
        return replace(search(*args), ended="node_limit")

    monkeypatch.setattr(solve_module, "search", cut_short)
    with pytest.raises(SolverStopped, match="no connected plan") as stopped:
        optimise(built, "mean_km", minimised(built, "mean_km"), Control())
    assert stopped.value.reason == "node_limit"


def test_no_limit_says_that_time_came():
    assert Control().limit() == "time_limit"
    assert Control(interrupted=True).limit() == "interrupted"
    assert stage_reason(100, 99, Control(), ended="memory_limit") == "memory_limit"


def test_a_search_ends_at_the_gap_asked_for_or_the_scenarios(monkeypatch):
    asked = []

    def searched(problem, name, control, gap):
        asked.append(gap)
        return search(problem, name, control, gap)

    monkeypatch.setattr(solve_module, "search", searched)
    built = model()
    for tolerance in (None, Tolerance(0.0), Tolerance(0.25)):
        optimise(built, "mean_km", minimised(built, "mean_km"), Control(gap=0.1), tolerance)
    assert asked == [0.1, 0.0, 0.25]


@pytest.mark.parametrize(
    ("changes", "gap", "solver", "near"),
    [
        (work_sections(), 0.1, "highs", True),
        (work_sections(), 0.0, "highs", False),
        (work_sections(), 0.1, "scip", False),
        ({}, 0.1, "highs", False),
    ],
)
def test_a_rollout_with_a_gap_is_searched_near_its_relaxation(
    monkeypatch, changes, gap, solver, near
):
    asked = []

    def searched(problem, name, control, gap, decisions):
        asked.append(([x.name for x in decisions.all], [x.name for x in decisions.first]))
        return search(problem, name, control, gap)

    monkeypatch.setattr(solve_module, "search_near", searched)
    built = build(tiny_instance(tiny_scenario(changes), line(0, 10)))
    goal = minimised(built, "waiting" if near or changes else "mean_km")
    for name in ("mean_km", "waiting"):
        optimise(built, name, goal, Control(gap=gap, solver=solver))
    dates = ["open_0_0", "open_0_1"]
    regions = [*dates, *(f"serve_0_{u}_{j}" for u in (0, 1) for j in (0, 1))]
    assert asked == ([(regions, []), (regions, dates)] if near else [])

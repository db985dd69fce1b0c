"""Searches that a limit cuts short: the label, the bound and the gap say what was proved.

``python -m pytest tests/model/test_limits.py --full -rP`` forces 200 limits and tells how the
searches ended; without ``--full`` there are 20.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.control import Control
from planner.errors import SolverStopped
from planner.model.solving import optimise as solve
from planner.model.solving import search
from planner.model.solving.assemble import make_plan
from planner.model.solving.optimise import relative_gap
from planner.model.solving.search import Outcome
from planner.model.solving.stages import solve_instance
from planner.plan import PROVEN
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections
from waiting import HANGS

LIMITS = ("time_limit", "node_limit", "interrupted", "gap_limit")
CLOSE = 1e-6


def instance(random):
    """Return a rollout of five towns that takes the solver more than the root of its tree."""
    at = np.sort(random.uniform(0, 900, 5)).round(1)
    periods = [
        {"name": f"P{t}", "openings_most": 1, "hires_most": quantity(int(random.integers(2, 4)))}
        for t in range(2)
    ]
    changes = {
        "offices.count": [1, 2],
        "rollout.periods": periods,
        "staffing.in_person": quantity(1),
        "staffing.preparation": quantity(float(random.integers(10, 40))),
        "objective": {"method": "epsilon", "optimise": "waiting"},
        "objective.then": [],
    }
    scenario = tiny_scenario(work_sections(changes))
    return tiny_instance(scenario, line(*at), random.integers(2, 9, 5).tolist())


def limited(limit, random):
    """Return limits of which one comes at a random moment of the search."""
    if limit == "time_limit":
        return Control(deadline=time.monotonic() + float(random.uniform(0, 0.3)))
    if limit == "node_limit":
        return Control(nodes=int(random.integers(0, 3)))
    if limit == "gap_limit":
        return Control(gap=float(random.uniform(0.001, 0.3)))
    control, after = Control(), int(random.integers(1, 4))
    seen = [0]

    def count(_stage, _incumbent, _bound):
        seen[0] += 1
        control.interrupted |= seen[0] >= after

    control.progress = count
    return control


@pytest.fixture
def count(request):
    return 200 if request.config.getoption("--full") else 20


@pytest.mark.slow
def test_a_search_cut_short_says_so_and_no_more(count):
    """The bound holds for the true optimum, the gap is theirs, the label is the limit forced."""
    ended, best = Counter(), {}
    for number in range(count):
        limit = LIMITS[number % len(LIMITS)]
        case = number // len(LIMITS) % 5
        i = instance(np.random.default_rng(case))
        if case not in best:
            best[case] = make_plan(i, solve_instance(i, Control())).termination.objective
        control = limited(limit, np.random.default_rng(5000 + number))
        told = f"run {number}, {limit}"
        try:
            plan = make_plan(i, solve_instance(i, control))
        except SolverStopped as stopped:
            ended[f"{limit}: {'no plan' if stopped.reason == limit else stopped.reason}"] += 1
            continue
        first = plan.stages[0]
        ended[f"{limit}: {first.reason}"] += 1
        assert first.reason in {"optimal", limit}, told
        assert first.gap == relative_gap(first.objective, first.bound), told
        assert first.bound <= best[case] * (1 + CLOSE), told
        assert first.objective >= best[case] * (1 - CLOSE), told
        if first.reason == "optimal":
            assert first.objective == pytest.approx(best[case]), told
            assert first.gap <= PROVEN, told
        elif limit == "gap_limit":
            assert first.gap <= control.gap, told
        else:
            assert first.gap > PROVEN, told
        weakest = plan.termination.reason
        assert weakest in {"optimal", limit}, told
    print(f"{count} limits forced: {dict(sorted(ended.items()))}")  # noqa: T201
    allowed = {f"{limit}: {end}" for limit in LIMITS for end in ("no plan", "optimal", limit)}
    assert set(ended) <= allowed
    assert {"gap_limit: gap_limit", "interrupted: interrupted"} <= set(ended)


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_a_limit_of_nodes_stops_at_the_same_plan_every_time(solver):
    i = instance(np.random.default_rng(3))

    def plan():
        try:
            return make_plan(i, solve_instance(i, Control(nodes=2, solver=solver)))
        except SolverStopped as stopped:
            return stopped.reason

    first = plan()
    assert plan() == first
    reason = first if isinstance(first, str) else first.termination.reason
    assert reason in {"optimal", "node_limit"}


def test_memory_that_runs_out_is_a_limit_like_others(monkeypatch):
    """Whether the solver says so or Python does."""
    i = instance(np.random.default_rng(1))
    said = Outcome("memory_limit", None, -1e9, "MemoryLimit")
    with monkeypatch.context() as patch:
        patch.setattr(solve, "search", lambda *_: said)
        with pytest.raises(SolverStopped) as stopped:
            solve_instance(i, Control())
    assert stopped.value.reason == "memory_limit"

    def full(*_args):
        raise MemoryError

    monkeypatch.setattr(search, "awake", full)
    with pytest.raises(SolverStopped) as stopped:
        solve_instance(i, Control())
    assert stopped.value.reason == "memory_limit"


INTERRUPTED = """
import os, signal, sys
from planner.cli.app import main

def press():
    for _ in range({times}):
        os.kill(os.getpid(), signal.SIGINT)

import planner.{module} as module
step = module.{name}

def pressed(*args, **more):
    press()
    return step(*args, **more)

module.{name} = pressed
sys.argv = ["planner", "run", "decision-2022", "--json"]
main()
"""


@pytest.mark.parametrize(
    ("module", "name", "times", "told"),
    [
        ("inputs.read", "read_inputs", 1, "interrupted"),
        ("model.stages", "build", 1, "stopped while the model was built"),
        ("model.stages", "build", 2, "interrupted"),
    ],
)
def test_ctrl_c_without_a_plan_is_one_line_and_exit_5(tmp_path, module, name, times, told):
    code = INTERRUPTED.format(module=module, name=name, times=times)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        timeout=HANGS,
    )
    assert done.returncode == 5, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("planner: ")]
    assert len(said) == 1
    assert told in said[0]
    assert "Traceback" not in done.stderr
    assert '"reason": "interrupted"' in done.stdout
    assert list(tmp_path.iterdir()) == []

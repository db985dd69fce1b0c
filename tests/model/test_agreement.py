"""HiGHS, SCIP and every plan there is: the same answer, with presolve and without.

``python -m pytest tests/model/test_agreement.py --full -rP`` compares 300 scenarios and tells
how many of them had a plan; without ``--full`` it compares 12.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from every_plan import CLOSE, cost, every_plan, random_bound, random_country, some
from every_rollout import least_waiting, random_rollout
from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.solving.assemble import make_plan
from planner.model.solving.stages import solve_instance
from planner.scenario.criteria import CRITERIA

WAYS = list(itertools.product(("highs", "scip"), (True, False)))


def siting(random):
    """Return a scenario with a random limit, and the least that every plan makes of its goal."""
    goal, hard = some(random, 2)
    objective = {"method": "epsilon", "optimise": goal}
    instance = random_country(random, {"objective": objective})
    plans = every_plan(instance)
    bound = random_bound(random, plans, hard)
    side = "most" if CRITERIA[hard] == "min" else "least"
    limited = instance.scenario.replace(**{f"limits.{hard}": {side: bound}})
    kept = [cost(goal, p) for p in plans if cost(hard, p) <= cost(hard, {hard: bound})]
    return replace(instance, scenario=limited), min(kept, default=np.inf)


def rollout(random):
    instance = random_rollout(random)
    return instance, least_waiting(instance)


@pytest.fixture
def count(request):
    return 300 if request.config.getoption("--full") else 12


@pytest.mark.slow
def test_no_two_solvers_disagree(count):
    feasible = 0
    for seed in range(count):
        random = np.random.default_rng(1000 + seed)
        instance, expected = (rollout if seed % 3 == 0 else siting)(random)
        feasible += bool(np.isfinite(expected))
        for solver, presolve in WAYS:
            control = Control(solver=solver, presolve=presolve)
            told = f"scenario {seed}, {solver}, presolve {presolve}"
            try:
                plan = make_plan(instance, solve_instance(instance, control))
            except InfeasibleScenario:
                assert np.isinf(expected), told
                continue
            last = plan.termination
            assert last.reason == "optimal", told
            found = cost(last.objective_name, {last.objective_name: last.objective})
            assert found == pytest.approx(expected, **CLOSE), told
    print(f"{count} scenarios, {feasible} with a plan, {len(WAYS)} ways: no disagreement")  # noqa: T201
    assert 0 < feasible < count

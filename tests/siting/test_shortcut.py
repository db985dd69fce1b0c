"""Sites found without a model: the same plan as with one, and only where that is so."""

from __future__ import annotations

import time

import numpy as np
import pytest

from planner import runs
from planner.case.read import default_data_folder
from planner.control import Control
from planner.data import Data
from planner.errors import InfeasibleScenario
from planner.model.instance import make_instance
from planner.model.solving.stages import solve_instance
from planner.planning import solve
from planner.scenario.load import load_scenario
from planner.siting import problem as siting
from planner.siting import shortcut as sites_alone
from planner.siting.shortcut import solve_sites
from planner.verify import verify_run
from siting.test_problem import CLOSE, random_country
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

SUMS = ("mean_km", "mean_minutes", "share_beyond")
OTHERS = ("spread", "university_minutes", "university_beyond")


@pytest.fixture
def many(monkeypatch):
    """Take a small country's towns for too many for the model, and to price every set of them."""
    monkeypatch.setattr(sites_alone, "PAIRS", 0)
    monkeypatch.setattr(siting, "make_family", lambda _: None)


def weighted(*names):
    return {"objective": {"method": "weighted", "rates": dict.fromkeys(names, 1)}}


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("seed", range(20))
def test_it_finds_what_the_model_finds(seed):
    random = np.random.default_rng(seed)
    names = [str(random.choice(SUMS)), *map(str, random.choice(OTHERS, 2, replace=False))]
    epsilon = {"objective": {"method": "epsilon", "optimise": names[0]}}
    objective = weighted(*names) if seed % 3 else epsilon
    near = {"limits.university_beyond": {"most": 0}, "thresholds.university_limit": quantity(75)}
    rules = {"offices.count": 2, **(near if seed % 2 else {})}
    instance = random_country(random, {**objective, **rules})
    try:
        expected = solve_instance(instance, Control())
    except InfeasibleScenario:  # which is the model's to say
        assert solve_sites(instance, Control()) is None
        return
    found = solve_sites(instance, Control())
    assert found is not None
    (stage,), (known,) = found.stages, expected.stages
    assert (stage.name, stage.reason) == (known.name, "optimal")
    assert stage.objective == pytest.approx(known.objective, **CLOSE)
    assert stage.bound <= stage.objective


@pytest.mark.parametrize("name", ["decision-2022", "announced", "next-offices"])
def test_few_candidates_are_left_to_the_model(name, real_inputs, real_travel):
    scenario = load_scenario(name, default_data_folder()).complete()
    assert solve_sites(make_instance(real_inputs, real_travel, scenario), Control()) is None


@pytest.mark.slow
@pytest.mark.parametrize("count", [8, 10])
def test_the_next_offices_among_290_towns_are_proven_and_verify(
    count, tmp_path, real_inputs, real_travel
):
    """With two more every set is priced, with four the engine weighs the three wishes."""
    data = Data(default_data_folder(), real_inputs, real_travel)
    changes = ['units.level="municipality"', 'sites.candidates="seats"', f"offices.count={count}"]
    scenario = data.scenario("next-offices", changes)
    plan = solve(data, scenario)
    assert (plan.termination.reason, len(plan.offices)) == ("optimal", count)
    provenance = runs.Provenance(real_inputs.files, 1.0)
    runs.write_run(tmp_path / "run", runs.plan_files(plan, scenario), provenance)
    assert verify_run(tmp_path / "run").ok


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "changes",
    [
        {"limits": {"spread": {"most": 50}}},
        {"limits": {"spread": {"most": 5, "hard": False, "penalty": 1}}},
        {"units.contiguous": True},
        {"rollout.opens": {"A": "P1"}},
        {"objective": {"method": "epsilon", "optimise": "mean_km", "then": ["spread"]}},
        {"objective": {"method": "lexicographic", "order": ["mean_km", "spread"]}},
        weighted("mean_km", "max_km"),
        work_sections(),
    ],
)
def test_what_it_can_not_answer_is_left_to_the_model(changes):
    scenario = tiny_scenario({"offices.count": 2, **changes})
    assert solve_sites(tiny_instance(scenario, line(0, 10, 30), (1, 2, 3)), Control()) is None


@pytest.mark.usefixtures("many")
def test_another_solver_is_asked_itself():
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30), (1, 2, 3))
    assert solve_sites(instance, Control()) is not None
    assert solve_sites(instance, Control(solver="scip")) is None


@pytest.mark.usefixtures("many")
def test_who_serves_whom_is_not_left_to_the_engine():
    """Spread alone says nothing of it."""
    scenario = tiny_scenario({"objective": {"method": "epsilon", "optimise": "spread"}})
    assert solve_sites(tiny_instance(scenario, line(0, 10, 30), (1, 2, 3)), Control()) is None


@pytest.mark.usefixtures("many")
def test_after_a_limit_nothing_is_called_optimal():
    scenario = tiny_scenario({"offices.count": 2, **weighted("mean_km", "spread")})
    instance = tiny_instance(scenario, line(0, 10, 30, 70), (1, 2, 3, 4))
    late = solve_sites(instance, Control(deadline=time.monotonic() - 1.0))
    assert late is not None
    assert [stage.reason for stage in late.stages] == ["time_limit"]

"""Sites found without a model: the same plan as with one, and only where that is so."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.control import Control
from planner.data import Data
from planner.errors import InfeasibleScenario
from planner.model.build import build
from planner.model.instance import make_instance
from planner.model.solving.goals import reach
from planner.model.solving.stages import solve_instance
from planner.planning import solve
from planner.runs import writing
from planner.scenario.load import load_scenario
from planner.siting import office_sets, shortcut
from planner.siting.shortcut import is_p_median, p_median, solve_sites
from planner.verify import verify_run
from siting.test_problem import CLOSE, random_country
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

SUMS = ("mean_km", "mean_minutes", "share_beyond")
OTHERS = ("spread", "university_minutes", "university_beyond")


@pytest.fixture
def many(monkeypatch):
    """Take a small country's towns for too many for the model, and to price every set of them."""
    monkeypatch.setattr(shortcut, "PAIRS", 0)
    monkeypatch.setattr(office_sets, "MOST_CELLS", 0)


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
    provenance = writing.Provenance(real_inputs.files, 1.0)
    writing.write_run(tmp_path / "run", writing.plan_files(plan, scenario), provenance)
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


MEAN_KM = {"objective": {"method": "epsilon", "optimise": "mean_km"}}


@pytest.mark.parametrize("seed", range(40))
def test_engine_and_model_agree(seed):
    rng = np.random.default_rng(seed)
    places = line(*np.cumsum(rng.integers(0, 40, size=7)).tolist())
    people = (*rng.integers(0, 9, size=6).tolist(), 1)
    changes = {**MEAN_KM, "offices.count": int(rng.integers(1, 6))}
    if seed % 2:
        changes["sites.required"] = ["B"]
    instance = tiny_instance(tiny_scenario(changes), places, people, sites="ABCDEFG")
    assert is_p_median(instance)
    (stage,) = p_median(instance, Control()).stages
    built = build(instance)
    model = reach(built, "mean_km", Control(), None).stage
    assert stage.reason == "optimal"
    assert stage.objective == pytest.approx(model.objective, abs=1e-6)
    assert stage.bound <= stage.objective


@pytest.mark.parametrize(
    "changes",
    [
        {"offices.count": [1, 2]},
        {"units.contiguous": True},
        {"limits": {"max_km": {"most": 50}}},
        {"rollout.opens": {"A": "P1"}},
        {"objective": {"method": "epsilon", "optimise": "spread"}},
    ],
)
def test_anything_more_than_a_p_median_goes_to_the_model(changes):
    scenario = tiny_scenario({**MEAN_KM, "offices.count": 2, **changes})
    assert not is_p_median(tiny_instance(scenario, line(0, 10, 30), (1, 2, 3)))


LINE = line(0, 10, 30)


def median(changes=None, principals=(1, 2, 3), periods=None, **details):
    scenario = tiny_scenario(changes, **(periods or {}))
    return tiny_instance(scenario, LINE, principals, **details)


@pytest.mark.parametrize(
    ("changes", "periods"),
    [
        ({}, None),
        ({"objective.optimise": "mean_minutes"}, None),
        ({"offices.count": 3}, None),
        ({"offices.count": 2, "sites.required": ["A"], "sites.existing": ["C"]}, None),
        ({"offices.count": 1, "sites.required": ["A"]}, None),
        ({"units.level": "county"}, None),
    ],
)
def test_a_fixed_number_of_sites_and_one_mean_distance_is_a_p_median(changes, periods):
    assert is_p_median(median(changes, periods=periods))


@pytest.mark.parametrize(
    ("changes", "periods"),
    [
        ({}, {"P1": 6, "P2": 6}),
        ({"rollout.periods": [{"name": "P1", "openings_most": 2}]}, None),
        ({"objective.then": ["spread"]}, None),
        ({"rollout.available_from": {"A": "P1"}}, None),
        ({"objective.optimise": "max_km"}, None),
        ({"objective": {"method": "lexicographic", "order": ["mean_km", "mean_minutes"]}}, None),
        ({"offices.count": 4}, None),  # of three towns: no plan, which the model says
        ({"offices.count": 1, "sites.required": ["A", "B"]}, None),
    ],
)
def test_one_thing_more_goes_to_the_model(changes, periods):
    assert not is_p_median(median(changes, periods=periods))


def test_dialogues_go_to_the_model():
    i = median()  # a scenario with dialogues has them in `then`, which is enough by itself
    planned = i.scenario.model_copy(update={"dialogues": tiny_scenario(work_sections()).dialogues})
    assert not is_p_median(replace(i, scenario=planned))


def test_the_mean_of_minutes_is_that_of_the_fastest_roads():
    # By km B; by minutes C, an hour from the others.
    minutes = np.array([[0.0, 90, 60], [90, 0, 60], [60, 60, 0]])
    by_time = {"objective.optimise": "mean_minutes"}
    found = p_median(median(by_time, (1, 1, 1), minutes=minutes), Control())
    solution, (stage,) = found.solution, found.stages
    assert solution.offices == ((2,),)
    assert solution.served_by.tolist() == [[2, 2, 2]]
    assert (stage.name, stage.reason) == ("mean_minutes", "optimal")
    assert (stage.objective, stage.bound) == (40, 40)
    found = p_median(median({}, (1, 1, 1), minutes=minutes), Control())
    by_km, (stage,) = found.solution, found.stages
    assert by_km.offices == ((1,),)
    assert (stage.name, stage.objective) == ("mean_km", pytest.approx(10))


def test_required_and_existing_offices_are_open():
    fixed = {"offices.count": 2, "sites.required": ["A"], "sites.existing": ["B"]}
    solution = p_median(median(fixed, (1, 1, 9)), Control()).solution
    assert solution.offices == ((0, 1),)
    assert solution.served_by.tolist() == [[0, 1, 1]]


def test_a_search_out_of_time_says_what_it_knows(monkeypatch):
    """120 km of six principals, at least 90: means of 20 and 15."""
    seen = {}

    def cut_short(cost, p, **given):
        seen.update(given, p=p, cost=cost.tolist())
        return SimpleNamespace(
            open=(1,), assignment=(1, 1, 1), objective=120.0, bound=90.0, proven=False
        )

    monkeypatch.setattr(shortcut, "solve_p_median", cut_short)
    control = Control(deadline=time.monotonic() + 5000)
    found = p_median(median({"sites.required": ["B"]}), control)
    solution, (stage,) = found.solution, found.stages
    assert (stage.reason, stage.objective, stage.bound) == ("time_limit", 20, 15)
    assert solution.offices == ((1,),)
    assert (seen["p"], seen["required"]) == (1, [1])
    assert seen["point_keys"] == seen["site_keys"] == ("A", "B", "C")
    assert 4000 < seen["time_limit"] <= 5000
    assert seen["cost"] == [[0, 10, 30], [20, 0, 40], [90, 60, 0]]
    (stage,) = p_median(median(), Control(gap=0.25)).stages
    assert stage.reason == "gap_limit"


def test_units_without_principals_go_to_their_nearest_office():
    # Offices in A and C, where people live; B, at 10 of 30 km, has nobody and goes to A.
    solution = p_median(median({"offices.count": 2}, (1, 0, 3)), Control()).solution
    assert solution.served_by.tolist() == [[0, 0, 2]]


def test_among_sets_that_are_as_good_the_nearest_to_those_without_principals_wins():
    # A and B, 10 km apart, have one principal each: either is as good. C has none and is nearer B.
    scenario = tiny_scenario({})
    for places, open_in in ((line(0, 10, 30), (1,)), (line(0, 10, -20), (0,))):
        i = tiny_instance(scenario, places, (1, 1, 0), sites="AB")
        assert p_median(i, Control()).solution.offices == (open_in,)

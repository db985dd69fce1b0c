"""The location engine and the model in PuLP agree on every scenario that both can solve."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from planner.control import Control
from planner.model.build import build
from planner.model.solving.combine import reach
from planner.siting import p_median as module
from planner.siting.p_median import is_p_median, p_median
from tiny import line, tiny_instance, tiny_scenario, work_sections

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
    _, (stage,) = p_median(instance, Control())
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
    solution, (stage,) = p_median(median(by_time, (1, 1, 1), minutes=minutes), Control())
    assert solution.offices == ((2,),)
    assert solution.served_by.tolist() == [[2, 2, 2]]
    assert (stage.name, stage.reason) == ("mean_minutes", "optimal")
    assert (stage.objective, stage.bound) == (40, 40)
    by_km, (stage,) = p_median(median({}, (1, 1, 1), minutes=minutes), Control())
    assert by_km.offices == ((1,),)
    assert (stage.name, stage.objective) == ("mean_km", pytest.approx(10))


def test_required_and_existing_offices_are_open():
    fixed = {"offices.count": 2, "sites.required": ["A"], "sites.existing": ["B"]}
    solution, _ = p_median(median(fixed, (1, 1, 9)), Control())
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

    monkeypatch.setattr(module, "solve_p_median", cut_short)
    control = Control(deadline=time.monotonic() + 5000)
    solution, (stage,) = p_median(median({"sites.required": ["B"]}), control)
    assert (stage.reason, stage.objective, stage.bound) == ("time_limit", 20, 15)
    assert solution.offices == ((1,),)
    assert (seen["p"], seen["required"]) == (1, [1])
    assert seen["point_keys"] == seen["site_keys"] == ("A", "B", "C")
    assert 4000 < seen["time_limit"] <= 5000
    assert seen["cost"] == [[0, 10, 30], [20, 0, 40], [90, 60, 0]]
    _, (stage,) = p_median(median(), Control(gap=0.25))
    assert stage.reason == "gap_limit"


def test_units_without_principals_go_to_their_nearest_office():
    # Offices in A and C, where people live; B, at 10 of 30 km, has nobody and goes to A.
    solution, _ = p_median(median({"offices.count": 2}, (1, 0, 3)), Control())
    assert solution.served_by.tolist() == [[0, 0, 2]]


def test_among_sets_that_are_as_good_the_nearest_to_those_without_principals_wins():
    # A and B, 10 km apart, have one principal each: either is as good. C has none and is nearer B.
    scenario = tiny_scenario({})
    for places, open_in in ((line(0, 10, 30), (1,)), (line(0, 10, -20), (0,))):
        i = tiny_instance(scenario, places, (1, 1, 0), sites="AB")
        assert p_median(i, Control())[0].offices == (open_in,)

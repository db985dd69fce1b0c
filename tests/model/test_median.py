"""The location engine and the model in PuLP agree on every scenario that both can solve."""

from __future__ import annotations

import numpy as np
import pytest

from planner.model.build import build
from planner.model.combine import combine
from planner.model.median import is_p_median, p_median
from planner.model.solve import Control
from tiny import line, tiny_instance, tiny_scenario

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
    model = combine(build(instance), Control()).goals[0].stage
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

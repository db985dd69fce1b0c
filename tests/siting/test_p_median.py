"""Questions that the location engine answers, against those with every set priced."""

from __future__ import annotations

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.control import Control
from planner.model.instance import make_instance
from planner.scenario.load import load_scenario
from planner.siting.problem import Siting
from tiny import line, quantity, tiny_instance, tiny_scenario

ENGINE = ("mean_km", "mean_minutes", "share_beyond", "spread", "university_minutes")


@pytest.mark.parametrize("few", [0, 20])
@pytest.mark.parametrize("seed", range(20))
def test_the_engine_takes_criteria_in_order_as_pricing_every_set_does(seed, few, monkeypatch):
    """Ties listed, or told apart by small weights: distances in tens, so that many sets tie."""
    random = np.random.default_rng(300 + seed)
    at = random.integers(0, 4, (9, 2)) * 10.0
    km = np.abs(at[:, None] - at[None, :]).sum(axis=2)
    slow = random.integers(1, 3, 9)
    instance = tiny_instance(
        tiny_scenario({"offices.count": 3, "thresholds.beyond_km": quantity(10)}),
        km,
        random.integers(1, 4, 9).tolist(),
        minutes=km * np.minimum.outer(slow, slow),
        university=(random.integers(0, 4, 9) * 10).tolist(),
    )
    first, *then = (str(name) for name in random.permutation(ENGINE)[: 2 + seed % 3])
    expected = Siting(instance).solve({first: 1.0}, then=then)
    assert expected.way == "enumeration"
    monkeypatch.setattr("planner.siting.p_median.FEW", few)
    monkeypatch.setattr("planner.siting.office_sets.MOST_CELLS", 0)
    siting = Siting(instance)
    found = siting.solve({first: 1.0}, then=then)
    assert (found.way, found.reason) == ("p-median", "optimal")
    names = [first, *then]
    assert [found.criteria[n] for n in names] == pytest.approx(
        [expected.criteria[n] for n in names], rel=1e-9, abs=1e-9
    )
    if few and len(names) > 3:
        assert (found.sites, found.assignment) == (expected.sites, expected.assignment)


def test_a_limit_before_later_criteria_are_settled_is_told(monkeypatch):
    """The deadline is over: the first plan is made, what comes afterwards is not."""
    instance = tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 20, 30, 40))
    monkeypatch.setattr("planner.siting.office_sets.MOST_CELLS", 0)
    siting = Siting(instance)
    found = siting.solve({"mean_km": 1.0}, then=["spread"], control=Control(deadline=0.0))
    assert found.reason == "time_limit"


@pytest.mark.slow
def test_free_choice_with_wishes_is_a_p_median(real_inputs, real_travel):
    """Any seat, three criteria: the engine agrees with itself on the weighted sum it reports."""
    scenario = load_scenario("free-choice", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    found = siting.solve({"mean_km": 1.0, "spread": 1.0, "university_minutes": 0.5})
    assert found.way == "p-median"
    assert found.reason == "optimal"
    value = found.criteria["mean_km"] + found.criteria["spread"]
    value += 0.5 * found.criteria["university_minutes"]
    assert found.objective == pytest.approx(value, rel=1e-9)

"""Questions that only the model can answer."""

from __future__ import annotations

from planner.siting.problem import Siting
from tiny import line, tiny_instance, tiny_scenario


def test_a_region_that_must_be_connected_is_searched():
    """Mean km alone would give D to A across the middle; connected, it goes elsewhere."""
    scenario = tiny_scenario({"offices.count": 2, "units.contiguous": True})
    instance = tiny_instance(scenario, line(0, 10, 20, 30))
    found = Siting(instance).best()
    assert found.way == "search"
    assert found.criteria["contiguous"] == 1


def test_rules_of_a_question_are_rows_of_the_model():
    """A region must be connected, so the model is searched, with each kind of rule in it."""
    scenario = tiny_scenario({"offices.count": 2, "units.contiguous": True})
    siting = Siting(tiny_instance(scenario, line(0, 10, 20, 30, 40)))
    free = siting.best()
    other = siting.best(excluded_sets=[free.sites])
    assert other.sites != free.sites
    assert other.objective >= free.objective
    forced = siting.best(require=["A"], forbid=["E"])
    assert "A" in forced.sites
    assert "E" not in forced.sites
    bound = free.criteria["max_km"]
    assert siting.best(bounds={"max_km": bound}).criteria["max_km"] <= bound

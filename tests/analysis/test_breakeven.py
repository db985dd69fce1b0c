"""Where another set of offices takes over, on a road where every value can be worked out."""

from __future__ import annotations

import pytest

from country import country_tables, make_country
from planner import api
from planner.analysis.aims import shares_of
from planner.analysis.breakeven import scanned_changes, weight_changes
from planner.analysis.factors import Factor
from planner.analysis.sampling import Runner
from planner.scenario.load import load_scenario
from wishes import SCENARIO


@pytest.fixture
def runner(tmp_path):
    # The campus is far from where most principals are: nearness and distance pull apart.
    data = make_country(tmp_path / "data", country_tables(campuses=("0302",)))
    (tmp_path / "small.toml").write_text(SCENARIO.replace("count = 2", "count = 1"))
    return Runner(api.load(data), load_scenario(str(tmp_path / "small.toml"), data))


def test_every_change_of_a_weight_is_found_and_no_other(runner):
    """Between two changes one set is best all the way: checked at 200 weights."""
    factor = Factor("objective.weights.university_minutes", 1.0, 0.01, 4.0, "weight", "x")
    changes = weight_changes(runner, factor)
    assert changes
    assert [c.value for c in changes] == sorted(c.value for c in changes)
    siting = runner.siting({})
    base = shares_of(siting, siting.best())
    for k in range(200):
        weight = 0.01 + 3.99 * (k + 0.5) / 200
        below = [change for change in changes if change.value < weight]
        expected = below[-1].above if below else changes[0].below
        objective = {**base, "university_minutes": base["university_minutes"] * weight}
        value = siting.solve(objective).objective
        held = siting.solve(
            objective, require=expected, forbid=set(siting.instance.sites) - set(expected)
        )
        assert held.objective == pytest.approx(value, abs=1e-9)


def test_a_change_is_closed_in_on():
    """Offices change at 0.3 and at 0.8 of a range from 0 to 10."""

    def best(value):
        return ("a",) if value < 3 else ("b",) if value < 8 else ("c",)

    factor = Factor("world.growth", 0.0, 0.0, 10.0, "share", "x")
    first, second = scanned_changes(factor, best)
    assert first.value == pytest.approx(3, abs=1e-3)
    assert second.value == pytest.approx(8, abs=1e-3)
    assert (first.below, first.above, second.above) == (("a",), ("b",), ("c",))
    assert not first.exact


def test_two_changes_within_one_step_are_told_as_one_with_the_right_sides():
    def best(value):
        return ("a",) if value < 5.1 else ("b",) if value < 5.2 else ("c",)

    (change,) = scanned_changes(Factor("world.growth", 0, 0, 10, "share", "x"), best)
    assert change.below == ("a",)
    assert change.above in {("b",), ("c",)}
    assert 5.09 < change.value < 5.21

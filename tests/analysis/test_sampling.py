"""What a worker keeps between samples, and what it says of a plan."""

from __future__ import annotations

import pytest

from planner.analysis.sampling import ROUNDED, rated, ties_of, value_of, world_of
from planner.analysis.shocks import World
from planner.errors import InputError
from planner.siting.problem import Siting


def test_what_a_worker_keeps_changes_no_answer(small):
    """Rates and worlds in turn: each answer is that of a problem that nothing was kept for."""
    _, _, runner, _ = small
    for point in (
        {},
        {"objective.rates.spread": 3.0},
        {"world.growth": 0.5},
        {"world.growth": 0.5, "objective.rates.spread": 3.0},
        {"world.speed": 0.5},
        {"offices.count": 3},
        {},
    ):
        siting = runner.siting(point)
        anew = Siting(siting.whole)
        kept, fresh = siting.best(), anew.best()
        assert (kept.sites, kept.assignment) == (fresh.sites, fresh.assignment)
        assert kept.objective == fresh.objective
        assert ties_of(siting) == ties_of(anew)


def test_prices_of_a_problem_before_are_used_again(small):
    _, _, runner, _ = small
    first = runner.siting({})
    first.best()
    again = runner.siting({"objective.rates.spread": 2.5})
    assert again.prices.sets is first.prices.sets
    assert again.prices.of("spread") is first.prices.of("spread")


def test_a_plan_that_is_not_allowed_is_not_rated(small):
    _, _, runner, _ = small
    siting = runner.siting({})
    best = siting.best()
    assert rated(siting, best, best.sites).objective == 0
    assert rated(siting, best, best.sites[:1]) is None  # too few
    assert rated(siting, best, (best.sites[0], "9999")) is None
    assert value_of(siting, best) == pytest.approx(best.objective, abs=10.0**-ROUNDED)


def test_keys_of_the_world_are_checked():
    assert world_of({"world.growth": 0.25, "offices.count": 3}) == World(growth=0.25)
    with pytest.raises(InputError):
        world_of({"world.gravity": 2.0})

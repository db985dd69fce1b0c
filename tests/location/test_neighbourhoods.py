"""Plans of many sites made better part by part."""

from __future__ import annotations

import numpy as np
import pytest

from planner.location import neighbourhoods as parts
from planner.location.interchange import Incumbent, greedy, interchange
from planner.location.kernels import total


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Parts of half the sites, whatever the size of the problem."""
    monkeypatch.setattr(parts, "MANY", 0)
    monkeypatch.setattr(parts, "POINTS", 40)


def square(seed):
    places = np.random.default_rng(seed).random((80, 2))
    return np.rint(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) * 1000)


def begun(cost, plan, fixed=(), closed=()):
    every = np.arange(len(cost))
    fixed = np.array(fixed, dtype=np.intp)
    free = np.setdiff1d(every, np.concatenate([fixed, closed]).astype(np.intp))
    best = Incumbent(cost, fixed, free, whole=True)
    best.sites, best.value = np.sort(plan), total(cost, plan)
    return best


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3])
def test_it_gets_past_plans_that_no_swap_of_one_site_betters(seed):
    cost, none = square(seed), np.empty(0, dtype=np.intp)
    every = np.arange(80)
    plan, stuck = interchange(cost, greedy(cost, 12, none, every), every)
    assert total(cost, parts.improve(begun(cost, plan), np.inf)) < stuck


@pytest.mark.slow
def test_open_sites_stay_open_and_closed_ones_closed():
    cost, fixed, closed = square(3), [0, 1, 2], list(range(40, 80))
    plan = np.arange(12)
    after = parts.improve(begun(cost, plan, fixed, closed), np.inf)
    assert len(set(after)) == 12
    assert set(fixed) < set(after)
    assert not set(closed) & set(after)
    assert total(cost, after) < total(cost, plan)


def test_without_time_the_plan_is_left_as_it_is():
    plan = np.arange(12)
    assert (parts.improve(begun(square(3), plan), 0.0) == plan).all()

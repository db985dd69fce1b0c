"""The two-phase method against every set of offices, and against the trace by bounds."""

from __future__ import annotations

import itertools

import moocore
import numpy as np
import pytest

from analysis.test_pareto import brute_frontier
from planner.analysis.pareto import find_frontier
from planner.case.read import default_data_folder
from planner.control import Control
from planner.errors import SolverStopped
from planner.model.instance import make_instance
from planner.model.solution import measure_sites
from planner.scenario.load import load_scenario
from planner.siting import frontier as two_phases
from planner.siting.frontier import TwoPhases, fits
from planner.siting.problem import Siting
from siting.test_assignments import country as trading
from tiny import line, quantity, tiny_instance, tiny_scenario

PAIRS = (
    ("mean_km", "spread"),
    ("mean_km", "university_minutes"),
    ("mean_minutes", "university_beyond"),
    ("spread", "university_minutes"),
    ("mean_km", "share_beyond"),
    ("spread", "mean_minutes"),
)


def country(seed, changes=None, sites=10):
    """Return 20 towns in seven counties, four offices; every third seed has many ties."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, 300, (20, 2)) if seed % 3 else random.integers(0, 6, (20, 2)) * 40.0
    km = np.abs(at[:, None] - at[None, :]).sum(axis=2).round(1)
    minutes = (km * random.uniform(0.6, 1.4, km.shape)).round(1)
    scenario = tiny_scenario(
        {
            "offices.count": 4,
            "sites.required": ["C"] if seed % 2 else [],
            "thresholds.beyond_km": quantity(100),
            **(changes or {}),
        }
    )
    return tiny_instance(
        scenario,
        km,
        (random.integers(1, 9, 20) ** 2).tolist(),
        sites="ABCDEFGHIJKLMNOPQRST"[:sites],
        counties="aaabbbcccdddeeefffgg",
        minutes=np.minimum(minutes, minutes.T),
        university=(random.integers(0, 9, sites) * 10).tolist(),
    )


@pytest.fixture
def too_many(monkeypatch):
    """Take the sets of offices of any country to be too many to price them all."""
    monkeypatch.setattr("planner.siting.office_sets.MOST_CELLS", 0)


def brute(instance, names):
    """Return the unbeaten rows over every set of offices, each with the nearest for its units."""
    fixed = {j for j, role in enumerate(instance.roles) if role != "candidate"}
    table = instance.unit_minutes if "mean_minutes" in names else instance.unit_km
    rows = set()
    for sites in itertools.combinations(range(len(instance.sites)), 4):
        if fixed <= set(sites):
            served_by = np.array(sites)[table[:, list(sites)].argmin(axis=1)]
            scores = measure_sites(instance, sites, served_by)
            rows.add(tuple(round(scores[name], 6) for name in names))
    found = np.array(sorted(rows))
    return found[moocore.is_nondominated(found)]


def assert_agrees(instance, names):
    expected = brute(instance, names)
    frontier = find_frontier(Siting(instance), names)
    assert frontier.complete
    assert np.allclose(frontier.table, expected, atol=2e-6)
    return frontier


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize("names", PAIRS)
@pytest.mark.parametrize("seed", range(6))
def test_the_frontier_is_that_of_every_set(seed, names):
    assert fits(country(seed), names)
    frontier = assert_agrees(country(seed), names)
    assert {point.way for point in frontier.points} == {"p-median"}


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize("level", ["county", "principal"])
def test_other_units_agree_too(level):
    """A county goes whole to an office; principals of one town are points that can't be told
    apart, nor from the town."""
    instance = country(4, {"units.level": level})
    assert_agrees(instance, ("mean_km", "spread"))


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize(
    ("seed", "names"), [(2, ("mean_km", "spread")), (4, ("spread", "university_minutes"))]
)
def test_a_triangle_too_large_is_traced_by_bounds(seed, names, monkeypatch):
    """No node for a triangle: what the engine leaves, the model in HiGHS finds."""
    monkeypatch.setattr(two_phases, "MOST_NODES", 0)
    instance = country(seed, sites=8)
    assert TwoPhases(instance, names, Control()).run().unfinished
    frontier = assert_agrees(instance, names)
    assert {point.way for point in frontier.points} == {"p-median", "search"}


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
def test_bounds_trace_the_same_points(monkeypatch):
    """The whole frontier by the model in HiGHS: the same offices, not only the same values."""
    instance = country(2, sites=8)
    names = ("mean_km", "spread")
    ours = find_frontier(Siting(instance), names)
    monkeypatch.setattr("planner.analysis.pareto.fits", lambda _i, _names: False)
    monkeypatch.setattr("planner.siting.problem.median_fits", lambda _i, _query: False)
    theirs = find_frontier(Siting(instance), names)
    assert {point.way for point in theirs.points} == {"search"}
    assert [point.sites for point in ours.points] == [point.sites for point in theirs.points]
    assert [point.assignment for point in ours.points] == [
        point.assignment for point in theirs.points
    ]
    assert np.allclose(ours.table, theirs.table, atol=1e-9)


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize("level", ["municipality", "county"])
@pytest.mark.parametrize(
    "names", [("mean_km", "mean_minutes"), ("share_beyond", "mean_minutes"), ("mean_km", "spread")]
)
@pytest.mark.parametrize("seed", range(4))
def test_units_that_can_trade_agree_with_every_plan(seed, names, level):
    """The nearest office is not the fastest: who serves whom is a part of the frontier."""
    instance = trading(seed, level)
    frontier = find_frontier(Siting(instance), names)
    assert frontier.complete
    assert {point.way for point in frontier.points} == {"p-median"}
    assert np.allclose(frontier.table, brute_frontier(instance, names), atol=2e-6)


@pytest.mark.slow
@pytest.mark.usefixtures("too_many")
def test_too_many_ways_to_serve_units_are_left_to_bounds(monkeypatch):
    monkeypatch.setattr("planner.siting.assignments.MOST", 1)
    names = ("mean_km", "mean_minutes")
    instance = trading(0)
    frontier = find_frontier(Siting(instance), names)
    assert frontier.complete
    assert "search" in {point.way for point in frontier.points}
    assert np.allclose(frontier.table, brute_frontier(instance, names), atol=2e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {"offices.count": [3, 4]},
        {"units.contiguous": True},
        {"limits": {"max_km": {"most": 200.0}}},
    ],
)
def test_other_rules_are_left_to_the_model(changes):
    assert not fits(country(1, changes), ("mean_km", "spread"))


def test_one_plan_that_is_best_by_both_is_the_whole_frontier():
    """A town amid the others, with the campus: nothing is traded."""
    instance = tiny_instance(
        tiny_scenario(), line(0, 10, 20), university=[50.0, 0.0, 50.0], sites="ABC"
    )
    traced = TwoPhases(instance, ("mean_km", "university_minutes"), Control()).run()
    assert [point.offices for point in traced.points] == [(1,)]
    assert not traced.stopped


def test_the_end_that_is_only_weakly_best_goes():
    """B and C have the same mean distance; by minutes to a campus C is better, D the best."""
    instance = tiny_instance(
        tiny_scenario(), line(0, 1, 2, 10), university=[9.0, 9.0, 5.0, 0.0], sites="ABCD"
    )
    traced = TwoPhases(instance, ("mean_km", "university_minutes"), Control()).run()
    assert [point.offices for point in traced.points] == [(2,), (3,)]


@pytest.mark.usefixtures("too_many")
def test_an_interrupt_keeps_only_points_that_are_proved():
    instance, names = country(5), ("mean_km", "spread")
    expected = brute(instance, names)
    for calls in range(1, 60):
        control = Stopping(calls)
        try:
            frontier = find_frontier(Siting(instance), names, control=control)
        except SolverStopped:
            continue
        for row in frontier.table:
            assert (np.abs(expected - row).max(axis=1) < 2e-6).any()
        if frontier.complete:
            assert len(frontier.points) == len(expected)
            return
    pytest.fail("never came to an end")


class Stopping(Control):
    """Limits that are reached after they were asked for so many times."""

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    def stopped(self):
        self.calls -= 1
        self.interrupted = self.calls < 0
        return self.interrupted


@pytest.mark.slow
def test_two_offices_anywhere_are_those_of_all_41905_sets(real_inputs, real_travel):
    scenario = load_scenario("free-choice", default_data_folder(), ["offices.count=2"])
    instance = make_instance(real_inputs, real_travel, scenario).complete()
    prices = Siting(instance).prices
    rows = np.column_stack([prices.of("mean_km"), prices.of("spread")])
    rows = np.unique(np.round(rows, 9), axis=0)
    expected = rows[moocore.is_nondominated(rows)]
    traced = TwoPhases(instance, ("mean_km", "spread"), Control()).run()
    assert np.allclose([point.values for point in traced.points], expected, atol=1e-6)
    assert not traced.unfinished

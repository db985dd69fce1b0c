"""Where another set of offices takes over, on a road where every value can be worked out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from every_plan import random_country
from planner.analysis.breakeven import rate_changes, scanned_changes
from planner.analysis.study import Factor
from planner.model.solution import measure_sites
from planner.siting.problem import Siting
from tiny import line, quantity, tiny_instance, tiny_scenario

MINUTES = Factor("objective.rates.university_minutes", 1, 0, 4, "km per min", "x")
BEYOND = Factor("objective.rates.share_beyond", 1, 0, 4, "km per percentage point", "x")
APART = Factor("objective.rates.min_separation_km", 1, 0, 4, "km per km", "x")


def weighed(*names):
    """Return the change that weighs criteria against each other, one km a unit."""
    return {"objective": {"method": "weighted", "rates": dict.fromkeys(names, 1)}}


def test_the_rate_at_which_a_town_changes_is_what_one_unit_buys_in_the_other():
    """Ten principals live in A, 30 minutes from a campus, and five in B, 12 km away and 10 minutes.

    From A the mean is 5 x 12 / 15 = 4 km, from B 10 x 12 / 15 = 8. So B costs 4 km more and saves
    20 minutes: it takes A's place where a minute is worth more than 4 / 20 = 0.2 km.
    """
    scenario = tiny_scenario(weighed("mean_km", "university_minutes"))
    instance = tiny_instance(scenario, line(0, 12), [10, 5], university=[30, 10])
    (change,) = rate_changes(Siting(instance), MINUTES)
    assert change.value == pytest.approx(0.2)
    assert (change.below, change.above, change.unit) == (("A",), ("B",), "km per min")
    assert change.exact


def test_a_criterion_of_which_more_is_better_counts_the_other_way():
    """A has an office, and one more opens at 10 km, where ten live, or at 100, where one does.

    At 10 km: mean 90 / 21, the offices 10 km apart. At 100: mean 100 / 21, 100 km apart. 90 km
    of distance between offices cost 10 / 21 km, so the far one is better above 10 / 21 / 90.
    """
    changes = weighed("mean_km", "min_separation_km")
    scenario = tiny_scenario(changes | {"offices.count": 2, "sites.required": ["A"]})
    instance = tiny_instance(scenario, line(0, 10, 100), [10, 10, 1])
    (change,) = rate_changes(Siting(instance), APART)
    assert change.value == pytest.approx(10 / 21 / 90)
    assert (change.below, change.above) == (("A", "B"), ("A", "C"))


def test_a_set_that_is_best_on_either_side_hides_none_between():
    """Twenty live in D, E and F, one county, and three towns could have the two offices.

    The county has 40 km to A on average, 46.25 to C and 58 to B, and 50, 25 and 0 per cent of it
    farther than 60 km; the spread with A and B is 37 2/3, with A and C one more. At a rate r
    the sums are 77 2/3 + 50 r from A, 95 2/3 from B (the same two offices) and 84 11/12 + 25 r
    from C. So C takes B's place above 7.25 / 25 = 0.29, and B takes it back above 10.75 / 25.
    """
    km = np.zeros((6, 6))
    km[0, 1], km[0, 2], km[1, 2] = 117, 100, 150
    km[3:, 0], km[3:, 1], km[3:, 2] = (10, 70, 70), 58, (40, 40, 65)
    km = np.maximum(km, km.T)
    changes = weighed("mean_km", "spread", "share_beyond")
    changes |= {"units.level": "county", "offices.count": 2, "thresholds.beyond_km": quantity(60)}
    instance = tiny_instance(
        tiny_scenario(changes), km, [0, 0, 0, 10, 5, 5], sites="ABC", counties="abcwww"
    )
    found = rate_changes(Siting(instance), BEYOND)
    assert [change.value for change in found] == pytest.approx([0.29, 0.43])
    both, other = ("A", "B"), ("A", "C")
    assert [(c.below, c.above) for c in found] == [(both, other), (other, both)]


def ways_of_sets(instance):
    """Return for every allowed set of offices the criteria of every way to be served by it."""
    offices = instance.scenario.offices
    fixed = {j for j, role in enumerate(instance.roles) if role != "candidate"}
    found = {}
    for count in range(offices.fewest, min(offices.most, len(instance.sites)) + 1):
        for sites in itertools.combinations(range(len(instance.sites)), count):
            if fixed <= set(sites):
                found[tuple(instance.sites[j] for j in sites)] = [
                    measure_sites(instance, sites, np.array(served))
                    for served in itertools.product(sites, repeat=len(instance.units))
                ]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_every_change_of_a_rate_is_found_and_no_other(seed):
    """Between two changes one set is best all the way: at 100 rates, against every plan there is.

    A county may be served from an office that is not the nearest, so that fewer have far: then
    the same offices have several lines.
    """
    random = np.random.default_rng(seed)
    fixed = {"units.level": "county", "units.contiguous": False}
    changes = weighed("mean_km", "spread", "share_beyond") | fixed
    changes["thresholds.beyond_km"] = quantity(60)
    siting = Siting(random_country(random, changes))
    found = rate_changes(siting, BEYOND)
    assert [change.value for change in found] == sorted(change.value for change in found)
    assert all(a.above == b.below for a, b in itertools.pairwise(found))
    ways = ways_of_sets(siting.instance)
    first = found[0].below if found else siting.best().sites
    for k in range(100):
        rate = 4 * (k + 0.5) / 100
        sums = {
            sites: min(p["mean_km"] + p["spread"] + 100 * rate * p["share_beyond"] for p in each)
            for sites, each in ways.items()
        }
        passed = [change.above for change in found if change.value < rate]
        assert sums[passed[-1] if passed else first] == pytest.approx(min(sums.values()), abs=1e-6)


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

"""The list of alternatives against every set there is, and what it says when it is cut short."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.test_siting import every_plan, random_country
from planner.analysis.aims import aim_of
from planner.analysis.alternatives import find_alternatives
from planner.analysis.siting import Siting
from planner.errors import InfeasibleScenario
from planner.inputs.read import default_data_folder
from planner.model.instance import make_instance
from planner.model.solve import Control
from planner.scenario.load import load_scenario
from tiny import line, tiny_instance, tiny_scenario

WEIGHTS = {"mean_km": 1.0, "spread": 0.5, "university_minutes": 2.0, "max_km": 1.0, "balance": 1.0}


def weighed(random, names):
    return {
        "objective": {
            "method": "weighted",
            "weights": {name: WEIGHTS[name] * float(random.uniform(0.2, 2)) for name in names},
        }
    }


def every_set(instance, aim):
    """Return the least value of every allowed set of offices, over all assignments."""
    least = {}
    for sites, criteria in every_plan(instance):
        codes = tuple(instance.sites[j] for j in sites)
        least[codes] = min(least.get(codes, np.inf), aim.value(criteria))
    return least


@pytest.mark.parametrize(
    ("names", "seed"),
    [
        *((("mean_km", "spread", "university_minutes"), seed) for seed in range(8)),
        *((("spread",), seed) for seed in range(4)),
        *((("mean_km", "balance"), seed) for seed in range(3)),
    ],
)
def test_the_list_is_every_set_within_the_distance(names, seed):
    """Enumeration, and the search where balance pulls units away, agree with brute force."""
    random = np.random.default_rng(seed)
    siting = Siting(random_country(random, weighed(random, names), "county"))
    aim = aim_of(siting)
    least, best = every_set(siting.instance, aim), aim.value(aim.best.criteria)
    within = float(random.uniform(0.02, 0.4))
    expected = {s for s, value in least.items() if value <= best + within * aim.size + 1e-6}
    found = find_alternatives(siting, within)
    assert found.complete
    assert {one.sites for one in found.found} == expected
    assert len(found.found) == len(expected)
    distances = [found.distance(one) for one in found.found]
    assert distances == sorted(distances)
    left = [(v - best) / aim.size for s, v in least.items() if s not in expected]
    assert found.beyond == (pytest.approx(min(left), abs=1e-6) if left else None)
    assert {code for code, n in found.counts.items() if n == len(expected)} == {
        code for code in siting.instance.sites if all(code in s for s in expected)
    }


@pytest.mark.parametrize("level", ["county", "municipality"])
@pytest.mark.parametrize("seed", range(6))
def test_one_search_lists_what_pricing_every_set_lists(seed, level, monkeypatch):
    """Where all sets are too many to price; sites ruled out one by one give the same list too."""
    random = np.random.default_rng(50 + seed)
    names = ["mean_km", "spread", "university_minutes"][: 1 + seed % 3]
    country = random_country(random, weighed(random, names) | {"offices.count": 2}, level)
    within = float(random.uniform(0.02, 0.6))
    lists = [find_alternatives(Siting(country), within)]
    monkeypatch.setattr("planner.analysis.families.MOST_CELLS", 0)
    lists.append(find_alternatives(Siting(country), within))
    assert lists[1].aim.best.way == "p-median"
    monkeypatch.setattr(Siting, "ranked", lambda *_: None)
    lists.append(find_alternatives(Siting(country), within))
    for one in lists:
        assert one.complete
        assert {r.sites for r in one.found} == {r.sites for r in lists[0].found}
        assert len(one.found) == len(lists[0].found)
        assert [one.distance(r) for r in one.found] == pytest.approx(
            [lists[0].distance(r) for r in lists[0].found], abs=1e-6
        )
        beyond = lists[0].beyond
        assert one.beyond == (None if beyond is None else pytest.approx(beyond, abs=1e-6))


def test_one_search_owns_up_to_a_cap_and_a_limit(monkeypatch):
    monkeypatch.setattr("planner.analysis.families.MOST_CELLS", 0)
    found = find_alternatives(line_siting(), 0.6, most=3)
    assert [found.distance(one) for one in found.found] == pytest.approx([0, 0, 0.5])
    assert (found.complete, found.beyond) == (False, pytest.approx(0.5))
    control = Control()
    control.progress = lambda name, *_: setattr(control, "interrupted", name.startswith("set"))
    cut = find_alternatives(line_siting(), 0.6, control=control)
    assert not cut.complete
    assert cut.found[0].sites in {("B",), ("C",)}
    assert cut.beyond == 0.0


def line_siting(**changes):
    """Return three single offices on a line of A, B, C, D: B and C 1 km, A 1.5, D 2 km away."""
    scenario = tiny_scenario({"sites.candidates": "seats", **changes})
    return Siting(tiny_instance(scenario, line(0, 1, 2, 3)))


def test_the_nearest_one_not_listed_is_the_proof():
    # Means: A and D (0+1+2+3)/4 = 1.5, B and C (1+0+1+2)/4 = 1.
    found = find_alternatives(line_siting(), 0.1)
    assert sorted(one.sites for one in found.found) == [("B",), ("C",)]
    assert found.beyond == pytest.approx(0.5)
    assert found.complete
    assert find_alternatives(line_siting(), 0.5).beyond is None


def test_a_cap_is_owned_up_to():
    found = find_alternatives(line_siting(), 0.6, most=3)
    assert len(found.found) == 3
    assert not found.complete
    assert found.beyond == pytest.approx(0.5)


def test_an_interrupt_keeps_what_was_found():
    control = Control()
    seen = []

    def stop_after_two(name, _beyond, _bound):
        seen.append(name)
        control.interrupted = len(seen) == 2

    control.progress = stop_after_two
    found = find_alternatives(line_siting(), 1.0, control=control)
    assert len(found.found) == 2
    assert not found.complete


@pytest.mark.parametrize(
    ("asked", "better", "distance"), [("B", 0, 0.0), ("C", 0, 0.0), ("D", 2, 0.5)]
)
def test_a_set_asked_about_is_ranked_even_beyond_the_list(asked, better, distance):
    standing = find_alternatives(line_siting(), 0.0, asked=(asked,)).standing
    assert standing.exact
    assert (standing.better, standing.distance) == (better, pytest.approx(distance))


def test_a_set_that_is_forbidden_or_too_large_is_said_to_be():
    excluded = line_siting(**{"sites.excluded": ["D"], "sites.candidates": ["A", "B", "C"]})
    siting = Siting(tiny_instance(excluded.instance.scenario, line(0, 1, 2, 3), sites="ABC"))
    assert find_alternatives(siting, 0.0, asked=("D",)).standing.result is None
    assert find_alternatives(line_siting(), 0.0, asked=("A", "B")).standing.result is None


def test_the_most_unlike_come_first():
    found = find_alternatives(line_siting(), 1.0)
    first, second = found.found[0].sites, found.distinct(2)[1]
    # From B the farthest is D at 2 km, from C it is A at 2 km.
    assert (first, second[0].sites) in {(("B",), ("D",)), (("C",), ("A",))}
    assert second[1] == 2.0
    assert [km for _, km in found.distinct(9)] == [0.0, 2.0, 1.0, 1.0]


def test_no_plan_at_all_is_infeasible():
    siting = line_siting(limits={"mean_km": {"most": 0.5}})
    with pytest.raises(InfeasibleScenario):
        find_alternatives(siting, 0.1)


def test_the_real_list_is_that_of_all_48620_sets(real_inputs, real_travel):
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    aim, family = aim_of(siting), siting.family
    value = sum(
        share * (family.of_sum(name) if name == "mean_km" else family.of_sites(name))
        for name, share in aim.shares.items()
    )
    far = (value - value.min()) / aim.size
    assert len(far) == 48620
    announced = tuple(sorted(real_inputs.announced["municipality_code"]))
    found = find_alternatives(siting, 0.03, asked=announced)
    assert found.complete
    assert len(found.found) == (far <= 0.03).sum() > 1
    assert found.beyond == pytest.approx(far[far > 0.03].min(), abs=1e-9)
    rank = (far < found.standing.distance - 1e-9).sum()
    assert (found.standing.better, found.standing.exact) == (rank, True)

"""The list of alternatives against every set there is, and what it says when it is cut short."""

from __future__ import annotations

import numpy as np
import pytest

from planner.analysis.alternatives import find_alternatives
from planner.case.read import default_data_folder
from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.instance import make_instance
from planner.scenario.load import load_scenario
from planner.siting.problem import Siting
from siting.test_problem import every_plan, random_country
from tiny import line, quantity, tiny_instance, tiny_scenario

RATES = {"mean_km": 1.0, "spread": 0.5, "university_minutes": 2.0, "balance": 50.0}


def weighed(random, names):
    """Return rates of some criteria, the first one leading."""
    rates = {name: RATES[name] * float(random.uniform(0.2, 2)) for name in names}
    return {"objective": {"method": "weighted", "rates": rates | {names[0]: 1.0}}}


def every_set(instance, aim):
    """Return the least value of every allowed set of offices, over all assignments."""
    least = {}
    for sites, criteria in every_plan(instance):
        codes = tuple(instance.sites[j] for j in sites)
        least[codes] = min(least.get(codes, np.inf), aim.yardstick.value(criteria))
    return least


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "seed"),
    [
        *((("mean_km", "spread", "university_minutes"), seed) for seed in range(8)),
        *((("spread",), seed) for seed in range(4)),
        *((("mean_km", "balance"), seed) for seed in range(3)),
    ],
)
def test_the_list_is_every_set_that_is_at_most_so_much_worse(names, seed):
    """Enumeration, and the search where balance pulls units away, agree with brute force."""
    random = np.random.default_rng(seed)
    siting = Siting(random_country(random, weighed(random, names), "county"))
    aim = siting.aim()
    least, best = every_set(siting.instance, aim), aim.yardstick.value(aim.best.criteria)
    within = float(random.uniform(0.02, 0.4)) * best
    expected = {s for s, value in least.items() if value <= best + within + 1e-6}
    found = find_alternatives(siting, within)
    assert found.complete
    assert {one.sites for one in found.found} == expected
    assert len(found.found) == len(expected)
    assert [found.worse(one) for one in found.found] == pytest.approx(
        sorted(least[s] - best for s in expected), abs=1e-6
    )
    for one in found.found:
        assert sum(aim.contributions(one.criteria).values()) == pytest.approx(found.worse(one))
    left = [v - best for s, v in least.items() if s not in expected]
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
    within = float(random.uniform(2, 60))
    lists = [find_alternatives(Siting(country), within)]
    monkeypatch.setattr("planner.siting.office_sets.MOST_CELLS", 0)
    lists.append(find_alternatives(Siting(country), within))
    assert lists[1].aim.best.way == "p-median"
    monkeypatch.setattr(Siting, "ranked", lambda *_: None)
    lists.append(find_alternatives(Siting(country), within))
    for one in lists:
        assert one.complete
        assert {r.sites for r in one.found} == {r.sites for r in lists[0].found}
        assert len(one.found) == len(lists[0].found)
        assert [one.worse(r) for r in one.found] == pytest.approx(
            [lists[0].worse(r) for r in lists[0].found], abs=1e-6
        )
        beyond = lists[0].beyond
        assert one.beyond == (None if beyond is None else pytest.approx(beyond, abs=1e-6))


def test_one_search_owns_up_to_a_cap_and_a_limit(monkeypatch):
    monkeypatch.setattr("planner.siting.office_sets.MOST_CELLS", 0)
    found = find_alternatives(line_siting(), 0.6, most=3)
    assert [found.worse(one) for one in found.found] == pytest.approx([0, 0, 0.5])
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
    ("asked", "better", "worse"), [("B", 0, 0.0), ("C", 0, 0.0), ("D", 2, 0.5)]
)
def test_a_set_asked_about_is_ranked_even_beyond_the_list(asked, better, worse):
    standing = find_alternatives(line_siting(), 0.0, asked=(asked,)).standing
    assert standing.exact
    assert (standing.better, standing.worse) == (better, pytest.approx(worse))


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


def test_what_a_soft_limit_is_off_is_a_line_of_the_sum():
    """B and D are 2 km apart, so with B the town of D is that much over a limit of 1 km, times 3.

    The model prices it too: what is listed, and how much worse, is by the whole sum.
    """
    soft = {"max_km": {"most": quantity(1, "km"), "hard": False, "penalty": 3.0}}
    found = find_alternatives(line_siting(limits=soft), 5.0, asked=("A",))
    aim = found.aim
    assert aim.yardstick.parts(aim.best.criteria) == {"mean_km": 1.0, "limits.max_km": 3.0}
    # A: mean 1.5, D 3 km away, so 2 over the limit: 1.5 + 6 against 1 + 3.
    assert [found.worse(one) for one in found.found] == pytest.approx([0, 0, 3.5, 3.5])
    assert found.standing.worse == pytest.approx(3.5)
    assert aim.contributions(found.standing.result.criteria) == pytest.approx(
        {"mean_km": 0.5, "limits.max_km": 3.0}
    )


@pytest.mark.parametrize("objective", ["epsilon", "weighted"])
def test_where_a_share_leads_all_is_in_percentage_points(objective):
    """Farther than 1.5 km: from B or C one town of four, from A or D two."""
    rates = {"share_beyond": 1.0, "spread": 2.0} if objective == "weighted" else {}
    siting = line_siting(
        **{
            "thresholds.beyond_km": quantity(1.5, "km"),
            "objective": {"method": objective, "optimise": "share_beyond", "rates": rates},
        }
    )
    near = find_alternatives(siting, 24.0, asked=("A",))
    assert near.aim.yardstick.unit == "percentage points"
    assert near.aim.yardstick.rates == (rates or {"share_beyond": 1.0})
    assert len(near.found) == 2
    spread = 2 * 0.5 if objective == "weighted" else 0.0  # km: 1 from B, 1.5 from A
    assert near.standing.worse == pytest.approx(25 + spread)
    assert near.beyond == pytest.approx(25 + spread)
    assert len(find_alternatives(siting, 26.0).found) == 4


def test_more_of_what_more_is_better_counts_as_less():
    """A and D are 3 km apart, B and C 1 km: at 1 km per km that is 2 km of mean distance."""
    rates = {"mean_km": 1.0, "min_separation_km": 1.0}
    siting = line_siting(
        **{"offices.count": 2, "objective": {"method": "weighted", "rates": rates}}
    )
    found = find_alternatives(siting, 9.0, asked=("B", "C"))
    assert found.found[0].sites == ("A", "D")  # mean 0.5, as of any other two
    assert found.aim.contributions(found.standing.result.criteria) == pytest.approx(
        {"mean_km": 0.0, "min_separation_km": 2.0}
    )


@pytest.mark.slow
def test_the_real_list_is_that_of_all_48620_sets(real_inputs, real_travel):
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    i, prices = siting.instance, siting.prices
    # Each county by itself: km + 3 km for every hundredth of the principals beyond 150 km.
    cost = (i.unit_km + 300 * i.beyond(i.beyond_km)) / i.total
    value = prices.of("spread").copy()
    for row, one in enumerate(prices.sets.sets):
        value[row] += cost[:, one].min(axis=1).sum()
    far = value - value.min()
    assert len(far) == 48620
    assert value.min() == pytest.approx(164.625, abs=5e-4)
    announced = tuple(sorted(real_inputs.announced["municipality_code"]))
    found = find_alternatives(siting, 3.0, asked=announced)
    assert found.complete
    assert len(found.found) == (far <= 3.0).sum() > 1
    assert found.beyond == pytest.approx(far[far > 3.0].min(), abs=1e-9)
    rank = (far < found.standing.worse - 1e-9).sum()
    assert (found.standing.better, found.standing.exact) == (rank, True)
    assert rank == 31


@pytest.mark.slow
def test_the_announced_towns_are_7_km_of_mean_distance_worse(real_inputs, real_travel):
    """The figures of the decision: 164.625, then Östersund for Härnösand, and number 32."""
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    announced = tuple(sorted(real_inputs.announced["municipality_code"]))
    found = find_alternatives(siting, 1.0, asked=announced)
    aim, (best, second) = found.aim, found.found
    assert aim.yardstick.unit == "km"
    assert aim.yardstick.rates == {"mean_km": 1.0, "spread": 1.0, "share_beyond": 3.0}
    assert aim.yardstick.value(best.criteria) == pytest.approx(164.625, abs=5e-4)
    assert aim.yardstick.value(second.criteria) == pytest.approx(164.992, abs=5e-4)
    assert (set(best.sites) - set(second.sites), set(second.sites) - set(best.sites)) == (
        {"2280"},
        {"2380"},
    )
    assert aim.yardstick.value(found.standing.result.criteria) == pytest.approx(171.805, abs=5e-4)
    assert found.standing.worse == pytest.approx(7.18, abs=5e-3)
    assert aim.contributions(found.standing.result.criteria) == pytest.approx(
        {"mean_km": 0.864, "spread": 3.953, "share_beyond": 2.363}, abs=5e-4
    )

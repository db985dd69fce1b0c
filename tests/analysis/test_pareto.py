"""The frontier against every plan there is, and against moocore's own filter."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from matplotlib.figure import Figure

from planner.analysis.pareto import check_criteria, find_frontier
from planner.case.read import default_data_folder
from planner.control import Control
from planner.errors import InfeasibleScenario, InputError
from planner.model.instance import make_instance
from planner.model.solving.scores import sign
from planner.outputs.pages import pareto as pareto_page
from planner.outputs.pages.pareto import frontier_article
from planner.outputs.words.text import MINUS, load_texts
from planner.scenario.load import load_scenario
from planner.siting.aim import WEIGHABLE
from planner.siting.problem import Siting
from siting.test_problem import every_plan, random_country
from tiny import line, tiny_instance, tiny_scenario

CHEAP = ("mean_km", "spread", "university_minutes", "min_separation_km", "spsm_share", "max_km")


def brute_frontier(instance, criteria):
    """Return the unbeaten rows over every plan, less being better, sorted."""
    rows = {
        tuple(round(sign(name) * measured[name], 6) for name in criteria)
        for _, measured in every_plan(instance)
    }
    table = np.array(sorted(rows))
    return table[moocore.is_nondominated(table)]


def assert_agrees(instance, criteria):
    frontier = find_frontier(Siting(instance), criteria)
    expected = brute_frontier(instance, criteria)
    assert frontier.complete
    assert np.allclose(frontier.table, expected, atol=2e-6)


@pytest.mark.parametrize("seed", range(10))
def test_two_criteria_agree_with_every_plan(seed):
    random = np.random.default_rng(seed)
    criteria = tuple(str(name) for name in random.choice(CHEAP, 2, replace=False))
    assert_agrees(random_country(random, level="county"), criteria)


@pytest.mark.parametrize("seed", range(10))
def test_three_criteria_agree_with_every_plan(seed):
    random = np.random.default_rng(100 + seed)
    criteria = tuple(str(name) for name in random.choice(CHEAP[:5], 3, replace=False))
    assert_agrees(random_country(random, level="county"), criteria)


@pytest.mark.parametrize(
    "criteria",
    [
        ("mean_km", "balance"),
        ("share_beyond", "mean_minutes"),
        ("max_km", "mean_km", "university_minutes"),
    ],
)
def test_criteria_that_pull_units_away_from_the_nearest_agree_too(criteria):
    """These need the search: the best regions of a set of offices hang on the bounds."""
    assert_agrees(random_country(np.random.default_rng(5), level="county"), criteria)


def four_towns(**changes):
    """Return A, B, C, D on a line at 0, 1, 2, 10 km, with a campus near the far ones.

    One office. Mean km: A 13/4, B 11/4, C 11/4, D 27/4. Minutes to a campus: 9, 9, 5, 0. So B is
    no better than C on km and worse on minutes: only weakly efficient. C and D are the frontier.
    """
    km = line(0, 1, 2, 10)
    university = [9.0, 9.0, 5.0, 0.0]
    return Siting(tiny_instance(tiny_scenario(changes), km, university=university))


def test_a_weakly_efficient_plan_is_left_out():
    frontier = find_frontier(four_towns(), ("mean_km", "university_minutes"))
    assert [point.sites for point in frontier.points] == [("C",), ("D",)]
    assert np.allclose(frontier.table, [[2.75, 5], [6.75, 0]])


def test_the_order_of_criteria_gives_the_same_plans():
    frontier = find_frontier(four_towns(), ("university_minutes", "mean_km"))
    assert [point.sites for point in frontier.points] == [("D",), ("C",)]


def test_what_beats_a_set_that_was_asked_about():
    frontier = find_frontier(four_towns(), ("mean_km", "university_minutes"), asked=("A",))
    assert frontier.beating(frontier.asked).sites == ("C",)
    on = find_frontier(four_towns(), ("mean_km", "university_minutes"), asked=("D",))
    assert on.beating(on.asked) is None


def test_of_those_that_beat_a_set_the_best_by_the_questions_own_sum_is_named():
    """On a line at 0, 1, 2, 3 km A is 1.5 km and 9 minutes, C 1 km and 5, D 1.5 km and 0.

    C and D both beat A. Against C, D is 0.5 km for 5 minutes: better from 0.1 km a minute on.
    """
    beating = {}
    for rate in (0.05, 0.2):
        rates = {"mean_km": 1.0, "university_minutes": rate}
        scenario = tiny_scenario({"objective": {"method": "weighted", "rates": rates}})
        instance = tiny_instance(scenario, line(0, 1, 2, 3), university=[9.0, 9.0, 5.0, 0.0])
        frontier = find_frontier(Siting(instance), tuple(rates), asked=("A",))
        beating[rate] = frontier.beating(frontier.asked).sites
    assert beating == {0.05: ("C",), 0.2: ("D",)}


def test_sets_with_the_same_values_are_counted():
    """B and C are as near; with 5 minutes from both they have the same values."""
    both = ("mean_km", "university_minutes")
    alike = tiny_instance(tiny_scenario(), line(0, 1, 2, 10), university=[9.0, 5.0, 5.0, 5.0])
    frontier = find_frontier(Siting(alike), both)
    assert (len(frontier.points), frontier.sharing) == (1, (2,))
    assert find_frontier(four_towns(), both).sharing == (1, 1)
    found = find_frontier(Siting(alike), ("mean_km", "balance"))
    assert set(found.sharing) == {None}  # these need the search


def test_more_is_better_where_it_is():
    frontier = find_frontier(four_towns(**{"offices.count": 2}), ("mean_km", "min_separation_km"))
    values = [(p.criteria["mean_km"], p.criteria["min_separation_km"]) for p in frontier.points]
    # B and D serve all within (1 + 0 + 1 + 0) / 4 km, 9 km apart; A and D within 3/4, 10 apart.
    assert values == [(0.5, 9.0), (0.75, 10.0)]


def test_an_interrupt_keeps_what_was_found():
    control = Control()
    control.progress = lambda name, *_: setattr(control, "interrupted", name == "1 points")
    frontier = find_frontier(
        four_towns(), ("mean_km", "university_minutes"), asked=("A",), control=control
    )
    assert len(frontier.points) == 1 + 1  # the interrupt is seen before the next solve
    assert not frontier.complete
    assert frontier.asked.sites == ("A",)


def test_no_plan_at_all_is_infeasible():
    with pytest.raises(InfeasibleScenario):
        find_frontier(
            four_towns(limits={"mean_km": {"most": 0.5}}), ("mean_km", "university_minutes")
        )


@pytest.mark.parametrize(
    "criteria",
    [("mean_km",), ("mean_km", "mean_km"), ("mean_km", "p95_km"), ("a", "b"), WEIGHABLE[:4]],
)
def test_criteria_that_can_not_be_traded_are_told(criteria):
    with pytest.raises(InputError):
        check_criteria(criteria)


@pytest.mark.parametrize(
    "criteria",
    [("mean_km", "spread", "university_minutes"), ("mean_km", "spread", "min_separation_km")],
)
def test_the_real_frontier_is_that_of_all_48620_sets(real_inputs, real_travel, criteria):
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    family = siting.family
    columns = [
        family.of_sum(name) if name == "mean_km" else sign(name) * family.of_sites(name)
        for name in criteria
    ]
    rows = np.unique(np.round(np.column_stack(columns), 9), axis=0)
    assert len(family.sets) == 48620
    expected = rows[moocore.is_nondominated(rows)]
    assert np.allclose(find_frontier(siting, criteria).table, expected, atol=1e-5)


def test_half_of_all_sets_share_the_one_point_that_is_best_on_both(real_inputs, real_travel):
    """Nearness to teacher education takes two values, and every other town is with SPSM."""
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    frontier = find_frontier(siting, ("university_minutes", "spsm_share"))
    assert frontier.complete
    assert frontier.sharing == (24310,)


def test_what_is_shown_equal_is_no_gain_and_a_value_has_one_place_in_the_legend(
    real_inputs, real_travel
):
    """Karlstad and Falun for Örebro and Gävle: nearer, and 4.7 minutes to a campus either way."""
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario.complete()))
    asked = sorted(set(real_inputs.announced["municipality_code"]))
    names = ("mean_km", "spread", "university_minutes")
    frontier = find_frontier(siting, names, asked=asked)
    t = load_texts("en", "alternatives", "pareto")
    article = frontier_article(frontier, real_inputs, t, plots=False)
    assert article.answer[-1].endswith(
        f"gives mean distance {MINUS}0.9\u00a0km and spread over the country {MINUS}4.0\u00a0km; "
        "equal is travel time to teacher education."
    )
    axes = Figure().add_subplot()
    pareto_page._thirds(axes, frontier, names[2], real_inputs, t)
    assert axes.get_legend_handles_labels()[1] == [
        "the curve, travel time to teacher education 1.1\u00a0min",
        "the curve, travel time to teacher education 4.7\u00a0min",
    ]

"""Rules of siting that decide the answer: each case has one possible plan, argued beside it."""

from __future__ import annotations

import numpy as np
import pytest

from planner.control import Control
from planner.errors import InfeasibleScenario, SolverStopped
from planner.model import build as module
from planner.model.build import add_group, build
from planner.model.constraints import Group
from tiny import line, opened, served, solve, tiny_instance, tiny_scenario, towns, work_sections

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)


def plan(changes=None, km=ROAD, principals=(1, 1, 1, 1), **details):
    periods = details.pop("periods", {})
    return solve(tiny_instance(tiny_scenario(changes, **periods), km, principals, **details))


def test_the_shortest_mean_distance_decides():
    # With two principals in A, from A 140 km in all, B 20 + 20 + 90, C 150, D 360.
    found = plan(principals=(2, 1, 1, 1))
    assert (towns(found), served(found)) == ("B", "BBBB")
    assert found.criteria["mean_km"] == 26
    assert found.termination.reason == "optimal"
    assert (found.termination.objective, found.termination.gap) == (26, 0)


def test_principals_weigh_their_town():
    # D's 10 principals outweigh the others: from D 270 km, from B 110 + 900.
    assert towns(plan(principals=(1, 1, 1, 10))) == "D"


def test_a_required_town_has_an_office_and_the_rest_is_chosen_around_it():
    # With C there, A saves 40, B 40 and D 70 km.
    found = plan({"offices.count": 2, "sites.required": ["C"]})
    assert (towns(found), served(found)) == ("CD", "CCCD")
    assert [office.role for office in found.offices] == ["required", "candidate"]


def test_only_candidate_towns_have_offices():
    assert towns(plan(sites="AD")) == "A"


def test_an_existing_office_is_open_in_every_period_and_never_opens():
    found = plan(
        {
            "offices.count": 2,
            "sites.existing": ["D"],
            "rollout.periods": [
                {"name": "P1", "openings_most": 0},
                {"name": "P2", "openings_most": 1},
            ],
        }
    )
    # Nothing may open in P1, so D alone serves everybody; then B.
    assert served(found, "P1") == "DDDD"
    assert served(found, "P2") == "BBBD"
    assert [period.open for period in found.periods] == [("D",), ("B", "D")]


def test_an_openings_cap_forces_the_order():
    # Two offices, B and D by distance (30 km in all, A and D 40); one opening a period, and D has
    # premises from P2 on.
    found = plan(
        {
            "offices.count": 2,
            "rollout.periods": [
                {"name": "P1", "openings_most": 1},
                {"name": "P2", "openings_most": 1},
            ],
            "rollout.available_from": {"D": "P2"},
        }
    )
    assert opened(found) == {"B": "P1", "D": "P2"}
    assert served(found, "P1") == "BBBB"


def test_an_office_in_own_premises_does_not_count_against_the_openings():
    changes = {
        "offices.count": 2,
        "sites.required": ["B", "D"],
        "rollout.periods": [{"name": "P1", "openings_most": 1}],
    }
    with pytest.raises(InfeasibleScenario):
        plan(changes)
    assert opened(plan({**changes, "sites.own_premises": ["D"]})) == {"B": "P1", "D": "P1"}


def test_a_set_date_is_kept():
    # Without it B would open at once: somebody has to serve in P1, and that must be D.
    found = plan(
        {"offices.count": 2, "rollout.opens": {"B": "P2", "D": "P1"}}, periods={"P1": 6, "P2": 6}
    )
    assert opened(found) == {"B": "P2", "D": "P1"}
    assert served(found, "P1") == "DDDD"


def test_premises_that_come_later_hold_an_office_back():
    found = plan(
        {"offices.count": 2, "rollout.available_from": {"B": "P2"}, "sites.required": ["B", "D"]},
        periods={"P1": 6, "P2": 6},
    )
    assert opened(found) == {"B": "P2", "D": "P1"}


def test_an_office_stays_unless_the_scenario_lets_it_close():
    # A must open in P1, only B may be open at the end.
    changes = {"offices.count": 1, "sites.required": ["B"], "rollout.opens": {"A": "P1"}}
    periods = {"P1": 6, "P2": 6}
    with pytest.raises(InfeasibleScenario):
        plan(changes, periods=periods)
    found = plan({**changes, "rollout.may_close": True}, periods=periods)
    by_town = {office.town: (office.opens, office.closes) for office in found.offices}
    assert by_town["A-stad"] == ("P1", "P2")
    assert by_town["B-stad"][1] is None


def test_the_number_of_offices_may_be_a_range():
    # Distance alone takes as many as it may, and without B 10 km are left; university minutes
    # alone take only the one at a campus.
    assert towns(plan({"offices.count": [1, 3]}, principals=(2, 1, 1, 1))) == "ACD"
    near = {"offices.count": [1, 3], "objective.optimise": "university_minutes"}
    assert towns(plan(near, university=(30, 30, 0, 30))) == "C"
    at_least = {"offices.count": [2, 3], "objective.optimise": "university_minutes"}
    assert towns(plan(at_least, university=(30, 20, 0, 30))) == "BC"


def test_a_county_belongs_to_one_office():
    # Counties x = {A, D} and y = {B, C}; offices in A and D. With D's two principals x is 200 km
    # from A and 100 from D, y 40 km from A and 160 from D. One by one A and D serve themselves.
    two = {"offices.count": 2, "sites.required": ["A", "D"]}
    details = {"principals": (1, 1, 1, 2), "counties": "xyyx"}
    as_counties = plan({**two, "units.level": "county"}, **details)
    assert served(as_counties) == "DA"
    assert as_counties.criteria["mean_km"] == 28
    one_by_one = plan(two, **details)
    assert served(one_by_one) == "AAAD"
    assert one_by_one.criteria["mean_km"] == 8


def test_principals_are_assigned_one_by_one_where_they_are_the_units():
    found = plan({"units.level": "principal", "offices.count": 2}, principals=(2, 0, 1, 1))
    # A's two, C and D: offices in A and D leave C's 30 km.
    assert [(a.id, a.office) for a in found.assignments] == [
        ("A0", "A"),
        ("A1", "A"),
        ("C0", "A"),
        ("D0", "D"),
    ]


# A ring road A - B - C - D of 1, 2, 1 and 10 km, whose towns border in another order.
RING = {
    "km": np.array([[0, 1, 9, 10], [1, 0, 2, 3], [9, 2, 0, 1], [10, 3, 1, 0]], dtype=float),
    "borders": ["AD", "BC", "CD"],
    "principals": (1, 10, 1, 10),
}


def test_contiguity_changes_the_answer():
    # Offices in B and D are required. By distance A is at B, 1 km. Borders join A to D alone, so
    # A has to be at D, 10 km; B and D with their ten principals stay where they are.
    two = {"offices.count": 2, "sites.required": ["B", "D"]}
    assert served(plan(two, **RING)) == "BBDD"
    connected = plan({**two, "units.contiguous": True}, **RING)
    assert served(connected) == "DBDD"
    assert connected.criteria["contiguous"] == 1


def test_a_region_may_be_kept_in_one_piece_by_a_longer_way():
    # A road A - B - C, all borders along it; office in A and B. D lies past C but is near A by a
    # tunnel, 1 km; the way to it on land is by B and C, so A gets it only with both.
    km = np.array([[0, 9, 10, 1], [9, 0, 1, 20], [10, 1, 0, 20], [1, 20, 20, 0]], dtype=float)
    two = {"offices.count": 2, "sites.required": ["A", "B"]}
    borders = ["AB", "BC", "CD"]
    assert served(plan(two, km=km, borders=borders)) == "ABBA"
    # In one piece, with A's ten at A: D's three from A 9 + 10 + 3, from B 1 + 60; D's one with
    # three each in B and C from A 27 + 30 + 1, from B 3 + 20.
    two["units.contiguous"] = True
    assert served(plan(two, km=km, borders=borders, principals=(10, 1, 1, 3))) == "AAAA"
    assert served(plan(two, km=km, borders=borders, principals=(10, 3, 3, 1))) == "ABBB"


def test_contiguity_holds_once_every_office_is_open():
    # B and C are open from the start, D follows. By borders A belongs to D in the end; until
    # then it waits at B, the nearest, though A and B do not border.
    changes = {
        "offices.count": 3,
        "sites.required": ["B", "C", "D"],
        "rollout.opens": {"B": "P1", "C": "P1", "D": "P2"},
        "units.contiguous": True,
    }
    found = solve(tiny_instance(tiny_scenario(changes, P1=6, P2=6), **RING))
    assert served(found, "P1") == "BBCC"
    assert served(found, "P2") == "DBCD"


def test_a_hard_limit_excludes_the_plan_that_breaks_it():
    # B alone leaves D 90 km off, A 100, C 70; nobody farther than 75 leaves C.
    found = plan({"limits.max_km": {"most": 75}})
    assert towns(found) == "C"
    assert found.slacks == ()


def test_a_soft_limit_is_broken_where_that_is_cheaper_and_says_by_how_much():
    # B alone: mean 26, D 90 km off, 15 too many. C alone: mean 30 and 70 km, within 75.
    # Breaking it costs 15 x penalty, keeping it 4 km: 0.1 breaks, 0.3 keeps.
    limit = {"most": 75, "hard": False, "penalty": 0.1}
    cheap = plan({"limits.max_km": limit}, principals=(2, 1, 1, 1))
    assert towns(cheap) == "B"
    (slack,) = cheap.slacks
    assert (slack.criterion, slack.limit, slack.value, slack.slack) == ("max_km", 75, 90, 15)
    assert cheap.termination.objective == pytest.approx(26 + 1.5)
    limit["penalty"] = 0.3
    dear = plan({"limits.max_km": limit}, principals=(2, 1, 1, 1))
    assert towns(dear) == "C"
    assert dear.slacks[0].slack == 0
    assert dear.termination.objective == pytest.approx(30)


def test_a_soft_limit_of_the_other_sense():
    # Two offices, best by distance B and D, 90 km apart; at least 95 is kept by A and D alone.
    limit = {"least": 95, "hard": False, "penalty": 10}
    two = {"offices.count": 2, "limits.min_separation_km": limit}
    assert towns(plan(two)) == "AD"
    limit["penalty"] = 0.1
    found = plan(two)
    assert towns(found) == "BD"
    assert found.slacks[0].slack == 5


def test_a_percentile_may_be_bounded():
    # 95 of 100 within 10 km: B within 10 of all but D's 6 and C's, so with 6 of 100 in D an
    # office there is needed, with 5 not.
    two = {"offices.count": 1, "limits.p95_km": {"most": 10}}
    assert towns(plan(two, principals=(47, 48, 0, 5))) == "B"
    with pytest.raises(InfeasibleScenario):
        plan(two, principals=(47, 47, 0, 6))


SLOW_TO_B = ROAD.copy()
SLOW_TO_B[:, 1] = (60, 0, 60, 60)


@pytest.mark.parametrize(
    ("limit", "answer", "details"),
    [
        # Two offices by distance: B and D, which leave A 10 and C 20 km.
        ({}, "BD", {}),
        # A and D leave 10 + 30 km, but B takes an hour to reach.
        ({"mean_minutes": {"most": 10}}, "AD", {"minutes": SLOW_TO_B}),
        # With five principals A's office saves more, but B's is nearer for the land.
        ({}, "AD", {"principals": (5, 1, 1, 1)}),
        ({"spread": {"most": 7.5}}, "BD", {"principals": (5, 1, 1, 1)}),
        ({"min_separation_km": {"least": 91}}, "AD", {}),
        # Campuses in C and D, the others 90 minutes away.
        ({"university_minutes": {"most": 10}}, "CD", {"university": (90, 90, 10, 10)}),
        ({"university_beyond": {"most": 0}}, "CD", {"university": (90, 90, 10, 10)}),
        ({"spsm_share": {"least": 1}}, "AC", {"spsm": "AC"}),
    ],
)
def test_every_criterion_of_siting_can_be_a_limit(limit, answer, details):
    limits = {f"limits.{name}": rule for name, rule in limit.items()}
    assert towns(plan({"offices.count": 2, **limits}, **details)) == answer


def test_a_share_beyond_can_be_a_limit():
    # Everybody within 15 km takes three offices: A or B, C and D.
    limits = {"limits.share_beyond": {"most": 0}, "thresholds.beyond_km.value": 15}
    with pytest.raises(InfeasibleScenario):
        plan({"offices.count": 2, **limits})
    assert towns(plan({"offices.count": 3, **limits}, principals=(1, 2, 1, 1))) == "BCD"


def test_one_office_has_no_pair_to_be_apart():
    # Measured as 0 km, so a limit on it needs two offices, and so does the objective.
    with pytest.raises(InfeasibleScenario):
        plan({"offices.count": 1, "limits.min_separation_km": {"least": 1}})
    found = plan({"offices.count": [1, 2], "objective.optimise": "min_separation_km"})
    assert towns(found) == "AD"
    assert found.termination.objective == 100


def test_the_share_with_the_sister_agency_is_whole_where_no_office_counts():
    # A is in own premises, nowhere has the sister agency: with A alone nobody is left outside.
    changes = {
        "offices.count": [1, 2],
        "sites.required": ["A"],
        "sites.own_premises": ["A"],
        "objective.optimise": "spsm_share",
    }
    found = plan(changes, spsm="")
    assert towns(found) == "A"
    assert found.termination.objective == 1


def test_splits_are_counted_exactly():
    # County x = {A, B, C}, y = {D}; offices in A and D are required. C is 30 from A, 70 from D;
    # a balance of at most 1 needs two towns each, which splits x.
    two = {"offices.count": 2, "sites.required": ["A", "D"]}
    balanced = plan({**two, "limits.balance": {"most": 1.0}}, counties="xxxy")
    assert (served(balanced), balanced.criteria["county_splits"]) == ("AADD", 1)
    whole = plan({**two, "limits.county_splits": {"most": 0}}, counties="xxxy")
    assert served(whole) == "AAAD"
    with pytest.raises(InfeasibleScenario):
        plan(
            {**two, "limits.balance": {"most": 1.0}, "limits.county_splits": {"most": 0}},
            counties="xxxy",
        )


def test_an_existing_office_may_close_from_the_second_period_where_offices_may():
    """Everybody lives in B; A exists, and one office is to be left."""
    changes = {"sites.existing": ["A"], "offices.count": 1}
    scenario = tiny_scenario(changes | {"rollout.may_close": True}, P1=12, P2=12)
    plan = solve(tiny_instance(scenario, line(0, 10), (0, 5)))
    assert [(office.code, office.opens, office.closes) for office in plan.offices] == [
        ("A", "P1", "P2"),
        ("B", "P2", None),
    ]
    stays = solve(tiny_instance(tiny_scenario(changes, P1=12, P2=12), line(0, 10), (0, 5)))
    assert [office.code for office in stays.offices] == ["A"]


def test_there_are_never_more_offices_than_the_most_even_if_some_close():
    """Two dates set for P1 and one office at most: no plan, though one could close in time."""
    changes = {
        "offices.count": 1,
        "rollout.may_close": True,
        "rollout.opens": {"A": "P1", "B": "P1"},
    }
    with pytest.raises(InfeasibleScenario):
        solve(tiny_instance(tiny_scenario(changes, P1=12, P2=12), line(0, 10), (1, 1)))


def test_a_model_that_no_memory_holds_is_not_begun(monkeypatch):
    """Rows of who is nearest before the rollout is complete grow with the square of the sites."""
    instance = tiny_instance(tiny_scenario(work_sections(), P1=12, P2=12), line(0, 1, 2))
    monkeypatch.setattr(module, "MOST_TERMS", 27)
    build(instance)
    monkeypatch.setattr(module, "MOST_TERMS", 26)
    with pytest.raises(SolverStopped, match="more memory") as stopped:
        build(instance)
    assert stopped.value.reason == "memory_limit"


@pytest.mark.parametrize("looks", [1, 20, 60, 100, 150])
def test_a_limit_ends_the_building_where_it_comes(looks):
    """Among variables, rules or rows: the next look at the limits is the last."""
    seen = []

    class Limited(Control):
        def stopped(self):
            seen.append(1)
            return len(seen) >= looks

    instance = tiny_instance(tiny_scenario(work_sections(), P1=12, P2=12), line(0, 1, 2))
    with pytest.raises(SolverStopped, match="while the model was built") as stopped:
        build(instance, Limited())
    assert stopped.value.reason == "time_limit"
    assert len(seen) == looks


def test_a_model_that_was_built_may_grow_after_a_limit():
    """A plan that was found is finished in it."""
    control = Control()
    model = build(tiny_instance(tiny_scenario(), line(0, 1)), control)
    control.interrupted = True
    add_group(model.problem, Group("more", (model.variables.open[0][0] <= 1,)), 99)
    assert "more_99_0" in {row.name for row in model.problem.constraints()}

"""The rollout on cases with one possible plan: who opens when, with whom, and who has to wait.

Unless a case says otherwise a dialogue takes one advisor 10 hours and an advisor has 100 hours a
year, so 10 dialogues; everybody takes part; nothing costs anything (tiny.work_sections).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.control import Control
from planner.criteria.reads import Solution
from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import build
from planner.model.solving import stages
from planner.model.solving.decisions import fix_period
from planner.model.solving.optimise import Stage, optimise, weakest
from planner.plan import Scope
from tiny import line, opened, quantity, served, solve, tiny_instance, tiny_scenario, towns
from tiny import work_sections as work


def rollout(changes=None, principals=(30,), km=None, periods=None, **details):
    scenario = tiny_scenario(work(changes), **(periods or {"P1": 12}))
    km = line(*range(len(principals))) if km is None else km
    return solve(tiny_instance(scenario, km, principals, **details))


def period(name="P1", **rules):
    numbers = {key: quantity(n) if key != "openings_most" else n for key, n in rules.items()}
    return {"name": name, "months": 12, **numbers}


def held(plan):
    return [result.dialogues for result in plan.periods]


def staff(plan):
    return {office.code: dict(office.advisors) for office in plan.offices}


def test_everybody_is_met_at_once_where_nothing_forbids_it():
    found = rollout(periods={"P1": 12, "P2": 12})
    assert held(found) == [30, 0]
    assert staff(found) == {"A": {"P1": 3, "P2": 1}}  # nobody idle but the minimum team
    assert found.criteria["waiting"] == 30 * 6
    assert found.termination.reason == "optimal"


def test_a_hiring_cap_makes_people_wait():
    # One advisor a year: ten dialogues, then twenty.
    found = rollout({"rollout.periods": [period(hires_most=1), period("P2", hires_most=1)]})
    assert held(found) == [10, 20]
    assert staff(found) == {"A": {"P1": 1, "P2": 2}}
    assert found.criteria["waiting"] == 10 * 6 + 20 * 18
    assert found.criteria["unmet"] == 0


def test_who_gets_none_waits_to_the_end_and_is_named_by_county():
    found = rollout({"rollout.periods": [period(hires_most=1)]}, principals=(4, 16), sites="A")
    # A's hours are for ten of twenty: whichever, the sum by county is ten.
    assert (held(found), found.criteria["unmet"], sum(found.unmet.values())) == ([10], 10, 10)
    assert found.criteria["waiting"] == 10 * 6 + 10 * 12
    batches = {batch.id: batch.dialogues for batch in found.dialogues}
    due = {"A": 4, "B": 16}
    assert found.unmet == {unit.lower(): due[unit] - batches.get(unit, 0) for unit in due}


def test_hires_move_with_the_openings():
    # Two offices, at most one opening and one hire a year: A has five principals, B twenty, and
    # they are five hours apart, so a dialogue away takes 20 hours. B first: ten there, then ten
    # and A's five. A first: five and two in B, and B's eighteen don't fit into the second year.
    changes = {
        "offices.count": 2,
        "rollout.periods": [
            period(openings_most=1, hires_most=1),
            period("P2", openings_most=1, hires_most=1),
        ],
        "staffing.in_person": quantity(1),
    }
    found = rollout(changes, principals=(5, 20), km=line(0, 300))
    assert opened(found) == {"A": "P2", "B": "P1"}
    assert held(found) == [10, 15]


def test_a_minimum_team_closes_out_a_small_office():
    # Two offices are nearer, but with teams of two three hires are too few for both; A has the
    # more principals.
    changes = {"offices.count": [1, 2], "rollout.periods": [period(hires_most=3)]}
    principals = (30, 2)
    assert towns(rollout(changes, principals=principals)) == "AB"
    small = {**changes, "staffing.minimum_team": quantity(2)}
    found = rollout(small, principals=principals)
    assert towns(found) == "A"
    assert found.criteria["mean_km"] == 2 / 32


def test_an_office_never_has_less_than_its_team():
    found = rollout({"staffing.minimum_team": quantity(4)}, principals=(5,))
    assert staff(found) == {"A": {"P1": 4}}


def test_a_budget_limits_the_staff():
    # 4.2 MSEK: premises 0.5 and opening 1 leave 2.7, two advisors and twenty dialogues.
    money = {
        "money.advisor": quantity(1),
        "money.premises": quantity(0.5),
        "money.opening": quantity(1),
        "rollout.periods": [period(budget_msek=4.2)],
    }
    found = rollout(money)
    assert held(found) == [20]
    assert found.periods[0].cost_msek == 3.5
    assert found.criteria["unmet"] == 10


def test_a_budget_holds_in_its_own_period():
    # The opening is paid in the first year, which leaves 1.5 for one advisor; then 2.5 for two.
    money = {
        "money.advisor": quantity(1),
        "money.opening": quantity(1),
        "rollout.periods": [period(budget_msek=2.5), period("P2", budget_msek=2.5)],
    }
    assert held(rollout(money)) == [10, 20]


def test_advisors_who_are_there_need_no_hiring():
    changes = {
        "sites.existing": ["A"],
        "staffing.existing": {"A": quantity(2)},
        "rollout.periods": [period(hires_most=0)],
    }
    assert held(rollout(changes)) == [20]
    with pytest.raises(InfeasibleScenario):  # no team, and nobody may be hired
        rollout({"rollout.periods": [period(hires_most=0)]})


def test_staff_does_not_move_between_offices_without_hiring():
    # Two advisors in A, none in B, and B must have its team.
    changes = {
        "offices.count": 2,
        "sites.existing": ["A"],
        "staffing.existing": {"A": quantity(2)},
        "rollout.periods": [period(hires_most=0)],
    }
    with pytest.raises(InfeasibleScenario):
        rollout(changes, principals=(5, 5))
    changes["rollout.periods"] = [period(hires_most=1)]
    assert staff(rollout(changes, principals=(5, 5)))["B"] == {"P1": 1}


def test_the_sister_agency_lends_only_in_its_towns():
    lent = {
        "rollout.periods": [period(hires_most=1)],
        "staffing.sister_pool": quantity(0.5),
        "money.sister_advisor": quantity(0.4),
    }
    with_sister = rollout(lent)
    assert held(with_sister) == [15]
    assert with_sister.criteria["cost_msek"] == pytest.approx(0.2)
    assert held(rollout(lent, spsm="")) == [10]


COSTLY = {"objective.then": ["cost_msek"], "money.advisor": quantity(1)}


def test_a_hard_target_is_met_whatever_it_costs():
    # Costs alone would leave one advisor; fifteen dialogues take two.
    assert staff(rollout(COSTLY)) == {"A": {"P1": 1}}
    target = {"by": "P1", "least": quantity(15), "hard": True}
    found = rollout({**COSTLY, "dialogues.targets": [target]})
    assert staff(found) == {"A": {"P1": 2}}
    assert held(found)[0] >= 15
    with pytest.raises(InfeasibleScenario):
        rollout({"dialogues.targets": [target | {"least": quantity(31)}]})


def test_a_soft_target_comes_before_cost_and_is_missed_only_where_it_must_be():
    # Fifteen dialogues take a second advisor, who costs 1 and may be hired or not.
    target = {"by": "P1", "least": quantity(15), "hard": False, "penalty": 0.1}
    met = rollout({**COSTLY, "dialogues.targets": [target]})
    assert staff(met) == {"A": {"P1": 2}}
    assert [(s.objective_name, s.objective) for s in met.stages] == [
        ("mean_km", 0),
        ("soft rules", 0),
        ("cost_msek", 2),
    ]
    one = {"rollout.periods": [period(hires_most=1)]}
    short = rollout({**COSTLY, **one, "dialogues.targets": [target]})
    assert staff(short) == {"A": {"P1": 1}}
    (slack,) = short.slacks
    assert (slack.criterion, slack.limit, slack.value, slack.slack) == (
        "dialogues_by P1",
        15,
        10,
        5,
    )
    assert short.stages[1].objective == pytest.approx(0.5)


def test_targets_count_from_the_start():
    # Twenty by the end of the second year, hires of one a year: ten and ten will do.
    changes = {
        **COSTLY,
        "rollout.periods": [period(hires_most=1), period("P2", hires_most=1)],
        "dialogues.targets": [{"by": "P2", "least": quantity(20), "hard": True}],
    }
    assert sum(held(rollout(changes))) >= 20


def test_counties_keep_pace():
    # Ten principals each in A and B, five hours apart, the office in A with one advisor: a
    # dialogue takes 10 hours at home, 20 away. Alone, A's ten; with at most 1 in 10 and one
    # dialogue off, 6 and 2: 60 + 40 hours.
    changes = {"staffing.in_person": quantity(1), "rollout.periods": [period(hires_most=1)]}
    details = {"principals": (10, 10), "km": line(0, 300), "sites": "A"}
    free = rollout(changes, **details)
    assert {batch.id: batch.dialogues for batch in free.dialogues} == {"A": 10}
    paced = rollout({**changes, "dialogues.balance": quantity(0.1)}, **details)
    assert {batch.id: batch.dialogues for batch in paced.dialogues} == {"A": 6, "B": 2}


def test_closing_an_office_is_paid_for():
    changes = {
        "sites.required": ["B"],
        "rollout.opens": {"A": "P1", "B": "P2"},
        "rollout.may_close": True,
        "money.closing": quantity(3),
        "money.opening": quantity(2),
    }
    found = rollout(changes, principals=(5, 5), periods={"P1": 12, "P2": 12})
    assert {office.code: office.closes for office in found.offices} == {"A": "P2", "B": None}
    assert [result.cost_msek for result in found.periods] == [2, 5]


def test_an_office_may_be_open_only_for_as_long_as_it_is_needed():
    # Premises cost 1 a year and closing 0.1; everybody is met in the first year, from A alone.
    changes = {
        "offices.count": 1,
        "objective.then": ["waiting", "cost_msek"],
        "money.premises": quantity(1),
        "sites.required": ["A"],
    }
    found = rollout(changes, principals=(5, 5), periods={"P1": 12, "P2": 12})
    assert [result.open for result in found.periods] == [("A",), ("A",)]


def test_a_county_belongs_to_its_own_office_from_the_day_it_opens():
    # Offices in A and C are there from the start, B opens in the second year.
    changes = {
        "offices.count": 3,
        "sites.existing": ["A", "C"],
        "rollout.opens": {"B": "P2"},
    }
    found = rollout(changes, principals=(5, 5, 5), km=line(0, 10, 30), periods={"P1": 12, "P2": 12})
    assert served(found, "P2") == "ABC"
    assert served(found, "P1") == "AAC"


def test_until_then_the_nearest_open_office_serves_it():
    # B's own office opens in the second year; A is 10 km off and C 20. A's advisors have enough
    # to do, so that waiting alone would send B to C, where nobody lives.
    changes = {
        "offices.count": 3,
        "sites.existing": ["A", "C"],
        "rollout.opens": {"B": "P2"},
        "rollout.periods": [period("P1", hires_most=2), period("P2", hires_most=3)],
    }
    found = rollout(changes, principals=(30, 30, 1), km=line(0, 10, 30))
    assert served(found, "P1") == "AAC"


def test_nobody_is_due_where_uptake_is_nil():
    found = rollout({"dialogues.uptake": quantity(0)})
    assert held(found) == [0]
    assert found.criteria["waiting"] == found.criteria["unmet"] == 0


def test_waiting_in_the_objective_decides_the_sites_too():
    # A and B are five hours apart and have ten and thirty principals; one office with two
    # advisors has 200 hours. From B 20 are met at home; from A ten at home and five in B.
    changes = {
        "objective": {"method": "epsilon", "optimise": "waiting"},
        "objective.then": [],
        "staffing.in_person": quantity(1),
        "rollout.periods": [period(hires_most=2)],
    }
    details = {"principals": (10, 30), "km": line(0, 300)}
    found = rollout(changes, **details)
    assert (towns(found), held(found)) == ("B", [20])
    assert found.criteria["waiting"] == 20 * 6 + 20 * 12


def test_cost_and_waiting_may_be_weighed():
    # Ten dialogues each of three advisors at 2 MSEK; ten that are not held wait 60 months longer.
    # At 0.04 MSEK a month that is 2.4, and all three are worth it; at 0.03 it is 1.8.
    objective = {"method": "weighted", "rates": {"cost_msek": 1, "waiting": 0.04}}
    changes = {"objective": objective, "objective.then": [], "money.advisor": quantity(2)}
    found = rollout(changes)
    assert staff(found) == {"A": {"P1": 3}}
    assert found.termination.objective == pytest.approx(6 + 0.04 * 180)
    objective["rates"]["waiting"] = 0.03
    assert staff(rollout(changes)) == {"A": {"P1": 1}}


def test_limits_on_the_whole_horizon_hold():
    changes = {"money.advisor": quantity(1), "limits.cost_msek": {"most": 2}}
    assert held(rollout(changes)) == [20]
    with pytest.raises(InfeasibleScenario):
        rollout({**changes, "limits.unmet": {"most": 9}})
    with pytest.raises(InfeasibleScenario):
        rollout({**changes, "limits.waiting": {"most": 20 * 6 + 10 * 12 - 1}})
    assert held(rollout({**changes, "limits.waiting": {"most": 20 * 6 + 10 * 12}})) == [20]


NOWHERE = Solution(((0,),), np.array([[0]]))


def stage(name="waiting", reason="optimal", objective=100.0, bound=100.0, **more):
    return Stage(name, reason, objective, bound, NOWHERE, **more)


def decided(monkeypatch, control, in_parts, in_whole=None, changes=None):
    """Return how an instance is solved, with these answers in parts and in whole dialogues."""
    asked = []

    def answer(attempt):
        asked.append(attempt.whole)
        found = in_whole if attempt.whole else in_parts
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(stages.Attempt, "solve", answer)
    instance = tiny_instance(tiny_scenario(work() if changes is None else changes), line(0, 1))
    return stages.solve_instance(instance, control), asked


def result(*found):
    return stages.SolvedInstance(NOWHERE, found)


def test_what_is_proved_in_parts_is_not_planned_again(monkeypatch):
    proved = result(stage(), stage(reason="gap_limit", bound=99.0))
    assert decided(monkeypatch, Control(), proved) == (proved, [False])
    short = result(stage(reason="stalled", bound=90.0))
    assert decided(monkeypatch, Control(), short, changes={}) == (short, [False])  # no dialogues


def test_what_is_not_proved_in_parts_is_planned_in_whole_dialogues(monkeypatch):
    short = result(stage(), stage(reason="stalled", bound=90.0))
    proved = result(stage(objective=95.0, bound=95.0))
    assert decided(monkeypatch, Control(), short, proved) == (proved, [False, True])
    none = InfeasibleScenario("no plan keeps every hard rule")
    assert decided(monkeypatch, Control(), none, proved) == (proved, [False, True])


@pytest.mark.parametrize(
    "in_whole", [SolverStopped("node_limit", "stopped"), result(stage(reason="node_limit"))]
)
def test_a_limit_on_the_way_to_whole_dialogues_leaves_the_first_plan(monkeypatch, in_whole):
    """The stages that are not proved say that limit; the others stay."""
    short = result(stage(), stage(reason="stalled", bound=90.0))
    found, asked = decided(monkeypatch, Control(), short, in_whole)
    assert found.stages == (stage(), stage(reason="node_limit", bound=90.0))
    assert asked == [False, True]


def test_no_second_way_is_tried_after_a_limit(monkeypatch):
    short = result(stage(), stage(reason="stalled", bound=90.0))
    found, asked = decided(monkeypatch, Control(interrupted=True), short)
    assert found.stages == (stage(), stage(reason="interrupted", bound=90.0))
    assert asked == [False]


def no_shortcut(_i, _control):
    return None


class Asked(Exception):  # noqa: N818 - ends a test where it has seen enough
    """What a goal was asked for."""


def tracked(scenario, km, whole=False):
    instance = tiny_instance(scenario, km)
    track = stages.Track(build(instance, whole=whole), range(len(instance.sites)))
    attempt = stages.Attempt(instance, Control(gap=0.1), no_shortcut, whole=whole)
    return lambda: attempt.afterwards([track], scenario.goals, Scope())


@pytest.mark.parametrize(
    ("whole", "dialogues", "gap"), [(False, True, 0.06), (True, True, 0.1), (False, False, 0.1)]
)
def test_parts_of_dialogues_leave_a_share_of_the_gap_to_whole_ones(
    monkeypatch, whole, dialogues, gap
):
    def reached(_model, name, _control, _before, **given):
        raise Asked(name, given["gap"])

    monkeypatch.setattr(stages, "reach", reached)
    scenario = tiny_scenario(work() if dialogues else {})
    asked = tracked(scenario, line(0, 1), whole=whole)
    with pytest.raises(Asked) as seen:
        asked()
    assert seen.value.args == ("mean_km", pytest.approx(gap))


@pytest.mark.parametrize(
    ("changes", "alone"),
    [
        ({}, True),
        ({"limits.max_km": {"most": 500}}, True),
        ({"limits.unmet": {"most": 500}}, False),
        ({"objective.optimise": "waiting", "objective.then": []}, False),
        ({"objective": {"method": "lexicographic", "order": ["mean_km", "waiting"]}}, True),
        (
            {
                "objective": {
                    "method": "lexicographic",
                    "order": ["mean_km", "waiting"],
                    "tolerance": {"mean_km": 1},
                }
            },
            False,
        ),
    ],
)
def test_ends_are_found_first_where_sites_alone_decide(monkeypatch, changes, alone):
    asked, listed = [], stages.best_ends

    def counted(*given):
        asked.append(listed(*given))
        return asked[-1]

    monkeypatch.setattr(stages, "best_ends", counted)
    instance = tiny_instance(tiny_scenario(work(changes)), line(0, 1), (2, 1))
    found = stages.solve_instance(instance, Control()).stages
    assert len(asked) == alone
    assert [s.reason for s in found] == ["optimal"] * len(found)
    assert found[-1].scope == Scope(tuple(s.name for s in found[:-1]))


# A, B and C in a row, ten principals each, one office; from any of the three the share beyond 50
# km is nil, but a dialogue away from home takes longer, so B, in the middle, holds the most.
TIED = {
    "objective": {"method": "epsilon", "optimise": "share_beyond", "then": ["waiting"]},
    "thresholds.beyond_km": quantity(50),
    "staffing.in_person": quantity(1),
}


def tied_rollout(changes=None, hires=3):
    periods = [period(hires_most=hires)]
    return rollout(
        {**TIED, "rollout.periods": periods, **(changes or {})},
        principals=(10, 10, 10),
        km=line(0, 20, 40),
    )


def test_what_comes_after_is_optimised_over_every_end_that_is_as_good():
    found = tied_rollout()
    asked = {"method": "lexicographic", "order": ["share_beyond", "waiting"]}
    at_once = tied_rollout({"objective": asked})
    assert towns(found) == towns(at_once) == "B"
    assert found.criteria["waiting"] == at_once.criteria["waiting"]
    waiting = found.stages[-1]
    assert (waiting.reason, waiting.scope) == ("optimal", Scope(("share_beyond",), towns=3))


@pytest.mark.parametrize(("most_pairs", "ends"), [(10**6, None), (0, 1)])
def test_of_more_ends_than_are_listed_some_are_tried_or_all_at_once(monkeypatch, most_pairs, ends):
    """With one end listed of three: the whole model, or, where it is too large, that end alone."""
    monkeypatch.setattr("planner.model.solving.ends.MOST_ENDS", 1)
    monkeypatch.setattr(stages, "ROLLOUT_PAIRS", most_pairs)
    found = tied_rollout()
    waiting = found.stages[-1]
    assert waiting.scope == Scope(("share_beyond",), ends, towns=3)
    assert waiting.reason == ("optimal" if ends is None else "gap_limit")
    if ends is None:
        assert towns(found) == "B"


def test_goals_of_several_ends_are_reached_together():
    """Cost after waiting: of the ends that wait as little, the one that costs least."""
    # Premises and staff cost the same anywhere; journeys are shortest from B; with thirty hires
    # everybody is met at once from any town.
    objective = {**TIED["objective"], "then": ["waiting", "cost_msek"]}
    found = tied_rollout({"objective": objective, "money.per_km": quantity(1000)}, hires=30)
    assert towns(found) == "B"
    assert [s.reason for s in found.stages] == ["optimal"] * 3
    assert found.stages[-1].scope.kept == ("share_beyond", "waiting")


def test_a_town_with_a_date_is_open_whatever_sites_alone_would_choose():
    # B alone is nearest; A must open in the second year.
    found = rollout(
        {"offices.count": [1, 2], "rollout.opens": {"A": "P2"}},
        principals=(1, 9, 1),
        km=line(0, 10, 20),
        periods={"P1": 12, "P2": 12},
    )
    assert opened(found) == {"A": "P2", "B": "P1"}


def given(*variables):
    """Return the values that variables are fixed at; None for one that is free."""
    return [x.lowBound if x.lowBound == x.upBound else None for x in variables]


def unsolved():
    changes = {"staffing.sister_pool": quantity(2), "offices.count": 2}
    scenario = tiny_scenario(work(changes), P1=12, P2=12)
    return build(tiny_instance(scenario, line(0, 1), (5, 5)))


def test_the_end_of_a_rollout_is_given_and_not_the_way_there():
    """In a model of sites 2 and 5 of many, of which 5 is the office in the end."""
    model = unsolved()
    end = Solution(((5,),), np.array([[5, 5]]))
    fix_period(model, -1, (end.offices[-1], end.served_by[-1]), sites=(2, 5))
    v = model.variables
    assert [given(*row) for row in v.open] == [[None, None], [0, 1]]
    assert [[given(*row) for row in grid] for grid in v.serve] == [
        [[None, None], [None, None]],
        [[0, 1], [0, 1]],
    ]


def test_the_plan_of_an_objective_stands_where_a_limit_ends_the_next(monkeypatch):
    """Labelled with what it has of the next, and that nothing was proved of it."""
    order = {
        "method": "lexicographic",
        "order": ["waiting", "cost_msek"],
        "tolerance": {"waiting": 18},
    }
    changes = work({"objective": order, "objective.then": [], "money.advisor": quantity(1)})
    i = tiny_instance(tiny_scenario(changes, P1=12), line(0), (30,))
    control = Control()

    def stopped(model, name, *args, **given):
        if name == "cost_msek" and not control.interrupted:
            control.interrupted = True
            raise SolverStopped("interrupted", "no plan was found yet")
        return optimise(model, name, *args, **given)

    monkeypatch.setattr("planner.model.solving.goals.optimise", stopped)
    found = stages.solve_instance(i, control)
    waiting, cost = found.stages
    assert (waiting.reason, waiting.kept) == ("optimal", 180)
    assert (cost.reason, cost.objective, cost.bound) == ("interrupted", 3, 0)
    assert found.solution.work.advisors.tolist() == [[3]]
    assert weakest(found.stages) == "interrupted"


def test_without_any_plan_a_limit_ends_the_search(monkeypatch):
    def stopped(*_args, **_given):
        raise SolverStopped("time_limit", "no plan was found yet")

    monkeypatch.setattr("planner.model.solving.goals.optimise", stopped)
    with pytest.raises(SolverStopped):
        rollout()


@pytest.mark.parametrize(("reason", "times"), [("optimal", 1), ("gap_limit", 0)])
def test_ties_are_broken_among_plans_that_were_proved_best(monkeypatch, reason, times):
    asked, reached = [], stages.reach

    def reach(*args, **given):
        goal = reached(*args, **given)
        return replace(goal, stage=replace(goal.stage, reason=reason))

    monkeypatch.setattr(stages, "reach", reach)
    monkeypatch.setattr(stages, "break_ties", lambda *_: asked.append(1))
    tracked(tiny_scenario(), line(0, 1))()
    assert len(asked) == times


def test_a_town_that_must_open_last_is_open_in_the_end_though_offices_may_close():
    # B alone is nearest, and one office is enough; A must open in the second year, when the first
    # office closes.
    changes = {"rollout.opens": {"A": "P2"}, "rollout.may_close": True}
    found = rollout(changes, principals=(1, 9, 1), km=line(0, 10, 20), periods={"P1": 12, "P2": 12})
    assert found.periods[-1].open == ("A",)
    assert opened(found)["A"] == "P2"


def test_a_broken_number_in_a_team_is_a_whole_one_more():
    found = rollout({"staffing.minimum_team": quantity(1.5)}, principals=(5,))
    assert staff(found) == {"A": {"P1": 2}}


def test_before_the_end_there_may_be_more_offices_than_it_affords():
    # A and B open in the first year; the second pays for one team of two. Where offices may
    # close that is a plan, whichever goal comes first.
    changes = {
        "offices.count": [1, 2],
        "rollout.may_close": True,
        "rollout.opens": {"A": "P1", "B": "P1"},
        "staffing.minimum_team": quantity(2),
        "money.advisor": quantity(1),
        "rollout.periods": [period("P1"), period("P2", budget_msek=2.5)],
    }
    found = rollout(changes, principals=(5, 9, 1), km=line(0, 10, 20))
    assert [len(result.open) for result in found.periods] == [2, 1]
    assert found.periods[0].open == ("A", "B")
    order = {"method": "lexicographic", "order": ["waiting", "mean_km"]}
    other = rollout({**changes, "objective": order}, principals=(5, 9, 1), km=line(0, 10, 20))
    assert [len(result.open) for result in other.periods] == [2, 1]

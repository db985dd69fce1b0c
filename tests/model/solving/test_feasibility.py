"""Rules dropped and put back: what is found to clash, and when no answer is given."""

from __future__ import annotations

import time
from types import SimpleNamespace

import highspy
import numpy as np
import pytest

from planner.control import Control
from planner.errors import PlannerError, SolverStopped
from planner.model.solving import feasibility as module
from planner.model.solving.feasibility import Trial
from planner.model.solving.stages import solve_instance
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)


def trial(changes, principals=None, borders=None, control=None):
    instance = tiny_instance(tiny_scenario(changes), ROAD, principals, borders=borders)
    return Trial(instance, control or Control())


def every(found):
    return frozenset(range(len(found.rules)))


def named(found, rule, town=None):
    """Return the numbers of the rules of a name."""
    return frozenset(
        n
        for n, group in enumerate(found.rules)
        if group.rule == rule and town in (None, group.words.get("town"))
    )


def test_rules_clash_until_one_of_them_is_dropped_and_again_when_it_is_back():
    found = trial({"offices.count": 1, "sites.required": ["A", "B"]})
    count, a, b = (
        named(found, *rule)
        for rule in (("office_count",), ("required", "A-stad"), ("required", "B-stad"))
    )
    assert every(found) == count | a | b
    for out in (count, a, b):
        assert found.clash(every(found) - out) is None
        assert found.clash(every(found)) == every(found)
    assert found.clash(()) is None


def test_rules_that_take_no_part_are_left_out_at_once():
    changes = {"offices.count": 1, "sites.required": ["A", "B"], "limits.spread": {"most": 99}}
    found = trial(changes)
    assert found.clash(every(found)) == every(found) - named(found, "limit_most")


def test_only_what_can_be_dropped_is_a_rule():
    """Not what defines the model, nor whole dialogues of a team, which follow from the hours."""
    found = trial(work_sections())
    assert {rule.rule for rule in found.rules} == {"office_count", "hours", "minimum_team"}
    assert not any(rule.constraints for rule in found.rules)


def test_what_one_setting_asks_of_every_period_is_one_rule():
    periods = [{"name": "P1", "openings_most": 1}, {"name": "P2", "openings_most": 1}]
    found = trial(work_sections({"rollout.periods": periods, "staffing.sister_pool": quantity(1)}))
    told = [(rule.rule, rule.words.get("period")) for rule in found.rules]
    assert sorted(told, key=str) == [
        ("hours", None),
        ("minimum_team", None),
        ("nearest_office", None),
        ("office_count", None),
        ("openings_most", "P1"),
        ("openings_most", "P2"),
        ("own_office", None),
        ("sister_pool", None),
    ]


# Two offices with an advisor each, who has 100 hours; a dialogue takes 40: two and two, though in
# parts each holds 2.5.
HALVES = {
    "offices.count": [1, 2],
    "sites.required": ["A", "B"],
    "staffing.preparation": quantity(40),
    "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(2)}],
    "dialogues.targets": [{"by": "P1", "least": quantity(5), "hard": True}],
}


def test_a_clash_in_whole_numbers_alone_is_found():
    whole = trial(work_sections(HALVES), (3, 3, 0, 0))
    assert whole.clash(every(whole)) is not None
    for out in ("required", "hours", "minimum_team", "hires_most", "dialogues_by"):
        assert whole.clash(every(whole) - named(whole, out)) is None
    for out in ("office_fewest", "office_most"):
        assert whole.clash(every(whole) - named(whole, out)) is not None


def plan_of(changes, principals):
    instance = tiny_instance(tiny_scenario(changes), ROAD, principals)
    return solve_instance(instance, Control()).solution


def test_a_plan_keeps_the_rules_or_not():
    """One dialogue less a region is kept; one more than there is time for is not."""
    four = {**HALVES, "dialogues.targets": [{"by": "P1", "least": quantity(4), "hard": True}]}
    plan = plan_of(work_sections(four), (3, 3, 0, 0))
    assert plan.work.dialogues.sum() == 4
    assert trial(work_sections(four), (3, 3, 0, 0)).keeps(plan)
    found = trial(work_sections(HALVES), (3, 3, 0, 0))
    assert not found.keeps(plan)
    relaxed = trial(work_sections({**HALVES, "dialogues.targets": []}), (3, 3, 0, 0))
    assert relaxed.keeps(plan)
    assert relaxed.clash(every(relaxed)) is None  # nothing of the plan stays given


def test_what_is_near_is_tried_first_and_left_again():
    """With A for an office nobody is farther than 100 km; with D the rule of 75 km breaks too."""
    found = trial({"limits.max_km": {"most": 75}})  # C alone
    offices_c = {0: ([2], np.array([2, 2, 2, 2]))}
    offices_d = {0: ([3], np.array([3, 3, 3, 3]))}
    assert found.clash(every(found), [offices_c], thorough=False) is None
    assert found.searches == 1
    assert found.clash((), [offices_d], thorough=False) is None  # what holds is remembered
    assert found.searches == 1
    found = trial({"limits.max_km": {"most": 75}})
    with pytest.raises(SolverStopped) as stopped:
        found.clash(every(found), [offices_d], thorough=False)
    assert stopped.value.reason == "node_limit"
    assert found.clash(every(found), [offices_d]) is None
    assert found.found(-1)[0] == [2]
    assert found.found(-1)[1].tolist() == [2, 2, 2, 2]


def test_an_aim_makes_a_plan_that_holds_a_good_one():
    """The nearest of four for all, B: 10 + 0 + 20 + 90 km; as well C, 30 + 20 + 0 + 70."""
    instance = tiny_instance(tiny_scenario({"limits.max_km": {"most": 100}}), ROAD)
    found = Trial(instance, Control(), aimed=True)
    assert found.clash(every(found)) is None
    assert found.found(-1)[0] in ([1], [2])


def test_a_search_that_has_had_its_nodes_gives_no_answer():
    found = trial({})

    class Ended:
        def __getattr__(self, name):
            return getattr(exact, name)

        def getModelStatus(self):  # noqa: N802 - the solver's name
            return highspy.HighsModelStatus.kSolutionLimit

        def getInfo(self):  # noqa: N802 - the solver's name
            return SimpleNamespace(primal_solution_status=0)

    exact = found._exact
    found._exact = Ended()
    with pytest.raises(SolverStopped) as stopped:
        found.clash(every(found))
    assert stopped.value.reason == "node_limit"


def test_connected_regions_are_a_rule_whose_rows_are_found_on_the_way():
    # A and D border on each other alone; an office in B or C would serve them from afar.
    found = trial({"units.contiguous": True}, borders=["AD", "BC"])
    assert found.rules[-1].rule == "contiguous"
    connected = named(found, "contiguous")
    assert connected == {len(found.rules) - 1}
    assert found.clash(every(found) - connected) is None
    assert found.clash(every(found)) == connected | named(found, "office_count")
    assert found.clash(every(found) - connected) is None
    assert found.clash(every(found) - named(found, "office_count")) is None


def test_regions_that_are_connected_need_no_rows():
    found = trial({"units.contiguous": True})
    rows = len(found._low)
    assert found.clash(every(found)) is None
    assert len(found._low) == len(found._high) == len(found._rule) == rows


@pytest.mark.parametrize(
    ("control", "reason"),
    [(Control(interrupted=True), "interrupted"), (Control(deadline=0.0), "time_limit")],
)
def test_a_limit_is_not_taken_for_an_answer(control, reason):
    found = trial({})
    found._control = control
    with pytest.raises(SolverStopped, match="before the clash was found") as stopped:
        found.clash(every(found))
    assert stopped.value.reason == reason


def test_a_solver_that_says_nothing_has_given_up_or_was_stopped(monkeypatch):
    control = Control()
    found = trial({}, control=control)
    monkeypatch.setattr(module, "awake", lambda *_: None)
    with pytest.raises(PlannerError, match="gave up on a clash"):
        found.clash(every(found))

    def pressed(*_):
        control.interrupted = True

    monkeypatch.setattr(module, "awake", pressed)
    with pytest.raises(SolverStopped) as stopped:
        found.clash(every(found))
    assert stopped.value.reason == "interrupted"


def test_each_trial_has_the_time_that_is_left():
    asked = {"limits.max_km": {"most": -1}}
    found = trial(asked, control=Control(deadline=time.monotonic() + 5000))
    assert found.clash(every(found)) is not None
    for solver in (found._relaxed, found._exact):
        _, limit = solver.getOptionValue("time_limit")
        assert 4000 < limit - solver.getRunTime() <= 5000
    free = trial(asked)
    assert free.clash(every(free)) is not None
    assert free._exact.getOptionValue("time_limit")[1] == np.inf


def test_a_proof_of_the_relaxed_model_speaks_of_its_own_rows():
    found = trial({})
    options = ("presolve", "threads", "random_seed", "primal_feasibility_tolerance")
    relaxed, exact = (
        [solver.getOptionValue(name)[1] for name in options]
        for solver in (found._relaxed, found._exact)
    )
    assert relaxed == ["off", 1, 0, 1e-9]
    assert exact == ["choose", 1, 0, 1e-9]


def test_without_a_ray_every_rule_may_take_part(monkeypatch):
    found = trial({"offices.count": 1, "sites.required": ["A"], "limits.max_km": {"most": -1}})

    class NoRay:
        def __getattr__(self, name):
            return getattr(relaxed, name)

        def getDualRay(self):  # noqa: N802 - the solver's name
            return None, False, []

    relaxed = found._relaxed
    monkeypatch.setattr(found, "_relaxed", NoRay())
    assert found.clash(every(found)) == every(found)

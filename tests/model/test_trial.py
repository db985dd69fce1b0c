"""Rules dropped and put back: what is found to clash, and when no answer is given."""

from __future__ import annotations

import time

import numpy as np
import pytest

from planner.errors import PlannerError, SolverStopped
from planner.model import trial as module
from planner.model.solve import Control
from planner.model.trial import Trial
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)


def trial(changes, principals=None, borders=None, control=None, *, whole=False):
    instance = tiny_instance(tiny_scenario(changes), ROAD, principals, borders=borders)
    return Trial(instance, control or Control(), whole=whole)


def named(found, rule, town=None):
    """Return the numbers of the rules of a name."""
    return frozenset(
        n
        for n in found.rules
        if found.groups[n].rule == rule and town in (None, found.groups[n].words.get("town"))
    )


def test_rules_clash_until_one_of_them_is_dropped_and_again_when_it_is_back():
    found = trial({"offices.count": 1, "sites.required": ["A", "B"]})
    count, a, b = (
        named(found, *rule)
        for rule in (("office_count",), ("required", "A-stad"), ("required", "B-stad"))
    )
    assert found.rules == count | a | b
    for out in (count, a, b):
        assert found.clash(found.rules - out) is None
        assert found.clash(found.rules) == found.rules
    assert found.clash(()) is None


def test_rules_that_take_no_part_are_left_out_at_once():
    changes = {"offices.count": 1, "sites.required": ["A", "B"], "limits.spread": {"most": 99}}
    found = trial(changes)
    assert found.clash(found.rules) == found.rules - named(found, "limit_most")


def test_only_what_can_be_dropped_is_a_rule():
    """Not what defines the model, nor whole dialogues of a team, which follow from the hours."""
    found = trial(work_sections())
    rules = {found.groups[n].rule for n in found.rules}
    assert rules == {"office_count", "hours", "minimum_team"}


def test_a_clash_in_whole_numbers_alone_is_found_where_they_are_asked_for():
    # Two offices with an advisor each, who has 100 hours; a dialogue takes 40: two and two.
    changes = work_sections(
        {
            "offices.count": [1, 2],
            "sites.required": ["A", "B"],
            "staffing.preparation": quantity(40),
            "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(2)}],
            "dialogues.targets": [{"by": "P1", "least": quantity(5), "hard": True}],
        }
    )
    parts, whole = (trial(changes, (3, 3, 0, 0), whole=whole) for whole in (False, True))
    assert parts.clash(parts.rules) is None
    assert whole.clash(whole.rules) is not None
    for out in ("required", "hours", "minimum_team", "hires_most", "dialogues_by"):
        assert whole.clash(whole.rules - named(whole, out)) is None
    for out in ("office_fewest", "office_most"):
        assert whole.clash(whole.rules - named(whole, out)) is not None


def test_connected_regions_are_a_rule_whose_rows_are_found_on_the_way():
    # A and D border on each other alone; an office in B or C would serve them from afar.
    found = trial({"units.contiguous": True}, borders=["AD", "BC"])
    assert found.groups[-1].rule == "contiguous"
    connected = named(found, "contiguous")
    assert connected == {len(found.groups) - 1}
    assert found.clash(found.rules - connected) is None
    assert found.clash(found.rules) == connected | named(found, "office_count")
    assert found.clash(found.rules - connected) is None
    assert found.clash(found.rules - named(found, "office_count")) is None


def test_regions_that_are_connected_need_no_rows():
    found = trial({"units.contiguous": True})
    rows = len(found._low)
    assert found.clash(found.rules) is None
    assert len(found._low) == len(found._high) == len(found._group) == rows


@pytest.mark.parametrize(
    ("control", "reason"),
    [(Control(interrupted=True), "interrupted"), (Control(deadline=0.0), "time_limit")],
)
def test_a_limit_is_not_taken_for_an_answer(control, reason):
    found = trial({})
    found._control = control
    with pytest.raises(SolverStopped, match="before the clash was found") as stopped:
        found.clash(found.rules)
    assert stopped.value.reason == reason


def test_a_solver_that_says_nothing_has_given_up_or_was_stopped(monkeypatch):
    control = Control()
    found = trial({}, control=control)
    monkeypatch.setattr(module, "awake", lambda *_: None)
    with pytest.raises(PlannerError, match="gave up on a clash"):
        found.clash(found.rules)

    def pressed(*_):
        control.interrupted = True

    monkeypatch.setattr(module, "awake", pressed)
    with pytest.raises(SolverStopped) as stopped:
        found.clash(found.rules)
    assert stopped.value.reason == "interrupted"


def test_each_trial_has_the_time_that_is_left():
    found = trial({}, control=Control(deadline=time.monotonic() + 50))
    assert found.clash(found.rules) is None
    for solver in (found._relaxed, found._exact):
        _, limit = solver.getOptionValue("time_limit")
        assert 40 < limit - solver.getRunTime() <= 50
    free = trial({})
    assert free.clash(free.rules) is None
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
    assert found.clash(found.rules) == found.rules

"""Planted clashes, alone and combined: exactly the planted rules, and the least change of them."""

from __future__ import annotations

import itertools
import time

import pulp
import pytest

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model import relax
from planner.model.constraints import Group
from planner.model.ease import Ease
from planner.model.relax import explain
from planner.model.solve import Control
from planner.outputs.explanation import explanation_answer, explanation_text
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# Four towns along a road: A 0, B 10, C 30, D 100 km, ten principals each.
ROAD = line(0, 10, 30, 100)
TEN = (10, 10, 10, 10)


def periods(**more):
    """Two years; `P1_hires=3` and the like set what may happen in one."""
    rows = {"P1": {"name": "P1", "months": 12}, "P2": {"name": "P2", "months": 12}}
    keys = {"open": "openings_most", "hires": "hires_most", "budget": "budget_msek"}
    for name, value in more.items():
        period, what = name.split("_")
        rows[period][keys[what]] = value if what == "open" else quantity(value)
    return list(rows.values())


# name: (changes of the scenario, planted rules, {rule: (by, to)} of each rule alone).
# An advisor holds ten dialogues a year; a rollout without a word of its own has 1 to 4 offices.
PLANTED = {
    "required": (
        {"offices.count": 1, "sites.required": ["A", "B"]},
        ["office_count", "required A", "required B"],
        {"office_count": (1, 2), "required A": (1, None), "required B": (1, None)},
    ),
    "far": (
        {"offices.count": 1, "limits.max_km": {"most": 20}},
        ["office_count", "limit_most max_km"],
        {"office_count": (1, 2), "limit_most max_km": (50, 70)},
    ),
    "share": (
        {"offices.count": 1, "limits.spsm_share": {"least": 0.75}},
        ["limit_least spsm_share"],
        {"limit_least spsm_share": (0.75, 0)},
    ),
    "apart": (
        {"offices.count": 3, "limits.min_separation_km": {"least": 50}},
        ["office_count", "limit_least min_separation_km"],
        {"office_count": (1, 2), "limit_least min_separation_km": (20, 30)},
    ),
    "percentile": (
        {"offices.count": 1, "limits.p95_km": {"most": 30}},
        ["office_count", "limit_most p95_km"],
        {"office_count": (1, 2), "limit_most p95_km": (20, None)},
    ),
    "openings": (
        {"offices.count": [3, 4], "rollout.periods": periods(P1_open=1, P2_open=1)},
        ["office_fewest", "openings_most P1", "openings_most P2"],
        {"office_fewest": (1, 2), "openings_most P1": (1, 2), "openings_most P2": (1, 2)},
    ),
    "premises": (
        {
            "rollout.periods": periods(),
            "rollout.opens": {"A": "P1"},
            "rollout.available_from": {"A": "P2", "B": "P2"},
            "sites.required": ["A"],
        },
        ["opens A P1", "available_from A P2"],
        # Opening A later is no way out: there would be no office in the first year.
        {"available_from A P2": (1, None)},
    ),
    "stays": (
        {"rollout.periods": periods(), "rollout.opens": {"A": "P1"}, "sites.required": ["B"]},
        ["office_count", "required B", "opens A P1"],
        {"office_count": (1, 2), "required B": (1, None), "opens A P1": (1, None)},
    ),
    "existing": (
        {"offices.count": 1, "sites.existing": ["A", "B"]},
        ["office_count", "existing A", "existing B"],
        {"office_count": (1, 2), "existing A": (1, None), "existing B": (1, None)},
    ),
    "deadline": (
        {
            "offices.count": [1, 4],
            "rollout.periods": periods(P1_hires=3),
            "dialogues.targets": [{"by": "P1", "least": quantity(38), "hard": True}],
        },
        ["hours P1", "hires_most P1", "dialogues_by P1"],
        {"hours P1": (0.8, None), "hires_most P1": (1, 4), "dialogues_by P1": (8, 30)},
    ),
    "teams": (
        {
            "offices.count": 2,
            "staffing.minimum_team": quantity(2),
            "rollout.periods": periods(P1_hires=3, P2_hires=0),
        },
        ["office_count", "minimum_team P2", "hires_most P1", "hires_most P2"],
        {
            "office_count": (1, 1),
            "minimum_team P2": (2, 0),
            "hires_most P1": (1, 4),
            "hires_most P2": (2, 2),  # whoever moves to a new office is hired there
        },
    ),
    "first team": (
        {
            "offices.count": [1, 2],
            "staffing.minimum_team": quantity(2),
            "rollout.periods": periods(P1_hires=1),
        },
        ["minimum_team P1", "hires_most P1"],
        {"minimum_team P1": (1, 1), "hires_most P1": (1, 2)},
    ),
    "budget": (
        {
            "offices.count": [1, 2],
            "sites.required": ["A", "B"],
            "money.premises": quantity(1.5),
            "rollout.periods": periods(P2_budget=2),
        },
        ["required A", "required B", "budget P2"],
        {"budget P2": (1, 3), "required A": (1, None), "required B": (1, None)},
    ),
    "lent": (
        {
            "offices.count": [1, 4],
            "staffing.sister_pool": quantity(0.5),
            "rollout.periods": periods(P1_hires=3),
            "dialogues.targets": [{"by": "P1", "least": quantity(38), "hard": True}],
        },
        ["hours P1", "hires_most P1", "sister_pool", "dialogues_by P1"],
        {
            "hours P1": (0.3, None),
            "hires_most P1": (1, 4),
            "sister_pool": (0.3, 0.8),
            "dialogues_by P1": (3, 35),
        },
    ),
    "regions": (
        {"units.contiguous": True, "sites.required": ["B"]},
        ["office_count", "contiguous"],
        {"office_count": (1, 2), "contiguous": (1, None)},
    ),
}

TOWNS = {f"{letter}-stad": letter for letter in "ABCD"}
NAMED = ("town", "criterion", "period")


def name(rule):
    """Return a rule with what it names, numbers apart."""
    said = [str(rule.words[key]) for key in NAMED if key in rule.words]
    return " ".join([rule.rule, *(TOWNS.get(word, word) for word in said)])


def found(changes, **details):
    if any(key.split(".")[0] in ("dialogues", "staffing", "money") for key in changes):
        changes = work_sections(changes)
    borders = ["AD", "BC"] if changes.get("units.contiguous") else None
    return explain(tiny_instance(tiny_scenario(changes), ROAD, TEN, borders=borders, **details))


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_clash_is_named_and_what_each_rule_would_have_to_give(case):
    changes, planted, alone = PLANTED[case]
    answer = found(changes, spsm="" if case == "share" else None)
    assert [{name(rule) for rule in clash} for clash in answer.clashes] == [set(planted)]
    remedies = dict(zip(map(name, answer.clashes[0]), answer.alone, strict=True))
    given = {
        key: (change.by, change.to)
        for key, remedy in remedies.items()
        if remedy is not None
        for change in remedy.changes
    }
    assert given == {
        key: (pytest.approx(by), None if to is None else pytest.approx(to))
        for key, (by, to) in alone.items()
    }
    assert all(remedy is None or remedy.proved for remedy in answer.alone)


# Rules that clash by themselves, as changes that may be made at once: everything is about its own
# towns or its own figures.
INDEPENDENT = {
    "far": ({"limits.max_km": {"most": -1}}, {"limit_most max_km"}),
    "share": ({"limits.spsm_share": {"least": 2}}, {"limit_least spsm_share"}),
    "premises A": (
        {"opens": {"A": "P1"}, "from": {"A": "P2"}},
        {"opens A P1", "available_from A P2"},
    ),
    "premises B": (
        {"opens": {"B": "P1"}, "from": {"B": "P2"}},
        {"opens B P1", "available_from B P2"},
    ),
    "budget": ({"P2_budget": 1}, {"budget P2"}),
    "deadline": ({"P1_hires": 3, "least": 38}, {"hours P1", "hires_most P1", "dialogues_by P1"}),
}


def combined(names):
    """Return the changes that plant several clashes at once, and the planted sets."""
    changes = work_sections({"offices.count": [1, 4], "money.premises": quantity(1.5)})
    years, opens, available, sets = {}, {}, {}, []
    for key in names:
        parts, rules = INDEPENDENT[key]
        sets.append(frozenset(rules))
        opens |= parts.get("opens", {})
        available |= parts.get("from", {})
        years |= {k: v for k, v in parts.items() if k.startswith("P")}
        changes |= {k: v for k, v in parts.items() if k.startswith("limits")}
        if "least" in parts:
            least = {"by": "P1", "least": quantity(parts["least"]), "hard": True}
            changes["dialogues.targets"] = [least]
    changes |= {
        "rollout.periods": periods(**years),
        "rollout.opens": opens,
        "rollout.available_from": available,
    }
    return changes, sets


@pytest.mark.parametrize(
    "names",
    [*itertools.combinations(INDEPENDENT, 2), *itertools.combinations(INDEPENDENT, 3)][::2],
    ids=" and ".join,
)
def test_clashes_planted_together_are_all_named(names):
    changes, sets = combined(names)
    answer = explain(tiny_instance(tiny_scenario(changes), ROAD, TEN, spsm=""))
    assert {frozenset(map(name, clash)) for clash in answer.clashes} == set(sets)
    assert not answer.alone
    eased = {name(change.rule) for change in answer.together.changes}
    assert all(eased & rules for rules in sets)
    assert answer.together.proved


def test_the_changes_found_are_enough_and_nothing_less_is():
    """Hires from three to four; the deadline lowered by a whole dialogue; neither by less."""
    changes, _, alone = PLANTED["deadline"]
    years = [
        {"name": "P1", "months": 12, "hires_most": quantity(4)},
        {"name": "P2", "months": 12},
    ]
    assert not found(changes | {"rollout.periods": years}).clashes
    for least, feasible in ((30, True), (31, False)):
        target = [{"by": "P1", "least": quantity(least), "hard": True}]
        assert (not found(changes | {"dialogues.targets": target}).clashes) == feasible
    assert alone["dialogues_by P1"] == (8, 30)


def test_the_answer_in_both_languages():
    answer = found(PLANTED["openings"][0])
    text = explanation_text(answer, "en")
    assert "at least 3 offices are open when the rollout is complete" in text
    assert "allow 2 openings in P1 instead of 1" in text
    assert "settle for at least 2 offices instead of 3" in text
    assert "låt upp till 2 kontor öppna P2 i stället för 1" in explanation_text(answer, "sv")
    machine = explanation_answer(answer)
    assert machine["feasible"] is False
    assert len(machine["conflicts"]["sv"]) == len(machine["clashes"][0]) == 3
    assert machine["together"]["proved"]
    assert machine["together"]["total"] == pytest.approx(1 / 3)  # one office of three
    assert explanation_answer(found({})) == {"feasible": True}
    assert explanation_text(found({}), "sv") == "Någon plan uppfyller alla krav."


def changed(rule, ease, *values, **words):
    """Return (by, to, share) of a change that the solver left at some values."""
    problem = pulp.LpProblem("change")
    variables = [problem.add_variable(f"x{k}") for k in range(len(values))]
    for x, value in zip(variables, values, strict=True):
        x.varValue = value
    group = Group(rule, (), words)
    change = relax._change(group, ease, pulp.lpSum(variables))
    assert change.rule is group
    return change.by, change.to, change.share


def test_a_whole_change_is_whole():
    up = Ease((1,), 2, "up")
    assert changed("openings_most", up, 0.9999999, count=2) == (1, 3, 0.5)
    down = Ease((1,), 4, "down")
    assert changed("office_fewest", down, 3.0000001, count=4) == (3, 1, 0.75)
    assert changed("office_fewest", down, 4.0, count=4) == (4, 0, 1)
    given_up = Ease((1,), most=1)
    assert changed("required", given_up, 0.99999999, town="A") == (1, None, 1)


def test_a_change_in_parts_is_rounded_outward_to_four_digits():
    up = Ease((1,), 20, "up", whole=False)
    by, to, share = changed("budget", up, 3.12345, budget=20.0)
    assert (by, to, share) == (pytest.approx(3.13), 23.13, pytest.approx(3.13 / 20))
    down = Ease((1,), 20, "down", whole=False)
    by, to, _ = changed("limit_least", down, 3.12345, limit=20.0)
    assert (by, to) == (pytest.approx(3.13), 16.87)
    # What is left is nil: four decimals.
    by, to, share = changed("limit_least", Ease((1,), 0.5, "down", whole=False), 0.5, limit=0.5)
    assert (by, to, share) == (0.5, 0, 1)
    by, to, _ = changed("limit_most", up, 0.00012, limit=0.0)
    assert (by, to) == (pytest.approx(0.00012), 0.00012)
    assert changed("limit_most", up, 1234.5678, limit=0.0)[1] == 1235


def test_what_is_added_beside_a_rule_has_two_decimals_and_no_number():
    extra = Ease((1,), 2, "extra", whole=False)
    assert changed("hours", extra, 0.301, hours=100) == (0.31, None, 0.155)
    assert changed("hours", extra, 0.3 + 1e-9, hours=100) == (0.3, None, 0.15)
    assert changed("hours", extra, 0.1, 0.2, hours=100) == (0.3, None, 0.15)


def test_no_change_is_no_change():
    up = Ease((1,), 20, "up", whole=False)
    for value in (0.0, 9e-7, -1e-9):
        assert changed("budget", up, value, budget=20.0) == (0, None, 0)
    assert changed("budget", up, 2e-6, budget=20.0)[0] > 0


def test_a_number_that_may_go_either_way_goes_the_way_it_went():
    either = Ease((1,), 2, "either")
    assert changed("office_count", either, 1.0, 0.0, count=2) == (1, 3, 0.5)
    assert changed("office_count", either, 0.0, 1.0, count=2) == (1, 1, 0.5)


def explained(monkeypatch, *remedies):
    """Explain a clash of two rules; all together, then each alone give these remedies."""
    answers = iter(remedies)
    monkeypatch.setattr(relax, "least_change", lambda *_: next(answers))
    clash = {"offices.count": 1, "limits.max_km": {"most": 20}}
    return found(clash)


def remedy(total, bound, *, proved=True):
    return relax.Remedy((), total, bound, proved)


def test_what_is_enough_alone_is_enough_together(monkeypatch):
    """Where the search for both has found nothing, or nothing as good; its bound stays."""
    answer = explained(monkeypatch, remedy(0.6, 0.4, proved=False), remedy(0.5, 0.5), None)
    assert answer.together == remedy(0.5, 0.4, proved=False)
    assert answer.alone == (remedy(0.5, 0.5), None)
    answer = explained(monkeypatch, None, None, remedy(0.5, 0.5))
    assert answer.together == remedy(0.5, 0.0, proved=False)
    answer = explained(monkeypatch, remedy(0.6, 0.55), remedy(0.5, 0.5), None)
    assert answer.together == remedy(0.5, 0.5, proved=False)
    for better in (remedy(0.4, 0.4), remedy(0.5, 0.5)):
        answer = explained(monkeypatch, better, remedy(0.5, 0.3), None)
        assert answer.together == better


def test_each_search_for_a_change_has_its_time(monkeypatch):
    """At most `PATIENCE` seconds, less where the run has less; the run's own limit comes back."""
    seen, instance = [], tiny_instance(tiny_scenario(), ROAD)

    def out_of_time(_instance, _rules, control):
        seen.append(control.remaining())
        raise SolverStopped("time_limit", "stopped")

    monkeypatch.setattr(relax, "least_change", out_of_time)
    for seconds, least, most in ((None, 0.5, 1), (100, 0.5, 1), (0.5, 0, 0.5)):
        deadline = None if seconds is None else time.monotonic() + seconds
        control = Control(deadline=deadline)
        assert relax._patiently(instance, [], control) is None
        assert least * relax.PATIENCE < seen[-1] <= most * relax.PATIENCE
        assert control.deadline == deadline


def ways(monkeypatch, connected, parted):
    """Return the least change of a clash with contiguity, kept or given up."""
    group = Group("contiguous", ())

    def least(instance, _rules, _control):
        answer = connected if instance.scenario.units.contiguous else parted
        if answer is None:
            raise InfeasibleScenario("no plan")
        return answer

    monkeypatch.setattr(relax, "_least_change", least)
    instance = tiny_instance(tiny_scenario({"units.contiguous": True}), ROAD)
    return relax.least_change(instance, [group], Control()), relax.Change(group, 1.0, None, 1.0)


def test_connected_regions_are_kept_or_given_up_whichever_is_less(monkeypatch):
    """Giving them up counts 1, on top of what the other rules change."""
    answer, _ = ways(monkeypatch, remedy(0.9, 0.9), remedy(0.2, 0.1))
    assert answer == remedy(0.9, 0.9)
    answer, given_up = ways(monkeypatch, remedy(1.9, 1.9), remedy(0.2, 0.1))
    assert answer == relax.Remedy((given_up,), 1.2, 1.1, proved=True)
    answer, given_up = ways(monkeypatch, None, remedy(0.2, 0.2, proved=False))
    assert answer == relax.Remedy((given_up,), 1.2, 1.2, proved=False)
    answer, _ = ways(monkeypatch, remedy(0.9, 0.9), remedy(0.2, 0.1, proved=False))
    assert answer == remedy(0.9, 0.9, proved=False)
    assert ways(monkeypatch, None, None)[0] is None

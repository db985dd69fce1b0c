"""Planted clashes, alone and combined: exactly the planted rules, and the least change of them."""

from __future__ import annotations

import itertools

import pytest

from planner.model.relax import explain
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

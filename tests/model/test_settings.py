"""Changes of rules as settings, and those as options that are taken when they are typed."""

from __future__ import annotations

import shlex

import pytest

from planner.case.read import default_data_folder
from planner.model.build import build
from planner.model.constraints import Group
from planner.model.settings import STAYS, Change, changed_settings, identity, merged
from planner.scenario import override as options
from planner.scenario.load import load_scenario
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

ROAD = line(0, 10, 30)


def settings(changes, *rules, work=True):
    """Return the settings that change as (rule, words, town, number) ask."""
    scenario = tiny_scenario(work_sections(changes) if work else changes)
    given = [
        Change(Group(rule, (), words, code=code), 1.0, to, 1.0) for rule, words, code, to in rules
    ]
    return changed_settings(scenario, given)


YEARS = [{"name": "P1", "months": 12}, {"name": "P2", "months": 12, "openings_most": 1}]


@pytest.mark.parametrize(
    ("rule", "words", "to", "expected"),
    [
        ("office_count", {"count": 2}, 3.0, {"offices.count": 3}),
        ("openings_most", {"period": "P2"}, 2.0, {"rollout.periods.1.openings_most": 2}),
        ("hires_most", {"period": "P1"}, 4.0, {"rollout.periods.0.hires_most": 4.0}),
        ("budget", {"period": "P2"}, 4.5, {"rollout.periods.1.budget_msek": 4.5}),
        ("minimum_team", {}, 1.0, {"staffing.minimum_team": 1.0}),
        ("hours", {}, 120.0, {"staffing.yearly_hours": 120.0}),
        ("sister_pool", {}, 0.5, {"staffing.sister_pool": 0.5}),
        ("balance", {"share": 10.0}, 14.7, {"dialogues.balance": 0.147}),
        ("limit_most", {"criterion": "max_km"}, 9.5, {"limits.max_km.most": 9.5}),
        ("limit_least", {"criterion": "spsm_share"}, 0.5, {"limits.spsm_share.least": 0.5}),
        ("contiguous", {}, None, {"units.contiguous": False}),
    ],
)
def test_a_change_is_a_setting(rule, words, to, expected):
    assert settings({"rollout.periods": YEARS}, (rule, words, "", to)) == expected


def test_both_ends_of_a_number_of_offices_are_one_setting():
    changes = {"offices.count": [3, 4]}
    fewer, more = ("office_fewest", {}, "", 2.0), ("office_most", {}, "", 5.0)
    assert settings(changes, fewer) == {"offices.count": [2, 4]}
    assert settings(changes, more) == {"offices.count": [3, 5]}
    assert settings(changes, fewer, more) == {"offices.count": [2, 5]}


def test_towns_are_left_out_of_the_list_or_table_that_names_them():
    changes = {
        "sites.required": ["A", "B", "C"],
        "rollout.periods": YEARS,
        "rollout.opens": {"A": "P1", "B": "P2"},
    }
    given_up = [("required", {}, town, None) for town in "AC"]
    assert settings(changes, *given_up) == {"sites.required": ["B"]}
    assert settings(changes, ("opens", {}, "A", None)) == {"rollout.opens": {"B": "P2"}}


def test_a_target_is_found_by_its_period_and_number_among_the_hard_ones():
    def target(by, least, hard):
        return {"by": by, "least": quantity(least), "hard": hard}

    changes = {
        "rollout.periods": YEARS,
        "dialogues.targets": [target("P1", 5, False), target("P2", 5, True), target("P1", 5, True)],
    }
    rule = ("dialogues_by", {"count": 5.0, "period": "P1"}, "", 3.0)
    assert settings(changes, rule) == {"dialogues.targets.2.least": 3.0}


def test_a_rule_that_no_setting_changes_is_not_given_up():
    with pytest.raises(ValueError, match="own_office"):
        settings({}, ("own_office", {}, "", None))


def test_towns_of_one_name_are_two_rules():
    one, other = (Group("required", (), {"town": "Newton"}, code=code) for code in "AB")
    assert identity(one) != identity(other)
    assert len(merged([one, other])) == 2


def test_every_rule_is_a_setting_or_known_to_stay():
    """Of a scenario with every kind of rule; each told as a change of its own."""
    changes = {
        "offices.count": [2, 3],
        "sites.required": ["A"],
        "sites.existing": ["B"],
        "rollout.periods": [
            {"name": "P1", "openings_most": 1, "hires_most": quantity(9)},
            {"name": "P2", "budget_msek": quantity(9)},
        ],
        "rollout.available_from": {"C": "P2"},
        "staffing.sister_pool": quantity(1),
        "dialogues.balance": quantity(0.1),
        "dialogues.targets": [{"by": "P2", "least": quantity(1), "hard": True}],
        "limits.max_km": {"most": 500.5},
        "limits.spsm_share": {"least": 0.25},
    }
    scenario = tiny_scenario(work_sections(changes))
    rules = [rule for rule, _ in merged(build(tiny_instance(scenario, ROAD)).groups)]
    assert {rule.rule for rule in rules} > STAYS
    for rule in rules:
        if rule.rule in STAYS:
            continue
        found = changed_settings(scenario, [Change(rule, 1.0, 2.0, 1.0)])
        (override,) = options.overrides(scenario.quantities(), found)
        scenario.overridden((override,))


RANGED = {"value": 5.0, "unit": "MSEK", "low": 4.0, "high": 6.0, "source": "a table"}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("offices.count", 3, "offices.count=3"),
        ("offices.count", [2, 4], "offices.count=[2, 4]"),
        ("sites.required", ["A"], 'sites.required=["A"]'),
        ("rollout.opens", {"A": "P1"}, 'rollout.opens={"A"="P1"}'),
        ("units.contiguous", False, "units.contiguous=false"),
        # Within its range, and at its end; beyond it, either way.
        ("rollout.periods.0.budget_msek", 5.5, "rollout.periods.0.budget_msek=5.5"),
        ("rollout.periods.0.budget_msek", 6.0, "rollout.periods.0.budget_msek=6"),
        (
            "rollout.periods.0.budget_msek",
            7.25,
            'rollout.periods.0.budget_msek={value=7.25, unit="MSEK", low=4, high=7.25}',
        ),
        (
            "rollout.periods.0.budget_msek",
            1.0,
            'rollout.periods.0.budget_msek={value=1, unit="MSEK", low=1, high=6}',
        ),
        # A number alone has no range to keep within; a limit with one is given anew.
        ("limits.mean_km.most", 64.48, "limits.mean_km.most=64.48"),
        ("limits.max_km.most", 5.5, "limits.max_km.most=5.5"),
        ("limits.max_km.most", 347.0, "limits.max_km={most=347}"),
    ],
)
def test_an_option_has_the_form_that_is_taken(key, value, expected):
    scenario = tiny_scenario(
        work_sections(
            {
                "rollout.periods": [{"name": "P1", "budget_msek": RANGED}],
                "limits.mean_km": {"most": 64},
                "limits.max_km": {"most": {**RANGED, "unit": "km"}},
            }
        )
    )
    (override,) = options.overrides(scenario.quantities(), {key: value})
    assert override == expected
    assert shlex.split(options.typed(override)) == ["--set", override]
    after = scenario.overridden((override,))
    quantities = after.quantities()
    if key in quantities:
        assert quantities[key].value == value


@pytest.mark.parametrize(
    ("scenario", "settings"),
    [
        (
            "decision-2022",
            {
                "offices.count": 7,
                "rollout.periods.0.openings_most": 6,
                "rollout.periods.2.budget_msek": 120.5,
                "rollout.periods.1.hires_most": 12.0,
                "rollout.periods.3.hires_most": 25.0,
                "staffing.minimum_team": 1.0,
                "staffing.yearly_hours": 1800.0,
                "dialogues.balance": 0.4,
                "dialogues.targets.0.least": 300.0,
                "sites.required": [],
            },
        ),
        ("pause-2023", {"limits.max_km.most": 800.5, "staffing.yearly_hours": 1650.0}),
        ("announced", {"rollout.opens": {"0184": "2023"}}),
    ],
)
def test_options_are_taken_by_the_scenarios_that_ship(scenario, settings):
    """As they are told, one by one and together, on the file as the command reads it."""
    folder = default_data_folder()
    told = options.overrides(load_scenario(scenario, folder).quantities(), settings)
    typed = [shlex.split(options.typed(override))[1] for override in told]
    for given in ([each] for each in typed):
        load_scenario(scenario, folder, given)
    after = load_scenario(scenario, folder, typed)
    for key, value in settings.items():
        if key in after.quantities():
            assert after.quantities()[key].value == value

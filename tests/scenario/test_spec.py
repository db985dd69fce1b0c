"""What a scenario may say: rules that hold between its fields, copies, and its numbers."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from planner.criteria import CRITERIA, OPTIMISABLE
from planner.errors import InputError
from planner.scenario.values import Quantity
from tiny import quantity, tiny_scenario, work_sections

TWO_YEARS = [{"name": "P1"}, {"name": "P2"}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limits.speed": {"most": 1}}, "criteria among"),
        ({"limits.max_km": {"most": 1, "least": 0}}, "exactly one of"),
        ({"limits.max_km": {}}, "exactly one of"),
        ({"limits.max_km": {"least": 1}}, "ask for a worse plan"),
        ({"limits.spsm_share": {"most": 1}}, "ask for a worse plan"),
        ({"limits.max_km": {"most": 1, "penalty": -1}}, "greater than or equal to 0"),
        ({"limits.max_km": {"most": quantity(1) | {"low": 2}}}, "low <= value"),
        ({"limits.max_km": {"most": quantity(1) | {"low": 2, "high": 0}}}, "low <= value"),
        ({"objective": {"method": "weighted"}}, "at least one criterion in `rates`"),
        ({"objective.rates": {"spread": quantity(-1)}}, "at least 0, got -1"),
        ({"objective.rates": {"speed": 1}}, "criteria among"),
        ({"objective.leading": "speed"}, "criteria among"),
        ({"objective.tolerance": {"speed": 1}}, "criteria among"),
        ({"objective": {"method": "weighted", "rates": {"spread": 0}}}, "a rate of 1 .* spread"),
        ({"objective": {"method": "weighted", "rates": {"spread": 2}}}, "told in its unit"),
        (
            {"objective": {"method": "weighted", "rates": {"spread": quantity(1, "km per km")}}},
            "a rate of 1 without a range",
        ),
        (
            {
                "objective": {
                    "method": "weighted",
                    "rates": {"spread": 1, "share_beyond": quantity(3, "km per share")},
                }
            },
            "a rate in km per percentage point for share_beyond; got km per share",
        ),
        (
            {"objective": {"method": "weighted", "weights": {"spread": 1, "max_km": 2}}},
            'rates.max_km = { value = 1, unit = "km per km"',
        ),
        ({"objective.weights": {}}, "no `weights`"),
        ({"objective.tolerance": 0.1}, "`tolerance.waiting = 500`"),
        (
            {"objective": {"method": "lexicographic", "order": ["spread"], "tolerance": 0.0}},
            "`tolerance.spread = 500`",
        ),
        (
            {
                "objective": {
                    "method": "lexicographic",
                    "order": ["spread"],
                    "tolerance": {"max_km": 1},
                }
            },
            "a tolerance for criteria of `order`; got max_km",
        ),
        ({"objective": {"method": "lexicographic"}}, "at least one criterion in `order`"),
        ({"objective": {"method": "epsilon"}}, "at least one criterion in `optimise`"),
        ({"objective.optimise": "p95_km"}, "criteria among"),
        ({"objective.optimise": "contiguous"}, "criteria among"),
        ({"objective.then": ["speed"]}, "criteria among"),
        ({"objective.then": ["mean_km"]}, "each criterion once"),
        ({"objective.then": ["spread", "spread"]}, "each criterion once"),
        (
            {"objective": {"method": "lexicographic", "order": ["spread", "spread"]}},
            "each criterion once",
        ),
        ({"objective.then": ["waiting"]}, "dialogues, staffing and money"),
        ({"limits.cost_msek": {"most": 1}}, "dialogues, staffing and money"),
        ({"dialogues": {"uptake": quantity(1)}}, "together, or none of them"),
        (work_sections({"objective.then": ["spread"]}), "nothing else asks for dialogues"),
        (work_sections({"objective.then": []}), "nothing else asks for dialogues"),
        (
            work_sections({"dialogues.targets": [{"by": "P9", "least": quantity(1)}]}),
            "names periods among",
        ),
        ({"thresholds.beyond_km": quantity(-1)}, "at least 0, got -1"),
        ({"thresholds.beyond_km": quantity(1e10)}, "less than or equal to 1000000000"),
        (work_sections({"dialogues.uptake": quantity(1.5)}), "from 0 to 1, got 1.5"),
        (work_sections({"dialogues.uptake": quantity(-0.5)}), "from 0 to 1, got -0.5"),
        (work_sections({"staffing.in_person": quantity(2)}), "from 0 to 1, got 2"),
        (work_sections({"staffing.yearly_hours": quantity(0)}), "above 0, got 0"),
        (work_sections({"staffing.taking_part": quantity(0)}), "above 0, got 0"),
        (work_sections({"staffing.preparation": quantity(0)}), "more than 0 together"),
        (work_sections({"staffing.existing": {"A": quantity(-2)}}), "at least 0, got -2"),
        (work_sections({"money.premises": quantity(-3)}), "at least 0, got -3"),
        ({"rollout.periods": [{"name": "P1", "hires_most": quantity(-1)}]}, "at least 0, got -1"),
        ({"rollout.periods": [{"name": "P1", "months": 1201}]}, "less than or equal to 1200"),
        ({"offices.count": 0}, "greater than or equal to 1"),
        ({"offices.count": [3, 2]}, "fewest <= most"),
        ({"offices.count": [0, 2]}, "fewest <= most"),
        ({"rollout.periods": []}, "at least 1 item"),
        ({"rollout.periods": [{"name": "P1"}, {"name": "P1"}]}, "period names that differ"),
        ({"rollout.periods": [{"name": "P1", "months": 0}]}, "greater than or equal to 0.1"),
        ({"rollout.periods": [{"name": "P1", "openings_most": -1}]}, "greater than or equal to 0"),
        ({"rollout.opens": {"A": "P9"}}, "names periods among"),
        ({"rollout.available_from": {"A": "P9"}}, "names periods among"),
        ({"rollout.opens": {"A": "P1"}, "sites.existing": ["A"]}, "exists already"),
        ({"sites.required": ["A"], "sites.excluded": ["A"]}, "both required or existing"),
        ({"sites.existing": ["A"], "sites.excluded": ["A"]}, "both required or existing"),
        ({"sites.required": ["A B"]}, "match pattern"),
        ({"solver.gap": -0.1}, "greater than or equal to 0"),
        ({"solver.gap": 3}, "less than or equal to 1"),
        ({"solver.time_limit": 0}, "greater than 0"),
        ({"solver.threads": 0}, "greater than or equal to 1"),
        ({"name": "Två ord"}, "match pattern"),
    ],
)
def test_what_contradicts_itself_is_refused(changes, words):
    with pytest.raises(ValidationError, match=words):
        tiny_scenario(changes)


@pytest.mark.parametrize("name", [name for name in CRITERIA if name not in OPTIMISABLE])
def test_what_can_not_be_optimised_can_be_bounded(name):
    assert name == "p95_km"
    assert tiny_scenario({"limits.p95_km": {"most": 100}}).limits["p95_km"].hard


def test_a_bound_on_a_percentile_is_hard():
    with pytest.raises(ValidationError, match="hard"):
        tiny_scenario({"limits.p95_km": {"most": 100, "hard": False}})


def test_a_bare_rate_is_a_quantity_in_its_unit_without_a_range():
    rates = {"share_beyond": 1, "spread": 3}
    objective = tiny_scenario({"objective": {"method": "weighted", "rates": rates}}).objective
    rate = objective.rates["spread"]
    assert (rate.value, rate.low, rate.high, rate.source) == (3, 3, 3, "assumption")
    assert rate.unit == "percentage points per km"


def test_the_leading_criterion_is_the_first_of_the_rates_or_named():
    def objective(**more):
        rates = {"spread": 1, "university_minutes": 0.5, "max_km": 0}
        return tiny_scenario({"objective": {"method": "weighted", "rates": rates} | more}).objective

    assert objective().names == ("spread", "university_minutes")
    assert objective().coefficients == {"spread": 1, "university_minutes": 0.5}
    led = objective(leading="mean_km")  # its own rate is 1
    assert led.names == ("mean_km", "spread", "university_minutes")
    assert led.coefficients == {"mean_km": 1, "spread": 1, "university_minutes": 0.5}


def test_what_a_share_is_worth_is_told_of_a_percentage_point():
    rates = {"mean_km": 1, "share_beyond": 3}
    objective = tiny_scenario({"objective": {"method": "weighted", "rates": rates}}).objective
    assert objective.coefficients == {"mean_km": 1, "share_beyond": 300}


def test_rates_are_assumptions_of_a_weighted_sum_alone():
    rates = {"mean_km": 1, "spread": 3}
    objective = {"method": "weighted", "optimise": "mean_km", "rates": rates}
    weighted = tiny_scenario({"objective": objective})
    assert "objective.rates.spread" in weighted.quantities()
    alone = weighted.replace(objective__method="epsilon")
    assert not [key for key in alone.quantities() if key.startswith("objective")]


def test_a_bare_limit_is_a_quantity_in_its_criterions_unit_without_a_range():
    limits = {"spsm_share": {"least": 0.5}, "max_km": {"most": 9}}
    found = tiny_scenario({"limits": limits}).quantities()
    exactly = {"unit": "share", "value": 0.5, "low": 0.5, "high": 0.5, "source": "assumption"}
    assert found["limits.spsm_share.least"] == Quantity(**exactly)
    assert found["limits.max_km.most"].unit == "km"


def test_a_number_without_a_range_is_replaced_and_one_with_a_range_kept_within_it():
    scenario = tiny_scenario({"limits.max_km": {"most": 9}})
    other = scenario.replace(**{"limits.max_km.most": 30})
    assert other == tiny_scenario({"limits.max_km": {"most": 30}})
    ranged = scenario.replace(
        **{"limits.max_km.most": {"value": 9, "unit": "km", "low": 5, "high": 20}}
    )
    assert ranged.replace(**{"limits.max_km.most": 20}).limits["max_km"].value == 20
    with pytest.raises(InputError) as caught:
        ranged.replace(**{"limits.max_km.most": 30})
    assert [p.column for p in caught.value.problems] == ["limits.max_km.most"]


def test_nothing_in_a_scenario_can_be_changed_in_place():
    scenario = tiny_scenario()
    with pytest.raises(ValidationError):
        scenario.name = "other"
    with pytest.raises(ValidationError):
        scenario.offices.count = 5


def test_replace_returns_a_validated_copy():
    scenario = tiny_scenario()
    changed = scenario.replace(
        **{"offices.count": 4, "thresholds.beyond_km": 150, "limits": {"max_km": {"most": 9}}}
    )
    assert (changed.offices.count, changed.thresholds.beyond_km.value) == (4, 150)
    assert changed.limits["max_km"].value == 9
    assert scenario.offices.count == 1
    assert changed.replace(**{"offices.count": 1, "thresholds.beyond_km": 200, "limits": {}}) == (
        scenario
    )


def test_replace_takes_sections_as_objects():
    scenario = tiny_scenario()
    other = tiny_scenario({"offices.count": [2, 3]})
    assert scenario.replace(offices=other.offices).offices.count == (2, 3)


def test_replace_takes_an_optional_number_away():
    scenario = tiny_scenario(work_sections({"dialogues.balance": quantity(0.1)}))
    assert scenario.replace(**{"dialogues.balance": None}).dialogues.balance is None


def test_replace_tells_every_problem():
    with pytest.raises(InputError) as caught:
        tiny_scenario().replace(**{"offices.count": 0, "units.level": "village", "colour": 1})
    assert {p.column for p in caught.value.problems} >= {"offices.count", "units.level", "colour"}


def test_every_number_with_a_range_is_listed_by_its_key():
    scenario = tiny_scenario(
        work_sections(
            {
                "rollout.periods": [{"name": "P1", "hires_most": quantity(3)}],
                "dialogues.targets": [{"by": "P1", "least": quantity(5)}],
                "objective.method": "weighted",
                "objective.rates": {"mean_km": 1, "spread": 2},
            }
        )
    )
    found = scenario.quantities()
    assert isinstance(found["staffing.minimum_team"], Quantity)
    assert {key: found[key].value for key in KEYS} == KEYS


KEYS = {
    "rollout.periods.0.hires_most": 3,
    "dialogues.targets.0.least": 5,
    "objective.rates.spread": 2,
    "thresholds.beyond_km": 200,
    "dialogues.uptake": 1,
}


def test_the_office_range_of_a_number_is_the_number():
    assert (tiny_scenario().offices.fewest, tiny_scenario().offices.most) == (1, 1)
    ranged = tiny_scenario({"offices.count": [2, 5]}).offices
    assert (ranged.fewest, ranged.most) == (2, 5)

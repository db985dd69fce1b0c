"""The weighted sum: line by line, in its unit, beside another plan's only where it keeps the rules.

The scenario of these tests weighs four goals, in km of mean distance: mean distance 1 km per km,
longest distance 0.1 km per km, share far away 3 km and share in sister towns 0.2 km per percentage
point. A plan with 60 km, 300 km, 5 % and 50 % has 60 + 30 + 15 - 10 = 95 km.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from outputs.handmade import context_of, county_plan, report_of, scenario, weighed, weighed_scenario
from outputs.pages import assert_sound
from planner.outputs.words.text import MINUS, load_texts
from planner.outputs.words.weighing import weigh
from planner.scenario.objective import Objective

SV, EN = load_texts("sv"), load_texts("en")
ASKED = weighed_scenario()


@pytest.fixture
def plan(small_plan):
    return weighed(small_plan, ASKED)


@pytest.fixture
def other(small):
    """One office in Norr: 70 km, 280 km, 4 % and 50 % is 70 + 28 + 12 - 10 = 100 km."""
    alone = county_plan(small, [("2023", {"0101": ("01", "02", "03")})], "announced")
    return weighed(alone, ASKED, mean_km=70.0, max_km=280.0, share_beyond=0.04)


def told(plan, other, small, t=SV, asked=ASKED):
    named = {"reference": other, "reference_name": "den andra planen", "language": t.language}
    return weigh(context_of(plan, small, asked, **named))


def plain(texts):
    return " ".join(texts).replace("\u00a0", " ")


def test_each_line_has_its_rate_in_words_its_value_and_what_it_adds(plan, small):
    rows = told(plan, None, small).rows
    assert [plain((row.name, row.rate, row.value, row.part)) for row in rows] == [
        "Medelavstånd 1 km per km 60,0 km 60,0 km",
        "Längsta avstånd 0,1 km per km 300,0 km 30,0 km",
        "Andel som har långt 3 km per procentenhet 5,0 % 15,0 km",
        f"Andel på orter med Syster 0,2 km per procentenhet 50,0 % {MINUS}10,0 km",
    ]
    rows = told(plan, None, small, EN).rows
    assert plain((rows[2].rate, rows[2].part)) == "3 km per percentage point 15.0 km"
    assert plain(told(plan, None, small).total.part.split()) == "95,0 km"


def test_the_sum_is_told_in_the_unit_of_the_goal_that_leads(plan, small):
    assert "Planens sammanvägda mål är 95,0 km i medelavstånd." in plain(
        told(plan, None, small).lead
    )
    assert "The weighted goal of the plan is 95.0 km of mean distance." in plain(
        told(plan, None, small, EN).lead
    )


def test_the_difference_from_the_compared_plan_is_told_in_parts(plan, other, small):
    """5 km worse in all: 10 km further, 2 and 3 km less, the same share in sister towns."""
    found = told(plan, other, small)
    assert (
        f"Den andra planen är 5,0 km i medelavstånd sämre: 10,0 medelavstånd {MINUS} 2,0 längsta "
        f"avstånd {MINUS} 3,0 andel som har långt + 0,0 andel på orter med Syster."
    ) in plain(found.lead)
    row = found.rows[2]
    assert plain((row.other, row.other_part, row.difference)) == f"4,0 % 12,0 km {MINUS}3,0 km"
    total = plain((found.total.part, found.total.other_part, found.total.difference))
    assert total == "95,0 km 100,0 km +5,0 km"


def test_a_compared_plan_may_be_better_where_the_plan_is_not_proved_best(plan, other, small):
    """Proved best, such a plan must break some rule, and has no sum."""
    less = weighed(other, ASKED, mean_km=50.0)  # 85 km
    assert "kan" not in plain(told(plan, less, small).lead)
    assert "ingen plan som följer scenariots regler har så låg summa" in plain(
        told(plan, less, small).lead
    )
    assert told(plan, less, small).total.difference == ""
    open_end = replace(plan.termination, reason="time_limit", bound=80.0)
    found = told(replace(plan, stages=(open_end,), termination=open_end), less, small)
    assert "Den andra planen är 10,0 km i medelavstånd bättre: 10,0 medelavstånd + 0,0" in plain(
        found.lead
    )
    same = weighed(other, ASKED)
    assert "Den andra planen har samma summa." in plain(told(plan, same, small).lead)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"offices": {"count": 2}}, "den har 1 kontor"),
        ({"sites": {"candidates": ["0301"]}}, "Norr går inte att välja där"),
        ({"sites": {"required": ["0301"]}}, "Ost saknas"),
        ({"sites": {"existing": ["0301", "0201"]}}, "Mitt och Ost saknas"),
        ({"rollout": {"opens": {"0301": "2023"}, "periods": [{"name": "2023", "months": 12}]}},
         "Ost saknas"),
        ({"limits": {"max_km": {"most": 200}}}, "längsta avstånd: högst 200,0 km hålls inte"),
        ({"limits": {"spread": {"most": 20}}}, "spridning över landet är inte uträknat för den"),
        ({"units": {"level": "county", "contiguous": True}}, "alla regioner hänger inte ihop"),
    ],
)  # fmt: skip
def test_a_compared_plan_that_breaks_a_rule_of_the_question_has_no_sum(small, other, changes, why):
    asked = weighed_scenario(**changes)
    plan = weighed(county_plan(small, [("2023", {"0101": ("01", "02", "03")})]), asked)
    plan = replace(plan, criteria={**plan.criteria, "contiguous": 1})
    found = told(plan, other, small, asked=asked)
    said = f"räknas ingen summa, för den följer inte scenariots egna regler: {why}"
    assert said in plain(found.lead)
    assert {row.other for row in found.rows} == {""}


def test_a_compared_plan_that_counts_far_from_another_distance_has_no_sum(plan, other, small):
    """Its share is of principals farther than 150 km, not 200; or it doesn't tell of what."""
    nearer = tuple(replace(a, value=150.0) for a in other.assumptions)
    for assumptions in (nearer, ()):
        strange = replace(weighed(other, ASKED), assumptions=assumptions)
        found = told(plan, strange, small)
        assert "den räknar långt på ett annat sätt" in plain(found.lead)
        assert found.total.difference == ""


def test_a_compared_plan_that_divides_counties_has_no_sum_where_they_stay_whole(plan, other, small):
    split = weighed(other, ASKED, county_splits=1.0)
    assert "ett län hör till flera kontor" in plain(told(plan, split, small).lead)
    free = weighed_scenario(units={"level": "municipality"})
    assert told(plan, split, small, asked=free).total.difference != ""


@pytest.mark.parametrize(
    ("level", "why"),
    [
        ("principal", "den delar det som scenariot håller ihop"),
        ("municipality", ""),
    ],
)
def test_a_compared_plan_of_finer_units_has_no_sum(plan, other, small, level, why):
    """Municipalities are kept whole: a plan of municipalities keeps that, one of principals not."""
    asked = weighed_scenario(units={"level": "municipality"})
    rows = tuple(replace(row, unit=level) for row in other.assignments)
    lead = plain(told(plan, replace(other, assignments=rows), small, asked=asked).lead)
    assert why in lead
    assert ("räknas ingen summa" in lead) == bool(why)


def test_where_the_rollout_is_weighed_too_another_plan_is_not_held_against_it(small, small_plan):
    objective = Objective(method="weighted", rates={"mean_km": 1, "unmet": 0.5})
    asked = weighed_scenario().model_copy(update={"objective": objective})
    ours, theirs = (weighed(small_plan, asked, unmet=n) for n in (10.0, 4.0))
    found = told(ours, theirs, small, asked=asked)
    assert "inte prövad mot utbyggnadens regler" in plain(found.lead)
    assert plain((found.rows[1].rate, found.rows[1].part)) == "0,5 km per huvudman 5,0 km"


def test_a_soft_limit_is_a_line_of_the_sum(small, small_plan, other):
    """20 % may be farther; a tenth of a kilometre a point beyond that is 1 km for 30 %."""
    limits = {"share_beyond": {"most": 0.2, "hard": False, "penalty": 10}}
    asked = weighed_scenario(limits=limits)
    plan = weighed(small_plan, asked, share_beyond=0.3)
    row = told(plan, weighed(other, asked, mean_km=200), small, asked=asked).rows[-1]
    assert plain((row.name, row.rate)) == (
        "Brott mot andel som har långt: högst 20,0 % 0,1 km per procentenhet"
    )
    assert plain((row.value, row.part)) == "10,0 procentenheter 1,0 km"
    assert plain((row.other, row.other_part)) == "0,0 procentenheter 0,0 km"


def test_what_a_reader_must_know_is_said_where_the_question_makes_it_true(plan, small, small_plan):
    notes = plain(told(plan, None, small).notes)
    assert "räknas av från summan" in notes
    # Not of the rate that somebody has decided, nor of the unit itself.
    assert "Omräkningstalen för längsta avstånd och andel som har långt är antaganden." in notes
    assert (
        "Medelavstånd, längsta avstånd och andel som har långt överlappar: alla mäter hur långt"
    ) in notes
    share = {"value": 1, "unit": "km per percentage point", "low": 1, "high": 1, "source": "law"}
    rates = {"mean_km": 1, "spsm_share": share}
    decided = weighed_scenario(objective={"method": "weighted", "rates": rates})
    few = plain(told(weighed(small_plan, decided), None, small, asked=decided).notes)
    assert "antagand" not in few
    assert "överlappar" not in few


def test_numbers_that_do_not_add_up_as_they_are_written_are_said_to_be_rounded(small, small_plan):
    """60.04 + 30.04 + 15 - 10 is 95.08: written 60.0 + 30.0 + 15.0 - 10.0 and 95.1."""
    plan = weighed(small_plan, ASKED, mean_km=60.04, max_km=300.4)
    assert "avrundade" in plain(told(plan, None, small).notes)
    assert "avrundade" not in plain(told(weighed(small_plan, ASKED), None, small).notes)


def test_differences_that_do_not_add_up_as_they_are_written_are_said_to_be_rounded(
    plan, other, small
):
    """10.04 + 0.04 km further, 3 km less in the share: written 10.0 + 0.0 - 3.0 and 7.1."""
    near = weighed(other, ASKED, mean_km=70.04, max_km=300.4)
    assert "avrundade" in plain(told(plan, near, small).notes)
    assert "avrundade" not in plain(told(plan, other, small).notes)


def test_nothing_is_told_of_a_sum_where_nothing_is_weighed(small, small_plan):
    assert told(small_plan, None, small, asked=scenario()) is None


def test_the_report_tells_the_sum_and_leads_to_it(plan, other, small):
    html = report_of(plan, small, ASKED, reference=other, language="sv")
    said = assert_sound(html, "sv").words
    assert "Så vägdes målen samman Målen läggs ihop till ett, det sammanvägda målet." in said
    assert "Summan, mål för mål, bredvid den aviserade planen Mål Omräkningstal Planen" in said
    assert "Summa 95,0 km 100,0 km +5,0 km" in said
    assert 'href="#weighing"' in html
    whole = "det sammanvägda målet (medelavstånd, längsta avstånd, andel som har långt och andel"
    assert f"är ingen bättre på {whole} på orter med Syster); det är bevisat." in said


def test_lines_of_both_plans_are_those_of_the_plan_itself(plan, other, small):
    """What is told of the compared plan is worked out as the plan's own sum was."""
    assert context_of(plan, small, ASKED, reference=other).other_sum == other.objective

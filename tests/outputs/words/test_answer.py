"""The answer in sentences: offices new and old, first goal, years between, the other plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

import rollouts
from outputs.handmade import county_plan, scenario
from planner.case.travel import travel_matrix
from planner.outputs.views import make_views, number_offices
from planner.outputs.words.answer import Answer
from planner.outputs.words.text import NO_BREAK, load_texts
from planner.plan import Termination

SV, EN = load_texts("sv"), load_texts("en")
ALL = ("01", "02", "03")


def answer(small, plan, t=SV, reference=None, name="den andra planen", asked=None):
    travel = travel_matrix(small, keep=False)
    views = make_views(plan, small, travel, number_offices(small, plan, reference))
    return Answer(plan, views, asked or scenario(), small, t, reference, name)


def plain(text):
    return text.replace(NO_BREAK, " ")


def existing(plan, *codes):
    """Return the plan with some of its offices there before it."""
    offices = tuple(
        replace(office, role="existing" if office.code in codes else "candidate")
        for office in plan.offices
    )
    return replace(plan, offices=offices)


def periods(plan, **changes):
    """Return the plan with figures of its periods: a value a period."""
    rows = [
        replace(result, **{name: values[t] for name, values in changes.items()})
        for t, result in enumerate(plan.periods)
    ]
    return replace(plan, periods=tuple(rows))


def test_the_whole_answer_names_towns_distances_and_what_was_proved(small, small_plan):
    where, far, *_, proof = answer(small, small_plan, EN).told()
    assert where == (
        "The plan has 2 offices: Norr and Ost. The offices open in this order: 2022 Norr; 2023 Ost."
    )
    assert plain(far).startswith("Principals have on average 58.1 km (45.1 min) to their office,")
    assert "Mean distance" in proof


@pytest.mark.parametrize(
    ("t", "said"),
    [
        (SV, "Ett nytt kontor: Ost (från 2023). Kontoret som redan finns är kvar: Norr."),
        (EN, "One new office: Ost (from 2023). The office that exists stays: Norr."),
    ],
)
def test_new_offices_come_first_with_their_dates_and_those_that_exist_after(
    small, small_plan, t, said
):
    assert answer(small, existing(small_plan, "0101"), t).offices() == said


def test_without_periods_to_choose_from_no_date_is_said(small):
    plan = county_plan(small, [("2024", {"0101": ("01",), "0201": ("02",), "0301": ("03",)})])
    assert answer(small, existing(plan, "0201")).offices() == (
        "Två nya kontor: Norr och Ost. Kontoret som redan finns är kvar: Mitt."
    )
    assert answer(small, existing(plan, "0101", "0201", "0301")).offices() == (
        "Inga nya kontor. De tre som redan finns är kvar: Norr, Mitt och Ost."
    )


def test_an_office_that_closes_is_not_said_to_stay(small, small_plan):
    plan = existing(small_plan, "0101", "0301")
    plan = replace(plan, offices=(replace(plan.offices[0], closes="2023"), plan.offices[1]))
    assert answer(small, plan).offices() == (
        "Inga nya kontor. Kontoret som redan finns är kvar: Ost. Norr stänger 2023."
    )


def lexicographic(small_plan, tolerance):
    order = {"method": "lexicographic", "order": ["waiting", "mean_km"], "tolerance": tolerance}
    ends = (
        Termination("optimal", 100.0, 100.0, 0.0, "waiting"),
        Termination("optimal", 58.1, 58.1, 0.0, "mean_km"),
    )
    criteria = {**small_plan.criteria, "waiting": 104.0, "unmet": 2.0}
    plan = replace(small_plan, criteria=criteria, stages=ends, unmet={"01": 2})
    asked = rollouts.scenario(objective=order)
    return periods(plan, dialogues=[3, 5]), asked


def test_the_first_goal_has_the_plans_own_value_and_what_was_given_up_of_it(small, small_plan):
    """104 months over ten who take part; the best by itself was 100."""
    plan, asked = lexicographic(small_plan, {"waiting": 9})
    assert plain(answer(small, plan, asked=asked).first_goal()) == (
        "Viktigast var väntan: 104 huvudmannamånader sammanlagt, i genomsnitt 10,4 månader för var "
        "och en av de 10 som vill delta. Det bästa som hittades för det målet var 100 "
        "huvudmannamånader; för att förbättra medelavstånd fick planen vara högst 9 "
        "huvudmannamånader sämre."
    )
    plan, asked = lexicographic(small_plan, {})
    assert "hittades" not in answer(small, plan, asked=asked).first_goal()


def test_a_first_goal_that_the_distances_tell_is_not_told_twice(small, small_plan):
    end = Termination("optimal", 58.1, 58.1, 0.0, "mean_km")
    assert answer(small, replace(small_plan, stages=(end,))).first_goal() == ""
    end = Termination("optimal", 346.6, 346.6, 0.0, "max_km")
    said = answer(small, replace(small_plan, stages=(end,))).first_goal()
    assert plain(said) == "Viktigast var längsta avstånd: 346,6 km."


def test_years_in_which_some_have_much_farther_are_told_with_the_other_plans(small, small_plan):
    """In 2022 all belong to Norr; the farthest is in Ost, 60 km away. Figures are made up."""
    plan = periods(small_plan, max_km=[900.0, 300.0], share_beyond=[0.2, 0.1])
    other = periods(small_plan, max_km=[400.0, 300.0], share_beyond=[0.15, 0.1])
    said = plain(answer(small, plan, reference=other).on_the_way())
    assert said == (
        "Innan alla kontor är öppna är det längre: 2022 har den som har längst 900,0 km (Öst, som "
        "då hör till Norr), och 20,0 % av huvudmännen har mer än 200 km. "
        "Den andra planen ger 400,0 km och 15,0 % samma tid."
    )
    elsewhen = replace(other, periods=other.periods[1:])
    assert "andra planen" not in answer(small, plan, reference=elsewhen).on_the_way()


@pytest.mark.parametrize(
    ("farthest", "share", "told"),
    [(449.0, 0.14, False), (450.0, 0.10, True), (300.0, 0.16, True)],
)
def test_years_that_are_little_worse_are_left_to_the_table(
    small, small_plan, farthest, share, told
):
    """Half as far again, or five points more who have far: from there on it is said."""
    plan = periods(small_plan, max_km=[farthest, 300.0], share_beyond=[share, 0.1])
    assert bool(answer(small, plan).on_the_way()) is told


def test_a_comparison_names_offices_and_the_differences_that_matter(small, small_plan):
    """By relative size, those without a dialogue among them; a cost that is alike has its cause."""
    theirs = county_plan(small, [("2022", {"0101": ALL}), ("2023", {"0201": ALL})])
    ours = {"unmet": 10.0, "mean_km": 57.2, "max_km": 500.0, "cost_msek": 165.2, "spread": 9.0}
    others = {"unmet": 20.0, "mean_km": 58.1, "max_km": 400.0, "cost_msek": 164.9, "spread": 7.0}
    plan = periods(replace(small_plan, criteria=ours), advisors=[3, 4])
    other = periods(replace(theirs, criteria=others), advisors=[3, 4])
    said = plain(answer(small, plan, reference=other).comparison())
    assert said == (
        "Jämfört med den andra planen: Norr och Ost i stället för Mitt. "
        "Bättre: utan dialog 10 huvudmän mot 20; medelavstånd 57,2 km mot 58,1. "
        "Sämre: längsta avstånd 500,0 km mot 400,0. "
        "Lika, eller nästan lika: kostnad 165,2 mnkr mot 164,9. "
        "Båda planerna har lika många rådgivare i varje period, så kostnaden blir ungefär densamma."
    )
    other = periods(other, advisors=[3, 5])
    assert "rådgivare" not in answer(small, plan, reference=other).comparison()
    assert answer(small, plan).comparison() == ""

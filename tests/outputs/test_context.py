"""What outputs are made from: the other plan, what it is called, and everything but once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outputs.handmade import context_of, county_plan, full, scenario
from planner.outputs.words.text import load_texts


def test_a_plan_is_not_set_beside_itself(small, small_plan):
    alone = context_of(small_plan, small, scenario(), reference=replace(small_plan))
    assert (alone.other, alone.name, alone.other_views, alone.other_sum) == (None, "", (), ())


def test_the_other_plan_has_its_name_in_each_language(small, small_plan):
    announced = replace(small_plan, scenario="announced", criteria={})
    context = context_of(small_plan, small, scenario(), reference=announced)
    assert context.name == "den aviserade planen"
    assert context.called(load_texts("en")) == "the announced plan"
    named = replace(context, reference_name="den andra")
    assert named.name == "den andra"


def test_offices_of_both_plans_have_one_numbering(small, small_plan):
    ost = county_plan(small, [("2023", {"0301": ("01", "02", "03")})], "ost")
    context = context_of(small_plan, small, scenario(), reference=ost)
    assert context.numbers == {"0101": 1, "0301": 2}
    shown = [view.regions[-1].number for view in (context.last, context.other_views[-1])]
    assert shown == [2, 2]


@pytest.mark.parametrize("name", ["views", "doubts", "offices", "tables", "criteria", "assurance"])
def test_each_thing_is_worked_out_once(small, small_plan, name):
    context = context_of(full(small_plan), small, scenario())
    assert getattr(context, name) is getattr(context, name)


def test_there_is_no_calendar_where_no_dialogues_are_planned(small, small_plan):
    assert context_of(small_plan, small, scenario()).calendar is None

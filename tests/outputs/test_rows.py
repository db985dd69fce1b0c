"""The rows that tables, sheets, layers and the map share, worked out by hand for six towns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from country import TOWNS
from outputs.handmade import context_of, full, scenario
from planner.outputs.words.text import load_texts

SV = load_texts("sv")


@pytest.fixture
def context(small, small_plan):
    return context_of(full(small_plan), small, scenario())


def test_tables_add_up_over_the_country(context):
    tables = context.tables
    assert tables.total.principals == 21
    assert tables.total.municipalities == len(TOWNS)
    assert tables.total.km == pytest.approx(145 / 21)
    assert [row.name for row in tables.places] == ["Mitt", "Norr", "Ost", "Söder", "Vik", "Ö"]
    assert tables.staffed


def test_an_office_is_told_with_its_region_and_its_staff(context):
    rows = {row.town: row for row in context.offices}
    assert (rows["Ost"].open, rows["Ost"].advisors, rows["Ost"].county_names(SV)) == (
        True,
        3,
        "Öst",
    )
    assert sum(row.principals for row in context.offices) == 21


def test_an_office_that_has_closed_keeps_its_number_and_has_no_region(small, small_plan):
    first, last = small_plan.periods
    closed = replace(last, open=("0101",))
    everyone = [row for row in small_plan.assignments if row.period == first.period]
    rows = (*everyone, *(replace(row, period=last.period) for row in everyone))
    plan = replace(small_plan, periods=(first, closed), assignments=rows)
    context = context_of(plan, small, scenario())
    ost = next(row for row in context.offices if row.town == "Ost")
    assert (ost.number, ost.open, ost.principals, ost.county_names(SV)) == (2, False, 0, "")
    assert str(ost.km) == "nan"
    assert [row.town for row in context.tables.rows] == ["Norr"]


def test_a_word_that_all_counties_share_is_said_once(real_inputs, announced):
    context = context_of(announced, real_inputs, scenario())
    named = {row.town: row.county_names(SV) for row in context.offices}
    assert named["Göteborg"] == "Hallands och Västra Götalands län"
    assert named["Malmö"] == "Skåne län"

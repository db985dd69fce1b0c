"""Views: who is served by which office in each period, worked out by hand for six towns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.case.travel import travel_matrix
from planner.outputs.rows import period_tables
from planner.outputs.views import make_views, number_offices
from planner.outputs.words.text import load_texts
from planner.plan import Assignment

SV = load_texts("sv")


@pytest.fixture
def views(small, small_plan):
    numbers = number_offices(small, small_plan)
    return make_views(small_plan, small, travel_matrix(small, keep=False), numbers)


def test_offices_are_numbered_from_north_to_south(real_inputs, announced):
    numbers = number_offices(real_inputs, announced)
    assert list(numbers) == [
        "2580", "2480", "2280", "2180", "0184", "1880", "0580", "1480", "0780", "1280",
    ]  # fmt: skip
    assert list(numbers.values()) == list(range(1, 11))


def test_offices_of_the_reference_plan_alone_come_last(small, small_plan):
    north = replace(small_plan, offices=small_plan.offices[1:])
    assert number_offices(small, north, small_plan) == {"0301": 1, "0101": 2}


def test_periods_keep_the_order_of_the_plan(views):
    assert [view.period for view in views] == ["2022", "2023"]
    assert [[r.office.code for r in view.regions] for view in views] == [
        ["0101"],
        ["0101", "0301"],
    ]


def test_distances_are_means_over_principals(views):
    # Principals and km to Norr: Norr 4 x 0, Söder 2 x 5, Mitt 6 x 10, Vik 3 x 15 (by Mitt),
    # Ost 5 x 30, Ö 1 x 60: 325 over 21. Without the third county 115 over 15.
    (alone,), (norr, ost) = (view.regions for view in views)
    assert alone.km == pytest.approx(325 / 21)
    assert norr.km == pytest.approx(115 / 15)
    assert ost.km == pytest.approx(30 / 6)
    assert (norr.principals, ost.principals) == (15, 6)
    assert (norr.farthest, ost.farthest) == (15, 30)


def test_municipalities_change_office_when_one_opens(views):
    before, after = (view.homes["0302"] for view in views)
    assert (before.office, before.km, before.principals) == ("0101", 60, 1)
    assert (after.office, after.km, after.minutes) == ("0301", 30, 60)


def test_split_municipalities_belong_where_most_principals_do(small, small_plan):
    # Mitt has one listed principal and five sole traders; two of the six go to Ost.
    ids = ["212000201", *(f"0201-sole-{number}" for number in range(1, 6))]
    offices = ["0301", "0301", *["0101"] * 4]
    rows = tuple(
        Assignment("principal", unit, "2022", office, 10, 8, 1)
        for unit, office in zip(ids, offices, strict=True)
    )
    plan = replace(
        small_plan,
        assignments=rows,
        periods=(replace(small_plan.periods[0], open=("0101", "0301")),),
    )
    travel = travel_matrix(small, keep=False)
    (view,) = make_views(plan, small, travel, number_offices(small, plan))
    home = view.homes["0201"]
    assert (home.office, home.principals, home.others) == ("0101", 6, (("0301", 2),))
    assert [region.counties for region in view.regions] == [(("02", False),)] * 2
    (row,) = period_tables((), view, small, SV).places
    assert row.office == "Norr (flest; Ost 2)"

"""Links against the straight line: what cannot be, what is unlikely, and what is neither."""

from __future__ import annotations

import numpy as np
import pytest

from case.sheets import sheet, told
from planner.case.codes import Codes
from planner.case.links import link_doubts, link_problems, measure
from planner.case.schemas import TABLES

ROADS, PLACES = TABLES["roads"].file, TABLES["municipalities"].file
CODES = ["a", "b", "c", "d"]

# On the equator a tenth of a degree of longitude is 11.13 km: b, c and d lie 11, 22 and 33 km
# east of a. The fourth decimal of a latitude only says that the others have as many.
PLACE = {"lat": [0.0, 0.0, 0.0, 0.0001], "lon": [10.0, 10.1, 10.2, 10.3]}


def links(*rows, astray=(), **place):
    """Measure some links: code, code, km, minutes."""
    a, b, km, minutes = (list(column) for column in zip(*rows, strict=True))
    places = sheet("municipalities", code=CODES, **(PLACE | place))
    roads = sheet(
        "roads", code_a=a, code_b=b, km=[float(k) for k in km], minutes=[float(m) for m in minutes]
    )
    return measure(roads, places, Codes(places), astray)


def problems(*rows, **more):
    return told(link_problems(links(*rows, **more)))


def doubts(*rows, **more):
    return told(link_doubts(links(*rows, **more)))


def test_the_straight_line_is_measured_on_the_earth():
    """A degree of the equator is 111.32 km."""
    found = links(("a", "b", 12, 12), ("d", "a", 40, 30))
    np.testing.assert_allclose(found.straight, [11.132, 33.396], atol=1e-3)
    assert found.ends == (("a", "b"), ("d", "a"))


def test_across_the_date_line_is_near():
    found = links(("a", "b", 12, 12), lon=[179.95, -179.95, 0.1, 0.2])
    np.testing.assert_allclose(found.straight, [11.132], atol=1e-3)


@pytest.mark.parametrize("km", [11, 12, 30, 55])
def test_a_link_as_long_as_roads_are_is_neither(km):
    """From the straight line, but for rounding, to five times as long."""
    assert problems(("a", "b", km, km)) == []
    assert doubts(("a", "b", km, km)) == []


def test_a_link_that_is_shorter_than_any_way_is_a_problem():
    line = "at least the 11.1 km of the straight line between its ends"
    assert problems(("a", "b", 9, 9)) == [(ROADS, 2, "km", "9", line)]
    assert problems(("a", "b", 9, 12)) == [
        (ROADS, 2, "km", "9", f"{line}; are km and minutes swapped?")
    ]


def test_one_a_little_shorter_is_a_doubt():
    """A town is wider than its coordinates: 1.2 km less than the line need not be wrong."""
    assert problems(("a", "b", 10, 10), ("b", "c", 12.5, 12)) == []
    assert [d[:4] for d in doubts(("a", "b", 10, 10), ("b", "c", 12.5, 12))] == [
        (ROADS, 2, "km", "10")
    ]


def test_seats_given_to_few_decimals_may_be_nearer():
    """To one decimal, each end may be eight kilometres off."""
    assert problems(("a", "b", 2, 3), lat=[0.0] * 4) == []
    assert len(problems(("a", "d", 15, 15), lat=[0.0] * 4)) == 1


@pytest.mark.parametrize(("km", "told"), [(56, 1), (55, 0)])
def test_a_link_five_times_as_long_is_a_doubt(km, told):
    found = doubts(("a", "b", km, km), ("b", "c", 12.5, 12))
    assert len(found) == told
    assert all(d[:4] == (ROADS, 2, "km", "56") for d in found)
    assert all(d[4].startswith("at most 5 times the straight line") for d in found)


def test_the_way_round_between_two_banks_may_be_any_number_of_times_the_line():
    """Nine kilometres for one; eleven more than the line are odd."""
    near = [10.0, 10.009, 10.2, 10.3]
    assert doubts(("a", "b", 9, 9), lon=near) == []
    assert len(doubts(("a", "b", 12, 12), lon=near)) == 1


def test_two_columns_swapped_are_one_problem():
    """Of three seats in a row and their ways by twos: all the kilometres are minutes at 80 km/h."""
    rows = [(a, b, km * 0.75, km) for a, b, km in (
        ("a", "b", 12), ("b", "c", 12), ("c", "d", 12), ("a", "c", 24), ("a", "d", 36),
    )]  # fmt: skip
    (found,) = problems(*rows)
    assert found[:4] == (ROADS, 2, "km", "9")
    assert found[4].endswith("(so too on lines 3, 4, 5, 6); are km and minutes swapped?")


def test_another_unit_is_no_swap():
    rows = [(a, b, km / 1.609, km * 0.5) for a, b, km in (
        ("a", "b", 12), ("b", "c", 12), ("c", "d", 12), ("a", "c", 24), ("a", "d", 36),
    )]  # fmt: skip
    (found,) = problems(*rows)
    assert found[4].endswith("; is a unit wrong?")


def test_a_seat_that_lies_elsewhere_is_one_problem_of_the_seat():
    """d is put 11 km too far east: all that leads to it is too short, and it is told itself."""
    rows = [("a", "b", 12, 12), ("a", "c", 24, 24), ("b", "c", 12, 12)]
    rows += [("a", "d", 35, 35), ("b", "d", 24, 24), ("c", "d", 12, 12)]
    assert problems(*rows) == []
    (found,) = problems(*rows, lon=[10.0, 10.1, 10.2, 10.4])
    assert found[:4] == (PLACES, 5, "lat, lon", "0.0001, 10.4")
    assert "of 3 links to it, 3 are shorter than the straight line" in found[4]
    assert "lines 5, 6, 7" in found[4]


def test_a_seat_or_speed_that_is_told_already_is_not_told_again():
    assert problems(("a", "b", 2, 2), astray={3}) == []
    assert problems(("a", "b", 2, 60)) == []  # 2 km/h
    assert problems(("a", "x", 2, 2), ("a", "a", 2, 2)) == []


@pytest.mark.parametrize(("row", "count"), [(("a", "c", 24, 32), 1), (("a", "c", 26, 26), 0)])
def test_a_link_slower_than_by_a_third_seat_is_doubted_if_it_fits_swapped(row, count):
    """By b it takes 18 minutes; 24 km in 32 minutes are 32 km in 24, as fast as the others."""
    rows = [("a", "b", 12, 9), ("b", "c", 12, 9), ("c", "d", 12, 9)]
    found = doubts(*rows, row)
    assert len(found) == count
    assert all(d[:4] == (ROADS, 5, "minutes", "32") for d in found)
    assert all("the 18 minutes of a way by a third seat; are km" in d[4] for d in found)


def test_a_country_without_links_has_nothing_to_doubt():
    places = sheet("municipalities", code=["a"], lat=[1.0], lon=[2.0])
    roads = sheet("roads", code_a=[], code_b=[], km=[], minutes=[])
    found = measure(roads, places, Codes(places))
    assert (link_problems(found), link_doubts(found)) == ([], [])

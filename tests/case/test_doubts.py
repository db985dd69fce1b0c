"""Doubts on a made-up country in which nothing is odd, with one thing changed at a time."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from case.sheets import sheet, told
from planner.case.codes import Codes
from planner.case.doubts import _unlike, find_doubts
from planner.case.links import measure
from planner.case.schemas import TABLES

PLACES, BORDERS, DEMAND = (TABLES[n].file for n in ("municipalities", "adjacency", "demand"))
CAMPUSES, SISTER, ROADS = (TABLES[n].file for n in ("campuses", "sister_sites", "roads"))
COUNT = 12
CODES = [f"{n:02}" for n in range(COUNT)]
NAMES = [f"Ort {'LKJIHGFEDCBA'[n]}" for n in range(COUNT)]
PEOPLE = [20000, 31000, 12000, 90000, 15000, 8000, 45000, 11000, 27000, 60000, 9000, 33000]
RATE = [
    0.0004,
    0.0005,
    0.0003,
    0.0004,
    0.0006,
    0.0004,
    0.0003,
    0.0005,
    0.0004,
    0.0004,
    0.0002,
    0.0004,
]


def country(**changes):
    """Return twelve municipalities in a row, in two counties; columns changed by name of table."""
    east = [round(10.0 + n * 0.11111, 5) for n in range(COUNT)]
    cells = {
        "municipalities": {
            "code": CODES, "name": NAMES, "county_code": ["A"] * 6 + ["B"] * 6, "seat": NAMES,
            "lat": [0.12345] * COUNT, "lon": east, "population_2021": PEOPLE,
            "children_0_19_2021": [int(n * 0.23) for n in PEOPLE],
            "pupils_y1_9_2021_22": [int(n * 0.1) for n in PEOPLE],
            "school_units_y1_9_2021_22": [n // 3000 for n in PEOPLE],
            "land_area_km2": [300.0 + (7 * n) % 12 for n in range(COUNT)],
            "eligible_upper_secondary_pct_2022": [80.0 + (5 * n) % 12 for n in range(COUNT)],
            "certified_teachers_pct_2022": [70.0 + (11 * n) % 12 for n in range(COUNT)],
        },
        "adjacency": {"code_a": CODES[:-1], "code_b": CODES[1:]},
        "roads": {
            "code_a": CODES[:-1], "code_b": CODES[1:],
            "km": [15.0] * (COUNT - 1), "minutes": [13.0] * (COUNT - 1),
        },
        "demand": {
            "municipality_code": CODES,
            "principals_estimate": [round(n * r) for n, r in zip(PEOPLE, RATE, strict=True)],
        },
        "campuses": {"campus_town": NAMES[:6], "municipality_code": CODES[:6]},
        "sister_sites": {"town": NAMES[:2], "municipality_code": CODES[:2]},
    }  # fmt: skip
    for name, columns in changes.items():
        cells[name] = cells[name] | columns
    return {name: sheet(name, **columns) for name, columns in cells.items()}


def doubts(outlines=None, **changes):
    """Return (file, row, column, value, expected) of each doubt."""
    sheets = country(**changes)
    places = sheets["municipalities"]
    codes = Codes(places)
    shapes = outlines or {code: shapely.box(n, 0, n + 1, 1) for n, code in enumerate(CODES)}
    found = find_doubts(sheets, shapes, codes, measure(sheets["roads"], places, codes))
    return [(d.file, d.row, d.column, d.value, d.expected) for d in found]


def changed(values, *at):
    """Return a list with (position, value) changed."""
    new = list(values)
    for position, value in at:
        new[position] = value
    return new


def test_nothing_is_odd():
    assert doubts() == []


@pytest.mark.parametrize(
    "column",
    ["pupils_y1_9_2021_22", "land_area_km2", "eligible_upper_secondary_pct_2022",
     "population_2021"],
)  # fmt: skip
@pytest.mark.parametrize("falling", [False, True])
def test_a_column_in_order_of_size_beside_codes_in_order_was_sorted_alone(column, falling):
    values = sorted(country()["municipalities"].cells[column], reverse=falling)
    found = doubts(municipalities={column: values})
    assert [d[:4] for d in found] == [(PLACES, None, column, "")]


def test_a_table_in_order_of_size_was_sorted_as_a_whole():
    """The codes are in no order then; nor do a few values in order tell anything."""
    order = np.argsort(PEOPLE)
    cells = country()["municipalities"].cells
    whole = {column: [values[i] for i in order] for column, values in cells.items()}
    assert doubts(municipalities=whole) == []
    assert doubts(municipalities={"land_area_km2": sorted([1.0, 2.0, 3.0] * 4)}) == []


def test_a_seat_named_as_another_towns_municipality():
    """Two exchanged are two; a town that only has the same name as another is none."""
    seats = changed(NAMES, (0, "Ort K"), (1, "Ort L"))
    found = doubts(municipalities={"seat": seats})
    assert [d[:4] for d in found] == [
        (PLACES, 2, "name, seat", "Ort L, Ort K"),
        (PLACES, 3, "name, seat", "Ort K, Ort L"),
    ]
    assert (
        found[0][4]
        == "a town that is not another municipality's: Ort K is 01 on line 3, whose seat is Ort L"
    )
    seats = changed(NAMES, (0, "Ort K"), (5, "Byn"))
    assert doubts(municipalities={"seat": seats}) == []


@pytest.mark.parametrize("column", ["name", "seat"])
def test_a_column_of_towns_sorted_alone_is_one_doubt_of_that_column(column):
    found = doubts(municipalities={column: sorted(NAMES)})
    assert [d[:3] for d in found] == [(PLACES, 2, column)]
    assert found[0][4].endswith("; is one column sorted or pasted without the others?")


def test_a_town_of_another_table_in_another_municipality():
    towns = changed(NAMES[:6], (2, "Ort A"))
    assert doubts(campuses={"campus_town": towns}) == [
        (CAMPUSES, 4, "campus_town", "Ort A", "a town in municipality 02; it is the seat of 11"),
    ]
    found = doubts(sister_sites={"town": ["Ort K", "Ort L"]})
    assert [d[:4] for d in found] == [(SISTER, 2, "town", "Ort K"), (SISTER, 3, "town", "Ort L")]
    assert doubts(campuses={"campus_town": changed(NAMES[:6], (2, "Byn"))}) == []


def test_a_name_twice_within_a_county():
    names = changed(NAMES, (3, NAMES[1].upper()))
    assert [d[:4] for d in doubts(municipalities={"name": names, "seat": names})] == [
        (PLACES, 5, "name", "ORT K"),
    ]
    names = changed(NAMES, (8, NAMES[1]))
    assert doubts(municipalities={"name": names, "seat": names}) == []


def test_two_seats_in_one_place():
    """Nor is a road of 15 km between them likely."""
    east = country()["municipalities"].cells["lon"]
    found = doubts(municipalities={"lon": changed(east, (1, east[0]))})
    assert [d[:4] for d in found] == [
        (PLACES, 3, "lat, lon", "0.12345, 10.0"),
        (ROADS, 2, "km", "15"),
        (ROADS, 3, "km", "15"),
    ]
    assert found[0][4] == "a place of its own; it is also on line 2"


def test_seats_with_few_decimals():
    """One among fine ones, or most of them; not by chance, in a table of two decimals."""
    east = country()["municipalities"].cells["lon"]
    north = changed([0.12345] * COUNT, (2, 0.1))
    one = {"lat": north, "lon": changed(east, (2, 10.2))}
    expected = "degrees with two decimals or more; one stands for about 10 km"
    assert doubts(municipalities=one) == [(PLACES, 4, "lat, lon", "0.1, 10.2", expected)]
    coarse = {"lat": [0.1] * COUNT, "lon": [round(lon, 1) for lon in east]}
    (found,) = doubts(municipalities=coarse)
    assert found[:4] == (PLACES, 2, "lat, lon", "0.1, 10.0")
    assert "(so too on 11 lines" in found[4]
    two = {"lat": changed([0.12] * COUNT, (2, 0.1)), "lon": [round(lon, 2) for lon in east]}
    assert doubts(municipalities=two) == []


def test_percentages_that_are_shares():
    """One beside others; where it is usually a few per cent, one is true."""
    column = "certified_teachers_pct_2022"
    values = country()["municipalities"].cells[column]
    expected = "per cent, 0 to 100; is this a share of one?"
    (found,) = doubts(municipalities={column: changed(values, (4, 0.85))})
    assert found == (PLACES, 6, column, "0.85", expected)
    assert doubts(municipalities={column: changed(values, (4, 0.0))}) == []
    assert doubts(municipalities={column: changed([3.0, 1.0] * 6)}) == []


@pytest.mark.parametrize(("children", "count"), [(4600, 0), (13700, 0), (13900, 1), (1500, 1)])
def test_counts_that_go_together(children, count):
    """Of 20,000 people 23 in 100 are children, and of 4,600 children about 2,000 pupils."""
    values = changed(country()["municipalities"].cells["children_0_19_2021"], (0, children))
    found = doubts(municipalities={"children_0_19_2021": values})
    assert len(found) == count
    columns = "children_0_19_2021, population_2021"
    assert all(d[:4] == (PLACES, 2, columns, f"{children}, 20000") for d in found)


def test_more_pupils_than_children_and_a_few_who_tell_nothing():
    values = country()["municipalities"].cells["pupils_y1_9_2021_22"]
    found = doubts(municipalities={"pupils_y1_9_2021_22": changed(values, (0, 4601))})
    assert [d[:4] for d in found] == [
        (PLACES, 2, "pupils_y1_9_2021_22, children_0_19_2021", "4601, 4600")
    ]
    few = {
        "population_2021": changed(PEOPLE, (0, 100)),
        "children_0_19_2021": changed([int(n * 0.23) for n in PEOPLE], (0, 5)),
        "pupils_y1_9_2021_22": changed(values, (0, 0)),
    }
    assert doubts(municipalities=few, demand={"principals_estimate": [1] * COUNT}) == []


def test_of_a_few_rows_only_more_pupils_than_children_are_told():
    places = sheet(
        "municipalities",
        population_2021=[20000, 300],
        children_0_19_2021=[4600, 5],
        pupils_y1_9_2021_22=[4601, 1],
    )
    columns = "pupils_y1_9_2021_22, children_0_19_2021"
    expected = "at most children_0_19_2021, 4600"
    assert told(_unlike(places, set())) == [(PLACES, 2, columns, "4601, 4600", expected)]


def test_far_more_principals_than_others_have():
    """Twenty more than usual may be; five hundred are a slip."""
    values = country()["demand"].cells["principals_estimate"]
    assert doubts(demand={"principals_estimate": changed(values, (3, values[3] + 20))}) == []
    expected = "about 36, as others have for a population of 90000"
    assert doubts(demand={"principals_estimate": changed(values, (3, values[3] + 500))}) == [
        (DEMAND, 5, "principals_estimate", "536", expected),
    ]


def test_a_municipality_whose_borders_are_left_out():
    pairs = {"code_a": CODES[:-2], "code_b": CODES[1:-1]}
    expected = "a border; its outline touches that of 10"
    assert doubts(adjacency=pairs) == [(BORDERS, None, "code_a, code_b", "11", expected)]
    shapes = {code: shapely.box(n, 0, n + 1, 1) for n, code in enumerate(CODES)}
    shapes["11"] = shapely.box(20, 0, 21, 1)  # an island
    assert doubts(shapes, adjacency=pairs) == []
    assert doubts(adjacency={"code_a": [], "code_b": []}) == []


def test_a_municipality_in_a_county_far_away():
    home = ["A"] * 6 + ["B"] * 6
    expected = "a county that it borders on, as its neighbours are in A"
    assert doubts(municipalities={"county_code": changed(home, (2, "B"))}) == [
        (PLACES, 4, "county_code", "B", expected),
    ]
    over = {"code_a": CODES[:5] + CODES[6:-1], "code_b": CODES[1:6] + CODES[7:]}
    strait = changed(home, (6, "A"))  # its bridge leads to its county, its border to another
    assert doubts(municipalities={"county_code": strait}, adjacency=over) == []
    alone = changed(home, (0, "C"))
    assert doubts(municipalities={"county_code": alone}) == []


def test_doubts_come_in_order_of_file_and_row():
    pairs = {"code_a": CODES[:-2], "code_b": CODES[1:-1]}
    names = changed(NAMES, (3, NAMES[1]))
    km = changed([15.0] * (COUNT - 1), (0, 100.0))
    found = doubts(
        adjacency=pairs, municipalities={"name": names, "seat": names},
        roads={"km": km, "minutes": changed([13.0] * (COUNT - 1), (0, 90.0))},
    )  # fmt: skip
    assert [d[0] for d in found] == [BORDERS, PLACES, ROADS]


@given(st.integers(0, 2**32 - 1), st.integers(1, 14))
@settings(max_examples=60, deadline=None)
def test_whatever_sound_figures_say_the_answer_is_a_list_in_order(seed, count):
    """Zeros, seats in one place, no borders, no roads, one municipality: never anything else."""
    random = Random(seed)  # noqa: S311 - tables, no secret
    codes = [f"{n:02}" for n in range(count)]
    pairs = [(a, b) for a in codes for b in codes if a < b and random.random() < 0.3]
    figures = {
        column: [random.choice((0, 1, 5, 100, 10**9)) for _ in codes]
        for column in country()["municipalities"].cells
        if column.endswith(("2021", "22", "km2"))
    }
    places = figures | {
        "code": random.sample(codes, count), "name": random.choices("ABC", k=count),
        "seat": random.choices("ABC", k=count), "county_code": random.choices("XY", k=count),
        "lat": [random.choice((0.0, 1e-05, 89.9, -90.0)) for _ in codes],
        "lon": [random.choice((0.0, 180.0, -180.0, 0.12345)) for _ in codes],
    }  # fmt: skip
    ends = {"code_a": [a for a, _ in pairs], "code_b": [b for _, b in pairs]}
    found = doubts(
        {code: shapely.box(0, 0, 1, 1) for code in codes},
        municipalities=places,
        adjacency=ends,
        roads=ends
        | {k: [random.choice((0.1, 20.0, 20000.0)) for _ in pairs] for k in ("km", "minutes")},
        demand={
            "municipality_code": codes,
            "principals_estimate": [random.choice((0, 1, 10**5)) for _ in codes],
        },
        campuses={"campus_town": ["A"], "municipality_code": codes[:1]},
        sister_sites={"town": ["C"], "municipality_code": codes[-1:]},
    )
    assert [(d[0], d[1] or 0) for d in found] == sorted((d[0], d[1] or 0) for d in found)

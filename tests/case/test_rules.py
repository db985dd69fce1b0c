"""Rules between tables, on the smallest cases that tell them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case.sheets import sheet, told
from planner.case.codes import Codes
from planner.case.rules import (
    announced_problems,
    children_problems,
    degree_problems,
    demand_problems,
    road_problems,
    source_problems,
    unreachable,
)
from planner.case.schemas import TABLES

FILE = TABLES["municipalities"].file
CODES = [f"{i:02}" for i in range(8)]
LINKS = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=12)


def test_outside_the_largest_part():
    assert unreachable("abcde", [("a", "b"), ("c", "d"), ("d", "e")]) == ["a", "b"]


def test_of_equal_parts_the_one_with_the_first_code_is_the_country():
    assert unreachable("abcd", [("c", "d"), ("b", "a")]) == ["c", "d"]


def test_nothing_is_unreachable_in_a_country_of_nothing():
    assert unreachable([], []) == []


@given(LINKS)
def test_unreachable_is_what_networkx_leaves_outside_the_largest_component(links):
    import networkx as nx  # noqa: PLC0415 - an independent answer

    graph = nx.Graph(links)
    graph.add_nodes_from(CODES)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    assert unreachable(CODES, links) == sorted(set(CODES) - parts[0])


@given(LINKS)
def test_the_order_of_links_does_not_matter(links):
    turned = [(b, a) for a, b in reversed(links)]
    assert unreachable(CODES, links) == unreachable(reversed(CODES), turned)


TOWNS = Codes(sheet("municipalities", code=["0101", "0102", "202"]))


def demand_told(total, alone, places, *, names=None, states=None, stray=()):
    """Return what is told of Norr, with some principals listed."""
    count = len(places)
    listed = sheet(
        "principals",
        stray=stray,
        orgnr=names or [str(n) for n in range(count)],
        municipality_code=places,
        status=states or ["public"] * count,
    )
    rows = sheet(
        "demand",
        municipality_code=["0101"],
        sole_traders_estimate=[alone],
        principals_estimate=[total],
    )
    return [(p.column, p.value, p.expected) for p in demand_problems(rows, listed, TOWNS)]


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ({}, 3),
        ({"places": ["0101", "101", "0102"]}, 3),
        (
            {"places": ["0101", "0101", "0101"], "states": ["public", "public", "probably_closed"]},
            3,
        ),
        ({"places": ["0101", "0101", "9"]}, 4),  # of no town: it may belong here
        ({"places": ["0101", "0101", None]}, 4),
        ({"places": ["0101", "0101", "0101"], "states": ["public", "public", None]}, 4),
        ({"places": ["0101", "0101", "0101"], "names": ["a", "b", None]}, 4),
        ({"places": ["0101", "0101", "0101"], "names": ["a", "b", "a"]}, 4),
        ({"stray": [{"orgnr": "7"}]}, 4),
        ({"stray": [{"orgnr": "7"}, {}], "places": ["0101", "0101", None]}, 6),
    ],
)
def test_principals_are_those_listed_and_alone(more, most):
    """Two listed and one alone are three; rows that are unsound may add to them."""
    listed = {"places": ["0101", "0101"], **more}
    for total in (3, most):
        assert demand_told(total, 1, **listed) == []
    expected = "3: 2 listed and not closed + 1 sole traders"
    for total in (2, most + 1):
        assert demand_told(total, 1, **listed) == [("principals_estimate", str(total), expected)]


@pytest.mark.parametrize("count", [0, 100_001])
def test_a_country_has_principals_and_not_too_many_for_a_table(count):
    """None leave nothing to plan; more than a table may have rows are no country's."""
    expected = "1 to 100000 principals in the whole country"
    assert demand_told(count, count, []) == [("principals_estimate", str(count), expected)]
    assert demand_told(100_000, 100_000, []) == []


def test_no_more_are_alone_than_there_are():
    """As many may be; more are told of, and nothing else."""
    assert demand_told(2, 2, ["0102"]) == []
    assert demand_told(1, 2, ["0101"]) == [
        ("sole_traders_estimate", "2", "at most principals_estimate, 1")
    ]


def test_degrees_are_among_those_known():
    """Where the country names none, any will do; what is sourced is given too."""
    campuses = sheet("campuses", degrees=["F;AG", "F;X;Y", "F"], degrees_sourced=["", "X", "AG;F"])
    file = TABLES["campuses"].file
    assert told(degree_problems(campuses, ["F", "AG"])) == [
        (file, 3, "degrees", "X;Y", "degrees of country.toml: AG, F"),
        (file, 3, "degrees_sourced", "X", "degrees of country.toml: AG, F"),
        (file, 4, "degrees_sourced", "AG", "degrees that are among F"),
    ]
    assert [p.row for p in degree_problems(campuses, [])] == [4]


@pytest.mark.parametrize(
    ("km", "minutes", "makes"),
    [(10, 60, ""), (200, 60, ""), (9.9, 60, "9.9 km makes 10"), (201, 60, "201 km makes 201"),
     (20, 2, "20 km makes 600"), (1, 600, "1 km makes 0")],
)  # fmt: skip
def test_no_road_is_slower_or_faster_than_it_can_be(km, minutes, makes):
    roads = sheet("roads", km=[30.0, km], minutes=[30.0, minutes])
    found = told(road_problems(roads, TOWNS, {}))
    expected = f"10 to 200 km/h; {makes}"
    wanted = [(TABLES["roads"].file, 3, "minutes", f"{minutes:g}", expected)] if makes else []
    assert found == wanted


def test_seats_that_no_road_leads_to():
    """By name where it is known; codes that are none join nothing."""
    roads = sheet(
        "roads", km=[1.0] * 3, minutes=[1.0] * 3, code_a=["101", "9", "0102"],
        code_b=["0102", "202", "9"],
    )  # fmt: skip
    (problem,) = road_problems(roads, TOWNS, {"202": "Vik"})
    assert (problem.row, problem.column, problem.value) == (None, "code_a, code_b", "202 Vik")
    (problem,) = road_problems(roads, TOWNS, {})
    assert problem.value == "202"
    halves = sheet("roads", km=[1.0], minutes=[1.0], code_a=["0101"])
    assert road_problems(halves, TOWNS, {}) == []


def test_an_announced_town_is_a_seat_or_a_name():
    """Of its municipality, zeros or not; of no municipality, any will do."""
    places = sheet(
        "municipalities", code=["0101", "0102", "202"], name=["Norr", "Söder", "Vik"],
        seat=["Nord", "Söder", "Vik"],
    )  # fmt: skip
    towns, codes = ["Norr", "Nord", "Syd", "Norr", "Ort"], ["0101", "101", "0102", "101", "9"]
    rows = sheet("announced", town=towns, municipality_code=codes)
    file = TABLES["announced"].file
    assert told(announced_problems(rows, places, TOWNS)) == [
        (file, 4, "town", "Syd", "Söder, for municipality 0102")
    ]
    rows = sheet("announced", town=["Syd"], municipality_code=["0101"])
    (problem,) = announced_problems(rows, places, TOWNS)
    assert problem.expected == "Norr or Nord, for municipality 0101"


def test_sources_name_files_that_are_read():
    notes = [{"files": ["country.toml", "x.csv"]}, {"files": ["travel/roads.csv", "y"]}]
    found = source_problems(notes)
    assert [(p.file, p.row, p.column, p.value) for p in found] == [
        ("country.toml", None, "sources", "x.csv"), ("country.toml", None, "sources", "y"),
    ]  # fmt: skip


def test_no_more_children_than_people():
    """As many may be; one row with more is told, and a column that fits nowhere once."""
    cells = {"children_0_19_2021": [5, 6, 1], "population_2021": [5, 5, 9]}
    found = told(children_problems(sheet("municipalities", **cells)))
    assert found == [(FILE, 3, "children_0_19_2021", "6", "at most population_2021, 5")]
    cells = {"children_0_19_2021": [2] * 5, "population_2021": [1] * 5}
    (problem,) = children_problems(sheet("municipalities", **cells))
    assert problem.expected == (
        "at most population_2021, 1 (so too on lines 3, 4, 5, 6)"
        "; is one column sorted or pasted without the others?"
    )

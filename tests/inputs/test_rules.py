"""Rules between tables, on the smallest cases that tell them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.inputs.rules import (
    Codes,
    Use,
    announced_problems,
    coverage_problems,
    degree_problems,
    demand_problems,
    reference_problems,
    road_problems,
    source_problems,
    unreachable,
)
from planner.inputs.schemas import TABLES
from planner.inputs.sheet import Sheet

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


def sheet(table, /, stray=(), **cells):
    """Return a table of some columns, its rows on lines 2, 3, ..."""
    count = len(next(iter(cells.values())))
    return Sheet(TABLES[table], list(range(2, 2 + count)), cells, list(stray))


def told(problems):
    """Return problems as (file, row, column, value, expected)."""
    return [(p.file, p.row, p.column, p.value, p.expected) for p in problems]


TOWNS = Codes(sheet("municipalities", code=["0101", "0102", "202"]))


@pytest.mark.parametrize(
    ("code", "meant"),
    [("0101", "0101"), ("101", "0101"), ("00101", "0101"), ("0202", "202"), ("9", None)],
)
def test_zeros_in_front_do_not_tell_codes_apart(code, meant):
    assert TOWNS.resolve(code) == meant


def test_codes_that_are_not_in_the_table():
    """A zero lost where the code is used is told there; where it is defined, once, there."""
    codes = ["0101", "0202", "9", "101", "00202"]
    found = TOWNS.problems(Use("x.csv", n, "c", code) for n, code in enumerate(codes))
    assert told(found) == [
        ("x.csv", 2, "c", "9", f"a code in {FILE}"),
        ("x.csv", 3, "c", "101", f"a code in {FILE}; a leading zero lost? 0101"),
        (FILE, 4, "code", "202", "text with its leading zeros: 0202, as in x.csv"),
    ]


def test_a_code_of_a_row_set_aside_is_known_without_a_line():
    codes = Codes(sheet("municipalities", code=["0101"], stray=[{"code": "202"}]))
    (problem,) = codes.problems([Use("x.csv", 7, "c", "0202")])
    assert (problem.row, problem.value) == (None, "202")


def test_codes_are_looked_up_in_their_own_table():
    """Counties among counties, municipalities among municipalities, outlines with them."""
    sheets = {
        "municipalities": sheet("municipalities", code=["0101"], county_code=["09"]),
        "roads": sheet("roads", code_a=["0101", "8"], code_b=["7", "0101"]),
    }
    codes = {
        "counties": Codes(sheet("counties", code=["01"])),
        "municipalities": Codes(sheets["municipalities"]),
    }
    found = [p[:4] for p in told(reference_problems(sheets, codes, ["0101", "6"]))]
    assert found == [
        (FILE, 2, "county_code", "09"),
        (TABLES["roads"].file, 3, "code_a", "8"),
        (TABLES["roads"].file, 2, "code_b", "7"),
        ("municipalities/boundaries.geojson", None, "code", "6"),
    ]
    del codes["municipalities"]
    assert [p.value for p in reference_problems(sheets, codes, ["6"])] == ["09"]


def test_every_code_is_mentioned():
    """With or without its zeros; a table without the column says nothing of it."""
    places = sheet("municipalities", code=["0101", "0102"], county_code=["1", "1"])
    demand = sheet("demand", municipality_code=["101"])
    sheets = {"municipalities": places, "demand": demand}
    codes = {
        "counties": Codes(sheet("counties", code=["01", "02"])),
        "municipalities": Codes(places),
    }
    found = [p[:4] for p in told(coverage_problems(sheets, codes, None))]
    assert found == [
        (FILE, None, "county_code", "02"),
        (TABLES["demand"].file, None, "municipality_code", "0102"),
    ]
    found = coverage_problems({"demand": sheet("demand", principals_estimate=[1])}, codes, ["0102"])
    assert [p[:4] for p in told(found)] == [
        ("municipalities/boundaries.geojson", None, "code", "0101")
    ]
    assert coverage_problems(sheets, {}, ["0101"]) == []


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

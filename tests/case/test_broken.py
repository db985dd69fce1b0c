"""Broken copies of every table: each planted error gives exactly the problems it should."""

from __future__ import annotations

import json
import random
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import pytest
import shapely

from country import FILES, OUTLINES, make_country, outline_features
from planner.case.read import read_inputs
from planner.case.text import MAX_BYTES
from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

COUNTIES = FILES["counties"]
MUNICIPALITIES = FILES["municipalities"]
ADJACENCY = FILES["adjacency"]
ROADS = FILES["roads"]
PRINCIPALS = FILES["principals"]
DEMAND = FILES["demand"]
CAMPUSES = FILES["campuses"]
SISTER = FILES["sister_sites"]
ANNOUNCED = FILES["announced"]
COUNTRY = "country.toml"
NOTE = """[[sources]]
files = ["roads.csv"]
source = "Skogsbolaget"
what = { sv = "Vägar", en = "Roads" }

"""


class Edit(NamedTuple):
    """Replace a text that occurs in a file; without one, the whole file; without a new, delete."""

    file: str
    old: str
    new: str | bytes | None

    def plant(self, folder: Path) -> None:
        path = folder / self.file
        if self.new is None:
            path.unlink()
        elif isinstance(self.new, bytes):
            path.write_bytes(self.new)
        elif not self.old:
            path.write_text(self.new, encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            assert self.old in text
            path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")


class Found(NamedTuple):
    """A problem, its `expected` by a part that tells the reader what to do."""

    file: str
    row: int | None
    column: str
    value: str
    hint: str


def outlines(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def square(code: object, *corners: tuple[float, float]) -> dict[str, object]:
    geometry = {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


GOOD = outline_features()
EAST = shapely.geometry.mapping(
    shapely.union_all(
        [shapely.geometry.shape(feature["geometry"]) for feature in GOOD[4:]]
    ).envelope
)
"""Of the two in the east together."""
BOW_TIE = square("0302", (15, 55), (16, 55.5), (16, 55), (15, 55.5))
METRES = [
    square(code, (400000 + i, 6100000), (500000, 6100000), (500000, 6200000))
    for i, code in enumerate(("0101", "0102", "0201", "0202", "0301", "0302"))
]

CASES: dict[str, tuple[list[Edit], list[Found]]] = {
    # Files
    "file missing": (
        [Edit(SISTER, "", None)],
        [Found(SISTER, None, "", "", "missing")],
    ),
    "file empty": (
        [Edit(CAMPUSES, "", "")],
        [Found(CAMPUSES, None, "", "", "the header institution,short,")],
    ),
    "a header and nothing else": (
        [Edit(CAMPUSES, "Mitts högskola,H0201,Mitt,0201,55.75,13.62,1,F;AG,F,M\n", "")],
        [Found(CAMPUSES, None, "", "", "at least one row")],
    ),
    "not UTF-8": (
        [Edit(COUNTIES, "", "code,name,state_area\n01,Väst,Hela\n".encode("mac-roman"))],
        [Found(COUNTIES, 2, "", "byte 0x8a", "UTF-8")],
    ),
    "UTF-16 without a mark": (
        [Edit(COUNTIES, "", "code,name,state_area\n01,Hela,Hela\n".encode("utf-16-le"))],
        [Found(COUNTIES, 1, "", "\\x00", "UTF-8")],
    ),
    "two separators in a header": (
        [Edit(ROADS, "", "code_a,code_b,x;km;minutes;kind\n0101;0102;5,5;6;road\n")],
        [Found(ROADS, 1, "", "code_a,code_b,x;km;minutes;kind", "one separator")],
    ),
    "no header": (
        [Edit(ADJACENCY, "code_a,code_b\n", "")],
        [Found(ADJACENCY, 1, "", "0101,0102", "a header with the columns code_a,code_b")],
    ),
    "quote never closed": (
        [Edit(SISTER, "Syster Mitt", '"Syster Mitt')],
        [Found(SISTER, 3, "", "", "every quote closed")],
    ),
    "too many cells": (
        [Edit(ROADS, "0101,0201,10,", "0101,0201,10,5,")],
        [Found(ROADS, 3, "", "6 cells", "5 cells as in the header")],
    ),
    "too few cells, and the code is still known to other tables": (
        [Edit(MUNICIPALITIES, "0301,Ost,03,", "0301,Ost,")],
        [Found(MUNICIPALITIES, 6, "", "12 cells", "13 cells")],
    ),
    "row counted after a cell of several lines": (
        [
            Edit(ANNOUNCED, "2022,yes,\n", '2022,yes,"two\nlines"\n'),
            Edit(ANNOUNCED, 'lines"\n', 'lines"\nNorr,0101,soon,no,\n'),
        ],
        [Found(ANNOUNCED, 4, "planned_year", "soon", "a year")],
    ),
    # Columns
    "column missing": (
        [Edit(COUNTIES, "", "code,name\n01,Väst\n02,Mellan\n03,Öst\n")],
        [Found(COUNTIES, 1, "state_area", "", "missing")],
    ),
    "column misspelt": (
        [Edit(ROADS, "minutes", "mins")],
        [Found(ROADS, 1, "mins", "", "did you mean 'minutes'?")],
    ),
    "column unknown": (
        [Edit(COUNTIES, "", "code,name,state_area,x\n01,V,H,1\n02,M,H,1\n03,Ö,H,1\n")],
        [Found(COUNTIES, 1, "x", "", "known are code, name, state_area")],
    ),
    "column twice": (
        [Edit(ADJACENCY, "", "code_a,code_b,code_a\n0101,0102,0101\n")],
        [Found(ADJACENCY, 1, "code_a", "", "once, not twice")],
    ),
    # Cells
    "negative count": (
        [Edit(PRINCIPALS, "2,40,110", "2,40,-1")],
        [Found(PRINCIPALS, 2, "pupils", "-1", "a whole number, 0 to")],
    ),
    "NaN": (
        [Edit(MUNICIPALITIES, "85.0", "NaN")],
        [Found(MUNICIPALITIES, 2, "eligible_upper_secondary_pct_2022", "NaN", "per cent, 0 to")],
    ),
    "infinite": (
        [Edit(ROADS, ",5,6,", ",inf,6,")],
        [Found(ROADS, 2, "km", "inf", "kilometres, above 0")],
    ),
    "too big for any machine": (
        [Edit(PRINCIPALS, "2,40,110", "2,40," + "9" * 30)],
        [Found(PRINCIPALS, 2, "pupils", "9" * 30, "a whole number, 0 to")],
    ),
    "cell empty": (
        [Edit(MUNICIPALITIES, "1000,250", ",250")],
        [Found(MUNICIPALITIES, 2, "population_2021", "", "the cell is empty")],
    ),
    "name of spaces": (
        [Edit(COUNTIES, "Mellan", "  ")],
        [Found(COUNTIES, 3, "name", "  ", "the cell is empty")],
    ),
    "space in a number": (
        [Edit(MUNICIPALITIES, "1000,250", "10 00,250")],
        [Found(MUNICIPALITIES, 2, "population_2021", "10 00", "spaces only between groups")],
    ),
    "decimal comma": (
        [Edit(MUNICIPALITIES, "55.71,13.5", '"55,71",13.5')],
        [Found(MUNICIPALITIES, 3, "lat", "55,71", "a decimal point, not a comma")],
    ),
    "a fraction of a pupil": (
        [Edit(PRINCIPALS, "2,40,110", "2,40,110.5")],
        [Found(PRINCIPALS, 2, "pupils", "110.5", "a whole number")],
    ),
    "an exponent of Excel": (
        [Edit(ROADS, ",5,6,", ",5.00E+00,6,")],
        [Found(ROADS, 2, "km", "5.00E+00", "is rounded")],
    ),
    "other digits": (
        [Edit(ROADS, ",5,6,", ",\u0665,6,")],
        [Found(ROADS, 2, "km", "\u0665", "kilometres")],
    ),
    "share above a hundred": (
        [Edit(MUNICIPALITIES, "70.5", "170.5")],
        [Found(MUNICIPALITIES, 2, "certified_teachers_pct_2022", "170.5", "0 to 100")],
    ),
    "control character": (
        [Edit(PRINCIPALS, "Vik kommun", "Vik\x07 kommun")],
        [Found(PRINCIPALS, 5, "name", "Vik\x07 kommun", "no control characters")],
    ),
    "text that turns the other way": (
        [Edit(PRINCIPALS, "Vik kommun", "Vik \u202ekommun")],
        [Found(PRINCIPALS, 5, "name", "Vik \u202ekommun", "no control characters")],
    ),
    "two lines in a name": (
        [Edit(SISTER, "Syster Norr", '"Syster\nNorr"')],
        [Found(SISTER, 2, "name", "Syster\nNorr", "no control characters")],
    ),
    "unknown words": (
        [
            Edit(ROADS, "ferry", "train"),
            Edit(PRINCIPALS, "register,municipality", "guess,club"),
            Edit(PRINCIPALS, "public", "gone"),
            Edit(SISTER, "office", "shop"),
            Edit(SISTER, "sourced", "heard"),
            Edit(CAMPUSES, ",M\n", ",XXL\n"),
            Edit(CAMPUSES, "13.62,1,", "13.62,2,"),
            Edit(ANNOUNCED, "yes", "YES"),
        ],
        [
            Found(ANNOUNCED, 2, "open_june_2024", "YES", "one of yes, no"),
            Found(PRINCIPALS, 2, "name_basis", "guess", "one of register, matched_high"),
            Found(PRINCIPALS, 2, "status", "gone", "one of public, confirmed"),
            Found(PRINCIPALS, 2, "type", "club", "one of municipality, municipal_federation"),
            Found(SISTER, 2, "basis", "heard", "one of sourced, partly_sourced"),
            Found(SISTER, 2, "kind", "shop", "one of head_office, regional_office"),
            Found(ROADS, 7, "kind", "train", "one of road, ferry"),
            Found(CAMPUSES, 2, "main_campus", "2", "0 or 1"),
            Found(CAMPUSES, 2, "size_class", "XXL", "one of XS, S, M, L, XL"),
        ],
    ),
    # Keys
    "principal twice": (
        [Edit(PRINCIPALS, "212000201", "212000101")],
        [Found(PRINCIPALS, 4, "orgnr", "212000101", "already on line 2")],
    ),
    "municipality twice": (
        [Edit(DEMAND, "0302,0,1\n", "0302,0,1\n0302,0,1\n")],
        [Found(DEMAND, 8, "municipality_code", "0302", "already on line 7")],
    ),
    "road twice, the other way round": (
        [Edit(ROADS, "0301,0302,30", "0201,0101,11,9,road\n0301,0302,30")],
        [Found(ROADS, 7, "code_a, code_b", "0201, 0101", "already on line 3")],
    ),
    "border twice": (
        [Edit(ADJACENCY, "0301,0302", "0301,0302\n0302,0301")],
        [Found(ADJACENCY, 9, "code_a, code_b", "0302, 0301", "each pair once")],
    ),
    "a town beside itself": (
        [Edit(ADJACENCY, "0101,0102", "0101,0101"), Edit(ROADS, "0101,0102", "0101,0101")],
        [
            Found(ADJACENCY, 2, "code_b", "0101", "another code than code_a"),
            Found(ROADS, 2, "code_b", "0101", "another code than code_a"),
        ],
    ),
    # References
    "unknown municipality": (
        [
            Edit(PRINCIPALS, "municipality,0101", "municipality,9999"),
            Edit(ADJACENCY, "0101,0102", "0101,9999"),
            Edit(CAMPUSES, "Mitt,0201", "Mitt,9999"),
            Edit(SISTER, "Norr,0101", "Norr,9999"),
            Edit(ANNOUNCED, "Mitt,0201", "Mitt,9999"),
            Edit(ROADS, "0101,0102", "9999,0102"),
        ],
        [
            Found(
                ADJACENCY,
                2,
                "code_b",
                "9999",
                f"a code in {MUNICIPALITIES}; used in {ADJACENCY} (line 2), {ROADS} (line 2), "
                f"{PRINCIPALS} (line 2), {CAMPUSES} (line 2), {SISTER} (line 2), "
                f"{ANNOUNCED} (line 2)",
            ),
        ],
    ),
    "unknown county, and a county that nobody lives in": (
        [Edit(MUNICIPALITIES, "Norr,01", "Norr,09"), Edit(MUNICIPALITIES, "Söder,01", "Söder,02")],
        [
            Found(
                MUNICIPALITIES,
                2,
                "county_code",
                "09",
                f"a code in {COUNTIES}; did you mean 01, which is missing here?",
            ),
        ],
    ),
    "leading zero lost": (
        [Edit(ADJACENCY, "0101,0102", "0101,102")],
        [Found(ADJACENCY, 2, "code_b", "102", "a leading zero lost? 0102")],
    ),
    "leading zero lost where codes are defined: one problem, not one for each use": (
        [Edit(MUNICIPALITIES, "0102,Söder", "102,Söder")],
        [Found(MUNICIPALITIES, 3, "code", "102", "text with its leading zeros: 0102")],
    ),
    "municipality without principals": (
        [Edit(DEMAND, "0202,2,3\n", "")],
        [Found(DEMAND, None, "municipality_code", "0202", "this one is missing")],
    ),
    # What rows say together
    "more sole traders than principals": (
        [Edit(DEMAND, "0101,3,4", "0101,5,4")],
        [Found(DEMAND, 2, "sole_traders_estimate", "5", "at most principals_estimate, 4")],
    ),
    "principals don't add up": (
        [Edit(DEMAND, "0101,3,4", "0101,3,7")],
        [Found(DEMAND, 2, "principals_estimate", "7", "4: 1 listed and not closed + 3")],
    ),
    "a closed principal isn't counted": (
        [Edit(PRINCIPALS, "0302,FSK GR,2,40,110,public", "0302,FSK GR,2,40,110,probably_closed")],
        [Found(DEMAND, 7, "principals_estimate", "1", "0: 0 listed")],
    ),
    "degrees": (
        [Edit(CAMPUSES, "F;AG,F,", "F;XX,AG,")],
        [
            Found(CAMPUSES, 2, "degrees", "XX", "degrees of country.toml: AG, F"),
            Found(CAMPUSES, 2, "degrees_sourced", "AG", "degrees that are among F;XX"),
        ],
    ),
    "faster than any road": (
        [Edit(ROADS, "20,16,", "2000,16,")],
        [Found(ROADS, 6, "minutes", "16", "10 to 200 km/h; 2000 km makes 7500")],
    ),
    "no way there: both islands named": (
        [Edit(ROADS, "0201,0301,20,16,road\n", "")],
        [
            Found(ROADS, None, "code_a, code_b", "0301 Ost", "a road or ferry"),
            Found(ROADS, None, "code_a, code_b", "0302 Ö", "a road or ferry"),
        ],
    ),
    "announced town of another municipality": (
        [Edit(ANNOUNCED, "Mitt,0201", "Mitt,0202")],
        [Found(ANNOUNCED, 2, "town", "Mitt", "Vik, for municipality 0202")],
    ),
    # Places
    "outside the country": (
        [Edit(SISTER, "55.75,13.5", "45.75,13.5")],
        [Found(SISTER, 2, "lat, lon", "45.75, 13.5", "within 10 km of the outline of 0101")],
    ),
    "lat and lon swapped": (
        [Edit(CAMPUSES, "55.75,13.62", "13.62,55.75")],
        [Found(CAMPUSES, 2, "lat, lon", "13.62, 55.75", "are lat and lon swapped?")],
    ),
    "in another municipality": (
        [Edit(MUNICIPALITIES, "Norr,55.75,13.5", "Norr,55.75,15.5")],
        [Found(MUNICIPALITIES, 2, "lat, lon", "55.75, 15.5", "the outline of 0101")],
    ),
    "at the pole, outside what the projection can draw": (
        [Edit(SISTER, "55.75,13.5", "90,-166.5")],
        [Found(SISTER, 2, "lat, lon", "90.0, -166.5", "the outline of 0101")],
    ),
    "not on the globe": (
        [Edit(SISTER, "55.75,13.5", "95,190")],
        [
            Found(SISTER, 2, "lat", "95", "degrees north"),
            Found(SISTER, 2, "lon", "190", "degrees east"),
        ],
    ),
    # Outlines
    "not JSON": (
        [Edit(OUTLINES, "", '{"type": "FeatureCollection",\n"features": [}')],
        [Found(OUTLINES, 2, "", "", "JSON")],
    ),
    "too deep": (
        [Edit(OUTLINES, "", "[" * 100_000)],
        [Found(OUTLINES, None, "", "", "JSON of reasonable depth")],
    ),
    "not GeoJSON": (
        [Edit(OUTLINES, "", "[1, 2]")],
        [Found(OUTLINES, None, "type", "", "a GeoJSON FeatureCollection")],
    ),
    "another coordinate system": (
        [Edit(OUTLINES, "", outlines(*GOOD, crs={"properties": {"name": "EPSG:3006"}}))],
        [Found(OUTLINES, None, "coordinates", "every feature", "these look like degrees")],
    ),
    "a coordinate system that nobody knows": (
        [Edit(OUTLINES, "", outlines(*GOOD, crs={"properties": {"name": "EPSG::43267"}}))],
        [Found(OUTLINES, None, "crs", "EPSG::43267", "such as EPSG:4258")],
    ),
    "one outline under two codes": (
        [Edit(OUTLINES, "", outlines(*GOOD[:4], *({**f, "geometry": EAST} for f in GOOD[4:])))],
        [Found(OUTLINES, None, "geometry", "0302", "others cover all of this one")],
    ),
    "metres": (
        [Edit(OUTLINES, "", outlines(*METRES))],
        [Found(OUTLINES, None, "coordinates", "every feature", "metres or another order?")],
    ),
    "crosses itself": (
        [Edit(OUTLINES, "", outlines(*GOOD[:5], BOW_TIE))],
        [Found(OUTLINES, None, "geometry", "0302", "Self-intersection")],
    ),
    "no outline": (
        [Edit(OUTLINES, "", outlines(*GOOD[:5]))],
        [Found(OUTLINES, None, "code", "0302", "this one is missing")],
    ),
    "two outlines": (
        [Edit(OUTLINES, "", outlines(*GOOD, GOOD[5]))],
        [Found(OUTLINES, None, "code", "0302", "feature 7 repeats it")],
    ),
    "an outline of nowhere": (
        [Edit(OUTLINES, "", outlines(*GOOD, square("9999", (13, 55), (14, 55), (14, 56))))],
        [Found(OUTLINES, None, "code", "9999", f"a code in {MUNICIPALITIES}")],
    ),
    "an outline whose code became a number": (
        [Edit(OUTLINES, "", outlines(*GOOD[:5], square(302, (15, 55), (16, 55), (16, 55.5))))],
        [Found(OUTLINES, None, "code", "302", "a leading zero lost? 0302")],
    ),
    "half a letter": (
        [Edit(OUTLINES, "", outlines(*GOOD, square("\ud800", (13, 55), (14, 55), (14, 56))))],
        [
            Found(OUTLINES, None, "code", "\\ud800", f"a code in {MUNICIPALITIES}"),
        ],
    ),
    "an outline without a shape": (
        [Edit(OUTLINES, "", outlines(*GOOD[:5], {**GOOD[5], "geometry": None}))],
        [Found(OUTLINES, None, "geometry", "0302", "this feature has none")],
    ),
    "a corner that isn't a number": (
        [Edit(OUTLINES, "", outlines(*GOOD).replace("55.73]", "NaN]", 1))],
        [
            Found(
                OUTLINES, None, "geometry.Polygon.coordinates.0.0.1", "nan", "finite number (0101)"
            )
        ],
    ),
    # country.toml
    "not TOML": (
        [Edit(COUNTRY, 'agency = "Skolverk"', "agency = Skolverk")],
        [Found(COUNTRY, 2, "", "", "TOML")],
    ),
    "keys": (
        [
            Edit(COUNTRY, "language", "tongue"),
            Edit(COUNTRY, "EPSG:32633", "EPSG:4326"),
            Edit(COUNTRY, '"Lilland"', "1"),
        ],
        [
            Found(COUNTRY, None, "language", "", "this key; it is missing"),
            Found(COUNTRY, 1, "name", "1", "text"),
            Found(COUNTRY, 4, "tongue", "sv", "a known key: name, agency"),
            Found(COUNTRY, 5, "crs", "EPSG:4326", "projected coordinate system in metres"),
        ],
    ),
    "language": (
        [Edit(COUNTRY, '"sv"', '"svenska"')],
        [Found(COUNTRY, 4, "language", "svenska", "one of sv, en")],
    ),
    "no lists": (
        [
            Edit(COUNTRY, '["Vägar: påhittade"]', '"Vägar"'),
            Edit(COUNTRY, '"ämneslärare"', "1"),
        ],
        [
            Found(COUNTRY, 6, "attribution", "Vägar", "a list of texts"),
            Found(COUNTRY, 8, "degrees", "1", "codes and what they stand for"),
        ],
    ),
    "source of no file": (
        [Edit(COUNTRY, "[degrees]", NOTE + "[degrees]")],
        [Found(COUNTRY, None, "sources", "roads.csv", "one of country.toml, ")],
    ),
    "source without words": (
        [Edit(COUNTRY, "[degrees]", NOTE.replace(', en = "Roads"', "") + "[degrees]")],
        [Found(COUNTRY, 8, "sources", "", "tables with files, what (sv, en), source")],
    ),
    "projection": (
        [Edit(COUNTRY, "EPSG:32633", "nowhere")],
        [Found(COUNTRY, 5, "crs", "nowhere", "projected coordinate system")],
    ),
}

DAMAGE = [b"", b",", b";", b'"', b"\n", b"\r", b"\x00", b"-", b".", b"9" * 40, b"nan", b"inf"]
DAMAGE += [
    b"1e999",
    b'"\\ud800"',
    b"null",
    b"{",
    b"[",
    b"]",
    b"}",
    b"\xff",
    b"\xc3",
    b"0",
    b"=",
    b"#",
]


def problems(folder: Path) -> list[tuple[str, int | None, str, str, str]]:
    with pytest.raises(InputError) as caught:
        read_inputs(folder)
    return [(p.file, p.row, p.column, p.value, p.expected) for p in caught.value.problems]


@pytest.mark.slow
@pytest.mark.parametrize(("edits", "found"), CASES.values(), ids=CASES)
def test_a_planted_error_is_told_and_nothing_else(edits, found, tmp_path):
    folder = make_country(tmp_path)
    for edit in edits:
        edit.plant(folder)
    told = problems(folder)
    assert [p[:4] for p in told] == [f[:4] for f in found]
    for problem, expected in zip(told, found, strict=True):
        assert expected.hint in problem[4]


def test_an_error_in_every_file_at_once_is_told_file_by_file(tmp_path):
    """Nothing found in one file hides what is wrong in another."""
    folder = make_country(tmp_path)
    names = [
        "no outline",
        "projection",
        "negative count",
        "leading zero lost",
        "municipality without principals",
        "lat and lon swapped",
        "outside the country",
        "announced town of another municipality",
        "share above a hundred",
        "faster than any road",
        "name of spaces",
    ]
    wanted = []
    for name in names:
        edits, found = CASES[name]
        for edit in edits:
            edit.plant(folder)
        wanted += [f[:4] for f in found]
    told = [p[:4] for p in problems(folder)]
    assert sorted(told, key=str) == sorted(wanted, key=str)
    assert {p[0] for p in told} == {*FILES.values(), OUTLINES, COUNTRY}


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    folder = make_country(tmp_path)
    with (folder / OUTLINES).open("ab") as file:
        file.truncate(MAX_BYTES + 1)
    told = problems(folder)
    assert [(p[0], p[4]) for p in told] == [(OUTLINES, f"at most {MAX_BYTES} bytes")]


def test_no_folder(tmp_path):
    folder = tmp_path / "nowhere"
    assert problems(folder) == [(str(folder), None, "", "", "a data folder; there is none here")]


def test_a_folder_where_a_file_should_be(tmp_path):
    folder = make_country(tmp_path)
    Edit(ROADS, "", None).plant(folder)
    (folder / ROADS).mkdir()
    assert [p[:4] for p in problems(folder)] == [(ROADS, None, "", "")]


def test_the_message_says_where_what_and_what_instead(tmp_path):
    folder = make_country(tmp_path)
    Edit(ROADS, ",5,6,", ",-5,6,").plant(folder)
    with pytest.raises(InputError) as caught:
        read_inputs(folder)
    assert str(caught.value) == (
        f"1 problem in the input\n  {ROADS}:2, km = '-5': expected kilometres, above 0 to 20000"
    )


def test_an_empty_folder_names_every_file(tmp_path):
    assert {p[0] for p in problems(tmp_path)} == {*FILES.values(), OUTLINES, COUNTRY}


def test_decomposed_letters_do_not_hide_an_error(tmp_path):
    """The two spellings of ö are one: a name written in either is a duplicate of the other."""
    folder = make_country(tmp_path)
    with (folder / SISTER).open("a", encoding="utf-8") as out:
        for form in ("NFC", "NFD"):
            name = unicodedata.normalize(form, "Söder")
            out.write(f"Norr,0101,55.75,13.5,office,{name},sourced\n")
    assert problems(folder) == [
        (
            SISTER,
            6,
            "municipality_code, name",
            "0101, Söder",
            "each municipality_code + name once; already on line 5",
        ),
    ]


@pytest.mark.parametrize("seed", range(120))
def test_whatever_is_damaged_the_answer_is_tables_or_a_list_of_problems(seed, tmp_path):
    """Bytes lost, doubled and put where they don't belong never raise anything else."""
    chance = random.Random(seed)  # noqa: S311 - damage, no secret
    folder = make_country(tmp_path)
    path = folder / chance.choice([*FILES.values(), OUTLINES, COUNTRY])
    raw = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(raw) + 1)
        raw[place : place + chance.choice([0, 1, 3, 9])] = chance.choice(DAMAGE)
    path.write_bytes(bytes(raw))
    try:
        assert len(read_inputs(folder).municipalities) >= 1
    except InputError as error:
        # Either answer will do, but a message must be fit to print.
        assert str(error).encode("utf-8")  # noqa: PT017

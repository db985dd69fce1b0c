"""Reading: the real data, and what a sound folder may look like."""

from __future__ import annotations

import hashlib
import random
import shutil
import unicodedata

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from country import COUNTRY, FILES, OUTLINES, TOWNS, country_tables, make_country, outline_features
from planner.case.read import default_data_folder, read_inputs, summary
from planner.case.schemas import TABLES

TABLE_NAMES = [
    "counties",
    "municipalities",
    "adjacency",
    "roads",
    "principals",
    "campuses",
    "sister_sites",
    "announced",
]


def test_the_real_data_reads_and_adds_up(real_inputs):
    told = dict(summary(real_inputs))
    assert told["counties"] == 21
    assert told["municipalities"] == told["outlines"] == 290
    assert told["principals listed"] == 2717
    assert told["principals counted, not listed"] == 94
    assert told["principals in all"] == 2793
    assert told["institutions with teacher education"] == 27
    assert told["offices announced"] == 10
    assert real_inputs.municipalities["population_2021"].sum() == 10_452_326
    assert len(real_inputs.files) == 11


def test_hashes_are_of_the_bytes_in_the_files(real_inputs):
    folder = default_data_folder()
    for file, digest in real_inputs.files.items():
        assert digest == hashlib.sha256((folder / file).read_bytes()).hexdigest()
    assert set(real_inputs.files) == {*FILES.values(), OUTLINES, "country.toml"}


def test_types_are_what_the_contract_says(tmp_path):
    """Codes stay text, counts are whole, measures are floats: also in tables without rows."""
    tables = country_tables(sister_sites=(), announced=())
    tables["principals"] = []
    tables["demand"] = [
        {**row, "sole_traders_estimate": row["principals_estimate"]} for row in tables["demand"]
    ]
    inputs = read_inputs(make_country(tmp_path, tables))
    assert inputs.municipalities.index.tolist() == list(TOWNS)
    assert inputs.municipalities["county_code"].tolist()[0] == "01"
    assert inputs.municipalities["population_2021"].dtype == "int64"
    assert inputs.municipalities["principals"].dtype == "int64"
    assert inputs.roads["km"].dtype == inputs.roads["minutes"].dtype == "float64"
    assert (len(inputs.principals), len(inputs.sister_sites), len(inputs.announced)) == (0, 0, 0)
    assert inputs.principals["pupils"].dtype == "int64"
    assert inputs.sister_sites["lat"].dtype == "float64"
    assert inputs.outlines.crs == "EPSG:4326"
    assert inputs.outlines.index.tolist() == list(TOWNS)


def test_the_order_of_rows_does_not_matter(tmp_path):
    """Rows, features and the ends of a pair in any order give the same tables."""
    tables = country_tables(campuses=("0201", "0102", "0301"), announced=("0301", "0101"))
    straight = read_inputs(make_country(tmp_path / "straight", tables))
    chance = random.Random(7)  # noqa: S311 - shuffling, no secret
    for rows in tables.values():
        chance.shuffle(rows)
    for row in tables["roads"] + tables["adjacency"]:
        row["code_a"], row["code_b"] = row["code_b"], row["code_a"]
    features = outline_features()
    features.reverse()
    shuffled = read_inputs(make_country(tmp_path / "shuffled", tables, features=features))
    for name in TABLE_NAMES:
        assert_frame_equal(getattr(straight, name), getattr(shuffled, name))
    assert straight.outlines.geometry.equals(shuffled.outlines.geometry)
    assert straight.files != shuffled.files


def test_both_spellings_of_a_letter_are_one_name(tmp_path):
    composed = read_inputs(make_country(tmp_path / "nfc"))
    folder = make_country(tmp_path / "nfd")
    for file in [*FILES.values(), "country.toml"]:
        path = folder / file
        path.write_text(
            unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8"
        )
    decomposed = read_inputs(folder)
    assert composed.files != decomposed.files
    assert composed.country == decomposed.country
    for name in TABLE_NAMES:
        assert_frame_equal(getattr(composed, name), getattr(decomposed, name))


def test_a_place_may_be_called_na_and_more(tmp_path):
    """Text that other readers take for a missing value, a number or a date stays text."""
    tables = country_tables(sister_sites=(), announced=())
    for row, name in zip(tables["municipalities"], ["NA", "null", "1e3", "-", "no"], strict=False):
        row["name"] = row["seat"] = name
    inputs = read_inputs(make_country(tmp_path, tables))
    assert inputs.municipalities["name"].tolist() == ["NA", "null", "1e3", "-", "no", "Ö"]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"", b"\xef\xbb\xbf"), (b"\n", b"\r\n"), (b"\n", b"\r"), (b"\n", b"\n,,\n\n")],
    ids=["byte order mark", "CRLF", "CR", "blank lines"],
)
def test_what_spreadsheets_write_is_read(tmp_path, old, new):
    plain = read_inputs(make_country(tmp_path))
    path = tmp_path / FILES["counties"]
    raw = path.read_bytes()
    path.write_bytes(raw.replace(old, new) if old else new + raw)
    assert_frame_equal(read_inputs(tmp_path).counties, plain.counties)


def test_columns_may_come_in_any_order(tmp_path):
    plain = read_inputs(make_country(tmp_path))
    tables = country_tables()
    tables["roads"] = [dict(reversed(row.items())) for row in tables["roads"]]
    turned = read_inputs(make_country(tmp_path, tables))
    assert_frame_equal(turned.roads, plain.roads)


def test_the_optional_train_column_becomes_true_or_false(tmp_path):
    tables = country_tables()
    for row in tables["municipalities"]:
        row["train"] = "yes" if row["code"] == "0201" else "no"
    train = read_inputs(make_country(tmp_path, tables)).municipalities["train"]
    assert train.dtype == "bool"
    assert train[train].index.tolist() == ["0201"]


def test_a_note_may_have_several_lines(tmp_path):
    tables = country_tables()
    tables["announced"][0]["note"] = 'first "line",\nsecond'
    inputs = read_inputs(make_country(tmp_path, tables))
    assert inputs.announced["note"].tolist() == ['first "line",\nsecond']


def test_every_table_that_ships_says_where_it_comes_from(real_inputs):
    """One note a file; what is not known of it is empty, never made up."""
    noted = [file for note in real_inputs.country.sources for file in note.files]
    assert sorted(noted) == sorted(set(real_inputs.files) - {"country.toml"})
    roads = next(n for n in real_inputs.country.sources if n.files == ("travel/roads.csv",))
    assert (roads.source, roads.as_of, set(roads.gaps)) == ("OpenStreetMap", "", {"sv", "en"})


def test_degrees_are_free_where_the_country_names_none(tmp_path):
    tables = country_tables()
    tables["campuses"][0].update(degrees="PGCE;QTS", degrees_sourced="QTS")
    country = 'name = "A"\nagency = "B"\nsister_agency = "C"\nlanguage = "en"\n'
    country += 'crs = "EPSG:32633"\nattribution = []\n'
    inputs = read_inputs(make_country(tmp_path, tables, country=country))
    assert inputs.campuses["degrees"].tolist() == ["PGCE;QTS"]
    assert inputs.country.attribution == ()


def test_a_country_of_one_municipality_needs_no_roads(tmp_path):
    tables = country_tables(sister_sites=(), announced=())
    tables = {
        name: [row for row in rows if "0201" in row.values()] for name, rows in tables.items()
    }
    tables["counties"] = [{"code": "02", "name": "Mellan", "state_area": "Hela"}]
    tables["roads"] = tables["adjacency"] = []
    inputs = read_inputs(make_country(tmp_path, tables, features=outline_features()[2:3]))
    assert inputs.municipalities.index.tolist() == ["0201"]
    assert inputs.roads.empty


def test_the_package_finds_its_data_in_a_wheel_and_in_a_checkout(tmp_path, monkeypatch):
    checkout = default_data_folder()
    assert (checkout / "country.toml").is_file()
    package = tmp_path / "site-packages" / "planner"
    shutil.copytree(checkout, package / "_data", ignore=shutil.ignore_patterns("*.geojson"))
    monkeypatch.setattr("planner.case.files.__file__", str(package / "case" / "files.py"))
    assert default_data_folder() == package / "_data"


def test_every_table_says_what_a_cell_must_hold():
    """Each column has words for an error message, and each key and cover is a column."""
    from planner.case.columns import described  # noqa: PLC0415

    for table in TABLES.values():
        assert all(described(hint) for hint in table.columns.values())
        assert set(table.key) <= set(table.columns)
        assert table.covers is None or table.covers in table.columns
        assert pd.Index(table.required).is_unique


def test_a_summary_counts_each_table(tmp_path):
    tables = country_tables(campuses=("0201", "0101"), announced=("0201",))
    tables["campuses"][1]["institution"] = tables["campuses"][0]["institution"]
    told = dict(summary(read_inputs(make_country(tmp_path, tables))))
    assert told == {
        "country": "Lilland", "counties": 3, "municipalities": 6, "principals listed": 6,
        "principals counted, not listed": 15, "principals in all": 21,
        "institutions with teacher education": 1, "campus towns": 2, "sites of Syster": 3,
        "offices announced": 1, "roads": 5, "ferries": 1, "municipal borders": 7, "outlines": 6,
    }  # fmt: skip


def test_rows_are_numbered_anew_in_the_order_of_their_key(tmp_path):
    tables = country_tables(campuses=("0301", "0102"))
    tables["roads"].reverse()
    inputs = read_inputs(make_country(tmp_path, tables))
    assert inputs.roads.index.tolist() == list(range(6))
    assert inputs.roads["code_a"].is_monotonic_increasing
    assert (inputs.roads["code_a"] < inputs.roads["code_b"]).all()
    assert inputs.counties.index.name == inputs.municipalities.index.name == "code"
    assert inputs.principals.index.name == "orgnr"
    assert inputs.outlines.index.name == "code"
    assert list(inputs.files) == sorted(inputs.files)
    assert inputs.municipalities.loc["0201", ["principals", "sole_traders"]].tolist() == [6, 5]


def test_a_source_without_date_or_gaps_has_none(tmp_path):
    note = '[[sources]]\nfiles = ["travel/roads.csv"]\nsource = "y"\n'
    note += 'what = { sv = "a", en = "b" }\n'
    country = COUNTRY + note + note + 'as_of = "2021"\ngaps = { sv = "c", en = "d" }\n'
    plain, full = read_inputs(make_country(tmp_path, country=country)).country.sources
    assert (plain.files, plain.what) == (("travel/roads.csv",), {"sv": "a", "en": "b"})
    assert (plain.source, plain.as_of, plain.gaps) == ("y", "", {})
    assert (full.as_of, full.gaps) == ("2021", {"sv": "c", "en": "d"})


def test_a_need_may_be_given(tmp_path):
    tables = country_tables()
    for row in tables["principals"]:
        row["need"] = "-0.5"
    needs = read_inputs(make_country(tmp_path, tables)).principals["need"]
    assert (needs.dtype, set(needs)) == ("float64", {-0.5})

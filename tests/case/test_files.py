"""The files of a data folder, told apart with the line and the words for what is wrong."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from country import COUNTRY
from planner.case.files import DataFolder
from planner.case.text import MAX_TOML

if TYPE_CHECKING:
    from pathlib import Path


def told(source: DataFolder) -> list[tuple[int | None, str, str, str]]:
    """Return the problems of a folder as (row, column, value, expected)."""
    return [(p.row, p.column, p.value, p.expected) for p in source.problems]


def test_what_is_read_is_hashed(tmp_path: Path) -> None:
    """What could not be read is not."""
    (tmp_path / "a").write_bytes(b"o\xcc\x88")
    source = DataFolder(tmp_path)
    assert source.text("a") == "ö"
    assert source.text("b") is None
    assert source.text("a", 2) is None
    assert source.hashes == {"a": hashlib.sha256(b"o\xcc\x88").hexdigest()}
    assert [expected for *_, expected in told(source)] == [
        "this file; it is missing", "at most 2 bytes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ('{"a":\n\n}', 3, "JSON (Expecting value)"),
        ("[" * 100_000, None, "JSON of reasonable depth and numbers"),
        ("9" * 5000, None, "JSON of reasonable depth and numbers"),
    ],
)
def test_what_is_no_json(tmp_path: Path, text: str, row: int | None, expected: str) -> None:
    """Told with its line, where it has one."""
    (tmp_path / "a").write_text(text, "utf-8")
    source = DataFolder(tmp_path)
    assert source.json("a") is None
    assert told(source) == [(row, "", "", expected)]


def test_json(tmp_path: Path) -> None:
    """And a file that is missing, told once."""
    (tmp_path / "a").write_text('{"a": [1]}', "utf-8")
    source = DataFolder(tmp_path)
    assert source.json("a") == {"a": [1]}
    assert source.problems == []
    assert source.json("b") is None
    assert len(source.problems) == 1


NOTE = '[[sources]]\nfiles = ["x"]\nsource = "y"\nwhat = { sv = "a", en = "b" }\n'
KEYS = "name, agency, sister_agency, language, crs, attribution, decimal, degrees, sources"
KNOWN = f"a known key: {KEYS}"
SOURCES = "tables with files, what (sv, en), source; also as_of, gaps (sv, en)"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "Lilland"', 'name = ""', (1, "name", "", "text of at most 200 characters")),
        ('agency = "Skolverk"\n', "", (None, "agency", "", "this key; it is missing")),
        ("[degrees]", "tongue = 1\n[degrees]", (8, "tongue", "1", KNOWN)),
        ("[degrees]", f"{'t' * 61} = 1\n[degrees]", (8, "t" * 59 + "…", "1", KNOWN)),
        ("[degrees]", NOTE + 'at = "x"\n[degrees]', (8, "sources", "x", SOURCES)),
        ("[degrees]", NOTE.replace("source = ", "# ") + "[degrees]", (8, "sources", "", SOURCES)),
        ("EPSG:32633", "EPSG:" + "9" * 70, (5, "crs", "EPSG:" + "9" * 54 + "…", "a projected")),
        ("[degrees]", "degrees = 1\n# ", (8, "degrees", "1", "codes and what they stand for")),
    ],
)
def test_a_key_of_the_country_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, problem: tuple[int | None, str, str, str]
) -> None:
    """What else it says is kept."""
    text = COUNTRY.replace(old, new)
    if new.startswith("degrees"):
        text = text[: text.index("# ")]
    (tmp_path / "c").write_text(text, "utf-8")
    source = DataFolder(tmp_path)
    said = source.country("c")
    ((row, column, value, expected),) = told(source)
    assert (row, column, value) == problem[:3]
    assert expected.startswith(problem[3])
    assert problem[1] not in said
    assert said["sister_agency"] == "Syster"


def test_a_country_is_read_within_limits(tmp_path: Path) -> None:
    """What is left out is filled in; what is no TOML says nothing, and neither does no file."""
    (tmp_path / "c").write_text(COUNTRY, "utf-8")
    source = DataFolder(tmp_path)
    said = source.country("c")
    assert source.problems == []
    assert (said["sources"], said["degrees"]["F"]) == ([], "förskollärare")
    (tmp_path / "c").write_text("name = ?", "utf-8")
    assert source.country("c") == {}
    (tmp_path / "c").write_text(COUNTRY + "#" * MAX_TOML, "utf-8")
    assert source.country("c") == {}
    assert source.country("d") == {}
    expected = [expected for *_, expected in told(source)]
    assert expected[0].startswith("valid TOML (")
    assert expected[1:] == ["at most 200000 bytes", "this file; it is missing"]

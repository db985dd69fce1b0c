"""Tables as Excel, LibreOffice, pandas, R, GDAL and text editors write them: right, or refused."""

from __future__ import annotations

import shutil
import sys
from collections import Counter

import pytest

from cli.test_app import SCENARIO
from planner.case.read import read_inputs
from planner.cli.app import main
from planner.verify.tables import read_tables
from written.make import form, workbook
from written.tables import HERE, PLACES, PLAIN, country_with, refusal, written

pytestmark = pytest.mark.slow

ENTRIES = written()
RIGHT = [entry for entry in ENTRIES if "refused" not in entry]
REFUSED = [entry for entry in ENTRIES if "refused" in entry]
FRAMES = (
    "counties", "municipalities", "adjacency", "roads", "principals", "campuses", "sister_sites",
    "announced",
)  # fmt: skip


def named(entries):
    return pytest.mark.parametrize("entry", entries, ids=[entry["file"] for entry in entries])


@pytest.fixture(scope="module")
def plain():
    return read_inputs(PLAIN), read_tables(PLAIN)


@named(RIGHT)
def test_it_is_read_with_the_very_same_values_by_both_readers(entry, plain, tmp_path):
    folder = country_with(entry, tmp_path / "country")
    inputs, tables = plain
    found = read_inputs(folder)
    for name in FRAMES:
        assert getattr(found, name).equals(getattr(inputs, name)), name
    assert read_tables(folder) == tables


@named(REFUSED)
def test_it_is_refused_in_a_line_that_helps(entry, tmp_path):
    """One a column where two columns have the same fault."""
    lines = refusal(country_with(entry, tmp_path / "country"))
    assert len(lines) == entry.get("lines", 1)
    assert any(entry["refused"] in line for line in lines), lines
    assert entry["table"] in lines[0]


@named([*RIGHT[::9], *REFUSED[::5]])
def test_the_command_that_checks_says_the_same(entry, tmp_path, capsys, monkeypatch):
    folder = country_with(entry, tmp_path / "country")
    monkeypatch.setattr(sys, "argv", ["planner", "check", "--data", str(folder)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    if "refused" in entry:
        assert ended.value.code == 2
        assert entry["refused"] in err
    else:
        assert not ended.value.code
        assert "No problems found." in out


def planned(folder, out, monkeypatch):
    """Return the plan that a run of a data folder writes."""
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    words = ["planner", "run", "small", "--data", str(folder), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    return (out / "plan.json").read_bytes()


def test_a_country_kept_in_swedish_excel_is_planned_as_the_plain_one(tmp_path, monkeypatch):
    """All its tables, as CSV with semicolons and as workbooks: the same plan to the byte."""
    plain, csv, books = (tmp_path / name for name in ("plain", "csv", "books"))
    for folder in (plain, csv, books):
        shutil.copytree(PLAIN, folder)
    for table, file in PLACES.items():
        how = {"sep": ";", "decimal": ",", "thousands": "nbsp", "encoding": "cp1252"}
        form(table, csv / file, **how)
        workbook(table, (books / file).with_suffix(".xlsx"), shown="yes")
        (books / file).unlink()
    plan, *others = (
        planned(folder, tmp_path / "runs" / folder.name, monkeypatch)
        for folder in (plain, csv, books)
    )
    assert others == [plan, plan]


def test_there_are_as_many_as_are_promised_and_no_other_files():
    assert len(ENTRIES) >= 60
    assert {entry["file"] for entry in ENTRIES} == {p.name for p in (HERE / "files").iterdir()}
    assert set(Counter(entry["country"] for entry in ENTRIES)) == {"Sweden", "Germany", "US"}
    assert len({entry["program"] for entry in ENTRIES}) == 7


def test_the_bytes_are_those_that_the_programs_wrote():
    """Other ends of lines would make other tables of them."""
    files = HERE / "files"
    assert (files / "excel-se-csv.csv").read_bytes().count(b"\r\n") == 7
    assert (files / "editor-us-cr.csv").read_bytes().count(b"\r") == 8
    assert b"\n" not in (files / "editor-us-cr.csv").read_bytes()
    assert (files / "excel-se-unicode-text.csv").read_bytes()[:2] == b"\xff\xfe"
    assert b"1e+05" in (files / "r-us.csv").read_bytes()

"""Calendar, workbook and layers of a run, spoiled: the check that should see it does.

Every change is sealed in the manifest, so that hashes give nothing away.
"""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from planner.verify import verify_run
from planner.verify.workbooks import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verify.small import Run

    Rows = list[dict[str, str]]


def failing(run: Run) -> dict[str, str]:
    """Return the checks that fail, with what each says."""
    return {check.name: check.detail for check in verify_run(run.folder, run.data).failed}


def spoil_calendar(run: Run, change: Callable[[Rows], object]) -> None:
    """Change the rows of calendar.csv."""
    path = run.folder / "calendar.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    columns = list(rows[0])
    change(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    run.seal()


def by_id(rows: Rows, name: str) -> dict[str, str]:
    """Return the row of a principal."""
    return next(row for row in rows if row["id"] == name)


def put(principal: str, **cells: str) -> Callable[[Rows], object]:
    """Return a change of a principal's cells."""
    return lambda rows: by_id(rows, principal).update(cells)


def swap(one: str, other: str, *columns: str) -> Callable[[Rows], object]:
    """Return a change that gives two principals each other's cells."""

    def change(rows: Rows) -> None:
        a, b = by_id(rows, one), by_id(rows, other)
        for column in columns:
            a[column], b[column] = b[column], a[column]

    return change


PLACE = ("office", "town", "period", "quarter", "status", "km", "minutes", "hours")

# 0101-sole-1 is planned by Mitt in 2023 part 2, 212000102 in reserve there; 0301-sole-1 is planned
# by Ost in 2023 part 3; 0201-sole-3 is in reserve in 2022 part 2.
CALENDAR: Mapping[str, tuple[Callable[[Rows], object], str, str]] = {
    "rows left out": (
        lambda rows: rows.__delitem__(slice(5, 15)),
        "calendar.csv",
        "0101-sole-2: missing; ",
    ),
    "a row left out": (lambda rows: rows.pop(0), "calendar.csv", "0101-sole-1: missing"),
    "a row told twice": (lambda rows: rows.append(rows[0]), "calendar.csv", "0101-sole-1: 2 times"),
    "a principal that there is not": (
        put("0101-sole-1", id="0101-sole-9"),
        "calendar.csv",
        "0101-sole-9: no principal that counts",
    ),
    "another quarter": (
        put("0301-sole-1", quarter="2023 part 1"),
        "calendar quarters",
        "planned of 0301 in 2023 part 1: expected 1, found 2",
    ),
    "a reserve in another quarter": (
        put("0201-sole-3", quarter="2022 part 1"),
        "calendar quarters",
        "reserve of 0301 in 2022 part 1: expected 1, found 2",
    ),
    "a quarter of another period": (
        put("0301-sole-1", quarter="2022 part 1"),
        "calendar offices",
        "0301-sole-1: planned in 2023, 2022 part 1",
    ),
    "no quarter": (put("0301-sole-1", quarter=""), "calendar offices", "planned in 2023, "),
    "a period that there is not": (
        put("0301-sole-1", period="2024"),
        "calendar offices",
        "planned in 2024, 2023 part 3",
    ),
    "another office": (
        put("0101-sole-1", office="0301", town="Ost", km="30.0", minutes="24.0", hours="88.8"),
        "calendar offices",
        "0101-sole-1 office: expected 0201, found 0301",
    ),
    "an office that is none": (
        put("0101-sole-1", office="9999", town=""),
        "calendar offices",
        "expected 0201, found 9999",
    ),
    "two of different counties in each other's place": (
        swap("0101-sole-1", "0301-sole-1", *PLACE),
        "calendar offices",
        "0101-sole-1 office: expected 0201, found 0301",
    ),
    "two of different counties met by the other's time": (
        swap("0101-sole-2", "0201-sole-1", "status"),
        "",
        "",
    ),
    "two of different counties in each other's list": (
        swap("0101-sole-2", "0201-sole-3", "status"),
        "calendar lists",
        "planned of 01 in 2022: expected 2, found 1",
    ),
    "planned told as reserve": (
        put("0301-sole-1", status="reserve"),
        "calendar lists",
        "planned of 03 in 2023: expected 5, found 4",
    ),
    "planned told as after": (
        put("0301-sole-1", status="after"),
        "calendar offices",
        "0301-sole-1: after in 2023, 2023 part 3",
    ),
    "after, and out of the plan": (
        put("0301-sole-1", status="after", period="", quarter=""),
        "calendar lists",
        "after of 03 in no period: expected 0, found 1",
    ),
    "a list that there is not": (
        put("0301-sole-1", status="later"),
        "calendar offices",
        "0301-sole-1: later in 2023",
    ),
    "another period of the same unit": (
        put("0101-sole-2", office="0201", town="Mitt", period="2023", quarter="2023 part 3",
            km="10.0", minutes="8.0", hours="88.27"),
        "calendar lists",
        "planned of 01 in 2022: expected 2, found 1; planned of 01 in 2023: expected 3, found 4",
    ),
    "name": (put("212000101", name="Norrs kommun"), "calendar facts", "212000101 name"),
    "a sole trader's name": (put("0101-sole-1", name="Anna"), "calendar facts", "found Anna"),
    "type": (put("212000101", type="region"), "calendar facts", "expected municipality"),
    "kind": (put("212000101", kind="independent"), "calendar facts", "kind: expected public"),
    "size": (put("212000101", size="151"), "calendar facts", "size: expected 150, found 151"),
    "municipality": (put("212000101", municipality="Mitt"), "calendar facts", "expected Norr"),
    "county": (put("212000101", county_code="02"), "calendar facts", "county_code: expected 01"),
    "town": (put("212000101", town="Ost"), "calendar facts", "town: expected Mitt, found Ost"),
    "km": (put("212000101", km="10.1"), "calendar facts", "0101 to 0201, km: expected 10"),
    "minutes": (put("212000101", minutes="8.2"), "calendar facts", "0101 to 0201, minutes"),
    "hours": (put("212000101", hours="88.28"), "calendar facts", "0101 to 0201, hours"),
    "no number": (put("212000101", km="near"), "calendar.csv", "expected numbers: km, minutes"),
}  # fmt: skip


@pytest.mark.parametrize("case", CALENDAR)
def test_a_spoiled_calendar_is_caught(case: str, exported: Run) -> None:
    """Whoever is missing, twice, elsewhere or at another time is named."""
    change, name, detail = CALENDAR[case]
    spoil_calendar(exported, change)
    found = failing(exported)
    if not name:
        assert found == {}
        return
    assert {each.split()[0] for each in found} <= {"calendar", "calendar.csv", "plan.xlsx"}
    assert detail in found[name]
    assert "calendar.csv does not hold" in found["plan.xlsx"]


def test_a_calendar_in_another_order_holds(exported: Run) -> None:
    """Rows may stand as they like."""
    spoil_calendar(exported, lambda rows: rows.reverse())
    assert failing(exported) == {}


def test_a_calendar_without_dialogues_is_caught(exported: Run) -> None:
    """Where the scenario plans none there can be no calendar."""
    scenario = exported.scenario()
    for section in ("dialogues", "staffing", "money"):
        del scenario[section]
    exported.write(exported.plan(), scenario)
    assert failing(exported)["calendar.csv"] == "a calendar, and the scenario plans no dialogues"


def test_exports_of_a_plan_with_holes_are_not_compared(exported: Run) -> None:
    """Without an office for everyone there is nothing to compare them with."""
    plan = exported.plan()
    plan["assignments"].pop()
    exported.write(plan, exported.scenario())
    found = failing(exported)
    for name in ("calendar.csv", "plan.gpkg", "plan.xlsx"):
        assert found[name] == "not compared: the plan has holes"


def test_a_lost_export_is_caught(exported: Run) -> None:
    """Each by its own check, as well as by its hash."""
    for name in ("calendar.csv", "plan.gpkg", "plan.xlsx"):
        (exported.folder / name).unlink()
    found = failing(exported)
    assert found.keys() == {"files", "calendar.csv", "plan.gpkg", "plan.xlsx"}


# Tab, row, column and another value, all of them counted from 1; what is then said.
WORKBOOK: Mapping[str, tuple[str, int, int, object, str]] = {
    "town of an office": ("Kontor", 2, 2, "Norr", "offices: 0201 town: expected Mitt, found Norr"),
    "office": ("Kontor", 2, 3, "0101", "offices: no sheet lists them"),
    "municipalities of an office": ("Kontor", 2, 8, 5, "offices: 0201 municipalities: expected 4"),
    "principals of an office": ("Kontor", 2, 9, 16, "0201 principals: expected 15, found 16"),
    "mean km of an office": ("Kontor", 2, 10, 5.7, "offices: 0201 mean_km"),
    "farthest of an office": ("Kontor", 3, 12, 31, "offices: 0301 farthest_km: expected 30"),
    "campus of an office": ("Kontor", 3, 13, 15, "0301 university_minutes"),
    "dialogues of an office": ("Kontor", 2, 15, 4, "0201 dialogues: expected 3, found 4"),
    "principals of a county": ("Regioner", 2, 7, 7, "counties: 01 principals: expected 6"),
    "dialogues of a county": ("Regioner", 3, 9, 8, "counties: 02 dialogues: expected 7, found 8"),
    "unmet of a county": ("Regioner", 3, 10, 1, "counties: 02 unmet: expected 0, found 1"),
    "km of a municipality": ("Kommuner", 2, 5, 11, "municipalities: 0101 km: expected 10"),
    "principals of a municipality": ("Kommuner", 2, 7, 5, "0101 principals: expected 4"),
    "planned of a municipality": ("Kommuner", 2, 9, 3, "in the calendar: 0101 planned"),
    "a municipality left out": ("Kommuner", 7, 1, "0303", "municipalities: no sheet lists them"),
    "number of a principal": ("Huvudmän", 5, 1, "99", "principals: no sheet lists them"),
    "town of a principal": ("Huvudmän", 5, 7, "Ost", "principals: 212000101 town: expected Mitt"),
    "km of a principal": ("Huvudmän", 5, 8, 12, "principals: 212000101 km: expected 10, found 12"),
    "length of a period": ("Perioder", 2, 3, 7, "periods: 0 months: expected 6, found 7"),
    "offices of a period": ("Perioder", 2, 4, 2, "periods: 0 open: expected 1, found 2"),
    "advisors of a period": ("Perioder", 2, 7, 5, "periods: 0 advisors: expected 4, found 5"),
    "dialogues of a period": ("Perioder", 3, 8, 9, "periods: 1 dialogues: expected 8, found 9"),
    "unmet of a period": ("Perioder", 2, 9, 9, "periods: 0 waiting: expected 8, found 9"),
    "longest distance of a period": ("Perioder", 2, 11, 99, "periods: 0 max_km"),
    "share far away in a period": ("Perioder", 3, 12, 99, "periods: 1 percent_beyond"),
    "cost of a period": ("Perioder", 2, 10, 4.1, "periods: 0 cost_msek"),
    "staff of an office": ("Personal", 3, 2, 5, "towns with staff: Ost advisors 2022"),
    "planned of a quarter": ("Kvartal", 4, 5, 2, "quarters: 2 planned: expected 1, found 2"),
    "reserve of a quarter": ("Kvartal", 4, 8, 3, "quarters: 2 reserve: expected 0, found 3"),
    "hours of a quarter": ("Kvartal", 4, 10, 90, "quarters: 2 hours"),
    "hours there are": ("Kvartal", 4, 11, 300, "quarters: 2 available"),
    "hours to spare": ("Kvartal", 4, 12, 300, "quarters: 2 spare"),
    "a principal of a calendar": ("Kal. Mitt", 3, 11, "99", "calendar of Mitt: no sheet"),
    "a row more in a calendar": ("Kal. Mitt", 6, 3, "Norr", "calendar of Mitt: no sheet"),
    "hours in a calendar": ("Kal. Ost", 6, 9, 90, "calendar of Ost: 212000202 hours"),
    "a criterion": ("Kriterier", 2, 3, 5.5, "criteria: mean_km: expected 5.47619048"),
    "a share": ("Kriterier", 6, 3, 5, "criteria: share_beyond: expected 4.76190476"),
    "a bound": ("Bevis", 4, 4, 122, "proofs: waiting bound: expected 123, found 122"),
    # Its bound is the same, and one column is left to tell both.
    "a value of a goal": ("Bevis", 2, 3, 9, "proofs: weighted bound: expected 9.97619048"),
    "towns of a proof": ("Bevis", 3, 8, 19, "proofs: soft rules towns: expected 3, found 19"),
    "a goal left out": ("Bevis", 4, 9, "unmet", "proofs: no sheet lists them, each once"),
    "an assumption": ("Antaganden", 2, 2, 0.4, "assumptions: dialogues.balance value"),
    "a range": ("Antaganden", 2, 4, 90, "assumptions: dialogues.balance high"),
    "a key": ("Antaganden", 2, 7, "balance", "assumptions: no sheet lists them"),
    "a checksum": ("Källor", 3, 7, "0" * 64, "files: municipalities/adjacency.csv sha256"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", WORKBOOK)
def test_a_spoiled_workbook_is_caught(case: str, exported: Run) -> None:
    """Each figure by what it stands for, with what it should be."""
    tab, row, column, value, detail = WORKBOOK[case]
    path = exported.folder / "plan.xlsx"
    book = load_workbook(path)
    assert book[tab].cell(row, column).value != value
    book[tab].cell(row, column).value = value  # type: ignore[assignment]
    book.save(path)
    exported.seal()
    found = failing(exported)
    assert found.keys() == {"plan.xlsx"}
    assert detail in found["plan.xlsx"]


def test_a_workbook_that_was_saved_again_holds(exported: Run) -> None:
    """Another program orders and writes its parts in other ways, and drops what is empty."""
    path = exported.folder / "plan.xlsx"
    load_workbook(path).save(path)
    exported.seal()
    assert failing(exported) == {}


def test_a_hidden_sheet_tells_nobody(exported: Run) -> None:
    """What a reader can't see lists nothing."""
    path = exported.folder / "plan.xlsx"
    book = load_workbook(path)
    book["Kontor"].sheet_state = "hidden"
    book.save(path)
    exported.seal()
    assert "offices: no sheet lists them, each once" in failing(exported)["plan.xlsx"]


LAYERS: Mapping[str, tuple[str, str]] = {
    "UPDATE offices SET principals = principals + 1 WHERE code = '0201'": (
        "offices 0201 principals: expected 15, found 16"
    ),
    "UPDATE offices SET dialogues = 4 WHERE code = '0201'": "0201 dialogues: expected 3, found 4",
    "UPDATE offices SET advisors = 3 WHERE code = '0301'": "0301 advisors: expected 2, found 3",
    "UPDATE offices SET town = 'Norr' WHERE code = '0201'": "0201 town: expected Mitt, found Norr",
    "UPDATE offices SET opens = '2022' WHERE code = '0201'": "0201 opens: expected 2023",
    "UPDATE offices SET mean_km = NULL WHERE code = '0201'": "0201 mean_km",
    "UPDATE offices SET university_minutes = 15 WHERE code = '0301'": "0301 university_minutes",
    "DELETE FROM offices WHERE code = '0301'": "offices 0301: missing",
    "UPDATE regions SET municipalities = 5 WHERE office = '0201'": "regions 0201 municipalities",
    "UPDATE regions SET farthest_km = 31 WHERE office = '0301'": "regions 0301 farthest_km",
    "UPDATE municipalities SET office = '0301' WHERE municipality_code = '0101'": (
        "municipalities 0101 office: expected 0201, found 0301"
    ),
    "UPDATE municipalities SET sole_traders = 9 WHERE municipality_code = '0101'": "sole_traders",
    "UPDATE municipalities SET km = 10.00001 WHERE municipality_code = '0101'": "0101 km",
    "UPDATE municipalities SET municipality = 'Nord' WHERE municipality_code = '0101'": (
        "expected Norr, found Nord"
    ),
    "DELETE FROM municipalities WHERE municipality_code = '0102'": "municipalities 0102: missing",
    "UPDATE allocation SET principals = 5 WHERE municipality_code = '0101'": "('0101', '0201')",
    "DELETE FROM allocation WHERE municipality_code = '0101'": "('0101', '0201'): missing",
    "UPDATE periods SET dialogues = 10 WHERE period = '2022'": "periods 2022 dialogues",
    "UPDATE periods SET waiting = 9 WHERE period = '2022'": "periods 2022 waiting",
    "UPDATE periods SET cost_msek = 4.1 WHERE period = '2022'": "periods 2022 cost_msek",
    "UPDATE periods SET max_km = 99 WHERE period = '2022'": "periods 2022 max_km",
    "UPDATE periods SET percent_beyond = 1 WHERE period = '2022'": "periods 2022 percent_beyond",
    "UPDATE periods SET advisors = 5 WHERE period = '2022'": "periods 2022 advisors",
    "UPDATE periods SET open = 2 WHERE period = '2022'": "periods 2022 open",
    "UPDATE assignments SET office = '0201' WHERE period = '2022' AND id = '01'": (
        "assignments ('01', '2022') office: expected 0301, found 0201"
    ),
    "INSERT INTO assignments SELECT 99, unit, id, period, office, km, minutes, principals "
    "FROM assignments WHERE fid = 1": "('01', '2022'): twice",
    "UPDATE criteria SET value = 5.5 WHERE criterion = 'mean_km'": "criteria mean_km value",
    "UPDATE criteria SET value = 0.0476190476 WHERE criterion = 'share_beyond'": (
        "criteria share_beyond value: expected 4.76190476"
    ),
    "DELETE FROM criteria WHERE criterion = 'waiting'": "criteria waiting: missing",
    "UPDATE assumptions SET high = 90 WHERE assumption = 'dialogues.balance'": "balance high",
    "UPDATE assumptions SET source = 'a book' WHERE assumption = 'dialogues.balance'": "source",
    "UPDATE assumptions SET value = 'much' WHERE assumption = 'dialogues.balance'": "found much",
    "DROP TABLE periods": "can't be read: no table periods of plain columns",
    "ALTER TABLE periods DROP COLUMN months": "can't be read: no such column",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("statement", LAYERS)
def test_spoiled_layers_are_caught(statement: str, exported: Run) -> None:
    """Each figure by its table, row and column."""
    with closing(sqlite3.connect(exported.folder / "plan.gpkg")) as base:
        # The triggers of an index of shapes call functions that only a GIS has.
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(statement)
        base.commit()
    exported.seal()
    found = failing(exported)
    assert found.keys() == {"plan.gpkg"}
    assert LAYERS[statement] in found["plan.gpkg"]


VIEWS = {
    "a view": "CREATE VIEW periods AS SELECT * FROM kept",
    "a view without end": (
        "CREATE VIEW periods AS WITH RECURSIVE n(period) AS (SELECT '2022' UNION ALL "
        "SELECT period FROM n) SELECT * FROM n"
    ),
    "a computed column": (
        "CREATE TABLE periods (period TEXT, months REAL, open INTEGER, advisors INTEGER, dialogues "
        "INTEGER, waiting INTEGER, cost_msek REAL AS (hex(zeroblob(1000000000))))"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", VIEWS)
def test_layers_that_compute_are_refused(case: str, exported: Run) -> None:
    """A table is read, and nothing that a file asks to be worked out."""
    with closing(sqlite3.connect(exported.folder / "plan.gpkg")) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("ALTER TABLE periods RENAME TO kept")
        base.execute(VIEWS[case])
        base.commit()
    exported.seal()
    assert failing(exported) == {"plan.gpkg": "can't be read: no table periods of plain columns"}


def test_bytes_that_are_no_file_of_the_kind(exported: Run) -> None:
    """Whatever they are, the answer is that they can't be read."""
    for data in (b"", b"PK\x03\x04", b"SQLite format 3\x00" + bytes(100), b"\xff" * 5000):
        for name in ("plan.gpkg", "plan.xlsx"):
            (exported.folder / name).write_bytes(data)
        exported.seal()
        found = failing(exported)
        assert found.keys() == {"plan.gpkg", "plan.xlsx"}
        assert all(told.startswith("can't be read: ") for told in found.values()), found


def rewritten(run: Run, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change a part of the workbook as it is packed."""
    path = run.folder / "plan.xlsx"
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    run.seal()


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
SHEET = "xl/worksheets/sheet2.xml"

PARTS: Mapping[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "entities": (SHEET, lambda data: data.replace(b"?>", b"?>" + BOMB, 1), "has a DOCTYPE"),
    "another encoding": (
        SHEET,
        lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "has a DOCTYPE or is not in UTF-8",
    ),
    "a DOCTYPE in an encoding of its own": (
        SHEET,
        # EBCDIC, in which no byte of it looks like a DOCTYPE.
        lambda data: (
            b'<?xml version="1.0" encoding="cp037"?>' + (BOMB + data).decode().encode("cp037")
        ),
        "no workbook",
    ),
    "a formula": (
        SHEET,
        lambda data: data.replace(b"<v>15</v>", b"<f>10+5</f><v>15</v>", 1),
        "more than a value",
    ),
    "a text that there is not": (
        SHEET,
        lambda data: re.sub(rb'(t="s"><v>)\d+', rb"\g<1>99999", data),
        "no text 99999",
    ),
    "a number without end": (
        SHEET,
        lambda data: data.replace(b'"><v>15</v>', b'"><v>1e999</v>'),
        "no finite number: 1e999",
    ),
    "no number": (
        SHEET,
        lambda data: data.replace(b'"><v>15</v>', b'"><v>many</v>'),
        "could not convert string to float",
    ),
    "an error for a value": (
        SHEET,
        lambda data: data.replace(b"><v>15</v>", b' t="e"><v>#N/A</v>', 1),
        "a cell of kind e",
    ),
    "broken XML": (SHEET, lambda data: data[:200], "no workbook"),
    "a sheet elsewhere": (
        "xl/_rels/workbook.xml.rels",
        lambda data: data.replace(b"worksheets/sheet2.xml", b"../../../etc/passwd"),
        "no workbook",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTS)
def test_a_workbook_that_is_not_what_we_write_is_refused(case: str, exported: Run) -> None:
    """Nothing is expanded, computed or looked up elsewhere."""
    part, change, detail = PARTS[case]
    rewritten(exported, part, change)
    found = failing(exported)
    assert found.keys() == {"plan.xlsx"}
    assert found["plan.xlsx"].startswith("can't be read: ")
    assert detail in found["plan.xlsx"]


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    exported: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says of its size is not believed; it is counted as it is read."""
    read_workbook.cache_clear()
    monkeypatch.setattr("planner.verify.workbooks.MAX_BYTES", 50_000)
    assert "more than 50000 bytes unpacked" in failing(exported)["plan.xlsx"]
    monkeypatch.setattr("planner.verify.content.MAX_BYTES", 50_000)
    assert "more than 50000 bytes" in failing(exported)["plan.gpkg"]

"""A country saved in other ways is the same country, to the planner's reader and to verify's."""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
import zipfile
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import Workbook
from pandas.testing import assert_frame_equal

from country import FILES, make_country
from planner.case.read import read_inputs
from planner.case.schemas import TABLES
from planner.case.workbook import open_workbook
from planner.errors import InputError
from planner.verify.tables import read_tables
from planner.verify.workbooks import read_workbook, sheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Rows = list[list[str]]

NUMBERS = {
    "lat", "lon", "km", "minutes", "units", "children_preschool", "pupils", "planned_year",
    "sole_traders_estimate", "principals_estimate", "main_campus", "population_2021",
    "children_0_19_2021", "pupils_y1_9_2021_22", "school_units_y1_9_2021_22", "land_area_km2",
    "eligible_upper_secondary_pct_2022", "certified_teachers_pct_2022",
}  # fmt: skip


def text(rows: Rows, separator: str = ",", end: str = "\r\n") -> str:
    """Return rows as a program of some country writes them."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def commas(rows: Rows) -> Rows:
    """Return rows with decimal commas."""
    header, *rest = rows
    return [header, *([swedish(*pair) for pair in zip(header, row, strict=True)] for row in rest)]


def swedish(column: str, cell: str) -> str:
    return cell.replace(".", ",") if column in NUMBERS else cell


def typed(column: str, cell: str) -> Any:
    """Return a cell as a spreadsheet holds it."""
    return float(cell) if column in NUMBERS else cell


def xlsx(rows: Rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    header, *rest = rows
    book.active.title = "Läs mig"
    book.active.append(["Tabellen finns på nästa blad"])
    sheet = book.create_sheet("Tabell")
    sheet.append(header)
    sheet.append([])
    for row in rest:
        sheet.append([typed(*pair) for pair in zip(header, row, strict=True)])
    sheet.cell(1, len(header) + 3, " ")
    book.save(out)
    return out.getvalue()


def apart(rows: Rows) -> Rows:
    """Return rows as macOS spells names: every mark is a character of its own."""
    return [[unicodedata.normalize("NFD", cell) for cell in row] for row in rows]


ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Blad1">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
EMPTY = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)


def ods(rows: Rows, after: str = EMPTY) -> bytes:
    header, *rest = rows
    cells = [[ods_cell("", name) for name in header]]
    cells += [list(map(ods_cell, header, row)) for row in rest]
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", ODS.format(lines + after))
        packed.writestr("META-INF/manifest.xml", "<m/>")
    return out.getvalue()


def ods_cell(column: str, cell: str) -> str:
    if not cell:
        return "<table:table-cell/>"
    if column in NUMBERS:
        return f'<table:table-cell office:value-type="float" office:value="{float(cell)}"/>'
    words = escape(cell).replace(" ", "<text:s/>")
    return (
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    )


WAYS: dict[str, Callable[[Rows], tuple[str, bytes]]] = {
    "semicolons, decimal commas, Windows-1252": lambda r: (
        ".csv", text(commas(r), ";").encode("cp1252"),
    ),
    "semicolons, decimal commas, UTF-8 with a mark": lambda r: (
        ".csv", text(commas(r), ";").encode("utf-8-sig"),
    ),
    "semicolons and decimal points": lambda r: (".csv", text(r, ";").encode()),
    "tabs, UTF-16, little": lambda r: (
        ".csv", b"\xff\xfe" + text(commas(r), "\t").encode("utf-16-le"),
    ),
    "tabs, UTF-16, big": lambda r: (".csv", b"\xfe\xff" + text(r, "\t").encode("utf-16-be")),
    "sep= for semicolons": lambda r: (".csv", ("sep=;\r\n" + text(commas(r), ";")).encode()),
    "sep= in quotes for commas": lambda r: (".csv", ('"SEP=,"\n' + text(r)).encode()),
    "capitals and spaces in headers": lambda r: (
        ".csv", text([[f" {n.upper().replace('_', ' ')} " for n in r[0]], *r[1:]]).encode(),
    ),
    "empty columns and rows": lambda r: (
        ".csv", text([*(["", *row, "", ""] for row in r), [""] * (len(r[0]) + 3)]).encode(),
    ),
    "empty columns as pandas names them": lambda r: (
        ".csv", text([[*r[0], "Unnamed: 9"], *([*row, ""] for row in r[1:])]).encode(),
    ),
    "a workbook": lambda r: (".xlsx", xlsx(r)),
    "an OpenDocument": lambda r: (".ods", ods(r)),
    "a workbook, marks apart from letters": lambda r: (".xlsx", xlsx(apart(r))),
    "an OpenDocument, marks apart from letters": lambda r: (".ods", ods(apart(r))),
    "a nameless column that no row has": lambda r: (
        ".csv", text([[*r[0], "Unnamed: 9"], *r[1:]]).encode(),
    ),
    "spaces beside and under the table": lambda r: (
        ".csv", text([r[0], *([*row, " "] for row in r[1:]), [" "]]).encode(),
    ),
}  # fmt: skip


def rows_of(folder: Path, file: str) -> Rows:
    return list(csv.reader((folder / file).read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    folder = make_country(tmp_path_factory.mktemp("sound"))
    return read_inputs(folder), read_tables(folder)


@pytest.mark.parametrize("way", WAYS)
def test_both_readers_find_the_same_country(way, sound, tmp_path):
    """Every table at once, names with letters of their own among them."""
    folder = make_country(tmp_path)
    for file in FILES.values():
        ending, raw = WAYS[way](rows_of(folder, file))
        (folder / file).unlink()
        (folder / file).with_suffix(ending).write_bytes(raw)
    inputs, tables = sound
    found = read_inputs(folder)
    for field in fields(inputs):
        was = getattr(inputs, field.name)
        if isinstance(was, pd.DataFrame):
            assert_frame_equal(getattr(found, field.name), was, check_exact=True)
    assert read_tables(folder) == tables
    files = {file.replace(".csv", ending) for file in FILES.values()}
    assert files <= found.files.keys()


def refused(folder: Path) -> list[tuple[Any, ...]]:
    with pytest.raises(InputError) as caught:
        read_inputs(folder)
    return [(p.file, p.row, p.column, p.value, p.expected) for p in caught.value.problems]


def test_a_csv_counts_before_a_workbook(tmp_path):
    """Which is not looked into, though it is told of."""
    folder = make_country(tmp_path)
    (folder / "travel/roads.xlsx").write_bytes(b"no workbook")
    assert "travel/roads.csv" in read_inputs(folder).files
    assert len(read_tables(folder).roads) == 6


@pytest.mark.parametrize("lying", ["roads.xls", "Roads.csv", "x.tsv", "roads.csv.txt"])
def test_a_file_that_may_be_meant_is_told(lying, tmp_path):
    folder = make_country(tmp_path)
    (folder / "travel/roads.csv").rename(folder / "travel" / lying)
    ((file, row, column, value, expected),) = refused(folder)
    assert (file, row, column, value) == ("travel/roads.csv", None, "", "")
    assert f"; {lying} lies there: save it as roads.csv (.xlsx, .ods)" in expected


def test_one_file_is_told_that_may_be_meant_and_no_other_table(tmp_path):
    """Outlines are no table, and what bears the name of a table is that one."""
    folder = make_country(tmp_path)
    inside = folder / "municipalities"
    (inside / "municipalities.csv").rename(inside / "municipalities.xls")
    (inside / "boundaries.geojson").rename(inside / "kommuner.gpkg")
    (inside / "adjacency.csv").unlink()
    (inside / "a.shp").touch()
    told = {file: expected for file, *_, expected in refused(folder)}
    assert "; municipalities.xls lies there: save it as" in told[FILES["municipalities"]]
    assert "; a.shp lies there: save it as" in told["municipalities/boundaries.geojson"]
    assert "lies there" not in told[FILES["adjacency"]]


CELLS = [
    ("km", date(2022, 5, 5), "2022-05-05", "; the cell holds a date"),
    ("kind", True, "TRUE", "; the cell holds a date, or true or false"),
    ("km", None, "", "; the cell is empty"),
    ("km", "8,5", "8,5", ""),
    ("km", "1.234", "1.234", "1.234 or 1234?"),
    ("km", "=1+1", "", "; the cell is empty"),
    ("minutes", "#N/A", "", "; the cell is empty"),
]


@pytest.mark.parametrize(("column", "given", "shown", "hint"), CELLS)
def test_a_cell_of_a_workbook(column, given, shown, hint, tmp_path):
    """Formulas that nobody has worked out have no value; row numbers are the sheet's."""
    folder = make_country(tmp_path)
    header, *rest = rows_of(folder, FILES["roads"])
    book = Workbook()
    book.active.append(header)
    for row in rest:
        book.active.append([typed(*pair) for pair in zip(header, row, strict=True)])
    book.active.cell(3, header.index(column) + 1).value = given
    book.save(folder / "travel/roads.xlsx")
    (folder / "travel/roads.csv").unlink()
    if not hint:
        assert read_inputs(folder).roads["km"].tolist()[1] == 8.5
        assert float(read_tables(folder).roads[1].km) == 8.5
        return
    ((file, row, name, value, expected),) = refused(folder)
    assert (file, row, name, value) == ("travel/roads.xlsx", 3, column, shown)
    assert hint in expected


TOWNS = [
    ("cp1250", "Toruń"), ("cp1250", "Gospić"), ("cp1250", "Říčany"), ("iso8859-2", "Łódź"),
    ("cp1254", "Muş"), ("cp1257", "Šiauliai"), ("cp1257", "Panevėžys"), ("cp1251", "Уфа"),
    ("cp1253", "Αθήνα"), ("cp850", "Växjö"), ("mac-roman", "Växjö"), ("cp1252", "Orléans è"),
    ("cp1252", "Ærø"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "town"), TOWNS)
def test_letters_that_may_be_others_are_refused_by_both_readers(encoding, town, tmp_path):
    folder = make_country(tmp_path)
    path = folder / FILES["counties"]
    path.write_bytes(f"code,name,state_area\n01,{town},Hela\n".encode(encoding))
    told = [expected for file, *_, expected in refused(folder) if file == FILES["counties"]]
    assert len(told) == 1
    assert "encodings differ" in told[0]
    with pytest.raises(InputError, match="text in UTF-8"):
        read_tables(folder)


@pytest.mark.parametrize("town", ["Växjö Å", "Ærøskøbing Ålborg", "Mór", "Füßen"])
def test_letters_that_can_be_no_others_are_read_by_both_readers(town, tmp_path):
    folder = make_country(tmp_path)
    path = folder / FILES["counties"]
    path.write_bytes(path.read_text("utf-8").replace("Väst", town).encode("cp1252"))
    assert town in read_inputs(folder).counties["name"].tolist()
    assert town in read_tables(folder).county_name.values()


def book_of(folder: Path, name: str, change: Callable[[Rows], None]) -> None:
    """Put a workbook in the place of a table."""
    rows = rows_of(folder, FILES[name])
    book = Workbook()
    cells: Any = [rows[0], *([typed(*p) for p in zip(rows[0], r, strict=True)] for r in rows[1:])]
    change(cells)
    for row in cells:
        book.active.append(row)
    (folder / FILES[name]).unlink()
    book.save((folder / FILES[name]).with_suffix(".xlsx"))


@pytest.mark.parametrize(("number", "sound"), [(2**53 - 1, True), (12345678901234567, False)])
def test_a_number_whose_last_digits_a_workbook_loses_is_refused(number, sound, tmp_path):
    folder = make_country(tmp_path)

    def change(cells: Rows) -> None:
        cells[1][cells[0].index("orgnr")] = number  # type: ignore[call-overload]

    book_of(folder, "principals", change)
    if sound:
        assert str(number) in read_inputs(folder).principals.index
        assert str(number) in read_tables(folder).listed
        return
    ((file, row, column, _, expected),) = refused(folder)
    assert (file, row, column) == ("principals/principals.xlsx", 2, "orgnr")
    assert "a workbook keeps 15 digits" in expected
    with pytest.raises(InputError, match="a workbook keeps 15 digits"):
        read_tables(folder)


def test_a_character_that_a_workbook_codes_is_the_same_to_both_readers(tmp_path):
    folder = make_country(tmp_path)

    def change(cells: Rows) -> None:
        cells[1][cells[0].index("name")] = "a_x00E5_ _x005F_x00E5_"

    book_of(folder, "counties", change)
    named = read_inputs(folder).counties["name"].tolist()
    assert named[0] == "aå _x00E5_"
    assert named == list(read_tables(folder).county_name.values())


def test_too_many_marks_on_a_letter_are_refused_in_a_workbook(tmp_path):
    folder = make_country(tmp_path)

    def change(cells: Rows) -> None:
        cells[2][cells[0].index("name")] = "a" + "\u0323" * 40

    book_of(folder, "municipalities", change)
    ((_, row, _, _, expected),) = (told for told in refused(folder) if told[0].endswith(".xlsx"))
    assert row == 3
    assert "combining marks" in expected


def test_codes_that_lost_their_zeros_in_a_workbook_are_told(tmp_path):
    folder = make_country(tmp_path)
    pd.read_csv(folder / FILES["roads"]).to_excel(folder / "travel/roads.xlsx", index=False)
    (folder / FILES["roads"]).unlink()
    told = refused(folder)
    assert {file for file, *_ in told} == {"travel/roads.xlsx"}
    assert any("a leading zero lost? 0101" in expected for *_, expected in told)


@pytest.mark.parametrize("index", [True, False])
def test_row_numbers_are_told_as_what_they_are(index, tmp_path):
    """Of pandas, with a header of nothing; and the same read and written again."""
    folder = make_country(tmp_path)
    frame = pd.read_csv(folder / FILES["roads"], dtype=str)
    frame.to_csv(folder / FILES["roads"])
    if not index:
        pd.read_csv(folder / FILES["roads"], dtype=str).to_csv(folder / FILES["roads"], index=False)
    ((_, row, column, value, expected),) = refused(folder)
    assert (row, column, value) == (1, "" if index else "Unnamed: 0", "0")
    assert "index=False" in expected


def test_shares_for_per_cent_are_told(tmp_path):
    """A cell that a workbook shows as 85 % holds 0.85."""
    folder = make_country(tmp_path)
    path = folder / FILES["municipalities"]
    path.write_text(path.read_text("utf-8").replace("85.0", "0.85"), "utf-8")
    ((_, row, column, value, expected),) = refused(folder)
    assert (row, column, value) == (2, "eligible_upper_secondary_pct_2022", "0.85")
    assert "as shares are: 85?" in expected


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(3):
            packed.writestr(f"xl/{n}.xml", b" " * 80_000_000)
    return out.getvalue()


def far() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "code_a", "x"
    book.save(out)
    return out.getvalue()


def entities() -> bytes:
    raw, out = ods([["code_a"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            doctype = '<!DOCTYPE x [<!ENTITY a "b">]><office:document-content'
            new.writestr(name, content.replace("<office:document-content", doctype, 1))
    return out.getvalue()


REPEATED = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    'office:value-type="string" table:number-columns-repeated="9000"><text:p>x</text:p>'
    "</table:table-cell></table:table-row>"
)
EVIL = {
    "bomb": (".xlsx", bomb, "bytes unpacked"),
    "far apart": (".xlsx", far, "so far from the table as in row 1048576"),
    "entities": (".ods", entities, "DOCTYPE"),
    "repeated": (".ods", lambda: ods([["code_a"]], REPEATED), "so far from the table"),
    "no zip": (".xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "that can be opened"),
    "cut off": (".xlsx", lambda: xlsx([["code_a", "code_b"]])[:-200], "that can be opened"),
    "another table": (".xlsx", lambda: xlsx([["x", "y"]]), "a sheet whose first row is"),
}


@pytest.mark.slow
@pytest.mark.parametrize("evil", EVIL)
def test_a_workbook_is_read_within_limits(evil, tmp_path):
    """By both readers: one line that says why it is not read, and soon."""
    folder = make_country(tmp_path)
    ending, make, hint = EVIL[evil]
    (folder / FILES["adjacency"]).unlink()
    (folder / FILES["adjacency"]).with_suffix(ending).write_bytes(make())
    told = [expected for file, *_, expected in refused(folder) if file.endswith(ending)]
    assert len(told) == 1
    assert hint in told[0]
    with pytest.raises(InputError, match="municipalities/adjacency"):
        read_tables(folder)


PACKED = {
    "stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@pytest.mark.parametrize("packed", PACKED)
def test_damaged_bytes_of_a_workbook_are_refused(packed, ending, tmp_path):
    """By both readers and that of written workbooks, as promised: wherever a few bytes differ."""
    rows = [["code_a", "code_b"], ["01", "02"], ["Å", "5"]]
    raw, out = {".xlsx": xlsx, ".ods": ods}[ending](rows), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", PACKED[packed]) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    dice = random.Random(packed + ending)  # noqa: S311
    path = tmp_path / f"adjacency{ending}"
    for _ in range(300):
        bad = bytearray(out.getvalue())
        for _ in range(dice.choice([1, 1, 3])):
            bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
        with suppress(InputError):
            open_workbook(replace(TABLES["adjacency"], file=path.name), bytes(bad))
        path.write_bytes(bad)
        with suppress(ValueError, OSError):
            sheets(path)
        with suppress(ValueError, OSError):
            read_workbook(bytes(bad))


@pytest.mark.parametrize("place", ["-1", "1", "x"])
def test_a_text_that_a_workbook_does_not_have_is_no_other(place, tmp_path):
    raw, path = xlsx([["code_a", "code_b"], ["01", "02"]]), tmp_path / "adjacency.xlsx"
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if "sheet2" in name:
                cell = f'<c r="A3" t="s"><v>{place}</v></c>'.encode()
                part, changed = re.subn(rb'<c r="A3".*?</c>', cell, part)
                assert changed == 1
            new.writestr(name, part)
        if "xl/sharedStrings.xml" not in new.namelist():
            new.writestr("xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>")
    with pytest.raises(ValueError, match=r"no text|invalid literal"):
        sheets(path)

"""A file that a viewer has saved is told apart from one that says something else."""

from __future__ import annotations

import shutil
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from planner.runs.listing import read_entry
from planner.verify import verify_run
from planner.verify.content import content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verify.small import Run

MODE = "PRAGMA journal_mode = {}"
NOTE = "UPDATE gpkg_contents SET last_change = '2026-01-01T00:00:00.000Z'"


ROWS = (
    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
    "INSERT INTO a SELECT zeroblob(5000) FROM n"
)


def ask(file: Path, *statements: str) -> None:
    """Have a database do something, as a program does that has it open."""
    with closing(sqlite3.connect(file)) as base:
        for statement in statements:
            base.execute(statement)
        base.commit()


def untied(file: Path, statement: str) -> None:
    """Change a layer without the triggers that want functions for shapes."""
    with closing(sqlite3.connect(file)) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(statement)
        base.commit()


def resaved(file: Path) -> None:
    """Write a workbook as openpyxl does."""
    load_workbook(file).save(file)


def rounded(file: Path) -> None:
    """Write a workbook as LibreOffice does, which keeps 15 digits of a number."""
    book = load_workbook(file)
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, float):
            cell.value = float(f"{cell.value:.15g}")  # type: ignore[assignment]
    book.save(file)


def edited(file: Path, row: int, column: int, value: object) -> None:
    """Change a cell of the sheet of offices."""
    book = load_workbook(file)
    book["Kontor"].cell(row, column).value = value  # type: ignore[assignment]
    book.save(file)


def hidden(file: Path) -> None:
    """Hide a sheet."""
    book = load_workbook(file)
    book["Kontor"].sheet_state = "hidden"
    book.save(file)


SAVED: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "left in another journal mode": ("plan.gpkg", lambda f: ask(f, MODE.format("wal"))),
    "and back": ("plan.gpkg", lambda f: ask(f, MODE.format("wal"), MODE.format("delete"))),
    "noted and packed": ("plan.gpkg", lambda f: (ask(f, NOTE), ask(f, "VACUUM"))[0]),
    "a workbook saved again": ("plan.xlsx", resaved),
    "a workbook saved with fewer digits": ("plan.xlsx", rounded),
}
CHANGED: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "a figure": ("plan.gpkg", lambda f: ask(f, "UPDATE criteria SET value = value + 1")),
    "a word": (
        "plan.gpkg",
        lambda f: ask(f, "UPDATE criteria SET criterion = 'x' WHERE rowid = 1"),
    ),
    "a shape": ("plan.gpkg", lambda f: untied(f, "UPDATE offices SET geom = x'00'")),
    "a style": ("plan.gpkg", lambda f: ask(f, "UPDATE layer_styles SET styleQML = '<qgis/>'")),
    "a row": ("plan.gpkg", lambda f: ask(f, "DELETE FROM assumptions WHERE rowid = 1")),
    "a table": ("plan.gpkg", lambda f: ask(f, "CREATE TABLE more (a)")),
    "a cell": ("plan.xlsx", lambda f: edited(f, 2, 9, 99)),
    "a small part of a figure": ("plan.xlsx", lambda f: edited(f, 2, 10, 5.000001)),
    "the text of a cell": ("plan.xlsx", lambda f: edited(f, 2, 3, "Norr")),
    "a header": ("plan.xlsx", lambda f: edited(f, 1, 3, "Ort i norr")),
    "a sheet": ("plan.xlsx", hidden),
    "what is no workbook": ("plan.xlsx", lambda f: f.write_bytes(b"PK") and None),
    "what is no database": ("plan.gpkg", lambda f: f.write_bytes(b"") and None),
}


def files(run: Run) -> tuple[bool, str]:
    """Say whether the files hold, and what is told of them."""
    (found,) = (each for each in verify_run(run.folder, run.data).checks if each.name == "files")
    return found.ok, found.detail


@pytest.mark.slow
@pytest.mark.parametrize("case", SAVED)
def test_a_file_that_a_viewer_has_saved_is_told_and_holds(case: str, exported: Run) -> None:
    """Its bytes are others, and what it says is the same."""
    name, act = SAVED[case]
    before = (exported.folder / name).read_bytes()
    act(exported.folder / name)
    assert (exported.folder / name).read_bytes() != before
    ok, told = files(exported)
    assert ok
    assert told.endswith(f"{name}: saved by another program, its content is the same")
    assert verify_run(exported.folder, exported.data).ok
    entry = read_entry(exported.folder)
    assert (entry.whole, entry.saved) == (True, (name,))


@pytest.mark.slow
@pytest.mark.parametrize("case", CHANGED)
def test_a_file_that_says_something_else_fails(case: str, exported: Run) -> None:
    """Whatever it is: a figure, a word, a shape or a style."""
    name, act = CHANGED[case]
    act(exported.folder / name)
    ok, told = files(exported)
    assert not ok
    assert told.startswith(f"{name}: changed, expected sha256")
    assert told.endswith(f"{name}: its content is another")
    entry = read_entry(exported.folder)
    assert (entry.whole, entry.saved) == (False, ())


@pytest.mark.parametrize(
    ("statement", "same"), [(NOTE, True), ("UPDATE criteria SET value = value + 1", False)]
)
def test_what_a_viewer_keeps_beside_the_layers_is_read_with_them(
    statement: str, *, same: bool, exported: Run
) -> None:
    """While they are open there the file is as it was, and a change stands in another."""
    file = exported.folder / "plan.gpkg"
    with closing(sqlite3.connect(file)) as base:
        base.execute(MODE.format("wal"))
        base.execute(statement)
        base.commit()
        assert file.with_name("plan.gpkg-wal").stat().st_size > 0
        assert files(exported)[0] is same
        failed = {each.name for each in verify_run(exported.folder, exported.data).failed}
        assert failed == (set() if same else {"files", "plan.gpkg"})
        assert read_entry(exported.folder).whole is same


@pytest.mark.parametrize(
    ("statement", "same"), [(NOTE, True), ("UPDATE criteria SET value = value + 1", False)]
)
def test_what_is_kept_beside_layers_whose_bytes_are_as_they_were_is_read_too(
    statement: str, *, same: bool, exported: Run, tmp_path: Path
) -> None:
    """A viewer shows what stands there, and not what the file says."""
    file, copy = exported.folder / "plan.gpkg", tmp_path / "plan.gpkg"
    shutil.copyfile(file, copy)
    with closing(sqlite3.connect(copy)) as base:
        base.execute(MODE.format("wal"))
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.execute(statement)
        base.commit()
        shutil.copyfile(f"{copy}-wal", f"{file}-wal")
    ok, told = files(exported)
    assert ok is same
    says = "saved by another program, its content is the same" if same else "its content is another"
    assert told.endswith(f"plan.gpkg: {says}")
    assert "expected sha256" not in told
    entry = read_entry(exported.folder)
    assert (entry.whole, entry.saved) == (same, ("plan.gpkg",) if same else ())
    untold = exported.folder / "manifest.json"
    untold.write_text(untold.read_text("utf-8").replace('"contents"', '"other"'), "utf-8")
    assert files(exported) == (False, "plan.gpkg: another file beside it changes it")


def test_a_change_to_be_undone_beside_layers_is_read_with_them(exported: Run) -> None:
    """The other way round: the file says what a viewer does not show."""
    file = exported.folder / "plan.gpkg"
    with closing(sqlite3.connect(file)) as base:
        base.execute("PRAGMA cache_size = 1")
        base.execute("UPDATE criteria SET value = value + 1")
        base.execute("UPDATE layer_styles SET styleQML = zeroblob(1000000)")
        kept = (file.read_bytes(), Path(f"{file}-journal").read_bytes())
    file.write_bytes(kept[0])
    assert files(exported)[0] is False
    Path(f"{file}-journal").write_bytes(kept[1])
    assert files(exported)[0] is True


LEFT = (
    "~$plan.xlsx",
    ".~lock.plan.xlsx#",
    "plan.gpkg-shm",
    "Thumbs.db",
    "Desktop.ini",
    "desktop.ini",
    ".DS_Store",
)


def test_what_programs_leave_in_a_folder_is_no_change(exported: Run) -> None:
    """Excel and LibreOffice while a workbook is open, and whoever looks into the folder."""
    for name in LEFT:
        (exported.folder / name).write_bytes(b"x")
    assert files(exported)[0]
    (exported.folder / "notes.ini").write_bytes(b"x")
    assert files(exported) == (False, "notes.ini: not in the manifest")


def test_files_of_other_names_have_no_content_of_their_own() -> None:
    """Of these the bytes count."""
    assert content("report.html", b"PK") is None


def database(file: Path, *statements: str) -> bytes:
    """Return the bytes of a database that is made so."""
    ask(file, *statements)
    return file.read_bytes()


def peak(data: bytes) -> tuple[str | None, int]:
    """Return what layers say, and the bytes of memory that Python took to find it."""
    tracemalloc.start()
    try:
        return content("plan.gpkg", data), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_layers_in_which_a_cell_is_computed_are_not_read(tmp_path: Path) -> None:
    """A file of a few thousand bytes could otherwise fill the memory."""
    made = "CREATE TABLE a (b, c AS (zeroblob(150000000)))"
    found, taken = peak(database(tmp_path / "a", made, "INSERT INTO a (b) VALUES (1), (2)"))
    assert (found, taken < 10_000_000) == (None, True)


def test_layers_are_read_in_little_more_memory_than_they_take(tmp_path: Path) -> None:
    """Of each row a digest is kept, and no text."""
    data = database(tmp_path / "a", "CREATE TABLE a (b)", ROWS)
    found, taken = peak(data)
    assert found is not None
    assert taken < 3 * len(data)


@pytest.mark.parametrize("limit", ["MAX_CELL", "MAX_ROWS"])
def test_layers_beyond_a_limit_are_not_read(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a cell of too many bytes nor too many rows."""
    data = database(tmp_path / "a", "CREATE TABLE a (b)", ROWS)
    assert content("plan.gpkg", data) is not None
    monkeypatch.setattr(f"planner.verify.content.{limit}", 1000)
    assert content("plan.gpkg", data) is None

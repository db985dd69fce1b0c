"""What a reader finds in plan.xlsx and plan.gpkg, whichever program has saved them.

A viewer may write a file again without a change to what it says: QGIS before 3.24 opens a
GeoPackage in another journal mode, Excel and LibreOffice order and pack a workbook in ways of their
own. So the manifest has, beside the sha256 of a file's bytes, one of its content.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.message import say
from planner.verify.tables import sha256
from planner.verify.xlsx import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LAYERS, WORKBOOK = "plan.gpkg", "plan.xlsx"
JOURNALS = ("-wal", "-journal")
"""Ends of the names of files that hold changes, or what to undo: read together with the layers."""

BESIDE = (*(f"{LAYERS}{end}" for end in (*JOURNALS, "-shm")), f"~${WORKBOOK}")
"""Files that a program keeps beside one of these while it is open there."""

LEFT = ("thumbs.db", "desktop.ini")
"""Files, in small letters, that Windows leaves in a folder that somebody has looked at."""

State = Literal["written", "saved", "changed"]
"""Of a file: its bytes are as they were, or only what it says, or neither."""

MAX_BYTES = 200_000_000
MAX_CELL = 20_000_000
MAX_ROWS = 1_000_000
MAX_STEPS = 300_000
"""Of layers that may be anything: the bytes of the file and of a cell, the rows of all tables, and
the thousands of steps that reading may take."""

OF_THE_WRITER = {"gpkg_contents": "last_change", "gpkg_ogr_contents": "feature_count"}
"""Columns in which a program notes that it was there."""


def content(name: str, data: bytes) -> str | None:
    """Return the sha256 of what a file says.

    Of layers that is every row of every table, shapes and styles among them; of a workbook every
    cell of the sheets that are shown, but none of its formats.

    Parameters
    ----------
    name : str
        Of a file in a run folder.
    data : bytes

    Returns
    -------
    str or None
        None for a file of another name, or one that can't be read.
    """
    try:
        parts = _layers(data) if name == LAYERS else _cells(data) if name == WORKBOOK else ()
    except (sqlite3.Error, ValueError):
        return None
    return _digest(b"".join(parts)).hex() if parts else None


def state(run: Path, name: str, digest: str, contents: Mapping[str, str]) -> State:
    """Tell what became of a file since it was written.

    Parameters
    ----------
    run : Path
        The folder it is in.
    name : str
    digest : str
        sha256 of its bytes, as the manifest tells it.
    contents : mapping
        Name of a file -> sha256 of what it says, as the manifest tells it.
    """
    path = run / name
    if sha256(path) == digest and not _journals(path):
        return "written"
    try:
        found = content(name, settled(path))
    except (OSError, ValueError, sqlite3.Error):
        found = None
    return "saved" if found is not None and found == contents.get(name) else "changed"


def settled(path: Path) -> bytes:
    """Return the bytes of a file, with the changes that another program keeps beside it.

    Raises
    ------
    ValueError
        If there are too many.
    OSError, sqlite3.Error
        If they can't be read.
    """
    beside = _journals(path)
    _bounded(path, *beside)
    if not beside:
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for file in (path, *beside):
            shutil.copyfile(file, copy.with_name(file.name))
        with closing(sqlite3.connect(copy)) as base:
            base.execute("PRAGMA schema_version").fetchone()  # undoes what was not finished
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _bounded(copy)
        return copy.read_bytes()


def _journals(path: Path) -> list[Path]:
    if path.name != LAYERS:
        return []
    beside = [path.with_name(f"{path.name}{end}") for end in JOURNALS]
    return [file for file in beside if file.is_file() and file.stat().st_size]


def _bounded(*files: Path) -> None:
    if sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise ValueError(say("more than {} bytes", MAX_BYTES))


def opened(data: bytes) -> sqlite3.Connection:
    """Open layers that may be anything, to read tables and nothing else.

    Raises
    ------
    sqlite3.Error
        If they can't be opened.
    """
    if not data.startswith(b"SQLite format 3\x00"):
        raise sqlite3.DatabaseError("file is not a database")
    base = sqlite3.connect(":memory:")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
    # In memory there is but one journal mode, whichever a program left the file in.
    base.deserialize(data[:18] + b"\x01\x01" + data[20:])
    base.execute("PRAGMA trusted_schema = OFF")
    steps = iter(range(MAX_STEPS))
    base.set_progress_handler(lambda: next(steps, None) is None, 1000)
    return base


def _digest(told: str | bytes) -> bytes:
    data = told.encode("utf-8", "surrogatepass") if isinstance(told, str) else told
    return hashlib.sha256(data).digest()


def _layers(data: bytes) -> list[bytes]:
    """Return a digest of each row, whose order is of no account."""
    with closing(opened(data)) as base:
        made = "SELECT type, name, tbl_name, sql, rootpage FROM sqlite_master"
        found = [row for row in base.execute(made) if not row[1].startswith("sqlite_")]
        parts = [_digest(repr(row[:4])) for row in found]
        for kind, name, *_, root in found:
            if kind == "table" and root:  # a virtual table keeps its rows in others
                parts += islice(_rows(base, name), MAX_ROWS + 1 - len(parts))
        if len(parts) > MAX_ROWS:
            raise ValueError(say("more than {} rows", MAX_ROWS))
        return sorted(parts)


def _rows(base: sqlite3.Connection, name: str) -> Iterator[bytes]:
    """Yield a digest of each row of a table in which nothing is computed."""
    computed = base.execute("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden", [name])
    if computed.fetchone()[0]:
        raise ValueError(say("no table {} of plain columns", name))
    quoted = name.replace('"', '""')
    rows = base.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a name, in quotes
    columns = [column for column, *_ in rows.description]
    noted = columns.index(OF_THE_WRITER[name]) if name in OF_THE_WRITER else None
    for row in rows:
        cells = [cell for place, cell in enumerate(row) if place != noted]
        yield _digest(repr((name, cells)))


def _cells(data: bytes) -> list[bytes]:
    """Return a digest of each row that holds anything; all programs keep 15 digits of a number."""
    parts = []
    for sheet in read_workbook(data):
        for row in (sheet.head, *sheet.rows):
            cells = sorted((letters, cell) for letters, cell in row.items() if cell != "")
            told = [(at, cell if isinstance(cell, str) else f"{cell:.15g}") for at, cell in cells]
            parts += [_digest(repr((sheet.name, told)))] if told else []
    return parts

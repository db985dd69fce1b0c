"""The files of a run and those it was made from, against the manifest: their bytes and content.

A viewer may write a file again without a change to what it says: QGIS before 3.24 opens a
GeoPackage in another journal mode, Excel and LibreOffice order and pack a workbook in ways of their
own. So the manifest has, beside the sha256 of a file's bytes, one of its content.
"""

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Literal

from planner.message import Message, join, say
from planner.verify import tables
from planner.verify.checks import Check, check
from planner.verify.run_files import Manifest
from planner.verify.table_rows import there
from planner.verify.tables import sha256
from planner.verify.workbooks import read_workbook

ALWAYS = ("assignments.csv", "plan.json", "scenario.toml")
READ = tuple(tables.COLUMNS)
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


def check_files(run: Path, manifest: Manifest) -> Iterator[Check]:
    """Check every file of the run folder, and that there is no other.

    A file that another program has saved is told, and holds if it says what it said.
    """
    wrong = [
        say("{}: not in the manifest", name) for name in ALWAYS if name not in manifest.outputs
    ]
    told = [say("{} as the manifest says", len(manifest.outputs))]
    for name, digest in manifest.outputs.items():
        now = state(run, name, digest, manifest.contents)
        if now == "saved":
            told.append(say("{}: saved by another program, its content is the same", name))
        elif now == "changed":
            wrong += _differs(run / name, name, digest)
            if name in manifest.contents:
                wrong.append(say("{}: its content is another", name))
    names = (path.name for path in run.iterdir())
    # Hidden files are those of file managers and locks of programs that have a file open.
    present = {name for name in names if not name.startswith(".") and name.lower() not in LEFT}
    known = {*manifest.outputs, "manifest.json", *ALWAYS, *BESIDE}
    wrong += [say("{}: not in the manifest", name) for name in sorted(present - known)]
    yield check(say("files"), wrong, join(told))


def check_inputs(folder: Path, manifest: Manifest, other: Collection[Message]) -> Iterator[Check]:
    """Check that the tables are those that the run was made from; name those that are not."""
    read = {there(folder, name) for name in READ}
    wrong = [say("{}: not in the manifest", n) for n in sorted(read - manifest.inputs.keys())]
    if other:
        names = join(other, ", ")
        told = say(
            "the run was made from other tables than those in {} (--data names a folder): {}",
            folder,
            names,
        )
        wrong = [told, *wrong]
    yield check(say("inputs"), wrong, say("{} tables as the manifest says", len(manifest.inputs)))


def other_tables(folder: Path, manifest: Manifest) -> list[Message]:
    """Return the tables that the run was made from and that are not these."""
    now = {name: sha256(folder / name) for name in manifest.inputs}
    return [
        say("{}", name) if now[name] else say("{} (missing)", name)
        for name, digest in manifest.inputs.items()
        if now[name] != digest
    ]


def _differs(path: Path, name: str, digest: str) -> list[Message]:
    found = sha256(path)
    if found is None:
        return [say("{}: missing", name)]
    if found != digest:
        return [say("{}: changed, expected sha256 {}, found {}", name, digest[:12], found[:12])]
    return [say("{}: another file beside it changes it", name)]

"""The rows of a data folder's tables, as whatever program saved them wrote them down."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from planner.errors import Problem
from planner.message import reason, say
from planner.verify.fields import read_bytes
from planner.verify.numbers import StoredNumber
from planner.verify.workbooks import sheets

Rows = list[tuple[int, dict[str, str]]]
NAMELESS = "(unnamed:_[0-9]+(_level_[0-9]+)?)?"
"""What pandas calls a column without a name, or nothing."""
EXACT = 2**53
"""Whole numbers of this size are not all held by a workbook."""


def table_rows(
    folder: Path, file: str, columns: Sequence[str], problems: list[Problem]
) -> tuple[Rows, str]:
    """Read a table that must have some columns; those of other names are read as well.

    Parameters
    ----------
    problems : list of Problem
        What is wrong is added.

    Returns
    -------
    rows : list of (int, dict of str to str)
        Line and cells by column, of every row that holds anything.
    separator : str
        What stands between cells; nothing in a workbook.
    """
    file = there(folder, file)
    if not file.endswith(".csv"):
        return _from_workbook(folder / file, file, columns, problems), ""
    text = _text(folder / file, file, problems)
    if text is None:
        return [], ","
    said = re.match(r'"?sep=(.)', text, re.IGNORECASE)
    separators = said[1] if said else ",;\t"
    try:
        # Which one stands between cells shows in the header: it finds the columns.
        by = max(separators, key=lambda mark: len({*_header(text, mark)} & {*columns}))
        cut = list(_cut(text, by))[said is not None :]
        return list(_named(cut, file, columns, problems)), by
    except csv.Error as error:
        problems.append(Problem(file, None, "", "", say("CSV ({})", error)))
        return [], ","


def there(folder: Path, file: str) -> str:
    """Return the name of the file that a table is read from: its CSV, else a workbook."""
    stem = file.removesuffix(".csv")
    names = (file, f"{stem}.xlsx", f"{stem}.ods")
    return next((name for name in names if (folder / name).exists()), file)


def _from_workbook(path: Path, file: str, columns: Sequence[str], problems: list[Problem]) -> Rows:
    """Read the first sheet that has the columns."""
    try:
        found = [rows for rows in sheets(path) if rows]
    except (OSError, ValueError) as error:
        problems.append(Problem(file, None, "", "", say("a workbook ({})", reason(error))))
        return []
    fit = [rows for rows in found if {*columns} <= {_column(cell) for cell in rows[0][1]}]
    rows = list(_named((fit or found or [[]])[0], file, columns, problems))
    expected = say("text: a workbook keeps 15 digits of a number")
    problems += [
        Problem(file, line, column, cell[:40], expected)
        for line, row in rows
        for column, cell in row.items()
        if isinstance(cell, StoredNumber) and abs(cell.value) >= EXACT
    ]
    return rows


def _text(path: Path, file: str, problems: list[Problem]) -> str | None:
    raw = read_bytes(path, file, problems)
    if raw is None:
        return None
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
        if wide or not _western(text):
            problems.append(Problem(file, None, "", "", say("text in UTF-8")))
            return None
    return unicodedata.normalize("NFC", text)


def _western(text: str) -> bool:
    """Tell whether what Excel saves as plain CSV in western Europe was saved as nothing else.

    That is so if it has no other letters than these. In central Europe æ and ø are other ones,
    but no å is beside them.
    """
    letters = re.sub("[\x00-\x7f\u00a0\u2026\u2018\u2019\u201c\u201d\u2013\u2014§°]", "", text)
    if re.search("[^ÄÉÓÖÜßäéóöüÅåÆæØø]", letters):
        return False
    if re.search("[ÆæØø]", letters) and not re.search("[Åå]", letters):
        return False
    return bool(letters or re.search("[0-9]\u00a0[0-9]", text))


def _cut(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row that holds anything ends, and its cells."""
    reader: Any = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    yield from ((reader.line_num, row) for row in reader if any(map(str.strip, row)))


def _header(text: str, separator: str) -> list[str]:
    try:
        return [_column(cell) for cell in next(_cut(text, separator), (1, []))[1]]
    except csv.Error:  # names in quotes with something else between them
        return []


def _column(name: str) -> str:
    return re.sub(r"\s+", "_", name.strip()).lower()


def _named(
    rows: Sequence[tuple[int, list[str]]],
    file: str,
    columns: Sequence[str],
    problems: list[Problem],
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with their cells by column; what has no name has no cell either."""
    header = [_column(cell) for cell in rows[0][1]] if rows else []
    missing = [name for name in columns if name not in header]
    if missing:
        problems.append(Problem(file, 1, ", ".join(missing), "", say("these columns")))
        return
    while re.fullmatch(NAMELESS, header[-1]):
        header.pop()
    for line, cells in rows[1:]:
        # A workbook's rows end with the last cell that holds anything.
        row = cells if file.endswith(".csv") else [*cells, *[""] * (len(header) - len(cells))]
        if len(row) < len(header) or any(map(str.strip, row[len(header) :])):
            expected = say("as many cells as the header has")
            problems.append(Problem(file, line, "", "", expected))
        else:
            yield line, dict(zip(header, row, strict=False))

"""Write the tables of written.toml anew, each by the program that it names (see README.md).

python tests/written/make.py [NAME ...]
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from pathlib import Path

import openpyxl

HERE = Path(__file__).resolve().parent
PLAIN = {path.stem: path for path in sorted((HERE / "plain").rglob("*.csv"))}
"""The tables as the contract has them, by name."""

TEXT = {
    "code", "county_code", "code_a", "code_b", "municipality_code", "orgnr", "name", "seat", "kind",
    "train", "town", "note", "open_june_2024", "institution", "short", "campus_town", "degrees",
    "degrees_sourced", "size_class", "name_basis", "type", "school_forms", "status", "basis",
    "state_area",
}  # fmt: skip
"""Columns that are never numbers."""

LOCALES = {"Sweden": "sv-SE", "Germany": "de-DE", "US": "en-US"}
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>{}</value></prop></item></oor:items>
"""
ENDS = {"crlf": "\r\n", "cr": "\r", "lf": "\n"}


def plain(table: str) -> list[list[str]]:
    """Return the header and the rows of a table, as text."""
    with PLAIN[table].open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def form(table: str, out: Path, **how: str) -> None:
    """Write a table as text, in the form that a program with a window is known to give it.

    `sep`, `decimal`, `thousands`, `encoding`, `end` and `quote` say how; `first` is a line before
    the header, `right` counts empty columns beside it and `under` empty rows below. `mark` begins
    with a byte order mark and `lines` are left empty at the end. `zeros=lost` takes leading zeros
    from codes, `digits` writes longer codes as Excel shows them, `minus` is a true minus sign and
    `percent` puts its sign behind shares.
    """
    header, *rows = plain(table)
    width = len(header) + int(how.get("right", 0))
    cells = [[_number(name, cell, how) for name, cell in zip(header, r, strict=True)] for r in rows]
    cells = [[*row, *[""] * (width - len(row))] for row in [header, *cells]]
    cells += [[""] * width] * int(how.get("under", 0))
    text = io.StringIO()
    quoting = csv.QUOTE_NONE if how.get("quote") == "none" else csv.QUOTE_MINIMAL
    end = ENDS[how.get("end", "crlf")]
    writer = csv.writer(
        text,
        delimiter=how.get("sep", ",").replace("tab", "\t"),
        lineterminator=end,
        quoting=quoting,
        quotechar=None if quoting == csv.QUOTE_NONE else '"',
    )
    writer.writerows(cells)
    whole = how.get("first", "") + end * ("first" in how) + text.getvalue()
    whole = "\ufeff" * ("mark" in how) + whole + end * int(how.get("lines", 0))
    whole = unicodedata.normalize(how.get("normal", "NFC"), whole)
    out.write_bytes(whole.encode(how.get("encoding", "utf-8")))


def _number(name: str, cell: str, how: dict[str, str]) -> str:
    """Write a cell as a program shows it."""
    if name in TEXT or not cell:
        if "digits" in how and cell.isdigit() and len(cell) > int(how["digits"]):
            return f"{int(cell):.2E}".replace(".", how.get("decimal", "."))
        lost = how.get("zeros") == "lost" and cell.isdigit()
        return str(int(cell)) if lost else cell
    whole, _, part = cell.partition(".")
    marks = {"nbsp": "\u00a0", "space": " "}
    if "thousands" in how:
        mark = marks.get(how["thousands"], how["thousands"])
        whole = f"{int(whole):,}".replace(",", mark) if whole != "-0" else whole
    percent = "%" if "percent" in how and "_pct_" in name else ""
    if "minus" in how:
        whole = whole.replace("-", "\u2212")
    return whole + (how.get("decimal", ".") + part if part else "") + percent


def workbook(table: str, out: Path, **how: str) -> None:
    """Write a table as a workbook: codes as text, the rest as numbers.

    `shown` gives the numbers a format, `codes=format` makes numbers of codes that show their
    zeros, `codes=number` such that do not; `above` is a title over the header, `second` another
    sheet behind or before, `formulas` has sums for numbers, `percent` parts of one for per cent.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    header, *rows = plain(table)
    if "above" in how:
        sheet.append([how["above"]])
        sheet.append([])
    sheet.append(header)
    for row in rows:
        sheet.append([_value(name, cell, how) for name, cell in zip(header, row, strict=True)])
        for name, cell in zip(header, sheet[sheet.max_row], strict=True):
            cell.number_format = _format(name, cell.value, how)
    if how.get("second") == "behind":
        book.create_sheet("Anteckningar").append(["Källa:", "registret"])
    elif how.get("second") == "before":
        book.create_sheet("Läs mig", 0).append(["Källa:", "registret"])
        book.active = 1
    book.save(out)


def _value(name: str, cell: str, how: dict[str, str]) -> object:
    if not cell:
        return None
    if name in TEXT:
        return int(cell) if "codes" in how and cell.isdigit() else cell
    if "formulas" in how:
        return f"={cell}+0"
    if "percent" in how and "_pct_" in name:
        return round(float(cell) / 100, 6)
    return float(cell) if "." in cell else int(cell)


def _format(name: str, value: object, how: dict[str, str]) -> str:
    if how.get("codes") == "format" and name in TEXT and isinstance(value, int):
        return "0" * len(f"{value:04}")
    if "percent" in how and "_pct_" in name:
        return "0.0%"
    if "shown" in how and isinstance(value, int | float):
        return "#,##0" if isinstance(value, int) else "#,##0.000"
    return "General"


def make(entry: dict[str, str], work: Path) -> None:
    """Have a program write one file."""
    out = HERE / "files" / entry["file"]
    kind, *words = entry["command"].split(" ")
    if kind in ("form", "workbook"):
        how = dict(word.split("=", 1) for word in words)
        {"form": form, "workbook": workbook}[kind](entry["table"], out, **how)
        return
    locale = LOCALES[entry["country"]]
    profile = work / locale
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user/registrymodifications.xcu").write_text(PROFILE.format(locale), "utf-8")
    with tempfile.TemporaryDirectory(dir=work) as name:
        here = Path(name)
        table = entry["table"]
        (here / f"{table}.csv").write_bytes(PLAIN[table].read_bytes())
        workbook(table, here / "general.xlsx")
        workbook(table, here / "shown.xlsx", shown="yes")
        types = ["String" if n in TEXT else "Real" for n in plain(table)[0]]
        (here / f"{table}.csvt").write_text(",".join(types), "utf-8")
        command = entry["command"].replace("soffice", "soffice --headless $PROFILE", 1)
        subprocess.run(
            ["/bin/bash", "-ec", command],
            cwd=here,
            check=True,
            env={**os.environ, "T": table, "PROFILE": f"-env:UserInstallation=file://{profile}"},
        )
        out.write_bytes((here / "out").read_bytes())


def main() -> None:
    """Make those that are named, or all."""
    entries = tomllib.loads((HERE / "written.toml").read_text("utf-8"))["written"]
    (HERE / "files").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for entry in entries:
            if not sys.argv[1:] or entry["file"] in sys.argv[1:]:
                make(entry, Path(work))


if __name__ == "__main__":
    main()

"""Coverage-guided fuzzing of every reader: whatever the bytes, an answer or a list of problems.

    python tests/support/fuzz.py -max_total_time=600

The first byte of an input chooses the reader, the rest is its file. Needs atheris (Linux). What
makes a reader raise anything else than InputError, use a gigabyte or take 20 seconds is written
to the current folder as crash-*, oom-* or timeout-*; give its path to play it again.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["planner"]):
    from planner.analysis.replay import read_history
    from planner.case.read import read_inputs
    from planner.errors import InputError
    from planner.scenario.load import load_scenario
    from planner.scenario.sweep import load_sweep
    from planner.verify.calendar_csv import COLUMNS, read_calendar
    from planner.verify.rules import read_rules
    from planner.verify.run_files import read_assignments, read_manifest, read_plan
    from planner.verify.workbooks import read_workbook

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from broken.scenarios import SMALL
from country import FILES, OUTLINES, make_country

FOLDER = Path(tempfile.mkdtemp())
COUNTRY = make_country(FOLDER / "country")
RUN = FOLDER / "run"
TABLES = (*FILES.values(), OUTLINES, "country.toml")
SOUND = {file: (COUNTRY / file).read_bytes() for file in TABLES}
RUN_FILES = ("plan.json", "manifest.json", "scenario.toml", "assignments.csv", "calendar.csv")
CHOICES = len(TABLES) + len(RUN_FILES) + 5

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row/><row><c r="A2" t="n"><v>1</v></c><c r="B2" t="inlineStr"><is><t>a</t></is></c></row>'
    b"</sheetData></worksheet>"
)


def table(file: str, data: bytes) -> None:
    """Read the country with one file changed."""
    (COUNTRY / file).write_bytes(data)
    try:
        read_inputs(COUNTRY)
    finally:
        (COUNTRY / file).write_bytes(SOUND[file])


def other(choice: int, data: bytes) -> None:
    """Read one of the files that are no tables."""
    if choice < len(RUN_FILES):
        path = RUN / RUN_FILES[choice]
        path.write_bytes(data)
        readers = (
            read_plan, lambda run, _: read_manifest(run), read_rules, read_assignments,
            read_calendar,
        )  # fmt: skip
        readers[choice](RUN, [])
        return
    choice -= len(RUN_FILES)
    if choice == 0:
        workbook(data)
    elif choice == 1:
        (COUNTRY / "offices" / "replay.toml").write_bytes(data)
        read_history(COUNTRY)
    elif choice == 2:
        (FOLDER / "sweep.toml").write_bytes(data)
        load_sweep(FOLDER / "sweep.toml")
    elif choice == 3:
        (FOLDER / "odd.toml").write_bytes(data)
        load_scenario(str(FOLDER / "odd.toml"), COUNTRY)
    else:
        load_scenario("small", COUNTRY, data.decode("utf-8", "replace").split("\n")[:5])


def workbook(data: bytes) -> None:
    """Read a workbook with one sheet, which is as it is given."""
    book = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    book += b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    book += b'<sheet name="a" r:id="x"/></sheets></workbook>'
    links = b'<a><b Id="x" Target="worksheets/sheet1.xml"/></a>'
    with zipfile.ZipFile(RUN / "plan.xlsx", "w") as packed:
        packed.writestr("xl/workbook.xml", book)
        packed.writestr("xl/_rels/workbook.xml.rels", links)
        packed.writestr("xl/worksheets/sheet1.xml", data)
    with contextlib.suppress(ValueError):
        read_workbook((RUN / "plan.xlsx").read_bytes())


def one_input(data: bytes) -> None:
    """Read some bytes as one of the files."""
    if not data:
        return
    choice = data[0] % CHOICES
    try:
        if choice < len(TABLES):
            table(TABLES[choice], data[1:])
        else:
            other(choice - len(TABLES), data[1:])
    except InputError as error:
        str(error).encode("utf-8")


def seeds() -> Path:
    """Write the sound files as the inputs to begin with."""
    folder = FOLDER / "seeds"
    folder.mkdir()
    texts = [SOUND[file] for file in TABLES]
    texts += [b'{"offices": [{}], "termination": {"gap": 1e-3}}', b'{"inputs": {}, "outputs": {}}']
    texts += [SMALL.encode(), b"unit,id,period,office,km,minutes,principals\ncounty,01,P,A,1,2,3\n"]
    texts += [(",".join(COLUMNS) + "\n").encode(), SHEET]
    texts += [b'[[dates]]\ndate = "2022"\nbest = "small"\n', SMALL.encode(), SMALL.encode()]
    texts += [b"offices.count=3\nunits.level=county\n"]
    for choice, text in enumerate(texts):
        (folder / str(choice)).write_bytes(bytes([choice]) + text)
    return folder


if __name__ == "__main__":
    RUN.mkdir()
    (COUNTRY / "offices").mkdir(exist_ok=True)
    (COUNTRY / "scenarios").mkdir()
    (COUNTRY / "scenarios" / "small.toml").write_text(SMALL, encoding="utf-8")
    limits = ["-rss_limit_mb=1000", "-timeout=20", "-max_len=20000"]
    given = sys.argv[1:]
    corpus = [] if any(not one.startswith("-") for one in given) else [str(seeds())]
    atheris.Setup([sys.argv[0], *limits, *given, *corpus], one_input)
    atheris.Fuzz()

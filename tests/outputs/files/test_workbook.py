"""The workbook and the calendar's CSV: typed, safe, the same every time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from dataclasses import replace
from string import Formatter

import pandas as pd
import pytest
from openpyxl import load_workbook

import rollouts
from country import country_tables, make_country
from outputs.handmade import context_of, weighed, weighed_scenario, workbook_of
from outputs.handmade import scenario as static_scenario
from planner.calendar.calendar import make_calendar
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
from planner.message import LANGUAGES
from planner.outputs.files.spreadsheet import calendar_csv
from planner.outputs.files.workbook import NAME_MOST, WORDS, tab_names
from planner.outputs.words.text import load_texts
from planner.verify import Check, Verification

PERIODS = (
    {"name": "2022H2", "starts": "2022-09-01", "months": 4},
    {"name": "2023", "months": 12},
)
HELD = {
    "01": [("0101", 2), ("0101", 2)],
    "02": [("0101", 3), ("0201", 3)],
    "03": [("0101", 1), ("0201", 3)],
}
HOSTILE = (
    '=HYPERLINK("http://x.example","a")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "http://x.example/;=1",
    '{=1+1} <b>&amp;]]> it\'s "so"',
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small country with hostile names, its plan, scenario and calendar."""
    return make(tmp_path_factory.mktemp("made"))


def make(folder, shuffle=0):
    tables = country_tables()
    for row, name in zip(tables["principals"], HOSTILE, strict=True):
        row["name"] = name
    for code, name in (("0101", "=Norr:*?/[]"), ("0201", "'Mitt'")):
        for row in tables["municipalities"]:
            if row["code"] == code:
                row["seat"] = name
    if shuffle:
        for rows in tables.values():
            random.Random(shuffle).shuffle(rows)  # noqa: S311 - any order will do
    inputs = read_inputs(make_country(folder, tables))
    scenario = rollouts.scenario(PERIODS)
    plan = rollouts.plan(inputs, HELD, unmet={"02": 1}, periods=PERIODS)
    return plan, inputs, scenario, make_calendar(plan, inputs, scenario, travel_matrix(inputs))


def opened(data):
    return load_workbook(io.BytesIO(data))


def rows_of(book, name):
    """Rows of a sheet as dicts by header."""
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book(made):
    return opened(workbook_of(*made[:3]))


def test_sheets_stand_in_order(book):
    """The overview, then what the design asks for, one calendar an office."""
    assert book.sheetnames == [
        "Översikt", "Kontor", "Regioner", "Kommuner", "Huvudmän", "Perioder", "Personal", "Kvartal",
        "Kal. =Norr", "Kal. 'Mitt", "Kriterier", "Bevis", "Antaganden", "Källor",
        "Kvalitetssäkring",
    ]  # fmt: skip


def test_no_cell_is_computed_or_linked_by_what_it_says(book):
    """Hostile names are plain strings; the only links go to the workbook's own sheets."""
    names = {row["Huvudman"] for row in rows_of(book, "Huvudmän")}
    assert set(HOSTILE) <= names
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                link = cell.hyperlink
                assert link is None or (sheet.title == "Översikt" and link.target is None)


def test_every_link_of_the_overview_leads_to_a_sheet(book):
    """One link a sheet, towns with quotes in their names among them."""
    links = [cell.hyperlink.location for cell in book["Översikt"]["A"] if cell.hyperlink]
    quoted = [f"'{name.replace(chr(39), chr(39) * 2)}'!A1" for name in book.sheetnames[1:]]
    assert links == quoted


def test_cells_have_types(book):
    """Numbers, dates and codes come out as what they are; a code keeps its zero."""
    place = rows_of(book, "Kommuner")[0]
    assert place["Kommunkod"] == "0101"
    assert place["Huvudmän (antal)"] == 4
    assert place["Behöriga till gymnasiet 2022 (%)"] == 85
    period = rows_of(book, "Perioder")[1]
    assert period["Börjar"] == dt.datetime(2023, 1, 1)  # noqa: DTZ001 - as sheets have it
    assert period["Kostnad (mnkr)"] == 1.5
    assert (period["Dialoger (antal)"], period["Väntar vid slutet (antal)"]) == (8, 1)
    assert rows_of(book, "Perioder")[0]["Period"] == "hösten 2022"
    assert "Rådgivare hösten 2022 (antal)" in rows_of(book, "Personal")[0]


def test_headers_stay_in_sight_and_can_be_filtered(book):
    """Every sheet but the overview has a filter over all its rows."""
    for sheet in book:
        assert sheet.freeze_panes is not None
        if sheet.title != "Översikt":
            assert sheet.auto_filter.ref.startswith("A1:")
            assert sheet.auto_filter.ref.endswith(str(sheet.max_row))


def test_calendars_hold_everyone_once(made, book):
    """By office, in the calendar's order; those planned are as many as the plan's dialogues."""
    plan, _, _, calendar = made
    for office, tab in zip(plan.offices, ("Kal. =Norr", "Kal. 'Mitt"), strict=True):
        rows = rows_of(book, tab)
        entries = calendar.entries[calendar.entries["office"] == office.code]
        assert len(rows) == len(entries)
        planned = [row for row in rows if row["Lista"] == "planerad"]
        held = sum(b.dialogues for b in plan.dialogues if b.office == office.code)
        assert len(planned) == held
        assert {row["Kvartal"] for row in planned} <= {
            "2022 kv 3", "2022 kv 4", "2023 kv 1", "2023 kv 2", "2023 kv 3", "2023 kv 4",
        }  # fmt: skip
    assert len(rows_of(book, "Huvudmän")) == len(calendar.entries) == 21


def test_sole_traders_have_no_name(book):
    """They are counted in their municipality and nothing more is said."""
    alone = [r for r in rows_of(book, "Huvudmän") if r["Typ"] == "enskild, ej namngiven"]
    assert len(alone) == 15
    assert all(not row["Organisationsnummer"] for row in alone)
    assert {row["Huvudman"] for row in alone if row["Kommun"] == "Norr"} == {
        "Enskild huvudman i Norr (ej namngiven)"
    }


def test_regions_tell_dialogues_and_unmet_by_county(book):
    """What is not met is never silent."""
    counties = {row["Län"]: row for row in rows_of(book, "Regioner")}
    assert counties["Mellan"]["Kontor"] == "'Mitt'"
    assert counties["Mellan"]["Dialoger i länet (antal)"] == 6
    assert counties["Mellan"]["Utan dialog i länet (antal)"] == 1


def test_criteria_stand_beside_the_reference(made):
    """Value, the other plan's value and the difference are numbers, shares in per cent."""
    plan, inputs, scenario, _ = made
    reference = rollouts.plan(inputs, HELD, periods=PERIODS)
    criteria = plan.criteria | {"mean_km": 12.5}
    reference = replace(reference, scenario="announced", criteria=criteria)
    data = workbook_of(plan, inputs, scenario, reference=reference)
    rows = {row["Mått"]: row for row in rows_of(opened(data), "Kriterier")}
    assert rows["Medelavstånd"]["Den aviserade planen"] == 12.5
    assert rows["Medelavstånd"]["Skillnad"] == -2.5
    assert rows["Medelavstånd"]["Planen är"] == "bättre"
    assert rows["Andel som har långt"]["Planen"] == 25
    assert rows["Andel som har långt"]["Enhet"] == "%"


def test_a_weighted_sum_has_a_sheet_with_its_lines_as_numbers(made, book):
    """60 km + 0.1 x 300 km + 3 x 5 points - 0.2 x 50 points, and a plan of 70 km beside it."""
    assert "Målen vägda" not in book.sheetnames
    plan, inputs, _, _ = made
    asked = weighed_scenario(rollout={"periods": PERIODS})
    other = replace(weighed(plan, asked, mean_km=70.0), scenario="announced")
    data = workbook_of(weighed(plan, asked), inputs, asked, reference=other)
    *rows, total = rows_of(opened(data), "Målen vägda")
    assert [row["I summan (km)"] for row in rows] == pytest.approx([60, 30, 15, -10])
    share = rows[2]
    assert (share["Mål"], share["Omräkningstal"]) == ("Andel som har långt", 3)
    assert share["Omräkningstalets enhet"] == "km per procentenhet"
    assert (share["Planen"], share["Enhet"]) == (5, "%")
    assert rows[0]["Den aviserade planen"] == 70
    assert (total["I summan (km)"], total["Den aviserade planen, i summan (km)"]) == (95, 105)
    alone = rows_of(opened(workbook_of(weighed(plan, asked), inputs, asked)), "Målen vägda")
    assert not any("aviserade" in name for name in alone[0])


def test_assumptions_and_sources_are_listed(made, book):
    """Values with units and ranges; every input file with its checksum."""
    _, inputs, _, _ = made
    uptake = rows_of(book, "Antaganden")[0]
    assert (uptake["Värde"], uptake["Lägst"], uptake["Högst"], uptake["Enhet"]) == (80, 70, 90, "%")
    sums = {row["Fil"]: row["Kontrollsumma (SHA-256)"] for row in rows_of(book, "Källor")}
    assert inputs.files.items() <= sums.items()
    roads = next(row for row in rows_of(book, "Källor") if row["Fil"] == "travel/roads.csv")
    assert (roads["Källa"], roads["Rader (antal)"]) == ("inte angiven", 6)


def test_what_the_sheet_of_assurance_says_is_in_cells(made):
    """A row a statement, in the words of the sheet; the blanks are there to be filled in."""
    found = Verification("", (Check("hours", ok=False, detail="Norr: 3 too many"),), ())
    rows = rows_of(opened(workbook_of(*made[:3], verification=found)), "Kvalitetssäkring")
    said = {row["Vad"]: row["Uppgift"] for row in rows if row["Vad"]}
    assert said["Dialogerna ryms i rådgivarnas arbetstid"] == "HÅLLER INTE: Norr: 3 too many"
    assert said["Ansvarig chef"].endswith("Namn:; Datum:; Underskrift:")
    assert list(dict.fromkeys(row["Del"] for row in rows)) == [
        "Syfte", "Uppgifter och deras kvalitet", "Antaganden", "Kontroller",
        "Kända begränsningar", "Ansvar och underskrifter",
    ]  # fmt: skip


def test_english_has_its_words_and_formats(made):
    """Tabs, headers and number formats follow the language."""
    book = opened(workbook_of(*made[:3], language="en"))
    assert book.sheetnames[:3] == ["Overview", "Offices", "Regions"]
    assert rows_of(book, "Municipalities")[0]["Municipality code"] == "0101"
    formats = {c.number_format for row in book["Municipalities"].iter_rows(min_row=2) for c in row}
    assert all("809" in form for form in formats - {"General"})


def test_a_plan_of_sites_alone_has_no_sheets_of_work(made):
    """No calendar, no staff, no quarters; everything else is there."""
    plan, inputs, _, _ = made
    scenario = static_scenario(rollout={"periods": PERIODS})
    book = opened(workbook_of(plan, inputs, scenario))
    assert not {"Personal", "Kvartal"} & set(book.sheetnames)
    assert not any(name.startswith("Kal.") for name in book.sheetnames)
    assert len(rows_of(book, "Huvudmän")) == 21
    assert "Rådgivare (antal)" not in rows_of(book, "Perioder")[0]


@pytest.mark.slow
def test_the_same_bytes_whatever_the_order_of_rows(made, tmp_path):
    """Shuffled tables, another day: the same workbook but for the files' checksums."""
    data = workbook_of(*made[:3])
    assert data == workbook_of(*made[:3])
    plan, inputs, scenario, _ = make(tmp_path, shuffle=5)
    inputs = replace(inputs, files=made[1].files)
    assert data == workbook_of(plan, inputs, scenario)
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("names", "tabs"),
    [
        (["Kal. A/B"], ["Kal. A B"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 29 + " 2"]),
        (["A", "a"], ["A", "a 2"]),
        (["'quoted'", "[]:*?/\\"], ["quoted", "-"]),
        (["\U0001f3eb" * 20], ["\U0001f3eb" * 15]),
    ],
)
def test_tabs_have_names_that_spreadsheets_take(names, tabs):
    """At most 31 UTF-16 units, no forbidden signs, none twice whatever the case."""
    assert tab_names(names) == tabs
    assert all(len(tab.encode("utf-16-le")) // 2 <= NAME_MOST for tab in tabs)


def test_both_languages_have_the_same_words():
    """Every word of the workbook in Swedish and in English, with the same gaps to fill."""
    swedish, english = (load_texts(language, *WORDS).strings for language in LANGUAGES)
    assert swedish.keys() == english.keys()
    for key, text in swedish.items():
        gaps = [{n for _, n, _, _ in Formatter().parse(t) if n} for t in (text, english[key])]
        assert gaps[0] == gaps[1], key


def test_csv_has_everyone_in_order_and_nothing_live(made):
    """One row a principal; codes keep their zeros, hostile names an apostrophe."""
    plan, inputs, scenario, calendar = made
    context = context_of(plan, inputs, scenario)
    rows = list(csv.DictReader(io.StringIO(calendar_csv(context))))
    assert [row["id"] for row in rows] == list(calendar.entries.index)
    assert rows[0]["office"] == "0101"
    names = {row["name"] for row in rows}
    assert {f"'{name}" for name in HOSTILE[:4]} <= names
    assert all(cell[:1] not in set("=+-@\t\r") for row in rows for cell in row.values() if cell)
    read = pd.read_csv(io.StringIO(calendar_csv(context)), dtype={"office": str})
    assert read["km"].dtype == "float64"

"""The assurance sheet: printed from the run, in plain words, with room for signatures."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

import planner.verify
import rollouts
from outputs.handmade import full, scenario
from planner.outputs.words import assurance
from planner.outputs.words.assurance import assurance_rows, make_assurance
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import MISSING, load_texts
from planner.verify import Check, Verification

CHECKS = (
    Check("files", ok=True, detail="3 as the manifest says"),
    Check("one office each", ok=True, detail="3 units"),
    Check("criteria.mean_km", ok=True, detail="58.1049"),
    Check("connected regions", ok=True, detail="not asked for", applies=False),
    Check("independent bound on waiting", ok=True, detail="no plan below 1200"),
    Check("some new check", ok=True, detail="done"),
)
VERIFIED = Verification("runs/small", CHECKS, ("that the tables are true",))


def assurance_of(plan, inputs, asked, found, language="sv", **options):
    return make_assurance(Proofs(plan, asked, inputs, load_texts(language)), found, **options)


def part(sheet, heading):
    return next(part for part in sheet.parts if part.heading == heading)


def results(sheet, heading="Kontroller"):
    return dict(part(sheet, heading).tables[-1].rows)


@pytest.fixture(scope="module")
def sheet(small, small_plan):
    return assurance_of(full(small_plan), small, scenario(), VERIFIED)


def test_the_parts_stand_in_the_order_of_the_handbook(sheet):
    assert [part.heading for part in sheet.parts] == [
        "Syfte", "Uppgifter och deras kvalitet", "Antaganden", "Kontroller", "Kända begränsningar",
    ]  # fmt: skip


def test_every_check_is_told_with_its_result(sheet):
    """In words; a rule that the scenario lacks is not said to hold; the folder is checked last."""
    assert results(sheet) == {
        "Var och en hör till ett enda kontor i varje period": "håller",
        "Medelavstånd, uträknat på nytt: 58,1\u00a0km": "håller",
        "Varje region hänger ihop": "regeln finns inte här",
        "En egen, enklare gräns för måttet ”Väntan” motsäger inte lösarens": "håller",
        "some new check": "håller",
    }
    said = " ".join(part(sheet, "Kontroller").paragraphs)
    assert "(5 kontroller). 4 håller, 1 gäller regler som scenariot inte har" in said


def test_a_check_that_fails_comes_first_and_warns(small, small_plan):
    wrong = Check("hours", ok=False, detail="Norr: 12 too many")
    found = replace(VERIFIED, checks=(*CHECKS, wrong))
    sheet = assurance_of(small_plan, small, scenario(), found)
    assert next(iter(results(sheet).items())) == (
        "Dialogerna ryms i rådgivarnas arbetstid",
        "HÅLLER INTE: Norr: 12 too many",
    )
    said = " ".join(part(sheet, "Kontroller").paragraphs)
    assert "1 visar fel. Planen får inte användas" in said
    assert "ingen visar fel" not in said


def test_what_is_only_claimed_is_not_said_to_hold(small, small_plan):
    """The goal is named, and that its bound is the solver's word; it is no rule left out."""
    bounds = (
        Check("independent bound on waiting", ok=True, detail="", claim="waiting optimal 9"),
        Check("independent bound on cost_msek", ok=True, detail="", applies=False, claim="cost"),
        Check("ranges", ok=True, detail="", claim="that no plan as good lies outside"),
    )
    sheet = assurance_of(small_plan, small, scenario(), replace(VERIFIED, checks=bounds))
    assert set(results(sheet).values()) == {"motsägs inte, men bekräftas inte heller"}
    said = " ".join(part(sheet, "Kontroller").paragraphs)
    assert "sägs vara bevisat om måttet ”Väntan” och måttet ”Kostnad”" in said
    assert "men inte att ingen annan plan ligger utanför" in said
    assert "(3 kontroller). 3 håller, 0 gäller regler" in said
    assert "lösarens ord" not in " ".join(
        part(assurance_of(small_plan, small, scenario(), VERIFIED), "Kontroller").paragraphs
    )
    assert "måttet ”ranges”" not in said


def test_a_plan_that_was_not_verified_says_so(small, small_plan):
    sheet = assurance_of(small_plan, small, scenario(), None)
    checks = part(sheet, "Kontroller")
    assert "inte räknats om" in " ".join(checks.paragraphs)
    assert checks.tables == ()


def test_the_gap_of_a_rollout_is_told_only_where_there_is_one(small, small_plan):
    for asked, told in ((rollouts.scenario(), True), (scenario(), False)):
        checks = part(assurance_of(small_plan, small, asked, None), "Kontroller")
        assert any("utbyggnadens mål" in text for text in checks.paragraphs) is told


def test_every_check_of_the_verifier_has_words():
    code = "".join(
        file.read_text("utf-8") for file in Path(planner.verify.__file__).parent.glob("*.py")
    )
    names = set(re.findall(r'\bcheck\(\s*(?:say\(\s*)?"([^"]+)"', code)) | {
        "exchange of one office"
    }
    assert len(names) > 35
    for language in ("sv", "en"):
        t = load_texts(language, "assurance")
        assert [
            n for n in sorted(names - {"files", "criteria.{}"}) if not t.has(f"check.{n}")
        ] == []


def test_stages_are_told_with_bound_and_gap(sheet):
    proved = part(sheet, "Kontroller").tables[0]
    assert proved.rows[1] == (
        "Måttet ”Väntan”",
        "Bland planer som följer reglerna och är lika bra på måttet ”Medelavstånd”",
        "1\u00a0234 huvudmannamånader", "1\u00a0230 huvudmannamånader",
        "4 huvudmannamånader (0,33\u00a0%)", "bevisat inom begärd marginal (0\u00a0%)",
    )  # fmt: skip
    limits = part(sheet, "Kända begränsningar").points
    among = "bland planer som följer reglerna och är lika bra på måttet ”Medelavstånd”"
    (point,) = (point for point in limits if "inte bevisat bäst på måttet ”Väntan”" in point)
    better = "bättre än 1 234 huvudmannamånader, men högst 4 huvudmannamånader (0,33 %)"
    assert f"{among} kan någon vara {better}" in point.replace("\u00a0", " ")


def test_data_tell_source_date_rows_and_gaps(real_inputs, announced):
    """What the data folder says of a file, and what is counted in it."""
    sheet = assurance_of(announced, real_inputs, scenario(), None)
    rows = {row[0]: row[1:] for row in part(sheet, "Uppgifter och deras kvalitet").tables[0].rows}
    assert len(rows) == len(real_inputs.files) - 1
    roads = rows["Vägar och färjor mellan kommunernas centralorter"]
    assert roads[:3] == ("OpenStreetMap", MISSING, "3\u00a0177")
    old = (real_inputs.principals["status"] == "register_2020_only").sum()
    assert (
        f"{old} finns bara i registret från 2020."
        in rows["Skolhuvudmän med organisationsnummer"][3]
    )


def test_a_folder_that_tells_no_sources_gets_no_made_up_ones(small, small_plan):
    rows = part(assurance_of(small_plan, small, scenario(), None), "Uppgifter och deras kvalitet")
    roads = next(row for row in rows.tables[0].rows if row[0] == "travel/roads.csv")
    assert roads[1:] == ("inte angiven", MISSING, "6", "inga angivna")


def test_offices_on_unverified_towns_are_named(small, small_plan):
    """Ost's premises are unverified by their only row; Norr's are sourced."""
    sites = small.sister_sites
    shaky = sites["basis"].mask(sites["municipality_code"] == "0301", "unverified")
    inputs = replace(small, sister_sites=sites.assign(basis=shaky))
    points = part(assurance_of(small_plan, inputs, scenario(), None), "Kända begränsningar").points
    assert any("Syster har lokaler i Ost är obekräftat" in point for point in points)


def test_roles_have_blanks_to_fill_in(sheet):
    assert [row[0] for row in sheet.roles.rows] == [
        "Beställare", "Utredare", "Granskare", "Ansvarig chef",
    ]  # fmt: skip
    assert all(row[2:] == ("", "", "") for row in sheet.roles.rows)
    assert sheet.roles.head[2:] == ("Namn", "Datum", "Underskrift")


def test_rows_for_other_exports_say_all_of_it(sheet):
    """One row a statement: nothing is left out on the way to a table."""
    rows = assurance_rows(sheet)
    said = " ".join(text for row in rows for text in row)
    for one in sheet.parts:
        for text in (*one.paragraphs, *one.points):
            assert text in said
        for table in one.tables:
            assert all(cell in said for row in table.rows for cell in row)
    assert ("Syfte", "Scenario", "Två kontor") in rows
    assert rows[-1][:2] == ("Ansvar och underskrifter", "Ansvarig chef")
    assert rows[-1][2].endswith("Namn:; Datum:; Underskrift:")


def test_english_says_it_in_english(small, small_plan):
    sheet = assurance_of(full(small_plan), small, scenario(), VERIFIED, language="en")
    assert sheet.title == "Assurance"
    assert results(sheet, "Checks")["Every region is connected"] == "no such rule here"
    assert [row[0] for row in sheet.roles.rows] == [
        "Commissioner",
        "Analyst",
        "Assurer",
        "Approver",
    ]


def test_the_solver_is_named_with_its_version(small, small_plan, monkeypatch):
    """A plan may be shown where its solver is not installed: the name alone is then known."""

    def solver():
        rows = dict(part(assurance_of(small_plan, small, scenario(), None), "Syfte").tables[0].rows)
        return rows["Uträknat med"]

    assert f"lösaren HiGHS {version('highspy')}." in solver()
    monkeypatch.setitem(assurance.SOLVERS, "highs", ("HiGHS", "no-such-package"))
    assert "lösaren HiGHS." in solver()

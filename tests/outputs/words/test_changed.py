"""What was changed, in words: in the heading of everything that is written of a plan."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from contextlib import closing

import pytest

from country import make_country
from planner.data import load
from planner.outputs.words.changed import heading_of, title_of
from planner.outputs.words.text import load_texts
from planner.scenario.load import scenario_names
from planner.scenario.override import settings
from planner.workflows.run import RunRequest, run_scenario
from verify.small import ROLLOUT

UNSAID = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z]+\b|\b\d{4}\b(?<!20\d\d)")
"""A key with its underscores or points, or the code of a town."""

SV, EN = load_texts("sv"), load_texts("en")


@pytest.fixture(scope="module")
def real():
    """The tables that ship."""
    return load()


def line(real, *given, name="decision-2022", t=SV):
    return heading_of(real.scenario(name, given), real.inputs, t).line.replace("\u00a0", " ")


def test_nothing_is_said_where_nothing_was_changed(real):
    heading = heading_of(real.scenario("decision-2022"), real.inputs, SV)
    assert heading.title == "Förslag enligt 2022 års regler, inte beslutet"
    assert heading.question.startswith("Tio kontor")
    assert (heading.line, heading.changes) == ("", ())


def test_a_change_is_said_and_title_and_question_are_marked(real):
    scenario = real.scenario("decision-2022", ["offices.count=8"])
    swedish, english = (heading_of(scenario, real.inputs, t) for t in (SV, EN))
    assert swedish.title == "Förslag enligt 2022 års regler, inte beslutet (ändrad)"
    assert swedish.question.startswith("Scenariot utan ändringarna: Tio kontor")
    assert swedish.line == "Ändrat: antal kontor 8 i stället för 10."
    assert english.line == "Changed: number of offices 8 in place of 10."
    assert title_of(scenario, EN).endswith("(changed)")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('sites.required=["0184","1880"]', "orter som ska ha kontor: Solna och Örebro i stället för Solna"),  # noqa: E501
        ('sites.excluded=["2080"]', "orter som inte får ha kontor: Falun i stället för inga"),
        ("sites.candidates=seats", "orter att välja bland: alla kommuners centralorter i stället för orter där SPSM har kontor"),  # noqa: E501
        ("offices.count=[8,12]", "antal kontor 8\u201312 i stället för 10"),
        ("limits.max_km={most=400}", "gräns, högst: längsta avstånd 400 km (nytt)"),
        ("limits={}", "gräns, högst: kontor långt från lärarutbildning 0 kontor (borttaget)"),
        ("thresholds.beyond_km=200", "längre än så är ”långt” till kontoret 200 km i stället för 150 km"),  # noqa: E501
        ("objective.rates.spread=1.5", "omräkningstal: spridning över landet 1,5 km per km i stället för 1 km per km"),  # noqa: E501
        ("rollout.periods.1.hires_most=14", "högst så många anställs 2023 14 rådgivare i stället för 10 rådgivare"),  # noqa: E501
        ('rollout.opens={"1280"="2022H2"}', "malmö öppnar hösten 2022 (nytt)"),
        ("dialogues.uptake=0.9", "andel huvudmän som tackar ja 90 % i stället för 80 %"),
        ("solver.gap=0.02", "så nära det bästa räcker 2,00 % i stället för 0,50 %"),
        ("rollout.may_close=true", "kontor får stänga igen ja i stället för nej"),
        ('objective.then=["unmet"]', "därefter, bland lika bra planer: utan dialog i stället för väntan"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_setting_is_named_in_words_with_its_unit(real, given, said):
    assert line(real, given).lower() == f"ändrat: {said}.".lower()


def test_of_many_changes_the_first_are_said_and_the_others_counted(real):
    given = [f"rollout.periods.{n}.budget_msek={m}" for n, m in enumerate((26, 62, 86, 72))]
    few = line(real, *given)
    assert few.count(";") == 3
    more = line(real, *given, "offices.count=8", "solver.gap=0.02")
    assert more.endswith("; och 2 till.")
    assert more.count("i stället för") == 4


def test_work_and_periods_that_go_are_one_change_each(real, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'extends = "decision-2022"\nwithout = ["dialogues", "staffing", "money", "calendar"]\n'
        '[title]\nsv = "Mitt"\nen = "Mine"\n[objective]\nthen = []\n',
        encoding="utf-8",
    )
    heading = heading_of(real.scenario(str(own)), real.inputs, SV)
    assert heading.title == "Mitt"
    assert heading.line.startswith(
        "Ändrat mot ”Förslag enligt 2022 års regler, inte beslutet”: "
        "dialoger, personal och kostnader planeras inte; "
    )
    assert len([c for c in heading.changes if "money" in c.name or "staffing" in c.name]) == 0


def test_every_setting_of_every_shipped_scenario_has_words(real):
    """No key of a file, and no code of a town, is left for a reader to guess."""
    base = real.scenario("decision-2022")
    for name in scenario_names(real.folder):
        scenario = real.scenario(name)
        pairs = {key: (None, value) for key, value in settings(scenario).items()}
        for t in (SV, EN):
            for change in heading_of(scenario.told_against(base), real.inputs, t, pairs).changes:
                told = f"{change.name} {change.now}"
                assert not UNSAID.search(told), told


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The run of a small scenario with one office in place of two."""
    place = tmp_path_factory.mktemp("changed")
    folder = make_country(place / "country")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(ROLLOUT, encoding="utf-8")
    run_scenario(RunRequest("small", folder, ["offices.count=1"], place / "run", "sv"))
    return place / "run"


SAID = "Ändrat: antal kontor 1 i stället för 2."


@pytest.mark.slow
def test_it_stands_in_the_heading_of_map_and_report(changed):
    for name, place in (("map.html", 'id="changed"'), ("report.html", "")):
        page = (changed / name).read_text("utf-8")
        (said,) = re.findall(rf'<p class="changed"\s*{place}>(.*?)</p>', page)
        assert said == SAID
        assert re.search(r"<h1[^>]*>Litet \(ändrad\)</h1>", page)


@pytest.mark.slow
def test_all_of_it_stands_in_a_table_of_the_report(changed):
    page = (changed / "report.html").read_text("utf-8")
    assert "Ändrat mot Litet" in page
    assert re.search(r'<th scope="row">Antal kontor</th>\s*<td>2</td>\s*<td>1</td>', page)


@pytest.mark.slow
def test_it_stands_in_the_workbook(changed):
    with zipfile.ZipFile(changed / "plan.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        assert f">{SAID}<" in texts
        assert "Förut: 2; Nu: 1" in texts
        assert "Litet (ändrad)" in book.read("docProps/core.xml").decode()


@pytest.mark.slow
def test_it_stands_in_the_description_of_every_layer(changed):
    with closing(sqlite3.connect(changed / "plan.gpkg")) as base:
        told = [text for (text,) in base.execute("SELECT description FROM gpkg_contents")]
    layers = [text for text in told if text]
    assert len(layers) >= 9
    assert all(text.startswith(f"Litet (ändrad). {SAID}") for text in layers if "stil" not in text)

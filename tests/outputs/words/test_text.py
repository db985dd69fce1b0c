"""Strings and numbers: both languages say everything, and write numbers their own way."""

from __future__ import annotations

import math
import re
from pathlib import Path
from string import Formatter

import pytest

import planner
from planner.case.read import default_data_folder
from planner.criteria import CRITERIA
from planner.message import LANGUAGES, WORDS, translations
from planner.outputs.words.basis import assumption_name
from planner.outputs.words.facts import MEASURES
from planner.outputs.words.text import format_number, load_texts
from planner.scenario.load import load_scenario, scenario_names

SV, EN = load_texts("sv"), load_texts("en")
CODE = Path(planner.__file__).parent
FOLDER = CODE / "outputs"
FILES = {
    language: {f.stem for f in (FOLDER / "words" / language).glob("*.toml")} - {"messages"}
    for language in LANGUAGES
}
"""The files of each language; of what is written in the code there is a table in the others."""
NAMES = sorted(FILES["en"])


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_line_breaks_between_a_number_and_its_unit():
    for language in LANGUAGES:
        t = load_texts(language, "sensitivity", "gis", "map", "rules")
        assert t("unit.km", n="1") == "1\u00a0km"
        apart = [key for key, text in t.strings.items() if re.search(r"\} (%|(km|mnkr)\b)", text)]
        assert apart == []
    assert load_texts("sv", "sensitivity")("sensitivity.share", town="A", share=1) == "A (1\u00a0%)"


def test_every_language_has_the_same_files():
    assert len(LANGUAGES) > 1
    assert len(NAMES) > 15
    assert {language: files for language, files in FILES.items() if files != FILES["en"]} == {}
    folders = {each.name for each in WORDS.iterdir() if each.joinpath("web.toml").is_file()}
    assert folders == set(LANGUAGES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_says_all_that_english_does_with_the_same_values(language, name):
    ours, english = (load_texts(each, name).strings for each in (language, "en"))
    assert set(ours) == set(english)
    assert name == "common" or len(ours) > len(EN.strings)
    for key, text in ours.items():
        assert placeholders(text) == placeholders(english[key]), key


def test_every_language_but_english_has_a_table_of_messages():
    assert {each for each in LANGUAGES if not translations(each)} == {"en"}


def test_every_string_that_code_and_templates_name_exists():
    files = [*CODE.rglob("*.py"), *CODE.rglob("templates/*.html")]
    named = {
        key
        for file in files
        for key in re.findall(r"""\bt\(\s*["']([a-z_.]+)["']""", file.read_text("utf-8"))
        if not key.endswith(".")
    }
    assert len(named) > 500
    assert sorted(named - set(load_texts("sv", *NAMES).strings)) == []


def test_every_string_that_the_map_names_exists_and_every_one_of_its_own_is_named():
    parts = [*(FOLDER / "templates" / "map").glob("*.js"), FOLDER / "templates" / "map.html"]
    parts += [FOLDER / "drawing" / "map_data.py", FOLDER / "pages" / "map.py"]
    code = "".join(part.read_text("utf-8") for part in parts)
    ours = load_texts("sv", "map").strings
    named = set(re.findall(r'"((?:map|unit|word|offices)\.[a-z_]*[a-z])"', code))
    named -= {"map.css", "map.html"}
    assert named <= set(ours)
    made = {f"map.layer_{n}" for n in re.findall(r'layer\("([a-z]+)"', code)}
    made |= {f"map.colour_{n}" for n in ("regions", "time", "none")}
    assert {key for key in ours if key.startswith("map.")} == made | {
        key for key in named if key.startswith("map.")
    }


def test_every_criterion_has_a_name_a_meaning_and_a_unit():
    assert set(CRITERIA) | {"contiguous"} == set(MEASURES)
    for name, measure in MEASURES.items():
        for key in (f"criterion.{name}.name", f"criterion.{name}.meaning", f"unit.{measure.unit}"):
            assert SV.has(key), key


def test_every_assumption_of_the_scenarios_that_ship_has_words(real_inputs):
    folder = default_data_folder()
    for name in scenario_names(folder):
        scenario = load_scenario(name, folder)
        for key, quantity in scenario.quantities().items():
            for t in (SV, EN):
                assert assumption_name(key, scenario, real_inputs, t) != key, key
            of, per, one = quantity.unit.partition(" per ")
            words = [f"unit_of.{of}", f"unit_one.{one}"] if per else [f"assumption.unit.{of}"]
            assert [key for key in words if not SV.has(key)] == []


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (1234.56, 1, "1\u00a0234,6", "1,234.6"),
        (2793, 0, "2\u00a0793", "2,793"),
        (1234567, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (-0.5, 1, "\u22120,5", "\u22120.5"),
        (-0.04, 1, "0,0", "0.0"),
        (0.0, 0, "0", "0"),
        (math.nan, 1, "\u2013", "\u2013"),
        (math.inf, 0, "\u2013", "\u2013"),
    ],
)
def test_numbers_follow_the_language(value, decimals, swedish, english):
    assert format_number(value, decimals, "sv") == swedish
    assert format_number(value, decimals, "en") == english


def test_one_thing_and_several_differ():
    assert SV.count("municipalities", 1) == "1 kommun"
    assert SV.count("municipalities", 12) == "12 kommuner"
    assert EN.count("municipalities", 0) == "0 municipalities"


def test_lists_read_as_sentences():
    assert SV.listing(["Luleå"]) == "Luleå"
    assert SV.listing(["Luleå", "Umeå", "Malmö"]) == "Luleå, Umeå och Malmö"
    assert EN.listing([]) == ""


def test_a_string_without_its_value_is_an_error():
    with pytest.raises(KeyError):
        SV("report.title")

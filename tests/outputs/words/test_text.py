"""Strings and numbers: both languages say everything, and write numbers their own way."""

from __future__ import annotations

import math
import re
from pathlib import Path
from string import Formatter

import pytest

import planner.outputs
from planner.case.read import default_data_folder
from planner.outputs.words.assumptions import assumption_name
from planner.outputs.words.facts import MEASURES
from planner.outputs.words.text import format_number, load_texts
from planner.scenario.criteria import CRITERIA
from planner.scenario.load import load_scenario, scenario_names

SV, EN = load_texts("sv"), load_texts("en")
FOLDER = Path(planner.outputs.__file__).parent
ALONE = ("sv", "en", "rules", "messages")
BESIDE = sorted(f.stem for f in (FOLDER / "text").glob("*.toml") if f.stem not in ALONE)
"""Files in which Swedish and English stand side by side."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_line_breaks_between_a_number_and_its_unit():
    for language in ("sv", "en"):
        t = load_texts(language, "sensitivity", "gis", "map", "rules")
        assert t("unit.km", n="1") == "1\u00a0km"
        apart = [key for key, text in t.strings.items() if re.search(r"\} (%|(km|mnkr)\b)", text)]
        assert apart == []
    assert load_texts("sv", "sensitivity")("sensitivity.share", town="A", share=1) == "A (1\u00a0%)"


def test_both_languages_have_the_same_keys():
    assert set(SV.strings) == set(EN.strings)


def test_both_languages_fill_in_the_same_values():
    for key, text in SV.strings.items():
        assert placeholders(text) == placeholders(EN.strings[key]), key


def test_every_string_that_code_and_templates_name_exists():
    files = [*FOLDER.glob("*.py"), *(FOLDER / "templates").glob("*.html")]
    named = {
        key
        for file in files
        for key in re.findall(r"""\bt\(\s*["']([a-z_.]+)["']""", file.read_text("utf-8"))
        if not key.endswith(".")
    }
    assert len(named) > 100
    assert named <= set(load_texts("sv", *BESIDE).strings)


@pytest.mark.parametrize("name", BESIDE)
def test_files_side_by_side_say_all_in_both_languages_with_the_same_values(name):
    sv, en = (load_texts(language, name).strings for language in ("sv", "en"))
    assert set(sv) == set(en)
    assert len(sv) > len(SV.strings)
    for key, text in sv.items():
        assert placeholders(text) == placeholders(en[key]), key


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

"""Scenarios of the user's own hold what differs, have names that are free, and are never lost."""

from __future__ import annotations

import threading
import tomllib

import pytest

from planner.case.files import default_data_folder
from planner.errors import InputError
from planner.scenario.load import load_scenario
from planner.web.drafts import differences, make_draft, plain, save, slug

DATA = default_data_folder()
BASE = load_scenario("decision-2022", DATA)


def changed(language="sv", **sections):
    tree = plain(BASE) | sections
    del tree["name"]
    return make_draft(BASE, tree, DATA, language)


def test_a_file_says_only_what_differs():
    draft = changed(title={"sv": "Åtta kontor", "en": "Eight"}, offices={"count": 8})
    assert tomllib.loads(draft.text) == {
        "extends": "decision-2022",
        "name": "atta-kontor",
        "title": {"sv": "Åtta kontor", "en": "Eight"},
        "offices": {"count": 8},
    }


def test_a_heading_that_was_left_says_that_something_is_changed():
    """A map of eight offices must not be headed ten."""
    draft = changed(offices={"count": 8})
    assert draft.scenario.title.sv == "Förslag enligt 2022 års regler, inte beslutet (ändrad)"
    assert draft.scenario.title.en == "Proposal under the rules of 2022, not the decision (changed)"
    assert draft.scenario.name == "decision-2022-own"


def test_a_heading_in_one_language_does_not_leave_the_old_one_in_the_other():
    title = plain(BASE)["title"] | {"en": "Eight offices"}
    draft = changed("en", title=title, offices={"count": 8})
    assert draft.scenario.title.sv == draft.scenario.title.en == "Eight offices"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Announced", "announced-own"),
        ("!!!", "decision-2022-own"),
        ("Å" * 500, "a" * 50),
        ("  Fler  kontor, nu! ", "fler-kontor-nu"),
        ("con", "con-own"),
    ],
)
def test_a_name_is_never_that_of_a_shipped_scenario_nor_one_that_no_file_can_have(title, name):
    assert changed(title={"sv": title, "en": title}).scenario.name == name


def test_sections_that_lose_a_key_are_told_whole():
    old = {"a": {"x": 1, "y": 2}, "title": {"sv": "a", "en": "a"}, "solver": {"gap": 0, "nodes": 5}}
    new = {"title": {"sv": "a", "en": "b"}, "solver": {"gap": 0}}
    assert differences(old, new) == {
        "without": ["solver"],
        "title": {"en": "b"},
        "solver": {"gap": 0},
    }


def test_one_of_many_who_save_under_one_name_does_and_the_others_are_told(tmp_path):
    path, outcomes = tmp_path / "scenarios" / "mine.toml", []

    def try_it(number):
        try:
            save(f"n = {number}", path, replace=False)
            outcomes.append(number)
        except InputError as error:
            outcomes.append(str(error.problems[0].expected))

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert path.read_text(encoding="utf-8") == f"n = {winner}"
    assert [each.name for each in path.parent.iterdir()] == ["mine.toml"]
    save("n = 9", path, replace=True)
    assert path.read_text(encoding="utf-8") == "n = 9"


def test_a_draft_knows_what_it_was_made_of():
    scenario = changed(offices={"count": 8}).scenario
    assert scenario.base.name == "decision-2022"
    assert scenario.changed == {"offices.count": (10, 8)}


def test_slugs_are_names_of_files():
    assert slug("Åre & Östersund 2024") == "are-ostersund-2024"

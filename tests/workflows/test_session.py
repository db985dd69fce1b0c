"""What commands begin and end with: the question of an analysis is in its manifest."""

from __future__ import annotations

import json

import pytest

from country import make_country
from planner.workflows.place import Place
from planner.workflows.session import Session
from verify.small import ROLLOUT


@pytest.fixture
def session(tmp_path):
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(ROLLOUT, encoding="utf-8")
    return Session.read(folder, None)


def test_files_are_in_the_datas_language_and_the_terminal_in_english_unless_one_is_asked(session):
    assert (session.language, session.spoken) == (session.data.inputs.country.language, "en")
    chosen = Session.read(session.data.folder, "sv")
    assert (chosen.language, chosen.spoken) == ("sv", "sv")


def test_the_manifest_says_what_was_asked(session, tmp_path):
    question = session.ask("alternatives", "small", ["offices.count=1"], within=2.0)
    out, _ = session.write(Place(tmp_path / "a"), {"a.json": "{}"}, question.told)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["question"] == question.told
    assert manifest["question"]["within"] == 2.0
    assert manifest["heading"] == {}
    assert question.name == "small,offices.count=1"


def test_another_question_does_not_take_an_analysis_place(session, tmp_path):
    written = []
    for within in (1.0, 2.0, 1.0):
        question = session.ask("alternatives", "small", (), within=within)
        place = Place(tmp_path / "alternatives-small")
        written.append(session.write(place, {"a.json": f"{within}"}, question.told)[0].name)
    assert written == ["alternatives-small", "alternatives-small-2", "alternatives-small"]

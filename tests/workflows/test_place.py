"""Where an answer goes: in the place of one to the same question, and of no other."""

from __future__ import annotations

import json
import threading

import pytest

from planner import folders as whole
from planner.errors import InputError
from planner.runs import writing
from planner.runs.writing import Provenance
from planner.workflows.place import Place, asked_of_run, joined, own_name, question
from tiny import tiny_scenario

TABLES = {"a.csv": "1"}


def asked(tables=TABLES, **settings):
    return asked_of_run(tables, tiny_scenario(settings))


def answer(out):
    return (out / "plan.json").read_text("utf-8")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write an answer, by default to ``runs/tiny``; return the folder's name and what is told."""
    monkeypatch.chdir(tmp_path)

    def run(text, provenance, out=None, name="tiny"):
        folder, notes = Place.of(out, name).write({"plan.json": text}, provenance)
        return folder.name, [key for key, _ in notes]

    return run


def test_the_same_question_takes_its_answers_place_and_another_gets_a_number(write, tmp_path):
    eight = {"offices.count": 2}
    assert write("one", asked()) == ("tiny", [])
    assert write("two", asked(**eight)) == ("tiny-2", ["numbered"])
    assert write("one again", asked()) == ("tiny", [])
    assert write("two again", asked(**eight)) == ("tiny-2", ["numbered"])
    assert write("of other tables", asked({"a.csv": "2"})) == ("tiny-3", ["numbered"])
    found = {path.name: answer(path) for path in (tmp_path / "runs").iterdir()}
    assert found == {"tiny": "one again", "tiny-2": "two again", "tiny-3": "of other tables"}


def test_options_and_commands_are_part_of_the_question(write):
    scenario = tiny_scenario()
    for number, options in enumerate(({"within": 1.0}, {"within": 2.0}), start=1):
        made = Provenance(TABLES, 1.0, question=question("alternatives", scenario, **options))
        assert write("x", made, name="a")[0] == ("a" if number == 1 else "a-2")
        assert write("x", made, name="a")[0] == ("a" if number == 1 else "a-2")
    assert write("x", asked(), name="a")[0] == "a-3"


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"inputs": 1}', "[" * 100_000])
def test_what_nobody_can_read_is_left(write, tmp_path, manifest):
    """A folder of the user's own, one of an earlier program, one that is spoilt."""
    taken = tmp_path / "runs" / "tiny"
    taken.mkdir(parents=True)
    (taken / "plan.json").write_text("mine", "utf-8")
    if manifest is not None:
        (taken / "manifest.json").write_text(manifest, "utf-8")
    assert write("one", asked()) == ("tiny-2", ["numbered"])
    assert answer(taken) == "mine"


def test_an_empty_folder_is_free_and_a_file_or_a_loose_link_is_not(write, tmp_path):
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    assert write("one", asked()) == ("tiny", [])
    (tmp_path / "runs" / "file").write_text("mine", "utf-8")
    (tmp_path / "runs" / "file-2").symlink_to("nowhere")
    assert write("one", asked(), name="file") == ("file-3", ["numbered"])
    assert (tmp_path / "runs" / "file-2").is_symlink()


def test_a_folder_that_is_named_is_replaced_and_another_questions_answer_is_told(write, tmp_path):
    out = tmp_path / "mine"
    assert write("one", asked(), out) == ("mine", [])
    assert write("again", asked(), out) == ("mine", [])
    _, ((key, words),) = Place.of(out, "").write(
        {"plan.json": "two"}, asked(**{"offices.count": 2})
    )
    assert (key, words) == ("replaced", {"folder": str(out), "before": "run tiny"})
    assert answer(out) == "two"
    (out / "manifest.json").unlink()
    with pytest.raises(InputError, match="an earlier run to replace"):
        write("three", asked(), out)


def test_a_link_stays_and_what_it_leads_to_is_written(write, tmp_path):
    shared = tmp_path / "shared" / "drive"
    shared.mkdir(parents=True)
    (tmp_path / "link").symlink_to(shared)
    assert write("one", asked(), tmp_path / "link") == ("link", [])
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "tiny").symlink_to(shared)
    assert write("two", asked()) == ("tiny", [])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "runs" / "tiny").is_symlink()
    assert answer(shared) == "two"
    assert [path.name for path in shared.parent.iterdir()] == ["drive"]


def test_what_appears_while_the_files_are_written_stays(tmp_path, monkeypatch):
    """Another process takes the name between the look and the step that takes the place."""
    out, claimed = tmp_path / "tiny", whole._claimed

    def late(new, place):
        if place == out and not place.exists():
            writing.write_run(out, {"plan.json": "theirs"}, asked())
        return claimed(new, place)

    monkeypatch.setattr(whole, "_claimed", late)
    folder, _ = Place(out, replaces=False).write({"plan.json": "ours"}, asked())
    assert (folder.name, answer(folder), answer(out)) == ("tiny-2", "ours", "theirs")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny", "tiny-2"]


@pytest.mark.slow
def test_many_at_once_each_get_a_folder(tmp_path):
    place = Place(tmp_path / "tiny", replaces=False)
    found = []

    def write(number):
        found.append((place.write({"plan.json": str(number)}, asked())[0], str(number)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer(folder) for folder, _ in found} == {number for _, number in found}
    assert len({folder for folder, _ in found}) == 8


def test_a_name_says_what_was_set():
    plain = tiny_scenario()
    assert own_name(plain, plain) == "tiny"
    assert own_name(plain, tiny_scenario({"offices.count": 2})) == "tiny,offices.count=2"
    both = tiny_scenario({"offices.count": 2, "sites.excluded": ["B", "C"]})
    assert own_name(plain, both) == "tiny,sites.excluded=B+C,offices.count=2"
    assert own_name(both, plain) == "tiny,sites.excluded=none,offices.count=1"


def test_a_name_is_one_that_folders_can_have():
    plain = tiny_scenario()
    many = tiny_scenario({"sites.excluded": [f"{n:040}" for n in range(99)], "offices.count": 2})
    assert own_name(plain, many) == "tiny,and-2-more"
    assert len(joined("compare", *("x" * 60,) * 30)) < 130
    assert joined("compare", "runs/a,offices.count=8", "b", "c/own.toml") == (
        "compare-a,offices.count=8-b-own"
    )


def test_a_manifest_says_what_was_asked_and_by_which_program(tmp_path):
    Place(tmp_path / "tiny").write({"plan.json": "x"}, asked())
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text("utf-8"))
    assert manifest["question"].keys() == {"command", "scenario", "asks"}
    assert (manifest["question"]["command"], manifest["failed"]) == ("run", {})
    assert len(manifest["program"]) == 64

"""A report tells of other analyses of the same question, and of no others."""

from __future__ import annotations

import json
import shutil

import pytest

from cli.test_app import SCENARIO
from country import make_country
from outputs.pages import assert_sound
from planner.case.read import read_inputs
from planner.errors import InputError
from planner.outputs.findings import read_findings
from planner.verify import verify_run
from planner.workflows.insight import alternatives
from planner.workflows.run import RunRequest, run_scenario
from planner.workflows.session import Request


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def analysis(country, tmp_path_factory):
    """What `planner alternatives small` has written."""
    out = tmp_path_factory.mktemp("analysis") / "alternatives"
    alternatives(Request("small", country, (), out, "sv"), 5, 10)
    return out


def problems(*arguments):
    with pytest.raises(InputError) as caught:
        read_findings(*arguments)
    return [problem.expected for problem in caught.value.problems]


@pytest.mark.slow
def test_the_report_tells_the_answer_and_the_page_lies_beside_it(country, analysis, tmp_path):
    """Sentences in the report's own language; the run is sealed with the page in it."""
    told = json.loads((analysis / "alternatives.json").read_text("utf-8"))["told"]
    out = tmp_path / "run"
    run_scenario(RunRequest("small", country, (), out, "en", analyses=[analysis]))
    page = assert_sound((out / "report.html").read_text("utf-8"), "en")
    assert told["en"]["answer"]
    for sentence in told["en"]["answer"]:
        assert " ".join(sentence.split()) in page.words
    assert "alternatives.html" in page.values("href")
    assert "#findings" in page.values("href")
    assert (out / "alternatives.html").read_bytes() == (analysis / "alternatives.html").read_bytes()
    assert f"How the answer changes was tried in: {told['en']['title']}." in page.words
    assert verify_run(out, country).ok


@pytest.mark.slow
def test_without_analyses_the_report_says_that_nothing_was_tried(country, tmp_path):
    run_scenario(RunRequest("small", country, (), tmp_path / "run", "sv"))
    page = assert_sound((tmp_path / "run" / "report.html").read_text("utf-8"), "sv")
    assert "är inte prövat i den här körningen" in page.words
    assert "#findings" not in page.values("href")


def test_what_is_no_such_analysis_is_refused(country, analysis, tmp_path):
    """All problems at once: a folder of something else, another scenario, the same twice."""
    inputs = read_inputs(country)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert [text[:10] for text in problems([empty, tmp_path / "none"], "small", inputs)] == [
        "a folder t"
    ] * 2
    assert problems([analysis], "large", inputs) == ["an analysis of large, not of small"]
    assert problems([analysis, analysis], "small", inputs) == ["one analysis of each kind"]


def test_an_analysis_of_other_tables_is_refused(analysis, country, tmp_path):
    other = shutil.copytree(country, tmp_path / "country")
    roads = other / "travel" / "roads.csv"
    roads.write_text(roads.read_text("utf-8").replace("0101,0102,5,", "0101,0102,6,"), "utf-8")
    assert problems([analysis], "small", read_inputs(other)) == ["an analysis of the same tables"]


def test_an_analysis_that_was_changed_is_refused(analysis, country, tmp_path):
    """Nothing gets into a sealed run that is not as its own manifest says."""
    changed = shutil.copytree(analysis, tmp_path / "changed")
    page = changed / "alternatives.html"
    page.write_text(page.read_text("utf-8").replace("</body>", "<img></body>"), "utf-8")
    inputs = read_inputs(country)
    assert problems([changed], "small", inputs) == ["a file as its manifest says"]


@pytest.mark.parametrize("name", ["report.html", "../escaped.html"])
def test_an_analysis_takes_no_place_but_its_own(analysis, country, tmp_path, name):
    bad = shutil.copytree(analysis, tmp_path / "in" / "bad")
    manifest = json.loads((bad / "manifest.json").read_text("utf-8"))
    for ending in ("html", "json"):
        data = (bad / f"alternatives.{ending}").rename(bad / name.replace("html", ending))
        digest = manifest["outputs"].pop(f"alternatives.{ending}")
        manifest["outputs"][name.replace("html", ending)] = digest
        assert data.is_file()
    (bad / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (found,) = problems([bad], "small", read_inputs(country))
    assert found.startswith("a folder that planner alternatives")

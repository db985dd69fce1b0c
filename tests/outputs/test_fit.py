"""Every page that the commands write fits every screen and its sheet, whatever font there is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from screens import PATIENCE, misfits, misprints

pytestmark = pytest.mark.browser

COMMANDS = {
    "run": ("run",),
    "compare": (
        "compare",
        "announced",
        "decision-2022",
        "shortest-distance",
        "free-choice",
        "--lang",
        "en",
    ),
    "alternatives": ("alternatives", "--within", "5"),
    "pareto": ("pareto",),
    "justify": ("justify", "announced", "--lang", "en"),
    "replay": ("replay",),
    "sensitivity": ("sensitivity", "--samples", "10", "--sobol", "64", "--no-rollouts"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the pages of every command on the real tables, most of them in Swedish."""
    folder = tmp_path_factory.mktemp("written")
    told = {**os.environ, "PLANNER_LANG": "sv"}
    told.pop("PLANNER_ANEW")  # a plan of one command serves the next
    for name, words in COMMANDS.items():
        command = [sys.executable, "-m", "planner", *words, "--out", str(folder / name)]
        ended = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        assert ended.returncode in (0, 4), ended.stderr
    return sorted(folder.glob("*/*.html"))


def test_every_page_fits_with_any_font_on_any_screen_and_on_paper(one_font, written):
    """At four widths and two sizes of text; a table that is wider scrolls in its own box."""
    assert len(written) == len(COMMANDS) + 1  # a run has a map and a report
    found = {}
    for file in written:
        page = one_font.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(file.as_uri())
        found[f"{file.parent.name}/{file.name}"] = misfits(page) + misprints(page)
        page.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}

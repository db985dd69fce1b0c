"""The report on paper: A4, the same every time, and one clear message where nothing can print."""

from __future__ import annotations

import re
import stat

import pytest
from typer.testing import CliRunner

from planner.cli import app as cli
from planner.errors import InputError, PlannerError
from planner.outputs.files.pdf import FIXED, find_browser, render_pdf

PAGE = """<!doctype html><html lang="sv"><head><title>Två</title>
<style>@page { size: A4 } section { break-before: page }</style></head>
<body><a href="map.html">Första</a> <a href="#b">b</a>
<section id="b">Andra</section></body></html>"""


@pytest.mark.browser
def test_a_page_prints_the_same_twice_on_a4(chromium):
    """Two sheets of 210 x 297 mm, no date but the fixed one."""
    first, second = (render_pdf(PAGE, chromium) for _ in range(2))
    assert first == second
    assert len(re.findall(rb"/Type\s*/Page\b", first)) == 2
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", first)
    assert [round(float(side) / 72 * 25.4) for side in box.groups()] == [210, 297]
    assert set(re.findall(rb"\(D:[^)]*\)", first)) == {FIXED}
    assert b"file:" not in first  # nor any folder of the machine


@pytest.mark.browser
def test_a_finished_run_is_printed_beside_its_folder(chromium, tmp_path):
    """The sealed folder stays as it is."""
    run = tmp_path / "one"
    run.mkdir()
    (run / "report.html").write_text(PAGE, "utf-8")
    done = CliRunner().invoke(cli.app, ["pdf", str(run)])
    assert done.exit_code == 0
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")
    assert [file.name for file in run.iterdir()] == ["report.html"]


@pytest.mark.slow
def test_no_browser_is_one_clear_message_before_anything_is_solved(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="one of chromium, chromium-browser, google-chrome"):
        find_browser()
    out = tmp_path / "run"
    done = CliRunner().invoke(cli.app, ["run", "--pdf", "--out", str(out)])
    assert isinstance(done.exception, InputError)
    assert len(done.exception.problems) == 1
    assert not out.exists()


def test_a_browser_that_prints_nothing_is_told(tmp_path):
    """Its last words are passed on; a file that is no PDF is not taken for one."""
    script = tmp_path / "browser"
    script.write_text("#!/bin/sh\necho first >&2\necho no display >&2\nexit 0\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(PlannerError, match="printed no PDF: no display"):
        render_pdf(PAGE, str(script))


def test_a_pdf_is_never_put_into_a_sealed_run(tmp_path):
    (tmp_path / "report.html").write_text(PAGE, "utf-8")
    inside = str(tmp_path / "report.pdf")
    done = CliRunner().invoke(cli.app, ["pdf", str(tmp_path), "--out", inside])
    assert isinstance(done.exception, InputError)
    done = CliRunner().invoke(cli.app, ["pdf", str(tmp_path / "nowhere")])
    assert isinstance(done.exception, InputError)


def test_a_report_that_is_no_text_is_told(tmp_path):
    (tmp_path / "report.html").write_bytes(b"\xff\xfe")
    done = CliRunner().invoke(cli.app, ["pdf", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert "report.html" in str(done.exception)

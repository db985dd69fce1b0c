"""Every export of a country whose every text is hostile: nothing runs, computes or breaks.

A new file of a run folder is covered as soon as `exports` returns it; a new page of another
command is covered by its line in PAGES.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from hostile import FORMULAS, STRINGS, make_material
from planner.analysis.comparison import make_comparison
from planner.data import Data
from planner.outputs.context import Context
from planner.outputs.drawing.svgmap import make_land
from planner.outputs.exports import Asked
from planner.outputs.pages.comparison import comparison_article
from planner.outputs.pages.comparison_tables import SideBySide
from planner.outputs.pages.page import Article, Part, Table, render_article
from planner.outputs.pages.replay import render_replay
from planner.outputs.words.text import load_texts
from planner.runs import writing
from planner.workflows.write import make_exports
from screens import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile import Material

PAGES: dict[str, Callable[[Material], str]] = {
    "replay.html": lambda m: render_replay(m.steps, m.inputs, m.travel),
    "compare.html": lambda m: comparison(m),  # noqa: PLW0108 - it stands below
    "analysis.html": lambda m: render_article(analysis(), m.inputs, load_texts("sv")),
}
RUN_PAGES = ("map.html", "report.html")
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})

# What a reader may do to every element of a page, and what is found there afterwards.
POKE = """() => {
  const events = ["pointerover", "mouseover", "mousemove", "focus", "click", "mouseout", "blur"];
  document.querySelectorAll("a").forEach((a) => a.addEventListener("click",
    (event) => event.preventDefault()));
  for (const element of [...document.querySelectorAll("*")]) {
    for (const name of events) element.dispatchEvent(new MouseEvent(name, { cancelable: true }));
    if (element.tabIndex >= 0) {
      element.focus();
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    }
  }
}"""
FOUND = """() => {
  const all = [...document.querySelectorAll("*")];
  const attributes = all.flatMap((e) => [...e.attributes].map((a) => [a.name, a.value]));
  return {
    ran: window.ran ?? null,
    text: document.documentElement.textContent,
    tags: [...new Set(all.map((e) => e.localName))],
    handlers: attributes.filter(([name]) => /^on|^autofocus$|^srcdoc$|^formaction$/.test(name)),
    addresses: attributes.filter(([name]) => /^(xlink:)?(href|src|data|action|poster)$/.test(name))
      .map(([, value]) => value),
    refresh: document.querySelectorAll("meta[http-equiv=refresh i], base").length,
    wide: document.documentElement.scrollWidth,
  };
}"""
# What a picture that failed, or a frame that is drawn, would set off has been set off by then.
SETTLE = """async () => {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((done) => setTimeout(done));
    await new Promise(requestAnimationFrame);
  }
}"""
LIVE = set("=+-@＝＋－＠")  # noqa: RUF001
NEVER = {"img", "iframe", "object", "embed", "video", "audio", "marquee", "math", "plaintext"}
NEVER |= {"xmp", "template", "base", "form", "animate", "source"}


def comparison(m: Material) -> str:
    """Return the page of `planner compare`: the plan beside one with other labels and offices."""
    fewer = replace(m.plan, scenario="fewer", criteria={**m.plan.criteria, "mean_km": 11.0})
    sides = [(" ".join(STRINGS[:9]), m.scenario, m.plan), ("other", m.scenario, fewer)]
    made = make_comparison(sides, m.inputs)
    t, sheet = load_texts("sv", "compare"), make_land(m.inputs)
    shown = SideBySide(made, Data(Path(), m.inputs, m.travel))
    article = comparison_article(shown, t, sheet)
    return render_article(article, m.inputs, t, land=sheet, numbers=list(made.numbers.values()))


def analysis() -> Article:
    """Return what alternatives, pareto, justify and sensitivity are written with, full of texts."""
    every = " ".join(STRINGS)
    table = Table(every, ("", every), tuple((text, text) for text in STRINGS))
    part = Part(every, STRINGS, STRINGS, (), (), (table, replace(table, folded=True)))
    return Article(every, every, STRINGS, (part,))


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    return make_material(tmp_path_factory.mktemp("hostile"), STRINGS)


@pytest.fixture(scope="module")
def files(material):
    """Every file of a run, and the pages of other commands, as bytes by name."""
    m = material
    context = Context(m.plan, m.scenario, Data(Path(), m.inputs, m.travel))
    made: dict[str, str | bytes] = {**writing.plan_files(m.plan, m.scenario)}
    drawn = make_exports(context, Asked())
    assert drawn.failed == {}
    made |= drawn.files
    made |= {name: render(m) for name, render in PAGES.items()}
    return {k: v.encode() if isinstance(v, str) else v for k, v in made.items()}


def plain(text):
    """Return a text as a page may show it: white space runs together, NUL can't be shown."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\0", "\ufffd").split())


def test_there_are_enough_of_them_and_each_is_its_own():
    assert len(set(STRINGS)) == len(STRINGS) >= 100


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("name", [*RUN_PAGES, *PAGES])
def test_in_a_browser_nothing_runs_and_nothing_is_wider_than_the_screen(
    browser, files, tmp_path, name, size
):
    """The page is opened, in the wide window every element is hovered, focused and clicked too."""
    file = tmp_path / name
    file.write_bytes(files[name])
    page = browser.new_page(viewport=size)
    page.set_default_timeout(PATIENCE)
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("popup", lambda popup: said.append(popup.url))
    page.on("request", lambda request: said.append(request.url))
    page.goto(file.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    if size == SIZES[0]:
        page.evaluate(POKE)
        page.evaluate(SETTLE)
    found = page.evaluate(FOUND)
    page.close()
    assert [s for s in said if not s.startswith((file.as_uri(), "data:"))] == []
    assert found["ran"] is None
    assert found["handlers"] == []
    assert found["refresh"] == 0
    assert not NEVER & set(found["tags"])
    allowed = re.compile(r"#|data:image/|[a-z]+\.html$|$")
    assert [a for a in found["addresses"] if not allowed.match(a)] == []
    # What had been taken for markup would be missing from the text.
    shown = plain(found["text"])
    assert [text for text in STRINGS if plain(text) not in shown] == []
    assert max(wide, found["wide"]) <= size["width"]


@pytest.mark.slow
def test_each_file_of_a_run_is_of_a_kind_that_is_tested_here(files):
    """A new kind of file needs a test of its own before it may hold texts."""
    tested = {".html", ".csv", ".xlsx", ".json", ".toml", ".gpkg"}
    assert {name[name.rindex(".") :] for name in files} <= tested
    assert {name for name in files if name.endswith(".html")} == {*RUN_PAGES, *PAGES}


@pytest.mark.slow
def test_no_cell_of_a_csv_is_live(files):
    """However a spreadsheet cuts the lines, no cell begins like a formula."""
    for name in (name for name in files if name.endswith(".csv")):
        text = files[name].decode()
        assert max(text.count(formula) for formula in FORMULAS) > 0 or name == "assignments.csv"
        for separator in ",;\t|":
            for row in csv.reader(io.StringIO(text), delimiter=separator):
                for cell in row:
                    number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
                    assert number or cell.lstrip()[:1] not in LIVE, (name, separator, row)


@pytest.mark.slow
def test_no_cell_of_a_workbook_is_live(files):
    """No formula, no link but to the workbook's own sheets, nothing outside it."""
    for name in (name for name in files if name.endswith(".xlsx")):
        parts = zipfile.ZipFile(io.BytesIO(files[name]))
        for part in parts.namelist():
            text = parts.read(part).decode()
            assert "<f>" not in text, part
            assert 'TargetMode="External"' not in text, part
            assert "externalLink" not in part
        book = load_workbook(io.BytesIO(files[name]))
        texts = set()
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (name, sheet.title, cell.coordinate)
                    assert cell.hyperlink is None or cell.hyperlink.target is None
                    texts.add(plain(str(cell.value)))
        assert {plain(text) for text in FORMULAS if text.isprintable()} <= texts


@pytest.mark.slow
def test_no_style_of_a_geopackage_is_broken_by_a_name(files, tmp_path):
    """A GeoPackage is a database: names are values in it, its styles stay well-formed XML."""
    for name in (name for name in files if name.endswith(".gpkg")):
        (tmp_path / name).write_bytes(files[name])
        with closing(sqlite3.connect(tmp_path / name)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            styles = database.execute("SELECT styleQML FROM layer_styles").fetchall()
        assert styles
        for (style,) in styles:
            words = {e.tag for e in ET.fromstring(style).iter()}  # noqa: S314 - our own
            assert not {"script", "img", "iframe"} & words


@pytest.mark.slow
def test_the_plan_and_the_scenario_keep_every_text_as_it_is(files):
    """What machines read is not disarmed: it comes back letter for letter."""
    plan = json.loads(files["plan.json"])
    assert [office["town"] for office in plan["offices"]] == list(STRINGS)

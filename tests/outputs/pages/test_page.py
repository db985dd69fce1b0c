"""A written-up analysis is a sound page whatever its texts hold, and plots are the same bytes."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from outputs.handmade import HOSTILE, scenario
from outputs.pages import assert_sound
from planner.outputs.drawing.plotting import figure, to_svg
from planner.outputs.pages.page import Article, Part, Plot, Table, render_article
from planner.outputs.words.basis import with_assumptions
from planner.outputs.words.text import load_texts
from screens import PATIENCE


def drawn(name: str, title: str = "a") -> str:
    with figure() as (made, axes):
        axes.plot([0, 1], [1, 2], "o-", label=title)
        axes.set_title(title)
        axes.legend()
        return to_svg(made, name)


def article(text: str = "Ord") -> Article:
    table = Table(text, ("", text), ((text, "1"),), frozenset({1}))
    folded = Table(text, ("", text), ((text, "1"),), folded=True)
    plots = tuple(Plot(drawn(name), text, text) for name in ("one", "two"))
    part = Part(text, (text,), (text,), plots, (), (table, folded))
    return Article(text, text, (text, text), (part, Part(text)))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("text", ["Ord", HOSTILE])
def test_page_is_sound_and_asks_for_nothing(real_inputs, language, text):
    html = render_article(article(text), real_inputs, load_texts(language))
    page = assert_sound(html, language)
    assert page.scripts == []
    assert "alert(1)>" not in html


@pytest.mark.slow
def test_assumptions_come_last_folded_each_once_and_labelled_where_scenarios_differ(real_inputs):
    """One threshold is shared, one is not, and a limit is of one scenario alone."""
    near = scenario()
    far = near.replace(**{"thresholds.university_limit": 60, "limits": {"max_km": {"most": 300}}})
    told = with_assumptions(article(), {"a": near, "b": far}, real_inputs, load_texts("en"))
    assert told.parts[:-1] == article().parts
    (table,) = told.parts[-1].tables
    assert table.folded
    rows = {name: value for name, value, *_ in table.rows}
    assert rows["Farther than this is “far” from the office"] == "200 km"
    assert rows["Farther than this is “far” from teacher education (a)"] == "45 min"
    assert rows["Farther than this is “far” from teacher education (b)"] == "60 min"
    assert rows["Limit, at most: Longest distance (b)"] == "300 km"
    assert len(rows) == len(table.rows)


def test_only_a_column_with_sentences_is_kept_wide():
    rows = (("Ort", "1" * 50, "ja"), ("Ort", "2", "ja, i stället för Härnösand och Östersund."))
    assert Table("", ("", "", ""), rows, frozenset({1})).wide == {2}


@pytest.mark.slow
def test_a_plot_is_the_same_every_time_and_its_ids_are_its_own():
    assert drawn("one") == drawn("one")
    ids = [set(re.findall(r'\bid="([^"]+)"', drawn(name))) for name in ("one", "two")]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', drawn("one")))
    assert {a or b for a, b in used} <= ids[0]


def test_text_in_a_plot_stays_text_and_hostile_names_stay_words():
    svg = drawn("one", "Örebro < $x$ </svg><script>")
    assert "Örebro &lt; $x$ &lt;/svg&gt;&lt;script&gt;" in svg
    assert "<script" not in svg


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
def test_page_meets_wcag_at_any_width(real_inputs, browser, tmp_path, width):
    file = tmp_path / "page.html"
    words = article("Ett ord i en rubrik")
    file.write_text(render_article(words, real_inputs, load_texts("sv")), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(file.as_uri())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": rules}})
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert overflow <= 0

"""The report in a real browser: on paper nothing is hidden, cut or wider than the sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

from outputs.handmade import full, report_of, scenario
from planner.verify import Check, Verification
from screens import PATIENCE

pytestmark = pytest.mark.browser

PAPER = {"width": 680, "height": 980}
"""A4 within its margins, in the browser's pixels."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
NAMES = ("one office each", "hours", "costs", "criteria.mean_km", "connected regions")
SHOWN = """all => all.map(
    t => t.checkVisibility({contentVisibilityAuto: true}) && t.getBoundingClientRect().height > 0
)"""
SOON_SHOWN = f"""async all => {{
    const shown = {SHOWN};
    for (let frame = 0; frame < 300 && !shown(all).every(Boolean); frame++)
        await new Promise(requestAnimationFrame);
    return shown(all);
}}"""
"""The browser may unfold a few frames after it is told to print."""
FOUND = Verification("", tuple(Check(name, ok=True, detail="") for name in NAMES), ())


@pytest.fixture(scope="session")
def html(real_inputs, rollout, announced):
    """The real country, with everything that a report can show."""
    return report_of(
        replace(full(rollout), scenario="decision-2022"),
        real_inputs,
        scenario(),
        reference=announced,
        verification=FOUND,
    )


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page on a screen of a size; it is closed afterwards."""
    pages = []

    def open_page(text, size):
        file = tmp_path / "report.html"
        file.write_text(text, "utf-8")
        pages.append(browser.new_page(viewport=size))
        pages[-1].set_default_timeout(PATIENCE)
        pages[-1].goto(file.as_uri())
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


def test_on_paper_everything_is_shown_and_nothing_is_wider_than_the_sheet(opened, html):
    page = opened(html, PAPER)
    folded = page.locator("details table")
    assert folded.evaluate_all(SHOWN) == [False, False]
    page.emulate_media(media="print")
    assert folded.evaluate_all(SOON_SHOWN) == [True, True]
    assert page.locator("nav").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    wide = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"""
    assert page.locator(".scroll").evaluate_all(wide) == []


def test_only_long_tables_may_go_on_to_another_sheet(opened, html):
    """A table that a sheet has room for stays whole; a row, a map and a chart always do."""
    page = opened(html, PAPER)
    page.emulate_media(media="print")
    tables = page.locator("table").evaluate_all(
        "all => all.map(t => [t.tBodies[0].rows.length, getComputedStyle(t).breakInside])"
    )
    assert len(tables) > 10
    assert {rule for rows, rule in tables if rows < 25} == {"avoid"}
    kept = page.locator("tr, figure").evaluate_all(
        "all => all.map(e => getComputedStyle(e).breakInside)"
    )
    assert set(kept) == {"avoid"}
    totals = page.locator("tfoot").evaluate_all("all => all.map(e => getComputedStyle(e).display)")
    assert set(totals) == {"table-row-group"}  # else every sheet ends with the total


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_unfolded_breaks_no_accessibility_rule_either(opened, small, small_plan, language):
    text = report_of(
        full(small_plan),
        small,
        scenario(),
        reference=small_plan,
        language=language,
        verification=FOUND,
    )
    page = opened(text, {"width": 1440, "height": 900})
    page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true })")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

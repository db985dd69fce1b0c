"""The pages in a real browser: no request leaves, everything works by mouse and by keyboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from outputs.handmade import HOSTILE, full, map_of, report_of, scenario
from screens import PATIENCE

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
SIZES = [WIDE, {"width": 768, "height": 1024}, {"width": 390, "height": 844}]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_the_real_pages_fit_the_screen(show, real_inputs, rollout, rollout_map, size):
    report = report_of(full(rollout), real_inputs, scenario(), reference=rollout)
    for html in (rollout_map, report):
        with show(html, size) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]], ids=lambda size: str(size["width"]))
def test_the_report_breaks_no_accessibility_rule(show, small, small_plan, language, size):
    options = {"reference": small_plan, "reference_name": "den andra", "language": language}
    with show(report_of(full(small_plan), small, scenario(), **options), size) as page:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_hostile_names_never_run(show, small, small_plan):
    offices = tuple(replace(office, town=HOSTILE) for office in small_plan.offices)
    plan = replace(full(small_plan), offices=offices)
    inputs = replace(
        small,
        municipalities=small.municipalities.assign(name=HOSTILE, seat=HOSTILE),
        principals=small.principals.assign(name=HOSTILE),
        counties=small.counties.assign(name=HOSTILE),
        country=replace(small.country, name=HOSTILE, agency=HOSTILE, attribution=(HOSTILE,)),
    )
    title = scenario(title={"sv": HOSTILE, "en": HOSTILE})
    names = {"reference": small_plan, "reference_name": HOSTILE, "plan_name": HOSTILE}
    with show(map_of(plan, inputs, title, **names)) as page:
        page.locator(".office").first.focus()
        page.locator("path[tabindex='0']").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("#figures").inner_text().startswith("</script><img src=x")
        page.locator("#previous").click()
        assert page.locator(".town").first.inner_text() == HOSTILE
        page.locator("#search").fill(HOSTILE)
        assert HOSTILE.split()[0] in page.locator("[role=option]").first.inner_text()
        page.locator("#search").press("Enter")
        page.get_by_role("button", name="English").click()
        assert page.locator("img").count() == 0
    with show(report_of(plan, inputs, title, map_html="map.html")) as page:
        assert page.locator("img").count() == 0


def test_the_content_policy_stops_what_slips_in(browser, rollout_map, tmp_path):
    """Even a page that was tampered with runs nothing and asks nobody."""
    image = "<img src='https://example.invalid/x' onerror='window.ran = 2'>"
    bad = f"<script>window.ran = 1</script>{image}"
    file = Path(tmp_path / "bad.html")
    file.write_text(rollout_map.replace('<main class="atlas">', f"<main>{bad}"), encoding="utf-8")
    assert bad in file.read_text("utf-8")
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()

"""The pages in a real browser: no request leaves, everything works by mouse and by keyboard."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from outputs.handmade import HOSTILE, full, scenario
from planner.outputs.maps import render_map
from planner.outputs.report import render_report

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
SIZES = [WIDE, {"width": 768, "height": 1024}, {"width": 390, "height": 844}]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="session")
def show(browser, tmp_path_factory):
    """Open a page; on leaving it must have asked for nothing and complained of nothing."""
    folder = tmp_path_factory.mktemp("pages")

    @contextmanager
    def opened(html: str, size=WIDE):
        file = folder / "page.html"
        file.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport=size)
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("file:", "data:"))
                else complaints.append(request.url)
            ),
        )
        page.goto(file.as_uri())
        yield page
        page.close()
        assert complaints == []

    return opened


@pytest.fixture(scope="session")
def rollout_map(real_inputs, rollout, announced):
    return render_map(rollout, real_inputs, scenario(), reference=announced)


def towns(page):
    """The names of the offices on the map, from north to south."""
    marks = page.locator(".office").evaluate_all(
        "all => all.map(e => [e.getBoundingClientRect().top, e.innerText.split('\\n').pop()])"
    )
    return [name for _, name in sorted(marks)]


def fills(page):
    return page.locator(".leaflet-overlay-pane path[role=img]").evaluate_all(
        "all => all.map(e => e.getAttribute('fill'))"
    )


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_the_real_pages_fit_the_screen(show, real_inputs, rollout, rollout_map, size):
    report = render_report(full(rollout), real_inputs, scenario(), reference=rollout)
    for html in (rollout_map, report):
        with show(html, size) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]], ids=lambda size: str(size["width"]))
def test_pages_break_no_accessibility_rule(show, small, small_plan, language, size):
    options = {"reference": small_plan, "reference_name": "den andra", "language": language}
    for render in (render_map, render_report):
        with show(render(full(small_plan), small, scenario(), **options), size) as page:
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_periods_step_in_order_and_regions_change(show, rollout_map):
    with show(rollout_map) as page:
        name, following, previous = (
            page.locator(f"#{i}") for i in ("period-name", "next", "previous")
        )
        assert name.inner_text() == "2024"
        assert following.is_disabled()
        assert len(towns(page)) == 10
        last = fills(page)
        seen = []
        while previous.is_enabled():
            previous.click()
            seen.append(name.inner_text())
        assert seen == ["2023", "2022H2"]
        assert towns(page) == ["Luleå", "Härnösand", "Solna", "Malmö"]
        assert fills(page) != last
        slider = page.locator("#period")
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert (name.inner_text(), slider.get_attribute("aria-valuetext")) == ("2023", "2023")
        page.keyboard.press("End")
        assert name.inner_text() == "2024"
        assert fills(page) == last


def test_the_tables_follow_the_map(show, rollout_map):
    with show(rollout_map) as page:
        assert page.locator(".view:visible").evaluate_all(
            "all => all.map(v => v.dataset.view)"
        ) == ["0-2"]
        page.locator("#previous").click()
        shown = page.locator(".view:visible")
        assert shown.get_attribute("data-view") == "0-1"
        assert shown.locator("tbody").first.locator("tr").count() == 4
        page.get_by_label("Den aviserade planen").check()
        assert page.locator(".view:visible").get_attribute("data-view") == "1-0"
        assert page.locator("#period-control").is_hidden()


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("circles", ".leaflet-overlay-pane path[fill='#1b2a3a']"),
        ("lines", ".leaflet-overlay-pane path[stroke-width='0.6'][fill='none']"),
        ("borders", ".leaflet-overlay-pane path[stroke='#5b6b7a']"),
        ("labels", ".town:visible"),
        ("regions", ".spot:visible"),
    ],
)
def test_layers_switch_off_and_on(show, rollout_map, name, drawn):
    with show(rollout_map) as page:
        box = page.locator(f"#layers input[name={name}]")
        before = page.locator(drawn).count()
        assert before > 0
        box.uncheck()
        assert page.locator(drawn).count() == 0
        box.focus()
        page.keyboard.press("Space")
        assert page.locator(drawn).count() == before


def test_without_their_colours_regions_leave_plain_land(show, rollout_map):
    with show(rollout_map) as page:
        assert len(set(fills(page))) == 10
        page.locator("#layers input[name=regions]").uncheck()
        assert len(set(fills(page))) == 1


def test_the_pointer_brings_up_figures(show, rollout_map):
    with show(rollout_map) as page:
        page.locator("path[aria-label^='Jokkmokk,']").hover(force=True)
        tooltip = page.locator(".leaflet-tooltip")
        assert re.search(
            r"Jokkmokk, Norrbottens län\s+Kontor: Luleå \(region 1\)\s+"
            r"Avstånd: [\d,]+\s?km, \d+\s?min",
            tooltip.inner_text(),
        )


def test_the_keyboard_reaches_offices_and_municipalities(show, rollout_map):
    with show(rollout_map) as page:
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            here = page.evaluate(
                "document.activeElement.id || document.activeElement.getAttribute('class')"
                " || document.activeElement.name || document.activeElement.tagName"
            )
            if "office" in here:
                tip = page.locator(".leaflet-tooltip").inner_text()
                assert "kontor i region" in tip
            reached.update(here.split())
        wanted = {"skip", "period", "previous", "search", "regions", "circles", "office"}
        assert wanted <= reached, reached
        assert page.locator("path[tabindex='0']").count() == 1
        page.locator("path[tabindex='0']").focus()
        page.keyboard.press("ArrowUp")
        first = page.locator(".leaflet-tooltip").inner_text()
        page.keyboard.press("ArrowUp")
        assert page.locator(".leaflet-tooltip").inner_text() != first
        assert page.locator("path[tabindex='0']").count() == 1
        page.keyboard.press("Enter")
        chosen = page.locator("#figures").inner_text()
        assert chosen.split() == page.locator(".leaflet-tooltip").inner_text().split()


def test_a_municipality_can_be_searched_for(show, rollout_map):
    with show(rollout_map) as page:
        field = page.locator("#search")
        field.fill("göteborg")
        field.press("Enter")
        assert page.locator("#figures").inner_text().startswith("Göteborg, Västra Götalands län")
        field.fill("Atlantis")
        field.press("Enter")
        assert page.locator("#search-help").inner_text() == "Ingen kommun heter ”Atlantis”."


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_town_names_cover_neither_each_other_nor_a_badge(show, rollout_map, size):
    with show(rollout_map, size) as page:
        boxes = page.locator(".town:visible, .badge").evaluate_all(
            """all => all.map(e => {
              const {left, top, right, bottom} = e.getBoundingClientRect();
              return [e.innerText, left, top, right, bottom];
            })"""
        )
        assert len(boxes) == 20
        for index, (name, *one) in enumerate(boxes):
            for other_name, *other in boxes[index + 1 :]:
                wide = min(one[2], other[2]) - max(one[0], other[0])
                high = min(one[3], other[3]) - max(one[1], other[1])
                assert wide <= 0 or high <= 0, (name, other_name)


def test_the_whole_country_is_in_view_and_comes_back(show, rollout_map):
    with show(rollout_map) as page:
        frame = page.locator(".sheet").bounding_box()

        def land():
            boxes = page.locator("path[role=img]").evaluate_all(
                "all => all.map(e => e.getBoundingClientRect()).map(b => [b.top, b.bottom])"
            )
            return min(top for top, _ in boxes), max(bottom for _, bottom in boxes)

        north, south = land()
        assert frame["y"] <= north
        assert south <= frame["y"] + frame["height"]
        page.get_by_role("button", name="Zooma in").click()
        page.wait_for_timeout(400)
        assert land() != pytest.approx((north, south), abs=1)
        page.get_by_role("button", name="Hela landet").click()
        page.wait_for_timeout(100)
        assert land() == pytest.approx((north, south), abs=1)


def test_hostile_names_never_run(show, small, small_plan):
    offices = tuple(replace(office, town=HOSTILE) for office in small_plan.offices)
    plan = replace(full(small_plan), offices=offices)
    inputs = replace(
        small,
        municipalities=small.municipalities.assign(name=HOSTILE, seat=HOSTILE),
        counties=small.counties.assign(name=HOSTILE),
        country=replace(small.country, name=HOSTILE, agency=HOSTILE, attribution=(HOSTILE,)),
    )
    title = scenario(title={"sv": HOSTILE, "en": HOSTILE})
    with show(
        render_map(plan, inputs, title, reference=small_plan, reference_name=HOSTILE)
    ) as page:
        page.locator(".office").first.focus()
        page.locator("path[tabindex='0']").focus()
        page.keyboard.press("Enter")
        page.locator("#previous").click()
        assert page.locator("img").count() == 0
        assert page.locator(".town").first.inner_text() == HOSTILE
        assert page.locator("#figures").inner_text().startswith("</script><img src=x")
        page.locator("#search").fill(HOSTILE)
        page.locator("#search").press("Enter")
    with show(render_report(plan, inputs, title, map_html="map.html")) as page:
        assert page.locator("img").count() == 0


def test_the_content_policy_stops_what_slips_in(browser, rollout_map, tmp_path):
    """Even a page that was tampered with runs nothing and asks nobody."""
    image = "<img src='https://example.invalid/x' onerror='window.ran = 2'>"
    bad = f"<script>window.ran = 1</script>{image}"
    file = Path(tmp_path / "bad.html")
    file.write_text(rollout_map.replace("<main>", f"<main>{bad}"), encoding="utf-8")
    page = browser.new_page()
    asked = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()

"""The map in a real browser: every control by mouse and by keyboard, in both languages."""

from __future__ import annotations

import re
import statistics
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

from country import (
    DEMAND,
    ROADS,
    WAYS,
    country_tables,
    dateline_country,
    make_country,
    outline_features,
)
from outputs.handmade import county_plan, full, map_of, scenario
from planner.case.read import read_inputs
from screens import PATIENCE

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
SIZES = [WIDE, {"width": 768, "height": 1024}, {"width": 390, "height": 844}]
PHONE = SIZES[-1]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SCREEN = "all => all.map(e => e.getBoundingClientRect()).map(b => [b.top, b.left])"

AT_ITS_MIDDLE = """e => {
  const box = e.getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).textContent;
}"""


def by_width(size):
    return str(size["width"])


def pane(page, number):
    return page.locator(".pane").nth(number)


def towns(page, number=0):
    """The names of the offices on a map, from north to south."""
    marks = (
        pane(page, number)
        .locator(".office")
        .evaluate_all(
            "all => all.map(e => [e.getBoundingClientRect().top, e.innerText.split('\\n').pop()])"
        )
    )
    return [name for _, name in sorted(marks)]


def fills(page, number=0):
    return (
        pane(page, number)
        .locator("path[role=img]")
        .evaluate_all("all => all.map(e => e.getAttribute('fill'))")
    )


def corners(page, number=0):
    """Where each municipality lies on its map, in whole pixels."""
    frame = pane(page, number).locator(".sheet").bounding_box()
    places = pane(page, number).locator("path[role=img]").evaluate_all(SCREEN)
    return [(round(top - frame["y"]), round(left - frame["x"])) for top, left in places]


def together(one, other):
    """Whether two maps show the same, to the pixel that rounding takes."""
    return all(
        abs(a - b) <= 1 for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)
    )


def test_two_plans_stand_side_by_side_and_move_together(show, rollout_map):
    with show(rollout_map) as page:
        assert [h.inner_text() for h in page.locator(".pane h2").all()] == [
            "Planen, 2024",
            "Den aviserade planen, 2024",
        ]
        assert together(corners(page, 0), corners(page, 1))
        before = corners(page, 1)
        pane(page, 0).get_by_role("button", name="Zooma in").click()
        assert together(corners(page, 0), corners(page, 1))
        assert not together(corners(page, 1), before)
        zoomed = corners(page, 0)
        box = pane(page, 1).locator(".sheet").bounding_box()
        page.mouse.move(box["x"] + 200, box["y"] + 400)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 330, steps=4)
        page.mouse.up()
        page.wait_for_function(
            """() => {
              const at = [...document.querySelectorAll(".pane")].map((pane) => {
                const frame = pane.querySelector(".sheet").getBoundingClientRect();
                const land = pane.querySelector("path[role=img]").getBoundingClientRect();
                return Math.hypot(land.x - frame.x, land.y - frame.y);
              });
              return Math.abs(at[0] - at[1]) < 1.5;
            }"""
        )
        assert not together(corners(page, 0), zoomed)
        pane(page, 1).get_by_role("button", name="Hela landet").click()
        assert together(corners(page, 0), before)
        assert together(corners(page, 1), before)


def test_one_switch_shows_one_plan_the_other_or_both(show, rollout_map):
    with show(rollout_map) as page:
        page.get_by_role("radio", name="Den aviserade planen").check()
        assert page.locator(".pane:visible h2").all_inner_texts() == ["Den aviserade planen, 2024"]
        assert page.locator("#office-tables table").count() == 1
        page.get_by_role("radio", name="Planen", exact=True).check()
        assert page.locator(".pane:visible h2").all_inner_texts() == ["Planen, 2024"]
        page.keyboard.press("ArrowLeft")
        assert page.locator(".pane:visible").count() == 2
        assert page.locator("#office-tables table").count() == 2
        assert together(corners(page, 0), corners(page, 1))


def test_on_a_phone_the_same_switch_leaves_one_map(show, rollout_map):
    with show(rollout_map, PHONE) as page:
        assert page.locator(".pane:visible h2").all_inner_texts() == ["Planen, 2024"]
        assert page.get_by_role("radio", name="Båda").is_hidden()
        page.get_by_role("radio", name="Den aviserade planen").check()
        assert page.locator(".pane:visible h2").all_inner_texts() == ["Den aviserade planen, 2024"]
        page.set_viewport_size(WIDE)
        page.get_by_role("radio", name="Båda").check()
        page.locator(".pane:visible h2").nth(1).wait_for()
        assert together(corners(page, 0), corners(page, 1))


def test_periods_step_in_order_on_both_maps(show, rollout_map):
    with show(rollout_map) as page:
        name, following, previous = (
            page.locator(f"#{i}") for i in ("period-name", "next", "previous")
        )
        assert name.inner_text() == "2024"
        assert page.locator("#ticks span").all_inner_texts() == ["hösten 2022\u20132023", "2024"]
        assert following.is_disabled()
        last = fills(page)
        seen = []
        while previous.is_enabled():
            previous.click()
            seen.append(name.inner_text())
        assert seen == ["hösten 2022\u20132023"]
        assert towns(page) == ["Luleå", "Härnösand", "Solna", "Malmö"]
        assert fills(page) != last
        # The announced plan has one period here: it says so, and stays.
        assert pane(page, 1).locator("h2").inner_text() == "Den aviserade planen, 2024"
        assert len(towns(page, 1)) == 10
        slider = page.locator("#period")
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert (name.inner_text(), slider.get_attribute("aria-valuetext")) == ("2024", "2024")
        assert name.inner_text() == "2024"
        assert fills(page) == last
        page.get_by_role("radio", name="Den aviserade planen").check()
        assert page.locator("#period-control").is_hidden()


def test_offices_that_exist_have_a_badge_of_another_shape(show, real_inputs, announced):
    """Not of another colour alone; the legend says which is which, and names the new ones."""
    plan = replace(
        announced,
        offices=tuple(
            replace(office, role="candidate" if office.town == "Gävle" else "existing")
            for office in announced.offices
        ),
    )
    with show(map_of(plan, real_inputs, scenario())) as page:
        shapes = dict(
            page.locator(".office").evaluate_all(
                """all => all.map(e => [e.querySelector('.town').innerText,
                getComputedStyle(e.querySelector('.badge')).borderRadius])"""
            )
        )
        assert shapes.pop("Gävle") == "50%"
        assert set(shapes.values()) == {"3px"}
        assert page.locator(".badges").inner_text().split() == ["finns", "redan", "nytt", "kontor"]
        heads = page.locator("#legend th[scope=row]").all_inner_texts()
        assert [head for head in heads if "nytt" in head] == ["Gävle (nytt)"]
    with show(map_of(announced, real_inputs, scenario())) as page:
        assert page.locator(".badges").count() == 0


def test_travel_time_has_classes_and_a_legend_with_words_and_patterns(show, rollout_map):
    with show(rollout_map) as page:
        page.get_by_role("radio", name="Restid").check()
        legend = page.locator("#legend")
        rows = legend.locator("tbody th").all_inner_texts()
        assert rows[0].startswith("under ")
        assert rows[-1].endswith("eller mer")
        swatches = legend.locator("rect").evaluate_all(
            "all => all.map(e => e.getAttribute('fill'))"
        )
        assert len(set(swatches)) == len(rows) >= 4
        assert sum(paint.startswith("url(#class-fill-") for paint in swatches) == len(rows) // 2
        assert set(fills(page)) | set(fills(page, 1)) <= set(swatches)
        ours = [int(re.sub(r"\D", "", n)) for n in
                legend.locator("tbody td.n:nth-of-type(2)").all_inner_texts()]  # fmt: skip
        assert sum(ours) == 2793
        # The class of a municipality is that of the minutes it is said to have.
        place = pane(page, 0).locator("path[aria-label^='Kiruna,']")
        minutes = int(re.search(r"(\d+) minuter", place.get_attribute("aria-label"))[1])
        assert place.get_attribute("fill") == swatches[-1]
        assert minutes >= int(re.search(r"\d+", rows[-1])[0])
        page.get_by_role("radio", name="Inga").check()
        assert len(set(fills(page))) == 1
        page.get_by_role("radio", name="Regioner").check()
        assert len(set(fills(page))) == 10


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("circles", "path[fill='#1b2a3a']"),
        ("lines", "path[stroke-width='0.6'][fill='none']"),
        ("borders", "path[stroke='#5b6b7a']"),
        ("labels", ".town:visible"),
    ],
)
def test_layers_switch_off_and_on_on_both_maps(show, rollout_map, name, drawn):
    with show(rollout_map) as page:
        box = page.locator(f"#layers input[name={name}]")
        shapes = [pane(page, number).locator(drawn) for number in (0, 1)]
        before = [shape.count() for shape in shapes]
        assert min(before) > 0
        box.uncheck()
        assert [shape.count() for shape in shapes] == [0, 0]
        box.focus()
        page.keyboard.press("Space")
        assert [shape.count() for shape in shapes] == before


def test_the_pointer_brings_up_figures(show, rollout_map):
    with show(rollout_map) as page:
        pane(page, 1).locator("path[aria-label^='Jokkmokk,']").hover(force=True)
        tooltip = page.locator(".leaflet-tooltip")
        assert re.search(
            r"Jokkmokk, Norrbottens län\s+Kontor: Luleå \(region 1\)\s+"
            r"Avstånd: [\d,]+\s?km, \d+ minuter med bil",
            tooltip.inner_text(),
        )
        # Both maps ring it.
        assert page.locator("path[stroke-width='2.5']").count() == 2


def test_the_keyboard_reaches_offices_and_municipalities(show, rollout_map):
    with show(rollout_map) as page:
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            here = page.evaluate(
                "document.activeElement.id || document.activeElement.getAttribute('class')"
                " || document.activeElement.name || document.activeElement.innerText"
            )
            if "office" in here.split():
                tip = page.locator(".leaflet-tooltip").inner_text()
                assert "kontor i region" in tip
            reached.update(here.split())
        wanted = {"skip", "Svenska", "English", "plan", "colour", "period", "previous", "search"}
        wanted |= {"circles", "base", "print", "office", "leaflet-control-zoom-in", "whole"}
        assert wanted <= reached, wanted - reached
        places = pane(page, 0).locator("path[tabindex='0']")
        assert places.count() == 1
        places.focus()
        page.keyboard.press("ArrowUp")
        first = page.locator(".leaflet-tooltip").inner_text()
        page.keyboard.press("ArrowUp")
        assert page.locator(".leaflet-tooltip").inner_text() != first
        assert places.count() == 1
        page.keyboard.press("Enter")
        chosen = page.locator("#figures").inner_text()
        assert (
            chosen.splitlines()[0] == page.locator(".leaflet-tooltip").inner_text().splitlines()[0]
        )


def test_a_principal_is_found_by_keyboard_whatever_the_marks_and_case(show, rollout_map):
    with show(rollout_map) as page:
        before = corners(page)
        field = page.locator("#search")
        field.fill("pajala KOMMUN")
        assert field.get_attribute("aria-expanded") == "true"
        assert page.locator("#search-help").inner_text() == "1 träff."
        field.press("ArrowDown")
        active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        assert active.get_attribute("aria-selected") == "true"
        assert active.inner_text() == "PAJALA KOMMUN huvudman, Pajala"
        field.press("Enter")
        assert field.get_attribute("aria-expanded") == "false"
        assert not field.get_attribute("aria-activedescendant")
        figures = page.locator("#figures")
        assert figures.get_attribute("aria-live") == "polite"
        said = figures.inner_text()
        assert said.startswith("PAJALA KOMMUN\n")
        assert "Huvudman i Pajala, Norrbottens län" in said
        assert said.count("Kontor: Luleå (region 1)") == 2
        assert len(re.findall(r"Avstånd: [\d,]+\xa0km, \d+ minuter med bil", said)) == 2
        assert not together(corners(page), before)
        field.fill("vaxjo")
        found = page.locator("[role=option]").all_inner_texts()
        assert found[0] == "Växjö kommun, Kronobergs län"
        assert "VÄXJÖ KOMMUN huvudman, Växjö" in found
        page.locator("[role=option]").nth(0).click()
        assert figures.inner_text().startswith("Växjö, Kronobergs län")


def test_the_search_list_follows_the_combobox_pattern(show, rollout_map):
    with show(rollout_map) as page:
        field, matches = page.locator("#search"), page.locator("#matches")
        field.press("ArrowDown")
        assert matches.is_hidden()
        field.fill("skola")
        assert page.locator("[role=option]").count() == 50
        assert re.fullmatch(
            r"[\d\s]+ träffar, de första 50 visas\.", page.locator("#search-help").inner_text()
        )
        field.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") == "match-49"
        field.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") == "match-0"
        field.press("Escape")
        assert matches.is_hidden()
        assert field.input_value() == "skola"
        field.press("Escape")
        assert not field.input_value()
        field.fill("Atlantis")
        assert "”Atlantis”" in page.locator("#search-help").inner_text()
        field.fill("stockholm")
        page.locator("#print").focus()
        assert matches.is_hidden()


def test_sole_traders_are_found_by_their_municipality(show, small, small_plan):
    with show(map_of(small_plan, small, scenario())) as page:
        page.locator("#search").fill("näringsidkare mitt")
        page.locator("#search").press("Enter")
        said = page.locator("#figures").inner_text().replace("\u00a0", " ")
        assert [line for line in said.splitlines() if line][:2] == [
            "5 enskilda näringsidkare",
            "Huvudman i Mitt, Mellan",
        ]
        assert "Avstånd: 10,0 km, 8 minuter med bil" in said


@pytest.mark.parametrize("size", [*SIZES, {"width": 1200, "height": 500}], ids=by_width)
def test_the_maps_never_cover_the_tables(show, rollout_map, size):
    """They stay in sight beside the controls, and end where the tables begin."""
    with show(rollout_map, size) as page:
        for summary in page.locator("#tables summary").all():
            page.mouse.wheel(0, 100_000)
            summary.scroll_into_view_if_needed()
            assert summary.evaluate(AT_ITS_MIDDLE) == summary.inner_text()
        maps, tables = (page.locator(f"#{name}").bounding_box() for name in ("maps", "tables"))
        assert maps["y"] + maps["height"] <= tables["y"]


def test_assumptions_stand_under_the_map_in_both_languages(show, rollout_map):
    with show(rollout_map) as page:
        page.locator("#tables summary", has_text="Antaganden").click()
        table = page.locator("#assumptions table")
        assert "200 km\t100 till 300\tantagande" in table.inner_text().replace("\u00a0", " ")
        page.get_by_role("button", name="English").click()
        assert "200 km\t100 to 300\tassumption" in table.inner_text().replace("\u00a0", " ")


def test_a_plan_without_assumptions_says_so(show, small, small_plan):
    with show(map_of(replace(small_plan, assumptions=()), small, scenario())) as page:
        page.locator("#tables summary", has_text="Antaganden").click()
        assert (
            page.locator("#assumptions").inner_text() == "Planen vilar inte på några antagna tal."
        )


def test_the_language_changes_words_numbers_and_the_address(show, rollout_map):
    with show(rollout_map) as page:
        page.get_by_role("button", name="English").click()
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.title() == "Map: Two offices"
        assert "lang=en" in page.url
        assert page.get_by_role("button", name="Zoom in").count() == 2
        assert "2,793" in page.locator("#office-tables").inner_text()
        swedish = page.get_by_text(
            re.compile(r"\b(och|huvudmän|kontor|avstånd|visa|sök|period:)\b", re.IGNORECASE)
        )
        assert [e.inner_text() for e in swedish.all() if e.is_visible()
                and not e.evaluate("e => Boolean(e.closest('[lang=sv]'))")] == []  # fmt: skip
        page.reload()
        assert page.locator("#title").inner_text() == "Two offices"
        page.get_by_role("button", name="Svenska").click()
        assert page.locator("#title").inner_text() == "Två kontor"
        assert page.get_by_role("button", name="Svenska").get_attribute("aria-pressed") == "true"


def test_the_address_brings_back_what_was_chosen_but_never_turns_the_network_on(show, rollout_map):
    address = "#lang=en&plan=1&period=2024&colours=time&base=true"
    with show(rollout_map, address=address) as page:
        assert page.locator(".pane:visible h2").all_inner_texts() == ["The announced plan, 2024"]
        assert page.get_by_role("radio", name="Travel time").is_checked()
        assert not page.locator("input[name=base]").is_checked()
    with show(rollout_map, address="#lang=xx&plan=7&period=1999&colours=<b>&tables") as page:
        assert page.locator(".pane:visible").count() == 2
        assert page.locator("#period-name").inner_text() == "2024"


def test_only_the_reader_turns_the_background_map_on(browser, rollout_map, tmp_path):
    """Every request but for the file is stopped and counted, through every control of the page."""
    file = tmp_path / "map.html"
    file.write_text(rollout_map, encoding="utf-8")
    page = browser.new_page(viewport=WIDE)
    page.set_default_timeout(PATIENCE)
    asked = []

    def stop(route):
        asked.append(route.request.url)
        route.abort()

    page.route(re.compile(r"^(?!file:|data:)"), stop)
    page.goto(file.as_uri())
    box = page.locator("input[name=base]")
    assert "tile.openstreetmap.org" in page.locator("#base-help").inner_text()
    for button in page.locator("button:visible").all():
        if button.is_enabled() and button.get_attribute("id") != "print":
            button.click()
    for radio in page.get_by_role("radio").all():
        radio.check()
    box.evaluate("e => e.click()")
    assert not box.is_checked()
    assert asked == []
    page.get_by_role("radio", name="Båda").or_(page.get_by_role("radio", name="Both")).check()
    box.check()
    page.locator("#base-failed:not(:empty)").wait_for()
    assert asked
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in asked)
    shown = page.locator(".leaflet-control-attribution:visible")
    assert shown.count() == 2
    assert "OpenStreetMap" in shown.first.inner_text()
    box.uncheck()
    assert page.locator(".leaflet-tile").count() == 0
    page.close()


@pytest.mark.parametrize("size", SIZES, ids=by_width)
def test_town_names_cover_neither_each_other_nor_a_badge(show, rollout_map, size):
    with show(rollout_map, size) as page:
        for number in range(page.locator(".pane:visible").count()):
            boxes = (
                pane(page, number)
                .locator(".town:visible, .badge")
                .evaluate_all(
                    """all => all.map(e => {
                  const {left, top, right, bottom} = e.getBoundingClientRect();
                  return [e.innerText, left, top, right, bottom];
                })"""
                )
            )
            assert len(boxes) == 20
            for index, (name, *one) in enumerate(boxes):
                for other_name, *other in boxes[index + 1 :]:
                    wide = min(one[2], other[2]) - max(one[0], other[0])
                    high = min(one[3], other[3]) - max(one[1], other[1])
                    assert wide <= 0 or high <= 0, (name, other_name)


@pytest.mark.parametrize("size", SIZES, ids=by_width)
def test_the_whole_country_is_in_view(show, rollout_map, size):
    with show(rollout_map, size) as page:
        frame = pane(page, 0).locator(".sheet").bounding_box()
        tops = (
            pane(page, 0)
            .locator("path[role=img]")
            .evaluate_all(
                "all => all.map(e => e.getBoundingClientRect()).map(b => [b.top, b.bottom])"
            )
        )
        assert min(top for top, _ in tops) >= frame["y"]
        assert max(bottom for _, bottom in tops) <= frame["y"] + frame["height"]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=by_width)
def test_on_paper_there_are_map_legend_and_table_and_no_controls(show, rollout_map, size):
    with show(rollout_map, size) as page:
        before = corners(page)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        for part in ("#legend", "#office-tables", ".credit", "#title"):
            assert page.locator(part).is_visible()
        assert page.locator(".pane:visible").count() == 2
        for part in (".controls", ".find", "#layers", "#languages", ".leaflet-control-zoom"):
            assert not page.locator(part).first.is_visible()
        widths = page.locator("main *").evaluate_all(
            "all => Math.max(...all.filter(e => !e.closest('.folium-map')).map("
            "e => e.getBoundingClientRect().right))"
        )
        assert widths <= 186 / 25.4 * 96 + 1
        legend = page.locator("#legend").bounding_box()
        assert legend["y"] + legend["height"] < (297 - 2 * 12) / 25.4 * 96  # on the first page
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert together(corners(page), before)
        if size == WIDE:
            pdf = page.pdf(prefer_css_page_size=True)
            assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf or b"/MediaBox [0 0 595" in pdf


@pytest.mark.parametrize(("language", "size"), [("sv", WIDE), ("en", PHONE)], ids=["sv", "en"])
def test_no_state_of_the_map_breaks_an_accessibility_rule(show, small, small_plan, language, size):
    html = map_of(full(small_plan), small, scenario(), reference=small_plan, language=language)

    def broken(page):
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]

    with show(html, size, "#colours=time") as page:
        assert broken(page) == []
        for summary in page.locator("summary").all():
            summary.click()
        page.locator("#search").fill("o")
        page.locator("#search").press("ArrowDown")
        assert broken(page) == []
        page.locator("#search").press("Enter")
        page.locator("input[value=none]").check()
        assert broken(page) == []


def test_without_scripts_the_page_says_so_and_shows_no_dead_controls(
    browser, small, small_plan, tmp_path
):
    file = tmp_path / "map.html"
    file.write_text(map_of(small_plan, small, scenario()), encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.set_default_timeout(PATIENCE)
    page.goto(file.as_uri())
    told = page.locator(".sheet noscript p")
    assert told.is_visible()
    assert told.evaluate(AT_ITS_MIDDLE).startswith("Kartan behöver JavaScript")
    tables = page.get_by_role("table").all()
    assert [t.inner_text().split()[0] for t in tables] == ["Kontor", "Antaganden"]
    for role in ("button", "radio", "checkbox", "combobox"):
        assert page.get_by_role(role).count() == 0
    page.close()


def test_what_is_chosen_shows_where_the_reader_chooses_the_colours(browser, rollout_map, tmp_path):
    file = tmp_path / "map.html"
    file.write_text(rollout_map, encoding="utf-8")
    page = browser.new_page(forced_colors="active")
    page.set_default_timeout(PATIENCE)
    page.goto(file.as_uri())
    colour = "e => getComputedStyle(e).backgroundColor"
    for chosen, other in (
        ('[aria-pressed="true"]', '[aria-pressed="false"]'),
        ("label:has([name=colour]:checked)", "label:has([name=colour]:not(:checked))"),
    ):
        shown = [page.locator(each).first.evaluate(colour) for each in (chosen, other)]
        assert shown[0] != shown[1]
    page.close()


def test_the_map_opens_within_two_seconds(browser, rollout_map, tmp_path):
    """What the page's thread works until the first frame with both maps; median of five.

    Work and not time on the clock, so that other work on the machine does not count.
    """
    assert len(rollout_map.encode()) < 1_500_000
    file = tmp_path / "map.html"
    file.write_text(rollout_map, encoding="utf-8")
    taken = []
    for _ in range(5):
        page = browser.new_page(viewport=WIDE)
        page.set_default_timeout(PATIENCE)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(file.as_uri())
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert page.locator(".pane:visible .badge").count() == 20
        metrics = session.send("Performance.getMetrics")["metrics"]
        taken.append({row["name"]: row["value"] for row in metrics}["TaskDuration"])
        page.close()
    assert 0 < statistics.median(taken) < 2, taken


def on_the_map(page):
    """Return the boxes of the badges of offices, and of the map they should be in."""
    frame = pane(page, 0).locator(".sheet").bounding_box()
    badges = [badge.bounding_box() for badge in pane(page, 0).locator(".office .badge").all()]
    return badges, frame


@pytest.mark.parametrize("way", WAYS)
def test_a_land_across_the_180th_meridian_fills_the_map(show, tmp_path, way):
    """Its two offices are seen two thirds of the land apart, and not of the globe."""
    land = read_inputs(dateline_country(tmp_path, way))
    plan = county_plan(land, [("2024", {"0101": ("01", "02"), "0301": ("03",)})])
    with show(map_of(plan, land, scenario())) as page:
        badges, frame = on_the_map(page)
        (left, right) = sorted(box["x"] for box in badges)
        assert 0.55 < (right - left) / frame["width"] < 0.7
        places = pane(page, 0).locator("path[role=img]")
        for box in [place.bounding_box() for place in places.all()]:
            assert 0.25 < box["width"] / frame["width"] < 0.36
        # The search brings what lies on the other side into view.
        page.locator("#search").fill("Ost")
        page.keyboard.press("Enter")
        found = places.nth(4).bounding_box()
        assert frame["x"] <= found["x"]
        assert found["x"] + found["width"] <= frame["x"] + frame["width"] + 1
        assert found["width"] > 0.5 * frame["width"]


@pytest.mark.parametrize("times", [1, 200])
@pytest.mark.parametrize("shrunk", [1, 50])
def test_circles_and_zoom_follow_the_numbers_and_the_land(show, tmp_path, times, shrunk):
    """The largest circle is some 20 pixels wide to either side, and the land fills the map."""
    roads = [(a, b, km / shrunk, time / shrunk, kind) for a, b, km, time, kind in ROADS]
    demand = {code: n * times for code, n in DEMAND.items()}
    tables = country_tables(demand=demand, roads=roads)
    for name in ("municipalities", "campuses", "sister_sites"):
        for row in tables[name]:
            row["lon"] = 14.5 + (row["lon"] - 14.5) / shrunk
            row["lat"] = 55.5 + (row["lat"] - 55.5) / shrunk
    features = outline_features()
    for feature in features:
        (ring,) = feature["geometry"]["coordinates"]
        ring[:] = [[14.5 + (x - 14.5) / shrunk, 55.5 + (y - 55.5) / shrunk] for x, y in ring]
    land = read_inputs(make_country(tmp_path, tables, features=features))
    plan = county_plan(land, [("2024", {"0101": ("01", "02"), "0301": ("03",)})])
    with show(map_of(plan, land, scenario())) as page:
        places = pane(page, 0).locator("path[role=img]")
        frame = pane(page, 0).locator(".sheet").bounding_box()
        assert sum(box.bounding_box()["width"] for box in places.all()) > 1.8 * frame["width"]
        drawn = (
            pane(page, 0)
            .locator("path:not([role=img])")
            .evaluate_all(
                "all => all.filter(e => e.getAttribute('fill') === '#1b2a3a')"
                ".map(e => e.getBoundingClientRect().width / 2)"
            )
        )
        assert len(drawn) == 6
        assert 15 < max(drawn) < 25
        sizes = page.locator("#sizes text").all_text_contents()
        assert sizes == (["1"] if times == 1 else ["10", "100", "1\N{NO-BREAK SPACE}000"])
        page.get_by_role("button", name="Zooma in").click()
        assert places.first.bounding_box()["width"] > 0.35 * frame["width"]

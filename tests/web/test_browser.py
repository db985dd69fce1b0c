"""The page in a real browser: from the first look to the map of a new plan, and for everyone."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from outputs.pages import Page
from planner.case.files import default_data_folder
from planner.web.app import _listen, _Server, make_app
from planner.web.workspace import Workspace
from screens import PATIENCE, misfits
from waiting import HANGS, until
from web.conftest import ask, write_run
from web.test_jobs import TEXT

pytestmark = pytest.mark.browser

TAKEN = "Ja, med talen ur: Förslag enligt 2022 års regler, inte beslutet"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def served(workspace, port=0):
    """Serve a workspace at a port of this machine, by itself one that is free."""
    listening = _listen("127.0.0.1", port)
    app = make_app(workspace, ["127.0.0.1"])
    server = _Server(uvicorn.Config(app, lifespan="off", log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture
def address(workspace):
    """Return the address of the small country's pages."""
    with served(workspace) as found:
        yield found


@contextmanager
def opened(browser, **options):
    """Open a page that must ask nobody else for anything and complain of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: r.url.startswith(("http://127.0.0.1", "data:"))
            or complaints.append(r.url))  # fmt: skip
    yield page
    context.close()
    assert [text for text in complaints if not any(known in text for known in KNOWN)] == []


KNOWN = ("status of 4", "ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")
"""What a browser says of pages that tell what is wrong, and of a server that is gone."""


def sound(page):
    """Hold a page against WCAG 2.2 AA, and see that nothing sticks out, on a phone neither."""
    rules = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()
    wide = page.viewport_size
    for width in (wide["width"], 390, 320):
        page.set_viewport_size({"width": width, "height": wide["height"]})
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.set_viewport_size(wide)


def test_a_planner_changes_a_scenario_runs_it_watches_and_opens_the_map(
    browser, address, workspace
):
    with opened(browser) as page:
        page.goto(address)
        page.get_by_role("link", name="Liten").click()
        page.get_by_label("Antal kontor", exact=True).fill("1")
        page.get_by_label("Rubrik", exact=True).fill("Ett kontor")
        page.get_by_role("button", name="Räkna ut planen").click()
        page.wait_for_url("**/jobs/*")
        assert "Uträkning: Ett kontor" in page.title()
        page.wait_for_url("**/runs/ett-kontor")
        assert "Planen har 1 kontor: Mitt." in page.locator("main").inner_text()
        sound(page)
        page.get_by_role("link", name="Karta").click()
        page.locator(".leaflet-interactive").first.wait_for()
        assert page.title() == "Karta: Ett kontor"
        page.go_back()
        page.get_by_role("link", name="Rapport", exact=True).click()
        page.get_by_role("link", name="Öppna den interaktiva kartan").click()
        page.wait_for_url("**/map.html")
    # Another server finds all of it again.
    workspace.jobs.close()
    later = Workspace(workspace.folder, workspace.runs)
    again = ask(later)
    said = Page(again.get("/runs/ett-kontor").text).words
    assert "Planen har 1 kontor: Mitt." in said
    assert "det är bevisat" in said
    assert "Antal kontor 2 1" in said
    names = ("map.html", "report.html", "plan.xlsx", "plan.gpkg", "scenario.toml", "manifest.json")
    assert [again.get(f"/runs/ett-kontor/{name}").status_code for name in names] == [200] * 6
    assert 'value="1"' in again.get("/runs/ett-kontor/change").text
    later.jobs.close()


def test_without_scripts_the_page_of_a_run_renews_itself(browser, address, workspace, stub):
    job = workspace.jobs.submit(TEXT.format("vänta"), "small", "Min plan", "sv")
    until(lambda: job.incumbent == 2.0)
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{address}/jobs/{job.id}")
        assert "Bästa plan hittills" in page.content()
        page.get_by_role("button", name="Avsluta och behåll").click()
        page.get_by_role("button", name="Avbryt helt").wait_for()
        page.get_by_role("button", name="Avbryt helt").click()
        page.wait_for_url("**/runs/small")


def test_with_scripts_the_page_of_a_run_stays_and_only_its_figures_change(
    browser, address, workspace, stub
):
    job = workspace.jobs.submit(TEXT.format("vänta"), "small", "Min plan", "sv")
    until(lambda: job.incumbent == 2.0)
    with opened(browser) as page:
        page.goto(f"{address}/jobs/{job.id}")
        sound(page)
        page.get_by_role("button").focus()
        page.evaluate("window.stays = true")
        job.incumbent, job.stage = 1.75, "ties"
        page.get_by_text("Väljer mellan lika bra planer").wait_for()
        assert page.evaluate("window.stays && document.activeElement.tagName") == "BUTTON"
        workspace.jobs.stop(job)
        page.get_by_text("det som hittats görs färdigt").wait_for()
        workspace.jobs.stop(job)
        page.wait_for_url("**/runs/small")


def test_every_page_is_for_everyone(browser, tmp_path):
    """On the real tables, with every fold open and with errors."""
    workspace = Workspace(default_data_folder(), tmp_path / "runs")
    write_run(tmp_path / "runs" / "one")
    write_run(tmp_path / "runs" / "broken")
    (tmp_path / "runs" / "broken" / "plan.json").write_text("[]", "utf-8")
    with served(workspace) as address, opened(browser) as page:
        for path in ("/nothing?lang=en", "/?lang=sv"):
            page.goto(address + path)
            sound(page)
        page.goto(f"{address}/scenarios/next-offices")
        page.get_by_role("heading", name="Dialoger, personal").click()
        sound(page)
        page.get_by_label("Planera också").select_option(label=TAKEN)
        page.get_by_label("Antal kontor", exact=True).fill("tio")
        page.get_by_label("Orter som ska ha kontor: ort 2").fill("Örebo")
        page.get_by_label("Orter som ska ha kontor: ort 2").press("Enter")
        page.wait_for_load_state()
        assert page.locator(".errors").evaluate("e => e === document.activeElement")
        page.get_by_role("link", name="Menade du Örebro?").click()
        assert page.evaluate("document.activeElement.name") == "sites.required"
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert page.get_by_label("Mötestid per dialog och deltagare", exact=True).is_visible()
        sound(page)
    workspace.jobs.close()


def test_only_the_goals_that_the_way_of_combining_asks_for_are_shown(browser, tmp_path):
    workspace = Workspace(default_data_folder(), tmp_path / "runs")
    parts = ["#f-objective-rates", "#f-objective-order-all", "#f-objective-tolerance"]
    with served(workspace) as address, opened(browser) as page:
        page.goto(f"{address}/scenarios/decision-2022")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert [page.locator(part).is_visible() for part in parts] == [True, False, False]
        page.locator("#f-objective-method").select_option("lexicographic")
        assert [page.locator(part).is_visible() for part in parts] == [False, True, True]
    workspace.jobs.close()


def test_a_list_of_towns_grows_as_it_is_filled(browser, address):
    with opened(browser) as page:
        page.goto(f"{address}/scenarios/small")
        boxes = page.get_by_label("Orter som inte får ha kontor: ort")
        assert boxes.count() == 2
        boxes.last.fill("Norr")
        boxes.last.blur()
        assert boxes.count() == 3
        assert boxes.last.input_value() == ""
        assert len(set(boxes.evaluate_all("all => all.map(box => box.id)"))) == 3


def test_enter_in_any_box_checks_and_runs_nothing(browser, address, workspace):
    with opened(browser) as page:
        page.goto(f"{address}/scenarios/small")
        for label, text in (
            ("Orter som inte får ha kontor: ort 1", "Nrr"),
            ("Antal kontor", "21"),
            ("Rubrik", "Min fråga"),
        ):
            box = page.get_by_label(label, exact=True)
            box.fill(text)
            with page.expect_navigation():
                box.press("Enter")
            page.locator(".errors:focus").wait_for()
            assert page.url == f"{address}/scenarios/small"
        assert workspace.jobs.open() == []
        assert page.get_by_label("Antal kontor", exact=True).input_value() == "21"
        page.get_by_role("link", name="Räknat: antalet orter som kan få kontor är").click()
        assert page.evaluate("document.activeElement.name") == "offices.count"
        sound(page)


def test_a_server_that_is_gone_is_told_and_so_is_one_that_is_back(browser, workspace, stub):
    job = workspace.jobs.submit(TEXT.format("vänta"), "small", "Min plan", "sv")
    until(lambda: job.incumbent == 2.0)
    with opened(browser) as page:
        with served(workspace) as address:
            page.goto(f"{address}/jobs/{job.id}")
            assert page.locator("#contact").inner_text() == ""
        page.locator("#contact", has_text="Ingen kontakt med programmet sedan").wait_for()
        assert page.locator("#contact").get_attribute("role") == "status"
        for part in ("#status", "#progress", "#refresh"):
            assert page.locator(part).is_hidden()
        sound(page)
        with served(workspace, int(address.rpartition(":")[2])):
            page.locator("#contact", has_text="är tillbaka").wait_for()
            page.get_by_role("button", name="Avsluta och behåll").wait_for()
    workspace.jobs.stop(job)
    workspace.jobs.stop(job)


def test_what_has_been_typed_is_there_after_another_language_a_reload_and_back(browser, address):
    with opened(browser) as page:
        page.goto(f"{address}/scenarios/small")
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.get_by_label("Antal kontor", exact=True).fill("1")
        for number, town in enumerate(("Norr", "Vik", "Ost"), start=1):
            box = page.get_by_label(f"Orter som inte får ha kontor: ort {number}")
            box.click()
            box.press_sequentially(town)
            box.press("Tab")
        page.get_by_role("button", name="In English").click()
        towns = page.get_by_label("Towns that may not have an office: town")
        expected = ["Norr", "Vik", "Ost", "", ""]
        assert towns.evaluate_all("all => all.map(box => box.value)") == expected
        assert page.get_by_label("Number of offices", exact=True).input_value() == "1"
        assert asked == []
        page.go_back()  # to the page as it was, now in English
        towns = page.locator("[name='sites.excluded']")
        assert towns.evaluate_all("all => all.map(box => box.value)") == expected[:-1]
        page.reload()
        assert towns.evaluate_all("all => all.map(box => box.value)") == expected[:-1]
        assert page.get_by_label("Number of offices", exact=True).input_value() == "1"
        towns.last.click()
        page.get_by_role("link", name="All scenarios and plans").click()
        page.wait_for_url(address + "/")
        assert set(asked) == {"beforeunload"}


def test_a_run_that_has_found_nothing_says_so_before_it_is_stopped(
    browser, address, workspace, stub
):
    job = workspace.jobs.submit(TEXT.format("häng"), "small", "Min plan", "sv")
    until(lambda: job.stage == "reading")
    with opened(browser) as page:
        page.goto(f"{address}/jobs/{job.id}")
        page.get_by_role("button", name="Avsluta: ingen plan är hittad än").click()
        page.get_by_text("Ingen plan är hittad än, så det kan hända").wait_for()
        sound(page)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_fits_with_any_font_on_any_screen(one_font, tmp_path, stub, language):
    """At four widths and two sizes of text, every fold open, with errors and without."""
    workspace = Workspace(default_data_folder(), tmp_path / "runs")
    write_run(tmp_path / "runs" / "one")
    write_run(tmp_path / "runs" / "broken")
    (tmp_path / "runs" / "broken" / "plan.json").write_text("[]", "utf-8")
    job = workspace.jobs.submit(TEXT.format("vänta"), "small", "Min plan", language)
    until(lambda: job.incumbent == 2.0)
    paths = ("/", "/nothing", "/compare?run=one", "/scenarios/decision-2022", f"/jobs/{job.id}")
    found = {}
    with served(workspace) as address, opened(one_font) as page:
        for path in paths:
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            found[path] = misfits(page)
        page.goto(f"{address}/scenarios/next-offices?lang={language}")
        page.locator("[name='offices.count']").fill("tio")
        page.locator("[name='offices.count']").press("Enter")
        page.locator(".errors:focus").wait_for()
        found["errors"] = misfits(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    workspace.jobs.close(abandon=True)
    workspace.jobs.close(abandon=True)
    assert workspace.jobs.join(HANGS)

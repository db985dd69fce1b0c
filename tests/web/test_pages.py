"""What the pages say, and what they do with what is sent to them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
import tomllib
from contextlib import closing
from random import Random

import pytest

from outputs.handmade import HOSTILE
from outputs.pages import Page
from planner.outputs.files import pdf
from planner.runs import writing
from planner.web import routes
from planner.web.drafts import plain
from planner.web.posted import fill
from planner.web.workspace import Workspace
from web.conftest import PLAN, ask, write_run


def words(answer):
    return Page(answer.text).words


def form_of(client, name="small", **changes):
    """Return the boxes of a scenario's form as a browser would send them, some of them changed."""
    workspace = client.app.state.workspace
    raw = fill(plain(workspace.base(name)), workspace.towns(), "sv") | {"action": ["check"]}
    return raw | {key.replace("__", "."): value for key, value in changes.items()}


def boxes(page):
    """Return what a browser would send of a page's form without a change."""
    found = {}
    for tag, given in Page(page).attributes:
        box = given.get("type") == "checkbox"
        if tag == "input" and "name" in given and (not box or "checked" in given):
            found.setdefault(given["name"], []).append(given["value"])
    return found


def test_the_front_page_lists_scenarios_and_says_that_there_is_no_plan_yet(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Liten Ett litet land" in words(answer)
    assert "Här finns ingen plan än" in words(answer)


def test_the_front_page_lists_runs_the_latest_first_with_what_is_proved(client, workspace):
    write_run(workspace.runs / "b", "Första")
    write_run(workspace.runs / "a", "Andra")
    for name, day in (("b", 2), ("a", 1)):
        path = workspace.runs / name / "manifest.json"
        manifest = json.loads(path.read_text("utf-8")) | {"written": f"2026-01-0{day}T12:00+00:00"}
        path.write_text(json.dumps(manifest), "utf-8")
    said = words(client.get("/"))
    assert said.index("Första") < said.index("Andra")
    assert (
        "Måttet ”Medelavstånd” 58,2 km, bland planer som följer reglerna: bevisat inom begärd "
        "marginal"
    ) in said
    assert "0,43" in said
    page = Page(client.get("/").text)
    assert "/runs/a/map.html" in page.values("href")
    assert "/runs/a/plan.xlsx" not in page.values("href")  # it has none


def test_a_goal_that_others_came_before_is_listed_with_them(client, workspace):
    """Its bound holds among the plans that are as good on those, and on the list too."""
    write_run(workspace.runs / "a")
    scope = {"kept": ["weighted", "soft rules"], "ends": None, "towns": 19, "given": []}
    path = workspace.runs / "a" / "plan.json"
    end = PLAN["termination"] | {"scope": scope}
    path.write_text(json.dumps(PLAN | {"termination": end}), "utf-8")
    assert (
        "Måttet ”Medelavstånd” 58,2 km, bland planer som följer reglerna, väljer bland 19 möjliga "
        "orter och behåller det som nåddes av det sammanvägda målet och de mjuka kraven: bevisat"
    ) in words(client.get("/"))


def test_a_broken_run_is_shown_with_its_problem_and_the_others_beside_it(client, workspace):
    write_run(workspace.runs / "whole", "Hel")
    write_run(workspace.runs / "broken")
    (workspace.runs / "broken" / "plan.json").write_text("[]", "utf-8")
    write_run(workspace.runs / "changed")
    (workspace.runs / "changed" / "map.html").write_text("annat", "utf-8")
    said = words(client.get("/"))
    assert "Planen kan inte läsas" in said
    assert "Hel" in said
    assert "Filerna är inte längre de som skrevs" in said


def test_a_run_may_have_any_name_and_hold_any_text(client, workspace):
    names = ("åtta kontor", "50 %", "a#b", "a&amp;b", "'x'")
    for name in names:
        write_run(workspace.runs / name, name.replace('"', "'"))
    write_run(workspace.runs / os.fsdecode(b"\xff"))
    plan = PLAN | {"termination": PLAN["termination"] | {"objective_name": "\ud800"}}
    writing.write_run(
        workspace.runs / "odd", {"plan.json": json.dumps(plan)}, writing.Provenance({}, 1.0)
    )
    page = Page(client.get("/").text)
    links = [link for link in page.values("href") if link.endswith("/map.html")]
    assert len(links) == len(names)
    assert [client.get(link).status_code for link in links] == [200] * len(names)
    assert "a folder with a name in UTF-8" in page.words


def test_a_broken_scenario_is_shown_with_its_problem(client, workspace):
    workspace.own.mkdir()
    (workspace.own / "odd.toml").write_text('extends = "small"\nofices = 1\n', "utf-8")
    said = words(client.get("/"))
    assert "Scenariot kan inte läsas" in said
    assert "did you mean 'offices'" in said


def test_the_language_is_the_countrys_until_another_is_chosen_and_that_is_kept(client):
    assert 'lang="sv"' in client.get("/").text
    assert 'lang="en"' in client.get("/?lang=en").text
    assert 'lang="en"' in client.get("/scenarios/small").text
    assert 'lang="sv"' in client.get("/?lang=sv").text
    assert 'lang="sv"' in client.get("/?lang=de").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "name"), [("sv", "decision-2022"), ("en", "decision-2022"), ("sv", "pause-2023")]
)
def test_a_form_asks_everything_and_sends_back_the_same_scenario(real, language, name):
    """Not a box is missing on the page, and nothing is changed by looking at it."""
    page = real.get(f"/scenarios/{name}?lang={language}").text
    real.cookies.clear()
    sent = boxes(page) | {"action": ["toml"]}
    for select in re.findall(r"<select[^>]* name=.*?</select>", page, re.DOTALL):
        box = re.search(r'name="([^"]+)"', select)[1]
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        sent.setdefault(box, []).append(chosen[1] if chosen else "")
    for box, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page):
        sent[box] = [text]
    answer = real.post(f"/scenarios/{name}?lang={language}", data=sent)
    real.cookies.clear()
    assert answer.status_code == 200
    assert tomllib.loads(answer.text) == {"extends": name, "name": name}


@pytest.mark.slow
def test_rates_are_shown_in_words_with_their_range_and_a_tolerance_in_its_unit(real):
    said = words(real.get("/scenarios/decision-2022?lang=sv"))
    assert "Andel som har långt km per procentenhet 1,5 till 6 · antagande" in said
    said = words(real.get("/scenarios/decision-2022?lang=en"))
    assert "Share far away km per percentage point 1.5 to 6 · assumption" in said
    assert "Waiting (principal-months)" in said
    real.cookies.clear()
    sent = form_of(real, "decision-2022", objective__rates__spread=["3"])
    said = words(real.post("/scenarios/decision-2022", data=sent))
    assert "Här behövs ett värde inom spannet: 3 ligger inte mellan 0,5 och 2" in said
    sent = form_of(real, "decision-2022", objective__rates__spread=["2"])
    said = words(real.post("/scenarios/decision-2022", data=sent))
    assert "Spridning över landet 1 km per km 2 km per km" in said


@pytest.mark.slow
def test_checking_shows_what_has_changed(real):
    sent = form_of(real, "decision-2022", offices__count=["8"], sites__required=["solna", "1880"])
    answer = real.post("/scenarios/decision-2022", data=sent)
    assert answer.status_code == 200
    said = words(answer)
    assert "Inget fel hittades" in said
    assert "Antal kontor 10 8" in said
    assert "Orter som ska ha kontor Solna Solna och Örebro" in said
    assert "Ändrad. Från början: 10" in said


def test_a_limit_outside_its_range_is_told_beside_its_box(real):
    sent = form_of(real, "pause-2023", limits__max_km__most=["300"])
    said = words(real.post("/scenarios/pause-2023", data=sent))
    assert "Här behövs ett värde inom spannet: 300 ligger inte mellan 450 och 700" in said


def test_everything_wrong_is_told_at_once_beside_the_boxes_and_what_was_typed_is_kept(real):
    sent = form_of(
        real,
        "decision-2022",
        offices__count=["tio"],
        sites__required=["Solna", "Örebo"],
        solver__gap=["-1"],
        money__advisor=["99"],
        objective__then=["cost_msek", "mean_km"],
    )
    sent["rollout.periods.0.openings_most"] = ["1,5"]
    answer = real.post("/scenarios/decision-2022", data=sent)
    assert answer.status_code == 422
    said = words(answer)
    assert "6 fel behöver rättas" in said
    for told in (
        "Antal kontor: Här behövs ett heltal",
        "Menade du Örebro?",
        "Här behövs minst 0.",
        "99 ligger inte mellan 0,85 och 1,2",
        "Här behövs att varje mål står bara en gång",
        "Perioder 2022H2: Öppnar högst: Här behövs ett heltal",
    ):
        assert told in said, told
    page = Page(answer.text)
    links = [a["href"][1:] for _, a in page.attributes if a.get("href", "").startswith("#f-")]
    assert len(links) == 6
    assert set(links) <= set(page.values("id"))
    values = page.values("value")
    assert {"tio", "Örebo", "-1", "99", "1,5"} <= set(values)
    wrong = [a for _, a in page.attributes if a.get("aria-invalid") == "true"]
    assert {a["name"] for a in wrong} >= {"offices.count", "sites.required", "solver.gap"}
    ids = set(page.values("id"))
    assert sum(a["name"] == "sites.required" for a in wrong) == 1  # not Solna, nor the spare ones
    assert all(i in ids for a in wrong for i in a.get("aria-describedby", "").split())


@pytest.mark.slow
def test_an_upper_number_alone_is_no_plan_for_ten_offices(real):
    """Neither checked nor run nor saved: nothing in the page says how many there are to be."""
    for action in ("check", "run", "save", "toml"):
        sent = form_of(real, "shortest-distance", offices__count=[""], action=[action])
        answer = real.post(
            "/scenarios/shortest-distance", data=sent | {"offices.count.most": ["3"]}
        )
        assert answer.status_code == 422
        assert "Antal kontor: Här behövs ett heltal." in words(answer)
    assert real.app.state.workspace.jobs.open() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sv", ("Menade du Örebro?", "högst 1", "Räknat: antalet orter som kan få kontor är 19.",
                "Kiruna ligger 347 km från den närmaste ort")),
        ("en", ("Did you mean Örebro?", "at most 1",
                "Counted: the number of towns that may have an office is 19.",
                "Kiruna is 347 km from the nearest town")),
    ],
)  # fmt: skip
def test_checking_tells_what_counting_shows_impossible_beside_all_else(real, language, told):
    sent = form_of(real, "decision-2022", sites__required=["Solna", "Örebo"], solver__gap=["3"])
    sent |= {"offices.count": ["22"], "limits.max_km.most": ["10"], "language": ["sv"]}
    sent |= {"rollout.periods.0.months": [""]}
    answer = real.post(f"/scenarios/decision-2022?lang={language}", data=sent)
    real.cookies.clear()
    assert answer.status_code == 422
    assert [text for text in told if text not in words(answer)] == []
    assert "?." not in words(answer)
    page = Page(answer.text)
    wrong = [a for _, a in page.attributes if a.get("aria-invalid") == "true"]
    assert {a["name"] for a in wrong} == {
        "offices.count", "limits.max_km.most", "sites.required", "solver.gap",
        "rollout.periods.0.months",
    }  # fmt: skip
    ids = page.values("id")
    assert all(a["aria-describedby"].split()[-1] in ids for a in wrong)


def test_openings_that_are_too_few_are_told_with_their_sum(real):
    sent = form_of(real, "decision-2022", offices__count=["15"])
    answer = real.post("/scenarios/decision-2022", data=sent)
    assert answer.status_code == 422
    assert "De här kraven går inte ihop: 15 kontor är öppna när utbyggnaden är klar; högst 3" in (
        words(answer)
    )
    assert "Räknat: det blir högst 10 kontor (3 + 4 + 2 + 0 kan öppnas och 1 i egna" in words(
        answer
    )


def test_each_of_several_towns_that_there_are_not_leads_to_what_is_said_of_it(real):
    sent = form_of(real, "decision-2022", sites__required=["Solna", "Örebo", "Lulea", "Malmo"])
    page = Page(real.post("/scenarios/decision-2022", data=sent).text)
    wrong = [a for _, a in page.attributes if a.get("aria-invalid") == "true"]
    assert [(a["value"], a["aria-describedby"]) for a in wrong] == [
        ("Örebo", "f-sites-required-wrong"),
        ("Lulea", "f-sites-required-wrong2"),
        ("Malmo", "f-sites-required-wrong3"),
    ]
    ids = page.values("id")
    assert all(a["aria-describedby"] in ids for a in wrong)


def test_nothing_is_counted_on_a_number_that_could_not_be_read(real):
    """Of ten offices in the place of "tio" nothing is said."""
    sent = form_of(real, "decision-2022", offices__count=["tio"])
    answer = real.post("/scenarios/decision-2022", data=sent | {"sites.candidates": ["list"]})
    assert "Ett fel behöver rättas" in words(answer)


def test_a_value_that_is_refused_does_not_hide_what_comes_after_it(real):
    """The second is asked of the whole scenario, once its sections are sound."""
    sent = form_of(real, "decision-2022", solver__gap=["-1"], calendar__need_column=["x"])
    sent |= {"calendar.order": ["need"]}
    said = words(real.post("/scenarios/decision-2022", data=sent))
    assert "Här behövs minst 0." in said
    assert "en kolumn med tal" in said


def test_boxes_that_the_form_does_not_have_are_named_and_never_dropped(real):
    """A page left open over an upgrade."""
    sent = form_of(real, "decision-2022", action=["run"])
    sent |= {"objective.weights.spread": ["2"], "objective.weights.mean_km": ["1"]}
    answer = real.post("/scenarios/decision-2022", data=sent)
    assert answer.status_code == 422
    assert (
        "rutor som formuläret inte har: objective.weights.spread, objective.weights.mean_km."
        in (words(answer))
    )
    assert real.app.state.workspace.jobs.open() == []


def test_another_language_keeps_what_has_been_typed(real):
    sent = form_of(real, "decision-2022", offices__count=["8"], solver__gap=["0,5"])
    sent |= {"sites.excluded": ["Malmö", "Atlantis"], "action": ["show"], "language": ["sv"]}
    answer = real.post("/scenarios/decision-2022?lang=en", data=sent)
    real.cookies.clear()
    assert answer.status_code == 200
    assert 'lang="en"' in answer.text
    assert {"8", "0.5", "Malmö", "Atlantis"} <= set(Page(answer.text).values("value"))
    assert "Excluded" not in words(answer)
    assert "Towns that may not have an office nothing Malmö and Atlantis" in words(answer)


@pytest.mark.slow
def test_a_scenario_that_was_saved_meanwhile_is_replaced_only_by_who_has_seen_that(
    client, workspace
):
    sent = form_of(client, title__sv=["Min fråga"], offices__count=["1"], action=["save"])
    assert client.post("/scenarios/small", data=sent).status_code == 303
    first, second = (boxes(client.get("/own/min-fraga").text) for _ in range(2))
    saving = {"action": ["save"], "replace": ["1"]}
    sent = form_of(client, title__sv=["Min fråga"], offices__count=["2"], solver__gap=["0,01"])
    mine = {name: first[name] for name in ("own", "opened")}
    theirs = {name: second[name] for name in ("own", "opened")}
    assert client.post("/scenarios/small", data=sent | mine | saving).status_code == 303
    sent["solver.gap"] = ["0,02"]
    refused = client.post("/scenarios/small", data=sent | theirs | saving)
    assert refused.status_code == 422
    assert "har sparats på nytt sedan du öppnade det" in words(refused)
    path = workspace.own / "min-fraga.toml"
    assert tomllib.loads(path.read_text("utf-8"))["solver"] == {"gap": 0.01}
    seen = {name: boxes(refused.text)[name] for name in ("own", "opened")}
    assert client.post("/scenarios/small", data=sent | seen | saving).status_code == 303
    assert tomllib.loads(path.read_text("utf-8"))["solver"] == {"gap": 0.02}


def test_a_name_that_no_file_can_have_and_a_folder_that_is_a_file_are_no_defects(client, workspace):
    assert client.get("/own/" + "å" * 300).status_code == 404
    workspace.own.write_text("", "utf-8")
    sent = form_of(client, title__sv=["Min fråga"], offices__count=["1"], action=["save"])
    answer = client.post("/scenarios/small", data=sent)
    assert answer.status_code == 422
    assert "can't be written" in words(answer)


def test_a_scenario_without_its_work_is_told_what_else_must_go(real):
    sent = form_of(real, "decision-2022")
    del sent["work"]
    answer = real.post("/scenarios/decision-2022", data=sent)
    assert answer.status_code == 422
    assert "att dialoger, personal och pengar planeras" in words(answer)
    sent["objective.then"] = []
    sent["action"] = ["toml"]
    draft = tomllib.loads(real.post("/scenarios/decision-2022", data=sent).text)
    assert draft["without"] == ["dialogues", "staffing", "money"]


def test_what_the_tables_do_not_allow_is_told_before_anything_is_run(client):
    sent = form_of(client, sites__candidates=["list"], action=["run"])
    sent["sites.candidates.list"] = []
    answer = client.post("/scenarios/small", data=sent)
    assert answer.status_code == 422
    assert "minst en ort att välja" in words(answer)


@pytest.mark.slow
def test_a_scenario_is_saved_listed_opened_and_replaced_only_when_asked(client, workspace):
    sent = form_of(client, title__sv=["Min fråga"], offices__count=["1"], action=["save"])
    answer = client.post("/scenarios/small", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/own/min-fraga?saved=1")
    path = workspace.own / "min-fraga.toml"
    assert workspace.own.parent == workspace.runs.resolve().parent
    assert tomllib.loads(path.read_text("utf-8"))["extends"] == "small"
    assert "Scenariot är sparat" in words(client.get(answer.headers["location"]))
    assert "Dina scenarier Min fråga" in words(client.get("/"))
    sent |= {name: boxes(client.get("/own/min-fraga").text)[name] for name in ("own", "opened")}
    sent["offices.count"] = ["2"]
    sent["solver.gap"] = ["0,01"]
    again = client.post("/scenarios/small", data=sent)
    assert again.status_code == 422
    assert "det finns redan ett scenario med det namnet" in words(again)
    assert "0,01" in again.text
    assert client.post("/scenarios/small", data=sent | {"replace": ["1"]}).status_code == 303
    assert tomllib.loads(path.read_text("utf-8"))["solver"] == {"gap": 0.01}


def test_nothing_is_saved_under_the_name_of_a_shipped_scenario_or_without_a_change(
    client, workspace
):
    for changes in ({}, {"title__sv": ["Small"], "offices__count": ["1"]}):
        answer = client.post("/scenarios/small", data=form_of(client, action=["save"], **changes))
        assert answer.status_code in (303, 422)
    assert [path.stem for path in workspace.own.glob("*")] == ["small-own"]
    assert [path.name for path in (workspace.folder / "scenarios").iterdir()] == ["small.toml"]


def test_own_scenarios_never_go_into_the_shipped_data(small):
    (small / "runs").mkdir()
    workspace = Workspace(small, small / "runs")
    assert workspace.own != small / "scenarios"
    workspace.jobs.close()


def test_hostile_words_stay_words(client, workspace):
    write_run(workspace.runs / "evil", "x")
    path = workspace.runs / "evil" / "scenario.toml"
    path.write_text(f"[title]\nsv = {json.dumps(HOSTILE)}\nen = 'x'\n", "utf-8")
    assert "<img" not in client.get("/").text
    sent = form_of(client, title__sv=[HOSTILE], offices__count=['"><img src=x>'])
    answer = client.post("/scenarios/small", data=sent)
    assert "<img" not in answer.text
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", answer.text)[0]


def test_tables_that_are_broken_are_told_in_full_and_mended_without_a_restart(client, workspace):
    path = workspace.folder / "municipalities" / "counties.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("01,", ",", 1), "utf-8")
    answer = client.get("/scenarios/small")
    assert answer.status_code == 422
    assert "municipalities/counties.csv:2" in words(answer)
    path.write_text(text, "utf-8")
    assert client.get("/scenarios/small").status_code == 200
    path.write_text(text.replace("Väst", "Nytt"), "utf-8")
    os.utime(path, (time.time() + 5, time.time() + 5))
    assert "Nytt" in set(workspace.data().inputs.counties["name"])


@pytest.mark.slow
def test_comparing_takes_two_plans_that_can_be_read(client, workspace):
    write_run(workspace.runs / "one")
    answer = client.get("/compare", params={"run": ["one", "one"]})
    assert answer.status_code == 422
    assert "Välj minst två planer" in words(answer)
    assert client.get("/compare", params={"run": ["one", "gone"]}).status_code == 404
    page = Page(client.get("/compare", params={"run": ["one"]}).text)
    assert [a["value"] for _, a in page.attributes if "checked" in a] == ["one"]


def test_plans_are_compared_with_the_one_that_is_chosen_or_with_the_oldest(
    client, workspace, monkeypatch
):
    for day, name in enumerate(("b", "a", "c"), start=1):
        write_run(workspace.runs / name)
        path = workspace.runs / name / "manifest.json"
        manifest = json.loads(path.read_text("utf-8")) | {"written": f"2026-01-0{day}T12:00+00:00"}
        path.write_text(json.dumps(manifest), "utf-8")
    asked = []
    monkeypatch.setattr(
        "planner.web.results.compare",
        lambda _desk, _language, folders: asked.append([f.name for f in folders]) or "",
    )
    for params in (
        {"run": ["c", "a", "b"]},
        {"run": ["c", "a", "b"], "base": "c"},
        {"run": ["a"], "base": "c"},
    ):
        assert client.get("/compare", params=params).status_code == 200
    assert asked == [["b", "a", "c"], ["c", "b", "a"], ["c", "a"]]


def test_a_run_whose_plan_is_gone_is_told_and_what_is_no_run_is_not(client, workspace):
    write_run(workspace.runs / "one", "Ett")
    (workspace.runs / "one" / "plan.json").unlink()
    writing.write_run(workspace.runs / "sweep", {"sweep.csv": ""}, writing.Provenance({}, 1.0))
    said = words(client.get("/"))
    assert "Ett one Planen kan inte läsas" in said
    assert "sweep" not in said
    assert client.get("/runs/one").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/scenarios/no", "/own/no", "/own/%2e%2e", "/runs/no", "/runs/no/change", "/jobs/0",
     "/jobs/0/change", "/nothing", "/docs", "/openapi.json"],
)  # fmt: skip
def test_what_is_not_there_is_answered_with_a_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Sidan finns inte" in words(answer)


def test_a_report_is_printed_by_the_browser_that_there_is(client, workspace, monkeypatch):
    write_run(workspace.runs / "one")
    address = "/runs/one/print/report.pdf"
    monkeypatch.setattr(pdf, "BROWSERS", ())
    assert address not in client.get("/runs/one").text
    answer = client.get(address)
    assert answer.status_code == 422
    assert "a browser that prints" in words(answer)
    monkeypatch.setattr(pdf, "BROWSERS", ("sh",))
    assert f'href="{address}"' in client.get("/runs/one").text
    monkeypatch.setattr(pdf, "render_pdf", lambda html: b"%PDF- " + html.encode())
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == b"%PDF- <p>rapport"
    with routes.PRINTER:
        answer = client.get(address)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Försök igen" in words(answer)
    assert client.get(address).status_code == 200


def test_a_run_that_was_moved_meanwhile_is_gone_from_every_page(client, workspace):
    write_run(workspace.runs / "one")
    assert client.get("/runs/one/map.html").status_code == 200
    (workspace.runs / "one").rename(workspace.runs.parent / "elsewhere")
    assert client.get("/runs/one/map.html").status_code == 404
    assert client.get("/runs/one").status_code == 404
    assert "Här finns ingen plan än" in words(client.get("/"))


def test_a_picture_that_could_not_be_made_is_named(client, workspace):
    write_run(workspace.runs / "one", failed={"map.html": "KeyError"})
    assert "De här filerna kunde inte göras: map.html." in words(client.get("/runs/one"))


def test_a_plan_of_another_country_is_told_and_its_files_are_there(client, workspace):
    write_run(workspace.runs / "one", "Annan")
    answer = client.get("/runs/one")
    assert answer.status_code == 200
    assert "Planen kan inte visas i ord här" in words(answer)
    assert "/runs/one/map.html" in Page(answer.text).values("href")


def test_a_defect_is_a_page_without_a_traceback(workspace, monkeypatch):
    monkeypatch.setattr("planner.web.pages.front", lambda *_: 1 / 0)
    client = ask(workspace)
    client._transport.raise_server_exceptions = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Något gick fel" in words(answer)
    assert "ZeroDivision" not in answer.text


ODD = (
    "1e999",
    "",
    "0",
    "-1",
    "1,5",
    "abc",
    "Solna",
    "2030",
    "list",
    "mean_km",
    "p95_km",
    "\0",
    "[]",
    HOSTILE,
)


@pytest.mark.slow
def test_whatever_is_sent_is_answered_with_a_page_that_leads_to_what_is_wrong(real):
    """Boxes are dropped, filled with anything, multiplied and put where there are none."""
    chance = Random(1)  # noqa: S311
    sound = form_of(real, "decision-2022")
    for _ in range(10):
        sent = {name: list(texts) for name, texts in sound.items()}
        for name in chance.sample(sorted(sent), chance.choice((1, 3, 30))):
            what = chance.random()
            if what < 0.2:
                del sent[name]
            elif what < 0.9:
                sent[name] = chance.choices(ODD, k=chance.choice((1, 1, 3)))
            else:
                sent[f"{name}.{chance.choice(('0.name', '3.town', 'low', 'list'))}"] = ["x"]
        answer = real.post("/scenarios/decision-2022", data=sent | {"action": ["check"]})
        assert answer.status_code in (200, 422)
        assert (answer.status_code == 422) == ('href="#f-' in answer.text)
        assert "<img" not in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("path", [
    "/", "/scenarios/small", "/own/small", "/runs/a", "/runs/a/map.html", "/runs/a/change",
    "/jobs/x", "/jobs/x/change", "/jobs/x/stop", "/compare", "/runs/a/print/report.pdf",
])  # fmt: skip
def test_no_address_is_a_defect(client, workspace, path):
    """Nor is a name that no file can have, a query that asks for nothing, or another method."""
    write_run(workspace.runs / "a")
    for more in ("", "/", "?lang=xx", "?run=a&run=b", "?run=%ff&base=%00", "/%00", "/%2e%2e", "x"):
        for method in ("GET", "HEAD", "POST", "PUT"):
            assert client.request(method, path + more).status_code < 500
    for name in ("å" * 300, "x" * 5000, "%ff", "..%2f.."):
        assert client.get(path.replace("small", name).replace("/x", f"/{name}")).status_code < 500
        assert client.get(f"{path.rstrip('/')}/{name}").status_code == 404


def test_a_file_that_another_program_has_saved_is_told_on_the_list(client, workspace, tmp_path):
    """And one whose content is another is no longer what was written."""
    file = tmp_path / "plan.gpkg"
    with closing(sqlite3.connect(file)) as base:
        base.execute("CREATE TABLE offices (town)")
        base.commit()
    files = {"plan.json": json.dumps(PLAN), "plan.gpkg": file.read_bytes()}
    writing.write_run(workspace.runs / "one", files, writing.Provenance({}, 1.0))
    kept = workspace.runs / "one" / "plan.gpkg"
    with closing(sqlite3.connect(kept)) as base:
        base.execute("PRAGMA journal_mode = wal")
    told = "Ett annat program har öppnat och sparat plan.gpkg; innehållet är detsamma."
    said = words(client.get("/"))
    assert told in said
    assert "Filerna är inte längre de som skrevs" not in said
    with closing(sqlite3.connect(kept)) as base:
        base.execute("INSERT INTO offices VALUES ('Norr')")
        base.commit()
    said = words(client.get("/"))
    assert told not in said
    assert "Filerna är inte längre de som skrevs" in said


def test_what_is_doubtful_in_the_tables_stands_above_the_boxes(small, client):
    assert "tveksam" not in words(client.get("/scenarios/small?lang=sv"))
    (small / "municipalities" / "municipalities.xlsx").write_bytes(b"")
    said = words(client.get("/scenarios/small?lang=sv"))
    told = "En uppgift i tabellerna är tveksam municipalities/municipalities.xlsx: här behövs"
    assert told in said

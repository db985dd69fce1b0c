"""What is made of a plan: a file that can't be made is named, and costs itself alone."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace

import pytest
import shapely

from cli.test_app import ROLLOUT, SCENARIO
from country import make_country, outline_features
from planner import planning
from planner.data import load
from planner.errors import PlannerError
from planner.outputs.context import Context
from planner.outputs.exports import EXPORTS, Asked
from planner.verify import verify_run
from planner.workflows.write import make_exports, reason_of


def country_of(folder, **given):
    make_country(folder, **given)
    (folder / "scenarios").mkdir()
    for name, text in {"small": SCENARIO, "rollout": ROLLOUT}.items():
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return country_of(tmp_path_factory.mktemp("country"))


def failing(*_, **__):
    raise KeyError("coordinates")


@pytest.mark.parametrize(
    ("module", "name", "lost"),
    [
        ("planner.outputs.pages.map", "render_map", {"map.html"}),
        ("planner.outputs.pages.report", "render_report", {"report.html"}),
        ("planner.outputs.files.geopackage", "render_layers", {"plan.gpkg"}),
        ("planner.outputs.files.plan_workbook", "render_workbook", {"plan.xlsx"}),
        # The workbook holds the calendar, and is verified with it.
        ("planner.outputs.files.spreadsheet", "calendar_csv", {"calendar.csv", "plan.xlsx"}),
        ("planner.outputs.context", "make_calendar", {"calendar.csv", "plan.xlsx"}),
    ],
)
def test_each_file_costs_itself_alone(planner, tmp_path, monkeypatch, country, module, name, lost):
    monkeypatch.setattr(f"{module}.{name}", failing)
    code, out, err = planner("run", "rollout", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["failed"].keys() == lost
    assert all(
        re.fullmatch(r"KeyError: 'coordinates' \(\w+\.py:\d+\)", why)
        for why in told["failed"].values()
    )
    assert "Traceback" not in err
    assert err.count("could not be made (KeyError: 'coordinates'") == len(lost)
    run = tmp_path / "runs" / "rollout"
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert manifest["failed"] == told["failed"]
    whole = {export.file for export in EXPORTS if not export.option}
    assert whole - manifest["outputs"].keys() == lost
    assert {path.name for path in run.iterdir()} == {*manifest["outputs"], "manifest.json"}
    assert verify_run(run, country).ok
    if "report.html" not in lost:
        assert ("map.html" in (run / "report.html").read_text("utf-8")) == ("map.html" not in lost)


def test_the_terminal_names_what_is_not_there_and_shows_no_way_to_it(planner, monkeypatch):
    monkeypatch.setattr("planner.outputs.pages.map.render_map", failing)
    code, out, err = planner("run", "small")
    assert code == 0
    assert "map.html" not in out
    assert "runs/small/report.html" in out
    assert err.strip().endswith("The rest is written, and the plan is the same.")
    assert "as written, without map.html" in planner("runs", data=None)[1]


def test_a_report_that_could_not_be_made_is_told_by_the_command_that_prints_it(
    planner, monkeypatch
):
    monkeypatch.setattr("planner.outputs.pages.report.render_report", failing)
    monkeypatch.setattr("planner.workflows.run.find_browser", lambda: "chromium")
    assert "report.pdf" in json.loads(planner("run", "small", "--pdf", "--json")[1])["failed"]
    code, _, err = planner("pdf", "runs/small", data=None)
    assert code == 2
    assert "KeyError: 'coordinates'" in err


def test_a_pdf_that_the_browser_does_not_print_costs_itself_alone(planner, monkeypatch, tmp_path):
    def refuse(_page):
        raise PlannerError("chromium printed no PDF: 1\nand more")

    monkeypatch.setattr("planner.workflows.run.find_browser", lambda: "chromium")
    monkeypatch.setattr("planner.outputs.files.pdf.render_pdf", refuse)
    code, out, _ = planner("run", "small", "--pdf", "--json")
    assert (code, json.loads(out)["failed"]) == (0, {"report.pdf": "chromium printed no PDF: 1"})
    assert (tmp_path / "runs" / "small" / "report.html").is_file()


def test_a_plan_that_a_limit_cut_short_is_written_too(planner, monkeypatch, tmp_path):
    monkeypatch.setattr("planner.outputs.pages.map.render_map", failing)
    solve = planning.solve

    def cut_short(*given, **options):
        plan = solve(*given, **options)
        end, value = plan.termination, plan.termination.objective
        end = replace(end, reason="interrupted", bound=value - 1, gap=1 / value)
        return replace(plan, termination=end, stages=(*plan.stages[:-1], end))

    monkeypatch.setattr("planner.planning.solve", cut_short)
    code, out, _ = planner("run", "small", "--json")
    assert code == 4
    assert json.loads(out)["failed"].keys() == {"map.html"}
    assert (tmp_path / "runs" / "small" / "plan.json").is_file()


@pytest.fixture(scope="module")
def context(country):
    data = load(country)
    scenario = data.scenario("small")
    plan = planning.solve(data, scenario)
    return Context(plan, scenario, data)


def test_a_picture_that_can_not_be_drawn_leaves_the_tables(context):
    """Outlines without a single point: no map can be drawn, and no report, but the tables can."""
    inputs = context.inputs
    nothing = inputs.outlines.set_geometry([shapely.Polygon()] * len(inputs.outlines))
    data = replace(context.data, inputs=replace(inputs, outlines=nothing))
    made = make_exports(replace(context, data=data), Asked())
    assert "map.html" in made.failed
    assert "plan.xlsx" in made.files


def test_memory_that_runs_out_costs_the_file(context, monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr("planner.outputs.pages.map.render_map", full)
    made = make_exports(context, Asked())
    assert made.failed == {"map.html": "the memory ran out"}


def test_a_programming_error_is_told_with_its_place_and_logged_whole(context, monkeypatch, caplog):
    monkeypatch.setattr("planner.outputs.pages.map.folium_layers", failing)
    with caplog.at_level(logging.DEBUG, "planner"):
        made = make_exports(context, Asked())
    assert re.fullmatch(r"KeyError: 'coordinates' \(map\.py:\d+\)", made.failed["map.html"])
    assert "Traceback" in caplog.text


def test_a_reason_is_one_line():
    assert reason_of(PlannerError("one\ntwo")) == "one"
    assert reason_of(ValueError("x" * 999)) == ("ValueError: " + "x" * 999)[:200]


def test_a_municipality_within_another_without_a_hole_is_drawn(planner, tmp_path):
    """An enclave as generalised outlines have it: the two share no line."""
    features = outline_features()
    west, south, east, north = 0.0, 0.0, 0.0, 0.0
    for feature in features:
        west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
        if feature["properties"]["code"] == "0102":
            inner = shapely.box(west, south, east, north)
    for feature in features:
        if feature["properties"]["code"] == "0101":
            own = shapely.geometry.shape(feature["geometry"])
            around = shapely.union_all([own, inner.buffer(0.05)])
            feature["geometry"] = shapely.geometry.mapping(around)
    folder = country_of(tmp_path / "enclave", features=features)
    assert planner("check", data=folder)[0] == 0
    code, out, err = planner("run", "small", "--json", data=folder)
    assert (code, err) == (0, "")
    assert json.loads(out)["failed"] == {}
    assert (tmp_path / "runs" / "small" / "map.html").is_file()

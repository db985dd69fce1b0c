"""The GIS files: every layer reads, adds up to the plan, and shows itself in QGIS."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
import shapely

from country import country_tables, make_country
from outputs.handmade import HOSTILE, context_of, county_plan, full, scenario
from planner.case.read import read_inputs
from planner.outputs.drawing.palette import FILLS, class_limits
from planner.outputs.files.frames import LAYERS, TABLES, make_frames
from planner.outputs.files.geopackage import render_geojson, render_geopackage
from planner.plan import Assignment
from planner.verify import Check, Verification


def frames_of(*plan, **options):
    return make_frames(context_of(*plan, **options))


def render(plan, inputs, language="en"):
    made = frames_of(plan, inputs, scenario(**periods_of(plan)), language=language)
    return render_geopackage(made, inputs, language=language)


def periods_of(plan):
    return {"rollout": {"periods": [{"name": result.period} for result in plan.periods]}}


@pytest.fixture(scope="module")
def package(small, small_plan, tmp_path_factory):
    """The file of a plan in two periods with everything in it."""
    path = tmp_path_factory.mktemp("gis") / "plan.gpkg"
    path.write_bytes(render(full(small_plan), small))
    return path


def test_every_layer_and_table_reads_in_the_projection_of_the_country(package, small):
    listed = {str(name): kind for name, kind in pyogrio.list_layers(package)}
    assert {name for name, kind in listed.items() if kind} == set(LAYERS)
    assert set(listed) == {*LAYERS, *TABLES, "layer_styles"}
    for name in LAYERS:
        layer = gpd.read_file(package, layer=name)
        assert len(layer) > 0
        assert layer.crs == small.country.crs
        assert layer.geometry.is_valid.all()
    # Degrees that were taken for metres would lie at the equator.
    assert gpd.read_file(package, layer="offices").to_crs(4326).geometry.y.min() > 55


def test_totals_are_those_of_the_plan(package, small, small_plan):
    total = int(small.municipalities["principals"].sum())
    for name in ("offices", "regions", "municipalities"):
        assert gpd.read_file(package, layer=name)["principals"].sum() == total, name
    lines = gpd.read_file(package, layer="allocation")
    at_home = small.municipalities.loc[["0101", "0301"], "principals"].sum()
    assert lines["principals"].sum() == total - at_home
    table = gpd.read_file(package, layer="assignments")
    assert table.groupby("period")["principals"].sum().to_dict() == {"2022": total, "2023": total}
    assert list(gpd.read_file(package, layer="periods")["period"]) == ["2022", "2023"]
    measured = gpd.read_file(package, layer="criteria").set_index("criterion")["value"]
    assert measured["mean_km"] == small_plan.criteria["mean_km"]
    given = gpd.read_file(package, layer="assumptions")
    assert list(given["assumption"]) == [row.key for row in small_plan.assumptions]


@pytest.mark.slow
def test_regions_are_the_municipalities_without_gap_or_overlap(real_inputs, announced, tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(render(announced, real_inputs))
    regions = gpd.read_file(path, layer="regions").geometry.to_numpy()
    places = gpd.read_file(path, layer="municipalities")
    assert len(regions) == 10
    assert shapely.coverage_is_valid(regions)
    assert shapely.area(regions).sum() == pytest.approx(places.geometry.area.sum(), rel=1e-9)
    assert places["principals"].sum() == 2793


def test_lines_lead_from_the_seat_to_the_office_by_road(package, small):
    lines = gpd.read_file(package, layer="allocation").set_index("municipality_code")
    # By road from Ö to Ost is the ferry of 30 km and 60 minutes.
    assert (lines.loc["0302", "office"], lines.loc["0302", "km"]) == ("0301", 30)
    assert lines.loc["0302", "minutes"] == 60
    seats = small.municipalities.loc[["0302", "0301"], ["lon", "lat"]].to_numpy(float)
    ends = shapely.get_coordinates(lines.to_crs(4326).loc["0302", "geometry"])
    assert ends == pytest.approx(seats)


def test_a_municipality_with_two_offices_has_a_line_to_each(small, small_plan):
    owner = small.principals.index[small.principals["municipality_code"] == "0102"][0]
    rows = [
        Assignment("principal", str(code), "2022", "0101", 1.0, 1.0, 1)
        for code in small.principals.index
        if code != owner
    ]
    rows += [
        Assignment("principal", str(owner), "2022", "0201", 1.0, 1.0, 1),
        Assignment("principal", "0102-sole-1", "2022", "0101", 1.0, 1.0, 3),
    ]
    plan = county_plan(small, [("2022", {"0101": ("01",), "0201": ("02", "03")})])
    plan = replace(plan, assignments=tuple(rows))
    frames = frames_of(plan, small, scenario(**periods_of(plan)))
    lines = frames.allocation[frames.allocation["municipality_code"] == "0102"]
    assert dict(zip(lines["office"], lines["principals"], strict=True)) == {"0101": 3, "0201": 1}
    home = frames.municipalities.set_index("municipality_code").loc["0102"]
    assert (home["office"], home["principals"]) == ("0101", 4)


@pytest.mark.slow
def test_an_office_that_closed_stays_in_the_list_without_figures(small):
    plan = county_plan(
        small,
        [
            ("2022", {"0101": ("01", "02"), "0301": ("03",)}),
            ("2023", {"0101": ("01", "02", "03")}),
        ],
    )
    closed = {o.code: "2023" if o.code == "0301" else None for o in plan.offices}
    plan = replace(plan, offices=tuple(replace(o, closes=closed[o.code]) for o in plan.offices))
    frames = frames_of(plan, small, scenario(**periods_of(plan)))
    offices = frames.offices.set_index("code")
    assert offices.loc["0301", "principals"] == 0
    assert offices.loc["0301", ["mean_km", "mean_minutes", "farthest_km"]].isna().all()
    assert list(frames.regions["office"]) == ["0101"]
    closing = frames.periods.set_index("period")["closing"]
    assert closing.to_dict() == {"2022": "", "2023": "Ost"}
    assert render_geopackage(frames, small)


@pytest.mark.slow
def test_one_municipality_alone_needs_no_line(small, small_plan):
    frames = frames_of(small_plan, small, scenario(**periods_of(small_plan)))
    nobody = replace(frames, allocation=frames.allocation.iloc[:0])
    assert render_geopackage(nobody, small)


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes(small_plan, small, tmp_path):
    first = render(small_plan, small)
    tables = country_tables()
    turned = {name: rows[::-1] for name, rows in tables.items()}
    again = read_inputs(make_country(tmp_path, turned))
    assert render(small_plan, again) == first
    assert datetime.now(UTC).date().isoformat().encode() not in first
    # SQLite counts how often a file was written, and that depends on the clock.
    assert int.from_bytes(first[24:28]) == int.from_bytes(first[92:96]) == 1


@pytest.mark.slow
def test_columns_have_words_and_units_in_the_language(package, small, small_plan, tmp_path):
    path = tmp_path / "sv.gpkg"
    path.write_bytes(render(small_plan, small, "sv"))
    found = {}
    for language, file in (("en", package), ("sv", path)):
        with closing(sqlite3.connect(file)) as base:
            rows = base.execute("SELECT table_name, column_name, title FROM gpkg_data_columns")
            found[language] = {row[:2]: row[2] for row in rows}
    assert found["en"]["municipalities", "km"] == "Distance, one way (km)"
    assert found["sv"]["municipalities", "km"] == "Avstånd, enkel resa (km)"
    columns = {
        (name, str(column))
        for name in (*LAYERS, *TABLES)
        for column in pyogrio.read_info(package, layer=name)["fields"]
    }
    assert found["en"].keys() == columns


def styles(package):
    with closing(sqlite3.connect(package)) as base:
        rows = base.execute(
            "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles "
            "WHERE f_table_schema = '' AND f_geometry_column = 'geom'"
        ).fetchall()
    return [(layer, name, ET.fromstring(text), bool(use)) for layer, name, text, use in rows]  # noqa: S314 - our own


def test_every_layer_has_one_default_style_that_names_its_columns(package):
    found = styles(package)
    assert sorted(layer for layer, _, _, default in found if default) == sorted(LAYERS)
    for layer, _, style, _ in found:
        fields = set(pyogrio.read_info(package, layer=layer)["fields"])
        assert {alias.get("field") for alias in style.iter("alias")} == fields
        for renderer in style.iter("renderer-v2"):
            assert renderer.get("attr", "number") in {*fields, "number"}
        for label in style.iter("text-style"):
            assert set(re.findall(r'"(\w+)"', label.get("fieldName"))) <= fields


@pytest.mark.slow
def test_regions_look_as_on_the_map_and_differ_without_colour(real_inputs, announced, tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(render(announced, real_inputs))
    (style,) = (each for layer, _, each, _ in styles(path) if layer == "regions")
    looks = {}
    for category in style.iter("category"):
        symbol = style.find(f".//symbol[@name='{category.get('symbol')}']")
        looks[category.get("value")] = [
            (
                layer.find(".//Option[@name='color']").get("value"),
                layer.find(".//Option[@name='style']").get("value"),
            )
            for layer in symbol.iter("layer")
        ]
    assert len(looks) == 10
    red, green, blue = (int(FILLS[0][at : at + 2], 16) for at in (1, 3, 5))
    assert looks["1"] == [(f"{red},{green},{blue},255", "solid")]
    # The ninth has the first colour again, with a hatch; and every region has its number in it.
    assert looks["9"][0] == looks["1"][0]
    assert looks["9"][1][1] == "b_diagonal"
    assert style.find(".//text-style").get("fieldName") == "number"


@pytest.mark.slow
def test_travel_time_has_the_classes_of_the_map(real_inputs, announced, tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(render(announced, real_inputs))
    (style,) = (s for layer, name, s, _ in styles(path) if name == "Travel time (min)")
    places = gpd.read_file(path, layer="municipalities")["minutes"]
    limits = class_limits([round(minutes) for minutes in places])
    ranges = [(float(r.get("lower")), float(r.get("upper"))) for r in style.iter("range")]
    assert [low + 0.5 for low, _ in ranges] == [0, *limits]
    assert len(limits) == 5
    for low, high in ranges:
        assert places.between(low, high).any()
    assert sum(int(places.between(low, high).sum()) for low, high in ranges) == 290


@pytest.mark.slow
def test_hostile_names_stay_text(small_plan, tmp_path):
    tables = country_tables(announced=())
    name = HOSTILE.replace("\u2028", "'; DROP TABLE offices; --")
    for row in tables["municipalities"]:
        row["name"] = row["seat"] = f"{name}{row['code']}"
    inputs = read_inputs(make_country(tmp_path / "data", tables))
    plan = replace(
        small_plan, offices=tuple(replace(o, town=f"{name}{o.code}") for o in small_plan.offices)
    )
    path = tmp_path / "plan.gpkg"
    path.write_bytes(render(plan, inputs))
    assert set(gpd.read_file(path, layer="offices")["town"]) == {f"{name}0101", f"{name}0301"}
    (style,) = (each for layer, _, each, _ in styles(path) if layer == "regions")
    assert {c.get("label") for c in style.iter("category")} == {
        f"1 {name}0101",
        f"2 {name}0301",
    }


def test_geojson_is_in_degrees_and_says_what_the_layers_say(small, small_plan):
    frames = frames_of(small_plan, small, scenario(**periods_of(small_plan)))
    files = render_geojson(frames)
    assert set(files) == {f"{name}.geojson" for name in LAYERS}
    for name in LAYERS:
        text = files[f"{name}.geojson"]
        assert "crs" not in json.loads(text)
        layer = gpd.read_file(io.StringIO(text))
        own = getattr(frames, name)
        assert len(layer) == len(own)
        assert layer.total_bounds == pytest.approx(own.total_bounds)
    for feature in json.loads(files["regions.geojson"])["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            assert shapely.LinearRing(polygon[0]).is_ccw  # as RFC 7946 asks
    assert render_geojson(frames) == files


@pytest.mark.slow
def test_the_assurance_sheet_travels_with_the_map(small, small_plan, tmp_path):
    """With the results of the checks that it was given, in its own table."""
    found = Verification("", (Check("hours", ok=True, detail=""),), ())
    made = frames_of(small_plan, small, scenario(**periods_of(small_plan)), verification=found)
    path = tmp_path / "plan.gpkg"
    path.write_bytes(render_geopackage(made, small))
    table = pyogrio.read_dataframe(path, layer="assurance")
    said = dict(zip(table["subject"], table["statement"], strict=True))
    assert said["Dialogerna ryms i rådgivarnas arbetstid"] == "håller"
    assert said["Granskare"].endswith("Namn:; Datum:; Underskrift:")

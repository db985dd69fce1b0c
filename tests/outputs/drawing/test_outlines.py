"""Outlines: borders, regions and places for numbers, on squares where the answer is plain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from country import WAYS, dateline_country, make_country, outline_features
from outputs.handmade import context_of, county_plan, scenario
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
from planner.outputs.drawing.outlines import dissolve, number_places, shared_borders
from planner.outputs.drawing.svgmap import draw, make_sheet
from planner.outputs.files.frames import make_frames
from planner.outputs.views import make_views, number_offices


def test_neighbours_share_one_line_and_corners_none(small):
    # Six squares of 0.12 by 0.04 degrees in three columns: three borders along a column's
    # middle, four between columns; squares that meet at a corner share no line.
    borders = {(a, b): line for a, b, line in shared_borders(small.outlines)}
    assert set(borders) == {
        ("0101", "0102"), ("0201", "0202"), ("0301", "0302"),
        ("0101", "0201"), ("0102", "0202"), ("0201", "0301"), ("0202", "0302"),
    }  # fmt: skip
    assert borders["0101", "0102"].length == pytest.approx(0.12)
    assert borders["0101", "0201"].length == pytest.approx(0.04)


def test_islands_share_no_border(small):
    """Squares that meet at a corner alone, and one by itself."""
    assert shared_borders(small.outlines.loc[["0101", "0202"]]) == []
    assert shared_borders(small.outlines.loc[["0101"]]) == []


@pytest.mark.parametrize("edge", [0.05, 0.0])
def test_an_enclave_without_a_hole_has_a_border_and_leaves_no_seam(tmp_path, edge):
    """Söder is drawn within Norr, or along its edge, as in outlines that were generalised."""
    north, south, *others = outline_features()
    around = shapely.box(*shapely.geometry.shape(south["geometry"]).buffer(edge).bounds)
    around = shapely.union_all([shapely.geometry.shape(north["geometry"]), around])
    north["geometry"] = shapely.geometry.mapping(around)
    found = read_inputs(make_country(tmp_path, features=[north, south, *others])).outlines
    west, low, east, high = shapely.geometry.shape(south["geometry"]).bounds
    borders = {(a, b): line for a, b, line in shared_borders(found)}
    # On three sides; the fourth is Vik's, which is smaller than what is drawn around Söder.
    length = 2 * (east - west) + high - low if edge else east - west
    assert borders["0101", "0102"].length == pytest.approx(length)
    joined = dissolve(found, {"0101": "a", "0102": "a"})["a"]
    neighbours = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in others])
    assert joined.equals(around - neighbours)


def test_outlines_that_come_to_cross_are_joined_all_the_same(small):
    """As a long edge does in another projection, over what lies close by."""
    shapes = small.outlines.geometry.copy()
    shapes["0101"] = shapes["0101"].buffer(0.01)
    found = dissolve(small.outlines.set_geometry(shapes), {"0101": "a", "0102": "a", "0201": "b"})
    assert found["a"].contains(shapes["0102"])


def test_regions_are_joined_without_seams(small):
    shapes = dissolve(small.outlines, {"0101": "a", "0102": "a", "0201": "b"})
    assert list(shapes) == ["a", "b"]
    assert shapes["a"].area == pytest.approx(0.12 * 0.08)
    assert shapes["a"].geom_type == "Polygon"


def test_every_region_gets_its_number_inside_itself(small, small_plan):
    numbers = number_offices(small, small_plan)
    views = make_views(small_plan, small, travel_matrix(small, keep=False), numbers)
    metres = small.outlines.to_crs(small.country.crs)
    places = number_places(metres, views[1], "EPSG:4326")
    shapes = dissolve(small.outlines, {c: h.office for c, h in views[1].homes.items()})
    code = {number: code for code, number in numbers.items()}
    assert sorted(number for _, _, number in places) == [1, 2]
    for x, y, number in places:
        assert shapes[code[number]].contains(shapely.Point(x, y))


def test_names_on_the_static_map_cover_neither_each_other_nor_a_badge(real_inputs, announced):
    numbers = number_offices(real_inputs, announced)
    (view,) = make_views(announced, real_inputs, travel_matrix(real_inputs), numbers)
    sheet = make_sheet(real_inputs)
    labels = draw(sheet, view).labels
    names = [
        shapely.box(label.left, label.top, label.left + label.width, label.top + 29)
        for label in labels
    ]
    badges = [shapely.Point(label.x, label.y).buffer(15) for label in labels]
    assert [label.town for label in labels][:3] == ["Luleå", "Umeå", "Härnösand"]
    for index, name in enumerate(names):
        assert shapely.box(0, 0, sheet.width, sheet.height).contains(name)
        assert not any(name.intersects(other) for other in names[index + 1 :])
        assert not any(name.intersects(badge) for badge in badges)


@pytest.mark.parametrize("shrunk", [1, 50])
def test_detail_and_room_for_numbers_follow_the_size_of_the_land(small, small_plan, shrunk):
    """Half a thousandth of it, be it a country or a town: absolute metres made triangles of it."""
    shapes = small.outlines.geometry.copy()
    west, low, east, high = shapes["0302"].bounds
    coast = [
        (west + (east - west) * x / 100, low + (high - low) / 10 * (x % 2)) for x in range(101)
    ]
    shapes["0302"] = shapely.Polygon([*coast, (east, high), (west, high)])
    middle = np.array(coast[50])
    points = shapely.transform(shapes.to_numpy(), lambda at: middle + (at - middle) / shrunk)
    land = replace(small, outlines=small.outlines.set_geometry(points))
    sheet = make_sheet(land)
    assert shapely.get_num_coordinates(sheet.outlines.geometry["0302"]) > 90
    numbers = number_offices(small, small_plan)
    view = make_views(small_plan, small, travel_matrix(small, keep=False), numbers)[1]
    assert len(draw(sheet, view).regions) == 2
    assert [n for *_, n in number_places(sheet.outlines, view, str(sheet.outlines.crs))] == [1, 2]


@pytest.mark.parametrize("way", WAYS)
def test_a_land_across_the_180th_meridian_is_drawn_in_one_piece(tmp_path, small, way):
    """In print and in the layers: as wide as anywhere, its towns within their outlines."""
    land = read_inputs(dateline_country(tmp_path, way))
    sheet, elsewhere = make_sheet(land), make_sheet(small)
    assert sheet.width == pytest.approx(elsewhere.width, rel=0.05)
    assert sheet.height == pytest.approx(elsewhere.height, rel=0.05)
    west, _, east, _ = elsewhere.outlines.total_bounds
    width = east - west
    plan = county_plan(land, [("2024", {"0101": ("01", "02"), "0301": ("03",)})])
    frames = make_frames(context_of(plan, land, scenario()))
    for name in ("municipalities", "regions", "allocation", "offices"):
        west, _, east, _ = getattr(frames, name).to_crs(land.country.crs).total_bounds
        assert 0.3 * width < east - west < 1.1 * width, name
    homes = frames.municipalities.set_index("municipality_code").geometry
    for code, town in frames.offices.set_index("code").geometry.items():
        assert homes[code].contains(town)
    assert set(homes.map(lambda shape: len(shape.geoms))) == {1}

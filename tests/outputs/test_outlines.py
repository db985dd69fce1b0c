"""Outlines: borders, regions and places for numbers, on squares where the answer is plain."""

from __future__ import annotations

import pytest
import shapely

from planner.outputs.outlines import dissolve, number_places, shared_borders
from planner.outputs.svgmap import draw, make_sheet
from planner.outputs.views import make_views, number_offices
from planner.travel.matrix import travel_matrix


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
def test_an_enclave_without_a_hole_has_no_border_and_leaves_none(small, edge):
    """Söder is drawn within Norr, or along its edge, as in outlines that were generalised."""
    shapes = small.outlines.geometry.copy()
    around = shapely.union_all([shapes["0101"], shapes["0102"].buffer(edge)])
    shapes["0101"] = shapely.box(*around.bounds)
    found = small.outlines.set_geometry(shapes)
    assert all(not line.is_empty for _, _, line in shared_borders(found))
    joined = dissolve(found, {"0101": "a", "0102": "a"})["a"]
    assert joined.equals(shapes["0101"])


def test_regions_are_joined_without_seams(small):
    shapes = dissolve(small.outlines, {"0101": "a", "0102": "a", "0201": "b"})
    assert list(shapes) == ["a", "b"]
    assert shapes["a"].area == pytest.approx(0.12 * 0.08)
    assert shapes["a"].geom_type == "Polygon"


def test_every_region_gets_its_number_inside_itself(small, small_plan):
    numbers = number_offices(small, small_plan)
    views = make_views(small_plan, small, travel_matrix(small, cache=False), numbers)
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

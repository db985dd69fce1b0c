"""Outlines, and how far from its own a town may lie."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from country import outline_features
from planner.case import outlines
from planner.case.outlines import (
    Ground,
    fit,
    lay_out,
    projection_problems,
    read_outlines,
    town_problems,
)
from planner.case.schemas import TABLES
from planner.case.sheet import ReadTable

UTM = "EPSG:32633"
GOOD = outline_features()


def feature(code: Any, *corners: tuple[float, float]) -> dict[str, Any]:
    """Return a feature of one ring that is closed for it."""
    geometry = {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def told(*features: Any, **more: Any) -> list[tuple[Any, ...]]:
    """Return the problems of a collection as (column, value, expected)."""
    _, problems = read_outlines({"type": "FeatureCollection", "features": list(features), **more})
    return [(p.column, p.value, p.expected) for p in problems]


@pytest.mark.parametrize(
    "document",
    [[], {"features": []}, {"type": "FeatureCollection"}, {"type": "X", "features": []},
     {"type": "FeatureCollection", "features": {}}],
)  # fmt: skip
def test_what_is_no_collection(document: Any) -> None:
    """Its type and its list of features are both asked for."""
    found, problems = read_outlines(document)
    assert found is None
    assert [(p.column, p.expected) for p in problems] == [("type", "a GeoJSON FeatureCollection")]


def test_a_collection_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many features as rows of a table."""
    monkeypatch.setattr(outlines, "MAX_ROWS", 2)
    assert read_outlines({"type": "FeatureCollection", "features": GOOD[:2]})[1] == []
    found, (problem,) = read_outlines({"type": "FeatureCollection", "features": GOOD[:3]})
    assert (found, problem.column, problem.value) == (None, "features", "3")
    assert problem.expected == "at most 2"


def test_a_system_that_is_not_known_is_told() -> None:
    """By its name; of the shapes nothing can be said."""
    found, problems = read_outlines(
        {"type": "FeatureCollection", "features": list(GOOD), "crs": {"name": "EPSG::43267"}}
    )
    assert found is None
    assert [(p.column, p.value) for p in problems] == [("crs", "EPSG::43267")]


def in_system(crs: str, *shapes: shapely.Geometry) -> dict[str, Any]:
    """Return a collection of the shapes a, b, ... in a system."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(s)}
        for code, s in zip("abcd", shapes, strict=False)
    ]
    name = {"type": "name", "properties": {"name": crs}}
    return {"type": "FeatureCollection", "features": features, "crs": name}


def test_a_system_that_is_named_is_read() -> None:
    """Metres become degrees, and what neighbours share stays shared; ETRS89 is read as it is."""
    west, east = shapely.box(5e5, 65e5, 51e4, 651e4), shapely.box(51e4, 65e5, 52e4, 651e4)
    shapes, problems = read_outlines(in_system("urn:ogc:def:crs:EPSG::3006", west, east))
    assert (problems, shapes is not None) == ([], True)
    assert shapes is not None
    assert shapely.get_coordinates(shapes["a"]).min(axis=0) == pytest.approx([15.0, 58.640182])
    assert shapely.coverage_is_valid(list(shapes.values()))
    land = shapely.box(14, 55, 15, 56)
    shapes, problems = read_outlines(in_system("urn:ogc:def:crs:EPSG::4258", land))
    assert problems == []
    assert shapes == {"a": land}


def test_a_system_that_the_coordinates_are_not_in_is_told() -> None:
    """Degrees where it is one of metres, and what it can't hold."""
    land = shapely.box(14, 55, 15, 56)
    _, problems = read_outlines(in_system("EPSG:3006", land, land))
    assert [(p.column, p.value, p.expected) for p in problems] == [
        ("coordinates", "every feature", "coordinates in SWEREF99 TM; these look like degrees")
    ]
    _, problems = read_outlines(in_system("EPSG:3006", shapely.box(1e9, 1e9, 2e9, 2e9)))
    assert [(p.column, p.value, p.expected) for p in problems] == [
        ("coordinates", "a", "coordinates in SWEREF99 TM, east before north; another system?")
    ]


def test_an_outline_over_another_cuts_a_hole_there() -> None:
    """The smaller keeps what both had: a town within its district, and an isle in the town."""
    district, town, isle = (shapely.box(a, a, b, b) for a, b in ((0, 9), (2, 5), (3, 4)))
    shapes, problems = fit({"a": district, "b": town, "c": isle})
    assert problems == []
    assert shapes["a"].equals(district - town)
    assert shapes["b"].equals(town - isle)
    assert shapes["c"].equals(isle)
    shapes, problems = fit({"a": shapely.box(0, 0, 1, 1), "b": shapely.box(0.99, 0, 2, 1)})
    assert problems == []
    assert shapely.coverage_is_valid(list(shapes.values()))


def test_an_outline_of_which_nothing_is_left_is_told() -> None:
    """The same one under two codes."""
    land = shapely.box(14, 55, 15, 56)
    shapes, problems = fit({"b": land, "a": land})
    assert [(p.column, p.value, p.expected) for p in problems] == [
        ("geometry", "b", "an outline of its own; others cover all of this one")
    ]
    assert shapes["a"].equals(land)


def test_a_shape_may_reach_the_ends_of_the_globe() -> None:
    """Once round it either way, and no further in any direction."""
    corners = ((-180, -90), (180, -90), (180, 90))
    assert told(feature("a", *corners)) == []
    assert told(feature("a", (-360, -90), (-350, -90), (-350, 90))) == []
    assert told(feature("a", (350, -90), (360, -90), (360, 90))) == []
    for point in ((-361, 0), (361, 0), (0, -91), (0, 91)):
        ((column, value, _),) = told(feature("a", (0, 0), (1, 1), point))
        assert (column, value) == ("coordinates", "a")


FAR = feature("a", (0, 0), (1, 1), (500, 0)), feature("b", (0, 0), (1, 1), (600, 0))


def test_metres_throughout_are_told_once() -> None:
    """Where every one of several features is off; otherwise each by its code."""
    assert [row[:2] for row in told(*FAR)] == [("coordinates", "every feature")]
    assert [row[:2] for row in told(FAR[0])] == [("coordinates", "a")]
    assert [row[:2] for row in told(*FAR, GOOD[0])] == [("coordinates", "a"), ("coordinates", "b")]
    odd = told(*FAR, GOOD[0], GOOD[0])
    assert [row[:2] for row in odd] == [
        ("coordinates", "a"), ("coordinates", "b"), ("code", "0101"),
    ]  # fmt: skip
    assert odd[2][2] == "each code once; feature 4 repeats it"


def test_a_feature_that_is_none_is_told_by_code_or_number() -> None:
    """And what is wrong with it; a code that came before is told of as such."""
    found = told({"type": "Feature", "properties": {}, "geometry": None}, 3)
    assert [row[0] for row in found] == ["properties.code", ""]
    assert [row[2].rpartition(" (")[2] for row in found] == ["feature 1)", "feature 2)"]
    ((column, *_),) = told({"type": "Shape", "properties": {}, "geometry": None})
    assert column == "type"
    shapes, _ = read_outlines(
        {"type": "FeatureCollection", "features": [{**GOOD[0], "geometry": None}, GOOD[1]]}
    )
    assert shapes is not None
    assert shapes["0101"] is None
    assert shapes["0102"] is not None


NOTHING: list[Any] = [
    None, {"type": "Polygon", "coordinates": []}, {"type": "MultiPolygon", "coordinates": []},
    {"type": "GeometryCollection", "geometries": []}, [],
]  # fmt: skip


@pytest.mark.parametrize("geometry", NOTHING)
def test_a_feature_without_an_outline_is_told_by_its_code(geometry: Any) -> None:
    """A normal thing in exports: a row of the table that has no shape."""
    rows = told({**GOOD[0], "geometry": geometry}, GOOD[1])
    assert rows == [("geometry", "0101", "an outline; this feature has none")]


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, "Point"),
        ({"type": "GeometryCollection", "geometries": [{"type": "LineString"}]}, "LineString"),
        ({"coordinates": [1]}, ""),
    ],
)
def test_a_shape_that_is_no_polygon_is_told_by_its_kind(geometry: Any, kind: str) -> None:
    """On its own, or in a collection."""
    rows = told({**GOOD[0], "geometry": geometry})
    assert rows == [("geometry.type", kind, "a Polygon or a MultiPolygon (0101)")]


def test_a_collection_of_polygons_is_one_outline() -> None:
    """Joined where they meet; with one that crosses itself it is no outline."""
    halves = [shapely.geometry.mapping(shapely.box(x, 0, x + 1, 1)) for x in (0, 1)]
    shape = {"type": "GeometryCollection", "geometries": halves}
    shapes, problems = read_outlines(
        {"type": "FeatureCollection", "features": [{**GOOD[0], "geometry": shape}]}
    )
    assert (problems, shapes is not None) == ([], True)
    assert shapes is not None
    assert shapes["0101"].equals(shapely.box(0, 0, 2, 1))
    halves.append(feature("", (0, 0), (1, 1), (1, 0), (0, 1))["geometry"])
    ((column, value, expected),) = told({**GOOD[0], "geometry": shape})
    assert (column, value) == ("geometry", "0101")
    assert "Self-intersection[0.5 0.5]" in expected


def test_a_shape_is_flat_and_valid() -> None:
    """Heights are left out; a bow tie is told of with where it crosses."""
    high = feature("a", (0, 0, 5), (1, 1, 5), (1, 0, 5))  # type: ignore[arg-type]
    shapes, problems = read_outlines({"type": "FeatureCollection", "features": [high]})
    assert problems == []
    assert shapes is not None
    assert not shapes["a"].has_z
    ((column, value, expected),) = told(feature("a", (0, 0), (1, 1), (1, 0), (0, 1)))
    assert (column, value) == ("geometry", "a")
    assert "Self-intersection[0.5 0.5]" in expected


def ground(east: float, *, whole: bool = True) -> Ground:
    """Return two squares of 2 km, one around 55 N 15 E less some metres, one 400 km north."""
    (at,) = gpd.GeoSeries(gpd.points_from_xy([15], [55]), crs="EPSG:4326").to_crs(UTM)
    shapes = [shapely.box(at.x - east - 2000, y, at.x - east, y + 2000) for y in (at.y, at.y + 4e5)]
    return Ground(("a", "b"), np.array(shapes), gpd.GeoSeries(shapes, crs=UTM).crs, whole)


@pytest.mark.parametrize(("east", "outside"), [(9_990, False), (10_010, True)])
def test_ten_kilometres_outside_is_too_far(east: float, *, outside: bool) -> None:
    """From its own outline, or from any."""
    found = ground(east).outside([55.0, 55.0, 55.0], [15.0, 15.0, 15.0], np.array([0, -1, 1]))
    assert found.tolist() == [outside, outside, True]


def towns(*rows: tuple[str, float, float]) -> ReadTable:
    """Return campuses of municipalities at some places, on lines 2, 3, ..."""
    codes, lat, lon = (list(column) for column in zip(*rows, strict=True))
    cells = {"municipality_code": codes, "lat": lat, "lon": lon}
    return ReadTable(TABLES["campuses"], list(range(2, 2 + len(rows))), cells, [])


def resolve(code: str) -> str | None:
    """Return a code that is known; `c` has no outline."""
    return code if code in ("a", "b", "c") else None


def test_towns_far_from_their_own_outline_are_told() -> None:
    """Of no municipality: from the whole country, where all of it is there."""
    sheet = towns(("a", 55.0, 15.0), ("b", 55.0, 15.0), ("c", 0.0, 0.0), ("x", 0.0, 0.0),
                  ("x", 55.0, 15.0), ("a", 15.0, 55.0), ("a", 15.0, 95.0))  # fmt: skip
    found = [
        (p.row, p.column, p.value, p.expected) for p in town_problems(sheet, ground(9), resolve)
    ]
    near = "a place within 10 km of"
    assert found == [
        (3, "lat, lon", "55.0, 15.0", f"{near} the outline of b"),
        (5, "lat, lon", "0.0, 0.0", f"{near} the country"),
        (7, "lat, lon", "15.0, 55.0", f"{near} the outline of a; are lat and lon swapped?"),
        (8, "lat, lon", "15.0, 95.0", f"{near} the outline of a"),
    ]
    part = town_problems(sheet, ground(9, whole=False), resolve)
    assert [p.row for p in part] == [3, 7, 8]
    assert town_problems(towns(("c", 0.0, 0.0)), ground(9), resolve) == []


def test_a_town_whose_code_is_unsound_is_somewhere_in_the_country() -> None:
    """What can't be read of one cell is no reason to leave another."""
    cells = {"municipality_code": [None, None], "lat": [55.0, 0.0], "lon": [15.0, 0.0]}
    sheet = ReadTable(TABLES["campuses"], [2, 3], cells, [])
    assert [p.row for p in town_problems(sheet, ground(9), resolve)] == [3]
    assert town_problems(sheet, ground(9, whole=False), resolve) == []


def test_outlines_are_laid_out_in_metres() -> None:
    """In order of codes, the sound ones; without a projection, in the zone they lie in."""
    shape = shapely.box(14.5, 55, 15.5, 55.5)
    found = lay_out({"b": shape, "a": shape}, None)
    assert (found.codes, found.whole, found.crs.to_epsg()) == (("a", "b"), True, 32633)
    assert found.shapes[0].area == pytest.approx(63.6e3 * 55.6e3, rel=0.01)
    found = lay_out({"b": shape, "a": None}, "EPSG:3006")
    assert (found.codes, found.whole, found.crs.to_epsg()) == (("b",), False, 3006)


@pytest.mark.parametrize(
    ("west", "south", "crs", "askew"),
    [
        (14.0, 55.0, "EPSG:3006", False),
        (8.0, 47.0, "EPSG:3006", False),  # eight degrees south of Sweden
        (-60.0, -30.0, "EPSG:3006", True),
        (14.0, -55.0, "EPSG:3006", True),
        (14.0, 55.0, "EPSG:3857", False),  # made for the whole world
        (179.0, -17.0, "EPSG:3460", False),  # Fiji, which the date line runs through
        (-180.0, -17.0, "EPSG:3460", False),
        (14.0, 55.0, "EPSG:3460", True),
        (14.0, 55.0, "+proj=tmerc +lon_0=100 +units=m", False),  # says nothing of its area
    ],
)
def test_a_projection_made_for_another_part_of_the_world_is_told(
    west: float, south: float, crs: str, *, askew: bool
) -> None:
    """The file of another country, copied: its maps would not have north up."""
    found = projection_problems({"1": shapely.box(west, south, west + 1, south + 1)}, crs)
    assert [(p.file, p.column, p.value) for p in found] == [("country.toml", "crs", crs)] * askew


def test_one_municipality_near_enough_will_do() -> None:
    """An island far away does not make the projection of the mainland wrong."""
    places = {"1": shapely.box(14, 55, 15, 56), "2": shapely.box(-60, -30, -59, -29), "3": None}
    assert projection_problems(places, "EPSG:3006") == []

"""Coordinates of GeoJSON files: the system that is named, and lands across the 180th meridian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from shapely import box

from country import SHIFT, WAYS, dateline_country, make_country
from planner.case.coordinates import beside, crs_of, one_side, to_degrees, unwrapped, written
from planner.case.read import read_inputs

if TYPE_CHECKING:
    from pathlib import Path


def named(name: Any) -> dict[str, Any]:
    """Return a document that names a system as programs do."""
    return {"crs": {"type": "name", "properties": {"name": name}}}


@pytest.mark.parametrize(
    "document",
    [
        {}, {"crs": None}, {"crs": "EPSG:4326"}, {"crs": {"name": "EPSG:4326"}},
        named("urn:ogc:def:crs:OGC:1.3:CRS84"), named("urn:ogc:def:crs:EPSG::4326"),
        named("http://www.opengis.net/def/crs/EPSG/0/4326"), named("EPSG:4979"),
    ],
)  # fmt: skip
def test_degrees_of_wgs_84_stay_as_they_are(document: dict[str, Any]) -> None:
    """To the last digit, longitude first whatever order EPSG gives its axes."""
    crs, wrong = crs_of(document)
    assert wrong is None
    assert to_degrees(crs) is None


@pytest.mark.parametrize(
    ("name", "point", "degrees"),
    [
        ("urn:ogc:def:crs:EPSG::4258", (15.5, 58.25), (15.5, 58.25)),
        ("urn:ogc:def:crs:EPSG::3006", (500_000, 6_500_000), (15.0, 58.640297)),
        ("EPSG:25832", (500_000, 6_500_000), (9.0, 58.640297)),
        ("EPSG:3857", (20_037_508.342789244, 0), (180.0, 0.0)),
        ("http://www.opengis.net/def/crs/EPSG/0/32660", (500_000, 0), (177.0, 0.0)),
    ],
)
def test_others_are_transformed(
    name: str, point: tuple[float, float], degrees: tuple[float, float]
) -> None:
    """From east, north; ETRS89 is WGS 84 to a metre. Central meridians keep their longitude."""
    crs, wrong = crs_of(named(name))
    way = to_degrees(crs)
    assert (wrong, way is None) == (None, False)
    assert way is not None
    assert way(np.array([point], dtype=float))[0] == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "EPSG::43267",  # has 4326 within
        "urn:ogc:def:crs:EPSG::43267", "urn:example:CRS84", "SWEREF", "SWEREF 99 TM", "",
        "EPSG:5613",  # a height
        "EPSG:4978",  # three axes through the Earth
        "+proj=utm +zone=33", "+init=epsg:3006", "EPSG:3006\x00", "\ud800:1", "example.org/crs:1",
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(name: str) -> None:
    """Also what is known and has no place on a map, and a definition in place of a name."""
    _, wrong = crs_of(named(name))
    assert wrong is not None
    assert wrong.startswith("the name of a coordinate reference system that is known, such as")


@pytest.mark.parametrize(
    ("given", "told"),
    [(7, "7"), ([], "[]"), ({}, "{}"), ({"properties": {"href": "x"}}, "{'href': 'x'}")],
)
def test_what_is_no_name_is_refused(given: object, told: str) -> None:
    """And told as it stands there."""
    _, wrong = crs_of({"crs": given})
    assert wrong is not None
    assert written(given) == told


HOLE = [(-179.9, -16.6), (-179.7, -16.6), (-179.7, -16.4), (-179.9, -16.6)]
JUMPS = [(179.5, -17), (-179.5, -17), (-179.5, -16), (179.5, -16), (179.5, -17)]


def test_a_ring_that_jumps_goes_the_short_way() -> None:
    """And its holes with it, on whichever side they were drawn."""
    found = unwrapped(shapely.Polygon(JUMPS, [HOLE]))
    around = box(179.5, -17, 180.5, -16)
    assert found.normalize().equals_exact(
        (around - shapely.Polygon([(180.1, -16.6), (180.3, -16.6), (180.3, -16.4)])).normalize(),
        1e-9,
    )


@pytest.mark.parametrize(
    "shape",
    [
        box(11, 55, 24, 69),
        box(-180, -90, 180, 90),  # all of the globe
        shapely.Polygon([(-120, 85), (0, 85), (120, 85), (-120, 85)]),  # round a pole
        shapely.Polygon([(-180, -90), (-180, -70), (0, -65), (180, -70), (180, -90)]),
    ],
)
def test_others_stay_as_they_are(shape: shapely.Polygon) -> None:
    """An edge of more than half the globe that can't be meant otherwise is left alone."""
    assert unwrapped(shape) is shape


def bounds(*shapes: shapely.Geometry) -> list[Any]:
    """Return west and east of each shape on one side."""
    return [shape.bounds[::2] for shape in one_side(list(shapes))]


def test_the_widest_gap_is_where_the_map_ends() -> None:
    """The middle of the land says which way round its longitudes are told."""
    assert bounds(box(179, 0, 180, 1), box(-180, 0, -178, 1)) == [(-181, -180), (-180, -178)]
    assert bounds(box(178, 0, 180, 1), box(-180, 0, -179, 1)) == [(178, 180), (180, 181)]
    assert bounds(box(179, 0, 180, 1), box(-180, 0, -179, 1)) == [(179, 180), (180, 181)]
    assert bounds(box(172, 0, 180, 1), box(-125, 0, -70, 1)) == [(-188, -180), (-125, -70)]
    assert bounds(box(27, 0, 180, 1), box(-180, 0, -170, 1)) == [(27, 180), (180, 190)]
    assert bounds(box(350, 0, 360, 1), box(0, 0, 2, 1)) == [(-10, 0), (0, 2)]


@pytest.mark.parametrize(
    "land",
    [
        [box(11, 55, 24, 69)],
        [box(-8, 50, 2, 58)],
        [box(-61, 14, -60, 15), box(-5, 42, 8, 51), box(55, -21, 56, -20)],
        [box(-180, -90, 180, 90)],
    ],
)
def test_a_land_on_one_side_is_not_touched(land: list[shapely.Geometry]) -> None:
    """Not even a copy is made."""
    assert all(found is given for found, given in zip(one_side(land), land, strict=True))


def test_an_outline_that_was_cut_is_joined() -> None:
    """Its halves meet at 180 degrees; islands on either side remain two."""
    cut = shapely.multipolygons([box(179, 0, 180, 1), box(-180, 0, -179, 1)])
    (found,) = one_side([cut])
    assert found.equals(box(179, 0, 181, 1))
    assert found.geom_type == "Polygon"
    islands = shapely.multipolygons([box(178, 0, 179, 1), box(-179, 0, -178, 1)])
    assert [part.bounds[::2] for part in one_side([islands])[0].geoms] == [(178, 179), (181, 182)]


def test_towns_come_beside_the_land() -> None:
    """Whole turns of the globe are added or taken, nothing else."""
    assert beside(180.0, [179.5, -179.5, -0.5]).tolist() == [179.5, 180.5, 359.5]
    assert beside(-150.0, [172.0, -70.0]).tolist() == [-188.0, -70.0]
    assert beside(17.6, [11.1315]).tolist() == [11.1315]


@pytest.mark.parametrize("way", WAYS)
def test_however_it_is_drawn_the_country_is_in_one_piece(tmp_path: Path, way: str) -> None:
    """Three columns of squares, the middle one across the meridian: elsewhere, and all the same."""
    plain = read_inputs(make_country(tmp_path / "plain"))
    found = read_inputs(dateline_country(tmp_path / way, way))
    shift = np.array([SHIFT, 0.0, SHIFT, 0.0])
    assert (found.outlines.bounds.to_numpy() - shift) == pytest.approx(
        plain.outlines.bounds.to_numpy(), abs=1e-9
    )
    assert all(len(shapely.get_parts(shape)) == 1 for shape in found.outlines.geometry)
    assert found.outlines.total_bounds[2] > 180
    for name in ("municipalities", "campuses", "sister_sites"):
        lon, before = getattr(found, name)["lon"], getattr(plain, name)["lon"]
        assert lon.to_numpy() - SHIFT == pytest.approx(before.to_numpy(), abs=1e-9)

"""The municipal outlines, and whether towns lie where they should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pydantic import TypeAdapter, ValidationError
from pyproj import CRS

from planner.case.columns import short
from planner.case.coordinates import Way, crs_of, one_side, to_degrees, unwrapped, written
from planner.case.expected import expected_of
from planner.case.schemas import COUNTRY, MAX_ROWS, OUTLINES, OUTSIDE_KM, Outline
from planner.case.sheet import ReadTable
from planner.errors import Problem
from planner.message import Message, say

WGS84 = "EPSG:4326"
ASKEW = 15.0
"""Degrees from the area that a projection is made for at which north is no longer up."""
FINE = 0.5
"""Degrees between points of an edge: so short it bends less than 100 m off the straight line."""
_FEATURE = TypeAdapter(Outline)


def read_outlines(document: Any) -> tuple[dict[str, shapely.Geometry] | None, list[Problem]]:
    """Check a GeoJSON document feature by feature.

    Parameters
    ----------
    document : object
        What the file held.

    Returns
    -------
    outlines : dict of str to shapely.Geometry, or None
        Code -> outline in degrees of WGS 84, all on one side of the 180th meridian (so that
        longitudes may go beyond it); None (the value) where the shape was no good. None if the
        document is no collection of features, or in no system that is known.
    problems : list of Problem
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        return None, [_problem("type", "", say("a GeoJSON FeatureCollection"))]
    if len(features) > MAX_ROWS:
        return None, [_problem("features", str(len(features)), say("at most {}", MAX_ROWS))]
    crs, unknown = crs_of(document)
    if unknown:
        return None, [_problem("crs", written(document["crs"]), unknown)]
    outlines: dict[str, Any] = {}
    problems = []
    way = to_degrees(crs)
    for number, feature in enumerate(features, 1):
        code, shape, wrong = _outline(feature, number, crs, way)
        if code in outlines:
            wrong = [_problem("code", code, say("each code once; feature {} repeats it", number))]
        elif code is not None:
            outlines[code] = shape
        problems += wrong
    far = [p for p in problems if p.column == "coordinates"]
    if len(far) > 1 and len(far) == len(features):
        problems = [p for p in problems if p.column != "coordinates"]
        problems.append(_problem("coordinates", say("every feature"), far[0].expected))
    sound = [code for code, shape in outlines.items() if shape is not None]
    outlines |= zip(sound, one_side([outlines[code] for code in sound]), strict=True)
    return outlines, problems


def fit(
    outlines: Mapping[str, shapely.Geometry],
) -> tuple[dict[str, shapely.Geometry], list[Problem]]:
    """Make a valid coverage of sound outlines: none over another, borders shared point by point.

    Where they overlap, the smaller one keeps what both had: so an enclave that is drawn within
    its neighbour cuts a hole there. One that nothing is left of is a problem.
    """
    codes = sorted(outlines)
    shapes = [outlines[code] for code in codes]
    if not shapely.coverage_is_valid(shapes):
        shapes = shapely.coverage_clean(shapes, merge_strategy="min_area").tolist()
    expected = say("an outline of its own; others cover all of this one")
    fitted = dict(zip(codes, shapes, strict=True))
    return fitted, [_problem("geometry", c, expected) for c in codes if fitted[c].is_empty]


def _outline(
    feature: Any, number: int, crs: CRS, way: Way | None
) -> tuple[str | None, Any, list[Problem]]:
    """Return a feature's code and shape (None where they are no good) and the first problem."""
    try:
        checked = _FEATURE.validate_python(feature)
    except ValidationError as error:
        code = _code(feature)
        where = f"feature {number}" if code is None else code
        return code, None, [_unsound(feature, where, error)]
    code = checked["properties"]["code"]
    shape = shapely.force_2d(shapely.geometry.shape(checked["geometry"]))
    strange = say("coordinates in {}; these look like degrees", crs.name)
    if not (crs.is_projected and _on_globe(shape, 180)):
        shape = shapely.transform(shape, way) if way else shape
        strange = (
            say("coordinates in {}, east before north; another system?", crs.name)
            if way
            else say("longitude, latitude in degrees (EPSG:4326); metres or another order?")
        )
        if _on_globe(shape, 360):
            return code, *_whole(shape, code)
    return code, None, [_problem("coordinates", code, strange)]


def _unsound(feature: Any, where: str, error: ValidationError) -> Problem:
    """Return what is wrong with a feature that is none, or has no polygon."""
    first = error.errors()[0]
    if first["loc"][:1] == ("geometry",):
        geometry = feature.get("geometry")
        within = geometry if isinstance(geometry, dict) else {"coordinates": geometry or []}
        if within.get("coordinates", within.get("geometries")) == []:
            return _problem("geometry", where, say("an outline; this feature has none"))
        if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
            kind = str(first.get("ctx", {}).get("tag", ""))
            return _problem("geometry.type", kind, say("a Polygon or a MultiPolygon ({})", where))
    place = ".".join(str(part) for part in first["loc"])
    value = "" if isinstance(first["input"], dict | list) else str(first["input"])
    expected = say("a feature with a code and a polygon: {} ({})", expected_of(first), where)
    return _problem(place, value, expected)


def _on_globe(shape: shapely.Geometry, most: float) -> bool:
    """Tell whether coordinates can be degrees, the longitudes within some of them."""
    west, south, east, north = (float(edge) for edge in shape.bounds)
    return max(-west, east) <= most and max(-south, north) <= 90


def _whole(shape: shapely.Geometry, code: str) -> tuple[shapely.Geometry | None, list[Problem]]:
    """Return an outline in degrees, sound and without jumps across the 180th meridian."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    rings = [unwrapped(part) for part in parts]
    if shape.geom_type == "GeometryCollection" and all(ring.is_valid for ring in rings):
        shape = shapely.union_all(rings)
    elif any(ring is not part for ring, part in zip(rings, parts, strict=True)):
        shape = shapely.multipolygons(rings)
    if shape.is_valid:
        return shape, []
    why = shapely.is_valid_reason(shape)
    return None, [_problem("geometry", code, say("an outline that is valid ({})", why))]


def _code(feature: Any) -> str | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    return short(code) if isinstance(code, str) else None


@dataclass(frozen=True)
class Ground:
    """The sound outlines on a plane in metres, to tell whether a town lies where it should.

    Attributes
    ----------
    shapes : numpy.ndarray
        Outlines in the order of `codes`.
    crs : pyproj.CRS
        The projected system they are in.
    whole : bool
        Whether these are all the outlines.
    """

    codes: tuple[str, ...]
    shapes: npt.NDArray[np.object_]
    crs: CRS
    whole: bool

    def outside(
        self, lat: npt.ArrayLike, lon: npt.ArrayLike, place: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Tell which points are farther than `OUTSIDE_KM` from an outline.

        Parameters
        ----------
        lat, lon : array of float
            Degrees.
        place : numpy.ndarray
            Position in `codes` of the outline that each point belongs to; -1 for any of them.
        """
        limit = OUTSIDE_KM * 1000
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=WGS84).to_crs(self.crs).to_numpy()
        near = shapely.STRtree(self.shapes).query(points, predicate="dwithin", distance=limit)
        inside = np.zeros(len(points), dtype=bool)
        inside[near[0]] = True
        own = place >= 0
        inside[own] = shapely.dwithin(points[own], self.shapes[place[own]], limit)
        return ~inside


def lay_out(outlines: Mapping[str, shapely.Geometry | None], crs: str | None) -> Ground:
    """Project the sound outlines to a system in metres; without one, to the UTM zone they are in.

    A country.toml with another fault must not hide where towns lie.
    """
    codes = tuple(sorted(code for code, shape in outlines.items() if shape is not None))
    # A long edge is straight in degrees: between its ends alone it would be so in metres.
    fine = shapely.segmentize([outlines[code] for code in codes], FINE)
    degrees = gpd.GeoSeries(fine, crs=WGS84)
    shapes = degrees.to_crs(crs or degrees.estimate_utm_crs())
    return Ground(codes, shapes.to_numpy(), shapes.crs, len(codes) == len(outlines))


def projection_problems(outlines: Mapping[str, shapely.Geometry | None], crs: str) -> list[Problem]:
    """Find a projection that is made for another part of the world: its maps would be askew.

    Parameters
    ----------
    outlines : mapping of str to shapely.Geometry
        In degrees.
    crs : str
        One that pyproj knows; those without an area of use are taken as they are.
    """
    area = CRS.from_user_input(crs).area_of_use
    shapes = [shape for shape in outlines.values() if shape is not None]
    if area is None or not shapes:
        return []
    lon, lat = shapely.get_coordinates(shapely.centroid(shapes)).T
    beside = np.maximum(np.maximum(area.south - lat, lat - area.north), 0.0)
    width = area.east - area.west + (360.0 if area.west > area.east else 0.0)
    east_of = (lon - area.west) % 360.0
    aside = np.where(east_of <= width, 0.0, np.minimum(east_of - width, 360.0 - east_of))
    if np.minimum.reduce(np.maximum(beside, aside)) <= ASKEW:
        return []
    expected = say("a projection for where the outlines lie, not for {}", area.name[:200])
    return [Problem(COUNTRY, None, "crs", crs, expected)]


def town_problems(
    sheet: ReadTable, ground: Ground, resolve: Callable[[str], str | None]
) -> list[Problem]:
    """Find towns that lie outside their municipality, or outside the whole country.

    Parameters
    ----------
    sheet : ReadTable
        A table with `lat`, `lon` and the code of a municipality.
    resolve : callable
        Code as written -> the municipality's code, or None if there is none.
    """
    key = "code" if "code" in sheet.table.columns else "municipality_code"
    index = {code: i for i, code in enumerate(ground.codes)}
    # A town of a municipality without an outline can't be judged; of no municipality, only where
    # the country is whole.
    nowhere = -1 if ground.whole else None
    own = {}
    for line, code in sheet.rows(key):
        meant = resolve(code)
        own[line] = nowhere if meant is None else index.get(meant)
    judged = [(*row, own.get(row[0], nowhere)) for row in sheet.rows("lat", "lon")]
    rows = [row for row in judged if row[3] is not None]
    if not rows:
        return []
    place = np.array([row[3] for row in rows])
    lat, lon = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    far = ground.outside(lat, lon, place)
    turned = far & (np.abs(lon) <= 90)
    turned[turned] = ~ground.outside(lon[turned], lat[turned], place[turned])
    problems = []
    for i in np.flatnonzero(far):
        where = (
            say("the country") if place[i] < 0 else say("the outline of {}", ground.codes[place[i]])
        )
        expected = say("a place within {:g} km of {}", OUTSIDE_KM, where)
        expected += say("; are lat and lon swapped?") if turned[i] else ""
        line, north, east, _ = rows[i]
        problems.append(Problem(sheet.table.file, line, "lat, lon", f"{north}, {east}", expected))
    return problems


def _problem(column: str, value: str, expected: Message) -> Problem:
    return Problem(
        OUTLINES, None, column, value if isinstance(value, Message) else short(value), expected
    )

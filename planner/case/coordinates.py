"""Coordinates of a GeoJSON file: the system that it names, and longitudes in one piece."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from planner.message import Message, say

Floats = npt.NDArray[np.float64]
Way = Callable[[Floats], Floats]

_CODE = re.compile(r"[\w.:/-]{0,99}[a-z]:[\w.:/-]{1,100}", re.IGNORECASE | re.ASCII)
"""An authority and its code, a URN or an address; no definition, which may be anything."""


def crs_of(document: dict[str, Any]) -> tuple[CRS, Message | None]:
    """Return the system that a GeoJSON document is in, and what is wrong with how it is named.

    Coordinates are longitude before latitude, east before north, whatever order the system
    itself has: so do all programs write GeoJSON.

    Parameters
    ----------
    document : dict
        Its `crs` is ``{"type": "name", "properties": {"name": ...}}`` (GeoJSON of 2008), a name
        by itself, or absent: degrees in WGS 84 (RFC 7946).

    Returns
    -------
    pyproj.CRS
        Degrees in WGS 84 where the name is of none.
    Message or None
        What was expected in its place.
    """
    given = document.get("crs")
    if given is None:
        return CRS("OGC:CRS84"), None
    found, name = None, written(given)
    if _CODE.fullmatch(name):
        with suppress(CRSError):
            found = CRS.from_user_input(name)
    if found is None or not (found.is_geographic or found.is_projected):
        expected = say(
            "the name of a coordinate reference system that is known, such as EPSG:4258 or "
            "urn:ogc:def:crs:EPSG::3006; or none, for longitude, latitude in EPSG:4326"
        )
        return CRS("OGC:CRS84"), expected
    return found, None


def written(given: Any) -> str:
    """Return how a document names its system."""
    for key in ("properties", "name"):
        given = given.get(key, given) if isinstance(given, dict) else given
    return str(given)


def to_degrees(crs: CRS) -> Way | None:
    """Return the way from a system to degrees in WGS 84; None where they are the same."""
    if crs.to_2d().equals(CRS("EPSG:4326"), ignore_axis_order=True):
        return None
    across = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def way(points: Floats) -> Floats:
        return np.column_stack(across.transform(*points.T))

    return way


ROUND = 360.0


def unwrapped(polygon: shapely.Polygon) -> shapely.Polygon:
    """Return a polygon whose rings don't jump from one side of the map to the other.

    An outline across the 180th meridian may be drawn as one ring that goes from 179 to -179
    degrees: an edge of more than half the globe is meant the other way about.

    Parameters
    ----------
    polygon : shapely.Polygon
        Longitude, latitude in degrees.

    Returns
    -------
    shapely.Polygon
        The same one where no edge is that long, or the ring goes round a pole or the globe.
    """
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    if all(np.abs(np.diff(ring[:, 0])).max() <= ROUND / 2 for ring in rings):
        return polygon
    for ring in rings:
        ring[:, 0] = np.unwrap(ring[:, 0], period=ROUND)
        if abs(ring[0, 0] - ring[-1, 0]) > ROUND / 2:
            return polygon
    middle = _middle(rings[0][:, 0])
    for hole in rings[1:]:
        hole[:, 0] = beside(middle, hole[:, 0], _middle(hole[:, 0]))
    found = shapely.Polygon(rings[0], rings[1:])
    return found if found.is_valid else polygon


def one_side(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """Move what lies beyond the widest gap of longitudes round the globe, to be with the rest.

    Parameters
    ----------
    shapes : sequence of shapely.Geometry
        Polygons and multipolygons in degrees, their rings unwrapped.

    Returns
    -------
    list of shapely.Geometry
        The same shapes where nothing has to be moved. Of others the longitudes go beyond 180 or
        -180 degrees, the middle of them all does not; parts that meet at the cut are joined.
    """
    if not shapes:
        return []
    parts, owner = shapely.get_parts(shapes, return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    begin = west % ROUND
    end = begin + (east - west)
    order = np.argsort(begin)
    reached = np.maximum.accumulate(np.append(end.max() - ROUND, end[order][:-1]))
    first = begin[order[np.argmax(begin[order] - reached)]]
    begin = np.where(begin < first, begin + ROUND, begin)
    middle = (first + (begin + east - west).max()) / 2
    turns = np.round((begin - west) / ROUND) - np.ceil((middle - ROUND / 2) / ROUND)
    found = list(shapes)
    for index in np.unique(owner[turns != 0]):
        mine = owner == index
        if len(set(turns[mine])) == 1:
            found[index] = _turned(found[index], turns[mine][0])
        else:
            moved = [_turned(part, by) for part, by in zip(parts[mine], turns[mine], strict=True)]
            found[index] = shapely.union_all(moved)
    return found


def beside(middle: float, lon: npt.ArrayLike, at: npt.ArrayLike | None = None) -> Floats:
    """Return longitudes less whole turns of the globe, as near a longitude as they can be.

    Parameters
    ----------
    at : array of float, optional
        What is to be near it, if not `lon` itself.
    """
    away = np.asarray(lon if at is None else at, dtype=float) - middle
    return np.asarray(lon, dtype=float) - ROUND * np.round(away / ROUND)


def _middle(lon: Floats) -> float:
    return float(lon.min() + lon.max()) / 2


def _turned(shape: shapely.Geometry, turns: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points + np.array([turns * ROUND, 0.0]))

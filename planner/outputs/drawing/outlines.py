"""Shapes that maps need beyond the outlines themselves: borders, places for numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from planner.outputs.views import View

ROOMY = 1 / 170
"""A part of a region with room for a circle of this radius gets the region's number.

Of the longer side of the land: 9 km in Sweden.
"""


def longer_side(outlines: gpd.GeoDataFrame) -> float:
    """Return how long the longer side of a land is, in the units of its projection."""
    west, south, east, north = outlines.total_bounds
    return float(max(east - west, north - south))


def decimals(outlines: gpd.GeoDataFrame) -> int:
    """Return to how many decimals of a degree a land is drawn: four, more for a small one.

    About 10 m in Sweden, which is 14 degrees long: a hundred-thousandth of it.
    """
    return max(4, 5 - math.floor(math.log10(longer_side(outlines))))


def shared_borders(outlines: gpd.GeoDataFrame) -> list[tuple[str, str, shapely.Geometry]]:
    """Return the lines along which two municipalities meet.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame
        A valid coverage indexed by municipality code.

    Returns
    -------
    list of (str, str, shapely.Geometry)
        The two codes in order, and their common border. Points where they merely touch
        are left out.
    """
    first, second = outlines.sindex.query(outlines.geometry, predicate="intersects")
    once = first < second
    pairs = sorted(zip(first[once].tolist(), second[once].tolist(), strict=True))
    a, b = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    edges = shapely.boundary(outlines.geometry.to_numpy())
    parts, pair = shapely.get_parts(shapely.intersection(edges[a], edges[b]), return_index=True)
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    met = np.unique(pair[lines])
    joined = shapely.multilinestrings(parts[lines], indices=np.searchsorted(met, pair[lines]))
    borders = shapely.normalize(shapely.line_merge(joined))
    codes = outlines.index.to_numpy()
    return list(zip(codes[a[met]].tolist(), codes[b[met]].tolist(), borders, strict=True))


def dissolve(outlines: gpd.GeoDataFrame, groups: Mapping[str, str]) -> dict[str, shapely.Geometry]:
    """Join municipalities into one shape a group.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame
        A valid coverage indexed by municipality code.
    groups : mapping of str to str
        Municipality code -> group; municipalities left out are in none.

    Returns
    -------
    dict of str to shapely.Geometry
        Group -> shape, sorted by group.
    """
    group_of = np.array([groups.get(code, "") for code in outlines.index])
    shapes = outlines.geometry.to_numpy()
    # Projected, a long edge may come to cross what it ran close by.
    join = shapely.coverage_union_all if shapely.coverage_is_valid(shapes) else shapely.union_all
    return {
        group: shapely.normalize(join(shapes[group_of == group]))
        for group in sorted(set(group_of.tolist()) - {""})
    }


def regions_of(outlines: gpd.GeoDataFrame, view: View) -> dict[str, shapely.Geometry]:
    """Return the region of every open office as one shape, by the office's code."""
    return dissolve(outlines, {code: home.office for code, home in view.homes.items()})


def number_places(
    outlines: gpd.GeoDataFrame, shapes: Mapping[str, shapely.Geometry], view: View, crs: str
) -> list[tuple[float, float, int]]:
    """Find where to write each region's number: the roomiest point of its larger parts.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame
        A valid coverage indexed by municipality code, in a projection by metres.
    shapes : mapping of str to shapely.Geometry
        The regions, as `regions_of` returns them.
    crs : str
        The projection in which to return the points.

    Returns
    -------
    list of (float, float, int)
        x, y and the region's number, in order of number; the roomiest part first.
    """
    import geopandas as gpd  # noqa: PLC0415 - slow to import

    radius = longer_side(outlines) * ROOMY
    numbers, points = [], []
    for region in view.regions:
        shape = shapes.get(region.office.code)
        if shape is None:
            continue
        circles = [
            shapely.maximum_inscribed_circle(part, tolerance=radius / 10)
            for part in shapely.get_parts(shape)
        ]
        circles.sort(key=lambda circle: -circle.length)
        roomy = [circle for circle in circles if circle.length >= radius]
        for circle in roomy or circles[:1]:
            numbers.append(region.number)
            points.append(shapely.get_point(circle, 0))
    placed = gpd.GeoSeries(points, crs=outlines.crs).to_crs(crs)
    return [(p.x, p.y, number) for p, number in zip(placed, numbers, strict=True)]

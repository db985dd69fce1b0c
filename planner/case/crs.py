"""The coordinate reference system that a GeoJSON file names, and the way from it to degrees."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Points = npt.NDArray[np.float64]
    Way = Callable[[Points], Points]

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

    def way(points: Points) -> Points:
        return np.column_stack(across.transform(*points.T))

    return way

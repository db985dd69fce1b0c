"""The system that outlines are in: known by its name, and nothing but its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.case.crs import crs_of, to_degrees, written


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

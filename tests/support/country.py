"""A country small enough to reason about: six municipalities in three counties."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Rows = list[dict[str, Any]]

FILES = {
    "counties": "municipalities/counties.csv",
    "municipalities": "municipalities/municipalities.csv",
    "adjacency": "municipalities/adjacency.csv",
    "roads": "travel/roads.csv",
    "principals": "principals/principals.csv",
    "demand": "principals/principals_by_municipality.csv",
    "campuses": "universities/universities.csv",
    "sister_sites": "spsm/spsm_sites.csv",
    "announced": "offices/announced_offices.csv",
}
OUTLINES = "municipalities/boundaries.geojson"

COUNTRY = """name = "Lilland"
agency = "Skolverk"
sister_agency = "Syster"
language = "sv"
crs = "EPSG:32633"
attribution = ["Vägar: påhittade"]

[degrees]
F = "förskollärare"
AG = "ämneslärare"
"""

# Three counties side by side, each with a northern and a southern municipality, and Ö reached
# by ferry alone:
#
#   0101 Norr --10-- 0201 Mitt --20-- 0301 Ost
#     |5               |5              (ferry 30 to 0302)
#   0102 Söder -12-- 0202 Vik         0302 Ö
# The links are as long as roads are between seats so near: up to five times the straight line.
TOWNS = {
    "0101": ("Norr", 13.5, 55.75),
    "0102": ("Söder", 13.5, 55.71),
    "0201": ("Mitt", 13.62, 55.75),
    "0202": ("Vik", 13.62, 55.71),
    "0301": ("Ost", 13.74, 55.75),
    "0302": ("Ö", 13.74, 55.695),
}
CENTRES = TOWNS | {"0302": ("Ö", 13.74, 55.71)}
ROADS = (
    ("0101", "0102", 5, 6, "road"),
    ("0101", "0201", 10, 8, "road"),
    ("0102", "0202", 12, 12, "road"),
    ("0201", "0202", 5, 6, "road"),
    ("0201", "0301", 20, 16, "road"),
    ("0301", "0302", 30, 60, "ferry"),
)
DEMAND = {"0101": 4, "0102": 2, "0201": 6, "0202": 3, "0301": 5, "0302": 1}


def country_tables(
    *,
    demand: Mapping[str, int] | None = None,
    roads: Sequence[tuple[str, str, float, float, str]] = ROADS,
    campuses: Iterable[str] = ("0201",),
    sister_sites: Iterable[str] = ("0101", "0201", "0301"),
    announced: Iterable[str] = ("0201",),
) -> dict[str, Rows]:
    """Return the rows of every table, to be changed at will and given to `make_country`.

    `demand` is principals by municipality: one of each is listed, the rest are sole traders.
    The others name municipalities by code.
    """
    demand = {**DEMAND, **(demand or {})}
    place = {code: {"lat": lat, "lon": lon} for code, (_, lon, lat) in TOWNS.items()}
    return {
        "counties": [
            {"code": code, "name": name, "state_area": "Hela"}
            for code, name in (("01", "Väst"), ("02", "Mellan"), ("03", "Öst"))
        ],
        "municipalities": [
            {
                "code": code,
                "name": name,
                "county_code": code[:2],
                "seat": name,
                **place[code],
                "population_2021": 1000,
                "children_0_19_2021": 250,
                "pupils_y1_9_2021_22": 110,
                "school_units_y1_9_2021_22": 3,
                "land_area_km2": 99.5,
                "eligible_upper_secondary_pct_2022": 85.0,
                "certified_teachers_pct_2022": 70.5,
            }
            for code, (name, _, _) in TOWNS.items()
        ],
        "adjacency": [
            {"code_a": a, "code_b": b}
            for a, b in (
                ("0101", "0102"),
                ("0101", "0201"),
                ("0102", "0202"),
                ("0201", "0202"),
                ("0201", "0301"),
                ("0202", "0302"),
                ("0301", "0302"),
            )
        ],
        "roads": [
            {"code_a": a, "code_b": b, "km": km, "minutes": minutes, "kind": kind}
            for a, b, km, minutes, kind in roads
        ],
        "principals": [
            {
                "orgnr": f"21200{code}",
                "name": f"{name} kommun",
                "name_basis": "register",
                "type": "municipality",
                "municipality_code": code,
                "school_forms": "FSK GR",
                "units": 2,
                "children_preschool": 40,
                "pupils": 110,
                "status": "public",
            }
            for code, (name, _, _) in TOWNS.items()
            if demand[code]
        ],
        "demand": [
            {
                "municipality_code": code,
                "sole_traders_estimate": max(count - 1, 0),
                "principals_estimate": count,
            }
            for code, count in demand.items()
        ],
        "campuses": [
            {
                "institution": f"{TOWNS[code][0]}s högskola",
                "short": f"H{code}",
                "campus_town": TOWNS[code][0],
                "municipality_code": code,
                **place[code],
                "main_campus": 1,
                "degrees": "F;AG",
                "degrees_sourced": "F",
                "size_class": "M",
            }
            for code in campuses
        ],
        "sister_sites": [
            {
                "town": TOWNS[code][0],
                "municipality_code": code,
                **place[code],
                "kind": "office",
                "name": f"Syster {TOWNS[code][0]}",
                "basis": "sourced",
            }
            for code in sister_sites
        ],
        "announced": [
            {
                "town": TOWNS[code][0],
                "municipality_code": code,
                "planned_year": 2022,
                "open_june_2024": "yes",
                "note": "",
            }
            for code in announced
        ],
    }


def outline_features(
    towns: Mapping[str, tuple[str, float, float]] = CENTRES,
) -> list[dict[str, Any]]:
    """Return the GeoJSON features: a square of 7.5 by 4.5 km around each town."""
    features = []
    for code, (_, lon, lat) in towns.items():
        west, east = round(lon - 0.06, 4), round(lon + 0.06, 4)
        south, north = round(lat - 0.02, 4), round(lat + 0.02, 4)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return features


def csv_text(rows: Sequence[Mapping[str, Any]], header: Sequence[str]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def make_country(
    folder: Path,
    tables: Mapping[str, Rows] | None = None,
    *,
    country: str = COUNTRY,
    features: list[dict[str, Any]] | None = None,
) -> Path:
    """Write a data folder and return it; a table that isn't given is as in `country_tables`."""
    default = country_tables()
    for name, file in FILES.items():
        rows = (tables or {}).get(name, default[name])
        header = Counter(key for row in rows or default[name] for key in row)
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(csv_text(rows, list(header)), encoding="utf-8")
    document = {
        "type": "FeatureCollection",
        "features": outline_features() if features is None else features,
    }
    (folder / OUTLINES).write_text(json.dumps(document), encoding="utf-8")
    (folder / "country.toml").write_text(country, encoding="utf-8")
    return folder


SHIFT = 180.0 - TOWNS["0201"][1]
"""Degrees that take the country to where the 180th meridian runs through its middle towns."""

WAYS = ("cut", "ring", "beyond")
"""Of drawing an outline there: cut in two (RFC 7946), one ring that jumps, longitudes above 180."""


def dateline_country(folder: Path, way: str = "cut") -> Path:
    """Write the country as `make_country`, but on both sides of the 180th meridian."""
    tables = country_tables()
    for name in ("municipalities", "campuses", "sister_sites"):
        for row in tables[name]:
            row["lon"] = _wrapped(row["lon"] + SHIFT)
    features = outline_features()
    for feature in features:
        ((west, south), _, (east, north), *_) = feature["geometry"]["coordinates"][0]
        west, east = west + SHIFT, east + SHIFT
        middle = [west, 180.0, -180.0, east] if way == "cut" and west < 180 < east else [west, east]
        sides = itertools.batched(middle if way == "beyond" else map(_wrapped, middle), 2)
        rings = [[[a, south], [b, south], [b, north], [a, north], [a, south]] for a, b in sides]
        feature["geometry"] = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    country = COUNTRY.replace("EPSG:32633", "EPSG:32660")
    return make_country(folder, tables, country=country, features=features)


def _wrapped(lon: float) -> float:
    return lon if lon in (-180.0, 180.0) else (lon + 180.0) % 360.0 - 180.0

"""The plan for a GIS: a GeoPackage that QGIS shows well at once, and GeoJSON."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

from planner.outputs.files import qml
from planner.outputs.files.frames import LAYERS, TABLES, Frames, make_frames
from planner.outputs.words.text import Texts, load_texts

if TYPE_CHECKING:
    from planner.case.types import Inputs
    from planner.message import Language
    from planner.outputs.context import Context

WRITTEN = "2000-01-01T00:00:00.000Z"
"""The date of every layer in the file: the same plan gives the same bytes on any day."""

VERSION = "1.3"
"""Of the standard: newer programs read it as well, older ones without a warning."""

GEOMETRY = {
    "offices": "Point",
    "regions": "MultiPolygon",
    "municipalities": "MultiPolygon",
    "allocation": "LineString",
}

HEADS = {
    "office": "office_code",
    "counties": "region",
    "farthest_km": "farthest",
    "max_km": "farthest",
    "university_minutes": "university",
    "waiting": "waiting_end",
    "cost_msek": "cost",
    "assumption": "key",
    "name": "assumption",
    "criterion": "criterion_key",
    "title": "criterion",
    "assignments.unit": "level",
    "assignments.id": "unit_code",
    "criteria.unit": "unit",
}
"""Columns, of one table or of all, whose words stand under another key than their name."""

SCHEMA = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, PRIMARY KEY (table_name, column_name),
  UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  UNIQUE (constraint_name, constraint_type, value)
);
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema',
   'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
   'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""
"""The schema extension of the GeoPackage standard: what columns are called in words."""


def render_layers(context: Context, *, geojson: bool = False) -> dict[str, str | bytes]:
    """Return the layers for maps, as GeoJSON too where that is asked for, by file name."""
    frames = make_frames(context)
    layers = {"plan.gpkg": render_geopackage(frames, context.inputs, context.language)}
    return layers | (render_geojson(frames) if geojson else {})


def render_geopackage(frames: Frames, inputs: Inputs, language: Language = "sv") -> bytes:
    """Write a plan as a GeoPackage.

    Layers are in the projection of country.toml, with columns named in words and styles for
    QGIS stored in the file; the tables stand beside them.

    Returns
    -------
    bytes
        A .gpkg file; the same for the same inputs, byte for byte.

    References
    ----------
    OGC 12-128r18, GeoPackage Encoding Standard 1.3.1.
    """
    t = load_texts(language, "workbook", "gis")
    # A file that is thrown away need not be safe on the disk after each layer.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        for name in LAYERS:
            layer = getattr(frames, name).to_crs(inputs.country.crs)
            pyogrio.write_dataframe(
                layer, path, geometry_type=GEOMETRY[name], **_options(name, frames, t)
            )
        for name in TABLES:
            pyogrio.write_dataframe(getattr(frames, name), path, **_options(name, frames, t))
        pyogrio.write_dataframe(
            _styles(frames, inputs, t), path, layer="layer_styles", driver="GPKG", FID="id"
        )
        finished = Path(folder) / "finished.gpkg"
        _finish(path, finished, frames, inputs, t)
        return finished.read_bytes()


def render_geojson(frames: Frames) -> dict[str, str]:
    """Write each layer of a plan as GeoJSON in degrees (RFC 7946).

    Returns
    -------
    dict of str to str
        File name -> text.
    """
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in LAYERS:
            path = Path(folder) / f"{name}.geojson"
            pyogrio.write_dataframe(
                getattr(frames, name), path, driver="GeoJSON", RFC7946=True, WRITE_NAME=False
            )
            files[path.name] = path.read_text("utf-8")
    return files


def _options(name: str, frames: Frames, t: Texts) -> dict[str, str]:
    return {
        "layer": name,
        "driver": "GPKG",
        "VERSION": VERSION,
        "IDENTIFIER": t(f"layer.{name}"),
        "DESCRIPTION": f"{frames.heading} {t(f'about_layer.{name}')}",
    }


def _styles(frames: Frames, inputs: Inputs, t: Texts) -> pd.DataFrame:
    """Return the table in which QGIS looks for styles; the first of a layer is its default."""
    plan, travel = t("style.plan"), t("style.travel")
    regions = [(int(n), str(town)) for n, town in frames.regions[["number", "town"]].to_numpy()]
    minutes = frames.municipalities["minutes"].tolist()
    found = [
        ("municipalities", plan, qml.municipalities_style(), True),
        ("municipalities", travel, qml.travel_style(minutes, t), False),
        ("regions", plan, qml.regions_style(regions), True),
        ("allocation", plan, qml.allocation_style(), True),
        ("offices", plan, qml.offices_style(), True),
    ]
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": layer,
                "f_geometry_column": "geom",
                "styleName": name,
                "styleQML": qml.document(style, _headings(layer, frames, inputs, t)),
                "styleSLD": "",
                "useAsDefault": default,
                "description": f"{t(f'layer.{layer}')}: {name}",
                "owner": "",
                "ui": "",
                "update_time": pd.Timestamp(WRITTEN),
            }
            for layer, name, style, default in found
        ]
    )


def _headings(name: str, frames: Frames, inputs: Inputs, t: Texts) -> dict[str, str]:
    """Return what the columns of a layer or table are called in words, with units."""
    found = {}
    for column in getattr(frames, name).columns.drop("geometry", errors="ignore"):
        key = HEADS.get(f"{name}.{column}", HEADS.get(column, column))
        found[column] = t(f"column.{key}", sister=inputs.country.sister_agency)
    return found


def _finish(path: Path, finished: Path, frames: Frames, inputs: Inputs, t: Texts) -> None:
    """Name columns in words, and leave a copy that does not tell when or how it was written.

    How often GDAL writes depends on the clock, and SQLite counts it; a copy begins to count anew.
    """
    words = [
        (name, column, heading, heading)
        for name in (*LAYERS, *TABLES)
        for column, heading in _headings(name, frames, inputs, t).items()
    ]
    with closing(sqlite3.connect(path)) as base:
        base.executescript(SCHEMA)
        base.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) "
            "VALUES (?, ?, ?, ?)",
            words,
        )
        base.execute("UPDATE gpkg_contents SET last_change = ?", [WRITTEN])
        base.commit()
        base.execute("VACUUM INTO ?", [str(finished)])

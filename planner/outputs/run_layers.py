"""The layers of a run folder, for whoever draws maps of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.files.frames import make_frames
from planner.outputs.files.geopackage import render_geojson, render_geopackage

if TYPE_CHECKING:
    from planner.outputs.told import Told


def layer_files(told: Told, *, geojson: bool) -> dict[str, str | bytes]:
    """Return the layers for maps, as GeoJSON too where that is asked for."""
    frames = make_frames(
        told.plan,
        told.inputs,
        told.scenario,
        language=told.language,
        verification=told.verification,
        findings=told.findings,
    )
    layers = render_geopackage(frames, told.inputs, language=told.language)
    return {"plan.gpkg": layers} | (render_geojson(frames) if geojson else {})

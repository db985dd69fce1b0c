"""What a run folder draws: its pages and layers. Folium and matplotlib take a second to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.frames import make_frames
from planner.outputs.geopackage import render_geojson, render_geopackage
from planner.outputs.maps import render_map
from planner.outputs.report import render_report

if TYPE_CHECKING:
    from planner.outputs.run_files import Told


def map_page(told: Told) -> str:
    """Return map.html."""
    return render_map(
        told.plan,
        told.inputs,
        told.scenario,
        reference=told.reference,
        reference_name=told.reference_name,
        language=told.language,
    )


def report_page(told: Told) -> str:
    """Return report.html."""
    return render_report(
        told.plan,
        told.inputs,
        told.scenario,
        reference=told.reference,
        reference_name=told.reference_name,
        language=told.language,
        map_html="map.html",
        verification=told.verification,
        findings=told.findings,
    )


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

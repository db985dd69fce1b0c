"""The pages of a run folder. Folium and matplotlib take a second to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

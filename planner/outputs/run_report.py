"""The report of a run folder. Matplotlib takes half a second to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.report import render_report

if TYPE_CHECKING:
    from planner.outputs.told import Told


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

"""The map of a run folder. Folium takes half a second to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.maps import render_map

if TYPE_CHECKING:
    from planner.outputs.told import Told


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

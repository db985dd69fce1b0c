"""Everything that a run folder holds of a plan, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner import runs
from planner.dialogues.calendar import make_calendar
from planner.outputs.calendar_csv import calendar_csv
from planner.outputs.frames import make_frames
from planner.outputs.geopackage import render_geojson, render_geopackage
from planner.outputs.maps import render_map
from planner.outputs.report import render_report
from planner.outputs.workbook import render_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.inputs.types import Inputs
    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.travel.matrix import Travel
    from planner.verify import Verification


def run_files(  # noqa: PLR0913 - what the exports are made of
    plan: Plan,
    inputs: Inputs,
    travel: Travel,
    scenario: Scenario,
    *,
    reference: Plan | None,
    reference_name: str,
    language: Language,
    verification: Verification | None = None,
    findings: Sequence[Finding] = (),
    geojson: bool = False,
) -> dict[str, str | bytes]:
    """Return the files of a run but the manifest, which is made of them.

    calendar.csv is there where the scenario plans dialogues, and the layers of plan.gpkg as
    GeoJSON where `geojson` asks for them. `verification` is what the assurance sheet tells of;
    the pages of `findings` go in as they are.
    """
    calendar = make_calendar(plan, inputs, scenario, travel) if scenario.dialogues else None
    frames = make_frames(
        plan, inputs, scenario, language=language, verification=verification, findings=findings
    )
    files: dict[str, str | bytes] = {
        "plan.json": runs.plan_json(plan),
        "assignments.csv": runs.assignments_csv(plan),
        "map.html": render_map(
            plan,
            inputs,
            scenario,
            reference=reference,
            reference_name=reference_name,
            language=language,
        ),
        "report.html": render_report(
            plan,
            inputs,
            scenario,
            reference=reference,
            reference_name=reference_name,
            language=language,
            map_html="map.html",
            verification=verification,
            findings=findings,
        ),
        "plan.xlsx": render_workbook(
            plan,
            inputs,
            scenario,
            calendar,
            reference=reference,
            language=language,
            verification=verification,
            findings=findings,
        ),
        "plan.gpkg": render_geopackage(frames, inputs, language=language),
        "scenario.toml": runs.scenario_toml(scenario),
    }
    if calendar is not None:
        files["calendar.csv"] = calendar_csv(calendar)
    for finding in findings:
        files |= finding.files
    return files | (render_geojson(frames) if geojson else {})

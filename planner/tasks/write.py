"""Writing a run folder: verify the plan, make everything that tells of it, write, look again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import runs
from planner.aside import Aside, call
from planner.errors import PlannerError
from planner.message import say
from planner.outputs.pdf import render_pdf
from planner.outputs.run_files import calendar_of, table_files
from planner.outputs.told import Told
from planner.verify import verify_files, verify_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner import api
    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification

MAP = "planner.outputs.maps"
REPORT = "planner.outputs.report"
LAYERS = "planner.outputs.run_layers"
"""Loaded where they are needed alone: that takes a second."""


def write_plan(  # noqa: PLR0913 - what a run folder is made of
    data: api.Data,
    scenario: Scenario,
    plan: Plan,
    out: Path,
    compared: tuple[Plan | None, str],
    language: Language,
    seconds: float,
    *,
    geojson: bool = False,
    pdf: bool = False,
    findings: Sequence[Finding] = (),
    other: Aside | None = None,
) -> tuple[dict[str, str | bytes], Verification]:
    """Write the run folder of a plan and verify what was written.

    Parameters
    ----------
    data : api.Data
    scenario : Scenario
    plan : Plan
    out : Path
    compared : tuple of (Plan or None, str)
        As `reference_plan` returns it.
    language : {"sv", "en"}
    seconds : float
        What the plan took.
    geojson : bool
        The layers of plan.gpkg as GeoJSON too.
    pdf : bool
        The report as report.pdf too.
    findings : sequence of Finding
        Other analyses of the same question, for the report.
    other : Aside, optional
        The second process; it verifies and draws the pages.

    Returns
    -------
    tuple of dict, Verification
        The files but the manifest, and what was checked of them.

    Raises
    ------
    PlannerError
        If the disk does not take the run, or it does not verify.
    """
    reference, name = compared
    provenance = runs.Provenance(data.inputs.files, seconds)
    other = other or Aside()
    verified = runs.plan_files(plan, scenario)
    found_of = other.begin(_recomputed, verified, data.folder, provenance)
    told = Told(
        plan,
        data.inputs,
        data.travel,
        scenario,
        reference,
        name,
        language,
        findings=tuple(findings),
    )
    files = {**verified, **exports(told, found_of, other, geojson=geojson)}
    if pdf:
        files["report.pdf"] = render_pdf(str(files["report.html"]))
    runs.write_run(out, files, provenance)
    stored = verify_files(out, data.folder)
    if not stored.ok:
        raise PlannerError(say("the run in {} does not verify\n{}", out, stored.text()))
    return files, found_of().along(stored)


def exports(
    told: Told, found_of: Callable[[], Verification | None], other: Aside, *, geojson: bool
) -> dict[str, str | bytes]:
    """Return everything that is made of a plan, by file name.

    Parameters
    ----------
    told : Told
        Without its verification.
    found_of : callable
        Waits for the verification; what does not tell of it is begun before.
    other : Aside
    geojson : bool
    """
    about = (told.plan, told.inputs, told.scenario)
    beside: dict[str, Any] = {
        "reference": told.reference,
        "reference_name": told.reference_name,
        "language": told.language,
    }
    map_of = other.begin(partial(call, MAP, "render_map", *about, **beside))
    calendar = calendar_of(told)
    told = replace(told, verification=found_of())
    layers_of = other.begin(partial(call, LAYERS, "layer_files", told, geojson=geojson))
    report_of = other.begin(
        partial(
            call,
            REPORT,
            "render_report",
            *about,
            **beside,
            map_html="map.html",
            verification=told.verification,
            findings=told.findings,
        )
    )
    tables = table_files(told, calendar)
    # What the second process would come to last is asked for first.
    return {"map.html": map_of(), **layers_of(), "report.html": report_of(), **tables}


def _recomputed(
    files: Mapping[str, str], folder: Path, provenance: runs.Provenance
) -> Verification:
    """Verify a plan before anything is made of it; the exports then tell what was found."""
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        runs.write_run(run, files, provenance)
        found = verify_run(run, folder)
    if not found.ok:
        raise PlannerError(
            say("the plan does not verify, and nothing is written\n{}", found.text())
        )
    return found

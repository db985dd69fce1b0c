"""What `planner run` does: read, solve, compare, verify, export, write."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from planner import api, runs
from planner.dialogues.turns import check_need
from planner.errors import InfeasibleScenario, PlannerError, SolverStopped
from planner.model.solve import PROVED, Control
from planner.outputs.findings import read_findings
from planner.outputs.pdf import find_browser, render_pdf
from planner.outputs.run_files import Told, calendar_of, layer_files, table_files
from planner.scenario.load import scenario_names
from planner.tasks.aside import Aside
from planner.tasks.progress import watched
from planner.tasks.summary import summarise
from planner.verify import verify_files, verify_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.tasks.progress import Report
    from planner.verify import Verification

REFERENCE = "announced"
RECOMMENDED = "decision-2022"
PAGES = "planner.outputs.run_pages"
"""Loaded where it is needed alone: that takes a second."""


@dataclass(frozen=True)
class Finished:
    """A run that is on disk."""

    out: Path
    plan: Plan
    plan_json: str
    summary: str


def run_scenario(  # noqa: PLR0913 - one argument an option
    reference: str,
    folder: Path | None,
    out: Path | None,
    overrides: Sequence[str],
    language: Language | None,
    *,
    geojson: bool = False,
    pdf: bool = False,
    analyses: Sequence[Path] = (),
    report: Report | None = None,
    other: Aside | None = None,
) -> Finished:
    """Solve a scenario, write its run folder and verify what was written.

    Progress is told on standard error, or to `report`. The second process, if there is one, plans
    what this plan is compared with and draws the pages.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As the steps do; nothing is written then.
    PlannerError
        If the disk does not take the run, or it does not verify.
    """
    began = time.monotonic()
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    out = out or Path("runs") / scenario.name
    runs.check_out(out)
    check_need(data.inputs, scenario)
    findings = read_findings(analyses, scenario.name, data.inputs)
    if pdf:
        find_browser()
    control = api.control_of(scenario)
    other = other or Aside()
    reference_of = other.begin(
        reference_plan, data, scenario, control, stopped=lambda: control.interrupted
    )
    other.begin(_load_pages)
    if report is not None:
        report("solving", None, None)
    with watched(control, report):
        plan = api.solve(data, scenario, control)
        compared, name, missing = reference_of()
    language = language or cast("Language", data.inputs.country.language)
    seconds = time.monotonic() - began
    if report is not None:
        report("writing", None, None)
    files, checks = write_plan(
        data,
        scenario,
        plan,
        out,
        (compared, name),
        language,
        seconds,
        geojson=geojson,
        pdf=pdf,
        findings=findings,
        other=other,
    )
    summary = summarise(plan, out, compared or missing, checks)
    return Finished(out, plan, str(files["plan.json"]), summary)


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
) -> tuple[dict[str, str | bytes], int]:
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
        The second process; it draws the pages.

    Returns
    -------
    tuple of dict, int
        The files but the manifest, and how many checks hold.

    Raises
    ------
    PlannerError
        If the disk does not take the run, or it does not verify.
    """
    reference, name = compared
    provenance = runs.Provenance(data.inputs.files, seconds)
    other = other or Aside()
    verified = runs.plan_files(plan, scenario)
    found_of = other.begin(_recomputed, verified, data, provenance)
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
        raise PlannerError(f"the run in {out} does not verify\n{stored.text()}")
    return files, len(found_of().checks)


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
    map_of = other.begin(_page, "map_page", told)
    calendar = calendar_of(told)
    told = replace(told, verification=found_of())
    report_of = other.begin(_page, "report_page", told)
    layers_of = other.begin(partial(layer_files, geojson=geojson), told)
    tables = table_files(told, calendar)
    return {"map.html": map_of(), "report.html": report_of(), **tables, **layers_of()}


def _load_pages() -> None:
    import_module(PAGES)


def _page(name: str, told: Told) -> str:
    return str(getattr(import_module(PAGES), name)(told))


def _recomputed(
    files: Mapping[str, str], data: api.Data, provenance: runs.Provenance
) -> Verification:
    """Verify a plan before anything is made of it; the exports then tell what was found."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        runs.write_run(run, files, provenance)
        found = verify_run(run, data.folder)
    if not found.ok:
        raise PlannerError(f"the plan does not verify, and nothing is written\n{found.text()}")
    return found


def reference_plan(
    data: api.Data, scenario: Scenario, control: Control
) -> tuple[Plan | None, str, str]:
    """Return what a plan is compared with, what to call it, and why there is nothing if so.

    The announced offices under the same thresholds, where the data folder has them: with their
    rollout if it spans the same periods, else complete. The announced plan itself is compared
    with the recommended one, where the folder has its scenario; else with the same offices
    opening in the best order. It takes what the run has of its time, and is left out where that
    did not do for a proof.
    """
    names = scenario_names(data.folder)
    if data.inputs.announced.empty or REFERENCE not in names:
        return None, "", ""
    compared, name = data.scenario(REFERENCE), ""
    if scenario.name == REFERENCE and RECOMMENDED in names:
        compared, name = data.scenario(RECOMMENDED), "recommended"
    if scenario.name == REFERENCE and not name and scenario.rollout.opens:
        compared, name = scenario.replace(**{"rollout.opens": {}}), "same_offices_best_order"
    else:
        compared = compared.replace(thresholds=scenario.thresholds)
        if scenario.dialogues is None or compared.rollout.periods != scenario.rollout.periods:
            compared = compared.complete()
    control.gap = compared.solver.gap
    try:
        plan = api.solve(data, compared, control)
    except InfeasibleScenario:
        return None, "", f"{compared.name}: not compared, since no plan keeps its rules"
    except SolverStopped as stopped:
        return None, "", f"{compared.name}: not compared ({stopped.reason})"
    if plan.termination.reason not in PROVED:
        return None, "", f"{compared.name}: not compared ({plan.termination.reason})"
    return plan, name, ""

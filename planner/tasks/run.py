"""What `planner run` does: read, solve, compare, verify, export, write."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from planner import api, runs
from planner.dialogues.turns import check_need
from planner.errors import InfeasibleScenario, PlannerError, SolverStopped
from planner.model.solve import PROVED, Control
from planner.outputs.findings import read_findings
from planner.outputs.pdf import find_browser, render_pdf
from planner.outputs.run_files import run_files
from planner.scenario.load import scenario_names
from planner.tasks.progress import watched
from planner.tasks.summary import summarise
from planner.verify import verify_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification

REFERENCE = "announced"
RECOMMENDED = "decision-2022"


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
) -> Finished:
    """Solve a scenario, write its run folder and verify what was written.

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
    with watched(control):
        plan = api.solve(data, scenario, control)
        compared, name, missing = reference_plan(data, scenario, control)
    language = language or cast("Language", data.inputs.country.language)
    seconds = time.monotonic() - began
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
    found = _recomputed(plan, scenario, data, provenance)
    files = run_files(
        plan,
        data.inputs,
        data.travel,
        scenario,
        reference=reference,
        reference_name=name,
        language=language,
        verification=found,
        findings=findings,
        geojson=geojson,
    )
    if pdf:
        files["report.pdf"] = render_pdf(str(files["report.html"]))
    runs.write_run(out, files, provenance)
    verification = verify_run(out, data.folder)
    if not verification.ok:
        raise PlannerError(f"the run in {out} does not verify\n{verification.text()}")
    return files, len(verification.checks)


def _recomputed(
    plan: Plan, scenario: Scenario, data: api.Data, provenance: runs.Provenance
) -> Verification:
    """Verify a plan before anything is made of it; the exports then tell what was found."""
    files = {
        "plan.json": runs.plan_json(plan),
        "assignments.csv": runs.assignments_csv(plan),
        "scenario.toml": runs.scenario_toml(scenario),
    }
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
    opening in the best order. It takes what the run has left of its time, and is left out where
    that did not do for a proof.
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

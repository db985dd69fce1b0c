"""What the commands do: read, solve with progress, export, write."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import Console

from planner import api, runs
from planner.analysis.replay import read_history, replay
from planner.dialogues.turns import check_need
from planner.errors import (
    Cancelled,
    InfeasibleScenario,
    InputError,
    PlannerError,
    Problem,
    SolverStopped,
)
from planner.inputs.read import default_data_folder, read_inputs, summary
from planner.model.instance import make_instance
from planner.model.relax import explain
from planner.model.solve import PROVED, Control
from planner.outputs.findings import read_findings
from planner.outputs.history import render_replay
from planner.outputs.pdf import find_browser, render_pdf
from planner.outputs.run_files import run_files
from planner.scenario.load import load_scenario, scenario_names
from planner.verify import verify_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analysis.replay import Case, Step
    from planner.model.relax import Explanation
    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import PeriodResult, Plan, Termination
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


def run_replay(
    folder: Path | None, out: Path | None, language: Language | None
) -> tuple[Path, list[dict[str, object]], str]:
    """Play the history of a data folder and write its report.

    Returns
    -------
    tuple of Path, list of dict, str
        The folder written, the answer for machines, and what to print.

    Raises
    ------
    InputError, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    began = time.monotonic()
    data = api.load(folder)
    history = read_history(data.folder)
    out = out or Path("runs") / "replay"
    runs.check_out(out)
    control = Control()

    def solve(scenario: Scenario) -> Plan:
        limits = api.control_of(scenario)
        control.gap, control.deadline, control.threads = (
            limits.gap,
            limits.deadline,
            limits.threads,
        )
        return api.solve(data, scenario, control)

    with watched(control):
        steps = replay(data, history, solve)
    language = language or cast("Language", data.inputs.country.language)
    answer = [_answer(step) for step in steps]
    files: dict[str, str | bytes] = {
        "replay.html": render_replay(steps, data.inputs, data.travel, language=language),
        "replay.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
    }
    runs.write_run(out, files, runs.Provenance(data.inputs.files, time.monotonic() - began))
    lines = [
        f"{step.date.date} {case.role}: "
        + (", ".join(o.town for o in case.plan.offices) if case.plan else "no plan keeps the rules")
        for step in steps
        for case in step.cases
    ]
    return out, answer, "\n".join([*lines, f"report: {out / 'replay.html'}"])


def _answer(step: Step) -> dict[str, object]:
    return {"date": step.date.date} | {case.role: _case_answer(case) for case in step.cases}


def _case_answer(case: Case) -> dict[str, object]:
    if case.plan is None:
        clash = [[rule, dict(words)] for rule, words in case.conflicts]
        return {"scenario": case.scenario.name, "conflicts": clash}
    return {
        "scenario": case.scenario.name,
        "offices": [office.code for office in case.plan.offices],
        "criteria": dict(case.plan.criteria),
        "termination": asdict(case.plan.termination),
    }


def explain_scenario(reference: str, folder: Path | None, overrides: Sequence[str]) -> Explanation:
    """Tell which rules of a scenario clash and what would help.

    Raises
    ------
    InputError, SolverStopped
        As reading and solving do.
    """
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    control = api.control_of(scenario)
    with watched(control):
        return explain(make_instance(data.inputs, data.travel, scenario), control)


def check_folder(folder: Path | None) -> list[tuple[str, int | str]]:
    """Read the tables and every scenario of a folder.

    Raises
    ------
    InputError
        With every problem of both.
    """
    folder = folder or default_data_folder()
    problems: list[Problem] = []
    counts: list[tuple[str, int | str]] = []
    try:
        counts = summary(read_inputs(folder))
    except InputError as error:
        problems.extend(error.problems)
    names = scenario_names(folder)
    for name in names:
        try:
            load_scenario(name, folder)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return [*counts, ("scenarios", len(names))]


def describe_scenarios(name: str | None, folder: Path | None, *, as_json: bool) -> str:
    """Return the list of scenarios with their titles, or one scenario as TOML or JSON."""
    folder = folder or default_data_folder()
    if name is not None:
        scenario = load_scenario(name, folder)
        if as_json:
            return json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False)
        return runs.scenario_toml(scenario)
    found = [load_scenario(each, folder) for each in scenario_names(folder)]
    if not found:
        expected = "a data folder with scenarios/*.toml"
        raise InputError([Problem("--data", None, "", str(folder), expected)])
    if as_json:
        rows = [
            {
                "name": s.name,
                "title": s.title.model_dump(),
                "description": s.description.model_dump(),
            }
            for s in found
        ]
        return json.dumps(rows, ensure_ascii=False)
    width = max(len(s.name) for s in found)
    return "\n".join(f"{s.name:<{width}}  {s.title.en}" for s in found)


def summarise(plan: Plan, out: Path, compared: Plan | str, checks: int) -> str:
    """Return what a planner sees in the terminal when a run is done.

    `compared` is the plan to compare with, or the reason why there is none.
    """
    criteria = plan.criteria
    towns = ", ".join(office.town for office in plan.offices)
    lines = [f"{len(plan.offices)} offices: {towns}"]
    lines += [_proof_line(stage) for stage in plan.stages]
    lines.append(_distance_line("mean distance", criteria))
    if not isinstance(compared, str):
        lines.append(_distance_line(f"{compared.scenario}: mean distance", compared.criteria))
    elif compared:
        lines.append(compared)
    lines += [_period_line(plan, period) for period in plan.periods if period.advisors]
    if "waiting" in criteria:
        lines.append(
            f"no dialogue within the horizon: {criteria['unmet']:.0f} of those who would take part"
        )
    lines.append(f"verified apart from the model: all {checks} checks hold")
    lines += [f"map:    {out / 'map.html'}", f"report: {out / 'report.html'}"]
    return "\n".join(lines)


def _proof_line(stage: Termination) -> str:
    proof = {
        "optimal": "proven optimal",
        "gap_limit": "proven within the scenario's gap",
        "time_limit": "NOT proven: the time limit was hit",
        "node_limit": "NOT proven: the limit of nodes was hit",
        "memory_limit": "NOT proven: the memory ran out",
        "interrupted": "NOT proven: interrupted",
        "stalled": "NOT proven: the solver stopped short of a proof",
    }[stage.reason]
    figures = f"{stage.objective:.6g}, bound {stage.bound:.6g}, gap {stage.gap:.2%}"
    return f"{stage.objective_name}: {proof} ({figures})"


def _distance_line(name: str, criteria: Mapping[str, float]) -> str:
    far = f"95 % within {criteria['p95_km']:.0f} km, spread {criteria['spread']:.1f} km"
    return f"{name} {criteria['mean_km']:.1f} km, {far}"


def _period_line(plan: Plan, period: PeriodResult) -> str:
    opened = [office.town for office in plan.offices if office.opens == period.period]
    figures = f"{period.advisors} advisors, {period.dialogues} dialogues"
    cost = f"{period.cost_msek:.1f} MSEK"
    return f"{period.period}: opens {', '.join(opened) or 'none'}; {figures}, {cost}"


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


@contextmanager
def watched(control: Control) -> Iterator[None]:
    """Show progress on standard error; let the first Ctrl-C stop the search in good order.

    What was found is then finished. A second Ctrl-C ends it all, and nothing is written.
    """
    console = Console(stderr=True)
    with console.status("reading the model") as status:

        def progress(stage: str, incumbent: float | None, bound: float | None) -> None:
            known = [f"{value:.6g}" for value in (incumbent, bound) if value is not None]
            status.update(f"{stage}: {' / bound '.join(known)}")

        def stop(_signal: int, _frame: object) -> None:
            if control.interrupted:
                raise Cancelled("interrupted a second time")
            control.interrupted = True

        control.progress = progress
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

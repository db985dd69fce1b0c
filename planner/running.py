"""What the commands do: read, solve with progress, export, write."""

from __future__ import annotations

import json
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from planner import api, runs
from planner.errors import InputError
from planner.inputs.read import default_data_folder, read_inputs, summary
from planner.outputs.maps import render_map
from planner.outputs.report import render_report
from planner.scenario.load import load_scenario, scenario_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.model.solve import Control
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

REFERENCE = "announced"


@dataclass(frozen=True)
class Finished:
    """A run that is on disk."""

    out: Path
    plan: Plan
    plan_json: str
    summary: str


def run_scenario(
    reference: str, folder: Path | None, out: Path | None, overrides: Sequence[str], language: str | None
) -> Finished:
    """Solve a scenario and write its run folder.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    began = time.monotonic()
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    out = out or Path("runs") / scenario.name
    runs.check_out(out)
    control = api.control_of(scenario)
    with _watched(control):
        plan = api.solve(data, scenario, control)
        announced = _reference(data, scenario)
    language = language or data.inputs.country.language
    map_html = render_map(plan, data.inputs, scenario, language=language, reference=announced)
    files: dict[str, str | bytes] = {
        "plan.json": runs.plan_json(plan),
        "assignments.csv": runs.assignments_csv(plan),
        "map.html": map_html,
        "report.html": render_report(
            plan, data.inputs, scenario, reference=announced, language=language
        ),
        "scenario.toml": runs.scenario_toml(scenario),
    }
    provenance = runs.Provenance(data.inputs.files, time.monotonic() - began)
    runs.write_run(out, files, provenance)
    return Finished(out, plan, str(files["plan.json"]), summarise(plan, out, announced))


def check_folder(folder: Path | None) -> list[tuple[str, int | str]]:
    """Read the tables and every scenario of a folder.

    Raises
    ------
    InputError
        With every problem of both.
    """
    folder = folder or default_data_folder()
    problems, counts = [], list[tuple[str, int | str]]()
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
    if as_json:
        rows = [
            {"name": s.name, "title": s.title.model_dump(), "description": s.description.model_dump()}
            for s in found
        ]
        return json.dumps(rows, ensure_ascii=False)
    width = max(len(s.name) for s in found)
    return "\n".join(f"{s.name:<{width}}  {s.title.en}" for s in found)


def summarise(plan: Plan, out: Path, announced: Plan | None) -> str:
    """Return what a planner sees in the terminal when a run is done."""
    end, criteria = plan.termination, plan.criteria
    proof = {
        "optimal": "proven optimal",
        "gap_limit": "proven within the scenario's gap",
        "time_limit": "NOT proven: the time limit was hit",
        "interrupted": "NOT proven: interrupted",
    }[end.reason]
    towns = ", ".join(office.town for office in plan.offices)
    lines = [
        f"{len(plan.offices)} offices: {towns}",
        f"{proof} ({end.objective_name} {end.objective:.6g}, bound {end.bound:.6g}, "
        f"gap {end.gap:.2%})",
        f"mean distance {criteria['mean_km']:.1f} km, 95 % within {criteria['p95_km']:.0f} km, "
        f"spread {criteria['spread']:.1f} km",
    ]
    if announced is not None and announced.scenario != plan.scenario:
        other = announced.criteria
        lines.append(
            f"announced offices: mean distance {other['mean_km']:.1f} km, 95 % within "
            f"{other['p95_km']:.0f} km, spread {other['spread']:.1f} km"
        )
    lines += [f"map:    {out / 'map.html'}", f"report: {out / 'report.html'}"]
    return "\n".join(lines)


def _reference(data: api.Data, scenario: Scenario) -> Plan | None:
    """The announced offices under the same thresholds, where the data folder has them."""
    if data.inputs.announced.empty or REFERENCE not in scenario_names(data.folder):
        return None
    announced = data.scenario(REFERENCE).replace(
        thresholds=scenario.thresholds.model_dump(mode="json")
    )
    return api.solve(data, announced)


@contextmanager
def _watched(control: Control) -> Iterator[None]:
    """Show progress on standard error; let the first Ctrl-C stop the search in good order."""
    console = Console(stderr=True)
    with console.status("reading the model") as status:

        def progress(stage: str, incumbent: float | None, bound: float | None) -> None:
            known = [f"{value:.6g}" for value in (incumbent, bound) if value is not None]
            status.update(f"{stage}: {' / bound '.join(known)}")

        def stop(_signal: int, _frame: object) -> None:
            if control.interrupted:
                raise KeyboardInterrupt
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

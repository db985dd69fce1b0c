"""What `planner replay` does: play the history again and write its report."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from planner import api, runs
from planner.analysis.replay import read_history, replay
from planner.model.solve import Control
from planner.outputs.history import render_replay
from planner.tasks.progress import watched

if TYPE_CHECKING:
    from planner.analysis.replay import Case, Step
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


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

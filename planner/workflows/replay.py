"""What `planner replay` does: play the history again and write its report."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from planner.analysis.replay import Case, History, Step, read_history, replay
from planner.control import Control
from planner.message import Language, say
from planner.outputs.pages.page import lowered
from planner.outputs.pages.replay import render_replay
from planner.outputs.words.text import load_texts
from planner.planning import limit
from planner.workflows.place import Place, digest
from planner.workflows.plans import best_plan
from planner.workflows.session import Session, sentences, watched

if TYPE_CHECKING:
    from pathlib import Path

    from planner.data import Data
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
    session = Session.read(folder, language)
    data, place = session.data, Place.of(out, "replay")
    history = read_history(data.folder)
    control = Control()
    with watched(control, language=language):
        steps = play(data, history, control)
    answer = [_answer(step) for step in steps]
    files = {
        "replay.html": render_replay(steps, data.inputs, data.travel, language=session.language),
        "replay.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
    }
    asked = {case.scenario.name: digest(case.scenario) for step in steps for case in step.cases}
    played = {"command": "replay", "history": history.model_dump(mode="json"), "asks": asked}
    out, notes = session.write(place, files, played)
    t = load_texts(language or "en", "terminal")
    lines = [
        f"{step.date.date} {lowered(t(f'replay.{case.role}'))}: "
        + (", ".join(o.town for o in case.plan.offices) if case.plan else t("replay.none"))
        for step in steps
        for case in step.cases
    ]
    told = sentences(notes, load_texts(t.language, "notes"))
    report = say("report: {}", out / "replay.html").said(t.language)
    return out, answer, "\n".join([*lines, *told, report])


def play(data: Data, history: History, control: Control) -> tuple[Step, ...]:
    """Play a history again, with the plans that were proved before."""

    def solve(scenario: Scenario) -> Plan:
        limit(control, scenario)
        return best_plan(data, scenario, control).plan

    return replay(data, history, solve)


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

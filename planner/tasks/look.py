"""What the commands do that only look: explain, check, scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from planner import api, runs
from planner.errors import InputError, Problem
from planner.inputs.read import default_data_folder, read_inputs, summary
from planner.model.instance import make_instance
from planner.model.relax import explain
from planner.scenario.load import load_scenario, scenario_names
from planner.tasks.progress import watched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.model.relax import Explanation
    from planner.tasks.progress import Report


def explain_scenario(
    reference: str,
    folder: Path | None,
    overrides: Sequence[str],
    report: Report | None = None,
) -> Explanation:
    """Tell which rules of a scenario clash and what would help; progress as in `watched`.

    Raises
    ------
    InputError, SolverStopped
        As reading and solving do.
    """
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    control = api.control_of(scenario)
    with watched(control, report):
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

"""A plan by the name a user gives: a run folder, or a scenario that is read or solved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner import api, runs
from planner.errors import InputError, Problem
from planner.message import say
from planner.outputs.comparison import make_comparison
from planner.outputs.comparison_sums import with_sums
from planner.scenario.load import scenario_names
from planner.tasks.solved import solved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.api import Data
    from planner.model.solve import Control
    from planner.outputs.comparison import Comparison
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Named:
    """A plan that was asked for, read from its run folder or solved now."""

    label: str
    scenario: Scenario
    plan: Plan
    folder: Path | None
    stranger: bool


def named_plan(data: Data, reference: str, control: Control) -> Named:
    """Return the plan of a run folder, or of a scenario: its fresh run's, or solved now.

    A run is fresh if it was made from the same tables and the same scenario.

    Raises
    ------
    InputError
        If it is neither, or a run names places that the tables don't have.
    """
    folder = Path(reference)
    if is_run(data, reference):
        run = runs.read_run(folder, data.folder)
        _check_places(run, data)
        stranger = dict(run.inputs) != dict(data.inputs.files)
        return Named(folder.resolve().name, run.scenario, run.plan, folder, stranger)
    if len(folder.parts) > 1 and not folder.exists():
        expected = say("a run folder that exists, or a scenario")
        raise InputError([Problem("plan", None, "", reference, expected)])
    scenario = data.scenario(reference)
    fresh = Path("runs") / scenario.name
    if (fresh / "plan.json").is_file():
        run = runs.read_run(fresh, data.folder)
        if run.scenario == scenario and dict(run.inputs) == dict(data.inputs.files):
            return Named(scenario.name, scenario, run.plan, fresh, stranger=False)
    api.limit(control, scenario)
    plan, _ = solved(data, scenario, control)
    return Named(scenario.name, scenario, plan, None, stranger=False)


def is_run(data: Data, reference: str) -> bool:
    """Tell whether a reference is a run folder rather than a scenario."""
    folder = Path(reference)
    named = reference in scenario_names(data.folder)
    return (folder / "plan.json").is_file() or (folder.is_dir() and not named)


def _check_places(run: runs.Run, data: Data) -> None:
    """Refuse a run of another country: its offices and units must be in the tables."""
    known = {
        "county": set(data.inputs.counties.index),
        "municipality": set(data.inputs.municipalities.index),
        "principal": set(data.inputs.principals.index),
    }
    towns = known["municipality"]
    strange = {office.code for office in run.plan.offices} - towns
    strange |= {
        row.id
        for row in run.plan.assignments
        if row.id not in known.get(row.unit, set()) and row.id.split("-sole-")[0] not in towns
    }
    strange |= {row.office for row in run.plan.assignments} - towns
    if strange:
        expected = say("a run over the places of this data folder")
        shown = ", ".join(sorted(strange)[:5])
        raise InputError([Problem(str(run.folder / "plan.json"), None, "", shown, expected)])


def compared(data: Data, named: Sequence[Named]) -> Comparison:
    """Compare plans with the first; plans of one name get numbers, so that labels differ."""
    seen: Counter[str] = Counter()
    labels = []
    for each in named:
        seen[each.label] += 1
        count = seen[each.label]
        labels.append(each.label if count == 1 else f"{each.label} ({count})")
    made = make_comparison(
        [(label, each.scenario, each.plan) for label, each in zip(labels, named, strict=True)],
        data.inputs,
        data.travel,
        [label for label, each in zip(labels, named, strict=True) if each.stranger],
    )
    return with_sums(made, data.inputs, data.travel)

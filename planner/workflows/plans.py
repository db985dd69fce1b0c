"""The one store of plans: from a run folder that holds, from the cache, or solved.

A plan that was proved is kept, under a digest of the tables, the scenario, the limits, the program,
its libraries and the machine: where all are the same, so would the plan be.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner import cache, planning
from planner.analysis.comparison import Comparison, make_comparison, with_sums
from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.hardrules.check import HardRules
from planner.message import say
from planner.model.solving.optimise import PROVED
from planner.runs import reading
from planner.scenario.load import scenario_names
from planner.workflows.place import RUNS, Note, Place, asked_of_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.control import Control
    from planner.data import Data
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

REFERENCE = "announced"
RECOMMENDED = "decision-2022"
WITHOUT_NEW = "without-new-offices"
"""What a question about new offices is compared with: the name of a scenario, and of its texts."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourcedPlan:
    """A plan, and where it is from.

    Attributes
    ----------
    label : str
        Its scenario, or the run folder that was named.
    source : {"folder", "run", "kept", "solved"}
        A run folder that was named, as it is; the run of a scenario; the cache; or solved now.
    folder : Path or None
        The run that was read.
    since : mapping of str to str
        What has changed since a named folder was written, as `planner.runs.reading.Run.since`.
    passed : mapping of str to str
        Why the run of a scenario was not read, where there is one: the same, or ``scenario`` or
        ``unread``.
    cached : bool
        Whether the same question finds it in the cache from now on: before anything is made of
        it, which may fail.
    """

    label: str
    scenario: Scenario
    plan: Plan
    source: Literal["folder", "run", "kept", "solved"]
    folder: Path | None = None
    since: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    cached: bool = False

    @property
    def stranger(self) -> bool:
        """Whether it was made from other tables than those read now."""
        return "tables" in self.since

    @property
    def notes(self) -> list[Note]:
        """What there is to tell of where the plan is from; what has changed since is apart."""
        told: list[Note] = [
            (f"from_{self.source}", {"label": self.label, "folder": str(self.folder or "")})
        ]
        home = str(RUNS / self.scenario.name)
        return told + [
            (f"passed_{why}", {"folder": home, "what": what}) for why, what in self.passed.items()
        ]

    @property
    def changes(self) -> list[Note]:
        """What has changed since a folder that was named was written."""
        return [
            (f"since_{what}", {"label": self.label, "what": named})
            for what, named in self.since.items()
        ]


def find_plan(data: Data, reference: str, control: Control) -> SourcedPlan:
    """Return the plan of a run folder as it is, or of a scenario.

    A scenario's plan is read from its run in ``runs/`` if that is of the same question, tables and
    program, and its files are as they were written; else it is taken from the cache or solved.

    Raises
    ------
    InputError
        If it is neither, or a run names places that the tables don't have.
    """
    folder = Path(reference)
    if is_run(data, reference):
        run = reading.read_run(folder, data.folder)
        _check_places(run, data)
        since = run.since(data.inputs.files)
        return SourcedPlan(
            folder.resolve().name, run.scenario, run.plan, "folder", folder, since=since
        )
    if len(folder.parts) > 1 and not folder.exists():
        expected = say("a run folder that exists, or a scenario")
        raise InputError([Problem("plan", None, "", reference, expected)])
    scenario = data.scenario(reference)
    run_of, passed = (None, {}) if cache.anew() else _run_of(data, scenario)
    if run_of is not None:
        return SourcedPlan(scenario.name, scenario, run_of.plan, "run", run_of.folder)
    planning.limit(control, scenario)
    return replace(best_plan(data, scenario, control), passed=passed)


def is_run(data: Data, reference: str) -> bool:
    """Tell whether a reference is a run folder rather than a scenario."""
    folder = Path(reference)
    named = reference in scenario_names(data.folder)
    return (folder / "plan.json").is_file() or (folder.is_dir() and not named)


def best_plan(
    data: Data, scenario: Scenario, control: Control, *, ranges: bool = False
) -> SourcedPlan:
    """Do as `planning.solve`, or take the plan that was proved before.

    What a limit cut short is never kept, nor what SCIP found, which is asked for an answer of its
    own.

    Parameters
    ----------
    data : Data
        As read from its folder.
    ranges : bool
        As `planning.solve` takes it: what is not asked for is not worked out, nor told.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As `planning.solve` does.
    """
    limits = [control.gap, control.threads, control.nodes, control.presolve]
    files = dict(data.inputs.files)
    name = f"plan-{cache.key(files, scenario.model_dump(mode='json'), limits)}"
    use = not cache.anew() and control.solver == "highs"
    before = _cached(name, data, scenario, ranges=ranges) if use else None
    if before is not None:
        return SourcedPlan(scenario.name, scenario, before, "kept", cached=True)
    plan = planning.solve(data, scenario, control, ranges=ranges)
    keep = plan.termination.reason in PROVED and control.solver == "highs"
    # What was cut short of the ranges is worked out when they are asked for again.
    tree = {"ranges": ranges and not control.stopped(), "plan": plan.to_dict()}
    stored = keep and cache.store(name, json.dumps(tree).encode())
    return SourcedPlan(scenario.name, scenario, plan, "solved", cached=stored)


def _cached(name: str, data: Data, scenario: Scenario, *, ranges: bool) -> Plan | None:
    """Return the plan that is kept under a name, if it has what is asked and breaks no rule."""
    content = cache.load(name)
    tree = None if content is None else json.loads(content)
    if tree is None or (ranges and not tree["ranges"]):
        return None
    plan = reading.plan_of(tree["plan"])
    plan = plan if ranges else replace(plan, ranges=None)
    broken = HardRules.of(data.inputs, data.travel, scenario).broken(plan)
    if broken:
        _LOG.warning(
            say("a plan that was kept is solved anew, for it breaks: {}", "; ".join(broken))
        )
        return None
    return plan.of(scenario)


def _run_of(data: Data, scenario: Scenario) -> tuple[reading.Run | None, dict[str, str]]:
    """Return the run of a scenario if it is what solving would give, or why it is not."""
    place = Place(RUNS / scenario.name)
    same = place.holds(asked_of_run(data.inputs.files, scenario))
    folder = same or place.folder
    if not (folder / "plan.json").is_file():
        return None, {}
    try:
        run = reading.read_run(folder, data.folder)
    except InputError:
        return None, {"unread": ""}
    passed = run.since(data.inputs.files)
    if run.scenario != scenario:
        passed["scenario"] = ""
    return (None, passed) if passed else (run, {})


def _check_places(run: reading.Run, data: Data) -> None:
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


def reference_plan(
    data: Data, scenario: Scenario, control: Control
) -> tuple[Plan | None, str, str]:
    """Return what a plan is compared with, what to call it, and why there is nothing if so.

    It takes what the run has of its time, or a little where a limit or Ctrl-C has come, and is left
    out where that did not do for a proof.
    """
    compared, name = reference_scenario(data, scenario)
    if compared is None:
        return None, "", ""
    if control.interrupted:  # the limits of the run stay as they are: Ctrl-C once more cancels
        control = replace(control.finishing(), nodes=control.nodes)
    elif control.stopped():
        control.deadline = control.finishing().deadline
    control.gap = compared.solver.gap
    try:
        plan = best_plan(data, compared, control).plan
    except InfeasibleScenario:
        return None, "", say("{}: not compared, since no plan keeps its rules", compared.name)
    except SolverStopped as stopped:
        return None, "", say("{}: not compared ({})", compared.name, stopped.reason)
    if plan.termination.reason not in PROVED:
        return None, "", say("{}: not compared ({})", compared.name, plan.termination.reason)
    return plan, name, ""


def reference_scenario(data: Data, scenario: Scenario) -> tuple[Scenario | None, str]:
    """Return the question whose plan another is compared with, and what to call that plan.

    Where offices exist and new ones are asked for, that is the same question without new ones.
    Else it is that of the announced offices under the same thresholds, where the data folder has
    them: with their rollout if it spans the same periods, else complete. The announced plan itself
    is compared with the recommended one, where the folder has its scenario; else with the same
    offices opening in the best order.
    """
    names = scenario_names(data.folder)
    without = without_new_offices(scenario)
    if without is not None:
        return without, ""
    if data.inputs.announced.empty or REFERENCE not in names:
        return None, ""
    compared, name = data.scenario(REFERENCE), ""
    if scenario.name == REFERENCE and RECOMMENDED in names:
        compared, name = data.scenario(RECOMMENDED), "recommended"
    if scenario.name == REFERENCE and not name and scenario.rollout.opens:
        return scenario.replace(**{"rollout.opens": {}}), "same_offices_best_order"
    compared = compared.replace(thresholds=scenario.thresholds)
    if scenario.dialogues is None or compared.rollout.periods != scenario.rollout.periods:
        compared = compared.complete()
    return compared, name


def without_new_offices(scenario: Scenario) -> Scenario | None:
    """Return a question with the offices that exist alone; None where no new one is asked for."""
    existing = scenario.sites.existing
    if not existing or scenario.offices.most <= len(existing):
        return None
    rollout, staffing = scenario.rollout, scenario.staffing
    changes: dict[str, object] = {
        "name": WITHOUT_NEW,
        "sites.candidates": existing,
        "sites.required": (),
        "offices.count": len(existing),
        "rollout.opens": {k: v for k, v in rollout.opens.items() if k in existing},
        "rollout.available_from": {
            k: v for k, v in rollout.available_from.items() if k in existing
        },
    }
    if staffing is not None:
        kept = {k: v for k, v in staffing.existing.items() if k in existing}
        changes["staffing.existing"] = kept
    return scenario.replace(**changes)


def check_two(references: Sequence[str]) -> None:
    """Refuse a comparison of fewer than two plans, before any of them is read or solved.

    Raises
    ------
    InputError
    """
    if len(references) < 2:
        expected = say("two or more run folders or scenarios")
        raise InputError([Problem("compare", None, "", " ".join(references), expected)])


def compare_plans(data: Data, plans: Sequence[SourcedPlan]) -> Comparison:
    """Compare plans with the first; plans of one name get numbers, so that labels differ.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    check_two([each.label for each in plans])
    seen: Counter[str] = Counter()
    labelled: list[tuple[str, SourcedPlan]] = []
    for each in plans:
        seen[each.label] += 1
        count = seen[each.label]
        labelled.append((each.label if count == 1 else f"{each.label} ({count})", each))
    made = make_comparison(
        [(label, each.scenario, each.plan) for label, each in labelled],
        data.inputs,
        {label: each.since for label, each in labelled},
    )
    return with_sums(made, data)

"""What `planner run` does: read, solve, compare, write."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from planner import cache
from planner.calendar.order import check_need
from planner.errors import InfeasibleScenario, NotWritten, SolverStopped
from planner.message import join, say, tell
from planner.model.solving.optimise import PROVED, Control
from planner.outputs.context import Context
from planner.outputs.files.pdf import find_browser
from planner.outputs.findings import read_findings
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import load_texts
from planner.outputs.words.weighing import said_apart
from planner.scenario.load import scenario_names
from planner.workers import Aside, load
from planner.workflows import solving as api
from planner.workflows.notes import dropped
from planner.workflows.place import Place, own_name
from planner.workflows.progress import watched
from planner.workflows.solved import solved
from planner.workflows.summary import summarise
from planner.workflows.totals import moved, moved_told, remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.message import Message
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.workflows.place import Note
    from planner.workflows.progress import Report

REFERENCE = "announced"
RECOMMENDED = "decision-2022"
WITHOUT_NEW = "without-new-offices"
"""What a question about new offices is compared with: the name of a scenario, and of its texts."""

WRITING = "planner.workflows.write"
"""Loaded while a plan is searched: half of that time Python has nothing to do."""

KEPT = say("the plan itself is kept: the same command writes it without searching again")
NOT_KEPT = say("the plan is not kept")


@dataclass(frozen=True)
class Finished:
    """A run that is on disk.

    Attributes
    ----------
    out : Path
    plan : Plan
    plan_json : str
    summary : str
        What a planner sees in the terminal.
    failed : dict of str to str
        Name of each file that could not be made -> why.
    notes : list of Note
        What else there is to tell: what was dropped, and where the run went.
    warnings : list of Message
        What there is to tell of the tables: how many doubts, and what has moved.
    """

    out: Path
    plan: Plan
    plan_json: str
    summary: str
    failed: dict[str, str]
    notes: list[Note]
    warnings: list[Message]


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
    new: Path | None = None,
    report: Report | None = None,
    other: Aside | None = None,
) -> Finished:
    """Solve a scenario, write its run folder and verify what was written.

    Progress is told on standard error, or to `report`. The second process, if there is one, plans
    what this plan is compared with, verifies and draws the pages.

    Parameters
    ----------
    reference : str
        A scenario.
    folder : Path, optional
        The data folder.
    out : Path, optional
        The run folder: new, empty, or with an earlier run to replace. By default one in ``runs/``
        named by the scenario and what was set of it; see `planner.workflows.place.Place`.
    overrides : sequence of str
    language : {"sv", "en"}, optional
    geojson, pdf : bool
        Whether to write these too.
    analyses : sequence of Path
        Of the same question, for the report.
    new : Path, optional
        In place of `out`, a folder for a run that replaces nothing: if anything is there when the
        run is written, whenever it came, the run takes the same name with a number.
    report : callable, optional
    other : Aside, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As the steps do; nothing is written then.
    PlannerError
        If the disk does not take the run, or it does not verify. A plan that was proved is kept
        all the same, and the same command finds it there.
    """
    began, spoken = time.monotonic(), language
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    plain = data.scenario(reference) if overrides else scenario
    if new is None:
        place = Place.of(out, own_name(plain, scenario))
    else:
        place = Place(new, replaces=False)
        place.check()
    check_need(data.inputs, scenario)
    findings = read_findings(analyses, scenario.name, data.inputs)
    if pdf:
        find_browser()
    control = api.control_of(scenario)
    other = other or Aside()
    reference_of = other.begin(
        reference_plan, data, scenario, control, stopped=lambda: control.interrupted
    )
    threading.Thread(target=load, args=(WRITING,), daemon=True).start()
    if report is not None:
        report("solving", None, None)
    with watched(control, report, spoken):
        found = solved(data, scenario, control, ranges=True)
        compared, name, missing = reference_of()
    plan = found.plan
    t = load_texts(spoken or "en", "terminal")
    language = language or cast("Language", data.inputs.country.language)
    seconds = time.monotonic() - began
    context = Context(plan, scenario, data, compared, name, language, findings=findings)
    if report is not None:
        report("writing", None, None)
    from planner.workflows.write import write_plan  # noqa: PLC0415 - see WRITING

    try:
        written = write_plan(context, place, seconds, geojson=geojson, pdf=pdf)
    except NotWritten as error:
        found_again = found.kept and not cache.anew()
        said = join([error.message, KEPT if found_again else NOT_KEPT])
        raise NotWritten(said) from error
    proofs = Proofs(plan, scenario, data.inputs, t)
    apart = said_apart(context, t)
    summary = summarise(
        proofs,
        written.folder,
        compared or str(tell(missing, t.language)),
        written.verification.verdict,
        called=name,
        apart=apart,
        again=found.again,
        without=written.failed,
    )
    notes = [*dropped(plain, scenario, overrides, data.inputs), *written.notes]
    warnings = _warnings(data)
    remember(data.inputs, data.folder)
    return Finished(
        written.folder,
        plan,
        str(written.files["plan.json"]),
        summary,
        written.failed,
        notes,
        warnings,
    )


def _warnings(data: api.Data) -> list[Message]:
    """Tell how many doubts there are about the tables, and what has moved since the last run."""
    count = len(data.inputs.doubts)
    warnings = []
    if count == 1:
        warnings.append(say("1 doubt about the tables: planner check tells it"))
    elif count:
        warnings.append(say("{} doubts about the tables: planner check tells them", count))
    found = moved(data.inputs, data.folder)
    return warnings + ([moved_told(found)] if found else [])


def reference_plan(
    data: api.Data, scenario: Scenario, control: Control
) -> tuple[Plan | None, str, str]:
    """Return what a plan is compared with, what to call it, and why there is nothing if so.

    It takes what the run has of its time, and is left out where that did not do for a proof.
    """
    compared, name = reference_scenario(data, scenario)
    if compared is None:
        return None, "", ""
    control.gap = compared.solver.gap
    try:
        plan = solved(data, compared, control).plan
    except InfeasibleScenario:
        return None, "", say("{}: not compared, since no plan keeps its rules", compared.name)
    except SolverStopped as stopped:
        return None, "", say("{}: not compared ({})", compared.name, stopped.reason)
    if plan.termination.reason not in PROVED:
        return None, "", say("{}: not compared ({})", compared.name, plan.termination.reason)
    return plan, name, ""


def reference_scenario(data: api.Data, scenario: Scenario) -> tuple[Scenario | None, str]:
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

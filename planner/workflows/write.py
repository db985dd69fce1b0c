"""Writing a run folder: verify the plan, make everything that tells of it, write, look again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner import runs
from planner.errors import NotWritten, PlannerError
from planner.message import say
from planner.outputs.told import Told
from planner.outputs.words.changed import heading_of
from planner.outputs.words.text import LANGUAGES, load_texts
from planner.verify import verify_files, verify_run
from planner.workers import Aside
from planner.workflows.exports import exports
from planner.workflows.place import asked_of_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.data import Data
    from planner.outputs.findings import Finding
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification
    from planner.workflows.place import Note, Place


@dataclass(frozen=True)
class Written:
    """A run folder that was written.

    Attributes
    ----------
    folder : Path
    files : dict of str to (str or bytes)
        All but the manifest.
    failed : dict of str to str
        Name of each file that could not be made -> why.
    verification : Verification
        What was checked of it.
    notes : list of Note
        What there is to tell of the folder's choice.
    """

    folder: Path
    files: dict[str, str | bytes]
    failed: dict[str, str]
    verification: Verification
    notes: list[Note]


def write_plan(  # noqa: PLR0913 - what a run folder is made of
    data: Data,
    scenario: Scenario,
    plan: Plan,
    place: Place,
    compared: tuple[Plan | None, str],
    language: Language,
    seconds: float,
    *,
    geojson: bool = False,
    pdf: bool = False,
    findings: Sequence[Finding] = (),
    other: Aside | None = None,
) -> Written:
    """Write the run folder of a plan and verify what was written.

    The folder appears whole; a picture or table that could not be made of the plan is left out,
    and the manifest names it.

    Parameters
    ----------
    data : Data
    scenario : Scenario
    plan : Plan
    place : Place
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
        The second process; it verifies and draws the pages.

    Raises
    ------
    NotWritten
        If the disk does not take the run.
    PlannerError
        If it does not verify.
    """
    reference, name = compared
    provenance = asked_of_run(data.inputs.files, scenario, seconds)
    heading = _heading(data, scenario, plan)
    provenance = replace(provenance, changed=plan.changed, heading=heading)
    other = other or Aside()
    verified = runs.plan_files(plan, scenario)
    found_of = other.begin(_recomputed, verified, data.folder, provenance)
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
    made = exports(told, found_of, other, geojson=geojson, pdf=pdf)
    files = {**verified, **made.files}
    folder, notes = place.write(files, replace(provenance, failed=made.failed))
    stored = verify_files(folder, data.folder)
    if not stored.ok:
        raise PlannerError(say("the run in {} does not verify\n{}", folder, stored.text()))
    return Written(folder, files, made.failed, found_of().along(stored), notes)


def _heading(data: Data, scenario: Scenario, plan: Plan) -> dict[str, str]:
    """Say in each language what was changed, for the list of runs, which reads no tables."""
    return {
        language: heading_of(scenario, data.inputs, load_texts(language), plan.changed).line
        for language in LANGUAGES
    }


def _recomputed(
    files: Mapping[str, str], folder: Path, provenance: runs.Provenance
) -> Verification:
    """Verify a plan before anything is made of it; the exports then tell what was found."""
    try:
        with tempfile.TemporaryDirectory() as there:
            run = Path(there) / "run"
            runs.write_run(run, files, provenance)
            found = verify_run(run, folder)
    except OSError as error:
        place = tempfile.gettempdir()
        said = say("the plan could not be verified in {}: {}", place, error.strerror)
        raise NotWritten(said) from error
    if not found.ok:
        raise PlannerError(
            say("the plan does not verify, and nothing is written\n{}", found.text())
        )
    return found

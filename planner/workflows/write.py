"""Writing a run folder: verify the plan, make everything that tells of it, write, look again."""

from __future__ import annotations

import logging
import tempfile
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import NotWritten, PlannerError
from planner.message import LANGUAGES, say
from planner.outputs.exports import EXPORTS, Asked
from planner.outputs.words.changed import heading_of
from planner.outputs.words.text import load_texts
from planner.runs import writing
from planner.verify import Verification, verify_files, verify_run
from planner.workflows.place import Note, Place, asked_of_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.outputs.context import Context

LONGEST = 200
"""Letters of a reason that was not foreseen."""

PACKAGE = Path(__file__).parents[1]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """The files that were made, and by name why others were not."""

    files: dict[str, str | bytes] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A run folder that was written.

    Attributes
    ----------
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


def write_plan(
    context: Context, place: Place, seconds: float, *, geojson: bool = False, pdf: bool = False
) -> Written:
    """Write the run folder of a plan and verify what was written.

    The folder appears whole; a picture or table that could not be made of the plan is left out,
    and the manifest names it.

    Parameters
    ----------
    context : Context
        Without its verification.
    seconds : float
        What the plan took.
    geojson : bool
        The layers of plan.gpkg as GeoJSON too.
    pdf : bool
        The report as report.pdf too.

    Raises
    ------
    NotWritten
        If the disk does not take the run.
    PlannerError
        If it does not verify.
    """
    folder, plan = context.data.folder, context.plan
    provenance = asked_of_run(context.inputs.files, context.scenario, seconds)
    provenance = replace(provenance, changed=plan.changed, heading=_heading(context))
    verified = writing.plan_files(plan, context.scenario)
    found = _recomputed(verified, folder, provenance)
    made = make_exports(replace(context, verification=found), Asked(geojson=geojson, pdf=pdf))
    files = {**verified, **made.files}
    out, notes = place.write(files, replace(provenance, failed=made.failed))
    stored = verify_files(out, folder)
    if not stored.ok:
        raise PlannerError(say("the run in {} does not verify\n{}", out, stored.text()))
    return Written(out, files, made.failed, found.along(stored), notes)


def make_exports(context: Context, asked: Asked) -> Made:
    """Make everything that is made of a plan; what fails is named, and costs itself alone.

    So does what can't be without it.
    """
    made = Made()
    for finding in context.findings:
        made.files.update(finding.files)
    for export in EXPORTS:
        if not export.wanted(context, asked):
            continue
        lacking = made.failed.get(export.source) or made.failed.get(export.needs)
        try:
            if lacking is None:
                made.files.update(export.render(context, asked, made.files))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and costs this alone
            _LOG.debug("%s failed", export.renderer, exc_info=error)
            lacking = reason_of(error)
        if lacking is not None:
            made.failed[export.file] = lacking
    return made


def reason_of(error: Exception) -> str:
    """Return in a line what an error says, and where it came up if it was not foreseen."""
    if isinstance(error, MemoryError):
        return say("the memory ran out")
    first = next(iter(str(error).splitlines()), "")
    if isinstance(error, PlannerError) and first:  # in whole it can be said in any language
        return error.message if first == error.message else first[:LONGEST]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {first}"[:LONGEST] + where


def _heading(context: Context) -> dict[str, str]:
    """Say in each language what was changed, for the list of runs, which reads no tables."""
    scenario, inputs, changed = context.scenario, context.inputs, context.plan.changed
    return {
        language: heading_of(scenario, inputs, load_texts(language), changed).line
        for language in LANGUAGES
    }


def _recomputed(
    files: Mapping[str, str], folder: Path, provenance: writing.Provenance
) -> Verification:
    """Verify a plan before anything is made of it; the exports then tell what was found."""
    try:
        with tempfile.TemporaryDirectory() as there:
            run = Path(there) / "run"
            writing.write_run(run, files, provenance)
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

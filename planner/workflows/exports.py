"""What is made of a plan, each file by itself: one that fails is named and costs itself alone."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError
from planner.message import say
from planner.workers import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.outputs.told import Told
    from planner.verify import Verification
    from planner.workers import Aside

MAP = "planner.outputs.pages.map"
REPORT = "planner.outputs.pages.report"
LAYERS = "planner.outputs.run_layers"
TABLES = "planner.outputs.run_files"
PDF = "planner.outputs.files.pdf"
"""Loaded where they are needed alone: that takes a second."""

LONGEST = 200
"""Letters of a reason that was not foreseen."""

PACKAGE = Path(__file__).parents[1]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failed:
    """Why a file could not be made, in a line that is enough to report it."""

    reason: str

    @classmethod
    def of(cls, error: BaseException) -> Failed:
        """Return what an error says, and where in the program it came up if it was not foreseen."""
        said = next(iter(str(error).splitlines()), "")
        if isinstance(error, PlannerError) and said:  # in whole it can be said in any language
            return cls(error.message if said == error.message else said[:LONGEST])
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
        where = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
        return cls(f"{type(error).__name__}: {said}"[:LONGEST] + where)


def tried(module: str, name: str, *given: object, **options: object) -> Any:
    """Call a function of a module, or return why it failed.

    Memory that runs out is not caught: in another process there may be enough.
    """
    try:
        return call(module, name, *given, **options)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and costs this alone
        _LOG.debug("%s.%s failed", module, name, exc_info=error)
        return Failed.of(error)


@dataclass(frozen=True)
class Made:
    """The files that were made, and by name why others were not."""

    files: dict[str, str | bytes] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, answer: Callable[[], Any]) -> bool:
        """Take the file that is waited for, or several by name; tell whether it could be made."""
        try:
            found = answer()
        except MemoryError:
            found = Failed(say("the memory ran out"))
        if isinstance(found, Failed):
            self.failed[name] = found.reason
        elif isinstance(found, dict):
            self.files.update(found)
        else:
            self.files[name] = found
        return not isinstance(found, Failed)


def exports(
    told: Told,
    found_of: Callable[[], Verification | None],
    other: Aside,
    *,
    geojson: bool = False,
    pdf: bool = False,
) -> Made:
    """Make everything that is made of a plan.

    Parameters
    ----------
    told : Told
        Without its verification.
    found_of : callable
        Waits for the verification; what does not tell of it is begun before.
    other : Aside
    geojson : bool
        The layers as GeoJSON too.
    pdf : bool
        The report as a PDF too.
    """
    about = (told.plan, told.inputs, told.scenario)
    beside: dict[str, Any] = {
        "reference": told.reference,
        "reference_name": told.reference_name,
        "language": told.language,
    }
    map_of = other.begin(partial(tried, MAP, "render_map", *about, **beside))
    calendar = tried(TABLES, "calendar_of", told)
    told = replace(told, verification=found_of())
    layers_of = other.begin(partial(tried, LAYERS, "layer_files", told, geojson=geojson))
    report = partial(
        tried,
        REPORT,
        "render_report",
        *about,
        **beside,
        verification=told.verification,
        findings=told.findings,
    )
    report_of = other.begin(partial(report, map_html="map.html"))
    made = Made()
    if told.scenario.dialogues is None:
        made.take("plan.xlsx", partial(tried, TABLES, "workbook", told, None))
    elif made.take("calendar.csv", partial(_unless_failed, calendar, "calendar_csv", calendar)):
        made.take("plan.xlsx", partial(tried, TABLES, "workbook", told, calendar))
    else:  # the workbook holds the calendar, and is verified with it
        made.failed["plan.xlsx"] = made.failed["calendar.csv"]
    for finding in told.findings:
        made.files.update(finding.files)
    # What the second process would come to last is asked for first.
    with_map = made.take("map.html", map_of)
    made.take("plan.gpkg", layers_of)
    # A report that leads to no map is written anew.
    if made.take("report.html", report_of if with_map else report) and pdf:
        made.take("report.pdf", partial(tried, PDF, "render_pdf", str(made.files["report.html"])))
    elif pdf:
        made.failed["report.pdf"] = made.failed["report.html"]
    return made


def _unless_failed(calendar: object, name: str, *given: object) -> Any:
    """Return what is made of the calendar, or why there is none."""
    return calendar if isinstance(calendar, Failed) else tried(TABLES, name, *given)

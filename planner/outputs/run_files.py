"""What the files of a run are made of, and those that hold tables, by file name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.dialogues.calendar import make_calendar
from planner.outputs.calendar_csv import calendar_csv
from planner.outputs.workbook import render_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.dialogues.calendar import Calendar
    from planner.inputs.types import Inputs
    from planner.outputs.findings import Finding
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.travel.matrix import Travel
    from planner.verify import Verification


@dataclass(frozen=True)
class Told:
    """What the files of a run tell of.

    Attributes
    ----------
    plan : Plan
    inputs : Inputs
    travel : Travel
    scenario : Scenario
    reference : Plan or None
        The plan that it is compared with.
    reference_name : str
        What to call that in running text; by default after its scenario.
    language : {"sv", "en"}
    verification : Verification or None
        What the assurance sheet tells of.
    findings : sequence of Finding
        Other analyses of the same question; their pages go in as they are.
    """

    plan: Plan
    inputs: Inputs
    travel: Travel
    scenario: Scenario
    reference: Plan | None
    reference_name: str
    language: Language
    verification: Verification | None = None
    findings: Sequence[Finding] = ()


def calendar_of(told: Told) -> Calendar | None:
    """Return the dialogue calendar; None where the scenario plans no dialogues."""
    if told.scenario.dialogues is None:
        return None
    return make_calendar(told.plan, told.inputs, told.scenario, told.travel)


def table_files(told: Told, calendar: Calendar | None) -> dict[str, str | bytes]:
    """Return the workbook, the calendar if there is one, and the pages of other analyses."""
    files: dict[str, str | bytes] = {
        "plan.xlsx": render_workbook(
            told.plan,
            told.inputs,
            told.scenario,
            calendar,
            reference=told.reference,
            language=told.language,
            verification=told.verification,
            findings=told.findings,
        )
    }
    if calendar is not None:
        files["calendar.csv"] = calendar_csv(calendar)
    for finding in told.findings:
        files |= finding.files
    return files

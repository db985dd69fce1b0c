"""The files of a run that hold tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.calendar.calendar import make_calendar
from planner.outputs.files.calendar_csv import calendar_csv
from planner.outputs.files.workbook import render_workbook

__all__ = ("calendar_csv", "calendar_of", "workbook")

if TYPE_CHECKING:
    from planner.calendar.calendar import Calendar
    from planner.outputs.told import Told


def calendar_of(told: Told) -> Calendar | None:
    """Return the dialogue calendar; None where the scenario plans no dialogues."""
    if told.scenario.dialogues is None:
        return None
    return make_calendar(told.plan, told.inputs, told.scenario, told.travel)


def workbook(told: Told, calendar: Calendar | None) -> bytes:
    """Return plan.xlsx."""
    return render_workbook(
        told.plan,
        told.inputs,
        told.scenario,
        calendar,
        reference=told.reference,
        reference_name=told.reference_name,
        language=told.language,
        verification=told.verification,
        findings=told.findings,
    )

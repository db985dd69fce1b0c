"""The workbook of a plan: everything that it says as sheets to filter, sort and print."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from planner.model.solving.scores import Yardstick
from planner.outputs.files import sheets_people, sheets_plan
from planner.outputs.files.sheets_plan import has_work, trimmed
from planner.outputs.files.workbook import (
    WORDS,
    Cell,
    Rounded,
    WorkbookSheet,
    columns,
    sheet,
    write_workbook,
)
from planner.outputs.pages.page import capital
from planner.outputs.words import facts, yardstick
from planner.outputs.words.assurance import assurance_rows
from planner.outputs.words.basis import assumption, data_notes
from planner.scenario.objective import SOFT, WEIGHTED

if TYPE_CHECKING:
    from planner.outputs.context import Context


def render_workbook(context: Context) -> bytes:
    """Write a plan as an Excel workbook, the same for the same inputs, byte for byte."""
    agency = context.inputs.country.agency
    return write_workbook(context.heading.title, agency, _sheets(context), context.language)


def _sheets(context: Context) -> list[WorkbookSheet]:
    """Return every sheet in the order of the tabs; the first lists the others."""
    found = [sheets_plan.offices(context), sheets_plan.regions(context)]
    found += [sheets_people.municipalities(context), sheets_people.principals(context)]
    found.append(sheets_plan.periods(context))
    if has_work(context):
        found.append(sheets_plan.staff(context))
    if context.calendar is not None:
        found.append(sheets_people.quarters(context, context.calendar))
        for office in context.plan.offices:
            found.append(sheets_people.office_calendar(context, context.calendar, office))
    found.append(sheets_plan.criteria(context))
    if context.plan.objective:
        found.append(sheets_plan.weighing(context))
    found += [proofs(context), assumptions(context), sources(context), assurance(context)]
    return [overview(context), *found]


def overview(context: Context) -> WorkbookSheet:
    """Say what was asked and answered, and how to read the rest."""
    t, heading = context.texts(*WORDS), context.heading
    rows = [
        ("plan", heading.title),
        ("scenario", f"{context.scenario.name}: {heading.question}"),
        *([("changed", heading.line)] if heading.line else []),
        *(("answer", sentence) for sentence in context.answer),
        ("proof", context.proofs.summary()),
        ("proof", t("proof.limits")),
        *(("calendar", sentence) for sentence in _about_calendar(context)),
    ]
    return WorkbookSheet(
        t("sheet.overview"),
        "",
        ((t("overview.what"), 0), (t("overview.text"), 0)),
        tuple((t(f"overview.{key}"), text) for key, text in rows),
    )


def _about_calendar(context: Context) -> list[str]:
    t = context.texts(*WORDS)
    if context.calendar is None:
        return [t("overview.no_calendar")]
    counts = Counter(context.calendar.entries["status"])
    numbers = {status: t.number(counts[status]) for status in ("planned", "reserve", "after")}
    unmet = t.number(sum(context.plan.unmet.values()))
    total = t.number(counts.total())
    least = float(context.calendar.quarters["spare"].min())
    hours = t("overview.hours")
    if least < 0:
        name = t("sheet.quarters")
        hours = t("overview.short", sheet=name, hours=t.number(least, 1))
    order = t(f"overview.{context.calendar.order}", column=context.scenario.calendar.need_column)
    return [t("overview.statuses", total=total, unmet=unmet, **numbers), order, hours]


def assumptions(context: Context) -> WorkbookSheet:
    """List the numbers that have no source, and the choices made, with their ranges."""
    t = context.texts(*WORDS)
    rows: list[tuple[Cell, ...]] = []
    for given in context.plan.assumptions:
        words = assumption(given, context.scenario, context.inputs, t)
        scale = 100.0 if given.unit == "share" else 1.0
        rows.append(
            (
                words["name"],
                *(trimmed(number * scale) for number in (given.value, given.low, given.high)),
                facts.write_unit(given.unit, t),
                words["source"],
                given.key,
            )
        )
    names = columns(t, "assumption", "value", "low", "high", "unit", "source", "key")
    return sheet(t, "assumptions", names, rows)


def sources(context: Context) -> WorkbookSheet:
    """Tell of every file where it is from, from when and what it lacks; then whom to credit."""
    t = context.texts(*WORDS)
    notes = data_notes(context.inputs, t)
    rows: list[tuple[Cell, ...]] = [
        (*notes.get(file, (t("sources.settings"), "", "", None, "")), file, digest)
        for file, digest in sorted(context.inputs.files.items())
    ]
    credit = t("sources.attribution")
    rows += [(credit, text, "", None, "", "", "") for text in context.inputs.country.attribution]
    names = columns(t, "data", "source", "as_of", "rows", "gaps", "file", "checksum")
    return sheet(t, "sources", names, rows)


def assurance(context: Context) -> WorkbookSheet:
    """Tell what the plan is for, what it rests on and how it was checked; people sign."""
    t = context.texts(*WORDS)
    names = columns(t, "part", "subject", "statement")
    return sheet(t, "assurance", names, assurance_rows(context.assurance), keys=2)


def proofs(context: Context) -> WorkbookSheet:
    """List the goals in their order, each with its value, its bound and the plans it holds for."""
    told, t = context.proofs, context.texts(*WORDS)
    rows: list[tuple[Cell, ...]] = []
    for end, words in zip(told.ends, told.rows(), strict=True):
        name = end.objective_name
        measure = facts.MEASURES.get(name)
        unit, decimals, scale = t("proof.unit_penalty"), facts.own_decimals(end.bound), 1.0
        if name == WEIGHTED:
            unit = yardstick.unit_of(Yardstick(context.scenario).leading, t)
            decimals = yardstick.decimals(end.objective)
        elif name != SOFT and measure is not None:
            unit, decimals, scale = facts.unit_of(name, t), measure.decimals, measure.scale
        value, bound = (Rounded(number * scale, decimals) for number in (end.objective, end.bound))
        rows.append(
            (
                capital(words["objective"]),
                capital(words["scope"]),
                value,
                bound,
                unit,
                words["gap"],
                words["reason"],
                end.scope.towns,
                name,
            )
        )
    heads = ("goal", "scope", "value", "bound", "unit", "left", "reason", "towns", "key")
    return sheet(t, "proofs", columns(t, *heads), rows)

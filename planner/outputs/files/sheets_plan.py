"""The sheets of the workbook that speak of the plan: offices, periods, staff, criteria, the sum."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from planner.analysis.sums import total_of
from planner.model.solving.scores import LIMIT, Yardstick
from planner.outputs.files.workbook import WORDS, Cell, Rounded, WorkbookSheet, columns, sheet
from planner.outputs.pages.page import capital, lowered
from planner.outputs.words import facts, yardstick
from planner.outputs.words.text import MISSING, Texts
from planner.outputs.words.weighing import PLACES

if TYPE_CHECKING:
    from planner.outputs.context import Context
    from planner.plan import PeriodResult

NONE = (MISSING, MISSING)


def has_work(context: Context) -> int:
    """Return 1 where the plan has dialogues and staff, 0 where it has sites alone."""
    return int(context.scenario.dialogues is not None)


def trimmed(value: float) -> Rounded:
    """Show as many decimals as a number has, at most four."""
    return Rounded(value, facts.own_decimals(value))


def offices(context: Context) -> WorkbookSheet:
    """List the offices, with the regions they have in the last period."""
    t, work = context.texts(*WORDS), has_work(context)
    rows: list[tuple[Cell, ...]] = [
        (
            row.number if row.open else None,
            row.town,
            row.code,
            t(f"role.{row.office.role}"),
            row.opening(t),
            row.office.closes or "",
            row.county_names(t) if row.open else MISSING,
            row.municipalities,
            row.principals,
            _known(row.km),
            _known(row.minutes),
            _known(row.farthest),
            _known(row.university),
            row.sister(t),
            *(row.dialogues,) * work,
        )
        for row in context.offices
    ]
    rows.sort(key=lambda row: (row[0] is None, row[0], row[2]))
    names = columns(
        t,
        *("number", "town", "code", "role", "opens", "closes", "region", "municipalities"),
        *("principals", "mean_km:1", "mean_minutes:0", "farthest:1", "university:0", "sister"),
        *("dialogues",) * work,
        sister=context.inputs.country.sister_agency,
    )
    return sheet(t, "offices", names, rows, keys=2)


def regions(context: Context) -> WorkbookSheet:
    """List every county under the office that serves it in the last period."""
    t, work = context.texts(*WORDS), has_work(context)
    rows: list[tuple[Cell, ...]] = [
        (
            row.number,
            row.town,
            row.code,
            row.county,
            t("word.yes") if row.whole else t("word.no"),
            row.municipalities,
            row.principals,
            _known(row.km),
            *(row.dialogues, row.unmet) * work,
        )
        for row in context.counties
    ]
    names = columns(
        t,
        *("number", "town", "county_code", "county", "whole", "municipalities", "principals"),
        "mean_km:1",
        *("county_dialogues", "county_unmet") * work,
    )
    return sheet(t, "regions", names, rows, keys=2)


def periods(context: Context) -> WorkbookSheet:
    """Tell what happens period by period."""
    t, work = context.texts(*WORDS), has_work(context)
    own = {result.period for result in context.plan.periods}
    compared = context.other.periods if context.other else ()
    others = {result.period: result for result in compared if result.period in own}
    rows: list[tuple[Cell, ...]] = []
    for period, first, result in zip(
        context.scenario.rollout.periods,
        context.scenario.rollout.first_months(),
        context.plan.periods,
        strict=True,
    ):
        dated = first is not None and float(first).is_integer()
        year, month = divmod(int(first or 0), 12)
        rows.append(
            (
                t.period(result.period),
                date(year, month + 1, 1) if dated else MISSING,
                Rounded(period.months, 0 if float(period.months).is_integer() else 1),
                len(result.open),
                t.listing(context.plan.opened(result.period)),
                t.listing(context.plan.closed(result.period)),
                *(result.advisors, result.dialogues, result.unmet, result.cost_msek) * work,
                *_reach(result),
                *(
                    (_reach(others[result.period]) if result.period in others else NONE)
                    if others
                    else ()
                ),
            )
        )
    names = columns(
        t,
        *("period", "starts", "months", "open", "opening", "closing"),
        *("advisors", "dialogues", "waiting_end", "cost:1") * work,
    )
    limit = facts.trimmed(context.scenario.thresholds.beyond_km.value, t)
    far = columns(t, "farthest:1", "beyond:1", limit=limit)
    names += far
    if others:
        names += tuple((f"{capital(context.name)}, {lowered(name)}", n) for name, n in far)
    return sheet(t, "periods", names, rows)


def _reach(result: PeriodResult) -> tuple[Cell, ...]:
    """Return how far principals have in a period: the farthest, and how many per cent have far."""
    return result.max_km, result.share_beyond * 100


def staff(context: Context) -> WorkbookSheet:
    """List the advisors of every office, a column a period."""
    t = context.texts(*WORDS)
    periods = [t.period(result.period) for result in context.plan.periods]
    names = columns(t, "town") + tuple(columns(t, "advisors_in", period=p)[0] for p in periods)
    rows: list[tuple[Cell, ...]] = [
        (office.town, *(office.advisors.get(result.period, 0) for result in context.plan.periods))
        for office in context.plan.offices
    ]
    return sheet(t, "staff", names, rows)


def criteria(context: Context) -> WorkbookSheet:
    """Put every criterion beside the reference plan's."""
    t = context.texts(*WORDS)
    rows: list[tuple[Cell, ...]] = []
    other = context.other.criteria if context.other else {}
    for row in context.criteria:
        values = (context.plan.criteria.get(row.key), other.get(row.key))
        ours, theirs = (_criterion(row.key, value, t) for value in values)
        difference: Cell = MISSING
        if isinstance(ours, Rounded) and isinstance(theirs, Rounded):
            places = ours.decimals
            apart = round(ours.value, places) - round(theirs.value, places)
            difference = Rounded(round(apart, places), places)
        verdict = t(f"verdict.{row.verdict}") if row.verdict else ""
        unit = facts.unit_of(row.key, t)
        rows.append((row.name, unit, ours, theirs, difference, verdict, row.noted))
    names = (
        *columns(t, "criterion", "unit", "plan"),
        (capital(context.name) or MISSING, 0),
        *columns(t, "difference", "verdict", "meaning"),
    )
    return sheet(t, "criteria", names, rows)


def _criterion(key: str, value: float | None, t: Texts) -> Cell:
    measure = facts.MEASURES.get(key)
    if value is None or not math.isfinite(value):
        return MISSING
    if measure is None:
        return Rounded(value, 4)
    if measure.unit == "yes_no":
        return t("word.yes") if value >= 0.5 else t("word.no")
    return Rounded(value * measure.scale, measure.decimals)


def weighing(context: Context) -> WorkbookSheet:
    """Put the weighted sum line by line, beside the reference plan's where that has one."""
    t, yard, own = context.texts(*WORDS), Yardstick(context.scenario), context.plan.objective
    other = context.other_sum if isinstance(context.other_sum, tuple) else ()
    rows: list[tuple[Cell, ...]] = []
    for lines in zip(own, other, strict=True) if other else zip(own, strict=True):
        line = lines[0].criterion
        key = line.removeprefix(LIMIT)
        cells = [cell for n in lines for cell in (_criterion(key, n.value, t), n.contribution)]
        number, unit = yardstick.line_rate(yard, lines[0], t)
        name = capital(yardstick.line_name(yard, line, context.inputs, t))
        rows.append((name, trimmed(number), unit, facts.unit_of(key, t), *cells))
    empty = [cell for lines in (own, other) if lines for cell in (None, total_of(lines))]
    rows.append((t("weighing.total"), None, "", "", *empty))
    in_sum = t("column.in_sum", unit=facts.write_unit(yard.unit, t))
    names = list(columns(t, "goal", "rate", "rate_unit", "unit", "plan"))
    names.append((in_sum, PLACES + 1))
    if other and context.other:
        compared = capital(context.name)
        names += [(compared, 0), (f"{compared}, {lowered(in_sum)}", PLACES + 1)]
    return sheet(t, "weighing", tuple(names), rows)


def _known(value: float) -> float | str:
    """Return a number, or a dash where there is none."""
    return value if math.isfinite(value) else MISSING

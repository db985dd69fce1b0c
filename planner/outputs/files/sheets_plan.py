"""The sheets of the workbook that speak of the plan: offices, periods, criteria, assumptions."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from planner.model.solving.scores import LIMIT, Yardstick
from planner.outputs.counties import county_rows
from planner.outputs.files.sheets import Cell, Material, Sheet, Shown
from planner.outputs.pages import sections
from planner.outputs.pages.page import capital, lowered
from planner.outputs.sums import total_of
from planner.outputs.tables import any_exist, county_names, write_opening
from planner.outputs.words import facts, yardstick
from planner.outputs.words.answer import Answer
from planner.outputs.words.assurance import assurance_rows
from planner.outputs.words.changed import heading_of
from planner.outputs.words.data_quality import data_notes
from planner.outputs.words.text import MISSING
from planner.outputs.words.unverified import doubts, sister_words
from planner.outputs.words.weighing import PLACES, other_sum

if TYPE_CHECKING:
    from planner.outputs.words.assurance import Assurance
    from planner.outputs.words.text import Texts
    from planner.plan import PeriodResult

NONE = (MISSING, MISSING)


def overview(m: Material) -> Sheet:
    """Say what was asked and answered, and how to read the rest."""
    t, plan = m.t, m.plan
    heading = heading_of(m.scenario, m.inputs, t, plan.changed)
    rows = [
        ("plan", heading.title),
        ("scenario", f"{m.scenario.name}: {heading.question}"),
        *([("changed", heading.line)] if heading.line else []),
        *(
            ("answer", sentence)
            for sentence in Answer(
                plan, m.views, m.scenario, m.inputs, t, m.reference, m.reference_name
            ).told()
        ),
        ("proof", sections.proof(plan, m.scenario, m.inputs, t)["summary"]),
        ("proof", t("proof.limits")),
        *(("calendar", sentence) for sentence in _about_calendar(m)),
    ]
    return Sheet(
        t("sheet.overview"),
        "",
        ((t("overview.what"), 0), (t("overview.text"), 0)),
        tuple((t(f"overview.{key}"), text) for key, text in rows),
    )


def _about_calendar(m: Material) -> list[str]:
    if m.calendar is None:
        return [m.t("overview.no_calendar")]
    counts = Counter(m.calendar.entries["status"])
    numbers = {status: m.t.number(counts[status]) for status in ("planned", "reserve", "after")}
    unmet = m.t.number(sum(m.plan.unmet.values()))
    total = m.t.number(counts.total())
    least = float(m.calendar.quarters["spare"].min())
    hours = m.t("overview.hours")
    if least < 0:
        sheet = m.t("sheet.quarters")
        hours = m.t("overview.short", sheet=sheet, hours=m.t.number(least, 1))
    order = m.t(f"overview.{m.calendar.order}", column=m.scenario.calendar.need_column)
    return [m.t("overview.statuses", total=total, unmet=unmet, **numbers), order, hours]


def offices(m: Material) -> Sheet:
    """List the offices, with the regions they have in the last period."""
    regions = {region.office.code: region for region in m.views[-1].regions}
    unsure = doubts([office.code for office in m.plan.offices], m.scenario, m.inputs)
    rows: list[tuple[Cell, ...]] = []
    for office in m.plan.offices:
        region = regions.get(office.code)
        place: tuple[Cell, ...] = (MISSING, 0, 0, MISSING, MISSING, MISSING)
        if region is not None:
            place = (
                county_names(region, m.inputs, m.t),
                region.municipalities,
                region.principals,
                _known(region.km),
                _known(region.minutes),
                _known(region.farthest_km),
            )
        rows.append(
            (
                region.number if region else None,
                office.town,
                office.code,
                m.t(f"role.{office.role}"),
                write_opening(office, m.t, beside=any_exist(m.views[-1])),
                office.closes or "",
                *place,
                _known(office.university_minutes),
                sister_words(office, unsure, m.t),
                *(sum(b.dialogues for b in m.plan.dialogues if b.office == office.code),) * m.work,
            )
        )
    rows.sort(key=lambda row: (row[0] is None, row[0], row[2]))
    names = m.columns(
        *("number", "town", "code", "role", "opens", "closes", "region", "municipalities"),
        *("principals", "mean_km:1", "mean_minutes:0", "farthest:1", "university:0", "sister"),
        *("dialogues",) * m.work,
        sister=m.inputs.country.sister_agency,
    )
    return m.sheet("offices", names, rows, keys=2)


def regions(m: Material) -> Sheet:
    """List every county under the office that serves it in the last period."""
    rows: list[tuple[Cell, ...]] = [
        (
            row.number,
            row.town,
            row.code,
            row.county,
            m.t("word.yes") if row.whole else m.t("word.no"),
            row.municipalities,
            row.principals,
            _known(row.km),
            *(row.dialogues, row.unmet) * m.work,
        )
        for row in county_rows(m.plan, m.views[-1], m.inputs)
    ]
    names = m.columns(
        *("number", "town", "county_code", "county", "whole", "municipalities", "principals"),
        "mean_km:1",
        *("county_dialogues", "county_unmet") * m.work,
    )
    return m.sheet("regions", names, rows, keys=2)


def periods(m: Material) -> Sheet:
    """Tell what happens period by period."""
    towns = {office.code: office.town for office in m.plan.offices}
    own = {result.period for result in m.plan.periods}
    others = {r.period: r for r in (m.reference.periods if m.reference else ()) if r.period in own}
    rows: list[tuple[Cell, ...]] = []
    before: set[str] = {o.code for o in m.plan.offices if o.role == "existing"}
    for period, first, result in zip(
        m.scenario.rollout.periods,
        m.scenario.rollout.first_months(),
        m.plan.periods,
        strict=True,
    ):
        now = set(result.open)
        dated = first is not None and float(first).is_integer()
        year, month = divmod(int(first or 0), 12)
        rows.append(
            (
                m.t.period(result.period),
                date(year, month + 1, 1) if dated else MISSING,
                Shown(period.months, 0 if float(period.months).is_integer() else 1),
                len(now),
                m.t.listing([towns[code] for code in result.open if code not in before]),
                m.t.listing([towns[code] for code in sorted(before - now)]),
                *(result.advisors, result.dialogues, result.unmet, result.cost_msek) * m.work,
                *_reach(result),
                *(
                    (_reach(others[result.period]) if result.period in others else NONE)
                    if others
                    else ()
                ),
            )
        )
        before = now
    names = m.columns(
        *("period", "starts", "months", "open", "opening", "closing"),
        *("advisors", "dialogues", "waiting_end", "cost:1") * m.work,
    )
    limit = facts.trimmed(m.scenario.thresholds.beyond_km.value, m.t)
    far = m.columns("farthest:1", "beyond:1", limit=limit)
    names += far
    if others:
        names += tuple((f"{capital(m.reference_name)}, {lowered(name)}", n) for name, n in far)
    return m.sheet("periods", names, rows)


def _reach(result: PeriodResult) -> tuple[Cell, ...]:
    """Return how far principals have in a period: the farthest, and how many per cent have far."""
    return result.max_km, result.share_beyond * 100


def staff(m: Material) -> Sheet:
    """List the advisors of every office, a column a period."""
    names = m.columns("town") + tuple(
        m.columns("advisors_in", period=m.t.period(result.period))[0] for result in m.plan.periods
    )
    rows: list[tuple[Cell, ...]] = [
        (office.town, *(office.advisors.get(result.period, 0) for result in m.plan.periods))
        for office in m.plan.offices
    ]
    return m.sheet("staff", names, rows)


def criteria(m: Material) -> Sheet:
    """Put every criterion beside the reference plan's."""
    rows: list[tuple[Cell, ...]] = []
    other = m.reference.criteria if m.reference else {}
    for row in facts.criterion_rows(m.plan, m.reference, m.scenario, m.inputs, m.t):
        values = (m.plan.criteria.get(row.key), other.get(row.key))
        ours, theirs = (_criterion(row.key, value, m.t) for value in values)
        difference: Cell = MISSING
        if isinstance(ours, Shown) and isinstance(theirs, Shown):
            places = ours.decimals
            apart = round(ours.value, places) - round(theirs.value, places)
            difference = Shown(round(apart, places), places)
        verdict = m.t(f"verdict.{row.verdict}") if row.verdict else ""
        unit = facts.unit_of(row.key, m.t)
        meaning = f"{row.meaning} ({row.note})" if row.note else row.meaning
        rows.append((row.name, unit, ours, theirs, difference, verdict, meaning))
    names = list(m.columns("criterion", "unit", "plan", "plan", "difference", "verdict", "meaning"))
    names[3] = (capital(m.reference_name) or MISSING, 0)
    return m.sheet("criteria", tuple(names), rows)


def _criterion(key: str, value: float | None, t: Texts) -> Cell:
    measure = facts.MEASURES.get(key)
    if value is None or not math.isfinite(value):
        return MISSING
    if measure is None:
        return Shown(value, 4)
    if measure.unit == "yes_no":
        return t("word.yes") if value >= 0.5 else t("word.no")
    return Shown(value * measure.scale, measure.decimals)


def weighing(m: Material) -> Sheet:
    """Put the weighted sum line by line, beside the reference plan's where that has one."""
    t, yard, own = m.t, Yardstick(m.scenario), m.plan.objective
    found = other_sum(m.plan, m.reference, m.scenario, m.inputs, m.travel)
    other = found if isinstance(found, tuple) else ()
    rows: list[tuple[Cell, ...]] = []
    for lines in zip(own, other, strict=True) if other else zip(own, strict=True):
        line = lines[0].criterion
        key = line.removeprefix(LIMIT)
        cells = [cell for n in lines for cell in (_criterion(key, n.value, t), n.contribution)]
        number, unit = yardstick.line_rate(yard, lines[0], t)
        name = capital(yardstick.line_name(yard, line, m.inputs, t))
        rows.append((name, _trimmed(number), unit, facts.unit_of(key, t), *cells))
    empty = [cell for lines in (own, other) if lines for cell in (None, total_of(lines))]
    rows.append((t("weighing.total"), None, "", "", *empty))
    in_sum = t("column.in_sum", unit=facts.write_unit(yard.unit, t))
    names = list(m.columns("goal", "rate", "rate_unit", "unit", "plan"))
    names.append((in_sum, PLACES + 1))
    if other and m.reference:
        compared = capital(m.reference_name)
        names += [(compared, 0), (f"{compared}, {lowered(in_sum)}", PLACES + 1)]
    return m.sheet("weighing", tuple(names), rows)


def assumptions(m: Material) -> Sheet:
    """List the numbers that have no source, and the choices made, with their ranges."""
    rows: list[tuple[Cell, ...]] = []
    for given in m.plan.assumptions:
        words = sections.assumption(given, m.scenario, m.inputs, m.t)
        scale = 100.0 if given.unit == "share" else 1.0
        rows.append(
            (
                words["name"],
                *(_trimmed(number * scale) for number in (given.value, given.low, given.high)),
                facts.write_unit(given.unit, m.t),
                words["source"],
                given.key,
            )
        )
    names = m.columns("assumption", "value", "low", "high", "unit", "source", "key")
    return m.sheet("assumptions", names, rows)


def _trimmed(value: float) -> Shown:
    """Show as many decimals as a number has, at most four."""
    return Shown(value, facts.own_decimals(value))


def sources(m: Material) -> Sheet:
    """Tell of every file where it is from, from when and what it lacks; then whom to credit."""
    notes = data_notes(m.inputs, m.t)
    rows: list[tuple[Cell, ...]] = [
        (*notes.get(file, (m.t("sources.settings"), "", "", None, "")), file, digest)
        for file, digest in sorted(m.inputs.files.items())
    ]
    credit = m.t("sources.attribution")
    rows += [(credit, text, "", None, "", "", "") for text in m.inputs.country.attribution]
    names = m.columns("data", "source", "as_of", "rows", "gaps", "file", "checksum")
    return m.sheet("sources", names, rows)


def assurance(m: Material, assured: Assurance) -> Sheet:
    """Tell what the plan is for, what it rests on and how it was checked; people sign."""
    names = m.columns("part", "subject", "statement")
    return m.sheet("assurance", names, assurance_rows(assured), keys=2)


def _known(value: float) -> float | str:
    """Return a number, or a dash where there is none."""
    return value if math.isfinite(value) else MISSING

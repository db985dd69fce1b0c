"""The tables of a comparison of plans, and the plans as all of its page sees them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from planner.analysis.comparison import PHASES, REACH, Comparison, Side, paired_phases, settings
from planner.analysis.sums import total_of
from planner.outputs.pages.page import Part, Table, capital
from planner.outputs.pages.sections import adds_up
from planner.outputs.rows import write_opening
from planner.outputs.views import View, make_views
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of
from planner.outputs.words.proofs import Proofs

if TYPE_CHECKING:
    from planner.case.types import Inputs
    from planner.data import Data
    from planner.outputs.words.text import Texts

VALUED = (*REACH, "cost_msek")
"""What is told of a period in the unit of a criterion."""

PLACES = 2
"""Decimals of amounts in the table of sums."""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Plans of a comparison with their views, which are made once for every language.

    Attributes
    ----------
    data : Data
        The tables.
    """

    comparison: Comparison
    data: Data

    @cached_property
    def views(self) -> tuple[tuple[View, ...], ...]:
        """The periods of each plan on the ground; a town has one number everywhere."""
        inputs, travel = self.data.inputs, self.data.travel
        numbers = self.comparison.numbers
        return tuple(
            make_views(side.plan, inputs, travel, numbers) for side in self.comparison.sides
        )

    def moves(self, number: int) -> list[facts.Move]:
        """List who has another office in a plan than in the first, county by county."""
        return facts.moves(self.views[number][-1], self.views[0][-1], self.data.inputs)

    def titles(self, t: Texts) -> dict[str, str]:
        """Label -> title of the plan's scenario; where two have the same, the label beside it."""
        sides = self.comparison.sides
        titles = [title_of(side.scenario, t, side.plan.changed) for side in sides]
        return {
            side.label: title if titles.count(title) == 1 else f"{title} ({side.label})"
            for side, title in zip(sides, titles, strict=True)
        }


@dataclass(frozen=True, eq=False)
class ComparisonPage:
    """What every part of the page is made from.

    Attributes
    ----------
    comparison : Comparison
        The same, its plans called by the titles of their scenarios.
    t : Texts
        With the words of compare.toml.
    """

    plans: SideBySide
    comparison: Comparison
    t: Texts

    @property
    def inputs(self) -> Inputs:
        """The tables."""
        return self.plans.data.inputs

    @property
    def sides(self) -> tuple[Side, ...]:
        """The plans."""
        return self.comparison.sides

    @property
    def first(self) -> Side:
        """The plan that the others are compared with."""
        return self.sides[0]

    def name(self, criterion: str) -> str:
        """Name a criterion in running text."""
        return yardstick.criterion(criterion, self.inputs, self.t)

    def rows(self, side: Side) -> list[facts.CriterionRow]:
        """Return every criterion of a plan beside that of the first."""
        return facts.criterion_rows(side.plan, self.first.plan, side.scenario, self.inputs, self.t)


def office_table(p: ComparisonPage) -> Table:
    """Say of every town in which plans it has an office, when it opens and whom it serves."""
    t = p.t
    regions = [{r.office.code: r for r in views[-1].regions} for views in p.plans.views]
    offices = [{o.code: o for o in side.plan.offices} for side in p.sides]
    rows = []
    for code, number in p.comparison.numbers.items():
        cells = []
        for side, region, office in zip(p.sides, regions, offices, strict=True):
            if code not in office:
                cells.append(t("compare.no_office"))
                continue
            said = [write_opening(office[code], t)] if len(side.plan.periods) > 1 else []
            if code in region:
                said.append(t.count("principals", region[code].principals))
            staff = list(office[code].advisors.values())
            said += [t("compare.advisors", n=t.number(staff[-1]))] if staff else []
            cells.append(", ".join(said))
        town = next(o[code].town for o in offices if code in o)
        rows.append((f"{number} {town}", *cells))
    head = (t("offices.town"), *(side.label for side in p.sides))
    return Table(t("compare.offices_caption"), head, tuple(rows))


def criteria_table(p: ComparisonPage) -> Table:
    """Set the criteria of the plans side by side."""
    t = p.t
    first, *others = p.sides
    found = [{row.key: row for row in p.rows(side)} for side in others]
    keys = facts.in_order({name: 0 for table in found for name in table})
    head = [t("report.criterion"), first.label]
    for side in others:
        head += [side.label, t("report.difference"), t("compare.verdict")]
    rows = []
    for key in keys:
        some = next(table[key] for table in found if key in table)
        cells = [some.name, some.reference]
        for table in found:
            row = table.get(key)
            verdict = t(f"verdict.{row.verdict}") if row and row.verdict else ""
            cells += [row.value, row.difference, verdict] if row else [t("word.none"), "", ""]
        rows.append(tuple(cells))
    numeric = {1, *(c for k in range(len(others)) for c in (2 + 3 * k, 3 + 3 * k))}
    return Table(t("compare.criteria_caption"), tuple(head), tuple(rows), frozenset(numeric))


def moves_table(p: ComparisonPage, number: int) -> Table:
    """Tell who has another office in a plan than in the first."""
    t, first, side = p.t, p.first, p.sides[number]
    towns = {o.code: o.town for s in (side, first) for o in s.plan.offices}
    rows = []
    for move in p.plans.moves(number):
        parts = t.count("municipalities", move.municipalities)
        county = move.county
        if not move.whole:
            county = t("report.move_part", county=county, municipalities=parts)
        further = facts.apart("mean_km", move.km_after, move.km_before)
        rows.append(
            (
                county,
                t.number(move.principals),
                towns[move.before],
                towns[move.after],
                t.number(move.km_before, 1),
                t.number(move.km_after, 1),
                facts.plus(further, 1, t),
            )
        )
    head = (
        t("report.move_county"),
        t("report.move_principals"),
        t("report.move_before", name=t("compare.in_plan", label=first.label)),
        t("report.move_before", name=t("compare.in_plan", label=side.label)),
        t("report.move_km_before", name=t("compare.in_plan", label=first.label)),
        t("report.move_km_before", name=t("compare.in_plan", label=side.label)),
        t("compare.difference_km"),
    )
    caption = t("compare.moves_caption", first=first.label, label=side.label)
    return Table(caption, head, tuple(rows), frozenset({1, 4, 5, 6}))


def sum_part(p: ComparisonPage) -> Part:
    """Tell the sums line by line in a table; empty where fewer than two plans have one."""
    sums, inputs, t = p.comparison.sums, p.inputs, p.t
    if sums is None or len(sums.lines) < 2:
        return Part("")
    yard = sums.yardstick
    labels = [side.label for side in p.sides if side.label in sums.lines]
    first, *others = labels
    columns = [sums.lines[label] for label in labels]
    rows = [
        (
            capital(yardstick.line_name(yard, lines[0].criterion, inputs, t)),
            *_cells([line.contribution for line in lines], t),
        )
        for lines in zip(*columns, strict=True)
    ]
    rows.append((t("compare.sum_total"), *_cells([total_of(lines) for lines in columns], t)))
    leading = yardstick.criterion(yard.leading, inputs, t)
    head = [t("compare.sum_line"), first]
    for label in others:
        head += [label, t("report.difference")]
    lead = t(
        "compare.sum_lead",
        question=title_of(yard.scenario, t),
        leading=leading,
        rates=t.listing(yardstick.rates(yard, inputs, t)),
    )
    caption = t("compare.sum_caption", unit=yardstick.unit_of(yard.leading, t), leading=leading)
    table = Table(caption, tuple(head), tuple(rows), frozenset(range(1, len(head))))
    exact = all(adds_up([line.contribution for line in lines], PLACES) for lines in columns)
    said = (lead,) if exact else (lead, t("report.rounded"))
    return Part(t("compare.sum_heading"), said, tables=(table,))


def _cells(values: list[float], t: Texts) -> list[str]:
    """Write an amount of each plan, and how far the later ones are above the first."""
    first, *others = values
    apart = (round(value, PLACES) - round(first, PLACES) for value in others)
    told = (
        (t.number(value, PLACES), facts.plus(difference, PLACES, t))
        for value, difference in zip(others, apart, strict=True)
    )
    return [t.number(first, PLACES), *chain.from_iterable(told)]


def plans_work(side: Side) -> bool:
    """Tell whether a plan has dialogues, staff and money."""
    return side.scenario.dialogues is not None


def phased(side: Side) -> bool:
    """Tell whether there is something to say of a plan's periods."""
    return len(side.plan.periods) > 1 or plans_work(side)


def phase_table(p: ComparisonPage, side: Side) -> Table:
    """Set the two plans' periods side by side, a line a figure."""
    t, first, rows = p.t, p.first, []
    for period, ours, theirs in paired_phases(side, first):
        for name in PHASES:
            if name not in ours and name not in theirs:
                continue
            a, b = theirs.get(name), ours.get(name)
            if name in ("opened", "closed") and not a and not b:
                continue
            words = t("compare.phase", period=t.period(period), name=t(f"compare.phase_{name}"))
            label = capital(words)
            rows.append((label, _phase(name, a, t), _phase(name, b, t), _gap(name, a, b, t)))
    head = (t("compare.phase_head"), first.label, side.label, t("report.difference"))
    caption = t("compare.phases_caption", first=first.label, label=side.label)
    return Table(caption, head, tuple(rows), frozenset({1, 2, 3}))


def _phase(name: str, value: Any, t: Texts) -> str:
    if value is None:
        return t("compare.no_period")
    if isinstance(value, list):
        return ", ".join(value) or t("word.none")
    return facts.write_value(name, value, t) if name in VALUED else t.number(value)


def _gap(name: str, a: Any, b: Any, t: Texts) -> str:
    if a is None or b is None or isinstance(a, list):
        return ""
    if name in VALUED:
        return facts.write_value(name, facts.apart(name, b, a), t, signed=True)
    return facts.plus(b - a, 0, t)


def staff_tables(p: ComparisonPage) -> list[Table]:
    """Tell how many advisors each office has in each period; nothing where none are planned."""
    t = p.t
    sides = [side for side in p.sides if plans_work(side)]
    if not sides:
        return []
    rows = []
    for code, number in p.comparison.numbers.items():
        found = [{o.code: o for o in side.plan.offices}.get(code) for side in sides]
        town = next((office.town for office in found if office), None)
        if town is None:
            continue
        cells = [
            t.number(office.advisors.get(result.period, 0)) if office else t("word.none")
            for side, office in zip(sides, found, strict=True)
            for result in side.plan.periods
        ]
        rows.append((f"{number} {town}", *cells))
    head = tuple(
        t("compare.staff_column", label=side.label, period=t.period(result.period))
        for side in sides
        for result in side.plan.periods
    )
    numeric = frozenset(range(1, len(head) + 1))
    head = (t("offices.town"), *head)
    return [Table(t("compare.staff_caption"), head, tuple(rows), numeric, folded=True)]


def proof_table(p: ComparisonPage) -> Table:
    """Tell what was proved of each plan."""
    t = p.t
    columns = ("objective", "scope", "value", "bound", "gap", "reason")
    rows = [
        (side.label, *(row[column] for column in columns))
        for side in p.sides
        for row in Proofs(side.plan, side.scenario, p.inputs, t).rows()
    ]
    keys = ("stage", *columns[1:])
    head = (t("compare.plan"), *(t(f"proof.{key}") for key in keys))
    return Table(t("compare.proof_caption"), head, tuple(rows), frozenset({3, 4, 5}))


def setting_table(p: ComparisonPage) -> Table:
    """Tell which keys of the scenarios differ."""
    t = p.t
    rows = tuple(
        (key, *(_setting(value, t) for value in values))
        for key, values in settings(p.sides).items()
    )
    head = (t("compare.setting"), *(side.label for side in p.sides))
    return Table(t("compare.settings_caption"), head, rows, folded=len(rows) > 12)


def _setting(value: object, t: Texts) -> str:
    if value is None or value == []:
        return t("word.none")
    if isinstance(value, bool):
        return t("word.yes") if value else t("word.no")
    if isinstance(value, int | float):
        return facts.trimmed(value, t)
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def source_table(p: ComparisonPage) -> Table:
    """Tell where each plan is from."""
    t = p.t
    rows = tuple((side.label, side.source) for side in p.sides)
    head = (t("compare.plan"), t("compare.source"))
    return Table(t("compare.sources_caption"), head, rows)

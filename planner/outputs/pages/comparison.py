"""A comparison of plans as a page: the answer in sentences, equal maps and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.analysis.comparison import PHASES, REACH, paired_phases, settings
from planner.analysis.comparison_sums import said_of, sum_part
from planner.outputs.drawing.svgmap import make_picture
from planner.outputs.pages.article import Article, Part, Table
from planner.outputs.pages.page import capital
from planner.outputs.rows import write_opening
from planner.outputs.words import facts, yardstick
from planner.outputs.words.proofs import Proofs

if TYPE_CHECKING:
    from planner.analysis.comparison import Comparison, Side
    from planner.case.types import Inputs
    from planner.outputs.drawing.svgmap import Land
    from planner.outputs.words.text import Texts


VALUED = (*REACH, "cost_msek")
"""What is told of a period in the unit of a criterion."""


def comparison_article(
    comparison: Comparison, inputs: Inputs, t: Texts, sheet: Land | None = None
) -> Article:
    """Write a comparison up, with maps where there is a sheet to draw them on.

    Parameters
    ----------
    comparison : Comparison
        Its plans are called by the titles of their scenarios.
    inputs : Inputs
    t : Texts
        With the words of text/compare.toml.
    sheet : Land, optional

    Returns
    -------
    Article
    """
    comparison = comparison.titled(t)
    first, *others = comparison.sides
    parts = [
        _maps(comparison, sheet, t),
        Part(t("compare.offices_heading"), tables=(_offices(comparison, t),)),
        Part(
            t("compare.criteria_heading"),
            (t("compare.criteria_lead", first=first.label),),
            tables=(_criteria(comparison, inputs, t),),
        ),
        sum_part(comparison, inputs, t),
        Part(
            t("compare.moves_heading"),
            (t("compare.moves_lead"),),
            tables=tuple(_moves(comparison, side, inputs, t) for side in others),
        ),
        Part(
            t("compare.phases_heading"),
            tuple(t("compare.uncounted", label=s.label) for s in comparison.sides if not _work(s)),
            tables=(
                *(_phase_table(s, first, t) for s in others if _phased(s) and _phased(first)),
                *_staff(comparison, t),
            ),
        ),
        Part(
            t("compare.proof_heading"),
            (t("compare.proof_lead"), t("proof.limits")),
            tables=(
                _proofs(comparison, inputs, t),
                _setting_table(comparison, t),
                _sources(comparison, t),
            ),
        ),
    ]
    return Article(
        t("compare.title", labels=t.listing(_quoted(comparison, t))),
        t("compare.question", first=first.label),
        (
            *(_answer(comparison, side, inputs, t) for side in others),
            *(t("compare.stranger", label=label) for label in comparison.strangers),
            *_since(comparison, t),
        ),
        tuple(part for part in parts if part.tables or part.pictures),
    )


def _quoted(comparison: Comparison, t: Texts) -> list[str]:
    """Return the titles in quotation marks: they may have commas of their own."""
    return [t("compare.in_plan", label=side.label) for side in comparison.sides]


def _since(comparison: Comparison, t: Texts) -> list[str]:
    """Say what else has changed since a run was written."""
    return [
        t(f"compare.since_{what}", label=label, what=named)
        for label, since in comparison.since.items()
        for what, named in since.items()
        if what != "tables"
    ]


def _answer(comparison: Comparison, side: Side, inputs: Inputs, t: Texts) -> str:
    first = comparison.sides[0]
    new = [town for code, town in side.towns.items() if code not in first.towns]
    gone = [town for code, town in first.towns.items() if code not in side.towns]
    moves = comparison.moves(side, inputs)
    names = {"first": first.label, "label": side.label}
    if new and gone:
        said = t("compare.swapped", new=t.listing(new), gone=t.listing(gone), **names)
    elif new or gone:
        key = "compare.added" if new else "compare.dropped"
        said = t(key, towns=t.listing(new or gone), **names)
    else:
        said = t("compare.same_towns", **names)
    principals = t.count("principals", sum(move.principals for move in moves))
    municipalities = t.count("municipalities", sum(move.municipalities for move in moves))
    moved = "compare.moved" if moves else "compare.nobody_moves"
    sentences = [said, t(moved, principals=principals, municipalities=municipalities)]
    sentences += said_of(comparison, side, inputs, t)
    rows = _rows(side, first, inputs, t)
    for key in ("better", "worse"):
        found = [_by(row, side, first, inputs, t) for row in rows if row.verdict == key]
        nothing = t(f"compare.nothing_{key}")
        said = t(f"compare.{key}", list=t.listing(found))
        sentences.append(said if found else nothing)
    follow = [
        row for row in rows if not row.verdict and any(d in row.difference for d in "123456789")
    ]
    if follow:
        named = [yardstick.criterion(row.key, inputs, t) for row in follow]
        counts = {key: t.number(len(s.towns)) for key, s in (("own", side), ("other", first))}
        sentences.append(t("compare.follows", names=t.listing(named), **counts))
    return " ".join(sentences)


def _by(row: facts.CriterionRow, side: Side, first: Side, inputs: Inputs, t: Texts) -> str:
    """Name a measure and by how much, unless it is a matter of yes or no."""
    name = yardstick.criterion(row.key, inputs, t)
    if not row.difference:
        return name
    ours, theirs = facts.months_each(side.plan), facts.months_each(first.plan)
    if row.key == "waiting" and ours is not None and theirs is not None:
        months = facts.plus(ours - theirs, 1, t)
        return t("compare.by_waiting", name=name, difference=row.difference, months=months)
    return t("compare.by", name=name, difference=row.difference)


def _rows(side: Side, first: Side, inputs: Inputs, t: Texts) -> list[facts.CriterionRow]:
    return facts.criterion_rows(side.plan, first.plan, side.scenario, inputs, t)


def _maps(comparison: Comparison, sheet: Land | None, t: Texts) -> Part:
    if sheet is None:
        return Part("")
    pictures = tuple(
        make_picture(
            sheet,
            side.views[-1],
            t(
                "compare.map_caption",
                label=side.label,
                period=t.period(side.views[-1].period),
            ),
            t,
        )
        for side in comparison.sides
    )
    return Part(t("compare.map_heading"), (t("compare.map_lead"),), pictures=pictures)


def _offices(comparison: Comparison, t: Texts) -> Table:
    """Say of every town in which plans it has an office, when it opens and whom it serves."""
    regions = [{r.office.code: r for r in side.views[-1].regions} for side in comparison.sides]
    offices = [{o.code: o for o in side.plan.offices} for side in comparison.sides]
    rows = []
    for code, number in comparison.numbers.items():
        cells = []
        for side, region, office in zip(comparison.sides, regions, offices, strict=True):
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
    head = (t("offices.town"), *(side.label for side in comparison.sides))
    return Table(t("compare.offices_caption"), head, tuple(rows))


def _criteria(comparison: Comparison, inputs: Inputs, t: Texts) -> Table:
    first, *others = comparison.sides
    found = [{row.key: row for row in _rows(side, first, inputs, t)} for side in others]
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


def _moves(comparison: Comparison, side: Side, inputs: Inputs, t: Texts) -> Table:
    first = comparison.sides[0]
    towns = {o.code: o.town for s in (side, first) for o in s.plan.offices}
    rows = []
    for move in comparison.moves(side, inputs):
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


def _work(side: Side) -> bool:
    return side.scenario.dialogues is not None


def _phased(side: Side) -> bool:
    return len(side.plan.periods) > 1 or _work(side)


def _phase_table(side: Side, first: Side, t: Texts) -> Table:
    """Set the two plans' periods side by side, a line a figure."""
    rows = []
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


def _staff(comparison: Comparison, t: Texts) -> list[Table]:
    sides = [side for side in comparison.sides if _work(side)]
    if not sides:
        return []
    rows = []
    for code, number in comparison.numbers.items():
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


def _proofs(comparison: Comparison, inputs: Inputs, t: Texts) -> Table:
    columns = ("objective", "scope", "value", "bound", "gap", "reason")
    rows = [
        (side.label, *(row[column] for column in columns))
        for side in comparison.sides
        for row in Proofs(side.plan, side.scenario, inputs, t).rows()
    ]
    keys = ("stage", *columns[1:])
    head = (t("compare.plan"), *(t(f"proof.{key}") for key in keys))
    return Table(t("compare.proof_caption"), head, tuple(rows), frozenset({3, 4, 5}))


def _setting_table(comparison: Comparison, t: Texts) -> Table:
    rows = tuple(
        (key, *(_setting(value, t) for value in values))
        for key, values in settings(comparison.sides).items()
    )
    head = (t("compare.setting"), *(side.label for side in comparison.sides))
    return Table(t("compare.settings_caption"), head, rows, folded=len(rows) > 12)


def _sources(comparison: Comparison, t: Texts) -> Table:
    rows = tuple((side.label, side.source) for side in comparison.sides)
    head = (t("compare.plan"), t("compare.source"))
    return Table(t("compare.sources_caption"), head, rows)


def _setting(value: object, t: Texts) -> str:
    if value is None or value == []:
        return t("word.none")
    if isinstance(value, bool):
        return t("word.yes") if value else t("word.no")
    if isinstance(value, int | float):
        return facts.trimmed(value, t)
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)

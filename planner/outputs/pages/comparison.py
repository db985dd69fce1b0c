"""A comparison of plans as data and as a page: the answer in sentences, equal maps and tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from planner.analysis.comparison import (
    FIGURES,
    Comparison,
    Side,
    paired_phases,
    paired_staff,
    settings,
)
from planner.analysis.sums import parts_of, total_of
from planner.criteria import CRITERIA
from planner.outputs.drawing.svgmap import Land, make_picture
from planner.outputs.pages.comparison_tables import (
    ComparisonPage,
    SideBySide,
    criteria_table,
    moves_table,
    office_table,
    phase_table,
    phased,
    plans_work,
    proof_table,
    setting_table,
    source_table,
    staff_tables,
    sum_part,
)
from planner.outputs.pages.page import Article, Part
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of

if TYPE_CHECKING:
    from planner.outputs.words.text import Texts


def comparison_data(plans: SideBySide) -> dict[str, Any]:
    """Return the comparison as plain lists and dicts; differences are a plan less the first."""
    comparison = plans.comparison
    count = len(comparison.sides)
    return {
        "plans": [
            {
                "label": side.label,
                "scenario": side.plan.scenario,
                "termination": asdict(side.plan.termination),
                "offices": sorted(side.last),
                "criteria": dict(side.plan.criteria),
                "other_tables": side.label in comparison.strangers,
                "since": dict(comparison.since.get(side.label, {})),
            }
            for side in comparison.sides
        ],
        "sums": _sums(comparison),
        "differences": [_difference(plans, number) for number in range(1, count)],
    }


def _difference(plans: SideBySide, number: int) -> dict[str, Any]:
    comparison = plans.comparison
    first, side = comparison.sides[0], comparison.sides[number]
    ours, theirs = side.plan.criteria, first.plan.criteria
    return {
        "plan": side.label,
        "against": first.label,
        "offices_added": sorted(side.last - first.last),
        "offices_dropped": sorted(first.last - side.last),
        "criteria": {
            name: {
                "difference": ours[name] - theirs[name],
                "better": "less" if name in CRITERIA and CRITERIA[name].better == "min" else "more",
            }
            for name in facts.in_order(ours)
            if name in theirs
        },
        "sum": comparison.sums and comparison.sums.apart(side.label, first.label),
        "moves": [asdict(move) for move in plans.moves(number)],
        "periods": {
            period: {
                name: ours[name] - theirs[name]
                for name in FIGURES
                if name in ours and name in theirs
            }
            for period, ours, theirs in paired_phases(side, first)
        },
        "advisors": {
            code: {p: n - b for p, (n, b) in row.items()}
            for code, row in paired_staff(side, first).items()
        },
        "settings": {
            key: {"plan": own, "against": other}
            for key, (other, own) in settings((first, side)).items()
        },
    }


def _sums(comparison: Comparison) -> dict[str, Any] | None:
    """Return the sums as plain lists and dicts."""
    sums = comparison.sums
    if sums is None:
        return None
    return {
        "question": sums.yardstick.scenario.name,
        "unit": sums.yardstick.unit,
        "leading": sums.yardstick.leading,
        "rates": dict(sums.yardstick.rates),
        "plans": {
            label: {"value": total_of(lines), "lines": parts_of(lines)}
            for label, lines in sums.lines.items()
        },
        "without": {label: broken.key for label, broken in sums.broken.items()},
    }


def comparison_article(plans: SideBySide, t: Texts, sheet: Land | None = None) -> Article:
    """Write a comparison up, with maps where there is a sheet to draw them on.

    Parameters
    ----------
    plans : SideBySide
        Called by the titles of their scenarios.
    t : Texts
        With the words of compare.toml.

    Returns
    -------
    Article
    """
    p = ComparisonPage(plans, plans.comparison.called(plans.titles(t)), t)
    first, *others = p.sides
    numbers = range(1, len(p.sides))
    parts = [
        _maps(p, sheet),
        Part(t("compare.offices_heading"), tables=(office_table(p),)),
        Part(
            t("compare.criteria_heading"),
            (t("compare.criteria_lead", first=first.label),),
            tables=(criteria_table(p),),
        ),
        sum_part(p),
        Part(
            t("compare.moves_heading"),
            (t("compare.moves_lead"),),
            tables=tuple(moves_table(p, number) for number in numbers),
        ),
        Part(
            t("compare.phases_heading"),
            tuple(t("compare.uncounted", label=s.label) for s in p.sides if not plans_work(s)),
            tables=(
                *(phase_table(p, side) for side in others if phased(side) and phased(first)),
                *staff_tables(p),
            ),
        ),
        Part(
            t("compare.proof_heading"),
            (t("compare.proof_lead"), t("proof.limits")),
            tables=(proof_table(p), setting_table(p), source_table(p)),
        ),
    ]
    # In quotation marks: the titles may have commas of their own.
    labels = [t("compare.in_plan", label=side.label) for side in p.sides]
    return Article(
        t("compare.title", labels=t.listing(labels)),
        t("compare.question", first=first.label),
        (
            *(_answer(p, number) for number in numbers),
            *(t("compare.stranger", label=label) for label in p.comparison.strangers),
            *_since(p),
        ),
        tuple(part for part in parts if part.tables or part.pictures),
    )


def _since(p: ComparisonPage) -> list[str]:
    """Say what else has changed since a run was written."""
    return [
        p.t(f"compare.since_{what}", label=label, what=named)
        for label, since in p.comparison.since.items()
        for what, named in since.items()
        if what != "tables"
    ]


def _answer(p: ComparisonPage, number: int) -> str:
    t, first, side = p.t, p.first, p.sides[number]
    ours, theirs = p.comparison.towns(side), p.comparison.towns(first)
    new = [town for code, town in ours.items() if code not in theirs]
    gone = [town for code, town in theirs.items() if code not in ours]
    moves = p.plans.moves(number)
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
    sentences += _sum(p, side)
    rows = p.rows(side)
    for key in ("better", "worse"):
        found = [_by(p, row, side) for row in rows if row.verdict == key]
        nothing = t(f"compare.nothing_{key}")
        said = t(f"compare.{key}", list=t.listing(found))
        sentences.append(said if found else nothing)
    follow = [
        row for row in rows if not row.verdict and any(d in row.difference for d in "123456789")
    ]
    if follow:
        named = [p.name(row.key) for row in follow]
        counts = {key: t.number(len(s.last)) for key, s in (("own", side), ("other", first))}
        sentences.append(t("compare.follows", names=t.listing(named), **counts))
    return " ".join(sentences)


def _sum(p: ComparisonPage, side: Side) -> list[str]:
    """Say how much better or worse a plan is than the first by the question's rates."""
    sums, first, inputs, t = p.comparison.sums, p.first, p.inputs, p.t
    if sums is None:
        return []
    parts = sums.apart(side.label, first.label)
    question = sums.yardstick.scenario
    words = {"label": side.label, "question": title_of(question, t)}
    if parts is not None:
        words["first"] = first.label
        return [yardstick.difference("compare.sum", sums.yardstick, parts, inputs, t, **words)]
    if not (side.scenario.objective.summed or first.scenario.objective.summed):
        return []
    label = side.label if side.label in sums.broken else first.label
    words["label"] = label
    why = yardstick.why_no_sum(sums.broken[label], question, inputs, t)
    return [t("compare.no_sum", why=why, **words)]


def _by(p: ComparisonPage, row: facts.CriterionRow, side: Side) -> str:
    """Name a measure and by how much, unless it is a matter of yes or no."""
    t, name = p.t, p.name(row.key)
    if not row.difference:
        return name
    ours, theirs = facts.months_each(side.plan), facts.months_each(p.first.plan)
    if row.key == "waiting" and ours is not None and theirs is not None:
        months = facts.plus(ours - theirs, 1, t)
        return t("compare.by_waiting", name=name, difference=row.difference, months=months)
    return t("compare.by", name=name, difference=row.difference)


def _maps(p: ComparisonPage, sheet: Land | None) -> Part:
    t = p.t
    if sheet is None:
        return Part("")
    pictures = tuple(
        make_picture(
            sheet,
            views[-1],
            t(
                "compare.map_caption",
                label=side.label,
                period=t.period(views[-1].period),
            ),
            t,
        )
        for side, views in zip(p.sides, p.plans.views, strict=True)
    )
    return Part(t("compare.map_heading"), (t("compare.map_lead"),), pictures=pictures)

"""The rollouts of the sensitivity page: other numbers of offices, other numbers of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from planner.outputs.drawing.palette import INK
from planner.outputs.drawing.plotting import BLUE, GREY, ORANGE, SOFT, STYLE, figure, to_svg
from planner.outputs.pages.page import Part, Plot, Table
from planner.outputs.pages.sensitivity_words import ROW, SensitivityPage
from planner.outputs.words import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.rollouts import Number, Tried
    from planner.analysis.study import Factor
    from planner.outputs.words.text import Texts

    type End = tuple[float | None, bool]


def numbers_plot(rows: Sequence[Number], announced: tuple[int, float] | None, t: Texts) -> str:
    """Draw mean distance and cost against the number of offices."""
    known = [row for row in rows if row.sites]
    costed = [row for row in known if row.cost_msek is not None]
    with mpl.rc_context(STYLE):
        made = Figure(figsize=(7.2, 5.4 if costed else 3.4), layout="constrained")
        top = made.add_subplot(2 if costed else 1, 1, 1)
        at = [row.offices for row in known]
        top.plot(at, [row.mean_km for row in known], "o-", color=BLUE)
        top.plot(at, [row.shortest_km for row in known], "^--", color=GREY, mfc="white")
        if announced is not None:
            top.plot([announced[0]], [announced[1]], "s", color=ORANGE, mec=INK, ms=9)
        top.set_ylabel(t("sensitivity.mean_km"))
        top.set_ylim(bottom=0)
        top.set_xticks(at)
        axes = [top]
        if costed:
            below = made.add_subplot(2, 1, 2)
            below.bar(
                [row.offices for row in costed],
                [row.cost_msek or 0.0 for row in costed],
                color=SOFT,
                edgecolor=INK,
                linewidth=0.6,
            )
            below.set_ylabel(t("sensitivity.cost"))
            below.set_xticks(at)
            axes.append(below)
        axes[-1].set_xlabel(t("sensitivity.offices"))
        return to_svg(made, "numbers")


def tornado_plot(rows: Sequence[tuple[str, End, End]], middle: float, t: Texts) -> str:
    """Draw what one number at a time does.

    Parameters
    ----------
    rows : sequence of (str, End, End)
        Name, and what its lowest and its highest give: a value, None where there is no plan, and
        whether it differs by more than the search's own slack. What does not is hatched.
    middle : float
        The value with no number changed.
    """
    with figure(7.2, 1.0 + ROW * 1.2 * len(rows)) as (made, axes):
        for place, (_, low, high) in enumerate(rows):
            for (end, differs), colour, marker in ((low, SOFT, "o"), (high, BLUE, "s")):
                if end is None:
                    continue
                look: dict[str, Any] = {"color": colour, "edgecolor": INK}
                if not differs:
                    look = {"color": "white", "edgecolor": GREY, "hatch": "////"}
                axes.barh(place, end - middle, left=middle, lw=0.6, **look)
                axes.plot([end], [place], marker, mfc=look["color"], mec=look["edgecolor"], ms=6)
        axes.axvline(middle, color=INK, linewidth=1)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.invert_yaxis()
        axes.set_xlabel(t("sensitivity.cost_axis"))
        axes.grid(visible=False, axis="y")
        return to_svg(made, "tornado")


def numbers_part(w: SensitivityPage) -> Part:
    """Tell what each number of offices gains and costs."""
    rows = [row for row in w.found.numbers if row.sites]
    by = {row.offices: row for row in rows}
    t = w.t
    here = len(w.found.base.sites)
    gaps = [row.gap for row in rows if row.gap is not None]
    told = [
        w.say("numbers_lead", gap=facts.write_gap(max(gaps), t))
        if gaps
        else w.say("numbers_lead_plain")
    ]
    before, now, after = by.get(here - 1), by.get(here), by.get(here + 1)
    if before and now and after:
        told.append(" ".join(_gains(w, before, now, after)))
    costed = [row for row in rows if row.cost_msek is not None]
    if len(costed) > 1:
        told.append(_slope(w, costed))
    announced = None
    if w.found.announced_criteria:
        km = w.found.announced_criteria["mean_km"]
        announced = (len(w.found.announced), km)
        same = next((row.offices for row in rows if row.mean_km <= km + 1e-9), None)
        better = next((row.offices for row in rows if row.shortest_km <= km + 1e-9), None)
        if same and better:
            told.append(
                w.say(
                    "numbers_announced",
                    count=t.number(announced[0]),
                    km=t.number(km, 1),
                    same=t.number(same),
                    better=t.number(better),
                )
            )
    caption = w.say("numbers_plot")
    head = ["number", "mean_km", "shortest_km", "worse", "gain"]
    if gaps:
        head += ["cost", "unmet"]
    cells = []
    for row in rows:
        cells.append(_number_row(w, row.offices, costed=bool(gaps)))
        if row.offices == here and w.found.plan is not None and w.found.plan.cost_msek is not None:
            cells.append(_own_row(w, w.found.plan, now))
    table = Table(
        w.say("numbers_caption"),
        (*(w.say(key) for key in head), w.say("towns")),
        tuple(cells),
        frozenset(range(1, len(head))),
    )
    return Part(
        w.say("numbers_heading"),
        tuple(told),
        plots=(Plot(numbers_plot(rows, announced, t), caption, caption),),
        tables=(table,),
    )


def _gains(w: SensitivityPage, before: Number, now: Number, after: Number) -> list[str]:
    """Tell what the scenario's last office gives and costs, and what one more would."""
    t = w.t
    told = [
        w.say(
            "numbers_gain",
            before=t.number(before.offices),
            after=t.number(now.offices),
            next=t.number(after.offices),
            gain=w.amount(before.value - now.value),
            next_gain=w.amount(now.value - after.value),
        )
    ]
    if w.scenario.objective.names != ("mean_km",):
        shorter = before.shortest_km - now.shortest_km, now.shortest_km - after.shortest_km
        km, next_km = (t.number(each, 1) for each in shorter)
        told.append(w.say("numbers_gain_km", km=km, next_km=next_km))
    return told


def _slope(w: SensitivityPage, costed: Sequence[Number]) -> str:
    """Tell what an office costs over all rows: between two of them the gap hides it."""
    first, last = costed[0], costed[-1]
    each = ((last.cost_msek or 0.0) - (first.cost_msek or 0.0)) / (last.offices - first.offices)
    return w.say(
        "numbers_slope",
        first=w.t.number(first.offices),
        last=w.t.number(last.offices),
        cost=w.t.number(each, 1),
    )


def _own_row(w: SensitivityPage, plan: Tried, row: Number | None) -> tuple[str, ...]:
    """Tell the plan that a run gives, whose openings a period are limited."""
    t, none, criteria = w.t, w.t("word.none"), w.found.base.criteria
    return (
        w.say("number_own", n=t.number(len(w.found.base.sites))),
        t.number(criteria["mean_km"], 1),
        none if row is None else t.number(row.shortest_km, 1),
        w.amount(0.0),
        none,
        t.number(plan.cost_msek or 0.0, 1),
        t.number(plan.unmet or 0.0),
        w.say("the_same")
        if row and row.sites == w.found.base.sites
        else w.listing(w.found.base.sites),
    )


def _number_row(w: SensitivityPage, offices: int, *, costed: bool) -> tuple[str, ...]:
    by, t = {row.offices: row for row in w.found.numbers if row.sites}, w.t
    row, fewer = by[offices], by.get(offices - 1)
    none = t("word.none")
    cells = [t.number(offices), t.number(row.mean_km, 1), t.number(row.shortest_km, 1)]
    cells.append(w.amount(row.worse, signed=True))
    cells.append(w.amount(fewer.value - row.value) if fewer else none)
    if costed:
        own = row.cost_msek
        cells.append(w.say("no_rollout") if own is None else t.number(own, 1))
        cells.append(none if row.unmet is None else t.number(row.unmet))
    towns = w.listing(row.sites)
    if row.ties:
        towns = w.say("tied", towns=towns, n=t.number(row.ties))
    return (*cells, towns)


def rollout_part(w: SensitivityPage, plan: Tried) -> Part:
    """Tell what the rollout costs with each of its numbers at either end."""
    t, tried = w.t, w.found.tried
    ends = {(row.key, row.value): row for row in tried}
    gaps = [row.gap for row in (plan, *tried) if row.gap is not None]
    middle = plan.cost_msek or 0.0
    rows = []
    for factor in w.found.rollout:
        low, high = ends.get((factor.key, factor.low)), ends.get((factor.key, factor.high))
        if low is not None and high is not None:
            rows.append((factor, low, high))
    width = {f.key: _width(low, high, middle) for f, low, high in rows}
    # What the search's own slack may have made comes last: it says nothing of the number.
    rows.sort(key=lambda row: (not any(map(_differs, row[1:])), -width[row[0].key]))
    told = [
        w.say(
            "rollout_lead",
            gap=facts.write_gap(max(gaps), t),
            cost=t.number(middle, 1),
            unmet=t.count("principals", round(plan.unmet or 0.0)),
        )
    ]
    both = [row for row in rows if None not in (row[1].cost_msek, row[2].cost_msek)]
    within = [w.factor(f.key) for f, low, high in rows if not (_differs(low) or _differs(high))]
    if both and any(map(_differs, both[0][1:])):
        factor, low, high = both[0]
        costs = sorted((low.cost_msek or 0.0, high.cost_msek or 0.0))
        told.append(
            w.say(
                "rollout_most",
                factor=w.factor(factor.key),
                low=t.number(costs[0], 1),
                high=t.number(costs[1], 1),
            )
        )
    if within:
        quoted = [w.say("quoted", factor=name) for name in within]
        told.append(w.say("rollout_within", factors=t.listing(quoted)))
    clashes = [
        w.say("rollout_clash", factor=w.factor(f.key), value=w.level(f, end.value))
        for f, low, high in rows
        for end in (low, high)
        if end.status == "infeasible"
    ]
    head = ("factor", "value", "cost_of", "waiting", "unmet", "proof", "apart")
    table = Table(
        w.say("rollout_caption"),
        tuple(w.say(key) for key in head),
        tuple(_tried(w, f, end) for f, low, high in rows for end in (low, high)),
        frozenset({2, 3, 4, 5}),
        folded=True,
    )
    caption = w.say("rollout_plot")
    drawn = [
        (w.factor(f.key), (low.cost_msek, _differs(low)), (high.cost_msek, _differs(high)))
        for f, low, high in rows
    ]
    return Part(
        w.say("rollout_heading"),
        tuple(told),
        points=tuple(clashes),
        plots=(Plot(tornado_plot(drawn, middle, t), caption, caption),),
        tables=(table,),
    )


def _tried(w: SensitivityPage, factor: Factor, end: Tried) -> tuple[str, ...]:
    t, none = w.t, w.t("word.none")
    name, value = w.factor(factor.key), w.level(factor, end.value)
    if end.cost_msek is None:
        return (name, value, w.say("infeasible"), none, none, none, none)
    return (
        name,
        value,
        t.number(end.cost_msek, 1),
        t.number(end.waiting or 0.0),
        t.number(end.unmet or 0.0),
        facts.write_gap(end.gap or 0.0, t),
        w.say("apart_yes" if end.apart else "apart_priced" if end.priced else "apart_no"),
    )


def _differs(end: Tried) -> bool:
    """Tell whether the cost differs by more than where the search ended may have made."""
    return end.apart or end.priced


def _width(low: Tried, high: Tried, middle: float) -> float:
    costs = [row.cost_msek for row in (low, high) if row.cost_msek is not None]
    return max((abs(cost - middle) for cost in costs), default=0.0)

"""What the draws of the sensitivity page say: towns, regret, and what the outcomes hang on."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from planner.analysis.breakeven import STEPS
from planner.analysis.study import RATES, Factor
from planner.outputs.drawing.palette import INK
from planner.outputs.drawing.plotting import BLUE, SOFT, figure, to_svg
from planner.outputs.pages.page import Part, Plot, Table, capital, lowered
from planner.outputs.pages.sensitivity_words import ROW, SensitivityPage, resolved
from planner.outputs.words import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.regret import Rated
    from planner.analysis.variance import Indices
    from planner.outputs.words.text import Texts


def often_plot(rows: Sequence[tuple[str, float, bool, bool]], t: Texts) -> str:
    """Draw how often towns are chosen.

    Parameters
    ----------
    rows : sequence of (str, float, bool, bool)
        Town, share from 0 to 1, whether the base case has it, whether the announced plan does.
    """
    with figure(7.2, 0.9 + ROW * len(rows)) as (made, axes):
        places = range(len(rows))
        colours = [BLUE if base else SOFT for _, _, base, _ in rows]
        shares = [100 * share for _, share, _, _ in rows]
        axes.barh(places, shares, color=colours, edgecolor=INK, linewidth=0.6, height=0.7)
        ringed = [k for k in places if rows[k][3]]
        axes.plot([104] * len(ringed), ringed, "o", mfc="none", mec=INK, ms=6, clip_on=False)
        axes.set_yticks(list(places), [town for town, *_ in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, 108)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_xlabel(t("sensitivity.share_axis"))
        axes.grid(visible=False, axis="y")
        return to_svg(made, "often")


def shares_plot(rows: Sequence[tuple[str, float, float]], name: str, t: Texts) -> str:
    """Draw Sobol's total indices: (factor, share from 0 to 1, half of its interval)."""
    with figure(7.2, 0.9 + ROW * 1.1 * len(rows)) as (made, axes):
        places = range(len(rows))
        axes.barh(
            places,
            [100 * share for _, share, _ in rows],
            xerr=[100 * error for _, _, error in rows],
            color=SOFT,
            edgecolor=INK,
            linewidth=0.6,
            error_kw={"ecolor": INK, "capsize": 3},
        )
        axes.set_yticks(list(places), [factor for factor, *_ in rows])
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel(t("sensitivity.share_axis"))
        axes.grid(visible=False, axis="y")
        return to_svg(made, name)


def towns_part(w: SensitivityPage) -> Part:
    """Tell how often each town is chosen."""
    found = w.found
    ordered = sorted(found.chosen.items(), key=lambda item: (-item[1], item[0]))
    shown = [code for code, _ in ordered]
    shown += [code for code in found.announced if code not in found.chosen]
    rows = [
        (w.town(c), found.chosen.get(c, 0.0), c in found.base.sites, c in found.announced)
        for c in shown
    ]
    yes = (w.t("word.no"), w.t("word.yes"))
    n = w.t.number(w.n)
    drawn = [_drawn(w, factor) for factor in found.siting]
    lead = [w.say("lead_factors", factors=w.t.listing(drawn))] if drawn else []
    sets = w.say("sets_few", sets=w.t.number(found.sets))
    if found.sets == 1:
        sets = w.say("sets_one")
    elif found.all_sets:
        sets = w.say("sets", sets=w.t.number(found.sets), all=w.t.number(found.all_sets))
    head = ("town", "often", "in_base", "in_announced")
    table = Table(
        w.say("towns_caption"),
        tuple(w.say(key) for key in head),
        tuple(
            (town, w.say("steps", n=w.whole_percent(share)), yes[base], yes[theirs])
            for town, share, base, theirs in rows
        ),
        frozenset({1}),
    )
    caption = w.say("towns_plot", n=n)
    return Part(
        w.say("towns_heading"),
        (*lead, sets),
        plots=(Plot(often_plot(rows, w.t), caption, caption),),
        tables=(table,),
    )


def _drawn(w: SensitivityPage, factor: Factor) -> str:
    if factor.key.startswith(RATES):
        low, high = w.rate(factor.low), w.rate(factor.high)
        return w.say("rate_range", worth=w.worth(factor), low=low, high=high)
    low, high = w.level(factor, factor.low), w.level(factor, factor.high)
    return w.say("factor_range", name=lowered(w.factor(factor.key)), low=low, high=high)


def changes_part(w: SensitivityPage) -> Part:
    """Tell where a town changes, and what is best where one is lost."""
    points = [line for factor in w.found.siting for line in _changes_of(w, factor)]
    base = w.found.base.sites
    without = [*w.found.lost, *([w.found.sourced] if w.found.sourced else [])]
    names = w.scenario.objective.names
    rows = tuple(
        (
            w.say("unverified") if best.what == "unverified" else w.town(best.what),
            w.listing(code for code in best.sites if code not in base)
            if best.sites
            else w.say("lost_none"),
            w.listing(c for c in base if c not in best.sites and c != best.what)
            if best.sites
            else w.t("word.none"),
            w.amount(best.worse),
            *(
                facts.write_value(name, best.criteria[name], w.t)
                if best.sites
                else w.t("word.none")
                for name in names
            ),
        )
        for best in without
    )
    head = tuple(w.say(key) for key in ("lost_town", "lost_new", "lost_gone", "lost_worse"))
    table = Table(
        w.say("lost_caption"),
        (*head, *(w.outcome(name) for name in names)),
        rows,
        frozenset(range(3, 4 + len(names))),
    )
    lead = "changes_lead" if w.rates else "changes_lead_plain"
    return Part(
        w.say("changes_heading"),
        (w.say(lead, leading=w.outcome(w.yardstick.leading)),),
        points=tuple(points),
        tables=(table,) if rows else (),
    )


def _changes_of(w: SensitivityPage, factor: Factor) -> list[str]:
    """Say each change that a factor brings, or that it brings none."""
    changes = [change for change in w.found.changes if change.key == factor.key]
    if factor.key.startswith(RATES):
        kind, write = "rate", w.rate
        name = {"worth": w.worth(factor)}
    else:
        kind, write = "scan", partial(w.level, factor)
        name = {"factor": w.factor(factor.key), "steps": w.t.number(STEPS + 1)}
    if not changes:
        low, high = write(factor.low), write(factor.high)
        return [w.say(f"no_change_{kind}", low=low, high=high, **name)]
    return [
        w.say(
            f"change_{kind}",
            new=w.listing(c for c in change.above if c not in change.below),
            gone=w.listing(c for c in change.below if c not in change.above),
            value=write(float(f"{change.value:.3g}")),
            base=write(factor.value),
            **name,
        )
        for change in changes
    ]


def regret_part(w: SensitivityPage) -> Part:
    """Tell what fixed plans give up."""
    rated = w.found.rated
    n = w.t.number(w.n)
    key = "regret_lead" if w.rates else "regret_lead_plain"
    told = [w.say(key, leading=w.outcome(w.yardstick.leading), n=n)]
    corners = any(plan.corner_loss is not None for plan in rated) and bool(w.found.siting)
    if corners:
        told.append(w.say("regret_corners", cases=w.t.number(2 ** len(w.found.siting))))
    robust = next((plan for plan in rated if plan.name == "robust"), None)
    if robust is not None:
        key = "robust_same" if robust.sites == w.found.base.sites else "robust_other"
        told.append(
            w.say(
                key,
                sets=w.t.number(w.found.all_sets),
                greatest=w.amount(robust.greatest_loss),
                towns=w.listing(robust.sites),
            )
        )
    head = ["plan", "towns", "best_in", "mean_loss", "greatest_loss"]
    head += ["corner_loss"] if corners else []
    table = Table(
        w.say("regret_caption"),
        tuple(w.say(key, n=n) for key in head),
        tuple(_rated(w, plan, corners=corners) for plan in rated),
        frozenset(range(2, len(head))),
    )
    return Part(w.say("regret_heading"), tuple(told), tables=(table,))


def _rated(w: SensitivityPage, plan: Rated, *, corners: bool) -> tuple[str, ...]:
    corner = math.nan if plan.corner_loss is None else plan.corner_loss
    return (
        capital(w.say(plan.name)),
        w.listing(plan.sites),
        w.t.number(plan.best) if plan.valued else w.say("forbidden"),
        w.amount(plan.mean_loss),
        w.amount(plan.greatest_loss),
        *([w.amount(corner)] if corners else []),
    )


SHOWN = 0.01
"""Share of the variance below which a factor is left out of the plots."""


def everything_part(w: SensitivityPage, samples: int) -> Part:
    """Tell which numbers each outcome hangs on."""
    t, said = w.t, w.found.everything
    told = [w.say("global_lead", samples=t.number(samples))]
    if w.found.cost_year is not None:
        months = round(sum(period.months for period in w.scenario.rollout.periods))
        told.append(
            w.say(
                "cost_year_meaning",
                months=t.number(months),
                cost=t.number(w.found.cost_year, 1),
            )
        )
    points = [_most(w, k, samples) for k in range(len(said.outcomes))] if said.indices else []
    plots = []
    for k, name in enumerate(said.outcomes):
        if said.indices and resolved(said.indices[k]):
            rows = [
                (w.factor(f.key), max(0.0, total), error)
                for f, total, error in zip(
                    said.kept, said.indices[k].total, said.indices[k].error, strict=True
                )
                if total >= SHOWN
            ]
            rows.sort(key=lambda row: -row[1])
            caption = w.say("sobol_plot", outcome=w.outcome(name))
            plots.append(Plot(shares_plot(rows, f"shares-{k}", t), caption, caption))
    names = tuple(w.outcome(name) for name in said.outcomes)
    numeric = frozenset(range(1, len(names) + 1))
    known = [k for k, index in enumerate(said.indices) if resolved(index)]
    morris = Table(
        w.say("morris_caption"),
        (w.say("factor"), *names),
        tuple(
            (
                w.factor(f.key),
                *(
                    w.say(
                        "uneven",
                        mean=t.number(e.mean[k] * _scale(name), 2),
                        spread=t.number(e.spread[k] * _scale(name), 2),
                    )
                    for name, e in zip(said.outcomes, said.effects, strict=True)
                ),
            )
            for k, f in enumerate(said.factors)
        ),
        numeric,
        folded=True,
    )
    sobol = Table(
        w.say("sobol_caption"),
        (w.say("factor"), *(names[k] for k in known)),
        tuple(
            (w.factor(f.key), *(_index(w, said.indices[k], j) for k in known))
            for j, f in enumerate(said.kept)
        ),
        frozenset(range(1, len(known) + 1)),
    )
    return Part(
        w.say("global_heading"),
        tuple(told),
        points=tuple(points),
        plots=tuple(plots),
        tables=(sobol, morris) if known else (morris,),
    )


def _scale(outcome: str) -> float:
    """Return what an outcome is shown times: shares are shown in per cent."""
    return facts.MEASURES[outcome].scale if outcome in facts.MEASURES else 1.0


def _index(w: SensitivityPage, index: Indices, k: int) -> str:
    shown = w.t.number(100 * max(0.0, index.total[k]))
    return w.say("effect", mean=shown, spread=w.t.number(100 * index.error[k]))


def _most(w: SensitivityPage, k: int, samples: int) -> str:
    said = w.found.everything
    index, name = said.indices[k], w.outcome(said.outcomes[k])
    if index.deviation == 0:
        return w.say("global_never", outcome=name)
    if not resolved(index):
        deviation = index.deviation * _scale(said.outcomes[k])
        return w.say(
            "global_rare",
            outcome=name,
            deviation=w.t.number(deviation, 2),
            samples=w.t.number(samples),
        )
    order = sorted(range(len(index.total)), key=lambda j: -index.total[j])
    parts = [
        w.say(
            "global_part",
            factor=w.factor(said.kept[j].key),
            share=w.t.number(100 * index.total[j]),
        )
        for j in order[:3]
        if index.total[j] >= SHOWN
    ]
    return w.say("global_most", outcome=name, factors=w.t.listing(parts))

"""The towns of the sensitivity page: how often, what changes them, and what they give up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analysis.breakeven import STEPS
from planner.outputs import facts
from planner.outputs.article import Part, Plot, Table
from planner.outputs.sensitivity_plots import often_plot
from planner.outputs.sensitivity_words import small

if TYPE_CHECKING:
    from planner.analysis.factors import Factor
    from planner.analysis.regret import Rated
    from planner.outputs.sensitivity_words import Words


def towns_part(w: Words) -> Part:
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
    drawn = [
        w.say(
            "factor_range",
            name=small(w.factor(f.key)),
            low=w.level(f, f.low),
            high=w.level(f, f.high),
        )
        for f in found.siting
    ]
    sets = w.say("sets_few", sets=w.t.number(found.sets))
    if found.all_sets:
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
        (w.say("lead_factors", factors=w.t.listing(drawn)), sets),
        plots=(Plot(often_plot(rows, w.t), caption, caption),),
        tables=(table,),
    )


def changes_part(w: Words) -> Part:
    """Tell where a town changes, and what is best where one is lost."""
    points = [line for factor in w.found.siting for line in _changes_of(w, factor)]
    base = w.found.base.sites
    without = [*w.found.lost, *([w.found.sourced] if w.found.sourced else [])]
    names = w.scenario.objective.names
    rows = tuple(
        (
            w.say("unverified") if best.what == "unverified" else w.town(best.what),
            w.listing(code for code in best.sites if code not in base),
            w.listing(c for c in base if c not in best.sites and c != best.what),
            *(facts.write_value(name, best.criteria[name], w.t) for name in names),
        )
        for best in without
    )
    head = (w.say("lost_town"), w.say("lost_new"), w.say("lost_gone"))
    table = Table(
        w.say("lost_caption"),
        (*head, *(w.outcome(name) for name in names)),
        rows,
        frozenset(range(3, 3 + len(names))),
    )
    return Part(
        w.say("changes_heading"),
        (),
        points=tuple(points),
        tables=(table,) if rows else (),
    )


def _changes_of(w: Words, factor: Factor) -> list[str]:
    """Say each change that a factor brings, or that it brings none."""
    told = [
        w.say(
            "change",
            new=w.listing(c for c in change.above if c not in change.below),
            gone=w.listing(c for c in change.below if c not in change.above),
            factor=w.factor(factor.key),
            value=w.level(factor, float(f"{change.value:.3g}")),
            base=w.level(factor, factor.value),
        )
        for change in w.found.changes
        if change.key == factor.key
    ]
    kind = "weight" if factor.key.startswith("objective.") else "scan"
    none = w.say(
        f"no_change_{kind}",
        factor=w.factor(factor.key),
        low=w.level(factor, factor.low),
        high=w.level(factor, factor.high),
        steps=w.t.number(STEPS + 1),
    )
    return told or [none]


def regret_part(w: Words) -> Part:
    """Tell what fixed plans give up."""
    rated = w.found.rated
    told = [w.say("regret_lead")]
    robust = next((plan for plan in rated if plan.name == "robust"), None)
    if robust is not None:
        key = "robust_same" if robust.sites == w.found.base.sites else "robust_other"
        told.append(
            w.say(
                key,
                sets=w.t.number(w.found.all_sets),
                worst=w.percent(robust.worst),
                towns=w.listing(robust.sites),
            )
        )
    head = ("plan", "towns", "best_in", "mean_regret", "worst_regret")
    table = Table(
        w.say("regret_caption"),
        tuple(w.say(key) for key in head),
        tuple(_rated(w, plan) for plan in rated),
        frozenset({2, 3, 4}),
    )
    return Part(w.say("regret_heading"), tuple(told), tables=(table,))


def _rated(w: Words, plan: Rated) -> tuple[str, ...]:
    return (
        w.say(plan.name).capitalize(),
        w.listing(plan.sites),
        w.t.number(plan.best),
        w.percent(plan.mean),
        w.percent(plan.worst),
    )

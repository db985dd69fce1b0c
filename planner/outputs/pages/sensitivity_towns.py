"""The towns of the sensitivity page: how often, what changes them, and what they give up."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from planner.analysis.breakeven import STEPS
from planner.analysis.factors import RATES
from planner.outputs.pages.article import Part, Plot, Table
from planner.outputs.pages.page import capital, lowered
from planner.outputs.pages.sensitivity_plots import often_plot
from planner.outputs.words import facts

if TYPE_CHECKING:
    from planner.analysis.factors import Factor
    from planner.analysis.regret import Rated
    from planner.outputs.pages.sensitivity_words import Words


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


def _drawn(w: Words, factor: Factor) -> str:
    if factor.key.startswith(RATES):
        low, high = w.rate(factor.low), w.rate(factor.high)
        return w.say("rate_range", worth=w.worth(factor), low=low, high=high)
    low, high = w.level(factor, factor.low), w.level(factor, factor.high)
    return w.say("factor_range", name=lowered(w.factor(factor.key)), low=low, high=high)


def changes_part(w: Words) -> Part:
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


def _changes_of(w: Words, factor: Factor) -> list[str]:
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


def regret_part(w: Words) -> Part:
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


def _rated(w: Words, plan: Rated, *, corners: bool) -> tuple[str, ...]:
    corner = math.nan if plan.corner_loss is None else plan.corner_loss
    return (
        capital(w.say(plan.name)),
        w.listing(plan.sites),
        w.t.number(plan.best) if plan.valued else w.say("forbidden"),
        w.amount(plan.mean_loss),
        w.amount(plan.greatest_loss),
        *([w.amount(corner)] if corners else []),
    )

"""The rates under which a plan is the best, or the proof that there are none, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.justify_verdict import EQUAL, FARTHEST, Verdict
from planner.outputs.pages.justify_tables import (
    alone_clauses,
    extra_table,
    mix_of,
    plan_table,
    rate_clauses,
    rate_table,
)
from planner.outputs.pages.page import Article, Part
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of
from planner.outputs.words.others import percent, swap, told, town_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.scenario.values import Text
    from planner.siting.question import SitingResult

NAMED = 6
"""Sets named that are as good."""


def verdict_data(verdict: Verdict, extras: Mapping[str, Verdict]) -> dict[str, Any]:
    """Return a verdict as plain lists and dicts; `extras` by the criterion that was let in."""
    yard = verdict.aim.yardstick
    ranges = yard.scenario.objective.rates
    mixed = mix_of(verdict) if verdict.dominated_by is None else []
    return {
        "scenario": yard.scenario.name,
        "unit": yard.unit,
        "leading": yard.leading,
        "plan": told(verdict.plan),
        **_core(verdict),
        "rates": _named(verdict, verdict.room.asked),
        "ranges": {n: [ranges[n].low, ranges[n].high] for n in yard.rates if n in ranges},
        "within_factor": FARTHEST,
        "confirmed_by": verdict.confirmed and told(verdict.confirmed),
        "ties": [list(one.sites) for one in verdict.ties],
        "alone": {
            name: None if ends is None else {"at_least": ends[0], "at_most": ends[1]}
            for name, ends in verdict.alone.items()
        },
        "mix": [{"share": share} | told(rival) for rival, share in mixed],
        "rivals": [told(rival) for rival in verdict.rivals],
        "with_one_more": {name: _core(one) for name, one in extras.items()},
    }


def _core(verdict: Verdict) -> dict[str, Any]:
    possible = verdict.rates is not None
    nearest = verdict.rates
    return {
        "possible": possible if verdict.complete else None,
        "nearest_rates": _named(verdict, nearest),
        "factor": None if nearest is None else verdict.room.factor(nearest),
        "inside_ranges": None if nearest is None else verdict.within_ranges(nearest),
        "rates_inside_ranges": _named(verdict, verdict.inside),
        "tied_sets": verdict.tied_sets,
        "dominated_by": verdict.dominated_by and told(verdict.dominated_by),
        "equal_on": _equal(verdict) if verdict.dominated_by else None,
        "all_regions": verdict.all_regions,
    }


def _named(verdict: Verdict, values: np.ndarray | None) -> dict[str, float] | None:
    if values is None:
        return None
    return dict(zip(verdict.criteria, map(float, values), strict=True))


def _equal(verdict: Verdict) -> list[str]:
    """Return the goals on which the dominating plan is only as good."""
    if verdict.dominated_by is None:
        return []
    steps = verdict.steps(verdict.dominated_by)
    return [name for name, step in zip(verdict.criteria, steps, strict=True) if step <= EQUAL]


def verdict_article(
    verdict: Verdict, extras: Mapping[str, Verdict], asked: Text, inputs: Inputs, t: Texts
) -> Article:
    """Write a verdict up.

    Parameters
    ----------
    extras : mapping of str to Verdict
        Criterion -> the verdict where it too may have a rate.
    asked : Text
        The heading of the plan that is asked about.
    t : Texts
        With the words of text/justify.toml and text/alternatives.toml.
    """
    scenario, names = verdict.aim.yardstick.scenario, town_names(verdict.siting)
    leading = yardstick.criterion(verdict.criteria[0], inputs, t)
    lead = [t("justify.rates_lead", leading=leading, n=t.number(FARTHEST))]
    if not verdict.all_regions:
        lead.append(t("justify.regions"))
    parts = [
        Part(t("justify.rates_heading"), tuple(lead), tables=(rate_table(verdict, inputs, t),)),
        Part(
            t("justify.plans_heading"),
            (t("justify.plans_lead"),) if verdict.complete else (),
            tables=(plan_table(verdict, inputs, t),),
        ),
    ]
    if len(verdict.criteria) == 1:
        del parts[0]
    if extras:
        said = [t("justify.also_lead")]
        if not all(one.all_regions for one in extras.values()):
            said.append(t("justify.regions"))
        table = extra_table(extras, inputs, t)
        parts.append(Part(t("justify.also_heading"), tuple(said), tables=(table,)))
    return Article(
        t(
            "justify.title",
            name=getattr(asked, t.language),
            title=title_of(scenario, t),
        ),
        t("justify.question", towns=t.listing([names[code] for code in verdict.plan.sites])),
        _answer(verdict, extras, inputs, t),
        tuple(parts),
    )


def _answer(
    verdict: Verdict, extras: Mapping[str, Verdict], inputs: Inputs, t: Texts
) -> tuple[str, ...]:
    if not verdict.complete:
        return (t("justify.stopped"),)
    order = yardstick.first(verdict.aim.yardstick, t)
    if verdict.rates is None:
        return (*order, _no(verdict, inputs, t), *_more(extras, inputs, t))
    said = [*_yes(verdict, verdict.rates, inputs, t), t("justify.confirmed"), *_tied(verdict, t)]
    return (*order, " ".join(said), *_alone(verdict, inputs, t))


def _yes(verdict: Verdict, rates: np.ndarray, inputs: Inputs, t: Texts) -> list[str]:
    room = verdict.room
    if len(rates) == 1:
        return [t("justify.single", leading=yardstick.criterion(verdict.criteria[0], inputs, t))]
    if np.allclose(rates, room.asked, rtol=1e-6, atol=0):
        return [t("justify.default")]
    clauses = t.listing(rate_clauses(verdict, rates, inputs, t))
    factor = room.factor(rates)
    if factor < 1 + 1e-6:
        return [t("justify.let_in", rates=clauses)]
    said = [
        t("justify.rates", rates=clauses),
        t("justify.factor", factor=facts.trimmed(np.ceil(factor * 100 - 1e-3) / 100, t)),
    ]
    if verdict.within_ranges(rates):
        said.append(t("justify.inside"))
    elif verdict.inside is None:
        said.append(t("justify.outside"))
    else:
        inside = t.listing(rate_clauses(verdict, verdict.inside, inputs, t))
        said.append(t("justify.inside_too", rates=inside))
    return said


def _alone(verdict: Verdict, inputs: Inputs, t: Texts) -> list[str]:
    """Say what a change of one rate alone does."""
    if not verdict.alone:
        return []
    clauses = alone_clauses(verdict, inputs, t)
    if not clauses:
        return [t("justify.stays_any" if verdict.is_best else "justify.alone_none")]
    if verdict.is_best:
        return [t("justify.stays", clauses=t.listing(clauses))]
    return [t("justify.alone", clauses=t("justify.or").join(clauses))]


def _tied(verdict: Verdict, t: Texts) -> list[str]:
    own = verdict.plan.sites
    swaps = dict.fromkeys(swap(one.sites, own, verdict.siting, t) for one in verdict.ties)
    named = "; ".join(list(swaps)[:NAMED])
    if verdict.tied_sets is None:
        return [t("justify.ties_least", swaps=named)] if named else []
    others = verdict.tied_sets - 1
    if others < 1:
        return []
    number = t.number(others)
    if not named:
        return [t("justify.ties_unnamed", n=number)]
    if others == 1:
        return [t("justify.ties_one", swaps=named)]
    key = "justify.ties_all" if others == len(swaps) <= NAMED else "justify.ties_many"
    return [t(key, n=number, swaps=named)]


def _no(verdict: Verdict, inputs: Inputs, t: Texts) -> str:
    if verdict.dominated_by is not None:
        return _dominated(verdict, verdict.dominated_by, inputs, t)
    if verdict.mix is None:
        return t("justify.far", n=t.number(FARTHEST))
    parts = [
        t(
            "justify.part",
            share=percent(share, t, 1),
            swap=swap(rival.sites, verdict.plan.sites, verdict.siting, t, "other_regions"),
        )
        for rival, share in mix_of(verdict)
    ]
    return t("justify.mix", parts="; ".join(parts))


def _dominated(verdict: Verdict, by: SitingResult, inputs: Inputs, t: Texts) -> str:
    equal = _equal(verdict)
    better = [name for name in verdict.criteria if name not in equal]
    words = {
        "swap": swap(by.sites, verdict.plan.sites, verdict.siting, t),
        "gains": yardstick.steps(better, by.criteria, verdict.plan.criteria, inputs, t),
    }
    if len(verdict.criteria) == 1:
        return t("justify.dominated_one", **words)
    if not equal:
        return t("justify.dominated", **words)
    named = {
        key: t.listing([yardstick.criterion(n, inputs, t) for n in names])
        for key, names in (("better", better), ("equal", equal))
    }
    return t("justify.dominated_some", **words, **named)


def _more(extras: Mapping[str, Verdict], inputs: Inputs, t: Texts) -> list[str]:
    done = {name: one for name, one in extras.items() if one.complete}
    if not done:
        return []
    able = [name for name, one in done.items() if one.rates is not None]
    names = t.listing([yardstick.criterion(name, inputs, t) for name in able or done])
    return [t("justify.also" if able else "justify.also_none", names=names)]

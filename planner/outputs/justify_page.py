"""The weights under which a plan is the best, or the proof that there are none, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.outputs import facts
from planner.outputs.article import Article, Part, Table
from planner.outputs.page import lowered
from planner.outputs.sets import percent, swap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.justify import Verdict
    from planner.analysis.siting import SitingResult
    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts
    from planner.scenario.values import Text

RIVALS = 12
"""Rivals shown in the table."""


def verdict_data(verdict: Verdict, extras: Mapping[str, Verdict]) -> dict[str, Any]:
    """Return a verdict as plain lists and dicts; `extras` by the criterion that was let in."""

    def told(result: SitingResult | None) -> dict[str, Any] | None:
        if result is None:
            return None
        return {"offices": list(result.sites), "criteria": dict(result.criteria)}

    def named(values: np.ndarray | None) -> dict[str, float] | None:
        if values is None:
            return None
        return dict(zip(verdict.criteria, map(float, values), strict=True))

    mixed = verdict.mix is not None and verdict.beaten_by is None
    return {
        "scenario": verdict.siting.instance.scenario.name,
        "plan": told(verdict.plan),
        "possible": verdict.weights is not None if verdict.complete else None,
        "default_weights": named(verdict.default),
        "counted_per": named(verdict.span),
        "weights": named(verdict.weights),
        "confirmed_by": told(verdict.confirmed),
        "ties": [list(one.sites) for one in verdict.ties],
        "least_ratios": [
            {"criterion": a, "against": b, "at_least": ratio}
            for (a, b), ratio in (verdict.least or {}).items()
        ],
        "beaten_by": told(verdict.beaten_by),
        "mix": [
            {"share": float(share)} | (told(rival) or {}) for rival, share in _mix(verdict) if mixed
        ],
        "rivals": [told(rival) for rival in verdict.rivals],
        "with_one_more": {
            name: {
                "possible": one.weights is not None if one.complete else None,
                "weights": None
                if one.weights is None
                else dict(zip(one.criteria, map(float, one.weights), strict=True)),
                "beaten_by": told(one.beaten_by),
            }
            for name, one in extras.items()
        },
    }


def _mix(verdict: Verdict) -> list[tuple[SitingResult, float]]:
    if verdict.mix is None:
        return []
    pairs = zip(verdict.rivals, verdict.mix, strict=True)
    return [(rival, float(share)) for rival, share in pairs if share > 0]


def verdict_article(
    verdict: Verdict, extras: Mapping[str, Verdict], asked: Text, inputs: Inputs, t: Texts
) -> Article:
    """Write a verdict up.

    Parameters
    ----------
    verdict : Verdict
    extras : mapping of str to Verdict
        Criterion -> the verdict where it too may have a weight.
    asked : Text
        The heading of the plan that is asked about.
    inputs : Inputs
    t : Texts
        With the words of text/justify.toml and text/alternatives.toml.
    """
    scenario = verdict.siting.instance.scenario
    parts = [
        Part(
            t("justify.weights_heading"),
            (
                t("justify.weights_lead"),
                *([t("justify.regions")] if verdict.regions_hang_on_weights else []),
            ),
            tables=(_weight_table(verdict, inputs, t),),
        ),
        Part(
            t("justify.plans_heading"),
            (t("justify.plans_lead"),) if verdict.complete else (),
            tables=(_plan_table(verdict, inputs, t),),
        ),
    ]
    if extras:
        table = _extra_table(extras, inputs, t)
        parts.append(Part(t("justify.also_heading"), tables=(table,)))
    return Article(
        t(
            "justify.title",
            name=getattr(asked, t.language),
            title=getattr(scenario.title, t.language),
        ),
        t("justify.question", towns=t.listing(_towns(verdict))),
        _answer(verdict, extras, inputs, t),
        tuple(parts),
    )


def _towns(verdict: Verdict) -> list[str]:
    i = verdict.siting.instance
    names = dict(zip(i.sites, i.towns, strict=True))
    return [names[code] for code in verdict.plan.sites]


def _name(key: str, inputs: Inputs, t: Texts) -> str:
    return lowered(facts.criterion_name(key, t, inputs.country.sister_agency))


def _weights(verdict: Verdict, values: np.ndarray, inputs: Inputs, t: Texts) -> str:
    return t.listing(
        [
            t("justify.weight", name=_name(key, inputs, t), weight=t.number(value, 2))
            for key, value in zip(verdict.criteria, values, strict=True)
        ]
    )


def _swap(result: SitingResult, verdict: Verdict, t: Texts) -> str:
    return swap(result.sites, verdict.plan.sites, verdict.siting, t, "other_regions")


def _answer(
    verdict: Verdict, extras: Mapping[str, Verdict], inputs: Inputs, t: Texts
) -> tuple[str, ...]:
    if not verdict.complete:
        return (t("justify.stopped"),)
    if verdict.weights is None:
        return (_no(verdict, inputs, t), *_more(extras, inputs, t))
    if np.allclose(verdict.weights, verdict.default, atol=1e-6):
        return (t("justify.default"), t("justify.confirmed"), *_tied(verdict, t))
    said = [
        t(
            "justify.weights",
            new=_weights(verdict, verdict.weights, inputs, t),
            old=_weights(verdict, verdict.default, inputs, t),
        )
    ]
    weight = dict(zip(verdict.criteria, verdict.default, strict=True))
    said += [
        t(
            "justify.least",
            a=_name(a, inputs, t),
            b=_name(b, inputs, t),
            ratio=t.number(np.ceil(ratio * 100 - 1e-6) / 100, 2),
            default=facts.trimmed(float(weight[a] / weight[b]), t),
        )
        for (a, b), ratio in (verdict.least or {}).items()
    ]
    nothing = [
        _name(key, inputs, t)
        for key, old, new in zip(verdict.criteria, verdict.default, verdict.weights, strict=True)
        if old > 0 and new == 0
    ]
    if nothing:
        said.append(t("justify.only", names=t.listing(nothing)))
    return (" ".join(said), t("justify.confirmed"), *_tied(verdict, t))


def _tied(verdict: Verdict, t: Texts) -> list[str]:
    swaps = list(dict.fromkeys(_swap(one, verdict, t) for one in verdict.ties))
    return [t("justify.ties", swaps="; ".join(swaps))] if swaps else []


def _no(verdict: Verdict, inputs: Inputs, t: Texts) -> str:
    if verdict.beaten_by is not None:
        gains = [
            t(
                "justify.weight",
                name=_name(key, inputs, t),
                weight=facts.write_value(
                    key,
                    verdict.beaten_by.criteria[key] - verdict.plan.criteria[key],
                    t,
                    signed=True,
                ),
            )
            for key in verdict.criteria
        ]
        changed = _swap(verdict.beaten_by, verdict, t)
        proof = t("justify.beaten", swap=changed, gains=t.listing(gains))
    else:
        parts = [
            t("justify.part", share=percent(share, t, 1), swap=_swap(rival, verdict, t))
            for rival, share in _mix(verdict)
        ]
        proof = t("justify.mix", parts="; ".join(parts))
    return f"{t('justify.none')} {proof}"


def _more(extras: Mapping[str, Verdict], inputs: Inputs, t: Texts) -> list[str]:
    done = {key: one for key, one in extras.items() if one.complete}
    if not done:
        return []
    able = [_name(key, inputs, t) for key, one in done.items() if _weighs_own(one)]
    if able:
        return [t("justify.also", names=t.listing(able))]
    return [t("justify.also_none", names=t.listing([_name(key, inputs, t) for key in done]))]


def _weighs_own(verdict: Verdict) -> bool:
    """Tell whether there are weights that leave the scenario's own criteria some."""
    return verdict.weights is not None and bool(verdict.weights[verdict.default > 0].any())


def _weight_table(verdict: Verdict, inputs: Inputs, t: Texts) -> Table:
    sister = inputs.country.sister_agency
    none = [None] * len(verdict.criteria)
    rows = tuple(
        (
            facts.criterion_name(key, t, sister),
            facts.write_value(key, float(step), t),
            t.number(old, 2),
            t("word.none") if new is None else t.number(new, 2),
        )
        for key, step, old, new in zip(
            verdict.criteria,
            verdict.span,
            verdict.default,
            none if verdict.weights is None else verdict.weights,
            strict=True,
        )
    )
    head = (
        t("report.criterion"),
        t("justify.step"),
        t("justify.old_weight"),
        t("justify.new_weight"),
    )
    return Table(t("justify.weights_caption"), head, rows, frozenset({1, 2, 3}))


def _plan_table(verdict: Verdict, inputs: Inputs, t: Texts) -> Table:
    sister = inputs.country.sister_agency
    shown = {one.sites: one for one in (verdict.beaten_by, *verdict.rivals[:RIVALS]) if one}
    named = [(t("justify.the_plan", towns=t.listing(_towns(verdict))), verdict.plan)]
    named += [(_swap(one, verdict, t), one) for one in shown.values()]
    rows = tuple(
        (label, *(facts.write_value(key, one.criteria[key], t) for key in verdict.criteria))
        for label, one in named
    )
    names = (facts.criterion_name(key, t, sister) for key in verdict.criteria)
    numeric = frozenset(range(1, len(verdict.criteria) + 1))
    return Table(t("justify.plans_caption"), (t("justify.plan"), *names), rows, numeric)


def _extra_table(extras: Mapping[str, Verdict], inputs: Inputs, t: Texts) -> Table:
    rows = []
    for key, one in extras.items():
        if not one.complete:
            answer, why = t("justify.stopped"), ""
        elif one.weights is None:
            answer = t("word.no")
            why = t("justify.also_mix", n=t.number(len(_mix(one))))
            if one.beaten_by is not None:
                why = _swap(one.beaten_by, one, t)
        elif _weighs_own(one):
            answer, why = t("word.yes"), _weights(one, one.weights, inputs, t)
        else:
            answer, why = t("justify.alone"), _tied(one, t)[0] if one.ties else ""
        rows.append((facts.criterion_name(key, t, inputs.country.sister_agency), answer, why))
    head = tuple(t(f"justify.{key}") for key in ("also_goal", "also_answer", "also_weights"))
    return Table(t("justify.also_caption"), head, tuple(rows))

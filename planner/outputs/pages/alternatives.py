"""The list of alternatives as data and as a page."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from planner.analysis.comparison import make_comparison
from planner.model.solving.assemble import make_plan
from planner.model.solving.optimise import Stage
from planner.model.solving.scores import goal_value
from planner.model.solving.stages import Result
from planner.outputs.drawing.svgmap import make_picture
from planner.outputs.pages.alternatives_tables import (
    DISTINCT,
    distinct_table,
    listed_table,
    ranks_of,
    town_table,
    towns_in,
)
from planner.outputs.pages.article import Article, Part
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of
from planner.outputs.words.sets import swap, town_names

if TYPE_CHECKING:
    from planner.analysis.alternatives import Alternatives, Standing
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.drawing.svgmap import Land, Picture
    from planner.outputs.words.text import Texts
    from planner.plan import Plan
    from planner.siting.aim import Aim
    from planner.siting.problem import Siting, SitingResult

MAPS = 4
"""Of them drawn on maps."""

NAMED = 20
"""Towns that are in none of the sets up to which they are named."""


def alternatives_data(alternatives: Alternatives) -> dict[str, Any]:
    """Return the alternatives as plain lists and dicts.

    How much worse a set is, and what that is made of, is in the unit of the question's sum. Which
    towns are in all, some or none of the sets is None where the list is not complete.
    """
    aim, standing = alternatives.aim, alternatives.standing
    apart = {one.sites: km for one, km in alternatives.distinct(DISTINCT)}
    order = list(apart)
    whole = alternatives.complete
    return {
        "scenario": alternatives.siting.instance.scenario.name,
        "unit": aim.yardstick.unit,
        "leading": aim.yardstick.leading,
        "rates": dict(aim.yardstick.rates),
        "within": alternatives.within,
        "count": len(alternatives.found),
        "at_least": not whole,
        "others_at_least": alternatives.beyond,
        "allowed": alternatives.allowed,
        "best": list(aim.best.sites),
        "in_all": towns_in(alternatives, "in_all") if whole else None,
        "in_some": towns_in(alternatives, "in_some") if whole else None,
        "in_none": towns_in(alternatives, "in_none") if whole else None,
        "alternatives": [
            {
                "rank": rank,
                "offices": list(one.sites),
                "worse": alternatives.worse(one),
                "contributions": aim.contributions(one.criteria),
                "criteria": dict(one.criteria),
                "distinct_order": order.index(one.sites) + 1 if one.sites in apart else None,
                "apart_km": apart.get(one.sites),
            }
            for rank, one in enumerate(alternatives.found, start=1)
        ],
        "announced": standing and _told(standing, aim),
    }


def _told(standing: Standing, aim: Aim) -> dict[str, Any]:
    result = standing.result
    return {
        "allowed": result is not None,
        "worse": standing.worse if result else None,
        "contributions": aim.contributions(result.criteria) if result else None,
        "better": standing.better if result else None,
        "better_is_exact": standing.exact if result else None,
        "criteria": dict(result.criteria) if result else None,
    }


def siting_plan(siting: Siting, found: SitingResult) -> Plan:
    """Lay a siting out as the plan of one period, to be drawn and measured."""
    i = siting.instance
    name = i.scenario.goals[0]
    value = goal_value(i, name, found.solution)
    stage = Stage(name, found.reason, value, value, found.solution)
    return make_plan(i, Result(found.solution, (stage,)))


def alternatives_article(
    alternatives: Alternatives,
    inputs: Inputs,
    travel: Travel,
    t: Texts,
    sheet: Land | None = None,
) -> tuple[Article, list[int]]:
    """Write the alternatives up.

    Parameters
    ----------
    alternatives : Alternatives
    inputs : Inputs
    travel : Travel
    t : Texts
        With the words of text/alternatives.toml.
    sheet : Land, optional
        What maps are drawn on; without it there are none.

    Returns
    -------
    tuple of (Article, list of int)
        And the numbers of the regions that its maps show.
    """
    siting = alternatives.siting
    scenario = siting.instance.scenario
    pictures, numbers = _maps(alternatives, inputs, travel, t, sheet) if sheet else ((), [])
    firm = "towns" if alternatives.complete else "towns_listed"
    return (
        Article(
            t("alternatives.title", title=title_of(scenario, t)),
            t("alternatives.question", **_within(alternatives, inputs, t)),
            _answer(alternatives, inputs, t),
            (
                Part(
                    t("alternatives.measure_heading"),
                    how_measured(alternatives.aim, inputs, t),
                    points=yardstick.points(alternatives.aim.yardstick, inputs, t),
                ),
                Part(t(f"alternatives.{firm}_heading"), tables=(town_table(alternatives, t),)),
                Part(
                    t("alternatives.distinct_heading"),
                    (t("alternatives.distinct_lead"),),
                    pictures=pictures,
                    tables=(distinct_table(alternatives, inputs, t),),
                ),
                Part(
                    t("alternatives.listed_heading"),
                    tables=(listed_table(alternatives, inputs, t),),
                ),
            ),
        ),
        numbers,
    )


def _within(alternatives: Alternatives, inputs: Inputs, t: Texts) -> dict[str, str]:
    """Return the words that say how much worse a listed set may be."""
    leading = alternatives.aim.yardstick.leading
    within = yardstick.in_unit(leading, facts.trimmed(alternatives.within, t), t)
    return {"within": within, "leading": yardstick.criterion(leading, inputs, t)}


def _answer(alternatives: Alternatives, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    aim, beyond = alternatives.aim, alternatives.beyond
    words = _within(alternatives, inputs, t)
    names = town_names(alternatives.siting)
    best = t("alternatives.best", towns=t.listing([names[code] for code in aim.best.sites]))
    count = t.count("sets", len(alternatives.found))
    if beyond is None:
        proof = t("alternatives.proof_none")
    else:
        beyond = floor(beyond * 100 + 1e-6) / 100  # what is proved is not rounded up
        shown = yardstick.in_unit(aim.yardstick.leading, t.number(beyond, 2), t)
        proof = t("alternatives.proof", beyond=shown)
    if not alternatives.complete:
        return (
            best,
            t("alternatives.some", count=count, beyond=shown, **words),
            *_standing(alternatives, inputs, t),
        )
    if len(alternatives.found) == 1:
        return (
            best,
            t("alternatives.all_one", proof=proof, **words),
            *_standing(alternatives, inputs, t),
        )
    sentences = [t("alternatives.all", count=count, proof=proof, **words)]
    for key, firm in (("always", "in_all"), ("sometimes", "in_some"), ("never", "in_none")):
        towns = [names[code] for code in towns_in(alternatives, firm)]
        if firm == "in_none" and len(towns) > NAMED:
            sentences.append(t("alternatives.never_many", n=t.number(len(towns))))
        elif towns:
            sentences.append(t(f"alternatives.{key}", towns=t.listing(towns)))
        elif key == "always":
            sentences.append(t("alternatives.always_none"))
    second = alternatives.found[1]
    return (
        best,
        " ".join(sentences),
        _second(second, alternatives, inputs, t),
        *_standing(alternatives, inputs, t),
    )


def _second(second: SitingResult, alternatives: Alternatives, inputs: Inputs, t: Texts) -> str:
    aim = alternatives.aim
    return t(
        "alternatives.second",
        swap=swap(second.sites, aim.best.sites, alternatives.siting, t),
        worse=yardstick.size(aim.yardstick, alternatives.worse(second), t),
        parts=_parts(second, aim, inputs, t),
    )


def _parts(one: SitingResult, aim: Aim, inputs: Inputs, t: Texts) -> str:
    """Say what makes up how much worse a set is, where that has more than one part."""
    parts = aim.contributions(one.criteria)
    if len(parts) == 1:
        return ""
    return t("alternatives.parts", parts=yardstick.sum_of(aim.yardstick, parts, inputs, t))


def _standing(alternatives: Alternatives, inputs: Inputs, t: Texts) -> list[str]:
    standing, aim, allowed = alternatives.standing, alternatives.aim, alternatives.allowed
    if standing is None:
        return []
    if standing.result is None:
        return [t("alternatives.standing_forbidden")]
    if not standing.better and standing.exact:
        return [t("alternatives.standing_best")]
    words = {"better": t.count("sets", standing.better), "rank": t.number(standing.better + 1)}
    rank = t("alternatives.rank_least", **words)
    if standing.exact:
        rank = t("alternatives.rank_known", **words)
        if allowed is not None:
            rank = t("alternatives.rank_of", allowed=t.number(allowed), **words)
    return [
        t(
            "alternatives.standing",
            worse=yardstick.size(aim.yardstick, standing.worse, t),
            leading=yardstick.criterion(aim.yardstick.leading, inputs, t),
            parts=_parts(standing.result, aim, inputs, t),
            rank=rank,
        )
    ]


def how_measured(aim: Aim, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    """Say what the sum is that sets are compared by."""
    leading = yardstick.criterion(aim.yardstick.leading, inputs, t)
    many = len(aim.yardstick.lines(aim.best.criteria)) > 1
    said = t(f"alternatives.measure_{'many' if many else 'one'}", leading=leading)
    return (said, *yardstick.first(aim.yardstick, t))


def _maps(
    alternatives: Alternatives, inputs: Inputs, travel: Travel, t: Texts, sheet: Land
) -> tuple[tuple[Picture, ...], list[int]]:
    ranks = ranks_of(alternatives)
    chosen = [one for one, _ in alternatives.distinct(MAPS)]
    captions = [
        t(
            "alternatives.map_caption",
            rank=t.number(ranks[one.sites]),
            worse=yardstick.amount(alternatives.aim.yardstick, alternatives.worse(one), inputs, t),
        )
        if ranks[one.sites] > 1
        else t("alternatives.map_best")
        for one in chosen
    ]
    scenario = alternatives.siting.instance.scenario
    plans = [
        (caption, scenario, siting_plan(alternatives.siting, one))
        for caption, one in zip(captions, chosen, strict=True)
    ]
    shown = make_comparison(plans, inputs, travel)
    pictures = tuple(make_picture(sheet, side.views[-1], side.label, t) for side in shown.sides)
    return pictures, list(shown.numbers.values())

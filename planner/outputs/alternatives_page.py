"""The list of alternatives as data and as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.model.assemble import make_plan
from planner.model.scores import goal_value
from planner.model.solve import Stage
from planner.model.stages import Result
from planner.outputs import facts
from planner.outputs.article import Article, Part, Table
from planner.outputs.comparison import make_comparison
from planner.outputs.comparison_page import lowered
from planner.outputs.report import make_picture
from planner.outputs.text import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.analysis.aims import Aim
    from planner.analysis.alternatives import Alternatives
    from planner.analysis.siting import Siting, SitingResult
    from planner.inputs.types import Inputs
    from planner.outputs.svgmap import Picture, Sheet
    from planner.outputs.text import Texts
    from planner.plan import Plan
    from planner.travel.matrix import Travel

DISTINCT = 8
"""Alternatives in the table of those most unlike each other."""

MAPS = 4
"""Of them drawn on maps."""

SHOWN = ("mean_km", "p95_km", "spread", "university_minutes")
"""Criteria told of every set beside those that decide."""


def alternatives_data(alternatives: Alternatives) -> dict[str, Any]:
    """Return the alternatives as plain lists and dicts; distances are shares of the best."""
    best, standing = alternatives.aim.best, alternatives.standing
    apart = {one.sites: km for one, km in alternatives.distinct(DISTINCT)}
    order = list(apart)
    return {
        "scenario": alternatives.siting.instance.scenario.name,
        "within": alternatives.within,
        "count": len(alternatives.found),
        "at_least": not alternatives.complete,
        "none_nearer_than": alternatives.beyond,
        "criteria_shares": dict(alternatives.aim.shares),
        "best": list(best.sites),
        "in_all": _towns(alternatives, "in_all"),
        "in_some": _towns(alternatives, "in_some"),
        "in_none": _towns(alternatives, "in_none"),
        "alternatives": [
            {
                "rank": rank,
                "offices": list(one.sites),
                "distance": alternatives.distance(one),
                "criteria": dict(one.criteria),
                "distinct_order": order.index(one.sites) + 1 if one.sites in apart else None,
                "apart_km": apart.get(one.sites),
            }
            for rank, one in enumerate(alternatives.found, start=1)
        ],
        "announced": standing
        and {
            "allowed": standing.result is not None,
            "distance": standing.distance if standing.result else None,
            "better": standing.better if standing.result else None,
            "better_is_exact": standing.exact if standing.result else None,
            "criteria": dict(standing.result.criteria) if standing.result else None,
        },
    }


def _towns(alternatives: Alternatives, firm: str) -> list[str]:
    return [code for code in alternatives.counts if _firm(alternatives, code) == firm]


def _firm(alternatives: Alternatives, code: str) -> str:
    count = alternatives.counts[code]
    return {0: "in_none", len(alternatives.found): "in_all"}.get(count, "in_some")


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
    sheet: Sheet | None = None,
) -> tuple[Article, list[int]]:
    """Write the alternatives up.

    Parameters
    ----------
    alternatives : Alternatives
    inputs : Inputs
    travel : Travel
    t : Texts
        With the words of text/alternatives.toml.
    sheet : Sheet, optional
        What maps are drawn on; without it there are none.

    Returns
    -------
    tuple of (Article, list of int)
        And the numbers of the regions that its maps show.
    """
    siting = alternatives.siting
    scenario = siting.instance.scenario
    pictures, numbers = _maps(alternatives, inputs, travel, t, sheet) if sheet else ((), [])
    within = percent(alternatives.within, t)
    return (
        Article(
            t("alternatives.title", title=getattr(scenario.title, t.language)),
            t("alternatives.question", within=within),
            _answer(alternatives, within, t),
            (
                Part(
                    t("alternatives.towns_heading"),
                    (how_measured(alternatives.aim, inputs, t),),
                    tables=(_town_table(alternatives, t),),
                ),
                Part(
                    t("alternatives.distinct_heading"),
                    (t("alternatives.distinct_lead"),),
                    pictures=pictures,
                    tables=(_distinct(alternatives, inputs, t),),
                ),
                Part(t("alternatives.listed_heading"), tables=(_listed(alternatives, inputs, t),)),
            ),
        ),
        numbers,
    )


def percent(share: float, t: Texts, decimals: int = 2) -> str:
    """Write a share as per cent, without decimals where it is whole."""
    whole = abs(share * 100 - round(share * 100)) < 1e-9
    number = t.number(share * 100, 0 if whole else decimals)
    return t("unit.percent", n=number).replace(" ", NO_BREAK)


def _answer(alternatives: Alternatives, within: str, t: Texts) -> tuple[str, ...]:
    beyond = alternatives.beyond
    if beyond is None:
        proof = t("alternatives.proof_none")
    else:
        proof = t("alternatives.proof", beyond=percent(beyond, t))
    count = t.count("sets", len(alternatives.found))
    if not alternatives.complete:
        shown = percent(beyond or 0.0, t)
        said = t("alternatives.some", count=count, within=within, beyond=shown)
    elif len(alternatives.found) == 1:
        said = t("alternatives.all_one", within=within, proof=proof)
    else:
        said = t("alternatives.all", count=count, within=within, proof=proof)
    sentences = [said]
    names = _names(alternatives.siting)
    if len(alternatives.found) > 1:
        for key, firm in (("always", "in_all"), ("sometimes", "in_some"), ("never", "in_none")):
            towns = [names[code] for code in _towns(alternatives, firm)]
            if towns:
                sentences.append(t(f"alternatives.{key}", towns=t.listing(towns)))
            elif key == "always":
                sentences.append(t("alternatives.always_none"))
    return (" ".join(sentences), *_standing(alternatives, t))


def _standing(alternatives: Alternatives, t: Texts) -> list[str]:
    standing = alternatives.standing
    if standing is None:
        return []
    if standing.result is None:
        return [t("alternatives.standing_forbidden")]
    if not standing.better and standing.exact:
        return [t("alternatives.standing_best")]
    words = {
        "distance": percent(standing.distance, t),
        "better": t.count("sets", standing.better),
    }
    if not standing.exact:
        return [t("alternatives.standing_least", **words)]
    return [t("alternatives.standing", rank=t.number(standing.better + 1), **words)]


def how_measured(aim: Aim, inputs: Inputs, t: Texts) -> str:
    """Say what one per cent worse than the best means."""
    sister = inputs.country.sister_agency
    names = {name: lowered(facts.criterion_name(name, t, sister)) for name in aim.shares}
    if len(names) == 1:
        return t("alternatives.measure_one", name=next(iter(names.values())))
    parts = aim.shares
    shares = [
        t("alternatives.share", name=names[name], share=percent(part, t, 1))
        for name, part in parts.items()
    ]
    listed = t.listing(list(names.values()))
    return t("alternatives.measure_many", names=listed, shares=t.listing(shares))


def _names(siting: Siting) -> dict[str, str]:
    return dict(zip(siting.instance.sites, siting.instance.towns, strict=True))


def _town_table(alternatives: Alternatives, t: Texts) -> Table:
    names, whole = _names(alternatives.siting), len(alternatives.found)
    ordered = sorted(alternatives.counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple(
        (
            names[code],
            t.number(count),
            percent(count / whole, t, 1),
            t(f"alternatives.{_firm(alternatives, code)}"),
        )
        for code, count in ordered
    )
    head = tuple(t(f"alternatives.{key}") for key in ("town", "sets", "share_of_sets", "firm"))
    return Table(t("alternatives.towns_caption"), head, rows, frozenset({1, 2}))


def swap(
    one: Collection[str], best: Collection[str], siting: Siting, t: Texts, same: str = "the_best"
) -> str:
    """Say which towns a set has in place of which of another's.

    `same` is the key of what to say where they are the same towns.
    """
    names = _names(siting)
    new = [names.get(code, code) for code in one if code not in best]
    gone = [names.get(code, code) for code in best if code not in one]
    if new and gone:
        return t("alternatives.swapped", new=t.listing(new), gone=t.listing(gone))
    if new or gone:
        key = "only_new" if new else "only_gone"
        return t(f"alternatives.{key}", towns=t.listing(new or gone))
    return t(f"alternatives.{same}", towns=t.listing([names[code] for code in best]))


def _rows(alternatives: Alternatives) -> dict[tuple[str, ...], int]:
    return {one.sites: rank for rank, one in enumerate(alternatives.found, start=1)}


def _criteria(aim: Aim) -> list[str]:
    return facts.in_order(dict.fromkeys((*aim.shares, *SHOWN), 0))


def _distinct(alternatives: Alternatives, inputs: Inputs, t: Texts) -> Table:
    ranks, sister = _rows(alternatives), inputs.country.sister_agency
    names = _criteria(alternatives.aim)
    rows = [
        (
            t.number(ranks[one.sites]),
            swap(one.sites, alternatives.aim.best.sites, alternatives.siting, t),
            percent(round(alternatives.distance(one), 6), t),
            t.number(km, 1),
            *(facts.write_value(name, one.criteria[name], t) for name in names),
        )
        for one, km in alternatives.distinct(DISTINCT)
    ]
    standing = alternatives.standing
    if standing and standing.result and standing.result.sites not in ranks:
        one = standing.result
        rows.append(
            (
                t("alternatives.announced"),
                swap(one.sites, alternatives.aim.best.sites, alternatives.siting, t),
                percent(round(standing.distance, 6), t),
                "",
                *(facts.write_value(name, one.criteria[name], t) for name in names),
            )
        )
    head = [t(f"alternatives.{key}") for key in ("rank", "swap", "worse", "apart")]
    head += [facts.criterion_name(name, t, sister) for name in names]
    numeric = frozenset(range(2, len(head)))
    return Table(t("alternatives.distinct_caption"), tuple(head), tuple(rows), numeric)


def _listed(alternatives: Alternatives, inputs: Inputs, t: Texts) -> Table:
    sister, names = inputs.country.sister_agency, _criteria(alternatives.aim)
    rows = tuple(
        (
            t.number(rank),
            swap(one.sites, alternatives.aim.best.sites, alternatives.siting, t),
            percent(round(alternatives.distance(one), 6), t),
            *(facts.write_value(name, one.criteria[name], t) for name in names),
        )
        for rank, one in enumerate(alternatives.found, start=1)
    )
    head = [t(f"alternatives.{key}") for key in ("rank", "swap", "worse")]
    head += [facts.criterion_name(name, t, sister) for name in names]
    numeric = frozenset(range(2, len(head)))
    return Table(
        t("alternatives.listed_caption"), tuple(head), rows, numeric, folded=len(rows) > 12
    )


def _maps(
    alternatives: Alternatives, inputs: Inputs, travel: Travel, t: Texts, sheet: Sheet
) -> tuple[tuple[Picture, ...], list[int]]:
    ranks = _rows(alternatives)
    chosen = [one for one, _ in alternatives.distinct(MAPS)]
    captions = [
        t(
            "alternatives.map_caption",
            rank=t.number(ranks[one.sites]),
            distance=percent(round(alternatives.distance(one), 6), t),
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

"""The list of alternatives as data and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from planner.analysis.alternatives import Alternatives, Standing, plan_of
from planner.analysis.comparison import make_comparison
from planner.outputs.drawing.svgmap import Land, Picture, make_picture
from planner.outputs.pages.comparison_tables import SideBySide
from planner.outputs.pages.page import Article, Part, Table
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of
from planner.outputs.words.others import percent, swap, town_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.types import Inputs
    from planner.data import Data
    from planner.outputs.words.text import Texts
    from planner.siting.question import Aim, SitingResult

MAPS = 4
"""Of them drawn on maps."""

NAMED = 20
"""Towns that are in none of the sets up to which they are named."""

DISTINCT = 8
"""Alternatives in the table of those most unlike each other."""

SHOWN = ("mean_km", "p95_km", "spread", "university_minutes")
"""Criteria told of every set beside those that decide."""


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
        "in_all": _towns_in(alternatives, "in_all") if whole else None,
        "in_some": _towns_in(alternatives, "in_some") if whole else None,
        "in_none": _towns_in(alternatives, "in_none") if whole else None,
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


def _towns_in(alternatives: Alternatives, firm: str) -> list[str]:
    """Return the towns that are in all, some or none of the sets."""
    return [code for code in alternatives.counts if _firm(alternatives, code) == firm]


def _firm(alternatives: Alternatives, code: str) -> str:
    count = alternatives.counts[code]
    return {0: "in_none", len(alternatives.found): "in_all"}.get(count, "in_some")


def _ranks(alternatives: Alternatives) -> dict[tuple[str, ...], int]:
    """Offices of every set -> its place in the list."""
    return {one.sites: rank for rank, one in enumerate(alternatives.found, start=1)}


@dataclass(frozen=True, eq=False)
class AlternativesPage:
    """What every part of the page is made from."""

    found: Alternatives
    data: Data
    t: Texts

    @property
    def inputs(self) -> Inputs:
        """The tables."""
        return self.data.inputs

    @property
    def aim(self) -> Aim:
        """The best set, and what others are worse by."""
        return self.found.aim

    @property
    def leading(self) -> str:
        """The criterion in whose unit the sum is told, by its name."""
        return yardstick.criterion(self.aim.yardstick.leading, self.inputs, self.t)

    def swap(self, one: SitingResult) -> str:
        """Say which towns a set has in place of which of the best one's."""
        return swap(one.sites, self.aim.best.sites, self.found.siting, self.t)

    def size(self, worse: float) -> str:
        """Write how much worse a set is."""
        return yardstick.size(self.aim.yardstick, worse, self.t)

    def parts(self, one: SitingResult) -> str:
        """Say what makes up how much worse a set is, where that has more than one part."""
        parts = self.aim.contributions(one.criteria)
        if len(parts) == 1:
            return ""
        said = yardstick.sum_of(self.aim.yardstick, parts, self.inputs, self.t)
        return self.t("alternatives.parts", parts=said)


def alternatives_article(
    alternatives: Alternatives, data: Data, t: Texts, sheet: Land | None = None
) -> tuple[Article, list[int]]:
    """Write the alternatives up.

    Parameters
    ----------
    data : Data
        The tables.
    t : Texts
        With the words of alternatives.toml.
    sheet : Land, optional
        What maps are drawn on; without it there are none.

    Returns
    -------
    tuple of (Article, list of int)
        And the numbers of the regions that its maps show.
    """
    p = AlternativesPage(alternatives, data, t)
    pictures, numbers = _maps(p, sheet) if sheet else ((), [])
    firm = "towns" if alternatives.complete else "towns_listed"
    return (
        Article(
            t("alternatives.title", title=title_of(alternatives.siting.instance.scenario, t)),
            t("alternatives.question", **_within(p)),
            _answer(p),
            (
                Part(
                    t("alternatives.measure_heading"),
                    how_measured(alternatives.aim, p.inputs, t),
                    points=yardstick.points(alternatives.aim.yardstick, p.inputs, t),
                ),
                Part(t(f"alternatives.{firm}_heading"), tables=(_town_table(p),)),
                Part(
                    t("alternatives.distinct_heading"),
                    (t("alternatives.distinct_lead"),),
                    pictures=pictures,
                    tables=(_distinct_table(p),),
                ),
                Part(t("alternatives.listed_heading"), tables=(_listed_table(p),)),
            ),
        ),
        numbers,
    )


def _within(p: AlternativesPage) -> dict[str, str]:
    """Return the words that say how much worse a listed set may be."""
    written = facts.trimmed(p.found.within, p.t)
    within = yardstick.in_unit(p.aim.yardstick.leading, written, p.t)
    return {"within": within, "leading": p.leading}


def _answer(p: AlternativesPage) -> tuple[str, ...]:
    t, found, words = p.t, p.found, _within(p)
    names = town_names(found.siting)
    best = t("alternatives.best", towns=t.listing([names[code] for code in p.aim.best.sites]))
    count = t.count("sets", len(found.found))
    shown, proof = "", t("alternatives.proof_none")
    if found.beyond is not None:
        beyond = floor(found.beyond * 100 + 1e-6) / 100  # what is proved is not rounded up
        shown = yardstick.in_unit(p.aim.yardstick.leading, t.number(beyond, 2), t)
        proof = t("alternatives.proof", beyond=shown)
    if not found.complete:
        said = [t("alternatives.some", count=count, beyond=shown, **words)]
    elif len(found.found) == 1:
        said = [t("alternatives.all_one", proof=proof, **words)]
    else:
        all_ = t("alternatives.all", count=count, proof=proof, **words)
        said = [" ".join([all_, *_firmness(p)]), _second(p, found.found[1])]
    return (best, *said, *_standing(p))


def _firmness(p: AlternativesPage) -> list[str]:
    """Say which towns are in all, some or none of the sets."""
    t, names, said = p.t, town_names(p.found.siting), []
    for key, firm in (("always", "in_all"), ("sometimes", "in_some"), ("never", "in_none")):
        towns = [names[code] for code in _towns_in(p.found, firm)]
        if firm == "in_none" and len(towns) > NAMED:
            said.append(t("alternatives.never_many", n=t.number(len(towns))))
        elif towns:
            said.append(t(f"alternatives.{key}", towns=t.listing(towns)))
        elif key == "always":
            said.append(t("alternatives.always_none"))
    return said


def _second(p: AlternativesPage, second: SitingResult) -> str:
    worse = p.size(p.found.worse(second))
    return p.t("alternatives.second", swap=p.swap(second), worse=worse, parts=p.parts(second))


def _standing(p: AlternativesPage) -> list[str]:
    t, standing, allowed = p.t, p.found.standing, p.found.allowed
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
            worse=p.size(standing.worse),
            leading=p.leading,
            parts=p.parts(standing.result),
            rank=rank,
        )
    ]


def how_measured(aim: Aim, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    """Say what the sum is that sets are compared by."""
    leading = yardstick.criterion(aim.yardstick.leading, inputs, t)
    many = len(aim.yardstick.lines(aim.best.criteria)) > 1
    said = t(f"alternatives.measure_{'many' if many else 'one'}", leading=leading)
    return (said, *yardstick.first(aim.yardstick, t))


def _maps(p: AlternativesPage, sheet: Land) -> tuple[tuple[Picture, ...], list[int]]:
    t, alternatives, ranks = p.t, p.found, _ranks(p.found)
    chosen = [one for one, _ in alternatives.distinct(MAPS)]
    captions = [
        t(
            "alternatives.map_caption",
            rank=t.number(ranks[one.sites]),
            worse=yardstick.amount(p.aim.yardstick, alternatives.worse(one), p.inputs, t),
        )
        if ranks[one.sites] > 1
        else t("alternatives.map_best")
        for one in chosen
    ]
    scenario = alternatives.siting.instance.scenario
    plans = [
        (caption, scenario, plan_of(alternatives.siting, one))
        for caption, one in zip(captions, chosen, strict=True)
    ]
    shown = SideBySide(make_comparison(plans, p.inputs), p.data)
    pictures = tuple(
        make_picture(sheet, views[-1], caption, t)
        for views, caption in zip(shown.views, captions, strict=True)
    )
    return pictures, list(shown.comparison.numbers.values())


def _town_table(p: AlternativesPage) -> Table:
    """Say in how many of the sets each town is, and where the list is complete how firm it is."""
    t, alternatives = p.t, p.found
    names, whole = town_names(alternatives.siting), len(alternatives.found)
    ordered = sorted(alternatives.counts.items(), key=lambda item: (-item[1], item[0]))
    told = alternatives.complete
    rows = tuple(
        (
            names[code],
            t.number(count),
            percent(count / whole, t, 1),
            *([t(f"alternatives.{_firm(alternatives, code)}")] if told else []),
        )
        for code, count in ordered
    )
    keys = ("town", "sets", "share_of_sets", "firm")[: 4 if told else 3]
    head = tuple(t(f"alternatives.{key}") for key in keys)
    return Table(t("alternatives.towns_caption"), head, rows, frozenset({1, 2}))


def _distinct_table(p: AlternativesPage) -> Table:
    """Tell the sets most unlike each other, and the announced towns."""
    t, alternatives = p.t, p.found
    ranks = _ranks(alternatives)
    rows = [
        (t.number(ranks[one.sites]), one, t.number(km, 1))
        for one, km in alternatives.distinct(DISTINCT)
    ]
    standing = alternatives.standing
    if standing and standing.result and standing.result.sites not in ranks:
        rows.append((t("alternatives.announced"), standing.result, ""))
    head, cells, numeric = _columns(p, [one for _, one, _ in rows])
    apart = t("alternatives.apart")
    return Table(
        t("alternatives.distinct_caption"),
        (t("alternatives.rank"), head[0], apart, *head[1:]),
        tuple((rank, own[0], km, *own[1:]) for (rank, _, km), own in zip(rows, cells, strict=True)),
        frozenset({2, *(column + 2 for column in numeric)}),
    )


def _listed_table(p: AlternativesPage) -> Table:
    """Tell every set that is listed."""
    t = p.t
    head, cells, numeric = _columns(p, p.found.found)
    return Table(
        t("alternatives.listed_caption"),
        (t("alternatives.rank"), *head),
        tuple((t.number(rank), *own) for rank, own in enumerate(cells, start=1)),
        frozenset(column + 1 for column in numeric),
        folded=len(cells) > 12,
    )


def _columns(
    p: AlternativesPage, found: Sequence[SitingResult]
) -> tuple[list[str], list[list[str]], set[int]]:
    """Tell sets in a line each: heads, cells, and the columns that hold numbers.

    What towns they have in place of the best's, how much worse they are, what that is made of
    where it has more than one part, and criteria.
    """
    t, aim, inputs = p.t, p.aim, p.inputs
    names = facts.in_order(dict.fromkeys((*aim.yardstick.shares, *SHOWN), 0))
    lines = list(aim.yardstick.parts(aim.best.criteria))
    words = {"unit": yardstick.unit_of(aim.yardstick.leading, t), "leading": p.leading}
    head = [t("alternatives.swap"), t("alternatives.worse", **words)]
    if len(lines) > 1:
        parts = " + ".join(yardstick.line_name(aim.yardstick, line, inputs, t) for line in lines)
        head.append(t("alternatives.made_of", lines=parts))
    cells = []
    for one in found:
        own = [
            p.swap(one),
            t.number(round(p.found.worse(one), 6), 2),
        ]
        if len(lines) > 1:
            own.append(yardstick.bare_sum_of(aim.contributions(one.criteria), 2, t))
        own += [facts.write_value(name, one.criteria[name], t) for name in names]
        cells.append(own)
    numeric = set(range(1, len(head) + len(names)))
    sister = inputs.country.sister_agency
    return head + [facts.criterion_name(name, t, sister) for name in names], cells, numeric

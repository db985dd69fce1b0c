"""The tables of the list of alternatives: its towns, those most unlike, and all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.pages.article import Table
from planner.outputs.words import facts, yardstick
from planner.outputs.words.sets import percent, swap, town_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.alternatives import Alternatives
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.siting.answer import SitingResult

DISTINCT = 8
"""Alternatives in the table of those most unlike each other."""

SHOWN = ("mean_km", "p95_km", "spread", "university_minutes")
"""Criteria told of every set beside those that decide."""


def towns_in(alternatives: Alternatives, firm: str) -> list[str]:
    """Return the towns that are in all, some or none of the sets."""
    return [code for code in alternatives.counts if _firm(alternatives, code) == firm]


def _firm(alternatives: Alternatives, code: str) -> str:
    count = alternatives.counts[code]
    return {0: "in_none", len(alternatives.found): "in_all"}.get(count, "in_some")


def ranks_of(alternatives: Alternatives) -> dict[tuple[str, ...], int]:
    """Offices of every set -> its place in the list."""
    return {one.sites: rank for rank, one in enumerate(alternatives.found, start=1)}


def town_table(alternatives: Alternatives, t: Texts) -> Table:
    """Say in how many of the sets each town is, and where the list is complete how firm it is."""
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


def distinct_table(alternatives: Alternatives, inputs: Inputs, t: Texts) -> Table:
    """Tell the sets most unlike each other, and the announced towns."""
    ranks = ranks_of(alternatives)
    rows = [
        (t.number(ranks[one.sites]), one, t.number(km, 1))
        for one, km in alternatives.distinct(DISTINCT)
    ]
    standing = alternatives.standing
    if standing and standing.result and standing.result.sites not in ranks:
        rows.append((t("alternatives.announced"), standing.result, ""))
    head, cells, numeric = _columns(alternatives, [one for _, one, _ in rows], inputs, t)
    apart = t("alternatives.apart")
    return Table(
        t("alternatives.distinct_caption"),
        (t("alternatives.rank"), head[0], apart, *head[1:]),
        tuple((rank, own[0], km, *own[1:]) for (rank, _, km), own in zip(rows, cells, strict=True)),
        frozenset({2, *(column + 2 for column in numeric)}),
    )


def listed_table(alternatives: Alternatives, inputs: Inputs, t: Texts) -> Table:
    """Tell every set that is listed."""
    head, cells, numeric = _columns(alternatives, alternatives.found, inputs, t)
    return Table(
        t("alternatives.listed_caption"),
        (t("alternatives.rank"), *head),
        tuple((t.number(rank), *own) for rank, own in enumerate(cells, start=1)),
        frozenset(column + 1 for column in numeric),
        folded=len(cells) > 12,
    )


def _columns(
    alternatives: Alternatives, found: Sequence[SitingResult], inputs: Inputs, t: Texts
) -> tuple[list[str], list[list[str]], set[int]]:
    """Tell sets in a line each: heads, cells, and the columns that hold numbers.

    What towns they have in place of the best's, how much worse they are, what that is made of
    where it has more than one part, and criteria.
    """
    aim, sister = alternatives.aim, inputs.country.sister_agency
    names = facts.in_order(dict.fromkeys((*aim.yardstick.shares, *SHOWN), 0))
    lines = list(aim.yardstick.parts(aim.best.criteria))
    leading = aim.yardstick.leading
    words = {
        "unit": yardstick.unit_of(leading, t),
        "leading": yardstick.criterion(leading, inputs, t),
    }
    head = [t("alternatives.swap"), t("alternatives.worse", **words)]
    if len(lines) > 1:
        parts = " + ".join(yardstick.line_name(aim.yardstick, line, inputs, t) for line in lines)
        head.append(t("alternatives.made_of", lines=parts))
    cells = []
    for one in found:
        own = [
            swap(one.sites, aim.best.sites, alternatives.siting, t),
            t.number(round(alternatives.worse(one), 6), 2),
        ]
        if len(lines) > 1:
            own.append(yardstick.bare_sum_of(aim.contributions(one.criteria), 2, t))
        own += [facts.write_value(name, one.criteria[name], t) for name in names]
        cells.append(own)
    numeric = set(range(1, len(head) + len(names)))
    return head + [facts.criterion_name(name, t, sister) for name in names], cells, numeric

"""The frontier between criteria as data, as a plot and as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.criteria import CRITERIA
from planner.outputs.drawing.palette import INK
from planner.outputs.drawing.plotting import BLUE, ORANGE, figure, to_svg
from planner.outputs.pages.page import Article, Part, Plot, Table
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of
from planner.outputs.words.others import swap, told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.analysis.pareto import Frontier
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.siting.question import SitingResult

MARKERS = ("o", "s", "^")
"""For the lowest, middle and highest third of a third criterion."""


def frontier_data(frontier: Frontier) -> dict[str, Any]:
    """Return the frontier as plain lists and dicts."""
    asked = None
    if frontier.asked is not None:
        beating = frontier.beating(frontier.asked)
        asked = told(frontier.asked) | {
            "on_frontier": frontier.complete and beating is None,
            "beaten_by": told(beating) if beating else None,
        }
    return {
        "scenario": frontier.siting.instance.scenario.name,
        "criteria": list(frontier.criteria),
        "points": [
            told(point) | {"sets": sets}
            for point, sets in zip(frontier.points, frontier.sharing, strict=True)
        ],
        "best": told(frontier.best)
        | {"on_frontier": frontier.complete and frontier.beating(frontier.best) is None},
        "announced": asked,
    }


def frontier_article(frontier: Frontier, inputs: Inputs, t: Texts, *, plots: bool) -> Article:
    """Write a frontier up.

    Parameters
    ----------
    t : Texts
        With the words of text/pareto.toml and text/alternatives.toml.
    plots : bool
        Whether the plot is drawn.
    """
    names = [yardstick.criterion(name, inputs, t) for name in frontier.criteria]
    scenario = frontier.siting.instance.scenario
    way = [
        t("pareto.way_less" if CRITERIA[key].better == "min" else "pareto.way_more", name=name)
        for key, name in zip(frontier.criteria, names, strict=True)
    ]
    drawn: tuple[Plot, ...] = ()
    if plots:
        caption = t("pareto.plot_caption", ways=t.listing(way))
        described = t("pareto.plot_description", names=t.listing(names))
        drawn = (Plot(_draw(frontier, inputs, t), caption, described),)
    title = title_of(scenario, t)
    return Article(
        t("pareto.title", names=t.listing(names), title=title),
        t("pareto.question"),
        _answer(frontier, inputs, t),
        (
            *([Part(t("pareto.plot_heading"), plots=drawn)] if drawn else []),
            Part(t("pareto.table_heading"), tables=(_table(frontier, inputs, t),)),
        ),
    )


def _answer(frontier: Frontier, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    count = t.count("plans", len(frontier.points))
    if not frontier.complete:
        said = [t("pareto.some", count=count)]
    elif len(frontier.points) == 1:
        said = [t("pareto.one"), *_sharing(frontier, t)]
    else:
        said = [t("pareto.all", count=count)]
    if frontier.complete and len(frontier.points) > 1:
        for k, key in enumerate(frontier.criteria):
            row = int(np.lexsort((*frontier.table.T[::-1], frontier.table[:, k]))[0])
            point = frontier.points[row]
            others = [
                t(
                    "yardstick.step",
                    name=yardstick.criterion(name, inputs, t),
                    value=facts.write_value(name, point.criteria[name], t),
                )
                for name in frontier.criteria
                if name != key
            ]
            best = facts.write_value(key, point.criteria[key], t)
            name = yardstick.criterion(key, inputs, t)
            said.append(t("pareto.range", name=name, best=best, others=t.listing(others)))
    answer = [" ".join(said)]
    if frontier.beating(frontier.best) is not None:
        answer.append(t("pareto.best_off"))
    elif frontier.complete:
        answer.append(t("pareto.best_on"))
    return (*answer, _asked(frontier, inputs, t))


def _asked(frontier: Frontier, inputs: Inputs, t: Texts) -> str:
    if frontier.asked is None:
        return t("pareto.forbidden")
    beating = frontier.beating(frontier.asked)
    if beating is None:
        return t("pareto.unbeaten" if frontier.complete else "pareto.unbeaten_so_far")
    ours, theirs = beating.criteria, frontier.asked.criteria
    equal = [name for name in frontier.criteria if _alike(name, ours[name], theirs[name], t)]
    better = [name for name in frontier.criteria if name not in equal] or frontier.criteria
    gains = yardstick.steps(better, ours, theirs, inputs, t)
    if equal and len(equal) < len(frontier.criteria):
        names = [yardstick.criterion(name, inputs, t) for name in equal]
        gains += t("pareto.beaten_equal", names=t.listing(names))
    changed = swap(beating.sites, frontier.asked.sites, frontier.siting, t, "other_regions")
    return t("pareto.beaten", swap=changed, gains=gains)


def _alike(name: str, one: float, other: float, t: Texts) -> bool:
    """Tell whether two values are shown as the same."""
    return facts.write_value(name, one, t) == facts.write_value(name, other, t)


def _sharing(frontier: Frontier, t: Texts) -> list[str]:
    """Say how many sets of offices have the values of the only point."""
    sets = frontier.sharing[0]
    return [] if sets is None else [t("pareto.sharing", sets=t.count("sets", sets))]


def _table(frontier: Frontier, inputs: Inputs, t: Texts) -> Table:
    sister = inputs.country.sister_agency
    shown = facts.in_order(dict.fromkeys((*frontier.criteria, "mean_km", "p95_km", "spread"), 0))
    # The criteria that are traded come first, in the order asked for.
    columns = [*frontier.criteria, *(name for name in shown if name not in frontier.criteria)]
    named = [(t.number(n), point) for n, point in enumerate(frontier.points, start=1)]
    counts = [sets for sets in frontier.sharing if sets is not None]
    sharing = [*map(t.number, counts)] if len(counts) == len(frontier.points) else []
    sets = [point.sites for point in frontier.points]
    beside = (("beside_best", frontier.best), ("beside_asked", frontier.asked))
    named += [
        (t(f"pareto.{key}"), result)
        for key, result in beside
        if result is not None and (key == "beside_asked" or result.sites not in sets)
    ]
    shown_sets = [*sharing, *[""] * (len(named) - len(sharing))] if sharing else []
    rows = tuple(
        (
            label,
            *(facts.write_value(name, result.criteria[name], t) for name in columns),
            *shown_sets[n : n + 1],
            _swap(result, frontier, t),
        )
        for n, (label, result) in enumerate(named)
    )
    head = (
        t("pareto.number"),
        *(facts.criterion_name(name, t, sister) for name in columns),
        *([t("pareto.sets")] if sharing else []),
        t("pareto.offices"),
    )
    numeric = frozenset(range(1, len(columns) + 1 + bool(sharing)))
    return Table(t("pareto.table_caption"), head, rows, numeric)


def _swap(result: SitingResult, frontier: Frontier, t: Texts) -> str:
    same = "the_best" if result.assignment == frontier.best.assignment else "other_regions"
    return swap(result.sites, frontier.best.sites, frontier.siting, t, same)


def _draw(frontier: Frontier, inputs: Inputs, t: Texts) -> str:
    """Draw the first two criteria, the third by the shape of the points."""
    first, second, *third = frontier.criteria
    with figure() as (made, axes):
        if third:
            _thirds(axes, frontier, third[0], inputs, t)
        else:
            _stairs(axes, frontier, t)
        for n, point in enumerate(frontier.points, start=1):
            axes.annotate(
                str(n),
                (_shown(first, point), _shown(second, point)),
                xytext=(5, 5),
                textcoords="offset points",
                fontsize=8,
            )
        best, asked = frontier.best, frontier.asked
        for result, marker, key in ((best, "*", "legend_best"), (asked, "X", "legend_asked")):
            if result is not None:
                axes.scatter(
                    [_shown(first, result)],
                    [_shown(second, result)],
                    marker=marker,
                    s=170 if marker == "*" else 90,
                    facecolors="none" if marker == "*" else ORANGE,
                    edgecolors=INK,
                    linewidths=1.4,
                    zorder=4,
                    label=t(f"pareto.{key}"),
                )
        axes.set_xlabel(_axis(first, inputs, t))
        axes.set_ylabel(_axis(second, inputs, t))
        axes.xaxis.set_major_formatter(lambda value, _place: facts.trimmed(value, t))
        axes.yaxis.set_major_formatter(lambda value, _place: facts.trimmed(value, t))
        axes.margins(0.08)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9, borderpad=0)
        return to_svg(made, "frontier")


def _shown(name: str, result: SitingResult) -> float:
    return result.criteria[name] * facts.MEASURES[name].scale


def _axis(name: str, inputs: Inputs, t: Texts) -> str:
    unit = facts.unit_of(name, t)
    named = facts.criterion_name(name, t, inputs.country.sister_agency)
    return f"{named} ({unit})" if unit else named


def _stairs(axes: Axes, frontier: Frontier, t: Texts) -> None:
    """Join the points by steps: between two of them no plan is better than the corner."""
    first, second = frontier.criteria
    x = [_shown(first, point) for point in frontier.points]
    y = [_shown(second, point) for point in frontier.points]
    axes.plot(x, y, drawstyle="steps-post", color=BLUE, linewidth=1.2, zorder=2)
    axes.scatter(x, y, color=BLUE, s=36, zorder=3, label=t("pareto.legend_front"))


def _thirds(axes: Axes, frontier: Frontier, third: str, inputs: Inputs, t: Texts) -> None:
    """Give the points one of three shapes and shades by the third criterion."""
    first, second = frontier.criteria[:2]
    ordered = sorted(frontier.points, key=lambda p: p.criteria[third])
    written = [facts.write_value(third, point.criteria[third], t) for point in ordered]
    values = list(dict.fromkeys(written))
    shades = ("#0b5394", "#6d9ccb", "#ffffff")
    groups = np.array_split(np.arange(len(values)), min(len(MARKERS), len(values)))
    name = yardstick.criterion(third, inputs, t)
    for marker, shade, group in zip(MARKERS, shades, groups, strict=False):
        low, high = values[int(group[0])], values[int(group[-1])]
        within = {values[int(n)] for n in group}
        points = [point for point, value in zip(ordered, written, strict=True) if value in within]
        key = "legend_one" if low == high else "legend_third"
        axes.scatter(
            [_shown(first, point) for point in points],
            [_shown(second, point) for point in points],
            marker=marker,
            color=shade,
            edgecolors=INK,
            s=40,
            zorder=3,
            label=t(f"pareto.{key}", name=name, low=low, high=high),
        )

"""The plots of the sensitivity report; each says the same as a table beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from planner.outputs.drawing.palette import INK
from planner.outputs.drawing.plotting import BLUE, GREY, ORANGE, SOFT, STYLE, figure, to_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.number_of_offices import Number
    from planner.outputs.words.text import Texts

    type End = tuple[float | None, bool]

ROW = 0.27
"""Inches that a bar takes."""


def often_plot(rows: Sequence[tuple[str, float, bool, bool]], t: Texts) -> str:
    """Draw how often towns are chosen.

    Parameters
    ----------
    rows : sequence of (str, float, bool, bool)
        Town, share from 0 to 1, whether the base case has it, whether the announced plan does.
    t : Texts
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


def numbers_plot(rows: Sequence[Number], announced: tuple[int, float] | None, t: Texts) -> str:
    """Draw mean distance and cost against the number of offices."""
    known = [row for row in rows if row.sites]
    costed = [row for row in known if row.cost_msek is not None]
    with mpl.rc_context(STYLE):
        made = Figure(figsize=(7.2, 5.4 if costed else 3.4), layout="constrained")
        top = made.add_subplot(2 if costed else 1, 1, 1)
        at = [row.offices for row in known]
        top.plot(at, [row.mean_km for row in known], "o-", color=BLUE)
        top.plot(at, [row.shortest_km for row in known], "^--", color=GREY, mfc="white")
        if announced is not None:
            top.plot([announced[0]], [announced[1]], "s", color=ORANGE, mec=INK, ms=9)
        top.set_ylabel(t("sensitivity.mean_km"))
        top.set_ylim(bottom=0)
        top.set_xticks(at)
        axes = [top]
        if costed:
            below = made.add_subplot(2, 1, 2)
            below.bar(
                [row.offices for row in costed],
                [row.cost_msek or 0.0 for row in costed],
                color=SOFT,
                edgecolor=INK,
                linewidth=0.6,
            )
            below.set_ylabel(t("sensitivity.cost"))
            below.set_xticks(at)
            axes.append(below)
        axes[-1].set_xlabel(t("sensitivity.offices"))
        return to_svg(made, "numbers")


def tornado_plot(rows: Sequence[tuple[str, End, End]], middle: float, t: Texts) -> str:
    """Draw what one number at a time does.

    Parameters
    ----------
    rows : sequence of (str, End, End)
        Name, and what its lowest and its highest give: a value, None where there is no plan, and
        whether it differs by more than the search's own slack. What does not is hatched.
    middle : float
        The value with no number changed.
    t : Texts
    """
    with figure(7.2, 1.0 + ROW * 1.2 * len(rows)) as (made, axes):
        for place, (_, low, high) in enumerate(rows):
            for (end, differs), colour, marker in ((low, SOFT, "o"), (high, BLUE, "s")):
                if end is None:
                    continue
                look: dict[str, Any] = {"color": colour, "edgecolor": INK}
                if not differs:
                    look = {"color": "white", "edgecolor": GREY, "hatch": "////"}
                axes.barh(place, end - middle, left=middle, lw=0.6, **look)
                axes.plot([end], [place], marker, mfc=look["color"], mec=look["edgecolor"], ms=6)
        axes.axvline(middle, color=INK, linewidth=1)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.invert_yaxis()
        axes.set_xlabel(t("sensitivity.cost_axis"))
        axes.grid(visible=False, axis="y")
        return to_svg(made, "tornado")


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

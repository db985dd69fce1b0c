"""Plots for print: matplotlib drawn to SVG that is the same every time and rests on no colour."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from planner.outputs.drawing.palette import INK
from planner.outputs.pages.page import Plot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.outputs.words.text import Texts


BLUE, ORANGE, GREY = "#0b5394", "#b45309", "#6b7a89"
"""Told apart by lightness in grey print too, and never used without a marker or a label."""

SOFT = "#c9d3dc"

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "planner",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": SOFT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


@contextmanager
def figure(width: float = 7.2, height: float = 4.2) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure and its axes in the style of the pages, in inches.

    Drawn without pyplot, so that no state stays behind. Turn it into SVG before leaving.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and few pages have plots
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(STYLE):
        made = Figure(figsize=(width, height), layout="constrained")
        yield made, made.add_subplot()


def to_svg(made: Figure, name: str) -> str:
    """Return a figure as an SVG element to stand in a page.

    Parameters
    ----------
    name : str
        Goes before every id, which must differ over a page.

    Returns
    -------
    str
        The same for the same figure, byte for byte; text stays text.
    """
    import matplotlib as mpl  # noqa: PLC0415 - as above

    out = io.StringIO()
    nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # The reader's browser draws the text, with whatever fonts it has.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        made.savefig(out, format="svg", metadata=nothing)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*pt"', r"\1", text, count=1, flags=re.DOTALL)
    return re.sub(r'(<svg[^>]*?) height="[^"]*pt"', r"\1", text, count=1, flags=re.DOTALL).strip()


WIDTH = 5.0
"""Inches: so narrow that a telephone's screen still shows the words."""

NAME_MOST = 20
"""Letters of a town's name in a chart."""

BAR = 0.62
"""Height or width of a bar, where 1 is the room there is."""


def rollout_charts(rollout: Mapping[str, Any], t: Texts) -> list[Plot]:
    """Draw what `pages.sections.rollout` has gathered: staff, and dialogues, if any."""
    names = [row["period"] for row in rollout["rows"]]
    held = list(accumulate(row["dialogues"] for row in rollout["rows"]))
    charts = [staff_chart(names, rollout["staff"], t)] if rollout["staff"] else []
    if any(held):
        charts.append(dialogue_chart(names, held, [row["waiting"] for row in rollout["rows"]], t))
    return charts


def staff_chart(
    periods: Sequence[str], staff: Sequence[tuple[str, Sequence[int]]], t: Texts
) -> Plot:
    """Draw the advisors of every office in every period: a row an office, a field a period.

    Parameters
    ----------
    periods : sequence of str
        In words.
    staff : sequence of (str, sequence of int)
        Town, and its advisors by period.

    Returns
    -------
    Plot
        An office that is not open has no bar.
    """
    most = max(count for _, counts in staff for count in counts)
    room = most * 1.5
    with figure(WIDTH, 1.0 + 0.24 * len(staff)) as (made, axes):
        for place, period in enumerate(periods):
            left = place * room
            axes.text(left, -0.75, _short(period).replace(" ", "\n"), va="bottom", weight="bold")
            axes.plot([left, left], [-0.6, len(staff) - 0.4], color=SOFT, linewidth=0.8)
            for row, (_, counts) in enumerate(staff):
                if counts[place]:
                    axes.barh(row, counts[place], BAR, left=left, color=BLUE)
                    text = t.number(counts[place])
                    axes.text(left + counts[place] + most * 0.04, row, text, va="center")
        axes.set_yticks(range(len(staff)), [_short(town) for town, _ in staff])
        axes.set_ylim(len(staff) - 0.4, -2.4)
        axes.set_xlim(0, room * len(periods))
        axes.set_xticks([])
        axes.tick_params(left=False)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        svg = to_svg(made, "staff")
    totals = [sum(counts[place] for _, counts in staff) for place in range(len(periods))]
    steps = t.listing(
        [f"{period} {t.number(n)}" for period, n in zip(periods, totals, strict=True)]
    )
    return Plot(svg, t("chart.staff"), t("chart.staff_words", steps=steps))


def _short(town: str) -> str:
    """Cut a name that would leave the bars no room; the table has all of it."""
    return town if len(town) <= NAME_MOST else f"{town[: NAME_MOST - 1]}\u2026"


def dialogue_chart(
    periods: Sequence[str], held: Sequence[int], waiting: Sequence[int], t: Texts
) -> Plot:
    """Draw how many have had their dialogue at the end of each period, and how many wait.

    Parameters
    ----------
    periods : sequence of str
        In words.
    held, waiting : sequence of int
        Up to the end of each period; their sum is those who take part.

    Returns
    -------
    Plot
    """
    with figure(WIDTH, 0.7 + 0.32 * len(periods)) as (made, axes):
        rows = range(len(periods))
        axes.barh(rows, held, BAR, color=BLUE, label=t("chart.held"))
        axes.barh(
            rows, waiting, BAR, left=held, label=t("chart.waiting"),
            color="white", edgecolor=BLUE, hatch="////", linewidth=0.8,
        )  # fmt: skip
        total = max(a + b for a, b in zip(held, waiting, strict=True))
        for row, (done, left) in enumerate(zip(held, waiting, strict=True)):
            text = t("chart.bar", held=t.number(done), waiting=t.number(left))
            axes.text(total * 1.02, row, text, va="center")
        axes.set_yticks(rows, [_short(period) for period in periods])
        axes.set_ylim(len(periods) - 0.4, -0.6)
        axes.set_xlim(0, total * 1.5)
        axes.set_xticks([])
        axes.tick_params(left=False)
        axes.grid(visible=False)
        for name in ("bottom", "left"):
            axes.spines[name].set_visible(False)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, handlelength=1.6)
        svg = to_svg(made, "dialogues")
    end = t("chart.bar", held=t.number(held[-1]), waiting=t.number(waiting[-1]))
    words = t("chart.dialogues_words", period=periods[-1], end=end)
    return Plot(svg, t("chart.dialogues"), words)

"""Plots for print: matplotlib drawn to SVG that is the same every time and rests on no colour."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from planner.outputs.drawing.palette import INK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    made : matplotlib.figure.Figure
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

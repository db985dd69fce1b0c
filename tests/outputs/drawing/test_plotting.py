"""The report's charts: the numbers they draw, and names that no chart was made for."""

from __future__ import annotations

import re

import pytest

from outputs.handmade import HOSTILE
from planner.outputs.drawing.plotting import dialogue_chart, staff_chart
from planner.outputs.words.text import load_texts

SV = load_texts("sv", "report")


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def bars(svg):
    """Width of each filled path, in the drawing's units."""
    found = []
    for path in re.findall(r'<path d="([^"]*)"[^>]*style="fill: #0b5394', svg):
        across = [float(x) for x, _ in re.findall(r"[ML] (\S+) (\S+)", path)]
        found.append(max(across) - min(across))
    return found


def test_bars_are_as_long_as_their_numbers():
    """Three bars, none where the office is not open; the second twice the first."""
    svg = staff_chart(["2022", "2023"], [("Norr", [2, 4]), ("Ost", [0, 6])], SV).svg
    first, second, third = bars(svg)
    assert second == pytest.approx(2 * first, rel=1e-3)
    assert third == pytest.approx(3 * first, rel=1e-3)
    assert [text for text in texts(svg) if text.isdigit()] == ["2022", "2", "2023", "4", "6"]


def test_those_who_wait_are_hatched_and_counted():
    plot = dialogue_chart(["2022", "2023"], [10, 25], [20, 5], SV)
    assert "10 klara, 20 väntar" in texts(plot.svg)
    assert "url(#dialogues-" in plot.svg  # told by hatch, not by colour alone
    assert plot.description.startswith("Stapeldiagram. Vid slutet av 2023: 25 klara, 5 väntar.")


def test_the_same_numbers_give_the_same_bytes():
    first, second = (staff_chart(["2022"], [("Norr", [2])], SV) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "town", [HOSTILE, "$x^2$", "\u5b66\u6821", "\u202eabc", "a\tb", "x" * 300, ""]
)
def test_any_name_is_drawn_as_text(town):
    """Markup, formulas, letters that no font has, names too long, no name at all."""
    svg = staff_chart(["2022"], [(town, [1]), ("Ost", [2])], SV).svg
    assert not re.search(r"<(img|script)", svg)
    assert "Ost" in texts(svg)
    assert all(width > 0 for width in bars(svg))

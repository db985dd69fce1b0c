"""Rates in figures: what must be reached is never rounded down, what may not be passed never up."""

from __future__ import annotations

import pytest

from planner.outputs.pages.justify_tables import about, at_least, at_most
from planner.outputs.words.text import load_texts

EN = load_texts("en")


@pytest.mark.parametrize(
    ("rate", "least", "most", "near"),
    [
        (1.33216, "1.34", "1.33", "1.33"),
        (1.86222, "1.87", "1.86", "1.86"),
        (11.6462, "11.7", "11.6", "11.6"),
        (0.10184, "0.102", "0.101", "0.102"),
        (0.02, "0.02", "0.02", "0.02"),
        (0.00012, "0.0002", "0.0001", "0.0001"),
        (3502.7, "3,503", "3,502", "3,503"),
        (0.8, "0.8", "0.8", "0.8"),
    ],
)
def test_rates_have_three_figures_and_are_rounded_to_the_safe_side(rate, least, most, near):
    assert (at_least(rate, EN), at_most(rate, EN), about(rate, EN)) == (least, most, near)

"""The calibration page shows what the calibration computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.analysis.calibration import calibrate, table
from planner.data import load

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def fits():
    data = load()
    return calibrate(data, data.scenario("announced"))


@pytest.mark.slow
def test_page_shows_what_is_computed(fits):
    assert table(fits) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_preparation_that_fits_gives_the_known_dialogues_back(fits):
    """Hours = 2 x (preparation + the rest): at the fitted value the known staff holds exactly
    the known dialogues."""
    years = {"2022H2": 4 / 12, "2023": 1.0}
    for fit in fits:
        hours = fit.hours + 2 * (fit.preparation - 45)
        capacity = fit.fact.advisors * 1600 * years[fit.fact.period]
        assert capacity / hours == pytest.approx(fit.fact.dialogues)

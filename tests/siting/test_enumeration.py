"""Pricing every set of offices, against every plan."""

from __future__ import annotations

import numpy as np
import pytest

from planner.siting.problem import Siting
from siting.test_problem import CLOSE, every_plan, random_country


def test_prices_hold_every_set_and_its_least_objective():
    instance = random_country(np.random.default_rng(5), level="county")
    siting = Siting(instance)
    objective = {"mean_km": 1.0, "university_minutes": 0.2}
    sets, values = siting.priced_sets(objective)
    best = {}
    for offices, scores in every_plan(instance):
        value = scores["mean_km"] + 0.2 * scores["university_minutes"]
        best[offices] = min(value, best.get(offices, np.inf))
    listed = {
        tuple(int(j) for j in np.flatnonzero(row)): value
        for row, value in zip(sets, values, strict=True)
    }
    assert listed == pytest.approx(best)


def test_what_cannot_be_enumerated_is_not():
    """A bound on one sum over units while another is optimised ties the units together."""
    instance = random_country(np.random.default_rng(8), level="county")
    siting = Siting(instance)
    bound = siting.solve({"mean_minutes": 1.0}).criteria["mean_minutes"] * 1.2
    assert siting.priced_sets({"mean_km": 1.0}, bounds={"mean_minutes": bound}) is None
    found = siting.solve({"mean_km": 1.0}, bounds={"mean_minutes": bound})
    assert found.way == "search"
    least = min(
        scores["mean_km"]
        for _, scores in every_plan(instance)
        if scores["mean_minutes"] <= bound + 1e-9
    )
    assert found.objective == pytest.approx(least, **CLOSE)

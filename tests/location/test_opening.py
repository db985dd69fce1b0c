"""The bound of opening costs, and what it rules out."""

from __future__ import annotations

import numpy as np
import pytest

from location.test_warehouse import draw, every_assignment
from planner.location.opening import Opening


@pytest.mark.slow
def test_the_bound_never_passes_the_optimum_and_rules_out_no_best_plan():
    """What is closed, opened and ruled out leaves every plan better than the one found."""
    rng = np.random.default_rng(10)
    for k in range(40):
        cost, opening, demands, room = draw(rng, k)
        best = every_assignment(cost, opening, demands, room)
        state = Opening(cost, opening, demands, np.minimum(room, demands.sum()), whole=True)
        if room.sum() < demands.sum():
            continue
        state.search(np.inf)
        assert state.bound <= best + 1e-6 or best == np.inf
        assert state.value >= best - 1e-9
        if state.value > best + 1e-9:
            allowed = np.where(state.pairs & ~state.closed, cost, 1e6)
            assert every_assignment(allowed, opening, demands, room) == pytest.approx(best)

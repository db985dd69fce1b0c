"""The rollout against every plan there is, in whole advisors and whole dialogues."""

from __future__ import annotations

import numpy as np
import pytest

from every_rollout import least_waiting, random_rollout
from planner.errors import InfeasibleScenario
from tiny import solve


@pytest.mark.parametrize("seed", range(24))
def test_waiting_is_the_least_of_every_plan(seed):
    instance = random_rollout(np.random.default_rng(seed))
    expected = least_waiting(instance)
    if np.isinf(expected):
        with pytest.raises(InfeasibleScenario):
            solve(instance)
        return
    found = solve(instance)
    assert found.termination.objective == pytest.approx(expected)
    assert found.termination.reason == "optimal"
    assert found.criteria["waiting"] == pytest.approx(expected)

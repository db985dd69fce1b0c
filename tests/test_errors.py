"""Errors that come from another process say what they said there."""

from __future__ import annotations

import pickle

import pytest

from planner.errors import InfeasibleScenario, InputError, PlannerError, Problem, SolverStopped


@pytest.mark.parametrize(
    "error",
    [
        InputError([Problem("a.csv", 2, "km", "x", "a number"), Problem("b", None, "", "", "c")]),
        InfeasibleScenario("no plan", [("count", {"most": 2})]),
        SolverStopped("time_limit", "too late"),
        PlannerError("the disk is full"),
    ],
)
def test_an_error_is_the_same_after_the_way_between_processes(error):
    """Sweeps and sensitivity plan in several processes; what is wrong there is told here."""
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert vars(found) == vars(error)

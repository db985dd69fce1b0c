"""The limits that the steps of a command pass on."""

from __future__ import annotations

from planner.control import Control
from planner.planning import limit
from tiny import tiny_scenario


def test_every_limit_of_a_scenario_holds_for_each_search_of_several():
    """The limits of the scenario at hand, not those of the one before; an interrupt stays."""
    control = Control(interrupted=True)
    solver = {"gap": 0.01, "nodes": 7, "threads": 2, "time_limit": 60.0}
    limit(control, tiny_scenario({"solver": solver}))
    assert (control.gap, control.nodes, control.threads) == (0.01, 7, 2)
    assert 0 < control.remaining() <= 60
    limit(control, tiny_scenario())
    assert (control.gap, control.nodes, control.threads, control.deadline) == (0.0, None, 1, None)
    assert control.interrupted

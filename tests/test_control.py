"""Limits of a run: what is left of them, and that one has come."""

from __future__ import annotations

import time

from planner.control import FINISH, Control


def test_time_is_left_until_the_deadline():
    control = Control(deadline=time.monotonic() + 5000)
    assert 4000 < control.remaining() <= 5000
    assert not control.stopped()
    assert Control().remaining() is None
    assert not Control().stopped()
    assert Control(deadline=time.monotonic()).stopped()


def test_finishing_takes_the_time_that_is_left_or_a_little():
    """Not less than the run still has; after Ctrl-C not more than a little; no limit of nodes."""
    now = time.monotonic()
    long = Control(deadline=now + 5000, nodes=3)
    assert long.finishing().deadline == now + 5000
    assert long.finishing().nodes is None
    for hurried in (
        Control(deadline=now + 5000, interrupted=True),
        Control(interrupted=True),
        Control(deadline=now + 1),
    ):
        later = hurried.finishing()
        assert now + FINISH <= later.deadline <= time.monotonic() + FINISH
        assert not later.interrupted

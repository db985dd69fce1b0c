"""How many processes may work at once; that a library's output is no answer, see test_output."""

from __future__ import annotations

import os

import pytest

from planner.errors import InputError
from planner.startup import cores


@pytest.mark.parametrize("asked", ["0", "two", "-1", "1.5"])
def test_a_number_of_cores_that_is_none_is_refused(monkeypatch, asked):
    monkeypatch.setenv("PLANNER_CORES", asked)
    with pytest.raises(InputError, match=f"PLANNER_CORES = '{asked}': expected a whole number"):
        cores()


def test_as_many_processes_as_there_are_cores(monkeypatch):
    monkeypatch.delenv("PLANNER_CORES")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 5}, raising=False)
    assert cores() == 3

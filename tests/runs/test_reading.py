"""Reading a run folder: what was written comes back, and what is no run is told."""

from __future__ import annotations

import json
import math

import pytest

from planner.errors import InputError
from planner.runs import reading, writing
from planner.runs.reading import _check_version
from tiny import line, solve, tiny_instance, tiny_scenario


def test_a_plan_reads_back_from_its_json():
    plan = solve(tiny_instance(tiny_scenario(P1=12), line(0, 1, 4, 5)))
    assert reading.plan_of(json.loads(writing.plan_json(plan))) == plan


def test_what_was_no_number_reads_back_as_none():
    plan = solve(tiny_instance(tiny_scenario(), line(0, 1), university=[math.inf, math.inf]))
    read = reading.plan_of(json.loads(writing.plan_json(plan)))
    assert math.isnan(read.offices[0].university_minutes)
    assert math.isnan(read.criteria["university_minutes"])
    assert read.offices[0].closes is None


def test_a_run_that_was_weighed_by_a_payoff_table_is_told_by_its_version(tmp_path):
    (tmp_path / "scenario.toml").write_text("[objective]\nweights = {}\n", "utf-8")
    with pytest.raises(InputError) as refused:
        _check_version(tmp_path, {"planner": "0.0.9"})
    (problem,) = refused.value.problems
    assert "made by an earlier version of planner (0.0.9)" in problem.expected

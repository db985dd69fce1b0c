"""The sensitivity of a small country, worked out once."""

from __future__ import annotations

import pytest

from country import make_country
from planner.analysis.sampling import Runner, Task
from planner.analysis.sensitivity import sensitivity
from planner.analysis.study import Size
from planner.data import load
from planner.scenario.load import load_scenario
from wishes import SCENARIO

SIZE = Size(samples=40, sobol=64, paths=4)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The folder, the scenario, the runner and the analysis of a small country."""
    folder = tmp_path_factory.mktemp("small")
    data = make_country(folder / "data")
    (folder / "small.toml").write_text(SCENARIO)
    read = load(data)
    scenario = load_scenario(str(folder / "small.toml"), data)
    files = tuple(sorted(read.inputs.files.items()))
    task = Task(str(data), files, scenario.model_dump_json(exclude_none=True), False, ())
    found = sensitivity(task, ["0101", "0201"], size=SIZE)
    return folder, scenario, Runner(read, scenario), found

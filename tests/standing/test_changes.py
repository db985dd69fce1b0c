"""What may not change an answer, tried on random cases: forbid the unused, require the used, ...

``pytest tests/standing/test_changes.py`` tries 24 cases with every change that they allow, with
``--full`` a thousand. `changes` tells what is changed and what must stay.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner import planning
from planner.errors import InfeasibleScenario
from planner.scenario.spec import Scenario
from standing.cases import make_case
from standing.changes import changes, differences
from standing.compare import read_case

pytestmark = pytest.mark.slow


def solve(case, folder):
    return planning.solve(read_case(case, folder), Scenario.model_validate(case.tree)).to_dict()


def test_what_the_plan_keeps_anyway_changes_nothing(changed, tmp_path):
    case = make_case(changed)
    # What goals may give up is counted from a best that another plan than the last may have.
    objective = {key: x for key, x in case.tree["objective"].items() if key != "tolerance"}
    case = replace(case, tree=case.tree | {"solver": {"gap": 0.0}, "objective": objective})
    try:
        before = solve(case, tmp_path / "before")
    except InfeasibleScenario:  # then one rule more gives no plan either
        limits = {"spread": {"most": 1e6}} | case.tree.get("limits", {})
        tighter = replace(case, tree=case.tree | {"limits": limits})
        with pytest.raises(InfeasibleScenario):
            solve(tighter, tmp_path / "tighter")
        return
    for number, change in enumerate(changes(case, before)):
        after = solve(change.case, tmp_path / str(number))
        found = differences(before, after, change)
        assert not found, "\n".join([change.name, *found, str(case)])

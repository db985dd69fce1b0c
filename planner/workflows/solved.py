"""The plan of a scenario: solved, or as it was proved before for the very same."""

from __future__ import annotations

import json
import logging
from dataclasses import is_dataclass, replace
from functools import cache as once
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args, get_origin, get_type_hints

from planner import cache
from planner.hardrules.check import HardRules
from planner.message import say
from planner.model.solving.optimise import PROVED
from planner.plan import Plan
from planner.planning import solve

if TYPE_CHECKING:
    from planner.control import Control
    from planner.data import Data
    from planner.scenario.spec import Scenario

_LOG = logging.getLogger(__name__)


class Solved(NamedTuple):
    """A plan, and what became of it.

    Attributes
    ----------
    plan : Plan
    again : bool
        Whether it was kept from before.
    kept : bool
        Whether it is kept now: before anything is made of it, which may fail.
    """

    plan: Plan
    again: bool
    kept: bool


def solved(data: Data, scenario: Scenario, control: Control, *, ranges: bool = False) -> Solved:
    """Do as `solve`, or take the plan that was proved before.

    The tables, the scenario, the limits, the program, its libraries and the machine are the same
    then, and so would the plan be. What a limit cut short is never kept, nor what SCIP found,
    which is asked for an answer of its own.

    Parameters
    ----------
    data : Data
        As read from its folder.
    scenario : Scenario
    control : Control
    ranges : bool
        As `solve` takes it: what is not asked for is not worked out, nor told.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As `solve` does.
    """
    limits = [control.gap, control.threads, control.nodes, control.presolve]
    files = dict(data.inputs.files)
    name = f"plan-{cache.key(files, scenario.model_dump(mode='json'), limits)}"
    found = None if cache.anew() or control.solver == "scip" else cache.load(name)
    tree = None if found is None else json.loads(found)
    if tree is not None and (tree["ranges"] or not ranges):
        before = cast("Plan", _built(Plan, tree["plan"]))
        before = before if ranges else replace(before, ranges=None)
        broken = HardRules.of(data.inputs, data.travel, scenario).broken(before)
        if not broken:
            return Solved(before.of(scenario), again=True, kept=True)
        _LOG.warning(
            say("a plan that was kept is solved anew, for it breaks: {}", "; ".join(broken))
        )
    plan = solve(data, scenario, control, ranges=ranges)
    keep = plan.termination.reason in PROVED and control.solver == "highs"
    # What was cut short of the ranges is worked out when they are asked for again.
    tree = {"ranges": ranges and not control.stopped(), "plan": plan.to_dict()}
    stored = keep and cache.store(name, json.dumps(tree).encode())
    return Solved(plan, again=False, kept=stored)


@once
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    """Return a value of a type from what JSON has made of it."""
    if is_dataclass(kind):
        types = _types(cast("type", kind))
        return cast("Any", kind)(
            **{name: _built(types[name], each) for name, each in value.items()}
        )
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], each) for each in value)
    inner = [each for each in get_args(kind) if is_dataclass(each)]
    return value if value is None or not inner else _built(inner[0], value)

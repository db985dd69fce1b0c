"""From a scenario to its plan: the quick ways and the model; where there is none, what clashes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.control import Control
from planner.criteria import ROLLOUT_CRITERIA
from planner.errors import InfeasibleScenario, SolverStopped
from planner.hardrules.check import refuse_broken
from planner.message import Message, say
from planner.model.instance import Instance, make_instance
from planner.model.solving.assemble import make_plan
from planner.model.solving.counting import CountedFact, facts
from planner.model.solving.diagnose import clashing_rules
from planner.model.solving.ranges import find_ranges
from planner.model.solving.search import check_installed
from planner.model.solving.stages import solve_instance
from planner.siting.problem import Siting
from planner.siting.shortcut import solve_sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.data import Data
    from planner.plan import PayoffTable, Plan
    from planner.scenario.spec import Scenario

    Conflict = tuple[str, Mapping[str, object]]

INFEASIBLE = say("no plan keeps every hard rule")

FEW_PAIRS = 1_000
"""Units times sites up to which a payoff table is searched for, a model a cell."""


def solve(
    data: Data, scenario: Scenario, control: Control | None = None, *, ranges: bool = False
) -> Plan:
    """Find the best plan of a scenario.

    Parameters
    ----------
    control : Control, optional
        Limits and progress; by default those of the scenario.
    ranges : bool
        Work out as well how far plans that are as good may differ from it.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        If the scenario does not fit the tables.
    InfeasibleScenario
        With a smallest set of rules that clash; none if a limit came before it was found.
    SolverStopped
        If a limit or an interrupt came before any plan was found.
    PlannerError
        If what was found breaks a hard rule: a defect of the program.
    """
    control = control or control_of(scenario)
    instance = make_instance(data.inputs, data.travel, scenario)
    try:
        result = solve_instance(instance, control, solve_sites)
    except InfeasibleScenario as error:
        raise InfeasibleScenario(*_clash(data, instance, control)) from error
    plan = make_plan(instance, result, _payoff(instance, control)).of(scenario)
    if ranges:
        plan = replace(plan, ranges=find_ranges(instance, result, control))
    refuse_broken(data.inputs, data.travel, scenario, plan)
    return plan


def _payoff(instance: Instance, control: Control) -> PayoffTable | None:
    """Return what each weighed criterion gives by itself, for readers.

    None after a limit, and where it would take longer than the plan: it decides nothing.
    """
    scenario = instance.scenario
    weighed = scenario.objective.summed and not set(scenario.objective.names) & {*ROLLOUT_CRITERIA}
    if not weighed or control.stopped():
        return None
    siting = Siting(instance)
    if len(instance.units) * len(instance.sites) > FEW_PAIRS and not siting.priced:
        return None
    try:
        return siting.payoff(control)
    except SolverStopped:
        return None


def _clash(
    data: Data, instance: Instance, control: Control
) -> tuple[Message, list[Conflict], list[Conflict]]:
    try:
        groups = clashing_rules(instance, control)
    except SolverStopped:
        return INFEASIBLE + say("; a limit was hit before those that clash were found"), [], []
    counted = named_facts(data, facts(instance, [groups]))
    conflicts = [(group.rule, group.words) for group in groups]
    return INFEASIBLE, conflicts, [(fact.kind, fact.words) for fact in counted]


def named_facts(data: Data, found: Iterable[CountedFact]) -> tuple[CountedFact, ...]:
    """Return facts with the names of places and counties in place of their codes."""
    tables = {"place": data.inputs.municipalities, "county": data.inputs.counties}

    def named(words: Mapping[str, object]) -> dict[str, object]:
        return {
            key: str(tables[key].loc[value, "name"]) if key in tables else value
            for key, value in words.items()
        }

    return tuple(CountedFact(fact.kind, named(fact.words)) for fact in found)


def control_of(scenario: Scenario) -> Control:
    """Return the limits that a scenario sets, counted from now.

    Raises
    ------
    InputError
        If the solver that it names is not installed.
    """
    spec = scenario.solver
    check_installed(spec.name)
    return Control(
        gap=spec.gap,
        deadline=None if spec.time_limit is None else time.monotonic() + spec.time_limit,
        threads=spec.threads,
        nodes=spec.nodes,
        solver=spec.name,
    )


def limit(control: Control, scenario: Scenario) -> None:
    """Set the limits of a scenario on a search of several, counted from now.

    Raises
    ------
    InputError
        As in `control_of`.
    """
    limits = control_of(scenario)
    for name in ("gap", "deadline", "threads", "nodes", "solver"):
        setattr(control, name, getattr(limits, name))

"""What the offices alone allow: the rules of the rollout without anybody to serve.

Dates, openings, teams, hires and budgets say how many offices there can be in the end, whoever
they serve; and where they clash among themselves, no units are needed to show it. The model of
that is small however many units there are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from pulp import lpSum

from planner.model.build import build
from planner.model.solving.optimise import optimise
from planner.scenario.objective import Objective

if TYPE_CHECKING:
    from planner.control import Control
    from planner.model.instance import Instance
    from planner.plan import Role

WHOLE = 1e-6
"""What a bound on a number of offices may be off a whole one."""


def offices_alone(i: Instance) -> Instance:
    """Return an instance whose one unit has nobody in it.

    Whatever offices an instance can have, this one can: nobody need be served, so each has its
    minimum team. The unit sees to it that one office is open in every period.
    """
    scenario = i.scenario.model_copy(
        update={
            "units": i.scenario.units.model_copy(update={"contiguous": False}),
            "limits": {},
            "objective": Objective(method="epsilon", optimise="university_beyond"),
            "dialogues": i.scenario.dialogues
            and i.scenario.dialogues.model_copy(update={"targets": (), "balance": None}),
        }
    )
    return replace(
        i,
        scenario=scenario,
        units=("",),
        members=np.zeros((0, 3), dtype=np.int64),
        weight=np.zeros(1, dtype=np.int64),
        unit_county=("",),
    )


def ends_alone(i: Instance) -> Instance:
    """Return the instance of the last period alone, under the limits on offices and regions.

    Whatever a rollout ends with is one of its plans; and where only its rules are asked for, each
    of its plans is the end of a rollout: all its offices open at once, nobody is met.
    """
    closing = i.scenario.rollout.may_close and len(i.periods) > 1
    roles: tuple[Role, ...] = tuple(
        "candidate" if role == "existing" and closing else role for role in i.roles
    )
    complete = i.scenario.complete()
    aim = Objective(method="epsilon", optimise="mean_km" if i.total else "university_beyond")
    return replace(i, scenario=complete.model_copy(update={"objective": aim}), roles=roles)


def reachable(i: Instance, control: Control) -> tuple[int, int]:
    """Return the fewest and the most offices that a rollout can end with, whoever they serve.

    Raises
    ------
    InfeasibleScenario
        If the rules that speak of offices and staff clash by themselves.
    SolverStopped
        If a limit or an interrupt came first.
    """
    model = build(offices_alone(i.only(_of_each_kind(i))), control)
    offices = lpSum(model.variables.open[-1])
    most = -optimise(model, "offices", -offices, control, gap=0.0).bound
    if i.scenario.offices.fewest == i.scenario.offices.most:
        return i.scenario.offices.fewest, i.scenario.offices.most
    fewest = optimise(model, "offices", offices, control, gap=0.0).bound
    return int(np.ceil(fewest - WHOLE)), int(np.floor(most + WHOLE))


def _of_each_kind(i: Instance) -> list[int]:
    """Return as many sites of each kind as can ever be open; to the offices alone they are one."""
    rollout, staffing = i.scenario.rollout, i.scenario.staffing
    most = i.scenario.offices.most * (len(i.periods) if rollout.may_close else 1)
    seen: Counter[tuple[object, ...]] = Counter()
    chosen = []
    for j, code in enumerate(i.sites):
        dates = rollout.opens.get(code), rollout.available_from.get(code)
        staff = staffing and staffing.existing.get(code)
        kind = i.roles[j], bool(i.own[j]), bool(i.spsm[j]), dates, staff and staff.value
        seen[kind] += 1
        if seen[kind] <= most:
            chosen.append(j)
    return chosen

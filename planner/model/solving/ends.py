"""The ends of a rollout: those within reach, the best of them, the models that have one given.

An end is the offices and regions of the last period. Dates, openings, teams, hires and budgets say
how many offices there can be in it, whoever they serve: the model of the offices alone tells,
small however many units there are, and where those rules clash among themselves it shows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from pulp import lpSum

from planner.criteria import ROLLOUT_CRITERIA
from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import Model, build
from planner.model.solving.decisions import fix_period
from planner.model.solving.goals import Goal, expression
from planner.model.solving.optimise import EXACT, Stage, hold, optimise, weakest
from planner.scenario.objective import Objective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.plan import Role

MOST_ENDS = 8
"""Ends that are listed at most; each is then a model of the rollout of its own."""

MOST_PAIRS = 10_000
"""Units times sites up to which other ends are looked for."""

WHOLE = 1e-6
"""What a bound on a number of offices may be off a whole one."""


@dataclass(frozen=True)
class Track:
    """A model whose goals are reached one after another, and what is held in it so far.

    Attributes
    ----------
    sites : sequence of int
        The sites that the model knows, as indices into those of the instance.
    goals : tuple of Goal
        Those that were reached, in order.
    found : bool
        Whether the plan of the last goal keeps what is held now.
    """

    model: Model
    sites: Sequence[int]
    goals: tuple[Goal, ...] = ()
    found: bool = True


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
    most = -optimise(model, "offices", -offices, control, EXACT).bound
    if i.scenario.offices.fewest == i.scenario.offices.most:
        return i.scenario.offices.fewest, i.scenario.offices.most
    fewest = optimise(model, "offices", offices, control, EXACT).bound
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


def within_reach(i: Instance, control: Control) -> Instance:
    """Narrow the number of offices to what some rollout can end with, for its end alone.

    Sites that no rollout reaches, with ten offices where nine can be opened, are then not looked
    for. Before the end there may be more, where offices may close.

    Raises
    ------
    InfeasibleScenario
        As in `reachable`.
    """
    offices = i.scenario.offices
    try:
        fewest, most = reachable(i, control)
    except SolverStopped:  # then sites that no rollout reaches may be found first, and tried
        return i
    fewest, most = max(fewest, offices.fewest), min(most, offices.most)
    if (fewest, most) == (offices.fewest, offices.most):
        return i
    narrowed = offices.model_copy(update={"count": (fewest, most)})
    return replace(i, scenario=i.scenario.model_copy(update={"offices": narrowed}))


def best_ends(
    i: Instance, end: Solution, stages: Sequence[Stage], control: Control
) -> tuple[list[Solution], bool]:
    """List the ends that are as good as one that was found, this one first.

    Two ends in which the same units with principals go to the same offices count as one: what
    office serves nobody decides nothing of a rollout.

    Parameters
    ----------
    i : Instance
        Of the last period alone.
    stages : sequence of Stage
        What was proved of the goals that the ends keep.

    Returns
    -------
    tuple of list and bool
        At most `MOST_ENDS` ends, and whether it is proved that there are no others.
    """
    if weakest(stages) is not None or len(i.units) * len(i.sites) > MOST_PAIRS:
        return [end], False
    model = build(i, control)
    for stage in stages:
        hold(model, expression(model, stage.name), stage.objective)
    ends = [end]
    while len(ends) <= MOST_ENDS:
        _rule_out(model, ends[-1], len(ends))
        try:
            other = optimise(model, "ends", 0 * model.penalty, control, EXACT)
        except InfeasibleScenario:
            return ends, True
        except SolverStopped:
            break
        ends.append(other.solution)
    return ends[:MOST_ENDS], False


def _rule_out(model: Model, end: Solution, number: int) -> None:
    """Ask for another set of offices, or another office for some unit with principals."""
    v, served_by = model.variables, end.served_by[-1]
    same = [x if j in end.offices[-1] else 1 - x for j, x in enumerate(v.open[-1])]
    same += [
        v.serve[-1][u][int(served_by[u])] for u, n in enumerate(model.instance.weight) if n > 0
    ]
    model.problem.addConstraint(lpSum(same) <= len(same) - 1, f"other_{number}")


def with_end(
    i: Instance,
    end: Solution,
    stages: Sequence[Stage],
    control: Control,
    *,
    whole: bool = False,
) -> Track:
    """Build the model of the rollouts that have an end.

    Where units without principals are free to choose, goals that they count in are held.
    """
    sites = range(len(i.sites)) if i.scenario.rollout.may_close else end.offices[-1]
    own = i.only(sites)
    if len(i.idle):
        model = build(own, control, whole=whole)
        for stage in stages:
            hold(model, expression(model, stage.name), stage.objective)
    else:
        model = build(_with_end_given(own), control, whole=whole)
    regions = end.offices[-1], end.served_by[-1]
    idle = {int(u) for u in np.flatnonzero(own.weight == 0)}
    fix_period(model, -1, regions, but=idle, sites=sites)
    return Track(model, sites)


def _with_end_given(i: Instance) -> Instance:
    """Leave out what a given end settles: required towns, connected regions, limits on sites.

    So a rule that the end keeps anyway changes nothing of how it is reached, not even which of
    several plans within the gap is found.
    """
    s = i.scenario
    limits = {name: limit for name, limit in s.limits.items() if name in ROLLOUT_CRITERIA}
    units = s.units.model_copy(update={"contiguous": False})
    return replace(
        i,
        scenario=s.model_copy(update={"units": units, "limits": limits}),
        roles=tuple("candidate" if role == "required" else role for role in i.roles),
    )

"""What a plan leaves open: how far its figures and opening periods may differ in others as good.

A goal of the rollout is proved within a gap, and plans within it differ in what was no goal. Each
range is an outer one: no plan that keeps every hard rule, and the goals as well as this one within
the gap, is outside it; that there is one at its ends is not said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from planner.criteria import EXPRESSIONS, SITING_CRITERIA
from planner.errors import SolverStopped
from planner.message import say
from planner.model.build import Model, build
from planner.model.solving.decisions import bounded, let_in_parts
from planner.model.solving.ends import with_end
from planner.model.solving.goals import expression, is_siting, proved_near
from planner.model.solving.optimise import Stage, hold
from planner.model.solving.search import may_exist, relaxed
from planner.model.solving.stages import ROLLOUT_PAIRS, SolvedInstance
from planner.plan import Opening, Range, Ranges

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pulp import LpAffineExpression

    from planner.control import Control
    from planner.model.instance import Instance

FIGURES = ("mean_km", "share_beyond", "unmet", "cost_msek")
"""What a reader sees first; their expressions are exact whichever way they are pulled."""

COUNTED = ("unmet",)
"""Figures in whole numbers."""

WHOLE = 0.99
"""Of a decision that is taken."""

NODES = 20
"""Of the search for a plan that opens an office in a period; where they don't do, it may open."""

OFF = 1e-6
"""By how much, relatively, the solver's arithmetic may have a range too narrow."""

type _When = tuple[int, int | None]
"""A site and the period in which it opens, as indices; None: in none."""


@dataclass(frozen=True)
class _Open:
    """What is left open with one end given, or none: a model, its sites and its last goal."""

    model: Model
    sites: Sequence[int]
    goal: LpAffineExpression

    def least(self, of: LpAffineExpression, control: Control) -> float:
        """Return the least that anything left open has of an expression, inf if nothing is."""
        self.model.problem.setObjective(of)
        return relaxed(self.model.problem, control)


def find_ranges(i: Instance, result: SolvedInstance, control: Control) -> Ranges | None:
    """Find how far plans as good as one may differ from it.

    Parameters
    ----------
    result : SolvedInstance
        As `solve_instance` has found it for the instance.

    Returns
    -------
    Ranges or None
        None where there is no rollout, a limit came first, or the model would be too large.
    """
    stages, ends = result.stages, result.ends
    large = len(i.periods) * len(i.units) * len(i.sites) > ROLLOUT_PAIRS
    partly = any(stage.scope.ends is not None for stage in stages)
    if i.scenario.dialogues is None or partly or (large and not ends):
        return None
    if control.gap >= 1 or control.stopped():  # with such a gap any plan is as good
        return None
    try:
        left = _left_open(i, result, control)
        given = {*i.scenario.objective.names, *(stage.name for stage in stages)}
        asked = [name for name in FIGURES if name not in given]
        if len(ends) == 1:
            asked = [name for name in asked if name not in SITING_CRITERIA]
        figures = [_figure(name, left, control) for name in asked]
        openings = _openings(i, result, left, control)
    except SolverStopped:
        return None
    return Ranges(control.gap, tuple(figures), openings)


def _left_open(i: Instance, result: SolvedInstance, control: Control) -> list[_Open]:
    """Build what is left open once the goals are kept, its regions and staff in parts."""
    models: list[tuple[Model, Sequence[int]]]
    if result.ends:
        decided = list(takewhile(lambda s: is_siting(i.scenario, s.name), result.stages))
        tracks = [with_end(i, end, decided, control) for end in result.ends]
        models = [(track.model, track.sites) for track in tracks]
        stages = result.stages[len(decided) :]
    else:
        models = [(build(i, control), range(len(i.sites)))]
        stages = result.stages
    found = []
    for model, sites in models:
        for stage in stages:
            hold(model, expression(model, stage.name), most_of(i, stage, control))
        let_in_parts(model)
        one = _Open(model, sites, expression(model, stages[-1].name))
        if one.least(one.goal, control) < math.inf:
            found.append(one)  # from some ends no rollout is as good
    if not found:
        raise SolverStopped("stalled", say("no plan was found yet for {}", stages[-1].name))
    return found


def most_of(i: Instance, stage: Stage, control: Control) -> float:
    """Return the most a plan as good may have of a goal, turned so that less is better.

    Within a gap g, whatever a search could have ended with: at most the optimum / (1 - g).
    """
    value = stage.objective + stage.given
    if is_siting(i.scenario, stage.name):
        return value + proved_near(stage.name)
    if stage.reason == "optimal":
        return value
    return value + control.gap / (1 - control.gap) * abs(stage.objective)


def _figure(name: str, left: Sequence[_Open], control: Control) -> Range:
    """Return the outer range of a figure over everything that is left open."""
    ends = []
    for one in left:
        definitions: list[LpAffineExpression] = []
        model = one.model
        figure = EXPRESSIONS[name](model.problem, model.instance, model.variables, definitions)
        if definitions:
            raise ValueError("a figure that is no sum of decisions that are there")
        ends.append((one.least(figure, control), -one.least(-1 * figure, control)))
    least, most = min(low for low, _ in ends), max(high for _, high in ends)
    least, most = least - OFF * max(1.0, abs(least)), most + OFF * max(1.0, abs(most))
    if name in COUNTED:
        least, most = math.ceil(least), math.floor(most)
    return Range(name, max(0.0, least), most)


def _openings(
    i: Instance, result: SolvedInstance, left: Sequence[_Open], control: Control
) -> tuple[Opening, ...]:
    """Return, for each new office of a plan, the periods in which it may open."""
    offices = result.solution.offices
    first = {
        j: next(t for t, row in enumerate(offices) if j in row) for row in offices for j in row
    }
    new = {j: t for j, t in sorted(first.items()) if i.roles[j] != "existing"}
    may: set[_When] = {*new.items()}
    for one in left:
        may |= _may_be(one, new, may, control)
    return tuple(
        Opening(
            i.sites[j],
            tuple(period.name for t, period in enumerate(i.periods) if (j, t) in may),
            may_stay_shut=(j, None) in may,
        )
        for j in new
    )


def _may_be(
    one: _Open, offices: Collection[int], known: Collection[_When], control: Control
) -> set[_When]:
    """Return when sites may open, None for never: what is not in it is proved impossible."""
    v, found = one.model.variables, set(known)
    one.model.problem.setObjective(one.goal)
    for j in offices:
        if j not in one.sites:
            found.add((j, None))
            continue
        at = list(one.sites).index(j)
        own = one.model.instance.own[at]  # such premises don't count among the openings
        asked = [
            (t, [v.starts[t][at]], 1)
            for t, period in enumerate(one.model.instance.periods)
            if period.openings_most != 0 or own
        ]
        for t, decisions, value in (*asked, (None, [row[at] for row in v.open], 0)):
            fixed = any(not x.lowBound <= value <= x.upBound for x in decisions)
            if (j, t) in found or fixed:
                continue
            if control.stopped():
                raise SolverStopped(control.limit(), say("stopped on the way"))
            with bounded((x, value, value) for x in decisions):
                if may_exist(one.model.problem, control, NODES):
                    found |= {(j, t), *_seen(one)}
    return found


def _seen(one: _Open) -> set[_When]:
    """Return when sites open in what was found last, if anything was."""
    return {
        (j, t)
        for t, row in enumerate(one.model.variables.starts)
        for j, x in zip(one.sites, row, strict=True)
        if (x.varValue or 0.0) > WHOLE
    }

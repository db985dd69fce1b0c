"""From the solver's last stage to the frozen plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import CRITERIA
from planner.criteria.rollout import period_costs
from planner.criteria.travel import farthest_km, share_far
from planner.errors import PlannerError
from planner.message import say
from planner.model.solution import measure
from planner.model.solving.optimise import Stage, relative_gap
from planner.model.solving.scores import Yardstick, score, sign, slacks_of
from planner.plan import (
    REASONS,
    Assignment,
    DialogueBatch,
    Given,
    Office,
    PayoffTable,
    PeriodResult,
    Plan,
    Termination,
    assumptions_of,
)

if TYPE_CHECKING:
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.model.solving.stages import SolvedInstance

TRUST = 1e-5
"""Relative difference between the solver's objective and the measured one that is arithmetic."""


def make_plan(i: Instance, result: SolvedInstance, payoff: PayoffTable | None = None) -> Plan:
    """Measure a solution and lay it out as a plan.

    Raises
    ------
    PlannerError
        If what is measured disagrees with what the solver claims: a defect of the program.
    """
    solution = result.solution
    criteria = measure(i, solution)
    slacks = slacks_of(i, criteria, solution)
    stages = tuple(
        _proof(i, stage, score(i.scenario, stage.name, criteria, slacks)) for stage in result.stages
    )
    return Plan(
        scenario=i.scenario.name,
        termination=_termination(stages),
        offices=_offices(i, solution),
        assignments=_assignments(i, solution),
        periods=_periods(i, solution),
        criteria=criteria,
        assumptions=assumptions_of(i.scenario),
        unmet=_unmet(i, solution),
        dialogues=_dialogues(i, solution),
        slacks=slacks,
        payoff=payoff,
        stages=stages,
        objective=Yardstick(i.scenario).lines(criteria) if i.scenario.objective.summed else (),
    )


def _termination(stages: tuple[Termination, ...]) -> Termination:
    """Return the least proved stage, the first if several: a plan is no better proved than that."""
    return max(stages, key=lambda stage: (REASONS.index(stage.reason), stage.gap))


def _proof(i: Instance, stage: Stage, value: float) -> Termination:
    """State a stage in the unit of its criterion, from what the plan measures."""
    way = sign(stage.name) if stage.name in CRITERIA else 1
    size = max(1.0, abs(value))
    claimed = stage.objective + stage.given if stage.kept is None else stage.kept
    if value - claimed > TRUST * size or stage.bound - value > TRUST * size:
        raise PlannerError(
            say(
                "the plan measures {} on {}, the solver claims {} and the bound {}",
                value,
                stage.name,
                claimed,
                stage.bound,
            )
        )
    if stage.given:
        value = stage.objective
    bound = min(stage.bound, value)
    gap = relative_gap(value, bound)
    scope = replace(stage.scope, towns=len(i.sites), given=_given(i))
    return Termination(stage.reason, way * value, way * bound, gap, stage.name, scope)


def _given(i: Instance) -> tuple[Given, ...]:
    """Tell what a question leaves no choice of: its towns, and the dates of all of them."""
    if len(i.sites) > i.scenario.offices.fewest:
        return ()
    dated = {*i.scenario.rollout.opens, *i.scenario.sites.existing}
    return ("towns", "dates") if len(i.periods) > 1 and dated >= {*i.sites} else ("towns",)


def _offices(i: Instance, solution: Solution) -> tuple[Office, ...]:
    order = sorted({j for offices in solution.offices for j in offices})
    found = []
    for j in order:
        open_in = [t for t, offices in enumerate(solution.offices) if j in offices]
        last = open_in[-1]
        served = [u for u, by in enumerate(solution.served_by[last]) if by == j]
        closes = None if last == len(i.periods) - 1 else i.periods[last + 1].name
        found.append(
            Office(
                code=i.sites[j],
                town=i.towns[j],
                role=i.roles[j],
                opens=i.periods[open_in[0]].name,
                closes=closes,
                principals=int(i.weight[served].sum()),
                counties=tuple(sorted({i.unit_county[u] for u in served})),
                advisors={i.periods[t].name: int(solution.work.advisors[t][j]) for t in open_in}
                if solution.work
                else {},
                university_minutes=float(i.university_minutes[j]),
                spsm=bool(i.spsm[j]),
            )
        )
    return tuple(found)


def _assignments(i: Instance, solution: Solution) -> tuple[Assignment, ...]:
    found = []
    for t, period in enumerate(i.periods):
        for u, unit in enumerate(i.units):
            j = int(solution.served_by[t][u])
            found.append(
                Assignment(
                    unit=i.scenario.units.level,
                    id=unit,
                    period=period.name,
                    office=i.sites[j],
                    km=float(i.mean_km[u, j]),
                    minutes=float(i.mean_minutes[u, j]),
                    principals=int(i.weight[u]),
                )
            )
    return tuple(found)


def _periods(i: Instance, solution: Solution) -> tuple[PeriodResult, ...]:
    """Return what is met and waits by the end of each period: unmet counts down to the plan's."""
    costs, work = period_costs(i, solution), solution.work
    waiting, found = int(i.target.sum()), []
    for t, period in enumerate(i.periods):
        held = round(float(work.dialogues[t].sum())) if work else 0
        waiting -= held
        found.append(
            PeriodResult(
                period=period.name,
                dialogues=held,
                unmet=waiting,
                cost_msek=round(float(costs[t]), 6),
                advisors=int(work.advisors[t].sum()) if work else 0,
                open=tuple(i.sites[j] for j in solution.offices[t]),
                max_km=farthest_km(i, solution.served_by[t]),
                share_beyond=share_far(i, solution.served_by[t]),
            )
        )
    return tuple(found)


def _dialogues(i: Instance, solution: Solution) -> tuple[DialogueBatch, ...]:
    if solution.work is None:
        return ()
    return tuple(
        DialogueBatch(
            unit=i.scenario.units.level,
            id=unit,
            period=period.name,
            office=i.sites[int(solution.served_by[t][u])],
            dialogues=round(float(solution.work.dialogues[t][u])),
        )
        for t, period in enumerate(i.periods)
        for u, unit in enumerate(i.units)
        if round(float(solution.work.dialogues[t][u]))
    )


def _unmet(i: Instance, solution: Solution) -> dict[str, int]:
    """County code -> principals who would take part but get no dialogue; zeros are kept."""
    if solution.work is None:
        return {}
    missing = i.target - np.round(solution.work.dialogues.sum(axis=0)).astype(int)
    found = dict.fromkeys(sorted(set(i.unit_county)), 0)
    for county, count in zip(i.unit_county, missing, strict=True):
        found[county] += int(count)
    return found

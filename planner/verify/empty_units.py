"""Units without principals: in the end with the nearest open office, unless a rule forbids it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, shown
from planner.verify.figures import splits, stray_parts
from planner.verify.proof import PROVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.verify.exact_case import ExactCase
    from planner.verify.run_files import Plan
    from planner.verify.timeline import Timeline

SPLITS = "county_splits"
"""The one criterion that the office of a unit without principals can change."""


def check_idle(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    """Check that none could go by itself to a nearer office, and leave the plan as good.

    That would break a hard rule, or worsen what a goal or a soft limit counts. Km are the mean
    over a unit's municipalities. A plan that a limit cut short may have left them where they were.
    """
    name = say("units without principals")
    idle = [unit for unit, people in case.weight.items() if not people]
    if not idle or any(stage.reason not in PROVED for stage in plan.stages):
        told = say("left where the search was cut short") if idle else say("there are none")
        return check(name, [], told, applies=False)
    served = when.served[-1]
    km = {unit: case.unit_km(unit, served[unit]) for unit in idle}
    slack = MILLIONTH * max(
        Fraction(1), sum((km[unit] * len(case.members[unit]) for unit in idle), Fraction(0))
    )
    wrong = []
    for unit in idle:
        nearer = sorted(
            (away, office)
            for office in when.open[-1]
            for away in (case.unit_km(unit, office),)
            if away < km[unit] - slack
        )
        for away, office in nearer:
            if _as_good(case, served, unit, office):
                wrong.append(
                    say(
                        "{}: expected {}, {} km, found {}, {} km",
                        unit,
                        office,
                        shown(away),
                        served[unit],
                        shown(km[unit]),
                    )
                )
                break
    return check(name, wrong, say("{}, each as near as the rules allow", len(idle)))


def _as_good(case: ExactCase, served: Mapping[str, str], unit: str, office: str) -> bool:
    """Tell whether a plan keeps its rules and its worth when a unit alone goes to an office."""
    moved = {**served, unit: office}
    if case.rules.contiguous and stray_parts(case, moved):
        return False
    before, after = splits(case, served), splits(case, moved)
    limit = next((each for each in case.rules.limits if each.criterion == SPLITS), None)
    if limit is not None and limit.hard and after > limit.limit:
        return False
    objective = case.rules.objective
    soft = limit is not None and not limit.hard
    counted = soft or SPLITS in {*objective.names, *objective.then}
    return not counted or after <= before

"""What the plan says was proved: goals in order, reasons, scopes, bounds and gaps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.verify.objective import sign
from planner.verify.verification import DIGITS, MILLIONTH, Check, check, differs, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.verify.case import Case
    from planner.verify.claims import Plan, Stage
    from planner.verify.rules import Rules

PROVED = ("optimal", "gap_limit")
REASONS = (
    *PROVED,
    "time_limit",
    "node_limit",
    "memory_limit",
    "interrupted",
    "stalled",
)
"""From the best proved to the least."""

OPTIMAL = Fraction(1, 10**6)
"""Relative gap below which "optimal" may be said."""

NOTHING = Fraction(1, 10**9)
"""Objective and bound that differ by less are the same; no gap is relative to less."""


def check_proof(case: Case, plan: Plan) -> Iterator[Check]:
    """Check that what is said of the proof is consistent, and what the scenario asks for."""
    rules = case.rules
    yield _stages(rules, plan)
    yield _scopes(rules, plan)
    yield _choice(case, plan)
    yield _reasons(rules, plan)
    yield _gaps(plan)


def _stages(rules: Rules, plan: Plan) -> Check:
    """Check that the goals are those asked for, and the termination the least proved."""
    named = tuple(stage.name for stage in plan.stages)
    wrong = list(differs("goals", named, rules.goals))
    least = max(plan.stages, key=_doubt, default=None)
    if least is None or plan.termination not in plan.stages:
        wrong.append("termination: expected one of the stages")
    elif _doubt(plan.termination) < _doubt(least):
        name = plan.termination.name
        wrong.append(f"termination: expected the least proved stage, {least.name}, found {name}")
    return check("stages", wrong, ", ".join(f"{s.name} {s.reason}" for s in plan.stages))


def _doubt(stage: Stage) -> tuple[int, Fraction]:
    """Return what orders stages from the best proved to the least."""
    rank = REASONS.index(stage.reason) if stage.reason in REASONS else len(REASONS)
    return rank, stage.gap


def _scopes(rules: Rules, plan: Plan) -> Check:
    """Check among which plans each goal is said to be proved.

    It keeps all goals before it. Only what follows the goals of sites can rest on some of the ends
    alone, and so does whatever follows that; it is then not optimal.
    """
    wrong: list[str] = []
    ends, earlier = None, list[str]()
    for number, stage in enumerate(plan.stages):
        wrong += differs(f"{stage.name} keeps", stage.kept, tuple(earlier))
        earlier.append(stage.name)
        if ends is not None:
            wrong += differs(f"{stage.name} ends", stage.ends, ends)
        ends = stage.ends
        if ends is None:
            continue
        if ends < 1 or number < max(1, len(rules.siting_goals)) or rules.work is None:
            wrong.append(f"{stage.name}: among {ends} ends, where none are listed")
        if stage.reason == "optimal":
            wrong.append(f"{stage.name}: optimal, of {ends} ends alone")
    told = "among all plans that keep the goals before"
    return check("scope", wrong, told if ends is None else f"{told}, of {ends} ends")


def _choice(case: Case, plan: Plan) -> Check:
    """Check what proofs are said to leave no choice of: towns where each must have an office.

    Dates too, where the scenario sets those of all that are not open before it begins.
    """
    rules, towns = case.rules, case.allowed
    given: tuple[str, ...] = ("towns",) if len(towns) <= rules.fewest else ()
    if given and len(rules.periods) > 1 and towns <= {*rules.opens, *rules.sites.existing}:
        given = (*given, "dates")
    wrong: list[str] = []
    for stage in (plan.termination, *plan.stages):
        wrong += differs(f"{stage.name} towns", stage.towns, len(towns))
        wrong += differs(f"{stage.name} given", stage.given, given)
        wrong += differs(f"{stage.name} criterion", stage.criterion, stage.name)
    told = f"{shown(given)} given" if given else f"{len(towns)} towns to choose among"
    return check("choice of towns", wrong, told)


def _reasons(rules: Rules, plan: Plan) -> Check:
    wrong = []
    for stage in (plan.termination, *plan.stages):
        gap, asked = _gap(stage), rules.gap
        if stage.reason not in REASONS:
            wrong.append(f"{stage.name}: {stage.reason} comes with no plan")
        elif stage.reason in PROVED and not reached(rules, stage, stage.bound):
            if rules.objective.of_sites(stage.name):
                most = f"{shown(rules.objective.near(stage.name))} of its unit"
                off = shown(abs(stage.objective - stage.bound))
                wrong.append(f"{stage.name}: {stage.reason}, {off} off where {most} is asked for")
            elif stage.reason == "optimal":
                wrong.append(f"{stage.name}: optimal, with a gap of {shown(gap)}")
            else:
                told = f"at most {shown(asked)}, found {shown(gap)}"
                wrong.append(f"{stage.name}: gap_limit, expected a gap of {told}")
        elif stage.reason == "time_limit" and rules.time_limit is None:
            wrong.append(f"{stage.name}: time_limit, and the scenario sets none")
        elif stage.reason == "node_limit" and rules.nodes is None:
            wrong.append(f"{stage.name}: node_limit, and the scenario sets none")
    told = f"{plan.termination.reason}, gap {shown(_gap(plan.termination))}"
    return check("termination", wrong, f"{told}, {shown(rules.gap)} asked for")


def reached(rules: Rules, stage: Stage, bound: Fraction) -> bool:
    """Tell whether a bound is as near the objective as the reason of a proved stage says.

    Goals of sites are proved to a thousandth of the sum's unit, whatever the reason; of others
    "optimal" says that there is no gap, "gap_limit" that it is the scenario's at most.
    """
    off = abs(stage.objective - bound)
    if off <= NOTHING:
        return True
    gap, rounding = off / max(abs(stage.objective), NOTHING), 2 * DIGITS * abs(stage.objective)
    if gap <= OPTIMAL + 2 * DIGITS:
        return True
    if rules.objective.of_sites(stage.name):
        return off <= rules.objective.near(stage.name) + rounding
    return stage.reason == "gap_limit" and gap <= rules.gap + MILLIONTH


def _gap(stage: Stage) -> Fraction:
    difference = abs(stage.objective - stage.bound)
    return Fraction(0) if difference <= NOTHING else difference / max(abs(stage.objective), NOTHING)


def _gaps(plan: Plan) -> Check:
    """Check that bounds lie on their side of objectives, and gaps between the two."""
    wrong = []
    for stage in (plan.termination, *plan.stages):
        most = sign(stage.name) < 0
        ahead = sign(stage.name) * (stage.bound - stage.objective)
        if ahead > 2 * DIGITS * abs(stage.objective) + NOTHING:
            limit = f"at {'least' if most else 'most'} {shown(stage.objective)}"
            wrong.append(f"{stage.name} bound: expected {limit}, found {shown(stage.bound)}")
        rounding = 4 * DIGITS * (1 + _gap(stage))
        if abs(stage.gap - _gap(stage)) > rounding:
            wrong.append(
                f"{stage.name} gap: expected {shown(_gap(stage))}, found {shown(stage.gap)}"
            )
    return check("bounds and gaps", wrong, "every bound on its side of the objective")

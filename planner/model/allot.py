"""Who is met when: lots of like principals put into slots of time, as a small integer program."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulp
from pulp.constants import LpSolveStatus

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OFF = 1e5
"""Cost of one principal, or one hour, that a mix or a limit is off: above all that order costs."""

GAP = 0.01
"""How much later than at best, as a share of all time, principals may be met on average."""

WHOLE = 1e-6
"""What a whole number may be off in a solver's answer."""

FEW = 0.2
"""Share of fractions in a relaxation up to which rounding them alone mostly does."""

NO_ROOM = "the calendar has no room for every principal"


@dataclass(frozen=True)
class Lot:
    """Principals that are alike: one municipality, one kind.

    Attributes
    ----------
    pools : tuple of str
        The pools of slots that they may be met in.
    mix : str
        Those who are balanced together.
    kind : str
        What is balanced.
    place : float
        Where they stand in the order, from 0 (first) to 1.
    size : int
    """

    pools: tuple[str, ...]
    mix: str
    kind: str
    place: float
    size: int


@dataclass(frozen=True)
class Slot:
    """Room for `count` principals of a pool, `when` from 0 (first) to 1; `mix` as a lot's."""

    pool: str
    mix: str
    when: float
    count: int
    batch: str
    """Slots of a mix with the same batch are balanced as one."""


@dataclass(frozen=True)
class Limit:
    """least <= sum of weights x principals of a lot in a slot <= most; weights by (lot, slot)."""

    weights: Mapping[tuple[int, int], float]
    most: float
    least: float = -math.inf


def allot(
    lots: Sequence[Lot], slots: Sequence[Slot], limits: Sequence[Limit] = ()
) -> dict[tuple[int, int], int]:
    """Put every principal into a slot.

    The lots of a pool must be as many as there is room for. Every slot is filled to the unit.
    Each kind gets its share of each batch rounded up or down (a controlled rounding, which
    always exists where a pool is a mix), and no limit is passed; where both can't be, by as
    little as possible. Among those answers lots are met in their order, to within `GAP`.

    Returns
    -------
    dict of (int, int) to int
        (lot, slot) -> how many, where there are any.

    Raises
    ------
    PlannerError
        If there is not just as much room as there are principals.

    References
    ----------
    Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding. Journal of the
    American Statistical Association 82, 520-524.
    """
    found: dict[tuple[int, int], int] = {}
    for ours, theirs, bounds in _apart(lots, slots, limits):
        near = _allot(
            [lots[i] for i in ours],
            [slots[s] for s in theirs],
            [_within(limits[n], ours, theirs) for n in bounds],
        )
        found |= {(ours[i], theirs[s]): count for (i, s), count in near.items()}
    return found


def _apart(
    lots: Sequence[Lot], slots: Sequence[Slot], limits: Sequence[Limit]
) -> list[tuple[list[int], list[int], list[int]]]:
    """Return the numbers of lots, slots and limits that have nothing to do with the others'."""
    above: dict[tuple[str, str | int], tuple[str, str | int]] = {}

    def top(node: tuple[str, str | int]) -> tuple[str, str | int]:
        while (higher := above.setdefault(node, node)) != node:
            above[node] = node = above[higher]
        return node

    ties = [(("lot", i), lot.mix, lot.pools) for i, lot in enumerate(lots)]
    ties += [(("slot", s), slot.mix, (slot.pool,)) for s, slot in enumerate(slots)]
    for node, mix, pools in ties:
        for tie in (("mix", mix), *(("pool", pool) for pool in pools)):
            above[top(tie)] = top(node)
    for n, limit in enumerate(limits):
        for i in {i for i, s in limit.weights if slots[s].pool in lots[i].pools}:
            above[top(("lot", i))] = top(("limit", n))
    parts: dict[tuple[str, str | int], tuple[list[int], list[int], list[int]]] = {}
    for place, (what, count) in enumerate(
        (("lot", len(lots)), ("slot", len(slots)), ("limit", len(limits)))
    ):
        for k in range(count):
            parts.setdefault(top((what, k)), ([], [], []))[place].append(k)
    return [part for part in parts.values() if part[0] or part[1]]


def _within(limit: Limit, ours: Sequence[int], theirs: Sequence[int]) -> Limit:
    """Return the limit with lots and slots by their numbers in a part."""
    lot = {i: k for k, i in enumerate(ours)}
    slot = {s: k for k, s in enumerate(theirs)}
    weights = {
        (lot[i], slot[s]): weight
        for (i, s), weight in limit.weights.items()
        if i in lot and s in slot
    }
    return Limit(weights, limit.most, limit.least)


def _allot(
    lots: Sequence[Lot], slots: Sequence[Slot], limits: Sequence[Limit]
) -> dict[tuple[int, int], int]:
    """Do what `allot` says for one part. Without limits it is a flow: its relaxation is whole."""
    problem = pulp.LpProblem("allot", pulp.LpMinimize)
    x = {
        (i, s): problem.add_variable(f"x_{i}_{s}", 0, min(lot.size, slot.count), "Integer")
        for i, lot in enumerate(lots)
        for s, slot in enumerate(slots)
        if slot.count and slot.pool in lot.pools
    }
    there = {("lot", i) for i, lot in enumerate(lots) if lot.size}
    there |= {("slot", s) for s, slot in enumerate(slots) if slot.count}
    cost = [(v, (1 - lots[i].place) * slots[s].when) for (i, s), v in x.items()]
    rows: defaultdict[tuple[str, int], list[pulp.LpVariable]] = defaultdict(list)
    for (i, s), variable in x.items():
        rows["lot", i].append(variable)
        rows["slot", s].append(variable)
    if there - set(rows):
        raise PlannerError(NO_ROOM)
    for (what, k), variables in rows.items():
        full = lots[k].size if what == "lot" else slots[k].count
        problem.addConstraint(pulp.lpSum(variables) == full, f"{what}_{k}")
    cost += _mixes(problem, lots, slots, x)
    for number, limit in enumerate(limits):
        over = problem.add_variable(f"over_{number}", 0)
        cost.append((over, OFF))
        terms = [(x[key], weight) for key, weight in limit.weights.items() if key in x]
        for side, sign in ((limit.most, 1), (limit.least, -1)):
            if terms and math.isfinite(side):
                row = pulp.lpSum_vars_coefs([*((v, sign * w) for v, w in terms), (over, -1.0)])
                problem.addConstraint(row <= sign * side, f"limit_{number}_{sign}")
    problem.setObjective(pulp.lpSum_vars_coefs(cost))
    bound = _solve(problem)
    if not all(_is_whole(variable) for variable in x.values()):
        near = GAP * sum(lot.size for lot in lots)
        _solve_whole(problem, list(x.values()), near, bound)
    found = {key: round(float(variable.varValue or 0.0)) for key, variable in x.items()}
    return {key: count for key, count in found.items() if count}


def _is_whole(variable: pulp.LpVariable) -> bool:
    value = float(variable.varValue or 0.0)
    return abs(value - round(value)) < WHOLE


def _solve_whole(
    problem: pulp.LpProblem, x: Sequence[pulp.LpVariable], near: float, bound: float
) -> None:
    """Solve the program to within `near`, first beside its relaxation, which was solved before.

    References
    ----------
    Berthold, T. (2014). RENS: the optimal rounding. Mathematical Programming Computation 6, 33-54.
    """
    if sum(not _is_whole(variable) for variable in x) < FEW * len(x):
        most = [variable.upBound for variable in x]
        for variable in x:
            value = float(variable.varValue or 0.0)
            variable.lowBound = math.floor(value + WHOLE)
            variable.upBound = math.ceil(value - WHOLE)
        if _solve(problem, near) <= bound + near:
            return
        for variable, high in zip(x, most, strict=True):
            variable.lowBound, variable.upBound = 0, high
    _solve(problem, near)


def _solve(problem: pulp.LpProblem, near: float | None = None) -> float:
    """Solve the linear relaxation, or the program itself to within `near`; return its cost."""
    solver = pulp.HiGHS(
        msg=False,
        mip=near is not None,
        gapAbs=near,
        threads=1,
        random_seed=0,
        # Together more than half of the time, and of little use here.
        presolve="off",
        mip_detect_symmetry=False,
        mip_heuristic_run_feasibility_jump=False,
        mip_heuristic_run_root_reduced_cost=False,
        mip_pool_soft_limit=100,
    )
    stats = problem.solve(solver)
    if stats.status not in (LpSolveStatus.Optimal, LpSolveStatus.GapLimit):
        raise PlannerError(NO_ROOM)
    return float(pulp.value(problem.objective) or 0.0)


def _mixes(
    problem: pulp.LpProblem,
    lots: Sequence[Lot],
    slots: Sequence[Slot],
    x: Mapping[tuple[int, int], pulp.LpVariable],
) -> list[tuple[pulp.LpVariable, float]]:
    """floor(share) - off <= sum of a kind in a batch <= ceil(share) + off."""
    everyone: defaultdict[str, int] = defaultdict(int)
    kinds: defaultdict[tuple[str, str], int] = defaultdict(int)
    for lot in lots:
        everyone[lot.mix] += lot.size
        kinds[lot.mix, lot.kind] += lot.size
    room: defaultdict[tuple[str, str], int] = defaultdict(int)
    for slot in slots:
        room[slot.mix, slot.batch] += slot.count
    met: defaultdict[tuple[str, str, str], list[pulp.LpVariable]] = defaultdict(list)
    for (i, s), variable in x.items():
        met[slots[s].mix, slots[s].batch, lots[i].kind].append(variable)
    cost = []
    for number, ((mix, batch, kind), variables) in enumerate(met.items()):
        share = room[mix, batch] * kinds[mix, kind] / everyone[mix]
        off = problem.add_variable(f"off_{number}", 0)
        cost.append((off, OFF))
        total = pulp.lpSum(variables)
        problem.addConstraint(total - off <= math.ceil(share - 1e-9), f"most_{number}")
        problem.addConstraint(total + off >= math.floor(share + 1e-9), f"least_{number}")
    return cost

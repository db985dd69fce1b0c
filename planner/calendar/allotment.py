"""Who is met when: cohorts of principals put into slots of time, as a small integer program."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import PlannerError
from planner.location.program import Program, Rows, minimise
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.location.kernels import Floats

OFF = 1e5
"""Cost of one principal, or one hour, that a mix or a limit is off: above all that order costs."""

GAP = 0.01
"""How much later than at best, as a share of all time, principals may be met on average."""

WHOLE = 1e-6
"""What a whole number may be off in a solver's answer."""

FEW = 0.2
"""Share of fractions in a relaxation up to which rounding them alone mostly does."""

NO_ROOM = say("the calendar has no room for every principal")
NOT_PROVED = say("the solver gave up on a part of the calendar")


@dataclass(frozen=True)
class Cohort:
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
    """

    pools: tuple[str, ...]
    mix: str
    kind: str
    place: float
    size: int


@dataclass(frozen=True)
class Slot:
    """Room for `count` principals of a pool, `when` from 0 (first) to 1; `mix` as a cohort's."""

    pool: str
    mix: str
    when: float
    count: int
    batch: str
    """Slots of a mix with the same batch are balanced as one."""


@dataclass(frozen=True)
class Limit:
    """least <= sum of weights x principals <= most; weights by (cohort, slot)."""

    weights: Mapping[tuple[int, int], float]
    most: float
    least: float = -math.inf


def allot(
    cohorts: Sequence[Cohort], slots: Sequence[Slot], limits: Sequence[Limit] = ()
) -> dict[tuple[int, int], int]:
    """Put every principal into a slot.

    The cohorts of a pool must be as many as there is room for. Every slot is filled to the unit.
    Each kind gets its share of each batch rounded up or down (a controlled rounding, which
    always exists where a pool is a mix), and no limit is passed; where both can't be, by as
    little as possible. Among those answers cohorts are met in their order, to within `GAP`.

    Returns
    -------
    dict of (int, int) to int
        (cohort, slot) -> how many, where there are any.

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
    for ours, theirs, bounds in _apart(cohorts, slots, limits):
        near = _allot_part(
            [cohorts[i] for i in ours],
            [slots[s] for s in theirs],
            [_within(limits[n], ours, theirs) for n in bounds],
        )
        found |= {(ours[i], theirs[s]): count for (i, s), count in near.items()}
    return found


def _apart(
    cohorts: Sequence[Cohort], slots: Sequence[Slot], limits: Sequence[Limit]
) -> list[tuple[list[int], list[int], list[int]]]:
    """Return the numbers of cohorts, slots and limits that have nothing to do with the others'."""
    above: dict[tuple[str, str | int], tuple[str, str | int]] = {}

    def top(node: tuple[str, str | int]) -> tuple[str, str | int]:
        while (higher := above.setdefault(node, node)) != node:
            above[node] = node = above[higher]
        return node

    ties = [(("cohort", i), cohort.mix, cohort.pools) for i, cohort in enumerate(cohorts)]
    ties += [(("slot", s), slot.mix, (slot.pool,)) for s, slot in enumerate(slots)]
    for node, mix, pools in ties:
        for tie in (("mix", mix), *(("pool", pool) for pool in pools)):
            above[top(tie)] = top(node)
    for n, limit in enumerate(limits):
        for i in {i for i, s in limit.weights if slots[s].pool in cohorts[i].pools}:
            above[top(("cohort", i))] = top(("limit", n))
    parts: dict[tuple[str, str | int], tuple[list[int], list[int], list[int]]] = {}
    for place, (what, count) in enumerate(
        (("cohort", len(cohorts)), ("slot", len(slots)), ("limit", len(limits)))
    ):
        for k in range(count):
            parts.setdefault(top((what, k)), ([], [], []))[place].append(k)
    return [part for part in parts.values() if part[0] or part[1]]


def _within(limit: Limit, ours: Sequence[int], theirs: Sequence[int]) -> Limit:
    """Return the limit with cohorts and slots by their numbers in a part."""
    cohort = {i: k for k, i in enumerate(ours)}
    slot = {s: k for k, s in enumerate(theirs)}
    weights = {
        (cohort[i], slot[s]): weight
        for (i, s), weight in limit.weights.items()
        if i in cohort and s in slot
    }
    return Limit(weights, limit.most, limit.least)


def _allot_part(
    cohorts: Sequence[Cohort], slots: Sequence[Slot], limits: Sequence[Limit]
) -> dict[tuple[int, int], int]:
    """Do what `allot` says for one part. Without limits it is a flow: its relaxation is whole."""
    matrix = _Matrix()
    x = {
        (i, s): matrix.add_column(
            (1 - cohort.place) * slot.when, min(cohort.size, slot.count), whole=True
        )
        for i, cohort in enumerate(cohorts)
        for s, slot in enumerate(slots)
        if slot.count and slot.pool in cohort.pools
    }
    there = {("cohort", i) for i, cohort in enumerate(cohorts) if cohort.size}
    there |= {("slot", s) for s, slot in enumerate(slots) if slot.count}
    members: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for (i, s), column in x.items():
        members["cohort", i].append(column)
        members["slot", s].append(column)
    if there - set(members):
        raise PlannerError(NO_ROOM)
    if not x:
        return {}
    for (what, k), columns in members.items():
        full = cohorts[k].size if what == "cohort" else slots[k].count
        matrix.add_row(dict.fromkeys(columns, 1.0), full, full)
    _mixes(matrix, cohorts, slots, x)
    for limit in limits:
        over = matrix.add_column(OFF)
        weights = {x[key]: weight for key, weight in limit.weights.items() if key in x}
        for side, sign in ((limit.most, 1), (limit.least, -1)):
            if weights and math.isfinite(side):
                terms = {column: sign * weight for column, weight in weights.items()}
                matrix.add_row({**terms, over: -1.0}, -math.inf, sign * side)
    values, bound = matrix.solve()
    if (_off(values[: len(x)]) >= WHOLE).any():
        near = GAP * sum(cohort.size for cohort in cohorts)
        values = _solve_whole(matrix, values, len(x), near, bound)
    return {key: count for key, column in x.items() if (count := round(values[column]))}


@dataclass(frozen=True)
class _Matrix:
    """An integer program: minimise cost over columns from 0, with rows between two ends."""

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)

    def add_column(self, cost: float, most: float = math.inf, *, whole: bool = False) -> int:
        """Return its number."""
        self.costs.append(cost)
        self.most.append(most)
        self.integer.append(whole)
        return len(self.costs) - 1

    def add_row(self, weights: Mapping[int, float], least: float, most: float) -> None:
        """Least <= sum of weights x columns <= most."""
        self.columns.extend(weights)
        self.weights.extend(weights.values())
        self.starts.append(len(self.columns))
        self.ends.append((least, most))

    def solve(
        self, near: float | None = None, low: Floats | None = None, most: Floats | None = None
    ) -> tuple[Floats, float]:
        """Solve the linear relaxation, or the program to within `near`; return values and cost."""
        least, highest = np.array(self.ends).T
        rows = Rows(
            (len(self.ends), len(self.costs)),
            np.array(self.starts),
            np.array(self.columns),
            np.array(self.weights),
        )
        program = Program(
            np.array(self.costs),
            rows,
            least,
            highest,
            low=0.0 if low is None else low,
            top=np.array(self.most) if most is None else most,
            integer=0 if near is None else np.array(self.integer),
        )
        found = minimise(
            program,
            mip_abs_gap=near or 0.0,
            # Together more than half of the time, and of little use here.
            presolve="off",
            mip_detect_symmetry=False,
            mip_heuristic_run_feasibility_jump=False,
            mip_heuristic_run_root_reduced_cost=False,
            mip_pool_soft_limit=100,
        )
        if found.values is None:
            raise PlannerError(NO_ROOM)
        cost = float(np.array(self.costs) @ found.values)
        if cost - found.bound > (near or 0.0) + WHOLE * max(1.0, abs(cost)):
            raise PlannerError(NOT_PROVED)
        return found.values, cost


def _off(values: Floats) -> Floats:
    """Return what values are off whole numbers."""
    return np.abs(values - np.round(values))


def _solve_whole(matrix: _Matrix, relaxed: Floats, count: int, near: float, bound: float) -> Floats:
    """Solve the program to within `near`, first beside its relaxation, which was solved before.

    References
    ----------
    Berthold, T. (2014). RENS: the optimal rounding. Mathematical Programming Computation 6, 33-54.
    """
    low, most = np.zeros(len(relaxed)), np.array(matrix.most)
    if (_off(relaxed[:count]) >= WHOLE).sum() < FEW * count:
        low[:count] = np.floor(relaxed[:count] + WHOLE)
        most[:count] = np.ceil(relaxed[:count] - WHOLE)
        values, cost = matrix.solve(near, low, most)
        if cost <= bound + near:
            return values
    return matrix.solve(near)[0]


def _mixes(
    matrix: _Matrix,
    cohorts: Sequence[Cohort],
    slots: Sequence[Slot],
    x: Mapping[tuple[int, int], int],
) -> None:
    """floor(share) - off <= sum of a kind in a batch <= ceil(share) + off."""
    everyone: defaultdict[str, int] = defaultdict(int)
    kinds: defaultdict[tuple[str, str], int] = defaultdict(int)
    for cohort in cohorts:
        everyone[cohort.mix] += cohort.size
        kinds[cohort.mix, cohort.kind] += cohort.size
    room: defaultdict[tuple[str, str], int] = defaultdict(int)
    for slot in slots:
        room[slot.mix, slot.batch] += slot.count
    met: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for (i, s), column in x.items():
        met[slots[s].mix, slots[s].batch, cohorts[i].kind].append(column)
    for (mix, batch, kind), columns in met.items():
        share = room[mix, batch] * kinds[mix, kind] / everyone[mix]
        off = matrix.add_column(OFF)
        total = dict.fromkeys(columns, 1.0)
        matrix.add_row({**total, off: -1.0}, -math.inf, math.ceil(share - 1e-9))
        matrix.add_row({**total, off: 1.0}, math.floor(share + 1e-9), math.inf)

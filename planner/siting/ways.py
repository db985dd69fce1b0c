"""Two ways to answer one siting question, by pricing every set and by search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from pulp import lpSum

from planner.errors import InfeasibleScenario
from planner.message import say
from planner.model.build import P95_SHARE, build
from planner.model.solution import Solution
from planner.model.solving.combine import SITES_PROVED, minimised
from planner.model.solving.optimise import HOLD, StageReason, break_ties, hold, key, optimise
from planner.model.solving.scores import sign
from planner.model.solving.settle import TIDY, idle_settled
from planner.scenario.criteria import CRITERIA, CRITERIA_UNITS, PERCENT
from planner.scenario.objective import Objective
from planner.scenario.spec import Limit
from planner.scenario.values import Quantity
from planner.siting.office_sets import IDLE, SITES_ALONE, SUMS, Family, sum_cost

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.control import Control
    from planner.model.instance import Floats, Instance, Ints
    from planner.siting.office_sets import Bools

SLACK = 1e-9
"""Relative slack of a bound: what rounding may add to a value that just keeps it."""

TIED_CELLS = 50_000_000
"""Sets times units times sites up to which ties are told apart in one table."""


@dataclass(frozen=True)
class Query:
    """One question to a siting problem; sites by index.

    Attributes
    ----------
    objective : mapping of str to float
        Criterion -> coefficient > 0, of the criterion turned so that less is better.
    bounds : mapping of str to float
        Criterion -> the worst value allowed.
    require, forbid : frozenset of int
    excluded : tuple of frozenset of int
    then : tuple of str
    """

    objective: Mapping[str, float]
    bounds: Mapping[str, float]
    require: frozenset[int]
    forbid: frozenset[int]
    excluded: tuple[frozenset[int], ...]
    then: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A solution of one period, its objective, and what was proved."""

    solution: Solution
    objective: float
    bound: float
    reason: StageReason


def enumerable(i: Instance, query: Query) -> bool:
    """Tell whether each unit may choose its office by itself once the offices are given.

    So it is where at most one sum over units is bounded, and then nothing else pulls units
    elsewhere; and where no region must be connected and no rule is soft.
    """
    stages = [query.objective, *({name: 1.0} for name in query.then)]
    names = {name for stage in stages for name in stage} | set(query.bounds)
    possible = {*SITES_ALONE, *SUMS, "max_km", "p95_km"}
    if i.scenario.units.level == "county":
        possible.add("county_splits")
    if names - possible or i.scenario.units.contiguous:
        return False
    if any(not limit.hard for limit in i.scenario.limits.values()):
        return False
    if any("max_km" in stage and set(stage) & set(SUMS) for stage in stages):
        return False
    bounded = set(query.bounds) & {*SUMS, "p95_km"}
    pulling = [
        frozenset(stage) & {*SUMS, "max_km"} for stage in stages if set(stage) & {*SUMS, "max_km"}
    ]
    return not bounded or (len(bounded) == 1 and all(names == bounded for names in pulling))


def enumerated(family: Family, query: Query) -> Found | None:
    """Price every set of offices; None where too many tie to tell them apart in memory.

    Raises
    ------
    InfeasibleScenario
        If no set keeps the bounds.
    """
    i = family.instance
    allowed = _allowed(i, query)
    alive = np.flatnonzero(_kept(family, query, allowed))
    if not len(alive):
        raise InfeasibleScenario(say("no siting keeps every hard rule"))
    bounded = [name for name in query.bounds if name in (*SUMS, "p95_km")]
    stages: list[Mapping[str, float]] = [query.objective, *({n: 1.0} for n in query.then)]
    value, ties = None, None
    for stage in stages:
        score, cost, farthest = _priced(family, stage, allowed, alive, ties)
        best = float(score.min())
        if not np.isfinite(best):
            raise InfeasibleScenario(say("no siting keeps every hard rule"))
        value = best if value is None else value
        kept = score <= best + HOLD * max(1.0, abs(best))
        alive = alive[kept]
        if cost is None and ties is None:
            continue
        if len(alive) * cost_size(i) > TIED_CELLS:
            return None
        ties = _open_pairs(family, allowed, alive) if ties is None else ties[kept]
        if cost is not None:
            ties &= _nearest(cost, ties, farthest=farthest)
    assert value is not None  # noqa: S101 - an objective is a stage
    if len(alive) * cost_size(i) > TIED_CELLS:
        return None
    if ties is None:
        ties = _open_pairs(family, allowed, alive)
        name = bounded[0] if bounded else "mean_km"
        cost = _percentile_cost(i, query) if name == "p95_km" else sum_cost(i, name)
        ties &= _nearest(cost, ties)
    if len(i.idle):
        score, _, _ = _priced(family, {IDLE: 1.0}, allowed, alive, ties)
        kept = score <= float(score.min()) + HOLD * max(1.0, float(score.min()))
        alive, ties = alive[kept], ties[kept] & _nearest(i.idle_km, ties[kept])
    pick, served_by = _first(family, alive, ties)
    offices = tuple(int(j) for j in np.flatnonzero(family.sets[pick]))
    return Found(Solution((offices,), served_by[None, :]), value, value, "optimal")


def set_prices(family: Family, query: Query) -> tuple[Bools, Floats]:
    """Return the sets that keep the bounds, shape (n, j), and the least objective of each."""
    allowed = _allowed(family.instance, query)
    alive = np.flatnonzero(_kept(family, query, allowed))
    score, _, _ = _priced(family, query.objective, allowed, alive, None)
    within = np.isfinite(score)
    return family.sets[alive[within]], score[within]


def _allowed(i: Instance, query: Query) -> Bools:
    """Tell which unit may be served by which site under a bound on the farthest, shape (u, j)."""
    most = query.bounds.get("max_km")
    if most is None:
        return np.ones((len(i.units), len(i.sites)), dtype=bool)
    allowed: Bools = i.unit_farthest <= _loosened("max_km", most)
    return allowed


def cost_size(i: Instance) -> int:
    """Return how many pairs of unit and site there are."""
    return len(i.units) * len(i.sites)


def _percentile_cost(i: Instance, query: Query) -> Floats:
    return i.beyond(query.bounds["p95_km"]) / i.total


def _loosened(name: str, value: float) -> float:
    return value + sign(name) * SLACK * max(1.0, abs(value))


def _kept(family: Family, query: Query, allowed: Bools) -> Bools:
    """Tell which sets keep the bounds and hold the right sites."""
    i = family.instance
    kept = np.ones(len(family.sets), dtype=bool)
    for j in query.require:
        kept &= family.sets[:, j]
    for j in query.forbid:
        kept &= ~family.sets[:, j]
    if query.excluded:
        rows = np.zeros((len(query.excluded), family.sets.shape[1]), dtype=bool)
        for row, one in zip(rows, query.excluded, strict=True):
            row[list(one)] = True
        kept &= ~np.isin(_digest(family.sets), _digest(rows))
    for name, value in query.bounds.items():
        worst = _loosened(name, value)
        if name in SITES_ALONE:
            scores = family.of_sites(name)
            kept &= scores <= worst if CRITERIA[name] == "min" else scores >= worst
        elif name in SUMS:
            kept &= family.least(np.where(allowed, sum_cost(i, name), np.inf)) <= worst
        elif name == "p95_km":
            far = np.where(allowed, _percentile_cost(i, query), np.inf)
            kept &= family.least(far) <= P95_SHARE + SLACK
        elif name == "max_km":
            kept &= np.isfinite(family.least(np.where(allowed, 0.0, np.inf)))
    return kept


def _digest(sets: Bools) -> npt.NDArray[np.bytes_]:
    """Return bytes that tell sets apart, shape (n,)."""
    packed = np.packbits(sets, axis=1)
    return packed.view(f"S{packed.shape[1]}")[:, 0]


def _priced(
    family: Family,
    stage: Mapping[str, float],
    allowed: Bools,
    alive: Ints,
    ties: Bools | None,
) -> tuple[Floats, Floats | None, bool]:
    """Price the sets that are left: (scores, what units choose by, whether the farthest counts)."""
    score = np.zeros(len(alive))
    cost: Floats | None = None
    for name, share in stage.items():
        if name in SITES_ALONE:
            score += share * sign(name) * family.of_sites(name)[alive]
        elif name in SUMS or name == IDLE:
            added = share * sum_cost(family.instance, name)
            cost = added if cost is None else cost + added
    farthest = "max_km" in stage
    if farthest:
        cost = stage["max_km"] * family.instance.unit_farthest
    if cost is None:
        return score, None, False
    sums = [name for name in stage if name in SUMS]
    if ties is None and len(sums) == 1 and allowed.all():
        return score + stage[sums[0]] * family.of_sum(sums[0])[alive], cost, False
    open_cost = np.where(allowed, cost, np.inf)
    if ties is None:
        score += family.least(open_cost, farthest=farthest)[alive]
    else:
        least = np.where(ties, open_cost, np.inf).min(axis=2)
        score += least.max(axis=1) if farthest else least.sum(axis=1)
    return score, cost, farthest


def _open_pairs(family: Family, allowed: Bools, alive: Ints) -> Bools:
    """Return who may be served by whom in the sets that are left, shape (sets, u, j)."""
    return family.sets[alive][:, None, :] & allowed


def _nearest(cost: Floats, ties: Bools, *, farthest: bool = False) -> Bools:
    """Keep the sites that cost each unit least; with `farthest`, no more than the worst of them."""
    priced = np.where(ties, cost, np.inf)
    least = priced.min(axis=2, keepdims=True)
    if farthest:
        least = least.max(axis=1, keepdims=True)
    kept: Bools = priced <= least + SLACK * np.maximum(1.0, np.abs(least))
    return kept


def _first(family: Family, alive: Ints, ties: Bools) -> tuple[int, Ints]:
    """Pick among tied plans the one whose codes have the least sum of keys, as the model does."""
    i = family.instance
    period = i.periods[-1].name
    opening = np.array([key(period, code) for code in i.sites])
    serving = np.array([[key(period, unit, code) for code in i.sites] for unit in i.units])
    least = np.where(ties, serving, np.iinfo(np.int64).max)
    total = least.min(axis=2).sum(axis=1) + (family.sets[alive] * opening).sum(axis=1)
    place = int(total.argmin())
    return int(alive[place]), least[place].argmin(axis=1)


def searched(i: Instance, query: Query, control: Control) -> Found:
    """Build the model of one question and search it.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `planner.model.solving.optimise.optimise`.
    """
    names = [*query.objective, *(name for name in query.then if name not in query.objective)]
    soft = {name: limit for name, limit in i.scenario.limits.items() if not limit.hard}
    hard = {}
    for name, value in query.bounds.items():
        bound = Quantity(value=value, unit=CRITERIA_UNITS[name], low=value, high=value)
        hard[name] = Limit(most=bound) if CRITERIA[name] == "min" else Limit(least=bound)
    # The model needs the expressions of these criteria; what is made of them is said below.
    objective = Objective(method="lexicographic", order=tuple(names))
    scenario = i.scenario.model_copy(update={"objective": objective, "limits": soft | hard})
    model = build(replace(i, scenario=scenario), control)
    opened = model.variables.open[-1]
    for j, x in enumerate(opened):
        if j in query.require:
            x.lowBound = 1
        if j in query.forbid:
            x.upBound = 0
    for number, one in enumerate(query.excluded):
        same = lpSum(x if j in one else 1 - x for j, x in enumerate(opened))
        model.problem.addConstraint(same <= len(opened) - 1, f"excluded_{number}")
    whole = sum(
        (share * minimised(model, name) for name, share in query.objective.items()),
        1 * model.penalty,
    )
    goals = [("siting", whole, _near(query.objective))]
    goals += [(name, minimised(model, name), _near({name: 1.0})) for name in query.then]
    stages = []
    for name, goal, near in goals:
        stages.append(optimise(model, name, goal, control, gap=0.0, near=near))
        hold(model, goal, stages[-1].objective)
    proved = all(stage.reason == "optimal" for stage in stages)
    tied = break_ties(model, control) if proved else None
    if tied is not None:
        solution = tied.solution
    else:
        solution = idle_settled(model, stages[-1].solution, control.finishing(TIDY))
    first = stages[0]
    return Found(solution, first.objective, first.bound, first.reason)


def _near(objective: Mapping[str, float]) -> float:
    """Return how near a sum is proved: a share by itself is told from 0 to 1."""
    name = next(iter(objective), "")
    if len(objective) == 1 and CRITERIA_UNITS[name] == "share":
        return SITES_PROVED * objective[name] / PERCENT
    return SITES_PROVED

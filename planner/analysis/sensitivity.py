"""How firm a scenario's answer is: what may turn out otherwise, and what it would change."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from planner import api
from planner.analysis.breakeven import Change, scanned_changes, weight_changes
from planner.analysis.factors import Factor, rollout_factors, running_factors, siting_factors
from planner.analysis.offices import Number, with_number
from planner.analysis.running_cost import yearly_cost
from planner.analysis.sampling import Task, objective_of, rated, runner_of
from planner.analysis.screening import Effects, Indices, morris, sobol
from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped
from planner.scenario.sweep import Range, SweepSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from planner.analysis.sampling import Runner
    from planner.analysis.siting import SitingResult
    from planner.model.instance import Floats, Instance

    Progress = Callable[[int, int], None]

COST_YEAR = "cost_year"
"""Name of the cost of a year of dialogues among the outcomes."""

CHUNK = 25
"""Samples that go to a process at once."""

SEED = 2022
NUMBERS = range(4, 16)
"""Numbers of offices that are looked at."""


@dataclass(frozen=True)
class Size:
    """How much work a report is: what is said gets firmer with more.

    Attributes
    ----------
    samples : int
        Re-solves in which everything that decides the sites is drawn at random.
    sobol : int
        Base samples of the Sobol indices, a power of two.
    rollouts : bool
        Whether whole rollouts are planned: for every rollout number at both ends of its range,
        and for every number of offices.
    paths : int
        Trajectories of the Morris screening.
    """

    samples: int = 1000
    sobol: int = 128
    rollouts: bool = True
    paths: int = 20


@dataclass(frozen=True)
class Tried:
    """The rollout with one number at an end of its range, offices and dates kept.

    `cost_msek`, `waiting`, `unmet` are None where no rollout keeps the rules then.
    """

    key: str
    value: float
    status: str
    gap: float | None = None
    cost_msek: float | None = None
    waiting: float | None = None
    unmet: float | None = None


@dataclass(frozen=True)
class Without:
    """The best plan where one thing is not so: a town lost, or only sourced towns."""

    what: str
    sites: tuple[str, ...]
    criteria: Mapping[str, float]
    short: float


@dataclass(frozen=True)
class Rated:
    """How a fixed set of offices stands over all samples.

    Attributes
    ----------
    name : str
    sites : tuple of str
    best : int
        In how many samples it is the best.
    valued : int
        In how many it is allowed.
    mean, worst : float
        Of its regret: how much more of the range between best and worst it gives up than the best
        plan of the sample does, mean over the criteria by their weights.
    """

    name: str
    sites: tuple[str, ...]
    best: int
    valued: int
    mean: float
    worst: float


@dataclass(frozen=True)
class Global:
    """Morris and Sobol on one set of factors.

    Attributes
    ----------
    factors : tuple of Factor
    outcomes : tuple of str
    effects : tuple of Effects
        One an outcome, over all factors.
    kept : tuple of Factor
        Those that the screening kept, for the indices.
    indices : tuple of Indices
        One an outcome, over `kept`.
    """

    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    effects: tuple[Effects, ...]
    kept: tuple[Factor, ...]
    indices: tuple[Indices, ...]


@dataclass(frozen=True)
class Sensitivity:
    """Everything a report on one scenario says.

    `rated` begins with the recommended plan; then the announced one if there is one, and the
    one of minimax regret where every set of offices was priced in every sample.
    """

    scenario: str
    base: SitingResult
    siting: tuple[Factor, ...]
    rollout: tuple[Factor, ...]
    samples: tuple[Mapping[str, Any], ...]
    chosen: Mapping[str, float]
    sets: int
    all_sets: int
    rated: tuple[Rated, ...]
    changes: tuple[Change, ...]
    lost: tuple[Without, ...]
    sourced: Without | None
    everything: Global
    cost_year: float | None
    plan: Tried | None
    tried: tuple[Tried, ...]
    numbers: tuple[Number, ...]
    announced: tuple[str, ...]
    announced_criteria: Mapping[str, float] = field(default_factory=dict)


def sensitivity(
    task: Task,
    announced: Sequence[str],
    *,
    size: Size = Size(),
    jobs: int = 1,
    progress: Callable[[str], Progress] = lambda _part: lambda _done, _all: None,
) -> Sensitivity:
    """Find out how firm the answer of a scenario is.

    Parameters
    ----------
    task : Task
        With the scenario; its plans are not used.
    announced : sequence of str
        Offices of the plan to compare with; may be empty.
    size : Size
    jobs : int
        Processes.
    progress : callable
        Given the name of a part, returns what is called with how much of it is done.

    Raises
    ------
    InfeasibleScenario, InputError
        If the scenario itself has no plan.
    """
    runner = runner_of(task)
    siting = runner.siting({})
    base = siting.best()
    factors = siting_factors(runner.base)
    sites = tuple(sorted(announced))
    samples, regrets = _samples(task, factors, base, sites, size, jobs, progress("samples"))
    chosen = Counter(code for row in samples for code in row.get("sites", ()))
    planned = sum(1 for row in samples if row.get("sites"))
    changes = _changes(task, factors, progress("changes"))
    everything = _global(task, factors, size, jobs, progress("global"))
    fits = rated(siting, base, sites) if sites else None
    plan, tried = _tried(task, size, jobs, progress("rollouts"))
    counts = [n for n in NUMBERS if n <= len(siting.instance.sites)]
    numbers: list[Number] = []
    if size.rollouts:
        numbers = list(_map(with_number, task, counts, jobs, progress("numbers")))
    running = runner.base.staffing is not None
    return Sensitivity(
        scenario=runner.base.name,
        base=base,
        siting=factors,
        rollout=rollout_factors(runner.base),
        samples=tuple(samples),
        chosen={code: count / max(1, planned) for code, count in sorted(chosen.items())},
        sets=len({row["sites"] for row in samples if row.get("sites")}),
        all_sets=0 if siting.family is None else len(siting.family.sets),
        rated=regrets,
        changes=tuple(changes),
        lost=tuple(_lost(task, base)),
        sourced=_sourced(task, base),
        everything=everything,
        cost_year=yearly_cost(siting.whole, base.solution.served_by[-1]) if running else None,
        plan=plan,
        tried=tuple(tried),
        numbers=tuple(numbers),
        announced=sites,
        announced_criteria={} if fits is None else fits.criteria,
    )


def _map(
    function: Callable[..., Any],
    task: Task,
    items: Iterable[Any],
    jobs: int,
    progress: Progress,
) -> Iterator[Any]:
    """Call a function for every item, on several cores, results in the order of items."""
    todo = list(items)
    progress(0, len(todo))
    if jobs == 1 or len(todo) < 2:
        results: Iterable[Any] = (function(task, item) for item in todo)
    else:
        from joblib import Parallel, delayed  # noqa: PLC0415 - slow to import

        pool = Parallel(n_jobs=jobs, return_as="generator", batch_size=1)
        results = pool(delayed(function)(task, item) for item in todo)
    for done, result in enumerate(results, 1):
        progress(done, len(todo))
        yield result


def _chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]


def _samples(  # noqa: PLR0913 - what the samples rest on
    task: Task,
    factors: tuple[Factor, ...],
    base: SitingResult,
    announced: tuple[str, ...],
    size: Size,
    jobs: int,
    progress: Progress,
) -> tuple[list[Mapping[str, Any]], tuple[Rated, ...]]:
    """Re-solve with everything that decides the sites drawn at random, and rate fixed plans."""
    spec = SweepSpec(
        name="sensitivity",
        samples=size.samples,
        seed=SEED,
        ranges={f.key: Range(low=f.low, high=f.high) for f in factors},
    )
    points = spec.points(runner_of(task).base)
    asked = [(chunk, (base.sites, announced)) for chunk in _chunks(points)]
    rows: list[Mapping[str, Any]] = []
    worst: Floats | None = None
    for found, regret in _map(rate_chunk, task, asked, jobs, progress):
        rows += found
        if regret is not None:
            worst = regret if worst is None else np.maximum(worst, regret)
    plans = [_rated("recommended", base.sites, rows, 0)]
    if announced:
        plans.append(_rated("announced", announced, rows, 1))
    family = runner_of(task).siting({}).family
    if worst is not None and family is not None:
        pick = int(worst.argmin())
        i = family.instance
        sites = tuple(i.sites[j] for j in np.flatnonzero(family.sets[pick]))
        known = next((plan for plan in plans if plan.sites == sites), None)
        if known is None:
            best = sum(1 for row in rows if row.get("sites") == sites)
            plans.append(Rated("robust", sites, best, len(rows), float("nan"), float(worst[pick])))
        else:
            plans.append(replace(known, name="robust"))
    return rows, tuple(plans)


def rate_chunk(
    task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[tuple[str, ...], ...]]
) -> tuple[list[Mapping[str, Any]], Floats | None]:
    """Re-solve some samples, rate fixed plans, and keep every set's greatest regret.

    Returns
    -------
    tuple of (list of dict, numpy.ndarray or None)
        The rows, and the greatest regret of each set of the family, infinite where it is not
        allowed; None where the sets are too many to price.
    """
    points, plans = asked
    runner = runner_of(task)
    rows: list[Mapping[str, Any]] = []
    worst: Floats | None = None
    priced = True
    for point in points:
        try:
            siting = runner.siting(point)
            best = siting.best()
        except InfeasibleScenario:
            rows.append({**point, "status": "infeasible"})
            continue
        objective = objective_of(siting, best)
        weight = sum(best.payoff.weights) if best.payoff is not None else 1.0
        short = [rated(siting, best, plan) if plan else None for plan in plans]
        rows.append(
            {
                **point,
                "status": best.reason,
                "sites": best.sites,
                "criteria": dict(best.criteria),
                "short": [None if s is None else max(0.0, s.objective) / weight for s in short],
            }
        )
        prices = siting.prices(objective) if priced else None
        if prices is None or siting.family is None:
            priced, worst = False, None
            continue
        sets, values = prices
        if len(sets) != len(siting.family.sets):  # bounds leave some out: then none is rated
            priced, worst = False, None
            continue
        regret = (values - values.min()) / weight
        worst = regret if worst is None else np.maximum(worst, regret)
    return rows, worst


def _rated(name: str, sites: tuple[str, ...], rows: Sequence[Mapping[str, Any]], k: int) -> Rated:
    short = [row["short"][k] for row in rows if row.get("sites")]
    known = [value for value in short if value is not None]
    best = sum(1 for value in known if value <= 1e-9)
    if not known:
        return Rated(name, sites, 0, 0, float("nan"), float("nan"))
    return Rated(name, sites, best, len(known), float(np.mean(known)), max(known))


def _changes(task: Task, factors: tuple[Factor, ...], progress: Progress) -> list[Change]:
    runner = runner_of(task)
    found: list[Change] = []
    for done, factor in enumerate(factors):
        progress(done, len(factors))
        if factor.key.startswith("objective."):
            found += weight_changes(runner, factor)
        else:
            found += scanned_changes(factor, partial(_best_at, runner, factor.key))
    progress(len(factors), len(factors))
    return found


def _best_at(runner: Runner, key: str, value: float) -> tuple[str, ...]:
    return runner.siting({key: value}).best().sites


def _lost(task: Task, base: SitingResult) -> Iterator[Without]:
    """Yield what is best without each town that is chosen freely."""
    siting = runner_of(task).siting({})
    objective = objective_of(siting, base)
    fixed = {
        code
        for code, role in zip(siting.instance.sites, siting.instance.roles, strict=True)
        if role != "candidate"
    }
    for code in base.sites:
        if code in fixed:
            continue
        try:
            found = siting.solve(objective, forbid=[code])
        except InfeasibleScenario:
            continue
        reached = siting.solve(objective, require=base.sites)
        short = found.objective - reached.objective
        yield Without(code, found.sites, found.criteria, short)


def _sourced(task: Task, base: SitingResult) -> Without | None:
    """Return what is best among the candidates that some source names, if that changes them."""
    runner = runner_of(task)
    spec = runner.base.sites
    if spec.candidates != "sister" or "unverified" not in spec.basis:
        return None
    basis = [name for name in spec.basis if name != "unverified"]
    try:
        siting = runner.siting({"sites.basis": basis})
        best = siting.best()
    except (InfeasibleScenario, InputError):
        return None
    old = runner.siting({})
    short = rated(old, base, best.sites)
    return Without(
        "unverified", best.sites, best.criteria, 0.0 if short is None else short.objective
    )


def _global(
    task: Task, factors: tuple[Factor, ...], size: Size, jobs: int, progress: Progress
) -> Global:
    """Screen all factors, then share out the variance among those that matter to anything."""
    runner = runner_of(task)
    running = running_factors(runner.base)
    known = {factor.key: factor for factor in (*factors, *running)}
    all_factors = tuple(known.values())
    outcomes = (*runner.base.objective.names, *([COST_YEAR] if running else []))
    total = size.paths * (len(all_factors) + 1)
    done = 0

    def evaluator(chosen: tuple[Factor, ...], number: int) -> Callable[[Floats], Floats]:
        def evaluate(points: Floats) -> Floats:
            values = [
                {f.key: f.at(float(share)) for f, share in zip(chosen, row, strict=True)}
                for row in points
            ]
            # Samples with the same sites side by side, so that they are solved once.
            keys = [json.dumps([row.get(f.key) for f in factors]) for row in values]
            order = sorted(range(len(values)), key=lambda k: keys[k])
            chunks = _chunks([values[k] for k in order])
            asked = [(chunk, outcomes) for chunk in chunks]

            def told(finished: int, _all: int) -> None:
                progress(done + min(number, finished * CHUNK), total)

            found = np.concatenate(list(_map(outcomes_of, task, asked, jobs, told)))
            back = np.empty_like(found)
            back[order] = found
            return back

        return evaluate

    effects = morris(len(all_factors), evaluator(all_factors, total), paths=size.paths, seed=SEED)
    mattering = [
        k
        for k in range(len(all_factors))
        if any(e.mean[k] > 0.05 * max(e.mean) and e.mean[k] > 0 for e in effects)
    ]
    kept = tuple(all_factors[k] for k in mattering)
    done, more = total, size.sobol * (len(kept) + 2)
    total += more
    indices = sobol(len(kept), evaluator(kept, more), samples=size.sobol, seed=SEED) if kept else []
    return Global(all_factors, outcomes, tuple(effects), kept, tuple(indices))


def outcomes_of(task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[str, ...]]) -> Floats:
    """Return the outcomes of some samples, shape (samples, outcomes).

    The sites are chosen anew wherever what decides them differs; a year's cost is that of the
    sites chosen.
    """
    points, outcomes = asked
    runner = runner_of(task)
    found = np.empty((len(points), len(outcomes)))
    for k, point in enumerate(points):
        running = {key: value for key, value in point.items() if _runs(key)}
        rest = {key: value for key, value in point.items() if not _runs(key)}
        whole, best = _sited(task, json.dumps(rest, sort_keys=True))
        for column, name in enumerate(outcomes):
            if name == COST_YEAR:
                scenario = runner.base.replace(**running) if running else runner.base
                instance = replace(whole, scenario=scenario)
                found[k, column] = yearly_cost(instance, best.solution.served_by[-1])
            else:
                found[k, column] = best.criteria[name]
    return found


@lru_cache(maxsize=4096)
def _sited(task: Task, point: str) -> tuple[Instance, SitingResult]:
    siting = runner_of(task).siting(json.loads(point))
    try:
        return siting.whole, siting.best()
    except InfeasibleScenario as error:
        raise PlannerError(f"no siting keeps the rules with {point}") from error


def _runs(key: str) -> bool:
    return key.startswith(("dialogues.", "staffing.", "money."))


def _tried(
    task: Task, size: Size, jobs: int, progress: Progress
) -> tuple[Tried | None, list[Tried]]:
    """Plan the rollout with each of its numbers at either end, offices and dates kept."""
    runner = runner_of(task)
    if runner.base.dialogues is None or not size.rollouts:
        return None, []
    plan = api.solve(runner.data, runner.base)
    opens = {o.code: o.opens for o in plan.offices if o.role != "existing"}
    fixed = {"rollout.opens": opens, "sites.candidates": sorted(o.code for o in plan.offices)}
    asked: list[dict[str, Any]] = [fixed]
    asked += [
        {**fixed, factor.key: value}
        for factor in rollout_factors(runner.base)
        for value in (factor.low, factor.high)
    ]
    first, *rest = _map(try_rollout, task, asked, jobs, progress)
    return first, rest


def try_rollout(task: Task, changes: Mapping[str, Any]) -> Tried:
    """Plan a whole rollout with some keys changed; the last one is what is tried."""
    runner = runner_of(task)
    key, value = list(changes.items())[-1]
    shown = float(value) if isinstance(value, int | float) else 0.0
    try:
        plan = api.solve(runner.data, runner.base.replace(**changes))
    except InfeasibleScenario:
        return Tried(key, shown, "infeasible")
    except SolverStopped as error:
        return Tried(key, shown, error.reason)
    c = plan.criteria
    ended = plan.termination
    return Tried(key, shown, ended.reason, ended.gap, c["cost_msek"], c["waiting"], c["unmet"])

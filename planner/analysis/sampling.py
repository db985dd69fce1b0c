"""One sample of a sweep: a scenario in a world, planned, and put into one row."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.analysis.shocks import World, in_world
from planner.control import Control
from planner.criteria import ROLLOUT_CRITERIA, SITING_CRITERIA
from planner.data import Data, load
from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped
from planner.message import say
from planner.model.instance import Instance, make_instance
from planner.model.solving.diagnose import clashing_rules
from planner.model.solving.optimise import HOLD
from planner.model.solving.scores import Yardstick
from planner.planning import control_of, solve
from planner.scenario.spec import Scenario
from planner.siting.problem import Siting
from planner.siting.question import SitingResult, shares_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


Row = dict[str, Any]

WORLD = "world."
"""Keys that begin so change the world, not the scenario."""

KEPT = 6
"""Siting problems whose prices a worker keeps."""

ROUNDED = 9
"""Significant digits in a row: what no order of summation reaches."""


@dataclass(frozen=True)
class Task:
    """What every sample of a sweep shares; small, since it goes to every worker.

    Attributes
    ----------
    folder : str or None
        The data folder; None for the one that ships.
    files : tuple of (str, str)
        Path and sha256 of every input file, which a worker's data must match.
    scenario : str
        The base scenario as JSON.
    whole : bool
        Whether the whole rollout is planned or the siting alone.
    plans : tuple of (str, tuple of str)
        Names and offices of plans to value beside the best.
    """

    folder: str | None
    files: tuple[tuple[str, str], ...]
    scenario: str
    whole: bool
    plans: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass
class Runner:
    """Plans sample after sample, and keeps what the next one can use.

    Kept are tables in changed worlds, instances and the prices of siting problems; none of it
    changes an answer.
    """

    data: Data
    base: Scenario
    _instances: OrderedDict[str, Instance] = field(default_factory=OrderedDict)
    _sitings: OrderedDict[tuple[Any, ...], Siting] = field(default_factory=OrderedDict)

    def case(self, point: Mapping[str, Any]) -> tuple[Data, Scenario]:
        """Return the world and the scenario of a sample.

        Raises
        ------
        InputError
            If they are not valid.
        """
        changes = {key: value for key, value in point.items() if not key.startswith(WORLD)}
        scenario = self.base.replace(**changes) if changes else self.base
        return in_world(self.data, world_of(point)), scenario

    def siting(self, point: Mapping[str, Any]) -> Siting:
        """Return the siting problem of a sample, with prices that an earlier one has found."""
        data, scenario = self.case(point)
        world = {key: value for key, value in point.items() if key.startswith(WORLD)}
        cut = scenario.model_dump_json(include={"units", "sites", "rollout"})
        key = json.dumps(world, sort_keys=True) + cut
        if key not in self._instances:
            _keep(self._instances, key, make_instance(data.inputs, data.travel, scenario), 64)
        instance = replace(self._instances[key], scenario=scenario)
        place = (instance.sites, instance.roles, scenario.offices)
        known = self._sitings.get(place)
        siting = Siting(instance, None if known is None else known.prices)
        _keep(self._sitings, place, siting, KEPT)
        return siting


def _keep(kept: OrderedDict[Any, Any], key: object, value: object, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def world_of(point: Mapping[str, Any]) -> World:
    """Return the world of a sample.

    Raises
    ------
    InputError
        If a key or value is none of a world's.
    """
    given = {k.removeprefix(WORLD): v for k, v in point.items() if k.startswith(WORLD)}
    return World.checked(given)


def value_of(siting: Siting, found: SitingResult) -> float:
    """Return what a siting scores by its scenario's yardstick.

    Nothing is scaled, so values of two questions with the same rates may be compared.
    """
    return Yardstick(siting.instance.scenario).value(found.criteria)


def rated(siting: Siting, best: SitingResult, sites: Iterable[str]) -> SitingResult | None:
    """Return the best that can be done with given offices; None where they are not allowed.

    Its `objective` is how much worse they are than the best, in the unit of the sum: 0 where
    they are as good.
    """
    i, codes = siting.instance, set(sites)
    offices = i.scenario.offices
    if not codes <= set(i.sites) or not offices.fewest <= len(codes) <= offices.most:
        return None
    try:
        found = siting.best(require=codes, forbid=set(i.sites) - codes)
    except InfeasibleScenario:
        return None
    reached = value_of(siting, best)
    worse = value_of(siting, found) - reached
    worse = 0.0 if worse <= HOLD * max(1.0, abs(reached)) else worse
    return replace(found, objective=worse, bound=worse)


@lru_cache(maxsize=2)
def runner_of(task: Task) -> Runner:
    """Return this process's runner of a sweep.

    Raises
    ------
    PlannerError
        If the data here are not those that the sweep was begun with.
    """
    data = load(None if task.folder is None else Path(task.folder))
    if tuple(sorted(data.inputs.files.items())) != task.files:
        raise PlannerError(say("a worker's data folder holds other tables than the sweep's"))
    return Runner(data, Scenario.model_validate_json(task.scenario))


def run_batch(task: Task, batch: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Row]:
    """Plan some samples, given as (number, what it sets); one row each."""
    runner = runner_of(task)
    return [run_sample(runner, task, number, point) for number, point in batch]


def run_sample(runner: Runner, task: Task, number: int, point: Mapping[str, Any]) -> Row:
    """Plan one sample.

    Returns
    -------
    dict
        `number`; `status` (what was proved of the goal least proved, "infeasible" or
        "invalid") and its `gap`; `objective` and `bound` of the first goal, in `unit`, to be
        compared between rows; `ties`, how many other sets of offices are as good on it, where
        all are priced; `way`, `offices`, `regions`, `opens`, every criterion by name, for each
        plan to value NAME_short (how much worse than the best, in `unit`) and NAME_mean_km, and
        `clash`, why there is no plan: absent where a limit came before that was found.
    """
    row: Row = {"number": number}
    try:
        found = (_whole if task.whole else _siting)(runner, task, point)
    except InfeasibleScenario as error:
        row["status"] = "infeasible"
        try:
            clash = [[rule, dict(words)] for rule, words in _clash(runner, task, point, error)]
        except SolverStopped:
            return row
        return row | {"clash": _text(clash)}
    except SolverStopped as error:
        return row | {"status": error.reason}
    except InputError as error:
        return row | {"status": "invalid", "clash": _text([str(p) for p in error.problems])}
    return row | {key: _rounded(value) for key, value in found.items()}


def _siting(runner: Runner, task: Task, point: Mapping[str, Any]) -> Row:
    siting = runner.siting(point)
    limit = siting.instance.scenario.solver.time_limit
    control = Control() if limit is None else replace(control_of(siting.instance.scenario), gap=0.0)
    best = siting.best(control)
    scenario = siting.instance.scenario
    value = value_of(siting, best)
    # Where a tolerance let later criteria worsen the first, what was proved is of the last.
    first = scenario.objective.method != "lexicographic" or not scenario.objective.tolerance
    yardstick = Yardstick(scenario)
    off = (best.objective - best.bound) * yardstick.scale
    row: Row = {
        "status": best.reason,
        "objective": value,
        "unit": yardstick.unit,
        "bound": value - off if first else None,
        "gap": best.gap,
        "ties": ties_of(siting),
        "way": best.way,
        "offices": " ".join(best.sites),
        "regions": _pairs(zip(siting.instance.units, best.assignment, strict=True)),
        **best.criteria,
    }
    for name, offices in task.plans:
        short = rated(siting, best, offices)
        if short is not None:
            row[f"{name}_short"] = short.objective
            row[f"{name}_mean_km"] = short.criteria["mean_km"]
    return row


def ties_of(siting: Siting) -> int | None:
    """Count the sets of offices as good as the best on the first goal, besides itself.

    None where not all can be priced.
    """
    priced = siting.priced_sets(shares_of(siting.instance.scenario))
    if priced is None:
        return None
    best = float(priced[1].min())
    return int((priced[1] <= best + HOLD * max(1.0, abs(best))).sum()) - 1


def _whole(runner: Runner, _task: Task, point: Mapping[str, Any]) -> Row:
    data, scenario = runner.case(point)
    plan = solve(data, scenario)
    first, ended = plan.stages[0], plan.termination
    last = plan.periods[-1].period
    yardstick = Yardstick(scenario)
    return {
        "status": ended.reason,
        "objective": first.objective * yardstick.scale,
        "unit": yardstick.unit,
        "bound": first.bound * yardstick.scale,
        "gap": ended.gap,
        "way": "rollout",
        "offices": " ".join(sorted(o.code for o in plan.offices if o.closes is None)),
        "regions": _pairs((a.id, a.office) for a in plan.assignments if a.period == last),
        "opens": _pairs((office.code, office.opens) for office in plan.offices),
        **plan.criteria,
    }


def _clash(
    runner: Runner, task: Task, point: Mapping[str, Any], error: InfeasibleScenario
) -> Sequence[tuple[str, Mapping[str, object]]]:
    if task.whole or error.conflicts:
        return error.conflicts
    groups = clashing_rules(runner.siting(point).instance)
    return [(group.rule, group.words) for group in groups]


def columns(task: Task, keys: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of a sweep's table, in order."""
    horizon = ROLLOUT_CRITERIA if task.whole else ()
    valued = () if task.whole else tuple(f"{n}_{what}" for n, _ in task.plans for what in VALUED)
    proved = ("status", "objective", "unit", "bound", "gap", "ties", "way")
    fixed = (*proved, "offices", "regions", "opens", *SITING_CRITERIA, "contiguous")
    return ("number", *keys, *fixed, *horizon, *valued, "clash")


VALUED = ("short", "mean_km")


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{a}:{b}" for a, b in pairs)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _rounded(value: object) -> object:
    if not isinstance(value, float):
        return value
    shown = float(f"{value:.{ROUNDED}g}")
    return 0.0 if abs(shown) < 1e-9 else shown

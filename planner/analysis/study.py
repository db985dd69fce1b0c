"""What a sensitivity report varies, each number within its range; how much work that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.criteria import CRITERIA
from planner.errors import InputError, Problem
from planner.message import say

if TYPE_CHECKING:
    from planner.analysis.sampling import Task
    from planner.model.instance import Instance, Ints
    from planner.scenario.spec import Scenario
    from planner.scenario.values import Quantity


@dataclass(frozen=True)
class Factor:
    """One number that may turn out otherwise.

    Attributes
    ----------
    key : str
        Of the scenario, or of the world (`world.growth`).
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.key == "staffing.minimum_team"

    def at(self, share: float) -> float | int:
        """Return the value a share of the way from low to high; whole numbers each as wide."""
        width = self.high - self.low
        if self.whole:
            return int(min(math.floor(self.low + share * (width + 1)), self.high))
        return float(f"{self.low + share * width:.9g}")


WORLD = (
    Factor("world.growth", 0.0, 0.0, 0.5, "share", "assumption"),
    Factor("world.speed", 1.0, 0.8, 1.2, "times", "assumption"),
)
"""What no scenario says: how many more independent principals there may be (half as many again
would be as fast as the fastest decade known), and how far off the assumed speeds may be."""

MOVED_BY = {"world.growth": "principals", "world.speed": "minutes"}
"""What of a criterion's figures each of them changes."""

RATES = "objective.rates."
"""Keys that begin so are rates of exchange between criteria."""

RUNNING = (
    "dialogues.uptake",
    "staffing.preparation",
    "staffing.meeting",
    "staffing.in_person",
    "staffing.taking_part",
    "staffing.yearly_hours",
    "staffing.minimum_team",
    "money.advisor",
    "money.premises",
    "money.per_km",
)
"""Numbers that a year of dialogues costs by."""


def siting_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return what may change the sites: the rates of exchange that have a range, and the world.

    The rate of the leading criterion has none: the sum is told in its unit. Limits and thresholds
    are the question's own, and stay; a sweep may vary them. Of the world only what a criterion of
    the question hangs on is there: where none counts minutes, speed can't change a town.
    """
    rates = [
        _factor(key, quantity)
        for key, quantity in scenario.quantities().items()
        if key.startswith(RATES)
    ]
    asked = {*scenario.objective.names, *scenario.objective.then, *scenario.limits}
    moving = {what for name in asked for what in CRITERIA[name].moved_by}
    world = (factor for factor in WORLD if MOVED_BY[factor.key] in moving)
    return (*(factor for factor in rates if factor.low < factor.high), *world)


def running_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return what a year of dialogues costs by; empty where the scenario plans none."""
    known = scenario.quantities()
    found = [_factor(key, known[key]) for key in RUNNING if key in known]
    return tuple(factor for factor in found if factor.low < factor.high)


def yearly_cost(i: Instance, served_by: Ints) -> float:
    """Return the cost of a year of dialogues when the rollout is complete, MSEK.

    Everyone who takes part has a dialogue once in as long as the rollout takes; each office has
    the advisors that its hours need, at least the minimum team; premises are paid for every
    office, journeys for every dialogue held in person. Advisors of an office:
    max(minimum, ceil(sum_u due_u hours[u,j] / (cycle x yearly hours))).

    Parameters
    ----------
    i : Instance
        With dialogues, staffing and money.
    served_by : numpy.ndarray of int, shape (u,)
        The office of each unit.
    """
    staffing, money = i.scenario.staffing, i.scenario.money
    if staffing is None or money is None:
        raise ValueError("a scenario with staffing and money")
    cycle = sum(period.months for period in i.periods) / 12
    units = np.arange(len(i.units))
    due = i.target / cycle
    hours = due * i.hours[units, served_by]
    journeys = float((due * i.journey_msek[units, served_by]).sum())
    cost = journeys
    for office in np.unique(served_by):
        needed = float(hours[served_by == office].sum()) / staffing.yearly_hours.value
        advisors = max(math.ceil(staffing.minimum_team.value - 1e-9), math.ceil(needed - 1e-9))
        cost += money.premises.value + advisors * money.advisor.value
    return cost


def rollout_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return every number with a range that the rollout depends on, in the scenario's order."""
    sections = ("limits.", "rollout.", "dialogues.", "staffing.", "money.")
    found = [
        _factor(key, quantity)
        for key, quantity in scenario.quantities().items()
        if key.startswith(sections) and quantity.low < quantity.high
    ]
    closing = scenario.rollout.may_close
    return tuple(factor for factor in found if closing or factor.key != "money.closing")


def _factor(key: str, given: Quantity) -> Factor:
    return Factor(key, given.value, given.low, given.high, given.unit, given.source)


Progress = Callable[[int, int], None]
"""Told how much of a part is done, and how much there is."""

CHUNK = 25
"""Samples that go to a process at once."""

SEED = 2022

FEWEST_SOBOL = 64
"""Base samples of the Sobol indices below which their own intervals are not to be trusted."""


@dataclass(frozen=True)
class Size:
    """How much work a report is: what is said gets firmer with more.

    Attributes
    ----------
    samples : int
        Re-solves in which everything that decides the sites is drawn at random.
    sobol : int
        Base samples of the Sobol indices, a power of two; `FEWEST_SOBOL` at least.
    rollouts : bool
        Whether whole rollouts are planned: for every rollout number at both ends of its range,
        and for every number of offices.
    paths : int
        Trajectories of the Morris screening.

    Raises
    ------
    InputError
        If `sobol` is no such number.
    """

    samples: int = 1000
    sobol: int = 128
    rollouts: bool = True
    paths: int = 20

    def __post_init__(self) -> None:
        """Refuse a number of draws that the Sobol indices can't be told from."""
        if self.sobol < FEWEST_SOBOL or self.sobol & (self.sobol - 1):
            expected = say(
                "a power of two from {} on: fewer draws can't tell the shares", FEWEST_SOBOL
            )
            raise InputError([Problem("--sobol", None, "", str(self.sobol), expected)])


STANDARD = Size()
"""What a report takes where nothing else is asked for."""


@dataclass(frozen=True)
class Study:
    """What every part of a report shares: the task, how much of it, and on how many cores."""

    task: Task
    size: Size = STANDARD
    jobs: int = 1

    def each(
        self, function: Callable[..., Any], items: Iterable[Any], progress: Progress
    ) -> Iterator[Any]:
        """Call a function with the task and every item, results in the order of items."""
        todo = list(items)
        progress(0, len(todo))
        results: Iterable[Any] = (function(self.task, item) for item in todo)
        if self.jobs > 1 and len(todo) > 1:
            results = on_cores(function, ((self.task, item) for item in todo), self.jobs)
        for done, result in enumerate(results, 1):
            progress(done, len(todo))
            yield result


def on_cores(
    function: Callable[..., Any],
    calls: Iterable[tuple[Any, ...]],
    jobs: int,
    *,
    ordered: bool = True,
) -> Iterator[Any]:
    """Call a function with each of some arguments on several cores.

    Parameters
    ----------
    calls : iterable of tuple
        The arguments of each call.
    jobs : int
        Processes.
    ordered : bool
        Whether results come in the order of the calls, or as each is finished.
    """
    import joblib  # noqa: PLC0415 - slow to import

    order = "generator" if ordered else "generator_unordered"
    pool = joblib.Parallel(n_jobs=jobs, return_as=order, batch_size=1)
    yield from pool(joblib.delayed(function)(*each) for each in calls)


def chunks_of(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut items into what goes to a process at once."""
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]

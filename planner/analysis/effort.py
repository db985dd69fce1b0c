"""How much work a sensitivity report is, and how work is shared among cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.analysis.sampling import Task

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
    function : callable
    calls : iterable of tuple
        The arguments of each call.
    jobs : int
        Processes.
    ordered : bool
        Whether results come in the order of the calls, or as each is finished.
    """
    joblib = import_module("joblib")  # slow to import
    order = "generator" if ordered else "generator_unordered"
    pool = joblib.Parallel(n_jobs=jobs, return_as=order, batch_size=1)
    yield from pool(joblib.delayed(function)(*each) for each in calls)


def chunks_of(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut items into what goes to a process at once."""
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]

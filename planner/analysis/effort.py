"""How much work a sensitivity report is, and how it is shared among cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
        Base samples of the Sobol indices, a power of two; `FEWEST_SOBOL` at least, to be told.
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


STANDARD = Size()
"""What a report takes where nothing else is asked for."""


def on_cores(
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


def chunks_of(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut items into what goes to a process at once."""
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]

"""The limits of a run, which everything that takes a while looks at."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

SolverName = Literal["highs", "scip"]

FINISH = 30.0
"""Seconds after a limit in which a plan that was found is finished; mostly it takes one."""


def _unheard(_stage: str, _incumbent: float | None, _bound: float | None) -> None:
    """Take progress that nobody watches."""


@dataclass
class Control:
    """Limits of one run, shared by its stages.

    Attributes
    ----------
    gap : float
        Relative gap at which a stage may stop.
    deadline : float or None
        `time.monotonic()` at which the run must stop.
    interrupted : bool
        Set to True (from a signal handler) to stop at the next chance.
    nodes : int or None
        Nodes of the search tree after which a search stops: a limit that cuts at the same place
        on every machine.
    solver : {"highs", "scip"}
    presolve : bool
        Whether the solver may simplify the model first; only tests say no.
    progress : callable
        Called with stage, incumbent and bound while HiGHS searches.
    """

    gap: float = 0.0
    deadline: float | None = None
    threads: int = 1
    interrupted: bool = False
    nodes: int | None = None
    solver: SolverName = "highs"
    presolve: bool = True
    progress: Callable[[str, float | None, float | None], None] = _unheard

    def remaining(self) -> float | None:
        """Seconds left, or None without a limit."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    def stopped(self) -> bool:
        """Whether a limit or an interrupt has come."""
        remaining = self.remaining()
        return self.interrupted or (remaining is not None and remaining <= 0)

    def finishing(self, seconds: float = FINISH) -> Control:
        """Return limits under which a plan that was found may be finished, soon."""
        soon = time.monotonic() + seconds
        late = self.deadline if self.deadline is None else max(soon, self.deadline)
        deadline = soon if self.interrupted else late
        return replace(self, deadline=deadline, interrupted=False, nodes=None)

    def limit(self) -> Literal["time_limit", "interrupted"]:
        """Say which limit it is that came."""
        return "interrupted" if self.interrupted else "time_limit"

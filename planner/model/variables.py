"""The decisions of the model, as PuLP variables named by index."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pulp

    from planner.model.instance import Instance

    Category = Literal["Continuous", "Integer", "Binary"]
    Grid = tuple[tuple[pulp.LpVariable, ...], ...]


def unlimited() -> None:
    """Let a model be built however long it takes."""


@dataclass(frozen=True)
class Work:
    """Decisions about staff and dialogues.

    Attributes
    ----------
    advisors : [t][j] integer
        Advisors employed at an office.
    hires : [t][j] >= 0
        Advisors who are new there.
    pool : [t][j] >= 0
        Full-time equivalents lent by the sister agency.
    dialogues : [t][u][j] >= 0
        Principals of a unit who have their first dialogue; whole numbers in a finished plan.
    unmet : [u] >= 0
        Principals of a unit who would take part but get no dialogue.
    held : [t] >= 0
        Dialogues of the whole country up to the end of a period.
    """

    advisors: Grid
    hires: Grid
    pool: Grid
    dialogues: tuple[Grid, ...]
    unmet: tuple[pulp.LpVariable, ...]
    held: tuple[pulp.LpVariable, ...]


@dataclass(frozen=True)
class Variables:
    """Decisions by period t, unit u and site j.

    Attributes
    ----------
    open : [t][j] binary
        Site j has an open office in period t.
    starts : [t][j] in [0, 1]
        The office opens at the start of period t (existing offices never do).
    closes : [t][j] in [0, 1]
        The office closes at the start of period t.
    serve : [t][u][j] binary
        Unit u belongs to office j in period t.
    own : [t][u][j] in [0, 1], before the last period
        At most 1 where the office that unit u ends up with is j and serves it in period t.
    work : Work or None
        None where the scenario plans no dialogues.
    go_on : callable
        Raises what ends the building of a model once a limit has come.
    """

    open: Grid
    starts: Grid
    closes: Grid
    serve: tuple[Grid, ...]
    own: tuple[Grid, ...] = ()
    work: Work | None = None
    go_on: Callable[[], None] = field(default=unlimited, compare=False)

    def pairs(self, i: Instance, periods: int) -> Iterator[tuple[int, int]]:
        """Yield (t, u) for the first periods and all units, for rules with a row a site too."""
        for pair in itertools.product(range(periods), range(len(i.units))):
            self.go_on()
            yield pair


def regions(v: Variables) -> list[pulp.LpVariable]:
    """Return the decisions about offices and who belongs to them: 0 or 1 each."""
    return [x for row in v.open for x in row] + [x for g in v.serve for row in g for x in row]


def define_variables(
    problem: pulp.LpProblem,
    i: Instance,
    *,
    whole: bool = False,
    go_on: Callable[[], None] = unlimited,
) -> Variables:
    """Add the decisions of an instance to a problem; with `whole`, dialogues come in no parts."""
    periods, units, sites = range(len(i.periods)), range(len(i.units)), range(len(i.sites))

    def grid(name: str, most: float | None, category: Category = "Continuous") -> Grid:
        return tuple(
            tuple(problem.add_variable(f"{name}_{t}_{j}", 0, most, category) for j in sites)
            for t in periods
        )

    return Variables(
        open=grid("open", 1, "Binary"),
        starts=grid("starts", 1),
        closes=grid("closes", 1 if i.scenario.rollout.may_close else 0),
        serve=tuple(
            tuple(
                tuple(problem.add_variable(f"serve_{t}_{u}_{j}", 0, 1, "Binary") for j in sites)
                for u in units
            )
            for t in periods
        ),
        own=tuple(
            tuple(
                tuple(problem.add_variable(f"own_{t}_{u}_{j}", 0, 1) for j in sites) for u in units
            )
            for t in periods[:-1]
        ),
        work=_work(problem, i, grid, whole=whole) if i.scenario.dialogues else None,
        go_on=go_on,
    )


def _work(problem: pulp.LpProblem, i: Instance, grid: Callable[..., Grid], *, whole: bool) -> Work:
    category: Category = "Integer" if whole else "Continuous"
    lent = i.scenario.staffing is not None and i.scenario.staffing.sister_pool is not None
    return Work(
        advisors=grid("advisors", None, "Integer"),
        hires=grid("hires", None),
        pool=grid("pool", None if lent else 0),
        dialogues=tuple(
            tuple(
                tuple(
                    problem.add_variable(f"dialogues_{t}_{u}_{j}", 0, int(i.target[u]), category)
                    for j in range(len(i.sites))
                )
                for u in range(len(i.units))
            )
            for t in range(len(i.periods))
        ),
        unmet=tuple(
            problem.add_variable(f"unmet_{u}", 0, int(i.target[u])) for u in range(len(i.units))
        ),
        held=tuple(problem.add_variable(f"held_{t}", 0) for t in range(len(i.periods))),
    )

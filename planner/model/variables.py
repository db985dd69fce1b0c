"""The decisions of the model, as PuLP variables named by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from planner.criteria.reads import Variables, Work, unlimited

if TYPE_CHECKING:
    from collections.abc import Callable

    import pulp

    from planner.criteria.reads import Grid
    from planner.model.instance import Instance

    Category = Literal["Continuous", "Integer", "Binary"]


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

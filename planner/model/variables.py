"""The decisions of the model, as PuLP variables named by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from planner.criteria.reads import Variables, Work, unlimited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    def grids(name: str, last: int, most: Sequence[float], category: Category) -> tuple[Grid, ...]:
        return tuple(
            tuple(
                tuple(
                    problem.add_variable(f"{name}_{t}_{u}_{j}", 0, most[u], category) for j in sites
                )
                for u in units
            )
            for t in range(last)
        )

    def work() -> Work:
        lent = i.scenario.staffing is not None and i.scenario.staffing.sister_pool is not None
        most = [int(target) for target in i.target]
        return Work(
            advisors=grid("advisors", None, "Integer"),
            hires=grid("hires", None),
            pool=grid("pool", None if lent else 0),
            dialogues=grids("dialogues", last, most, "Integer" if whole else "Continuous"),
            unmet=tuple(problem.add_variable(f"unmet_{u}", 0, most[u]) for u in units),
            held=tuple(problem.add_variable(f"held_{t}", 0) for t in periods),
        )

    last, ones = len(periods), [1] * len(units)
    return Variables(
        open=grid("open", 1, "Binary"),
        starts=grid("starts", 1),
        closes=grid("closes", 1 if i.scenario.rollout.may_close else 0),
        serve=grids("serve", last, ones, "Binary"),
        own=grids("own", last - 1, ones, "Continuous"),
        work=work() if i.scenario.dialogues else None,
        go_on=go_on,
    )

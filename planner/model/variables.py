"""The decisions of the model, as PuLP variables named by index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulp

if TYPE_CHECKING:
    from planner.model.instance import Instance

    Grid = tuple[tuple[pulp.LpVariable, ...], ...]


@dataclass(frozen=True)
class Variables:
    """Decisions by period t, unit u and site j.

    Attributes
    ----------
    open : [t][j] binary
        Site j has an open office in period t.
    starts : [t][j] in [0, 1]
        The office opens at the start of period t (existing offices never do).
    serve : [t][u][j] binary
        Unit u belongs to office j in period t.
    """

    open: Grid
    starts: Grid
    serve: tuple[Grid, ...]


def define_variables(problem: pulp.LpProblem, i: Instance) -> Variables:
    """Add the decisions of an instance to a problem."""
    periods, units, sites = range(len(i.periods)), range(len(i.units)), range(len(i.sites))

    def binary(name: str) -> pulp.LpVariable:
        return problem.add_variable(name, 0, 1, pulp.LpBinary)

    return Variables(
        open=tuple(tuple(binary(f"open_{t}_{j}") for j in sites) for t in periods),
        starts=tuple(
            tuple(problem.add_variable(f"starts_{t}_{j}", 0, 1) for j in sites) for t in periods
        ),
        serve=tuple(
            tuple(tuple(binary(f"serve_{t}_{u}_{j}") for j in sites) for u in units)
            for t in periods
        ),
    )

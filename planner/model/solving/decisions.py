"""Decisions given their values, for a while or for good.

A built `Model` is frozen, but PuLP's variables are not: each search reads their bounds and kinds
anew. This is the one place that changes them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from planner.criteria.base import planned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pulp import LpVariable

    from planner.criteria.reads import Solution
    from planner.model.build import Model
    from planner.model.instance import Ints

    type Regions = tuple[Collection[int], Ints]
    """The offices of a period, and the one that serves each unit."""


def fix(x: LpVariable, value: float) -> None:
    """Give a decision its value."""
    x.lowBound = x.upBound = value


@contextmanager
def bounded(ends: Iterable[tuple[LpVariable, float, float]]) -> Iterator[None]:
    """Keep decisions between a least and a most, for a while."""
    before = []
    for x, least, most in ends:
        before.append((x, x.lowBound, x.upBound))
        x.lowBound, x.upBound = least, most
    try:
        yield
    finally:
        for x, low, high in reversed(before):
            x.lowBound, x.upBound = low, high


@contextmanager
def in_parts(decisions: Iterable[LpVariable]) -> Iterator[None]:
    """Let decisions in whole numbers come in parts, for a while."""
    whole = [x for x in decisions if x.cat == "Integer"]
    for x in whole:
        x.cat = "Continuous"
    try:
        yield
    finally:
        for x in whole:
            x.cat = "Integer"


def let_in_parts(model: Model) -> None:
    """Let regions and staff come in parts from now on."""
    for grid in (*model.variables.serve, planned(model.variables.work).advisors):
        for row in grid:
            for x in row:
                x.cat = "Continuous"


def in_whole_dialogues(model: Model) -> None:
    """Let dialogues come in whole numbers from now on."""
    for grid in planned(model.variables.work).dialogues:
        for row in grid:
            for x in row:
                x.cat = "Integer"


def fix_period(
    model: Model,
    t: int,
    regions: Regions,
    *,
    but: Collection[int] = (),
    sites: Sequence[int] | None = None,
) -> None:
    """Give a period its offices and regions, some units apart.

    Parameters
    ----------
    but : collection of int
        Units that stay free to choose.
    sites : sequence of int, optional
        The sites of the model, by the numbers that `regions` has for them.
    """
    v, (offices, served_by) = model.variables, regions
    known = range(len(v.open[t])) if sites is None else sites
    for j, x in zip(known, v.open[t], strict=True):
        fix(x, int(j in offices))
    for u, serving in enumerate(v.serve[t]):
        if u not in but:
            for j, x in zip(known, serving, strict=True):
                fix(x, int(j == served_by[u]))


def fix_regions(model: Model, solution: Solution, *, but: Collection[int] = ()) -> None:
    """Give every period its offices and regions, some units apart."""
    for t, regions in enumerate(zip(solution.offices, solution.served_by, strict=True)):
        fix_period(model, t, regions, but=but)

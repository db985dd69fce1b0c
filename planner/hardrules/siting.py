"""The hard rules on open sites and regions: those of a plan's end, or of a siting alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.hardrules.arrays import arrays_of
from planner.hardrules.findings import line, over, under
from planner.hardrules.measures import MEASURES, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from planner.hardrules.arrays import Arrays, Ints
    from planner.scenario.spec import Scenario

MORE_IS_BETTER = frozenset({"min_separation_km", "spsm_share"})
"""Criteria whose limits are lower ones."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a siting beside the rules of its scenario.

    Attributes
    ----------
    bounds : mapping of str to float
        Criterion -> the worst value allowed.
    require, forbid : collection of int
        Sites that must, or must not, have an office.
    excluded : collection of collection of int
        Sets of offices that may not come out.
    """

    bounds: Mapping[str, float] = field(default_factory=dict)
    require: Collection[int] = ()
    forbid: Collection[int] = ()
    excluded: Collection[Collection[int]] = ()


def check_siting(
    instance: Any, offices: Collection[int], served_by: Ints, asked: Asked | None = None
) -> list[str]:
    """Name every hard rule that the offices and regions of a last period break.

    Parameters
    ----------
    instance : planner.model.instance.Instance
        Of the whole scenario, its rollout included.
    offices : collection of int
        Open sites, as indices.
    served_by : numpy.ndarray of int, shape (u,)
        The site that serves each unit.
    asked : Asked, optional
        What is asked besides.

    Returns
    -------
    list of str
        One line a rule; empty where all hold.
    """
    case, opened, asked = arrays_of(instance), sorted(offices), asked or Asked()
    found = [
        *line("candidates", not_allowed(case, opened)),
        *line("office count", count_at_end(case, len(opened))),
        *line("roles", roles_at_end(case, opened)),
        *line("opening dates", _dates_at_end(case, opened)),
        *line("question", _question(case, opened, asked)),
    ]
    unserved = list(_not_served(case, opened, served_by))
    if unserved:
        return [*found, *line("open offices", unserved)]
    limits = {n: worst for n, worst in hard_limits(case.scenario).items() if n in MEASURES}

    def measured(name: str) -> float:
        return MEASURES[name](case, opened, served_by)

    return [
        *found,
        *line("connected regions", in_pieces(case, served_by)),
        *line("hard limits", missed(limits, measured)),
        *line("bounds", missed(asked.bounds, measured)),
    ]


def not_allowed(case: Arrays, opened: Collection[int]) -> Iterator[str]:
    """Yield the open towns that are excluded, or no candidates."""
    yield from (f"{case.sites[j]} may not have an office" for j in opened if not case.allowed[j])


def count_at_end(case: Arrays, number: int) -> Iterator[str]:
    """Yield what is wrong with the number of offices of the last period."""
    spec = case.scenario.offices
    if not spec.fewest <= number <= spec.most:
        asked = f"{spec.most}" if spec.fewest == spec.most else f"{spec.fewest} to {spec.most}"
        yield f"{number} at the end, {asked} asked for"


def roles_at_end(case: Arrays, opened: Collection[int]) -> Iterator[str]:
    """Yield the required and existing towns that have no office in the last period."""
    spec, rollout = case.scenario.sites, case.scenario.rollout
    there = {case.sites[j] for j in opened}
    for code in spec.required:
        if code not in there:
            yield f"{code} is required and not open at the end"
    if not rollout.may_close or len(rollout.periods) == 1:
        for code in spec.existing:
            if code not in there:
                yield f"{code} exists, may not close and is not open at the end"


def hard_limits(scenario: Scenario) -> dict[str, float]:
    """Return criterion -> the worst value that its hard limit allows."""
    return {name: limit.value for name, limit in scenario.limits.items() if limit.hard}


def missed(limits: Mapping[str, float], measured: Callable[[str], float]) -> Iterator[str]:
    """Yield the criteria that are worse than a limit."""
    for name, worst in sorted(limits.items()):
        value = measured(name)
        if name in MORE_IS_BETTER and under(value, worst):
            yield f"{name} is {value:.9g}, at least {worst:.9g} asked for"
        if name not in MORE_IS_BETTER and over(value, worst):
            yield f"{name} is {value:.9g}, at most {worst:.9g} asked for"


def in_pieces(case: Arrays, served_by: Ints) -> Iterator[str]:
    """Yield the offices whose regions fall into pieces, where that is forbidden."""
    if case.scenario.units.contiguous:
        for j, count in sorted(pieces(case, served_by).items()):
            if count > 1:
                yield f"the region of {case.sites[j]} is in {count} pieces"


def _dates_at_end(case: Arrays, opened: Sequence[int]) -> Iterator[str]:
    """Yield towns with a date to open that, once open, can't be closed again by the end."""
    rollout, there = case.scenario.rollout, {case.sites[j] for j in opened}
    for code, period in rollout.opens.items():
        stays = not rollout.may_close or period == rollout.periods[-1].name
        if stays and code not in there:
            yield f"{code} must open in {period} and is not open at the end"


def _question(case: Arrays, opened: Sequence[int], asked: Asked) -> Iterator[str]:
    """Yield what the offices do against the question."""
    there = set(opened)
    yield from (f"{case.sites[j]} was asked for" for j in sorted({*asked.require} - there))
    yield from (f"{case.sites[j]} was ruled out" for j in sorted({*asked.forbid} & there))
    if any(there == set(each) for each in asked.excluded):
        yield "this set of offices was ruled out"


def _not_served(case: Arrays, opened: Sequence[int], served_by: Ints) -> Iterator[str]:
    """Yield the units that no open office serves."""
    if len(served_by) != len(case.units):
        yield f"{len(served_by)} units are served, there are {len(case.units)}"
        return
    for u in np.flatnonzero(~np.isin(served_by, opened)):
        yield f"{case.units[u]} is served by {case.sites[served_by[u]]}, which is not open"

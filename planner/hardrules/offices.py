"""The hard rules on offices and regions over time: when they open, and who serves until then."""

from collections.abc import Iterator

import numpy as np

from planner.hardrules.arrays import Arrays
from planner.hardrules.decisions import Decided
from planner.hardrules.findings import MILLIONTH, line
from planner.hardrules.siting import count_at_end, not_allowed, roles_at_end
from planner.plan import Plan


def check_offices(case: Arrays, plan: Plan, decided: Decided) -> list[str]:
    """Name the rules on offices that a plan breaks, one line each."""
    ever = frozenset[int]().union(*decided.opened)
    return [
        *line("candidates", not_allowed(case, ever)),
        *line("office count", _count(case, decided)),
        *line("roles", _roles(case, decided)),
        *line("offices stay", _stays(case, decided)),
        *line("openings per period", _openings_most(case, decided)),
        *line("opening dates", _dates(case, decided)),
        *line("opens and closes", _listed(case, plan, decided)),
    ]


def check_regions(case: Arrays, decided: Decided) -> list[str]:
    """Name the rules on who serves whom before the last period that a plan breaks."""
    ever = sorted({int(j) for j in np.unique(decided.served_by)}.union(*decided.opened))
    column = np.zeros(len(case.sites), dtype=np.int64)
    column[ever] = np.arange(len(ever))
    km, last = case.mean_of_unit(case.km, ever), decided.served_by[-1]
    town, closed = case.sites, list[str]()
    own, far = list[str](), list[str]()
    for name, opened, served in zip(decided.names, decided.opened, decided.served_by, strict=True):
        now = np.array(sorted(opened), dtype=np.int64)
        closed += (
            f"{case.units[u]} in {name}: {town[served[u]]} is not open"
            for u in np.flatnonzero(~np.isin(served, now))
        )
        strays, waits = served != last, ~np.isin(last, now)
        own += (
            f"{case.units[u]} in {name}: {town[served[u]]}, its own {town[last[u]]} is open"
            for u in np.flatnonzero(strays & ~waits)
        )
        least = km[:, column[now]].min(axis=1, initial=np.inf)
        reached = km[np.arange(len(served)), column[served]]
        room = least + MILLIONTH * np.maximum(1.0, least)
        far += (
            f"{case.units[u]} in {name}: {town[served[u]]}, {reached[u]:.6g} km, "
            f"the nearest open one {least[u]:.6g}"
            for u in np.flatnonzero(strays & waits & (reached > room))
        )
    return [
        *line("open offices", closed),
        *line("own office", own),
        *line("nearest office", far),
    ]


def openings(case: Arrays, decided: Decided) -> list[frozenset[int]]:
    """Return the sites that open in each period; existing ones were open before."""
    return [now - was for was, now in _steps(case, decided)]


def closings(case: Arrays, decided: Decided) -> list[frozenset[int]]:
    """Return the sites that close in each period."""
    return [was - now for was, now in _steps(case, decided)]


def _steps(case: Arrays, decided: Decided) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Yield the sites that were open before each period, and those that are in it."""
    existing = case.scenario.sites.existing
    there = frozenset(j for j, code in enumerate(case.sites) if code in existing)
    return zip((there, *decided.opened), decided.opened, strict=False)


def _count(case: Arrays, decided: Decided) -> Iterator[str]:
    yield from count_at_end(case, len(decided.opened[-1]))
    most = case.scenario.offices.most
    for name, opened in zip(decided.names[:-1], decided.opened, strict=False):
        if len(opened) > most:
            yield f"{len(opened)} in {name}, at most {most} asked for"


def _roles(case: Arrays, decided: Decided) -> Iterator[str]:
    yield from roles_at_end(case, decided.opened[-1])
    must = 1 if case.scenario.rollout.may_close else len(decided.names)
    for name, opened in zip(
        decided.names[: min(must, len(decided.names) - 1)], decided.opened, strict=False
    ):
        there = {case.sites[j] for j in opened}
        for code in case.scenario.sites.existing:
            if code not in there:
                yield f"{code} exists and is not open in {name}"


def _stays(case: Arrays, decided: Decided) -> Iterator[str]:
    if not case.scenario.rollout.may_close:
        for name, gone in zip(decided.names[1:], closings(case, decided)[1:], strict=True):
            yield from (f"{case.sites[j]} closes in {name}" for j in sorted(gone))


def _openings_most(case: Arrays, decided: Decided) -> Iterator[str]:
    for period, fresh in zip(case.scenario.rollout.periods, openings(case, decided), strict=True):
        counted = sum(not case.own[j] for j in fresh)
        if period.openings_most is not None and counted > period.openings_most:
            yield f"{counted} in {period.name}, at most {period.openings_most} asked for"


def _dates(case: Arrays, decided: Decided) -> Iterator[str]:
    rollout = case.scenario.rollout
    fresh = {
        name: {case.sites[j] for j in sites}
        for name, sites in zip(decided.names, openings(case, decided), strict=True)
    }
    for code, name in rollout.opens.items():
        if code not in fresh[name]:
            yield f"{code} must open in {name} and does not"
    for code, first in rollout.available_from.items():
        early = decided.names[: decided.names.index(first)]
        for name, opened in zip(early, decided.opened, strict=False):
            if any(case.sites[j] == code for j in opened):
                yield f"{code} has no premises before {first} and is open in {name}"


def _listed(case: Arrays, plan: Plan, decided: Decided) -> Iterator[str]:
    """Yield the offices whose own row does not say when they are open."""
    spans: dict[str, list[int]] = {}
    for t, opened in enumerate(decided.opened):
        for j in sorted(opened):
            spans.setdefault(case.sites[j], []).append(t)
    after = (*decided.names, None)
    right = {code: (decided.names[ts[0]], after[ts[-1] + 1]) for code, ts in spans.items()}
    found = {office.code: (office.opens, office.closes) for office in plan.offices}
    for code in sorted(right.keys() | found.keys()):
        if right.get(code) != found.get(code):
            yield f"{code} has {found.get(code)}, its periods say {right.get(code)}"

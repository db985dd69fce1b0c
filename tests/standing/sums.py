"""The criteria as sums over the columns of a program, each as docs/model.md defines it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from standing.facts import exact

if TYPE_CHECKING:
    from standing.columns import Terms
    from standing.program import Program


def mean_km(p: Program) -> Terms:
    f = p.f
    return p.served((u, j, float(f.summed(u, j, f.km) / f.total)) for u in f.units for j in f.sites)


def mean_minutes(p: Program) -> Terms:
    f = p.f
    return p.served(
        (u, j, float(f.summed(u, j, f.minutes) / f.total)) for u in f.units for j in f.sites
    )


def share_beyond(p: Program) -> Terms:
    f, limit = p.f, exact(p.f.part("thresholds", "beyond_km"))
    return p.served((u, j, f.beyond(u, j, limit) / f.total) for u in f.units for j in f.sites)


def max_km(p: Program) -> Terms:
    f, z = p.f, p.new()
    for u in f.units:
        for home, n in f.members[u]:
            if n:
                reach = p.served((u, j, float(f.km[home, j])) for j in f.sites)
                p.row([(z, 1), *((x, -km) for x, km in reach)], low=0)
    return [(z, 1.0)]


def spread(p: Program) -> Terms:
    f, found = p.f, []
    for m in f.county:
        near = {j: p.new(1) for j in f.sites}
        p.row([(x, 1) for x in near.values()], 1, 1)
        for j, x in near.items():
            p.row([(x, 1), (p.open[p.last][j], -1)], high=0)
            found.append((x, float(f.km[m, j]) / len(f.county)))
    return found


def min_separation_km(p: Program) -> Terms:
    f, z = p.f, p.new()
    longest = float(max(f.km.values()))
    opened = p.open[p.last]
    p.row([(z, 1), *((x, -longest) for x in opened.values())], high=-longest)
    for j, k in combinations(f.sites, 2):
        d = float(f.km[j, k])
        p.row([(z, 1), (opened[j], longest), (opened[k], longest)], high=d + 2 * longest)
    return [(z, 1.0)]


def university_minutes(p: Program) -> Terms:
    f, z = p.f, p.new()
    total = [(p.open[p.last][j], float(f.campus[j])) for j in f.sites]
    most = sum(float(x) for x in f.campus.values()) + 1
    for n, holds in _numbers(p, f.sites):
        # n z >= total, where n offices are open
        p.row([(z, n), *((x, -c) for x, c in total), (holds, -most)], low=-most)
    return [(z, 1.0)]


def university_beyond(p: Program) -> Terms:
    return [(p.open[p.last][j], 1.0) for j in sorted(p.f.far_from_campus)]


def spsm_share(p: Program) -> Terms:
    f, z = p.f, p.new(1)
    counted = [j for j in f.sites if j not in f.listed("own_premises")]
    with_sister = [(p.open[p.last][j], -1.0) for j in counted if j in f.sister]
    for n, holds in _numbers(p, counted):
        # n z <= those with the sister agency, where n are counted
        p.row([(z, n), *with_sister, (holds, n)], high=n)
    return [(z, 1.0)]


def _numbers(p: Program, towns: list[str]) -> list[tuple[int, int]]:
    """Return, for every number of open offices among some, a column that says it holds."""
    number = {n: p.new(1, whole=True) for n in range(len(towns) + 1)}
    p.row([(x, 1) for x in number.values()], 1, 1)
    opened = [(p.open[p.last][j], 1.0) for j in towns]
    p.row([*opened, *((x, -float(n)) for n, x in number.items())], 0, 0)
    return [(n, x) for n, x in number.items() if n]


def county_splits(p: Program) -> Terms:
    f, found = p.f, []
    for county in sorted(set(f.county.values())):
        units = [u for u in f.units if f.county_of(u) == county]
        met = {j: p.new(1) for j in f.sites}
        for u in units:
            for j in f.sites:
                p.row([(p.serve[p.last][u, j], 1), (met[j], -1)], high=0)
        split = p.new(1, whole=True)
        p.row([*((x, 1) for x in met.values()), (split, -len(f.sites))], high=1)
        found.append((split, 1.0))
    return found


def balance(p: Program) -> Terms:
    f, z = p.f, p.new()
    for n, holds in _numbers(p, f.sites):
        for j in f.sites:
            load = p.served((u, j, n * f.weight[u] / f.total) for u in f.units)
            # z >= n load, where n offices are open
            p.row([(z, 1), *((x, -c) for x, c in load), (holds, -n)], low=-n)
    return [(z, 1.0)]


def largest_region(p: Program) -> Terms:
    f, z = p.f, p.new()
    for j in f.sites:
        load = p.served((u, j, f.weight[u]) for u in f.units)
        p.row([(z, 1), *((x, -c) for x, c in load)], low=0)
    return [(z, 1.0)]


def cost_msek(p: Program) -> Terms:
    return [term for t in p.T for term in p.cost(t)]


def waiting(p: Program) -> Terms:
    wait = [float(x) for x in p.f.wait]
    held = [(x, wait[t]) for t in p.T for x in p.visits[t].values()]
    return held + [(x, wait[-1]) for x in p.unmet.values()]


def unmet(p: Program) -> Terms:
    return [(x, 1.0) for x in p.unmet.values()]


SUMS = {
    "mean_km": mean_km,
    "mean_minutes": mean_minutes,
    "share_beyond": share_beyond,
    "max_km": max_km,
    "spread": spread,
    "min_separation_km": min_separation_km,
    "university_minutes": university_minutes,
    "university_beyond": university_beyond,
    "spsm_share": spsm_share,
    "county_splits": county_splits,
    "balance": balance,
    "largest_region": largest_region,
    "cost_msek": cost_msek,
    "waiting": waiting,
    "unmet": unmet,
}

"""The rules of the model: one function a rule, its inequality above it.

Symbols: t period, u unit, j site, n node of the border graph; open[t,j], starts[t,j],
serve[t,u,j] as in variables.py. A rule yields groups; each group is one sentence that a
planner can relax or drop, and an infeasible scenario is explained in groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulp import LpAffineExpression, lpSum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from planner.criteria.reads import Variables
    from planner.model.instance import Instance


@dataclass(frozen=True)
class Group:
    """Constraints that stand for one sentence of the scenario.

    Attributes
    ----------
    rule : str
        Key of the sentence in the texts (section `rules`).
    constraints : tuple of pulp.LpAffineExpression
        With their senses.
    words : mapping of str to object
        What the sentence names.
    structural : bool
        True for what defines the model itself; such a group is never named as a clash.
    code : str
        Municipality code of the town that the sentence names: towns may share a name.
    """

    rule: str
    constraints: tuple[LpAffineExpression, ...]
    words: Mapping[str, object] = field(default_factory=dict)
    structural: bool = False
    code: str = ""


def each_unit_has_one_office(i: Instance, v: Variables) -> Iterator[Group]:
    """Single allocation: sum_j serve[t,u,j] = 1 for every t, u."""
    yield Group(
        "one_office",
        tuple(
            lpSum(v.serve[t][u]) == 1 for t in range(len(i.periods)) for u in range(len(i.units))
        ),
        structural=True,
    )


def units_go_to_open_offices(i: Instance, v: Variables) -> Iterator[Group]:
    """serve[t,u,j] <= open[t,j] for every t, u, j (the strong form: one row a pair)."""
    yield Group(
        "open_office",
        tuple(
            v.serve[t][u][j] <= v.open[t][j]
            for t, u in v.pairs(len(i.periods))
            for j in range(len(i.sites))
        ),
        structural=True,
    )


def number_of_offices(i: Instance, v: Variables) -> Iterator[Group]:
    """Count: fewest <= sum_j open[T,j] <= most in the last period T.

    Where offices may close, sum_j open[t,j] <= most before it too; where they may not there are
    no more before it.
    """
    fewest, most = i.scenario.offices.fewest, i.scenario.offices.most
    last = lpSum(v.open[-1])
    before = v.open[:-1] if i.scenario.rollout.may_close else ()
    at_most = tuple(lpSum(row) <= most for row in before)
    if fewest == most:
        yield Group("office_count", (last == most, *at_most), {"count": most})
    else:
        yield Group("office_fewest", (last >= fewest,), {"count": fewest})
        yield Group("office_most", (last <= most, *at_most), {"count": most})


def openings_are_counted(i: Instance, v: Variables) -> Iterator[Group]:
    """starts[t,j] - closes[t,j] = open[t,j] - open[t-1,j], where open[-1,j] = 0.

    Nothing happens to an existing office in the first period: `fixed_roles` has it open.
    Where offices may close, starts[t,j] + open[t-1,j] <= 1 and closes[t,j] <= open[t-1,j] keep
    an office from doing both at once. Where they may not, closes is fixed at 0, which is the
    rule that an office stays.
    """
    for t in range(len(i.periods)):
        rows = []
        for j, role in enumerate(i.roles):
            if not t and role == "existing":
                rows += [v.starts[t][j] == 0, v.closes[t][j] == 0]
                continue
            before = v.open[t - 1][j] if t else 0
            rows.append(v.starts[t][j] - v.closes[t][j] == v.open[t][j] - before)
            if i.scenario.rollout.may_close:
                rows.append(v.starts[t][j] <= 1 - before)
                rows.append(v.closes[t][j] <= before)
        yield Group("openings", tuple(rows), structural=True)


def openings_per_period(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_j starts[t,j] <= openings_most[t], offices in own premises apart."""
    for t, period in enumerate(i.periods):
        if period.openings_most is not None:
            counted = lpSum(v.starts[t][j] for j in range(len(i.sites)) if not i.own[j])
            yield Group(
                "openings_most",
                (counted <= period.openings_most,),
                {"count": period.openings_most, "period": period.name},
            )


def fixed_roles(i: Instance, v: Variables) -> Iterator[Group]:
    """open[T,j] = 1 for a required site; open[t,j] = 1 in every period for an existing one.

    Where offices may close, an existing one is open in the first period and may close from the
    second.
    """
    periods = 1 if i.scenario.rollout.may_close else len(i.periods)
    for j, role in enumerate(i.roles):
        if role == "required":
            rows: tuple[LpAffineExpression, ...] = (v.open[-1][j] == 1,)
            yield Group("required", rows, {"town": i.towns[j]}, code=i.sites[j])
        elif role == "existing":
            rows = tuple(v.open[t][j] == 1 for t in range(periods))
            yield Group("existing", rows, {"town": i.towns[j]}, code=i.sites[j])


def opening_dates(i: Instance, v: Variables) -> Iterator[Group]:
    """starts[t,j] = 1 for a town with a set date; open[t,j] = 0 before premises are free."""
    order = {period.name: t for t, period in enumerate(i.periods)}
    for j, code in enumerate(i.sites):
        opens, available = (
            i.scenario.rollout.opens.get(code),
            i.scenario.rollout.available_from.get(code),
        )
        if opens is not None:
            words = {"town": i.towns[j], "period": opens}
            yield Group("opens", (v.starts[order[opens]][j] == 1,), words, code=code)
        if available is not None and order[available] > 0:
            rows = tuple(v.open[t][j] == 0 for t in range(order[available]))
            words = {"town": i.towns[j], "period": available}
            yield Group("available_from", rows, words, code=code)


def own_office_serves_once_open(i: Instance, v: Variables) -> Iterator[Group]:
    """serve[t,u,j] >= serve[T,u,j] + open[t,j] - 1 for every t before the last period T.

    The office that a unit ends up with serves it from the day it opens; only until then is the
    unit served from another.
    """
    last = len(i.periods) - 1
    if last:
        rows = tuple(
            v.serve[t][u][j] >= v.serve[last][u][j] + v.open[t][j] - 1
            for t, u in v.pairs(last)
            for j in range(len(i.sites))
        )
        yield Group("own_office", rows)


def nearest_office_serves_until_then(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_{j farther than k} (serve[t,u,j] - own[t,u,j]) <= 1 - open[t,k] for t < T, every u, k.

    Until the office that a unit ends up with is open, the nearest open one serves it: with k
    open, no office farther than k does, its own apart. own[t,u,j] <= serve[t,u,j] and
    own[t,u,j] <= serve[T,u,j], so that own is 1 only where its own office serves it.
    """
    last = len(i.periods) - 1
    if not last:
        return
    rows = []
    for t, u in v.pairs(last):
        own = v.own[t][u]
        rows += [own[j] <= v.serve[t][u][j] for j in range(len(i.sites))]
        rows += [own[j] <= v.serve[last][u][j] for j in range(len(i.sites))]
        km = i.unit_km[u] + i.idle_km[u]  # one of them is nil
        for k in range(len(i.sites)):
            farther = [v.serve[t][u][j] - own[j] for j in range(len(i.sites)) if km[j] > km[k]]
            if farther:
                rows.append(lpSum(farther) <= 1 - v.open[t][k])
    yield Group("nearest_office", tuple(rows))


def region_cuts(
    i: Instance, v: Variables, component: Iterable[int], rest: Iterable[int], region: Iterable[int]
) -> Group:
    """Separate a part of a region that no border joins to the rest of it.

    For a in the stray part A and b the first unit of the region in the rest, with S the neighbours
    of A:
    serve[t,a,j] + serve[t,b,j] - 1 <= sum_{n in S} serve[t,n,j], for every j: whoever owns both
    must own a node of every set that separates them. Exact when separated until none is
    violated (Carvajal, Constantino, Goycoolea, Vielma and Weintraub, Operations Research 61,
    2013).
    """
    stray = set(component)
    border = sorted(
        {b for a, b in i.node_links if a in stray and b not in stray}
        | {a for a, b in i.node_links if b in stray and a not in stray}
    )
    units_at: dict[int, list[int]] = {}
    for u, node in enumerate(i.node_of_unit):
        units_at.setdefault(int(node), []).append(u)
    ends = [u for node in sorted(stray) for u in units_at.get(node, ())]
    own = set(region)  # others may live in the same places
    anchor = next(u for node in sorted(rest) for u in units_at.get(node, ()) if u in own)
    separator = [u for node in border for u in units_at.get(node, ())]
    serve = v.serve[-1]
    return Group(
        "contiguous",
        tuple(
            serve[a][j] + serve[anchor][j] - 1 <= lpSum(serve[n][j] for n in separator)
            for a in ends
            for j in range(len(i.sites))
        ),
    )

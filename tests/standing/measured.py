"""What an answer scores and which hard rules it breaks, recomputed in exact numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from standing.facts import MORE, ROLLOUT, exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standing.facts import Facts

NOTHING = Fraction(0)
CLOSE = Fraction(1, 10**6)
"""What a sum may be past its limit: the program keeps kilometres and hours to the sixth decimal."""


@dataclass(frozen=True)
class Answer:
    """Who is open, who serves whom and who works where, period by period.

    Attributes
    ----------
    open : list of frozenset of str
    served : list of dict
        Unit -> office.
    advisors : list of dict
        Office -> advisors.
    visits : dict
        (period, unit) -> dialogues, in whole numbers.
    """

    open: list[frozenset[str]]
    served: list[dict[str, str]]
    advisors: list[dict[str, int]] = field(default_factory=list)
    visits: dict[tuple[int, str], int] = field(default_factory=dict)

    def held(self, t: int) -> int:
        """Return the dialogues of a period."""
        return sum(n for (when, _), n in self.visits.items() if when == t)

    def unmet(self, f: Facts) -> dict[str, int]:
        """Return, for each unit, those due who get no dialogue."""
        met = dict.fromkeys(f.units, 0)
        for (_, unit), n in self.visits.items():
            met[unit] += n
        return {unit: f.due[unit] - met[unit] for unit in f.units}


def read_plan(f: Facts, plan: dict[str, Any]) -> Answer:
    """Read the answer out of a plan, the content of plan.json."""
    order = {name: t for t, name in enumerate(f.names)}
    served: list[dict[str, str]] = [{} for _ in order]
    for row in plan["assignments"]:
        served[order[row["period"]]][row["id"]] = row["office"]
    staff: list[dict[str, int]] = [{} for _ in order]
    for office in plan["offices"]:
        for period, count in office["advisors"].items():
            staff[order[period]][office["code"]] = count
    visits = {(order[b["period"]], b["id"]): b["dialogues"] for b in plan["dialogues"]}
    return Answer([frozenset(p["open"]) for p in plan["periods"]], served, staff, visits)


def figures(f: Facts, a: Answer) -> dict[str, Fraction]:
    """Compute every criterion."""
    offices, served = a.open[-1], a.served[-1]
    people = [(home, served[u], n) for u in f.units for home, n in f.members[u] if n]
    counted = offices - f.listed("own_premises")
    loads = {j: sum(f.weight[u] for u in f.units if served[u] == j) for j in offices}
    homes: dict[str, set[str]] = {}
    for u in f.units:
        homes.setdefault(f.county_of(u), set()).add(served[u])
    near = [min(f.km[m, j] for j in offices) for m in f.county]
    limit = exact(f.part("thresholds", "beyond_km"))
    found = {
        "mean_km": sum(n * f.km[m, j] for m, j, n in people) / Fraction(f.total),
        "mean_minutes": sum(n * f.minutes[m, j] for m, j, n in people) / Fraction(f.total),
        "p95_km": percentile([(f.km[m, j], n) for m, j, n in people]),
        "max_km": max(f.km[m, j] for m, j, _ in people),
        "share_beyond": Fraction(sum(n for m, j, n in people if f.km[m, j] > limit), f.total),
        "spread": sum(near) / Fraction(len(near)),
        "min_separation_km": min((f.km[p] for p in combinations(offices, 2)), default=NOTHING),
        "university_minutes": sum(f.campus[j] for j in offices) / Fraction(len(offices)),
        "university_beyond": Fraction(len(offices & f.far_from_campus)),
        "spsm_share": Fraction(len(counted & f.sister), len(counted)) if counted else Fraction(1),
        "county_splits": Fraction(sum(len(by) > 1 for by in homes.values())),
        "contiguous": Fraction(not strays(f, served)),
        "balance": Fraction(max(loads.values()) * len(offices), f.total),
        "largest_region": Fraction(max(loads.values())),
    }
    if not f.works:
        return found
    unmet = sum(a.unmet(f).values())
    months = sum((n * f.wait[t] for (t, _), n in a.visits.items()), NOTHING)
    return found | {
        "cost_msek": sum(costs(f, a), NOTHING),
        "waiting": months + unmet * f.wait[-1],
        "unmet": Fraction(unmet),
    }


def percentile(rows: list[tuple[Fraction, int]]) -> Fraction:
    """Return the least km that at most 5 % live farther than."""
    total = sum(n for _, n in rows)
    return min(km for km, _ in rows if 20 * sum(n for far, n in rows if far > km) <= total)


def strays(f: Facts, served: dict[str, str]) -> list[str]:
    """Return the offices whose regions do not hang together."""
    regions: dict[str, set[str]] = {}
    for unit, office in served.items():
        regions.setdefault(office, set()).add(f.node(unit))
    found = []
    for office, nodes in regions.items():
        reached, ring = set[str](), {min(nodes)}
        while ring:
            reached |= ring
            ring = {b for a, b in f.links if a in ring and b in nodes} - reached
        if reached != nodes:
            found.append(office)
    return sorted(found)


def started(f: Facts, a: Answer) -> list[frozenset[str]]:
    """Return the offices that open in each period; existing ones were open before."""
    before = [frozenset(f.listed("existing")), *a.open]
    return [now - was for was, now in zip(before, a.open, strict=False)]


def short_hours(f: Facts, a: Answer, t: int) -> dict[str, Fraction]:
    """Return the hours that each office needs beyond those of its own advisors."""
    found = {}
    for j in a.open[t]:
        needed = sum(
            (a.visits.get((t, u), 0) * f.hours(u, j) for u in f.units if a.served[t][u] == j),
            NOTHING,
        )
        found[j] = max(NOTHING, needed - a.advisors[t].get(j, 0) * f.full_time(t))
    return found


def costs(f: Facts, a: Answer, *, all_lent: bool = False) -> list[Fraction]:
    """Compute the cost of each period, with the least that must be lent, or all that can be."""
    closed = [was - now for was, now in pairwise([frozenset(f.listed("existing")), *a.open])]
    found = []
    for t, opened in enumerate(started(f, a)):
        lent = f.lent if all_lent else sum(short_hours(f, a, t).values()) / f.full_time(t)
        yearly = (
            f.money("advisor") * sum(a.advisors[t].values())
            + f.money("sister_advisor") * lent
            + f.money("premises") * len(a.open[t])
        )
        journeys = sum(
            (n * f.journey(u, a.served[t][u]) for (w, u), n in a.visits.items() if w == t), NOTHING
        )
        once = f.money("opening") * len(opened) + f.money("closing") * len(closed[t])
        found.append(f.years[t] * yearly + once + journeys)
    return found


def broken(f: Facts, a: Answer) -> list[str]:
    """Name every hard rule that an answer breaks."""
    wrong = [*_regions(f, a), *_offices(f, a), *_dates(f, a), *_limits(f, a)]
    if f.works:
        wrong += [*_people(f, a), *_money(f, a)]
    return wrong


def _regions(f: Facts, a: Answer) -> Iterator[str]:
    for t, (offices, served) in enumerate(zip(a.open, a.served, strict=True)):
        if sorted(served) != sorted(f.units):
            yield f"not every unit once in {f.names[t]}"
        for u, j in served.items():
            own = a.served[-1][u]
            if j not in offices:
                yield f"{u} served by {j}, which is closed in {f.names[t]}"
            elif own in offices and j != own:
                yield f"{u} not served by its own office {own} in {f.names[t]}"
            elif own not in offices:
                least = min(f.mean(u, k, f.km) for k in offices)
                if f.mean(u, j, f.km) > least + CLOSE:
                    yield f"{u} served by {j} in {f.names[t]}, not the nearest"
    if f.part("units", "contiguous"):
        yield from (f"the region of {j} is not connected" for j in strays(f, a.served[-1]))


def _offices(f: Facts, a: Answer) -> Iterator[str]:
    fewest, most = f.fewest_most
    if not fewest <= len(a.open[-1]) <= most:
        yield f"{len(a.open[-1])} offices in the end"
    for t, offices in enumerate(a.open):
        if len(offices) > most:
            yield f"{len(offices)} offices in {f.names[t]}"
        yield from (f"{j} is no candidate" for j in offices - set(f.sites))
        if t == 0 or not f.may_close:
            yield from (f"{j} exists, not open" for j in f.listed("existing") - offices)
        if t and not f.may_close:
            yield from (f"{j} closes in {f.names[t]}" for j in a.open[t - 1] - offices)
    yield from (f"{j} required, not open" for j in f.listed("required") - a.open[-1])


def _dates(f: Facts, a: Answer) -> Iterator[str]:
    fresh = started(f, a)
    for t, period in enumerate(f.periods):
        counted = fresh[t] - f.listed("own_premises")
        if period.get("openings_most") is not None and len(counted) > period["openings_most"]:
            yield f"{len(counted)} openings in {f.names[t]}"
    for j, name in f.part("rollout", "opens", otherwise={}).items():
        if j not in fresh[f.names.index(name)]:
            yield f"{j} must open in {name}"
    for j, name in f.part("rollout", "available_from", otherwise={}).items():
        if any(j in offices for offices in a.open[: f.names.index(name)]):
            yield f"{j} open before {name}"


def _limits(f: Facts, a: Answer) -> Iterator[str]:
    values = figures(f, a)
    for name, limit in f.part("limits", otherwise={}).items():
        if limit.get("hard", True) and off(name, limit, values[name]) > CLOSE:
            yield f"limit on {name}: {float(values[name])} against {limit}"


def off(name: str, limit: dict[str, Any], value: Fraction) -> Fraction:
    """Return how far a criterion is past its limit."""
    if name in MORE:
        return max(NOTHING, exact(limit["least"]) - value)
    return max(NOTHING, value - exact(limit["most"]))


def short_of(f: Facts, a: Answer, target: dict[str, Any]) -> Fraction:
    """Return how many dialogues are missing at the date of a target."""
    held = sum(a.held(t) for t in range(f.names.index(target["by"]) + 1))
    return max(NOTHING, exact(target["least"]) - held)


def _people(f: Facts, a: Answer) -> Iterator[str]:
    yield from (f"{u}: {n} unmet" for u, n in a.unmet(f).items() if n < 0)
    yield from (f"{u}: {n} dialogues" for (_, u), n in a.visits.items() if n < 0)
    before = f.staff_before
    for t, period in enumerate(f.periods):
        now = a.advisors[t]
        yield from (f"{j} has staff, is closed" for j, n in now.items() if n and j not in a.open[t])
        for j in a.open[t]:
            if now.get(j, 0) < f.staffing("minimum_team"):
                yield f"{now.get(j, 0)} advisors at {j} in {f.names[t]}"
        hires = sum((max(NOTHING, now.get(j, 0) - before.get(j, 0)) for j in f.sites), NOTHING)
        if period.get("hires_most") is not None and hires > exact(period["hires_most"]) + CLOSE:
            yield f"{float(hires)} hired in {f.names[t]}"
        before = {j: Fraction(n) for j, n in now.items()}
        lacking = short_hours(f, a, t)
        if sum(lacking.values()) > f.lent * f.full_time(t) + CLOSE:
            yield f"hours in {f.names[t]}: {float(sum(lacking.values()))} short"
        for j, hours in lacking.items():
            if hours > CLOSE and j not in f.sister:
                yield f"{j} in {f.names[t]} lacks {float(hours)} hours"


def _money(f: Facts, a: Answer) -> Iterator[str]:
    for cost, period in zip(costs(f, a), f.periods, strict=True):
        if period.get("budget_msek") is not None and cost > exact(period["budget_msek"]) + CLOSE:
            yield f"{period['name']} costs {float(cost)}"
    for target in f.part("dialogues", "targets", otherwise=()):
        if target.get("hard", False) and short_of(f, a, target):
            yield f"target by {target['by']}"
    allowed, left = f.part("dialogues", "balance"), a.unmet(f)
    everyone = sum(f.due.values())
    if allowed is None or not everyone:
        return
    for county in sorted(set(f.county.values())):
        units = [u for u in f.units if f.county_of(u) == county]
        due = sum(f.due[u] for u in units)
        met = due - sum(left[u] for u in units)
        pace = Fraction(due * (everyone - sum(left.values())), everyone)
        if abs(met - pace) > exact(allowed) * due + 1 + CLOSE:
            yield f"{county} met {met}, pace {float(pace)}"


__all__ = ("ROLLOUT", "Answer", "broken", "costs", "figures", "off", "read_plan", "short_of")

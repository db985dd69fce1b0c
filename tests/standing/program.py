"""A small mixed-integer program of the whole model, for scipy, that shares nothing with it.

Where there was a choice of how to say a rule it is said in another way than in the program: the
interim rule pair by pair, connected regions as a flow, the nearest office as a choice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from standing.columns import Columns
from standing.facts import MORE, exact
from standing.goals import soft_limits, soft_targets
from standing.measured import Answer
from standing.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from standing.columns import Terms
    from standing.facts import Facts
    from standing.goals import Goal

SAME = 2e-7
"""Relative slack of a row that holds a goal."""


class Program(Columns):
    """Columns with bounds, rows, and what they mean for a case.

    Parameters
    ----------
    f : Facts
    measured : iterable of str
        The criteria that goals speak of.
    """

    def __init__(self, f: Facts, measured: Iterable[str]) -> None:
        super().__init__()
        self.f = f
        self.T = range(len(f.periods))
        self.last = len(f.periods) - 1
        self.open = [{j: self.new(1, whole=True) for j in f.sites} for _ in self.T]
        self.serve = [
            {(u, j): self.new(1, whole=True) for u in f.units for j in f.sites} for _ in self.T
        ]
        self.starts = [{j: self.new(1) for j in f.sites} for _ in self.T]
        self.closes = [{j: self.new(1) for j in f.sites} for _ in self.T]
        self._regions()
        self._offices()
        if f.works:
            self._people()
        self.values: dict[str, Terms] = {}
        for name in dict.fromkeys([*measured, *f.part("limits", otherwise={})]):
            if name != "p95_km":
                self.values[name] = SUMS[name](self)
        self.penalties: dict[str, Terms] = {}
        self._limits()
        if f.works:
            self._costs_and_targets()

    def least(self, terms: Terms, held: Iterable[tuple[Terms, float]] = ()) -> Answer | None:
        """Find an answer that makes a sum least and keeps others at most at their values."""
        found = self.solve(terms, held)
        return None if found is None else self._answer(found)

    def terms(self, goal: Goal) -> Terms:
        """Return a goal as a sum."""
        found = [
            (column, float(c) * number)
            for name, c in goal.parts.items()
            for column, number in self.values[name]
        ]
        for name in goal.limits:
            found += self.penalties[name]
        return found + (self.penalties["targets"] if goal.targets else [])

    def served(self, costs: Iterable[tuple[str, str, float]]) -> Terms:
        """Return the sum of what (unit, office) pairs of the last period cost."""
        return [(self.serve[self.last][u, j], float(cost)) for u, j, cost in costs if cost]

    def empty_km(self) -> Terms:
        """Return the km of units without principals in the last period."""
        return self.served(
            (u, j, float(self.f.empty_km(u, j))) for u in self.f.empty for j in self.f.sites
        )

    def _answer(self, x: np.ndarray) -> Answer:
        f = self.f
        served = [
            {u: j for (u, j), column in grid.items() if x[column] > 0.5} for grid in self.serve
        ]
        opened = [frozenset(j for j in f.sites if x[row[j]] > 0.5) for row in self.open]
        if not f.works:
            return Answer(opened, served)
        staff = [
            {j: round(x[row[j]]) for j in f.sites if j in opened[t]}
            for t, row in enumerate(self.staff)
        ]
        visits = {
            (t, u): sum(round(x[self.visits[t][u, j]]) for j in f.sites)
            for t in self.T
            for u in f.units
        }
        return Answer(opened, served, staff, {key: n for key, n in visits.items() if n})

    # Offices and regions.

    def _regions(self) -> None:
        f = self.f
        for t in self.T:
            for u in f.units:
                self.row([(self.serve[t][u, j], 1) for j in f.sites], 1, 1)
                for j in f.sites:
                    self.row([(self.serve[t][u, j], 1), (self.open[t][j], -1)], high=0)
            if t < self.last:
                self._interim(t)
        if f.part("units", "contiguous"):
            for j in f.sites:
                self._connected(j)

    def _interim(self, t: int) -> None:
        """Say who serves before the rollout is complete: one's own office, or else the nearest."""
        f = self.f
        for u in f.units:
            for j in f.sites:
                own = self.serve[self.last][u, j]
                self.row([(own, 1), (self.open[t][j], 1), (self.serve[t][u, j], -1)], high=1)
                for k in f.sites:
                    if f.mean(u, k, f.km) < f.mean(u, j, f.km):  # k is nearer: j only as one's own
                        self.row(
                            [(self.serve[t][u, j], 1), (self.open[t][k], 1), (own, -1)], high=1
                        )

    def _connected(self, j: str) -> None:
        """Send from one place of the region as much as every other place of it takes."""
        f = self.f
        nodes = sorted({f.node(u) for u in f.units})
        many = len(nodes)
        inside = {n: self.new(1, whole=True) for n in nodes}
        source = {n: self.new(1, whole=True) for n in nodes}
        sent = {n: self.new(many) for n in nodes}
        flow = {(a, b): self.new(many) for a, b in f.links if a in inside and b in inside}
        self.row([(x, 1) for x in source.values()], high=1)
        for n in nodes:
            here = [(self.serve[self.last][u, j], 1.0) for u in f.units if f.node(u) == n]
            for x, _ in here:
                self.row([(x, 1), (inside[n], -1)], high=0)
            self.row([(inside[n], 1), *((x, -1) for x, _ in here)], high=0)
            self.row([(sent[n], 1), (source[n], -many)], high=0)
            arrives = [(x, 1.0) for (_, b), x in flow.items() if b == n]
            leaves = [(x, -1.0) for (a, _), x in flow.items() if a == n]
            self.row([*arrives, *leaves, (sent[n], 1), (inside[n], -1)], 0, 0)
        for (a, b), x in flow.items():
            for end in (a, b):
                self.row([(x, 1), (inside[end], -many)], high=0)

    def _offices(self) -> None:
        f = self.f
        fewest, most = f.fewest_most
        for t, period in enumerate(f.periods):
            self.row([(x, 1) for x in self.open[t].values()], fewest if t == self.last else 0, most)
            for j in f.sites:
                self._opened(t, j)
            if period.get("openings_most") is not None:
                own = f.listed("own_premises")
                fresh = [(x, 1.0) for j, x in self.starts[t].items() if j not in own]
                self.row(fresh, high=period["openings_most"])
        for j, name in f.part("rollout", "opens", otherwise={}).items():
            self.low[self.starts[f.names.index(name)][j]] = 1
        for j, name in f.part("rollout", "available_from", otherwise={}).items():
            for t in range(f.names.index(name)):
                self.row([(self.open[t][j], 1)], high=0)

    def _opened(self, t: int, j: str) -> None:
        """Say when an office opens, stays and closes."""
        f = self.f
        existing = j in f.listed("existing")
        now, begins, ends = self.open[t][j], self.starts[t][j], self.closes[t][j]
        if existing and (t == 0 or not f.may_close):
            self.low[now] = 1
        if j in f.listed("required") and t == self.last:
            self.low[now] = 1
        change = [(now, 1.0), (begins, -1.0), (ends, 1.0)]
        if t:
            change.append((self.open[t - 1][j], -1.0))
        was = float(existing and t == 0)
        self.row(change, was, was)
        # No office opens and closes at once.
        self.row([(begins, 1), (now, -1)], high=0)
        self.row([(ends, 1), (now, 1)], high=1)
        if not f.may_close:
            self.high[ends] = 0

    # People and money.

    def _people(self) -> None:
        f = self.f
        most = self._staff_enough()
        self.visits = [
            {(u, j): self.new(f.due[u], whole=True) for u in f.units for j in f.sites}
            for _ in self.T
        ]
        self.staff = [{j: self.new(most, whole=True) for j in f.sites} for _ in self.T]
        self.hires = [{j: self.new() for j in f.sites} for _ in self.T]
        self.pool = [
            {j: self.new(float(f.lent) if j in f.sister else 0) for j in f.sites} for _ in self.T
        ]
        self.unmet = {u: self.new(f.due[u]) for u in f.units}
        for u in f.units:
            met = [(self.visits[t][u, j], 1) for t in self.T for j in f.sites]
            self.row([*met, (self.unmet[u], 1)], f.due[u], f.due[u])
        for t in self.T:
            self._staffed(t, most)
        self._pace()

    def _staff_enough(self) -> int:
        """Return a number of advisors that no office ever needs more than."""
        f = self.f
        farthest = sum(f.due[u] * max(f.hours(u, j) for j in f.sites) for u in f.units)
        shortest = min(f.full_time(t) for t in self.T)
        return math.ceil(farthest / shortest) + math.ceil(f.staffing("minimum_team"))

    def _staffed(self, t: int, most: int) -> None:
        f, period = self.f, self.f.periods[t]
        hours = float(f.full_time(t))
        for j in f.sites:
            here, staff, lent = self.open[t][j], self.staff[t][j], self.pool[t][j]
            for u in f.units:
                self.row([(self.visits[t][u, j], 1), (self.serve[t][u, j], -f.due[u])], high=0)
            work = [(self.visits[t][u, j], float(f.hours(u, j))) for u in f.units]
            self.row([*work, (staff, -hours), (lent, -hours)], high=0)
            self.row([(staff, 1), (here, -most)], high=0)
            self.row([(staff, 1), (here, -float(f.staffing("minimum_team")))], low=0)
            self.row([(lent, 1), (here, -float(f.lent))], high=0)
            before = [(self.staff[t - 1][j], 1.0)] if t else []
            there = 0.0 if t else float(f.staff_before[j])
            self.row([(self.hires[t][j], 1), (staff, -1), *before], low=-there)
        self.row([(x, 1) for x in self.pool[t].values()], high=float(f.lent))
        if period.get("hires_most") is not None:
            self.row(
                [(x, 1) for x in self.hires[t].values()], high=float(exact(period["hires_most"]))
            )

    def _pace(self) -> None:
        """Keep the part of each county that is met near the country's."""
        f, everyone = self.f, sum(self.f.due.values())
        if f.part("dialogues", "balance") is None or not everyone:
            return
        for county in sorted(set(f.county.values())):
            units = [u for u in f.units if f.county_of(u) == county]
            due = sum(f.due[u] for u in units)
            room = float(exact(f.part("dialogues", "balance")) * due + 1)
            # met - pace, where met = due - unmet and pace = due (everyone - all unmet) / everyone
            gap = [(self.unmet[u], -1.0) for u in units]
            gap += [(x, due / everyone) for x in self.unmet.values()]
            self.row(gap, -room, room)

    def cost(self, t: int) -> Terms:
        f, years = self.f, float(self.f.years[t])
        found: Terms = []
        for j in f.sites:
            found += [
                (self.staff[t][j], float(f.money("advisor")) * years),
                (self.pool[t][j], float(f.money("sister_advisor")) * years),
                (self.open[t][j], float(f.money("premises")) * years),
                (self.starts[t][j], float(f.money("opening"))),
                (self.closes[t][j], float(f.money("closing"))),
            ]
            found += [(self.visits[t][u, j], float(f.journey(u, j))) for u in f.units]
        return found

    def _costs_and_targets(self) -> None:
        f = self.f
        for t, period in enumerate(f.periods):
            if period.get("budget_msek") is not None:
                self.row(self.cost(t), high=float(exact(period["budget_msek"])))
        self.penalties["targets"] = []
        for target in f.part("dialogues", "targets", otherwise=()):
            held: Terms = [
                (x, 1.0)
                for grid in self.visits[: f.names.index(target["by"]) + 1]
                for x in grid.values()
            ]
            if target in soft_targets(f):
                short = self.new()
                self.penalties["targets"].append((short, float(exact(target["penalty"]))))
                held.append((short, 1.0))
            self.row(held, low=float(exact(target["least"])))

    def _limits(self) -> None:
        f = self.f
        for name, limit in f.part("limits", otherwise={}).items():
            if name == "p95_km":
                most = exact(limit["most"])
                far = ((u, j, f.beyond(u, j, most)) for u in f.units for j in f.sites)
                self.row(self.served(far), high=f.total / 20)
                continue
            terms = list(self.values[name])
            more = name in MORE
            if name in soft_limits(f):
                short = self.new()
                terms.append((short, 1.0 if more else -1.0))
                self.penalties[name] = [(short, float(soft_limits(f)[name]))]
            if more:
                self.row(terms, low=float(exact(limit["least"])))
            else:
                self.row(terms, high=float(exact(limit["most"])))

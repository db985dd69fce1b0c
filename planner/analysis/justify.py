"""Under which rates of exchange a plan is the best: inverse optimisation by cutting planes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planner.analysis.justify_regions import OwnRegions
from planner.analysis.justify_verdict import (
    EQUAL,
    FARTHEST,
    TOLERANCE,
    Room,
    Verdict,
    amounts_of,
    better_mix,
)
from planner.control import Control
from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.message import say
from planner.model.solving.optimise import PROVED
from planner.model.solving.scores import points
from planner.siting.question import WEIGHABLE, Aim, SitingResult

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from planner.model.instance import Floats
    from planner.siting.problem import Siting


def justify(
    siting: Siting,
    offices: Collection[str],
    *,
    also: Sequence[str] = (),
    thresholds: bool = True,
    control: Control | None = None,
) -> Verdict:
    """Find the rates of exchange nearest to the scenario's under which some offices are the best.

    First it is asked whether a plan is at least as good on every goal and better on one. If none
    is, rates are sought by a linear program that knows a few rival plans; the model is solved
    forward under them; if a rival wins, it joins the program, until none does. The program
    without a solution is the proof that there are no rates.

    Where the model is searched, a plan is the best if no other is 0.001 of the sum's unit better.

    Parameters
    ----------
    offices : collection of str
        Codes.
    also : sequence of str
        Criteria that may get a rate beside the scenario's own.
    thresholds : bool
        Whether the rates inside the ranges, and each rate alone, are sought too.
    control : Control, optional
        Its gap is set to 0.

    Returns
    -------
    Verdict

    Raises
    ------
    InputError
        If a criterion can't be weighed, or the scenario's rules forbid the offices.
    InfeasibleScenario, SolverStopped
        If the scenario itself has no best plan.

    References
    ----------
    Wang, "Cutting plane algorithms for the inverse mixed integer linear programming problem",
    Operations Research Letters 37, 2009.
    """
    control = control or Control()
    control.gap = 0.0
    problems = [
        Problem("--criteria", None, "", name, say("criteria among {}", ", ".join(WEIGHABLE)))
        for name in also
        if name not in WEIGHABLE
    ]
    if problems:
        raise InputError(problems)
    aim = siting.aim(control)
    plan = siting.with_offices(offices, control)
    if plan is None:
        known = set(siting.instance.sites)
        strange = ", ".join(sorted(set(offices) - known)) or ", ".join(sorted(offices))
        expected = say("offices that the scenario's rules allow: its candidates, number and limits")
        raise InputError([Problem("PLAN", None, "offices", strange, expected)])
    names = tuple(dict.fromkeys((*aim.yardstick.shares, *also)))
    question = Verdict(siting, aim, plan, names, _room(aim, names, plan))
    search = CuttingPlanes(question, control)
    try:
        return search.answer(thresholds=thresholds)
    except SolverStopped:
        return replace(question, rivals=tuple(search.rivals), complete=False)


def _room(aim: Aim, names: Sequence[str], plan: SitingResult) -> Room:
    """Return how far rates are looked for.

    A goal that was let in may weigh up to `FARTHEST` times the whole sum.
    """
    asked = np.array([aim.yardstick.rates.get(name, 0.0) for name in names])
    best, own = (np.abs(amounts_of(aim.yardstick, names, one)) for one in (aim.best, plan))
    whole = max(1.0, abs(aim.yardstick.value(aim.best.criteria)))
    size = np.maximum(best, own)
    let_in = FARTHEST * whole / np.where(size > EQUAL, size, 1.0)
    most = np.where(asked > 0, asked * FARTHEST, let_in)
    least = asked / FARTHEST
    least[0] = most[0] = 1.0
    return Room(asked, least, most)


class CuttingPlanes:
    """Rivals found so far, and what the linear programs make of them."""

    def __init__(self, question: Verdict, control: Control) -> None:
        self.question, self._control = question, control
        self.rivals: list[SitingResult] = []
        self._solved: dict[tuple[float, ...], SitingResult] = {}

    def answer(self, *, thresholds: bool) -> Verdict:
        """Return the nearest rates, or the proof that there are none.

        Raises
        ------
        SolverStopped
        """
        q = self.question
        self._add(q.aim.best)
        dominating = self._dominating()
        regions = OwnRegions(q.siting, q.plan, q.criteria, self._control)
        for way in regions.ways:
            self._add(way)
        found = None
        if dominating is None or len(regions.ways) > 1:
            found = self._nearest(regions.ways, q.room)
        known = replace(q, all_regions=regions.complete)
        if found is None:
            if dominating is None:
                dominating = next((one for one in self.rivals if self._dominates(one)), None)
            mix = None if dominating else better_mix(self._cuts(q.plan), q.room)
            rivals = tuple(self.rivals)
            return replace(known, rivals=rivals, dominated_by=dominating, mix=mix)
        rates, confirmed = found
        inside, alone = None, {}
        if thresholds:
            within = self._nearest(regions.ways, self._ranges())
            inside = None if within is None else within[0]
            alone = {
                name: self._alone(regions.ways, k) for k, name in enumerate(q.criteria) if k > 0
            }
        return replace(
            known,
            rates=rates,
            inside=inside,
            alone=alone,
            rivals=tuple(self.rivals),
            confirmed=confirmed,
            tied_sets=self._tied(rates),
        )

    def _nearest(
        self, ways: Sequence[SitingResult], room: Room
    ) -> tuple[Floats, SitingResult] | None:
        """Return the nearest rates of a room that make the offices best, in any of their ways."""
        best: tuple[Floats, SitingResult] | None = None
        for way in ways:
            below = FARTHEST if best is None else room.factor(best[0])
            found = self._settled(way, partial(room.nearest, below=below))
            if found is None:
                continue
            if best is None or self._rank(room, found[0]) < self._rank(room, best[0]):
                best = found
        return best

    @staticmethod
    def _rank(room: Room, rates: Floats) -> tuple[float, float]:
        return round(room.factor(rates), 6), room.change(rates)

    def _ranges(self) -> Room:
        """Return the room of the rates inside the scenario's ranges."""
        q = self.question
        given = q.aim.yardstick.scenario.objective.rates
        low, high = q.room.least.copy(), q.room.most.copy()
        for k, name in enumerate(q.criteria):
            if k > 0 and q.room.own[k]:
                low[k] = max(low[k], given[name].low)
                high[k] = min(high[k], given[name].high)
        return replace(q.room, least=low, most=high)

    def _alone(self, ways: Sequence[SitingResult], k: int) -> tuple[float, float] | None:
        """Return where one rate, the others as in the question, makes the offices the best.

        Ways with other regions follow one another; of stretches that do not meet the one nearest
        to the question is returned.
        """
        asked = self.question.room.asked
        stretches = []
        for way in ways:
            ends = self._stretch(way, k)
            if ends is not None:
                stretches.append(ends)
        joined: list[tuple[float, float]] = []
        for low, high in sorted(stretches):
            if joined and low <= joined[-1][1] * (1 + 1e-6) + 1e-9:
                joined[-1] = joined[-1][0], max(high, joined[-1][1])
            else:
                joined.append((low, high))
        if not joined:
            return None
        return min(joined, key=lambda ends: max(ends[0] - asked[k], asked[k] - ends[1], 0.0))

    def _stretch(self, way: SitingResult, k: int) -> tuple[float, float] | None:
        room = self.question.room

        def end(which: int) -> Callable[[Floats], Floats | None]:
            def pick(cuts: Floats) -> Floats | None:
                ends = room.alone(cuts, k)
                if ends is None:
                    return None
                rates = room.asked.copy()
                rates[k] = ends[which]
                return rates

            return pick

        # The best of all is concave along the stretch and the plan's sum a line: what is best
        # at both ends is best between them.
        known = -1
        while known < len(self.rivals):
            known = len(self.rivals)
            if self._settled(way, end(0)) is None or self._settled(way, end(1)) is None:
                return None
        return room.alone(self._cuts(way), k)

    def _settled(
        self, way: SitingResult, pick: Callable[[Floats], Floats | None]
    ) -> tuple[Floats, SitingResult] | None:
        """Return rates that no rival objects to, and the best plan under them."""
        while True:
            rates = pick(self._cuts(way))
            if rates is None:
                return None
            found = self._forward(rates)
            if not self._wins(found, way, rates):
                return rates, found
            self._add(found)

    def _forward(self, rates: Floats) -> SitingResult:
        key = tuple(np.round(rates, 12).tolist())
        if key in self._solved:
            return self._solved[key]
        if self._control.stopped():
            raise SolverStopped(self._control.limit(), say("stopped before the next rival"))
        self._control.progress(f"{len(self.rivals)} rivals", None, None)
        found = self.question.siting.solve(self._shares(rates), control=self._control)
        if found.reason not in PROVED:
            raise SolverStopped(self._control.limit(), say("a limit came before the next rival"))
        self._solved[key] = found
        return found

    def _shares(self, rates: Floats) -> dict[str, float]:
        """Return the rates as the siting problem counts them."""
        scale = self.question.aim.yardstick.scale
        pairs = zip(self.question.criteria, rates, strict=True)
        return {name: float(rate) * points(name) / scale for name, rate in pairs if rate > 0}

    def _wins(self, rival: SitingResult, way: SitingResult, rates: Floats) -> bool:
        """Tell whether a rival with other offices is better, and new to the program."""
        q = self.question
        if rival.sites == way.sites:
            return False
        worse = q.amounts(way) - q.amounts(rival)
        size = max(1.0, abs(float(q.amounts(rival) @ rates)))
        return float(worse @ rates) > TOLERANCE * size and not self._known(rival)

    def _known(self, rival: SitingResult) -> bool:
        row = self.question.amounts(rival)
        return any(np.allclose(row, self.question.amounts(one), atol=1e-9) for one in self.rivals)

    def _add(self, rival: SitingResult) -> None:
        if not self._known(rival):
            self.rivals.append(rival)

    def _cuts(self, way: SitingResult) -> Floats:
        """Return one row a rival: how much worse the plan is on each goal."""
        own = self.question.amounts(way)
        return np.array([own - self.question.amounts(rival) for rival in self.rivals])

    def _dominating(self) -> SitingResult | None:
        """Return a plan as good on every goal and better on one of the question's own.

        The best of them by the question. It is the first thing asked where the sets of offices
        are few enough to price them all; else of the question's best plan alone, since a search
        under bounds may take long.
        """
        q = self.question
        if self._dominates(q.aim.best):
            return q.aim.best
        if not q.siting.prices.few:
            return None
        bounds = {name: q.plan.criteria[name] for name in q.criteria}
        try:
            found = q.siting.solve(q.aim.yardstick.shares, bounds=bounds, control=self._control)
        except InfeasibleScenario:  # only by the solver's arithmetic: the plan itself is within
            return None
        return found if found.reason in PROVED and self._dominates(found) else None

    def _dominates(self, rival: SitingResult) -> bool:
        steps = self.question.steps(rival)
        return bool((steps >= -EQUAL).all() and (steps[self.question.room.own] > EQUAL).any())

    def _tied(self, rates: Floats) -> int | None:
        """Count the sets of offices that are as good as the best under some rates."""
        priced = self.question.siting.priced_sets(self._shares(rates))
        if priced is None:
            return None
        _, values = priced
        least = float(values.min())
        return int((values <= least + TOLERANCE * max(1.0, abs(least))).sum())

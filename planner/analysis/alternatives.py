"""Every set of offices that is nearly as good as the best, with proof that none is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from planner.control import Control
from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.message import say
from planner.model.solving.assemble import make_plan
from planner.model.solving.optimise import HOLD, PROVED, Stage
from planner.model.solving.scores import goal_value
from planner.model.solving.stages import SolvedInstance

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.plan import Plan
    from planner.siting.problem import Siting
    from planner.siting.question import Aim, SitingResult

MOST = 1000
"""Sets of offices that are listed unless another cap is asked for."""


@dataclass(frozen=True)
class Standing:
    """Where a given set of offices stands.

    Attributes
    ----------
    result : SitingResult or None
        None where the scenario's rules forbid the set.
    worse : float
        How much worse than the best, in the unit of the sum; nan where it is forbidden.
    better : int
        Sets that are better than it, as far as they were listed.
    exact : bool
        Whether all that are better were listed.
    """

    result: SitingResult | None
    worse: float = float("nan")
    better: int = 0
    exact: bool = False


@dataclass(frozen=True)
class Alternatives:
    """Sets of offices that are at most so much worse than the best.

    Attributes
    ----------
    within : float
        How much worse than the best a set may be, in the unit of the sum.
    found : tuple of SitingResult
        Best first.
    beyond : float or None
        A proved bound: every set that is not listed is at least so much worse than the best; None
        where no other set is left.
    complete : bool
        Whether every set that is at most so much worse is listed.
    standing : Standing or None
        Of the set that was asked about.
    allowed : int or None
        How many sets the rules allow, where all of them can be priced.
    """

    siting: Siting
    aim: Aim
    within: float
    found: tuple[SitingResult, ...]
    beyond: float | None
    complete: bool
    standing: Standing | None = None
    allowed: int | None = None

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Code of every candidate town -> in how many of the sets it has an office."""
        return {
            code: sum(code in one.sites for one in self.found)
            for code in self.siting.instance.sites
        }

    def worse(self, result: SitingResult) -> float:
        """Return how much worse than the best a set is, in the unit of the sum."""
        return self.aim.worse(result.criteria)

    def apart_km(self, one: SitingResult, other: SitingResult) -> float:
        """Return how far apart two sets of offices are.

        Km by road from an office of either set to the nearest one of the other set, mean over
        all offices of both; what the sets share counts as 0.
        """
        i = self.siting.instance
        index = {code: j for j, code in enumerate(i.sites)}
        a, b = ([index[code] for code in each.sites] for each in (one, other))
        there = [min(float(i.site_km[j, k]) for k in b) for j in a]
        back = [min(float(i.site_km[k, j]) for j in a) for k in b]
        return (sum(there) + sum(back)) / (len(a) + len(b))

    def distinct(self, most: int) -> list[tuple[SitingResult, float]]:
        """Return the best set and then, each time, the one farthest from those before it.

        Greedy max-min: the set whose least `apart_km` to those chosen is greatest, the better
        one where several are as far.

        Returns
        -------
        list of (SitingResult, float)
            With its least distance in km to those before; 0 for the first.
        """
        chosen = [(self.found[0], 0.0)]
        least = {k: self.apart_km(self.found[0], one) for k, one in enumerate(self.found)}
        del least[0]
        while least and len(chosen) < most:
            pick = max(least, key=lambda k: (round(least[k], 6), -k))
            chosen.append((self.found[pick], least.pop(pick)))
            last = self.found[pick]
            least = {k: min(km, self.apart_km(last, self.found[k])) for k, km in least.items()}
        return chosen


def check_within(within: float) -> None:
    """Refuse what is no distance from the best.

    Raises
    ------
    InputError
        If it is no finite number of zero or more.
    """
    if not 0 <= within < inf:
        expected = say("zero or more, in the unit of the scenario's sum")
        raise InputError([Problem("--within", None, "", f"{within:g}", expected)])


def find_alternatives(
    siting: Siting,
    within: float,
    *,
    most: int = MOST,
    asked: Collection[str] = (),
    control: Control | None = None,
) -> Alternatives:
    """List every set of offices that is at most so much worse than the best.

    Where the question is a p-median one search lists them all (`planner.location.listing`). Else
    the best set is found, ruled out, the next best found, and so on, until what is left is proved
    to be worse than asked for. Each set comes with its best regions.

    Parameters
    ----------
    within : float
        How much worse than the best a set may be, in the unit of the sum (`Aim.worse`).
    most : int
        Sets to list at most.
    asked : collection of str
        Codes of a set of offices whose standing is wanted. Where solves are cheap the listing
        goes on, unseen, until that set is reached.
    control : Control, optional
        An interrupt or a limit ends the listing in good order; its gap is set to 0.

    Returns
    -------
    Alternatives

    Raises
    ------
    InputError
        If `within` is no finite number of zero or more.
    InfeasibleScenario, SolverStopped
        If there is no first set.
    """
    check_within(within)
    control = control or Control()
    control.gap = 0.0
    aim = siting.aim(control)
    standing = _standing(siting, aim, asked, control) if asked else None
    reach = within
    if standing and standing.result and aim.best.way == "enumeration":
        reach = max(reach, standing.worse)
    listing = _Listing(siting, aim, control)
    listing.go(reach, most)
    found = [one for one in listing.found if aim.worse(one.criteria) <= within + HOLD]
    cut = listing.beyond is not None and listing.beyond <= within + HOLD
    if standing and standing.result:
        edge = aim.worse(standing.result.criteria)
        better = sum(aim.worse(one.criteria) < edge - HOLD for one in listing.found)
        known = listing.beyond is None or listing.beyond >= edge - HOLD
        standing = replace(standing, better=better, exact=known)
    beyond = listing.beyond
    if len(found) < len(listing.found):
        beyond = aim.worse(listing.found[len(found)].criteria)
    priced = siting.priced_sets(aim.yardstick.shares)
    allowed = None if priced is None else len(priced[1])
    return Alternatives(siting, aim, within, tuple(found), beyond, not cut, standing, allowed)


class _Listing:
    """Sets from the best on, and a bound on those that are not listed yet."""

    def __init__(self, siting: Siting, aim: Aim, control: Control) -> None:
        self._siting, self._aim, self._control = siting, aim, control
        self.found: list[SitingResult] = []
        self.beyond: float | None = 0.0

    def go(self, reach: float, most: int) -> None:
        """List sets until what is left is proved to be beyond, or a limit comes."""
        aim = self._aim
        worst = aim.yardstick.value(aim.best.criteria) + reach + HOLD
        ranked = None
        if aim.best.way != "enumeration":
            # What the siting problem answers in is told times `scale`.
            worst /= aim.yardstick.scale
            ranked = self._siting.ranked(aim.yardstick.shares, worst, most, self._control)
        if ranked is None:
            self._go_one_by_one(reach, most)
            return
        listed, bound = ranked
        # The best one is known with its later criteria settled.
        others = [one for one in listed if one.sites != aim.best.sites]
        self.found = [aim.best, *others][:most]
        self.beyond = None if bound == float("inf") else self._beyond(bound)

    def _go_one_by_one(self, reach: float, most: int) -> None:
        following: SitingResult | None = self._aim.best
        while following is not None:
            self.beyond = self._beyond(following.bound) if self.found else 0.0
            far = self._aim.worse(following.criteria) > reach + HOLD
            if far or len(self.found) >= most or self._control.stopped():
                return
            self.found.append(following)
            self._control.progress(f"set {len(self.found) + 1}", self.beyond, None)
            try:
                following = self._next()
            except InfeasibleScenario:
                self.beyond = None
                return
            except SolverStopped:
                return

    def _next(self) -> SitingResult:
        found = self._siting.solve(
            self._aim.yardstick.shares,
            excluded_sets=[one.sites for one in self.found],
            control=self._control,
        )
        if found.reason not in PROVED:
            raise SolverStopped(self._control.limit(), say("a limit came before the next set"))
        return found

    def _beyond(self, bound: float) -> float:
        """Return how much worse than the best all sets are that are left."""
        best = self._aim.yardstick.value(self._aim.best.criteria)
        return max(0.0, self._aim.yardstick.scale * bound - best)


def _standing(siting: Siting, aim: Aim, asked: Collection[str], control: Control) -> Standing:
    result = siting.with_offices(asked, control)
    return Standing(None) if result is None else Standing(result, aim.worse(result.criteria))


def plan_of(siting: Siting, found: SitingResult) -> Plan:
    """Lay a siting out as the plan of one period, to be drawn and measured."""
    i = siting.instance
    name = i.scenario.goals[0]
    value = goal_value(i, name, found.solution)
    stage = Stage(name, found.reason, value, value, found.solution)
    return make_plan(i, SolvedInstance(found.solution, (stage,)))

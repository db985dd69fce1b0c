"""The search for changes with which a scenario has a plan: each is tried before it is told."""

from __future__ import annotations

import itertools
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.errors import Limit, SolverStopped
from planner.model.settings import Change, changed_settings, identity
from planner.model.solving.counting import counting
from planner.model.solving.diagnose import Clashes, Whole, every_rule, small_models
from planner.model.solving.elastic import SMALL, ease_of, outward, rule_number
from planner.model.solving.ends import ends_alone, offices_alone
from planner.model.solving.feasibility import Trial
from planner.model.solving.least_change import (
    AS_SMALL,
    NEAR,
    TIES,
    Least,
    Sought,
    least_change,
)
from planner.scenario.override import overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.constraints import Group
    from planner.model.instance import Instance
    from planner.model.solving.decisions import Regions
    from planner.scenario.spec import Scenario

    type Remake = Callable[[Scenario], Instance]

NODES = 100
"""Nodes of the search tree for a change: a limit that comes at the same place on every machine."""

SHARED = frozenset({"office_count", "office_fewest", "office_most", "required", "existing"})
"""Rules of the offices alone that are rules of the last period as well."""

STEP = 0.01
"""Share of their number to which the hours of an advisor are found."""

MOST_HOURS = 8.0
"""Times their number that the hours of an advisor are tried at most."""


@dataclass(frozen=True)
class Remedy:
    """Changes after which some plan keeps every hard rule: it was found.

    Attributes
    ----------
    total : float
        The sum of their shares before anything was rounded.
    bound : float
        No smaller sum can do, as far as was proved.
    proved : bool
        Whether it is the least.
    overrides : tuple of str
        ``key=value`` of the settings that change.
    """

    changes: tuple[Change, ...]
    total: float
    bound: float
    proved: bool
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alone:
    """What changing one rule does, all others as they are.

    Attributes
    ----------
    enough : {"yes", "no", "unknown"}
    remedy : Remedy or None
        The change, where it is enough.
    """

    rule: Group
    enough: Literal["yes", "no", "unknown"]
    remedy: Remedy | None = None


class RemedySearch:
    """The search for changes that are enough.

    Parameters
    ----------
    remake : callable
        Makes the instance of a changed scenario.
    clashes : Clashes
        Those of the instance.

    Attributes
    ----------
    stopped : Limit or None
        The limit of the run that ended the search, if one did.
    """

    def __init__(
        self, instance: Instance, control: Control, remake: Remake, clashes: Clashes
    ) -> None:
        self.instance, self.control = instance, control
        self._remake, self._clashes = remake, clashes
        self.stopped: Limit | None = None
        apart = len(instance.periods) > 1 or instance.scenario.dialogues is not None
        self._small = [offices_alone(instance), ends_alone(instance)] if apart else []
        self._counted = counting(instance)
        self._number = {identity(rule): n for n, rule in enumerate(clashes.rules)}
        self._end: Regions | None = None

    def together(self) -> tuple[tuple[Remedy, ...], float]:
        """Return the least change of all rules together, and what is surely not enough.

        What the offices alone need and what the last period alone needs is the least for the
        whole too, if it is enough for it; then the whole need not be searched.
        """
        bound, apart = self._apart() if self._small else (0.0, [])
        known = tuple(filter(None, (self._tried(changes, t, bound) for changes, t in apart)))
        if known and known[0].total <= bound * (1 + AS_SMALL):
            return known, bound
        least = self._least(self.instance, _every)
        if isinstance(least, Least):
            bound = max(bound, min(least.bound, least.total))
            known = *known, *self._all_tried(least, bound)
        return tuple(sorted(known, key=lambda remedy: remedy.total)), bound

    def alone(self, rule: Group) -> Alone:
        """Return the least change of one rule that is enough with all others as they are."""
        number = self._number[identity(rule)]
        apart = not all(number in clash for clash in self._clashes.found)
        if apart or (self._clashes.complete and number not in self._clashes.enough):
            return Alone(rule, "no")
        if self.stopped is not None:
            return Alone(rule, "unknown")
        if rule.rule == "hours":
            return self._hours(rule)
        remedy = self._by_counting(rule) or self._by_part(rule)
        if remedy is not None:
            return Alone(rule, "yes", remedy)
        least = self._least(self.instance, _just(rule), ties=1)
        if not isinstance(least, Least) or not least.ways:
            return Alone(rule, "no" if least == "no" else "unknown")
        ease, bound = ease_of(self.instance, rule), least.bound
        if ease.whole:
            bound = min(least.total, math.ceil(bound * ease.size - SMALL) / ease.size)
        remedy = next(iter(self._all_tried(least, bound)), None)
        return Alone(rule, "unknown" if remedy is None else "yes", remedy)

    def _apart(self) -> tuple[float, list[tuple[tuple[Change, ...], float]]]:
        """Return what is surely not enough for the offices and the end, and what may be.

        What can be changed for both counts for one of them alone: then the bounds add up.
        """
        offices, ends = (self._least(one, _every) for one in self._small)
        if isinstance(ends, Least) and self.instance.target.any():
            self._end = self._good_end(ends)
        free = [_known(self._least(one, _every, free=_shared, ties=1)) for one in self._small]
        bound = max(_known(offices) + free[1], _known(ends) + free[0])
        if not isinstance(offices, Least) or not isinstance(ends, Least):
            return bound, []
        both = ((a, b) for a in offices.ways or ((),) for b in ends.ways or ((),))
        found = []
        for a, b in itertools.islice(both, TIES):
            changes = {identity(change.rule): change for change in sorted((*a, *b), key=_size)}
            alike = len(changes) < len(a) + len(b)
            total = sum(map(_size, changes.values())) if alike else offices.total + ends.total
            found.append((tuple(sorted(changes.values(), key=self._place)), total))
        return bound, [(changes, total) for changes, total in found if changes]

    def _place(self, change: Change) -> int:
        return self._number[identity(change.rule)]

    def _by_counting(self, rule: Group) -> Remedy | None:
        """Return the least change that counting asks for, if it is enough for the whole."""
        if self._counted is None or "count" not in rule.words:
            return None
        known = [identity(each) for each in self._counted.rules]
        if identity(rule) not in known:
            return None
        now, to = rule_number(rule), self._counted.nearest(known.index(identity(rule)))
        if to is None or to == now:
            return None
        change = Change(rule, abs(to - now), to, abs(to - now) / (now or 1.0))
        return self._tried((change,), change.share, change.share)

    def _by_part(self, rule: Group) -> Remedy | None:
        """Return the least change that the offices or the last period ask for, if enough."""
        found = [self._least(one, _just(rule), ties=1) for one in self._small]
        needed = [least for least in found if isinstance(least, Least) and least.proved]
        most = max(needed, key=lambda least: least.total, default=None)
        if most is None or not most.ways:
            return None
        return self._tried(most.ways[0], most.total, most.total)

    def _hours(self, rule: Group) -> Alone:
        """Find hours of an advisor that are enough, by halving; fewer may be, too."""
        now = rule_number(rule)
        low = high = now
        best: Remedy | None = None
        while not self.stopped and (best is None or high - low > STEP * now):
            middle = 2 * high if best is None else outward((low + high) / 2, "up", whole=False)
            if middle > MOST_HOURS * now:
                break
            change = Change(rule, middle - now, middle, (middle - now) / now)
            remedy = self._tried((change,), change.share, 0.0, thorough=False)
            best = remedy or best
            low, high = (low, middle) if remedy is not None else (middle, max(middle, high))
        return Alone(rule, "unknown" if best is None else "yes", best)

    def _good_end(self, least: Least) -> Regions | None:
        """Return offices and regions of the last period: good ones, or what the least allows."""
        with self._limited() as control:
            trial = Trial(ends_alone(self.instance), control, aimed=True)
            if trial.clash(range(len(trial.rules))) is None:
                return trial.found(-1)
        plan = least.plan
        return None if plan is None else (plan.offices[-1], plan.served_by[-1])

    def _least(
        self,
        i: Instance,
        gives_way: Callable[[Group], bool],
        free: Callable[[Group], bool] = lambda _: False,
        ties: int = TIES,
    ) -> Least | Literal["no", "unknown"]:
        """Search within a limit of nodes; if nothing is found, tell whether nothing is enough."""
        gap = NEAR if i.target.any() else 0.0
        with self._limited() as control:
            return least_change(Sought(i, control, gives_way, free, gap, ties, self._end)) or "no"
        return "unknown"

    def _all_tried(self, least: Least, bound: float) -> Iterator[Remedy]:
        for changes in least.ways:
            remedy = self._tried(changes, least.total, bound, plan=least.plan)
            if remedy is not None:
                yield remedy

    def _tried(
        self,
        changes: tuple[Change, ...],
        total: float,
        bound: float,
        *,
        plan: Solution | None = None,
        thorough: bool = True,
    ) -> Remedy | None:
        """Return changes as a remedy if the scenario that they make has a plan."""
        scenario = self.instance.scenario
        options = overrides(scenario.quantities(), changed_settings(scenario, changes))
        i = self._remake(scenario.overridden(options))
        gap = NEAR if self.instance.target.any() and plan is not None else AS_SMALL
        proved = bound >= total * (1 - gap)
        with self._limited() as control:
            whole = Whole(i, control, small_models(i, control))
            known = plan is not None and i.sites == self.instance.sites and whole.keeps(plan)
            if known or whole.clash(every_rule(whole), thorough=thorough) is None:
                return Remedy(changes, total, bound, proved, options)
        return None

    @contextmanager
    def _limited(self) -> Iterator[Control]:
        """Limit the nodes of a search; remember a limit of the run that comes in it."""
        asked = self.control.nodes
        self.control.nodes = NODES if asked is None else min(asked, NODES)
        try:
            yield self.control
        except SolverStopped as stopped:
            if stopped.reason != "node_limit":
                self.stopped = stopped.reason
        finally:
            self.control.nodes = asked


def _every(_rule: Group) -> bool:
    return True


def _shared(rule: Group) -> bool:
    """Whether a rule is one of the offices as well as of the end."""
    return rule.rule in SHARED


def _just(rule: Group) -> Callable[[Group], bool]:
    return lambda other: identity(other) == identity(rule)


def _size(change: Change) -> float:
    return change.share


def _known(least: Least | Literal["no", "unknown"]) -> float:
    """Return what is surely not enough."""
    if not isinstance(least, Least):
        return 0.0
    return least.total if least.proved else least.bound

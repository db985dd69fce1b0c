"""Why no plan keeps every hard rule: smallest sets of rules that clash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from planner.control import Control
from planner.errors import PlannerError, SolverStopped
from planner.message import say
from planner.model.settings import identity
from planner.model.solving.counting import counting
from planner.model.solving.ends import ends_alone, offices_alone
from planner.model.solving.feasibility import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from planner.criteria.reads import Solution
    from planner.model.constraints import Group
    from planner.model.instance import Instance
    from planner.model.solving.decisions import Regions

MOST = 12
"""Clashes that are named at most."""

SEARCHES = 60
"""Searches of the whole model after which no more clashes are looked for."""


TRIED = 300
"""Sets of rules that are tried in a small model."""

WIDE = 20_000
"""Sets of rules to leave out that are thought of for the next trial."""

MANY = frozenset({-1})
"""In their place where there are more."""


class Oracle(Protocol):
    """Tells whether some of its rules can hold together."""

    @property
    def rules(self) -> tuple[Group, ...]:
        """The rules, by whose numbers it is asked."""

    def clash(self, kept: frozenset[int]) -> frozenset[int] | None:
        """Return some of those kept that can't; None if all can."""


@dataclass(frozen=True)
class Clashes:
    """Sets of rules that can't hold together, though all but any one of a set can.

    Attributes
    ----------
    rules : tuple of Group
        Every rule that can be dropped, in call order.
    found : tuple of frozenset of int
        By numbers of `rules`, in the order found; they may share rules.
    unsure : frozenset of frozenset of int
        Those of them of which it is not known that every rule takes part.
    enough : frozenset of int
        Rules without any one of which all the others can hold together.
    complete : bool
        Whether there are no other clashes.
    """

    rules: tuple[Group, ...]
    found: tuple[frozenset[int], ...] = ()
    unsure: frozenset[frozenset[int]] = frozenset()
    enough: frozenset[int] = frozenset()
    complete: bool = True

    @property
    def named(self) -> tuple[tuple[Group, ...], ...]:
        """The rules of each clash, in call order."""
        return tuple(tuple(self.rules[n] for n in sorted(clash)) for clash in self.found)


def clashing_rules(instance: Instance, control: Control | None = None) -> list[Group]:
    """Find a set of rules that can't hold together, none of which can be left out of it.

    Returns
    -------
    list of Group
        In call order, contiguity last; empty if the instance is feasible.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    control = control or Control()
    small: list[Oracle] = []
    for oracle in small_models(instance, control):
        clash = oracle.clash(every_rule(oracle))
        if clash is not None:
            return _named(oracle, _smallest(oracle, clash)[0])
        small.append(oracle)
    whole = Whole(instance, control, small)
    clash = whole.clash(every_rule(whole))
    return [] if clash is None else _named(whole, _smallest(whole, clash)[0])


def counted_clash(instance: Instance) -> list[Group]:
    """Find a smallest set of rules of which counting alone shows that they can't hold together.

    Returns
    -------
    list of Group
        In call order; empty where counting shows nothing.
    """
    counted = counting(instance)
    clash = None if counted is None else counted.clash(every_rule(counted))
    if counted is None or clash is None:
        return []
    return _named(counted, _smallest(counted, clash)[0])


def all_clashes(instance: Instance, control: Control | None = None, *, most: int = MOST) -> Clashes:
    """Find the sets of rules that can't hold together, overlapping ones too.

    A set of rules that breaks every clash known so far, as large as can be, either holds, and
    those left out are a smallest repair, or is cut down to a new clash (MARCO: Liffiton, Previti,
    Malik and Marques-Silva, Constraints 21, 2016). With nothing left to try there are no others.
    Sets are cut down by leaving rules out (a deletion filter: Chinneck and Dravnieks, ORSA J.
    Computing 3, 1991), which works where only integrality causes the clash; where the model
    clashes without it too, the multipliers of the rows (Farkas) leave out at once all that take
    no part. What can be counted is counted first; then the rules of offices and staff, and those
    of the last period, are tried in models of their own, which say of them what the whole says.

    Parameters
    ----------
    most : int
        Clashes to find at most; of the whole model, within so many `SEARCHES`: limits that come
        at the same place on every machine.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came before a clash was found; "node_limit" where it was not
        settled whether any plan exists.
    """
    control = control or Control()
    whole = Whole(instance, control, small_models(instance, control))
    found = Clashes(whole.rules)
    for oracle, numbers in zip(whole.small, whole.numbers, strict=True):
        own = {number: n for n, number in enumerate(numbers)}
        known = tuple(clash for clash in found.found if clash <= own.keys())
        apart = Clashes(oracle.rules, tuple(frozenset(own[n] for n in clash) for clash in known))
        apart = _look(oracle, apart, most, lambda tried: tried < TRIED)
        found = replace(
            found,
            found=found.found
            + tuple(frozenset(numbers[n] for n in c) for c in apart.found[len(known) :]),
            complete=found.complete and apart.complete,
        )
    return _look(whole, found, most, lambda _: whole.searches < SEARCHES)


class Whole:
    """All the rules: in the small models first, then in the whole one.

    Attributes
    ----------
    numbers : list of list of int
        The number in `rules` of each rule of each small model.
    """

    def __init__(self, instance: Instance, control: Control, small: Iterable[Oracle]) -> None:
        self._trial, self.small = Trial(instance, control), list(small)
        self.rules = self._trial.rules
        of = {identity(rule): number for number, rule in enumerate(self.rules)}
        self.numbers = [[of[identity(rule)] for rule in oracle.rules] for oracle in self.small]
        self._last = len(instance.periods) - 1

    @property
    def searches(self) -> int:
        """Searches of the whole model so far."""
        return self._trial.searches

    def keeps(self, plan: Solution) -> bool:
        """Tell whether a plan keeps every rule; False too where it is not known."""
        return self._trial.keeps(plan)

    def clash(
        self,
        kept: frozenset[int],
        near: Sequence[Mapping[int, Regions]] = (),
        *,
        thorough: bool = True,
    ) -> frozenset[int] | None:
        """Return some of the rules kept that can't hold together; None if all can.

        What is near, offices and regions of some periods, is tried first, and alone unless the
        search is to be thorough.
        """
        for oracle, numbers in zip(self.small, self.numbers, strict=True):
            clash = oracle.clash(frozenset(n for n, k in enumerate(numbers) if k in kept))
            if clash is not None:
                return frozenset(numbers[n] for n in clash)
            if isinstance(oracle, Trial) and oracle.aimed:
                near = [*near, {self._last: oracle.found(-1)}]
        return self._trial.clash(kept, near, thorough=thorough)


def small_models(instance: Instance, control: Control) -> Iterator[Oracle]:
    """Yield what tells of some rules all that the whole model does, the quickest first."""
    counted = counting(instance)
    if counted is not None:
        yield counted
    if len(instance.periods) > 1 or instance.scenario.dialogues is not None:
        yield Trial(offices_alone(instance), control)
        yield Trial(ends_alone(instance), control, aimed=True)


def _look(oracle: Oracle, known: Clashes, most: int, go_on: Callable[[int], bool]) -> Clashes:
    """Add the clashes that are not known yet, while it may go on, by how often it has tried."""
    repairs: list[frozenset[int]] = []
    tried = 0
    while (out := _untried(known.found, repairs)) is not None:
        if out == MANY or len(known.found) >= most or not go_on(tried):
            return replace(known, complete=False)
        tried += 1
        try:
            clash = oracle.clash(every_rule(oracle) - out)
            found, sure = _smallest(oracle, clash) if clash is not None else (None, True)
        except SolverStopped as stopped:
            if not known.found:
                raise
            known = replace(known, complete=False)
            if stopped.reason != "node_limit":
                return known
            repairs.append(out)  # not known to be one, but it has been tried
            continue
        if found is None:
            repairs.append(out)
            known = replace(known, enough=known.enough | (out if len(out) == 1 else set()))
            continue
        unsure = known.unsure if sure else known.unsure | {found}
        known = replace(known, found=(*known.found, found), unsure=unsure)
    return known


def _untried(
    clashes: Sequence[frozenset[int]], repairs: Sequence[frozenset[int]]
) -> frozenset[int] | None:
    """Return the fewest rules to leave out: of every clash one, and no repair known as a whole.

    None if there are none; MANY if there are too many to think of.
    """
    waiting = [frozenset[int]()]
    while waiting:
        for out in waiting:
            if all(clash & out for clash in clashes) and not any(r <= out for r in repairs):
                return out
        waiting = [
            out
            for out in dict.fromkeys(
                out | {rule}
                for out in waiting
                for rule in sorted(next((c for c in clashes if not c & out), ()))
            )
            if not any(repair <= out for repair in repairs)
        ]
        if len(waiting) > WIDE:
            return MANY
    return None


def _smallest(oracle: Oracle, clash: frozenset[int]) -> tuple[frozenset[int], bool]:
    """Leave rules out as long as the others clash, first many at a time, then one by one.

    Returns
    -------
    frozenset of int
    bool
        Whether it is known that without any one of them the others can hold together.
    """
    if not clash:
        raise PlannerError(say("no plan exists whatever rule is dropped"))
    size, sure = max(1, len(clash) // 4), True
    while True:
        numbers = sorted(clash)
        for start in range(0, len(numbers), size):
            out = clash.intersection(numbers[start : start + size])
            if not out or len(clash) == 1:
                continue
            try:
                less = oracle.clash(clash - out)
            except SolverStopped as stopped:
                if stopped.reason != "node_limit":
                    raise
                sure &= size > 1
                continue
            clash = clash if less is None else less
        if size == 1:
            return clash, sure
        size //= 2


def every_rule(oracle: Oracle) -> frozenset[int]:
    """Return the numbers of all the rules."""
    return frozenset(range(len(oracle.rules)))


def _named(oracle: Oracle, clash: Iterable[int]) -> list[Group]:
    return [oracle.rules[number] for number in sorted(clash)]

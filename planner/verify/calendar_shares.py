"""What the calendar keeps as near as can be: hours of quarters, shares of kinds and of places.

Each is kept to a whole principal where all of it can be, and else missed by as little as possible.
That nothing is missed is seen here; where something is, that it could not be less is a claim.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from planner.message import say
from planner.verify.calendar_csv import AFTER, PLANNED, RESERVE, Turn
from planner.verify.checks import Check, check, exceeds, shown
from planner.verify.exact_case import ExactCase, quarters
from planner.verify.work_done import WorkDone


def check_shares(case: ExactCase, done: WorkDone, every: Sequence[Turn]) -> Iterator[Check]:
    """Measure what is missed; each check holds, with a claim where something is."""
    yield _told(
        say("calendar hours"), _hours(case, done, every), say("hours within those of the staff")
    )
    kinds = [*_kinds(every, "list"), *_kinds(every, "period"), *_kinds(every, "quarter")]
    yield _told(say("calendar kinds"), kinds, say("each kind has its share of every list and time"))
    near = case.rules.turns.order == "near"
    told = say("each municipality has its share of the county's reserves")
    told += say(" and of those after") if near else ""
    lists = (RESERVE, AFTER) if near else (RESERVE,)
    yield _told(say("calendar places"), [off for s in lists for off in _places(every, s)], told)


def _told(name: str, off: Iterable[tuple[Fraction, str]], holds: str) -> Check:
    most, where = max(off, default=(Fraction(0), ""))
    if not most:
        return check(name, [], holds)
    told = say("{} off at most ({})", shown(most), where)
    return check(name, [], told, claim=say("{}: as near as can be, {}", name, told))


def _hours(
    case: ExactCase, done: WorkDone, every: Sequence[Turn]
) -> Iterator[tuple[Fraction, str]]:
    """Yield by how much hours since a period began exceed those there were, quarter by quarter."""
    needed: defaultdict[tuple[str, int, int], Fraction] = defaultdict(Fraction)
    for turn in every:
        if turn.status == PLANNED:
            needed[turn.office, turn.t, turn.k] += turn.hours
    for t, parts in enumerate(quarters(case.rules)):
        for office, advisors in sorted(done.advisors[t].items()):
            so_far, there = Fraction(0), done.full_time(t) * advisors
            for k, part in enumerate(parts):
                so_far += needed[office, t, k]
                if exceeds(so_far, there * part.elapsed):
                    yield so_far - there * part.elapsed, say("hours of {} in {}", office, part.name)


def _kinds(every: Sequence[Turn], part: str) -> Iterator[tuple[Fraction, str]]:
    """Yield by how many each kind is off its share, rounded either way, of what is shared out.

    Lists are shared out among a county's principals, periods among those of a list, quarters
    among those of an office and period.
    """
    pool, batch = _PARTS[part]
    whole, rooms, kinds, met = (Counter[Any]() for _ in range(4))
    for turn in every:
        if part != "list" and turn.status == AFTER:
            continue
        whole[pool(turn)] += 1
        rooms[pool(turn), batch(turn)] += 1
        kinds[pool(turn), turn.kind] += 1
        met[pool(turn), batch(turn), turn.kind] += 1
    for (of, room), n in sorted(rooms.items(), key=str):
        for (among, kind), alike in kinds.items():
            if among == of:
                share, found = Fraction(n * alike, whole[of]), met[of, room, kind]
                off = max(found - math.ceil(share), math.floor(share) - found)
                if off > 0:
                    yield Fraction(off), say("{} in {} {} of {}", kind, part, room, of)


_PARTS: dict[str, tuple[Callable[[Turn], Hashable], Callable[[Turn], Hashable]]] = {
    "list": (lambda turn: turn.county, lambda turn: turn.status),
    "period": (lambda turn: (turn.county, turn.status), lambda turn: turn.t),
    "quarter": (lambda turn: (turn.office, turn.t, turn.status), lambda turn: turn.k),
}


def _places(every: Sequence[Turn], status: str) -> Iterator[tuple[Fraction, str]]:
    """Yield by how much each municipality is more than one off its share of a county's list.

    Reserves are shared out among those who are asked, those after among everybody.
    """
    listed, everyone, local, here = (Counter[str]() for _ in range(4))
    county = {}
    for turn in every:
        if turn.status != AFTER or status == AFTER:
            county[turn.municipality] = turn.county
            everyone[turn.county] += 1
            here[turn.municipality] += 1
            listed[turn.county] += turn.status == status
            local[turn.municipality] += turn.status == status
    for place, of in sorted(county.items()):
        off = abs(local[place] - Fraction(listed[of], everyone[of]) * here[place]) - 1
        if off > 0:
            yield off, say("{} in {}", place, status)

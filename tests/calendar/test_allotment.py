"""Lots of principals put into slots of time."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.calendar import allotment as module
from planner.calendar.allotment import GAP, Cohort, Limit, Slot, allot
from planner.errors import PlannerError
from planner.location.program import minimise


def cohorts(*rows):
    """Rows (kind, place, size), all in one pool."""
    return [Cohort(("",), "", kind, place, size) for kind, place, size in rows]


def slots(*counts):
    return [Slot("", "", number / len(counts), n, f"{number}") for number, n in enumerate(counts)]


def test_lots_are_met_in_their_order():
    """The first in the order fill the first slot, and the rest the next."""
    found = allot(cohorts(("a", 0.1, 2), ("a", 0.5, 2), ("a", 0.9, 2)), slots(3, 3))
    assert found == {(0, 0): 2, (1, 0): 1, (1, 1): 1, (2, 1): 2}


def test_each_kind_gets_its_share_of_each_slot():
    """Order alone would put all three of a first; shares of 1.5 of each kind forbid it."""
    found = allot(cohorts(("a", 0.1, 3), ("b", 0.9, 3)), slots(3, 3))
    assert sorted(found.values()) == [1, 1, 2, 2]
    assert found[0, 0] == 2


def test_shares_that_are_whole_are_exact():
    """Half of each kind in each slot, whatever the order would have."""
    found = allot(cohorts(("a", 0.1, 4), ("b", 0.9, 2)), slots(3, 3))
    assert found == {(0, 0): 2, (0, 1): 2, (1, 0): 1, (1, 1): 1}


def test_a_limit_overrules_the_order():
    """The first in the order need 10 hours each, and the first slot has 5."""
    hours = {(0, 0): 10.0, (1, 0): 2.0}
    found = allot(cohorts(("a", 0.1, 2), ("a", 0.9, 2)), slots(2, 2), [Limit(hours, 5.0)])
    assert found == {(1, 0): 2, (0, 1): 2}


def test_a_least_is_kept_too():
    """At least one of the last in the order in the first slot."""
    found = allot(
        cohorts(("a", 0.1, 2), ("a", 0.9, 2)), slots(2, 2), [Limit({(1, 0): 1.0}, 9.0, least=1.0)]
    )
    assert found[1, 0] == 1


def test_a_limit_that_cannot_be_kept_is_passed_by_as_little_as_possible():
    """Two must be met in the first slot: the two that take 2 hours, though 3 is the most."""
    hours = {(0, 0): 10.0, (1, 0): 2.0}
    found = allot(cohorts(("a", 0.1, 2), ("a", 0.9, 2)), slots(2, 2), [Limit(hours, 3.0)])
    assert found == {(1, 0): 2, (0, 1): 2}


def test_pools_keep_to_their_own_slots():
    """Who may go where decides, before any order."""
    found = allot(
        [Cohort(("x",), "", "a", 0.1, 1), Cohort(("y",), "", "a", 0.9, 1)],
        [Slot("y", "", 0.0, 1, "0"), Slot("x", "", 1.0, 1, "1")],
    )
    assert found == {(0, 1): 1, (1, 0): 1}


def test_a_limit_binds_pools_that_have_nothing_else_in_common():
    """Each pool would fill its first slot with its first cohort, 5 hours; 7 are for both."""
    both = [
        Cohort((pool,), pool, "a", place, 1) for pool, place in (("x", 0.1), ("x", 0.9), ("y", 0.2))
    ]
    both.append(Cohort(("y",), "y", "a", 0.4, 1))
    rooms = [Slot(pool, pool, when, 1, f"{when}") for pool in "xy" for when in (0.0, 0.5)]
    hours = dict.fromkeys(product((0, 2), range(4)), 5.0) | dict.fromkeys(
        product((1, 3), range(4)), 1.0
    )
    first = {(i, s): h for (i, s), h in hours.items() if s in {0, 2}}
    assert allot(both, rooms) == {(0, 0): 1, (1, 1): 1, (2, 2): 1, (3, 3): 1}
    assert allot(both, rooms, [Limit(first, 7.0)]) == {(0, 0): 1, (1, 1): 1, (2, 3): 1, (3, 2): 1}


def test_no_room_for_everyone_is_an_error():
    """Three principals and two places are a plan of other tables."""
    with pytest.raises(PlannerError, match="no room"):
        allot(cohorts(("a", 0.5, 3)), slots(1, 1))
    with pytest.raises(PlannerError, match="no room"):
        allot(cohorts(("a", 0.5, 1)), [*slots(1), Slot("elsewhere", "", 0.0, 1, "0")])


@pytest.mark.parametrize(("a", "b", "c", "first"), list(product((1, 4), (3, 5), (0, 3), (2, 3))))
def test_a_controlled_rounding_always_exists(a, b, c, first):
    """Every kind's number in every slot is its share rounded up or down, for any sizes."""
    rows = [(kind, 0.5, size) for kind, size in zip("abc", (a, b, c), strict=True) if size]
    room = (first, 1, a + b + c - first - 1)
    found = allot(cohorts(*rows), slots(*room))
    for (i, (_, _, size)), (s, count) in product(enumerate(rows), enumerate(room)):
        assert abs(found.get((i, s), 0) - size * count / (a + b + c)) < 1


@pytest.mark.parametrize("seed", range(12))
def test_the_order_is_the_best_to_within_the_gap(seed, monkeypatch):
    """With hours that bind, rounding the relaxation gives what the whole program gives."""
    draw = np.random.default_rng(seed)
    who = cohorts(*(("a", place, int(draw.integers(1, 9))) for place in draw.random(12)))
    total = sum(cohort.size for cohort in who)
    rooms = slots(*draw.multinomial(total, [0.3, 0.3, 0.4]).tolist())
    hours = draw.uniform(5.0, 9.0, len(who))
    used = sum(cohort.size * h for cohort, h in zip(who, hours, strict=True)) / total
    limits = [
        Limit({(i, s): h for i, h in enumerate(hours)}, used * slot.count + 2.0)
        for s, slot in enumerate(rooms)
    ]

    def cost(found):
        for limit in limits:
            assert sum(limit.weights.get(key, 0.0) * n for key, n in found.items()) <= limit.most
        return sum((1 - who[i].place) * rooms[s].when * n for (i, s), n in found.items())

    found = allot(who, rooms, limits)
    monkeypatch.setattr(module, "FEW", 0.0)
    monkeypatch.setattr(module, "GAP", 0.0)
    assert cost(found) <= cost(allot(who, rooms, limits)) + GAP * total


def test_an_answer_that_is_not_proved_is_refused(monkeypatch):
    """A solver that gives up keeps what it has found: here one later than it says there may be."""

    def gives_up(*given, **options):
        found = minimise(*given, **options)
        return replace(found, bound=found.bound - 1.0)

    monkeypatch.setattr(module, "minimise", gives_up)
    with pytest.raises(PlannerError, match="gave up"):
        allot(cohorts(("a", 0.1, 2), ("a", 0.9, 2)), slots(2, 2))

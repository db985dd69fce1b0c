"""Classes of travel time: the limits worked out by hand."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

import pytest

from planner.outputs.drawing.classes import CLOCK, MOST_CLASSES, class_limits


@pytest.mark.parametrize(
    ("minutes", "limits"),
    [
        ([], ()),
        ([17, 17, 17], ()),
        # Half of the way in between is 42.
        ([0, 84], (45,)),
        # Sixths of 1..120 end at 20.8, 40.7, 60.5, 80.3 and 100.2.
        (list(range(1, 121)), (15, 45, 60, 75, 105)),
        # No round number lies between: whole minutes stay.
        ([61, 62, 63, 64], (62, 63, 64)),
        # Two of the three quantiles are 0: fewer classes, and none of them empty.
        ([0] * 8 + [200, 400], (5,)),
    ],
)
def test_limits_are_quantiles_at_round_minutes(minutes, limits):
    assert class_limits(minutes) == limits


@pytest.mark.parametrize("step", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("top", [2, 9, 60, 500])
def test_no_class_is_empty_and_limits_rise(step, top):
    minutes = list(range(0, top * step, step))
    limits = class_limits(minutes)
    held = Counter(bisect_right(limits, m) for m in minutes)
    assert sorted(held) == list(range(len(limits) + 1))
    assert 1 <= len(limits) < MOST_CLASSES
    assert list(limits) == sorted(set(limits))


def test_the_marks_are_minutes_of_a_clock():
    assert list(CLOCK) == sorted(set(CLOCK))
    assert {15, 30, 45, 60, 90, 120, 150, 180, 240, 300}.issubset(CLOCK)

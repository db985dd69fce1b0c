"""What a calendar keeps as near as can be, measured; what it misses is told as a claim."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.calendar_csv import Turn, apportion
from planner.verify.calendar_shares import check_shares
from planner.verify.figures import timeline
from planner.verify.rules import CalendarRules
from planner.verify.run_files import read_plan
from planner.verify.work_done import work_of
from verify.small import case_of

if TYPE_CHECKING:
    from planner.verify.checks import Check
    from planner.verify.exact_case import ExactCase
    from planner.verify.work_done import WorkDone
    from verify.small import Run


def turn(**changes: Any) -> Turn:
    """Return a turn of Ost in the first quarter of 2022: 88 h of a public principal in Mitt."""
    plain = Turn("x", "02", "0201", "02", "public", "planned", "0301", 0, 0, Fraction(88))
    return replace(plain, **changes)


def some(count: int, **changes: Any) -> list[Turn]:
    """Return several like turns."""
    return [turn(id=str(n), **changes) for n in range(count)]


@pytest.fixture
def parts(rollout: Run) -> tuple[ExactCase, WorkDone]:
    """A case and the work of its plan: Ost has four advisors of 200 h in 2022, in two quarters."""
    case, plan = case_of(rollout), read_plan(rollout.folder, [])
    done = work_of(case, plan, timeline(case, plan))
    assert done is not None
    return case, done


def told(parts: tuple[ExactCase, WorkDone], every: list[Turn], **rules: Any) -> dict[str, Check]:
    """Return what is measured of some turns."""
    case, done = parts
    case = replace(case, rules=replace(case.rules, **rules))
    return {check.name: check for check in check_shares(case, done, every)}


@pytest.mark.parametrize(
    ("first", "second", "off"),
    [
        (4, 5, ""),  # 352 of 400 h, then 792 of 800
        (5, 4, "40 off at most (hours of 0301 in 2022 part 1)"),
        (4, 6, "80 off at most (hours of 0301 in 2022 part 2)"),
        (0, 9, ""),
    ],
)
def test_hours_since_a_period_began(
    first: int, second: int, off: str, parts: tuple[ExactCase, WorkDone]
) -> None:
    """What a quarter has over is there for the next, and not the other way round."""
    every = [*some(first), *some(second, k=1), *some(9, status="reserve")]
    found = told(parts, every)["calendar hours"]
    assert found.ok
    assert found.claim == (f"calendar hours: as near as can be, {off}" if off else "")


@pytest.mark.parametrize(
    ("public", "small", "off"),
    [
        # Half of ten are small, so two or three of five are.
        ((2, 3), (3, 2), ""),
        ((3, 2), (2, 3), ""),
        ((1, 4), (4, 1), "1 off at most (small in quarter 1 of ('0301', 0, 'planned'))"),
        ((0, 5), (5, 0), "2 off at most (small in quarter 1 of ('0301', 0, 'planned'))"),
    ],
)
def test_each_kind_has_its_share_rounded_either_way(
    public: tuple[int, int], small: tuple[int, int], off: str, parts: tuple[ExactCase, WorkDone]
) -> None:
    """Of a quarter."""
    every = [each for k in (0, 1) for each in some(public[k], k=k)]
    every += [each for k in (0, 1) for each in some(small[k], k=k, kind="small")]
    claim = told(parts, every)["calendar kinds"].claim
    assert claim == (f"calendar kinds: as near as can be, {off}" if off else "")


def test_each_kind_has_its_share_of_periods_and_lists(parts: tuple[ExactCase, WorkDone]) -> None:
    """Of a county's principals, those of another county apart."""
    even = [*some(2), *some(2, kind="small"), *some(2, t=1), *some(2, t=1, kind="small")]
    assert not told(parts, even)["calendar kinds"].claim
    uneven = [*some(4), *some(4, t=1, kind="small")]
    assert "2 off at most (small in period 1" in told(parts, uneven)["calendar kinds"].claim
    lists = [*some(4), *some(4, status="after", t=2, k=-1, kind="small")]
    assert (
        "2 off at most (small in list planned of 02" in told(parts, lists)["calendar kinds"].claim
    )
    apart = [*some(4, county="01"), *some(4, status="after", t=2, k=-1, kind="small")]
    assert not told(parts, apart)["calendar kinds"].claim


@pytest.mark.parametrize(
    ("status", "order", "off"),
    [
        ("reserve", "near", "1 off at most (0202 in reserve)"),
        ("reserve", "need", "1 off at most (0202 in reserve)"),
        ("after", "near", "1 off at most (0202 in after)"),
        ("after", "need", ""),
    ],
)
def test_each_municipality_has_its_share_but_for_one(
    status: str, order: str, off: str, parts: tuple[ExactCase, WorkDone]
) -> None:
    """Four of eight in the list: two of four; four are two too many, and one of them is let go.

    By need, those after are the last in the order, wherever they are.
    """
    place = {"status": status} | ({"t": 2, "k": -1} if status == "after" else {})
    every = [*some(4), *some(4, municipality="0202", **place)]
    found = told(parts, every, turns=CalendarRules(None, order))["calendar places"]
    assert found.claim == (f"calendar places: as near as can be, {off}" if off else "")


def test_those_after_are_not_asked(parts: tuple[ExactCase, WorkDone]) -> None:
    """Reserves are shared out among those who are asked."""
    every = [*some(2), *some(2, status="reserve"), *some(9, status="after", t=2, k=-1)]
    every += [*some(2, municipality="0202"), *some(2, municipality="0202", status="reserve")]
    assert not told(parts, every, turns=CalendarRules(None, "need"))["calendar places"].claim


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (4, [1, 1, 2], [1, 1, 2]),
        (1, [3, 1], [1, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (0, [1, 2], [0, 0]),
        (3, [0, 0], [0, 3]),
        (5, [Fraction(1, 3), Fraction(2, 3)], [2, 3]),
    ],
)
def test_shares_of_a_whole_number(
    total: int, weights: list[Fraction | int], shares: list[int]
) -> None:
    """Largest remainders first, earlier ones where they tie; the last takes it without weights."""
    assert apportion(total, weights) == shares

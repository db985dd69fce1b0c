"""Bounds of our own on waiting, and when the solver's word is held against them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.figures import timeline
from planner.verify.lagrangean import median
from planner.verify.own_bounds import (
    _exchange,
    _hours_so_far,
    _most_held,
    _plausible,
    check_bounds,
    least_short,
    least_unmet,
    least_waiting,
)
from planner.verify.rules import LimitRule
from planner.verify.run_files import Stage, read_plan
from verify.small import BARE, case_of, stage_of

if TYPE_CHECKING:
    from planner.verify.exact_case import ExactCase
    from planner.verify.rules import Rules
    from verify.small import Run, Solve

HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def rules(_rollout: Run) -> Rules:
    """The rules of a rollout, with a gap of a hundredth."""
    return replace(case_of(_rollout).rules, gap=Fraction(1, 100))


def stage(name: str, objective: Fraction | int, bound: Fraction | int = 0) -> Stage:
    """Return a stage that ended at an objective."""
    return stage_of(name, Fraction(objective), Fraction(bound))


@pytest.mark.parametrize(
    ("available", "held"), [(0, 2), (2, 2), (3, 3), (8, 4), (9, 5), (13, 5), (14, 6), (99, 6)]
)
def test_the_easiest_dialogues_come_first(available: int, held: int) -> None:
    """Two take no time, three take 3 hours each, one takes 5."""
    hours = [(Fraction(0), 2), (Fraction(3), 3), (Fraction(5), 1)]
    assert _most_held(hours, Fraction(available)) == held


def spans(case: ExactCase, *changes: dict[str, Any]) -> tuple[Any, ...]:
    """Return the periods of a case, each with its changes."""
    pairs = zip(case.rules.periods, changes, strict=True)
    return tuple(replace(period, **each) for period, each in pairs)


@pytest.mark.parametrize(
    ("work", "first", "second", "hours"),
    [
        ({}, {}, {}, [800, 3600]),  # 4 advisors of 200 hours, then 7 of 400
        ({"existing": {"0101": Fraction(2)}}, {}, {}, [1200, 4800]),
        ({"sister_pool": Fraction(5, 2)}, {}, {}, [1300, 5100]),
        # Half a year costs half a million: a million pays for two.
        ({}, {"budget_msek": Fraction(1)}, {}, [400, 3200]),
        ({}, {"hires_most": None}, {}, [3600, None]),
        ({}, {"hires_most": None}, {"budget_msek": Fraction(9)}, [3600, 7200]),
        ({}, {"hires_most": None, "budget_msek": None}, {"budget_msek": Fraction(9)}, [None, None]),
        ({"advisor": Fraction(0)}, {"budget_msek": Fraction(1)}, {}, [800, 3600]),
    ],
)
def test_hours_are_those_of_everyone_who_can_be_hired_and_paid(
    work: dict[str, Any], first: dict[str, Any], second: dict[str, Any], hours: list[int | None],
    rollout: Run,
) -> None:  # fmt: skip
    """Hired so far or paid for, whichever is less, and lent; without a limit, no bound."""
    case = case_of(rollout, work=work, periods=spans(case_of(rollout), first, second))
    assert case.rules.work is not None
    assert list(_hours_so_far(case, case.rules.work)) == hours


@pytest.mark.parametrize(
    ("hires", "waiting"),
    [
        ((4, 3), 9 * 3 + 8 * 12),  # 800 hours are nine dialogues of 88 and a little
        ((1, 0), 2 * 3 + 4 * 12 + 11 * 18),
        ((None, None), 17 * 3),
    ],
)
def test_the_least_waiting(
    hires: tuple[int | None, int | None], waiting: int, rollout: Run
) -> None:
    """Seventeen who wait 3 or 12 months, or 18 who are never met."""
    limits = [{"hires_most": n if n is None else Fraction(n), "budget_msek": None} for n in hires]
    case = case_of(rollout, periods=spans(case_of(rollout), *limits))
    assert case.rules.work is not None
    assert least_waiting(case, case.rules.work) == waiting


@pytest.mark.parametrize(
    ("name", "value", "least", "ok", "detail"),
    [
        ("spread", "100", "100", True, "below 100 (x): nothing to gain on 100"),
        ("spread", "99.9999", "100", True, "below 100 (x): nothing to gain on 99.9999"),
        ("spread", "99.99989", "100", False, "expected at least 100 (x), found 99.99989"),
        ("spread", "100.0001", "100", True, "below 100 (x): nothing to gain on 100.0001"),
        ("spread", "100.5", "100", True, "below 100 (x): 0.5 to gain on 100.5"),
        ("spread", "-0.0000009", "0", True, "below 0 (x): nothing to gain on -9e-07"),
        ("spread", "-0.0000011", "0", False, "expected at least 0 (x), found -1.1e-06"),
        ("spsm_share", "0.5", "-0.5", True, "above 0.5 (x): nothing to gain on 0.5"),
        ("spsm_share", "0.25", "-0.5", True, "above 0.5 (x): 0.25 to gain on 0.25"),
        ("spsm_share", "0.500002", "-0.5", False, "found -0.500002"),
    ],
)
def test_a_value_is_held_against_the_bound(
    name: str, value: str, least: str, *, ok: bool, detail: str, rules: Rules
) -> None:
    """Better than the bound by more than a millionth is wrong; worse, something to gain."""
    found = _plausible(rules, stage(name, Fraction(value)), Fraction(least), "x")
    assert found.ok is ok
    assert detail in found.detail


def exchange(case: ExactCase, weight: Fraction, offices: list[int], told: Stage) -> Any:
    """Return the check of exchanges, `told.name` being what is optimised."""
    p = median(case, {told.name: weight})
    assert p is not None
    return _exchange(case, p, told, offices)


# Of Norr, Mitt and Ost the best two are Mitt and Ost: 115 principal-km for 21 principals.
BEST = Fraction(115, 21)


@pytest.mark.parametrize(
    ("bound", "beaten"),
    [(BEST, False), (BEST + Fraction("5.4e-6"), False), (BEST + Fraction("5.6e-6"), True)],
)
def test_an_exchange_beats_a_bound_by_more_than_a_millionth(
    bound: Fraction, *, beaten: bool, static: Run
) -> None:
    """The bound says less than the plan with one office exchanged."""
    found = exchange(case_of(static, limits=()), Fraction(1), [0, 2], stage("mean_km", 9, bound))
    assert found.ok is not beaten
    assert found.applies
    told = "none of 2 beats the solver's bound of 5.4761"
    assert found.detail.startswith("0201 for 0101 gives 5.47619" if beaten else told)


@pytest.mark.parametrize(("beyond", "beaten"), [("0.9e-6", False), ("1.1e-6", True)])
def test_an_exchange_is_not_sought_below_a_millionth(
    beyond: str, *, beaten: bool, static: Run
) -> None:
    """What is smaller than one is held to a millionth of one."""
    bound = BEST / 100 + Fraction(beyond)
    told = stage("mean_km", 9, bound)
    found = exchange(case_of(static, limits=()), Fraction(1, 100), [0, 2], told)
    assert found.ok is not beaten


@pytest.mark.parametrize(("bound", "beaten"), [(HALF, True), (Fraction(1), False)])
def test_an_exchange_for_more_of_what_should_be_large(
    bound: Fraction, *, beaten: bool, static: Run
) -> None:
    """One of two offices is beside the sister agency; both can be."""
    sites = replace(case_of(static).rules.sites, candidates="seats")
    case = case_of(static, limits=(), sites=sites)
    found = exchange(case, Fraction(-1), [0, 1], stage("spsm_share", HALF, bound))
    told = "0201 for 0102 gives 1, the bound says 0.5"
    assert found.detail == (told if beaten else "none of 8 beats the solver's bound of 1")
    assert found.ok is not beaten


LIMIT = LimitRule("max_km", "most", Fraction(60), hard=True, penalty=Fraction(0))


def other_rules(case: ExactCase) -> dict[str, dict[str, Any]]:
    """Return changes of the rules after which an exchange proves nothing."""
    (span,) = case.rules.periods
    sites = case.rules.sites
    return {
        "a limit": {"limits": (LIMIT,)},
        "connected regions": {"contiguous": True},
        "openings": {"periods": (replace(span, openings_most=2),)},
        "two periods": {"periods": (span, span)},
        "own premises that may close": {"sites": replace(sites, own_premises=("0202",))},
    }


def test_no_exchange_is_tried_where_other_rules_decide(static: Run) -> None:
    """A cheaper plan that may break another rule proves nothing."""
    told = stage("mean_km", 9, 9)
    free = case_of(static, limits=())
    assert not exchange(free, Fraction(1), [0, 2], told).ok
    owned = replace(free.rules.sites, own_premises=("0301",), required=("0301",))
    assert not exchange(case_of(static, limits=(), sites=owned), Fraction(1), [0, 2], told).ok
    for changed in other_rules(free).values():
        found = exchange(case_of(static, **{"limits": (), **changed}), Fraction(1), [0, 2], told)
        assert (found.ok, found.applies) == (True, False), changed


def test_no_exchange_is_tried_where_there_is_work(rollout: Run) -> None:
    """What dialogues need may decide, also in a rollout of one period."""
    (first, _) = case_of(rollout).rules.periods
    span = replace(first, openings_most=None)
    case = case_of(rollout, limits=(), periods=(span,))
    assert not exchange(case, Fraction(1), [0, 2], stage("mean_km", 9, 9)).applies
    case = case_of(rollout, limits=(), periods=(span,), work=None)
    assert exchange(case, Fraction(1), [0, 2], stage("mean_km", 9, 9)).applies


def test_a_town_with_a_date_is_not_exchanged(static: Run) -> None:
    """Where Norr must open, only Ost can go, and Mitt and Norr are worse than Mitt and Ost."""
    case = case_of(static, limits=(), opens={"0101": "all"})
    found = exchange(case, Fraction(1), [0, 2], stage("mean_km", 9, BEST))
    assert found.detail == "none of 1 beats the solver's bound of 5.47619048"


def names(run: Run) -> list[str]:
    """Return the names of the checks of bounds, with what each says of its bound."""
    problems: list[Any] = []
    case, plan = case_of(run), read_plan(run.folder, problems)
    assert problems == []
    return [check.name for check in check_bounds(case, plan, timeline(case, plan))]


def test_every_town_may_have_an_office(solve: Solve) -> None:
    """With an office in each town allowed the bound is met, and there is none to exchange."""
    run = solve(BARE.replace("mean_km", "spsm_share"), ["offices.count=3"])
    assert names(run) == ["independent bound on spsm_share", "exchange of one office"]
    case, plan = case_of(run), read_plan(run.folder, [])
    bound, other = check_bounds(case, plan, timeline(case, plan))
    assert bound.detail == (
        "no plan above 1 (Lagrangean duals of the siting alone): nothing to gain on 1"
    )
    assert other.detail == "none of 0 beats the solver's bound of 1"
    fewer = replace(case.rules.sites, excluded=("0301",))
    case = case_of(run, sites=fewer)
    assert list(check_bounds(case, plan, timeline(case, plan))) == []


def test_every_goal_has_a_bound_or_is_told_to_have_none(rollout: Run) -> None:
    """The sum, soft rules and waiting have one of our own; cost has none, and stays a claim."""
    assert names(rollout) == [
        "independent bound on weighted", "exchange of one office",
        "independent bound on soft rules", "independent bound on waiting",
    ]  # fmt: skip
    plan = rollout.plan()
    plan["stages"][2]["objective_name"] = "cost_msek"
    rollout.write(plan, rollout.scenario())
    case, read = case_of(rollout), read_plan(rollout.folder, [])
    *_, last = check_bounds(case, read, timeline(case, read))
    assert (last.name, last.ok, last.applies) == ("independent bound on cost_msek", True, False)
    assert last.claim == "cost_msek optimal 123 (no bound of our own)"


@pytest.mark.parametrize(
    ("name", "value", "met"),
    [("spsm_share", 1, True), ("spsm_share", HALF, False), ("county_splits", 0, True)],
)
def test_nothing_is_better_than_the_best_there_can_be(
    name: str,
    value: Fraction | int,
    met: bool,
    rollout: Run,
) -> None:
    """All offices beside the sister agency, no county split: that needs no search."""
    case, plan = case_of(rollout), read_plan(rollout.folder, [])
    stages = (*plan.stages[:1], stage(name, value, value))
    *_, last = check_bounds(case, replace(plan, stages=stages), timeline(case, plan))
    assert bool(last.claim) is not met
    assert last.applies is met


@pytest.mark.parametrize(
    ("hires", "unmet", "short"),
    [
        ((4, 3), 0, 1),  # nine can be met in the first period, where eleven are asked for
        ((1, 0), 11, Fraction(9, 2)),  # two, then two more each half year: six in all
        ((None, None), 0, 0),
    ],
)
def test_the_least_unmet_and_short(
    hires: tuple[int | None, int | None], unmet: int, short: Fraction | int, rollout: Run
) -> None:
    """What the hours of everyone who can be hired leave unmet, and short of the soft target."""
    limits = [{"hires_most": n if n is None else Fraction(n), "budget_msek": None} for n in hires]
    case = case_of(rollout, periods=spans(case_of(rollout), *limits))
    assert case.rules.work is not None
    assert least_unmet(case, case.rules.work) == unmet
    assert least_short(case, case.rules.work) == short


@pytest.mark.parametrize(
    ("name", "reason", "value", "least", "claim"),
    [
        ("weighted", "optimal", "100", "99.999", ""),  # a thousandth of the sum's unit
        ("weighted", "optimal", "100", "99.99899", "weighted optimal 100 (own bound 99.99899)"),
        ("weighted", "gap_limit", "100", "99.5", "weighted gap_limit 100 (own bound 99.5)"),
        ("spsm_share", "optimal", "0.5", "-0.50001", ""),  # ten of a million: a thousandth point
        ("spsm_share", "optimal", "0.5", "-0.501", "spsm_share optimal 0.5 (own bound 0.501)"),
        ("waiting", "optimal", "53509", "53508.95", ""),
        ("waiting", "optimal", "53509", "52796", "waiting optimal 53509 (own bound 52796)"),
        ("waiting", "gap_limit", "100", "99", ""),
        ("waiting", "gap_limit", "100", "98.99", "waiting gap_limit 100 (own bound 98.99)"),
        ("waiting", "time_limit", "100", "9", ""),
    ],
)
def test_what_our_bound_does_not_reach_is_a_claim(
    name: str, reason: str, value: str, least: str, claim: str, rules: Rules
) -> None:
    """As near as the reason says: sites to a thousandth, others to nothing or to the gap."""
    told = replace(stage(name, Fraction(value), Fraction(value)), reason=reason)
    found = _plausible(rules, told, Fraction(least), "x")
    assert found.ok
    assert found.claim == claim


def test_a_claim_tells_its_scope(rules: Rules) -> None:
    """What was found among three ends is claimed of those."""
    told = stage_of("waiting", Fraction(100), Fraction(100), "gap_limit", ends=3)
    found = _plausible(rules, told, Fraction(9), "x")
    assert found.claim == "waiting gap_limit of 3 ends 100 (own bound 9)"

"""Hours, money and people of a rollout that is small enough to be summed up by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify import work as rules_of_work
from planner.verify.figures import Timeline
from planner.verify.rules import Target
from planner.verify.run_files import Batch, Office, PlanPeriod
from planner.verify.work_done import WorkDone, work_figures
from verify.small import case_of, plan_of

if TYPE_CHECKING:
    from verify.small import Run

F = Fraction
POOL = {"sister_pool": F(2), "sister_advisor": F(1, 2)}


def held(run: Run, told: tuple[Fraction, ...] = (F(5), F(7)), **work: Any) -> WorkDone:
    """Return the work of Norr, which closes, Mitt, and Ost, which opens in the second period.

    County 01 accepts 5 dialogues, 02 accepts 7 and 03 accepts 5.
    """
    plain = {"premises": F(1, 4), "closing": F(1, 8), **work}
    case = case_of(run, work=plain)
    case = case_of(run, work=plain, sites=replace(case.rules.sites, existing=("0101",)))
    when = Timeline(
        (frozenset({"0101", "0201"}), frozenset({"0201", "0301"})),
        ({"01": "0101", "02": "0201", "03": "0201"}, {"01": "0201", "02": "0201", "03": "0301"}),
    )
    assert case.rules.work is not None
    return WorkDone(
        case,
        case.rules.work,
        when,
        ({"01": 2, "03": 1}, {"01": 1, "02": 4}),
        ({"0101": 0, "0201": 3, "0301": 0}, {"0101": 0, "0201": 4, "0301": 2}),
        told,
    )


def test_dialogues_are_summed_up(rollout: Run) -> None:
    """Three in the first period and five in the second, of seventeen."""
    done = held(rollout)
    assert (done.met(0), done.met(1)) == (3, 5)
    assert [done.met_by(period) for period in ("2022", "2023", "2030")] == [3, 8, 0]
    assert done.unmet == {"01": 2, "02": 3, "03": 5 - 1}


def test_hours_that_an_office_lacks(rollout: Run) -> None:
    """Two dialogues of 2 x (44 h and 2 minutes) at Norr, which has no advisors."""
    done = held(rollout)
    lacking = 4 * (44 + F(2, 60))
    assert (done.full_time(0), done.full_time(1)) == (200, 400)
    assert done.shortages(0) == {"0101": lacking}
    assert done.shortages(1) == {}
    assert done.lent_least(0) == lacking / 200
    both = replace(done, advisors=({}, {}))
    assert both.shortages(0) == {"0101": lacking, "0201": 2 * (44 + F(26, 60))}


def test_costs_are_summed_up(rollout: Run) -> None:
    """Half a year of 3 advisors, two offices and what is lent; a year; openings, a closing, km."""
    done = held(rollout, **POOL)
    assert done.cost(0) == F("1.75") + F("1.5") + F("0.00017")
    assert done.cost(0, F(1)) == 2 + F("1.5") + F("0.00017")
    assert done.cost(1) == F("6.5") + F("1.5") + F("0.125") + F("0.00011")
    later = replace(done.when, open=(*done.when.open, done.when.open[1]))
    spans = (*done.case.rules.periods, done.case.rules.periods[1])
    case = replace(done.case, rules=replace(done.case.rules, periods=spans))
    parts = {"dialogues": (*done.dialogues, {}), "advisors": (*done.advisors, {})}
    assert replace(done, case=case, when=later, **parts).cost(2) == F("0.5")
    figures = {"cost_msek": F(12), "waiting": F(3 * 3 + 5 * 12 + 9 * 18), "unmet": F(9)}
    assert done.lends
    assert work_figures(done) == figures
    for other in ({}, POOL | {"sister_advisor": F(0)}):
        alone = held(rollout, **other)
        assert not alone.lends
        assert work_figures(alone) == figures | {"cost_msek": F("3.25017") + F("8.12511")}


@pytest.mark.parametrize(
    ("work", "kinds", "wrong"),
    [
        (POOL, ("office",), ""),
        ({"sister_pool": F(1, 2)}, ("office",), "2022: expected 0.5 lent, found 0.880666667"),
        ({}, ("office",), "0101 in 2022: 176.133333 hours more than its advisors have"),
        (POOL, (), "0101 in 2022: 176.133333 hours more than its advisors have"),
    ],
)
def test_hours_fit_or_are_lent(
    work: dict[str, Any], kinds: tuple[str, ...], wrong: str, rollout: Run
) -> None:
    """By the sister agency, where it has premises."""
    done = held(rollout, **work)
    sites = replace(done.case.rules.sites, kinds=kinds)
    done = replace(done, case=replace(done.case, rules=replace(done.case.rules, sites=sites)))
    found = rules_of_work._hours(done)
    assert found.ok is (not wrong)
    assert wrong in found.detail
    assert ";" not in found.detail


@pytest.mark.parametrize(
    ("existing", "most", "detail"),
    [
        ({"0101": F(1)}, (4, 3), "3, 3 hired"),
        ({"0201": F(1)}, (2, 3), "2, 3 hired"),
        ({"0201": F(9)}, (0, None), "0, 3 hired"),
        ({}, (4, F("2.9")), "2023: expected at most 2.9 hired, found 3"),
        ({}, (2, 3), "2022: expected at most 2 hired, found 3"),
    ],
)
def test_hires_are_those_who_were_not_there_before(
    existing: dict[str, Fraction], most: tuple[Any, Any], detail: str, rollout: Run
) -> None:
    """Office by office: who leaves one is not hired at another."""
    done = held(rollout, existing=existing)
    spans = tuple(
        replace(span, hires_most=None if n is None else F(n))
        for span, n in zip(done.case.rules.periods, most, strict=True)
    )
    done = replace(done, case=replace(done.case, rules=replace(done.case.rules, periods=spans)))
    found = rules_of_work._hires(done)
    assert found.detail == detail
    assert found.ok is detail.endswith("hired")


@pytest.mark.parametrize(
    ("work", "told", "wrong"),
    [
        ({}, ("3.25017", "8.12511"), ""),
        ({}, ("3.250171", "8.12511"), ""),
        ({}, ("3.2501711", "8.12511"), "2022 MSEK: expected 3.25017, found 3.2501711"),
        # From 0.88 lent for half a year at half a million to two.
        (POOL, ("3.48", "8.2"), ""),
        (POOL, ("3.47", "8.2"), "2022 MSEK: expected 3.47033667 to 3.75017, found 3.47"),
        (POOL, ("3.76", "8.2"), "2022 MSEK: expected 3.47033667 to 3.75017, found 3.76"),
        (POOL, ("3.5", "9.2"), "2023 MSEK: expected 8.12511 to 9.12511, found 9.2"),
    ],
)
def test_costs_are_those_of_what_was_done(
    work: dict[str, Any], told: tuple[str, str], wrong: str, rollout: Run
) -> None:
    """Exactly, or within what may be lent where that costs something."""
    done = held(rollout, (F(told[0]), F(told[1])), **work)
    found = rules_of_work._costs(done)
    assert found.ok is (not wrong)
    assert found.detail.startswith(wrong or f"{told[0][:4]}")
    assert ("how much is lent" in found.detail) is (work == POOL and found.ok)


@pytest.mark.parametrize(
    ("budgets", "detail"),
    [
        ((F(5), None), "1 kept"),
        ((F(5), F(7)), "2 kept"),
        ((None, F("6.9")), "2023: expected at most 6.9 MSEK, found 7"),
        ((None, None), "0 kept"),
    ],
)
def test_budgets(budgets: tuple[Any, Any], detail: str, rollout: Run) -> None:
    """Five million and seven."""
    done = held(rollout)
    spans = tuple(
        replace(span, budget_msek=n)
        for span, n in zip(done.case.rules.periods, budgets, strict=True)
    )
    done = replace(done, case=replace(done.case, rules=replace(done.case.rules, periods=spans)))
    found = rules_of_work._budgets(done)
    assert found.detail == detail
    assert found.ok is detail.endswith("kept")
    assert found.applies is (detail != "0 kept")


@pytest.mark.parametrize(
    ("by", "least", "hard", "detail"),
    [
        ("2022", 3, True, "1 kept"),
        ("2022", 4, True, "by 2022: expected at least 4 dialogues, found 3"),
        ("2023", 9, True, "by 2023: expected at least 9 dialogues, found 8"),
        ("2023", 9, False, "0 kept"),
    ],
)
def test_hard_targets(by: str, least: int, detail: str, *, hard: bool, rollout: Run) -> None:
    """Three are met when the first period ends, eight in the end."""
    done = held(rollout, targets=(Target(by, F(least), hard, F(0)),))
    found = rules_of_work._targets(done)
    assert (found.detail, found.ok) == (detail, detail.endswith("kept"))
    assert found.applies is hard


@pytest.mark.parametrize(
    ("balance", "wrong"),
    [
        # Eight of 17 are met in the country: 40/17 of five, of whom county 03 has one.
        (F(7, 100), "03: expected 2.35294118 dialogues give or take 1.35, found 1"),
        (F(8, 100), ""),
        (F(0), "03: expected 2.35294118 dialogues give or take 1, found 1"),
    ],
)
def test_counties_keep_pace(balance: Fraction, wrong: str, rollout: Run) -> None:
    """A share of a county's dialogues, and one more, is all that it may be ahead or behind."""
    found = rules_of_work._balance(held(rollout, balance=balance))
    assert found.detail == (wrong or "47.1 % met in the country, 27.1 points off at most")
    assert found.applies
    assert not rules_of_work._balance(held(rollout, balance=None)).applies


def test_a_county_ahead_is_told_too(rollout: Run) -> None:
    """All five of county 01 met, and none of the others: 25/17 were due to it."""
    done = held(rollout, balance=F(1, 2))
    done = replace(done, dialogues=({"01": 5}, {}))
    found = rules_of_work._balance(done)
    assert found.detail == "01: expected 1.47058824 dialogues give or take 3.5, found 5"


def test_what_is_met_and_unmet_is_what_is_due(rollout: Run) -> None:
    """Unit by unit, and county by county."""
    done = held(rollout)
    told = plan_of(unmet={"01": 2, "02": 3, "03": 4})
    assert rules_of_work._uptake(told, done).detail == "8 met + 9 unmet = 17"
    found = rules_of_work._uptake(plan_of(unmet={"01": 2, "02": 4}), done)
    assert found.detail == (
        "unmet in 02: expected 3, found 4; unmet in 03: expected 4, found nothing"
    )
    full = replace(done, dialogues=({"01": 5, "02": 7, "03": 5}, {}))
    assert rules_of_work._uptake(plan_of(unmet=dict.fromkeys(("01", "02", "03"), 0)), full).ok
    over = replace(done, dialogues=({"01": 6}, {}))
    found = rules_of_work._uptake(plan_of(unmet={"01": -1, "02": 7, "03": 5}), over)
    assert found.detail == "01: expected at most 5 dialogues, found 6"


def office(code: str, **advisors: int) -> Office:
    """Return an office with advisors by period, written `p2022`."""
    there = {period[1:]: n for period, n in advisors.items()}
    return Office(code, "", "", "", None, 0, (), there, None, spsm=False)


def test_advisors_are_told_of_where_an_office_is_open(rollout: Run) -> None:
    """Norr in the first period, Mitt in both; and no team is smaller than the least."""
    done = held(rollout, minimum_team=F(2))
    good = plan_of(offices=(office("0101", p2022=2), office("0201", p2022=2, p2023=3)))
    assert rules_of_work._staff_listed(done.case, good, done.when).ok
    assert rules_of_work._teams(good, done).detail == "at least 2 at every open office"
    bad = plan_of(offices=(office("0101", p2023=1),))
    found = rules_of_work._staff_listed(done.case, bad, done.when)
    assert found.detail == "0101 has advisors in: expected 2022, found 2023"
    assert rules_of_work._teams(bad, done).detail == ("0101 in 2023: expected at least 2, found 1")


def test_batches_are_of_units_in_their_own_region(rollout: Run) -> None:
    """Each once, at the office that serves the unit then, of at least one dialogue."""
    done = held(rollout)
    good = (Batch("county", "01", "2022", "0101", 1), Batch("county", "01", "2023", "0201", 1))
    found = rules_of_work._batches(done.case, plan_of(dialogues=good), done.when)
    assert (found.ok, found.detail) == (True, "2 batches, each in its own region")
    for odd, told in (
        (good[0], "01 in 2022: 2 times"),
        (replace(good[1], period="2030"), "01 in 2030: no such unit and period"),
        (replace(good[1], id="09"), "09 in 2023: no such unit and period"),
        (replace(good[1], id="02", dialogues=0), "expected at least 1 dialogue, found 0"),
        (replace(good[1], id="02", office="0301"), "02 in 2023 office: expected 0201, found 0301"),
        (replace(good[1], id="02", unit="region"), "02 in 2023 unit: expected county"),
    ):
        found = rules_of_work._batches(done.case, plan_of(dialogues=(*good, odd)), done.when)
        assert found.detail.startswith(told) or found.detail.endswith(told)
        assert not found.ok
        assert ";" not in found.detail
    after = (replace(good[1], period="2030"), replace(good[0], dialogues=-1))
    found = rules_of_work._batches(done.case, plan_of(dialogues=after), done.when)
    assert found.detail.count(";") == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (
            (
                PlanPeriod("2022", 3, 14, F(5), 3, (), F(0), F(0)),
                PlanPeriod("2023", 5, 9, F(7), 6, (), F(0), F(0)),
            ),
            "",
        ),
        (
            (
                PlanPeriod("2022", 4, 13, F(5), 3, (), F(0), F(0)),
                PlanPeriod("2023", 5, 9, F(7), 6, (), F(0), F(0)),
            ),
            "2022 dialogues: expected 3, found 4; 2022 unmet: expected 14, found 13",
        ),
        (
            (
                PlanPeriod("2022", 3, 14, F(5), 3, (), F(0), F(0)),
                PlanPeriod("2023", 5, 9, F(7), 7, (), F(0), F(0)),
            ),
            "2023 advisors: expected 6, found 7",
        ),
    ],
)
def test_totals_of_a_period(changes: tuple[PlanPeriod, ...], wrong: str, rollout: Run) -> None:
    """Three dialogues and 14 to come; five more, and nine never."""
    found = rules_of_work._totals(plan_of(periods=changes), held(rollout))
    assert found.detail == (wrong or "dialogues, unmet and advisors as summed up")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"dialogues": (Batch("county", "01", "x", "0101", 1),)}, "1 batches of dialogues"),
        ({"unmet": {"01": 1}}, "unmet by county"),
        ({"offices": (office("0101", p2022=1),)}, "0101 has advisors"),
        (
            {"periods": (PlanPeriod("a", 1, 0, F(0), 0, (), F(0), F(0)),)},
            "a has dialogues, staff or costs",
        ),
        (
            {"periods": (PlanPeriod("a", 0, 0, F(1), 0, (), F(0), F(0)),)},
            "a has dialogues, staff or costs",
        ),
        (
            {
                "offices": (office("0101"),),
                "periods": (PlanPeriod("a", 0, 0, F(0), 0, (), F(0), F(0)),),
            },
            "",
        ),
    ],
)
def test_without_a_rollout_no_work_is_told_of(parts: dict[str, Any], told: str) -> None:
    """No dialogues, no staff, no money."""
    found = rules_of_work._no_work(plan_of(**parts))
    assert found.detail == (told or "the scenario plans no dialogues, staff or money")
    assert found.ok is (not told)


def test_a_period_too_few_is_no_answer(rollout: Run) -> None:
    """Where lists disagree on the number of periods, nothing is cut short to fit."""
    done = held(rollout)
    short = replace(done, advisors=done.advisors[:1], told=done.told[:1], dialogues=())
    when = Timeline(done.when.open[:1], done.when.served)
    plan = plan_of(offices=(office("0101"),))
    for ask in (
        lambda: rules_of_work._hires(short),
        lambda: rules_of_work._budgets(short),
        lambda: rules_of_work._staff_listed(done.case, plan, when),
        lambda: short.met_by("2022"),
    ):
        with pytest.raises(ValueError, match="zip"):
            ask()

"""What a plan reaches of each goal: the sum line by line, soft rules, what may be given up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.checks import MILLIONTH
from planner.verify.criteria import Objective
from planner.verify.goals import (
    _given_up,
    _limits,
    _lines,
    _objective,
    _off,
    _payoff,
    _penalties,
    _slacks,
    _value,
    _whole,
)
from planner.verify.rules import LimitRule, read_rules
from planner.verify.run_files import Payoff, PlanPeriod, Quantity, Slack, Stage, SumLine
from verify.small import case_of, plan_of, stage_of

if TYPE_CHECKING:
    from planner.verify.rules import Rules
    from verify.small import Run

F = Fraction


@pytest.fixture(scope="module")
def rules(_static: Run) -> Rules:
    """The rules of a scenario without rollout; tests replace what they look at."""
    return read_rules(_static.folder, [])


def stage(
    reason: str = "optimal",
    objective: str = "0",
    bound: str | None = None,
    name: str = "spread",
) -> Stage:
    """Return a stage; its gap is not looked at here."""
    ends = F(objective), F(objective if bound is None else bound)
    return stage_of(name, *ends, reason)


@pytest.mark.parametrize(
    ("sense", "value", "off"),
    [("least", 4, 6), ("least", 10, 0), ("least", 11, 0), ("most", 14, 4), ("most", 9, 0)],
)
def test_a_value_is_off_by_what_it_lacks_or_has_too_much(sense, value, off):
    limit = LimitRule("spsm_share", sense, F(10), hard=False, penalty=F(1))
    assert _off(limit, F(value)) == off
    assert _off(limit, None) is None


@pytest.mark.parametrize(
    ("limit", "value", "kept"),
    [
        ("100", "100.0001", True),
        ("100", "100.0002", False),
        ("0.5", "0.500001", True),
        ("0.5", "0.5000011", False),
        ("0.5", None, False),
    ],
)
def test_a_hard_limit_holds_to_a_millionth(
    limit: str, value: str | None, *, kept: bool, rules: Rules
) -> None:
    """Of itself, or of one where it is smaller; what has no value keeps no limit."""
    rule = LimitRule("spread", "most", F(limit), hard=True, penalty=F(0))
    figures = {"spread": None if value is None else F(value)}
    assert _limits(replace(rules, limits=(rule,)), figures).ok is kept
    soft = _limits(replace(rules, limits=(replace(rule, hard=False),)), figures)
    assert (soft.ok, soft.applies) == (True, False)


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("spread", "110.0001", ""),
        ("spread", "110.0002", "expected 110 or better, found 110.0002"),
        ("spread", "89.99992", ""),
        ("spread", "89.9999", "89.9999 is better than the bound 90"),
        ("spsm_share", "90.0001", "90.0001 is better than the bound 90"),
        ("spsm_share", "90", "expected 110 or better, found 90"),
        ("spsm_share", "110", "110 is better than the bound 90"),
    ],
)
def test_what_is_given_up_lies_between_bound_and_worst(name: str, value: str, wrong: str) -> None:
    """Whichever way is better, to a millionth."""
    told = stage("gap_limit", "100", "90", name=name)
    found = list(_given_up(told, F(value), F(110)))
    assert (wrong in "; ".join(found)) if wrong else found == []


def test_whole_dialogues_may_wait_to_the_end(rollout: Run) -> None:
    """An office less one dialogue in each period: 15 months lost in the first, 6 in the second."""
    case = case_of(rollout)
    spans = [
        PlanPeriod("", 0, 0, F(0), 0, open_now, F(0), F(0)) for open_now in (("a",), ("a", "b"))
    ]
    plan = plan_of(periods=tuple(spans))
    assert _whole(case, plan, "waiting") == 15 + 2 * 6
    assert _whole(case, plan, "unmet") == 3
    assert _whole(case, plan, "mean_km") == 0


@pytest.mark.parametrize(
    ("value", "sound"),
    [("100", True), ("110", True), ("110.0001", True), ("110.0002", False), ("89.9", False)],
)
def test_a_tolerance_is_in_the_unit_of_its_goal(value: str, *, sound: bool, static: Run) -> None:
    """Ten km of 100, and of nothing else; the bound is 90."""
    order = Objective("lexicographic", ("mean_km", "spread"), {}, {"mean_km": F(10)}, ())
    case = case_of(static, objective=order, limits=())
    stages = (
        stage("gap_limit", "100", "90", name="mean_km"),
        stage("optimal", "3", name="spread"),
    )
    figures = {"mean_km": F(value), "spread": F(3)}
    assert _objective(case, plan_of(*stages), figures, {}).ok is sound
    other = {"mean_km": F(100), "spread": F("3.1")}
    assert not _objective(case, plan_of(*stages), other, {}).ok


LIMITS = (
    LimitRule("spread", "most", F(9), hard=False, penalty=F(1, 2)),
    LimitRule("unmet", "most", F(4), hard=False, penalty=F(2)),
)
SOFT = {
    "spread": (LIMITS[0], F(10)),
    "unmet": (LIMITS[1], F(7)),
    "dialogues_by 2022": (LimitRule("", "least", F(11), hard=False, penalty=F(1, 2)), F(8)),
}


def test_penalties_are_of_sites_or_of_the_rollout() -> None:
    """Half for the km over 9; six for three unmet over four, one and a half for a target."""
    assert _penalties(SOFT, sites=True) == (F(1, 2), MILLIONTH / 2)
    assert _penalties(SOFT, sites=False) == (F(15, 2), MILLIONTH * F(5, 2))
    lost = {"university_minutes": (LIMITS[0], None)}
    assert _penalties(lost, sites=True)[0] is None


SHARES = Objective(
    "weighted",
    ("mean_km", "spsm_share"),
    {"spsm_share": Quantity("", F(2), "km per percentage point", F(1), F(4), "assumption")},
    {},
    (),
)
FIGURES = {"mean_km": F(11), "spsm_share": F(3, 4), "waiting": F(120)}


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        ("weighted", 11 - 2 * 75 + F(1, 2)),  # 75 percentage points at 2 km, and the penalty
        ("soft rules", F(15, 2)),
        ("waiting", 120),
        ("mean_km", 11),
        ("max_km", None),
    ],
)
def test_the_value_of_a_goal(goal: str, value: Fraction | None, static: Run) -> None:
    """Penalties of sites are a part of the first goal alone, those of the rollout one by itself."""
    case = case_of(static, objective=replace(SHARES, then=("waiting",)))
    assert _value(case, goal, FIGURES, SOFT)[0] == value


@pytest.mark.parametrize(("goal", "value"), [("mean_km", F(23, 2)), ("spsm_share", F(1, 4))])
def test_penalties_make_the_first_goal_worse(goal: str, value: Fraction, static: Run) -> None:
    """Added where less is better, taken off where more is; the second goal has none."""
    order = Objective("lexicographic", (goal, "waiting"), {}, {}, ())
    case = case_of(static, objective=order)
    assert _value(case, goal, FIGURES, SOFT)[0] == value
    assert _value(case, "waiting", FIGURES, SOFT)[0] == 120


def test_soft_rules_may_come_first(rollout: Run) -> None:
    """Where waiting decides, the sites' penalties are paid in it, and not in the rules before."""
    order = Objective("lexicographic", ("waiting", "mean_km"), {}, {}, ())
    case = case_of(rollout, objective=order)
    assert _value(case, "soft rules", FIGURES, SOFT)[0] == F(15, 2)
    assert _value(case, "waiting", FIGURES, SOFT)[0] == F(241, 2)
    assert _value(case, "mean_km", FIGURES, SOFT)[0] == 11


def test_rounding_is_counted_by_what_a_unit_is_worth(static: Run) -> None:
    """Km are kept to a millionth, shares are exact; a penalty is worth half a millionth."""
    case = case_of(static, objective=SHARES)
    assert _value(case, "weighted", FIGURES, SOFT)[1] == MILLIONTH * F(3, 2)


LINES = (
    SumLine("mean_km", F(1), "km per km", F(11), F(11)),
    SumLine("spsm_share", F(2), "km per percentage point", F(3, 4), F(-150)),
    SumLine("limits.spread", F(1, 2), "km per km", F(1), F(1, 2)),
)


@pytest.mark.parametrize(
    ("number", "changes", "wrong"),
    [
        (0, {}, ""),
        (0, {"rate": F(2)}, "mean_km rate: expected 1, found 2"),
        (0, {"unit": "min per min"}, "a sum in km, min"),
        (1, {"unit": "km per share"}, "spsm_share unit: expected km per percentage point"),
        (1, {"rate": F("2.1")}, "spsm_share rate: expected 2, found 2.1"),
        (1, {"value": F("0.76")}, "spsm_share value: expected 0.75, found 0.76"),
        (1, {"contribution": F(150)}, "spsm_share contribution: expected -150, found 150"),
        (1, {"contribution": F(-1.5)}, "spsm_share contribution: expected -150"),
        (2, {"rate": F(1)}, "limits.spread rate: expected 0.5, found 1"),
        (2, {"value": F(2)}, "limits.spread value: expected 1, found 2"),
        (2, {"criterion": "spread"}, "lines: expected mean_km, spsm_share, limits.spread"),
    ],
)
def test_a_sum_is_told_line_by_line(
    number: int, changes: dict[str, Any], wrong: str, static: Run
) -> None:
    """Rate, unit, value and contribution of each; penalties of sites at the end."""
    case = case_of(static, objective=SHARES)
    lines = [replace(line, **changes) if n == number else line for n, line in enumerate(LINES)]
    plan = plan_of(stage("optimal", "-138.5", name="weighted"), objective=tuple(lines))
    found = _lines(case, plan, FIGURES, SOFT)
    assert found.ok is (not wrong)
    assert wrong in found.detail


def test_a_soft_limit_on_a_share_counts_by_the_percentage_point(static: Run) -> None:
    """As rates do: 0.5 km a point, 5 points off a least share, is 2.5 km."""
    case = case_of(static, objective=SHARES)
    limit = LimitRule("share_beyond", "most", F("0.1"), hard=False, penalty=F(50))
    line = SumLine("limits.share_beyond", F("0.5"), "km per percentage point", F("0.05"), F("2.5"))
    soft = {"share_beyond": (limit, F("0.15"))}
    plan = plan_of(objective=(*LINES[:2], line))
    assert _lines(case, plan, FIGURES, soft).ok
    plan = plan_of(objective=(*LINES[:2], replace(line, rate=F(50))))
    assert "limits.share_beyond rate: expected 0.5" in _lines(case, plan, FIGURES, soft).detail


@pytest.mark.parametrize(("value", "sound"), [("-138.5", True), ("-138.4999", False)])
def test_the_lines_add_up_to_what_was_optimised(value: str, *, sound: bool, static: Run) -> None:
    """11 - 150 + 0.5."""
    case = case_of(static, objective=SHARES)
    plan = plan_of(stage("optimal", value, name="weighted"), objective=LINES)
    found = _lines(case, plan, FIGURES, SOFT)
    assert found.ok is sound
    assert ("sum of the lines: expected -138.4999, found -138.5" in found.detail) is not sound


def test_lines_are_told_where_something_is_summed(static: Run) -> None:
    """One criterion alone, or one after another, has none."""
    for objective in (replace(SHARES, names=("mean_km",)), replace(SHARES, method="epsilon")):
        case = case_of(static, objective=objective)
        assert not _lines(case, plan_of(objective=LINES), FIGURES, SOFT).ok
        none = _lines(case, plan_of(), FIGURES, SOFT)
        assert (none.ok, none.applies) == (True, False)
    assert not _lines(case_of(static, objective=SHARES), plan_of(), FIGURES, SOFT).ok


def test_soft_rules_are_told_with_what_they_are_off() -> None:
    """Each with its limit, its penalty and the plan's value; none left out."""
    told = [
        ("spread", 9, 10, 1, "0.5"),
        ("unmet", 4, 7, 3, "2"),
        ("dialogues_by 2022", 11, 8, 3, "0.5"),
    ]
    rows = [
        Slack(
            name, "least" if name.startswith("d") else "most", F(limit), F(value), F(off), F(each)
        )
        for name, limit, value, off, each in told
    ]
    assert _slacks(plan_of(slacks=tuple(rows)), SOFT).ok
    assert not _slacks(plan_of(slacks=tuple(rows[:2])), SOFT).ok
    assert not _slacks(plan_of(slacks=(replace(rows[0], slack=F(2)), *rows[1:])), SOFT).ok


TABLE = Payoff(
    criteria=("mean_km", "spsm_share"),
    values=((F(10), F(1, 2)), (F(14), F(1))),
    best=(F(10), F(1)),
    worst=(F(14), F(1, 2)),
)


def weighed(rules: Rules, **changes: Any) -> Rules:
    """Return rules that weigh what `TABLE` holds, with a gap of a hundredth."""
    return replace(rules, gap=F("0.01"), objective=replace(SHARES, **changes))


PLAN = {"mean_km": F(12), "spsm_share": F(3, 4)}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"values": TABLE.values[:1]}, "not square"),
        ({"values": (*TABLE.values, TABLE.values[0])}, "not square"),
        ({"values": ((F(10),), (F(14),))}, "not square"),
        ({"best": TABLE.best[:1]}, "not square"),
        ({"worst": TABLE.worst[:1]}, "not square"),
        ({"criteria": ("spsm_share", "mean_km")}, "criteria: expected mean_km, spsm_share"),
        ({"best": (F(10), F(9, 10))}, "spsm_share best: expected 1, found 0.9"),
        ({"worst": (F(13), F(1, 2))}, "mean_km worst: expected 14, found 13"),
        ({"worst": (F(14), F(1))}, "spsm_share worst: expected 0.5, found 1"),
        ({"values": ((F(10), F("1.02")), TABLE.values[1])}, "1, but row 1 has 1.02"),
        ({"values": (TABLE.values[0], (F("9.8"), F(1)))}, "10, but row 2 has 9.8"),
    ],
)
def test_a_payoff_table_agrees_with_itself(
    changes: dict[str, Any], wrong: str, rules: Rules
) -> None:
    """Square, its ends those of its columns."""
    found = _payoff(weighed(rules), plan_of(payoff=replace(TABLE, **changes)), PLAN)
    assert found.ok is (not wrong)
    assert wrong in found.detail


def test_a_payoff_table_is_for_readers(rules: Rules) -> None:
    """It may be left out; where nothing is weighed there is none."""
    asked = weighed(rules)
    assert _payoff(asked, plan_of(payoff=TABLE), PLAN).applies
    for changes in ({}, {"method": "lexicographic"}, {"names": ("mean_km",)}):
        other = weighed(rules, **changes)
        assert _payoff(other, plan_of(payoff=TABLE), PLAN).ok is (not changes)
        none = _payoff(other, plan_of(), PLAN)
        assert (none.ok, none.applies) == (True, False)


@pytest.mark.parametrize(
    ("name", "value", "beaten"),
    [
        ("mean_km", "9.89999", False),  # 10 less a hundredth and a millionth of it
        ("mean_km", "9.89998", True),
        ("spsm_share", "1.010001", False),
        ("spsm_share", "1.010002", True),
        ("spsm_share", None, False),
    ],
)
@pytest.mark.parametrize("reason", ["optimal", "gap_limit", "time_limit"])
def test_a_best_value_is_beaten_by_more_than_the_gap(
    reason: str, name: str, value: str | None, *, beaten: bool, rules: Rules
) -> None:
    """By the plan itself; what a limit cut short was never said to be the best."""
    figures = PLAN | {name: None if value is None else F(value)}
    found = _payoff(weighed(rules), plan_of(stage(reason), payoff=TABLE), figures)
    assert found.ok is not (beaten and reason != "time_limit")
    assert ("the plan has" in found.detail) is not found.ok


def test_a_small_best_value_is_beaten_by_a_share_of_one(rules: Rules) -> None:
    """Below one the gap is of one."""
    table = replace(TABLE, values=((F(1, 10), F(1, 2)), (F(14), F(1))), best=(F(1, 10), F(1)))
    for value, beaten in (("0.089999", False), ("0.089998", True)):
        figures = PLAN | {"mean_km": F(value)}
        assert _payoff(weighed(rules), plan_of(stage(), payoff=table), figures).ok is not beaten


@pytest.mark.parametrize(("value", "beaten"), [("9.999", False), ("9.99899", True)])
def test_without_a_gap_a_best_value_is_proved_to_a_thousandth(
    value: str, *, beaten: bool, rules: Rules
) -> None:
    """As every goal of sites is."""
    exact = replace(weighed(rules), gap=F(0))
    figures = PLAN | {"mean_km": F(value)}
    assert _payoff(exact, plan_of(stage(), payoff=TABLE), figures).ok is not beaten

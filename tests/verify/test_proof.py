"""What was said to be proved, on either side of what each rule lets through."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.claims import Payoff, Period, Slack, Stage
from planner.verify.proof import (
    _gap,
    _gaps,
    _given_up,
    _limits,
    _off,
    _payoff,
    _penalties,
    _reasons,
    _stages,
    _value,
    _whole,
    _worst,
    scales,
)
from planner.verify.rules import Limit, Objective, read_rules
from planner.verify.verification import DIGITS, MILLIONTH
from verify.small import case_of, plan_of

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
    gap: str | None = None,
    name: str = "spread",
) -> Stage:
    """Return a stage whose gap is the true one unless another is given."""
    ends = F(objective), F(objective if bound is None else bound)
    told = Stage(reason, *ends, F(0), name)
    return replace(told, gap=_gap(told) if gap is None else F(gap))


@pytest.mark.parametrize(
    ("sense", "value", "off"),
    [("least", 4, 6), ("least", 10, 0), ("least", 11, 0), ("most", 14, 4), ("most", 9, 0)],
)
def test_a_value_is_off_by_what_it_lacks_or_has_too_much(sense, value, off):
    limit = Limit("spsm_share", sense, F(10), hard=False, penalty=F(1))
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
    rule = Limit("spread", "most", F(limit), hard=True, penalty=F(0))
    figures = {"spread": None if value is None else F(value)}
    assert _limits(replace(rules, limits=(rule,)), figures).ok is kept
    soft = _limits(replace(rules, limits=(replace(rule, hard=False),)), figures)
    assert (soft.ok, soft.applies) == (True, False)


@pytest.mark.parametrize(
    ("told", "sound"),
    [
        (stage("optimal", "1", "0.9999989898"), True),  # a millionth and two roundings
        (stage("optimal", "1", "0.9999989897"), False),
        (stage("gap_limit", "1", "0.989999"), True),
        (stage("gap_limit", "1", "0.9899989"), False),
        (stage("time_limit", "1", "0"), False),
        (stage("node_limit", "1", "0"), False),
        (stage("memory_limit", "1", "0"), True),
        (stage("interrupted", "1", "0"), True),
        (stage("infeasible"), False),
    ],
)
def test_a_reason_is_one_that_can_be(told: Stage, *, sound: bool, rules: Rules) -> None:
    """A gap as small as the reason says, and a limit that the scenario set."""
    plain = replace(rules, gap=F("0.01"), time_limit=None, nodes=None)
    assert _reasons(plain, plan_of(told)).ok is sound
    given = replace(plain, time_limit=F(9), nodes=F(9))
    assert _reasons(given, plan_of(told)).ok is (
        sound or told.reason in ("time_limit", "node_limit")
    )


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        ("4", "3", F(1, 4)),
        ("-2", "1", F(3, 2)),
        ("1", "1.000000001", F(0)),
        ("1", "1.0000000011", F("1.1e-9")),
        ("0", "1", F(10**9)),
    ],
)
def test_a_gap_is_relative_to_the_objective(objective: str, bound: str, gap: Fraction) -> None:
    """The same to a billionth is no gap, and none is relative to less than a billionth."""
    assert _gap(stage("optimal", objective, bound)) == gap


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        (stage("optimal", "100", "100.000001021"), ""),
        (stage("optimal", "100", "100.0000010211"), "bound: expected at most 100, found"),
        (stage("optimal", "-100", "-99.999998979"), ""),
        (stage("optimal", "0.5", "0.4999999939", name="spsm_share"), ""),
        (stage("optimal", "0.5", "0.4999999938", name="spsm_share"), "expected at least 0.5"),
        (stage("optimal", "0.5", "0.7", name="spsm_share"), ""),
        (stage("gap_limit", "4", "3", "0.2500000255"), ""),
        (stage("gap_limit", "4", "3", "0.2499999745"), ""),
        (stage("gap_limit", "4", "3", "0.2500000256"), "gap: expected 0.25, found"),
        (stage("gap_limit", "4", "3", "0.2499999744"), "gap: expected 0.25, found"),
    ],
)
def test_bounds_and_gaps_hold_to_the_digits_printed(told: Stage, wrong: str) -> None:
    """A bound is on its side of the objective, a gap is what lies between: to nine digits."""
    for plan in (plan_of(told), plan_of(told, stage())):
        found = _gaps(plan)
        assert found.ok is (not wrong)
        assert wrong in found.detail


WEIGHED = Objective("weighted", {"spread": F(1), "mean_km": F(2)}, ("spread", "mean_km"), (), F(0))


@pytest.mark.parametrize(
    ("changes", "names", "sound"),
    [
        ({}, ("weighted",), True),
        ({}, ("spread", "mean_km"), False),
        ({"then": ("max_km",)}, ("weighted", "max_km"), True),
        ({"then": ("max_km",)}, ("max_km", "weighted"), False),
        ({"main": ("spread",)}, ("spread",), True),
        ({"main": ("spread",)}, ("weighted",), False),
        ({"method": "lexicographic"}, ("spread", "mean_km"), True),
        ({}, ("rules", "soft rules", "weighted"), True),
        ({"then": ("max_km",)}, ("weighted", "max_km", "max_km"), True),
    ],
)
def test_stages_are_those_asked_for(
    changes: dict[str, Any], names: tuple[str, ...], *, sound: bool, rules: Rules
) -> None:
    """One for what is weighed or one for each criterion, in order, then what comes then."""
    asked = replace(rules, objective=replace(WEIGHED, **changes))
    plan = plan_of(*(stage(name=name) for name in names))
    assert _stages(asked, plan).ok is sound


def test_the_termination_is_the_least_proved_stage(rules: Rules) -> None:
    """Reasons go before gaps; what is no reason is proved least of all."""
    objective = replace(WEIGHED, method="lexicographic", main=("a", "b", "c"))
    asked = replace(rules, objective=objective)
    sure = stage("optimal", "1", "0.5", name="a")
    near = stage("gap_limit", "1", "0.99", name="b")
    far = stage("gap_limit", "1", "0.98", name="c")
    assert _stages(asked, plan_of(sure, near, far, termination=far)).ok
    for end in (sure, near):
        found = _stages(asked, plan_of(sure, near, far, termination=end))
        assert f"expected the least proved stage, c, found {end.name}" in found.detail
    odd = replace(far, reason="tired", gap=F(0))
    assert _stages(asked, plan_of(sure, near, odd, termination=odd)).ok
    stalled = stage("stalled", "1", "0", name="b")
    assert not _stages(asked, plan_of(sure, stalled, odd, termination=stalled)).ok
    assert "one of the stages" in _stages(asked, plan_of(sure, near, far, termination=odd)).detail
    assert "one of the stages" in _stages(asked, plan_of()).detail


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


@pytest.mark.parametrize(
    ("name", "objective", "worst"),
    [("spread", "100", 110), ("spread", "-100", -90), ("spsm_share", "0.5", F("0.45"))],
)
def test_a_tolerance_is_a_share_of_what_was_reached(
    name: str, objective: str, worst: Fraction
) -> None:
    """Worse is more, or less of what should be large."""
    assert _worst(stage("optimal", objective, name=name), F(1, 10)) == worst


def test_whole_dialogues_may_wait_to_the_end(rollout: Run) -> None:
    """An office less one dialogue in each period: 15 months lost in the first, 6 in the second."""
    case = case_of(rollout)
    spans = [Period("", 0, 0, F(0), 0, open_now) for open_now in (("a",), ("a", "b"))]
    assert _whole(case, plan_of(periods=tuple(spans)), "waiting") == 15 + 2 * 6
    assert _whole(case, plan_of(periods=tuple(spans)), "unmet") == 0


@pytest.mark.parametrize(
    ("name", "penalties"),
    [
        ("soft rules", {F(1, 2), F(8)}),
        ("spread", {F(0), F(1, 2), F(8)}),
        ("spsm_share", {F(0), F(-1, 2), F(-8)}),
    ],
)
def test_penalties_are_of_sites_or_of_everything(name: str, penalties: set[Fraction]) -> None:
    """Half for the sites, six for the unmet, one and a half for a target."""
    rows = [("spread", 1, "0.5"), ("unmet", 2, "3"), ("dialogues_by 2022", 3, "0.5")]
    slacks = tuple(Slack(n, "most", F(0), F(0), F(slack), F(each)) for n, slack, each in rows)
    assert _penalties(stage(name=name), plan_of(slacks=slacks)) == penalties


TABLE = Payoff(
    criteria=("mean_km", "spsm_share"),
    values=((F(10), F(1, 2)), (F(14), F(1))),
    best=(F(10), F(1)),
    worst=(F(14), F(1, 2)),
    weights=(F(2), F(1)),
)


def test_a_weighted_value_and_what_its_digits_leave_open(static: Run) -> None:
    """A quarter of the range of 4 km, half of the range of shares: twice 1/4 and once 1/2.

    The rounding is that of the objective, of each criterion, and of the ends of each range.
    """
    case = case_of(static)
    figures = {"mean_km": F(11), "spsm_share": F(3, 4)}
    km = MILLIONTH + DIGITS * 14 + 2 * DIGITS * 14 / 4
    share = DIGITS * F(3, 2) + 2 * DIGITS * F(3, 2) / 2
    expected = F(1), DIGITS + km / 2 + 2 * share
    assert _value(case, "weighted", TABLE, figures) == expected
    better = {"mean_km": F(9), "spsm_share": F(5, 4)}
    assert _value(case, "weighted", TABLE, better) == (-1, expected[1])
    assert _value(case, "weighted", TABLE, {"mean_km": F(11)}) == (None, MILLIONTH)
    assert _value(case, "weighted", None, figures) == (None, MILLIONTH)
    assert _value(case, "mean_km", None, figures) == (11, MILLIONTH)
    assert _value(case, "max_km", TABLE, figures) == (None, MILLIONTH)
    assert _value(case, "rules", TABLE, figures) == (0, MILLIONTH)
    assert _value(case, "soft rules", TABLE, figures) == (0, MILLIONTH)


@pytest.mark.parametrize(
    ("best", "worst", "span"),
    [
        ("10", "14", F(4)),
        ("14", "10", F(4)),
        ("5", "5.0000001", F(5)),
        ("5", "5.0000002", F("2e-7")),
        ("-5", "-5", F(5)),
        ("0.2", "0.2", F(1)),
    ],
)
def test_a_criterion_without_a_range_is_scaled_by_its_size(
    best: str, worst: str, span: Fraction
) -> None:
    """At least 1, so that giving it up costs something."""
    table = replace(TABLE, best=(F(best), F(1)), worst=(F(worst), F(0)))
    first, second = scales(table)
    assert first == ("mean_km", 2 / span, F(best), span)
    assert second == ("spsm_share", 1, 1, 1)
    with pytest.raises(ValueError, match="zip"):
        list(scales(replace(table, best=table.best[:1])))


def weighed(rules: Rules, **changes: Any) -> Rules:
    """Return rules that weigh what `TABLE` holds, with a gap of a hundredth."""
    weights = {"mean_km": F(2), "spsm_share": F(1)}
    objective = Objective("weighted", weights, ("mean_km", "spsm_share"), (), F(0))
    return replace(rules, gap=F("0.01"), objective=replace(objective, **changes))


FIGURES = {"mean_km": F(12), "spsm_share": F(3, 4)}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"values": TABLE.values[:1]}, "not square"),
        ({"values": (*TABLE.values, TABLE.values[0])}, "not square"),
        ({"values": ((F(10),), (F(14),))}, "not square"),
        ({"best": TABLE.best[:1]}, "not square"),
        ({"worst": TABLE.worst[:1]}, "not square"),
        ({"weights": (*TABLE.weights, F(1))}, "not square"),
        ({"criteria": ("spsm_share", "mean_km")}, "criteria: expected mean_km, spsm_share"),
        ({"best": (F(10), F(9, 10))}, "spsm_share best: expected 1, found 0.9"),
        ({"worst": (F(13), F(1, 2))}, "mean_km worst: expected 14, found 13"),
        ({"worst": (F(14), F(1))}, "spsm_share worst: expected 0.5, found 1"),
        ({"weights": (F(2), F(2))}, "spsm_share weight: expected 1, found 2"),
        ({"values": ((F(10), F("1.02")), TABLE.values[1])}, "1, but row 1 has 1.02"),
        ({"values": (TABLE.values[0], (F("9.8"), F(1)))}, "10, but row 2 has 9.8"),
    ],
)
def test_a_payoff_table_agrees_with_itself(
    changes: dict[str, Any], wrong: str, rules: Rules
) -> None:
    """Square, its ends those of its columns, its weights those of the scenario."""
    found = _payoff(weighed(rules), plan_of(payoff=replace(TABLE, **changes)), FIGURES)
    assert found.ok is (not wrong)
    assert wrong in found.detail


def test_a_payoff_table_is_there_where_criteria_are_weighed(rules: Rules) -> None:
    """And only there."""
    asked = weighed(rules)
    assert _payoff(asked, plan_of(payoff=TABLE), FIGURES).applies
    assert not _payoff(asked, plan_of(), FIGURES).ok
    for changes in ({"method": "lexicographic"}, {"main": ("mean_km",)}):
        other = weighed(rules, **changes)
        assert not _payoff(other, plan_of(payoff=TABLE), FIGURES).ok
        none = _payoff(other, plan_of(), FIGURES)
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
    figures = FIGURES | {name: None if value is None else F(value)}
    found = _payoff(weighed(rules), plan_of(stage(reason), payoff=TABLE), figures)
    assert found.ok is not (beaten and reason != "time_limit")
    assert ("the plan has" in found.detail) is not found.ok


def test_a_small_best_value_is_beaten_by_a_share_of_one(rules: Rules) -> None:
    """Below one the gap is of one."""
    table = replace(TABLE, values=((F(1, 10), F(1, 2)), (F(14), F(1))), best=(F(1, 10), F(1)))
    for value, beaten in (("0.089999", False), ("0.089998", True)):
        figures = FIGURES | {"mean_km": F(value)}
        assert _payoff(weighed(rules), plan_of(stage(), payoff=table), figures).ok is not beaten

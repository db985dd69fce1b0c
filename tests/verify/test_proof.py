"""What was said to be proved, on either side of what each rule lets through."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.criteria import Objective
from planner.verify.proof import _choice, _gap, _gaps, _reasons, _scopes, _stages
from planner.verify.rules import read_rules
from verify.small import case_of, plan_of, stage_of

if TYPE_CHECKING:
    from planner.verify.rules import Rules
    from planner.verify.run_files import Stage
    from verify.small import Run

F = Fraction


@pytest.fixture(scope="module")
def rules(_static: Run) -> Rules:
    """The rules of a scenario without rollout; tests replace what they look at."""
    return read_rules(_static.folder, [])


@pytest.fixture(scope="module")
def whole(_rollout: Run) -> Rules:
    """The rules of a rollout: a sum, soft rules, waiting."""
    return case_of(_rollout).rules


def stage(
    reason: str = "optimal",
    objective: str = "0",
    bound: str | None = None,
    gap: str | None = None,
    name: str = "spread",
) -> Stage:
    """Return a stage whose gap is the true one unless another is given."""
    ends = F(objective), F(objective if bound is None else bound)
    told = stage_of(name, *ends, reason)
    return replace(told, gap=_gap(told) if gap is None else F(gap))


def scoped(name: str = "spread", reason: str = "optimal", **scope: Any) -> Stage:
    """Return a stage of which its scope is looked at."""
    return stage_of(name, F(0), F(0), reason, **scope)


@pytest.mark.parametrize(
    ("told", "sound"),
    [
        (stage("optimal", "1", "0.9999989898", name="waiting"), True),  # and two roundings
        (stage("optimal", "1", "0.9999989897", name="waiting"), False),
        (stage("gap_limit", "1", "0.989999", name="waiting"), True),
        (stage("gap_limit", "1", "0.9899989", name="waiting"), False),
        (stage("optimal", "100", "99.999"), True),  # sites: a thousandth of a km
        (stage("optimal", "100", "99.99899"), False),
        (stage("gap_limit", "100", "99.999"), True),
        (stage("gap_limit", "100", "99.99899"), False),  # the scenario's gap is not for sites
        (stage("optimal", "1", "0.99", name="weighted"), False),
        (stage("optimal", "0.5", "0.50001", name="spsm_share"), True),  # of a percentage point
        (stage("optimal", "0.5", "0.500011", name="spsm_share"), False),
        (stage("optimal", "0", "-0.001", name="weighted"), True),
        (stage("optimal", "-5", "-5.0011", name="weighted"), False),
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


def test_a_sum_with_a_goal_of_the_rollout_is_proved_to_the_gap(rules: Rules) -> None:
    """Weighing waiting too, the sum is no longer one of sites."""
    told = stage("gap_limit", "100", "99.5", name="weighted")
    asked = replace(rules, gap=F("0.01"))
    assert not _reasons(asked, plan_of(told)).ok
    names = (*rules.objective.names, "waiting")
    mixed = replace(asked, objective=replace(rules.objective, names=names))
    assert _reasons(mixed, plan_of(told)).ok


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


ORDER = Objective("lexicographic", ("spread", "mean_km"), {}, {}, ())
WEIGHED = Objective("weighted", ("spread", "mean_km"), {}, {}, ())


@pytest.mark.parametrize(
    ("objective", "names", "sound"),
    [
        (WEIGHED, ("weighted",), True),
        (WEIGHED, ("spread", "mean_km"), False),
        (WEIGHED, ("weighted", "weighted"), False),
        (WEIGHED, ("rules", "weighted"), False),
        (replace(WEIGHED, then=("max_km",)), ("weighted", "max_km"), True),
        (replace(WEIGHED, then=("max_km",)), ("max_km", "weighted"), False),
        (replace(WEIGHED, names=("spread",)), ("spread",), True),
        (replace(WEIGHED, names=("spread",)), ("weighted",), False),
        (ORDER, ("spread", "mean_km"), True),
    ],
)
def test_stages_are_those_asked_for(
    objective: Objective, names: tuple[str, ...], *, sound: bool, rules: Rules
) -> None:
    """One for what is weighed or one for each criterion, in order, then what comes then."""
    asked = replace(rules, objective=objective)
    plan = plan_of(*(stage(name=name) for name in names))
    assert _stages(asked, plan).ok is sound


@pytest.mark.parametrize(
    ("objective", "goals"),
    [
        (replace(WEIGHED, then=("waiting", "max_km")), "weighted, soft rules, waiting, max_km"),
        (
            replace(ORDER, names=("spread", "unmet", "mean_km")),
            "spread, soft rules, unmet, mean_km",
        ),
        (replace(ORDER, names=("waiting", "spread")), "soft rules, waiting, spread"),
        (replace(ORDER, then=("waiting",)), "spread, mean_km, soft rules, waiting"),
        (replace(WEIGHED, names=("waiting", "spread")), "weighted, soft rules"),
        (Objective("epsilon", ("cost_msek",), {}, {}, ()), "soft rules, cost_msek"),
    ],
)
def test_soft_rules_of_the_rollout_are_a_goal_before_it(
    objective: Objective, goals: str, whole: Rules
) -> None:
    """Before the first criterion of the rollout, after a sum, before what comes then."""
    assert ", ".join(replace(whole, objective=objective).goals) == goals


def test_goals_of_sites_are_those_before_any_of_the_rollout(whole: Rules) -> None:
    """What comes after waiting is decided with the dates."""
    first = replace(ORDER, then=("waiting", "max_km"))
    assert replace(whole, objective=first).siting_goals == ("spread", "mean_km")
    assert replace(whole, objective=replace(ORDER, names=("waiting",))).siting_goals == ()


def test_without_soft_rules_they_are_no_goal(whole: Rules) -> None:
    """Hard targets are kept; a soft limit on what the rollout costs is one of them."""
    assert whole.work is not None
    hard = [replace(target, hard=True) for target in whole.work.targets]
    firm = replace(whole, work=replace(whole.work, targets=tuple(hard)))
    assert firm.goals == ("weighted", "waiting")
    (limit, *_) = (limit for limit in whole.limits if not limit.hard)
    assert replace(firm, limits=(replace(limit, criterion="unmet"),)).goals == whole.goals


def test_the_termination_is_the_least_proved_stage(rules: Rules) -> None:
    """Reasons go before gaps; what is no reason is proved least of all."""
    objective = replace(ORDER, names=("a", "b", "c"))
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


SOUND: tuple[dict[str, Any], ...] = (
    {"name": "weighted"},
    {"name": "soft rules", "kept": ("weighted",), "reason": "gap_limit"},
    {"name": "waiting", "kept": ("weighted", "soft rules"), "reason": "gap_limit"},
)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (({}, {}, {}), ""),
        (({}, {"ends": 3}, {"ends": 3}), ""),
        (({}, {}, {"ends": 1}), ""),
        (({"kept": ("spread",)}, {}, {}), "weighted keeps: expected nothing, found spread"),
        (({}, {"kept": ()}, {}), "soft rules keeps: expected weighted, found nothing"),
        (({}, {}, {"kept": ("soft rules",)}), "waiting keeps: expected weighted, soft rules"),
        (({"ends": 3}, {"ends": 3}, {"ends": 3}), "weighted: among 3 ends, where none are listed"),
        (({}, {"ends": 3}, {"ends": 4}), "waiting ends: expected 3, found 4"),
        (({}, {"ends": 3}, {}), "waiting ends: expected 3, found nothing"),
        (({}, {}, {"ends": 0}), "waiting: among 0 ends"),
        (({}, {}, {"ends": 2, "reason": "optimal"}), "waiting: optimal, of 2 ends alone"),
    ],
)
def test_a_goal_is_proved_among_all_that_keep_those_before(
    changes: tuple[dict[str, Any], ...], wrong: str, whole: Rules
) -> None:
    """Or among some ends alone, once those are listed, and then not called optimal."""
    stages = tuple(scoped(**(told | change)) for told, change in zip(SOUND, changes, strict=True))
    found = _scopes(whole, plan_of(*stages))
    assert found.ok is (not wrong)
    assert wrong in found.detail


def test_ends_are_of_a_rollout(whole: Rules) -> None:
    """Without dialogues the last period is all there is."""
    stages = tuple(scoped(**(told | {"ends": 2 if n else None})) for n, told in enumerate(SOUND))
    assert _scopes(whole, plan_of(*stages)).ok
    assert not _scopes(replace(whole, work=None), plan_of(*stages)).ok


GIVEN: tuple[str, ...] = ("towns",)


@pytest.fixture(scope="module")
def run(_rollout: Run) -> Run:
    """The run of a rollout."""
    return _rollout


@pytest.mark.parametrize(
    ("rules", "given"),
    [
        ({}, ()),
        ({"fewest": 2, "most": 3}, ()),
        ({"fewest": 3, "most": 3}, GIVEN),
        ({"fewest": 3, "most": 3, "opens": {"0101": "2022", "0201": "2023"}}, GIVEN),
        (
            {"fewest": 3, "opens": {"0101": "2022", "0201": "2023", "0301": "2023"}},
            (*GIVEN, "dates"),
        ),
    ],
)
def test_what_the_question_leaves_no_choice_of(
    rules: dict[str, Any], given: tuple[str, ...], run: Run
) -> None:
    """All three towns where three are asked for, and dates where each has one."""
    case = case_of(run, **rules)
    told = scoped(towns=3, given=given)
    assert _choice(case, plan_of(told)).ok
    for change in ({"towns": 4}, {"given": ("dates",)}):
        assert not _choice(case, plan_of(scoped(**({"towns": 3, "given": given} | change)))).ok
    assert not _choice(case, plan_of(replace(told, criterion="waiting"))).ok
    alone = case_of(run, **rules, periods=case.rules.periods[-1:])
    assert _choice(alone, plan_of(scoped(towns=3, given=given[:1]))).ok

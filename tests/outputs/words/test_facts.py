"""Facts: criteria with units and verdicts, who moves, and honest words about proof."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from outputs.handmade import county_plan, scenario, weighed_scenario
from planner.case.travel import travel_matrix
from planner.criteria import OPTIMISABLE, rate_unit
from planner.model.solving.scores import Yardstick
from planner.outputs.views import make_views, number_offices
from planner.outputs.words import facts, yardstick
from planner.outputs.words.answer import Answer
from planner.outputs.words.basis import assumption
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import MISSING, load_texts
from planner.plan import Assumption, Reason, Termination, assumptions_of
from planner.scenario.objective import Objective

SV, EN = load_texts("sv"), load_texts("en")
CLAIMS = [
    (SV, ("är ingen bättre; det är bevisat", "är ingen bättre på")),
    (EN, ("none is better; that is proved", "none is better on")),
]


def rows(small, small_plan, ours, theirs):
    plan = replace(small_plan, criteria=ours)
    reference = replace(small_plan, criteria=theirs)
    return {row.key: row for row in facts.criterion_rows(plan, reference, scenario(), small, SV)}


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("mean_km", 57.24, "57,2\u00a0km"),
        ("share_beyond", 0.0286, "2,9\u00a0%"),
        ("university_beyond", 2, "2\u00a0kontor"),
        ("contiguous", 1, "ja"),
        ("contiguous", 0, "nej"),
        ("balance", 3.8059, "3,81\u00a0gånger genomsnittet"),
        ("waiting", 53293.0, "53\u00a0293 huvudmannamånader"),
        ("homemade", 0.25, "0,25"),
    ],
)
def test_values_have_their_unit_and_decimals(name, value, written):
    assert facts.write_value(name, value, SV) == written


def test_criteria_come_in_the_agreed_order_and_unknown_ones_last():
    assert facts.in_order({"zeta": 1, "waiting": 1, "mean_km": 1}) == ["mean_km", "waiting", "zeta"]


def test_less_is_better_for_distances_and_more_for_separation(small, small_plan):
    found = rows(
        small,
        small_plan,
        {"mean_km": 50.0, "min_separation_km": 80.0, "p95_km": 9.0, "homemade": 1.0},
        {"mean_km": 58.0, "min_separation_km": 100.0, "p95_km": 9.04, "homemade": 2.0},
    )
    assert found["mean_km"].verdict == "better"
    assert found["mean_km"].difference == "\u22128,0\u00a0km"
    assert found["min_separation_km"].verdict == "worse"
    assert found["p95_km"].verdict == "equal"  # both are written 9,0 km
    assert found["p95_km"].difference == "0,0\u00a0km"
    assert found["homemade"].verdict == ""


def test_a_difference_is_that_of_the_values_as_they_are_shown(small, small_plan):
    """3.814 - 3.545 is 0.269, but who reads 3.81 and 3.54 takes 0.27 from them."""
    row = rows(small, small_plan, {"balance": 3.806}, {"balance": 3.5449})["balance"]
    assert row.difference == "+0,27\u00a0gånger genomsnittet"


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "verdict"),
    [
        ("mean_km", 57.2, 58.1, "better"),
        ("p95_km", 170.1, 171.0, "alike"),  # half a per cent
        ("share_beyond", 0.029, 0.030, "alike"),  # a tenth of a percentage point
        ("share_beyond", 0.070, 0.078, "better"),
        ("unmet", 362.0, 449.0, "better"),
        ("cost_msek", 165.24, 165.16, "equal"),  # both are written 165,2
        ("county_splits", 1.0, 0.0, "worse"),
        ("mean_km", 0.0, 0.0, "equal"),
        ("min_separation_km", 100.0, 90.0, "better"),
        ("homemade", 1.0, 2.0, ""),
    ],
)
def test_a_small_difference_is_neither_better_nor_worse(name, ours, theirs, verdict):
    assert facts.verdict_of(name, ours, theirs) == verdict


def test_what_the_number_of_offices_alone_changes_is_not_judged(small, small_plan):
    """Two offices lie nearer each other than one does to itself: that makes no plan worse."""
    alone = county_plan(small, [("2023", {"0101": ("01", "02", "03")})])
    values = {"mean_km": 50.0, "balance": 1.5, "min_separation_km": 80.0}
    others = {"mean_km": 70.0, "balance": 1.0, "min_separation_km": 0.0}
    plan, one = replace(small_plan, criteria=values), replace(alone, criteria=others)
    found = {row.key: row for row in facts.criterion_rows(plan, one, scenario(), small, SV)}
    assert found["mean_km"].verdict == "better"
    assert found["balance"].verdict == found["min_separation_km"].verdict == ""
    assert found["balance"].difference == "+0,50\u00a0gånger genomsnittet"


def test_a_criterion_that_one_plan_lacks_is_shown_without_a_verdict(small, small_plan):
    row = rows(small, small_plan, {"mean_km": 5.0, "unmet": 3}, {"mean_km": 5.0})["unmet"]
    assert (row.value, row.reference, row.verdict) == ("3 huvudmän", MISSING, "")


def test_moves_name_county_offices_and_distances(small, small_plan):
    alone = county_plan(small, [("2023", {"0101": ("01", "02", "03")})])
    travel = travel_matrix(small, keep=False)
    ours, theirs = (
        make_views(plan, small, travel, number_offices(small, small_plan))[-1]
        for plan in (small_plan, alone)
    )
    (move,) = facts.moves(ours, theirs, small)
    assert (move.county, move.whole, move.principals) == ("Öst", True, 6)
    assert (move.before, move.after) == ("0101", "0301")
    assert move.km_before == pytest.approx((5 * 30 + 60) / 6)
    assert move.km_after == pytest.approx(30 / 6)


@pytest.mark.parametrize("reason", [r for r in get_args(Reason) if r != "infeasible"])
@pytest.mark.parametrize(("t", "claims"), CLAIMS)
def test_only_a_proof_is_called_a_proof(small, small_plan, reason, t, claims):
    end = Termination(reason, 10.0, 9.0, 0.1, "mean_km")
    done = Termination("optimal", 5.0, 5.0, 0.0, "max_km")
    travel = travel_matrix(small, keep=False)
    views = make_views(small_plan, small, travel, number_offices(small, small_plan))
    for stages in ((), (end,), (done, end)):
        plan = replace(small_plan, termination=end, stages=stages)
        said = " ".join(Answer(plan, views, scenario(), small, t).told())
        told = Proofs(plan, scenario(), small, t).summary()
        for claim, text in zip(claims, (told, said), strict=True):
            best = text.count(claim)
            assert (best > 0) == (reason == "optimal" or len(stages) > 1), text


def test_every_goal_that_was_decided_has_its_proof_told(small, small_plan):
    ends = (
        Termination("optimal", 5.0, 5.0, 0.0, "max_km"),
        Termination("gap_limit", 10.0, 9.0, 0.1, "mean_km"),
    )
    plan = replace(small_plan, termination=ends[-1], stages=ends)
    said = Proofs(plan, scenario(), small, EN).summary()
    assert said.replace("\u00a0", " ") == (
        "The value of the measure “Longest distance” is 5.0 km. Among plans that keep the rules, "
        "none is better; that is proved. The value of the measure “Mean distance” is 10.0 km. "
        "Among plans that keep the rules, none gets below 9.0 km; that is proved within the margin "
        "asked for (0%). So one may be better than 10.0 km, but by at most 1.0 km (10.00%)."
    )


def test_goals_after_one_that_was_left_open_are_said_to_depend_on_it(small, small_plan):
    """Only then: the last goal, and one that was proved best, leave nothing open to others."""
    left = Termination("gap_limit", 10.0, 9.0, 0.1, "mean_km")
    best = Termination("optimal", 5.0, 5.0, 0.0, "max_km")
    for ends, said in (((left, best), True), ((best, left), False), ((left,), False)):
        plan = replace(small_plan, termination=ends[-1], stages=ends)
        summary = Proofs(plan, scenario(), small, EN).summary()
        assert ("could have given them other values" in summary) == said


def test_a_real_gap_is_never_rounded_to_nothing():
    assert facts.write_gap(0.0, SV) == "0,00\u00a0%"
    assert facts.write_gap(1e-6, SV) == "mindre\u00a0än\u00a00,01\u00a0%"
    assert facts.write_gap(0.0046, EN) == "0.46%"


def test_a_rate_is_named_after_its_criterion_and_written_with_its_unit(small):
    asked = weighed_scenario()
    given = {a.key: assumption(a, asked, small, SV) for a in assumptions_of(asked)}
    rate = given["objective.rates.share_beyond"]
    assert rate == {
        "name": "Omräkningstal: andel som har långt", "value": "3 km per procentenhet",
        "range": "0 till 9", "source": "antagande",
    }  # fmt: skip
    own = given["objective.rates.mean_km"]
    assert (own["range"], own["source"]) == (MISSING, "summan räknas i målets egen enhet")
    assert facts.write_unit("principal-months per percentage point", EN) == (
        "principal-months per percentage point"
    )


def test_every_rate_and_every_sum_has_its_unit_in_words():
    for leading in OPTIMISABLE:
        for name in OPTIMISABLE:
            of, _, one = rate_unit(leading, name).partition(" per ")
            for t in (SV, EN):
                assert t.has(f"unit_of.{of}"), of
                assert t.has(f"unit_one.{one}"), one
        alone = Objective(method="epsilon", optimise=leading)
        yard = Yardstick(scenario().model_copy(update={"objective": alone}))
        assert yardstick.size(yard, -12.5, SV).startswith("\u221212,5")


def test_a_share_is_written_in_per_cent(small):
    row = assumption(
        Assumption("dialogues.uptake", 0.8, "share", 0.7, 0.9, "assumption"), scenario(), small, SV
    )
    assert (row["value"], row["range"], row["source"]) == ("80\u00a0%", "70 till 90", "antagande")

"""Proofs in words: every bound is told with the plans that it holds for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from outputs.handmade import weighed, weighed_scenario
from planner.outputs.proofs import Proofs
from planner.outputs.text import MISSING, load_texts
from planner.plan import Scope, Termination
from planner.scenario.objective import Objective

SV, EN = load_texts("sv"), load_texts("en")
COUNTRY = SimpleNamespace(country=SimpleNamespace(sister_agency="Syster"))


def goal(name, reason="optimal", value=10.0, bound=10.0, kept=(), ends=None):
    return Termination(
        reason, value, bound, abs(value - bound) / max(value, 1e-9), name, Scope(kept, ends)
    )


def proofs(plan, *ends, t=SV, asked=None):
    plan = replace(plan, stages=ends, termination=ends[-1])
    return Proofs(plan, asked or weighed_scenario(), COUNTRY, t)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("first", "sv", "en"),
    [
        (
            goal("weighted"),
            "bland planer som är lika bra på det sammanvägda målet",
            "among plans that are as good on the weighted goal",
        ),
        (
            goal("mean_km", "gap_limit", 10.0, 9.9),
            "bland planer som är minst lika bra på måttet ”Medelavstånd”",
            "among plans that are at least as good on the measure “Mean distance”",
        ),
        (
            goal("soft rules", value=0.0, bound=0.0),
            "bland planer som håller alla mjuka krav",
            "among plans that keep every soft rule",
        ),
        (
            goal("soft rules", value=3.0, bound=3.0),
            "bland planer som bryter lika lite mot de mjuka kraven",
            "among plans that break the soft rules as little",
        ),
    ],
)
def test_a_later_goal_holds_among_plans_that_keep_the_earlier_ones(small_plan, first, sv, en):
    later = goal("waiting", kept=(first.objective_name,))
    assert proofs(small_plan, first, later).among(later) == sv
    assert proofs(small_plan, first, later, t=EN).among(later) == en


def test_the_first_goal_holds_under_the_rules(small_plan):
    (said,) = proofs(small_plan, goal("max_km")).answer()
    assert said == (
        "Med samma regler är det bevisat att ingen annan plan är bättre för måttet "
        "”Längsta avstånd”."
    )


def test_goals_that_are_kept_are_named_in_their_order(small_plan):
    ends = (
        goal("weighted"),
        goal("max_km", kept=("weighted",)),
        goal("soft rules", value=0.0, bound=0.0, kept=("weighted", "max_km")),
        goal("waiting", kept=("weighted", "max_km", "soft rules")),
    )
    assert proofs(small_plan, *ends).among(ends[-1]) == (
        "bland planer som är lika bra på det sammanvägda målet och måttet ”Längsta avstånd” "
        "och håller alla mjuka krav"
    )


def test_what_only_some_ends_were_tried_for_is_said_of_those_alone(small_plan):
    """It is then not the best for certain, and the report says what was left out."""
    later = goal("waiting", "gap_limit", 100.0, 99.0, kept=("weighted",), ends=8)
    told = proofs(small_plan, goal("weighted"), later, t=EN)
    assert told.among(later) == (
        "among plans that are as good on the weighted goal, among the 8 best ends (offices and "
        "regions of the last period) that were tried"
    )
    assert "Other ends were not tried, and they may give more." in told.summary()
    alone = replace(later, scope=Scope(("weighted",), 1))
    told = proofs(small_plan, goal("weighted"), alone)
    assert told.among(alone).endswith(
        ", och med just de kontor och regioner som valdes för den sista perioden"
    )
    assert "Andra slutlägen är inte prövade" in told.summary()


def test_a_tolerance_is_told_with_what_the_plan_has_in_the_end(small_plan):
    """The value of the first goal is not the finished plan's: both are told, and why."""
    order = {"order": ["waiting", "mean_km"], "tolerance": {"waiting": 590}}
    objective = Objective.model_validate({"method": "lexicographic", **order})
    asked = weighed_scenario().model_copy(update={"objective": objective})
    first = goal("waiting", "gap_limit", 59003.0, 58976.0)
    later = goal("mean_km", value=79.9, bound=79.9, kept=("waiting",))
    plan = replace(small_plan, criteria={**small_plan.criteria, "waiting": 59576.0})
    told = proofs(plan, first, later, asked=asked)
    assert plain(told.among(later)) == (
        "bland planer som är högst 590 månader sämre på måttet ”Väntan” än 59 003 månader"
    )
    assert (
        "Senare mål fick ge upp högst 590 månader av det; planen har till slut 59 576 månader."
    ) in plain(told.summary())
    unranked = proofs(plan, first, later)
    assert "590" not in plain(unranked.summary())


def test_soft_rules_that_are_all_kept_are_said_to_be(small_plan):
    """A goal of its own, with a penalty for a value where some rule is broken."""
    kept = goal("soft rules", value=0.0, bound=0.0, kept=("weighted",))
    told = proofs(small_plan, goal("weighted"), kept)
    assert "Alla mjuka krav hålls." in told.summary()
    assert (told.rows()[1]["value"], told.rows()[1]["bound"]) == ("hålls", MISSING)
    broken = goal("soft rules", value=31.0, bound=31.0, kept=("weighted",))
    told = proofs(small_plan, goal("weighted"), broken, t=EN)
    assert "Every soft rule is kept" not in told.summary()
    assert told.rows()[1]["value"] == "a penalty of 31"


def test_a_sum_and_its_bound_have_its_unit(small_plan):
    asked = weighed_scenario()
    plan = weighed(small_plan, asked)
    told = Proofs(plan, asked, COUNTRY, EN)
    (row,) = told.rows()
    assert plain(row["value"]) == "95.0 km"
    assert "The value is 95.0 km and the proved bound 95.0 km" in plain(told.summary())
    assert told.answer()[0].endswith(
        "(mean distance, longest distance, share far away and share in towns with Syster)."
    )


def test_the_answer_names_the_least_proved_goal_too_and_says_what_ended_it(small_plan):
    first = goal("weighted")
    for reason, sv in (
        ("gap_limit", "kan ingen annan plan vara mer än 1,00 % bättre"),
        ("time_limit", "Sökningen nådde tidsgränsen: bland planer som är lika bra"),
        ("interrupted", "Sökningen avbröts: bland planer som är lika bra"),
    ):
        later = goal("waiting", reason, 100.0, 99.0, kept=("weighted",))
        said = proofs(small_plan, first, later).answer()
        assert len(said) == 2
        assert sv in plain(said[1])
    assert len(proofs(small_plan, first, goal("waiting", kept=("weighted",))).answer()) == 1

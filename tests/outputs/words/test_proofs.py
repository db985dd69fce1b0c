"""Proofs in words: every bound is told with the plans that it holds for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from outputs.handmade import weighed, weighed_scenario
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import MISSING, load_texts
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
            "bland planer som följer reglerna och är lika bra på det sammanvägda målet",
            "among plans that keep the rules and are as good on the weighted goal",
        ),
        (
            goal("mean_km", "gap_limit", 10.0, 9.9),
            "bland planer som följer reglerna och är minst lika bra på måttet ”Medelavstånd”",
            (
                "among plans that keep the rules and are at least as good on the measure "
                "“Mean distance”"
            ),
        ),
        (
            goal("soft rules", value=0.0, bound=0.0),
            "bland planer som följer reglerna och håller alla mjuka krav",
            "among plans that keep the rules and keep every soft rule",
        ),
        (
            goal("soft rules", value=3.0, bound=3.0),
            "bland planer som följer reglerna och bryter lika lite mot de mjuka kraven",
            "among plans that keep the rules and break the soft rules as little",
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
        "Bland planer som följer reglerna är ingen bättre på måttet ”Längsta avstånd”; det är "
        "bevisat."
    )


@pytest.mark.parametrize(
    ("towns", "given", "sv", "en"),
    [
        (19, (), "väljer bland 19 möjliga orter", "choose among 19 possible towns"),
        (10, ("towns",), "har just de här orterna", "have just these towns"),
        (
            10,
            ("towns", "dates"),
            "har just de här orterna och öppningsdatumen",
            "have just these towns and opening dates",
        ),
    ],
)
def test_towns_that_are_given_or_chosen_among_are_told_with_every_goal(
    small_plan, towns, given, sv, en
):
    """The announced plan is best with its towns and dates given, and not best of all."""
    first = replace(goal("mean_km"), scope=Scope(towns=towns, given=given))
    later = replace(goal("waiting"), scope=Scope(("mean_km",), None, towns, given))
    said = proofs(small_plan, first, later)
    assert said.among(first) == f"bland planer som följer reglerna och {sv}"
    assert said.among(later).startswith(f"bland planer som följer reglerna, {sv} och är lika bra")
    assert proofs(small_plan, first, t=EN).among(first) == (
        f"among plans that keep the rules and {en}"
    )


def test_goals_that_are_kept_are_named_in_their_order(small_plan):
    ends = (
        goal("weighted"),
        goal("max_km", kept=("weighted",)),
        goal("soft rules", value=0.0, bound=0.0, kept=("weighted", "max_km")),
        goal("waiting", kept=("weighted", "max_km", "soft rules")),
    )
    assert proofs(small_plan, *ends).among(ends[-1]) == (
        "bland planer som följer reglerna, är lika bra på det sammanvägda målet och måttet "
        "”Längsta avstånd” och håller alla mjuka krav"
    )


def test_what_only_some_ends_were_tried_for_is_said_of_those_alone(small_plan):
    """It is then not the best for certain, and the report says what was left out."""
    later = goal("waiting", "gap_limit", 100.0, 99.0, kept=("weighted",), ends=8)
    told = proofs(small_plan, goal("weighted"), later, t=EN)
    assert told.among(later) == (
        "among plans that keep the rules and are as good on the weighted goal, among the 8 best "
        "ends (offices and regions of the last period) that were tried"
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
        "bland planer som följer reglerna och är högst 590 huvudmannamånader sämre på måttet "
        "”Väntan” än 59 003 huvudmannamånader"
    )
    assert (
        "Senare mål fick ge upp högst 590 huvudmannamånader av det; "
        "planen har till slut 59 576 huvudmannamånader."
    ) in plain(told.summary())
    assert "Det bästa värde som hittades för måttet ”Väntan” är 59 003 " in plain(told.summary())
    assert "bättre än 59 003 huvudmannamånader, men högst 27 " in plain(told.summary())
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
    assert (plain(row["value"]), plain(row["bound"])) == ("95.0 km", "95.0 km")
    assert row["gap"] == "nothing"
    assert "The value of the weighted goal is 95.0 km. " in plain(told.summary())
    assert (
        "(mean distance, longest distance, share far away and share in towns with Syster); that"
    ) in told.answer()[0]


def test_the_answer_names_the_least_proved_goal_too_and_says_what_ended_it(small_plan):
    first = goal("weighted")
    for reason, sv in (
        ("gap_limit", "är ingen mer än 1 huvudmannamånader (1,00 %) bättre på måttet ”Väntan”"),
        ("time_limit", "Sökningen nådde tidsgränsen. Bland planer som följer reglerna och är lika"),
        ("interrupted", "Sökningen avbröts. Bland planer som följer reglerna och är lika bra"),
    ):
        later = goal("waiting", reason, 100.0, 99.0, kept=("weighted",))
        said = proofs(small_plan, first, later).answer()
        assert len(said) == 2
        assert sv in plain(said[1])
    assert len(proofs(small_plan, first, goal("waiting", kept=("weighted",))).answer()) == 1


@pytest.mark.parametrize(
    ("name", "value", "bound", "told", "apart"),
    [
        ("waiting", 53534.0, 53330.13, "53,330 principal-months", "204 principal-months"),
        ("waiting", 53534.0, 53329.9, "53,329 principal-months", "205 principal-months"),
        ("mean_km", 57.24, 57.19, "57.1 km", "0.1 km"),
        ("share_beyond", 0.0702, 0.0695, "6.9%", "0.1 percentage points"),
        ("spsm_share", 0.812, 0.8401, "84.1%", "2.9 percentage points"),
        ("soft rules", 3.0, 2.50004, "a penalty of 2.5", "0.5 in penalty"),
    ],
)
def test_a_rounded_bound_claims_no_more_than_was_proved(
    small_plan, name, value, bound, told, apart
):
    """Rounded away from the value, be it below or above; what is left to gain upwards."""
    end = goal(name, "gap_limit", value, bound)
    said = proofs(small_plan, end, t=EN)
    assert plain(said.bound(end)) == told
    assert plain(said.apart(end)) == apart
    past = "above" if name == "spsm_share" else "below"
    assert f"none gets {past} {told}; that is proved" in plain(said.summary())


def test_what_is_best_of_the_ends_that_were_tried_is_not_called_proved_best(small_plan):
    end = goal("waiting", "gap_limit", kept=("weighted",), ends=8)
    said = proofs(small_plan, goal("weighted"), end, t=EN)
    assert [row["reason"] for row in said.rows()] == [
        "proved best",
        "proved best of the ends that were tried",
    ]
    assert "that were tried, none is better" in said.short()[1]

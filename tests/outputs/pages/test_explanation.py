"""What is told of clashes and changes: only what is known, and a proof as a proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.model.constraints import Group
from planner.model.settings import Change
from planner.model.solving.counting import CountedFact
from planner.model.solving.explain import Explanation
from planner.model.solving.remedies import Alone, Remedy
from planner.outputs.pages.explanation import explanation_answer, explanation_text

COUNT = Group("office_count", (), {"count": 10})
SPREAD = Group("limit_most", (), {"criterion": "spread", "limit": 90.0})
HOURS = Group("hours", (), {"hours": 1600.0})


def remedy(total, bound, *, proved):
    change = Change(COUNT, 1.0, 11.0, 0.1)
    return Remedy((change,), total, bound, proved, ("offices.count=11",))


def told(language="en", **more):
    given = {"least": (remedy(0.1, 0.1, proved=True),), "bound": 0.1, **more}
    return explanation_text(Explanation(((COUNT, SPREAD),), **given), language)


def test_what_is_not_known_of_the_clashes_is_said():
    assert "There is no other clash." in told()
    assert "not proved that every one of these takes part" not in told()
    text = told(complete=False, unsure=frozenset({0}))
    assert "There may be more clashes: the search for them was ended." in text
    assert "It is not proved that every one of these takes part." in text
    assert "Det kan finnas fler konflikter" in told("sv", complete=False)


def test_a_proof_is_worded_as_one():
    text = told()
    assert "It counts 10.0%. It is proved that no smaller change is enough. With it" in text
    assert "not known" not in text
    near = told(least=(remedy(0.1, 0.0996, proved=True),))
    assert "no smaller change is enough, to within half a percent of it" in near


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (0.05, "It counts 10.0%. {} one of less than 5.0% is not."),
        # What is enough and what is not must not look the same.
        (0.0998, "It counts 10.00%. {} one of less than 9.98% is not."),
        (0.0, "It counts 10.0%. {}"),
    ],
)
def test_what_is_enough_but_perhaps_not_the_least_says_what_is_known(bound, said):
    text = told(least=(remedy(0.1, bound, proved=False),), bound=bound)
    plan = "With it a plan was found that keeps every rule."
    unknown = f"{plan} Whether a smaller change is enough is not known{';' if bound else '.'}"
    assert said.format(unknown) in text
    assert "A change that is enough, perhaps not the least:" in text
    assert "limited to the same work on every computer" in text
    assert "The least change" not in text


def test_no_change_found_is_not_told_as_none_that_is_enough():
    text = told(least=(), bound=0.25)
    assert "No change was found with which there is a plan; one of less than 25.0% is not" in text
    assert "limited to the same work on every computer" in text
    assert "ended by the time limit" in told(least=(), bound=0.0, stopped="time_limit")


def test_each_rule_alone_is_enough_or_not_or_not_known():
    """And what was told as the least is not told again; hours stayed as they are."""
    hours = replace(
        remedy(0.06, 0.0, proved=False),
        changes=(Change(HOURS, 100.0, 1700.0, 0.0625),),
        overrides=("staffing.yearly_hours=1700",),
    )
    alone = (
        Alone(COUNT, "yes", remedy(0.1, 0.1, proved=True)),
        Alone(SPREAD, "unknown"),
        Alone(HOURS, "yes", hours),
        Alone(Group("required", (), {"town": "Solna"}), "no"),
    )
    text = told(alone=alone)
    assert (
        "Any one of these changes is enough by itself, all other rules as they are:\n"
        "  - let an advisor have 1700 hours a year for dialogues instead of 1600 (6.0%; perhaps "
        "less is enough): --set staffing.yearly_hours=1700\n"
    ) in text
    assert text.count("have 11 offices instead of 10") == 1
    assert "not known:\n  - the spread over the country (km) is at most 90" in text
    assert "Solna" not in text
    assert "The hours of an advisor were kept as they are here." in text
    answer = explanation_answer(Explanation(((COUNT,),), alone=alone))
    assert [each["enough"] for each in answer["alone"]] == ["yes", "unknown", "yes", "no"]
    assert [("total" in each) for each in answer["alone"]] == [True, False, True, False]


def test_facts_are_told_in_both_languages():
    fact = CountedFact("at_best", {"criterion": "spread", "value": 93.21249, "limit": 90.0})
    assert "the spread over the country (km) is 93.21 at best" in told(facts=(fact,))
    assert "är spridningen över landet (km) som bäst 93,21" in told("sv", facts=(fact,))
    (said,) = explanation_answer(Explanation(((COUNT,),), facts=(fact,)))["facts"]
    assert (said["kind"], said["words"]["value"]) == ("at_best", 93.21249)


def test_a_machine_is_told_whether_a_change_was_found():
    none = explanation_answer(Explanation(((COUNT,),), bound=0.25))
    assert none["together"] == {"found": False, "bound": 0.25}
    some = explanation_answer(Explanation(((COUNT,),), least=(remedy(0.1, 0.1, proved=True),) * 2))
    assert some["together"]["found"]
    assert some["together"]["options"] == ["--set offices.count=11"]
    assert len(some["equal"]) == 1
    assert explanation_answer(Explanation(())) == {"feasible": True}

"""What counting shows of a clash: distances to the nearest town, sums of openings, shares."""

from __future__ import annotations

import pytest

from planner.model.solving.bounds import facts
from planner.model.solving.diagnose import clashing_rules
from planner.outputs.words.rules import fact_sentence
from tiny import line, tiny_instance, tiny_scenario

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)


def told(changes, principals=None, **more):
    i = tiny_instance(tiny_scenario(changes), ROAD, principals, **more)
    found = facts(i, [clashing_rules(i)])
    return [(fact.kind, dict(fact.words)) for fact in found]


def test_a_place_too_far_from_every_town_is_named_with_the_nearest():
    """Offices in A and B alone: D is 90 km from B, C 20 km; the limit is 15."""
    found = told({"offices.count": 2, "limits.max_km": {"most": 15}}, sites="AB")
    assert found == [
        ("far", {"place": "D", "town": "B-stad", "km": 90.0, "limit": 15.0}),
        ("far", {"place": "C", "town": "B-stad", "km": 20.0, "limit": 15.0}),
    ]


def test_three_are_named_and_the_others_counted():
    found = told({"offices.count": 1, "limits.max_km": {"most": -1}})
    assert [kind for kind, _ in found] == ["far", "far", "far", "far_more"]
    assert found[-1][1] == {"count": 1, "limit": -1.0}


def test_a_county_as_a_whole_belongs_to_the_town_that_is_best_for_it():
    """A and D in one county, offices in A and C: A is 100 km from D, C is 70 km from D.

    The best for the county is C; but what is nearest to D is C too, so its place is named alone.
    With an office in D as well, C is best for the county, though D has one of its own: A is 30 km
    from C.
    """
    changes = {"units.level": "county", "offices.count": 2, "limits.max_km": {"most": 20}}
    found = told(changes, sites="AC", counties="xyyx")
    assert found[0] == ("far", {"place": "D", "town": "C-stad", "km": 70.0, "limit": 20.0})
    found = told(changes, sites="ACD", counties="xyyx")
    assert found[0] == (
        "far_county",
        {"place": "D", "county": "x", "town": "C-stad", "km": 70.0, "limit": 20.0},
    )


def test_a_place_without_principals_is_nobody_to_be_far_away():
    found = told({"offices.count": 2, "limits.max_km": {"most": 15}}, (1, 1, 1, 0), sites="AB")
    assert [words["place"] for _, words in found] == ["C"]


def test_openings_are_added_up():
    periods = [{"name": "P1", "openings_most": 1}, {"name": "P2", "openings_most": 0}]
    changes = {"offices.count": 3, "rollout.periods": periods, "sites.own_premises": ["A"]}
    ((kind, words),) = told(changes)
    assert kind == "openings"
    assert (words["most"], words["openings"], words["own"]) == (2, (1, 0), 1)
    assert fact_sentence(kind, words, "en") == (
        "Counted: there can be at most 2 offices (1 + 0 can open and 1 in premises of the "
        "agency's own)."
    )
    assert fact_sentence(kind, words, "sv") == (
        "Räknat: det blir högst 2 kontor (1 + 0 kan öppnas och 1 i egna lokaler)."
    )


def test_towns_and_settled_offices_are_counted():
    assert told({"offices.count": 5})[0][0] == "candidates"
    ((kind, words),) = told({"offices.count": 1, "sites.required": ["A", "B"]})
    assert (kind, words["fewest"]) == ("fixed", 2)
    late = {
        "rollout.periods": [{"name": "P1"}, {"name": "P2"}],
        "rollout.opens": {"A": "P2"},
    }
    ((kind, words),) = told(late)
    assert (kind, words["fixed"], words["fewest"]) == ("fixed_more", 1, 2)


@pytest.mark.parametrize(
    ("criterion", "limit", "value"),
    [
        # From A and B: nobody in A and B goes anywhere, C 20 km, D 90 km.
        ("mean_km", 1, 110 / 4),
        ("spread", 1, 110 / 4),
        ("p95_km", 1, 90),
        ("share_beyond", 0.1, 1 / 4),  # farther than 50 km
    ],
)
def test_a_limit_is_held_against_an_office_in_every_town(criterion, limit, value):
    changes = {
        f"limits.{criterion}": {"most": limit},
        "offices.count": 2,
        "thresholds.beyond_km": {"value": 50, "unit": "km", "low": 0, "high": 99},
    }
    found = told(changes, sites="AB")
    assert found == [
        ("at_best", {"criterion": criterion, "value": pytest.approx(value), "limit": limit})
    ]


def test_a_limit_that_the_number_of_offices_breaks_is_no_matter_of_counting():
    assert told({"offices.count": 1, "limits.mean_km": {"most": 5}}) == []


def test_the_largest_unit_by_itself_may_be_too_large():
    """A has 6 of 9 principals: with two offices 1.33 times the mean."""
    changes = {"offices.count": 2, "limits.balance": {"most": 1.2}}
    assert told(changes, (6, 1, 1, 1)) == [
        (
            "largest_place",
            {
                "place": "A",
                "offices": 2,
                "value": pytest.approx(4 / 3),
                "share": pytest.approx(2 / 3),
            },
        )
    ]


def test_kilometres_are_written_so_that_they_pass_the_limit():
    words = {"place": "Kiruna", "town": "Luleå", "km": 346.6}
    said = "Kiruna is {} km from the nearest town that may have an office, Luleå."
    for limit, written in ((300.0, "347"), (346.5, "347"), (346.55, "347"), (345.9, "347")):
        assert fact_sentence("far", {**words, "limit": limit}, "en") == said.format(written)
    words["km"] = 346.4
    assert fact_sentence("far", {**words, "limit": 346.2}, "en") == said.format("346.4")
    assert "346,4 km" in fact_sentence("far", {**words, "limit": 346.2}, "sv")

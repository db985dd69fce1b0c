"""What is counted is what the model says, and shows why rules clash."""

from __future__ import annotations

import numpy as np
import pytest

from planner.control import Control
from planner.model.settings import identity
from planner.model.solving.counting import Count, counting, facts
from planner.model.solving.diagnose import clashing_rules, counted_clash
from planner.model.solving.ends import offices_alone
from planner.model.solving.feasibility import Trial
from planner.outputs.words.rules import fact_sentence
from tiny import line, tiny_instance, tiny_scenario

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)


def counted(changes):
    return counting(tiny_instance(tiny_scenario(changes), ROAD))


def periods(*openings):
    return [
        {"name": f"P{t}", **({} if most is None else {"openings_most": most})}
        for t, most in enumerate(openings)
    ]


def every(count):
    return range(len(count.rules))


def test_openings_and_own_premises_add_up():
    """One office exists; one and none of the three others can open, and A in own premises."""
    found = counted(
        {
            "offices.count": 4,
            "rollout.periods": periods(1, 0),
            "sites.existing": ["B"],
            "sites.own_premises": ["A"],
        }
    )
    assert found.count(every(found)) == Count(
        fixed=1, fewest=1, most=3, existing=1, openings=(1, 0), own=1
    )
    assert found.clash(every(found)) == set(every(found))
    number = next(n for n, rule in enumerate(found.rules) if rule.rule == "office_count")
    assert found.nearest(number) == 3
    first, second = (n for n, r in enumerate(found.rules) if r.rule == "openings_most")
    assert (found.nearest(first), found.nearest(second)) == (2, 1)


def test_a_number_that_no_change_of_it_would_help_has_none_near():
    """Of four towns there are never five offices, however many may open."""
    found = counted({"offices.count": [5, 6], "rollout.periods": periods(1)})
    numbers = {rule.rule: n for n, rule in enumerate(found.rules)}
    assert found.nearest(numbers["openings_most"]) is None
    assert found.nearest(numbers["office_fewest"]) == 1
    assert found.nearest(numbers["office_most"]) is None


def test_a_number_that_holds_is_its_own_nearest():
    found = counted({"offices.count": 2})
    assert found.nearest(0) == 2


def test_what_counting_alone_shows_is_a_smallest_clash_without_a_search():
    """Three are asked for, and two can open; B needs no part in that."""
    changes = {"offices.count": 3, "rollout.periods": periods(1, 1), "sites.required": ["B"]}
    clash = counted_clash(tiny_instance(tiny_scenario(changes), ROAD))
    assert [rule.rule for rule in clash] == ["office_count", "openings_most", "openings_most"]
    assert counted_clash(tiny_instance(tiny_scenario(changes | {"offices.count": 2}), ROAD)) == []
    closing = changes | {"rollout.may_close": True}
    assert counted_clash(tiny_instance(tiny_scenario(closing), ROAD)) == []


def test_offices_that_close_are_not_counted():
    assert counted({"rollout.may_close": True}) is None


def random_question(random):
    """Return a scenario with any roles, dates, premises and numbers of openings."""
    names = [f"P{t}" for t in range(int(random.integers(1, 4)))]
    roles = dict(zip("ABCD", random.choice(["existing", "required", "opens", ""], 4), strict=True))

    def towns(role):
        return [town for town, given in roles.items() if given == role]

    return {
        "rollout.periods": periods(
            *(int(random.integers(0, 3)) if random.random() < 0.7 else None for _ in names)
        ),
        "sites.existing": towns("existing"),
        "sites.required": towns("required"),
        "sites.own_premises": [town for town in "ABCD" if random.random() < 0.3],
        "rollout.opens": {town: str(random.choice(names)) for town in towns("opens")},
        "rollout.available_from": {
            town: str(random.choice(names)) for town in "ABCD" if random.random() < 0.4
        },
        "offices.count": int(random.integers(1, 5))
        if random.random() < 0.5
        else sorted(map(int, random.integers(1, 5, 2))),
    }


@pytest.mark.parametrize("seed", range(40))
def test_rules_hold_together_just_where_the_model_says_so(seed):
    random = np.random.default_rng(seed)
    i = tiny_instance(tiny_scenario(random_question(random)), ROAD)
    count, model = counting(i), Trial(offices_alone(i), Control())
    number = {identity(rule): n for n, rule in enumerate(model.rules)}
    for _ in range(8):
        kept = [n for n in every(count) if random.random() < 0.75]
        same = frozenset(number[identity(count.rules[n])] for n in kept)
        assert (count.clash(kept) is None) == (model.clash(same) is None)


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

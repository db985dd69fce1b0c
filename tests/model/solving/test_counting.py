"""What is counted of offices, openings, towns and dates is what the model says."""

from __future__ import annotations

import numpy as np
import pytest

from planner.control import Control
from planner.model.settings import identity
from planner.model.solving.counting import Count, counting
from planner.model.solving.diagnose import counted_clash
from planner.model.solving.feasibility import Trial
from planner.model.solving.offices import offices_alone
from tiny import line, tiny_instance, tiny_scenario

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

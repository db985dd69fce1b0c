"""The hard rules on a siting alone, held against the arrays of an instance."""

from __future__ import annotations

import numpy as np
import pytest

from planner.criteria import CRITERIA, SITING_CRITERIA
from planner.errors import PlannerError
from planner.hardrules.siting import Asked, check_siting
from planner.model.solution import measure_sites
from planner.siting.problem import Siting
from planner.siting.question import Found
from tiny import line, tiny_instance, tiny_scenario

# Four towns along a road, A 0, B 10, C 30, D 70 km, with 1, 2, 3 and 4 principals; offices in
# A and C. A and B are served from A, C and D from C.
A, B, C, D = range(4)
SERVED = np.array([A, A, C, C])


def country(changes=None, **periods):
    scenario = tiny_scenario({"offices.count": 2, **(changes or {})}, **periods)
    return tiny_instance(scenario, line(0, 10, 30, 70), (1, 2, 3, 4))


def broken(instance, offices=(A, C), served_by=SERVED, **question):
    return check_siting(instance, offices, np.array(served_by), Asked(**question))


def test_a_right_siting_breaks_nothing():
    assert broken(country()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"offices.count": 3}, "office count: 2 at the end, 3 asked for"),
        ({"sites.required": ["B"]}, "roles: B is required and not open at the end"),
        (
            {"sites.existing": ["B"]},
            "roles: B exists, may not close and is not open at the end",
        ),
        ({"sites.excluded": ["C"]}, "candidates: C may not have an office"),
        (
            {"rollout.opens": {"B": "P1"}},
            "opening dates: B must open in P1 and is not open at the end",
        ),
        # (2 x 10 + 4 x 40) / 10
        (
            {"limits.mean_km": {"most": 17.9}},
            "hard limits: mean_km is 18, at most 17.9 asked for",
        ),
    ],
)
def test_a_rule_of_the_scenario_that_a_siting_breaks_is_named(changes, said):
    assert broken(country(changes, P1=6, P2=12)) == [said]


@pytest.mark.parametrize("key", ["sites.existing", "rollout.opens"])
def test_an_office_that_may_close_need_not_be_there_at_the_end(key):
    value = ["B"] if key == "sites.existing" else {"B": "P1"}
    assert broken(country({key: value, "rollout.may_close": True}, P1=6, P2=12)) == []
    if key == "rollout.opens":
        value = {"B": "P2"}  # the last period: it can't have closed again
        assert broken(country({key: value, "rollout.may_close": True}, P1=6, P2=12))
    else:
        assert broken(country({key: value, "rollout.may_close": True}))


def test_the_rollout_of_the_whole_scenario_has_no_say_but_for_dates():
    limits = {"limits.mean_km": {"most": 18}, "rollout.available_from": {"A": "P2"}}
    assert broken(country(limits, P1=6, P2=12)) == []


def test_a_unit_that_no_open_office_serves_is_named():
    assert broken(country(), served_by=[A, B, C, C]) == [
        "open offices: B is served by B, which is not open"
    ]
    assert broken(country(), served_by=[A, A, C]) == [
        "open offices: 3 units are served, there are 4"
    ]


def test_a_region_in_pieces_is_named_where_that_is_forbidden():
    split = [A, C, A, C]
    assert broken(country(), served_by=split) == []
    assert broken(country({"units.contiguous": True}), served_by=split) == [
        "connected regions: the region of A is in 2 pieces; the region of C is in 2 pieces"
    ]


def test_one_office_alone_is_no_distance_from_another():
    alone = country({"offices.count": 1, "limits.min_separation_km": {"least": 0.5}})
    assert broken(alone, (A,), [A, A, A, A]) == [
        "hard limits: min_separation_km is 0, at least 0.5 asked for"
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"bounds": {"mean_km": 18}}, []),
        ({"bounds": {"mean_km": 17}}, ["bounds: mean_km is 18, at most 17 asked for"]),
        (
            {"bounds": {"min_separation_km": 31}},
            ["bounds: min_separation_km is 30, at least 31 asked for"],
        ),
        ({"require": {A}, "forbid": {B}, "excluded": [{A}, {A, B, C}]}, []),
        ({"require": {A, B}}, ["question: B was asked for"]),
        ({"forbid": {B, C}}, ["question: C was ruled out"]),
        ({"excluded": [{B, C}, {C, A}]}, ["question: this set of offices was ruled out"]),
    ],
)
def test_what_a_question_asks_besides_is_held_too(question, said):
    assert broken(country(), **question) == said


def test_no_analysis_gets_a_siting_that_breaks_a_rule_or_its_question(monkeypatch):
    """What a search would find for two offices is the answer to a question about B and D."""
    siting = Siting(country())
    free = siting.solve({"mean_km": 1.0}, require=["A", "C"])
    wrong = Found(free.solution, free.objective, free.bound, free.reason)
    monkeypatch.setattr("planner.siting.problem.enumerated", lambda *_: wrong)
    assert siting.solve({"mean_km": 1.0}).sites == ("A", "C")
    with pytest.raises(PlannerError) as caught:
        siting.solve({"mean_km": 1.0}, require=["B"], bounds={"mean_km": 17})
    assert str(caught.value).splitlines() == [
        "the siting that was found breaks 2 hard rules, a defect of the program",
        "  question: B was asked for",
        "  bounds: mean_km is 18, at most 17 asked for",
    ]
    dated = Siting(country({"rollout.opens": {"B": "P1"}}, P1=6, P2=12))
    with pytest.raises(PlannerError, match="opening dates: B must open in P1"):
        dated.solve({"mean_km": 1.0})


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("level", ["county", "municipality", "principal"])
def test_it_measures_what_the_program_measures(level, seed):
    """A limit at the very value passes; the same limit a little tighter does not."""
    random = np.random.default_rng(seed)
    km = random.uniform(1, 300, (8, 8)).round(1)
    km = np.triu(km, 1) + np.triu(km, 1).T
    people = random.integers(0, 9, 8)
    people[0] = 3
    scenario = tiny_scenario({"units.level": level, "offices.count": 3})
    instance = tiny_instance(
        scenario,
        km,
        people.tolist(),
        counties="".join(random.choice(list("wxyz"), 8)),
        university=random.uniform(0, 90, 8),
        spsm="ACEG",
    )
    offices = sorted(random.choice(8, 3, replace=False).tolist())
    served_by = random.choice(offices, len(instance.units))
    for name, value in measure_sites(instance, offices, served_by).items():
        if name not in SITING_CRITERIA:
            continue
        worse = -1 if CRITERIA[name].better == "min" else 1
        tight = {name: value + worse * 1e-4 * max(1.0, value)}
        assert broken(instance, offices, served_by, bounds={name: value}) == []
        assert broken(instance, offices, served_by, bounds=tight)[0].startswith("bounds: ")

"""Planted clashes: the answer names exactly the rules that were planted, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from planner.control import Control
from planner.criteria import CRITERIA
from planner.errors import PlannerError, SolverStopped
from planner.message import LANGUAGES
from planner.model.build import build
from planner.model.solving import diagnose
from planner.model.solving.diagnose import clashing_rules
from planner.model.solving.feasibility import Trial
from planner.outputs.words.rules import change_sentence, rule_sentence
from planner.outputs.words.text import read_words
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# Four towns along a road: A 0, B 10, C 30, D 100 km.
ROAD = line(0, 10, 30, 100)
TWO_YEARS = [{"name": "P1", "months": 12}, {"name": "P2", "months": 12}]


def clash(changes, km=ROAD, principals=(1, 1, 1, 1), **details):
    instance = tiny_instance(tiny_scenario(changes), km, principals, **details)
    return {
        (group.rule, *(str(value) for value in group.words.values()))
        for group in clashing_rules(instance)
    }


def test_a_feasible_scenario_has_no_clash():
    assert clash({}) == set()
    assert clash(work_sections()) == set()


def test_more_required_towns_than_offices():
    # The limit is kept by any office, so it is no part of it.
    found = clash({"offices.count": 1, "sites.required": ["A", "B"], "limits.spread": {"most": 99}})
    assert found == {("office_count", "1"), ("required", "A-stad"), ("required", "B-stad")}


def test_a_limit_that_the_number_of_offices_cannot_keep():
    found = clash({"offices.count": 1, "limits.max_km": {"most": 20}, "sites.required": ["B"]})
    assert found == {("office_count", "1"), ("limit_most", "max_km", "20.0")}


def test_two_limits_that_pull_apart():
    # Near D and near A at once; either alone is possible with one office.
    changes = {
        "limits.max_km": {"most": 75},  # C alone
        "limits.university_minutes": {"most": 5},  # A alone
        "limits.spsm_share": {"least": 0.5},  # kept by any
    }
    assert clash(changes, university=(0, 9, 9, 9)) == {
        ("office_count", "1"),
        ("limit_most", "max_km", "75.0"),
        ("limit_most", "university_minutes", "5.0"),
    }


def test_a_mean_over_offices_does_not_hide_their_number():
    # One office can't have a campus half an hour away and be in A; three could.
    changes = {
        "offices.count": 1,
        "sites.required": ["A"],
        "limits.university_minutes": {"most": 30},
    }
    assert clash(changes, university=(80, 0, 0, 0)) == {
        ("office_count", "1"),
        ("required", "A-stad"),
        ("limit_most", "university_minutes", "30.0"),
    }


def test_openings_that_do_not_suffice():
    periods = [
        {"name": "P1", "openings_most": 1, "months": 12},
        {"name": "P2", "openings_most": 1, "months": 12},
    ]
    assert clash({"offices.count": [3, 4], "rollout.periods": periods}) == {
        ("office_fewest", "3"),
        ("openings_most", "1", "P1"),
        ("openings_most", "1", "P2"),
    }


def test_a_date_before_the_premises():
    changes = {
        "rollout.periods": TWO_YEARS,
        "rollout.opens": {"A": "P1"},
        "rollout.available_from": {"A": "P2", "B": "P2"},
        "sites.required": ["A"],
    }
    assert clash(changes) == {("opens", "A-stad", "P1"), ("available_from", "A-stad", "P2")}


def test_an_office_that_may_not_close_again():
    changes = {
        "rollout.periods": TWO_YEARS,
        "rollout.opens": {"A": "P1"},
        "sites.required": ["B"],
    }
    assert clash(changes) == {
        ("office_count", "1"),
        ("required", "B-stad"),
        ("opens", "A-stad", "P1"),
    }


def test_regions_that_can_not_be_connected():
    # A and D border on each other alone; an office in B or C would serve them from afar.
    changes = {"units.contiguous": True, "sites.excluded": [], "sites.required": ["B"]}
    assert clash(changes, borders=["AD", "BC"]) == {("office_count", "1"), ("contiguous",)}


def test_contiguity_is_not_blamed_for_what_others_do():
    changes = {"units.contiguous": True, "offices.count": 1, "sites.required": ["A", "B"]}
    assert clash(changes) == {
        ("office_count", "1"),
        ("required", "A-stad"),
        ("required", "B-stad"),
    }


def work(changes, principals=(10, 10, 10, 10), **details):
    return clash(work_sections(changes), principals=principals, **details)


def test_a_budget_that_does_not_pay_the_required_office():
    periods = [{"name": "P1", "months": 12, "budget_msek": quantity(2)}]
    changes = {
        "rollout.periods": periods,
        "sites.required": ["A", "B"],
        "offices.count": [1, 2],
        "money.premises": quantity(1.5),
        "limits.unmet": {"most": 50},
    }
    assert work(changes) == {
        ("required", "A-stad"),
        ("required", "B-stad"),
        ("budget", "2.0", "P1"),
    }


def test_a_deadline_that_the_hires_do_not_reach():
    # Three hires and ten dialogues each: forty can't have been held by the end of the year.
    changes = {
        "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(3)}],
        "dialogues.targets": [
            {"by": "P1", "least": quantity(40), "hard": True},
            {"by": "P1", "least": quantity(39), "hard": False},
        ],
        "dialogues.balance": quantity(0.5),
    }
    assert work(changes) == {
        ("hours", "100.0"),
        ("hires_most", "3.0", "P1"),
        ("dialogues_by", "40.0", "P1"),
    }


def test_teams_that_the_hires_do_not_fill():
    changes = {
        "offices.count": 2,
        "staffing.minimum_team": quantity(2),
        "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(3)}],
    }
    assert work(changes) == {
        ("office_count", "2"),
        ("minimum_team", "2.0"),
        ("hires_most", "3.0", "P1"),
    }


def test_lent_staff_that_is_too_little():
    changes = {
        "staffing.sister_pool": quantity(0.5),
        "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(3)}],
        "dialogues.targets": [{"by": "P1", "least": quantity(40), "hard": True}],
    }
    assert work(changes) == {
        ("hours", "100.0"),
        ("hires_most", "3.0", "P1"),
        ("sister_pool", "0.5"),
        ("dialogues_by", "40.0", "P1"),
    }


def test_a_clash_in_whole_dialogues_alone():
    # Two advisors of 100 hours, one an office; a dialogue takes 40. In parts each holds 2.5, five
    # in all; whole ones are two and two. Both advisors in one office would hold five.
    changes = {
        "offices.count": 2,
        "sites.required": ["A", "B"],
        "staffing.preparation": quantity(40),
        "rollout.periods": [{"name": "P1", "months": 12, "hires_most": quantity(2)}],
        "dialogues.targets": [{"by": "P1", "least": quantity(5), "hard": True}],
    }
    assert work(changes, principals=(3, 3, 0, 0)) == {
        ("required", "A-stad"),
        ("required", "B-stad"),
        ("minimum_team", "1.0"),
        ("hours", "100.0"),
        ("hires_most", "2.0", "P1"),
        ("dialogues_by", "5.0", "P1"),
    }


def test_a_limit_of_time_is_not_taken_for_an_answer():
    instance = tiny_instance(tiny_scenario({"offices.count": 4, "sites.excluded": ["A"]}), ROAD)
    with pytest.raises(SolverStopped):
        clashing_rules(instance, Control(interrupted=True))


EVERYTHING = {
    "units.contiguous": True,
    "offices.count": [2, 3],
    "sites.required": ["A"],
    "sites.existing": ["B"],
    "rollout.periods": [
        {
            "name": "P1",
            "openings_most": 1,
            "hires_most": quantity(9),
            "budget_msek": quantity(9),
        },
        {"name": "P2"},
    ],
    "rollout.opens": {"A": "P2"},
    "rollout.available_from": {"C": "P2"},
    "staffing.sister_pool": quantity(1),
    "dialogues.balance": quantity(0.1),
    "dialogues.targets": [{"by": "P2", "least": quantity(1), "hard": True}],
    "limits.max_km": {"most": 500.5},
    "limits.spsm_share": {"least": 0.25},
}


def every_group():
    for changes in (EVERYTHING, EVERYTHING | {"offices.count": 3}):
        instance = tiny_instance(tiny_scenario(work_sections(changes)), ROAD)
        yield from build(instance).groups


def test_every_rule_that_can_clash_has_a_sentence_in_both_languages():
    named = {g.rule: g for g in every_group() if not g.structural}
    for language in LANGUAGES:
        sentences = read_words(language, "rules")
        assert set(named) | {"contiguous", "fact", "part", "criterion"} == set(sentences)
        said = {rule: rule_sentence(rule, g.words, language) for rule, g in named.items()}
        assert all("{" not in sentence for sentence in said.values())
        given = {
            rule: change_sentence(rule, {**g.words, "by": 1.0, "to": 2.0}, language)
            for rule, g in named.items()
        }
        assert all("{" not in sentence for sentence in given.values())
        assert change_sentence("contiguous", {}, language)
        assert rule_sentence("contiguous", {}, language)
    assert rule_sentence("limit_most", {"criterion": "max_km", "limit": 500.5}, "sv").endswith(
        "500,5"
    )


def test_sentences_can_name_every_criterion():
    for name in CRITERIA:
        assert rule_sentence("limit_most", {"criterion": name, "limit": 1.0}, "en")


def test_a_clash_does_not_depend_on_the_order_of_towns():
    changes = {"offices.count": 1, "sites.required": ["A", "D"]}
    assert clash(changes) == clash(changes, km=np.ascontiguousarray(ROAD[::-1, ::-1]))


class Clashing:
    """A trial in which some rules clash wherever all of them are kept."""

    def __init__(self, *clashing):
        self.clashing, self.asked = set(clashing), []

    def clash(self, kept):
        self.asked.append(len(kept))
        return frozenset(kept) if self.clashing <= set(kept) else None


@pytest.mark.parametrize("clashing", [(0,), (39,), (2, 5, 7), (0, 13, 26, 39), range(8)])
def test_a_clash_is_cut_down_to_the_rules_that_make_it(clashing):
    fake = Clashing(*clashing)
    assert diagnose._smallest(fake, frozenset(range(40))) == (set(clashing), True)


def test_rules_are_left_out_a_quarter_at_a_time_and_then_fewer():
    """Of 40 the last clashes: tens, fives, twos; what would leave nothing is asked, one is not."""
    fake = Clashing(39)
    assert diagnose._smallest(fake, frozenset(range(40))) == ({39}, True)
    assert fake.asked == [30, 20, 10, 0, 5, 0, 3, 1]


def test_a_rule_that_clashes_with_itself_is_not_left_out():
    fake = Clashing(7)
    assert diagnose._smallest(fake, frozenset({7})) == ({7}, True)
    assert fake.asked == []


def test_a_rule_stays_where_its_part_is_not_known_and_that_is_said():
    """Without rule 2 of {1, 2} the search ends at its limit: it may take part or not."""

    class Ends(Clashing):
        def clash(self, kept):
            if 2 not in kept and 1 in kept:
                raise SolverStopped("node_limit", "stopped")
            return super().clash(kept)

    assert diagnose._smallest(Ends(1), frozenset({0, 1, 2})) == ({1, 2}, False)


class Planted:
    """Rules of which some sets clash; it counts what it is asked."""

    def __init__(self, count, *clashing):
        self.rules = tuple(range(count))
        self.clashing = [frozenset(clash) for clash in clashing]
        self.asked = 0

    def clash(self, kept):
        self.asked += 1
        return kept if any(clash <= kept for clash in self.clashing) else None


def looked(planted, most=99, go_on=lambda _: True):
    return diagnose._look(planted, diagnose.Clashes(planted.rules), most, go_on)


@pytest.mark.parametrize("seed", range(25))
def test_all_clashes_are_found_however_they_overlap(seed):
    random = np.random.default_rng(seed)
    sets = [set(random.choice(7, int(random.integers(1, 4)), replace=False)) for _ in range(5)]
    smallest = {frozenset(s) for s in sets if not any(less < s for less in sets)}
    found = looked(Planted(7, *sets))
    assert set(found.found) == smallest
    assert found.complete
    assert not found.unsure
    assert found.enough == frozenset.intersection(*smallest)


def test_what_is_known_is_not_looked_for_again():
    planted = Planted(4, {0, 1}, {2, 3})
    known = diagnose.Clashes(planted.rules, (frozenset({0, 1}),))
    found = diagnose._look(planted, known, 99, lambda _: True)
    assert found.found == ({0, 1}, {2, 3})


def test_no_more_is_said_to_be_complete_than_was_looked_at():
    """A limit of clashes, a limit of searches, and a search that ends at its own."""
    sets = ({0}, {1}, {2})
    assert not looked(Planted(3, *sets), most=2).complete
    assert looked(Planted(3, *sets), most=4).complete
    planted = Planted(3, *sets)
    few = looked(planted, go_on=lambda _: planted.asked < 1)
    assert (len(few.found), few.complete) == (1, False)

    class Ends(Planted):
        def clash(self, kept):
            if kept == {0, 2}:
                raise SolverStopped("node_limit", "stopped")
            return super().clash(kept)

    found = looked(Ends(3, {0, 1}))
    assert (found.found, found.complete, found.enough) == (({0, 1},), False, {0})
    with pytest.raises(SolverStopped):  # not even the first is known
        looked(Stopped(3))


def test_clashes_too_many_ways_to_repair_are_not_all_gone_through(monkeypatch):
    """Four times three rules: 81 ways to leave one out of each; all, some, and too many."""
    planted = Planted(12, {0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11})
    assert looked(planted).complete
    few = looked(planted, go_on=lambda tried: tried < 50)
    assert (len(few.found), few.complete) == (4, False)
    monkeypatch.setattr(diagnose, "WIDE", 80)
    few = looked(planted)
    assert (len(few.found), few.complete) == (4, False)


class Stopped(Planted):
    def clash(self, kept):
        raise SolverStopped("node_limit", "stopped")


def test_as_many_clashes_are_told_as_asked_for():
    changes = {
        "offices.count": [1, 4],
        "limits.max_km": {"most": -1},
        "limits.spread": {"most": -1},
        "limits.mean_km": {"most": -1},
    }
    instance = tiny_instance(tiny_scenario(changes), ROAD)
    for most, complete in ((9, True), (2, False), (1, False)):
        found = diagnose.all_clashes(instance, most=most)
        assert [len(clash) for clash in found.named] == [1] * min(most, 3)
        assert found.complete == complete


def test_no_plan_whatever_is_dropped_is_a_defect(monkeypatch):
    monkeypatch.setattr(Trial, "clash", lambda *_, **__: frozenset())
    changes = {"offices.count": 1, "limits.max_km": {"most": 20}}
    with pytest.raises(PlannerError, match="whatever rule is dropped"):
        clash(changes)

"""Tables cut down to a scenario: what lies between its units and sites, and what follows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from model.small import made
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


def test_distances_are_from_every_seat_to_every_site(inputs):
    i = made(inputs, {"sites.candidates": ["0201", "0302"]})
    assert i.km.tolist() == [[10, 60], [15, 65], [0, 50], [5, 55], [20, 30], [50, 0]]
    assert i.site_km.tolist() == [[0, 50], [50, 0]]
    assert i.university_minutes.tolist() == [0, 76]
    # County 01 to 0201: 4 x 10 + 2 x 15.
    assert i.unit_km[0].tolist() == [70, 4 * 60 + 2 * 65]


def test_borders_link_towns(inputs):
    i = made(inputs)
    assert (4, 5) in {(int(a), int(b)) for a, b in i.links}
    assert i.node_links == ((0, 1), (1, 2))
    by_town = made(inputs, {"units.level": "municipality"})
    assert (0, 3) not in by_town.node_links


@pytest.mark.parametrize("kind", ["road", "ferry"])
def test_a_road_or_ferry_links_towns_where_no_borders_lead(inputs, kind):
    # Ö without a border: its one link counts. Norr and Vik, over Söder, have one that does not.
    borders = inputs.adjacency[inputs.adjacency["code_b"] != "0302"]
    past = {"code_a": "0101", "code_b": "0202", "km": 20.0, "minutes": 20.0, "kind": kind}
    roads = pd.concat([inputs.roads.assign(kind=kind), pd.DataFrame([past])])
    island = replace(inputs, adjacency=borders, roads=roads)
    links = {(int(a), int(b)) for a, b in made(island).links}
    assert links == {(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (4, 5)}


def test_the_complete_instance_is_the_last_period_without_work(inputs):
    changes = work_sections(
        {
            "rollout.periods": [{"name": "P1"}, {"name": "P2", "openings_most": 0}],
            "limits.max_km": {"most": 500},
            "limits.unmet": {"most": 0},
            "objective.then": ["spread", "waiting"],
        }
    )
    done = made(inputs, changes).complete().scenario
    assert [period.name for period in done.rollout.periods] == ["P2"]
    assert done.rollout.periods[0].openings_most is None
    assert (done.dialogues, done.staffing, done.money) == (None, None, None)
    assert list(done.limits) == ["max_km"]
    assert done.objective.then == ("spread",)


def tiny(changes=None, km=None, principals=None, **details):
    km = line(0, 10, 30) if km is None else km
    return tiny_instance(tiny_scenario(changes), km, principals, **details)


def test_a_distance_that_is_the_limit_is_not_beyond_it():
    i = tiny({"thresholds.beyond_km": quantity(20)}, principals=(5, 6, 7), sites="C")
    assert i.beyond(i.beyond_km).tolist() == [[5], [0], [0]]  # B is 20 km from C
    assert i.beyond(19.999).tolist() == [[5], [6], [0]]
    assert i.beyond(20 - 1e-12).tolist() == [[5], [0], [0]]
    assert i.beyond(30).tolist() == [[0], [0], [0]]


def test_the_farthest_of_a_unit_is_where_somebody_lives():
    details = {"principals": (1, 0, 2), "counties": "xxy", "sites": "AC"}
    i = tiny({"units.level": "county"}, **details)
    assert i.unit_farthest.tolist() == [[0, 30], [30, 0]]
    i = tiny({"units.level": "county"}, **details | {"principals": (0, 1, 2)})
    assert i.unit_farthest.tolist() == [[10, 20], [30, 0]]


def test_a_plan_of_sites_alone_has_neither_dialogues_nor_hours():
    i = tiny(principals=(1, 2, 3), sites="AB")
    assert i.target.tolist() == [0, 0, 0]
    assert i.hours.tolist() == i.journey_msek.tolist() == [[0, 0]] * 3


def test_hours_and_costs_are_those_of_a_principal_and_a_journey_there_and_back():
    # A dialogue takes two advisors 10 + 2 hours and half of the time a journey. The county of A
    # and B has four principals, 45 km and 90 minutes from C in all: means of 22.5 and 22.5.
    changes = work_sections(
        {
            "units.level": "county",
            "staffing.meeting": quantity(2),
            "staffing.in_person": quantity(0.5),
            "staffing.taking_part": quantity(2),
            "money.per_km": quantity(10),
        }
    )
    i = tiny(changes, principals=(1, 3, 0), counties="xxy", sites="C", minutes=2 * line(0, 10, 30))
    assert i.unit_km.tolist() == [[90], [0]]
    assert i.hours.tolist() == [[2 * (12 + 0.5 * 2 * 0.75)], [24]]
    assert i.journey_msek.tolist() == [[pytest.approx(2 * 0.5 * 2 * 22.5 * 10 / 1e6)], [0]]


def test_whoever_is_met_in_a_period_waits_to_its_middle():
    i = tiny_instance(tiny_scenario(P1=6, P2=12), line(0, 1))
    assert i.years.tolist() == [0.5, 1]
    assert i.wait.tolist() == [3, 12, 18]


def test_what_is_loosened_has_any_number_of_offices_and_of_hires():
    periods = [{"name": f"P{t}", "months": 12, "hires_most": quantity(2)} for t in (1, 2)]
    changes = {"sites.existing": ["A"], "sites.required": ["B"], "rollout.periods": periods}
    i = tiny(work_sections(changes))
    loose = i.loosened()
    assert (loose.scenario.offices.fewest, loose.scenario.offices.most) == (1, 3)
    assert loose.roles == ("candidate",) * 3
    assert [(p.name, p.hires_most) for p in loose.periods] == [("P1", None), ("P2", None)]
    assert loose.sites == i.sites


def test_a_unit_lies_in_its_county_or_its_municipality():
    details = {"principals": (1, 0, 2), "counties": "xyx", "borders": ["AB", "BC"]}
    county = tiny({"units.level": "county"}, **details)
    assert county.node_of_unit.tolist() == [0, 1]
    assert county.node_links == ((0, 1),)
    town = tiny(**details)
    assert town.node_of_unit.tolist() == [0, 1, 2]
    assert town.node_links == ((0, 1), (1, 2))
    principal = tiny({"units.level": "principal"}, **details)
    assert principal.node_of_unit.tolist() == [0, 2, 2]
    assert principal.node_links == ((0, 1), (1, 2))
    alone = tiny({"units.level": "county"}, **details | {"counties": "xxx"})
    assert alone.node_links == ()


def test_an_instance_of_some_sites_knows_of_no_other():
    changes = {"sites.required": ["C"], "sites.own_premises": ["C"]}
    minutes = 2 * line(0, 10, 30)
    i = tiny(changes, university=(1, 2, 3), spsm="B", minutes=minutes).only((2, 1))
    assert (i.sites, i.towns) == (("C", "B"), ("C-stad", "B-stad"))
    assert i.roles == ("required", "candidate")
    assert (i.spsm.tolist(), i.own.tolist()) == ([False, True], [True, False])
    assert i.km.tolist() == [[30, 10], [20, 0], [0, 20]]
    assert i.minutes.tolist() == [[60, 20], [40, 0], [0, 40]]
    assert i.site_km.tolist() == [[0, 20], [20, 0]]
    assert i.university_minutes.tolist() == [3, 2]
    assert i.units == ("A", "B", "C")

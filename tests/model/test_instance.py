"""Tables cut down to a scenario: units, sites, roles and what lies between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from country import country_tables, make_country
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
from planner.errors import InputError
from planner.model.instance import make_instance, principal_homes
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# The country of support/country.py: 0101 Norr 4, 0102 Söder 2, 0201 Mitt 6, 0202 Vik 3, 0301 Ost 5
# and 0302 Ö 1 principals; the sister agency in 0101, 0201 and 0301, a campus in 0201.
CODES = ("0101", "0102", "0201", "0202", "0301", "0302")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return read_inputs(make_country(tmp_path_factory.mktemp("country")))


def made(inputs, changes=None):
    travel = travel_matrix(inputs, keep=False)
    return make_instance(
        inputs, travel, tiny_scenario({"units.level": "county", **(changes or {})})
    )


def problems(inputs, changes):
    with pytest.raises(InputError) as caught:
        made(inputs, changes)
    return [(problem.column, problem.value) for problem in caught.value.problems]


@pytest.mark.slow
def test_a_county_is_one_unit_with_all_its_principals(inputs):
    i = made(inputs)
    assert i.units == i.unit_county == ("01", "02", "03")
    assert i.weight.tolist() == [6, 9, 6]
    assert i.members.tolist() == [[0, 0, 4], [0, 1, 2], [1, 2, 6], [1, 3, 3], [2, 4, 5], [2, 5, 1]]


def test_a_municipality_is_a_unit_of_its_own(inputs):
    i = made(inputs, {"units.level": "municipality"})
    assert i.units == i.municipalities == CODES
    assert i.unit_county == ("01", "01", "02", "02", "03", "03")
    assert i.weight.tolist() == [4, 2, 6, 3, 5, 1]


def test_a_principal_is_a_unit_whether_listed_or_counted(inputs):
    i = made(inputs, {"units.level": "principal"})
    assert len(i.units) == i.total == 21
    assert i.weight.tolist() == [1] * 21
    home = principal_homes(inputs)
    assert tuple(home.index) == i.units
    assert home["0101-sole-3"] == "0101"
    counts = home.value_counts()
    assert {code: counts[code] for code in CODES} == dict(
        zip(CODES, (4, 2, 6, 3, 5, 1), strict=True)
    )


def test_candidates_are_the_sister_towns_all_seats_the_announced_or_a_list(inputs):
    assert made(inputs).sites == ("0101", "0201", "0301")
    assert made(inputs, {"sites.candidates": "seats"}).sites == CODES
    assert made(inputs, {"sites.candidates": "announced"}).sites == ("0201",)
    assert made(inputs, {"sites.candidates": ["0302", "0102"]}).sites == ("0102", "0302")


def test_required_and_existing_towns_are_candidates_and_excluded_ones_are_not(inputs):
    i = made(
        inputs,
        {"sites.required": ["0102"], "sites.existing": ["0202"], "sites.excluded": ["0101"]},
    )
    assert i.sites == ("0102", "0201", "0202", "0301")
    assert i.roles == ("required", "candidate", "existing", "candidate")
    assert i.towns == ("Söder", "Mitt", "Vik", "Ost")
    assert i.spsm.tolist() == [False, True, False, True]


def test_kinds_and_basis_say_which_sister_sites_count(tmp_path):
    tables = country_tables()
    tables["sister_sites"][0]["kind"] = "special_school"
    tables["sister_sites"][1]["basis"] = "unverified"
    inputs = read_inputs(make_country(tmp_path, tables))
    assert made(inputs).sites == ("0201", "0301")
    assert made(inputs, {"sites.basis": ["sourced"]}).sites == ("0301",)
    schools = {"sites.kinds": ["special_school"]}
    assert made(inputs, schools).sites == ("0101",)


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


def test_every_code_that_is_unknown_is_told(inputs):
    changes = {
        "sites.candidates": ["9999"],
        "sites.required": ["8888"],
        "sites.excluded": ["7777"],
        "sites.own_premises": ["6666"],
        "rollout.available_from": {"5555": "P1"},
        **work_sections({"staffing.existing": {"4444": quantity(1)}}),
    }
    assert problems(inputs, changes) == [
        ("sites.candidates", "9999"),
        ("sites.required", "8888"),
        ("sites.excluded", "7777"),
        ("sites.own_premises", "6666"),
        ("rollout.available_from", "5555"),
        ("staffing.existing", "4444"),
    ]


def test_a_date_for_a_town_that_is_no_candidate_is_told(inputs):
    assert problems(inputs, {"rollout.opens": {"0102": "P1"}}) == [("rollout.opens", "0102")]


def test_no_candidate_at_all_is_told(inputs):
    everything = {"sites.excluded": ["0101", "0201", "0301"]}
    assert problems(inputs, everything) == [("sites", "")]


def test_trains_are_asked_for_only_where_a_column_says(inputs, tmp_path):
    assert problems(inputs, {"sites.require_train": True}) == [("train", "")]
    tables = country_tables()
    for row in tables["municipalities"]:
        row["train"] = "yes" if row["code"] in ("0101", "0301") else "no"
    by_train = read_inputs(make_country(tmp_path, tables))
    assert made(by_train, {"sites.require_train": True}).sites == ("0101", "0301")


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


def test_who_takes_part_is_whole_for_any_uptake(inputs):
    for uptake in np.linspace(0, 1, 23):
        i = made(inputs, work_sections({"dialogues.uptake": quantity(float(uptake))}))
        assert i.target.sum() == round(float(uptake) * 21)
        assert (abs(i.target - uptake * i.weight) < 1).all()


def tiny(changes=None, km=None, principals=None, **details):
    km = line(0, 10, 30) if km is None else km
    return tiny_instance(tiny_scenario(changes), km, principals, **details)


def test_a_distance_that_is_the_limit_is_not_beyond_it():
    i = tiny({"thresholds.beyond_km": quantity(20)}, principals=(5, 6, 7), sites="C")
    assert i.unit_beyond.tolist() == [[5], [0], [0]]  # B is 20 km from C
    assert i.beyond(19.999).tolist() == [[5], [6], [0]]
    assert i.beyond(20 - 1e-12).tolist() == [[5], [0], [0]]
    assert i.beyond(30).tolist() == [[0], [0], [0]]


def test_the_farthest_of_a_unit_is_where_somebody_lives():
    details = {"principals": (1, 0, 2), "counties": "xxy", "sites": "AC"}
    i = tiny({"units.level": "county"}, **details)
    assert i.unit_farthest.tolist() == [[0, 30], [30, 0]]
    i = tiny({"units.level": "county"}, **details | {"principals": (0, 1, 2)})
    assert i.unit_farthest.tolist() == [[10, 20], [30, 0]]


def test_the_largest_remainders_take_part_and_the_first_of_equal_ones():
    # Halves of 3, 3 and 4 are 1.5, 1.5 and 2, five in all.
    half = work_sections({"dialogues.uptake": quantity(0.5)})
    assert tiny(half, principals=(3, 3, 4)).target.tolist() == [2, 1, 2]
    # 0.3 of 1, 2 and 4 are 0.3, 0.6 and 1.2, two in all.
    third = work_sections({"dialogues.uptake": quantity(0.3)})
    assert tiny(third, principals=(1, 2, 4)).target.tolist() == [0, 1, 1]
    # 0.29 x 100 is 29 but for the last bit.
    exact = work_sections({"dialogues.uptake": quantity(0.29)})
    assert tiny(exact, principals=(100, 100, 0)).target.tolist() == [29, 29, 0]
    # Of seven times a tenth of 3, two in all: the remainders are equal but for the last bit.
    tenth = work_sections({"dialogues.uptake": quantity(0.1)})
    assert tiny(tenth, line(*range(7)), (3,) * 7).target.tolist() == [1, 1, 0, 0, 0, 0, 0]


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


def test_an_existing_office_that_may_close_is_a_candidate_in_the_end():
    changes = {"sites.existing": ["A"], "sites.required": ["B"]}
    closing = changes | {"rollout.may_close": True}
    kept, free = ("existing", "required", "candidate"), ("candidate", "required", "candidate")
    two_years = {"P1": 12, "P2": 12}
    for given, periods, roles in (
        (changes, two_years, kept),
        (closing, {"P1": 12}, kept),  # nothing closes in the first period
        (closing, two_years, free),
    ):
        i = tiny_instance(tiny_scenario(given, **periods), line(0, 10, 30))
        assert i.end_roles == i.complete().roles == roles
        assert len(i.complete().periods) == 1


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


def test_a_half_is_counted_exactly_whatever_floats_make_of_it():
    # 0.575 of 100 is 57.5, rounded to the even 58; the float product is a little below it.
    scenario = tiny_scenario(work_sections({"dialogues.uptake": quantity(0.575)}))
    assert tiny_instance(scenario, line(0, 1), (60, 40)).target.tolist() == [35, 23]

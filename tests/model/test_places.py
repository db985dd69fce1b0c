"""Which towns may have an office, who is assigned to one as one, who lives where and takes part."""

from __future__ import annotations

import numpy as np
import pytest

from country import country_tables, make_country
from model.small import CODES, made, problems
from planner.case.read import read_inputs
from planner.model.places import principal_homes
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


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


def test_who_takes_part_is_whole_for_any_uptake(inputs):
    for uptake in np.linspace(0, 1, 23):
        i = made(inputs, work_sections({"dialogues.uptake": quantity(float(uptake))}))
        assert i.target.sum() == round(float(uptake) * 21)
        assert (abs(i.target - uptake * i.weight) < 1).all()


def tiny(changes=None, km=None, principals=None, **details):
    km = line(0, 10, 30) if km is None else km
    return tiny_instance(tiny_scenario(changes), km, principals, **details)


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


def test_a_half_is_counted_exactly_whatever_floats_make_of_it():
    # 0.575 of 100 is 57.5, rounded to the even 58; the float product is a little below it.
    scenario = tiny_scenario(work_sections({"dialogues.uptake": quantity(0.575)}))
    assert tiny_instance(scenario, line(0, 1), (60, 40)).target.tolist() == [35, 23]

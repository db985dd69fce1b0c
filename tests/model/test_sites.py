"""Which towns may have an office, and what each may or must be."""

from __future__ import annotations

from country import country_tables, make_country
from model.small import CODES, made, problems
from planner.case.read import read_inputs
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

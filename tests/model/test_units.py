"""Who is assigned to an office as one, who lives where, and who takes part."""

from __future__ import annotations

import numpy as np
import pytest

from model.small import CODES, made
from planner.model.units import principal_homes
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


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

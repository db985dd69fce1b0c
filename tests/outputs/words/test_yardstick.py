"""Amounts of a sum in words: their units, their signs, and parts that add up as they are shown."""

from __future__ import annotations

import pytest

from planner.model.solving.scores import Yardstick
from planner.outputs.words import yardstick
from planner.outputs.words.text import MINUS, load_texts
from tiny import quantity, tiny_scenario

EN, SV = load_texts("en"), load_texts("sv")


def of(rates, **changes):
    return Yardstick(
        tiny_scenario({"objective": {"method": "weighted", "rates": rates}, **changes})
    )


DEFAULT = {"mean_km": 1.0, "spread": 1.0, "share_beyond": 3.0}


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        # 0.864 + 3.953 + 2.363 = 7.180: each rounded by itself would be 0.9 + 4.0 + 2.4 = 7.3.
        ((0.864, 3.953, 2.363), "0.9 mean distance + 3.9 spread over the country + 2.4 share far"),
        # Less than one unit has two decimals: 0.504 - 1.104 + 0.966 = 0.366.
        ((0.504, -1.104, 0.966), f"0.50 mean distance {MINUS} 1.10 spread over the country + 0.97"),
        ((-0.5, 0.0, 3.0), f"{MINUS}0.5 mean distance + 0.0 spread over the country + 3.0 share"),
    ],
)
def test_parts_add_up_as_they_are_shown(real_inputs, parts, shown):
    named = dict(zip(DEFAULT, parts, strict=True))
    said = yardstick.sum_of(of(DEFAULT), named, real_inputs, EN)
    assert plain(said).startswith(shown)
    places = yardstick.decimals(sum(parts))
    found = yardstick.rounded(named, places)
    assert round(sum(found.values()), places) == round(sum(parts), places)
    assert all(abs(found[name] - part) < 10.0**-places for name, part in named.items())


def test_an_amount_is_in_the_leading_unit_and_says_what_it_is_of(real_inputs):
    one = of(DEFAULT)
    assert plain(yardstick.amount(one, 7.18, real_inputs, EN)) == "7.2 km of mean distance"
    assert plain(yardstick.amount(one, 0.366, real_inputs, SV)) == "0,37 km i medelavstånd"
    share = of({"share_beyond": 1.0, "spread": 2.0})
    said = plain(yardstick.amount(share, 2.5, real_inputs, EN))
    assert said == "2.5 percentage points of share far away"


def test_rates_are_told_by_the_percentage_point_and_what_more_is_better_of_is_taken_off(
    real_inputs,
):
    soft = {"share_beyond": {"most": quantity(0.05), "hard": False, "penalty": 200.0}}
    one = of({"mean_km": 1.0, "share_beyond": 3.0, "min_separation_km": 0.5}, limits=soft)
    assert [plain(said) for said in yardstick.rates(one, real_inputs, EN)] == [
        "one percentage point of share far away counts as 3 km of mean distance",
        "one kilometre of least distance between offices takes off 0.5 km of mean distance",
        "one percentage point outside the limit on share far away counts as 2 km of mean distance",
    ]
    points = [plain(said) for said in yardstick.points(one, real_inputs, EN)]
    assert points[0].startswith("Mean distance. The road from")
    assert points[1].endswith(
        "mean distance. Share of principals with more than 200 km to their office."
    )
    assert points[3].endswith("counts as 2 km of mean distance.")

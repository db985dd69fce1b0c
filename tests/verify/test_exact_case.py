"""Which towns may have an office, what lies beside what, who takes part."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from planner.verify.exact_case import ExactCase
from verify.small import case_of

if TYPE_CHECKING:
    from verify.small import Run

SEATS = ("0101", "0102", "0201", "0202", "0301", "0302")


@pytest.mark.parametrize(
    ("sites", "allowed"),
    [
        ({}, {"0101", "0201", "0301"}),
        ({"kinds": ("head_office",)}, set()),
        ({"basis": ("unverified",)}, set()),
        ({"candidates": "seats"}, set(SEATS)),
        ({"candidates": "announced"}, {"0201"}),
        ({"candidates": "nowhere"}, set()),
        ({"candidates": ("0102", "0302")}, {"0102", "0302"}),
        ({"candidates": ("0102",), "required": ("0301",)}, {"0102", "0301"}),
        ({"candidates": ("0102",), "existing": ("0301",)}, {"0102", "0301"}),
        ({"required": ("0102",), "excluded": ("0102", "0201")}, {"0101", "0301"}),
        ({"require_train": True}, {"0201"}),
        ({"require_train": True, "required": ("0101",)}, {"0101", "0201"}),
    ],
)
def test_towns_that_may_have_an_office(
    sites: dict[str, Any], allowed: set[str], static: Run
) -> None:
    """Candidates, by train where they must be, and those that must; none that is excluded."""
    plain = case_of(static)
    tables = replace(plain.tables, train=frozenset({"0201", "0302"}))
    rules = replace(plain.rules, sites=replace(plain.rules.sites, **sites))
    assert ExactCase(rules, tables).allowed == allowed
    if "require_train" in sites:
        assert ExactCase(rules, plain.tables).allowed == {*sites.get("required", ())}


def test_what_lies_beside_what(static: Run) -> None:
    """Borders both ways; between counties those of their municipalities."""
    beside = {
        "0101": {"0102", "0201"}, "0102": {"0101", "0202"}, "0201": {"0101", "0202", "0301"},
        "0202": {"0102", "0201", "0302"}, "0301": {"0201", "0302"}, "0302": {"0202", "0301"},
    }  # fmt: skip
    assert case_of(static, level="municipality").neighbours == beside
    assert case_of(static, level="principal").neighbours == beside
    counties = case_of(static)
    assert counties.neighbours == {"01": {"02"}, "02": {"01", "03"}, "03": {"02"}}


def test_a_link_counts_where_no_borders_lead(static: Run) -> None:
    """To an island; not past one neighbour to the next. Without borders all links do."""
    towns = case_of(static, level="municipality")
    borders = {("0101", "0102"), ("0102", "0202"), ("0301", "0202")}
    apart = ExactCase(towns.rules, replace(towns.tables, borders=frozenset(borders)))
    assert apart.neighbours == {
        "0101": {"0102", "0201"}, "0102": {"0101", "0202"}, "0201": {"0101", "0202", "0301"},
        "0202": {"0102", "0201", "0301"}, "0301": {"0201", "0202", "0302"}, "0302": {"0301"},
    }  # fmt: skip
    joined = ExactCase(
        towns.rules, replace(towns.tables, borders=frozenset({*borders, ("0101", "0201")}))
    )
    assert joined.neighbours["0201"] == {"0101"}
    counties = case_of(static)
    alone = ExactCase(counties.rules, replace(counties.tables, borders=frozenset()))
    assert alone.neighbours == {"01": {"02"}, "02": {"01", "03"}, "03": {"02"}}


def test_units_of_each_level(static: Run) -> None:
    """Where they lie, whom they hold, and their county."""
    counties = case_of(static)
    assert counties.members["01"] == (("0101", 4), ("0102", 2))
    assert (counties.weight, counties.total) == ({"01": 6, "02": 9, "03": 6}, 21)
    assert counties.places("01") == {"01"}
    towns = case_of(static, level="municipality")
    assert towns.members["0302"] == (("0302", 1),)
    assert (towns.county("0302"), towns.places("0302")) == ("03", {"0302"})
    people = case_of(static, level="principal")
    assert len(people.members) == people.total == 21
    assert people.places("0101-sole-3") == {"0101"}
    assert "0101-sole-4" not in people.members


def test_who_takes_part(rollout: Run) -> None:
    """0.8 of 6, 9 and 6 are 17; without dialogues nobody does, and half goes to the even number."""
    assert case_of(rollout).taking_part == {"01": 5, "02": 7, "03": 5}
    assert case_of(rollout, work=None).taking_part == {"01": 0, "02": 0, "03": 0}
    half = case_of(rollout, work={"uptake": Fraction(1, 2)})  # 10.5 in all
    assert half.taking_part == {"01": 3, "02": 4, "03": 3}
    full = case_of(rollout, work={"uptake": Fraction(1)})
    assert full.taking_part == {"01": 6, "02": 9, "03": 6}

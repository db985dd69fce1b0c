"""A price of sets of offices is what the best plan with those offices measures."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from planner.criteria import CRITERIA
from planner.criteria.base import PerUnit
from planner.model.solution import measure_sites
from tiny import line, quantity, tiny_instance, tiny_scenario

PRICED = [name for name, each in CRITERIA.items() if each.price]

# Five towns along a road with 2, 0, 3, 1 and 4 principals; C is in premises of the agency's own.
CHANGES = {"sites.own_premises": ["C"], "thresholds.beyond_km": quantity(25)}
COUNTRY = tiny_instance(
    tiny_scenario(CHANGES),
    line(0, 10, 30, 70, 80),
    (2, 0, 3, 1, 4),
    university=(0, 50, 45, 90, 10),
    spsm="ACE",
)


@dataclass(frozen=True)
class AllSets:
    """Every set of one to five offices; the least of a row is looked for set by set."""

    sets: np.ndarray

    @property
    def counts(self):
        return self.sets.sum(axis=1)

    def least(self, cost):
        return np.array([cost[:, opened].min(axis=1).sum() for opened in self.sets])


EVERY = AllSets(np.array(list(itertools.product((False, True), repeat=5)))[1:])


def served_from(opened, cost):
    offices = np.flatnonzero(opened)
    return offices, offices[cost[:, offices].argmin(axis=1)]


@pytest.mark.parametrize("name", PRICED)
def test_a_price_is_what_the_best_plan_of_every_set_measures(name):
    price = CRITERIA[name].price
    found = price.of_sets(COUNTRY, EVERY)
    # Where the sites alone decide it, whoever serves whom will do.
    cost = price.cost(COUNTRY) if isinstance(price, PerUnit) else COUNTRY.unit_km
    for opened, value in zip(EVERY.sets, found, strict=True):
        measured = measure_sites(COUNTRY, *served_from(opened, cost))[name]
        assert value == pytest.approx(measured, abs=1e-9), opened


@pytest.mark.parametrize("name", PRICED)
def test_a_price_rests_on_its_tables_alone(name):
    """What is kept of one question serves another whose tables are the same."""
    price = CRITERIA[name].price
    assert all(np.asarray(table).size for table in price.tables(COUNTRY))
    other = tiny_instance(
        tiny_scenario(CHANGES | {"objective.optimise": "spread", "offices.count": 3}),
        line(0, 10, 30, 70, 80),
        (2, 0, 3, 1, 4),
        university=(0, 50, 45, 90, 10),
        spsm="ACE",
    )
    for mine, theirs in zip(price.tables(COUNTRY), price.tables(other), strict=True):
        assert np.array_equal(mine, theirs)
    assert np.array_equal(price.of_sets(COUNTRY, EVERY), price.of_sets(other, EVERY))


@pytest.mark.parametrize("limit", [0, 10, 20, 29.9, 30, 40, 80])
def test_a_limit_on_a_percentile_is_one_on_the_share_beyond_it(limit):
    share = CRITERIA["p95_km"].share
    past = share.past(COUNTRY, limit)
    for opened in EVERY.sets:
        offices, served_by = served_from(opened, COUNTRY.unit_km)
        within = past[np.arange(len(served_by)), served_by].sum() <= share.most + 1e-12
        assert within == (measure_sites(COUNTRY, offices, served_by)["p95_km"] <= limit)

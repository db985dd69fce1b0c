"""Every set of offices, what each scores, and what is handed on."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from planner.criteria import SITES_ALONE
from planner.model.solution import measure_sites
from planner.siting import office_sets
from planner.siting.office_sets import SetPrices
from planner.siting.problem import Siting
from siting.test_problem import random_country
from tiny import line, tiny_instance, tiny_scenario


def test_sites_alone_are_measured_as_a_finished_plan_is():
    instance = random_country(np.random.default_rng(6))
    prices = SetPrices(instance)
    for number, row in enumerate(prices.sets.sets):
        offices = np.flatnonzero(row)
        served = offices[np.zeros(len(instance.units), dtype=int)]
        scores = measure_sites(instance, [int(j) for j in offices], served)
        for name in SITES_ALONE:
            assert prices.of(name)[number] == pytest.approx(scores[name])


def test_prices_kept_under_another_objective_change_nothing():
    random = np.random.default_rng(7)
    rates = {"mean_km": 1, "spread": 1}
    instance = random_country(random, {"objective": {"method": "weighted", "rates": rates}})
    siting = Siting(instance)
    siting.best()
    rates = {"mean_km": 1, "spread": 3, "university_minutes": 1}
    other = instance.scenario.replace(objective={"method": "weighted", "rates": rates})
    changed = replace(instance, scenario=other)
    kept, anew = Siting(changed, siting.prices).best(), Siting(changed).best()
    assert kept == replace(anew, solution=kept.solution)


def test_only_prices_that_rest_on_the_same_tables_are_handed_on():
    instance = random_country(np.random.default_rng(12))
    prices = SetPrices(instance)
    known = {name: prices.of(name) for name in ("mean_km", "mean_minutes", "spread")}
    slower = prices.under(replace(instance, minutes=instance.minutes * 2))
    assert slower.sets is prices.sets
    assert slower.of("mean_km") is known["mean_km"]
    assert slower.of("spread") is known["spread"]
    assert slower.of("mean_minutes") == pytest.approx(2 * known["mean_minutes"])
    assert prices.of("mean_minutes") is known["mean_minutes"]


def test_with_another_number_of_offices_nothing_is_handed_on():
    instance = random_country(np.random.default_rng(13), {"sites.required": []})
    prices = SetPrices(instance)
    assert len(prices.sets) == sum(
        len(list(itertools.combinations(range(5), n)))
        for n in range(instance.scenario.offices.fewest, instance.scenario.offices.most + 1)
    )
    one = replace(instance, scenario=instance.scenario.replace(**{"offices.count": 1}))
    assert prices.under(one).sets.counts.tolist() == [1] * 5


def test_too_many_sets_are_not_listed(monkeypatch):
    monkeypatch.setattr(office_sets, "MOST_CELLS", 9)
    prices = SetPrices(tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 30)))
    assert not prices.few
    with pytest.raises(ValueError, match="few"):
        _ = prices.sets

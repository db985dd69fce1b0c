"""Sweden's own question against every set there is, worked out without the program.

Right values: the best sum is 164.625 km (mean 57.241, spread 86.332, 7.018 % beyond 150 km), the
second 164.992, what was announced 171.805 and number 32 of 48,620.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.data import Data
from planner.planning import solve
from planner.scenario.spec import Scenario
from planner.siting.problem import make_siting
from standing.every_set import SOLNA, Sets, rows

pytestmark = pytest.mark.slow

BEST = {
    "Solna", "Linköping", "Växjö", "Malmö", "Göteborg", "Karlstad", "Falun", "Härnösand", "Umeå",
    "Luleå",
}  # fmt: skip
ROLLOUT = ("dialogues", "staffing", "money", "rollout", "calendar")


@pytest.fixture(scope="module")
def every():
    return Sets(default_data_folder())


@pytest.fixture(scope="module")
def data(real_inputs, real_travel):
    return Data(default_data_folder(), real_inputs, real_travel)


def sites_alone(scenario):
    """Return a scenario without its rollout, proved to the end."""
    tree = scenario.model_dump(mode="json", exclude_none=True)
    kept = {key: value for key, value in tree.items() if key not in ROLLOUT}
    kept["objective"]["then"] = []
    kept["solver"]["gap"] = 0.0
    return Scenario.model_validate(kept)


@pytest.fixture(scope="module")
def question(data):
    return sites_alone(data.scenario("decision-2022"))


@pytest.fixture(scope="module")
def siting(data, question):
    return make_siting(data, question)


@pytest.fixture(scope="module")
def seats(data):
    return data.inputs.municipalities["seat"]


def regions(data, result):
    """Return the town of each county."""
    counties = sorted(data.inputs.counties.index)
    return dict(zip(counties, result.assignment, strict=True))


def agrees(data, every, result, kept):
    """Hold the best set that keeps a rule against the program's."""
    best = every.best(kept)
    assert result.sites == every.codes(best)
    assert result.objective == pytest.approx(every.sums[best], abs=1e-6)
    assert regions(data, result) == every.regions(best)
    mean, spread, share = every.figures[best]
    found = result.criteria
    assert found["mean_km"] == pytest.approx(mean, abs=1e-6)
    assert found["spread"] == pytest.approx(spread, abs=1e-6)
    assert 100 * found["share_beyond"] == pytest.approx(share, abs=1e-6)
    return best


def test_the_enumeration_has_the_figures_of_the_design(every, seats):
    assert len(every.sets) == 48_620
    first, second = np.argsort(every.sums)[:2]
    assert every.sums[first] == pytest.approx(164.625, abs=5e-4)
    assert every.figures[first] == pytest.approx([57.241, 86.332, 7.018], abs=5e-4)
    assert {seats[code] for code in every.codes(first)} == BEST
    assert every.sums[second] == pytest.approx(164.992, abs=5e-4)
    assert {seats[code] for code in every.codes(second)} == BEST - {"Härnösand"} | {"Östersund"}


def test_what_was_announced_is_number_32(every):
    announced = rows(every.folder, "offices/announced_offices.csv")
    (number,) = np.flatnonzero(every.having(tuple(row["municipality_code"] for row in announced)))
    assert every.sums[number] == pytest.approx(171.805, abs=5e-4)
    assert (every.sums < every.sums[number]).sum() == 31


def test_with_confirmed_towns_alone_the_announced_are_best(data, question):
    few = Sets(default_data_folder(), basis=("sourced", "partly_sourced"))
    assert len(few.sets) == 55
    announced = rows(few.folder, "offices/announced_offices.csv")
    assert set(few.codes(few.best())) == {row["municipality_code"] for row in announced}
    asked = question.replace(sites__basis=["sourced", "partly_sourced"])
    agrees(data, few, make_siting(data, asked).best(), None)


def test_the_program_finds_the_best_of_all(data, every, siting):
    agrees(data, every, siting.best(), None)


def test_every_prohibition_gives_the_best_that_is_left(data, every, siting):
    """A town forbidden: nothing changes unless it was used, and then the next best comes."""
    best = every.best()
    for town in every.towns:
        if town == SOLNA:
            continue
        found = agrees(data, every, siting.best(forbid=[town]), ~every.having((town,)))
        assert (found == best) == (town not in every.codes(best))


def test_every_requirement_gives_the_best_that_has_it(data, every, siting):
    """One town required, or two of them: 18 and 153 questions."""
    best = every.best()
    others = [town for town in every.towns if town != SOLNA]
    asked = [*((town,) for town in others), *combinations(others, 2)]
    assert len(asked) == 18 + 153
    for towns in asked:
        found = agrees(data, every, siting.best(require=towns), every.having(towns))
        assert (found == best) == (set(towns) <= set(every.codes(best)))


def solved(data, scenario):
    """Return the towns and regions of a scenario, as the whole program answers it."""
    plan = solve(data, scenario)
    assert plan.termination.reason == "optimal"
    return plan.periods[-1].open, {row.id: row.office for row in plan.assignments}


def test_what_the_plan_keeps_anyway_changes_neither_towns_nor_regions(data, every, question):
    """Each of the 19 towns forbidden when unused and required when used, and a limit that holds.

    Asked of `solve`, for the siting part: by its model, not by its own enumeration.
    """
    best = every.best()
    right = every.codes(best), every.regions(best)
    assert solved(data, question) == right
    mean, spread, share = every.figures[best]
    held = {"mean_km": mean, "spread": spread, "share_beyond": share / 100}
    for number, town in enumerate(every.towns):
        key = "required" if town in right[0] else "excluded"
        towns = sorted({*getattr(question.sites, key), town})
        asked = question.replace(**{f"sites.{key}": towns})
        assert solved(data, asked) == right, f"{key} {town}"
        name = [*held][number % len(held)]
        limited = asked.replace(**{f"limits.{name}": {"most": held[name] + 1e-6}})
        assert solved(data, limited) == right, f"{key} {town}, {name} as it is"


def test_the_next_office_after_the_actual_five_is_gothenburg(data, seats):
    """Six offices of which five stand: 79.901 km by the sum, 79.756 by mean distance alone."""
    five = ("0184", "1280", "1880", "2280", "2580")
    by_sum = Sets(default_data_folder(), 6, five)
    by_mean = Sets(default_data_folder(), 6, five, spread=0.0, share=0.0)
    question = sites_alone(data.scenario("next-offices")).replace(
        sites__existing=list(five), offices__count=6
    )
    alone = question.replace(objective={"method": "epsilon", "optimise": "mean_km"})
    for sets, asked, mean in ((by_sum, question, 79.901), (by_mean, alone, 79.756)):
        best = sets.best()
        assert sets.figures[best][0] == pytest.approx(mean, abs=5e-4)
        assert {seats[code] for code in sets.codes(best)} - {seats[code] for code in five} == {
            "Göteborg"
        }
        assert solved(data, asked) == (sets.codes(best), sets.regions(best))

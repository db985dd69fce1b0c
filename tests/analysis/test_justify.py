"""Rates that justify a plan, against linear programs over every plan there is."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from scipy.optimize import linprog

from planner.analysis.justify import justify
from planner.analysis.justify_verdict import FARTHEST, TOLERANCE
from planner.case.read import default_data_folder
from planner.control import Control
from planner.criteria import rate_unit
from planner.errors import InputError
from planner.model.instance import make_instance
from planner.model.solving.scores import points, sign
from planner.scenario.load import load_scenario
from planner.siting.problem import Siting
from siting.test_problem import every_plan, random_country
from tiny import line, quantity, tiny_instance, tiny_scenario

AWFUL = ("Stockholm", "Solna", "Uppsala", "Karlstad", "Örebro")
AWFUL += ("Falun", "Gävle", "Östersund", "Umeå", "Luleå")
"""Ten towns with universities, none of them in the south: the fifth worst of all 48,620 sets."""


def weighed(rates, leading="mean_km"):
    """Return an objective with ranges from half to twice each rate; the first is the leading."""
    own = {
        name: {
            "value": rate,
            "unit": rate_unit(leading, name),
            "low": rate / (1 if name == leading else 2),
            "high": rate * (1 if name == leading else 2),
        }
        for name, rate in rates.items()
    }
    return {"objective": {"method": "weighted", "rates": own}}


def amounts(criteria, names):
    return [points(n) * sign(n) * criteria[n] for n in names]


class Every:
    """Every plan of a country, by the goals of a verdict."""

    def __init__(self, verdict):
        self.verdict, i = verdict, verdict.siting.instance
        plans = {}
        for sites, criteria in every_plan(i):
            codes = tuple(i.sites[j] for j in sites)
            plans.setdefault(codes, set()).add(tuple(amounts(criteria, verdict.criteria)))
        self.ways = unbeaten(np.array(sorted(plans[verdict.plan.sites])))
        rows = np.array(sorted(row for table in plans.values() for row in table))
        self.rivals = unbeaten(rows)

    def short(self, rates):
        """Return by how much the offices are worse than the best of all."""
        return float((self.ways @ rates).min() - (self.rivals @ rates).min())

    def within(self, least, most):
        """Return rates in a box that make the offices the best, None if there are none."""
        for way in self.ways:
            solved = linprog(
                np.zeros(len(way)),
                way - self.rivals,
                np.full(len(self.rivals), 1e-9),
                bounds=list(zip(least, most, strict=True)),
            )
            if solved.status == 0:
                return solved.x
        return None

    def least_factor(self):
        """Return how many times off the own rate farthest off is at least; None: no such rates."""
        room = self.verdict.room

        def box(factor):
            inside = room.within(factor)
            return self.within(inside.least, inside.most)

        if box(FARTHEST) is None:
            return None
        low, high = 0.0, np.log(FARTHEST)
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = (low, middle) if box(np.exp(middle)) is not None else (middle, high)
        return float(np.exp(high))


def unbeaten(rows):
    rows = np.unique(np.round(rows, 9), axis=0)
    return rows[moocore.is_nondominated(rows)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rates", "seed"),
    [
        *(({"mean_km": 1.0, "spread": 0.7, "university_minutes": 0.4}, s) for s in range(4)),
        *(({"mean_km": 1.0, "share_beyond": 0.8, "spread": 0.7}, s) for s in range(10, 15)),
        *(({"mean_minutes": 1.0, "mean_km": 0.9}, s) for s in range(20, 23)),
        ({"mean_km": 1.0, "max_km": 0.3}, 30),
    ],
)
def test_every_set_of_offices_agrees_with_all_plans_at_once(rates, seed):
    """Both kinds of answer and their proofs, ranges, and each rate alone.

    Where two of the goals hang on the regions, the same offices have several ways to divide the
    country, and any of them may be the one that is best.
    """
    random = np.random.default_rng(seed)
    leading = next(iter(rates))
    own = {n: r * (1 if n == leading else random.uniform(0.5, 2)) for n, r in rates.items()}
    changes = weighed(own, leading) | {"offices.count": 2}
    siting = Siting(random_country(random, changes, "county"))
    offices = sorted({sites for sites, _ in every_plan(siting.instance)})
    answers = set()
    for sites in offices:
        verdict = justify(siting, [siting.instance.sites[j] for j in sites])
        every = Every(verdict)
        expected = every.least_factor()
        answers.add(expected is None)
        assert verdict.complete
        assert verdict.all_regions
        if expected is None:
            assert verdict.rates is None
            assert_proved(verdict, every)
            continue
        assert verdict.room.factor(verdict.rates) == pytest.approx(expected, rel=1e-5)
        assert verdict.rates.min() > 0
        assert every.short(verdict.rates) <= 2 * TOLERANCE * abs(every.rivals @ verdict.rates).min()
        assert_ranges(verdict, every, own)
        for k, name in enumerate(verdict.criteria[1:], start=1):
            assert_alone(verdict, every, k, verdict.alone[name])
    assert answers == {True, False}


def assert_proved(verdict, every):
    """A plan or a mix that is better, or rates that are more than a hundred times off."""
    if verdict.dominated_by is verdict.mix is None:
        far = verdict.room.asked * 1e5
        assert every.within(np.append(1, 1 / far[1:]), np.append(1, far[1:])) is not None
        return
    if verdict.dominated_by is not None:
        steps = verdict.steps(verdict.dominated_by)
        assert (steps >= -1e-6).all()
        assert steps.max() > 1e-6
        return
    cuts = np.array([verdict.steps(rival) for rival in verdict.rivals])
    assert verdict.mix.sum() == pytest.approx(1)
    assert (verdict.mix @ cuts > -1e-6).all()
    assert (verdict.mix @ cuts).max() > 1e-6


def assert_ranges(verdict, every, own):
    low = [own[n] / (2 if k else 1) for k, n in enumerate(verdict.criteria)]
    high = [own[n] * (2 if k else 1) for k, n in enumerate(verdict.criteria)]
    assert (verdict.inside is None) == (every.within(low, high) is None)
    if verdict.inside is not None:
        assert (verdict.inside >= np.array(low) - 1e-9).all()
        assert (verdict.inside <= np.array(high) + 1e-9).all()
        assert every.short(verdict.inside) <= 1e-3


def assert_alone(verdict, every, k, ends):
    """Inside its ends a rate makes the offices the best, and just outside them it does not."""
    room = verdict.room

    def short(rate):
        rates = room.asked.copy()
        rates[k] = rate
        return every.short(rates)

    steps = np.geomspace(room.least[k], room.most[k], 60)
    if ends is None:
        assert min(short(rate) for rate in steps) > 0
        return
    low, high = ends
    assert max(short(rate) for rate in np.linspace(low, high, 7)) <= 1e-4 * max(1.0, high)
    if low > room.least[k] * 1.001:
        assert short(low * 0.999) > 0
    if high < room.most[k] / 1.001:
        assert short(high * 1.001) > 0
    nearest = max(low, min(high, room.asked[k]))
    for rate in steps:
        if short(rate) <= 0:
            assert abs(nearest - room.asked[k]) <= abs(rate - room.asked[k]) + 1e-6


def four_towns(university=(9.0, 9.0, 5.0, 0.0), rates=None, **changes):
    """Return one office among A, B, C, D on a line at 0, 1, 2, 10 km.

    Mean km: A 13/4, B 11/4, C 11/4, D 27/4. So from C to D is 4 km for 5 minutes: D is the best
    where a minute is worth 0.8 km or more. C beats A and B: it is as near as B.
    """
    rates = rates or {"mean_km": 1.0, "university_minutes": 1.0}
    scenario = tiny_scenario(weighed(rates) | {"offices.count": 1} | changes)
    return Siting(tiny_instance(scenario, line(0, 1, 2, 10), university=list(university)))


def test_a_beaten_plan_has_no_rates_and_the_proof_is_the_plan_that_beats_it():
    verdict = justify(four_towns(), ["A"])
    assert verdict.rates is None
    assert verdict.dominated_by.sites == ("C",)
    assert verdict.steps(verdict.dominated_by) == pytest.approx([0.5, 4])


def test_a_plan_that_would_be_best_if_a_goal_counted_for_nothing_is_told_no():
    """B is as near as C, the least there is, and 4 minutes farther from a campus."""
    verdict = justify(four_towns(), ["B"])
    assert verdict.rates is None
    assert verdict.dominated_by.sites == ("C",)
    assert verdict.steps(verdict.dominated_by) == pytest.approx([0, 4])


def test_rates_move_no_farther_than_they_must():
    verdict = justify(four_towns(rates={"mean_km": 1.0, "university_minutes": 0.2}), ["D"])
    assert verdict.rates == pytest.approx([1.0, 0.8], rel=1e-6)
    assert verdict.room.factor(verdict.rates) == pytest.approx(4.0, rel=1e-6)
    assert verdict.alone == {"university_minutes": (pytest.approx(0.8), pytest.approx(20.0))}
    assert [one.sites for one in verdict.ties] == [("C",)]
    assert verdict.tied_sets == 2
    assert verdict.inside is None  # the range is 0.1 to 0.4


def test_rates_inside_the_ranges_are_found_though_the_nearest_are_outside():
    """The nearest change both rates; the range of one is narrow, but the other alone will do."""
    rates = weighed({"mean_km": 1.0, "spread": 1.0, "university_minutes": 0.8})
    own = rates["objective"]["rates"]
    own["spread"] |= {"low": 0.9, "high": 1.1}
    own["university_minutes"] |= {"low": 0.1, "high": 9.0}
    verdict = justify(four_towns(**rates), ["D"])
    # On the line spread is mean distance: 4 (1 + s) km against 5 u minutes, so u >= 0.8 (1 + s).
    # The same factor f on both: 0.8 f = 0.8 (1 + 1 / f), f = 1.618.
    golden = (1 + 5**0.5) / 2
    assert verdict.rates == pytest.approx([1, 1 / golden, 0.8 * golden], rel=1e-6)
    assert verdict.inside[1] >= 0.9
    assert verdict.inside[2] >= 0.8 * (1 + verdict.inside[1]) - 1e-6


def test_a_plan_that_is_best_already_keeps_the_rates():
    verdict = justify(four_towns(rates={"mean_km": 1.0, "university_minutes": 0.2}), ["C"])
    assert verdict.rates == pytest.approx([1.0, 0.2])
    assert verdict.confirmed.sites == ("C",)
    assert verdict.alone == {"university_minutes": (pytest.approx(0.002), pytest.approx(0.8))}
    assert verdict.tied_sets == 1


def test_a_plan_beaten_by_none_but_by_a_mix():
    """A is best on km, C on minutes; B between them is worse than their mean on both."""
    km = line(0, 0, 10, 10)
    km[:, 1] = km[1, :] = [3.0, 0.0, 6.0, 6.0]
    scenario = tiny_scenario(weighed({"mean_km": 1.0, "university_minutes": 1.0}))
    instance = tiny_instance(scenario, km, [8, 0, 1, 1], sites="ABC", university=[10.0, 8.0, 0.0])
    # Mean km: A 2, B 3.6, C 8. Minutes: 10, 8, 0. Half A, half C: 5 km. At 0.8 of A: 3.2 km, 8.
    verdict = justify(Siting(instance), ["B"])
    assert verdict.rates is None
    assert verdict.dominated_by is None
    shares = {one.sites: float(s) for one, s in zip(verdict.rivals, verdict.mix, strict=True)}
    # The most better at a km a minute: B 11.6, C 8, A 12, so as much C as keeps to 3.6 km:
    # 2 a + 8 (1 - a) = 3.6, a = 0.7333, and 7.33 minutes against 8.
    assert {sites: share for sites, share in shares.items() if share} == {
        ("A",): pytest.approx(0.7333, abs=1e-3),
        ("C",): pytest.approx(0.2667, abs=1e-3),
    }


def test_rates_a_hundred_times_off_are_not_looked_at():
    """D needs 0.8 km a minute, the question gives 0.007: a hundred times that is less."""
    few = justify(four_towns(rates={"mean_km": 1.0, "university_minutes": 0.007}), ["D"])
    assert (few.rates, few.dominated_by, few.mix) == (None, None, None)
    assert few.complete
    more = justify(four_towns(rates={"mean_km": 1.0, "university_minutes": 0.009}), ["D"])
    assert more.rates == pytest.approx([1.0, 0.8], rel=1e-6)


def test_another_criterion_may_be_let_in():
    """The question's own goal counts in full; the other as much as it must."""
    alone = four_towns(rates={"mean_km": 1.0})
    assert justify(alone, ["D"]).dominated_by.sites in {("B",), ("C",)}
    verdict = justify(alone, ["D"], also=["university_minutes"])
    assert verdict.criteria == ("mean_km", "university_minutes")
    assert verdict.room.asked == pytest.approx([1, 0])
    assert verdict.rates == pytest.approx([1, 0.8])
    assert verdict.alone["university_minutes"][0] == pytest.approx(0.8)
    beaten = justify(alone, ["A"], also=["university_minutes"])
    assert beaten.rates is None
    assert beaten.dominated_by.sites in {("B",), ("C",)}
    # A is 10 km from D, farther than B and C are from anybody.
    assert justify(four_towns(), ["A"], also=["max_km"]).dominated_by.sites == ("C",)


def test_a_goal_that_is_let_in_may_count_for_nothing_but_the_question_may_not():
    """B is as good as C on the question's own goal, so best already; worse on the one let in."""
    verdict = justify(four_towns(rates={"mean_km": 1.0}), ["B"], also=["university_minutes"])
    assert verdict.rates == pytest.approx([1, 0])
    assert verdict.tied_sets == 2


def test_what_soft_limits_are_off_counts_as_it_does_in_the_model():
    """Within 8 km of everybody, or 3 km a km: from D and A somebody is 10 km away."""
    soft = {"max_km": {"most": quantity(8, "km"), "hard": False, "penalty": 3.0}}
    rates = {"mean_km": 1.0, "university_minutes": 1.0}
    verdict = justify(four_towns(rates=rates, limits=soft), ["D"])
    # D is 4 + 3 x 2 km worse than C and 5 minutes better: a minute must be worth 2 km.
    assert verdict.rates == pytest.approx([1, 2], rel=1e-6)


def test_an_interrupt_says_that_the_answer_was_not_reached():
    control = Control()
    control.progress = lambda *_: setattr(control, "interrupted", True)
    few = {"mean_km": 1.0, "university_minutes": 0.2}
    verdict = justify(four_towns(rates=few), ["D"], control=control)
    assert not verdict.complete
    assert verdict.rates is None
    assert verdict.mix is None


@pytest.mark.parametrize(
    ("offices", "also", "word"),
    [(["X"], (), "X"), (["A", "B"], (), "A, B"), (["A"], ("p95_km", "x"), "p95_km")],
)
def test_offices_that_are_not_allowed_and_criteria_that_are_none_are_told(offices, also, word):
    with pytest.raises(InputError, match=word):
        justify(four_towns(), offices, also=also)


@pytest.fixture(scope="module")
def nearness(real_inputs, real_travel):
    """The decision's rules, with nearness to teacher education weighed beside the distances.

    That takes two values: 1.1 minutes, as 24,310 of the 48,620 sets have, and 4.7.
    """
    changes = ["objective.rates={mean_km=1, spread=1, university_minutes=0.5}"]
    scenario = load_scenario("decision-2022", default_data_folder(), changes)
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    prices = siting.prices
    columns = prices.of("mean_km"), prices.of("spread")
    table = np.column_stack([*columns, prices.of("university_minutes")])
    assert len(table) == 48620
    assert (table[:, 2] < 1.2).sum() == 24310
    return siting, table


def codes_of(siting, towns):
    names = dict(zip(siting.instance.towns, siting.instance.sites, strict=True))
    return sorted(names[town] for town in towns)


def test_the_fifth_worst_of_all_sets_is_told_no(nearness):
    """It shares the least travel time to teacher education with half of all sets.

    So it is among the best where the distances count for nothing, which no question asks.
    """
    siting, table = nearness
    verdict = justify(siting, codes_of(siting, AWFUL))
    own = verdict.amounts(verdict.plan)
    assert (table[:, 0] > own[0] + 1e-9).sum() == 4
    assert own[2] == pytest.approx(table[:, 2].min())
    assert verdict.complete
    assert verdict.rates is None
    steps = verdict.steps(verdict.dominated_by)
    assert steps[:2].min() > 80  # km of mean distance and of spread
    assert steps[2] == pytest.approx(0)


@pytest.mark.slow
def test_the_real_answers_are_those_of_all_48620_sets_at_once(nearness):
    """Yes is said of few: the sets on the lower hull of all, with a face whose rates are positive.

    Random sets, and those that are best at some rates: a linear program with a row for every set.
    """
    siting, table = nearness
    prices, random = siting.prices, np.random.default_rng(1)
    some = [int(k) for k in random.choice(len(table), 6, replace=False)]
    grid = [(1, s, u) for s in (0.1, 1, 10, 60) for u in (0.02, 0.5, 20)]
    some += sorted({int((table @ np.array(r)).argmin()) for r in grid})
    answers = set()
    for k in some:
        offices = [
            code
            for code, one in zip(siting.instance.sites, prices.sets.sets[k], strict=True)
            if one
        ]
        verdict = justify(siting, offices, thresholds=False)
        room = verdict.room
        rows = table[k] - table
        solved = linprog(
            np.zeros(3),
            rows,
            np.full(len(rows), 1e-9),
            bounds=list(zip(room.least, room.most, strict=True)),
        )
        answers.add(solved.status == 0)
        assert (verdict.rates is not None) == (solved.status == 0)
        if verdict.rates is not None:
            assert (rows @ verdict.rates).max() <= 1e-3
            tied = (rows @ verdict.rates >= -1e-4).sum()
            assert verdict.tied_sets == tied
    assert answers == {True, False}


@pytest.mark.slow
def test_no_rates_make_the_announced_towns_the_best(real_inputs, real_travel):
    """Karlstad and Falun in place of Örebro and Gävle is better on all three goals.

    0.9 km of mean distance, 4.0 km of spread, 0.8 percentage points far away. Östersund in place
    of Härnösand is the best where a kilometre of spread is worth 1.34 km of mean distance.
    """
    scenario = load_scenario("decision-2022", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    announced = justify(siting, tuple(real_inputs.announced["municipality_code"]))
    assert announced.rates is None
    assert announced.steps(announced.dominated_by) == pytest.approx([0.864, 3.953, 0.788], abs=5e-4)
    best = set(announced.aim.best.sites)
    second = justify(siting, best - {"2280"} | {"2380"})
    assert second.inside is not None
    assert second.room.factor(second.rates) == pytest.approx(1.1914, abs=1e-4)
    assert second.alone["spread"][0] == pytest.approx(1.332, abs=1e-3)
    assert second.alone["share_beyond"][1] == pytest.approx(1.862, abs=1e-3)
    assert second.tied_sets == 2

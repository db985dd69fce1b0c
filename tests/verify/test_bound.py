"""Bounds of our own: never above the best plan, often at it; a better exchange is found."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from planner.verify.bound import (
    SCALE,
    Median,
    better_exchange,
    lower_bound,
    median,
    objective_weights,
)
from planner.verify.case import Case
from planner.verify.claims import Payoff
from planner.verify.figures import site_figures
from planner.verify.rules import read_rules
from planner.verify.tables import read_tables

if TYPE_CHECKING:
    from verify.small import Run


def random_median(seed: int) -> Median:
    """Return rows and sites at random, some sites forced, some with a cost of their own."""
    rng = random.Random(seed)  # noqa: S311 - to be had again, not to be secret
    sites, rows = rng.randint(3, 8), rng.randint(3, 9)
    fewest = rng.randint(1, 2)
    return Median(
        sites=tuple(f"s{j}" for j in range(sites)),
        columns=tuple(
            tuple(rng.randint(0, 100) * SCALE for _ in range(rows)) for _ in range(sites)
        ),
        fixed=tuple(rng.choice([0, 0, rng.randint(-20, 60)]) * SCALE for _ in range(sites)),
        forced=frozenset(rng.sample(range(sites), rng.randint(0, 1))),
        fewest=fewest,
        most=rng.randint(fewest, 3),
        constant=Fraction(rng.randint(-9, 9), 7),
    )


def choices(p: Median) -> list[tuple[int, ...]]:
    """Return every choice of offices that the rules allow."""
    every = itertools.chain.from_iterable(
        itertools.combinations(range(len(p.sites)), n) for n in range(p.fewest, p.most + 1)
    )
    return [chosen for chosen in every if p.forced <= set(chosen)]


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_of_offices_is_below_the_bound(seed: int) -> None:
    """Every choice, looked at one by one, costs at least the bound."""
    p = random_median(seed)
    values = {chosen: p.value(chosen) for chosen in choices(p)}
    best = min(values, key=values.__getitem__)
    start = max(values, key=values.__getitem__)
    assert lower_bound(p, values[best], best) <= values[best]
    assert lower_bound(p, values[start], start) <= values[best]


def test_the_bound_is_often_the_optimum() -> None:
    """Of these medians most have no gap between the dual and the best choice."""
    met = 0
    for seed in range(40):
        p = random_median(seed)
        best = min(choices(p), key=p.value)
        met += p.value(best) - lower_bound(p, p.value(best), best) < Fraction(1, 1000)
    assert met >= 25


@pytest.mark.parametrize("seed", range(20))
def test_a_better_exchange_is_found_just_where_there_is_one(seed: int) -> None:
    """An exchange is told if one of them costs less than asked, and its cost is right."""
    p = random_median(seed)
    now = list(choices(p)[0])
    movable = [j for j in now if j not in p.forced]
    others = [j for j in range(len(p.sites)) if j not in now]
    exchanged = {
        (p.sites[out], p.sites[j]): p.value([*(k for k in now if k != out), j])
        for out in movable
        for j in others
    }
    least = min(exchanged.values(), default=Fraction(0))
    assert better_exchange(p, now, movable, least) is None
    found = better_exchange(p, now, movable, least + Fraction(1, 1000))
    if exchanged:
        assert found is not None
        assert exchanged[found[:2]] == found[2] == least


def test_the_bound_of_three_towns_on_a_line() -> None:
    """Towns at 0, 1 and 10 km, one office: the middle one, 1 + 0 + 9 = 10, and the dual says so."""
    line = (0, 1, 10)
    columns = tuple(tuple(abs(a - b) * SCALE for a in line) for b in line)
    p = Median(("a", "b", "c"), columns, (0, 0, 0), frozenset(), 1, 1, Fraction(0))
    assert p.value([1]) == 10
    assert lower_bound(p, Fraction(10), [1]) == 10
    assert better_exchange(p, [0], [0], Fraction(11)) == ("a", "b", 10)


def case_of(run: Run, **sites: object) -> Case:
    """Return a run's scenario on its tables, some settings of its sites changed."""
    scenario = run.scenario()
    scenario["sites"] |= sites
    run.write(run.plan(), scenario)
    return Case(read_rules(run.folder, []), read_tables(run.data))


@pytest.mark.parametrize(
    "weights",
    [
        {"mean_km": 1},
        {"mean_minutes": 2},
        {"share_beyond": 5},
        {"spread": 3},
        {"university_minutes": 1},
        {"university_beyond": 7},
        {"spsm_share": -4},
        {"mean_km": 1, "spread": 2, "university_minutes": 1, "spsm_share": -1},
    ],
)
def test_a_median_is_the_objective_it_stands_for(weights: dict[str, int], static: Run) -> None:
    """With every unit at its cheapest office, rows and sites sum up to the weighted criteria."""
    case = case_of(
        static, candidates="seats", required=["0101"], own_premises=["0101"], kinds=["office"]
    )
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    p = median(case, exact, Fraction(1, 3))
    assert p is not None
    assert p.sites == ("0101", "0102", "0201", "0202", "0301", "0302")
    assert (p.forced, p.fewest, p.most) == ({0}, 2, 2)
    for other in range(1, 6):
        offices = ["0101", p.sites[other]]
        values = []
        for served in itertools.product(offices, repeat=len(case.members)):
            figures = site_figures(case, offices, dict(zip(case.members, served, strict=True)))
            values.append(sum((w * (figures[k] or 0) for k, w in exact.items()), Fraction(1, 3)))
        assert 0 <= min(values) - p.value([0, other]) <= p.rounding


def test_what_is_no_median_is_left_alone(static: Run) -> None:
    """The farthest principal is no sum; a mean over offices needs their number."""
    case = case_of(static)
    one = Fraction(1)
    assert median(case, {"max_km": one}, one) is None
    assert median(case, {"university_minutes": one}, one) is not None
    scenario = static.scenario()
    scenario["offices"]["count"] = [1, 2]
    static.write(static.plan(), scenario)
    free = Case(read_rules(static.folder, []), case.tables)
    assert median(free, {"university_minutes": one}, one) is None
    assert median(free, {"mean_km": one}, one) is not None


def test_a_weighted_objective_becomes_weights_and_a_constant() -> None:
    """Distance from the best over the range, turned round where more is better."""
    payoff = Payoff(
        criteria=("mean_km", "spsm_share", "spread"),
        values=(),
        best=(Fraction(10), Fraction(1), Fraction(5)),
        worst=(Fraction(14), Fraction(1, 2), Fraction(5)),
        weights=(Fraction(2), Fraction(1), Fraction(3)),
    )
    assert objective_weights("weighted", payoff) == (
        {"mean_km": Fraction(1, 2), "spsm_share": -2, "spread": Fraction(3, 5)},
        -5 + 2 - 3,
    )
    assert objective_weights("weighted", None) is None
    assert objective_weights("spsm_share", None) == ({"spsm_share": -1}, 0)
    assert objective_weights("spread", None) == ({"spread": 1}, 0)

"""Weights that justify a plan, against the linear program over every plan there is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.test_siting import every_plan, random_country
from planner.analysis.justify import TOLERANCE, justify
from planner.analysis.siting import Siting
from planner.errors import InputError
from planner.model.combine import sign
from planner.model.solve import Control
from tiny import line, tiny_instance, tiny_scenario

NAMES = ("mean_km", "spread", "university_minutes")


def weighted(weights):
    return {"objective": {"method": "weighted", "weights": weights}}


def steps_of_every_plan(verdict):
    """Return how much worse the plan is than every plan there is, in spans, shape (n, k)."""
    found = {}
    for sites, criteria in every_plan(verdict.siting.instance):
        row = [sign(n) * (verdict.plan.criteria[n] - criteria[n]) for n in verdict.criteria]
        found[sites, tuple(row)] = np.array(row) / verdict.span
    return np.array(list(found.values()))


def least_change(verdict):
    """Return the least sum of absolute changes with every cut at once, None if there is none."""
    k, default = len(verdict.criteria), verdict.default
    cuts = steps_of_every_plan(verdict)
    eye = np.eye(k)
    rows = np.vstack(
        [
            np.hstack([eye, -eye]),
            np.hstack([-eye, -eye]),
            np.hstack([cuts, np.zeros((len(cuts), k))]),
        ]
    )
    limits = np.concatenate([default, -default, np.full(len(cuts), 1e-9)])
    total = np.concatenate([np.ones(k), np.zeros(k)])[None, :]
    cost = np.concatenate([np.zeros(k), np.ones(k)])
    solved = linprog(cost, rows, limits, total, [default.sum()])
    return solved.fun if solved.status == 0 else None


@pytest.mark.parametrize("seed", range(6))
def test_every_set_of_offices_agrees_with_all_plans_at_once(seed):
    """Both kinds of answer, their proofs, and the forward solve, for every set of offices."""
    random = np.random.default_rng(seed)
    weights = {name: float(random.uniform(0.5, 2)) for name in NAMES}
    changes = weighted(weights) | {"offices.count": 2}
    siting = Siting(random_country(random, changes, "county"))
    offices = sorted({sites for sites, _ in every_plan(siting.instance)})
    answers = set()
    for sites in offices:
        verdict = justify(siting, [siting.instance.sites[j] for j in sites])
        expected = least_change(verdict)
        answers.add(expected is None)
        if expected is None:
            assert verdict.weights is None
            cuts = np.array([verdict.steps(rival) for rival in verdict.rivals])
            assert verdict.mix.sum() == pytest.approx(1)
            assert (verdict.mix @ cuts > 0).all()
        else:
            assert np.abs(verdict.weights - verdict.default).sum() == pytest.approx(
                expected, abs=1e-4
            )
            assert verdict.weights.sum() == pytest.approx(verdict.default.sum())
            worst = (steps_of_every_plan(verdict) @ verdict.weights).max()
            assert worst <= 2 * TOLERANCE * verdict.weights.sum()
            assert verdict.steps(verdict.confirmed) @ verdict.weights <= 1e-5
        if verdict.beaten_by is not None:
            assert (verdict.steps(verdict.beaten_by) >= -TOLERANCE).all()
    assert answers == {True, False}


def four_towns(university=(9.0, 9.0, 5.0, 0.0), **changes):
    """Return one office among A, B, C, D on a line at 0, 1, 2, 10 km.

    Mean km: A 13/4, B 11/4, C 11/4, D 27/4. So C against D is 4 km against 5 minutes, and those
    are the spans: on the scale C is (0, 1) and D is (1, 0). A at (1/8, 9/5) is beaten by C.
    """
    scenario = tiny_scenario(
        weighted({"mean_km": 1.0, "university_minutes": 1.0}) | {"offices.count": 1} | changes
    )
    return Siting(tiny_instance(scenario, line(0, 1, 2, 10), university=list(university)))


def test_a_beaten_plan_has_no_weights_and_the_proof_is_the_plan_that_beats_it():
    verdict = justify(four_towns(), ["A"])
    assert verdict.weights is None
    assert verdict.beaten_by.sites == ("C",)


def test_weights_move_no_farther_than_they_must():
    """D is on the scale (1, 0), C is (0, 1): with equal weights they tie; uneven ones must even."""
    uneven = weighted({"mean_km": 3.0, "university_minutes": 1.0})
    verdict = justify(four_towns(**uneven), ["D"])
    assert verdict.weights == pytest.approx([2.0, 2.0], abs=1e-5)
    assert verdict.least == {("university_minutes", "mean_km"): pytest.approx(1.0, abs=1e-5)}
    assert [one.sites for one in verdict.ties] == [("C",)]


def test_a_plan_that_is_best_already_keeps_the_weights():
    verdict = justify(four_towns(**weighted({"mean_km": 3.0, "university_minutes": 1.0})), ["C"])
    assert verdict.weights == pytest.approx([3.0, 1.0])
    assert verdict.confirmed.sites == ("C",)
    assert verdict.least == {}


def test_a_plan_beaten_by_none_but_by_a_mix():
    """A is best on km, C on minutes; B between them is worse than their mean on both scales."""
    km = line(0, 0, 10, 10)
    scenario = tiny_scenario(weighted({"mean_km": 1.0, "university_minutes": 1.0}))
    km[:, 1] = km[1, :] = [3.0, 0.0, 6.0, 6.0]
    instance = tiny_instance(scenario, km, [8, 0, 1, 1], sites="ABC", university=[10.0, 8.0, 0.0])
    # Mean km: A 2, B 3.6, C 8. Minutes: 10, 8, 0. Scale: A (0, 1), C (1, 0), B (.27, .8).
    verdict = justify(Siting(instance), ["B"])
    assert verdict.weights is None
    assert verdict.beaten_by is None
    shares = {one.sites: float(s) for one, s in zip(verdict.rivals, verdict.mix, strict=True)}
    # The mix of A and C that gains the same on both: .2667 - c = .8 - (1 - c), c = .2333.
    assert shares == {
        ("A",): pytest.approx(0.7667, abs=1e-3),
        ("C",): pytest.approx(0.2333, abs=1e-3),
    }


def test_another_criterion_may_be_let_in():
    assert justify(four_towns(), ["A"]).weights is None
    verdict = justify(four_towns(), ["A"], also=["max_km"])
    assert verdict.criteria == ("mean_km", "university_minutes", "max_km")
    assert verdict.default == pytest.approx([1, 1, 0])
    assert verdict.weights is None  # A is 10 km from D, farther than B and C are


def test_an_interrupt_says_that_the_answer_was_not_reached():
    control = Control()
    control.progress = lambda *_: setattr(control, "interrupted", True)
    uneven = weighted({"mean_km": 3.0, "university_minutes": 1.0})
    verdict = justify(four_towns(**uneven), ["D"], control=control)
    assert not verdict.complete
    assert verdict.weights is None
    assert verdict.mix is None


@pytest.mark.parametrize(
    ("offices", "also", "word"),
    [(["X"], (), "X"), (["A", "B"], (), "A, B"), (["A"], ("p95_km", "x"), "p95_km")],
)
def test_offices_that_are_not_allowed_and_criteria_that_are_none_are_told(offices, also, word):
    with pytest.raises(InputError, match=word):
        justify(four_towns(), offices, also=also)

"""What fixed sets of offices lose, in a small country where each can be checked."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from country import make_country
from planner.analysis.sampling import Runner, rated
from planner.data import load
from planner.model.solving.scores import Yardstick
from planner.scenario.load import load_scenario
from wishes import SCENARIO


@pytest.mark.slow
def test_the_robust_plan_has_the_least_greatest_loss_of_all_sets(small):
    """Every pair of the six towns is rated in every sample, one at a time."""
    _, _, runner, found = small
    losses = {}
    for row in found.samples:
        point = {factor.key: row[factor.key] for factor in found.siting}
        siting = runner.siting(point)
        best = siting.best()
        towns = siting.instance.sites
        for a in towns:
            for b in towns:
                if a < b:
                    losses.setdefault((a, b), []).append(rated(siting, best, (a, b)).objective)
    robust = next(plan for plan in found.rated if plan.name == "robust")
    assert found.all_sets == len(losses) == 15
    assert robust.greatest_loss == pytest.approx(min(map(max, losses.values())), abs=1e-9)
    assert found.unit == robust.unit == "km"
    keys = [factor.key for factor in found.siting]
    ends = {}
    for values in itertools.product(*((f.low, f.high) for f in found.siting)):
        siting = runner.siting(dict(zip(keys, values, strict=True)))
        best = siting.best()
        for plan in found.rated:
            ends.setdefault(plan.name, []).append(rated(siting, best, plan.sites).objective)
    for plan in found.rated:
        assert plan.corner_loss == pytest.approx(max(ends[plan.name]), abs=1e-6)
        own = losses[plan.sites]
        assert plan.greatest_loss == pytest.approx(max(own), abs=1e-6)
        assert plan.mean_loss == pytest.approx(np.mean(own), abs=1e-6)
        assert plan.best == own.count(0.0)


@pytest.mark.slow
def test_a_loss_is_what_the_sums_differ_by_in_the_samples_own_rates(small):
    """Rate x value of each criterion, added up by hand: nothing is scaled by anything else."""
    _, _, runner, found = small
    for row in found.samples[:10]:
        spread, minutes = (
            row[f"objective.rates.{name}"] for name in ("spread", "university_minutes")
        )

        def total(criteria, spread=spread, minutes=minutes):
            near = minutes * criteria["university_minutes"]
            return criteria["mean_km"] + spread * criteria["spread"] + near

        siting = runner.siting({factor.key: row[factor.key] for factor in found.siting})
        ours = siting.solve(
            {"mean_km": 1, "spread": spread, "university_minutes": minutes},
            require=found.base.sites,
        )
        loss = total(ours.criteria) - total(row["criteria"])
        assert row["losses"][0] == pytest.approx(max(0, loss), abs=1e-6)
    assert any(row["losses"][0] > 0.01 for row in found.samples)


def test_a_loss_with_one_goal_is_in_its_own_unit(tmp_path):
    """One office for 21 principals: Mitt is the best, Norr is rated.

    To Mitt: Norr 4 x 10, Söder 2 x 15, Vik 3 x 5, Ost 5 x 20, Ö 1 x 50: 235 km. To Norr: Söder
    2 x 5, Mitt 6 x 10, Vik 3 x 15, Ost 5 x 30, Ö 1 x 60: 325 km, so the mean is 90 / 21 km
    longer. Farther than 20 km have six from Norr and one from Mitt: 5 / 21 more.
    """
    data = make_country(tmp_path / "data")
    (tmp_path / "small.toml").write_text(SCENARIO.replace("count = 2", "count = 1"))
    runner = Runner(load(data), load_scenario(str(tmp_path / "small.toml"), data))
    for name, loss, unit in (
        ("mean_km", 90 / 21, "km"),
        ("share_beyond", 500 / 21, "percentage points"),
    ):
        point = {"objective": {"method": "epsilon", "optimise": name}}
        siting = runner.siting(point)
        assert rated(siting, siting.best(), ["0101"]).objective == pytest.approx(loss)
        assert Yardstick(siting.instance.scenario).unit == unit

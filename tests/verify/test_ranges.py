"""Ranges of plans as good: the plan itself lies in them, and what they say more is a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.verify import verify_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.small import Run


def told(plan: dict[str, Any]) -> dict[str, Any]:
    """Return ranges that this plan lies in, of the small scenario."""
    periods = [period["period"] for period in plan["periods"]]
    unmet, cost = plan["criteria"]["unmet"], plan["criteria"]["cost_msek"]
    return {
        "margin": 0.0,
        "figures": [
            {"criterion": "unmet", "least": unmet, "most": unmet + 1},
            {"criterion": "cost_msek", "least": cost - 1, "most": cost},
        ],
        "openings": [
            {"code": office["code"], "periods": periods, "may_stay_shut": False}
            for office in plan["offices"]
            if office["role"] != "existing"
        ],
    }


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "margin": (lambda r: r.update(margin=0.1), "margin: expected 0, found 0.1"),
    "outside": (lambda r: r["figures"][0].update(least=9), "unmet: "),
    "a goal": (lambda r: r["figures"][0].update(criterion="waiting"), "no figure that is left"),
    "no figure of the plan": (
        lambda r: r["figures"].append({"criterion": "mean_minutes", "least": 0, "most": 9}),
        "no figure that is left",
    ),
    "office left out": (lambda r: r["openings"].pop(), "offices that open: "),
    "own period left out": (
        lambda r: (
            [each["periods"].remove("2023") for each in r["openings"][:1]]
            and [each["periods"].remove("2022") for each in r["openings"][1:]]
        ),
        "which is not among",
    ),
    "order": (lambda r: r["openings"][0]["periods"].reverse(), "periods in order"),
}


def test_a_plan_in_its_ranges_passes_and_the_rest_is_a_claim(rollout: Run) -> None:
    plan = rollout.plan()
    rollout.write(plan | {"ranges": told(plan)}, rollout.scenario())
    found = verify_run(rollout.folder, rollout.data)
    assert found.ok, found.text()
    assert any("plan as good" in claim for claim in found.claims)


@pytest.mark.parametrize("case", WRONG)
def test_ranges_that_the_plan_contradicts_are_caught(case: str, rollout: Run) -> None:
    change, expected = WRONG[case]
    plan = rollout.plan()
    ranges = told(plan)
    change(ranges)
    rollout.write(plan | {"ranges": ranges}, rollout.scenario())
    (failed,) = verify_run(rollout.folder, rollout.data).failed
    assert failed.name == "ranges"
    assert expected in failed.detail

"""Units without principals follow the rules, and go to the nearest office that these leave."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from country import country_tables, make_country
from planner.verify import verify_run
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline
from planner.verify.regions import _nearest_office, check_idle
from planner.verify.rules import LimitRule
from planner.verify.tables import read_tables
from verify.small import BARE, ROLLOUT, case_of, plan_of, stage_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.verify.checks import Check
    from verify.small import Run, Solve

MUNICIPALITIES = 'units.level="municipality"'


def empty(folder: Path, *codes: str) -> Path:
    """Write the small country without principals in some municipalities."""
    return make_country(folder, country_tables(demand=dict.fromkeys(codes, 0)))


def test_an_island_without_principals_goes_where_its_ferry_lands(
    solve: Solve, tmp_path: Path
) -> None:
    """30 km over the water to Ost; by Mitt it would be 50, and Öst a county in two parts."""
    folder = empty(tmp_path / "data", "0302")
    run = solve(BARE, [MUNICIPALITIES], folder)
    plan = run.plan()
    row = next(row for row in plan["assignments"] if row["id"] == "0302")
    assert (row["office"], row["km"], row["minutes"], row["principals"]) == ("0301", 30, 60, 0)
    found = verify_run(run.folder, folder)
    assert found.ok, found.text()
    row |= {"office": "0201", "km": 50, "minutes": 76}
    plan["offices"][0]["counties"].append("03")
    plan["criteria"]["county_splits"] = 1
    run.write(plan, run.scenario())
    (wrong,) = verify_run(run.folder, folder).failed
    assert (wrong.name, wrong.detail) == (
        "units without principals", "0302: expected 0301, 30 km, found 0201, 50 km",
    )  # fmt: skip


@pytest.mark.parametrize("level", ["county", "municipality", "principal"])
def test_a_rollout_with_places_without_principals_holds(
    level: str, solve: Solve, tmp_path: Path
) -> None:
    """A whole county at one level, two municipalities at another, nobody at the third."""
    folder = empty(tmp_path / "data", "0101", "0102")
    limits = "limits={max_km={most=60,hard=true,penalty=1}}"
    run = solve(ROLLOUT, [f'units.level="{level}"', limits, "dialogues.targets=[]"], folder)
    found = verify_run(run.folder, folder)
    assert found.ok, found.text()
    applies = {check.name for check in found.checks if check.applies}
    assert ("units without principals" in applies) is (level != "principal")


def idle(
    run: Run, folder: Path, served: dict[str, str], reason: str = "optimal", **rules: Any
) -> Check:
    """Check who serves whom at the end, on the tables of a folder."""
    case = ExactCase(
        replace(case_of(run).rules, level="municipality", **rules), read_tables(folder)
    )
    when = Timeline((frozenset(served.values()),), (served,))
    stage = stage_of("mean_km", Fraction(0), Fraction(0), reason)
    return check_idle(case, plan_of(stage), when)


# Ost serves nobody but could serve Ö, 30 km away; Mitt serves all, Ö at 50 km.
ALL_IN_MITT = dict.fromkeys(("0102", "0201", "0202", "0301", "0302"), "0201") | {"0101": "0301"}
SPLITS = LimitRule("county_splits", "most", Fraction(1), hard=True, penalty=Fraction(1))


@pytest.mark.parametrize(
    ("rules", "free"),
    [
        ({}, True),
        ({"limits": (SPLITS,)}, False),
        ({"limits": (replace(SPLITS, limit=Fraction(2)),)}, True),
        ({"limits": (replace(SPLITS, limit=Fraction(2), hard=False),)}, False),
        ({"then": ("county_splits",)}, False),
        ({"names": ("county_splits",)}, False),
    ],
)
def test_a_county_that_would_be_split_may_keep_it_away(
    rules: dict[str, Any], *, free: bool, static: Run, tmp_path: Path
) -> None:
    """One is split as it is; by Ö it would be two: by a hard limit, a soft one, or a goal."""
    folder = empty(tmp_path / "data", "0302")
    limits = rules.pop("limits", ())
    objective = replace(case_of(static).rules.objective, method="lexicographic", **rules)
    found = idle(static, folder, ALL_IN_MITT, limits=limits, objective=objective)
    assert found.ok is not free
    assert ("0302: expected 0301, 30 km, found 0201, 50 km" in found.detail) is free


# Norr belongs to Ost by way of Mitt, though Vik is nearer to Mitt: 5 km, and 20 to Ost.
CHAIN = {
    "0101": "0301", "0201": "0301", "0301": "0301", "0102": "0202", "0202": "0202", "0302": "0202",
}  # fmt: skip


@pytest.mark.parametrize("contiguous", [True, False])
def test_a_region_that_would_fall_apart_may_keep_it_away(
    static: Run, tmp_path: Path, *, contiguous: bool
) -> None:
    """Without Mitt, Norr is not joined to Ost."""
    folder = empty(tmp_path / "data", "0201")
    found = idle(static, folder, CHAIN, limits=(), contiguous=contiguous)
    assert found.ok is contiguous


def test_a_search_that_was_cut_short_may_leave_it_where_it_is(static: Run, tmp_path: Path) -> None:
    """Then it is as the solver happened to have it; within a gap it is the nearest all the same."""
    folder = empty(tmp_path / "data", "0302")
    assert not idle(static, folder, ALL_IN_MITT, "gap_limit", limits=()).ok
    found = idle(static, folder, ALL_IN_MITT, "time_limit", limits=())
    assert (found.ok, found.applies) == (True, False)


@pytest.mark.parametrize(("office", "sound"), [("0201", True), ("0101", False)])
def test_a_county_without_principals_waits_with_the_nearest_office(
    office: str, *, sound: bool, rollout: Run, tmp_path: Path
) -> None:
    """Until Ost opens: Mitt at 35 km, its two places counted alike; Norr is 10 km farther."""
    folder = empty(tmp_path / "data", "0301", "0302")
    case = ExactCase(case_of(rollout).rules, read_tables(folder))
    own = {"01": "0101", "02": "0201", "03": "0301"}
    early = own | {"03": office}
    before, after = frozenset(("0101", "0201")), frozenset(own.values())
    found = _nearest_office(case, Timeline((before, after), (early, own)))
    assert found.ok is sound
    assert ("03 in 2022: waits for its own office, expected 0201" in found.detail) is not sound

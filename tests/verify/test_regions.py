"""Rules on regions and the figures of a plan, asked of regions drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from country import country_tables, make_country
from planner.criteria import FIGURES
from planner.verify import regions
from planner.verify.exact_case import ExactCase
from planner.verify.figures import (
    Timeline,
    check_criteria,
    kept,
    site_figures,
    stray_parts,
    timeline,
)
from planner.verify.run_files import Assignment, PlanPeriod
from planner.verify.tables import read_tables
from verify.small import case_of, plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from verify.small import Run

F = Fraction
CODES = ("0101", "0102", "0201", "0202", "0301", "0302")
ENDS = {"01": "0101", "02": "0101", "03": "0301"}


def case(run: Run, level: str = "county", **sites: Any) -> ExactCase:
    """Return the case of a run at a level, its sites changed."""
    return case_of(run, level=level, sites=replace(case_of(run).rules.sites, **sites))


def row(code: str, period: str, office: str, km: str = "0", minutes: str = "0") -> Assignment:
    """Return an assignment of six principals."""
    return Assignment("county", code, period, office, F(km), F(minutes), 6)


def test_the_figures_of_two_offices_at_the_ends(static: Run) -> None:
    """Norr serves 15 principals, Ost 6; Mitt has the campus."""
    assert site_figures(case(static), ("0301", "0101"), ENDS) == {
        "mean_km": F(2 * 5 + 6 * 10 + 3 * 15 + 1 * 30, 21),
        "mean_minutes": F(2 * 6 + 6 * 8 + 3 * 14 + 1 * 60, 21),
        "p95_km": 15,  # 20 of 21
        "max_km": 30,
        "share_beyond": F(1, 21),
        "spread": F(5 + 10 + 15 + 30, 6),
        "min_separation_km": 30,
        "university_minutes": 12,
        "university_beyond": 1,
        "spsm_share": 1,
        "county_splits": 0,
        "contiguous": 1,
        "balance": F(15 * 2, 21),
        "largest_region": 15,
    }


def test_the_figures_are_those_that_the_program_tells(static: Run) -> None:
    """Computed apart, under the names of the criteria."""
    found = site_figures(case(static), ("0301", "0101"), ENDS)
    assert set(found) == {name for name, each in FIGURES.items() if not each.horizon}


def test_the_figures_of_one_office(static: Run) -> None:
    """Nothing lies between one office and itself; its own premises don't count."""
    served = dict.fromkeys(ENDS, "0102")
    found = site_figures(case(static), ["0102"], served)
    assert (found["min_separation_km"], found["spsm_share"], found["balance"]) == (0, 0, 1)
    found = site_figures(case(static, own_premises=("0102",)), ["0102"], served)
    assert found["spsm_share"] == 1


@pytest.mark.parametrize(
    ("own", "share"),
    [((), F(1, 2)), (("0101",), F(0)), (("0102",), F(1)), (("0101", "0102"), F(1))],
)
def test_own_premises_are_left_out_of_the_share(
    own: tuple[str, ...], share: Fraction, static: Run
) -> None:
    """Norr is beside the sister agency, Söder is not."""
    served = {"01": "0101", "02": "0102", "03": "0102"}
    found = site_figures(case(static, own_premises=own), ["0101", "0102"], served)
    assert found["spsm_share"] == share


def test_at_the_threshold_is_not_beyond_it(static: Run) -> None:
    """30 km and 16 minutes where that is the limit."""
    asked = case_of(static, beyond_km=F(30), university_limit=F(16))
    found = site_figures(asked, ("0101", "0301"), ENDS)
    assert (found["share_beyond"], found["university_beyond"]) == (0, 0)


def test_without_a_campus_there_are_no_minutes(static: Run, tmp_path: Path) -> None:
    """Every office is then beyond the limit, and there is no mean."""
    make_country(tmp_path / "data", country_tables(campuses=()))
    lost = ExactCase(case_of(static).rules, read_tables(tmp_path / "data"))
    found = site_figures(lost, ("0101", "0301"), ENDS)
    assert (found["university_minutes"], found["university_beyond"]) == (None, 2)


@pytest.mark.parametrize(
    ("far", "p95"), [({"0102": 1, "0202": 10}, 5), ({"0102": 0, "0202": 11}, 15)]
)
def test_the_95th_percentile(far: dict[str, int], p95: int, static: Run, tmp_path: Path) -> None:
    """Of 200 principals 189 live in Norr: the 190th is 5 km away, or 15."""
    none = dict.fromkeys(CODES, 0)
    make_country(tmp_path / "data", country_tables(demand={**none, "0101": 189, **far}))
    many = ExactCase(case_of(static).rules, read_tables(tmp_path / "data"))
    found = site_figures(many, ["0101"], dict.fromkeys(ENDS, "0101"))
    assert found["p95_km"] == p95
    assert found["max_km"] == 15


def test_counties_split_and_regions_in_parts(static: Run) -> None:
    """Norr goes to Ost: county 01 is split, and Norr lies away from the rest of Ost's region."""
    served = dict(zip(CODES, ("0301", "0201", "0201", "0201", "0301", "0301"), strict=True))
    asked = case(static, "municipality")
    found = site_figures(asked, ("0201", "0301"), served)
    assert (found["county_splits"], found["contiguous"]) == (1, 0)
    assert stray_parts(asked, served) == [("0301", {"0101"})]


def test_the_largest_part_is_the_region(static: Run) -> None:
    """Of parts as large, the one with the least code is; offices come in order."""
    asked = case(static, "municipality")
    served = dict(zip(CODES, ("0301", "0201", "0201", "0301", "0301", "0201"), strict=True))
    assert stray_parts(asked, served) == [
        ("0201", {"0201"}), ("0201", {"0302"}), ("0301", {"0202"}), ("0301", {"0301"}),
    ]  # fmt: skip
    served |= {"0102": "0301", "0202": "0201"}
    assert stray_parts(asked, served) == [("0301", {"0301"})]


@pytest.mark.parametrize(
    ("name", "within"),
    [("cost_msek", F(2, 10**6)), ("mean_km", F(1, 10**6)), ("spread", F(1, 10**6)), ("unmet", 0)],
)
def test_what_was_rounded_may_be_off_by_as_much(name: str, within: Fraction, rollout: Run) -> None:
    """Costs of two periods, each to the sixth decimal."""
    assert kept(case(rollout), name) == within


def test_criteria_are_those_of_the_scenario(rollout: Run) -> None:
    """One that is missing and one that is not known are told of."""
    asked = case(rollout)
    told = {"spread": F(10), "charm": F(1)}
    found = list(check_criteria(asked, plan_of(criteria=told), {"spread": F(10), "unmet": F(3)}))
    assert [check.name for check in found] == ["criteria", "criteria.spread"]
    assert found[0].detail == (
        "unmet: expected 3, found nothing; charm: not a criterion of this scenario"
    )
    assert (found[1].ok, found[1].detail) == (True, "10")


def test_the_timeline_leaves_out_what_is_wrong(rollout: Run) -> None:
    """Towns and units that there are not, offices that are not open, a second answer."""
    periods = (
        PlanPeriod("2022", 0, 0, F(0), 0, ("0101", "9999"), F(0), F(0)),
        PlanPeriod("2030", 0, 0, F(0), 0, ("0101",), F(0), F(0)),
    )
    rows = (
        row("01", "2022", "0101"), row("01", "2022", "0201"), row("02", "2022", "0201"),
        row("02", "2022", "9999"), row("09", "2022", "0101"), row("03", "2030", "0101"),
        row("03", "2023", "0101"),
    )  # fmt: skip
    plan = plan_of(periods=periods, assignments=rows)
    found = timeline(case(rollout), plan)
    assert found == Timeline((frozenset({"0101"}), frozenset()), ({"01": "0101"}, {}))
    again = plan_of(periods=periods, assignments=(replace(rows[0], office="9999"), *rows))
    assert timeline(case(rollout), again) == found


@pytest.mark.parametrize(
    ("open_now", "wrong"),
    [
        (("0101", "0201"), ""),
        (("0201", "0101"), "2023 open: expected 0101, 0201, found 0201, 0101"),
        (("0101", "0101"), "2023 open: expected 0101, found 0101, 0101"),
        ((), "2023: no office is open"),
        (("9999",), "2023: 9999 is no municipality"),
    ],
)
def test_periods_list_their_offices(open_now: tuple[str, ...], wrong: str, rollout: Run) -> None:
    """In order, once, each in a municipality, at least one."""
    first = PlanPeriod("2022", 0, 0, F(0), 0, ("0101",), F(0), F(0))
    told = (first, replace(first, period="2023", open=open_now))
    found = regions._periods(case(rollout), plan_of(periods=told))
    assert found.detail == (wrong or "2 as in the scenario")
    found = regions._periods(case(rollout), plan_of(periods=told[:1]))
    assert found.detail == "periods: expected 2022, 2023, found 2022"


def test_every_unit_is_served_once_a_period(static: Run) -> None:
    """One left out, one that there is not, one twice, one of another level."""
    asked = case(static)
    (span,) = (period.name for period in asked.rules.periods)
    good = tuple(row(unit, span, "0101") for unit in ENDS)
    found = regions._once(asked, plan_of(assignments=good))
    assert found.detail == "3 units of level county, each once a period"
    for rows, wrong in (
        (good[1:], f"01 in {span}: served by no office"),
        ((*good, row("09", span, "0101")), f"09 in {span}: not a county and period"),
        ((*good, good[2]), f"03 in {span}: 2 times"),
        ((*good[1:], replace(good[0], unit="region")), "01 unit: expected county, found region"),
    ):
        assert regions._once(asked, plan_of(assignments=rows)).detail == wrong


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"km": F("1.6666676")}, ""),
        ({"km": F("1.6666678")}, "01 to 0101 in x, km: expected 1.66666667, found 1.6666678"),
        ({"minutes": F("2.000002")}, "01 to 0101 in x, minutes: expected 2, found 2.000002"),
        ({"principals": 5}, "01 to 0101 in x, principals: expected 6, found 5"),
        ({"id": "09", "km": F(9)}, ""),
        ({"office": "9999", "km": F(9)}, ""),
    ],
)
def test_travel_is_recomputed(changes: dict[str, Any], wrong: str, static: Run) -> None:
    """To the sixth decimal; what is no unit and no town is for other checks."""
    told = replace(row("01", "x", "0101", "1.666667", "2"), **changes)
    found = regions._travel(case(static), plan_of(assignments=(told,)))
    assert found.detail == (wrong or "km, minutes and principals of every assignment as recomputed")


def test_the_table_is_the_plan(static: Run) -> None:
    """Row by row, from the second line; a row more or less is told."""
    rows = (row("01", "x", "a"), row("02", "x", "a"))
    plan = plan_of(assignments=rows)
    assert regions._same_table(plan, rows).detail == "the same rows as plan.json"
    other = (rows[0], replace(rows[1], office="b"))
    assert regions._same_table(plan, other).detail == "line 3: 02 in x differs from plan.json"
    assert regions._same_table(plan, rows[:1]).detail == "expected 2 rows, found 1"
    assert regions._same_table(plan, (*rows, rows[0])).detail == "expected 2 rows, found 3"


def test_offices_that_serve_are_open_and_share_no_county(static: Run) -> None:
    """At county level borders govern; at others they do not."""
    rows = (row("01", "x", "0101"), row("01", "y", "0201"), row("09", "x", "0301"))
    plan = plan_of(
        assignments=rows, periods=(PlanPeriod("x", 0, 0, F(0), 0, ("0101",), F(0), F(0)),)
    )
    found = regions._open(plan)
    assert found.detail == (
        "01 in y: served by 0201, which is not open; 09 in x: served by 0301, which is not open"
    )
    asked = case(static)
    assert regions._borders(asked, plan).detail == "each county belongs to one office"
    split = plan_of(assignments=(*rows, row("01", "x", "0201")))
    assert regions._borders(asked, split).detail == "01 in x: split between 0101, 0201"
    free = regions._borders(case(static, "municipality"), split)
    assert (free.ok, free.applies) == (True, False)
    assert free.detail == "do not govern: units of level municipality"


def test_a_unit_has_its_own_office_once_that_is_open(rollout: Run) -> None:
    """And the nearest one that is open before, whichever has the least code where two are."""
    asked = case(rollout)
    last = {"01": "0101", "02": "0201", "03": "0301"}
    there = (frozenset({"0101", "0201"}), frozenset(CODES))
    good = Timeline(there, (last | {"03": "0201"}, last))
    assert regions._own_office(asked, good).ok
    assert regions._nearest_office(asked, good).ok
    for served, own, nearest in (
        ({"01": "0201"}, "01 in 2022: expected its own office 0101", "01 in 2022: waits for its"),
        ({"03": "0101"}, "serves each unit", "03 in 2022: waits for its own office, expected 0201"),
    ):
        odd = Timeline(there, (good.served[0] | served, last))
        assert regions._own_office(asked, odd).detail.startswith(own)
        assert regions._nearest_office(asked, odd).detail.startswith(nearest)
    fewer = Timeline(there, ({"01": "0101"}, last))
    assert regions._own_office(asked, fewer).ok

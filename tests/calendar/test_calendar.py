"""Whom each office meets in which quarter."""

from __future__ import annotations

import random

import pandas as pd
import pytest

import rollouts
from country import TOWNS, country_tables, make_country
from planner.calendar.calendar import make_calendar
from planner.case.read import default_data_folder, read_inputs
from planner.case.travel import travel_matrix
from planner.data import Data
from planner.errors import InputError, PlannerError
from planner.planning import solve

NINE_MONTHS = ({"name": "2023", "starts": "2023-01-01", "months": 9},)


def principal(code, number, *, size=40, kind="independent", name=None):
    return {
        "orgnr": f"55{code}{number:04}",
        "name": name or f"Skola {code} {number}",
        "name_basis": "register",
        "type": kind,
        "municipality_code": code,
        "school_forms": "GR",
        "units": 1,
        "children_preschool": 0,
        "pupils": size,
        "status": "confirmed",
    }


def country(folder, listed, sole=None, **tables):
    """Read a country with these principals and no others but sole traders."""
    sole = sole or {}
    demand = [
        {
            "municipality_code": code,
            "sole_traders_estimate": sole.get(code, 0),
            "principals_estimate": sole.get(code, 0)
            + sum(p["municipality_code"] == code for p in listed),
        }
        for code in TOWNS
    ]
    written = {**country_tables(), "principals": listed, "demand": demand, **tables}
    return read_inputs(make_country(folder, written))


def calendar(inputs, plan, **changes):
    scenario = rollouts.scenario(**{"periods": NINE_MONTHS, **changes})
    return make_calendar(plan, inputs, scenario, travel_matrix(inputs))


def three_towns(folder):
    """Two small principals in each of three towns in a row, one in each county."""
    return country(folder, [principal(c, n) for c in ("0101", "0201", "0301") for n in (1, 2)])


def held(*counts, office="0201"):
    return {f"{n:02}": [(office, count)] for n, count in enumerate(counts, start=1)}


def test_neighbours_stand_next_to_each_other(tmp_path):
    """Ö is reached from Ost alone, so nothing comes between them, and the west is together."""
    travel = travel_matrix(three_towns(tmp_path))
    row = dict(zip(travel.codes, travel.row.tolist(), strict=True))
    order = sorted(row, key=row.__getitem__)
    assert sorted(row.values()) == list(range(6))
    assert {"0301", "0302"} in ({*order[:2]}, {*order[-2:]})


def test_one_town_a_quarter(tmp_path):
    """Six dialogues in three quarters: two in each, so each town once and whole."""
    inputs = three_towns(tmp_path)
    plan = rollouts.plan(inputs, held(2, 2, 2), periods=NINE_MONTHS)
    found = calendar(inputs, plan)
    by_quarter = found.entries.groupby("quarter")["municipality_code"].agg(list)
    assert sorted(by_quarter) == [["0101"] * 2, ["0201"] * 2, ["0301"] * 2]
    assert by_quarter["2023-Q2"] == ["0201"] * 2, "the town in the middle lies between the others"
    assert list(found.quarters["municipalities"]) == [1, 1, 1]


def test_hours_decide_who_is_first(tmp_path):
    """Four dialogues with just the hours they take: the first month has enough for a near one."""
    inputs = country(tmp_path, [principal(c, n) for c in ("0101", "0301") for n in (1, 2)])
    # 10 h each; Norr is 0 min from itself and Ost 24 min: 0.8 h more, both ways. 41.6 h in four
    # months are 10.4 in the one that lies in the third quarter.
    periods = ({"name": "2023", "starts": "2023-09-01", "months": 4},)
    staffing = rollouts.scenario().staffing.model_dump() | {"yearly_hours": hours(124.8)}
    plan = rollouts.plan(
        inputs, held(2, 0, 2, office="0101"), periods=periods, advisors={"0101": 1}
    )
    found = calendar(inputs, plan, periods=periods, staffing=staffing)
    assert list(found.entries["quarter"]) == ["2023-Q3", *["2023-Q4"] * 3]
    assert found.entries["municipality_code"].iloc[0] == "0101"
    assert list(found.quarters["hours"]) == [10.0, 31.6]
    assert list(found.quarters["spare"]) == [0.4, 0.0]


def hours(value):
    return rollouts.number(value, "h/year")


def test_hours_that_cannot_suffice_are_told(tmp_path):
    """Nobody is left out for want of hours; the table says how many are missing."""
    inputs = three_towns(tmp_path)
    plan = rollouts.plan(inputs, held(2, 2, 2), periods=NINE_MONTHS, advisors={"0201": 1})
    changes = {"staffing": rollouts.scenario().staffing.model_dump() | {"yearly_hours": hours(40)}}
    found = calendar(inputs, plan, **changes)
    needed = found.entries["hours"].sum()
    assert (found.entries["status"] == "planned").all()
    assert found.quarters["spare"].iloc[-1] == pytest.approx(30 - needed, abs=1e-4)


def test_everyone_is_in_one_of_three_lists(tmp_path):
    """Five principals, three dialogues, one unmet: one is expected to say no and is in reserve."""
    inputs = country(tmp_path, [principal("0101", n) for n in range(1, 5)], {"0101": 1})
    plan = rollouts.plan(inputs, held(3), unmet={"01": 1}, periods=NINE_MONTHS)
    found = calendar(inputs, plan).entries
    assert dict(found["status"].value_counts()) == {"planned": 3, "reserve": 1, "after": 1}
    last = found[found["status"] == "after"].iloc[0]
    assert (last["office"], last["period"], last["quarter"]) == ("0201", "", "")
    alone = found.loc["0101-sole-1"]
    assert (alone["name"], alone["type"], alone["kind"]) == ("", "sole_trader", "small")
    assert pd.isna(alone["size"])


def test_principals_that_are_probably_closed_are_not_met(tmp_path):
    """They are listed but don't count, in the plan as in the calendar."""
    closed = principal("0101", 9) | {"status": "probably_closed"}
    inputs = country(tmp_path, [principal("0101", 1), principal("0101", 2)])
    with_closed = country(
        tmp_path / "b", [principal("0101", 1), principal("0101", 2), closed], demand=_demand(2)
    )
    plan = rollouts.plan(inputs, held(2), periods=NINE_MONTHS)
    assert list(calendar(with_closed, plan).entries.index) == list(
        calendar(inputs, plan).entries.index
    )


def _demand(count):
    return [
        {
            "municipality_code": code,
            "sole_traders_estimate": 0,
            "principals_estimate": count if code == "0101" else 0,
        }
        for code in TOWNS
    ]


def test_kinds_are_spread_over_the_periods(tmp_path):
    """Two large and two small over two periods of two: one of each kind in each."""
    sizes = (100, 500, 99, 0)
    inputs = country(tmp_path, [principal("0101", n, size=s) for n, s in enumerate(sizes)])
    periods = (*NINE_MONTHS, {"name": "2024", "months": 12})
    plan = rollouts.plan(inputs, {"01": [("0101", 2), ("0101", 2)]}, periods=periods)
    found = calendar(inputs, plan, periods=periods)
    assert found.kinds == ("public", "large", "small")
    by_period = found.entries.groupby("period")["kind"].agg(sorted).to_dict()
    assert by_period == {"2023": ["large", "small"], "2024": ["large", "small"]}


def test_without_a_size_that_is_large_independents_are_one_kind(tmp_path):
    """No threshold in the scenario means no threshold anywhere."""
    inputs = country(tmp_path, [principal("0101", 1), principal("0101", 2, kind="region")])
    plan = rollouts.plan(inputs, held(2), periods=NINE_MONTHS)
    found = calendar(inputs, plan, calendar={})
    assert found.kinds == ("public", "independent")
    assert sorted(found.entries["kind"]) == ["independent", "public"]


@pytest.mark.parametrize(("first", "order"), [("high", [500, 40, 3]), ("low", [3, 40, 500])])
def test_greatest_need_comes_first(tmp_path, first, order):
    """One dialogue a quarter: the order is that of the column, from the end asked for."""
    inputs = country(tmp_path, [principal("0101", n, size=s) for n, s in enumerate((40, 500, 3))])
    plan = rollouts.plan(inputs, held(3), periods=NINE_MONTHS)
    spec = {"order": "need", "need_column": "pupils", "need_first": first}
    assert list(calendar(inputs, plan, calendar=spec).entries["size"]) == order


def test_need_may_come_from_the_municipality_or_a_column_of_ones_own(tmp_path):
    """The west has the fewest certified teachers; the own column says the opposite."""
    tables = country_tables()["municipalities"]
    for row in tables:
        row["certified_teachers_pct_2022"] = 50 if row["code"] == "0101" else 70
    listed = [
        principal(code, 1) | {"need": need}
        for code, need in (("0101", 1), ("0201", 2.5), ("0301", 3))
    ]
    inputs = country(tmp_path, listed, municipalities=tables)
    plan = rollouts.plan(inputs, held(1, 1, 1), periods=NINE_MONTHS)
    by_teachers = {"order": "need", "need_column": "certified_teachers_pct_2022"}
    own = {"order": "need", "need_column": "need", "need_first": "high"}
    assert calendar(inputs, plan, calendar=by_teachers).entries["municipality"].iloc[0] == "Norr"
    assert list(calendar(inputs, plan, calendar=own).entries["municipality"]) == [
        "Ost",
        "Mitt",
        "Norr",
    ]


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path):
    """The answer names the columns of numbers in both tables."""
    inputs = three_towns(tmp_path)
    plan = rollouts.plan(inputs, held(2, 2, 2), periods=NINE_MONTHS)
    with pytest.raises(InputError, match=r"need_column = 'name'.*pupils.*certified_teachers"):
        calendar(inputs, plan, calendar={"order": "need", "need_column": "name"})


def test_a_plan_of_something_else_is_refused(tmp_path):
    """Without dialogues there is no calendar, nor for other periods or other tables."""
    inputs = three_towns(tmp_path)
    plan = rollouts.plan(inputs, held(2, 2, 2), periods=NINE_MONTHS)
    none = {
        **dict.fromkeys(("dialogues", "staffing", "money")),
        "objective": {"method": "epsilon", "optimise": "mean_km"},
    }
    with pytest.raises(InputError, match="dialogues, staffing and money"):
        calendar(inputs, plan, **none)
    with pytest.raises(PlannerError, match="another scenario"):
        calendar(inputs, plan, periods=({"name": "2024"},))
    with pytest.raises(PlannerError, match="other tables"):
        calendar(country(tmp_path / "b", [principal("0101", 1)]), plan)


def test_the_order_of_rows_is_not_seen(tmp_path):
    """Every table shuffled: the same calendar."""
    inputs = three_towns(tmp_path / "a")
    listed = [principal(c, n) for c in ("0101", "0201", "0301") for n in (1, 2)]
    tables = {**country_tables(), "principals": listed}
    for rows in tables.values():
        random.Random(3).shuffle(rows)  # noqa: S311 - any order will do
    shuffled = country(
        tmp_path / "b", listed, **{k: tables[k] for k in ("roads", "municipalities")}
    )
    plan = rollouts.plan(inputs, held(2, 1, 1), periods=NINE_MONTHS)
    one, two = calendar(inputs, plan), calendar(shuffled, plan)
    pd.testing.assert_frame_equal(one.entries, two.entries)
    pd.testing.assert_frame_equal(one.quarters, two.quarters)


@pytest.fixture(scope="module")
def real(real_inputs, real_travel):
    """The plan of the decision on the real tables, and its calendar."""
    data = Data(default_data_folder(), real_inputs, real_travel)
    scenario = data.scenario("decision-2022")
    plan = solve(data, scenario)
    return plan, make_calendar(plan, real_inputs, scenario, real_travel)


@pytest.mark.slow
def test_real_plan_is_kept_to_the_unit(real):
    """By county, office and period as many are planned as the plan has dialogues."""
    plan, found = real
    planned = found.entries[found.entries["status"] == "planned"]
    counted = planned.groupby(["county_code", "period", "office"]).size().to_dict()
    assert counted == {(b.id, b.period, b.office): b.dialogues for b in plan.dialogues}


@pytest.mark.slow
def test_nobody_is_missing_and_nobody_twice(real, real_inputs):
    """All 2,793: each listed principal that counts, and the sole traders by municipality."""
    _, found = real
    listed = real_inputs.principals.query("status != 'probably_closed'")
    assert found.entries.index.is_unique
    assert len(found.entries) == int(real_inputs.municipalities["principals"].sum()) == 2793
    assert set(listed.index) <= set(found.entries.index)
    alone = found.entries[found.entries["type"] == "sole_trader"]
    assert (alone["name"] == "").all()
    counted = alone.groupby("municipality_code").size()
    expected = real_inputs.municipalities["sole_traders"]
    assert counted.to_dict() == expected[expected > 0].to_dict()


@pytest.mark.slow
def test_those_after_hold_the_unmet_and_reserves_those_expected_to_say_no(real):
    """Lists add up, county by county: principals = dialogues + unmet + expected refusals."""
    plan, found = real
    lists = pd.crosstab(found.entries["county_code"], found.entries["status"])
    assert (lists["after"] >= pd.Series(plan.unmet)).all()
    refusals = lists["reserve"] + lists["after"] - pd.Series(plan.unmet)
    assert refusals.sum() == 2793 - round(0.8 * 2793)
    assert (abs(refusals - 0.2 * lists.sum(axis=1)) <= 1).all()


@pytest.mark.slow
def test_hours_suffice_to_the_end_of_every_quarter(real):
    """Counted again from the entries: hours so far in a period are at most those there were."""
    plan, found = real
    months = {"2022H2": (1, 3), "2023": (3, 3, 3, 3), "2024": (3, 3, 3, 3), "2025": (3, 3, 3, 1)}
    planned = found.entries[found.entries["status"] == "planned"]
    needed = planned.groupby(["office", "period", "quarter"])["hours"].sum()
    names = found.quarters.groupby("period")["quarter"].unique()
    for office in plan.offices:
        for period, advisors in office.advisors.items():
            so_far = there = 0.0
            for quarter, length in zip(names[period], months[period], strict=True):
                so_far += needed.get((office.code, period, quarter), 0.0)
                there += advisors * 1600 * length / 12
                assert so_far <= there + 1e-3, (office.town, quarter)
    assert found.quarters["spare"].min() >= 0


@pytest.mark.slow
def test_kinds_have_their_share_of_every_period(real):
    """By county and period, each kind of those planned is within two of its share."""
    _, found = real
    kinds = pd.crosstab(found.entries["county_code"], found.entries["kind"])
    share = kinds.div(kinds.sum(axis=1), axis=0)
    planned = found.entries[found.entries["status"] == "planned"]
    met = pd.crosstab([planned["county_code"], planned["period"]], planned["kind"])
    expected = (
        share.reindex(met.index.get_level_values(0)).to_numpy()
        * met.sum(axis=1).to_numpy()[:, None]
    )
    assert abs(met.to_numpy() - expected).max() < 2


@pytest.mark.slow
def test_no_municipality_is_left_for_reserve_or_for_after(real):
    """Far or near, a municipality has its county's share of those asked and of those after."""
    _, found = real
    entries = found.entries
    places = [entries["county_code"], entries["municipality_code"]]
    lists = pd.crosstab(places, entries["status"])
    county = lists.groupby(level=0).transform("sum")
    asked, all_asked = (table["planned"] + table["reserve"] for table in (lists, county))
    assert (abs(lists["reserve"] - county["reserve"] / all_asked * asked) <= 1 + 1e-6).all()
    share = county["after"] / county.sum(axis=1)
    assert (abs(lists["after"] - share * lists.sum(axis=1)) <= 1 + 1e-6).all()


@pytest.mark.slow
def test_a_journey_serves_several(real):
    """At most 0.3 towns a dialogue; in any order they would be more than twice as many."""
    _, found = real
    planned = found.entries[found.entries["status"] == "planned"]
    visits = found.quarters["municipalities"].sum()
    mixed = planned.sample(frac=1, random_state=1)["municipality_code"].to_numpy()
    by_chance = planned.assign(municipality_code=mixed)
    chance = by_chance.groupby(["office", "quarter"])["municipality_code"].nunique().sum()
    assert visits <= 0.3 * len(planned)
    assert chance > 2 * visits

"""Plans written by hand: for the small country of `country`, and the announced ten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.case.travel import travel_matrix
from planner.data import Data
from planner.model.solving.scores import Yardstick
from planner.outputs.context import Context
from planner.outputs.files.plan_workbook import render_workbook
from planner.outputs.pages.map import render_map
from planner.outputs.pages.report import render_report
from planner.plan import (
    Assignment,
    Assumption,
    Office,
    PayoffTable,
    PeriodResult,
    Plan,
    Scope,
    Slack,
    Termination,
    assumptions_of,
)
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs

    Regions = Mapping[str, Sequence[str]]

ANNOUNCED: Regions = {
    "0184": ("01", "03", "04", "09"),
    "0580": ("05",),
    "0780": ("06", "07", "08", "10"),
    "1280": ("12",),
    "1480": ("13", "14"),
    "1880": ("17", "18", "19"),
    "2180": ("20", "21"),
    "2280": ("22", "23"),
    "2480": ("24",),
    "2580": ("25",),
}
FIRST_YEAR: Regions = {
    "0184": ("01", "03", "04", "05", "08", "09", "18", "19", "20", "21"),
    "1280": ("06", "07", "10", "12", "13", "14", "17"),
    "2280": ("22", "23", "24"),
    "2580": ("25",),
}
HOSTILE = "</script><img src=x onerror=alert(1)>${alert(2)}`{{7*7}}{% raw %}&amp;\"'\u2028"


def scenario(**changes: Any) -> Scenario:
    """Return a scenario with the least that one must have."""
    limit = {"value": 200, "unit": "km", "low": 100, "high": 300}
    minutes = {"value": 45, "unit": "min", "low": 20, "high": 90}
    tree = {
        "name": "handmade",
        "title": {"sv": "Två kontor", "en": "Two offices"},
        "description": {"sv": "En liten plan.", "en": "A small plan."},
        "thresholds": {"beyond_km": limit, "university_limit": minutes},
        "objective": {"method": "epsilon", "optimise": "mean_km"},
    }
    return Scenario.model_validate(tree | changes)


def weighed_scenario(**changes: Any) -> Scenario:
    """Return a scenario that weighs four criteria against each other, in km of mean distance."""

    def rate(value: float, unit: str, source: str = "assumption") -> dict[str, Any]:
        return {"value": value, "unit": unit, "low": 0, "high": 9, "source": source}

    own = {"value": 1, "unit": "km per km", "low": 1, "high": 1, "source": "the unit of the sum"}
    rates = {
        "mean_km": own,
        "max_km": rate(0.1, "km per km"),
        "share_beyond": rate(3, "km per percentage point"),
        "spsm_share": rate(0.2, "km per percentage point", "a decision"),
    }
    tree = {"objective": {"method": "weighted", "rates": rates}, "offices": {"count": [1, 2]}}
    return scenario(**(tree | changes))


def weighed(plan: Plan, asked: Scenario, **criteria: float) -> Plan:
    """Return a plan with criteria for a weighted scenario, its sum, and the proof of that."""
    given = {**plan.criteria, "mean_km": 60.0, "max_km": 300.0, "share_beyond": 0.05}
    measured = given | {"spsm_share": 0.5, "county_splits": 0.0} | criteria
    slacks = tuple(
        Slack(name, "most", limit.value, measured[name], off, limit.penalty)
        for name, limit in asked.limits.items()
        if not limit.hard
        for off in (max(0.0, measured[name] - limit.value),)
    )
    lines = Yardstick(asked).lines(measured) if asked.objective.summed else ()
    total = sum(line.contribution for line in lines)
    end = Termination("optimal", total, total, 0.0, "weighted")
    return replace(
        plan,
        criteria=measured,
        slacks=slacks,
        objective=lines,
        stages=(end,),
        termination=end,
        assumptions=assumptions_of(asked),
    )


def county_plan(
    inputs: Inputs, rollout: Sequence[tuple[str, Regions]], name: str = "handmade", **changes: Any
) -> Plan:
    """Return a plan from the counties of every office by period; its figures are made up.

    What outputs work out themselves (km, minutes and principals of regions and municipalities)
    they take from the tables, so those are real.
    """
    places = inputs.municipalities
    weight = places.groupby("county_code")["principals"].sum()
    codes = sorted({code for _, regions in rollout for code in regions})
    last = rollout[-1][1]
    offices = tuple(
        Office(
            code=code,
            town=str(places.at[code, "seat"]),
            role="required" if code == "0184" else "candidate",
            opens=next(period for period, regions in rollout if code in regions),
            closes=None,
            principals=int(sum(weight[county] for county in last.get(code, ()))),
            counties=tuple(last.get(code, ())),
            advisors={},
            university_minutes=12.0,
            spsm=code != "0184",
        )
        for code in codes
    )
    assignments = tuple(
        Assignment("county", county, period, code, 10.0, 9.0, int(weight[county]))
        for period, regions in rollout
        for code, counties in sorted(regions.items())
        for county in counties
    )
    plan = Plan(
        scenario=name,
        termination=Termination("optimal", 58.1049, 58.1049, 0.0, "mean_km"),
        offices=offices,
        assignments=assignments,
        periods=tuple(
            PeriodResult(period, 0, 0, 0.0, 0, tuple(sorted(regions)), 346.6, 0.07)
            for period, regions in rollout
        ),
        criteria={"mean_km": 58.1049, "mean_minutes": 45.1, "p95_km": 171.0, "max_km": 346.6},
        assumptions=(
            Assumption("thresholds.beyond_km", 200, "km", 100, 300, "assumption"),
            Assumption("thresholds.university_limit", 45, "min", 20, 90, "assumption"),
        ),
    )
    return replace(plan, **changes)


def full(plan: Plan) -> Plan:
    """Return the plan with everything that a report can show filled in."""
    periods = tuple(replace(p, dialogues=11, unmet=7, cost_msek=1.5) for p in plan.periods)
    staff = {result.period: 3 for result in plan.periods}
    kept = Scope(("mean_km",))
    waiting = Termination("gap_limit", 1234.0, 1230.0, 4 / 1234, "waiting", kept)
    return replace(
        plan,
        periods=periods,
        offices=tuple(replace(office, advisors=staff) for office in plan.offices),
        unmet={"01": 0, "03": 7},
        criteria={**plan.criteria, "unmet": 7, "waiting": 1234.0, "homemade": 0.25},
        slacks=(
            Slack("mean_km", "most", 55.0, 58.1049, 3.1049),
            Slack("dialogues_by 2022", "least", 10.0, 11.0, 0.0),
        ),
        payoff=PayoffTable(
            criteria=("mean_km", "max_km"),
            values=((57.2, 400.0), (61.2, 300.0)),
            best=(57.2, 300.0),
            worst=(61.2, 400.0),
        ),
        stages=(
            Termination("optimal", 58.1049, 58.1049, 0.0, "mean_km"),
            waiting,
        ),
        termination=waiting,
    )


def context_of(plan: Plan, inputs: Inputs, asked: Scenario, **options: Any) -> Context:
    """Return what outputs of a plan are made from."""
    return Context(plan, asked, Data(Path(), inputs, travel_matrix(inputs)), **options)


def map_of(
    plan: Plan, inputs: Inputs, asked: Scenario, *, plan_name: str = "", **options: Any
) -> str:
    """Return the map of a plan."""
    return render_map(context_of(plan, inputs, asked, **options), plan_name)


def report_of(
    plan: Plan, inputs: Inputs, asked: Scenario, *, map_html: str | None = None, **options: Any
) -> str:
    """Return the report of a plan."""
    return render_report(context_of(plan, inputs, asked, **options), map_html)


def workbook_of(plan: Plan, inputs: Inputs, asked: Scenario, **options: Any) -> bytes:
    """Return the workbook of a plan."""
    return render_workbook(context_of(plan, inputs, asked, **options))

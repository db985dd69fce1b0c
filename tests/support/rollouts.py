"""Plans of dialogues written by hand, for any country and any periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.plan import (
    Assignment,
    Assumption,
    DialogueBatch,
    Office,
    PeriodResult,
    Plan,
    Termination,
)
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs

YEAR = ({"name": "2023", "starts": "2023-01-01", "months": 12},)


def number(value: float, unit: str = "1") -> dict[str, Any]:
    """Return a quantity as a scenario file has it."""
    return {"value": value, "unit": unit, "low": 0, "high": 1e6}


def scenario(periods: Sequence[Mapping[str, Any]] = YEAR, **changes: Any) -> Scenario:
    """Return a scenario in which a dialogue takes one advisor ten hours and the journey."""
    tree: dict[str, Any] = {
        "name": "handmade",
        "title": {"sv": "Några kontor", "en": "Some offices"},
        "description": {"sv": "En liten plan.", "en": "A small plan."},
        "thresholds": {"beyond_km": number(200, "km"), "university_limit": number(45, "min")},
        "objective": {"method": "epsilon", "optimise": "mean_km", "then": ["waiting"]},
        "rollout": {"periods": list(periods)},
        "dialogues": {"uptake": number(0.8, "share")},
        "staffing": {
            "preparation": number(8, "h"),
            "meeting": number(2, "h"),
            "in_person": number(1, "share"),
            "taking_part": number(1, "advisors"),
            "yearly_hours": number(1200, "h/year"),
            "minimum_team": number(1, "advisors"),
        },
        "money": {
            name: number(1, "MSEK")
            for name in ("advisor", "premises", "opening", "closing", "per_km")
        },
        "calendar": {"large_from": number(100, "children and pupils")},
    }
    return Scenario.model_validate(tree | changes)


def plan(
    inputs: Inputs,
    held: Mapping[str, Sequence[tuple[str, int]]],
    *,
    unmet: Mapping[str, int] | None = None,
    advisors: Mapping[str, int] | None = None,
    periods: Sequence[Mapping[str, Any]] = YEAR,
) -> Plan:
    """Return a plan with counties as units.

    `held` is, for each county, (office, dialogues) period by period; an office without a number
    in `advisors` has one hundred.
    """
    places = inputs.municipalities
    weight = places.groupby("county_code")["principals"].sum()
    names = [str(period["name"]) for period in periods]
    offices = sorted({office for row in held.values() for office, _ in row})
    unmet = {**dict.fromkeys(sorted(held), 0), **(unmet or {})}
    waiting = sum(n for row in held.values() for _, n in row) + sum(unmet.values())
    results = []
    for t, name in enumerate(names):
        done = sum(row[t][1] for row in held.values())
        waiting -= done
        staff = sum((advisors or {}).get(code, 100) for code in offices)
        results.append(PeriodResult(name, done, waiting, 1.5, staff, tuple(offices), 60.0, 0.0))
    return Plan(
        scenario="handmade",
        termination=Termination("optimal", 10.0, 10.0, 0.0, "mean_km"),
        offices=tuple(
            Office(
                code=code,
                town=str(places.loc[code, "seat"]),
                role="candidate",
                opens=names[0],
                closes=None,
                principals=int(sum(weight[c] for c, row in held.items() if row[-1][0] == code)),
                counties=tuple(c for c, row in sorted(held.items()) if row[-1][0] == code),
                advisors=dict.fromkeys(names, (advisors or {}).get(code, 100)),
                university_minutes=12.0,
                spsm=True,
            )
            for code in offices
        ),
        assignments=tuple(
            Assignment("county", county, name, row[t][0], 10.0, 9.0, int(weight[county]))
            for t, name in enumerate(names)
            for county, row in sorted(held.items())
        ),
        periods=tuple(results),
        criteria={"mean_km": 10.0, "share_beyond": 0.25, "contiguous": 1, "cost_msek": 1.5},
        assumptions=(Assumption("dialogues.uptake", 0.8, "share", 0.7, 0.9, "assumption"),),
        unmet=unmet,
        dialogues=tuple(
            DialogueBatch("county", county, name, row[t][0], row[t][1])
            for t, name in enumerate(names)
            for county, row in sorted(held.items())
            if row[t][1]
        ),
    )

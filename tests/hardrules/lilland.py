"""A plan of the small country written by hand, right in every point, and ways to spoil it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.plan import Assignment, DialogueBatch, Office, PeriodResult, Plan, Termination
from tiny import quantity, tiny_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.scenario.spec import Scenario

    Change = Callable[[Plan], Plan]

# Mitt opens first, Ost after half a year, Norr last; each then has two municipalities. Before
# its own office is open a municipality goes to the nearest: Norr is 10 km from Mitt, 30 from Ost.
TOWNS = {"0101": "Norr", "0201": "Mitt", "0301": "Ost"}
OPEN = {"P1": ("0201",), "P2": ("0201", "0301"), "P3": ("0101", "0201", "0301")}
SERVED = {
    "P1": "0201 0201 0201 0201 0201 0201",
    "P2": "0201 0201 0201 0201 0301 0301",
    "P3": "0101 0101 0201 0201 0301 0301",
}
UNITS = ("0101", "0102", "0201", "0202", "0301", "0302")

# 0.8 x (4, 2, 6, 3, 5, 1) = 3.2, 1.6, 4.8, 2.4, 4.0, 0.8; all together 16.8, so 17: whole parts
# 3, 1, 4, 2, 4, 0 and one more for the remainders 0.8, 0.8 and 0.6: 3, 2, 5, 2, 4, 1. The one
# in 0302 is not met.
HELD = {"P1": {"0201": 5, "0202": 2}, "P2": {"0101": 3, "0301": 4}, "P3": {"0102": 2}}

# A dialogue takes 2 x (40 + 4) hours and 2 x 0.5 x 2 journeys: in P1 5 x 88 at Mitt and 2 x 88.2
# from Vik, 6 minutes away: 616.4 of the 4 x 200 hours.
ADVISORS = {
    "0101": {"P3": 2},
    "0201": {"P1": 4, "P2": 4, "P3": 4},
    "0301": {"P2": 2, "P3": 2},
}

# MSEK: (advisors + offices) x years + 1.5 an opening + 3 SEK x 2 km of journeys x dialogues.
# P1 5 x 0.5 + 1.5 + 6 x 2 x 5 / 10^6; P2 8 + 1.5 + 6 x 3 x 10 / 10^6; P3 5.5 + 1.5 + 6 x 2 x 5.
PERIODS = (
    PeriodResult("P1", 7, 10, 4.00006, 4, OPEN["P1"], 0.0, 0.0),
    PeriodResult("P2", 7, 3, 9.50018, 6, OPEN["P2"], 0.0, 0.0),
    PeriodResult("P3", 2, 1, 7.00006, 8, OPEN["P3"], 0.0, 0.0),
)


def right_plan() -> Plan:
    """Return the plan; what no rule asks about (km, criteria, facts of offices) is left empty."""
    served = {name: dict(zip(UNITS, row.split(), strict=True)) for name, row in SERVED.items()}
    return Plan(
        scenario="tiny",
        termination=Termination("optimal", 0.0, 0.0, 0.0, "mean_km"),
        offices=tuple(
            Office(
                code, town, "candidate", min(ADVISORS[code]), None, 0, (), ADVISORS[code], 0.0, True
            )
            for code, town in TOWNS.items()
        ),
        assignments=tuple(
            Assignment("municipality", unit, name, office, 0.0, 0.0, 0)
            for name, row in served.items()
            for unit, office in row.items()
        ),
        periods=PERIODS,
        criteria={},
        assumptions=(),
        unmet={"01": 0, "02": 0, "03": 1},
        dialogues=tuple(
            DialogueBatch("municipality", unit, name, served[name][unit], count)
            for name, row in HELD.items()
            for unit, count in row.items()
        ),
    )


def scenario(changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the scenario of the plan, whose rules it keeps; a change to None drops a section."""
    bounds = {"P1": (6, 4, 4.1), "P2": (12, 2, 9.6), "P3": (6, 2, 7.1)}
    rules = {
        "units": {"level": "municipality", "contiguous": True},
        "sites": {"candidates": ["0101", "0201", "0301"], "required": ["0201"]},
        "offices.count": 3,
        "objective.then": ["waiting"],
        "rollout": {
            "periods": [
                {
                    "name": name,
                    "months": months,
                    "openings_most": 1,
                    "hires_most": quantity(hires),
                    "budget_msek": quantity(budget),
                }
                for name, (months, hires, budget) in bounds.items()
            ],
            "opens": {"0301": "P2"},
            "available_from": {"0101": "P3"},
        },
        "dialogues": {
            "uptake": quantity(0.8),
            "balance": quantity(0.3),
            "targets": [{"by": "P2", "least": quantity(14), "hard": True}],
        },
        "staffing": {
            "preparation": quantity(40),
            "meeting": quantity(4),
            "in_person": quantity(0.5),
            "taking_part": quantity(2),
            "yearly_hours": quantity(400),
            "minimum_team": quantity(2),
        },
        "money": {
            "advisor": quantity(1),
            "premises": quantity(1),
            "opening": quantity(1.5),
            "closing": quantity(1),
            "per_km": quantity(3),
        },
    }
    whole = {**rules, **(changes or {})}
    return tiny_scenario({key: value for key, value in whole.items() if value is not None})


SITES_ALONE = {
    "dialogues": None,
    "staffing": None,
    "money": None,
    "objective.then": None,
    "rollout": {"periods": [{"name": name} for name in OPEN]},
}
"""Changes that leave a scenario without dialogues, staff and money."""


def without_work(plan: Plan) -> Plan:
    """Return a plan of offices and regions alone."""
    offices = tuple(replace(each, advisors={}) for each in plan.offices)
    return replace(plan, offices=offices, dialogues=(), unmet={})


def of_units(level: str, homes: Mapping[str, str]) -> Change:
    """Return a plan of other units; `homes` says whose municipality's office serves each."""

    def change(plan: Plan) -> Plan:
        where = {(row.id, row.period): row.office for row in plan.assignments}
        rows = tuple(
            Assignment(level, unit, name, where[home, name], 0.0, 0.0, 0)
            for name in OPEN
            for unit, home in homes.items()
        )
        return replace(without_work(plan), assignments=rows)

    return change


def office(code: str, **changes: Any) -> Change:
    """Change an office's own row."""

    def change(plan: Plan) -> Plan:
        rows = (replace(o, **changes) if o.code == code else o for o in plan.offices)
        return replace(plan, offices=tuple(rows))

    return change


def staffed(code: str, **advisors: float) -> Change:
    """Change the number of advisors at an office."""
    return office(code, advisors={**ADVISORS[code], **advisors})


def period(name: str, **changes: Any) -> Change:
    """Change what a period tells."""

    def change(plan: Plan) -> Plan:
        rows = (replace(p, **changes) if p.period == name else p for p in plan.periods)
        return replace(plan, periods=tuple(rows))

    return change


def served(unit: str, name: str, by: str) -> Change:
    """Let another office serve a unit in a period, and hold its dialogues."""

    def change(plan: Plan) -> Plan:
        def moved(row: Any) -> Any:
            return replace(row, office=by) if (row.id, row.period) == (unit, name) else row

        rows = tuple(moved(row) for row in plan.assignments)
        return replace(plan, assignments=rows, dialogues=tuple(map(moved, plan.dialogues)))

    return change


def held(unit: str, name: str, **changes: Any) -> Change:
    """Change the dialogues with a unit in a period."""

    def change(plan: Plan) -> Plan:
        rows = (
            replace(b, **changes) if (b.id, b.period) == (unit, name) else b for b in plan.dialogues
        )
        return replace(plan, dialogues=tuple(rows))

    return change


def every(*changes: Change) -> Change:
    """Make several changes."""

    def change(plan: Plan) -> Plan:
        for each in changes:
            plan = each(plan)
        return plan

    return change

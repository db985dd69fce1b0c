"""Instances small enough to work out on paper, built straight from a matrix of distances."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.control import Control
from planner.model.instance import Instance
from planner.model.solving.assemble import make_plan
from planner.model.solving.stages import solve_instance
from planner.scenario.override import set_key
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.plan import Plan, Role
    from planner.scenario.spec import Sites

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def quantity(value: float, unit: str = "1") -> dict[str, Any]:
    """Return a number with a range wide enough for any test."""
    return {"value": value, "unit": unit, "low": min(0.0, value), "high": max(1e6, value)}


def tiny_scenario(changes: Mapping[str, Any] | None = None, **periods: float) -> Scenario:
    """Return a scenario of one period, one office and the mean distance; dotted keys change it.

    Keyword arguments name periods and their months, in order: ``P1=12, P2=12``.
    """
    tree: dict[str, Any] = {
        "name": "tiny",
        "title": {"sv": "Litet", "en": "Tiny"},
        "description": {"sv": "Ett litet exempel", "en": "A small example"},
        "units": {"level": "municipality"},
        "offices": {"count": 1},
        "thresholds": {
            "beyond_km": quantity(200, "km"),
            "university_limit": quantity(45, "min"),
        },
        "objective": {"method": "epsilon", "optimise": "mean_km"},
        "rollout": {
            "periods": [{"name": name, "months": months} for name, months in periods.items()]
            or [{"name": "P1"}]
        },
    }
    for key, value in (changes or {}).items():
        problem = set_key(tree, key, value)
        assert problem is None, problem
    return Scenario.model_validate(tree)


def work_sections(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the keys of a rollout in which figures are round, to be given to `tiny_scenario`.

    A dialogue takes one advisor 10 hours wherever it is held, an advisor has 100 hours a year,
    so 10 dialogues; everybody takes part; an office needs one advisor; nothing costs anything.
    """
    free = quantity(0, "MSEK")
    return {
        "dialogues": {"uptake": quantity(1)},
        "staffing": {
            "preparation": quantity(10),
            "meeting": quantity(0),
            "in_person": quantity(0),
            "taking_part": quantity(1),
            "yearly_hours": quantity(100),
            "minimum_team": quantity(1),
        },
        "money": dict.fromkeys(("advisor", "premises", "opening", "closing", "per_km"), free),
        "objective.then": ["waiting"],
        **(changes or {}),
    }


def line(*positions: float) -> np.ndarray:
    """Return the distances between places along one road, shape (m, m)."""
    at = np.array(positions, dtype=float)
    return np.abs(at[:, None] - at[None, :])


def tiny_instance(
    scenario: Scenario,
    km: np.ndarray,
    principals: Sequence[int] | None = None,
    sites: str | None = None,
    counties: str | None = None,
    *,
    minutes: np.ndarray | None = None,
    university: Sequence[float] | None = None,
    spsm: str | None = None,
    borders: Iterable[str] | None = None,
) -> Instance:
    """Build an instance of the municipalities A, B, C...

    Parameters
    ----------
    scenario : Scenario
    km : numpy.ndarray, shape (m, m)
        Between municipal seats.
    principals : sequence of int
        Of each municipality, by default one each.
    sites : str
        Letters of the candidate towns, by default all.
    counties : str
        A small letter for each municipality, by default one county each.
    minutes : numpy.ndarray
        Like `km`, which stands for it by default.
    university : sequence of float
        Minutes from each site to teacher education, by default 0.
    spsm : str
        Letters of towns with the sister agency, by default all.
    borders : iterable of str
        Pairs of letters, by default neighbours in alphabetical order.
    """
    codes = LETTERS[: len(km)]
    chosen = [codes.index(letter) for letter in sites or codes]
    count = [1] * len(km) if principals is None else list(principals)
    county = counties or codes.lower()
    units, unit_county, members = _units(scenario.units.level, codes, county, count)
    weight = np.zeros(len(units), dtype=np.int64)
    np.add.at(weight, members[:, 0], members[:, 2])
    fixed = scenario.sites
    towns = [codes[j] for j in chosen]
    pairs = [a + b for a, b in itertools.pairwise(codes)] if borders is None else borders
    fast = km if minutes is None else minutes
    return Instance(
        scenario=scenario,
        units=tuple(units),
        members=members,
        weight=weight,
        unit_county=tuple(unit_county),
        municipalities=tuple(codes),
        municipality_county=tuple(county),
        sites=tuple(towns),
        towns=tuple(f"{town}-stad" for town in towns),
        roles=tuple(
            "existing"
            if c in fixed.existing
            else "required"
            if c in fixed.required
            else "candidate"
            for c in towns
        ),
        spsm=np.array([c in (codes if spsm is None else spsm) for c in towns]),
        own=np.array([c in fixed.own_premises for c in towns]),
        km=km[:, chosen],
        minutes=fast[:, chosen],
        site_km=km[np.ix_(chosen, chosen)],
        university_minutes=np.zeros(len(towns)) if university is None else np.array(university),
        links=np.array(
            sorted((codes.index(a), codes.index(b)) for a, b in pairs), dtype=np.int64
        ).reshape(-1, 2),
    )


def _role(fixed: Sites, code: str) -> Role:
    if code in fixed.existing:
        return "existing"
    return "required" if code in fixed.required else "candidate"


def _units(
    level: str, codes: str, county: str, count: Sequence[int]
) -> tuple[list[str], list[str], np.ndarray]:
    if level == "principal":
        homes = [m for m, n in enumerate(count) for _ in range(n)]
        names = [f"{codes[m]}{k}" for m, n in enumerate(count) for k in range(n)]
        rows = [(u, m, 1) for u, m in enumerate(homes)]
        return names, [county[m] for m in homes], np.array(rows, dtype=np.int64)
    units = sorted(set(county)) if level == "county" else list(codes)
    of = county if level == "county" else codes
    rows = sorted((units.index(of[m]), m, count[m]) for m in range(len(codes)))
    return units, units if level == "county" else list(county), np.array(rows, dtype=np.int64)


def solve(instance: Instance, control: Control | None = None) -> Plan:
    """Solve an instance to proven optimality and lay out the plan."""
    return make_plan(instance, solve_instance(instance, control or Control()))


def towns(plan: Plan) -> str:
    """Return the letters of the offices that were ever open."""
    return "".join(office.code for office in plan.offices)


def served(plan: Plan, period: str = "P1") -> str:
    """Return the letter of the office that serves each unit in a period, in order of units."""
    return "".join(a.office for a in plan.assignments if a.period == period)


def opened(plan: Plan) -> dict[str, str]:
    """Return the period in which each office opens."""
    return {office.code: office.opens for office in plan.offices}

"""The sites and units of a scenario: candidate towns and what each may be, who lives where."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from planner.case.expected import A_TOWN
from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy.typing as npt
    import pandas as pd

    from planner.case.types import Inputs
    from planner.plan import Role
    from planner.scenario.spec import Scenario

    Ints = npt.NDArray[np.int64]


def roles_at_first(scenario: Scenario, sites: Iterable[str]) -> tuple[Role, ...]:
    """Return the role of each site before the first period."""
    fixed = scenario.sites
    return tuple(
        "existing" if c in fixed.existing else "required" if c in fixed.required else "candidate"
        for c in sites
    )


def roles_at_end(
    scenario: Scenario, sites: Iterable[str], roles: Iterable[Role]
) -> tuple[Role, ...]:
    """Return the roles in the last period: an office that may have closed by then is a candidate.

    A town whose set date has it open then is required.
    """
    rollout = scenario.rollout
    gone = rollout.may_close and len(rollout.periods) > 1
    opens = set(scenario.open_in_the_end)

    def role_of(code: str, role: Role) -> Role:
        then: Role = "candidate" if gone and role == "existing" else role
        return "required" if then == "candidate" and code in opens else then

    return tuple(role_of(code, role) for code, role in zip(sites, roles, strict=True))


def check_towns(scenario: Scenario, codes: Collection[str]) -> None:
    """Hold the towns that a scenario names against the tables.

    Raises
    ------
    InputError
        With every one that the tables do not have.
    """
    named: dict[str, Iterable[str]] = {
        "sites.candidates": scenario.sites.candidates
        if isinstance(scenario.sites.candidates, tuple)
        else (),
        "sites.required": scenario.sites.required,
        "sites.existing": scenario.sites.existing,
        "sites.excluded": scenario.sites.excluded,
        "sites.own_premises": scenario.sites.own_premises,
        "rollout.opens": scenario.rollout.opens,
        "rollout.available_from": scenario.rollout.available_from,
        "staffing.existing": scenario.staffing.existing if scenario.staffing else (),
    }
    _hold(scenario, named, codes, A_TOWN)


def _hold(
    scenario: Scenario,
    named: Mapping[str, Iterable[str]],
    known: Collection[str],
    expected: Message,
) -> None:
    problems = [
        Problem(f"scenario {scenario.name}", None, key, code, expected)
        for key, given in named.items()
        for code in given
        if code not in known
    ]
    if problems:
        raise InputError(problems)


def sister_towns(inputs: Inputs, scenario: Scenario) -> set[str]:
    """Return the towns with premises of the sister agency, of the kinds and basis that count."""
    table = inputs.sister_sites
    kept = table["kind"].isin(scenario.sites.kinds) & table["basis"].isin(scenario.sites.basis)
    return set(table.loc[kept, "municipality_code"])


def cut_sites(inputs: Inputs, scenario: Scenario) -> list[str]:
    """Return the municipality codes of the candidate towns, sorted.

    Raises
    ------
    InputError
        If no town is left, or one has a date to open that is no candidate.
    """
    spec = scenario.sites
    if isinstance(spec.candidates, tuple):
        candidates = set(spec.candidates)
    elif spec.candidates == "sister":
        candidates = sister_towns(inputs, scenario)
    elif spec.candidates == "announced":
        candidates = set(inputs.announced["municipality_code"])
    else:
        candidates = set(inputs.municipalities.index)
    if spec.require_train:
        if "train" not in inputs.municipalities:
            expected = say("a column `train` in municipalities.csv, since the scenario asks for it")
            raise InputError([Problem("municipalities.csv", None, "train", "", expected)])
        by_train = inputs.municipalities["train"]
        candidates = {code for code in candidates if bool(by_train[code])}
    kept = (candidates | set(spec.required) | set(spec.existing)) - set(spec.excluded)
    if not kept:
        expected = say("at least one candidate town")
        raise InputError([Problem(f"scenario {scenario.name}", None, "sites", "", expected)])
    expected = say("a candidate town of the scenario, since it has a date to open")
    _hold(scenario, {"rollout.opens": scenario.rollout.opens}, kept, expected)
    return sorted(kept)


def cut_units(
    inputs: Inputs, scenario: Scenario, index: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[str, ...], Ints]:
    """Return the units in canonical order, the county of each, and who lives where.

    Parameters
    ----------
    index : mapping of str to int
        Municipality code -> number.

    Returns
    -------
    tuple
        Unit ids; county codes; rows (unit, municipality, principals), shape (n, 3).
    """
    towns = inputs.municipalities
    level = scenario.units.level
    if level == "principal":
        return _principal_units(inputs, index)
    units: list[str] = sorted(towns["county_code"].unique() if level == "county" else towns.index)
    position = {code: number for number, code in enumerate(units)}
    key = towns["county_code"] if level == "county" else towns.index.to_series()
    rows = [
        (position[key[code]], index[code], int(towns.loc[code, "principals"]))
        for code in towns.index
    ]
    county = units if level == "county" else [str(towns.loc[code, "county_code"]) for code in units]
    return tuple(units), tuple(county), np.array(sorted(rows), dtype=np.int64)


def _principal_units(
    inputs: Inputs, index: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[str, ...], Ints]:
    """One unit a listed principal that still exists, and one for each counted sole trader."""
    home = principal_homes(inputs)
    rows = [(number, index[code], 1) for number, code in enumerate(home)]
    county = tuple(inputs.municipalities.loc[list(home), "county_code"])
    return tuple(home.index), county, np.array(rows, dtype=np.int64)


def principal_homes(inputs: Inputs) -> pd.Series:
    """Return the home municipality of every principal that counts, sorted by id.

    Listed principals that are probably closed are left out; sole traders, who are counted
    but never listed, get ids of the form ``0115-sole-1``.
    """
    import pandas as pd  # noqa: PLC0415

    listed = inputs.principals.loc[
        inputs.principals["status"] != "probably_closed", "municipality_code"
    ]
    sole = {
        f"{code}-sole-{number}": code
        for code, count in inputs.municipalities["sole_traders"].items()
        for number in range(1, int(count) + 1)
    }
    return pd.concat([listed, pd.Series(sole, dtype=object)]).sort_index()


def shared_out(share: float, amounts: Ints) -> Ints:
    """Return a share of whole amounts in whole numbers.

    Largest remainders, so that the sum is the share of all of them, rounded once.
    """
    # Exactly: 0.575 of 100 is 57.5, which is 58, and not a float below it.
    part = Fraction(repr(share))
    exact = [part * int(amount) for amount in amounts]
    whole = np.array([math.floor(each) for each in exact], dtype=np.int64)
    missing = round(part * int(amounts.sum())) - int(whole.sum())
    order = sorted(range(len(exact)), key=lambda u: int(whole[u]) - exact[u])
    whole[order[:missing]] += 1
    return whole

"""The principals in the order in which they are to be met, and what kind each one is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.message import say
from planner.model.places import principal_homes

if TYPE_CHECKING:
    import pandas as pd

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario

SOLE_TRADER = "sole_trader"
INDEPENDENT = ("independent", SOLE_TRADER)


def kinds(scenario: Scenario) -> tuple[str, ...]:
    """Return the kinds of principals that a calendar balances."""
    if scenario.calendar.large_from is None:
        return ("public", "independent")
    return ("public", "large", "small")


def people(inputs: Inputs, scenario: Scenario, travel: Travel) -> pd.DataFrame:
    """List every principal that counts.

    Returns
    -------
    pandas.DataFrame
        Index `id`, sorted; columns `name`, `type`, `kind`, `size`, `municipality_code`,
        `county_code`, `place` (a whole number: the lower, the sooner) and `draw`, a fixed
        one among equals.

    Raises
    ------
    InputError
        If the scenario orders by a column that is not there.
    """
    home = principal_homes(inputs)
    listed = inputs.principals.reindex(home.index)
    size = (listed["children_preschool"] + listed["pupils"]).astype("Int64")
    table = listed[["name"]].assign(
        name=listed["name"].fillna(""),
        type=listed["type"].fillna(SOLE_TRADER),
        size=size,
        municipality_code=home,
        county_code=inputs.municipalities["county_code"].loc[home.to_numpy()].to_numpy(),
    )
    table.index.name = "id"
    independent = table["type"].isin(INDEPENDENT)
    threshold = scenario.calendar.large_from
    if threshold is None:
        table["kind"] = independent.map({True: "independent", False: "public"})
    else:
        large = size.fillna(0) >= threshold.value
        table["kind"] = large.map({True: "large", False: "small"}).where(independent, "public")
    table["place"] = _places(table, inputs, scenario, travel)
    # Nobody is favoured by name or number: the order among equals is drawn, always the same way.
    table["draw"] = [hashlib.sha256(str(key).encode()).hexdigest() for key in table.index]
    return table


def _places(table: pd.DataFrame, inputs: Inputs, scenario: Scenario, travel: Travel) -> pd.Series:
    """Rank by need and then nearness, or by nearness alone; who has no need noted comes last."""
    near = dict(zip(travel.codes, travel.row.tolist(), strict=True))
    rank = table["municipality_code"].map(near)
    spec = scenario.calendar
    if spec.order == "near":
        return rank
    need = _need(table, inputs, scenario)
    order = table.assign(rank=rank, need=need).sort_values(
        ["need", "rank"], ascending=[spec.need_first == "low", True], na_position="last"
    )
    return order.groupby(["need", "rank"], sort=False, dropna=False).ngroup().reindex(table.index)


def check_need(inputs: Inputs, scenario: Scenario) -> None:
    """Check, before any solving, that the scenario's order can be made.

    Raises
    ------
    InputError
        If the scenario orders by a column that is not there.
    """
    column = scenario.calendar.need_column
    tables = {"principals.csv": inputs.principals, "municipalities.csv": inputs.municipalities}
    found = {name: _numbers(table) for name, table in tables.items()}
    if scenario.calendar.order == "near" or any(column in names for names in found.values()):
        return
    named = "; ".join(f"{name}: {', '.join(names)}" for name, names in found.items())
    place = f"scenario {scenario.name}"
    expected = say("a column of numbers ({})", named)
    raise InputError([Problem(place, None, "calendar.need_column", str(column), expected)])


def _need(table: pd.DataFrame, inputs: Inputs, scenario: Scenario) -> pd.Series:
    """Return the need of each principal: its own, or that of its municipality."""
    check_need(inputs, scenario)
    column = str(scenario.calendar.need_column)
    if column in _numbers(inputs.principals):
        return inputs.principals[column].reindex(table.index)
    by_municipality = inputs.municipalities[column].reindex(table["municipality_code"])
    return by_municipality.set_axis(table.index)


def _numbers(table: pd.DataFrame) -> list[str]:
    return sorted(table.select_dtypes("number").columns)

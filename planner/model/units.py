"""The units of a scenario: counties, municipalities or principals, and who lives where."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario

    Ints = npt.NDArray[np.int64]


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

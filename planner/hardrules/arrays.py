"""The tables and a scenario as arrays, read apart from the model."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arrays:
    """What the rules are checked on: units u, sites j, municipalities m.

    Attributes
    ----------
    scenario : Scenario
        With its whole rollout.
    members : numpy.ndarray of int, shape (n, 3)
        Rows (unit, municipality, principals): how many principals of a unit live where.
    sites : tuple of str
        Municipality codes.
    allowed : numpy.ndarray of bool, shape (j,)
        Sites that may have an office.
    spsm, own : numpy.ndarray of bool, shape (j,)
        Towns with the sister agency; premises of the agency's own.
    km, minutes : numpy.ndarray, shape (m, j)
        One way, from a municipal seat to a site.
    site_km : numpy.ndarray, shape (j, j)
    university_minutes : numpy.ndarray, shape (j,)
        To the nearest campus with teacher education; infinite where there is none.
    links : numpy.ndarray of int, shape (e, 2)
        Pairs of municipalities that are neighbours: by a border, or by a link where no chain
        of borders joins its ends.
    """

    scenario: Scenario
    units: tuple[str, ...]
    unit_county: tuple[str, ...]
    members: Ints
    municipality_county: tuple[str, ...]
    sites: tuple[str, ...]
    allowed: Bools
    spsm: Bools
    own: Bools
    km: Floats
    minutes: Floats
    site_km: Floats
    university_minutes: Floats
    links: Ints

    @cached_property
    def weight(self) -> Ints:
        """Principals of each unit, shape (u,)."""
        return self.summed(self.members[:, 2]).astype(np.int64)

    def summed(self, amounts: Floats | Ints) -> Floats:
        """Sum what each row of `members` has over its unit, shape (u,)."""
        return np.bincount(self.members[:, 0], weights=amounts, minlength=len(self.units))

    def mean_of_unit(self, travel: Floats, sites: Sequence[int]) -> Floats:
        """Return the mean km or minutes of each unit to some sites, shape (u, sites).

        Over the principals of a unit; where it has none, over its municipalities, each alike.
        """
        unit, municipality, count = self.members.T
        share = np.where(self.weight[unit] > 0, count, 1)
        parts = share / self.summed(share)[unit]
        found = np.empty((len(self.units), len(sites)))
        for k, j in enumerate(sites):
            found[:, k] = self.summed(parts * travel[municipality, j])
        return found


def arrays_of(instance: Any) -> Arrays:
    """Take the arrays of an instance of the model, whose sites are the candidates alone.

    Parameters
    ----------
    instance : planner.model.instance.Instance
        Of the whole scenario. In a sample of a sweep its distances and principals are changed
        ones, which no table holds.
    """
    own = {field.name for field in fields(Arrays)} - {"allowed"}
    parts = {name: getattr(instance, name) for name in own}
    ruled_out = instance.scenario.sites.excluded
    return Arrays(allowed=np.array([code not in ruled_out for code in instance.sites]), **parts)


def read_arrays(inputs: Inputs, travel: Travel, scenario: Scenario) -> Arrays:
    """Read the arrays from the tables; every municipality is a site, since a plan may name any."""
    codes, towns = travel.codes, inputs.municipalities
    county_of = dict(zip(towns.index.tolist(), _column(towns, "county_code"), strict=True))
    county = tuple(county_of[code] for code in codes)
    units, members = _units(inputs, scenario, codes, county)
    home = dict(members[:, :2].tolist())
    sister, allowed = _sister_towns(inputs, scenario), _allowed(inputs, scenario)
    campuses = set(_column(inputs.campuses, "municipality_code"))
    to_campus = travel.minutes[:, [m for m, code in enumerate(codes) if code in campuses]]
    return Arrays(
        scenario=scenario,
        units=units,
        unit_county=tuple(county[home[u]] for u in range(len(units))),
        members=members,
        municipality_county=county,
        sites=codes,
        allowed=np.array([code in allowed for code in codes]),
        spsm=np.array([code in sister for code in codes]),
        own=np.array([code in scenario.sites.own_premises for code in codes]),
        km=travel.km,
        minutes=travel.minutes,
        site_km=travel.km,
        university_minutes=to_campus.min(axis=1, initial=np.inf),
        links=_links(inputs, codes),
    )


def _column(table: pd.DataFrame, name: str) -> list[str]:
    values: list[str] = table[name].tolist()
    return values


def _units(
    inputs: Inputs, scenario: Scenario, codes: tuple[str, ...], county: tuple[str, ...]
) -> tuple[tuple[str, ...], Ints]:
    """Return the units in the order of their ids, and who lives where, as in `Arrays.members`."""
    towns, level = inputs.municipalities, scenario.units.level
    place = {code: m for m, code in enumerate(codes)}
    if level == "principal":
        homes = _homes(inputs)
        units = tuple(sorted(homes))
        rows = [(u, place[homes[unit]], 1) for u, unit in enumerate(units)]
        return units, np.array(rows, dtype=np.int64)
    people = dict(zip(towns.index.tolist(), towns["principals"].tolist(), strict=True))
    of = county if level == "county" else codes
    units = tuple(sorted(set(of)))
    number = {unit: u for u, unit in enumerate(units)}
    rows = [(number[unit], m, people[codes[m]]) for m, unit in enumerate(of)]
    return units, np.array(rows, dtype=np.int64)


def _homes(inputs: Inputs) -> dict[str, str]:
    """Return the home of each principal that counts: listed and not closed, or a sole trader."""
    listed, towns = inputs.principals, inputs.municipalities
    rows = zip(
        listed.index.tolist(),
        _column(listed, "municipality_code"),
        _column(listed, "status"),
        strict=True,
    )
    homes = {unit: home for unit, home, status in rows if status != "probably_closed"}
    for code, count in zip(towns.index.tolist(), towns["sole_traders"].tolist(), strict=True):
        homes |= {f"{code}-sole-{number}": code for number in range(1, int(count) + 1)}
    return homes


def _sister_towns(inputs: Inputs, scenario: Scenario) -> set[str]:
    """Return the towns with premises of the sister agency, of the kinds and basis that count."""
    table, spec = inputs.sister_sites, scenario.sites
    rows = zip(
        _column(table, "municipality_code"),
        _column(table, "kind"),
        _column(table, "basis"),
        strict=True,
    )
    return {town for town, kind, basis in rows if kind in spec.kinds and basis in spec.basis}


def _allowed(inputs: Inputs, scenario: Scenario) -> set[str]:
    """Return the towns that may have an office: candidates, and those that must; none excluded."""
    spec, towns = scenario.sites, inputs.municipalities
    if not isinstance(spec.candidates, str):
        found = set(spec.candidates)
    elif spec.candidates == "sister":
        found = _sister_towns(inputs, scenario)
    elif spec.candidates == "announced":
        found = set(_column(inputs.announced, "municipality_code"))
    else:
        found = set(towns.index.tolist())
    if spec.require_train:
        trains = zip(towns.index.tolist(), _column(towns, "train"), strict=True)
        found &= {code for code, train in trains if train}
    return (found | {*spec.required, *spec.existing}) - {*spec.excluded}


def _links(inputs: Inputs, codes: tuple[str, ...]) -> Ints:
    """Return the pairs of neighbouring municipalities, shape (e, 2).

    Those that share a border, and those that a road or ferry joins across lands that no chain of
    borders does.
    """
    place = {code: m for m, code in enumerate(codes)}
    borders, roads = (
        np.array(
            [
                (place[a], place[b])
                for a, b in zip(_column(table, "code_a"), _column(table, "code_b"), strict=True)
            ],
            dtype=np.int64,
        ).reshape(-1, 2)
        for table in (inputs.adjacency, inputs.roads)
    )
    land = np.arange(len(codes))
    while True:  # the least number that borders lead to, one border farther each time
        least = land.copy()
        for here, there in (borders.T, borders.T[::-1]):
            np.minimum.at(least, here, land[there])
        if (least == land).all():
            return np.concatenate([borders, roads[land[roads[:, 0]] != land[roads[:, 1]]]])
        land = least

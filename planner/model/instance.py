"""The numbers of one model: units, sites, periods and everything measured between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.case.rules import neighbours
from planner.criteria.reads import Prices
from planner.model.places import (
    check_towns,
    cut_sites,
    cut_units,
    roles_at_end,
    roles_at_first,
    shared_out,
    sister_towns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.plan import Role
    from planner.scenario.sections import Period
    from planner.scenario.spec import Scenario

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Instance:
    """Units u, sites j, municipalities m and periods t of a scenario, as arrays.

    Attributes
    ----------
    units : tuple of str
        Unit ids in canonical order: county codes, municipality codes, or principals.
    members : numpy.ndarray of int, shape (n, 3)
        Rows (unit, municipality, principals): how many principals of a unit live where.
    weight : numpy.ndarray of int, shape (u,)
        Principals of each unit.
    unit_county : tuple of str
        County code of each unit.
    sites : tuple of str
        Municipality codes of the candidate towns, sorted.
    spsm : numpy.ndarray of bool, shape (j,)
    own : numpy.ndarray of bool, shape (j,)
        Sites in premises of the agency's own.
    km, minutes : numpy.ndarray, shape (m, j)
        One-way road travel from a municipal seat to a site.
    site_km : numpy.ndarray, shape (j, j)
    university_minutes : numpy.ndarray, shape (j,)
        From a site to the nearest campus with teacher education.
    links : numpy.ndarray of int, shape (e, 2)
        Pairs of municipalities that are neighbours: by a border, or by a link where no chain
        of borders joins its ends.
    """

    scenario: Scenario
    units: tuple[str, ...]
    members: Ints
    weight: Ints
    unit_county: tuple[str, ...]
    municipalities: tuple[str, ...]
    municipality_county: tuple[str, ...]
    sites: tuple[str, ...]
    towns: tuple[str, ...]
    roles: tuple[Role, ...]
    spsm: npt.NDArray[np.bool_]
    own: npt.NDArray[np.bool_]
    km: Floats
    minutes: Floats
    site_km: Floats
    university_minutes: Floats
    links: Ints

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of the rollout, in order."""
        return self.scenario.rollout.periods

    @property
    def fewest(self) -> int:
        """The smallest number of offices allowed."""
        return self.scenario.offices.fewest

    @property
    def most(self) -> int:
        """The largest number of offices allowed."""
        return self.scenario.offices.most

    @property
    def whole_counties(self) -> bool:
        """Whether the units are counties."""
        return self.scenario.units.level == "county"

    @property
    def beyond_km(self) -> float:
        """A principal farther away than this is beyond."""
        return self.scenario.thresholds.beyond_km.value

    @property
    def university_limit(self) -> float:
        """An office more minutes than this from teacher education is beyond."""
        return self.scenario.thresholds.university_limit.value

    @property
    def existing(self) -> frozenset[int]:
        """Sites with an office before the first period."""
        return frozenset(j for j, role in enumerate(self.roles) if role == "existing")

    @property
    def always_open(self) -> frozenset[int]:
        """Sites whose office is sure to be open in the last period."""
        return frozenset(j for j, role in enumerate(self.end_roles) if role != "candidate")

    @property
    def prices(self) -> Prices | None:
        """What things cost, MSEK; None where the scenario plans no work."""
        money = self.scenario.money
        if money is None:
            return None
        lent = money.sister_advisor.value if money.sister_advisor else 0.0
        return Prices(
            advisor=money.advisor.value,
            lent=lent,
            premises=money.premises.value,
            opening=money.opening.value,
            closing=money.closing.value,
        )

    @property
    def total(self) -> int:
        """Principals in all."""
        return int(self.weight.sum())

    @cached_property
    def unit_km(self) -> Floats:
        """Sum of one-way km over the principals of a unit, shape (u, j)."""
        return self._summed(self.km)

    @cached_property
    def unit_minutes(self) -> Floats:
        """Sum of one-way minutes over the principals of a unit, shape (u, j)."""
        return self._summed(self.minutes)

    @cached_property
    def idle(self) -> Ints:
        """The units in which no principal lives."""
        return np.flatnonzero(self.weight == 0)

    @cached_property
    def mean_km(self) -> Floats:
        """Mean one-way km from the principals of a unit to a site, shape (u, j).

        Of a unit without principals: from its municipalities.
        """
        return self._mean(self.unit_km, self.km)

    @cached_property
    def mean_minutes(self) -> Floats:
        """Mean one-way minutes, as `mean_km`, shape (u, j)."""
        return self._mean(self.unit_minutes, self.minutes)

    @cached_property
    def idle_km(self) -> Floats:
        """Sum of km over the municipalities of units without principals, others 0, shape (u, j)."""
        return self._alike(self.km)

    def beyond(self, limit_km: float) -> Floats:
        """Count the principals of each unit farther than a limit from each site, shape (u, j)."""
        return self._summed((self.km > limit_km + 1e-9).astype(float))

    @cached_property
    def unit_farthest(self) -> Floats:
        """Km from a site to the farthest principal of a unit, shape (u, j)."""
        rows = self.members[self.members[:, 2] > 0]
        farthest = np.zeros((len(self.units), len(self.sites)))
        np.maximum.at(farthest, rows[:, 0], self.km[rows[:, 1]])
        return farthest

    @cached_property
    def target(self) -> Ints:
        """Principals of each unit who take part, shape (u,): uptake x principals, shared out."""
        if self.scenario.dialogues is None:
            return np.zeros(len(self.units), dtype=np.int64)
        return shared_out(self.scenario.dialogues.uptake.value, self.weight)

    @cached_property
    def hours(self) -> Floats:
        """Advisor hours of a dialogue with a principal of a unit, shape (u, j)."""
        s = self.scenario.staffing
        if s is None:
            return np.zeros((len(self.units), len(self.sites)))
        travel = self.unit_minutes / np.maximum(self.weight, 1)[:, None] / 60
        work = s.preparation.value + s.meeting.value
        return np.round(s.taking_part.value * (work + s.in_person.value * 2 * travel), 6)

    @cached_property
    def journey_msek(self) -> Floats:
        """Cost of the journeys of a dialogue, MSEK, shape (u, j)."""
        s, money = self.scenario.staffing, self.scenario.money
        if s is None or money is None:
            return np.zeros((len(self.units), len(self.sites)))
        km = self.unit_km / np.maximum(self.weight, 1)[:, None]
        return s.taking_part.value * s.in_person.value * 2 * km * money.per_km.value / 1e6

    @cached_property
    def years(self) -> Floats:
        """Length of each period in years, shape (t,)."""
        return np.array([period.months for period in self.periods]) / 12

    @cached_property
    def wait(self) -> Floats:
        """Months from the start to the middle of each period, then to the end, shape (t + 1,)."""
        ends = np.cumsum([period.months for period in self.periods])
        middles = ends - np.array([period.months for period in self.periods]) / 2
        return np.append(middles, ends[-1])

    def brought_near(self, offices: Sequence[int], served_by: Ints) -> Ints:
        """Return who serves whom with the units without principals at their nearest office.

        For plans in which every unit may choose its office by itself; shape (u,).
        """
        if not len(self.idle):
            return served_by
        opened = np.array(sorted(offices))
        found = served_by.copy()
        found[self.idle] = opened[self.idle_km[np.ix_(self.idle, opened)].argmin(axis=1)]
        return found

    def complete(self) -> Instance:
        """Return the instance of the last period alone, without staff or dates.

        Its plans are a relaxation: whatever a rollout ends with is one of them.
        """
        return replace(self, scenario=self.scenario.complete(), roles=self.end_roles)

    def only(self, sites: Sequence[int]) -> Instance:
        """Return the instance with these of its sites alone, in the order given."""
        keep = list(sites)
        return replace(
            self,
            sites=tuple(self.sites[j] for j in keep),
            towns=tuple(self.towns[j] for j in keep),
            roles=tuple(self.roles[j] for j in keep),
            spsm=self.spsm[keep],
            own=self.own[keep],
            km=self.km[:, keep],
            minutes=self.minutes[:, keep],
            site_km=self.site_km[np.ix_(keep, keep)],
            university_minutes=self.university_minutes[keep],
        )

    @property
    def end_roles(self) -> tuple[Role, ...]:
        """The roles in the last period."""
        return roles_at_end(self.scenario, self.sites, self.roles)

    def loosened(self) -> Instance:
        """Return the instance with any number of offices, none fixed, and any number of hires.

        What is defined on it is right whatever rule is left out.
        """
        count = self.scenario.offices.model_copy(update={"count": (1, len(self.sites))})
        periods = tuple(p.model_copy(update={"hires_most": None}) for p in self.periods)
        rollout = self.scenario.rollout.model_copy(update={"periods": periods})
        scenario = self.scenario.model_copy(update={"offices": count, "rollout": rollout})
        free: list[Role] = ["candidate" for _ in self.roles]
        return replace(self, scenario=scenario, roles=tuple(free))

    @cached_property
    def node_of_unit(self) -> Ints:
        """The node of the graph of neighbours that each unit lies in, shape (u,)."""
        if self.scenario.units.level == "county":
            return np.arange(len(self.units))
        nodes = np.zeros(len(self.units), dtype=np.int64)
        nodes[self.members[:, 0]] = self.members[:, 1]
        return nodes

    @cached_property
    def node_links(self) -> tuple[tuple[int, int], ...]:
        """Neighbouring nodes: counties at county level, municipalities otherwise."""
        if self.scenario.units.level != "county":
            return tuple((int(a), int(b)) for a, b in self.links)
        county = {code: index for index, code in enumerate(self.units)}
        of = [county[code] for code in self.municipality_county]
        pairs = {(min(of[a], of[b]), max(of[a], of[b])) for a, b in self.links if of[a] != of[b]}
        return tuple(sorted(pairs))

    def _mean(self, summed: Floats, per_municipality: Floats) -> Floats:
        places = np.bincount(self.members[:, 0], minlength=len(self.units))
        idle = self._alike(per_municipality) / np.maximum(places, 1)[:, None]
        found = summed / np.maximum(self.weight, 1)[:, None]
        return np.round(np.where(self.weight[:, None] > 0, found, idle), 6)

    def _alike(self, per_municipality: Floats) -> Floats:
        unit, municipality, _ = self.members.T
        summed = np.zeros((len(self.units), per_municipality.shape[1]))
        idle = self.weight[unit] == 0
        np.add.at(summed, unit[idle], per_municipality[municipality[idle]])
        return np.round(summed, 6)

    def _summed(self, per_municipality: Floats) -> Floats:
        unit, municipality, count = self.members.T
        summed = np.zeros((len(self.units), per_municipality.shape[1]))
        np.add.at(summed, unit, per_municipality[municipality] * count[:, None])
        return np.round(summed, 6)


def make_instance(inputs: Inputs, travel: Travel, scenario: Scenario) -> Instance:
    """Cut the tables down to the units and sites of a scenario.

    Raises
    ------
    InputError
        If the scenario names towns that the tables don't have, or no candidate is left.
    """
    codes = travel.codes
    index = {code: number for number, code in enumerate(codes)}
    check_towns(scenario, index)
    towns = inputs.municipalities
    sister, sites = sister_towns(inputs, scenario), cut_sites(inputs, scenario)
    columns = [index[code] for code in sites]
    units, unit_county, members = cut_units(inputs, scenario, index)
    weight = np.zeros(len(units), dtype=np.int64)
    np.add.at(weight, members[:, 0], members[:, 2])
    campuses = sorted({index[code] for code in inputs.campuses["municipality_code"]})
    borders, roads = (
        table[["code_a", "code_b"]].itertuples(index=False, name=None)
        for table in (inputs.adjacency, inputs.roads)
    )
    links = sorted((index[a], index[b]) for a, b in neighbours(borders, roads))
    to_campus = travel.minutes[np.ix_(columns, campuses)]
    return Instance(
        scenario=scenario,
        units=units,
        members=members,
        weight=weight,
        unit_county=unit_county,
        municipalities=codes,
        municipality_county=tuple(towns.loc[list(codes), "county_code"]),
        sites=tuple(sites),
        towns=tuple(towns.loc[sites, "seat"]),
        roles=roles_at_first(scenario, sites),
        spsm=np.array([code in sister for code in sites], dtype=bool),
        own=np.array([code in scenario.sites.own_premises for code in sites], dtype=bool),
        km=travel.km[:, columns],
        minutes=travel.minutes[:, columns],
        site_km=travel.km[np.ix_(columns, columns)],
        university_minutes=to_campus.min(axis=1) if campuses else np.full(len(sites), np.inf),
        links=np.array(links, dtype=np.int64).reshape(-1, 2),
    )

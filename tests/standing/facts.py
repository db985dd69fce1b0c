"""What a case says, in exact numbers: from the rows of its tables and the tree of its scenario.

Written from docs/model.md alone. Nothing of the program is imported here, nor in `program.py`,
`measured.py` and `goals.py`: what shares no code can contradict it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

MORE = frozenset({"spsm_share", "min_separation_km"})
"""Criteria of which more is better."""
SHARES = frozenset({"spsm_share", "share_beyond"})
"""Criteria that count in percentage points in a sum."""
ROLLOUT = ("cost_msek", "waiting", "unmet")
"""Criteria of the whole horizon."""

Pairs = dict[tuple[str, str], Fraction]


def exact(given: Any) -> Fraction:
    """Return a number of a scenario, alone or with its unit and range, as it is written."""
    return Fraction(str(given["value"] if isinstance(given, dict) else given))


@dataclass(frozen=True)
class Facts:
    """A scenario on the tables of a country.

    Parameters
    ----------
    tables : dict of str to list of dict
        The rows of each table, as in `country.FILES`.
    tree : dict
        The scenario as its file has it, with no `extends`.
    """

    tables: dict[str, list[dict[str, Any]]]
    tree: dict[str, Any]

    def part(self, *keys: str, otherwise: Any = None) -> Any:
        """Return what stands at a key of the scenario, or `otherwise`."""
        node: Any = self.tree
        for key in keys:
            node = (node or {}).get(key)
        return otherwise if node is None else node

    @cached_property
    def level(self) -> str:
        return self.part("units", "level", otherwise="county")

    @cached_property
    def county(self) -> dict[str, str]:
        """Municipality -> its county."""
        return {row["code"]: row["county_code"] for row in self.tables["municipalities"]}

    @cached_property
    def members(self) -> dict[str, list[tuple[str, int]]]:
        """Unit -> its municipalities with how many of its principals live there."""
        count = {
            row["municipality_code"]: (row["principals_estimate"], row["sole_traders_estimate"])
            for row in self.tables["demand"]
        }
        if self.level == "principal":
            found = {
                row["orgnr"]: row["municipality_code"]
                for row in self.tables["principals"]
                if row["status"] != "probably_closed"
            }
            for code, (_, alone) in count.items():
                found |= {f"{code}-sole-{k}": code for k in range(1, alone + 1)}
            return {unit: [(found[unit], 1)] for unit in sorted(found)}
        units: dict[str, list[tuple[str, int]]] = {}
        for code in sorted(self.county):
            unit = self.county[code] if self.level == "county" else code
            units.setdefault(unit, []).append((code, count[code][0]))
        return {unit: units[unit] for unit in sorted(units)}

    @cached_property
    def units(self) -> list[str]:
        return list(self.members)

    @cached_property
    def weight(self) -> dict[str, int]:
        return {unit: sum(n for _, n in rows) for unit, rows in self.members.items()}

    @cached_property
    def total(self) -> int:
        return sum(self.weight.values())

    def county_of(self, unit: str) -> str:
        return self.county[self.members[unit][0][0]]

    @cached_property
    def km(self) -> Pairs:
        return self._shortest("km")

    @cached_property
    def minutes(self) -> Pairs:
        return self._shortest("minutes")

    def _shortest(self, column: str) -> Pairs:
        """Return the shortest way between every two seats: Floyd and Warshall's three loops."""
        seats = sorted(self.county)
        far = Fraction(10**9)
        way = {(a, b): far if a != b else Fraction(0) for a in seats for b in seats}
        for row in self.tables["roads"]:
            pair, length = (row["code_a"], row["code_b"]), Fraction(str(row[column]))
            way[pair] = way[pair[::-1]] = min(way[pair], length)
        for k in seats:
            for a in seats:
                for b in seats:
                    way[a, b] = min(way[a, b], way[a, k] + way[k, b])
        return way

    @cached_property
    def sister(self) -> set[str]:
        """Towns with premises of the sister agency that count."""
        kinds = self.part("sites", "kinds", otherwise=("head_office", "regional_office", "office"))
        basis = self.part("sites", "basis", otherwise=("sourced", "partly_sourced", "unverified"))
        return {
            row["municipality_code"]
            for row in self.tables["sister_sites"]
            if row["kind"] in kinds and row["basis"] in basis
        }

    def listed(self, key: str) -> set[str]:
        """Return the towns that a list of `sites` names."""
        return set(self.part("sites", key, otherwise=()))

    @cached_property
    def sites(self) -> list[str]:
        asked = self.part("sites", "candidates", otherwise="sister")
        named = {
            "sister": self.sister,
            "seats": set(self.county),
            "announced": {row["municipality_code"] for row in self.tables["announced"]},
        }
        towns = named[asked] if isinstance(asked, str) else set(asked)
        fixed = self.listed("required") | self.listed("existing")
        return sorted((towns | fixed) - self.listed("excluded"))

    @cached_property
    def fewest_most(self) -> tuple[int, int]:
        count = self.part("offices", "count")
        return (count, count) if isinstance(count, int) else tuple(count)

    @cached_property
    def campus(self) -> dict[str, Fraction]:
        """Site -> minutes to the nearest campus."""
        towns = {row["municipality_code"] for row in self.tables["campuses"]}
        return {j: min(self.minutes[j, c] for c in towns) for j in self.sites}

    @cached_property
    def far_from_campus(self) -> set[str]:
        limit = exact(self.part("thresholds", "university_limit"))
        return {j for j in self.sites if self.campus[j] > limit}

    def summed(self, unit: str, site: str, way: Pairs) -> Fraction:
        """Return km or minutes summed over the principals of a unit."""
        return sum((n * way[home, site] for home, n in self.members[unit]), Fraction(0))

    def mean(self, unit: str, site: str, way: Pairs) -> Fraction:
        """Return the mean over a unit's principals; without any, over its municipalities."""
        if self.weight[unit]:
            return self.summed(unit, site, way) / self.weight[unit]
        homes = self.members[unit]
        return sum((way[home, site] for home, _ in homes), Fraction(0)) / len(homes)

    def beyond(self, unit: str, site: str, limit: Fraction) -> int:
        """Count the principals of a unit farther than a limit from a site."""
        return sum(n for home, n in self.members[unit] if self.km[home, site] > limit)

    @cached_property
    def empty(self) -> list[str]:
        """Units without principals."""
        return [unit for unit in self.units if not self.weight[unit]]

    def empty_km(self, unit: str, site: str) -> Fraction:
        """Return the km of a unit without principals: each of its municipalities alike."""
        return sum((self.km[home, site] for home, _ in self.members[unit]), Fraction(0))

    def node(self, unit: str) -> str:
        """Return the place of the border graph that a unit lies in."""
        home = self.members[unit][0][0]
        return self.county[home] if self.level == "county" else home

    @cached_property
    def links(self) -> set[tuple[str, str]]:
        """Neighbouring places, both ways: by a border, or by a link where no borders lead."""
        pairs = [(row["code_a"], row["code_b"]) for row in self.tables["adjacency"]]
        reached = {code: {code} for code in self.county}
        for _ in self.county:
            for a, b in pairs:
                reached[a] |= reached[b]
                reached[b] |= reached[a]
        roads = [(row["code_a"], row["code_b"]) for row in self.tables["roads"]]
        pairs += [(a, b) for a, b in roads if b not in reached[a]]
        if self.level == "county":
            pairs = [(self.county[a], self.county[b]) for a, b in pairs]
        return {way for a, b in pairs if a != b for way in ((a, b), (b, a))}

    # The rollout.

    @cached_property
    def periods(self) -> list[dict[str, Any]]:
        return self.part("rollout", "periods", otherwise=[{"name": "2024"}])

    @cached_property
    def names(self) -> list[str]:
        return [period["name"] for period in self.periods]

    @cached_property
    def may_close(self) -> bool:
        return bool(self.part("rollout", "may_close"))

    @cached_property
    def months(self) -> list[Fraction]:
        return [exact(period.get("months", 12)) for period in self.periods]

    @cached_property
    def years(self) -> list[Fraction]:
        return [months / 12 for months in self.months]

    @cached_property
    def wait(self) -> list[Fraction]:
        """Months to the middle of each period, and last to the end of all."""
        ends = [sum(self.months[: t + 1]) for t in range(len(self.months))]
        middles = [end - months / 2 for end, months in zip(ends, self.months, strict=True)]
        return [*middles, Fraction(ends[-1])]

    @cached_property
    def works(self) -> bool:
        """Whether the scenario plans dialogues."""
        return self.part("dialogues") is not None

    def staffing(self, key: str) -> Fraction:
        return exact(self.part("staffing", key))

    def money(self, key: str) -> Fraction:
        return exact(self.part("money", key, otherwise=0))

    @cached_property
    def lent(self) -> Fraction:
        """Full-time equivalents that the sister agency lends."""
        return exact(self.part("staffing", "sister_pool", otherwise=0))

    @cached_property
    def staff_before(self) -> dict[str, Fraction]:
        given = self.part("staffing", "existing", otherwise={})
        return {j: exact(given[j]) if j in given else Fraction(0) for j in self.sites}

    @cached_property
    def due(self) -> dict[str, int]:
        """Unit -> principals who take part: largest remainders, ties in the order of units."""
        uptake = exact(self.part("dialogues", "uptake"))
        share = {unit: uptake * n for unit, n in self.weight.items()}
        whole = {unit: int(x) for unit, x in share.items()}
        missing = round(uptake * self.total) - sum(whole.values())
        for unit in sorted(self.units, key=lambda unit: whole[unit] - share[unit])[:missing]:
            whole[unit] += 1
        return whole

    def hours(self, unit: str, site: str) -> Fraction:
        """Return the advisor hours of a dialogue."""
        journey = 2 * self.mean(unit, site, self.minutes) / 60
        work = self.staffing("preparation") + self.staffing("meeting")
        return self.staffing("taking_part") * (work + self.staffing("in_person") * journey)

    def journey(self, unit: str, site: str) -> Fraction:
        """Return the MSEK of a dialogue's journeys."""
        there_and_back = 2 * self.mean(unit, site, self.km) * self.money("per_km") / 10**6
        return self.staffing("taking_part") * self.staffing("in_person") * there_and_back

    def full_time(self, t: int) -> Fraction:
        """Return the hours that an advisor has in a period."""
        return self.staffing("yearly_hours") * self.years[t]

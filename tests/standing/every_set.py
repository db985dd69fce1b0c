"""All 48,620 sets of ten offices of Sweden's tables, priced from the rows of the tables alone.

Nothing of the program is imported here: paths, counties and the sum are worked out anew.
"""

from __future__ import annotations

import csv
import heapq
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SOLNA = "0184"
KINDS = ("head_office", "regional_office", "office")
NEAR_CAMPUS = 45.0
BEYOND_KM = 150.0


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (folder / file).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Sets:
    """The sets of offices that a rule allows, and what each comes to.

    Parameters
    ----------
    folder : Path
        The data folder.
    count : int
        Offices in a set.
    fixed : tuple of str
        Towns that are in every set.
    basis : tuple of str
        How well sourced a sister agency's office must be.
    spread, share : float
        Rates of exchange: km per km of spread, km per percentage point beyond `BEYOND_KM`.
    """

    folder: Path
    count: int = 10
    fixed: tuple[str, ...] = (SOLNA,)
    basis: tuple[str, ...] = ("sourced", "partly_sourced", "unverified")
    spread: float = 1.0
    share: float = 3.0

    @cached_property
    def home(self) -> dict[str, str]:
        """Municipality -> county."""
        found = rows(self.folder, "municipalities/municipalities.csv")
        return {row["code"]: row["county_code"] for row in found}

    @cached_property
    def principals(self) -> np.ndarray:
        """Of each municipality, shape (m,)."""
        found = rows(self.folder, "principals/principals_by_municipality.csv")
        count = {row["municipality_code"]: int(row["principals_estimate"]) for row in found}
        return np.array([count[code] for code in self.home])

    def ways(self, column: str, start: str) -> dict[str, float]:
        """Return the shortest way from a town to every municipality, by Dijkstra's queue."""
        beside: dict[str, list[tuple[str, float]]] = {}
        for row in rows(self.folder, "travel/roads.csv"):
            for a, b in ((row["code_a"], row["code_b"]), (row["code_b"], row["code_a"])):
                beside.setdefault(a, []).append((b, float(row[column])))
        found: dict[str, float] = {}
        ring = [(0.0, start)]
        while ring:
            far, here = heapq.heappop(ring)
            if here not in found:
                found[here] = far
                for there, length in beside.get(here, ()):
                    heapq.heappush(ring, (far + length, there))
        return found

    @cached_property
    def towns(self) -> tuple[str, ...]:
        """Candidates: with an office of the sister agency, near a campus; and the fixed ones."""
        sister = {
            row["municipality_code"]
            for row in rows(self.folder, "spsm/spsm_sites.csv")
            if row["kind"] in KINDS and row["basis"] in self.basis
        }
        campuses = {
            row["municipality_code"] for row in rows(self.folder, "universities/universities.csv")
        }
        near = set()
        for town in sister | set(self.fixed):
            minutes = self.ways("minutes", town)
            if min(minutes[campus] for campus in campuses) <= NEAR_CAMPUS:
                near.add(town)
        return tuple(sorted(near))

    @cached_property
    def km(self) -> np.ndarray:
        """From each municipality to each candidate, shape (m, j)."""
        by_town = [self.ways("km", town) for town in self.towns]
        return np.array([[ways[code] for ways in by_town] for code in self.home])

    @cached_property
    def sets(self) -> np.ndarray:
        """Every set allowed, as indices into `towns`, shape (n, count)."""
        fixed = [self.towns.index(town) for town in self.fixed]
        others = [j for j in range(len(self.towns)) if j not in fixed]
        return np.array(
            [sorted([*fixed, *more]) for more in combinations(others, self.count - len(fixed))]
        )

    @cached_property
    def far(self) -> np.ndarray:
        """Principals of each municipality who would be beyond the limit, shape (m, j)."""
        return self.principals[:, None] * (self.km > BEYOND_KM + 1e-9)

    @cached_property
    def nearest(self) -> np.ndarray:
        """The town that each county goes to, shape (n, c): where its own part of a sum is least.

        Its part is mean distance and the share far away; the spread hangs on the set alone.
        """
        counties = np.array([*self.home.values()])
        chosen = []
        for county in sorted(set(counties)):
            of = counties == county
            km = (self.principals[of, None] * self.km[of]).sum(axis=0)
            part = (km + self.share * 100 * self.far[of].sum(axis=0)) / self.principals.sum()
            # Of equals the shorter way, though no two are equal in these tables.
            rank = np.lexsort((km, part)).argsort()
            chosen.append(np.take_along_axis(self.sets, rank[self.sets].argmin(axis=1)[:, None], 1))
        return np.hstack(chosen)

    @cached_property
    def figures(self) -> np.ndarray:
        """Mean km, spread in km and share beyond in percentage points of each set, shape (n, 3)."""
        counties = np.array([*self.home.values()])
        total = self.principals.sum()
        mean, share = np.zeros(len(self.sets)), np.zeros(len(self.sets))
        for c, county in enumerate(sorted(set(counties))):
            of = counties == county
            km = (self.principals[of, None] * self.km[of]).sum(axis=0)
            mean += km[self.nearest[:, c]] / total
            share += 100 * self.far[of].sum(axis=0)[self.nearest[:, c]] / total
        spread = [
            self.km[:, some].min(axis=2).mean(axis=0) for some in np.array_split(self.sets, 99)
        ]
        return np.column_stack((mean, np.concatenate(spread), share))

    @cached_property
    def sums(self) -> np.ndarray:
        """The sum of each set, km, shape (n,)."""
        return self.figures @ np.array([1.0, self.spread, self.share])

    def best(self, kept: np.ndarray | None = None) -> int | None:
        """Return the number of the best set, among those kept; None if there is none."""
        sums = self.sums if kept is None else np.where(kept, self.sums, np.inf)
        best = int(sums.argmin())
        return best if np.isfinite(sums[best]) else None

    def having(self, towns: tuple[str, ...]) -> np.ndarray:
        """Tell which sets have all of some towns, shape (n,)."""
        wanted = [self.towns.index(town) for town in towns]
        return np.all([(self.sets == j).any(axis=1) for j in wanted], axis=0)

    def codes(self, number: int) -> tuple[str, ...]:
        """Return the towns of a set."""
        return tuple(self.towns[j] for j in self.sets[number])

    def regions(self, number: int) -> dict[str, str]:
        """Return the town that each county goes to."""
        counties = sorted(set(self.home.values()))
        return dict(zip(counties, (self.towns[j] for j in self.nearest[number]), strict=True))

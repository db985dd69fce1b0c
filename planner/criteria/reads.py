"""What criteria read: of an instance, of the decisions of a model, and of a finished plan.

Protocols, or plain data, so that this package knows nothing of those that use it. Units u, sites j,
municipalities m, periods t, as in `planner.model.instance.Instance`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from planner.criteria.late import np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt
    from pulp import LpVariable

    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Grid = tuple[tuple[LpVariable, ...], ...]


@dataclass(frozen=True)
class Prices:
    """What things cost, MSEK: a year of an advisor, of a lent one and of premises; an opening."""

    advisor: float
    lent: float
    premises: float
    opening: float
    closing: float


class Numbers(Protocol):
    """The numbers of one model."""

    @property
    def members(self) -> Ints:
        """Rows (unit, municipality, principals), shape (n, 3)."""

    @property
    def weight(self) -> Ints:
        """Principals of each unit, shape (u,)."""

    @property
    def total(self) -> int:
        """Principals in all."""

    @property
    def unit_county(self) -> Sequence[str]:
        """The county of each unit."""

    @property
    def whole_counties(self) -> bool:
        """Whether the units are counties."""

    @property
    def fewest(self) -> int:
        """The smallest number of offices allowed."""

    @property
    def most(self) -> int:
        """The largest number of offices allowed."""

    @property
    def beyond_km(self) -> float:
        """A principal farther away than this is beyond."""

    @property
    def university_limit(self) -> float:
        """An office more minutes than this from teacher education is beyond."""

    @property
    def existing(self) -> frozenset[int]:
        """Sites with an office before the first period."""

    @property
    def always_open(self) -> frozenset[int]:
        """Sites whose office is sure to be open in the last period."""

    @property
    def spsm(self) -> Bools:
        """Sites in a town with the sister agency, shape (j,)."""

    @property
    def own(self) -> Bools:
        """Sites in premises of the agency's own, shape (j,)."""

    @property
    def km(self) -> Floats:
        """One way by the shortest road from a municipal seat, shape (m, j)."""

    @property
    def minutes(self) -> Floats:
        """One way by the fastest road, shape (m, j)."""

    @property
    def site_km(self) -> Floats:
        """Between sites, shape (j, j)."""

    @property
    def university_minutes(self) -> Floats:
        """From a site to the nearest campus with teacher education, shape (j,)."""

    @property
    def unit_km(self) -> Floats:
        """Sum of km over the principals of a unit, shape (u, j)."""

    @property
    def unit_minutes(self) -> Floats:
        """Sum of minutes over the principals of a unit, shape (u, j)."""

    @property
    def unit_farthest(self) -> Floats:
        """Km to the farthest principal of a unit, shape (u, j)."""

    def beyond(self, limit_km: float, /) -> Floats:
        """Count the principals of each unit farther than a limit, shape (u, j)."""

    @property
    def node_of_unit(self) -> Ints:
        """The node of the graph of neighbours that each unit lies in, shape (u,)."""

    @property
    def node_links(self) -> Sequence[tuple[int, int]]:
        """Neighbouring nodes: counties where the units are counties, else municipalities."""

    @property
    def years(self) -> Floats:
        """Length of each period, shape (t,)."""

    @property
    def wait(self) -> Floats:
        """Months to the middle of each period, then to the end, shape (t + 1,)."""

    @property
    def target(self) -> Ints:
        """Principals of each unit who take part, shape (u,)."""

    @property
    def journey_msek(self) -> Floats:
        """Cost of the journeys of a dialogue, shape (u, j)."""

    @property
    def prices(self) -> Prices | None:
        """None where the scenario plans no work."""


def unlimited() -> None:
    """Let a model be built however long it takes."""


@dataclass(frozen=True)
class Work:
    """Decisions about staff and dialogues.

    Attributes
    ----------
    advisors : [t][j] integer
        Advisors employed at an office.
    hires : [t][j] >= 0
        Advisors who are new there.
    pool : [t][j] >= 0
        Full-time equivalents lent by the sister agency.
    dialogues : [t][u][j] >= 0
        Principals of a unit who have their first dialogue; whole numbers in a finished plan.
    unmet : [u] >= 0
        Principals of a unit who would take part but get no dialogue.
    held : [t] >= 0
        Dialogues of the whole country up to the end of a period.
    """

    advisors: Grid
    hires: Grid
    pool: Grid
    dialogues: tuple[Grid, ...]
    unmet: tuple[LpVariable, ...]
    held: tuple[LpVariable, ...]


@dataclass(frozen=True)
class Variables:
    """Decisions by period t, unit u and site j.

    Attributes
    ----------
    open : [t][j] binary
        Site j has an open office in period t.
    starts : [t][j] in [0, 1]
        The office opens at the start of period t (existing offices never do).
    closes : [t][j] in [0, 1]
        The office closes at the start of period t.
    serve : [t][u][j] binary
        Unit u belongs to office j in period t.
    own : [t][u][j] in [0, 1], before the last period
        At most 1 where the office that unit u ends up with is j and serves it in period t.
    work : Work or None
        None where the scenario plans no dialogues.
    go_on : callable
        Raises what ends the building of a model once a limit has come.
    """

    open: Grid
    starts: Grid
    closes: Grid
    serve: tuple[Grid, ...]
    own: tuple[Grid, ...] = ()
    work: Work | None = None
    go_on: Callable[[], None] = field(default=unlimited, compare=False)

    def pairs(self, periods: int) -> Iterator[tuple[int, int]]:
        """Yield (t, u) for the first periods and all units, for rules with a row a site too."""
        for pair in itertools.product(range(periods), range(len(self.serve[0]))):
            self.go_on()
            yield pair


@dataclass(frozen=True)
class WorkDone:
    """Staff and dialogues of a rollout.

    Attributes
    ----------
    advisors : numpy.ndarray of int, shape (t, j)
    pool : numpy.ndarray of float, shape (t, j)
        Full-time equivalents lent by the sister agency.
    dialogues : numpy.ndarray, shape (t, u)
        Held by the office that serves the unit in the period; whole numbers once finished.
    """

    advisors: Ints
    pool: Floats
    dialogues: Floats


@dataclass(frozen=True)
class Solution:
    """What a solve decides, all that measuring needs: open sites, who serves whom, the work.

    Attributes
    ----------
    offices : tuple of tuple of int
        Open sites in each period, as indices.
    served_by : numpy.ndarray of int, shape (t, u)
    """

    offices: tuple[tuple[int, ...], ...]
    served_by: Ints
    work: WorkDone | None = None

    def among(self, sites: Sequence[int], count: int) -> Solution:
        """Return a solution for these sites alone, as one for all `count` sites."""
        number = np.array(sites, dtype=np.int64)
        offices = tuple(tuple(int(number[j]) for j in opened) for opened in self.offices)
        work = self.work
        if work is not None:
            advisors = np.zeros((len(offices), count), dtype=work.advisors.dtype)
            pool = np.zeros((len(offices), count))
            advisors[:, number], pool[:, number] = work.advisors, work.pool
            work = replace(work, advisors=advisors, pool=pool)
        return Solution(offices, number[self.served_by], work)


class Sets(Protocol):
    """Many sets of offices, to be priced at once."""

    @property
    def sets(self) -> Bools:
        """Which sites are open, shape (n, j)."""

    @property
    def counts(self) -> Ints:
        """Number of offices of each set, shape (n,)."""

    def least(self, cost: Floats, /) -> Floats:
        """Return the sum over rows of a cost (rows, j) of the least open column, shape (n,)."""

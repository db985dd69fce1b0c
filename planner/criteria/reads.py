"""What criteria read: of an instance, of the decisions of a model, and of a finished plan.

Protocols, so that this package knows nothing of those that use it. Units u, sites j,
municipalities m, periods t, as in `planner.model.instance.Instance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    from pulp import LpVariable

    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Grid = Sequence[Sequence[LpVariable]]


class Prices(Protocol):
    """What things cost, in MSEK."""

    @property
    def advisor(self) -> float:
        """A year of an advisor."""

    @property
    def lent(self) -> float:
        """A year of an advisor lent by the sister agency."""

    @property
    def premises(self) -> float:
        """A year of an office's premises."""

    @property
    def opening(self) -> float:
        """To open an office."""

    @property
    def closing(self) -> float:
        """To close one."""


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


class WorkDecisions(Protocol):
    """Decisions about staff and dialogues, as in `planner.model.variables`."""

    @property
    def advisors(self) -> Grid:
        """[t][j]: advisors employed at an office."""

    @property
    def pool(self) -> Grid:
        """[t][j]: full-time equivalents lent by the sister agency."""

    @property
    def dialogues(self) -> Sequence[Grid]:
        """[t][u][j]: principals who have their first dialogue."""

    @property
    def unmet(self) -> Sequence[LpVariable]:
        """[u]: principals who would take part but get no dialogue."""


class Decisions(Protocol):
    """The decisions of a model, as in `planner.model.variables`."""

    @property
    def open(self) -> Grid:
        """[t][j]: a site has an open office."""

    @property
    def starts(self) -> Grid:
        """[t][j]: it opens."""

    @property
    def closes(self) -> Grid:
        """[t][j]: it closes."""

    @property
    def serve(self) -> Sequence[Grid]:
        """[t][u][j]: a unit belongs to an office."""

    @property
    def work(self) -> WorkDecisions | None:
        """None where the scenario plans no dialogues."""


class WorkDone(Protocol):
    """Staff and dialogues of a finished plan, as in `planner.model.solution`."""

    @property
    def advisors(self) -> Ints:
        """Shape (t, j)."""

    @property
    def pool(self) -> Floats:
        """Shape (t, j)."""

    @property
    def dialogues(self) -> Floats:
        """Held by the office that serves the unit, shape (t, u)."""


class Outcome(Protocol):
    """What a finished plan decides, as in `planner.model.solution`."""

    @property
    def offices(self) -> Sequence[Sequence[int]]:
        """Open sites of each period."""

    @property
    def served_by(self) -> Ints:
        """The site that serves each unit, shape (t, u)."""

    @property
    def work(self) -> WorkDone | None:
        """None where the scenario plans no dialogues."""


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

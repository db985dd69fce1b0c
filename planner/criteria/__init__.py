"""The criteria: one module a kind, all of them in one table, every list derived from it.

To add one: write it in the module of its kind, a line in `FIGURES`, its exact check in
`planner/verify/figures.py`, its measure in `planner/hardrules/siting.py`, its words in each
language, and a test.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerUnit
from planner.criteria.offices import SPSM_SHARE, UNIVERSITY_BEYOND, UNIVERSITY_MINUTES
from planner.criteria.regions import BALANCE, CONTIGUOUS, COUNTY_SPLITS, LARGEST_REGION
from planner.criteria.rollout import COST_MSEK, UNMET, WAITING
from planner.criteria.spacing import MIN_SEPARATION_KM, SPREAD
from planner.criteria.travel import MAX_KM, MEAN_KM, MEAN_MINUTES, P95_KM, SHARE_BEYOND
from planner.criteria.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _by_name(criteria: Iterable[Criterion]) -> Mapping[str, Criterion]:
    return MappingProxyType({criterion.name: criterion for criterion in criteria})


FIGURES = _by_name(
    (
        MEAN_KM,
        MEAN_MINUTES,
        P95_KM,
        MAX_KM,
        SHARE_BEYOND,
        SPREAD,
        MIN_SEPARATION_KM,
        UNIVERSITY_MINUTES,
        UNIVERSITY_BEYOND,
        SPSM_SHARE,
        COUNTY_SPLITS,
        CONTIGUOUS,
        BALANCE,
        LARGEST_REGION,
        COST_MSEK,
        WAITING,
        UNMET,
    )
)
"""Everything that is measured of a plan, in the order in which it is shown."""

CRITERIA = _by_name(each for each in FIGURES.values() if each.asked)
"""What a scenario may name in a limit."""

EXPRESSIONS = {name: each.expression for name, each in CRITERIA.items() if each.expression}
"""Criterion -> its expression in a model, where it has one."""

OPTIMISABLE = tuple(EXPRESSIONS)
"""Criteria an objective may name; a percentile can be bounded but not weighed."""

ROLLOUT_CRITERIA = tuple(name for name, each in CRITERIA.items() if each.horizon)
"""Criteria of the whole horizon; they need the sections dialogues, staffing and money."""

SITING_CRITERIA = tuple(name for name, each in CRITERIA.items() if not each.horizon)
"""Criteria of the offices and regions of the last period."""

SITES_ALONE = tuple(name for name, each in CRITERIA.items() if each.sites_alone)
"""Criteria that the set of offices decides, whoever is served by which."""

SUMS = tuple(name for name, each in CRITERIA.items() if isinstance(each.price, PerUnit))
"""Criteria that are a sum over units of what their own office costs."""

PULLING = tuple(name for name in SITING_CRITERIA if name in OPTIMISABLE and name not in SITES_ALONE)
"""Criteria that may pull a unit to another office than the nearest: the regions change them."""


def sum_unit(leading: str) -> str:
    """Return the unit of a sum that is told in the unit of a criterion."""
    return UNITS[CRITERIA[leading].unit].summed


def rate_unit(leading: str, name: str) -> str:
    """Return the unit of a criterion's rate of exchange, such as "km per percentage point"."""
    return f"{sum_unit(leading)} per {UNITS[CRITERIA[name].unit].one}"

"""The criteria by name: of what kind each is, which way is better, what it is a sum of.

How each is measured stands in `figures.site_figures` and `work_done.work_figures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT = 100


@dataclass(frozen=True)
class Traits:
    """What else is to be known of a criterion than its figure.

    Attributes
    ----------
    kind : str
        "travel" and "money" rest on figures kept to the sixth decimal; a "share" from 0 to 1 is
        read, and weighed by rates, in percentage points; "yes or no" is told in words.
    sums : str
        What it is a sum or a mean over, if it can be priced for each of them alone.
    more_is_better : bool
    rollout : bool
        Whether it is of the whole horizon, and not of the sites at its end.
    best : int, optional
        What no plan can be better than, whatever the tables say.
    since : str
        The version of planner that first told of it; empty where all have.
    """

    kind: Literal["travel", "money", "share", "count", "ratio", "yes or no"]
    sums: Literal["units", "municipalities", "offices", ""] = ""
    more_is_better: bool = False
    rollout: bool = False
    best: int | None = None
    since: str = ""


CRITERIA: Mapping[str, Traits] = {
    "mean_km": Traits("travel", "units"),
    "mean_minutes": Traits("travel", "units"),
    "p95_km": Traits("travel"),
    "max_km": Traits("travel"),
    "share_beyond": Traits("share", "units", best=0),
    "spread": Traits("travel", "municipalities"),
    "min_separation_km": Traits("travel", more_is_better=True),
    "university_minutes": Traits("travel", "offices"),
    "university_beyond": Traits("count", "offices", best=0),
    "spsm_share": Traits("share", "offices", more_is_better=True, best=1),
    "county_splits": Traits("count", best=0),
    "contiguous": Traits("yes or no", more_is_better=True),
    "balance": Traits("ratio"),
    "largest_region": Traits("count", since="0.2.0"),
    "cost_msek": Traits("money", rollout=True),
    "waiting": Traits("count", rollout=True),
    "unmet": Traits("count", rollout=True),
}

ROLLOUT = frozenset(name for name, traits in CRITERIA.items() if traits.rollout)
SHARES = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "share")
TRAVEL = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "travel")
MONEY = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "money")
YES_NO = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "yes or no")
SUMS = frozenset(name for name, traits in CRITERIA.items() if traits.sums)
PER_UNIT = tuple(name for name, traits in CRITERIA.items() if traits.sums == "units")
LARGER_IS_BETTER = frozenset(name for name, traits in CRITERIA.items() if traits.more_is_better)
BEST = {name: traits.best for name, traits in CRITERIA.items() if traits.best is not None}


def unknown_to(version: str) -> set[str]:
    """Return the criteria that a version of planner did not have; of one that is none, no names."""
    return {
        name
        for name, traits in CRITERIA.items()
        if traits.since and () < _parts(version) < _parts(traits.since)
    }


def _parts(version: str) -> tuple[int, ...]:
    found = version.split(".")
    return tuple(map(int, found)) if all(part.isdecimal() for part in found) else ()


def sign(goal: str) -> int:
    """Return 1 where less of a goal is better, -1 where more is."""
    return -1 if goal in LARGER_IS_BETTER else 1

"""What the tables of a data folder add up to, beside what they did in the last run with it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from planner import cache
from planner.case.columns import Area, Count
from planner.case.read import summary
from planner.case.schemas import TABLES
from planner.message import Message, join, say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planner.case.types import Inputs


class Moved(NamedTuple):
    """A total that is another than in the last run."""

    total: Message
    before: float
    now: float

    def to_dict(self, language: str) -> dict[str, object]:
        """Return it for machines, the name of the total in a language."""
        return {"total": self.total.said(language), "before": self.before, "now": self.now}


def totals(inputs: Inputs) -> list[tuple[Message, float]]:
    """Return how many rows the tables have and what their figures add up to, in a fixed order."""
    found: list[tuple[Message, float]] = [
        (name, count) for name, count in summary(inputs) if not isinstance(count, str)
    ]
    hints = TABLES["municipalities"].columns
    columns = [inputs.municipalities[c] for c, hint in hints.items() if hint in (Count, Area)]
    columns += [inputs.roads[c] for c in ("km", "minutes")]
    return found + [(say("{}", c.name), round(c.sum().item(), 3)) for c in columns]


def moved(inputs: Inputs, folder: Path) -> list[Moved]:
    """Return the totals that are others than in the last run with a data folder.

    Parameters
    ----------
    folder : pathlib.Path
        The last run is known by the folder's path, in the user's cache; where none is remembered
        there, nothing has moved.
    """
    found = cache.load(_name(folder))
    before = json.loads(found) if found is not None else {}
    return [
        Moved(total, before[total], now)
        for total, now in totals(inputs)
        if before.get(total, now) != now
    ]


def remember(inputs: Inputs, folder: Path) -> None:
    """Keep the totals of a run, for the next one with this data folder to be held against."""
    cache.store(_name(folder), json.dumps(dict(totals(inputs))).encode())


def moved_told(found: Iterable[Moved]) -> Message:
    """Return on one line what has moved."""
    told = [say("{}: {:.12g} → {:.12g}", *each) for each in found]
    return say("Since the last run with this data folder: {}", join(told))


def _name(folder: Path) -> str:
    return f"totals-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()}"

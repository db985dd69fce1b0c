"""A complete plan on the ground: who serves each municipality, what each office serves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.verify.case import Case


@dataclass(frozen=True)
class Home:
    """A municipality: its principals by office, the office that serves most of them first."""

    split: Mapping[str, int]

    @property
    def office(self) -> str:
        """The office that serves most of its principals."""
        return next(iter(self.split))

    @property
    def principals(self) -> int:
        """All its principals."""
        return sum(self.split.values())


@dataclass(frozen=True)
class Region:
    """What an office serves; means over principals, None where there are none."""

    municipalities: int
    principals: int
    km: Fraction | None
    minutes: Fraction | None
    farthest: Fraction | None


def homes(case: Case, served: Mapping[str, str]) -> dict[str, Home]:
    """Return every municipality that a unit lies in, with the offices that serve it.

    Parameters
    ----------
    case : Case
    served : mapping of str to str
        Unit -> office.
    """
    shares: dict[str, Counter[str]] = {}
    for unit, members in case.members.items():
        for home, n in members:
            shares.setdefault(home, Counter())[served[unit]] += n
    return {
        # Sorted by office first, so that those with as many stand in the order of their codes.
        code: Home(dict(sorted(sorted(split.items()), key=lambda pair: -pair[1])))
        for code, split in sorted(shares.items())
    }


def regions(case: Case, offices: Iterable[str], found: Mapping[str, Home]) -> dict[str, Region]:
    """Return the region of every office, by the municipalities that it serves some of."""
    return {office: _region(case, office, found) for office in offices}


def _region(case: Case, office: str, found: Mapping[str, Home]) -> Region:
    served = [(code, home.split[office]) for code, home in found.items() if office in home.split]
    ways = [(case.km(code, office), case.minutes(code, office), n) for code, n in served if n]
    total = sum(n for *_, n in ways)
    if not total:
        return Region(len(served), 0, None, None, None)
    return Region(
        len(served),
        total,
        sum((km * n for km, _, n in ways), Fraction(0)) / total,
        sum((minutes * n for _, minutes, n in ways), Fraction(0)) / total,
        max(km for km, _, _ in ways),
    )

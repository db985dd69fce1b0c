"""A complete plan on the ground: who serves each municipality, what each office serves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.verify.exact_case import ExactCase


@dataclass(frozen=True)
class HomeMunicipality:
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
class RegionFigures:
    """What an office serves; means over principals, None where there are none."""

    municipalities: int
    principals: int
    km: Fraction | None
    minutes: Fraction | None
    farthest: Fraction | None


def homes(case: ExactCase, served: Mapping[str, str]) -> dict[str, HomeMunicipality]:
    """Return every municipality that a unit lies in, with the offices that serve it.

    Parameters
    ----------
    case : ExactCase
    served : mapping of str to str
        Unit -> office.
    """
    shares: dict[str, Counter[str]] = {}
    for unit, members in case.members.items():
        for home, n in members:
            shares.setdefault(home, Counter())[served[unit]] += n
    return {
        # Sorted by office first, so that those with as many stand in the order of their codes.
        code: HomeMunicipality(dict(sorted(sorted(split.items()), key=lambda pair: -pair[1])))
        for code, split in sorted(shares.items())
    }


def regions(
    case: ExactCase, offices: Iterable[str], found: Mapping[str, HomeMunicipality]
) -> dict[str, RegionFigures]:
    """Return the region of every office, by the municipalities that it serves some of."""
    return {office: _region(case, office, found) for office in offices}


def _region(case: ExactCase, office: str, found: Mapping[str, HomeMunicipality]) -> RegionFigures:
    served = [(code, home.split[office]) for code, home in found.items() if office in home.split]
    ways = [(case.km(code, office), case.minutes(code, office), n) for code, n in served if n]
    total = sum(n for *_, n in ways)
    if not total:
        return RegionFigures(len(served), 0, None, None, None)
    return RegionFigures(
        len(served),
        total,
        sum((km * n for km, _, n in ways), Fraction(0)) / total,
        sum((minutes * n for _, minutes, n in ways), Fraction(0)) / total,
        max(km for km, _, _ in ways),
    )

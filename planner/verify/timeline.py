"""Who is open and who serves whom, period by period, and what each office then serves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.verify.exact_case import ExactCase
from planner.verify.run_files import Plan


@dataclass(frozen=True)
class Timeline:
    """Who is open and who serves whom, period by period, as the plan tells it.

    Attributes
    ----------
    open : tuple of frozenset of str
        Open offices in each period of the scenario.
    served : tuple of mapping of str to str
        Unit -> office in each period; only units of the scenario and offices that are open.
    """

    open: tuple[frozenset[str], ...]
    served: tuple[Mapping[str, str], ...]


def timeline(case: ExactCase, plan: Plan) -> Timeline:
    """Read who is open and who serves whom, leaving out what other checks find wrong."""
    names = [period.name for period in case.rules.periods]
    told = {
        period.period: frozenset(period.open) & case.tables.county.keys() for period in plan.periods
    }
    served: dict[str, dict[str, str]] = {name: {} for name in names}
    for row in plan.assignments:
        if (
            row.period in served
            and row.id in case.members
            and row.office in told.get(row.period, ())
        ):
            served[row.period].setdefault(row.id, row.office)
    return Timeline(
        tuple(told.get(name, frozenset()) for name in names),
        tuple(served[name] for name in names),
    )


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


def region(
    case: ExactCase, office: str, found: Mapping[str, HomeMunicipality]
) -> dict[str, int | Fraction | None]:
    """Return what an office serves, by name; means over principals, None where there are none."""
    served = [(code, home.split[office]) for code, home in found.items() if office in home.split]
    ways = [(case.km(code, office), case.minutes(code, office), n) for code, n in served if n]
    total = sum(n for *_, n in ways)
    return {
        "municipalities": len(served),
        "principals": total,
        "mean_km": sum((km * n for km, _, n in ways), Fraction(0)) / total if total else None,
        "mean_minutes": sum((t * n for _, t, n in ways), Fraction(0)) / total if total else None,
        "farthest_km": max((km for km, _, _ in ways), default=None),
    }

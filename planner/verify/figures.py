"""Who is open and who serves whom, and every figure of a plan computed again from that."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, misses, shown
from planner.verify.criteria import MONEY, TRAVEL, unknown_to
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


Figures = dict[str, Fraction | None]


def site_figures(case: ExactCase, offices: Iterable[str], served: Mapping[str, str]) -> Figures:
    """Compute the criteria of one period's offices and regions.

    Parameters
    ----------
    offices : iterable of str
        Open offices, at least one.
    served : mapping of str to str
        Unit -> the office that serves it.
    """
    open_now, people = sorted(offices), case.total
    rows = [
        (case.km(home, served[unit]), case.minutes(home, served[unit]), n)
        for unit, members in case.members.items()
        for home, n in members
        if n
    ]
    campus = [case.campus_minutes(town) for town in open_now]
    reached = [x for x in campus if x is not None]
    far = sum(x is None or x > case.rules.university_limit for x in campus)
    counted = [town for town in open_now if town not in case.rules.sites.own_premises]
    load = dict.fromkeys(open_now, 0)
    for unit, office in served.items():
        load[office] += case.weight[unit]
    sister = sum(town in case.sister_towns for town in counted)
    pairs = [case.km(a, b) for a in open_now for b in open_now if a < b]
    max_km, share_beyond = reach(case, served)
    return {
        "mean_km": sum((km * n for km, _, n in rows), Fraction(0)) / people,
        "mean_minutes": sum((minutes * n for _, minutes, n in rows), Fraction(0)) / people,
        "p95_km": weighted_percentile([(km, n) for km, _, n in rows], Fraction(95, 100)),
        "max_km": max_km,
        "share_beyond": share_beyond,
        "spread": spread(case, open_now),
        "min_separation_km": min(pairs, default=Fraction(0)),
        "university_minutes": sum(reached, Fraction(0)) / len(campus)
        if len(reached) == len(campus)
        else None,
        "university_beyond": Fraction(far),
        "spsm_share": Fraction(sister, len(counted)) if counted else Fraction(1),
        "county_splits": Fraction(splits(case, served)),
        "contiguous": Fraction(not stray_parts(case, served)),
        "balance": Fraction(max(load.values()) * len(open_now), people),
        "largest_region": Fraction(max(load.values())),
    }


def reach(case: ExactCase, served: Mapping[str, str]) -> tuple[Fraction, Fraction]:
    """Return the km of the principal farthest away, and the share farther than the threshold."""
    ways = [
        (case.km(home, served[unit]), n)
        for unit, members in case.members.items()
        for home, n in members
        if n
    ]
    far = sum(n for km, n in ways if km > case.rules.beyond_km)
    return max(km for km, _ in ways), Fraction(far, case.total)


def splits(case: ExactCase, served: Mapping[str, str]) -> int:
    """Return how many counties more than one office serves."""
    offices_of: dict[str, set[str]] = {}
    for unit, office in served.items():
        offices_of.setdefault(case.county(unit), set()).add(office)
    return sum(len(each) > 1 for each in offices_of.values())


def spread(case: ExactCase, offices: Iterable[str]) -> Fraction:
    """Return the mean over municipalities of km to the nearest office, not weighted."""
    away = zip(*(case.km.steps(office) for office in offices), strict=True)
    return Fraction(sum(map(min, away)), case.km.scale * len(case.tables.county))


def weighted_percentile(rows: list[tuple[Fraction, int]], share: Fraction) -> Fraction:
    """Return the least value that at least a share of the weight does not exceed."""
    needed = share * sum(n for _, n in rows)
    reached = 0
    for value, n in sorted(rows):
        reached += n
        if reached >= needed:
            return value
    raise AssertionError("the weights sum to their sum")


def stray_parts(case: ExactCase, served: Mapping[str, str]) -> list[tuple[str, frozenset[str]]]:
    """Return (office, places) for each part of a region that no border joins to its largest."""
    regions: dict[str, set[str]] = {}
    for unit, office in served.items():
        regions.setdefault(office, set()).update(case.places(unit))
    found = []
    for office, places in sorted(regions.items()):
        parts = sorted(_parts(places, case.neighbours), key=min)
        parts.sort(key=len, reverse=True)
        found += [(office, part) for part in parts[1:]]
    return found


def _parts(
    places: Iterable[str], neighbours: Mapping[str, frozenset[str]]
) -> Iterator[frozenset[str]]:
    left = set(places)
    while left:
        part, edge = set[str](), {left.pop()}
        while edge:
            part |= edge
            edge = {n for place in edge for n in neighbours.get(place, ()) if n in left}
            left -= edge
        yield frozenset(part)


def check_reach(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    """Compare how far principals have in every period with what is computed again."""
    told = {period.period: period for period in plan.periods}
    wrong: list[str] = []
    farthest = []
    for span, served in zip(case.rules.periods, when.served, strict=True):
        max_km, share = reach(case, served)
        farthest.append(max_km)
        wrong += misses(f"{span.name} max_km", told[span.name].max_km, max_km, MILLIONTH)
        found = told[span.name].share_beyond
        wrong += misses(f"{span.name} share_beyond", found, share)
    return check(say("period distances"), wrong, say("farthest {} km", shown(farthest)))


def kept(case: ExactCase, name: str) -> Fraction:
    """Return how far a criterion may be off for what it was rounded to before it was summed up."""
    if name in MONEY:
        return MILLIONTH * len(case.rules.periods)
    return MILLIONTH if name in TRAVEL else Fraction(0)


def check_criteria(
    case: ExactCase, plan: Plan, exact: Figures, version: str = ""
) -> Iterator[Check]:
    """Compare every criterion of the plan with the one computed again.

    One that the version of planner which wrote the plan did not have may be missing, unless the
    scenario asks something of it.
    """
    missing = [name for name in exact if name not in plan.criteria]
    later = sorted(unknown_to(version).intersection(missing) - case.rules.asked)
    wrong = [
        say("{}: expected {}, found nothing", name, shown(exact[name]))
        for name in missing
        if name not in later
    ]
    wrong += [
        say("{}: not a criterion of this scenario", name)
        for name in plan.criteria
        if name not in exact
    ]
    holds = say("{} criteria, all of them known", len(exact) - len(later))
    if later:
        holds += say("; not told, made before it was a criterion: {}", ", ".join(later))
    yield check(say("criteria"), wrong, holds)
    for name in sorted(exact.keys() & plan.criteria.keys()):
        found = misses(name, plan.criteria[name], exact[name], kept(case, name))
        yield check(say("criteria.{}", name), found, shown(exact[name]))

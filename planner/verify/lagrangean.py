"""A bound of our own, owing nothing to the solver: Lagrangean duals of the siting problem.

Where the first objective is a sum over units, municipalities and offices, it is a p-median:
choose offices S, and every row i pays its cheapest open site. For any multipliers u,

    sum_i u_i + min over S of sum_{j in S} (f_j + sum_i min(0, c_ij - u_i))

is at most the cost of every choice of offices (Cornuejols, Fisher and Nemhauser, Management
Science 23, 1977). Multipliers are found by subgradient steps; costs are rounded down to whole
numbers and the sum is exact, so that rounding can't lift the bound.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.verify.criteria import PER_UNIT, SUMS
from planner.verify.exact_case import ExactCase

SCALE = 10**9
"""Whole numbers are billionths of the objective's unit."""

EFFORT = 12_000_000
"""About so many cells are looked at in all, a second's work."""

MEMORY = 0.7
PATIENCE = 8
"""Share of the last step that goes on in the next; steps halve after so many without a better."""


@dataclass(frozen=True)
class SitingProblem:
    """Whole-number costs, rounded down: rows that each pay their cheapest open site.

    Attributes
    ----------
    columns : tuple of tuple of int
        For each site, what every row pays if it is the cheapest.
    fixed : tuple of int
        What each open site costs by itself.
    forced : frozenset of int
        Sites that must be open.
    fewest, most : int
        Bounds on the number of open sites.
    """

    sites: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]
    fixed: tuple[int, ...]
    forced: frozenset[int]
    fewest: int
    most: int

    def value(self, offices: Iterable[int]) -> Fraction:
        """Return the cost of a choice of offices; at most the true one, by a row's rounding."""
        chosen = list(offices)
        cheapest = sum(min(row) for row in _rows(self, chosen))
        return Fraction(cheapest + sum(self.fixed[j] for j in chosen), SCALE)

    @property
    def rounding(self) -> Fraction:
        """The most that rounding down takes from a value."""
        return Fraction(len(PER_UNIT) * len(self.columns[0]) + len(self.sites), SCALE)


def median(case: ExactCase, weights: Mapping[str, Fraction]) -> SitingProblem | None:
    """Lay out an objective sum_k weights[k] criterion[k] to be minimised.

    Returns None where a criterion is no sum over units, municipalities and offices.
    """
    rules = case.rules
    if set(weights) - SUMS:
        return None
    if set(weights) & {"university_minutes", "spsm_share"} and rules.fewest != rules.most:
        return None
    if "university_minutes" in weights and not case.tables.campuses:
        return None
    if "spsm_share" in weights and rules.most <= len(rules.sites.own_premises):
        return None
    sites = tuple(sorted(case.allowed))
    columns = tuple(tuple(_column(case, weights, site)) for site in sites)
    fixed = tuple(_fixed(case, weights, sites))
    stays = () if rules.may_close and len(rules.periods) > 1 else rules.sites.existing
    required = {*rules.sites.required, *stays}
    forced = frozenset(j for j, site in enumerate(sites) if site in required)
    return SitingProblem(sites, columns, fixed, forced, rules.fewest, rules.most)


def _column(case: ExactCase, weights: Mapping[str, Fraction], site: str) -> list[int]:
    """Return what every unit and every municipality pays a site, rounded down."""
    paid = [0] * len(case.members)
    for name in PER_UNIT:
        if name in weights:
            weight = weights[name] * SCALE / case.total
            for row, people in enumerate(_people_times(case, name, site)):
                paid[row] += _floor(weight, people)
    if "spread" in weights:
        weight = weights["spread"] * SCALE / (len(case.tables.county) * case.km.scale)
        paid += [_floor(weight, steps) for steps in case.km.steps(site)]
    return paid


def _people_times(case: ExactCase, name: str, site: str) -> Iterator[Fraction]:
    """Yield the sum over the principals of each unit of km, minutes, or being beyond the limit."""
    distances = {"mean_km": case.km, "mean_minutes": case.minutes, "share_beyond": case.km}
    distance = distances[name]  # another criterion's sum is to be written here before it is bound
    steps, number, scale = distance.steps(site), distance.number, distance.scale
    limit = case.rules.beyond_km * scale
    for members in case.members.values():
        if name == "share_beyond":
            yield Fraction(sum(n for home, n in members if steps[number[home]] > limit))
        else:
            yield Fraction(sum(steps[number[home]] * n for home, n in members), scale)


def _floor(weight: Fraction, times: Fraction | int) -> int:
    return weight.numerator * times.numerator // (weight.denominator * times.denominator)


def _fixed(case: ExactCase, weights: Mapping[str, Fraction], sites: Sequence[str]) -> Iterator[int]:
    """Yield what every site costs when it is open: its share of a mean or a count over offices."""
    own = [site for site in sites if site in case.rules.sites.own_premises]
    # Offices in own premises don't count in spsm_share; were one closed, each would be worth less.
    counted = case.rules.most - len(own)
    priced = ("university_minutes", "university_beyond", "spsm_share")
    minutes, beyond, share = (weights.get(name, Fraction(0)) for name in priced)
    for site in sites:
        pays = Fraction(0)
        if minutes or beyond:
            campus = case.campus_minutes(site)
            pays += minutes * (campus or 0) / case.rules.most
            pays += beyond if campus is None or campus > case.rules.university_limit else 0
        if share and site in case.sister_towns and site not in own:
            pays += share / counted
        yield math.floor(pays * SCALE)


def lower_bound(p: SitingProblem, known: Fraction, start: Iterable[int]) -> Fraction:
    """Return the best bound that subgradient steps find, with memory of the steps before.

    Parameters
    ----------
    known : Fraction
        The objective of a plan that is known: steps are measured against it.
    start : iterable of int
        Its offices; multipliers begin where each row just pays the nearest of them.

    References
    ----------
    Camerini, Fratta and Maffioli, Mathematical Programming Study 3, 1975.
    """
    now = list(start)
    multipliers = [min(row) + 1 for row in _rows(p, now)]
    direction = [0.0] * len(multipliers)
    aim = int(known * SCALE)
    best, reach, stalled = -math.inf, 1.0, 0
    for _ in range(max(20, min(400, EFFORT // (len(multipliers) * len(p.sites))))):
        value, chosen = _dual(p, multipliers)
        if value > best:
            best, stalled = value, 0
        else:
            stalled += 1
            reach, stalled = (reach / 2, 0) if stalled == PATIENCE else (reach, stalled)
        slope = [
            1 - sum(map(u.__gt__, row))
            for row, u in zip(_rows(p, chosen), multipliers, strict=True)
        ]
        if value >= aim or not any(slope):
            break
        direction = [g + MEMORY * d for g, d in zip(slope, direction, strict=True)]
        step = reach * (aim - value) / sum(d * d for d in direction)
        multipliers = [u + int(step * d) for u, d in zip(multipliers, direction, strict=True)]
    return Fraction(int(best), SCALE)


def _rows(p: SitingProblem, offices: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Yield what every row would pay each of some offices."""
    return zip(*(p.columns[j] for j in offices), strict=True)


def _dual(p: SitingProblem, multipliers: Sequence[int]) -> tuple[int, list[int]]:
    """Return the bound of some multipliers, and the offices that the minimum chooses."""
    gain = [
        fixed + sum(pays - u for pays, u in zip(column, multipliers, strict=True) if pays < u)
        for column, fixed in zip(p.columns, p.fixed, strict=True)
    ]
    chosen = sorted(p.forced)
    for j in sorted(set(range(len(gain))) - p.forced, key=gain.__getitem__):
        if len(chosen) >= p.fewest and (gain[j] >= 0 or len(chosen) >= p.most):
            break
        chosen.append(j)
    return sum(multipliers) + sum(gain[j] for j in chosen), chosen


def better_exchange(
    p: SitingProblem, offices: Iterable[int], movable: Iterable[int], less_than: Fraction
) -> tuple[str, str, Fraction] | None:
    """Return (office, other town, value) of an exchange that costs less than a bound, if any.

    The one plan that a wrong bound can't survive: a cheaper one than it allows.
    """
    now = list(offices)
    rows = [sorted(zip(row, now, strict=True))[:2] for row in _rows(p, now)]
    limit = math.floor((less_than - p.rounding) * SCALE)
    fixed = sum(p.fixed[j] for j in now)
    for leaves in sorted(movable):
        kept = [
            pair[0][0] if pair[0][1] != leaves else pair[1][0] if len(pair) > 1 else None
            for pair in rows
        ]
        for comes in range(len(p.sites)):
            if comes in now:
                continue
            column = p.columns[comes]
            total = (
                fixed
                - p.fixed[leaves]
                + p.fixed[comes]
                + sum(
                    pays if stays is None or pays < stays else stays
                    for pays, stays in zip(column, kept, strict=True)
                )
            )
            if total < limit:
                return p.sites[leaves], p.sites[comes], Fraction(total, SCALE)
    return None

"""What a plan promises, as counts: dialogues, reserves and hours by unit, office and period."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from planner.case.travel import Travel
    from planner.plan import Plan
    from planner.scenario.sections import Rollout, Staffing
    from planner.scenario.spec import Scenario

MONTHS = 3


@dataclass(frozen=True)
class Quarter:
    """The part of a quarter that lies in one period.

    Attributes
    ----------
    name : str
        "2022-Q3" where the scenario says when the period starts, else "2022H2 part 1".
    months : float
        Length; the first and last quarter of a period may be cut short.
    elapsed : float
        Share of the period that is over when the quarter ends, above 0 to 1.
    """

    period: str
    name: str
    months: float
    elapsed: float


def quarters(rollout: Rollout) -> tuple[Quarter, ...]:
    """Cut the periods of a rollout into quarters, in order.

    With a start date they are the quarters of the calendar; without one they are counted from
    the start of each period.
    """
    found = []
    for period, start in zip(rollout.periods, rollout.first_months(), strict=True):
        begin = 0.0 if start is None else start
        end = begin + period.months
        first = math.floor(begin / MONTHS + 1e-9)
        last = max(first + 1, math.ceil(end / MONTHS - 1e-9))
        for number in range(first, last):
            stop = min(end, (number + 1) * MONTHS)
            months = stop - max(begin, number * MONTHS)
            name = (
                f"{period.name} part {number + 1}"
                if start is None
                else f"{number // 4}-Q{number % 4 + 1}"
            )
            elapsed = 1.0 if number == last - 1 else (stop - begin) / period.months
            found.append(Quarter(period.name, name, round(months, 6), elapsed))
    return tuple(found)


LEVELS = {"county": "county_code", "municipality": "municipality_code"}


@dataclass(frozen=True)
class Bookings:
    """Counts by unit u, county c, period number t and office code.

    Attributes
    ----------
    quarters : tuple of Quarter
        What the periods fall into.
    unit : mapping of str to str
        Id of a principal -> its unit.
    office : mapping of (u, t) to str
    planned : mapping of (u, t) to int
        The plan's dialogues, zeros left out.
    reserve : mapping of (c, t) to int
        Those expected to say no, in the periods in which they are asked.
    after : mapping of c to int
        Those whom the plan does not reach.
    hours : mapping of (municipality code, office) to float
        Advisor hours of one dialogue.
    available : mapping of (office, t) to float
        Advisor hours there are.
    """

    periods: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    unit: Mapping[str, str]
    office: Mapping[tuple[str, int], str]
    planned: Mapping[tuple[str, int], int]
    reserve: Mapping[tuple[str, int], int]
    after: Mapping[str, int]
    hours: Mapping[tuple[str, str], float]
    available: Mapping[tuple[str, int], float]


def make_bookings(plan: Plan, scenario: Scenario, people: pd.DataFrame, travel: Travel) -> Bookings:
    """Count what a plan promises.

    Parameters
    ----------
    people : pandas.DataFrame
        As `planner.calendar.order.people` gives it.

    Raises
    ------
    PlannerError
        If the plan does not answer this scenario with these tables.
    """
    staffing = scenario.staffing
    periods = tuple(period.name for period in scenario.rollout.periods)
    if staffing is None or periods != tuple(result.period for result in plan.periods):
        raise PlannerError(say("the plan is of another scenario than the calendar"))
    level = scenario.units.level
    unit = people[LEVELS[level]] if level in LEVELS else people.index.to_series()
    size, counted = Counter(unit), {a.id: a.principals for a in plan.assignments}
    if size != Counter({u: n for u, n in counted.items() if n}):
        raise PlannerError(say("the plan is of other tables than the calendar"))
    number = {period: t for t, period in enumerate(periods)}
    planned: Counter[tuple[str, int]] = Counter()
    for batch in plan.dialogues:
        planned[batch.id, number[batch.period]] += batch.dialogues
    county = dict(zip(unit, people["county_code"], strict=True))
    reserve, after = _spread(Counter(people["county_code"]), county, planned, plan)
    return Bookings(
        periods=periods,
        quarters=quarters(scenario.rollout),
        unit=unit.to_dict(),
        office={(a.id, number[a.period]): a.office for a in plan.assignments},
        planned=planned,
        reserve=reserve,
        after=after,
        hours=_hours(plan, staffing, travel),
        available={
            (office.code, t): office.advisors.get(period, 0)
            * staffing.yearly_hours.value
            * scenario.rollout.periods[t].months
            / 12
            for office in plan.offices
            for t, period in enumerate(periods)
        },
    )


def _spread(
    size: Mapping[str, int],
    county: Mapping[str, str],
    planned: Mapping[tuple[str, int], int],
    plan: Plan,
) -> tuple[dict[tuple[str, int], int], dict[str, int]]:
    """Share out those expected to say no, county by county, as dialogues and unmet are shared."""
    held: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(plan.periods))
    for (u, t), count in planned.items():
        held[county[u]][t] += count
    reserve, after = {}, {}
    for c, everyone in sorted(size.items()):
        unmet = plan.unmet.get(c, 0)
        expected = everyone - sum(held[c]) - unmet
        *asked, last = apportion(expected, [*held[c], unmet])
        reserve.update({(c, t): n for t, n in enumerate(asked) if n})
        after[c] = unmet + last
    return reserve, after


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out by weights, largest remainders first.

    Where every weight is zero, the last takes it all.
    """
    if not sum(weights):
        return [0] * (len(weights) - 1) + [total]
    exact = [total * weight / sum(weights) for weight in weights]
    found = [math.floor(share + 1e-9) for share in exact]
    order = sorted(range(len(found)), key=lambda k: (round(found[k] - exact[k], 9), k))
    for k in order[: total - sum(found)]:
        found[k] += 1
    return found


def _hours(plan: Plan, staffing: Staffing, travel: Travel) -> dict[tuple[str, str], float]:
    """Return taking part x (preparation + meeting + in person x 2 x travel)."""
    index = {code: number for number, code in enumerate(travel.codes)}
    work = staffing.preparation.value + staffing.meeting.value
    return {
        (code, office.code): staffing.taking_part.value
        * (work + staffing.in_person.value * 2 * float(travel.minutes[index[code], k]) / 60)
        for office in plan.offices
        for k in [index[office.code]]
        for code in travel.codes
    }

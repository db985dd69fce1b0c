"""A plan as arrays: who is open, who serves whom, what is done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.hardrules.arrays import Arrays, Floats, Ints
from planner.hardrules.findings import line
from planner.plan import Assignment, DialogueBatch, Plan


@dataclass(frozen=True)
class Decided:
    """What a plan says, by period t of the scenario; sites by index.

    Attributes
    ----------
    names : tuple of str
        Of the periods.
    opened : tuple of frozenset of int
        Open sites in each period.
    served_by : numpy.ndarray of int, shape (t, u)
        The site that serves each unit, -1 where none does.
    held : numpy.ndarray, shape (t, u)
        Dialogues.
    holder, batches : numpy.ndarray of int, shape (t, u)
        The site that holds them, -1 where there are none, and how many rows tell of them.
    advisors : numpy.ndarray, shape (t, j)
    """

    names: tuple[str, ...]
    opened: tuple[frozenset[int], ...]
    served_by: Ints
    held: Floats
    holder: Ints
    batches: Ints
    advisors: Floats


@dataclass(frozen=True)
class _Index:
    """The numbers of what a plan names: periods, units, sites."""

    period: Mapping[str, int]
    unit: Mapping[str, int]
    site: Mapping[str, int]

    def places(self, rows: Sequence[Assignment | DialogueBatch]) -> Ints:
        """Return (period, unit, site) of each row, shape (3, rows); -1 where there is none."""
        found = [
            [self.period.get(row.period, -1) for row in rows],
            [self.unit.get(row.id, -1) for row in rows],
            [self.site.get(row.office, -1) for row in rows],
        ]
        return np.array(found, dtype=np.int64)

    def table(self, places: Ints) -> tuple[Ints, Ints]:
        """Return which site stands at each period and unit, -1 for none, and how many do."""
        t, u, j = places[:, places.min(axis=0) >= 0]
        site = np.full((len(self.period), len(self.unit)), -1, dtype=np.int64)
        site[t, u] = j
        times = np.zeros(site.shape, dtype=np.int64)
        np.add.at(times, (t, u), 1)
        return site, times


def read_decided(case: Arrays, plan: Plan) -> tuple[Decided, list[str]]:
    """Lay out what a plan says, and tell what in it can't be laid out.

    Returns
    -------
    tuple of Decided and list of str
        One line a rule; where there is any, units may be served by nobody (-1).
    """
    names = tuple(period.name for period in case.scenario.rollout.periods)
    index = _Index(*(_numbered(each) for each in (names, case.units, case.sites)))
    served_by, times = index.table(index.places(plan.assignments))
    where = index.places(plan.dialogues)
    holder, batches = index.table(where)
    held, known = np.zeros(holder.shape), where.min(axis=0) >= 0
    count = np.array([batch.dialogues for batch in plan.dialogues], dtype=float)
    np.add.at(held, (where[0, known], where[1, known]), count[known])
    advisors = np.zeros((len(names), len(case.sites)))
    for office in plan.offices:
        for name, number in office.advisors.items():
            if name in index.period and office.code in index.site:
                advisors[index.period[name], index.site[office.code]] = number
    opened = {
        period.period: frozenset(index.site[code] for code in period.open if code in index.site)
        for period in plan.periods
    }
    decided = Decided(
        names,
        tuple(opened.get(name, frozenset()) for name in names),
        served_by,
        held,
        holder,
        batches,
        advisors,
    )
    wrong = [
        *line("periods", _periods(names, plan)),
        *line("names", _strange(index, plan)),
        *line("one office each", _once(case, names, times)),
    ]
    return decided, wrong


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _periods(names: tuple[str, ...], plan: Plan) -> Iterator[str]:
    found = tuple(period.period for period in plan.periods)
    if found != names:
        yield f"{', '.join(found)}; the scenario has {', '.join(names)}"


def _strange(index: _Index, plan: Plan) -> Iterator[str]:
    """Yield the names that no table and no scenario has."""
    rows: list[Assignment | DialogueBatch] = [*plan.assignments, *plan.dialogues]
    staffed = {name for office in plan.offices for name in office.advisors}
    offices = {code for period in plan.periods for code in period.open}
    offices |= {office.code for office in plan.offices} | {row.office for row in rows}
    for what, known, used in (
        ("period", index.period, staffed | {row.period for row in rows}),
        ("unit", index.unit, {row.id for row in rows}),
        ("municipality", index.site, offices),
    ):
        yield from (f"{name} is no {what}" for name in sorted(used - known.keys()))


def _once(case: Arrays, names: tuple[str, ...], times: Ints) -> Iterator[str]:
    for t, u in np.argwhere(times != 1):
        yield f"{case.units[u]} in {names[t]} has {times[t, u]} offices"

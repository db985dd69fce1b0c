"""The hard rules on dialogues, staff and money."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from planner.hardrules.arrays import Arrays, Bools, Floats, Ints
from planner.hardrules.decisions import Decided
from planner.hardrules.findings import MILLIONTH, line, over, under
from planner.hardrules.offices import closings, openings
from planner.plan import Plan
from planner.scenario.sections import Dialogues, Money, Staffing


@dataclass(frozen=True)
class Workload:
    """What a plan does, beside what the scenario asks and allows; periods t, units u.

    A plan does not say how many full-time equivalents are lent by the sister agency: what its
    hours need is the least, the pool the most.
    """

    case: Arrays
    plan: Plan
    decided: Decided
    dialogues: Dialogues
    staffing: Staffing
    money: Money

    @cached_property
    def due(self) -> Ints:
        """Principals of each unit who take part, shape (u,): uptake x principals, whole numbers.

        Largest remainders, ties in the order of units, so that the sum is uptake x all
        principals, rounded once (a half to the even number).
        """
        uptake = Fraction(repr(self.dialogues.uptake.value))
        exact = [
            divmod(uptake.numerator * n, uptake.denominator) for n in self.case.weight.tolist()
        ]
        whole = np.array([quotient for quotient, _ in exact])
        missing = round(uptake * int(self.case.weight.sum())) - int(whole.sum())
        first = sorted(range(len(exact)), key=lambda u: -exact[u][1])[:missing]
        whole[first] += 1
        return whole

    @property
    def left(self) -> Floats:
        """Those of each unit who get no dialogue, shape (u,)."""
        left: Floats = self.due - self.decided.held.sum(axis=0)
        return left

    @cached_property
    def months(self) -> Floats:
        """Length of each period, shape (t,)."""
        return np.array([period.months for period in self.case.scenario.rollout.periods])

    @property
    def full_time(self) -> Floats:
        """Hours of one advisor in each period, shape (t,)."""
        return self.staffing.yearly_hours.value * self.months / 12

    @cached_property
    def short(self) -> dict[tuple[int, int], float]:
        """(period, site) -> the hours that its dialogues take and its own advisors have not."""
        s = self.staffing
        sites = np.unique(self.decided.served_by)
        minutes = self.case.mean_of_unit(self.case.minutes, sites.tolist())
        each = s.preparation.value + s.meeting.value + s.in_person.value * 2 * minutes / 60
        found = {}
        for t, (held, served) in enumerate(
            zip(self.decided.held, self.decided.served_by, strict=True)
        ):
            column = np.searchsorted(sites, served)
            hours = s.taking_part.value * each[np.arange(len(served)), column]
            needed = np.bincount(column, held * hours, len(sites))
            there = self.full_time[t] * self.decided.advisors[t, sites]
            # The hours of a dialogue are kept to the sixth decimal.
            kept = MILLIONTH * np.bincount(column, held, len(sites))
            for k in np.flatnonzero(needed > there + kept + MILLIONTH * np.maximum(1.0, there)):
                found[t, int(sites[k])] = float(needed[k] - there[k])
        return found

    @property
    def pool(self) -> float:
        """The most full-time equivalents that the sister agency lends."""
        return 0.0 if self.staffing.sister_pool is None else self.staffing.sister_pool.value

    @property
    def lent(self) -> Floats:
        """The fewest full-time equivalents lent that the hours ask for, shape (t,)."""
        hours = np.zeros(len(self.months))
        for (t, _), missing in self.short.items():
            hours[t] += missing
        lent: Floats = hours / self.full_time
        return lent

    @property
    def lent_price(self) -> float:
        """MSEK a year for a lent full-time equivalent."""
        price = self.money.sister_advisor
        return 0.0 if price is None else price.value

    @cached_property
    def cost_msek(self) -> Floats:
        """MSEK of each period without what is lent, shape (t,)."""
        decided, s, money = self.decided, self.staffing, self.money
        sites = np.unique(decided.served_by)
        km = self.case.mean_of_unit(self.case.km, sites.tolist())
        journey = s.taking_part.value * s.in_person.value * 2 * km * money.per_km.value / 1e6
        unit = np.arange(len(self.case.units))
        travelled = [
            float(held @ journey[unit, np.searchsorted(sites, served)])
            for held, served in zip(decided.held, decided.served_by, strict=True)
        ]
        offices = np.array([len(opened) for opened in decided.opened])
        opening = np.array([len(fresh) for fresh in openings(self.case, decided)])
        closing = np.array([len(gone) for gone in closings(self.case, decided)])
        yearly = money.advisor.value * decided.advisors.sum(axis=1) + money.premises.value * offices
        cost: Floats = (
            yearly * self.months / 12
            + money.opening.value * opening
            + money.closing.value * closing
            + travelled
        )
        return cost

    def criterion(self, name: str) -> float:
        """Return cost_msek (as the plan tells it where staff is lent), waiting or unmet."""
        if name == "cost_msek":
            lends = self.pool * self.lent_price > 0
            planned = sum(period.cost_msek for period in self.plan.periods)
            return planned if lends else float(self.cost_msek.sum())
        left = float(self.left.sum())
        if name == "unmet":
            return left
        ends = np.cumsum(self.months)
        return float(self.decided.held.sum(axis=1) @ (ends - self.months / 2) + left * ends[-1])


def work_of(case: Arrays, plan: Plan, decided: Decided) -> Workload | None:
    """Return what a plan does; None where its scenario plans no dialogues, staff or money."""
    s = case.scenario
    if s.dialogues is None or s.staffing is None or s.money is None:
        return None
    return Workload(case, plan, decided, s.dialogues, s.staffing, s.money)


def check_work(w: Workload) -> list[str]:
    """Name the rules on dialogues, staff and money that a plan breaks, one line each."""
    return [
        *line("dialogues", _batches(w)),
        *line("uptake", _uptake(w)),
        *line("unmet", _unmet(w)),
        *line("staff where open", _staff(w)),
        *line("minimum team", _teams(w)),
        *line("hours", _hours(w)),
        *line("hires", _hires(w)),
        *line("costs", _costs(w)),
        *line("budgets", _budgets(w)),
        *line("hard targets", _targets(w)),
        *line("county balance", _balance(w)),
    ]


def unasked_work(plan: Plan) -> list[str]:
    """Name the work that a plan tells of although its scenario plans none."""
    wrong = [f"{len(plan.dialogues)} batches of dialogues"] if plan.dialogues else []
    wrong += [f"{office.code} has advisors" for office in plan.offices if office.advisors]
    return list(line("no rollout", wrong))


def _at(w: Workload, where: Bools) -> Iterator[tuple[str, int, int]]:
    """Yield (what to call it, period, unit) wherever something holds, shape (t, u)."""
    for t, u in np.argwhere(where):
        yield f"{w.case.units[u]} in {w.decided.names[t]}", int(t), int(u)


def _batches(w: Workload) -> Iterator[str]:
    decided, sites = w.decided, w.case.sites
    for label, t, u in _at(w, (decided.holder >= 0) & (decided.holder != decided.served_by)):
        holder, own = sites[decided.holder[t, u]], sites[decided.served_by[t, u]]
        yield f"{label}: held by {holder}, although {own} serves it"
    yield from (f"{label}: told of more than once" for label, _, _ in _at(w, decided.batches > 1))
    for label, t, u in _at(w, (decided.held < 0) | (decided.held != np.round(decided.held))):
        yield f"{label}: {decided.held[t, u]:g} is no number of dialogues"


def _uptake(w: Workload) -> Iterator[str]:
    for u in np.flatnonzero(w.left < 0):
        yield f"{w.case.units[u]}: {w.due[u] - w.left[u]:g} dialogues, {w.due[u]} take part"


def _unmet(w: Workload) -> Iterator[str]:
    """Yield where a plan miscounts those who get no dialogue: by county, and period by period."""
    by_county = dict.fromkeys(w.case.unit_county, 0.0)
    for county, left in zip(w.case.unit_county, w.left.tolist(), strict=True):
        by_county[county] += left
    for county, left in sorted(by_county.items()):
        found = w.plan.unmet.get(county)
        if found != left:
            yield f"{county}: {found} by the plan's count, {left:g} in fact"
    yield from (f"{name} is no county" for name in sorted(w.plan.unmet.keys() - by_county.keys()))
    waiting = int(w.due.sum()) - np.cumsum(w.decided.held.sum(axis=1))
    for period, left in zip(w.plan.periods, waiting.tolist(), strict=True):
        if period.unmet != left:
            yield f"after {period.period}: {period.unmet} by the plan's count, {left:g} in fact"


def _staff(w: Workload) -> Iterator[str]:
    site = {code: j for j, code in enumerate(w.case.sites)}
    for office in w.plan.offices:
        names = zip(w.decided.names, w.decided.opened, strict=True)
        opened = [name for name, now in names if site[office.code] in now]
        if sorted(office.advisors) != sorted(opened):
            found = ", ".join(office.advisors) or "never"
            yield f"{office.code}: staffed {found}; open {', '.join(opened) or 'never'}"
        for name, count in office.advisors.items():
            if count < 0 or count != round(count):
                yield f"{office.code} in {name}: {count:g} is no number of advisors"


def _teams(w: Workload) -> Iterator[str]:
    least = w.staffing.minimum_team.value
    for t, (name, opened) in enumerate(zip(w.decided.names, w.decided.opened, strict=True)):
        for j in sorted(opened):
            team = w.decided.advisors[t, j]
            if under(team, least):
                yield f"{w.case.sites[j]} in {name}: {team:g}, at least {least:g}"


def _hours(w: Workload) -> Iterator[str]:
    for (t, j), missing in sorted(w.short.items()):
        if not (w.pool and w.case.spsm[j]):
            town, name = w.case.sites[j], w.decided.names[t]
            yield f"{town} in {name}: {missing:.6g} hours more than there are"
    for name, lent in zip(w.decided.names, w.lent.tolist(), strict=True):
        if w.pool and over(lent, w.pool):
            yield f"{name}: {lent:.6g} lent full-time, at most {w.pool:g}"


def _hires(w: Workload) -> Iterator[str]:
    there = w.staffing.existing
    before = np.array([there[code].value if code in there else 0.0 for code in w.case.sites])
    for period, now in zip(w.case.scenario.rollout.periods, w.decided.advisors, strict=True):
        hired = float(np.maximum(0.0, now - before).sum())
        if period.hires_most is not None and over(hired, period.hires_most.value):
            yield f"{hired:g} in {period.name}, at most {period.hires_most.value:g}"
        before = now


def _costs(w: Workload) -> Iterator[str]:
    """Yield the periods that cost something else than the plan says, which budgets are kept by."""
    price = w.lent_price * w.months / 12
    for period, own, lent, most in zip(
        w.plan.periods, w.cost_msek, price * w.lent, price * w.pool, strict=True
    ):
        if under(period.cost_msek, own + lent) or over(period.cost_msek, own + max(lent, most)):
            right = f"{own + lent:.6f}" + (f" to {own + most:.6f}" if most > lent else "")
            yield f"{period.period} costs {right} MSEK, the plan says {period.cost_msek:.6f}"


def _budgets(w: Workload) -> Iterator[str]:
    for period, planned in zip(w.case.scenario.rollout.periods, w.plan.periods, strict=True):
        most = period.budget_msek
        if most is not None and over(planned.cost_msek, most.value):
            yield f"{planned.cost_msek:.6f} MSEK in {period.name}, at most {most.value:g}"


def _targets(w: Workload) -> Iterator[str]:
    so_far = dict(zip(w.decided.names, np.cumsum(w.decided.held.sum(axis=1)).tolist(), strict=True))
    for target in w.dialogues.targets:
        if target.hard and under(so_far[target.by], target.least.value):
            yield f"{so_far[target.by]:g} by {target.by}, at least {target.least.value:g}"


def _balance(w: Workload) -> Iterator[str]:
    """Hold a county's share of those due, when the horizon ends, against the country's.

    The share may differ by `balance`, and by one dialogue more: dialogues are whole.
    """
    if w.dialogues.balance is None:
        return
    due, left = Counter[str](), Counter[str]()
    for county, n, missing in zip(w.case.unit_county, w.due, w.left, strict=True):
        due[county] += n
        left[county] += missing
    pace = 1 - sum(left.values()) / max(1, sum(due.values()))
    for county, n in sorted(due.items()):
        met, room = n - left[county], w.dialogues.balance.value * n + 1
        if over(abs(met - pace * n), room):
            yield f"{county}: {met:g} of {n}, {pace * n:.6g} give or take {room:.6g} keeps pace"

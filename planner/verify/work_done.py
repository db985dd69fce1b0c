"""What a plan says was done in each period, and what that takes in hours and money."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from planner.verify.checks import exceeds
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline
from planner.verify.offices import openings
from planner.verify.rules import WorkRules
from planner.verify.run_files import Plan


@dataclass(frozen=True)
class WorkDone:
    """The work of a plan, by period t of the scenario.

    Attributes
    ----------
    dialogues : tuple of mapping of str to int
        Unit -> dialogues.
    advisors : tuple of mapping of str to int
        Office -> advisors.
    told : tuple of Fraction
        What the plan says that each period costs, MSEK.
    """

    case: ExactCase
    work: WorkRules
    when: Timeline
    dialogues: tuple[Mapping[str, int], ...]
    advisors: tuple[Mapping[str, int], ...]
    told: tuple[Fraction, ...]

    def met(self, t: int) -> int:
        """Return the dialogues of a period."""
        return sum(self.dialogues[t].values())

    def met_by(self, period: str) -> int:
        """Return the dialogues held when a period ends."""
        so_far = accumulate(self.met(t) for t in range(len(self.dialogues)))
        names = (span.name for span in self.case.rules.periods)
        return dict(zip(names, so_far, strict=True)).get(period, 0)

    @property
    def unmet(self) -> Mapping[str, int]:
        """Unit -> those who would take part and get no dialogue."""
        met = Counter[str]()
        for each in self.dialogues:
            met.update(each)
        return {unit: due - met[unit] for unit, due in self.case.taking_part.items()}

    def full_time(self, t: int) -> Fraction:
        """Return the hours of one advisor in a period."""
        return self.work.yearly_hours * self.case.years[t]

    def shortages(self, t: int) -> dict[str, Fraction]:
        """Return by how many hours each office's dialogues exceed its own advisors' time."""
        needed: dict[str, Fraction] = {}
        for unit, count in self.dialogues[t].items():
            office = self.when.served[t][unit]
            hours = count * self.case.hours(self.work, unit, office)
            needed[office] = needed.get(office, Fraction(0)) + hours
        there = {office: self.full_time(t) * self.advisors[t].get(office, 0) for office in needed}
        return {
            office: hours - there[office]
            for office, hours in sorted(needed.items())
            if exceeds(hours, there[office])
        }

    def lent_least(self, t: int) -> Fraction:
        """Return the fewest full-time equivalents lent that the hours of a period ask for."""
        return sum(self.shortages(t).values(), Fraction(0)) / self.full_time(t)

    def cost(self, t: int, lent: Fraction = Fraction(0)) -> Fraction:
        """Return MSEK of a period: staff and premises, openings and closings, journeys."""
        case, work, open_now = self.case, self.work, self.when.open[t]
        before = self.when.open[t - 1] if t else frozenset(case.rules.sites.existing)
        yearly = (
            work.advisor * sum(self.advisors[t].values())
            + work.sister_advisor * lent
            + work.premises * len(open_now)
        )
        journeys = (
            count * case.journey_msek(work, unit, self.when.served[t][unit])
            for unit, count in self.dialogues[t].items()
        )
        return (
            yearly * case.years[t]
            + work.opening * len(openings(case, self.when)[t])
            + work.closing * len(before - open_now)
            + sum(journeys, Fraction(0))
        )

    @property
    def lends(self) -> bool:
        """Whether the sister agency may lend staff that costs something.

        A plan does not say how much is lent, so that costs are then known within bounds only.
        """
        return bool(self.work.sister_pool and self.work.sister_advisor)


def work_of(case: ExactCase, plan: Plan, when: Timeline) -> WorkDone | None:
    """Gather the work of a plan; None where its scenario plans none."""
    if case.rules.work is None:
        return None
    names = [period.name for period in case.rules.periods]
    done: dict[str, Counter[str]] = {name: Counter() for name in names}
    for batch in plan.dialogues:
        if batch.period in done and batch.id in case.members:
            done[batch.period][batch.id] += batch.dialogues
    told = {period.period: period.cost_msek for period in plan.periods}
    return WorkDone(
        case,
        case.rules.work,
        when,
        tuple(dict(done[name]) for name in names),
        tuple({o.code: o.advisors.get(name, 0) for o in plan.offices} for name in names),
        tuple(told[name] for name in names),
    )


def work_figures(done: WorkDone) -> dict[str, Fraction | None]:
    """Compute the criteria of the whole horizon.

    Where lent staff costs something, the cost is the sum of what the plan's periods say, which
    the check of costs holds against the pool.
    """
    case = done.case
    spans = range(len(case.rules.periods))
    left = sum(done.unmet.values())
    waiting = sum((done.met(t) * case.waits[t] for t in spans), left * case.waits[-1])
    costs = done.told if done.lends else [done.cost(t) for t in spans]
    return {"cost_msek": sum(costs, Fraction(0)), "waiting": waiting, "unmet": Fraction(left)}

"""The rules of the rollout: dialogues, hours, staff and money, period by period."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, differs, exceeds, misses, shown
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline
from planner.verify.run_files import Plan
from planner.verify.work_done import WorkDone


def check_work(
    case: ExactCase, plan: Plan, when: Timeline, done: WorkDone | None
) -> Iterator[Check]:
    """Check every rule on dialogues, staff and money; without them, that none are told of."""
    if done is None:
        yield _no_work(plan)
        return
    yield _batches(case, plan, when)
    yield _uptake(plan, done)
    yield _staff_listed(case, plan, when)
    yield _teams(plan, done)
    yield _hours(done)
    yield _hires(done)
    yield _totals(plan, done)
    yield _costs(done)
    yield _budgets(done)
    yield _targets(done)
    yield _balance(done)


def _no_work(plan: Plan) -> Check:
    wrong = [say("{} batches of dialogues", len(plan.dialogues))] if plan.dialogues else []
    wrong += [say("unmet by county")] if plan.unmet else []
    wrong += [say("{} has advisors", office.code) for office in plan.offices if office.advisors]
    for p in plan.periods:
        figures = (p.dialogues, p.unmet, p.advisors, p.cost_msek)
        wrong += [say("{} has dialogues, staff or costs", p.period)] if any(figures) else []
    return check(say("no rollout"), wrong, say("the scenario plans no dialogues, staff or money"))


def _batches(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    names = {period.name: t for t, period in enumerate(case.rules.periods)}
    seen = Counter((b.id, b.period) for b in plan.dialogues)
    wrong = [
        say("{} in {}: {} times", unit, span, n)
        for (unit, span), n in sorted(seen.items())
        if n > 1
    ]
    for b in plan.dialogues:
        label = say("{} in {}", b.id, b.period)
        if b.period not in names or b.id not in case.members:
            wrong.append(say("{}: no such unit and period", label))
            continue
        wrong += differs(f"{label} unit", b.unit, case.rules.level)
        wrong += differs(f"{label} office", b.office, when.served[names[b.period]].get(b.id))
        if b.dialogues < 1:
            wrong.append(say("{}: expected at least 1 dialogue, found {}", label, b.dialogues))
    return check(say("dialogues"), wrong, say("{} batches, each in its own region", len(seen)))


def _uptake(plan: Plan, done: WorkDone) -> Check:
    """Sum the dialogues of a unit and those unmet: uptake x principals, in whole numbers."""
    case, part, left = done.case, done.case.taking_part, done.unmet
    wrong = [
        say("{}: expected at most {} dialogues, found {}", unit, part[unit], part[unit] - n)
        for unit, n in left.items()
        if n < 0
    ]
    by_county = Counter[str]()
    for unit, n in left.items():
        by_county[case.county(unit)] += n
    for county in sorted(by_county.keys() | plan.unmet.keys()):
        wrong += differs(say("unmet in {}", county), plan.unmet.get(county), by_county.get(county))
    due, missing = sum(part.values()), sum(left.values())
    return check(say("uptake"), wrong, say("{} met + {} unmet = {}", due - missing, missing, due))


def _staff_listed(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    wrong: list[str] = []
    for office in plan.offices:
        periods = [
            period.name
            for period, open_now in zip(case.rules.periods, when.open, strict=True)
            if office.code in open_now
        ]
        wrong += differs(
            say("{} has advisors in", office.code), tuple(office.advisors), tuple(periods)
        )
    return check(
        say("staff where open"), wrong, say("advisors in the periods that an office is open")
    )


def _teams(plan: Plan, done: WorkDone) -> Check:
    least = done.work.minimum_team
    wrong = [
        say("{} in {}: expected at least {}, found {}", office.code, period, shown(least), count)
        for office in plan.offices
        for period, count in office.advisors.items()
        if exceeds(least, Fraction(count))
    ]
    return check(say("minimum team"), wrong, say("at least {} at every open office", shown(least)))


def _hours(done: WorkDone) -> Check:
    lent = done.work.sister_pool or Fraction(0)
    wrong = []
    for t, period in enumerate(done.case.rules.periods):
        wrong += [
            say("{} in {}: {} hours more than its advisors have", office, period.name, shown(hours))
            for office, hours in done.shortages(t).items()
            if not lent or office not in done.case.sister_towns
        ]
        needed = done.lent_least(t)
        if lent and exceeds(needed, lent):
            wrong.append(
                say("{}: expected {} lent, found {}", period.name, shown(lent), shown(needed))
            )
    return check(
        say("hours"), wrong, say("whole dialogues fit in the advisors' time at every office")
    )


def _hires(done: WorkDone) -> Check:
    before: Mapping[str, Fraction | int] = done.work.existing
    wrong, counts = [], []
    for period, now in zip(done.case.rules.periods, done.advisors, strict=True):
        more = (Fraction(n) - before.get(office, 0) for office, n in now.items())
        hired = sum((n for n in more if n > 0), Fraction(0))
        counts.append(shown(hired))
        if period.hires_most is not None and exceeds(hired, period.hires_most):
            most = shown(period.hires_most)
            wrong.append(
                say("{}: expected at most {} hired, found {}", period.name, most, shown(hired))
            )
        before = now
    return check(say("hires"), wrong, say("{} hired", ", ".join(counts)))


def _totals(plan: Plan, done: WorkDone) -> Check:
    told = {period.period: period for period in plan.periods}
    left = sum(done.case.taking_part.values())
    wrong: list[str] = []
    for t, span in enumerate(done.case.rules.periods):
        period = told[span.name]
        left -= done.met(t)
        staff = sum(done.advisors[t].values())
        wrong += differs(f"{span.name} dialogues", period.dialogues, done.met(t))
        wrong += differs(f"{span.name} unmet", period.unmet, left)
        wrong += differs(f"{span.name} advisors", period.advisors, staff)
    return check(say("period totals"), wrong, say("dialogues, unmet and advisors as summed up"))


def _costs(done: WorkDone) -> Check:
    wrong: list[str] = []
    for t, span in enumerate(done.case.rules.periods):
        least = done.cost(t, done.lent_least(t) if done.lends else Fraction(0))
        most = done.cost(t, done.work.sister_pool or Fraction(0))
        found = done.told[t]
        if not done.lends:
            wrong += misses(f"{span.name} MSEK", found, least, MILLIONTH)
        elif exceeds(least, found) or exceeds(found, most):
            bounds = say("{} to {}", shown(least), shown(most))
            wrong.append(say("{} MSEK: expected {}, found {}", span.name, bounds, shown(found)))
    told = say("{} MSEK", shown(done.told))
    return check(
        say("costs"), wrong, say("{}; how much is lent is not told", told) if done.lends else told
    )


def _budgets(done: WorkDone) -> Check:
    wrong, count = [], 0
    for found, span in zip(done.told, done.case.rules.periods, strict=True):
        if span.budget_msek is not None:
            count += 1
            if exceeds(found, span.budget_msek):
                most = say("at most {} MSEK", shown(span.budget_msek))
                wrong.append(say("{}: expected {}, found {}", span.name, most, shown(found)))
    return check(say("budgets"), wrong, say("{} kept", count), applies=count > 0)


def _targets(done: WorkDone) -> Check:
    hard = [(each.by, each.least, done.met_by(each.by)) for each in done.work.targets if each.hard]
    wrong = [
        say("by {}: expected at least {} dialogues, found {}", period, shown(least), met)
        for period, least, met in hard
        if exceeds(least, Fraction(met))
    ]
    return check(say("hard targets"), wrong, say("{} kept", len(hard)), applies=bool(hard))


def _balance(done: WorkDone) -> Check:
    """Hold a county's share of those due, when the horizon ends, against the country's.

    The share may differ by `balance`, and by one dialogue more: dialogues are whole.
    """
    allowed = done.work.balance
    if allowed is None:
        return check(say("county balance"), [], say("not asked for"), applies=False)
    due, left = Counter[str](), Counter[str]()
    for unit, n in done.case.taking_part.items():
        due[done.case.county(unit)] += n
        left[done.case.county(unit)] += done.unmet[unit]
    pace = 1 - Fraction(sum(left.values()), max(1, sum(due.values())))
    wrong, farthest = [], Fraction(0)
    for county, n in sorted(due.items()):
        met, off = n - left[county], allowed * n + 1
        if exceeds(abs(met - pace * n), off):
            bounds = say("{} dialogues give or take {}", shown(pace * n), shown(off))
            wrong.append(say("{}: expected {}, found {}", county, bounds, met))
        farthest = max(farthest, abs(Fraction(met, max(1, n)) - pace))
    percent = say("{:.1f} % met in the country", float(100 * pace))
    return check(
        say("county balance"),
        wrong,
        say("{}, {:.1f} points off at most", percent, float(100 * farthest)),
    )

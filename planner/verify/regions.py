"""The regions: every unit served once a period, by an open office, over the right distance."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, differs, misses, shown
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline, splits, stray_parts
from planner.verify.proof import PROVED
from planner.verify.run_files import Assignment, Plan

SPLITS = "county_splits"
"""The one criterion that the office of a unit without principals can change."""


def check_regions(
    case: ExactCase, plan: Plan, when: Timeline, table: tuple[Assignment, ...]
) -> Iterator[Check]:
    """Check every rule on regions, and that assignments.csv says what plan.json does."""
    yield _periods(case, plan)
    yield _once(case, plan)
    yield _open(plan)
    yield _travel(case, plan)
    yield _same_table(plan, table)
    yield _borders(case, plan)
    yield _own_office(case, when)
    yield _nearest_office(case, when)
    yield _contiguous(case, when)


def _periods(case: ExactCase, plan: Plan) -> Check:
    names = tuple(period.name for period in case.rules.periods)
    wrong = list(differs("periods", tuple(period.period for period in plan.periods), names))
    for period in plan.periods:
        in_order = tuple(sorted(set(period.open)))
        wrong += differs(f"{period.period} open", period.open, in_order)
        if not period.open:
            wrong.append(say("{}: no office is open", period.period))
        wrong += [
            say("{}: {} is no municipality", period.period, code)
            for code in period.open
            if code not in case.tables.county
        ]
    return check(say("periods"), wrong, say("{} as in the scenario", len(names)))


def _once(case: ExactCase, plan: Plan) -> Check:
    level = case.rules.level
    seen = Counter((row.id, row.period) for row in plan.assignments)
    wanted = {(unit, period.name) for unit in case.members for period in case.rules.periods}
    wrong = [
        say("{} in {}: served by no office", unit, period)
        for unit, period in sorted(wanted - seen.keys())
    ]
    wrong += [
        say("{} in {}: not a {} and period", unit, period, level)
        for unit, period in sorted(seen.keys() - wanted)
    ]
    wrong += [
        say("{} in {}: {} times", unit, period, n)
        for (unit, period), n in sorted(seen.items())
        if n > 1
    ]
    for row in plan.assignments:
        wrong += differs(f"{row.id} unit", row.unit, level)
    return check(
        say("one office each"),
        wrong,
        say("{} units of level {}, each once a period", len(case.members), level),
    )


def _open(plan: Plan) -> Check:
    told = {period.period: frozenset(period.open) for period in plan.periods}
    wrong = [
        say("{} in {}: served by {}, which is not open", row.id, row.period, row.office)
        for row in plan.assignments
        if row.office not in told.get(row.period, ())
    ]
    return check(say("open offices"), wrong, say("every unit is served by an office that is open"))


def _travel(case: ExactCase, plan: Plan) -> Check:
    wrong: list[str] = []
    for row in plan.assignments:
        if row.id in case.members and row.office in case.tables.county:
            label = say("{} to {} in {}", row.id, row.office, row.period)
            km, minutes = case.unit_km(row.id, row.office), case.unit_minutes(row.id, row.office)
            wrong += misses(f"{label}, km", row.km, km, MILLIONTH)
            wrong += misses(f"{label}, minutes", row.minutes, minutes, MILLIONTH)
            wrong += differs(f"{label}, principals", row.principals, case.weight[row.id])
    return check(
        say("travel"), wrong, say("km, minutes and principals of every assignment as recomputed")
    )


def _same_table(plan: Plan, table: tuple[Assignment, ...]) -> Check:
    wrong = []
    for number, (row, other) in enumerate(zip(plan.assignments, table, strict=False), start=2):
        if row != other:
            wrong.append(
                say("line {}: {} in {} differs from plan.json", number, other.id, other.period)
            )
    if len(table) != len(plan.assignments):
        wrong.append(say("expected {} rows, found {}", len(plan.assignments), len(table)))
    return check(say("assignments.csv"), wrong, say("the same rows as plan.json"))


def _borders(case: ExactCase, plan: Plan) -> Check:
    if case.rules.level != "county":
        return check(
            say("county borders"),
            [],
            say("do not govern: units of level {}", case.rules.level),
            applies=False,
        )
    offices: dict[tuple[str, str], set[str]] = {}
    for row in plan.assignments:
        if row.id in case.members:
            offices.setdefault((case.county(row.id), row.period), set()).add(row.office)
    wrong = [
        say("{} in {}: split between {}", county, period, shown(serving))
        for (county, period), serving in sorted(offices.items())
        if len(serving) > 1
    ]
    return check(say("county borders"), wrong, say("each county belongs to one office"))


def _own_office(case: ExactCase, when: Timeline) -> Check:
    """Check that the office that a unit ends up with serves it from the day it opens."""
    wrong = [
        say(
            "{} in {}: expected its own office {}, which is open, found {}",
            unit,
            period.name,
            office,
            served[unit],
        )
        for period, open_now, served in zip(case.rules.periods, when.open, when.served, strict=True)
        for unit, office in when.served[-1].items()
        if office in open_now and unit in served and served[unit] != office
    ]
    return check(say("own office"), wrong, say("serves each unit from the day that it opens"))


def _nearest_office(case: ExactCase, when: Timeline) -> Check:
    """Check that a unit whose own office is not open yet goes to the nearest that is."""
    wrong = []
    for period, open_now, served in zip(case.rules.periods, when.open, when.served, strict=True):
        for unit, office in served.items():
            if office == when.served[-1].get(unit):
                continue
            least, nearest = min((case.unit_km(unit, code), code) for code in open_now)
            if case.unit_km(unit, office) > least + MILLIONTH:  # to which km are kept
                wrong.append(
                    say(
                        "{} in {}: waits for its own office, expected {}, the nearest that is "
                        "open, found {}",
                        unit,
                        period.name,
                        nearest,
                        office,
                    )
                )
    return check(say("nearest office"), wrong, say("serves each unit until its own is open"))


def _contiguous(case: ExactCase, when: Timeline) -> Check:
    if not case.rules.contiguous:
        return check(say("connected regions"), [], say("not asked for"), applies=False)
    wrong = [
        say("{} not joined to the rest of {}'s region", ", ".join(sorted(part)), office)
        for office, part in stray_parts(case, when.served[-1])
    ]
    return check(
        say("connected regions"), wrong, say("every region hangs together in the last period")
    )


def check_idle(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    """Check that none could go by itself to a nearer office, and leave the plan as good.

    That would break a hard rule, or worsen what a goal or a soft limit counts. Km are the mean
    over a unit's municipalities. A plan that a limit cut short may have left them where they were.
    """
    name = say("units without principals")
    idle = [unit for unit, people in case.weight.items() if not people]
    if not idle or any(stage.reason not in PROVED for stage in plan.stages):
        told = say("left where the search was cut short") if idle else say("there are none")
        return check(name, [], told, applies=False)
    served = when.served[-1]
    km = {unit: case.unit_km(unit, served[unit]) for unit in idle}
    slack = MILLIONTH * max(
        Fraction(1), sum((km[unit] * len(case.members[unit]) for unit in idle), Fraction(0))
    )
    wrong = []
    for unit in idle:
        nearer = sorted(
            (away, office)
            for office in when.open[-1]
            for away in (case.unit_km(unit, office),)
            if away < km[unit] - slack
        )
        for away, office in nearer:
            if _as_good(case, served, unit, office):
                both = office, shown(away), served[unit], shown(km[unit])
                wrong.append(say("{}: expected {}, {} km, found {}, {} km", unit, *both))
                break
    return check(name, wrong, say("{}, each as near as the rules allow", len(idle)))


def _as_good(case: ExactCase, served: Mapping[str, str], unit: str, office: str) -> bool:
    """Tell whether a plan keeps its rules and its worth when a unit alone goes to an office."""
    moved = {**served, unit: office}
    if case.rules.contiguous and stray_parts(case, moved):
        return False
    before, after = splits(case, served), splits(case, moved)
    limit = next((each for each in case.rules.limits if each.criterion == SPLITS), None)
    if limit is not None and limit.hard and after > limit.limit:
        return False
    objective = case.rules.objective
    soft = limit is not None and not limit.hard
    counted = soft or SPLITS in {*objective.names, *objective.then}
    return not counted or after <= before

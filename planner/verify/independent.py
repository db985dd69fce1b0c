"""The solver's word against ours: a lower bound of our own, and a search for a better plan."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.verify.bound import better_exchange, lower_bound, median, objective_weights
from planner.verify.rules import LARGER_IS_BETTER, sign
from planner.verify.verification import MILLIONTH, Check, check, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.verify.bound import Median
    from planner.verify.case import Case
    from planner.verify.claims import Plan, Stage
    from planner.verify.offices import Timeline
    from planner.verify.rules import Work


def check_bounds(case: Case, plan: Plan, when: Timeline) -> Iterator[Check]:
    """Hold every stage against a bound that owes nothing to the solver, where one is cheap."""
    if not all(open_now <= case.allowed for open_now in when.open):
        return
    waiting = next((stage for stage in plan.stages if stage.name == "waiting"), None)
    if waiting is not None and case.rules.work is not None:
        least = least_waiting(case, case.rules.work)
        yield _plausible(waiting, least, "every advisor who can be hired")
    first = next((stage for stage in plan.stages if stage.name != "soft rules"), None)
    if first is None:
        return
    laid_out = _laid_out(case, plan, first)
    if laid_out is None:
        return
    offices = [j for j, site in enumerate(laid_out.sites) if site in when.open[-1]]
    least = lower_bound(laid_out, sign(first.name) * first.objective, offices)
    yield _plausible(first, least, "Lagrangean duals of the siting alone")
    yield _exchange(case, laid_out, first, offices)


def _laid_out(case: Case, plan: Plan, stage: Stage) -> Median | None:
    if stage.name not in ("weighted", *plan.criteria):
        return None
    found = objective_weights(stage.name, plan.payoff)
    return None if found is None else median(case, *found)


def _plausible(stage: Stage, least: Fraction, how: str) -> Check:
    """Check that no plan does better than a bound of our own, and say how near it is."""
    better = sign(stage.name)
    value = better * stage.objective
    name = f"independent bound on {stage.name}"
    slack = MILLIONTH * max(Fraction(1), abs(least))
    wrong = []
    if value < least - slack:
        wrong = [f"expected at least {shown(least)} ({how}), found {shown(value)}"]
    side = "above" if stage.name in LARGER_IS_BETTER else "below"
    gain = shown(value - least) if value > least + slack else "nothing"
    told = f"no plan {side} {shown(better * least)} ({how})"
    return check(name, wrong, f"{told}: {gain} to gain on {shown(stage.objective)}")


def _exchange(case: Case, p: Median, stage: Stage, offices: list[int]) -> Check:
    """Try every exchange of one office for another town: none may beat the solver's bound."""
    name = "exchange of one office"
    rules = case.rules
    static = len(rules.periods) == 1 and rules.work is None
    free = not rules.limits and not rules.contiguous and rules.periods[0].openings_most is None
    known_share = {*rules.sites.own_premises} <= {*rules.sites.required, *rules.sites.existing}
    if not (static and free and known_share):
        told = "not tried: other rules than those on sites decide what may be exchanged"
        return check(name, [], told, applies=False)
    better = sign(stage.name)
    bound = better * stage.bound
    movable = [j for j in offices if j not in p.forced and p.sites[j] not in rules.opens]
    slack = MILLIONTH * max(Fraction(1), abs(bound))
    found = better_exchange(p, offices, movable, bound - slack)
    if found is None:
        tried = len(movable) * (len(p.sites) - len(offices))
        return check(name, [], f"none of {tried} beats the solver's bound of {shown(stage.bound)}")
    leaves, comes, value = found
    wrong = (
        f"{comes} for {leaves} gives {shown(better * value)}, the bound says {shown(stage.bound)}"
    )
    return check(name, [wrong], "")


def least_waiting(case: Case, work: Work) -> Fraction:
    """Return principal-months that no plan can do without.

    As if every advisor who can be hired and paid were there from each period's start, each
    dialogue were held from the best town there is, and the easiest came first.
    """
    hours = sorted(
        (min(case.hours(work, unit, site) for site in case.allowed), n)
        for unit, n in case.taking_part.items()
        if n
    )
    total = sum(case.taking_part.values())
    met, waiting = 0, Fraction(0)
    for so_far, wait in zip(_hours_so_far(case, work), case.waits, strict=False):
        reached = total if so_far is None else _most_held(hours, so_far)
        waiting += (reached - met) * wait
        met = reached
    return waiting + (total - met) * case.waits[-1]


def _hours_so_far(case: Case, work: Work) -> Iterator[Fraction | None]:
    """Yield the most hours there can be up to the end of each period; None without a limit."""
    staff: Fraction | None = sum(work.existing.values(), Fraction(0))
    hours: Fraction | None = Fraction(0)
    for t, period in enumerate(case.rules.periods):
        years, hired = case.years[t], period.hires_most
        staff = None if staff is None or hired is None else staff + hired
        paid = staff
        if period.budget_msek is not None and work.advisor:
            affordable = period.budget_msek / (work.advisor * years)
            paid = affordable if paid is None else min(paid, affordable)
        if hours is not None:
            people = None if paid is None else paid + (work.sister_pool or 0)
            hours = None if people is None else hours + people * work.yearly_hours * years
        yield hours


def _most_held(hours: list[tuple[Fraction, int]], available: Fraction) -> int:
    """Return how many dialogues fit in some hours, those that take least first."""
    held = 0
    for each, count in hours:
        fit = count if not each else min(count, int(available // each))
        held, available = held + fit, available - fit * each
    return held

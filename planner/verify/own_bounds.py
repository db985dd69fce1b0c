"""The solver's word against ours: a lower bound of our own, and a search for a better plan."""

from collections.abc import Iterator
from fractions import Fraction

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, shown
from planner.verify.criteria import BEST, SOFT, WEIGHTED, sign
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Timeline
from planner.verify.lagrangean import SitingProblem, better_exchange, lower_bound, median
from planner.verify.proof import PROVED, reached
from planner.verify.rules import Rules, WorkRules
from planner.verify.run_files import Plan, Stage


def check_bounds(case: ExactCase, plan: Plan, when: Timeline) -> Iterator[Check]:
    """Hold every goal against a bound that owes nothing to the solver, where one is cheap.

    What a stage calls proved and no such bound reaches stays a claim.
    """
    if not all(open_now <= case.allowed for open_now in when.open):
        return
    rules, work = case.rules, case.rules.work
    sites = next((s for s in plan.stages if rules.objective.of_sites(s.name)), None)
    for stage in plan.stages:
        if stage is sites and (laid_out := _laid_out(case, stage)) is not None:
            offices = [j for j, site in enumerate(laid_out.sites) if site in when.open[-1]]
            least = lower_bound(laid_out, sign(stage.name) * stage.objective, offices)
            yield _plausible(rules, stage, least, say("Lagrangean duals of the siting alone"))
            yield _exchange(case, laid_out, stage, offices)
        elif stage.name in LEAST and work is not None:
            least = LEAST[stage.name](case, work)
            yield _plausible(rules, stage, least, say("every advisor who can be hired"))
        elif stage.objective == BEST.get(stage.name):
            least = sign(stage.name) * stage.objective
            yield _plausible(rules, stage, least, say("there is no less"))
        else:
            claim = _claim(stage, say("no bound of our own"))
            told = say("there is none that is cheap")
            yield check(_name(stage), [], told, applies=False, claim=claim)


def _name(stage: Stage) -> str:
    return say("independent bound on {}", stage.name)


def _claim(stage: Stage, bound: str) -> str:
    """Return what a stage says is proved; nothing where a limit ended it."""
    if stage.reason not in PROVED:
        return ""
    among = "" if stage.scope.ends is None else say(" of {} ends", stage.scope.ends)
    return say("{} {}{} {} ({})", stage.name, stage.reason, among, shown(stage.objective), bound)


def _laid_out(case: ExactCase, stage: Stage) -> SitingProblem | None:
    coefficients = case.rules.objective.coefficients
    worth = coefficients if stage.name == WEIGHTED else {stage.name: Fraction(sign(stage.name))}
    return median(case, worth)


def _plausible(rules: Rules, stage: Stage, least: Fraction, how: str) -> Check:
    """Check that no plan does better than a bound of our own, and say how near it is.

    The bound is turned as if less were better. Where it is farther off than what the stage says
    was proved, that is a claim.
    """
    better = sign(stage.name)
    value, bound = better * stage.objective, better * least
    slack = MILLIONTH * max(Fraction(1), abs(least))
    wrong = []
    if value < least - slack:
        wrong = [say("expected at least {} ({}), found {}", shown(least), how, shown(value))]
    claim = "" if reached(rules, stage, bound) else _claim(stage, say("own bound {}", shown(bound)))
    gain = shown(value - least) if value > least + slack else say("nothing")
    if better < 0:
        told = say("no plan above {} ({})", shown(bound), how)
    else:
        told = say("no plan below {} ({})", shown(bound), how)
    told = say("{}: {} to gain on {}", told, gain, shown(stage.objective))
    return check(_name(stage), wrong, told, claim=claim)


def _exchange(case: ExactCase, p: SitingProblem, stage: Stage, offices: list[int]) -> Check:
    """Try every exchange of one office for another town: none may beat the solver's bound."""
    name = say("exchange of one office")
    rules = case.rules
    static = len(rules.periods) == 1 and rules.work is None
    free = not rules.limits and not rules.contiguous and rules.periods[0].openings_most is None
    known_share = {*rules.sites.own_premises} <= {*rules.sites.required, *rules.sites.existing}
    if not (static and free and known_share):
        told = say("not tried: other rules than those on sites decide what may be exchanged")
        return check(name, [], told, applies=False)
    better = sign(stage.name)
    bound = better * stage.bound
    movable = [j for j in offices if j not in p.forced and p.sites[j] not in rules.opens]
    slack = MILLIONTH * max(Fraction(1), abs(bound))
    found = better_exchange(p, offices, movable, bound - slack)
    if found is None:
        tried = len(movable) * (len(p.sites) - len(offices))
        return check(
            name, [], say("none of {} beats the solver's bound of {}", tried, shown(stage.bound))
        )
    leaves, comes, value = found
    gives, bounded = shown(better * value), shown(stage.bound)
    wrong = say("{} for {} gives {}, the bound says {}", comes, leaves, gives, bounded)
    return check(name, [wrong], "")


def least_waiting(case: ExactCase, work: WorkRules) -> Fraction:
    """Return principal-months that no plan can do without."""
    met, waiting = 0, Fraction(0)
    for most, wait in zip(_most_met(case, work), case.waits, strict=False):
        waiting += (most - met) * wait
        met = most
    return waiting + (sum(case.taking_part.values()) - met) * case.waits[-1]


def least_unmet(case: ExactCase, work: WorkRules) -> Fraction:
    """Return how many no plan can meet before the horizon ends."""
    return Fraction(sum(case.taking_part.values()) - list(_most_met(case, work))[-1])


def least_short(case: ExactCase, work: WorkRules) -> Fraction:
    """Return what soft targets are short in any plan, each dialogue by its penalty."""
    names = [span.name for span in case.rules.periods]
    most = dict(zip(names, _most_met(case, work), strict=True))
    short = (
        target.penalty * max(Fraction(0), target.least - most[target.by])
        for target in work.targets
        if not target.hard
    )
    return sum(short, Fraction(0))


LEAST = {"waiting": least_waiting, "unmet": least_unmet, SOFT: least_short}
"""By goal, what no plan can do without."""


def _most_met(case: ExactCase, work: WorkRules) -> Iterator[int]:
    """Yield the most dialogues that can have been held when each period ends.

    As if every advisor who can be hired and paid were there from each period's start, each
    dialogue were held from the best town there is, and the easiest came first.
    """
    hours = sorted(
        (min(case.hours(work, unit, site) for site in case.allowed), n)
        for unit, n in case.taking_part.items()
        if n
    )
    total = sum(case.taking_part.values())
    for so_far in _hours_so_far(case, work):
        yield total if so_far is None else _most_held(hours, so_far)


def _hours_so_far(case: ExactCase, work: WorkRules) -> Iterator[Fraction | None]:
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

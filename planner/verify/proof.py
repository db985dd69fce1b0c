"""What the plan says was proved, and what plans as good are said to leave open."""

from collections.abc import Iterator
from fractions import Fraction

from planner.message import Message, join, say
from planner.verify.checks import DIGITS, MILLIONTH, Check, check, differs, misses, shown
from planner.verify.criteria import sign
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Figures
from planner.verify.rules import Rules
from planner.verify.run_files import Plan, Ranges, Stage

PROVED = ("optimal", "gap_limit")
REASONS = (
    *PROVED,
    "time_limit",
    "node_limit",
    "memory_limit",
    "interrupted",
    "stalled",
)
"""From the best proved to the least."""

OPTIMAL = Fraction(1, 10**6)
"""Relative gap below which "optimal" may be said."""

NOTHING = Fraction(1, 10**9)
"""Objective and bound that differ by less are the same; no gap is relative to less."""

LEFT_OPEN = ("mean_km", "share_beyond", "unmet", "cost_msek")
"""Figures of which plans as good may tell a range."""


def check_proof(case: ExactCase, plan: Plan) -> Iterator[Check]:
    """Check that what is said of the proof is consistent, and what the scenario asks for."""
    rules = case.rules
    yield _stages(rules, plan)
    yield _scopes(rules, plan)
    yield _choice(case, plan)
    yield _reasons(rules, plan)
    yield _gaps(plan)


def _stages(rules: Rules, plan: Plan) -> Check:
    """Check that the goals are those asked for, and the termination the least proved."""
    named = tuple(stage.name for stage in plan.stages)
    wrong = list(differs("goals", named, rules.goals))
    least = max(plan.stages, key=_doubt, default=None)
    if least is None or plan.termination not in plan.stages:
        wrong.append(say("termination: expected one of the stages"))
    elif _doubt(plan.termination) < _doubt(least):
        name = plan.termination.name
        wrong.append(
            say("termination: expected the least proved stage, {}, found {}", least.name, name)
        )
    return check(say("stages"), wrong, ", ".join(f"{s.name} {s.reason}" for s in plan.stages))


def _doubt(stage: Stage) -> tuple[int, Fraction]:
    """Return what orders stages from the best proved to the least."""
    rank = REASONS.index(stage.reason) if stage.reason in REASONS else len(REASONS)
    return rank, stage.gap


def _scopes(rules: Rules, plan: Plan) -> Check:
    """Check among which plans each goal is said to be proved.

    It keeps all goals before it. Only what follows the goals of sites can rest on some of the ends
    alone, and so does whatever follows that; it is then not optimal.
    """
    wrong: list[str] = []
    ends, earlier = None, list[str]()
    for number, stage in enumerate(plan.stages):
        wrong += differs(f"{stage.name} keeps", stage.scope.kept, tuple(earlier))
        earlier.append(stage.name)
        if ends is not None:
            wrong += differs(f"{stage.name} ends", stage.scope.ends, ends)
        ends = stage.scope.ends
        if ends is None:
            continue
        if ends < 1 or number < max(1, len(rules.siting_goals)) or rules.work is None:
            wrong.append(say("{}: among {} ends, where none are listed", stage.name, ends))
        if stage.reason == "optimal":
            wrong.append(say("{}: optimal, of {} ends alone", stage.name, ends))
    told = say("among all plans that keep the goals before")
    return check(say("scope"), wrong, told if ends is None else say("{}, of {} ends", told, ends))


def _choice(case: ExactCase, plan: Plan) -> Check:
    """Check what proofs are said to leave no choice of: towns where each must have an office.

    Dates too, where the scenario sets those of all that are not open before it begins.
    """
    rules, towns = case.rules, case.allowed
    given: tuple[str, ...] = ("towns",) if len(towns) <= rules.fewest else ()
    if given and len(rules.periods) > 1 and towns <= {*rules.opens, *rules.sites.existing}:
        given = (*given, "dates")
    wrong: list[str] = []
    for stage in (plan.termination, *plan.stages):
        wrong += differs(f"{stage.name} towns", stage.scope.towns, len(towns))
        wrong += differs(f"{stage.name} given", stage.scope.given, given)
        wrong += differs(f"{stage.name} criterion", stage.criterion, stage.name)
    said = {"towns": say("no choice of towns"), "dates": say("no choice of dates")}
    told = join((said[name] for name in given), ", ")
    if not given:
        told = say("{} towns to choose among", len(towns))
    return check(say("choice of towns"), wrong, told)


def _reasons(rules: Rules, plan: Plan) -> Check:
    wrong = [w for stage in (plan.termination, *plan.stages) for w in _unproved(rules, stage)]
    told = say("{}, gap {}", plan.termination.reason, shown(_gap(plan.termination)))
    return check(say("termination"), wrong, say("{}, {} asked for", told, shown(rules.gap)))


def _unproved(rules: Rules, stage: Stage) -> Iterator[Message]:
    """Yield what is wrong with the reason that a stage tells."""
    name, reason = stage.name, stage.reason
    if reason not in REASONS:
        yield say("{}: {} comes with no plan", name, reason)
    elif reason in PROVED and not reached(rules, stage, stage.bound):
        if rules.objective.of_sites(name):
            most = say("{} of its unit", shown(rules.objective.near(name)))
            off = shown(abs(stage.objective - stage.bound))
            yield say("{}: {}, {} off where {} is asked for", name, reason, off, most)
        elif reason == "optimal":
            yield say("{}: optimal, with a gap of {}", name, shown(_gap(stage)))
        else:
            told = say("at most {}, found {}", shown(rules.gap), shown(_gap(stage)))
            yield say("{}: gap_limit, expected a gap of {}", name, told)
    elif reason == "time_limit" and rules.time_limit is None:
        yield say("{}: time_limit, and the scenario sets none", name)
    elif reason == "node_limit" and rules.nodes is None:
        yield say("{}: node_limit, and the scenario sets none", name)


def reached(rules: Rules, stage: Stage, bound: Fraction) -> bool:
    """Tell whether a bound is as near the objective as the reason of a proved stage says.

    Goals of sites are proved to a thousandth of the sum's unit, whatever the reason; of others
    "optimal" says that there is no gap, "gap_limit" that it is the scenario's at most.
    """
    off = abs(stage.objective - bound)
    if off <= NOTHING:
        return True
    gap, rounding = off / max(abs(stage.objective), NOTHING), 2 * DIGITS * abs(stage.objective)
    if gap <= OPTIMAL + 2 * DIGITS:
        return True
    if rules.objective.of_sites(stage.name):
        return off <= rules.objective.near(stage.name) + rounding
    return stage.reason == "gap_limit" and gap <= rules.gap + MILLIONTH


def _gap(stage: Stage) -> Fraction:
    difference = abs(stage.objective - stage.bound)
    return Fraction(0) if difference <= NOTHING else difference / max(abs(stage.objective), NOTHING)


def _gaps(plan: Plan) -> Check:
    """Check that bounds lie on their side of objectives, and gaps between the two."""
    wrong = []
    for stage in (plan.termination, *plan.stages):
        most = sign(stage.name) < 0
        ahead = sign(stage.name) * (stage.bound - stage.objective)
        if ahead > 2 * DIGITS * abs(stage.objective) + NOTHING:
            value = shown(stage.objective)
            limit = say("at least {}", value) if most else say("at most {}", value)
            wrong.append(
                say("{} bound: expected {}, found {}", stage.name, limit, shown(stage.bound))
            )
        gap, told = _gap(stage), stage.gap
        if abs(told - gap) > 4 * DIGITS * (1 + gap):
            wrong.append(say("{} gap: expected {}, found {}", stage.name, shown(gap), shown(told)))
    return check(say("bounds and gaps"), wrong, say("every bound on its side of the objective"))


def check_ranges(rules: Rules, plan: Plan, figures: Figures) -> Check:
    """Check that the plan itself lies in every range, and that each office has its periods."""
    ranges = plan.ranges
    if ranges is None:
        return check(say("ranges"), [], say("none are told"), applies=False)
    wrong = [
        *misses(say("margin"), ranges.margin, rules.gap),
        *_figures(rules, ranges, figures),
        *_openings(rules, plan, ranges),
    ]
    told = say("{} figures, {} offices", len(ranges.figures), len(ranges.openings))
    claim = say("that no plan as good lies outside the ranges told of figures and opening periods")
    return check(say("ranges"), wrong, told, claim=claim)


def _figures(rules: Rules, ranges: Ranges, figures: Figures) -> Iterator[Message]:
    for told in ranges.figures:
        name, least, most = told.criterion, told.least, told.most
        given = name in rules.goals or name in rules.objective.names
        if name not in LEFT_OPEN or given or name not in figures:
            yield say("{}: no figure that is left open", name)
            continue
        value = figures[name]
        within = MILLIONTH * max(Fraction(1), abs(most))
        if value is None or not least - within <= value <= most + within:
            yield say("{}: {} is outside {} to {}", name, shown(value), shown(least), shown(most))


def _openings(rules: Rules, plan: Plan, ranges: Ranges) -> Iterator[Message]:
    new = {office.code: office.opens for office in plan.offices if office.role != "existing"}
    told = {each.code: each.periods for each in ranges.openings}
    yield from differs(say("offices that open"), tuple(sorted(told)), tuple(sorted(new)))
    known = [period.name for period in rules.periods]
    for code, periods in told.items():
        if list(periods) != [name for name in known if name in periods]:
            yield say("{}: expected periods in order, found {}", code, shown(periods))
        if code in new and new[code] not in periods:
            yield say("{}: opens in {}, which is not among {}", code, new[code], shown(periods))

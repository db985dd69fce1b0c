"""What a plan reaches of each goal: the sum line by line, limits and soft rules, the payoff table.

Soft rules of the rollout make up a goal of their own. Those on sites are paid in the first of the
others.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from planner.message import say
from planner.verify.checks import (
    DIGITS,
    MILLIONTH,
    Check,
    check,
    differs,
    exceeds,
    misses,
    shown,
)
from planner.verify.criteria import LARGER_IS_BETTER, PERCENT, ROLLOUT, SHARES, SOFT, WEIGHTED, sign
from planner.verify.exact_case import ExactCase
from planner.verify.figures import Figures, kept
from planner.verify.proof import PROVED
from planner.verify.rules import LimitRule, Rules
from planner.verify.run_files import Plan, Stage
from planner.verify.work_done import WorkDone

Soft = Mapping[str, tuple[LimitRule, Fraction | None]]
"""Soft rule -> the rule, and what the plan has."""


def check_goals(
    case: ExactCase, plan: Plan, figures: Figures, done: WorkDone | None
) -> Iterator[Check]:
    """Check limits and soft rules, and every goal's value."""
    soft = _soft(case, figures, done)
    yield _limits(case.rules, figures)
    yield _slacks(plan, soft)
    yield _lines(case, plan, figures, soft)
    yield _objective(case, plan, figures, soft)
    yield _payoff(case.rules, plan, figures)


def _off(limit: LimitRule, value: Fraction | None) -> Fraction | None:
    """Return by how much a value breaks a limit; None where there is no value."""
    if value is None:
        return None
    return max(Fraction(0), value - limit.limit if limit.sense == "most" else limit.limit - value)


def _limits(rules: Rules, figures: Figures) -> Check:
    wrong = []
    hard = [limit for limit in rules.limits if limit.hard]
    for limit in hard:
        off = _off(limit, figures[limit.criterion])
        if off is None or off > MILLIONTH * max(Fraction(1), abs(limit.limit)):
            most = shown(limit.limit)
            bound = say("at least {}", most) if limit.sense == "least" else say("at most {}", most)
            value = shown(figures[limit.criterion])
            wrong.append(say("{}: expected {}, found {}", limit.criterion, bound, value))
    return check(say("hard limits"), wrong, say("{} kept", len(hard)), applies=bool(hard))


def _soft(case: ExactCase, figures: Figures, done: WorkDone | None) -> Soft:
    soft = {
        limit.criterion: (limit, figures[limit.criterion])
        for limit in case.rules.limits
        if not limit.hard
    }
    for target in case.rules.work.targets if case.rules.work else ():
        if not target.hard and done is not None:
            name, count = f"dialogues_by {target.by}", Fraction(done.met_by(target.by))
            rule = LimitRule(name, "least", target.least, target.hard, target.penalty)
            soft[name] = (rule, count)
    return soft


def _slacks(plan: Plan, soft: Soft) -> Check:
    told = {slack.criterion: slack for slack in plan.slacks}
    wrong = list(differs(say("soft rules told of"), set(told), set(soft)))
    for name in sorted(told.keys() & soft.keys()):
        (limit, value), slack = soft[name], told[name]
        wrong += differs(f"{name} sense", slack.sense, limit.sense)
        wrong += misses(f"{name} limit", slack.limit, limit.limit)
        wrong += misses(f"{name} penalty", slack.penalty, limit.penalty)
        wrong += misses(f"{name} value", slack.value, value, MILLIONTH)
        wrong += misses(f"{name} slack", slack.slack, _off(limit, value), MILLIONTH)
    return check(
        say("soft rules"), wrong, say("{}, each off by what is said", len(soft)), applies=bool(soft)
    )


def _of_sites(name: str) -> bool:
    return name not in ROLLOUT and not name.startswith("dialogues_by ")


def _penalties(soft: Soft, *, sites: bool) -> tuple[Fraction | None, Fraction]:
    """Return what soft rules of the sites, or of the rollout, are off, and its rounding."""
    total, rounding = Fraction(0), Fraction(0)
    for name, (limit, value) in soft.items():
        off = _off(limit, value)
        if _of_sites(name) is sites:
            if off is None:
                return None, Fraction(0)
            total += limit.penalty * off
            rounding += limit.penalty * MILLIONTH
    return total, rounding


def _value(
    case: ExactCase, goal: str, figures: Figures, soft: Soft
) -> tuple[Fraction | None, Fraction]:
    """Return what a plan has of a goal, and how far rounding may put it off."""
    objective = case.rules.objective
    if goal == SOFT:
        value, rounding = _penalties(soft, sites=False)
    elif goal == WEIGHTED:
        value, rounding = Fraction(0), Fraction(0)
        for name, worth in objective.coefficients.items():
            exact = figures.get(name)
            value = None if exact is None or value is None else value + worth * exact
            rounding += abs(worth) * kept(case, name)
    else:
        value, rounding = figures.get(goal), MILLIONTH
    if goal == case.rules.penalised:
        penalties, more = _penalties(soft, sites=True)
        rounding += more
        value = None if value is None or penalties is None else value + sign(goal) * penalties
    return value, rounding


def _lines(case: ExactCase, plan: Plan, figures: Figures, soft: Soft) -> Check:
    """Check the weighted sum line by line, and that the lines add up to what was optimised."""
    objective = case.rules.objective
    if not objective.summed:
        wrong = (
            [say("{} lines, and nothing is summed", len(plan.objective))] if plan.objective else []
        )
        return check(say("weighted sum"), wrong, say("nothing is summed"), applies=False)
    expected: dict[str, tuple[Fraction, Fraction | None, Fraction, Fraction]] = {}
    for name, worth in objective.coefficients.items():
        expected[name] = objective.rate(name), figures.get(name), worth, kept(case, name)
    for name, (limit, value) in soft.items():
        if _of_sites(name):
            off = _off(limit, value)
            rate = limit.penalty / (PERCENT if name in SHARES else 1)
            expected[f"limits.{name}"] = rate, off, limit.penalty, MILLIONTH
    told = {line.criterion: line for line in plan.objective}
    names = tuple(line.criterion for line in plan.objective)
    wrong = list(differs("lines", names, tuple(expected)))
    units = {line.unit.partition(" per ")[0] for line in plan.objective}
    wrong += [say("a sum in {}", shown(units))] if len(units) > 1 else []
    for name in sorted(told.keys() & expected.keys()):
        line, (rate, value, worth, rounding) = told[name], expected[name]
        wrong += misses(f"{name} rate", line.rate, rate)
        wrong += misses(f"{name} value", line.value, value, rounding)
        product = None if value is None else worth * value
        wrong += misses(f"{name} contribution", line.contribution, product, abs(worth) * rounding)
        if name in objective.rates:
            wrong += differs(f"{name} unit", line.unit, objective.rates[name].unit)
    total = sum((line.contribution for line in plan.objective), Fraction(0))
    printed = DIGITS * sum((abs(line.contribution) for line in plan.objective), Fraction(0))
    for stage in plan.stages:
        if stage.name == WEIGHTED:
            wrong += misses(say("sum of the lines"), total, stage.objective, printed + MILLIONTH)
    return check(
        say("weighted sum"), wrong, say("{} lines, {} together", len(expected), shown(total))
    )


def _objective(case: ExactCase, plan: Plan, figures: Figures, soft: Soft) -> Check:
    """Hold each goal's objective against what the plan measures, or may have given up."""
    objective = case.rules.objective
    wrong: list[str] = []
    for stage in (plan.termination, *plan.stages):
        value, rounding = _value(case, stage.name, figures, soft)
        given = objective.tolerance.get(stage.name, Fraction(0))
        if value is None:
            wrong.append(say("{}: can't be computed", stage.name))
        elif given:
            worst = stage.objective + sign(stage.name) * given
            wrong += _given_up(stage, value, worst + _whole(case, plan, stage.name))
        else:
            wrong += misses(stage.name, stage.objective, value, rounding)
    return check(
        say("objective"),
        wrong,
        say("{} {}", plan.termination.name, shown(plan.termination.objective)),
    )


def _whole(case: ExactCase, plan: Plan, name: str) -> Fraction:
    """Return what whole dialogues may add to a goal after dialogues were planned in parts.

    The hours of an office's team hold less than one dialogue fewer in each period, and who is
    not met then waits at most to the end of the horizon.
    """
    waits = zip(plan.periods, case.waits, strict=False)
    lost = [(len(p.open), case.waits[-1] - wait) for p, wait in waits]
    if name == "waiting":
        return sum((n * longer for n, longer in lost), Fraction(0))
    return Fraction(sum(n for n, _ in lost)) if name == "unmet" else Fraction(0)


def _given_up(stage: Stage, value: Fraction, worst: Fraction) -> Iterator[str]:
    """Yield what is wrong where a plan gives up more of an objective than it may."""
    better = sign(stage.name)
    if exceeds(better * value, better * worst):
        yield say("{}: expected {} or better, found {}", stage.name, shown(worst), shown(value))
    if exceeds(better * stage.bound, better * value):
        yield say(
            "{}: {} is better than the bound {}", stage.name, shown(value), shown(stage.bound)
        )


def _payoff(rules: Rules, plan: Plan, figures: Figures) -> Check:
    """Check a payoff table against itself and the plan: it is there for readers alone."""
    objective, payoff = rules.objective, plan.payoff
    if payoff is None:
        return check(say("payoff table"), [], say("there is none"), applies=False)
    if not objective.summed:
        return check(say("payoff table"), [say("a payoff table, and nothing is weighed")], "")
    names = payoff.criteria
    lists = (payoff.values, *payoff.values, payoff.best, payoff.worst)
    square = {len(each) for each in lists} == {len(names)}
    if names != objective.names or not square:
        return check(
            say("payoff table"),
            [*differs("criteria", names, objective.names), say("not square")],
            "",
        )
    wrong: list[str] = []
    limited = any(stage.reason not in PROVED for stage in plan.stages)
    for k, name in enumerate(names):
        column = [row[k] for row in payoff.values]
        high = name in LARGER_IS_BETTER
        wrong += misses(f"{name} best", payoff.best[k], column[k])
        wrong += misses(f"{name} worst", payoff.worst[k], min(column) if high else max(column))
        if not limited:
            told = [
                (say("the plan"), figures[name]),
                *((say("row {}", n + 1), v) for n, v in enumerate(column)),
            ]
            wrong += _beaten(name, payoff.best[k], told, rules.gap, objective.near(name))
    return check(
        say("payoff table"), wrong, say("{} criteria, each best in its own row", len(names))
    )


def _beaten(
    name: str,
    best: Fraction,
    told: Iterable[tuple[str, Fraction | None]],
    gap: Fraction,
    near: Fraction,
) -> Iterator[str]:
    """Yield what is better than a criterion's proven best by more than the proof explains."""
    slack = max((gap + MILLIONTH) * max(Fraction(1), abs(best)), near)
    for who, value in told:
        if value is not None and sign(name) * value < sign(name) * best - slack:
            yield say("{} best: {}, but {} has {}", name, shown(best), who, shown(value))

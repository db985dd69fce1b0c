"""What the plan says was proved: stages, gaps, the objective, the payoff table, soft rules."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.verify.figures import kept
from planner.verify.rules import LARGER_IS_BETTER, Limit, sign
from planner.verify.verification import (
    DIGITS,
    MILLIONTH,
    Check,
    agrees,
    check,
    differs,
    exceeds,
    misses,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.verify.case import Case
    from planner.verify.claims import Payoff, Plan, Stage
    from planner.verify.figures import Figures
    from planner.verify.held import Held
    from planner.verify.rules import Rules

REASONS = (
    "optimal",
    "gap_limit",
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

WORK = ("cost_msek", "waiting", "unmet")
"""Criteria of the whole horizon; the others are those of the sites at its end."""


def check_proof(case: Case, plan: Plan, figures: Figures, done: Held | None) -> Iterator[Check]:
    """Check limits and slacks, and that what is said of the proof is consistent."""
    yield _limits(case.rules, figures)
    yield _slacks(case, plan, figures, done)
    yield _stages(case.rules, plan)
    yield _reasons(case.rules, plan)
    yield _gaps(plan)
    yield _objective(case, plan, figures)
    yield _payoff(case.rules, plan, figures)


def _off(limit: Limit, value: Fraction | None) -> Fraction | None:
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
            bound = f"at {limit.sense} {shown(limit.limit)}"
            value = shown(figures[limit.criterion])
            wrong.append(f"{limit.criterion}: expected {bound}, found {value}")
    return check("hard limits", wrong, f"{len(hard)} kept", applies=bool(hard))


def _slacks(case: Case, plan: Plan, figures: Figures, done: Held | None) -> Check:
    soft = {
        limit.criterion: (limit, figures[limit.criterion])
        for limit in case.rules.limits
        if not limit.hard
    }
    for target in case.rules.work.targets if case.rules.work else ():
        if not target.hard and done is not None:
            name, count = f"dialogues_by {target.by}", Fraction(done.met_by(target.by))
            rule = Limit(name, "least", target.least, target.hard, target.penalty)
            soft[name] = (rule, count)
    told = {slack.criterion: slack for slack in plan.slacks}
    wrong = list(differs("soft rules told of", set(told), set(soft)))
    for name in sorted(told.keys() & soft.keys()):
        (limit, value), slack = soft[name], told[name]
        wrong += differs(f"{name} sense", slack.sense, limit.sense)
        wrong += misses(f"{name} limit", slack.limit, limit.limit)
        wrong += misses(f"{name} penalty", slack.penalty, limit.penalty)
        wrong += misses(f"{name} value", slack.value, value, MILLIONTH)
        wrong += misses(f"{name} slack", slack.slack, _off(limit, value), MILLIONTH)
    return check("soft rules", wrong, f"{len(soft)}, each off by what is said", applies=bool(soft))


def _stages(rules: Rules, plan: Plan) -> Check:
    """Check that the objectives are those asked for, and the termination the least proved."""
    wanted = [*rules.objective.main, *rules.objective.then]
    if rules.objective.method == "weighted" and len(rules.objective.main) > 1:
        wanted = ["weighted", *rules.objective.then]
    # Where a scenario leaves nothing to optimise, or soft rules come first, stages say so.
    named = [stage.name for stage in plan.stages if stage.name not in ("rules", "soft rules")]
    wrong = list(differs("stages", tuple(dict.fromkeys(named)), tuple(dict.fromkeys(wanted))))
    least = max(plan.stages, key=_doubt, default=None)
    if least is None or plan.termination not in plan.stages:
        wrong.append("termination: expected one of the stages")
    elif _doubt(plan.termination) < _doubt(least):
        name = plan.termination.name
        wrong.append(f"termination: expected the least proved stage, {least.name}, found {name}")
    return check("stages", wrong, ", ".join(f"{s.name} {s.reason}" for s in plan.stages))


def _doubt(stage: Stage) -> tuple[int, Fraction]:
    """Return what orders stages from the best proved to the least."""
    rank = REASONS.index(stage.reason) if stage.reason in REASONS else len(REASONS)
    return rank, stage.gap


def _reasons(rules: Rules, plan: Plan) -> Check:
    wrong = []
    for stage in (plan.termination, *plan.stages):
        gap = _gap(stage)
        if stage.reason not in REASONS:
            wrong.append(f"{stage.name}: {stage.reason} comes with no plan")
        elif stage.reason == "optimal" and gap > OPTIMAL + 2 * DIGITS:
            wrong.append(f"{stage.name}: optimal, with a gap of {shown(gap)}")
        elif stage.reason == "gap_limit" and gap > rules.gap + MILLIONTH:
            asked = shown(rules.gap)
            wrong.append(
                f"{stage.name}: gap_limit, expected a gap of at most {asked}, found {shown(gap)}"
            )
        elif stage.reason == "time_limit" and rules.time_limit is None:
            wrong.append(f"{stage.name}: time_limit, and the scenario sets none")
        elif stage.reason == "node_limit" and rules.nodes is None:
            wrong.append(f"{stage.name}: node_limit, and the scenario sets none")
    told = f"{plan.termination.reason}, gap {shown(_gap(plan.termination))}"
    return check("termination", wrong, f"{told}, {shown(rules.gap)} asked for")


def _gap(stage: Stage) -> Fraction:
    difference = abs(stage.objective - stage.bound)
    return Fraction(0) if difference <= NOTHING else difference / max(abs(stage.objective), NOTHING)


def _gaps(plan: Plan) -> Check:
    """Check that bounds lie on their side of objectives, and gaps between the two."""
    wrong = []
    for stage in (plan.termination, *plan.stages):
        most = stage.name in LARGER_IS_BETTER
        ahead = sign(stage.name) * (stage.bound - stage.objective)
        if ahead > 2 * DIGITS * abs(stage.objective) + NOTHING:
            limit = f"at {'least' if most else 'most'} {shown(stage.objective)}"
            wrong.append(f"{stage.name} bound: expected {limit}, found {shown(stage.bound)}")
        rounding = 4 * DIGITS * (1 + _gap(stage))
        if abs(stage.gap - _gap(stage)) > rounding:
            wrong.append(
                f"{stage.name} gap: expected {shown(_gap(stage))}, found {shown(stage.gap)}"
            )
    return check("bounds and gaps", wrong, "every bound on its side of the objective")


def _objective(case: Case, plan: Plan, figures: Figures) -> Check:
    """Hold each stage's objective against what the plan measures, or may have given up."""
    objective = case.rules.objective
    wrong: list[str] = []
    for stage in (plan.termination, *plan.stages):
        value, rounding = _value(case, stage.name, plan.payoff, figures)
        if value is None:
            wrong.append(f"{stage.name}: can't be computed")
        elif objective.tolerance and stage.name in objective.main:
            worst = _worst(stage, objective.tolerance) + _whole(case, plan, stage.name)
            wrong += _given_up(stage, value, worst)
        elif not any(agrees(stage.objective, value + p, rounding) for p in _penalties(stage, plan)):
            expected = " or ".join(sorted({shown(value + p) for p in _penalties(stage, plan)}))
            wrong.append(f"{stage.name}: expected {expected}, found {shown(stage.objective)}")
    return check("objective", wrong, f"{plan.termination.name} {shown(plan.termination.objective)}")


def _penalties(stage: Stage, plan: Plan) -> set[Fraction]:
    """Return the penalties that an objective may hold; a plan does not say whether it does.

    Sites settled before the rollout hold those of the rules on sites; what is optimised
    afterwards holds none.
    """
    everything = sum((s.penalty * s.slack for s in plan.slacks), Fraction(0))
    of_sites = sum(
        (
            s.penalty * s.slack
            for s in plan.slacks
            if s.criterion not in WORK and not s.criterion.startswith("dialogues_by ")
        ),
        Fraction(0),
    )
    if stage.name == "soft rules":
        return {of_sites, everything}
    return {Fraction(0), sign(stage.name) * of_sites, sign(stage.name) * everything}


def _worst(stage: Stage, tolerance: Fraction) -> Fraction:
    """Return the value down to which later stages may give up an objective."""
    return stage.objective + sign(stage.name) * tolerance * abs(stage.objective)


def _whole(case: Case, plan: Plan, name: str) -> Fraction:
    """Return what whole dialogues may add to the waiting after dialogues were planned in parts.

    The hours of an office's team hold less than one dialogue fewer in each period, and who is
    not met then waits at most to the end of the horizon.
    """
    if name != "waiting":
        return Fraction(0)
    waits = zip(plan.periods, case.waits, strict=False)
    return sum((len(p.open) * (case.waits[-1] - wait) for p, wait in waits), Fraction(0))


def _given_up(stage: Stage, value: Fraction, worst: Fraction) -> Iterator[str]:
    """Yield what is wrong where a plan gives up more of an objective than it may."""
    better = sign(stage.name)
    if exceeds(better * value, better * worst):
        yield f"{stage.name}: expected {shown(worst)} or better, found {shown(value)}"
    if exceeds(better * stage.bound, better * value):
        yield f"{stage.name}: {shown(value)} is better than the bound {shown(stage.bound)}"


def _value(
    case: Case, name: str, payoff: Payoff | None, figures: Figures
) -> tuple[Fraction | None, Fraction]:
    """Return an objective without penalties, and how far rounding may put it off."""
    if name in ("soft rules", "rules"):
        return Fraction(0), MILLIONTH
    if name != "weighted":
        return figures.get(name), MILLIONTH
    if payoff is None:
        return None, MILLIONTH
    value, rounding = Fraction(0), DIGITS
    for criterion, share, best, span in scales(payoff):
        exact = figures.get(criterion)
        if exact is None:
            return None, MILLIONTH
        off = sign(criterion) * (exact - best)
        value += share * off
        # The ends of the scale have nine digits; a narrow scale makes much of little.
        printed = DIGITS * (abs(best) + span)
        rounding += share * (kept(case, criterion) + printed + 2 * printed * abs(off) / span)
    return value, rounding


def scales(payoff: Payoff) -> Iterable[tuple[str, Fraction, Fraction, Fraction]]:
    """Yield (criterion, weight / range, best, range).

    Where a criterion takes its best value in every row there is no range; its own size stands
    in, at least 1, so that giving it up still costs something.
    """
    table = zip(payoff.criteria, payoff.weights, payoff.best, payoff.worst, strict=True)
    for name, weight, best, worst in table:
        span = abs(worst - best)
        if span <= Fraction(1, 10**7):
            span = max(abs(best), Fraction(1))
        yield name, weight / span, best, span


def _payoff(rules: Rules, plan: Plan, figures: Figures) -> Check:
    objective, payoff = rules.objective, plan.payoff
    if objective.method != "weighted" or len(objective.main) < 2:
        wrong = [] if payoff is None else ["a payoff table, and nothing is weighed"]
        return check("payoff table", wrong, "none: nothing is weighed", applies=False)
    if payoff is None:
        return check("payoff table", ["there is none, and criteria are weighed"], "")
    names = payoff.criteria
    lists = (payoff.values, *payoff.values, payoff.best, payoff.worst, payoff.weights)
    square = {len(each) for each in lists} == {len(names)}
    if names != objective.main or not square:
        return check(
            "payoff table", [*differs("criteria", names, objective.main), "not square"], ""
        )
    wrong = []
    limited = any(stage.reason in REASONS[2:] for stage in plan.stages)
    for k, name in enumerate(names):
        column = [row[k] for row in payoff.values]
        high = name in LARGER_IS_BETTER
        wrong += misses(f"{name} best", payoff.best[k], column[k])
        wrong += misses(f"{name} worst", payoff.worst[k], min(column) if high else max(column))
        wrong += misses(f"{name} weight", payoff.weights[k], objective.weights[name])
        if not limited:
            told = [
                ("the plan", figures[name]),
                *((f"row {n + 1}", v) for n, v in enumerate(column)),
            ]
            wrong += _beaten(name, payoff.best[k], told, rules.gap)
    return check("payoff table", wrong, f"{len(names)} criteria, each best in its own row")


def _beaten(
    name: str, best: Fraction, told: Iterable[tuple[str, Fraction | None]], gap: Fraction
) -> Iterator[str]:
    """Yield what is better than a criterion's proven best by more than the gap explains."""
    slack = (gap + MILLIONTH) * max(Fraction(1), abs(best))
    for who, value in told:
        if value is not None and sign(name) * value < sign(name) * best - slack:
            yield f"{name} best: {shown(best)}, but {who} has {shown(value)}"

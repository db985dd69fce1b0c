"""The program's answer to a case held against the independent one: every disagreement in words."""

from __future__ import annotations

import traceback
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from country import make_country, outline_features
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
from planner.data import Data
from planner.errors import InfeasibleScenario
from planner.planning import solve
from planner.scenario.spec import Scenario
from standing.facts import MORE, exact
from standing.goals import coefficients, goals, soft_limits, soft_of, soft_targets
from standing.measured import broken, costs, figures, off, read_plan, short_of
from standing.program import SAME, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standing.cases import Case
    from standing.facts import Facts
    from standing.goals import Goal
    from standing.measured import Answer

    Told = dict[str, Any]
    Held = list[tuple[list[tuple[int, float]], float]]

NEAR = 2e-6
"""Relative difference that two solvers' arithmetic makes."""
DECIDES = 1e-3
"""To what a goal that decides towns and regions is proved, in its unit."""
SIXTH = 2e-6
"""Absolute difference of figures that are kept to the sixth decimal."""


def read_case(case: Case, folder: Path) -> Data:
    """Write the tables of a case and have the program read them."""
    towns = {row["code"]: ("", row["lon"], row["lat"]) for row in case.tables["municipalities"]}
    made = make_country(folder, case.tables, features=outline_features(towns))
    inputs = read_inputs(made)
    return Data(made, inputs, travel_matrix(inputs, keep=False))


def disagreements(case: Case, folder: Path) -> list[str]:
    """Solve a case both ways and return what differs."""
    data = read_case(case, folder)
    scenario = Scenario.model_validate(case.tree)
    try:
        plan = solve(data, scenario).to_dict()
    except InfeasibleScenario:
        plan = None
    except Exception as error:  # noqa: BLE001 - whatever it is, the case is told
        where = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{type(error).__name__} in {where.name}: {error}"]
    f = case.facts
    wanted = goals(f)
    program = Program(f, [name for goal in wanted for name in goal.parts])
    possible = program.least([]) is not None
    if plan is None or not possible:
        word = {True: "a plan", False: "no plan"}
        found, right = word[plan is not None], word[possible]
        return [] if found == right else [f"the program finds {found}, there is {right}"]
    answer = read_plan(f, plan)
    return [*broken(f, answer), *_figures(f, answer, plan), *_stages(program, wanted, answer, plan)]


def _far(found: float, right: Fraction | float, within: float = SIXTH) -> bool:
    return abs(found - float(right)) > within * max(1.0, abs(float(right)))


# What was proved.


def _stages(program: Program, wanted: list[Goal], answer: Answer, plan: Told) -> Iterator[str]:
    stages = plan["stages"]
    names = [stage["objective_name"] for stage in stages]
    if names != [goal.name for goal in wanted]:
        yield f"stages {names}, expected {[goal.name for goal in wanted]}"
        return
    held: Held = []
    for goal, stage in zip(wanted, stages, strict=True):
        told = goal.turned * stage["objective"]
        bound = goal.turned * stage["bound"]
        least = program.least(program.terms(goal), held)
        if least is None:
            yield f"{goal.name}: no plan keeps the earlier values {[most for _, most in held]}"
            return
        right = float(goal.value(program.f, least))
        yield from _proof(program.f, goal, stage, (told, bound, right))
        reached = float(goal.value(program.f, answer))
        if reached > told + float(goal.given) + NEAR * max(1.0, abs(told)):
            yield f"{goal.name}: the plan has {reached}, told {told}, given {float(goal.given)}"
        if not goal.given and _far(told, reached, NEAR):
            yield f"{goal.name}: told {told}, the plan has {reached}"
        most = told + float(goal.given)
        held.append((program.terms(goal), most + SAME * max(1.0, abs(most))))
    yield from _scopes(stages)
    if all(stage["reason"] == "optimal" for stage in stages) and program.f.empty:
        yield from _empty(program, answer, held)


def _proof(f: Facts, goal: Goal, stage: Told, found: tuple[float, float, float]) -> Iterator[str]:
    told, bound, right = found
    name, reason, size = goal.name, stage["reason"], max(1.0, abs(right))
    gap = exact(f.part("solver", "gap", otherwise=0))
    if told < right - NEAR * size:
        yield f"{name}: told {told}, no plan is better than {right}"
    if bound > right + NEAR * size:
        yield f"{name}: bound {bound}, but {right} is reached ({reason}, told {told})"
    if reason == "optimal":
        within = DECIDES if goal.sites_alone else NEAR * size
        if told > right + within + NEAR * size:
            yield f"{name}: optimal at {told}, but {right} is reached"
    elif reason != "gap_limit":
        yield f"{name}: ended by {reason}"
    elif not gap:
        yield f"{name}: gap_limit without a gap ({told}, bound {bound}, right {right})"
    elif abs(told - bound) > float(gap) * abs(told) + NEAR * size:
        yield f"{name}: {told}, bound {bound}: not within {float(gap)}"


def _scopes(stages: list[Told]) -> Iterator[str]:
    kept: list[str] = []
    for stage in stages:
        scope = stage["scope"]
        if [*scope["kept"]] != kept:
            yield f"{stage['objective_name']}: kept {scope['kept']}, expected {kept}"
        if scope["ends"] is not None:
            yield f"{stage['objective_name']}: {scope['ends']} ends alone were tried"
        kept.append(stage["objective_name"])


def _empty(program: Program, answer: Answer, held: Held) -> Iterator[str]:
    """Hold the units without principals against the nearest that a plan as good allows."""
    f = program.f
    least = program.least(program.empty_km(), held)

    def km(a: Answer) -> float:
        return float(sum((f.empty_km(u, a.served[-1][u]) for u in f.empty), Fraction(0)))

    if least is None or km(answer) > km(least) + SIXTH:
        right = None if least is None else {u: least.served[-1][u] for u in f.empty}
        found = {u: answer.served[-1][u] for u in f.empty}
        yield f"units without principals at {found}, nearer at {right}"


# What the plan says of itself.


def _figures(f: Facts, answer: Answer, plan: Told) -> Iterator[str]:
    right = figures(f, answer)
    if plan["criteria"].keys() != right.keys():
        yield f"criteria {sorted(plan['criteria'])}"
        return
    lent = f.works and f.lent
    for name, value in right.items():
        if _far(plan["criteria"][name], value) and not (lent and name == "cost_msek"):
            yield f"{name}: told {plan['criteria'][name]}, is {float(value)}"
    yield from _assignments(f, answer, plan)
    yield from _offices(f, answer, plan)
    yield from _slacks(f, answer, plan, right)
    yield from _lines(f, plan, right)
    if f.works:
        yield from _periods(f, answer, plan)


def _assignments(f: Facts, answer: Answer, plan: Told) -> Iterator[str]:
    for row in plan["assignments"]:
        unit, office = row["id"], row["office"]
        right = f.mean(unit, office, f.km), f.mean(unit, office, f.minutes), f.weight[unit]
        if _far(row["km"], right[0]) or _far(row["minutes"], right[1]):
            told = [float(x) for x in right]
            yield f"{unit} in {row['period']}: {row['km']} km, {row['minutes']} min, is {told}"
        if row["principals"] != right[2] or row["unit"] != f.level:
            yield f"{unit}: {row['principals']} principals as {row['unit']}"


def _offices(f: Facts, answer: Answer, plan: Told) -> Iterator[str]:
    for office in plan["offices"]:
        code = office["code"]
        when = [t for t, opened in enumerate(answer.open) if code in opened]
        served = [u for u, j in answer.served[when[-1]].items() if j == code]
        closes = f.names[when[-1] + 1] if when[-1] + 1 < len(f.names) else None
        right = {
            "opens": f.names[when[0]],
            "closes": closes,
            "principals": sum(f.weight[u] for u in served),
            "counties": tuple(sorted({f.county_of(u) for u in served})),
            "spsm": code in f.sister,
        }
        told = {key: office[key] for key in right}
        if told != right or _far(office["university_minutes"], f.campus[code]):
            yield f"office {code}: told {told}, is {right}"


def _slacks(f: Facts, answer: Answer, plan: Told, right: dict[str, Fraction]) -> Iterator[str]:
    told = {row["criterion"]: row for row in plan["slacks"]}
    wanted = {name: off(name, f.part("limits", name), right[name]) for name in soft_limits(f)}
    late: dict[str, list[Fraction]] = {}
    for target in soft_targets(f):
        late.setdefault(f"dialogues_by {target['by']}", []).append(short_of(f, answer, target))
    if told.keys() != wanted.keys() | late.keys():
        yield f"slacks of {sorted(told)}"
        return
    for name, value in wanted.items():
        if _far(told[name]["slack"], value):
            yield f"{name} is off by {told[name]['slack']}, right {float(value)}"
    for name, values in late.items():
        if not any(not _far(told[name]["slack"], value) for value in values):
            yield f"{name} is short by {told[name]['slack']}, right {[float(v) for v in values]}"


def _lines(f: Facts, plan: Told, right: dict[str, Fraction]) -> Iterator[str]:
    """Check the lines of the sum: each rate times its value, and all of them together."""
    lines = {line["criterion"]: line for line in plan["objective"]}
    if f.part("objective", "method") != "weighted" or len(coefficients(f)) < 2:
        if lines:
            yield f"lines of a sum that is none: {sorted(lines)}"
        return
    wanted = {name: c * right[name] for name, c in coefficients(f).items()}
    for name, penalty in soft_of(f, rollout=False).items():
        wanted[f"limits.{name}"] = penalty * off(name, f.part("limits", name), right[name])
    if lines.keys() != wanted.keys():
        yield f"lines of the sum: {sorted(lines)}, expected {sorted(wanted)}"
        return
    for name, value in wanted.items():
        if _far(lines[name]["contribution"], value):
            yield f"{name} contributes {lines[name]['contribution']}, right {float(value)}"
    total = sum(line["contribution"] for line in lines.values())
    if _far(total, plan["stages"][0]["objective"], NEAR):
        yield f"the lines come to {total}, the sum is {plan['stages'][0]['objective']}"


def _periods(f: Facts, answer: Answer, plan: Told) -> Iterator[str]:
    least, most = costs(f, answer), costs(f, answer, all_lent=True)
    left = sum(f.due.values())
    for t, period in enumerate(plan["periods"]):
        held = answer.held(t)
        left -= held
        staff = sum(answer.advisors[t].values())
        told = (period["dialogues"], period["unmet"], period["advisors"])
        if told != (held, left, staff):
            yield f"{period['period']}: told {told}, is {(held, left, staff)}"
        cost, low = period["cost_msek"], float(least[t])
        high = float(most[t]) if f.lent else low
        if not low - SIXTH * max(1, low) <= cost <= high + SIXTH * max(1, high):
            yield f"{period['period']} costs {cost}, right {low} to {high}"
        budget = f.periods[t].get("budget_msek")
        if budget is not None and cost > float(exact(budget)) + SIXTH:
            yield f"{period['period']} costs {cost}, budget {float(exact(budget))}"
    unmet = dict.fromkeys(sorted({f.county_of(u) for u in f.units}), 0)
    for unit, n in answer.unmet(f).items():
        unmet[f.county_of(unit)] += n
    if dict(plan["unmet"]) != unmet:
        yield f"unmet {plan['unmet']}, is {unmet}"


__all__ = ("MORE", "disagreements", "read_case")

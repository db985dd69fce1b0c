"""The whole model in call order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulp

from planner.criteria import CRITERIA, EXPRESSIONS
from planner.criteria.base import assigned
from planner.criteria.reads import Variables, unlimited
from planner.errors import SolverStopped
from planner.message import say
from planner.model import constraints as rules
from planner.model import rollout
from planner.model.constraints import Group
from planner.model.variables import define_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pulp import LpAffineExpression

    from planner.control import Control
    from planner.model.instance import Instance
    from planner.scenario.spec import Scenario

MOST_TERMS = 50_000_000
"""Terms of the rows of `nearest_office_serves_until_then` that are still built: some 7 GB."""


@dataclass(frozen=True)
class Model:
    """A built problem and the handles that solving it needs.

    Attributes
    ----------
    criteria : mapping of str to pulp.LpAffineExpression
        The expressions of the criteria that take part.
    penalty : pulp.LpAffineExpression
        Penalties of the soft limits on sites and regions, a part of the first goal.
    shortfall : pulp.LpAffineExpression
        Penalties of the soft rules of the rollout, a goal of their own.
    groups : tuple of Group
        The rules, in call order.
    """

    instance: Instance
    problem: pulp.LpProblem
    variables: Variables
    criteria: Mapping[str, LpAffineExpression]
    penalty: LpAffineExpression
    shortfall: LpAffineExpression
    groups: tuple[Group, ...]


class _Watched(pulp.LpProblem):
    """A problem that takes no more variables and rows once a limit has come."""

    go_on: Callable[[], None] = staticmethod(unlimited)

    def add_variable(self, *args: Any, **more: Any) -> pulp.LpVariable:
        """Add a variable."""
        self.go_on()
        return super().add_variable(*args, **more)

    def addConstraint(self, *args: Any, **more: Any) -> pulp.LpConstraint:  # noqa: N802 - PuLP's
        """Add a row."""
        self.go_on()
        return super().addConstraint(*args, **more)


def build(
    instance: Instance,
    control: Control | None = None,
    *,
    whole: bool = False,
    loose: bool = False,
    without: Collection[int] = (),
) -> Model:
    """Build the model of an instance.

    Parameters
    ----------
    control : Control, optional
        Limits, which hold while the model is built as well.
    whole : bool
        Plan dialogues in whole numbers from the start rather than settle them at the end.
    loose : bool
        Define criteria so that they are right even if rules are left out or give way.
    without : collection of int
        Numbers of groups to leave out, as counted in `Model.groups`; only with `loose`, to find
        which rules clash and what would help.

    Returns
    -------
    Model

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first, or no memory would hold it.
    """
    scenario = instance.scenario

    def go_on() -> None:
        if control is not None and control.stopped():
            raise SolverStopped(control.limit(), say("stopped while the model was built"))

    terms = (len(instance.periods) - 1) * len(instance.units) * len(instance.sites) ** 2
    if terms > MOST_TERMS:
        message = say(
            "the model has {:.0f} million terms, more memory than most computers have; with "
            "fewer candidate towns, or whole counties as units, there are fewer",
            terms / 1000000.0,
        )
        raise SolverStopped("memory_limit", message)
    problem = _Watched("planner", pulp.LpMinimize)
    problem.go_on = go_on
    variables = define_variables(problem, instance, whole=whole, go_on=go_on)
    # A criterion's definition may rest on rules: the number of offices, those that are fixed.
    measured = instance.loosened() if loose else instance
    criteria, definitions = _criteria(problem, measured, variables)
    penalties: list[LpAffineExpression] = []
    shortfalls: list[LpAffineExpression] = []
    all_rules = [
        rules.each_unit_has_one_office,
        rules.units_go_to_open_offices,
        rules.own_office_serves_once_open,
        rules.nearest_office_serves_until_then,
        rules.number_of_offices,
        rules.openings_are_counted,
        rules.openings_per_period,
        rules.fixed_roles,
        rules.opening_dates,
    ]
    if scenario.dialogues:
        all_rules += [
            rollout.every_principal_is_counted,
            rollout.dialogues_in_own_region,
            rollout.hours_are_enough,
            rollout.teams_hold_whole_dialogues,
            rollout.minimum_team,
            rollout.hiring,
            rollout.dialogues_are_counted,
            rollout.counties_keep_pace,
            rollout.sister_pool,
            rollout.budgets,
        ]
    # So may what is at most possible: how many advisors there can be rests on the hires.
    groups = [
        group
        for rule in all_rules
        for group in rule(measured if rule is rollout.minimum_team else instance, variables)
    ]
    if scenario.dialogues:
        groups.extend(rollout.targets(problem, instance, variables, shortfalls))
    groups.append(Group("criteria", tuple(definitions), structural=True))
    groups.extend(_limits(problem, instance, criteria, variables, penalties, shortfalls))
    for number, group in enumerate(groups):
        if number not in without:
            add_group(problem, group, number)
    wanted = {name: criteria[name] for name in _wanted(scenario)}
    problem.go_on = unlimited
    return Model(
        instance,
        problem,
        variables,
        wanted,
        pulp.lpSum(penalties),
        pulp.lpSum(shortfalls),
        tuple(groups),
    )


def _wanted(scenario: Scenario) -> tuple[str, ...]:
    """Name the criteria that an objective needs, now or afterwards."""
    return (*scenario.objective.names, *scenario.objective.then)


def add_group(problem: pulp.LpProblem, group: Group, number: int) -> None:
    """Add the constraints of a group under names that an index makes unique."""
    for row, constraint in enumerate(group.constraints):
        problem.addConstraint(constraint, f"{group.rule}_{number}_{row}")


def _criteria(
    problem: pulp.LpProblem, i: Instance, v: Variables
) -> tuple[dict[str, LpAffineExpression], list[LpAffineExpression]]:
    names = {*_wanted(i.scenario), *i.scenario.limits}
    rows: list[LpAffineExpression] = []
    expressions = {
        name: expression(problem, i, v, rows)
        for name, expression in EXPRESSIONS.items()
        if name in names
    }
    return expressions, rows


def _limits(  # noqa: PLR0913 - what is off is added up in two places
    problem: pulp.LpProblem,
    i: Instance,
    criteria: dict[str, LpAffineExpression],
    v: Variables,
    penalties: list[LpAffineExpression],
    shortfalls: list[LpAffineExpression],
) -> Iterator[Group]:
    """Bound criteria: f <= most + slack, or f >= least - slack; hard rules have no slack."""
    for name, limit in sorted(i.scenario.limits.items()):
        words = {"criterion": name, "limit": limit.value}
        share = CRITERIA[name].share
        if share is not None:
            # The 95th percentile is at most X when at most 5 % live farther than X.
            past = assigned(v, share.past(i, limit.value))
            yield Group("limit_most", (past <= share.most,), words)
            continue
        expression = criteria[name]
        if not limit.hard:
            slack = problem.add_variable(f"slack_{name}", 0)
            off = shortfalls if CRITERIA[name].horizon else penalties
            off.append(limit.penalty * slack)
            expression = expression - slack if limit.most is not None else expression + slack
        if limit.most is not None:
            yield Group("limit_most", (expression <= limit.value,), words, not limit.hard)
        else:
            yield Group("limit_least", (expression >= limit.value,), words, not limit.hard)

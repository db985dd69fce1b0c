"""What was proved of each goal of a plan, and among which plans, in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor
from typing import TYPE_CHECKING

from planner.analysis.sums import parts_of, total_of
from planner.criteria import CRITERIA
from planner.criteria.units import PERCENT
from planner.model.solving.scores import Yardstick
from planner.outputs.pages.page import capital, lowered
from planner.outputs.words import facts, yardstick
from planner.outputs.words.text import MISSING, Texts
from planner.plan import PROVEN, Plan, Scope, Termination
from planner.scenario.objective import SOFT, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario

FUZZ = 1e-6
"""Of the last decimal printed: what arithmetic adds to a bound before it is rounded outwards."""


@dataclass(frozen=True)
class Proofs:
    """Makes every sentence about what was proved, from a termination and its scope.

    A bound is rounded away from the value, and what may be left to gain upwards, so that a rounded
    number claims no more than was proved.

    Attributes
    ----------
    scenario : Scenario
        For the unit of its sum and the tolerances of its goals.
    """

    plan: Plan
    scenario: Scenario
    inputs: Inputs
    t: Texts

    @property
    def _sister(self) -> str:
        return self.inputs.country.sister_agency

    @property
    def ends(self) -> tuple[Termination, ...]:
        """What was proved of each goal, most important first."""
        return self.plan.stages or (self.plan.termination,)

    def name(self, end: Termination) -> str:
        """Name a goal in the middle of a sentence."""
        return facts.objective_name(end.objective_name, self.t, self._sister)

    def value(self, end: Termination) -> str:
        """Write the value of a goal with its unit."""
        return self._written(end, end.objective)

    def bound(self, end: Termination) -> str:
        """Write what no plan passes, with its unit; of what is optimal, the value itself."""
        if end.reason == "optimal":
            return self.value(end)
        step = self._step(end, end.bound)
        outwards = floor if _below(end) else ceil
        fuzz = FUZZ if _below(end) else -FUZZ
        return self._written(end, step * outwards(end.bound / step + fuzz))

    def apart(self, end: Termination) -> str:
        """Write by how much a plan may be better, with its unit: shares in percentage points."""
        name, size = end.objective_name, abs(end.objective - end.bound)
        step = self._step(end, size)
        size = step * ceil(size / step - FUZZ)
        if name == SOFT:
            return self.t("proof.penalty_apart", n=facts.trimmed(size, self.t))
        if name == WEIGHTED:
            return self._written(end, size)
        return facts.write_step(name, size, self.t)

    def _written(self, end: Termination, number: float) -> str:
        return write_goal(end.objective_name, number, self.scenario, self.t)

    @staticmethod
    def _step(end: Termination, number: float) -> float:
        """Return one of the last decimal that a number of a goal is written with."""
        if end.objective_name == WEIGHTED:
            return 10.0 ** -yardstick.decimals(number)
        measure = facts.MEASURES.get(end.objective_name)
        return 1e-4 if measure is None else 10.0**-measure.decimals / measure.scale

    def among(self, end: Termination) -> str:
        """Say among which plans a bound holds, as a sentence goes on: "among plans that ..."."""
        clauses = []
        kept = [self._kept(name) for name in end.scope.kept]
        for key, goals in groupby(kept, key=lambda pair: pair[0]):
            listed = self.t.listing([goal for _, goal in goals])
            clauses.append(self.t(f"scope.{key}", goals=listed))
        return _among(end.scope, clauses, self.t)

    def _kept(self, name: str) -> tuple[str, str]:
        """Return how plans keep an earlier goal, a key of the texts, and the goal in words."""
        goal = facts.objective_name(name, self.t, self._sister)
        end = next((end for end in self.ends if end.objective_name == name), None)
        if name == SOFT:
            return ("soft_broken" if end and end.objective > 0 else "soft_kept"), goal
        if end and (given := self._given(name)):
            step = facts.write_step(name, given, self.t)
            return "within", self.t("scope.step", goal=goal, given=step, value=self.value(end))
        return ("as_good" if end is None or end.reason == "optimal" else "no_worse"), goal

    def _given(self, name: str) -> float:
        """Return what later goals may give up of one, in its unit."""
        objective = self.scenario.objective
        ordered = objective.method == "lexicographic" and name in objective.order
        return objective.tolerance.get(name, 0.0) if ordered else 0.0

    def answer(self) -> list[str]:
        """Say what was proved of the first goal, and of the least proved one: a sentence each."""
        first, least = self.ends[0], self.plan.termination
        told = [] if least.reason == "optimal" or least == first else [least]
        said = [self._sentence(end, "answer.proof", self.name(end)) for end in told]
        return [self._sentence(first, "answer.proof", self._in_full(first)), *said]

    def _in_full(self, end: Termination) -> str:
        """Name a goal with what it is made of."""
        objective = self.scenario.objective
        if end.objective_name != WEIGHTED:
            return self.name(end)
        names = [facts.criterion_name(name, self.t, self._sister) for name in objective.names]
        return self.t("objective.weighted_of", names=self.t.listing([*map(lowered, names)]))

    def short(self) -> list[str]:
        """Say of every goal in one line what it came to, what was proved, and among which plans."""
        return [self._sentence(end, "proof.short", self.name(end)) for end in self.ends]

    def summary(self) -> str:
        """Say what was proved of every goal, with values and bounds."""
        ends = self.ends
        said = []
        for end in ends:
            said.append(self._sentence(end, "proof", self.name(end)))
            if given := self._given(end.objective_name):
                said.append(self._given_up(end, given))
            if end.scope.ends is not None:
                said.append(self.t("proof.other_ends"))
            if end.reason != "optimal" and end is not ends[-1]:
                said.append(self.t("proof.what_follows", objective=self.name(end)))
        return " ".join(said)

    def _sentence(self, end: Termination, section: str, name: str) -> str:
        if _all_kept(end):
            return self.t("proof.soft_kept")
        t, among, kind, own = self.t, self.among(end), _kind(end), self._own(end)
        goal = capital(name)
        if own:  # what is proved is of the value that was found, and not of the plan's own
            goal = t("proof.found", goal=goal, own=own)
            if section == "answer.proof":
                name = t("proof.than", objective=name, value=self.value(end))
        return t(
            f"{section}.{kind}",
            among=among,
            start=capital(among),
            lead=t(f"proof.lead{'_found' if own else ''}", objective=name, value=self.value(end)),
            objective=name,
            goal=goal,
            value=self._reached(end) if section == "proof.short" else self.value(end),
            past=t("proof.below" if _below(end) else "proof.above"),
            bound=self.bound(end),
            apart=self.apart(end),
            gap=facts.write_gap(end.gap, t),
            asked=self._asked(),
            reason=self._reason(end),
            ended=t(f"proof.ended.{end.reason}") if kind == "stopped" else "",
        )

    def _reached(self, end: Termination) -> str:
        """Write what a goal came to; of a sum, what of and its parts."""
        lines = self.plan.objective
        if end.objective_name != WEIGHTED or not lines:
            return self.value(end)
        yard, inputs, t = Yardstick(self.scenario), self.inputs, self.t
        amount = yardstick.amount(yard, total_of(lines), inputs, t)
        return f"{amount} ({yardstick.sum_of(yard, parts_of(lines), inputs, t)})"

    def _asked(self) -> str:
        """Write the relative gap at which goals of the rollout may stop."""
        return self.t("unit.percent", n=facts.trimmed(self.scenario.solver.gap * PERCENT, self.t))

    def _reason(self, end: Termination) -> str:
        if end.reason != "gap_limit":
            return self.t(f"reason.{end.reason}")
        return self.t(
            f"reason.{'within' if _kind(end) == 'gap_limit' else 'ends'}", asked=self._asked()
        )

    def _given_up(self, end: Termination, given: float) -> str:
        name = end.objective_name
        step = facts.write_step(name, given, self.t)
        own = self.plan.criteria.get(name)
        if own is None:
            return self.t("proof.may_give", given=step)
        return self.t("proof.given", given=step, own=facts.write_value(name, own, self.t))

    def rows(self) -> list[dict[str, str]]:
        """Return each goal that was decided as cells of a table, in words."""
        return [
            {
                "objective": self.name(end),
                "scope": self.among(end),
                "value": self._cell(end),
                "bound": MISSING if _all_kept(end) else self.bound(end),
                "gap": self._left(end),
                "reason": self._reason(end),
            }
            for end in self.ends
        ]

    def _cell(self, end: Termination) -> str:
        if _all_kept(end):
            return self.t("report.rule_kept")
        own, found = self._own(end), self.value(end)
        return self.t("proof.own", own=own, found=found) if own else found

    def _own(self, end: Termination) -> str:
        """Write what the plan has of a goal that later goals were let give up; else nothing."""
        name = end.objective_name
        own = self.plan.criteria.get(name) if self._given(name) else None
        if own is None or not facts.apart(name, own, end.objective):
            return ""
        return facts.write_value(name, own, self.t)

    def _left(self, end: Termination) -> str:
        if _kind(end) == "optimal":
            return self.t("proof.nothing")
        return self.t("proof.left", apart=self.apart(end), gap=facts.write_gap(end.gap, self.t))


def among_in_short(scope: Scope, t: Texts, sister: str) -> str:
    """Say among which plans something was proved, where its goals are known by name alone."""
    goals = t.listing([facts.objective_name(name, t, sister) for name in scope.kept])
    return _among(scope, [t("scope.kept", goals=goals)] if goals else [], t)


def _among(scope: Scope, kept: Iterable[str], t: Texts) -> str:
    clauses = [t("scope.rules")]
    if scope.given:
        clauses.append(t(f"scope.given_{scope.given[-1]}"))
    elif scope.towns is not None:
        clauses.append(t("scope.chosen", n=t.number(scope.towns)))
    said = t("scope.among", which=t.listing([*clauses, *kept]))
    if scope.ends is None:
        return said
    tried = "one" if scope.ends == 1 else "other"
    return t(f"scope.ends.{tried}", among=said, n=t.number(scope.ends))


def write_goal(name: str, value: float, scenario: Scenario, t: Texts) -> str:
    """Write a value of a goal with its unit: a criterion's own, that of the sum, a penalty."""
    if name == SOFT:
        return t("proof.penalty", n=facts.trimmed(value, t))
    if name == WEIGHTED:
        return yardstick.size(Yardstick(scenario), value, t)
    return facts.write_value(name, value, t)


def _kind(end: Termination) -> str:
    """Return which sentence tells of a proof: "optimal", "gap_limit" or "stopped".

    Where only some ends were tried nothing is called optimal; among those ends it may be.
    """
    if end.reason == "optimal" or (end.reason == "gap_limit" and end.gap <= PROVEN):
        return "optimal"
    return "gap_limit" if end.reason == "gap_limit" else "stopped"


def _below(end: Termination) -> bool:
    """Tell whether less of a goal is better, so that no plan gets below its bound."""
    return end.objective_name not in CRITERIA or CRITERIA[end.objective_name].better == "min"


def _all_kept(end: Termination) -> bool:
    """Tell whether a goal is that of the soft rules, and not one of them is broken."""
    return end.objective_name == SOFT and end.objective <= 0 and end.reason == "optimal"

"""What was proved of each goal of a plan, and among which plans, in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from planner.model.scores import Yardstick
from planner.outputs import facts, yardstick
from planner.outputs.page import capital, lowered
from planner.outputs.text import MISSING
from planner.scenario.criteria import SOFT, WEIGHTED

if TYPE_CHECKING:
    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts
    from planner.plan import Plan, Termination
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Proofs:
    """Makes every sentence about what was proved, from a termination and its scope.

    Attributes
    ----------
    plan : Plan
    scenario : Scenario
        For the unit of its sum and the tolerances of its goals.
    inputs : Inputs
    t : Texts
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

    def value(self, end: Termination, number: float) -> str:
        """Write a value of a goal, or a bound on it, with its unit."""
        name = end.objective_name
        if name == SOFT:
            return self.t("proof.penalty", n=facts.trimmed(number, self.t))
        if name == WEIGHTED:
            return yardstick.size(Yardstick(self.scenario), number, self.t)
        return facts.write_value(name, number, self.t)

    def among(self, end: Termination) -> str:
        """Say among which plans a bound holds, as a sentence goes on: "among plans that ..."."""
        t, clauses = self.t, []
        kept = [self._kept(name) for name in end.scope.kept]
        for key, goals in groupby(kept, key=lambda pair: pair[0]):
            clauses.append(t(f"scope.{key}", goals=t.listing([goal for _, goal in goals])))
        said = t("scope.among", which=t.listing(clauses)) if clauses else t("scope.rules")
        if end.scope.ends is None:
            return said
        tried = "one" if end.scope.ends == 1 else "other"
        return t(f"scope.ends.{tried}", among=said, n=t.number(end.scope.ends))

    def _kept(self, name: str) -> tuple[str, str]:
        """Return how plans keep an earlier goal, a key of the texts, and the goal in words."""
        goal = facts.objective_name(name, self.t, self._sister)
        end = next((end for end in self.ends if end.objective_name == name), None)
        if name == SOFT:
            return ("soft_broken" if end and end.objective > 0 else "soft_kept"), goal
        if end and (given := self._given(name)):
            step, found = facts.write_step(name, given, self.t), self.value(end, end.objective)
            return "within", self.t("scope.step", goal=goal, given=step, value=found)
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
        among = self.among(end)
        return self.t(
            f"{section}.{end.reason}",
            among=among,
            start=capital(among),
            objective=name,
            value=self.value(end, end.objective),
            bound=self.value(end, end.bound),
            gap=facts.write_gap(end.gap, self.t),
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
                "value": self.t("report.rule_kept") if _all_kept(end) else self._cell(end),
                "bound": MISSING if _all_kept(end) else self.value(end, end.bound),
                "gap": facts.write_gap(end.gap, self.t),
                "reason": self.t(f"reason.{end.reason}"),
            }
            for end in self.ends
        ]

    def _cell(self, end: Termination) -> str:
        return self.value(end, end.objective)


def _all_kept(end: Termination) -> bool:
    """Tell whether a goal is that of the soft rules, and not one of them is broken."""
    return end.objective_name == SOFT and end.objective <= 0 and end.reason == "optimal"

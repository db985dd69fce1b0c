"""Under which weights a given plan is the best: inverse optimisation by cutting planes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from planner.analysis.aims import WEIGHABLE, aim_of
from planner.analysis.alternatives import with_offices
from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.model.scores import sign
from planner.model.solve import PROVED, Control

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.analysis.siting import Siting, SitingResult
    from planner.model.instance import Floats

PULLING = ("mean_km", "mean_minutes", "share_beyond", "max_km", "balance", "county_splits")
"""Criteria that the regions of given offices change. Where more than one is weighed, the best
regions hang on the weights."""

TOLERANCE = 1e-6
"""By how much, in weighted steps from best to worst, another plan must win to count as better."""

NONE = 1e-9
"""A weight smaller than this is none."""


@dataclass(frozen=True)
class Verdict:
    """Whether a plan can be the best, and under which weights.

    Attributes
    ----------
    siting : Siting
    plan : SitingResult
        The offices asked about, with the regions that are best by the scenario's weights.
    criteria : tuple of str
    default : numpy.ndarray, shape (k,)
        The scenario's weights, 0 for criteria that were let in.
    span : numpy.ndarray, shape (k,)
        What a criterion's weight is counted per: its range in the scenario's payoff table.
    weights : numpy.ndarray or None, shape (k,)
        The nearest weights (least sum of absolute changes, then least greatest change; the same
        sum as the default) under which the plan is the best; None where there are none.
    rivals : tuple of SitingResult
        The plans that had to be ruled out; a proof of both kinds of answer.
    confirmed : SitingResult or None
        The best plan by the scenario's model under `weights`: no better than the plan itself.
    least : mapping of (str, str) to float
        (a, b) -> the least ratio of the weights of a and b under which the plan can be the best,
        for the criteria whose weight had to rise against those whose weight had to fall.
    beaten_by : SitingResult or None
        Where there are no weights: a plan at least as good on every criterion, if one there is.
    mix : numpy.ndarray or None, shape (rivals,)
        Where there are no weights: shares of the rivals whose mean is better on every criterion.
    complete : bool
        False where a limit came before the answer.
    """

    siting: Siting
    plan: SitingResult
    criteria: tuple[str, ...]
    default: Floats
    span: Floats
    weights: Floats | None
    rivals: tuple[SitingResult, ...]
    confirmed: SitingResult | None = None
    least: Mapping[tuple[str, str], float] | None = None
    beaten_by: SitingResult | None = None
    mix: Floats | None = None
    complete: bool = True

    @property
    def regions_hang_on_weights(self) -> bool:
        """Whether other weights could ask for other regions of the same offices."""
        return sum(name in PULLING for name in self.criteria) > 1

    def steps(self, result: SitingResult) -> Floats:
        """Return how much worse the plan is than another, in spans, shape (k,)."""
        turned = [sign(n) * (self.plan.criteria[n] - result.criteria[n]) for n in self.criteria]
        return np.array(turned) / self.span

    @property
    def ties(self) -> tuple[SitingResult, ...]:
        """The rivals that are as good as the plan under the nearest weights."""
        if self.weights is None:
            return ()
        own = self.plan.sites
        return tuple(
            rival
            for rival in self.rivals
            if rival.sites != own and abs(self.steps(rival) @ self.weights) <= 10 * TOLERANCE
        )


def justify(
    siting: Siting,
    offices: Collection[str],
    *,
    also: Sequence[str] = (),
    control: Control | None = None,
) -> Verdict:
    """Find the weights nearest to the scenario's under which some offices are the best.

    The weights are sought by a linear program that knows a few rival plans; the model is solved
    forward under them; if a rival wins, it joins the program, until none does. The program
    without a solution is the proof that no weights exist: a mix of rivals is then better on
    every criterion. The scales are those of the scenario's payoff table, whatever the weights.

    Parameters
    ----------
    siting : Siting
    offices : collection of str
        Codes.
    also : sequence of str
        Criteria that may get a weight beside the scenario's own.
    control : Control, optional
        Its gap is set to 0.

    Returns
    -------
    Verdict

    Raises
    ------
    InputError
        If a criterion can't be weighed, or the scenario's rules forbid the offices.
    InfeasibleScenario, SolverStopped
        If the scenario itself has no best plan.

    References
    ----------
    Wang, "Cutting plane algorithms for the inverse mixed integer linear programming problem",
    Operations Research Letters 37, 2009.
    """
    control = control or Control()
    control.gap = 0.0
    names, default, span = _scaled(siting, also, control)
    shares = {n: float(w / s) for n, w, s in zip(names, default, span, strict=True) if w > 0}
    plan = with_offices(siting, shares, offices, control)
    if plan is None:
        known = set(siting.instance.sites)
        strange = ", ".join(sorted(set(offices) - known)) or ", ".join(sorted(offices))
        expected = "offices that the scenario's rules allow: its candidates, number and limits"
        raise InputError([Problem("PLAN", None, "offices", strange, expected)])
    search = _Search(Verdict(siting, plan, names, default, span, None, ()), control)
    try:
        return search.answer()
    except SolverStopped:
        return replace(search.question, rivals=tuple(search.rivals), complete=False)


def _scaled(
    siting: Siting, also: Sequence[str], control: Control
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return the criteria with their default weights and what a weight is counted per."""
    problems = [
        Problem("--criteria", None, "", name, f"criteria among {', '.join(WEIGHABLE)}")
        for name in also
        if name not in WEIGHABLE
    ]
    if problems:
        raise InputError(problems)
    aim = aim_of(siting, control)
    names = (*aim.shares, *(name for name in dict.fromkeys(also) if name not in aim.shares))
    default = np.array([aim.shares.get(name, 0.0) for name in names])
    return names, default, np.ones(len(names))


class _Search:
    """Rivals found so far, and the programs over the weights that they leave."""

    def __init__(self, question: Verdict, control: Control) -> None:
        self.question, self._control = question, control
        self.rivals: list[SitingResult] = []

    def answer(self) -> Verdict:
        """Add rivals until weights are confirmed or there are none.

        Raises
        ------
        SolverStopped
        """
        while True:
            weights = self._nearest()
            if weights is None:
                return self._none()
            found = self._forward(weights)
            if not self._wins(found, weights):
                break
            self.rivals.append(found)
        least = self._least_ratios(weights)
        rivals = tuple(self.rivals)
        return replace(self.question, weights=weights, rivals=rivals, confirmed=found, least=least)

    def _forward(self, weights: Floats) -> SitingResult:
        if self._control.stopped():
            raise SolverStopped(self._control.limit(), "stopped before the next rival")
        self._control.progress(f"{len(self.rivals)} rivals", None, None)
        q = self.question
        shares = {
            name: float(weight / span)
            for name, weight, span in zip(q.criteria, weights, q.span, strict=True)
            if weight > NONE
        }
        found = q.siting.solve(shares, control=self._control)
        if found.reason not in PROVED:
            raise SolverStopped(self._control.limit(), "a limit came before the next rival")
        return found

    def _wins(self, rival: SitingResult, weights: Floats) -> bool:
        known = any(
            np.allclose(self.question.steps(rival), self.question.steps(one), atol=1e-9)
            for one in self.rivals
        )
        gain = float(self.question.steps(rival) @ weights)
        return not known and gain > TOLERANCE * float(weights.sum())

    def _cuts(self) -> Floats:
        """Return one row a rival: how much worse the plan is on each criterion, in spans."""
        rows = [self.question.steps(rival) for rival in self.rivals]
        return np.array(rows).reshape(-1, len(self.question.criteria))

    def _nearest(self) -> Floats | None:
        """Return the nearest weights that no rival known so far objects to."""
        default, cuts = self.question.default, self._cuts()
        k = len(default)
        # Unknowns: weights, their absolute changes, the greatest of these.
        eye, none, one = np.eye(k), np.zeros((k, 1)), np.ones((k, 1))
        changes = np.vstack(
            [
                np.hstack([eye, -eye, none]),
                np.hstack([-eye, -eye, none]),
                np.hstack([0 * eye, eye, -one]),
                np.hstack([cuts, np.zeros((len(cuts), k + 1))]),
            ]
        )
        limits = np.concatenate([default, -default, np.zeros(k), np.zeros(len(cuts))])
        total = np.concatenate([np.ones(k), np.zeros(k + 1)])[None, :]
        size = np.concatenate([np.zeros(k), np.ones(k), [0.0]])
        first = linprog(size, changes, limits, total, [default.sum()], method="highs-ds")
        if first.status != 0:
            return None
        held = np.vstack([changes, size]), np.append(limits, first.fun + 1e-9)
        greatest = np.concatenate([np.zeros(2 * k), [1.0]])
        then = linprog(greatest, *held, total, [default.sum()], method="highs-ds")
        found: Floats = (then if then.status == 0 else first).x[:k]
        return np.where(found > NONE, found, 0.0)

    def _none(self) -> Verdict:
        """Return the proof that there are no weights."""
        cuts = self._cuts()
        count, k = cuts.shape
        # max t: the mix of rivals is better by t on every criterion.
        gain = np.hstack([-cuts.T, np.ones((k, 1))])
        whole = np.concatenate([np.ones(count), [0.0]])[None, :]
        cost = np.concatenate([np.zeros(count), [-1.0]])
        bounds = [(0, None)] * count + [(None, None)]
        mixed = linprog(cost, gain, np.zeros(k), whole, [1.0], bounds, method="highs-ds")
        mix = np.where(mixed.x[:count] > NONE, mixed.x[:count], 0.0)
        rivals = tuple(self.rivals)
        return replace(self.question, rivals=rivals, beaten_by=self._beating(), mix=mix)

    def _beating(self) -> SitingResult | None:
        """Return a plan as good on every criterion and better on one, nearest to best of all."""
        q = self.question
        shares = {name: 1 / float(span) for name, span in zip(q.criteria, q.span, strict=True)}
        bounds = {name: q.plan.criteria[name] for name in q.criteria}
        try:
            found = q.siting.solve(shares, bounds=bounds, control=self._control)
        except InfeasibleScenario:  # only by the solver's arithmetic: the plan itself is within
            return None
        steps = q.steps(found)
        better = bool((steps >= -TOLERANCE).all() and (steps > TOLERANCE).any())
        return found if better and found.reason in PROVED else None

    def _least_ratios(self, weights: Floats) -> dict[tuple[str, str], float]:
        """Find how much more the criteria that rose must weigh than those that fell."""
        names, default = self.question.criteria, self.question.default
        rose = [k for k in range(len(names)) if weights[k] > default[k] + TOLERANCE]
        fell = [k for k in range(len(names)) if weights[k] < default[k] - TOLERANCE]
        found = {}
        for a in rose:
            for b in fell:
                ratio = self._least_ratio(a, b)
                if ratio is not None and ratio > default[a] / default[b] + TOLERANCE:
                    found[names[a], names[b]] = ratio
        return found

    def _least_ratio(self, a: int, b: int) -> float | None:
        """Minimise the weight of a where that of b is 1, the plan being the best."""
        k = len(self.question.criteria)
        cost = np.eye(k)[a]
        bounds = [(1.0, 1.0) if j == b else (0.0, None) for j in range(k)]
        while True:
            cuts = self._cuts()
            found = linprog(cost, cuts, np.zeros(len(cuts)), bounds=bounds, method="highs-ds")
            if found.status != 0:  # the weight of b must be nothing
                return None
            rival = self._forward(found.x)
            if not self._wins(rival, found.x):
                return float(found.x[a])
            self.rivals.append(rival)

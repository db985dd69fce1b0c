"""Lower bounds by Lagrangian relaxation, and the sites they fix open or closed.

Relaxing "every point is served once" with a multiplier per point leaves a problem that is solved
by looking: open the sites whose savings at these multipliers are largest. Any multipliers give a
valid bound, so a truncated or stopped ascent can be weaker but never wrong.

References
----------
Beasley, "Lagrangean heuristics for location problems", European Journal of Operational Research
65 (1993). Held, Wolfe and Crowder, "Validation of subgradient optimization", Mathematical
Programming 6 (1974): the step. Crowder, "Computational improvements for subgradient optimization",
Symposia Mathematica 19 (1976): the smoothed direction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.location.kernels import Bools, Floats, Ints, Pairs, least

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Rule:
    """How the step shortens as the ascent goes on.

    Attributes
    ----------
    step : float
        First step, as a share of Polyak's.
    patience : int
        Steps without progress before the step shrinks.
    shrink : float
        By how much it shrinks.
    shortest : float
        The ascent ends when the step is shorter than this.
    memory : float
        Weight of the last direction in the next; damps the zigzag of plain subgradients.
    steps : int
        At most this many steps.
    roomy : bool
        Whether the multipliers may move far from where they start.
    """

    step: float
    patience: int
    shrink: float
    shortest: float
    memory: float
    steps: int
    roomy: bool


QUICK = Rule(step=1.5, patience=12, shrink=0.6, shortest=0.03, memory=0.5, steps=2_000, roomy=True)
"""Most of the way in the fewest steps."""
FINE = Rule(step=1.0, patience=20, shrink=0.7, shortest=0.0005, memory=0.9, steps=5_000, roomy=True)
"""Heavily smoothed: goes on where `QUICK` stagnates."""


RECENT = 0.9
"""Weight of the past in a site's share of the steps in which it was open."""


@dataclass(frozen=True)
class Node:
    """A set of plans: those that open all of `opened` and beyond that only sites of `free`.

    Attributes
    ----------
    opened, free : numpy.ndarray
        Site indices.
    multipliers : numpy.ndarray
        Shape (points,): the best known for the bound.
    bound : float
        No plan of the set costs less.
    share : numpy.ndarray
        How often each free site was open in recent steps, 0 to 1: nearly the fractional optimum.
    """

    opened: Ints
    free: Ints
    multipliers: Floats
    bound: float = -np.inf
    share: Floats = field(default_factory=lambda: np.empty(0))


class Relaxed(NamedTuple):
    """The relaxation at some multipliers, whose savings are a number a free site.

    `chosen` are the positions of the largest savings, `least` is the least of those and
    `next_best` the best left out.
    """

    saved: Floats
    chosen: Ints
    least: float
    next_best: float

    def decided(self, bound: float, threshold: float) -> tuple[Bools, Bools]:
        """Return the sites that must open, and must close, for a plan below `threshold`.

        Closing a chosen site costs the relaxation the difference to the best one left out;
        opening another costs the difference to the least one chosen.
        """
        inside = np.zeros(len(self.saved), dtype=bool)
        inside[self.chosen] = True
        must_open = inside & (bound + self.saved - self.next_best >= threshold)
        must_close = ~inside & (bound + self.least - self.saved >= threshold)
        return must_open, must_close


def relaxed(saved: Floats, count: int) -> Relaxed:
    """Choose the `count` largest savings."""
    if count == len(saved):
        return Relaxed(saved, np.arange(count), float(saved.min()), -np.inf)
    order = np.argpartition(-saved, (count - 1, count))
    last, following = saved[order[count - 1]], saved[order[count]]
    return Relaxed(saved, order[:count], float(last), float(following))


def parted(node: Node, left: int) -> tuple[Ints, Node, Node]:
    """Part a node's plans by the site that the bound is least sure of.

    Returns the sites of the plan that the bound points to, with `left` more than are opened; the
    node with that site open, and without it.
    """
    likely = np.argsort(-node.share, kind="stable")[:left]
    pick = int(np.minimum(node.share, 1.0 - node.share).argmax())
    rest, share = np.delete(node.free, pick), np.delete(node.share, pick)
    with_it = replace(node, opened=np.append(node.opened, node.free[pick]), free=rest, share=share)
    sites = np.concatenate([node.opened, node.free[likely]])
    return sites, with_it, replace(node, free=rest, share=share)


def ascend(  # noqa: C901, PLR0912, PLR0913, PLR0915 - one loop, read from top to bottom
    cost: Floats,
    count: int,
    node: Node,
    rule: Rule,
    threshold: Callable[[], float],
    *,
    beyond: float = 0.0,
    deadline: float = np.inf,
    propose: Callable[[Ints], None] | None = None,
) -> Node | None:
    """Raise the bound of a node by subgradient steps, fixing sites on the way.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    count : int
        Number of sites to open in all.
    node : Node
        Where to start; returned as it is if there is nothing to choose in it.
    rule : Rule
        How to step.
    threshold : callable
        Returns the cost below which a plan is of interest; it falls as better plans are found.
    beyond : float
        Steps aim this far beyond the threshold: aimed at the threshold itself they would shorten
        to nothing just before it.
    deadline : float
        Stop at this `time.monotonic`.
    propose : callable, optional
        Called now and then with the open set of a step, a good start for a plan.

    Returns
    -------
    Node or None
        The same plans, less some that cost at least the threshold; None when no other is left.
    """
    if not 0 < count - len(node.opened) < len(node.free):
        return node
    opened, at, best, best_at = node.opened, node.multipliers, node.bound, node.multipliers
    # Multipliers above what an open site costs are never better; below it that site saves nothing.
    base = least(cost, opened)
    pairs = Pairs(cost, node.free, _above(at, rule))
    share, shut = np.zeros(len(node.free)), np.zeros(len(node.free), dtype=bool)
    scale = np.sqrt(at + 1e-3 * at.mean() + 1e-12)
    direction = np.zeros(len(at))
    step, stale, recut, top = rule.step, 0, 0, -np.inf
    for number in range(rule.steps):
        at = np.minimum(np.maximum(at, 0.0), base)
        if number >= recut and np.count_nonzero(at > pairs.ceiling) > len(at) // 50:
            pairs = Pairs(cost, pairs.sites, _above(np.maximum(at, best_at), rule))
            recut = number + 10
        at = np.minimum(at, pairs.ceiling)
        saved = pairs.savings(at)
        open_now = relaxed(saved, count - len(opened))
        chosen = open_now.chosen
        bound = float(at.sum() - saved[chosen].sum())
        goal = threshold()
        stale = 0 if bound > top + 1e-3 * abs(goal - top) else stale + 1
        if bound >= goal:
            return None
        if bound > top:
            top, best_at = bound, at
        best = max(best, bound)
        if best >= goal:
            return None
        share *= RECENT
        share[chosen] += 1.0 - RECENT
        if propose is not None and number % 25 == 24:
            propose(np.concatenate([opened, pairs.sites[chosen]]))
        coverage = pairs.coverage(chosen)
        must_open, must_close = open_now.decided(bound, threshold())
        shut |= must_close
        if must_open.any() or np.count_nonzero(shut) > len(saved) // 10:
            keep = ~(must_open | shut)
            opened, free = np.concatenate([opened, pairs.sites[must_open]]), pairs.sites[keep]
            share, shut = share[keep], np.zeros(len(free), dtype=bool)
            if not 0 < count - len(opened) < len(free):
                return Node(opened, free, best_at, best, share)
            base = least(cost, opened)
            pairs = Pairs(cost, free, _above(np.maximum(at, best_at), rule))
        if number % 16 == 0 and time.monotonic() > deadline:
            break
        if stale >= rule.patience:
            step, stale, at = step * rule.shrink, 0, best_at
            direction[:] = 0.0
            if step < rule.shortest:
                break
            continue
        direction = (1.0 - coverage) + rule.memory * direction
        square = float(direction @ (scale * direction))
        if square == 0.0:
            break
        at = at + (step * (goal + beyond - bound) / square) * scale * direction
    return Node(opened, pairs.sites[~shut], best_at, best, share[~shut])


def _above(multipliers: Floats, rule: Rule) -> Floats:
    """Return a ceiling with room for the multipliers to grow; little room is faster."""
    room = 0.3 if rule.roomy else 0.15
    return multipliers * (1.0 + room) + multipliers.mean() * room + 1e-9

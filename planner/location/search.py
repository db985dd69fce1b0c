"""Exact search on what a bound leaves open: branch and bound with Lagrangian bounds.

Each node starts from its parent's multipliers, so a few dozen steps bound it; each bound fixes
more sites, and the sites that are left cost less and less. Next to linear programs over Benders
cuts (Duran-Mateluna, Ales and Elloumi, European Journal of Operational Research 308, 2023) kept
hot in HiGHS this took an eighth to a quarter of the time on the OR-Library instances that need a
search, and its bounds need no solver's tolerance.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.location.benders import Master
from planner.location.kernels import Pairs, least
from planner.location.lagrange import FINE, QUICK, Node, Rule, ascend, decided, relaxed, upper_cost

if TYPE_CHECKING:
    from planner.location.incumbent import Incumbent
    from planner.location.kernels import Floats

BRANCH = Rule(step=1.5, patience=8, shrink=0.6, shortest=0.1, memory=0.5, steps=60, roomy=False)
"""The few steps spent on a node of the search."""
WARM = Rule(step=1.0, patience=5, shrink=0.5, shortest=0.05, memory=0.5, steps=50, roomy=False)
"""From multipliers that are nearly right."""
WARM_NODES = 100
"""So many nodes are tried before a warm start is given up for a full bound."""
REACH = 0.15
"""Share of the root's gap by which the steps of a node aim beyond the threshold."""
ONCE = Rule(step=1.0, patience=1, shrink=0.0, shortest=0.5, memory=0.0, steps=1, roomy=False)
"""No ascent, only the bound of the multipliers given."""
LINEAR = 400_000
"""Pairs of site and point up to which the exact linear relaxation is worth its time."""
WIDE = 25_000_000
"""All pairs of a free site and a point up to which the linear relaxation fits in memory (1 GB)."""
NEAR = 12
"""Pairs for each point up to which the linear relaxation is tried before anything else."""
TRIED = 300
"""Nodes that are bounded by steps before the linear relaxation is built after all."""
SMALL = 0.003
"""Share of the bound below which a gap is left to the linear relaxation."""


@dataclass(frozen=True)
class Proof:
    """A bound on every plan, the root's multipliers, and the size of the search."""

    bound: float
    multipliers: Floats
    nodes: int


def prove(  # noqa: PLR0911, PLR0913 - one return a way to be done
    cost: Floats, count: int, root: Node, best: Incumbent, *, warm: bool, deadline: float
) -> Proof:
    """Search until every plan is priced or bounded away, or the deadline passes.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    count : int
        Number of sites to open.
    root : Node
        All plans.
    best : Incumbent
        The start; holds the best plan afterwards.
    warm : bool
        Whether the root's multipliers come from a problem much like this one.
    deadline : float
        Stop at this `time.monotonic`.

    Returns
    -------
    Proof
    """
    if warm:
        near = ascend(
            cost, count, root, WARM, best.threshold, deadline=deadline, propose=best.glance
        )
        if near is None:
            return Proof(best.threshold(), root.multipliers, 0)
        beyond = REACH * (best.threshold() - near.bound)
        bound, nodes = _search(
            cost, count, near, best, beyond, deadline, exact=True, most=WARM_NODES
        )
        if bound >= best.threshold():
            return Proof(bound, near.multipliers, nodes)
        root = replace(root, multipliers=near.multipliers)
    node = _root(cost, count, root, best, deadline)
    if node is None:
        return Proof(best.threshold(), root.multipliers, 0)
    if len(node.free) * 2 < len(root.free):
        # Most sites are fixed: steps tell the plans apart, unless the gap is very small.
        exact = best.threshold() - node.bound < SMALL * abs(node.bound)
        goal = best.threshold()
        beyond = REACH * (goal - node.bound)
        bound, nodes = _search(cost, count, node, best, beyond, deadline, exact=exact)
        return Proof(max(bound, node.bound), node.multipliers, nodes)
    explored = 0
    if not _linear(cost, count, node, NEAR):
        bound, explored, done = _rounds(cost, count, node, best, deadline, most=TRIED)
        node = replace(node, bound=max(bound, node.bound))
        if done:
            return Proof(node.bound, node.multipliers, explored)
    if time.monotonic() < deadline and _linear(cost, count, node):
        tight = _tighten(count, node, Master(cost, count, node), best, deadline)
        if tight is None:
            return Proof(best.threshold(), node.multipliers, explored)
        node = tight
    bound, nodes, _ = _rounds(cost, count, node, best, deadline, exact=True)
    return Proof(max(bound, node.bound), node.multipliers, explored + nodes)


def _root(cost: Floats, count: int, node: Node, best: Incumbent, deadline: float) -> Node | None:
    """Bound all plans; go on where the quick rule fixes little."""
    size = len(node.free)
    for rule in (QUICK, FINE):
        after = ascend(
            cost, count, node, rule, best.threshold, deadline=deadline, propose=best.offer
        )
        if after is None:
            return None
        node = after
        likely = np.argsort(-node.share, kind="stable")[: max(0, count - len(node.opened))]
        best.offer(np.concatenate([node.opened, node.free[likely]]))
        if len(node.free) * 2 < size:
            break
    return node


def _rounds(  # noqa: PLR0913 - the state of a search
    cost: Floats,
    count: int,
    node: Node,
    best: Incumbent,
    deadline: float,
    *,
    exact: bool = False,
    most: float = np.inf,
) -> tuple[float, int, bool]:
    """Search below targets that rise from the bound; return the bound, the nodes, whether proven.

    Plans within a step of the bound are few, so a round is short. If one is found it is the best;
    if there is none the bound has risen by the step.
    """
    floor, explored = node.bound, 0
    step = (best.threshold() - floor) / 8
    while True:
        best.ceiling = floor + step
        goal = best.threshold()
        beyond = REACH * (goal - floor)
        bound, nodes = _search(
            cost, count, node, best, beyond, deadline, exact=exact, most=most - explored
        )
        explored += nodes
        floor = max(floor, bound)
        best.ceiling = np.inf
        if floor >= best.threshold():
            return best.threshold(), explored, True
        if bound < goal:
            return floor, explored, False
        step *= 2.0


def _linear(cost: Floats, count: int, node: Node, near: float = np.inf) -> bool:
    """Whether the exact linear relaxation is worth its time: few pairs matter."""
    if not 0 < count - len(node.opened) < len(node.free):
        return False
    if len(node.free) * cost.shape[1] > WIDE:
        return False
    if not (least(cost, node.free) < upper_cost(cost, node.opened)).any():
        return False
    pairs = len(Pairs(cost, node.free, node.multipliers).cost)
    return bool(pairs <= min(LINEAR, near * cost.shape[1]))


def linear_multipliers(cost: Floats, count: int, node: Node) -> Floats:
    """Return multipliers at the exact linear relaxation; the node's own where it is too large.

    A search that proves its plan early leaves multipliers that are far from it.
    """
    if not _linear(cost, count, node):
        return node.multipliers
    node, done = replace(node, share=np.zeros(len(node.free))), False
    master = Master(cost, count, node)
    while not done:
        node, done = master.tighten(node, np.inf)
    return node.multipliers


def _tighten(
    count: int, node: Node, master: Master, best: Incumbent, deadline: float
) -> Node | None:
    """Bound a node by its linear relaxation; fix sites; offer the plan it points to."""
    while time.monotonic() < deadline:
        left = count - len(node.opened)
        if not 0 < left < len(node.free):
            break
        tight, done = master.tighten(node, deadline)
        likely = np.argsort(-tight.share, kind="stable")[:left]
        best.glance(np.concatenate([node.opened, node.free[likely]]))
        every = master.savings(tight.multipliers)
        saved = every[np.searchsorted(master.sites, node.free)]
        always = every[np.isin(master.sites, node.opened)]
        chosen, least, next_best = relaxed(saved, left)
        bound = float(tight.multipliers.sum() - always.sum() - saved[chosen].sum())
        goal = best.threshold()
        if bound >= goal:
            return None
        gain = bound - node.bound
        must_open, must_close = decided(bound, saved, chosen, least, next_best, goal)
        keep = ~(must_open | must_close)
        node = Node(
            np.concatenate([node.opened, node.free[must_open]]),
            node.free[keep],
            tight.multipliers,
            max(bound, node.bound),
            tight.share[keep],
        )
        if (done and keep.all()) or gain < 0.02 * (goal - node.bound):
            break
    return node


def _search(  # noqa: PLR0913 - the state of a search
    cost: Floats,
    count: int,
    root: Node,
    best: Incumbent,
    beyond: float,
    deadline: float,
    *,
    exact: bool = False,
    most: float = np.inf,
) -> tuple[float, int]:
    """Search below the threshold; return a bound on what was searched, and the nodes."""
    first = ascend(cost, count, root, ONCE, best.threshold)
    if first is None:
        return best.threshold(), 0
    first = replace(first, share=root.share[np.isin(root.free, first.free, assume_unique=True)])
    exact = exact and time.monotonic() < deadline and _linear(cost, count, first)
    master = Master(cost, count, first) if exact else None
    open_nodes = [(first.bound, 0, first)]
    explored = ticket = 0
    while open_nodes and explored < most and time.monotonic() < deadline:
        dive: Node | None = heapq.heappop(open_nodes)[2]
        while dive is not None and time.monotonic() < deadline:
            explored += 1
            children = _expand(cost, count, dive, best, beyond, master, deadline)
            dive = None
            if children:
                dive, aside = children
                ticket += 1
                heapq.heappush(open_nodes, (aside.bound, ticket, aside))
        if dive is not None:
            ticket += 1
            heapq.heappush(open_nodes, (dive.bound, ticket, dive))
    return min([best.threshold(), *(entry[0] for entry in open_nodes)]), explored


def _expand(  # noqa: PLR0913 - the state of a search
    cost: Floats,
    count: int,
    node: Node,
    best: Incumbent,
    beyond: float,
    master: Master | None,
    deadline: float,
) -> tuple[Node, Node] | None:
    """Bound a node; return two that part its plans, or None if nothing better is in it."""
    if node.bound >= best.threshold():
        return None
    left = count - len(node.opened)
    if left < 0 or left > len(node.free):
        return None
    if 0 < left < len(node.free):
        if master is None:
            after = ascend(
                cost, count, node, BRANCH, best.threshold, beyond=beyond, deadline=deadline
            )
        else:
            after = _tighten(count, node, master, best, deadline)
        if after is None:
            return None
        node, left = after, count - len(after.opened)
        if left < 0 or left > len(node.free):
            return None
    if left in {0, len(node.free)}:
        best.offer(node.opened if left == 0 else np.concatenate([node.opened, node.free]))
        return None
    likely = np.argsort(-node.share, kind="stable")[:left]
    best.glance(np.concatenate([node.opened, node.free[likely]]))
    pick = int(np.minimum(node.share, 1.0 - node.share).argmax())
    rest, share = np.delete(node.free, pick), np.delete(node.share, pick)
    with_it = replace(node, opened=np.append(node.opened, node.free[pick]), free=rest, share=share)
    return with_it, replace(node, free=rest, share=share)

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
from planner.location.kernels import Floats, Ints, Pairs, least
from planner.location.lagrange import FINE, QUICK, Node, Rule, ascend, parted, relaxed

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.location.interchange import Incumbent

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


@dataclass(frozen=True)
class MedianSearch:
    """What is searched: the plans of `count` sites that are better than the best one known.

    Attributes
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    count : int
        Number of sites to open.
    best : Incumbent
        The start; holds the best plan afterwards.
    deadline : float
        Stop at this `time.monotonic`.
    """

    cost: Floats
    count: int
    best: Incumbent
    deadline: float

    def prove(self, root: Node, *, warm: bool) -> Proof:
        """Search until every plan is priced or bounded away, or the deadline passes.

        Parameters
        ----------
        root : Node
            All plans.
        warm : bool
            Whether the root's multipliers come from a problem much like this one.
        """
        if warm:
            near = self._ascend(root, WARM, propose=self.best.glance)
            if near is None:
                return Proof(self.best.threshold(), root.multipliers, 0)
            bound, nodes = self._search(near, near.bound, exact=True, most=WARM_NODES)
            if bound >= self.best.threshold():
                return Proof(bound, near.multipliers, nodes)
            root = replace(root, multipliers=near.multipliers)
        node = self._root(root)
        if node is None:
            return Proof(self.best.threshold(), root.multipliers, 0)
        if len(node.free) * 2 < len(root.free):
            # Most sites are fixed: steps tell the plans apart, unless the gap is very small.
            exact = self.best.threshold() - node.bound < SMALL * abs(node.bound)
            bound, nodes = self._search(node, node.bound, exact=exact)
            return Proof(max(bound, node.bound), node.multipliers, nodes)
        return self._prove_wide(node)

    def _prove_wide(self, node: Node) -> Proof:
        """Search where most sites may open or close: in rounds, then by the linear relaxation."""
        explored = 0
        if not _linear(self.cost, self.count, node, NEAR):
            bound, explored, done = self._rounds(node, most=TRIED)
            node = replace(node, bound=max(bound, node.bound))
            if done:
                return Proof(node.bound, node.multipliers, explored)
        if time.monotonic() < self.deadline and _linear(self.cost, self.count, node):
            tight = self._tighten(node, Master(self.cost, self.count, node))
            if tight is None:
                return Proof(self.best.threshold(), node.multipliers, explored)
            node = tight
        bound, nodes, _ = self._rounds(node, exact=True)
        return Proof(max(bound, node.bound), node.multipliers, explored + nodes)

    def _ascend(
        self,
        node: Node,
        rule: Rule,
        *,
        beyond: float = 0.0,
        propose: Callable[[Ints], None] | None = None,
    ) -> Node | None:
        return ascend(
            self.cost,
            self.count,
            node,
            rule,
            self.best.threshold,
            beyond=beyond,
            deadline=self.deadline,
            propose=propose,
        )

    def _root(self, node: Node) -> Node | None:
        """Bound all plans; go on where the quick rule fixes little."""
        size = len(node.free)
        for rule in (QUICK, FINE):
            after = self._ascend(node, rule, propose=self.best.offer)
            if after is None:
                return None
            node = after
            likely = np.argsort(-node.share, kind="stable")
            likely = likely[: max(0, self.count - len(node.opened))]
            self.best.offer(np.concatenate([node.opened, node.free[likely]]))
            if len(node.free) * 2 < size:
                break
        return node

    def _rounds(
        self, node: Node, *, exact: bool = False, most: float = np.inf
    ) -> tuple[float, int, bool]:
        """Search below targets that rise from the bound; return bound, nodes, whether proven.

        Plans within a step of the bound are few, so a round is short. If one is found it is the
        best; if there is none the bound has risen by the step.
        """
        best, floor, explored = self.best, node.bound, 0
        step = (best.threshold() - floor) / 8
        while True:
            best.ceiling = floor + step
            goal = best.threshold()
            bound, nodes = self._search(node, floor, exact=exact, most=most - explored)
            explored += nodes
            floor = max(floor, bound)
            best.ceiling = np.inf
            if floor >= best.threshold():
                return best.threshold(), explored, True
            if bound < goal:
                return floor, explored, False
            step *= 2.0

    def _search(
        self, root: Node, floor: float, *, exact: bool = False, most: float = np.inf
    ) -> tuple[float, int]:
        """Search below the threshold; return a bound on what was searched, and the nodes.

        `floor` is a bound on all plans: the further the threshold is from it, the further beyond
        the threshold the steps aim.
        """
        beyond = REACH * (self.best.threshold() - floor)
        first = ascend(self.cost, self.count, root, ONCE, self.best.threshold)
        if first is None:
            return self.best.threshold(), 0
        first = replace(first, share=root.share[np.isin(root.free, first.free, assume_unique=True)])
        exact = exact and self._in_time() and _linear(self.cost, self.count, first)
        master = Master(self.cost, self.count, first) if exact else None
        open_nodes = [(first.bound, 0, first)]
        explored = ticket = 0
        while open_nodes and explored < most and self._in_time():
            dive: Node | None = heapq.heappop(open_nodes)[2]
            while dive is not None and self._in_time():
                explored += 1
                children = self._expand(dive, beyond, master)
                dive = None
                if children:
                    dive, aside = children
                    ticket += 1
                    heapq.heappush(open_nodes, (aside.bound, ticket, aside))
            if dive is not None:
                ticket += 1
                heapq.heappush(open_nodes, (dive.bound, ticket, dive))
        return min([self.best.threshold(), *(entry[0] for entry in open_nodes)]), explored

    def _in_time(self) -> bool:
        return time.monotonic() < self.deadline

    def _expand(self, node: Node, beyond: float, master: Master | None) -> tuple[Node, Node] | None:
        """Bound a node; return two that part its plans, or None if nothing better is in it."""
        if node.bound >= self.best.threshold():
            return None
        left = self.count - len(node.opened)
        if left < 0 or left > len(node.free):
            return None
        if 0 < left < len(node.free):
            if master is None:
                after = self._ascend(node, BRANCH, beyond=beyond)
            else:
                after = self._tighten(node, master)
            if after is None:
                return None
            node, left = after, self.count - len(after.opened)
            if left < 0 or left > len(node.free):
                return None
        if left in {0, len(node.free)}:
            self.best.offer(node.opened if left == 0 else np.concatenate([node.opened, node.free]))
            return None
        likely, with_it, without = parted(node, left)
        self.best.glance(likely)
        return with_it, without

    def _tighten(self, node: Node, master: Master) -> Node | None:
        """Bound a node by its linear relaxation; fix sites; offer the plan it points to."""
        while self._in_time():
            left = self.count - len(node.opened)
            if not 0 < left < len(node.free):
                break
            tight, done = master.tighten(node, self.deadline)
            likely = np.argsort(-tight.share, kind="stable")[:left]
            self.best.glance(np.concatenate([node.opened, node.free[likely]]))
            every = master.savings(tight.multipliers)
            saved = every[np.searchsorted(master.sites, node.free)]
            always = every[np.isin(master.sites, node.opened)]
            open_now = relaxed(saved, left)
            bound = float(tight.multipliers.sum() - always.sum() - saved[open_now.chosen].sum())
            goal = self.best.threshold()
            if bound >= goal:
                return None
            gain = bound - node.bound
            must_open, must_close = open_now.decided(bound, goal)
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


def _linear(cost: Floats, count: int, node: Node, near: float = np.inf) -> bool:
    """Whether the exact linear relaxation is worth its time: few pairs matter."""
    if not 0 < count - len(node.opened) < len(node.free):
        return False
    if len(node.free) * cost.shape[1] > WIDE:
        return False
    if not (least(cost, node.free) < least(cost, node.opened)).any():
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

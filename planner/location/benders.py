"""The exact linear relaxation, where subgradient steps come near it but not to it.

The program holds one variable a site and one a point: the point's cost. Its rows are the Benders
cuts, known in closed form: for any level D,

    cost_i >= D - sum_{j: c_ij < D} (D - c_ij) open_j.

The program is kept hot: rows are added and bounds moved, the basis stays. What it hands back are
Lagrangian multipliers, from its duals: the bound is computed from those and not read from the
solver, so no tolerance of the solver can lose the best plan.

References
----------
Duran-Mateluna, Ales and Elloumi, "An efficient Benders decomposition for the p-median problem",
European Journal of Operational Research 308 (2023).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.location.kernels import Floats, Ints, least

if TYPE_CHECKING:
    from planner.location.lagrange import Node

VIOLATED = 1e-7
"""Share of a point's cost by which a cut must be off to be added."""


class Master:
    """The hot linear program over the sites that a node leaves free.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    count : int
        Number of sites to open in all.
    node : Node
        Its free sites become variables, its multipliers the levels of the first cuts.
    """

    def __init__(self, cost: Floats, count: int, node: Node) -> None:
        import highspy  # noqa: PLC0415 - most instances are proven without it

        self.sites = np.sort(node.free)
        self.base = least(cost, node.opened)
        # A point that no free site is nearer to is settled: no variable.
        self.active = np.flatnonzero(cost[self.sites].min(axis=0) < self.base)
        self.points = np.arange(len(self.active))
        base = self.base[self.active]
        near = np.minimum(cost[np.ix_(self.sites, self.active)], base).T
        self._order = np.argsort(near, axis=1, kind="stable")
        self._near = np.take_along_axis(near, self._order, axis=1)
        last = np.where(np.isfinite(base), base, self._near[:, -1])
        self.levels = np.column_stack([self._near, last])
        self.size = len(self.sites)
        below = np.count_nonzero(self.levels <= node.multipliers[self.active, None], axis=1)
        # Most points are decided among a few near sites; the others are looked at in full.
        self.depth = min(self.size, 2 * int(np.quantile(below, 0.9)) + 10)
        self.order = np.ascontiguousarray(self._order[:, : self.depth])
        self.near = np.ascontiguousarray(self._near[:, : self.depth])
        self.drawn: set[int] = set()
        self.owner, self.level = np.empty(0, dtype=np.intp), np.empty(0)
        self.infinity = highspy.kHighsInf
        self.optimal = highspy.HighsModelStatus.kOptimal
        self.lp: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.lp.silent()
        for option, value in (("threads", 1), ("presolve", "off"), ("solver", "simplex")):
            self.lp.setOptionValue(option, value)
        size, points = self.size, len(self.points)
        self.lp.addVars(
            size + points,
            np.concatenate([np.zeros(size), self.near[:, 0]]),
            np.concatenate([np.ones(size), np.full(points, self.infinity)]),
        )
        columns = np.arange(size + points, dtype=np.int32)
        self.lp.changeColsCost(points, columns[size:], np.ones(points))
        left = float(count - len(node.opened))
        self.lp.addRow(left, left, size, columns[:size], np.ones(size))
        self._draw(self.points, np.maximum(below - 1, 0))
        self._draw(self.points, np.minimum(below, size))
        self._begin(highspy, int(left))

    def _begin(self, highspy: Any, left: int) -> None:
        """Start from the multipliers' basis: a cut binds for each point, the best sites open.

        It is dual feasible and nearly optimal, so that few pivots are left.
        """
        status = highspy.HighsBasisStatus
        points, rows = np.unique(self.owner, return_index=True)
        level = self.near[:, 0].copy()
        level[points] = self.level[rows]
        binding = self.base.copy()
        binding[self.active] = level
        ranked = np.argsort(-self.savings(binding), kind="stable")
        columns = [status.kLower] * (self.size + len(self.points))
        for j in ranked[: left - 1]:
            columns[j] = status.kUpper
        columns[ranked[left - 1]] = status.kBasic
        cuts = [status.kBasic] * (1 + len(self.owner))
        cuts[0] = status.kLower
        for i, row in zip(points, rows, strict=True):
            columns[self.size + i] = status.kBasic
            cuts[1 + row] = status.kLower
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status, basis.valid = columns, cuts, True
        self.lp.setBasis(basis)

    def savings(self, multipliers: Floats) -> Floats:
        """Return the savings of the program's sites at multipliers it handed out."""
        level = multipliers[self.active]
        gain = np.maximum(level[:, None] - self.near, 0.0)
        saved = np.bincount(self.order.ravel(), gain.ravel(), minlength=self.size)
        far = level > self.near[:, -1]
        if far.any():
            gain = np.maximum(level[far, None] - self._near[far, self.depth :], 0.0)
            order = self._order[far, self.depth :]
            saved += np.bincount(order.ravel(), gain.ravel(), minlength=self.size)
        return saved

    def _draw(self, points: Ints, position: Ints) -> int:
        """Add each point's cut at the level of the site in that position of its order."""
        keys = points * (self.size + 1) + position
        new = np.fromiter((k not in self.drawn for k in keys.tolist()), bool, len(keys))
        # At the level of the nearest site the cut is the variable's own bound.
        new &= self.levels[points, position] > self.near[points, 0]
        points, position = points[new], position[new]
        if not len(points):
            return 0
        self.drawn.update(keys[new].tolist())
        level = self.levels[points, position]
        deep = int(position.max())
        values = level[:, None] - self._near[points, :deep]
        below = (values > 0) & (np.arange(deep) < position[:, None])
        counts = np.count_nonzero(below, axis=1) + 1
        starts = np.cumsum(counts) - counts
        head = np.zeros(int(counts.sum()), dtype=bool)
        head[starts] = True
        index, value = np.empty(len(head), dtype=np.int32), np.ones(len(head))
        index[head] = self.size + points
        index[~head] = self._order[points, :deep][below]
        value[~head] = values[below]
        self.lp.addRows(
            len(points),
            level,
            np.full(len(points), self.infinity),
            len(index),
            starts.astype(np.int32),
            index,
            value,
        )
        self.owner = np.concatenate([self.owner, points])
        self.level = np.concatenate([self.level, level])
        return len(points)

    def _separate(self, opening: Floats, costs: Floats) -> int:
        """Add the deepest cut of every point that is off; return how many."""
        taken = opening[self.order]
        position = np.count_nonzero(np.cumsum(taken, axis=1) < 1.0 - 1e-9, axis=1)
        far = np.flatnonzero(position == self.depth)
        level = self.levels[self.points, position]
        gain = np.maximum(level[:, None] - self.near, 0.0)
        implied = level - np.einsum("ij,ij->i", gain, taken)
        if len(far):
            taken = opening[self._order[far]]
            position[far] = np.count_nonzero(np.cumsum(taken, axis=1) < 1.0 - 1e-9, axis=1)
            level[far] = self.levels[far, position[far]]
            gain = np.maximum(level[far, None] - self._near[far], 0.0)
            implied[far] = level[far] - np.einsum("ij,ij->i", gain, taken)
        off = implied > costs + VIOLATED * (1.0 + np.abs(costs))
        return self._draw(self.points[off], position[off])

    def tighten(self, node: Node, deadline: float) -> tuple[Node, bool]:
        """Solve once, add the cuts that are off.

        Parameters
        ----------
        node : Node
            Its free sites are among those of the program; of the program's other sites, those in
            `node.opened` are open and the rest closed.
        deadline : float
            Stop at this `time.monotonic`.

        Returns
        -------
        tuple of Node and bool
            The node with new multipliers and shares (its bound is for the caller to compute), and
            whether no cut was off.
        """
        lower = np.isin(self.sites, node.opened).astype(float)
        upper = np.maximum(lower, np.isin(self.sites, node.free))
        self.lp.changeColsBounds(self.size, np.arange(self.size, dtype=np.int32), lower, upper)
        if deadline < np.inf:
            left = max(0.0, deadline - time.monotonic())
            self.lp.setOptionValue("time_limit", self.lp.getRunTime() + left + 1e-3)
        self.lp.run()
        if self.lp.getModelStatus() != self.optimal:
            return node, True
        answer = self.lp.getSolution()
        values = np.array(answer.col_value)
        dual = np.maximum(np.array(answer.row_dual)[1:], 0.0)
        weight = np.bincount(self.owner, dual, minlength=len(self.points))
        level = np.bincount(self.owner, dual * self.level, minlength=len(self.points))
        rest = np.maximum(0.0, 1.0 - weight)  # what the variable's own bound holds
        multipliers = self.base.copy()
        multipliers[self.active] = level / np.maximum(1.0, weight) + rest * self.near[:, 0]
        share = values[np.searchsorted(self.sites, node.free)]
        added = self._separate(values[: self.size], values[self.size :])
        return replace(node, multipliers=multipliers, share=share), added == 0

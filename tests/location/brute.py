"""Small location problems and their answers by trying every plan."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    cost: np.ndarray
    weights: np.ndarray
    p: int
    required: list[int]
    excluded: list[int]

    def plans(self):
        """Every allowed set of p sites."""
        sites = set(range(self.cost.shape[1])) - set(self.required) - set(self.excluded)
        for rest in itertools.combinations(sorted(sites), self.p - len(self.required)):
            yield [*self.required, *rest]


def cases(count: int, seed: int):
    """Random cases: ties, zero weights, required and excluded sites, every p, any shape."""
    rng = np.random.default_rng(seed)
    made = 0
    while made < count:
        n, m = int(rng.integers(1, 13)), int(rng.integers(1, 10))
        cost = [
            rng.integers(0, 5, (n, m)).astype(float),  # ties everywhere
            rng.integers(1, 100, (n, m)).astype(float),
            rng.random((n, m)),
            np.round(rng.random((n, m)), 1),  # ties, not whole
        ][made % 4]
        weights = rng.integers(0, 4, n).astype(float) if made % 3 else np.ones(n)
        shuffled = [int(j) for j in rng.permutation(m)]
        required = shuffled[: int(rng.integers(0, min(3, m)))]
        excluded = shuffled[len(required) :][: int(rng.integers(0, 3))]
        low, high = max(1, len(required)), m - len(excluded)
        if low > high:
            continue
        # Both ends of p come up as often as the middle.
        p = [low, high, int(rng.integers(low, high + 1))][made % 3]
        made += 1
        yield Case(cost, weights, p, required, excluded)

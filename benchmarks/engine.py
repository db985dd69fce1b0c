"""The engine in a process of its own, measured as its peers are.

Usage: python -m benchmarks.engine KIND FILE.npz CAP. Prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np

from benchmarks.measures import cpu_seconds
from planner.bench.solving import peak_mb
from planner.location import solve_p_center, solve_p_median, solve_p_medians


def main() -> None:
    """Solve and print."""
    kind, path, cap = sys.argv[1:4]
    data = np.load(path)
    cost, weights, p = data["cost"], data["weights"], int(data["p"])
    solver = {"median": solve_p_median, "center": solve_p_center}.get(kind)
    began, worked = time.perf_counter(), cpu_seconds()
    if solver is None:
        answer = resolve(cost, weights, p, int(data["times"]))
    else:
        result = solver(cost, p, weights=weights, time_limit=float(cap))
        answer = {key: getattr(result, key) for key in ("objective", "bound", "proven")}
    taken = {"seconds": time.perf_counter() - began, "cpu": cpu_seconds() - worked}
    sys.stdout.write(json.dumps({**answer, **taken, "peak_mb": peak_mb()}) + "\n")


def resolve(cost: np.ndarray, weights: np.ndarray, p: int, times: int) -> dict[str, float | bool]:
    """Solve again and again with other weights, each from where another one ended.

    Every weight is multiplied by a number drawn evenly from 0.5 to 1.5, anew each time.
    """
    rng = np.random.default_rng(0)
    drawn = [weights * rng.uniform(0.5, 1.5, len(weights)) for _ in range(times)]
    results = solve_p_medians(cost, p, drawn, workers=os.cpu_count() or 1)
    proven = sum(result.proven for result in results)
    return {"objective": float(proven), "bound": float(times), "proven": proven == times}


if __name__ == "__main__":
    main()

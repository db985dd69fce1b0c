"""One p-median solved by one other tool: a script for an environment of its own.

Usage: PYTHON peer.py TOOL FILE.npz CAP, where the file holds `cost` (points x sites), `weights` and
`p`. Needs numpy and the tool's packages, nothing of this program: spopt wants an older PuLP. Prints
one line of JSON; time counts from the matrix in memory to the answer, imports aside.
"""

from __future__ import annotations

import json
import math
import re
import resource
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def spopt(cost: Any, weights: Any, p: int, cap: float, solver: str) -> tuple[float, str]:
    """Solve with spopt.locate.PMedian over CBC or HiGHS."""
    pulp, locate = import_module("pulp"), import_module("spopt.locate")

    start_clock()
    engines = {
        "cbc": lambda: pulp.PULP_CBC_CMD(msg=False, timeLimit=cap),
        "highs": lambda: pulp.HiGHS(msg=False, timeLimit=cap),
    }
    model = locate.PMedian.from_cost_matrix(cost, weights, p_facilities=p)
    model = model.solve(engines[solver](), results=False)
    return value_of(pulp, model.problem.objective), pulp.LpStatus[model.problem.status]


def value_of(pulp: Any, objective: Any) -> float:
    """Return the value of an objective; infinite where the tool found no plan."""
    value = pulp.value(objective)
    return math.inf if value is None else float(value)


def textbook(cost: Any, weights: Any, p: int, cap: float) -> tuple[float, str]:
    """Solve the model of the textbooks in PuLP with HiGHS."""
    pulp = import_module("pulp")

    start_clock()
    n, m = cost.shape
    model = pulp.LpProblem("p_median", pulp.LpMinimize)
    opened = [pulp.LpVariable(f"y{j}", cat="Binary") for j in range(m)]
    served = [[pulp.LpVariable(f"x{i}_{j}", 0, 1) for j in range(m)] for i in range(n)]
    weighted = cost * weights[:, None]
    model += pulp.lpSum(weighted[i, j] * served[i][j] for i in range(n) for j in range(m))
    model += pulp.lpSum(opened) == p
    for i in range(n):
        model += pulp.lpSum(served[i]) == 1
        for j in range(m):
            model += served[i][j] <= opened[j]
    model.solve(pulp.HiGHS(msg=False, timeLimit=cap, gapRel=0.0))
    return value_of(pulp, model.objective), pulp.LpStatus[model.status]


def highs(cost: Any, weights: Any, p: int, cap: float) -> tuple[float, str]:
    """Solve the same model handed to HiGHS as arrays."""
    highspy = import_module("highspy")

    start_clock()
    n, m = cost.shape
    k = n * m
    i, j = np.divmod(np.arange(k), m)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = m + k, 1 + n + k
    lp.col_cost_ = np.concatenate([np.zeros(m), (cost * weights[:, None]).ravel()])
    lp.col_lower_, lp.col_upper_ = np.zeros(m + k), np.ones(m + k)
    lp.row_lower_ = np.concatenate([[p], np.ones(n), np.full(k, -highspy.kHighsInf)])
    lp.row_upper_ = np.concatenate([[p], np.ones(n), np.zeros(k)])
    variable = np.arange(k)
    rows = np.concatenate([np.zeros(m, int), 1 + i, 1 + n + variable, 1 + n + variable])
    columns = np.concatenate([np.arange(m), m + variable, m + variable, j])
    values = np.concatenate([np.ones(m + 2 * k), -np.ones(k)])
    order = np.lexsort((rows, columns))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(m + k + 1))
    lp.a_matrix_.index_ = rows[order]
    lp.a_matrix_.value_ = values[order]
    whole = highspy.HighsVarType.kInteger
    lp.integrality_ = [whole] * m + [highspy.HighsVarType.kContinuous] * k
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", cap)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(lp)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    return float(solver.getInfo().objective_function_value), str(status)


TOOLS: dict[str, Callable[[Any, Any, int, float], tuple[float, str]]] = {
    "spopt-cbc": lambda cost, weights, p, cap: spopt(cost, weights, p, cap, "cbc"),
    "spopt-highs": lambda cost, weights, p, cap: spopt(cost, weights, p, cap, "highs"),
    "pulp-textbook": textbook,
    "highspy": highs,
}
BEGAN = [0.0, 0.0]
USES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def start_clock() -> None:
    """Start the clocks: what was imported before doesn't count."""
    BEGAN[:] = time.perf_counter(), worked()


def worked() -> float:
    """Return the processor time so far, of solvers in processes of their own too."""
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, USES))


def peak_mb() -> float:
    """Return the most memory that this process, or a solver's of its own, has held, in MB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    of_others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    status = Path("/proc/self/status")
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, of_others)
    # The system's other figure counts what the process that started this one held.
    (held,) = re.findall(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
    return max(int(held) / 1024, of_others)


def check() -> str:
    """Return what the tools need and is not there, in words; nothing if all is."""
    missing = [name for name in ("spopt", "pulp", "highspy") if find_spec(name) is None]
    if missing:
        return f"{' and '.join(missing)} to be installed there"
    found = str(import_module("pulp").__version__)
    return "" if int(found.split(".", maxsplit=1)[0]) < 4 else f"PuLP below 4 there, not {found}"


def main() -> None:
    """Solve and print; or tell what is missing."""
    if sys.argv[1:] == ["check"]:
        sys.exit(check() or 0)
    tool, path, cap = sys.argv[1:4]
    data = np.load(path)
    cost, weights = data["cost"], data["weights"]
    objective, status = TOOLS[tool](cost, weights, int(data["p"]), float(cap))
    seconds, cpu = time.perf_counter() - BEGAN[0], worked() - BEGAN[1]
    answer = {
        "seconds": seconds,
        "cpu": cpu,
        "objective": objective if math.isfinite(objective) else None,
        "status": status,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()

"""Building a model in PuLP against solving it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from planner.bench.solving import cpu_seconds


@dataclass(frozen=True)
class Built:
    """One model: its size, and the processor seconds that building and solving it took."""

    scenario: str
    variables: int
    rows: int
    building: float
    solving: float
    said: str


def build_and_solve(name: str, overrides: list[str], limit: float) -> Built:
    """Build the whole model of a scenario in PuLP and minimise its first objective by HiGHS.

    Parameters
    ----------
    name : str
        A scenario's name or file.
    overrides : list of str
        As `planner run --set` takes them.
    limit : float
        Seconds after which the search is stopped.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As reading and solving do.
    """
    from planner.control import Control  # noqa: PLC0415
    from planner.data import load  # noqa: PLC0415 - help stays instant
    from planner.model.build import build  # noqa: PLC0415
    from planner.model.instance import make_instance  # noqa: PLC0415
    from planner.model.solving.combine import minimised  # noqa: PLC0415
    from planner.model.solving.optimise import optimise  # noqa: PLC0415

    data = load(None)
    scenario = data.scenario(name, overrides)
    instance = make_instance(data.inputs, data.travel, scenario)
    began = cpu_seconds()
    model = build(instance)
    objective = minimised(model, scenario.objective.names[0])
    built = cpu_seconds()
    control = Control(gap=scenario.solver.gap, deadline=time.monotonic() + limit)
    stage = optimise(model, scenario.objective.names[0], objective, control)
    return Built(
        " ".join([name, *(f"--set {one}" for one in overrides)]),
        model.problem.numVariables(),
        model.problem.numConstraints(),
        built - began,
        cpu_seconds() - built,
        stage.reason,
    )

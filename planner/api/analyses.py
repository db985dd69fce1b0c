"""The analyses in Python: what the commands of the same names find, as tables and frozen data.

Nothing is written; the commands write pages. What is wrong with a question, or ends it early, is
raised as by `planner.solve`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from planner.analysis.alternatives import Alternatives, find_alternatives
from planner.analysis.calibration import Fit, calibrate
from planner.analysis.justify import justify as find_rates
from planner.analysis.pareto import Frontier, find_frontier
from planner.analysis.replay import Step, read_history
from planner.analysis.sampling import Row, columns
from planner.analysis.study import STANDARD, Size
from planner.analysis.sweep import run_sweep
from planner.api.result import Result
from planner.control import Control
from planner.model.solving.optimise import PROVED
from planner.outputs.words import facts
from planner.planning import control_of
from planner.siting.problem import make_siting
from planner.workflows.plans import SourcedPlan, compare_plans, find_plan
from planner.workflows.replay import play
from planner.workflows.sensitivity import firmness
from planner.workflows.sweep import question

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from planner.analysis.comparison import Comparison
    from planner.analysis.justify_verdict import Verdict
    from planner.analysis.sensitivity import Sensitivity
    from planner.data import Data
    from planner.scenario.spec import Scenario
    from planner.scenario.sweep import SweepSpec

RECOMMENDED = "decision-2022"


@dataclass(frozen=True, eq=False)
class Analysis[Details]:
    """What an analysis has found; in a notebook it shows its table.

    Attributes
    ----------
    table : pandas.DataFrame
        Its figures, a row a set of offices, a point, a sample ...: each function says what.
    details : Details
        All of it as frozen plain data.
    complete : bool
        False where a limit cut it short.
    """

    table: pd.DataFrame
    details: Details
    complete: bool = True

    def _repr_html_(self) -> str:
        return str(self.table.to_html())


def alternatives(
    data: Data, scenario: Scenario | str = RECOMMENDED, *, within: float = 1.0, most: int = 1000
) -> Analysis[Alternatives]:
    """List every set of offices nearly as good as the best, with proof that none is missing.

    Parameters
    ----------
    data : Data
        As `planner.load` returns it.
    scenario : Scenario or str
        Or its name, or the path of a TOML file.
    within : float
        How much worse than the best a set may be, in the unit of the scenario's sum.
    most : int
        Sets to list at most.

    Returns
    -------
    Analysis
        A row a set, the best first: its towns, how much worse it is, its criteria.

    Raises
    ------
    InputError
        If `within` is no finite number of zero or more.
    """
    asked = _scenario(data, scenario)
    announced = tuple(sorted(data.inputs.announced["municipality_code"]))
    siting, control = make_siting(data, asked), control_of(asked)
    near = find_alternatives(siting, within, most=most, asked=announced, control=control)
    rows = [
        {"towns": _towns(data, one.sites), "worse": near.worse(one), **one.criteria}
        for one in near.found
    ]
    return Analysis(_numbered(rows), near, near.complete)


def pareto(
    data: Data,
    scenario: Scenario | str = RECOMMENDED,
    criteria: Sequence[str] = ("mean_km", "spread"),
) -> Analysis[Frontier]:
    """Trace the exact frontier between two or three criteria.

    Parameters
    ----------
    data, scenario
        As for `alternatives`.
    criteria : sequence of str
        Two or three of docs/model.md.

    Returns
    -------
    Analysis
        A row a point, from the best to the worst on the first criterion: its towns, its criteria.

    Raises
    ------
    InputError
        If the criteria can't be traded.
    """
    asked = _scenario(data, scenario)
    announced = tuple(sorted(data.inputs.announced["municipality_code"]))
    siting, control = make_siting(data, asked), control_of(asked)
    frontier = find_frontier(siting, criteria, asked=announced, control=control)
    rows = [{"towns": _towns(data, one.sites), **one.criteria} for one in frontier.points]
    return Analysis(_numbered(rows), frontier, frontier.complete)


def justify(
    data: Data,
    offices: Result | Collection[str],
    scenario: Scenario | str = RECOMMENDED,
    *,
    also: Sequence[str] = (),
) -> Analysis[Verdict]:
    """Find the rates nearest to a scenario's under which some offices are the best, if any are.

    Parameters
    ----------
    data
        As for `alternatives`.
    offices : Result or collection of str
        Those of a plan's last period, or the codes of municipalities.
    scenario : Scenario or str
        Whose rules and rates they are held against.
    also : sequence of str
        Criteria that may have a rate beside the scenario's own.

    Returns
    -------
    Analysis
        A row a criterion: the rate asked, the nearest rate under which the offices are the best,
        and the nearest within the scenario's ranges; missing where there is none.

    Raises
    ------
    InputError
        If the scenario's rules forbid the offices.
    """
    asked = _scenario(data, scenario)
    codes = offices.plan.periods[-1].open if isinstance(offices, Result) else tuple(offices)
    verdict = find_rates(make_siting(data, asked), codes, also=also, control=control_of(asked))
    rates = {"asked": verdict.room.asked, "nearest": verdict.rates, "within": verdict.inside}
    table = pd.DataFrame(rates, index=pd.Index(verdict.criteria, name="criterion"))
    return Analysis(table, verdict, verdict.complete)


def compare(data: Data, plans: Sequence[Result | str | Path]) -> Analysis[Comparison]:
    """Tell what sets plans apart.

    Parameters
    ----------
    data
        As for `alternatives`.
    plans : sequence of Result, str or Path
        Two or more: results, run folders, or scenarios by name, which are read from their runs or
        solved. The first is what the others are compared with.

    Returns
    -------
    Analysis
        A row a criterion, a column a plan.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    sources = [
        SourcedPlan(each.scenario.name, each.scenario, each.plan, "solved")
        if isinstance(each, Result)
        else find_plan(data, str(each), Control())
        for each in plans
    ]
    comparison = compare_plans(data, sources)
    values = {side.label: dict(side.plan.criteria) for side in comparison.sides}
    names = facts.in_order({name: 0.0 for each in values.values() for name in each})
    complete = all(each.plan.termination.reason in PROVED for each in sources)
    return Analysis(pd.DataFrame(values).loc[list(names)], comparison, complete)


def sensitivity(
    data: Data,
    scenario: Scenario | str = RECOMMENDED,
    *,
    size: Size = STANDARD,
    jobs: int | None = None,
) -> Analysis[Sensitivity]:
    """Tell how firm the answer is, what is not, what would change it, and what to find out.

    Parameters
    ----------
    data, scenario
        As for `alternatives`.
    size : Size
        How much work it may be: ``planner.Size(samples=1000, sobol=128, rollouts=True)``.
    jobs : int, optional
        Processes; one a core if not given.

    Returns
    -------
    Analysis
        A row a sample: what was drawn, the towns chosen, how the plans stand.
    """
    firm = firmness(data, _scenario(data, scenario), size, jobs=jobs)
    return Analysis(_numbered([dict(row) for row in firm.samples]), firm)


def sweep(data: Data, spec: SweepSpec, *, jobs: int = 1) -> Analysis[tuple[Row, ...]]:
    """Plan many variations of a scenario.

    Parameters
    ----------
    data
        As for `alternatives`.
    spec : SweepSpec
        What varies: ``planner.SweepSpec(name="rates", ranges={"objective.rates.spread":
        planner.Range()}, samples=100)``; docs/sensitivity.md tells of every field.
    jobs : int
        Processes.

    Returns
    -------
    Analysis
        A row a sample, with the columns of samples.csv.

    Raises
    ------
    InputError
        With every problem of the spec.
    """
    task, points = question(data, spec)
    rows, whole = run_sweep(task, points, spec.keys, Path(":memory:"), jobs=jobs)
    table = pd.DataFrame(rows, columns=columns(task, spec.keys)).set_index("number")
    decided = (*PROVED, "infeasible", "invalid")
    return Analysis(table, tuple(rows), whole and table["status"].isin(decided).all().item())


def replay(data: Data, dates: Collection[str] | None = None) -> Analysis[tuple[Step, ...]]:
    """Play the history again: announced, actual and best at each date.

    Parameters
    ----------
    data
        As for `alternatives`.
    dates : collection of str, optional
        Of the data folder's history; by default all.

    Returns
    -------
    Analysis
        A row a date and a case: its scenario, its towns, its criteria; without towns where no
        plan keeps the rules.

    Raises
    ------
    InputError
        If a date is none of the history's.
    """
    history = read_history(data.folder)
    asked = history if dates is None else history.at(dates)
    steps = play(data, asked, Control())
    rows = [
        {
            "date": step.date.date,
            "case": case.role,
            "scenario": case.scenario.name,
            "offices": len(case.plan.offices) if case.plan else 0,
            "towns": ", ".join(o.town for o in case.plan.offices) if case.plan else "",
            **(case.plan.criteria if case.plan else {}),
        }
        for step in steps
        for case in step.cases
    ]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=["date", "case"])
    return Analysis(table.set_index(["date", "case"]), steps)


def calibration(data: Data, scenario: Scenario | str = "announced") -> Analysis[tuple[Fit, ...]]:
    """Hold the assumed work of a dialogue against what is known of 2022 and 2023.

    Parameters
    ----------
    data, scenario
        As for `alternatives`; a scenario with staffing and the periods of the facts.

    Returns
    -------
    Analysis
        A row a period: advisors and dialogues that are known, the hours of a dialogue in the
        plan, the dialogues that the known staff could hold, and the preparation that fits.
    """
    fits = calibrate(data, _scenario(data, scenario))
    figures = ("hours", "possible", "preparation")
    rows = [{**asdict(fit.fact), **{name: getattr(fit, name) for name in figures}} for fit in fits]
    return Analysis(pd.DataFrame(rows).set_index("period"), fits)


def _scenario(data: Data, scenario: Scenario | str) -> Scenario:
    return data.scenario(scenario) if isinstance(scenario, str) else scenario


def _towns(data: Data, codes: Sequence[str]) -> str:
    seats = data.inputs.municipalities["seat"]
    return ", ".join(str(seats[code]) for code in codes)


def _numbered(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Return rows as a table that counts from 1."""
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="number"))

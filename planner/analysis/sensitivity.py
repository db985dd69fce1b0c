"""How firm a scenario's answer is: what may turn out otherwise, and what it would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from planner.analysis.breakeven import Breakeven, rate_changes, scanned_changes
from planner.analysis.regret import Rated, rate_samples
from planner.analysis.rollouts import Number, Tried, try_ends, with_number
from planner.analysis.sampling import Runner, Task, rated, runner_of, ties_of, value_of
from planner.analysis.study import (
    RATES,
    STANDARD,
    Factor,
    Progress,
    Size,
    Study,
    rollout_factors,
    siting_factors,
    yearly_cost,
)
from planner.analysis.variance import Global, apportion
from planner.errors import InfeasibleScenario, InputError
from planner.model.solving.scores import Yardstick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.siting.problem import Siting
    from planner.siting.question import SitingResult

NUMBERS = range(4, 16)
"""Numbers of offices that are looked at."""


@dataclass(frozen=True)
class Without:
    """The best plan where one thing is not so: a town lost, or only sourced towns.

    Attributes
    ----------
    what : str
        Code of the town, or "unverified".
    sites : tuple of str
        Empty where no plan keeps the rules then.
    worse : float
        How much worse than the scenario's plan, with the same rates, in the unit of the sum;
        nan where there is none.
    """

    what: str
    sites: tuple[str, ...] = ()
    criteria: Mapping[str, float] = field(default_factory=dict)
    worse: float = float("nan")


@dataclass(frozen=True)
class Sensitivity:
    """Everything a report on one scenario says.

    `unit` is that of every loss and of whatever is told to be worse: of the leading criterion.
    `announced_worse` is nan where the announced plan is not allowed. `rated` begins with the
    recommended plan; then the announced one if there is one, and the one of minimax regret where
    every set of offices was priced in every sample. `ties` is how many other sets of offices are
    as good as the base case's, None where that can't be told.
    """

    scenario: str
    unit: str
    base: SitingResult
    siting: tuple[Factor, ...]
    rollout: tuple[Factor, ...]
    samples: tuple[Mapping[str, Any], ...]
    chosen: Mapping[str, float]
    sets: int
    all_sets: int
    rated: tuple[Rated, ...]
    changes: tuple[Breakeven, ...]
    lost: tuple[Without, ...]
    sourced: Without | None
    everything: Global
    cost_year: float | None
    plan: Tried | None
    tried: tuple[Tried, ...]
    numbers: tuple[Number, ...]
    announced: tuple[str, ...]
    announced_criteria: Mapping[str, float] = field(default_factory=dict)
    announced_worse: float = float("nan")
    ties: int | None = None


def sensitivity(  # noqa: PLR0913 - what the parts take
    task: Task,
    announced: Sequence[str],
    *,
    size: Size = STANDARD,
    jobs: int = 1,
    progress: Callable[[str], Progress] = lambda _part: lambda _done, _all: None,
    solve: Callable[[Scenario], Plan] | None = None,
) -> Sensitivity:
    """Find out how firm the answer of a scenario is.

    Parameters
    ----------
    task : Task
        With the scenario; its plans are not used.
    announced : sequence of str
        Offices of the plan to compare with; may be empty.
    jobs : int
        Processes.
    progress : callable
        Given the name of a part, returns what is called with how much of it is done.
    solve : callable, optional
        Finds the plan of the scenario, which other rollouts are held against; by default
        `api.solve`.

    Raises
    ------
    InfeasibleScenario, InputError
        If the scenario itself has no plan.
    """
    study = Study(task, size, jobs)
    runner = runner_of(task)
    siting = runner.siting({})
    base = siting.best()
    factors = siting_factors(runner.base)
    sites = tuple(sorted(announced))
    samples, regrets = rate_samples(study, factors, base, sites, progress("samples"))
    chosen = Counter(code for row in samples for code in row.get("sites", ()))
    planned = sum(1 for row in samples if row.get("sites"))
    changes = _changes(task, factors, progress("changes"))
    everything = apportion(study, factors, progress("global"))
    fits = rated(siting, base, sites) if sites else None
    plan, tried = try_ends(study, progress("rollouts"), solve)
    value = value_of(siting, base)
    counts = [(n, value) for n in NUMBERS if n <= len(siting.instance.sites)]
    numbers: list[Number] = []
    if size.rollouts:
        numbers = list(study.each(with_number, counts, progress("numbers")))
    running = runner.base.staffing is not None
    return Sensitivity(
        scenario=runner.base.name,
        unit=Yardstick(runner.base).unit,
        base=base,
        siting=factors,
        rollout=rollout_factors(runner.base),
        samples=tuple(samples),
        chosen={code: count / max(1, planned) for code, count in sorted(chosen.items())},
        sets=len({row["sites"] for row in samples if row.get("sites")}),
        all_sets=len(siting.prices.sets.sets) if siting.prices.few else 0,
        rated=regrets,
        changes=tuple(changes),
        lost=tuple(lost_towns(task, base)),
        sourced=_sourced(task, base),
        everything=everything,
        cost_year=yearly_cost(siting.whole, base.solution.served_by[-1]) if running else None,
        plan=plan,
        tried=tuple(tried),
        numbers=tuple(numbers),
        announced=sites,
        announced_criteria={} if fits is None else fits.criteria,
        announced_worse=float("nan") if fits is None else fits.objective,
        ties=ties_of(siting),
    )


def _changes(task: Task, factors: tuple[Factor, ...], progress: Progress) -> list[Breakeven]:
    runner = runner_of(task)
    found: list[Breakeven] = []
    for done, factor in enumerate(factors):
        progress(done, len(factors))
        if factor.key.startswith(RATES):
            found += rate_changes(runner.siting({}), factor)
        else:
            found += scanned_changes(factor, partial(_best_at, runner, factor.key))
    progress(len(factors), len(factors))
    return found


def _best_at(runner: Runner, key: str, value: float) -> tuple[str, ...]:
    return runner.siting({key: value}).best().sites


def lost_towns(task: Task, base: SitingResult) -> Iterator[Without]:
    """Yield what is best without each town that is chosen freely."""
    siting = runner_of(task).siting({})
    fixed = {
        code
        for code, role in zip(siting.instance.sites, siting.instance.roles, strict=True)
        if role != "candidate"
    }
    for code in base.sites:
        if code in fixed:
            continue
        try:
            found = siting.best(forbid=[code])
        except InfeasibleScenario:
            yield Without(code)
            continue
        yield _without(code, siting, found, value_of(siting, base))


def _sourced(task: Task, base: SitingResult) -> Without | None:
    """Return what is best among the candidates that some source names; None where all are."""
    runner = runner_of(task)
    spec = runner.base.sites
    if spec.candidates != "sister" or "unverified" not in spec.basis:
        return None
    value = value_of(runner.siting({}), base)
    basis = [name for name in spec.basis if name != "unverified"]
    try:
        siting = runner.siting({"sites.basis": basis})
        found = siting.best()
    except (InfeasibleScenario, InputError):  # too few towns are left, or none
        return Without("unverified")
    return _without("unverified", siting, found, value)


def _without(what: str, siting: Siting, found: SitingResult, base: float) -> Without:
    return Without(what, found.sites, found.criteria, value_of(siting, found) - base)

"""The siting problem solved again and again: which sites, and which unit to which site.

It is the last period of a scenario alone, without dates, staff or money. What is asked may change
from one solve to the next: the weights of the criteria, bounds on them, towns required or
forbidden, sets of offices ruled out. Each answer is an optimum with its proof, found in one of
three ways, the first that fits:

- *enumeration*: every set of offices is priced (`planner.siting.office_sets`), where they are few
  enough and each unit may choose its office by itself;
- *p-median*: the location engine, where the objective is a sum over units, municipalities and
  sites and nothing but the number of offices binds them;
- *search*: the model of `planner.model`, built anew and solved by HiGHS.

The way is a matter of time alone. On decision-2022 (19 towns, ten offices, 21 counties) the payoff
table and the weighted optimum take the model 0.4 s; with all 48,620 sets priced anew it is 0.13 s,
and 0.01 s where the prices of another question are kept (`Siting.under`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.hardrules.findings import refuse
from planner.hardrules.siting import check_siting
from planner.message import say
from planner.model.instance import make_instance
from planner.model.measures import measure_sites
from planner.model.solution import Solution
from planner.model.solving.optimise import HOLD, StageReason, relative_gap
from planner.model.solving.scores import sign
from planner.plan import PayoffTable
from planner.scenario.criteria import CRITERIA, SITING_CRITERIA
from planner.siting.aim import check_objective, shares_of
from planner.siting.median_form import median_fits
from planner.siting.medians import near_medians, p_median
from planner.siting.office_sets import Family, make_family
from planner.siting.ways import Query, enumerable, enumerated, searched, set_prices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from planner.data import Data
    from planner.model.instance import Floats, Instance
    from planner.scenario.spec import Scenario
    from planner.siting.office_sets import Bools
    from planner.siting.ways import Found

Way = Literal["enumeration", "p-median", "search"]


class Question(TypedDict, total=False):
    """What a siting must keep besides the scenario's rules, as in `Siting.solve`."""

    bounds: Mapping[str, float] | None
    require: Collection[str]
    forbid: Collection[str]
    excluded_sets: Iterable[Collection[str]]


@dataclass(frozen=True)
class SitingResult:
    """The best siting of one question and what was proved of it.

    Attributes
    ----------
    sites : tuple of str
        Codes of the open sites, sorted.
    assignment : tuple of str
        Code of the office of each unit, in the order of `Instance.units`.
    criteria : mapping of str to float
        Every siting criterion, measured from the sites and the assignment.
    objective, bound : float
        The value reached and the bound proved, in the unit of what was asked.
    reason : StageReason
    way : str
        How it was found.
    solution : Solution
        The same sites and assignment by index.
    """

    sites: tuple[str, ...]
    assignment: tuple[str, ...]
    criteria: Mapping[str, float]
    objective: float
    bound: float
    reason: StageReason
    way: Way
    solution: Solution

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True)
class Siting:
    """A siting problem, to be asked many questions.

    Parameters
    ----------
    whole : Instance
        Of the scenario; of a rollout only the last period is looked at.
    """

    whole: Instance

    @cached_property
    def instance(self) -> Instance:
        """The instance of the last period alone."""
        return self.whole.complete()

    @cached_property
    def family(self) -> Family | None:
        """Every set of offices allowed, or None where they are too many."""
        return make_family(self.instance)

    def under(self, scenario: Scenario) -> Siting:
        """Return the problem under a scenario with the same units, sites and dates."""
        return self.moved(replace(self.whole, scenario=scenario))

    def moved(self, whole: Instance) -> Siting:
        """Return the problem of another instance, with the prices kept that still hold."""
        changed = Siting(whole)
        if "family" in self.__dict__ and self.family is not None:
            kept = self.family.moved(changed.instance)
            if kept is not None:
                changed.__dict__["family"] = kept
        return changed

    def solve(  # noqa: PLR0913 - one argument a kind of question
        self,
        objective: Mapping[str, float],
        *,
        bounds: Mapping[str, float] | None = None,
        require: Collection[str] = (),
        forbid: Collection[str] = (),
        excluded_sets: Iterable[Collection[str]] = (),
        then: Sequence[str] = (),
        control: Control | None = None,
    ) -> SitingResult:
        """Minimise a linear combination of siting criteria.

        Parameters
        ----------
        objective : mapping of str to float
            Criterion -> coefficient >= 0 per unit of it. A criterion of which more is better
            counts negatively, so that less of the whole is always better.
        bounds : mapping of str to float
            Criterion -> the worst value allowed: at most, or at least where more is better.
            Beside the limits of the scenario.
        require, forbid : collection of str
            Codes of towns that must, or must not, have an office.
        excluded_sets : iterable of collection of str
            Sets of offices that may not come out again.
        then : sequence of str
            Criteria optimised afterwards, in order, among the plans that are as good.
        control : Control, optional
            Limits; without it, solved to proven optimality.

        Returns
        -------
        SitingResult

        Raises
        ------
        InfeasibleScenario, SolverStopped
            As in `planner.model.solving.optimise.optimise`.
        """
        query = self._query(objective, bounds, require, forbid, excluded_sets, then)
        found, way = self._answer(query, control or Control())
        return self.finished(found, way, query)

    def prices(
        self,
        objective: Mapping[str, float],
        *,
        bounds: Mapping[str, float] | None = None,
        require: Collection[str] = (),
        forbid: Collection[str] = (),
    ) -> tuple[Bools, Floats] | None:
        """Return every set of offices that keeps the bounds, and the least objective of each.

        Arguments as in `solve`.

        Returns
        -------
        tuple of numpy.ndarray, or None
            Sets as rows, shape (n, sites), and values, shape (n,); None where the sets are too
            many or units can't choose by themselves: then only `solve` answers.
        """
        query = self._query(objective, bounds, require, forbid, (), ())
        if not enumerable(self.instance, query) or self.family is None:
            return None
        return set_prices(self.family, query)

    def ranked(
        self, objective: Mapping[str, float], worst: float, most: int, control: Control
    ) -> tuple[list[SitingResult], float] | None:
        """List the sets of offices whose least objective is at most some value, best first.

        Parameters
        ----------
        objective : mapping of str to float
            As in `solve`.
        worst : float
            The greatest objective.
        most : int
            Sets to list at most.
        control : Control

        Returns
        -------
        tuple of list and float, or None
            The sets, and what no other set is below: infinite where there is no other. None
            where the location engine can't answer: then only `solve` does, one set at a time.
        """
        query = self._query(objective, None, (), (), (), ())
        if not median_fits(self.instance, query):
            return None
        found, bound = near_medians(self.instance, query, worst, most, control)
        return [self.finished(one, "p-median", query) for one in found], bound

    @property
    def priced(self) -> bool:
        """Whether what the scenario weighs is answered without a search of the model."""
        names = self.instance.scenario.objective.names
        query = self._query(dict.fromkeys(names, 1.0), None, (), (), (), names)
        listed = enumerable(self.instance, query) and self.family is not None
        return listed or median_fits(self.instance, query)

    def payoff(self, control: Control | None = None, **question: Unpack[Question]) -> PayoffTable:
        """Return the lexicographic payoff table of the scenario's weighted criteria.

        `question` may hold what `solve` takes: bounds, require, forbid, excluded_sets.
        """
        spec = self.instance.scenario.objective
        rows = []
        for first in spec.names:
            others = tuple(name for name in spec.names if name != first)
            found = self.solve({first: 1.0}, then=others, control=control, **question)
            rows.append(tuple(found.criteria[name] for name in spec.names))
        best = tuple(rows[k][k] for k in range(len(rows)))
        worst = tuple(
            (max if CRITERIA[name] == "min" else min)(row[k] for row in rows)
            for k, name in enumerate(spec.names)
        )
        return PayoffTable(spec.names, tuple(rows), best, worst)

    def best(self, control: Control | None = None, **question: Unpack[Question]) -> SitingResult:
        """Optimise what the scenario asks for, as `solve` does for the last period.

        `question` may hold what `solve` takes: bounds, require, forbid, excluded_sets. Goals of
        the rollout, and those that come after one, take no part.

        Raises
        ------
        InputError
            As in `check_objective`.
        InfeasibleScenario, SolverStopped
            As in `solve`.
        """
        scenario = self.instance.scenario
        check_objective(scenario)
        spec = scenario.objective
        if spec.summed:
            return self.solve(shares_of(scenario), then=spec.then, control=control, **question)
        if spec.given:
            return self._with_tolerance(spec.names, spec.then, control, question)
        first, *rest = spec.names
        return self.solve({first: 1.0}, then=(*rest, *spec.then), control=control, **question)

    def _with_tolerance(
        self,
        names: tuple[str, ...],
        then: tuple[str, ...],
        control: Control | None,
        question: Question,
    ) -> SitingResult:
        """Take criteria in order, each allowed to give up something of its best for the next."""
        tolerance = self.instance.scenario.objective.tolerance
        bounds = dict(question.get("bounds") or {})
        for number, name in enumerate(names):
            last = then if number == len(names) - 1 else ()
            asked: Question = {**question, "bounds": bounds}
            found = self.solve({name: 1.0}, then=last, control=control, **asked)
            size = abs(found.objective)
            most = found.objective + HOLD * max(1.0, size) + tolerance.get(name, 0.0)
            given = sign(name) * most
            known = bounds.get(name, given)
            bounds[name] = min(given, known) if CRITERIA[name] == "min" else max(given, known)
        return found

    def finished(self, found: Found, way: Way, query: Query | None = None) -> SitingResult:
        """Return what was found with every criterion measured.

        Raises
        ------
        PlannerError
            If it breaks a hard rule, of the scenario or the question: a defect of the program.
        """
        i = self.instance
        offices, served_by = found.solution.offices[-1], found.solution.served_by[-1]
        solution = found.solution
        if way != "search":  # there every unit may choose by itself
            served_by = i.brought_near(offices, served_by)
            solution = Solution((offices,), served_by[None, :])
        asked = query or Query({}, {}, frozenset(), frozenset(), (), ())
        broken = check_siting(
            self.whole,
            offices,
            served_by,
            bounds=asked.bounds,
            require=asked.require,
            forbid=asked.forbid,
            excluded=asked.excluded,
        )
        refuse(say("the siting"), broken)
        return SitingResult(
            sites=tuple(i.sites[j] for j in offices),
            assignment=tuple(i.sites[j] for j in served_by),
            criteria=measure_sites(i, offices, served_by),
            objective=found.objective,
            bound=found.bound,
            reason=found.reason,
            way=way,
            solution=solution,
        )

    def _query(  # noqa: PLR0913 - the arguments of `solve`
        self,
        objective: Mapping[str, float],
        bounds: Mapping[str, float] | None,
        require: Collection[str],
        forbid: Collection[str],
        excluded_sets: Iterable[Collection[str]],
        then: Sequence[str],
    ) -> Query:
        index = {code: j for j, code in enumerate(self.instance.sites)}
        unknown = sorted({*objective, *then, *(bounds or {})} - set(SITING_CRITERIA))
        if unknown or any(share < 0 for share in objective.values()):
            raise ValueError(f"siting criteria with shares of zero or more, got {unknown}")
        missing = [code for code in require if code not in index]
        if missing:
            raise InfeasibleScenario(say("no candidate town has the code {}", ", ".join(missing)))
        limits = {
            name: limit.value for name, limit in self.instance.scenario.limits.items() if limit.hard
        }
        for name, value in (bounds or {}).items():
            tighter = min if CRITERIA[name] == "min" else max
            limits[name] = tighter(limits.get(name, value), value)
        sets = [frozenset(index.get(code, -1) for code in codes) for codes in excluded_sets]
        return Query(
            objective={name: share for name, share in sorted(objective.items()) if share},
            bounds=limits,
            require=frozenset(index[code] for code in require),
            forbid=frozenset(index[code] for code in forbid if code in index),
            excluded=tuple(one for one in sets if -1 not in one),
            then=tuple(then),
        )

    def _answer(self, query: Query, control: Control) -> tuple[Found, Way]:
        if enumerable(self.instance, query) and self.family is not None:
            found = enumerated(self.family, query)
            if found is not None:
                return found, "enumeration"
        if median_fits(self.instance, query):
            return p_median(self.instance, query, control), "p-median"
        return searched(self.instance, query, control), "search"


def make_siting(data: Data, scenario: Scenario) -> Siting:
    """Return the siting problem of a scenario.

    Raises
    ------
    InputError
        If the scenario does not fit the tables.
    """
    return Siting(make_instance(data.inputs, data.travel, scenario))

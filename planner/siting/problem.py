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
and 0.01 s where the prices of another question are kept (`SetPrices.under`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from planner.control import Control
from planner.criteria import CRITERIA
from planner.criteria.reads import Solution
from planner.errors import InfeasibleScenario
from planner.hardrules.findings import refuse
from planner.hardrules.siting import Asked, check_siting
from planner.message import say
from planner.model.instance import make_instance
from planner.model.solution import measure_sites
from planner.model.solving.optimise import HOLD
from planner.model.solving.scores import Yardstick, sign
from planner.plan import PayoffTable
from planner.siting.enumeration import enumerable, enumerated, set_prices
from planner.siting.median_form import median_fits
from planner.siting.office_sets import SetPrices
from planner.siting.p_median import Medians
from planner.siting.question import (
    Aim,
    Besides,
    Found,
    Query,
    SitingResult,
    Way,
    check_objective,
    query_of,
    shares_of,
    tighter,
)
from planner.siting.search import searched

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.data import Data
    from planner.model.instance import Floats, Instance
    from planner.scenario.spec import Scenario
    from planner.siting.office_sets import Bools


class Siting:
    """A siting problem, to be asked many questions.

    Parameters
    ----------
    whole : Instance
        Of the scenario; of a rollout only the last period is looked at.
    known : SetPrices, optional
        Of another problem; those that hold here too are not worked out again.

    Attributes
    ----------
    instance : Instance
        Of the last period alone.
    prices : SetPrices
        What every set of offices scores, where they are few.
    """

    def __init__(self, whole: Instance, known: SetPrices | None = None) -> None:
        self.whole, self.instance = whole, whole.complete()
        self.prices = SetPrices(self.instance) if known is None else known.under(self.instance)

    def solve(
        self,
        objective: Mapping[str, float],
        *,
        then: Sequence[str] = (),
        control: Control | None = None,
        **besides: Unpack[Besides],
    ) -> SitingResult:
        """Minimise a linear combination of siting criteria.

        Parameters
        ----------
        objective : mapping of str to float
            Criterion -> coefficient >= 0 per unit of it. A criterion of which more is better
            counts negatively, so that less of the whole is always better.
        then : sequence of str
            Criteria optimised afterwards, in order, among the plans that are as good.
        control : Control, optional
            Limits; without it, solved to proven optimality.
        **besides
            What to keep besides the scenario's rules, as in `Besides`.

        Returns
        -------
        SitingResult

        Raises
        ------
        InfeasibleScenario, SolverStopped
            As in `planner.model.solving.optimise.optimise`.
        """
        query = query_of(self.instance, objective, then, **besides)
        found, way = self._answer(query, control or Control())
        return self.finished(found, way, query)

    def priced_sets(
        self, objective: Mapping[str, float], **besides: Unpack[Besides]
    ) -> tuple[Bools, Floats] | None:
        """Return every set of offices that keeps the bounds, and the least objective of each.

        Arguments as in `solve`.

        Returns
        -------
        tuple of numpy.ndarray, or None
            Sets as rows, shape (n, sites), and values, shape (n,); None where the sets are too
            many or units can't choose by themselves: then only `solve` answers.
        """
        query = query_of(self.instance, objective, **besides)
        return set_prices(self.prices, query) if self._listed(query) else None

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

        Returns
        -------
        tuple of list and float, or None
            The sets, and what no other set is below: infinite where there is no other. None
            where the location engine can't answer: then only `solve` does, one set at a time.
        """
        query = query_of(self.instance, objective)
        if not median_fits(self.instance, query):
            return None
        found, bound = Medians(self.instance, query, control).listed(worst, most)
        return [self.finished(one, "p-median", query) for one in found], bound

    @property
    def priced(self) -> bool:
        """Whether what the scenario weighs is answered without a search of the model."""
        names = self.instance.scenario.objective.names
        query = query_of(self.instance, dict.fromkeys(names, 1.0), names)
        return self._listed(query) or median_fits(self.instance, query)

    def payoff(self, control: Control | None = None, **besides: Unpack[Besides]) -> PayoffTable:
        """Return the lexicographic payoff table of the scenario's weighted criteria.

        `besides` may hold what `solve` takes: bounds, require, forbid, excluded_sets.
        """
        spec = self.instance.scenario.objective
        rows = []
        for first in spec.names:
            others = tuple(name for name in spec.names if name != first)
            found = self.solve({first: 1.0}, then=others, control=control, **besides)
            rows.append(tuple(found.criteria[name] for name in spec.names))
        best = tuple(rows[k][k] for k in range(len(rows)))
        worst = tuple(
            (max if CRITERIA[name].better == "min" else min)(row[k] for row in rows)
            for k, name in enumerate(spec.names)
        )
        return PayoffTable(spec.names, tuple(rows), best, worst)

    def best(self, control: Control | None = None, **besides: Unpack[Besides]) -> SitingResult:
        """Optimise what the scenario asks for, as `solve` does for the last period.

        `besides` may hold what `solve` takes: bounds, require, forbid, excluded_sets. Goals of
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
            return self.solve(shares_of(scenario), then=spec.then, control=control, **besides)
        if spec.given:
            return self._with_tolerance(spec.names, spec.then, control, besides)
        first, *rest = spec.names
        return self.solve({first: 1.0}, then=(*rest, *spec.then), control=control, **besides)

    def aim(self, control: Control | None = None) -> Aim:
        """Find the scenario's best siting and what it was best by.

        Raises
        ------
        InputError, InfeasibleScenario, SolverStopped
            As in `best`.
        """
        return Aim(Yardstick(self.instance.scenario), self.best(control))

    def with_offices(
        self, offices: Collection[str], control: Control | None = None
    ) -> SitingResult | None:
        """Return what is best by the scenario's sum with exactly some offices.

        None where a rule forbids them.
        """
        shares = Yardstick(self.instance.scenario).shares
        others = [code for code in self.instance.sites if code not in offices]
        try:
            return self.solve(shares, require=sorted(offices), forbid=others, control=control)
        except InfeasibleScenario:
            return None

    def _with_tolerance(
        self,
        names: tuple[str, ...],
        then: tuple[str, ...],
        control: Control | None,
        besides: Besides,
    ) -> SitingResult:
        """Take criteria in order, each allowed to give up something of its best for the next."""
        tolerance = self.instance.scenario.objective.tolerance
        bounds = dict(besides.get("bounds") or {})
        for number, name in enumerate(names):
            last = then if number == len(names) - 1 else ()
            asked: Besides = {**besides, "bounds": bounds}
            found = self.solve({name: 1.0}, then=last, control=control, **asked)
            size = abs(found.objective)
            most = found.objective + HOLD * max(1.0, size) + tolerance.get(name, 0.0)
            given = sign(name) * most
            known = bounds.get(name, given)
            bounds[name] = tighter(name, given, known)
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
        asked = query or Query({})
        question = Asked(asked.bounds, asked.require, asked.forbid, asked.excluded)
        broken = check_siting(self.whole, offices, served_by, question)
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

    def _listed(self, query: Query) -> bool:
        """Tell whether every set of offices can be priced."""
        return enumerable(self.instance, query) and self.prices.few

    def _answer(self, query: Query, control: Control) -> tuple[Found, Way]:
        if self._listed(query):
            found = enumerated(self.prices, query)
            if found is not None:
                return found, "enumeration"
        if median_fits(self.instance, query):
            return Medians(self.instance, query, control).answer(), "p-median"
        return searched(self.instance, query, control), "search"


def make_siting(data: Data, scenario: Scenario) -> Siting:
    """Return the siting problem of a scenario.

    Raises
    ------
    InputError
        If the scenario does not fit the tables.
    """
    return Siting(make_instance(data.inputs, data.travel, scenario))

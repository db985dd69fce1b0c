"""What a criterion is: a name, a unit, a better way, a measure, an expression, maybe a price.

The protocols of what criteria read are in reads.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pulp import LpAffineExpression, LpProblem, LpVariable

    from planner.criteria.reads import Floats, Ints, Numbers, Sets, Solution, Variables

    Rows = list[LpAffineExpression]
    Measure = Callable[[Numbers, Solution], float]
    Expression = Callable[[LpProblem, Numbers, Variables, Rows], LpAffineExpression]

Better = Literal["min", "max"]
World = Literal["principals", "minutes"]


@dataclass(frozen=True)
class _Least:
    """A sum of what each of many pays for the open office that costs it least.

    Attributes
    ----------
    cost : callable
        What each adds to the criterion, by its office.
    """

    cost: Callable[[Numbers], Floats]

    def tables(self, i: Numbers) -> tuple[Any, ...]:
        """Return everything besides the sets that the prices rest on."""
        return (self.cost(i),)

    def of_sets(self, i: Numbers, sets: Sets) -> Floats:
        """Return the value of every set, the least where who serves whom may be chosen."""
        return sets.least(self.cost(i))


class PerUnit(_Least):
    """A sum over units of what their own office costs, shape (u, j)."""

    def expression(
        self, _p: LpProblem, i: Numbers, v: Variables, _rows: Rows
    ) -> LpAffineExpression:
        """sum_{u,j} cost[u,j] serve[T,u,j]."""
        return assigned(v, self.cost(i))


class PerPlace(_Least):
    """A sum over municipalities, (m, j), by their nearest office, whoever serves them."""


@dataclass(frozen=True)
class PerOffice(_Least):
    """A sum, or a mean, over the open offices of what each costs, shape (j,).

    Attributes
    ----------
    mean : bool
        Whether the sum is divided by the number of offices.
    """

    mean: bool = False

    def of_sets(self, i: Numbers, sets: Sets) -> Floats:
        """Return the value of every set."""
        total: Floats = np.where(sets.sets, self.cost(i), 0.0).sum(axis=1)
        return total / sets.counts if self.mean else total


@dataclass(frozen=True)
class PerSet:
    """Anything else that the set of offices alone decides.

    Attributes
    ----------
    tables : callable
        Everything besides the sets that the prices rest on.
    price : callable
        The value of every set, from the sets and those tables alone.
    """

    tables: Callable[[Numbers], tuple[Any, ...]]
    price: Callable[..., Floats]

    def of_sets(self, i: Numbers, sets: Sets) -> Floats:
        """Return the value of every set."""
        return self.price(sets, *self.tables(i))


Price = PerUnit | PerPlace | PerOffice | PerSet


@dataclass(frozen=True)
class Share:
    """A limit X that holds where at most a share of the principals is past X.

    Attributes
    ----------
    past : callable
        Principals of a unit past X by its office, over all principals, shape (u, j).
    """

    most: float
    past: Callable[[Numbers, float], Floats]


@dataclass(frozen=True)
class Criterion:
    """One criterion, whole.

    Attributes
    ----------
    unit : str
        A key of `planner.criteria.units.UNITS`, and the unit of a limit that is a bare number.
    definition : str
        What it measures, in words.
    symbols : str
        Its expression in the model, in the symbols of docs/model.md.
    measure : callable
        Its value in a finished plan, read from offices and assignments alone. A criterion of
        siting is one of the last period.
    expression : callable, optional
        Its expression in the decisions of a model, exact at an optimum of the better way; rows
        that define its variables are added to the list. Without one no objective may name it.
    price : Price, optional
        Its value for many sets of offices at once, where each unit may choose by itself.
    share : Share, optional
        A limit on it as a share of the principals, where it has no expression.
    horizon : bool
        Whether it is of the whole rollout, and so needs dialogues, staffing and money.
    by_number : bool
        Whether it changes with the number of offices alone, so that no plan is better by it than
        one with another number.
    moved_by : tuple of str
        What of the world moves a criterion of siting while offices and regions stay: how many
        principals live where, how fast one travels.
    asked : bool
        Whether a scenario may name it; if not, it is only measured.
    """

    name: str
    unit: str
    better: Better
    definition: str
    symbols: str
    measure: Measure
    expression: Expression | None = None
    price: Price | None = None
    share: Share | None = None
    horizon: bool = False
    by_number: bool = False
    moved_by: tuple[World, ...] = ()
    asked: bool = True

    @property
    def sites_alone(self) -> bool:
        """Whether the set of offices decides it, whoever is served by which."""
        return isinstance(self.price, PerPlace | PerOffice | PerSet)


def planned[Part](part: Part | None) -> Part:
    """Return a part that every scenario, model or plan with dialogues has.

    Raises
    ------
    ValueError
        If it has none: a defect of the program, for a scenario has all such sections or none.
    """
    if part is None:
        raise ValueError("no dialogues are planned")
    return part


def travelled(i: Numbers, table: Floats, served_by: Ints) -> tuple[Floats, Ints]:
    """Return what each row of `members` has to its office in a table (m, j), and its principals."""
    unit, municipality, count = i.members.T
    return table[municipality, served_by[unit]], count


def loads(i: Numbers, served_by: Ints) -> Floats:
    """Return the principals in the region of each site, shape (j,)."""
    return np.bincount(served_by, weights=i.weight, minlength=len(i.own))


def assigned(v: Variables, share: Floats) -> LpAffineExpression:
    """sum_{u,j} share[u,j] serve[T,u,j], leaving out what is zero."""
    return pulp.lpSum_vars_coefs(
        (v.serve[-1][u][j], float(share[u, j])) for u, j in np.argwhere(share)
    )


def office_counts(
    p: LpProblem, rows: Rows, name: str, offices: Sequence[LpVariable], numbers: range
) -> list[tuple[int, LpAffineExpression]]:
    """Pairs (n, 1 - is_n): is_n = 1 when n of these offices are open; n = 0 counts nothing.

    Parameters
    ----------
    numbers : range
        How many may be open; what is below 0 or more than there are is left out.
    """
    possible = range(max(0, numbers.start), min(numbers.stop, len(offices) + 1))
    chosen = {n: p.add_variable(f"{name}_is_{n}", 0, 1, "Binary") for n in possible}
    rows.append(pulp.lpSum(chosen.values()) == 1)
    rows.append(pulp.lpSum(offices) == pulp.lpSum(n * x for n, x in chosen.items()))
    return [(n, 1 - x) for n, x in chosen.items() if n]

"""The frozen result of a run: offices, regions, phases, staff, criteria, what was proved."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - reading a plan looks at the annotations
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import WrapValidator

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.scenario.spec import Scenario

Reason = Literal[
    "optimal",
    "gap_limit",
    "time_limit",
    "node_limit",
    "memory_limit",
    "interrupted",
    "stalled",
    "infeasible",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""From the best proved to the least; "stalled": the solver gave up by itself."""
PROVEN = 1e-6
"""Relative gap below which a solve counts as optimal rather than within a gap."""


def _as_given(value: Any, number: Callable[[Any], float]) -> float:
    found = number(value)
    return value if type(value) is int else found


Figure = Annotated[float, WrapValidator(_as_given)]
"""A number that is read back as it was: a whole one, such as a count, stays whole."""

Given = Literal["towns", "dates"]
Role = Literal["required", "candidate", "existing"]


@dataclass(frozen=True)
class Scope:
    """Among which plans something was proved, besides those that keep every hard rule.

    Attributes
    ----------
    kept : tuple of str
        The earlier goals whose values these plans keep, within their tolerances.
    ends : int or None
        Where a number: only so many of the best ends (offices and regions of the last period)
        were tried.
    towns : int or None
        How many towns the question lets plans choose among.
    given : tuple of "towns" or "dates"
        What the question leaves no choice of: every town has an office; every date is set.
    """

    kept: tuple[str, ...] = ()
    ends: int | None = None
    towns: int | None = None
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Termination:
    """Why the solve ended and what was proved.

    `objective` and `bound` are in the unit of the last objective solved (`objective_name`);
    `gap` is ``|objective - bound| / max(|objective|, 1e-9)``. "optimal" and "gap_limit" are
    proved, the latter within the scenario's gap; every other reason is a limit that came first.
    The bound holds for every plan of `scope`.
    """

    reason: Reason
    objective: Figure
    bound: Figure
    gap: Figure
    objective_name: str
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True)
class Line:
    """One line of a weighted sum.

    Attributes
    ----------
    criterion : str
        Or "limits.NAME" for a soft limit that is weighed.
    rate : float
        Rate of exchange, or penalty of the soft limit; of shares by the percentage point.
    unit : str
        Of the rate, such as "km per percentage point".
    value : float
        What the plan has of the criterion, or how far it is off the limit; shares from 0 to 1.
    contribution : float
        To the sum, in the unit of the leading criterion; below 0 where more is better.
    """

    criterion: str
    rate: Figure
    unit: str
    value: Figure
    contribution: Figure


@dataclass(frozen=True)
class Office:
    """An opened site. Counties are those it serves in the last period it is open."""

    code: str
    town: str
    role: Role
    opens: str
    closes: str | None
    principals: int
    counties: tuple[str, ...]
    advisors: Mapping[str, int]
    university_minutes: Figure
    spsm: bool


@dataclass(frozen=True)
class Assignment:
    """A unit served by an office in a period; km and minutes are means over its principals."""

    unit: str
    id: str
    period: str
    office: str
    km: Figure
    minutes: Figure
    principals: int


@dataclass(frozen=True)
class PeriodResult:
    """What happens in one period.

    `open` lists the codes of the open offices, `max_km` is the way to the principal farthest from
    theirs, `share_beyond` the share who have farther than the scenario's threshold.
    """

    period: str
    dialogues: int
    unmet: int
    cost_msek: Figure
    advisors: int
    open: tuple[str, ...]
    max_km: Figure
    share_beyond: Figure


@dataclass(frozen=True)
class DialogueBatch:
    """Dialogues that an office holds with one unit's principals in one period."""

    unit: str
    id: str
    period: str
    office: str
    dialogues: int


@dataclass(frozen=True)
class Slack:
    """A soft rule that the plan breaks or keeps: its limit, the value, how far it is off."""

    criterion: str
    sense: Literal["most", "least"]
    limit: Figure
    value: Figure
    slack: Figure
    penalty: Figure = 0.0


@dataclass(frozen=True)
class PayoffTable:
    """Rows: criterion optimised alone. Columns: the value each criterion then takes.

    Information for readers: nothing is scaled by it.
    """

    criteria: tuple[str, ...]
    values: tuple[tuple[Figure, ...], ...]
    best: tuple[Figure, ...]
    worst: tuple[Figure, ...]


@dataclass(frozen=True)
class Range:
    """What a figure is at least and at most in every plan that is as good: an outer range."""

    criterion: str
    least: Figure
    most: Figure


@dataclass(frozen=True)
class Opening:
    """In which periods an office may open in plans that are as good, or whether it may not."""

    code: str
    periods: tuple[str, ...]
    may_stay_shut: bool


@dataclass(frozen=True)
class Ranges:
    """How far plans that are as good as this one may differ from it.

    Attributes
    ----------
    margin : float
        What counts as good: within this relative gap of the best on every goal of the rollout,
        as the scenario asks; no worse on the goals that were proved best.
    figures : tuple of Range
        Of figures that were no goals.
    openings : tuple of Opening
        Of each office of the plan that was not there from the start.
    """

    margin: Figure
    figures: tuple[Range, ...]
    openings: tuple[Opening, ...]


@dataclass(frozen=True)
class Assumption:
    """A number with no source, or a chosen setting, and the range it may lie in."""

    key: str
    value: Figure
    unit: str
    low: Figure
    high: Figure
    source: str


def assumptions_of(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return every number with a range in a scenario, in order of its key."""
    return tuple(
        Assumption(key, q.value, q.unit, q.low, q.high, q.source)
        for key, q in sorted(scenario.quantities().items())
    )


@dataclass(frozen=True)
class Plan:
    """One finished plan. Everything in it is reproducible from the inputs and the scenario."""

    scenario: str
    termination: Termination
    offices: tuple[Office, ...]
    assignments: tuple[Assignment, ...]
    periods: tuple[PeriodResult, ...]
    criteria: Mapping[str, Figure]
    assumptions: tuple[Assumption, ...]
    unmet: Mapping[str, int] = field(default_factory=dict)
    """County code -> principals who get no dialogue within the horizon."""
    dialogues: tuple[DialogueBatch, ...] = ()
    slacks: tuple[Slack, ...] = ()
    payoff: PayoffTable | None = None
    stages: tuple[Termination, ...] = ()
    """What was proved of each goal, most important first; `termination` is the weakest."""
    objective: tuple[Line, ...] = ()
    """The weighted sum, line by line; empty where nothing is weighed."""
    ranges: Ranges | None = None
    """What plans as good leave open; None where there is no rollout, or it was not worked out."""
    base: str = ""
    """Name of the scenario that the plan's was made from; empty if from none."""
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """What was changed of it: dotted key -> value there and value now, None where there is none."""

    def of(self, scenario: Scenario) -> Plan:
        """Return this plan as the answer to a scenario that asks the same, made as that was."""
        base = scenario.base.name if scenario.base is not None else ""
        return replace(self, base=base, changed=scenario.changed)

    def opened(self, period: str) -> list[str]:
        """Return the towns of the offices that open in a period."""
        return [o.town for o in self.offices if o.opens == period and o.role != "existing"]

    def closed(self, period: str) -> list[str]:
        """Return the towns of the offices that close in a period."""
        return [office.town for office in self.offices if office.closes == period]

    def threshold(self, name: str) -> float | None:
        """Return one of the thresholds that the criteria were counted against, if it is told."""
        key = f"thresholds.{name}"
        return next((given.value for given in self.assumptions if given.key == key), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain lists and dicts, the content of plan.json."""
        return asdict(self)

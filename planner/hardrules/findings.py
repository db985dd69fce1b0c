"""How a broken rule is told: one line a rule, and what a solver's arithmetic may be off."""

from collections.abc import Iterable, Iterator, Sequence

from planner.errors import PlannerError
from planner.message import join, say

MILLIONTH = 1e-6
"""Share of its size (of one, if that is more) that a rule may be off, as in `planner verify`."""

SHOWN = 4
"""So many findings of a rule are told; the others are counted."""


def over(value: float, limit: float) -> bool:
    """Tell whether a value is over a limit; one that is not a number is over any."""
    return not value <= limit + MILLIONTH * max(1.0, abs(limit))


def under(value: float, limit: float) -> bool:
    """Tell whether a value is under a limit; one that is not a number is under any."""
    return over(-value, -limit)


def line(rule: str, findings: Iterable[str]) -> Iterator[str]:
    """Yield one line on a rule if anything was found."""
    found = list(findings)
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"{rule}: {'; '.join(found[:SHOWN])}{more}"


def refuse(what: str, broken: Sequence[str]) -> None:
    """Raise what a plan or a siting breaks, if it breaks anything.

    Raises
    ------
    PlannerError
        With every broken rule: a defect of the program, not of what the user gave.
    """
    if broken:
        head = (
            say("{} that was found breaks a hard rule, a defect of the program", what)
            if len(broken) == 1
            else say(
                "{} that was found breaks {} hard rules, a defect of the program",
                what,
                len(broken),
            )
        )
        raise PlannerError(join([head, *(f"  {each}" for each in broken)], "\n"))

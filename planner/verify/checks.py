"""What a verification found: one check a rule or figure, and what no check can prove."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Self

from planner.message import Message, join, say, tell

DIGITS = Fraction(51, 10**10)
"""Relative error of a number printed to nine significant digits, with a little for floats."""

MILLIONTH = Fraction(1, 10**6)
"""Km, minutes and MSEK are kept to the sixth decimal; hard rules hold within the same share."""

SHOWN = 4
"""So many findings of a check are told; the others are counted."""


@dataclass(frozen=True)
class Check:
    """One rule or figure: whether it holds, what was found, and whether there was any to break.

    `claim` is what the run says beyond that, which nothing here confirms or contradicts.
    """

    name: str
    ok: bool
    detail: str
    applies: bool = True
    claim: str = ""


@dataclass(frozen=True)
class Verification:
    """Everything that was checked of a run.

    Attributes
    ----------
    run : str
        The folder.
    checks : tuple of Check
        In a fixed order.
    not_proved : tuple of str
        What the checks say nothing about, a sentence each.
    """

    run: str
    checks: tuple[Check, ...]
    not_proved: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.ok)

    @property
    def claims(self) -> tuple[str, ...]:
        """What the run says that no check confirms, a claim each."""
        return tuple(check.claim for check in self.checks if check.ok and check.claim)

    @property
    def verdict(self) -> Message:
        """How many checks hold or fail, and how many claims were not checked."""
        failed, count, claims = len(self.failed), len(self.checks), len(self.claims)
        holds = say("all {} checks hold", count)
        told = say("{} of {} checks fail", failed, count) if failed else holds
        if claims == 1:
            return told + say("; 1 claim not checked by verify's own bound")
        return (
            told + say("; {} claims not checked by verify's own bound", claims) if claims else told
        )

    def along(self, later: Self) -> Self:
        """Return this with what was checked later of the same run, and not before."""
        known = {check.name for check in self.checks}
        more = tuple(check for check in later.checks if check.name not in known)
        return replace(self, checks=(*self.checks, *more))

    def text(self) -> Message:
        """Return one line a check, those that fail first, then what is claimed or not proved."""
        lines = [say("FAIL {}: {}", c.name, c.detail) for c in self.failed]
        lines += [say("ok   {}: {}", c.name, c.detail) for c in self.checks if c.ok]
        lines += [say("claimed, not checked: {}", claim) for claim in self.claims]
        lines += [say("not proved: {}", sentence) for sentence in self.not_proved]
        return join([*lines, say("{}: {}", self.verdict, self.run)], "\n")

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the verification as plain lists and dicts, told in a language."""
        return {
            "run": self.run,
            "ok": self.ok,
            "checks": [
                {name: tell(value, language) for name, value in vars(check).items()}
                for check in self.checks
            ],
            "claims": [tell(claim, language) for claim in self.claims],
            "not_proved": [tell(sentence, language) for sentence in self.not_proved],
        }


def check(
    name: str, findings: Iterable[str], holds: str, *, applies: bool = True, claim: str = ""
) -> Check:
    """Return a check that holds when nothing was found; `holds` is then its detail.

    `applies` is false where the scenario has no such rule: the check holds, and says nothing.
    """
    found = list(findings)
    if not found:
        return Check(name, ok=True, detail=holds, applies=applies, claim=claim)
    told = join(found[:SHOWN])
    if len(found) > SHOWN:
        told += say("; and {} more", len(found) - SHOWN)
    return Check(name, ok=False, detail=told)


def differs(what: str, found: object, expected: object) -> Iterable[Message]:
    """Yield what is wrong where two values that should be the same are not."""
    if found != expected:
        yield say("{}: expected {}, found {}", what, shown(expected), shown(found))


def misses(
    what: str, found: Fraction | None, exact: Fraction | None, within: Fraction = Fraction(0)
) -> Iterable[Message]:
    """Yield what is wrong where a printed number is not the exact one rounded."""
    if not agrees(found, exact, within):
        yield say("{}: expected {}, found {}", what, shown(exact), shown(found))


def agrees(
    printed: Fraction | None, exact: Fraction | None, within: Fraction = Fraction(0)
) -> bool:
    """Tell whether a printed number is the exact one to nine significant digits.

    `within` is what it may differ besides, where it was rounded before it was printed.
    None stands for a number that does not exist (no campus to travel to).
    """
    if printed is None or exact is None:
        return printed is exact
    return abs(printed - exact) <= DIGITS * abs(exact) + within


def exceeds(value: Fraction, limit: Fraction) -> bool:
    """Tell whether a value is over a limit by more than a solver's arithmetic can account for."""
    return value > limit + MILLIONTH * max(Fraction(1), abs(limit))


def shown(value: object) -> str:
    """Return a value as a reader knows it: numbers in decimals, lists with commas."""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.9g}"
    if value is None or value in ("", ()):
        return say("nothing")
    if isinstance(value, tuple | list | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return ", ".join(shown(item) for item in items)
    return str(value)

"""What a page, a terminal or plan.json claims to be proved, read back and held against a plan.

Nothing here knows how the sentences are made. A claim is what the words say to a reader: that among
plans with certain traits none is better than a number. A plan that has every trait that is named,
and is better, refutes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Tree = Mapping[str, Any]

NEAR = 1e-6
"""Of a value: what the arithmetic of a solver makes of plans that are as good."""

GOALS = {
    "en": {
        "the weighted goal": "weighted",
        "the measure “Mean distance”": "mean_km",
        "the measure “Waiting”": "waiting",
    },
    "sv": {
        "det sammanvägda målet": "weighted",
        "måttet ”Medelavstånd”": "mean_km",
        "måttet ”Väntan”": "waiting",
    },
}
_NUMBER = r"[\d.,  ]*\d(?: [a-zåäö-]+)?"
_GOAL = {language: "|".join(map(re.escape, names)) for language, names in GOALS.items()}
_MANY = {
    language: rf"(?:{_GOAL[language]})(?:(?:, | {word} )(?:{_GOAL[language]}))*"
    for language, word in (("en", "and"), ("sv", "och"))
}
CLAUSES = {
    "en": {
        "rules": r"keep the rules",
        "chosen": r"choose among (?P<n>\d+) possible towns",
        "given": r"have just these towns(?P<dates> and opening dates)?",
        "as_good": rf"are (?:at least )?as good on (?P<goals>{_MANY['en']})",
        "within": rf"are at most (?P<off>{_NUMBER}) worse on (?P<goals>{_MANY['en']}) "
        rf"than (?P<value>{_NUMBER})",
        "soft": r"keep every soft rule",
    },
    "sv": {
        "rules": r"följer reglerna",
        "chosen": r"väljer bland (?P<n>\d+) möjliga orter",
        "given": r"har just de här orterna(?P<dates> och öppningsdatumen)?",
        "as_good": rf"är (?:minst )?lika bra på (?P<goals>{_MANY['sv']})",
        "within": rf"är högst (?P<off>{_NUMBER}) sämre på (?P<goals>{_MANY['sv']}) "
        rf"än (?P<value>{_NUMBER})",
        "soft": r"håller alla mjuka krav",
    },
}
_AMONG = {"en": r"[Aa]mong plans that ", "sv": r"[Bb]land planer som "}
_SCOPE = {language: rf"{word}(?P<scope>(?:(?!{word}).)*?)" for language, word in _AMONG.items()}
_PROVED = {
    "en": r"Proved(?: within [\d.]+%)?",
    "sv": r"Bevisat(?: inom [\d,]+ %)?",
}
_THAN = {
    "en": f"(?: than {_NUMBER}, the best that was found)?",
    "sv": f"(?: än {_NUMBER}, det bästa som hittades)?",
}
_OWN = {
    "en": f"(?: [(]the plan has {_NUMBER}[)], best that was found)?",
    "sv": f"(?: [(]planen har {_NUMBER}[)], bäst som hittades)?",
}
SENTENCES = {
    "en": (
        (
            f"(?:The value|The best value that was found) of (?P<goal>{_GOAL['en']}) is "
            f"(?P<value>{_NUMBER})[.] {_SCOPE['en']}, none "
            f"(?:is better|gets below (?P<bound>{_NUMBER})); that is proved"
        ),
        (
            f"{_SCOPE['en']}, none is better(?: by more than (?P<apart>{_NUMBER}) [(][^)]*[)])? on "
            f"(?P<goal>{_GOAL['en']})(?: [(][^)]*[)])?{_THAN['en']}; that is proved"
        ),
        (
            f"(?P<goal>(?i:{_GOAL['en']})){_OWN['en']}: (?P<value>{_NUMBER})[^:]*?[.] "
            f"{_PROVED['en']}: {_SCOPE['en']}, none is better"
            f"(?: by more than (?P<apart>{_NUMBER}))?[.]"
        ),
    ),
    "sv": (
        (
            f"(?:Värdet på|Det bästa värde som hittades för) (?P<goal>{_GOAL['sv']}) är "
            f"(?P<value>{_NUMBER})[.] {_SCOPE['sv']} "
            f"(?:är ingen bättre|når ingen under (?P<bound>{_NUMBER})); det är bevisat"
        ),
        (
            f"{_SCOPE['sv']} är ingen (?:mer än (?P<apart>{_NUMBER}) [(][^)]*[)] )?bättre på "
            f"(?P<goal>{_GOAL['sv']})(?: [(][^)]*[)])?{_THAN['sv']}; det är bevisat"
        ),
        (
            f"(?P<goal>(?i:{_GOAL['sv']})){_OWN['sv']}: (?P<value>{_NUMBER})[^:]*?[.] "
            f"{_PROVED['sv']}: {_SCOPE['sv']} är ingen (?:mer än (?P<apart>{_NUMBER}) )?bättre[.]"
        ),
    ),
}
"""How a proof is told: in full with value and bound, in the answer, in a line of the terminal."""

PROOFS = {
    "en": re.compile(r"\b(?:that|so much) is proved\b|\bProved(?: within \d|:)"),
    "sv": re.compile(r"\b(?:det|så mycket) är bevisat\b|\bBevisat(?: inom \d|:)"),
}
"""What no sentence says without telling a proof."""


@dataclass(frozen=True)
class Subject:
    """A plan as its plan.json and scenario.toml have it; of sites alone it says no more.

    Attributes
    ----------
    plan : mapping
    scenario : mapping
    allowed : frozenset of str
        Towns that may have an office, by the tables.
    """

    plan: Tree
    scenario: Tree
    allowed: frozenset[str]

    @property
    def works(self) -> bool:
        """Whether it plans more than its sites."""
        return "dialogues" in self.scenario

    @property
    def towns(self) -> dict[str, str]:
        """Town of each office -> when it opens."""
        return {office["code"]: office["opens"] for office in self.plan["offices"]}

    def has(self, name: str, rates: Tree) -> float | None:
        """Return what the plan has of a goal; None where it speaks of sites alone.

        A sum is that of some rates of exchange: of kilometres, and shares in percentage points.
        """
        if name == "weighted":
            scale = {"share_beyond": 100.0}
            worth = {key: rate["value"] * scale.get(key, 1.0) for key, rate in rates.items()}
            return sum(each * self.plan["criteria"][key] for key, each in worth.items())
        value = self.plan["criteria"].get(name)
        return None if value is None else float(value)

    def reached(self, goal: str) -> float:
        """Return the value that plan.json gives a goal where it was decided."""
        (stage,) = (stage for stage in self.plan["stages"] if stage["criterion"] == goal)
        return float(stage["objective"])

    @property
    def rates(self) -> Tree:
        """The rates of exchange of its question, none where nothing is summed."""
        rates: Tree = self.scenario["objective"].get("rates", {})
        return rates

    def soft_kept(self, targets: Sequence[Tree]) -> bool | None:
        """Tell whether dialogues are held in time; None where none are planned."""
        if not self.works:
            return None
        order = [period["period"] for period in self.plan["periods"]]
        held = [period["dialogues"] for period in self.plan["periods"]]
        return all(
            sum(held[: order.index(target["by"]) + 1]) >= target["least"]["value"]
            for target in targets
        )


@dataclass(frozen=True)
class Clause:
    """A trait that plans are said to have: what it is, and what it is said with."""

    kind: str
    goals: tuple[str, ...] = ()
    number: float = 0.0


@dataclass(frozen=True)
class Claim:
    """That among plans with some traits none is better on a goal than a bound.

    `decimals` are those that the bound is rounded to, None where it is the number itself; where the
    bound is the plan's own value, rounded to the nearest, a plan is better that rounds to less.
    """

    goal: str
    bound: float
    clauses: tuple[Clause, ...]
    decimals: int | None
    said: str

    def beyond(self, other: Subject, own: Subject) -> bool:
        """Tell whether a plan is better than the bound; of sites alone it may not be known."""
        value = other.has(self.goal, own.rates)
        if value is None:
            return False
        if self.decimals is not None:
            value = round(value, self.decimals)
        return value < self.bound - NEAR * max(1.0, abs(self.bound))

    def without(self, other: Subject, own: Subject) -> list[str]:
        """Name the traits that a plan lacks."""
        return [c.kind for c in self.clauses if _lacks(c, other, own)]

    def refuted(self, other: Subject, own: Subject) -> bool:
        """Tell whether a plan has every trait that is named, and is better."""
        return self.beyond(other, own) and not self.without(other, own)


def _lacks(clause: Clause, other: Subject, own: Subject) -> bool:
    """Tell whether a plan lacks a trait; where it can't be told of sites alone, it does."""
    if clause.kind == "chosen":
        return len(own.allowed) != clause.number or not other.towns.keys() <= own.allowed
    if clause.kind == "towns":
        return other.towns.keys() != own.towns.keys()
    if clause.kind == "dates":
        return other.towns != own.towns
    if clause.kind == "soft":
        return not other.soft_kept(own.scenario["dialogues"].get("targets", ()))
    for goal in clause.goals:
        value = other.has(goal, own.rates)
        most = own.reached(goal) if clause.kind == "as_good" else clause.number
        if value is None or value > most + NEAR * max(1.0, abs(most)):
            return True
    return False


def read_claims(text: str, own: Subject, language: str) -> list[Claim]:
    """Read every proof that a text tells, spaces that do not break made plain ones."""
    found = []
    for pattern in SENTENCES[language]:
        for match in re.finditer(pattern, text):
            told = match.groupdict()
            goal = _goals(told["goal"], language)[0]
            clauses = tuple(_clauses(told["scope"], language))
            decimals = None
            if told.get("bound"):
                bound = _number(told["bound"], language)
            elif told.get("apart"):
                bound = own.reached(goal) - _number(told["apart"], language)
            else:
                decimals = 0 if goal == "waiting" else 1
                bound = round(own.reached(goal), decimals)
            if told.get("value"):
                assert abs(_number(told["value"], language) - own.reached(goal)) <= 0.5, match[0]
            found.append(Claim(goal, bound, clauses, decimals, match[0]))
    return found


def told_claims(own: Subject) -> list[Claim]:
    """Read what plan.json claims for a machine: each stage with its bound and its scope."""
    tolerance, found = own.scenario["objective"].get("tolerance", {}), []
    for stage in own.plan["stages"]:
        scope = stage["scope"]
        clauses = [Clause("rules")]
        clauses += [Clause(name) for name in scope["given"][-1:]]
        clauses += [] if scope["given"] else [Clause("chosen", number=scope["towns"])]
        for name in scope["kept"]:
            if name == "soft rules":
                clauses.append(Clause("soft"))
            elif given := tolerance.get(name, 0.0):
                clauses.append(Clause("within", (name,), own.reached(name) + given))
            else:
                clauses.append(Clause("as_good", (name,)))
        if stage["criterion"] != "soft rules":
            told = f"{stage['criterion']} {scope}"
            found.append(Claim(stage["criterion"], stage["bound"], tuple(clauses), None, told))
    return found


def _clauses(text: str, language: str) -> Iterator[Clause]:
    """Yield the traits of a scope; whatever else stands in it is an error."""
    left = text
    while left:
        for kind, pattern in CLAUSES[language].items():
            match = re.match(rf"{pattern}(?:, | and | och |$)", left)
            if match:
                left = left[match.end() :]
                yield from _clause(kind, match.groupdict(), language)
                break
        else:
            raise AssertionError(f"no scope that is known: {left!r} in {text!r}")


def _clause(kind: str, told: Tree, language: str) -> Iterator[Clause]:
    if kind == "given":
        yield Clause("dates" if told["dates"] else "towns")
    elif kind == "chosen":
        yield Clause(kind, number=float(told["n"]))
    elif kind == "within":
        most = _number(told["value"], language) + _number(told["off"], language)
        yield Clause(kind, _goals(told["goals"], language), most)
    else:
        yield Clause(kind, _goals(told.get("goals", ""), language))


def _goals(text: str, language: str) -> tuple[str, ...]:
    names = {name.lower(): key for name, key in GOALS[language].items()}
    return tuple(names[found[0].lower()] for found in re.finditer(rf"(?i){_GOAL[language]}", text))


def _number(text: str, language: str) -> float:
    """Return a number as it is written in a language, without its unit."""
    plain = "".join(re.findall(r"[\d.,]+", text))
    if language == "sv":
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))

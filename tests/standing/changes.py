"""Changes to a case that may not change its answer, or only in a way that is known.

A rule that the best plan keeps anyway takes away plans that were not chosen, and nothing else. So
the plan stays as it was: its towns and regions, and its dates and staff where all was proved.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from standing.facts import MORE, ROLLOUT
from standing.goals import coefficients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standing.cases import Case

    Plan = dict[str, Any]

ABOVE = 1e-6
"""What is added to a value for a limit that it keeps: beyond what arithmetic makes of it."""


@dataclass(frozen=True)
class Change:
    """A case that another was made into.

    Attributes
    ----------
    name : str
    case : Case
    codes : dict of str to str
        What codes of municipalities, counties and principals are called now, where they changed.
    scale : float
        What the first goal is multiplied by.
    ties : bool
        Whether plans that tie may change places: their keys are digests of codes.
    """

    name: str
    case: Case
    codes: dict[str, str] | None = None
    scale: float = 1.0
    ties: bool = False


def changes(case: Case, plan: Plan) -> Iterator[Change]:
    """Yield changes of every kind that a case and its plan allow, one of each."""
    random = Random(case.seed)  # noqa: S311 - no secret
    f = case.facts
    ever = {office["code"] for office in plan["offices"]}
    last = set(plan["periods"][-1]["open"])
    unused = sorted(set(f.sites) - ever)
    if unused:
        yield _with(case, "excluded", random.choice(unused))
    asked = sorted(last - f.listed("required") - f.listed("existing"))
    if asked:
        yield _with(case, "required", random.choice(asked))
    yield from _limited(case, plan, random)
    yield Change("rows in another order", _reordered(case, random))
    yield _renamed(case)
    yield from _led_by_another(case, random)


def _with(case: Case, key: str, town: str) -> Change:
    tree = deepcopy(case.tree)
    tree["sites"][key] = [*tree["sites"].get(key, ()), town]
    return Change(f"{key} {town}", replace(case, tree=tree))


def _limited(case: Case, plan: Plan, random: Random) -> Iterator[Change]:
    """Limit a criterion to what it is."""
    given = case.tree["limits"]
    free = [name for name in plan["criteria"] if name not in {*given, "contiguous"}]
    for name in random.sample(free, min(2, len(free))):
        tree, value = deepcopy(case.tree), plan["criteria"][name]
        side = {"least": value - ABOVE} if name in MORE else {"most": value + ABOVE}
        tree["limits"][name] = side
        yield Change(f"limit {name} {side}", replace(case, tree=tree))


def _reordered(case: Case, random: Random) -> Case:
    tables = {name: random.sample(rows, len(rows)) for name, rows in case.tables.items()}
    return replace(case, tables=tables)


def _renamed(case: Case) -> Change:
    """Give other codes in the same order: which of equal remainders is met hangs on it."""
    names = {row["code"]: f"5{row['code'][1:]}" for row in case.tables["municipalities"]}
    names |= {row["code"]: f"5{row['code'][1:]}" for row in case.tables["counties"]}
    units = {f"21200{code}": f"21200{new}" for code, new in names.items()}
    for row in case.tables["demand"]:
        code = row["municipality_code"]
        for k in range(1, row["sole_traders_estimate"] + 1):
            units[f"{code}-sole-{k}"] = f"{names[code]}-sole-{k}"
    told = ("code", "county_code", "code_a", "code_b", "municipality_code", "orgnr")

    def new(value: Any) -> Any:
        if isinstance(value, dict):
            return {names.get(key, key): new(item) for key, item in value.items()}
        if isinstance(value, list):
            return [new(item) for item in value]
        return (names | units).get(value, value) if isinstance(value, str) else value

    tables = {
        table: [{k: new(v) if k in told else v for k, v in row.items()} for row in rows]
        for table, rows in case.tables.items()
    }
    keys = ("sites", "rollout", "staffing")
    tree = {key: new(value) if key in keys else value for key, value in case.tree.items()}
    return Change("renamed", replace(case, tables=tables, tree=tree), names | units, ties=True)


def _led_by_another(case: Case, random: Random) -> Iterator[Change]:
    """Tell a sum in the unit of another criterion, all its rates of exchange the same."""
    objective = case.tree["objective"]
    names = [*coefficients(case.facts)] if objective["method"] == "weighted" else []
    rates = {name: objective["rates"].get(name, 1) for name in names}
    led = objective.get("leading", next(iter(objective.get("rates", {})), None))
    others = [name for name in names if name != led]
    if not others:
        return
    leading = random.choice(others)
    scale = 1 / rates[leading]
    tree = deepcopy(case.tree)
    new = {name: rate * scale for name, rate in rates.items() if name != leading}
    tree["objective"] |= {"leading": leading, "rates": new}
    for name, limit in tree["limits"].items():
        if not limit.get("hard", True) and name not in ROLLOUT:
            limit["penalty"] *= scale
    yield Change(f"led by {leading}", replace(case, tree=tree), scale=scale)


def differences(before: Plan, after: Plan, change: Change) -> list[str]:
    """Return in words what a change made different that it may not."""
    found = []
    for k, (was, now) in enumerate(zip(before["stages"], after["stages"], strict=True)):
        scale = change.scale if k == 0 else 1.0
        for key in ("objective", "reason"):
            told, right = now[key], was[key] if key == "reason" else was[key] * scale
            same = (
                told == right if key == "reason" else abs(told - right) <= 2e-6 * max(1, abs(right))
            )
            if not same:
                found.append(f"{was['objective_name']} {key} {told}, was {right}")
    if change.ties:
        return found
    whole = all(stage["reason"] == "optimal" for stage in before["stages"])
    last = before["periods"][-1]["period"]
    for name, part in PARTS.items():
        was, now = (
            part(before, last if not whole else None),
            part(after, last if not whole else None),
        )
        if was != now:
            found.append(f"{name} {now}, was {was}")
    return found


def _offices(plan: Plan, last: str | None) -> Any:
    """Return the offices with their dates and staff, or only those of the last period."""
    if last is not None:
        return plan["periods"][-1]["open"]
    return [(o["code"], o["opens"], o["closes"], o["advisors"]) for o in plan["offices"]]


def _regions(plan: Plan, last: str | None) -> Any:
    return [
        (row["period"], row["id"], row["office"])
        for row in plan["assignments"]
        if last in {None, row["period"]}
    ]


PARTS = {"offices": _offices, "regions": _regions}

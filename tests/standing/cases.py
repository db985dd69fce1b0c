"""Random small countries and random questions to them, one for each number.

Every setting of a scenario is drawn, in combination: what is rare in practice is common here.
Limits are drawn round what some answer has, so that about two in three cases have a plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from standing.countries import listed, make_tables
from standing.facts import MORE, ROLLOUT, Facts
from standing.measured import Answer, figures

Tables = dict[str, list[dict[str, Any]]]
Tree = dict[str, Any]

SITING = (
    "mean_km", "mean_minutes", "max_km", "share_beyond", "spread", "min_separation_km",
    "university_minutes", "university_beyond", "spsm_share", "county_splits", "balance",
    "largest_region",
)  # fmt: skip
"""Criteria that may be optimised, of offices and regions alone."""
RATES = (0, 0.25, 0.5, 1, 2, 3.5)


@dataclass(frozen=True)
class Case:
    """A country and a question to it.

    Attributes
    ----------
    seed : int
    tables : dict of str to list of dict
        Rows of each table, as `country.make_country` takes them.
    tree : dict
        The scenario as its file has it.
    """

    seed: int
    tables: Tables
    tree: Tree

    @property
    def facts(self) -> Facts:
        return Facts(self.tables, self.tree)

    def __str__(self) -> str:
        told = ("roads", "demand", "adjacency", "sister_sites", "campuses", "announced")
        rows = {name: [[*row.values()] for row in self.tables[name]] for name in told}
        rows["counties"] = [[m["code"], m["county_code"]] for m in self.tables["municipalities"]]
        lines = [f"  {name}: {json.dumps(found)}" for name, found in rows.items()]
        lines += [f"  {key}: {json.dumps(value)}" for key, value in self.tree.items()]
        return "\n".join([f"case {self.seed}", *lines])


def make_case(seed: int) -> Case:
    """Return the case of a number: the same on every machine."""
    random = Random(seed)  # noqa: S311 - no secret
    rollout = random.random() < 0.55
    tables = make_tables(random, small=rollout)
    tree = make_tree(random, tables, rollout=rollout)
    if rollout and random.random() < 0.03:
        tree["dialogues"]["uptake"] = quantity(0.0)
    if random.random() < 0.1:  # one that is listed and does not count
        town = random.choice(tables["municipalities"])["code"]
        tables["principals"].append(listed(town) | {"orgnr": "9", "status": "probably_closed"})
    return Case(seed, tables, tree)


def quantity(value: float, unit: str = "1") -> Tree:
    """Return a number with its range."""
    return {"value": value, "unit": unit, "low": min(0, value), "high": max(1e6, value)}


def make_tree(random: Random, tables: Tables, *, rollout: bool) -> Tree:
    """Draw a scenario."""
    codes = [row["code"] for row in tables["municipalities"]]
    kilometres = sorted({row["km"] for row in tables["roads"]})
    tree: Tree = {
        "name": "drawn",
        "title": {"sv": "Draget", "en": "Drawn"},
        "description": {"sv": "En fråga på måfå", "en": "A question at random"},
        "units": {
            "level": random.choice(("county", "municipality", "municipality", "principal")),
            "contiguous": random.random() < 0.2,
        },
        "sites": _sites(random, codes, most=4 if rollout else 5),
        "thresholds": {
            "beyond_km": quantity(random.choice((*kilometres, 30, 70)), "km"),
            "university_limit": quantity(random.choice((0, 20, 40, 60)), "min"),
        },
        "solver": {"gap": random.choice((0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.05, 0.2))},
    }
    if tree["units"]["level"] == "principal" and sum(
        row["principals_estimate"] for row in tables["demand"]
    ) > (7 if rollout else 10):
        tree["units"]["level"] = "municipality"
    if not Facts(tables, tree).sites:
        tree["sites"]["candidates"] = "seats"
        tree["sites"]["excluded"] = []
    sites = Facts(tables, tree).sites
    fewest = random.randint(1, min(3, len(sites)))
    most = min(len(sites), fewest + random.choice((0, 0, 1, 2)))
    tree["offices"] = {"count": fewest if fewest == most else [fewest, most]}
    if rollout or random.random() < 0.2:
        tree["rollout"] = _rollout(random, sites, tree["sites"]["existing"])
    if rollout:
        tree |= _work(random, tables, tree)
    tree["objective"] = _objective(random, rollout=rollout)
    tree["limits"] = _limits(random, Facts(tables, tree))
    return tree


def _some(random: Random, towns: list[str], chances: tuple[int, ...]) -> list[str]:
    return sorted(random.sample(towns, min(len(towns), random.choice(chances))))


def _sites(random: Random, codes: list[str], most: int) -> Tree:
    listed = sorted(random.sample(codes, random.randint(2, min(most, len(codes)))))
    asked = random.choice(
        ("sister", "seats" if len(codes) <= most else "announced", listed, listed)
    )
    fixed = _some(random, codes, (0, 0, 0, 1, 1, 2))
    existing = fixed[: random.randint(0, len(fixed))]
    free = [code for code in codes if code not in fixed]
    kinds = ["office", "regional_office", "head_office"]
    return {
        "candidates": asked,
        "kinds": [*kinds, "special_school"] if random.random() < 0.3 else kinds,
        "basis": random.choice((["sourced", "partly_sourced", "unverified"], ["sourced"])),
        "required": [code for code in fixed if code not in existing],
        "existing": existing,
        "excluded": _some(random, free, (0, 0, 1)),
        "own_premises": _some(random, codes, (0, 0, 1, 2)),
    }


def _rollout(random: Random, sites: list[str], existing: list[str]) -> Tree:
    count = random.choice((1, 2, 2, 2, 3))
    names = [f"P{t}" for t in range(count)]
    periods = []
    for name in names:
        period: Tree = {"name": name, "months": random.choice((4, 6, 7.5, 12, 12))}
        if random.random() < 0.4:
            period["openings_most"] = random.choice((0, 1, 1, 2, 3))
        periods.append(period)
    free = [code for code in sites if code not in existing]
    opens = _some(random, free, (0, 0, 0, 1))
    late = _some(random, free, (0, 0, 0, 1, 2))
    return {
        "periods": periods,
        "opens": {code: random.choice(names) for code in opens},
        "available_from": {code: random.choice(names) for code in late},
        "may_close": random.random() < 0.25,
    }


def _work(random: Random, tables: Tables, tree: Tree) -> Tree:
    """Draw dialogues, staff and money, and put what they limit into the periods."""
    sites, periods = Facts(tables, tree).sites, tree["rollout"]["periods"]
    yearly = random.choice((100, 100, 130.5))
    each = random.choice((10, 20, 33, 47.5))
    part = random.choice((1, 1, 1.5, 2))
    total = sum(row["principals_estimate"] for row in tables["demand"])
    years = sum(period["months"] for period in periods) / 12
    needed = total * each * part / (yearly * years)  # advisors, all through
    for period in periods:
        if random.random() < 0.5:
            most = needed * random.choice((0.4, 0.8, 1.5))
            period["hires_most"] = quantity(random.choice((round(most) + 1, round(most + 1, 1))))
        if random.random() < 0.3:
            most = (needed + 2) * random.choice((0.7, 1.2, 2.5)) * period["months"] / 12 + 1
            period["budget_msek"] = quantity(round(most, 1))
    dialogues: Tree = {"uptake": quantity(random.choice((1, 1, 0.8, 0.55, 0.3)))}
    if random.random() < 0.3:
        dialogues["balance"] = quantity(random.choice((0, 0.1, 0.3)))
    dialogues["targets"] = [
        {
            "by": random.choice(periods)["name"],
            "least": quantity(random.choice((1, 2, 2.5, round(total / 2), total))),
            "hard": random.random() < 0.3,
            "penalty": random.choice((0.0, 0.01, 1.0, 3.5)),
        }
        for _ in range(random.choice((0, 0, 1, 1, 2)))
    ]
    staffing: Tree = {
        "preparation": quantity(each), "meeting": quantity(random.choice((0, 4))),
        "in_person": quantity(random.choice((0, 0.5, 1))), "taking_part": quantity(part),
        "yearly_hours": quantity(yearly),
        "minimum_team": quantity(random.choice((0, 1, 1, 1.5, 2))),
    }  # fmt: skip
    money: Tree = {
        "advisor": quantity(random.choice((0, 1, 1))),
        "premises": quantity(random.choice((0, 0.5))),
        "opening": quantity(random.choice((0, 1.5))),
        "closing": quantity(random.choice((0, 0.75))),
        "per_km": quantity(random.choice((0, 3, 1000))),
    }  # fmt: skip
    if random.random() < 0.25:
        staffing["sister_pool"] = quantity(random.choice((0.5, 1, 2.25)))
        if random.random() < 0.7:
            money["sister_advisor"] = quantity(random.choice((0, 0.5, 1.2)))
    there = random.sample(sites, min(len(sites), random.choice((0, 0, 1, 2))))
    if there:
        staffing["existing"] = {code: quantity(random.choice((1, 2, 2.5))) for code in there}
    return {"dialogues": dialogues, "staffing": staffing, "money": money}


def _objective(random: Random, *, rollout: bool) -> Tree:
    """Draw a way to combine one to four criteria, and up to three for afterwards."""
    pool = [*SITING, *(ROLLOUT if rollout and random.random() < 0.4 else ())]
    # Those that have few values, so that many plans tie, come twice as often.
    coarse = ("county_splits", "university_beyond", "max_km", "spsm_share", "min_separation_km")
    names = list(dict.fromkeys(random.sample([*pool, *coarse], random.randint(1, 4))))
    method = random.choice(("weighted", "weighted", "lexicographic", "epsilon"))
    objective: Tree = {"method": method}
    if method == "weighted":
        leading = random.choice(names)
        rates = {name: 1 if name == leading else random.choice(RATES) for name in names}
        if leading != names[0] or random.random() < 0.3:
            objective["leading"] = leading
            if len(names) > 1 and random.random() < 0.3:
                del rates[leading]
        objective["rates"] = rates
    elif method == "lexicographic":
        objective["order"] = names
        if random.random() < 0.4:
            given = random.sample(names, random.randint(1, len(names)))
            objective["tolerance"] = {name: _tolerance(random, name) for name in given}
    else:
        names = names[:1]
        objective["optimise"] = names[0]
    free = [name for name in [*SITING, *(ROLLOUT * 3 if rollout else ())] if name not in names]
    then = list(dict.fromkeys(random.sample(free, random.choice((0, 1, 1, 2, 3)))))
    counted = [name for name in names if objective.get("rates", {}).get(name, 1)]
    if rollout and not {*counted, *then} & {*ROLLOUT}:
        then.insert(random.randint(0, len(then)), random.choice(ROLLOUT))
    objective["then"] = then
    return objective


def _tolerance(random: Random, name: str) -> float:
    small = {"share_beyond": 0.1, "spsm_share": 0.25, "balance": 0.3, "cost_msek": 1.5}
    return random.choice((0, 1, 2)) * small.get(name, 5.0)


def _limits(random: Random, f: Facts) -> Tree:
    """Draw limits round what some answer has, never just where another answer stands."""
    found: Tree = {}
    fixed = f.listed("required") | f.listed("existing")
    others = [j for j in f.sites if j not in fixed]
    count = max(1, f.fewest_most[1] - len(fixed))
    offices = frozenset([*fixed, *random.sample(others, min(len(others), count))])
    served = {u: min(sorted(offices), key=lambda j: f.mean(u, j, f.km)) for u in f.units}
    unmet = round(f.total * random.choice((0, 0.2, 0.6)))
    values = {
        **figures(Facts(f.tables, f.tree | {"dialogues": None}), Answer([offices], [served])),
        "cost_msek": f.total * random.choice((0.3, 1, 3)),
        "waiting": f.total * random.choice((3, 8, 20)),
        "unmet": unmet,
    }
    names = [*SITING, "p95_km", *(ROLLOUT if f.works else ())]
    for name in random.sample(names, random.choice((0, 0, 1, 1, 2))):
        value = float(values[name]) * random.choice((0.8, 1, 1, 1.25))
        side = "least" if name in MORE else "most"
        slip = 0.0037 if name in ("share_beyond", "spsm_share", "balance") else 0.0517
        limit = round(value, 2) + (-slip if name in MORE else slip)
        found[name] = {side: max(0.0, round(limit, 4))}
        if name != "p95_km" and random.random() < 0.4:
            found[name] |= {"hard": False, "penalty": random.choice((0.0, 0.5, 1.0, 10.0))}
    return found

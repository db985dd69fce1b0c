"""Small random countries, and every plan that there is for one."""

from __future__ import annotations

import itertools

import numpy as np

from planner.criteria import CRITERIA, SITING_CRITERIA
from planner.model.solution import measure_sites
from tiny import quantity, tiny_instance, tiny_scenario

WEIGHABLE = tuple(name for name in SITING_CRITERIA if name != "p95_km")
CLOSE = {"rel": 1e-5, "abs": 1e-5}


def random_country(random, changes):
    """Return an instance of six towns in four counties and four sites at most."""
    at = random.uniform(0, 300, (6, 2))
    km = np.linalg.norm(at[:, None] - at[None, :], axis=2).round(1)
    minutes = (km * random.uniform(0.6, 1.4, km.shape)).round(1)
    minutes = np.minimum(minutes, minutes.T)
    level = "county" if random.random() < 0.5 else "municipality"
    towns = 6 if level == "county" else 4
    fewest = int(random.integers(1, 4))
    most = min(3, fewest + int(random.integers(0, 2)))
    scenario = tiny_scenario(
        {
            "units.level": level,
            "units.contiguous": bool(random.random() < 0.3),
            "offices.count": [fewest, most],
            "sites.required": ["A"] if random.random() < 0.5 else [],
            "sites.own_premises": ["A"] if random.random() < 0.5 else [],
            "thresholds.beyond_km": quantity(100),
            **changes,
        }
    )
    return tiny_instance(
        scenario,
        km[:towns, :towns],
        [*random.integers(0, 9, towns - 1).clip(int(random.random() < 0.5)).tolist(), 3],
        sites="ABCD",
        counties="wwxxyz"[:towns],
        minutes=minutes[:towns, :towns],
        university=random.integers(0, 90, 4).tolist(),
        spsm="".join(random.choice(list("ABCD"), 2, replace=False)),
        borders=["AB", "BC", "CD", "DE", "EF", "AD"][: towns - 1],
    )


def every_plan(instance):
    """Return what every allowed plan scores, one dictionary each."""
    offices = instance.scenario.offices
    fixed = {j for j, role in enumerate(instance.roles) if role != "candidate"}
    found = []
    for count in range(offices.fewest, min(offices.most, len(instance.sites)) + 1):
        for sites in itertools.combinations(range(len(instance.sites)), count):
            if not fixed <= set(sites):
                continue
            for served in itertools.product(sites, repeat=len(instance.units)):
                scores = measure_sites(instance, sites, np.array(served))
                if scores["contiguous"] or not instance.scenario.units.contiguous:
                    found.append(scores)
    return found


def cost(name, plan):
    return plan[name] if CRITERIA[name].better == "min" else -plan[name]


def best_in_order(plans, names, tolerance=0.0):
    """Return the plans that are left when criteria are taken in order, and the bests.

    Each but the last may be worse than its best by a tolerance, in its own unit.
    """
    bests = []
    for name in names:
        best = min(cost(name, plan) for plan in plans)
        bests.append(best)
        most = best + 1e-6 + tolerance
        plans = [plan for plan in plans if cost(name, plan) <= most]
    return plans, bests


def some(random, count):
    return [str(name) for name in random.choice(WEIGHABLE, count, replace=False)]


def random_bound(random, plans, name):
    """Return a value between two that plans have, or past the last: never one that they have."""
    values = sorted({round(plan[name], 9) for plan in plans})
    edges = [values[0] - 1, *values, values[-1] + 1]
    k = int(random.integers(0, min(len(edges) - 1, 6)))
    if CRITERIA[name].better == "max":
        k = len(edges) - 2 - k
    return (edges[k] + edges[k + 1]) / 2

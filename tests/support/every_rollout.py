"""Small random rollouts, and every plan there is."""

from __future__ import annotations

import itertools

import numpy as np

from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


def random_rollout(random):
    """Return two towns, two periods, and as many hires as will not do for everybody."""
    periods = [
        {"name": f"P{t}", "months": int(random.integers(4, 13)), "hires_most": quantity(n)}
        for t, n in enumerate(random.integers(1, 3, 2).tolist(), start=1)
    ]
    changes = {
        "objective": {"method": "epsilon", "optimise": "waiting"},
        "objective.then": [],
        "offices.count": [1, 2],
        "rollout.periods": periods,
        "staffing.preparation": quantity(float(random.integers(20, 60))),
        "staffing.in_person": quantity(1),
        "staffing.minimum_team": quantity(int(random.integers(1, 3))),
    }
    scenario = tiny_scenario(work_sections(changes))
    principals = random.integers(1, 5, 2).tolist()
    return tiny_instance(scenario, line(0, float(random.integers(0, 1500))), principals)


def least_waiting(i):
    """Return the least waiting over all openings, regions, teams and batches."""
    return min((months for _, months, _ in every_plan(i)), default=np.inf)


def every_plan(i):
    """Yield the sites open in the first and the last period, the waiting and who is not met."""
    least = int(i.scenario.staffing.minimum_team.value)
    cap = [int(period.hires_most.value) for period in i.periods]
    sites = [(0,), (1,), (0, 1)]
    for first, last in itertools.product(sites, sites):
        if not set(first) <= set(last):
            continue
        for before, after in itertools.product(
            itertools.product(first, repeat=2), itertools.product(last, repeat=2)
        ):
            # Whoever ends with an office that is open already is served by it.
            if any(b in first and a != b for a, b in zip(before, after, strict=True)):
                continue
            for teams in _teams(first, last, least, cap):
                for months, unmet in _batches(i, (before, after), teams):
                    yield (first, last), months, unmet


def _teams(first, last, least, cap):
    """Every size of every team in both periods that the hires allow."""
    sizes = range(sum(cap) + 1)
    for one in itertools.product(sizes, repeat=2):
        if sum(one) > cap[0] or any((n >= least) != (j in first) for j, n in enumerate(one)):
            continue
        if any(n and j not in first for j, n in enumerate(one)):
            continue
        for two in itertools.product(sizes, repeat=2):
            if any(two[j] < least if j in last else two[j] for j in (0, 1)):
                continue
            if sum(max(0, b - a) for a, b in zip(one, two, strict=True)) <= cap[1]:
                yield one, two


def _batches(i, served, teams):
    for early in itertools.product(*(range(n + 1) for n in i.target)):
        if not _hours_are_enough(i, 0, served[0], teams[0], early):
            continue
        rest = i.target - np.array(early)
        for late in itertools.product(*(range(n + 1) for n in rest)):
            if _hours_are_enough(i, 1, served[1], teams[1], late):
                unmet = int(rest.sum()) - sum(late)
                months = sum(early) * i.wait[0] + sum(late) * i.wait[1] + unmet * i.wait[2]
                yield float(months), unmet


def _hours_are_enough(i, t, served, team, batches):
    yearly = i.scenario.staffing.yearly_hours.value
    return all(
        sum(i.hours[u, j] * n for u, n in enumerate(batches) if served[u] == j)
        <= yearly * i.years[t] * team[j] + 1e-9
        for j in (0, 1)
    )

# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # How firm is the answer?
#
# The best plan is best under the rates, limits and candidate towns that somebody chose. A rate says
# what one unit of a goal is worth in kilometres of mean distance, so every difference below is told
# in kilometres. This notebook asks what other choices would change: which plans are nearly as good,
# which towns stay whatever the rates, what a town is worth, and how many offices it takes. It looks
# at the sites and regions when the rollout is complete, where each answer takes a fraction of a
# second and is proved; a hundred draws are enough to see the pattern. `planner sensitivity` writes
# a whole report on the command line, `planner alternatives` and `planner sweep` do parts of it,
# with as many draws as you like.

# %%
from collections import Counter

import pandas as pd

import planner
from planner.analysis.alternatives import find_alternatives
from planner.analysis.sampling import Runner, rated
from planner.scenario.sweep import Range, SweepSpec
from planner.siting.problem import make_siting

data = planner.load()
scenario = data.scenario("decision-2022")
town = data.inputs.municipalities["seat"]
rates = pd.DataFrame({name: dict(rate) for name, rate in scenario.objective.rates.items()}).T
rates[["value", "unit", "low", "high"]]

# %% [markdown]
# ## Plans that are nearly as good
#
# Every set of ten offices that is at most two kilometres worse than the best, all weighed goals
# together, and the proof that none is missing: every other set is worse by at least what stands
# below.

# %%
siting = make_siting(data, scenario)
near = find_alternatives(siting, within=2)
print(f"{len(near.found)} sets within 2 km; the next is {near.beyond:.2f} km worse than the best")

# %%
counts = pd.Series(near.counts).rename(town).sort_values(ascending=False)
counts[counts > 0] / len(near.found)

# %% [markdown]
# Towns at 1 are in every one of these plans; those not listed are in none.
#
# ## Other rates
#
# The rates of the scenario have ranges, as every number that is a choice; only the leading goal's
# own has none, since the sum is told in its unit. Here each is drawn over its whole range, 100
# times, spread evenly (a Latin hypercube), and the best ten offices are found each time. How much
# worse the announced plan is, by the rates of the draw, is told beside the best of every draw.

# %%
ranges = {
    f"objective.rates.{name}": Range()
    for name, rate in scenario.objective.rates.items()
    if rate.low < rate.high
}
spec = SweepSpec(name="rates", ranges=ranges, samples=100, seed=1)
runner = Runner(data, scenario)
announced = tuple(data.inputs.announced["municipality_code"])

draws = []
for point in spec.points(scenario):
    question = runner.siting(point)
    best = question.best()
    other = rated(question, best, announced)
    draws.append((best.sites, other.objective))

chosen = Counter(code for sites, _ in draws for code in sites)
share = pd.Series(chosen).rename(town).sort_values(ascending=False) / len(draws)
share

# %% [markdown]
# How many different plans are best somewhere, and how often is it the plan of the scenario
# itself? And how often is the announced plan the best?

# %%
base = siting.best()
sets = Counter(sites for sites, _ in draws)
{
    "plans that are best somewhere": len(sets),
    "draws in which the recommended plan is best": sets[base.sites] / len(draws),
    "draws in which the announced plan is best": sum(worse == 0 for _, worse in draws) / len(draws),
    "km that the announced plan is worse, at most": round(max(worse for _, worse in draws), 1),
}

# %% [markdown]
# ## What a town is worth
#
# One office of the plan is taken out of the candidates at a time, and the best plan without it
# found, by the same rates. What the loss costs is told in all, in kilometres, and in the criteria
# themselves.

# %%
rows = {"the plan": base.criteria}
for code in base.sites:
    if code not in scenario.sites.required:
        without = make_siting(data, scenario.replace(sites__excluded=[code])).best()
        worse = {"worse (km)": without.objective - base.objective}
        rows[f"without {town[code]}"] = worse | dict(without.criteria)
weighed = list(scenario.objective.names)
pd.DataFrame(rows).T[["worse (km)", *weighed]].round(3)

# %% [markdown]
# ## How many offices?
#
# The shortest mean distance with six to fourteen offices. Each office more shortens it by less.

# %%
shortest = data.scenario("shortest-distance")
distances = {
    n: make_siting(data, shortest.replace(offices__count=n)).best().criteria["mean_km"]
    for n in range(6, 15)
}
table = pd.DataFrame({"mean distance (km)": distances})
table.assign(saved=-table["mean distance (km)"].diff()).round(1)

# %% [markdown]
# What this does not tell: whether the distances are right, what an office costs against what it
# saves, or how many hours a dialogue takes. Those numbers decide when and with how many people,
# not where; they have ranges of their own, and every report lists them.

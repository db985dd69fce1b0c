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
import pandas as pd

import planner

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
near = planner.alternatives(data, scenario, within=2)
beyond = near.details.beyond
print(f"{len(near.table)} sets within 2 km; the next is {beyond:.2f} km worse than the best")

# %%
counts = pd.Series(near.details.counts).rename(town).sort_values(ascending=False)
counts[counts > 0] / len(near.table)

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
    f"objective.rates.{name}": planner.Range()
    for name, rate in scenario.objective.rates.items()
    if rate.low < rate.high
}
spec = planner.SweepSpec(
    name="rates", ranges=ranges, samples=100, seed=1, plans={"announced": "announced"}
)
draws = planner.sweep(data, spec).table
draws["offices"].str.split().explode().map(town).value_counts() / len(draws)

# %% [markdown]
# How many different plans are best somewhere, and how often is it the plan of the scenario
# itself? And how often is the announced plan the best?

# %%
base = near.details.found[0]
recommended = draws["offices"] == " ".join(base.sites)
worse = draws["announced_short"]
pd.Series(
    {
        "plans that are best somewhere": draws["offices"].nunique(),
        "draws in which the recommended plan is best": recommended.mean(),
        "draws in which the announced plan is best": (worse == 0).mean(),
        "km that the announced plan is worse, at most": worse.max(),
    }
).round(2)

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
        best = planner.alternatives(
            data, scenario.replace(sites__excluded=[code]), within=0
        ).details
        without = best.found[0]
        rows[f"without {town[code]}"] = {
            "worse (km)": without.objective - base.objective,
            **without.criteria,
        }
weighed = list(scenario.objective.names)
pd.DataFrame(rows).T[["worse (km)", *weighed]].round(3)

# %% [markdown]
# ## How many offices?
#
# The shortest mean distance with six to fourteen offices. Each office more shortens it by less.

# %%
shortest = data.scenario("shortest-distance")
distances = {
    n: planner.solve(data, shortest.replace(offices__count=n)).plan.criteria["mean_km"]
    for n in range(6, 15)
}
table = pd.DataFrame({"mean distance (km)": distances})
table.assign(saved=-table["mean distance (km)"].diff()).round(1)

# %% [markdown]
# What this does not tell: whether the distances are right, what an office costs against what it
# saves, or how many hours a dialogue takes. Those numbers decide when and with how many people,
# not where; they have ranges of their own, and every report lists them.

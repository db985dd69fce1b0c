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
# # A first plan, a changed scenario, a comparison
#
# Where should ten regional offices be, and which counties does each serve? This tour answers on
# the real tables that come with the program, changes the question twice, and lays the answers
# side by side. It takes a few seconds. Everything here can be done on the command line too:
# `planner run`, `planner run --set offices.count=8`, `planner compare`.

# %%
import pandas as pd

import planner

data = planner.load()
data.scenarios

# %% [markdown]
# ## A first plan
#
# `shortest-distance` has the rules of the decision of 2022 (ten offices, one of them in Solna, the
# others in towns with an SPSM office, counties kept whole) and one wish: the shortest mean
# distance by road from a principal's municipality to its office. A result shows itself.

# %%
ten = planner.solve(data, "shortest-distance", language="en")
ten

# %% [markdown]
# Is there no better plan? `termination` says what was proved: the value reached, the bound that
# no plan under these rules can beat, and the gap between them.

# %%
ten.plan.termination

# %% [markdown]
# Every figure is a table. The layers are GeoDataFrames, so they have a shape and a projection as
# well: here the five municipalities with the longest way to their office.

# %%
columns = ["municipality", "county", "town", "km", "minutes", "principals"]
ten.municipalities.nlargest(5, "km")[columns]

# %% [markdown]
# ## Another question
#
# A scenario never changes; `replace` makes a new one. Two underscores stand for the dot between a
# section and its key. What do eight offices give, and what if Örebro (municipality 1880), which
# was announced, must be one of the ten?

# %%
eight = planner.solve(data, ten.scenario.replace(offices__count=8), language="en")
with_orebro = ten.scenario.replace(sites__required=["0184", "1880"])
orebro = planner.solve(data, with_orebro, language="en")
orebro

# %% [markdown]
# ## What the border rule costs
#
# In `free-choice` any municipal seat may have an office and each municipality goes to the nearest
# one, across county borders. What it gains is the price of the rules.

# %%
free = planner.solve(data, "free-choice", language="en")
free

# %% [markdown]
# ## Side by side

# %%
results = {"ten": ten, "eight": eight, "Örebro required": orebro, "free choice": free}
values = {name: r.criteria.set_index("title")["value"] for name, r in results.items()}
pd.DataFrame(values).assign(unit=ten.criteria.set_index("title")["unit"]).round(2)

# %%
towns = {name: set(r.offices["town"]) for name, r in results.items()}
pd.DataFrame(
    {
        name: {
            "only here": ", ".join(sorted(towns[name] - towns["ten"])),
            "not here": ", ".join(sorted(towns["ten"] - towns[name])),
        }
        for name in results
        if name != "ten"
    }
).T

# %% [markdown]
# ## When nothing fits
#
# A scenario that no plan can meet is answered with the rules that clash: any one of those named
# could hold without the others. Here a single limit is out of reach, since Kiruna is farther than
# that from every town that may have an office.

# %%
try:
    planner.solve(data, eight.scenario.replace(limits={"max_km": {"most": 300}}), language="en")
except planner.InfeasibleScenario as error:
    print(error, *error.__notes__, sep="\n")

# %% [markdown]
# ## Keep it
#
# `save` writes the folder that `planner run` writes: the plan as JSON, a map, a report, a
# workbook, a GeoPackage, the scenario and a manifest. A second program then recomputes every
# figure from the tables; if one did not hold, `save` would say so.

# %%
folder = eight.save("runs/eight-offices")
sorted(path.name for path in folder.iterdir())

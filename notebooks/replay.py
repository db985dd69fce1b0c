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
# # History played again
#
# At each date the offices that were open stay, the money is what it was, and only what was known
# then counts. What was announced, what happened, and what would have been best? `planner replay`
# plays all four dates and writes a report; the two dates of 2022 hold long searches (about a
# minute in all), so this notebook plays the two of 2024. Leave out `dates` to play them all.

# %%
import planner

data = planner.load()
played = planner.replay(data, dates=("2024-06", "2024-12"))
[(step.date.date, step.date.title.en) for step in played.details]

# %% [markdown]
# ## Who was where
#
# One row a date and a case. A scenario that no plan can meet would be there without towns.

# %%
played.table[["scenario", "offices", "towns"]]

# %% [markdown]
# ## What it meant for the principals

# %%
played.table[["mean_km", "p95_km", "max_km", "spread"]].round(1)

# %% [markdown]
# Göteborg, the office that came in autumn 2024, is also the sixth office that shortens the mean
# distance most: in June 2024 the best case and the actual one have the same towns. The next cell
# makes sure that this is still what the tables say.

# %%
june = played.table.loc["2024-06", "towns"].str.split(", ").map(set)
assert june["actual"] == june["best"]
sorted(june["best"])

# %% [markdown]
# ## The next two
#
# Six offices exist. Which two would come next, weighing spread, mean distance and nearness to
# teacher education alike?

# %%
planner.solve(data, "next-offices", language="en")

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
# minute in all), so this notebook plays the two of 2024. Leave out the second line of the next
# cell to play them all.

# %%
import pandas as pd

import planner
from planner.analysis.replay import History, read_history, replay

data = planner.load()
history = read_history(data.folder)
history = History(dates=[date for date in history.dates if date.date.startswith("2024")])
[(date.date, date.title.en) for date in history.dates]

# %% [markdown]
# ## Who was where
#
# One row a date and a case. A scenario that no plan can meet would be there without towns.

# %%
steps = replay(data, history)
pd.DataFrame(
    {
        "date": step.date.date,
        "case": case.role,
        "scenario": case.scenario.name,
        "offices": len(case.plan.offices) if case.plan else 0,
        "towns": ", ".join(o.town for o in case.plan.offices) if case.plan else "",
    }
    for step in steps
    for case in step.cases
)

# %% [markdown]
# ## What it meant for the principals

# %%
measures = ["mean_km", "p95_km", "max_km", "spread"]
pd.DataFrame(
    {
        (step.date.date, case.role): {name: case.plan.criteria[name] for name in measures}
        for step in steps
        for case in step.cases
        if case.plan
    }
).T.round(1)

# %% [markdown]
# Göteborg, the office that came in autumn 2024, is also the sixth office that shortens the mean
# distance most: in June 2024 the best case and the actual one have the same towns. The next cell
# makes sure that this is still what the tables say.

# %%
june = {case.role: {o.town for o in case.plan.offices} for case in steps[0].cases}
assert june["actual"] == june["best"]
sorted(june["best"])

# %% [markdown]
# ## The next two
#
# Six offices exist. Which two would come next, weighing spread, mean distance and nearness to
# teacher education alike?

# %%
planner.solve(data, "next-offices", language="en")

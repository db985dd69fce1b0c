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
# # How the work of a dialogue was calibrated
#
# No source says how long a quality dialogue takes. What is known are two pairs of figures: 21
# staff and about 100 dialogues in autumn 2022, and 500 dialogues planned for 2023 with ten more.
# The model says
#
# hours of a dialogue = taking part x (preparation + meeting + share in person x 2 x travel),
#
# and all but the preparation is held at its assumed value. Which preparation fits what is known?
# The page [calibration.md](../docs/calibration.md) has the reasoning; here it can be tried.

# %%
import pandas as pd

import planner

data = planner.load()
scenario = data.scenario("announced")
{key: quantity.value for key, quantity in scenario.staffing if key != "existing" and quantity}

# %% [markdown]
# ## What fits
#
# Travel depends on which office serves whom in which period, so the announced plan is solved
# first. The last column is the preparation at which the known staff holds just the known
# dialogues.

# %%
names = {
    "advisors": "advisors, known",
    "dialogues": "dialogues, known",
    "hours": "hours of a dialogue",
    "possible": "dialogues they could hold",
    "preparation": "preparation that fits",
}
planner.calibration(data, scenario).table.rename(columns=names)[[*names.values()]].round(1)

# %% [markdown]
# ## What other values would mean
#
# The shipped value is 45 hours with the range 30 to 60. At the ends of the range, the staff of
# 2023 could hold this many dialogues, where 500 were planned:

# %%
tried = {
    hours: planner.calibration(data, scenario.replace(staffing__preparation=hours)).table
    for hours in (30, 45, 60)
}
pd.DataFrame({hours: table["possible"] for hours, table in tried.items()}).round(1)

# %% [markdown]
# At 30 hours that is far more than was planned, at 60 far fewer. The range is wide because two
# figures are all there is, and every output that hangs on it says "assumption".

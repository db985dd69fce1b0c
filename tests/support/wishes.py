"""A scenario of three wishes on the small country of `country`."""

SCENARIO = """
name = "small"
title = { sv = "Litet", en = "Small" }
description = { sv = "Litet", en = "Small" }
[units]
level = "municipality"
[sites]
candidates = "seats"
[offices]
count = 2
[thresholds]
beyond_km = { value = 20, unit = "km", low = 10, high = 30 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective.rates]
mean_km = { value = 1, unit = "km per km", low = 1, high = 1 }
spread = { value = 1, unit = "km per km", low = 0.25, high = 4 }
university_minutes = { value = 1, unit = "km per min", low = 0.25, high = 4 }
"""

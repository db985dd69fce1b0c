"""What is asked of a plan besides the plan itself.

- `alternatives`, `pareto`, `comparison`: other plans that are nearly as good, or good at else;
- `justify`: inverse optimisation, which rates of exchange make a plan the best; its
  `justify_verdict` holds the linear programs and says what was found;
- `sweep`: one `sampling` row for each of many scenarios, in worlds changed by `shocks`;
- `sensitivity`: how firm an answer is, a `study` of factors with ranges. One at a time:
  `breakeven`, `rollouts`. All at once: `regret`, and `variance`;
- `replay`, `calibration`: against what has happened.
"""

"""What a planner may change: a scenario and its assumptions."""

DEFAULT = "decision-2022"
"""The scenario that is meant where none is named."""

"""What a planner may change: a scenario and its assumptions."""

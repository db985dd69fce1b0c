"""The commands beside those of `planner.cli`: what they take and print."""

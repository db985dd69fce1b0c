"""The commands beside those of `planner.cli.app`: what they take and print."""

"""Measure the location engine: on one instance, against other tools, and as instances grow."""

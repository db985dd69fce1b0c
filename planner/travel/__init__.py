"""Road graph to kilometres and minutes between seats."""

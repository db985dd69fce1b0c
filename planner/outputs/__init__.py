"""What people open: the map, the report, tables."""

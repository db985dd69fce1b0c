"""What people open: the map, the report, the pages of analyses."""

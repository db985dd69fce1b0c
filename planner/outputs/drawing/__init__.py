"""Maps, charts and colours."""

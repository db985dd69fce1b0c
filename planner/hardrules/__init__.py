"""The hard rules, checked on what a search has found, by code that knows nothing of the search."""

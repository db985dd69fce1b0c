"""Questions asked of several plans at once."""

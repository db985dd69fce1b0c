"""Which sites, and who is served by which: a question, and the exact ways to answer it."""

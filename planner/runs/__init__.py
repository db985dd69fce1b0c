"""Run folders: a plan with everything it came from and everything made of it, all or nothing."""

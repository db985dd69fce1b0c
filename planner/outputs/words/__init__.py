"""What is said of plans, in sentences and numbers of a language."""

"""How a built model is solved: goals one after another, limits, ties, clashes."""

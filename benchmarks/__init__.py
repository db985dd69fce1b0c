"""How long the program and its engine take, beside other tools: `python -m benchmarks`."""

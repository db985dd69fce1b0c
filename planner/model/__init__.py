"""The mixed-integer linear program: variables, rules, objectives, solving."""

"""Sites and regions of the last period, asked for again and again.

`problem` takes a `question`, picks one of three ways and gives the answer:

- `enumeration` prices every set of offices, with the prices of `office_sets`;
- `p_median` hands the question to the location engine, in the form of `median_form`;
- `search` builds the model and searches it.

`frontier` trades two criteria by the engine, with the `assignments` that no other beats. `shortcut`
is what planning asks before it builds a model.
"""

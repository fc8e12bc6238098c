"""The steps of the form, one module each: how they ask, what they hear, which buttons they have."""

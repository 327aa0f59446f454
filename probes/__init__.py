"""Measurements: each probe is one small declared unit with a typed result; it raises nothing for a bad network."""

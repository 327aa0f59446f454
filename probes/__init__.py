"""Measurements: each probe is one small declared unit that returns a typed result and raises nothing for a bad network."""

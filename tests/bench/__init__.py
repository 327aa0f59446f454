"""Timings against the figures we promise, beside well-known tools in the same laboratory run."""

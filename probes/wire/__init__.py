"""Packets out and in: small exchanges with a deadline, which turn every failure into a value."""

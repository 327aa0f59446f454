"""A name for every moment at which the power may go. Nothing happens here; a test puts its own function in place."""

from __future__ import annotations


def reached(name: str) -> None:
    """Called right before and right after everything that is written, told or run."""

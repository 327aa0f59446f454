"""The history of what was tried on this PC, append-only."""

from selfcare.cases.history import History, Line, read_history

__all__ = ["History", "Line", "read_history"]

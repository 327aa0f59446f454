"""A case made into a report: pure functions from what is known to bytes."""

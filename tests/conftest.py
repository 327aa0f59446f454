"""Shared by every test."""

pytest_plugins = ("tests.skips", "tests.killing.tally")

"""The command line: the same core as the window, for a terminal."""

from selfcare.cli.main import main

__all__ = ["main"]

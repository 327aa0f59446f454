"""The window. It shows what the engine says and asks it for things; it measures and judges nothing itself."""

from ui.lean import read_no_sources

read_no_sources()

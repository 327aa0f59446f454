"""Packaging: the set-up of the two commands, the PyInstaller build and its smoke test, the desktop entry, the icon."""

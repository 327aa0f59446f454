"""macOS: the system configuration store by its own library, and commands whose form no language changes.

``readers`` and ``store.copy`` touch the system; everything else reads texts and dictionaries
and runs anywhere. Nothing here has run on a Mac yet: see docs/platforms.md.
"""

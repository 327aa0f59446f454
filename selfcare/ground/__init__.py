"""Everyday ground: errors, folders, settings, log, crash record. Knows nothing of networks or of any front end."""

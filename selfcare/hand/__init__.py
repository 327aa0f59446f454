"""The client of the helper: makes changes for this user, or through the system's own question for a password."""

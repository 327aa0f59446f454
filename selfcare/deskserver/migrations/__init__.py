"""The database's forms, from the first to the newest."""

"""Takes identifiers out of what leaves this PC: by key, and by pattern on the final bytes; the map stays here."""

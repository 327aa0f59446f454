"""How each change is made on Windows: native calls first, the system's own tools only where nothing else exists."""

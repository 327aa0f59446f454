"""The window. It shows what the engine says and asks it for things; it measures and judges nothing itself."""

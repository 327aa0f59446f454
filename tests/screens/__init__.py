"""Pictures of the window, to be looked at: ``python -m tests.screens [--out DIR] [--only NAME]``."""

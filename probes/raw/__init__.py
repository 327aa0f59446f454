"""The only code that needs raw sockets, in a process of its own: ``python -m probes.raw``."""

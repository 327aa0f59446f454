"""A simulated Livebox: the bus over HTTP, with its refusals under HTTP 200 and its cookies with odd names."""

from tests.boxes.livebox.server import LiveboxSimulator

SIMULATOR = LiveboxSimulator

__all__ = ["SIMULATOR", "LiveboxSimulator"]

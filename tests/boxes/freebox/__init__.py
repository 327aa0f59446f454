"""A simulated Freebox (API 14 by default; 4 to 13 by ``major``). See selfcare/boxes/freebox and docs/design."""

from tests.boxes.freebox.server import FreeboxSimulator

SIMULATOR = FreeboxSimulator

__all__ = ["SIMULATOR", "FreeboxSimulator"]

"""The simulated SFR Box."""

from tests.boxes.sfr.box import Failure, Manners, SfrBox
from tests.boxes.sfr.says import BOX10, CABLE, NB6, NB6VAC, Model

SIMULATOR = SfrBox

__all__ = ["BOX10", "CABLE", "NB6", "NB6VAC", "SIMULATOR", "Failure", "Manners", "Model", "SfrBox"]

"""What a Livebox has beyond the home: its model, its names for networks, its timetables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.boxes.home import Home

NAMES = {  # model -> band -> (network, radio, guest network or None)
    "Livebox 3": {"2.4": ("wl0", "wifi0_ath", None), "5": ("wl1", "wifi1_ath", None)},
    "Livebox 4": {"2.4": ("wl0", "wifi0_bcm", "wlguest2"), "5": ("eth6", "wifi0_quan", "wlguest5")},
    "Livebox Fibre": {"2.4": ("vap2g0priv0", "rad2g0", "vap2g0guest0"), "5": ("vap5g0priv0", "rad5g0", "vap5g0guest0")},
    "Livebox 7": {"2.4": ("vap2g0priv0", "rad2g0", "vap2g0guest0"), "5": ("vap5g0priv0", "rad5g0", "vap5g0guest0")},
    "Livebox Nautilus": {"2.4": ("vap2g0priv", "rad2g0", "vap2g0guest"), "5": ("vap5g0priv", "rad5g0", "vap5g0guest")},
}
HARDWARE = {"Livebox Nautilus": ("Arcadyan", "ARNA-fr-G01.R06.C01_04")}


class Fault(Exception):
    """An error of the bus. It travels under HTTP 200."""

    def __init__(self, number: int, description: str) -> None:
        self.number, self.description = number, description
        super().__init__(description)

    def told(self, info: str) -> dict[str, Any]:
        return {"error": self.number, "description": self.description, "info": info}


MISSING = Fault(196618, "Object or parameter not found")
FAILED = Fault(196639, "Function execution failed")


@dataclass
class Livebox:
    """``product`` follows the line unless it was set. ``external_ont``: fibre through somebody else's box."""

    home: Home
    chosen: str | None = None
    external_ont: bool = False
    idle_optics: bool = False  # with external_ont: the built-in optics are there, unused, and answer all the same
    night: bool = False  # a timetable keeps the Wi-Fi off now
    max_rate_in_bits: bool = False
    power: dict[str, Any] = field(default_factory=lambda: {"Enable": True, "Activate": False})

    @property
    def product(self) -> str:
        return self.chosen or ("Livebox 4" if self.home.line.medium == "dsl" else "Livebox 7")

    @property
    def recent(self) -> bool:
        """Has power profiles."""
        return self.product in ("Livebox 6", "Livebox 7", "Livebox W7", "Livebox Nautilus")

    @property
    def built_in_fibre(self) -> bool:
        return self.home.line.medium == "fibre" and not (self.external_ont or self.home.line.terminal)

    def names(self, band: str) -> tuple[str, str, str | None]:
        return NAMES[self.product][band]

    @property
    def radios_up(self) -> bool:
        powered = not self.recent or bool(self.power["Enable"])
        return self.home.wifi_enable and powered and not self.night

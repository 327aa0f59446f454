"""What which Livebox can, and how we know. Recorded: replies of Livebox 3, 4, 5 (Fibre), 6, 7, W7, S (Nautilus)."""

from __future__ import annotations

from selfcare.boxes.driver import Claim
from selfcare.model.box import Capability, Support

MODELS = {
    "Livebox 3": "Livebox 3 (Play)",
    "Livebox 4": "Livebox 4",
    "Livebox Fibre": "Livebox 5",
    "Livebox 6": "Livebox 6",
    "Livebox 7": "Livebox 7",
    "Livebox W7": "Livebox W7",
    "Livebox Nautilus": "Livebox S",
}
_ALL = ("",)
_COPPER = ("Livebox 3", "Livebox 4")
_FIBRE = ("Livebox Fibre", "Livebox 6", "Livebox 7", "Livebox W7", "Livebox Nautilus")
_RECORDED, _CODE, _SPEC = "recorded", "client code", "specification"


def _yes(capability: Capability, source: str, models: tuple[str, ...] = _ALL, note: str = "") -> Claim:
    return Claim(capability, Support.YES, models, source, note)


def _no(capability: Capability, source: str, models: tuple[str, ...] = _ALL, note: str = "") -> Claim:
    return Claim(capability, Support.NO, models, source, note)


CLAIMS = (
    _yes(Capability.DEVICE, _RECORDED),
    _yes(Capability.WAN, _RECORDED),
    _yes(Capability.WAN_TRAFFIC, _RECORDED, _FIBRE, "built-in fibre only; no rates of the moment"),
    Claim(Capability.WAN_TRAFFIC, Support.UNKNOWN, _COPPER, note="the name of its line's interface was never seen"),
    _yes(Capability.DSL, _RECORDED, _COPPER),
    _no(Capability.DSL, _RECORDED, _FIBRE, "fibre and Ethernet only"),
    _no(Capability.OPTICAL, _RECORDED, ("Livebox 3",), "the optical terminal is another device"),
    _yes(Capability.OPTICAL, _RECORDED, ("Livebox 4", *_FIBRE), "pluggable terminal on a Livebox 4"),
    _no(Capability.CELLULAR, _CODE),
    Claim(Capability.LINE_EVENTS, Support.UNKNOWN, note="no log of the line was ever seen"),
    _yes(Capability.RESTARTS, _CODE),
    _yes(Capability.WIFI, _RECORDED),
    _yes(Capability.GUEST, _RECORDED, _ALL, "Livebox 3: the switch only"),
    _yes(Capability.PARENTAL, _CODE),
    _yes(Capability.FORWARDS, _RECORDED),
    _yes(Capability.DHCP, _RECORDED),
    _yes(Capability.HOSTS, _RECORDED),
    _yes(Capability.PORTS, _RECORDED),
    _yes(Capability.TV, _RECORDED),
    _yes(Capability.PHONE, _CODE, _ALL, "some firmware closes it even to the administrator"),
    _yes(Capability.SET_WIFI, _CODE, ("Livebox 4", *_FIBRE)),
    Claim(Capability.SET_WIFI, Support.UNKNOWN, ("Livebox 3",)),
    _yes(Capability.SET_GUEST, _CODE),
    _yes(Capability.SET_PARENTAL, _CODE),
    _yes(Capability.SET_FORWARDS, _CODE),
    _yes(Capability.SET_RESERVATIONS, _SPEC),
    _yes(Capability.REBOOT, _CODE),
)
"""``SET_RESERVATIONS``: the box's own object model names the functions and their parameters."""

"""The Wi-Fi of this PC, as far as changing the box's Wi-Fi concerns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from selfcare.boxes.secret import Secret

JOIN_S = 45.0
"""Seconds. A box takes up to 25 s to show a new network, a PC some more to find it and to get an address."""


@dataclass(frozen=True, slots=True)
class OwnLink:
    """The network this PC is in. ``alone``: there is no cable beside it, so the box is only reached through it."""

    ssid: str
    bssid: str | None = None
    alone: bool = True


class OwnWifi(Protocol):
    """``can_join``: whether it can join by itself; else the subscriber has to type the new key."""

    can_join: bool

    async def current(self) -> OwnLink | None:
        """The network in use; None without Wi-Fi, or where the system does not tell."""

    async def join(self, ssid: str, key: Secret | None, limit_s: float = JOIN_S) -> bool:
        """Joins this network (key None: an open one) and stays.

        Where it does not succeed, what the PC had saved of its network is as before.
        """


class NoWifi:
    """A PC whose Wi-Fi we know nothing of."""

    can_join = False

    async def current(self) -> OwnLink | None:
        """Not told."""
        return None

    async def join(self, _ssid: str, _key: Secret | None, _limit_s: float = JOIN_S) -> bool:
        """Not by itself."""
        return False

"""Interfaces and link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InterfaceKind(StrEnum):
    """``VIRTUAL`` is a bridge, container or hypervisor port; ``TUNNEL`` a VPN device."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    CELLULAR = "cellular"
    TUNNEL = "tunnel"
    VIRTUAL = "virtual"
    LOOPBACK = "loopback"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Interface:
    """One adapter. ``speed_mbps`` and ``full_duplex`` are None where the driver does not say.

    ``admin_up`` is the switch a person or program sets; ``carrier`` is the cable or
    association. ``carrier`` is None when the adapter is off: then it cannot be read.
    ``radio_blocked`` is the rfkill state of a Wi-Fi adapter.
    """

    name: str
    index: int
    kind: InterfaceKind
    admin_up: bool
    carrier: bool | None
    mac: str | None = None
    mtu: int | None = None
    speed_mbps: int | None = None
    full_duplex: bool | None = None
    radio_blocked: bool | None = None
    managed: bool | None = None


@dataclass(frozen=True, slots=True)
class LinkPayload:
    """All adapters, and the one that should carry the Internet (a real one, best candidate)."""

    interfaces: tuple[Interface, ...]
    primary: str | None

    @property
    def physical(self) -> tuple[Interface, ...]:
        """Adapters that a person could plug in or switch on."""
        kinds = (InterfaceKind.ETHERNET, InterfaceKind.WIFI, InterfaceKind.CELLULAR)
        return tuple(i for i in self.interfaces if i.kind in kinds)

    def get(self, name: str | None) -> Interface | None:
        """The adapter of that name, if any."""
        return next((i for i in self.interfaces if i.name == name), None)

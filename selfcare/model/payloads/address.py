"""Addressing and lease, per interface."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """Where a setting comes from. ``UNKNOWN`` where the system does not let us tell."""

    DHCP = "dhcp"
    MANUAL = "manual"
    LINK_LOCAL = "link_local"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class Activation(StrEnum):
    """What the network manager of the PC is doing with the interface."""

    ACTIVE = "active"
    ACQUIRING = "acquiring"
    FAILED = "failed"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class IpAddress:
    """``address`` as text without prefix; ``family`` 4 or 6; ``age_s`` since it was set, where known."""

    address: str
    prefix: int
    family: int
    dynamic: bool | None = None
    duplicate: bool = False
    tentative: bool = False
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The DHCP lease as the client tells it. Times in seconds; addresses as text.

    ``captive_portal`` is option 114 (RFC 8910): where the network's sign-in service is.
    """

    server: str | None
    routers: tuple[str, ...]
    resolvers: tuple[str, ...]
    domain: str | None
    lease_s: int | None
    expires_in_s: float | None
    captive_portal: str | None = None


@dataclass(frozen=True, slots=True)
class IpConfig:
    """One interface's configuration.

    ``resolvers`` are those in use, ``resolvers_method`` where they come from.
    ``gateway4``/``gateway6`` are the next hops configured on this interface (a manual
    one stands here even if the kernel refused the route). ``acquiring_s``: for how long
    the client has been asking without an answer in its current attempt, where known.
    ``conflict``: the network manager refused an address because somebody else had it.
    """

    interface: str
    addresses: tuple[IpAddress, ...]
    method4: Method
    activation: Activation
    resolvers: tuple[str, ...]
    resolvers_method: Method
    gateway4: str | None = None
    gateway6: str | None = None
    lease: Lease | None = None
    acquiring_s: float | None = None
    conflict: bool = False

    def v4(self) -> tuple[IpAddress, ...]:
        """Its IPv4 addresses."""
        return tuple(a for a in self.addresses if a.family == 4)

    def v6(self) -> tuple[IpAddress, ...]:
        """Its IPv6 addresses."""
        return tuple(a for a in self.addresses if a.family == 6)


@dataclass(frozen=True, slots=True)
class AddressPayload:
    """Every interface's configuration; ``primary`` as in the link payload. ``manager`` e.g. "networkmanager"."""

    configs: tuple[IpConfig, ...]
    primary: str | None
    manager: str | None

    def get(self, name: str | None) -> IpConfig | None:
        """The configuration of that interface, if any."""
        return next((c for c in self.configs if c.interface == name), None)

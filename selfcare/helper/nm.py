"""NetworkManager, asked and told over the bus."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selfcare.helper.bus import ABSENT, Bus, BusError, refused
from selfcare.helper.errors import Refusal

SERVICE = "org.freedesktop.NetworkManager"
ROOT = "/org/freedesktop/NetworkManager"
DEVICE, ACTIVE = f"{SERVICE}.Device", f"{SERVICE}.Connection.Active"
PROFILE = f"{SERVICE}.Settings.Connection"
ACTIVATED, ENDING, GONE = 2, 3, 4  # states of an active connection
EXTERNAL = 0x80  # a flag of an active connection
CONNECT_S = 30.0
Settings = dict[str, dict[str, Any]]  # section, key, [signature, value]


class Nm:
    """One conversation with NetworkManager."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus

    def _get(self, path: str, interface: str, name: str) -> Any:
        return self.bus.get(SERVICE, path, interface, name)

    def device(self, interface: str) -> str | None:
        """The device, None when NetworkManager does not know it or leaves it alone."""
        try:
            path = str(self.bus.call(SERVICE, ROOT, SERVICE, "GetDeviceByIpIface", "s", interface)[0])
            return path if self._get(path, DEVICE, "Managed") else None
        except BusError as error:
            if error.name in (*ABSENT, "UnknownDevice"):
                return None
            raise refused(error) from error

    def needed(self, interface: str) -> str:
        """The device; ``Refusal`` when there is none at the moment."""
        path = self.device(interface)
        if path is None:
            raise Refusal("failed", f"NetworkManager has no {interface} at the moment")
        return path

    def active(self, device: str) -> str:
        """The active connection's path, "" when there is none."""
        path = str(self._get(device, DEVICE, "ActiveConnection"))
        return "" if path == "/" else path

    def connected(self, device: str) -> bool:
        """Whether it is, and not merely on its way there."""
        active = self.active(device)
        return bool(active) and self._state(active) == ACTIVATED

    def ending(self, active: str) -> bool:
        """Whether this connection is on its way out: it is still the device's own for a moment."""
        return self._state(active) >= ENDING

    def router(self, device: str) -> str:
        """The router that its IPv4 lease names, "" where there is no lease."""
        path = str(self._get(device, DEVICE, "Dhcp4Config"))
        options = {} if path == "/" else self._get(path, f"{SERVICE}.DHCP4Config", "Options")
        return str(options.get("routers", ["s", ""])[1]).partition(" ")[0]

    def profile(self, device: str) -> str:
        """The path of the profile the device is on, "" when none."""
        active = self.active(device)
        return str(self._get(active, ACTIVE, "Connection")) if active else ""

    def by_uuid(self, uuid: str) -> str:
        """The path of this profile; ``Refusal`` when there is none."""
        path = self.find_uuid(uuid)
        if path is None:
            raise Refusal("failed", f"the connection {uuid} is gone")
        return path

    def find_uuid(self, uuid: str) -> str | None:
        """The path of this profile, None when NetworkManager says that it has none."""
        try:
            return str(self.bus.call(SERVICE, f"{ROOT}/Settings", f"{SERVICE}.Settings", "GetConnectionByUuid", "s",
                                     uuid)[0])  # fmt: skip
        except BusError as error:
            if error.name == "InvalidConnection":
                return None
            raise refused(error) from error

    def settings(self, profile: str) -> Settings:
        """A profile as it is stored, without its secrets."""
        return dict(self.bus.call(SERVICE, profile, PROFILE, "GetSettings")[0])

    def uuid(self, profile: str) -> str:
        """What names the profile for good."""
        return str(self.settings(profile)["connection"]["uuid"][1])

    def update(self, profile: str, settings: Settings) -> None:
        """Stores it where it was stored; secrets that are not told stay (NetworkManager merges them)."""
        self.bus.change(SERVICE, profile, PROFILE, "Update2", "a{sa{sv}}ua{sv}", settings, 0, {})

    def applied(self, device: str) -> tuple[Settings, int]:
        """What the device runs with now, and its version."""
        settings, version = self.bus.call(SERVICE, device, DEVICE, "GetAppliedConnection", "u", 0)
        return settings, version

    def reapply(self, device: str, settings: Settings, version: int) -> None:
        """Changes what the device runs with, for as long as it is connected; no interruption."""
        self.bus.change(SERVICE, device, DEVICE, "Reapply", "a{sa{sv}}tu", sent(settings), version, 0)

    def nameservers(self, device: str) -> list[str]:
        """The resolvers that the interface really has."""
        found = []
        path = self._get(device, DEVICE, "Ip4Config")
        if path != "/":
            found += [str(each["address"][1]) for each in self._get(path, f"{SERVICE}.IP4Config", "NameserverData")]
        path = self._get(device, DEVICE, "Ip6Config")
        if path != "/":
            listed = self._get(path, f"{SERVICE}.IP6Config", "Nameservers")
            found += [str(ipaddress.IPv6Address(bytes(each))) for each in listed]
        return found

    def ipv4(self, device: str) -> dict[str, Any]:
        """What the interface really has: addresses with their prefixes, gateway ("" when none), search domains."""
        path, kind = self._get(device, DEVICE, "Ip4Config"), f"{SERVICE}.IP4Config"
        if path == "/":
            return {"addresses": [], "gateway": "", "domains": []}
        told = self._get(path, kind, "AddressData")
        return {
            "addresses": [[str(each["address"][1]), int(each["prefix"][1])] for each in told],
            "gateway": str(self._get(path, kind, "Gateway")),
            "domains": [str(each) for each in self._get(path, kind, "Domains")],
        }

    def disconnect(self, device: str) -> None:
        """Leaves the network it is on, and joins none by itself."""
        if self.active(device):
            self.bus.change(SERVICE, device, DEVICE, "Disconnect")

    def activate(self, profile: str, device: str, wait_s: float = CONNECT_S) -> None:
        """Connects, and waits until it is so, or not at all.

        Raises:
            Refusal: it is not so, for whatever reason.
        """
        path = self.bus.change(SERVICE, ROOT, SERVICE, "ActivateConnection", "ooo", profile, device, "/")[0]
        end = time.monotonic() + wait_s
        while wait_s and (state := self._state(path)) != ACTIVATED:
            if state == GONE or time.monotonic() > end:
                raise Refusal("timed_out" if state != GONE else "failed", "it does not connect")
            time.sleep(0.1)

    def deactivate(self, active: str) -> None:
        """Ends one connection."""
        self.bus.change(SERVICE, ROOT, SERVICE, "DeactivateConnection", "o", active)

    def _state(self, active: str) -> int:
        try:
            return int(self._get(active, ACTIVE, "State"))
        except BusError:
            return GONE

    def networking(self) -> bool:
        """The desktop's switch for all of the network."""
        return bool(self._get(ROOT, SERVICE, "NetworkingEnabled"))

    def enable(self, on: bool) -> None:
        """That switch."""
        self.bus.change(SERVICE, ROOT, SERVICE, "Enable", "b", on)

    def actives(self) -> list[str]:
        """The paths of all active connections."""
        return list(self._get(ROOT, SERVICE, "ActiveConnections"))

    def external(self, active: str) -> bool:
        """Whether another program set this up, and NetworkManager only watches."""
        return bool(int(self._get(active, ACTIVE, "StateFlags")) & EXTERNAL)

    def active_uuid(self, active: str) -> str:
        """The profile an active connection was made from."""
        return str(self._get(active, ACTIVE, "Uuid"))


def sent(settings: Settings) -> Settings:
    """Without the old spelling of what the new one says too: NetworkManager would have to choose."""
    made = {name: dict(section) for name, section in settings.items()}
    for family in ("ipv4", "ipv6"):
        section = made.get(family, {})
        for old, new in (("addresses", "address-data"), ("routes", "route-data")):
            if new in section:
                section.pop(old, None)
    return made


@contextmanager
def talking() -> Iterator[Nm]:
    """NetworkManager on a connection of its own; what the bus says no to becomes a ``Refusal``."""
    try:
        with Bus() as bus:
            yield Nm(bus)
    except BusError as error:
        raise refused(error) from error

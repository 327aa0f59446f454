"""NetworkManager over the system bus, read as an ordinary user."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probes.hostnet.bus import call
from probes.hostnet.resolved import unpack
from selfcare.model.payloads.address import Activation, Method

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_SERVICE = "org.freedesktop.NetworkManager"
_DEVICE = "org.freedesktop.NetworkManager.Device"
_PROPERTIES = "org.freedesktop.DBus.Properties"

# NMDeviceState, from its public D-Bus documentation.
_STATE_DISCONNECTED, _STATE_ACTIVATED, _STATE_FAILED = 30, 100, 120
_ACQUIRING = range(40, 100)
# NMDeviceStateReason: ip-config-unavailable, ip-config-expired, dhcp-start-failed, dhcp-error, dhcp-failed.
_IP_REASONS = {5, 6, 15, 16, 17}
_ADDRESS_DUPLICATE = 64

Objects = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class NmDevice:
    """One device as NetworkManager sees it; texts without prefix, ``options`` of the DHCP client."""

    interface: str
    path: str
    state: int
    reason: int
    method4: Method
    profile_gateway4: str | None
    profile_dns: tuple[str, ...]
    ignore_auto_dns: bool
    gateway4: str | None
    gateway6: str | None
    nameservers4: tuple[str, ...]
    nameservers6: tuple[str, ...]
    options4: dict[str, str] | None

    @property
    def conflict(self) -> bool:
        """Whether the device failed because its address is taken."""
        return self.reason == _ADDRESS_DUPLICATE

    @property
    def activation(self) -> Activation:
        """The device's state in our words."""
        if self.state in _ACQUIRING:
            return Activation.ACQUIRING
        if self.state == _STATE_ACTIVATED:
            return Activation.ACTIVE
        failed = self.state == _STATE_FAILED or (self.state == _STATE_DISCONNECTED and self.reason in _IP_REASONS)
        return Activation.FAILED if failed else Activation.DOWN


async def devices(bus: MessageBus) -> list[NmDevice] | None:
    """All managed devices; None when NetworkManager does not run. Two rounds of calls."""
    reply = await call(
        bus, _SERVICE, "/org/freedesktop", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"
    )  # fmt: skip
    if not reply or not isinstance(reply[0], dict):
        return None
    objects: Objects = reply[0]
    managed = [
        (path, faces[_DEVICE]) for path, faces in objects.items() if faces.get(_DEVICE, {}).get("Managed") is True
    ]
    settings = await asyncio.gather(*(_settings(bus, objects, device) for _, device in managed))
    return [_device(path, device, objects, own) for (path, device), own in zip(managed, settings, strict=True)]


async def _settings(bus: MessageBus, objects: Objects, device: dict[str, Any]) -> dict[str, Any]:
    """The profile of the device: the active one, or the only one it could use."""
    active = _face(objects, device.get("ActiveConnection"), "org.freedesktop.NetworkManager.Connection.Active")
    path = active.get("Connection")
    if not path or path == "/":
        available = device.get("AvailableConnections") or []
        path = available[0] if len(available) == 1 else None
    if not path:
        return {}
    reply = await call(bus, _SERVICE, path, "org.freedesktop.NetworkManager.Settings.Connection", "GetSettings")
    return reply[0] if reply and isinstance(reply[0], dict) else {}


def _face(objects: Objects, path: Any, interface: str) -> dict[str, Any]:
    return objects.get(path, {}).get(interface, {}) if isinstance(path, str) else {}


def _device(path: str, device: dict[str, Any], objects: Objects, settings: dict[str, Any]) -> NmDevice:
    ip4 = _face(objects, device.get("Ip4Config"), "org.freedesktop.NetworkManager.IP4Config")
    ip6 = _face(objects, device.get("Ip6Config"), "org.freedesktop.NetworkManager.IP6Config")
    dhcp4 = _face(objects, device.get("Dhcp4Config"), "org.freedesktop.NetworkManager.DHCP4Config")
    set4, set6 = settings.get("ipv4", {}), settings.get("ipv6", {})
    state, reason = (device.get("StateReason") or (device.get("State", 0), 0))[:2]
    options = dhcp4.get("Options")
    return NmDevice(
        interface=str(device.get("Interface", "")),
        path=path,
        state=int(state),
        reason=int(reason),
        method4=_METHODS.get(set4.get("method"), Method.UNKNOWN),
        profile_gateway4=set4.get("gateway") or None,
        profile_dns=(*_profile_dns(set4, 4), *_profile_dns(set6, 6)),
        ignore_auto_dns=bool(set4.get("ignore-auto-dns")),
        gateway4=ip4.get("Gateway") or None,
        gateway6=ip6.get("Gateway") or None,
        nameservers4=tuple(str(d["address"]) for d in ip4.get("NameserverData", ()) if "address" in d),
        nameservers6=tuple(a for raw in ip6.get("Nameservers", ()) if (a := unpack(_AF_INET6, raw)) is not None),
        options4={k: str(v) for k, v in options.items()} if options else None,
    )


def _profile_dns(part: dict[str, Any], family: int) -> tuple[str, ...]:
    """Servers written in the profile: the modern list of texts, or the older list of numbers."""
    if modern := part.get("dns-data"):
        # A server may carry a port or a name after '#', or a scheme before it: keep the address.
        return tuple(str(text).split("#")[0].removeprefix("dns+udp://").strip("[]") for text in modern)
    if family == 4:
        raw4 = [int(number).to_bytes(4, "little") for number in part.get("dns", ())]
        return tuple(a for raw in raw4 if (a := unpack(_AF_INET, raw)) is not None)
    return tuple(a for raw in part.get("dns", ()) if (a := unpack(_AF_INET6, raw)) is not None)


async def wait_settled(bus: MessageBus, path: str, limit_s: float) -> None:
    """Returns once the device no longer acquires anything, or after ``limit_s`` seconds."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        await asyncio.sleep(0.1)
        reply = await call(bus, _SERVICE, path, _PROPERTIES, "Get", "ss", (_DEVICE, "State"))
        if not reply or reply[0] not in _ACQUIRING:
            return


_AF_INET, _AF_INET6 = 2, 10
_METHODS = {
    "auto": Method.DHCP,
    "manual": Method.MANUAL,
    "link-local": Method.LINK_LOCAL,
    "disabled": Method.DISABLED,
}

# NMMetered: unknown, yes, no, guessed yes, guessed no.
_METERED = {1: True, 2: False, 3: True, 4: False}


async def metered(bus: MessageBus) -> bool | None:
    """Whether the connection in use is paid by volume, as the user or the access point said; None if unknown."""
    reply = await call(
        bus, _SERVICE, "/org/freedesktop/NetworkManager", _PROPERTIES, "Get", "ss", (_SERVICE, "Metered")
    )
    return _METERED.get(reply[0]) if reply else None

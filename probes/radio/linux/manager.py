"""NetworkManager over the system bus, read as an ordinary user: saved networks, attempts, and the search for networks.

Where nl80211 is not to be read (a sandbox), it also tells the link, with less: a strength in per cent.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from probes.hostnet.bus import call, system_bus
from probes.radio import elements
from probes.radio.linux import boot
from selfcare.model.wifi.radios import ScanOutcome

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_NM, _ROOT = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
_DEVICE, _WIRELESS = f"{_NM}.Device", f"{_NM}.Device.Wireless"
_POINT = f"{_NM}.AccessPoint"
_SETTINGS, _PROFILE = f"{_NM}.Settings", f"{_NM}.Settings.Connection"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_RADIO = "802-11-wireless"
_WIFI_TYPE = 2
MOST_PROFILES, MOST_DEVICES, MOST_POINTS = 96, 32, 96
NAMES_S = 60.0
"""Saved networks change when somebody joins a new one; asking for all of them takes 10 ms."""
ORDER_S = 2.0

# NMDeviceState and NMDeviceStateReason, from its public D-Bus documentation.
_JOINING = range(40, 70)
_NO_SECRETS = 7
_REFUSALS = range(7, 12)
_STILL = (30, 120)
"""Disconnected, failed: the reason is that of the attempt that ended there."""


@dataclass(frozen=True, slots=True)
class Device:
    """One Wi-Fi adapter as NetworkManager sees it. ``scan_age_s`` since its last search."""

    path: str
    state: int
    reason: int
    scan_age_s: float | None
    props: Mapping[str, Any] = field(default_factory=dict)

    @property
    def joining(self) -> bool:
        """Whether it is choosing, associating or waiting for a key."""
        return self.state in _JOINING

    @property
    def refused(self) -> bool:
        """Whether the last attempt failed before it had an address, by the supplicant's word."""
        return self.state in _STILL and self.reason in _REFUSALS

    @property
    def key_refused(self) -> bool | None:
        """True where NetworkManager asked for another key and got none; None where it does not tell why."""
        return True if self.refused and self.reason == _NO_SECRETS else None


@dataclass(frozen=True, slots=True)
class Told:
    """``names`` None: NetworkManager does not tell its saved networks (it does not run)."""

    devices: Mapping[str, Device]
    names: tuple[str, ...] | None


class Manager:
    """One connection to the bus, kept. Everything is None where NetworkManager does not run."""

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._bus: MessageBus | None = None
        self._names: tuple[float, tuple[str, ...]] | None = None

    async def close(self) -> None:
        """Leaves the bus."""
        self._bus = None
        await self._stack.aclose()

    async def ask(self) -> Told | None:
        """Devices and saved names; two rounds of calls."""
        bus = await self._connected()
        if bus is None:
            return None
        devices, names = await asyncio.gather(self._devices(bus), self._known(bus))
        return None if devices is None else Told(devices, names)

    async def _connected(self) -> MessageBus | None:
        if self._bus is not None and self._bus.connected:
            return self._bus
        await self._stack.aclose()
        self._bus = await self._stack.enter_async_context(system_bus())
        return self._bus

    async def _devices(self, bus: MessageBus) -> dict[str, Device] | None:
        reply = await call(bus, _NM, _ROOT, _NM, "GetDevices")
        if not reply:
            return None
        found = await asyncio.gather(*(self._device(bus, path) for path in reply[0][:MOST_DEVICES]))
        return {name: device for name, device in found if device is not None}

    async def _device(self, bus: MessageBus, path: str) -> tuple[str, Device | None]:
        plain = await _all(bus, path, _DEVICE)
        if plain.get("DeviceType") != _WIFI_TYPE:
            return "", None
        radio = await _all(bus, path, _WIRELESS)
        state, reason = (plain.get("StateReason") or (plain.get("State", 0), 0))[:2]
        stamp = radio.get("LastScan", -1)
        age = max(0.0, boot.seconds() - stamp / 1000) if stamp > 0 else None
        return str(plain.get("Interface", "")), Device(path, int(state), int(reason), age, {**plain, **radio})

    async def _known(self, bus: MessageBus) -> tuple[str, ...] | None:
        if self._names is not None and time.monotonic() - self._names[0] < NAMES_S:
            return self._names[1]
        reply = await call(bus, _NM, f"{_ROOT}/Settings", _SETTINGS, "ListConnections")
        if not reply:
            return None
        found = await asyncio.gather(*(_name(bus, path) for path in reply[0][:MOST_PROFILES]))
        names = tuple(dict.fromkeys(name for name in found if name))
        self._names = (time.monotonic(), names)
        return names

    async def points(self, device: Device) -> list[tuple[str, dict[str, Any]]]:
        """The access points it has in sight: path and properties."""
        bus = await self._connected()
        paths = list(device.props.get("AccessPoints", ()))[:MOST_POINTS]
        if bus is None:
            return []
        found = await asyncio.gather(*(_all(bus, path, _POINT) for path in paths))
        return [(path, props) for path, props in zip(paths, found, strict=True) if props]

    async def scan(self, interface: str) -> ScanOutcome | None:
        """Asks it to search. DONE: it has begun to. None: NetworkManager has no say in it (not there, not managed)."""
        bus = await self._connected()
        told = await self._devices(bus) if bus is not None else None
        device = (told or {}).get(interface)
        if bus is None or device is None or not device.props.get("Managed"):
            return None
        error = await _ordered(bus, device.path, _WIRELESS, "RequestScan", "a{sv}", [{}])
        if error is None:
            return ScanOutcome.DONE
        if "PermissionDenied" in error or "AccessDenied" in error or "AuthFailed" in error:
            return ScanOutcome.DENIED
        return ScanOutcome.BUSY if error.endswith("NotAllowed") else ScanOutcome.FAILED


async def _all(bus: MessageBus, path: str, interface: str) -> dict[str, Any]:
    reply = await call(bus, _NM, path, _PROPERTIES, "GetAll", "s", (interface,))
    return reply[0] if reply and isinstance(reply[0], dict) else {}


async def _name(bus: MessageBus, path: str) -> str | None:
    reply = await call(bus, _NM, path, _PROFILE, "GetSettings")
    settings = reply[0] if reply and isinstance(reply[0], dict) else {}
    return elements.name(bytes(settings.get(_RADIO, {}).get("ssid", b"")))


async def _ordered(
    bus: MessageBus, path: str, interface: str, member: str, signature: str, body: list[Any]
) -> str | None:
    """Name of the error, None when it went well, "silence" without an answer."""
    from dbus_fast import Message, MessageFlag, MessageType

    request = Message(
        destination=_NM, path=path, interface=interface, member=member, signature=signature, body=body,
        flags=MessageFlag.NO_AUTOSTART,
    )  # fmt: skip
    try:
        async with asyncio.timeout(ORDER_S):
            reply = await bus.call(request)
    except Exception:  # the bus may go away in the middle of a call; dbus-fast raises many kinds then
        return "silence"
    return None if reply.message_type is MessageType.METHOD_RETURN else str(reply.error_name or "unnamed")
